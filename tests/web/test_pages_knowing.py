"""The directory of people and what they can be asked about."""

import pytest
from sqlmodel import select

from app.core import epoch
from app.core.database import Database
from app.people.actor import the_operator
from app.people.models import User, UserState
from content.curating import merge_topic
from content.subjects import Topic
from tests.web.client import Client
from tests.web.looking import look
from tests.web.test_pages_people import change
from tests.web.test_pages_queries import counting

pytestmark = pytest.mark.whole


def handles(client: Client, path: str = "/mensen") -> list[str]:
    return [link.rpartition("/")[2] for link in look(client, path).links if "/mensen/" in link]


def test_people_are_found_by_topic_from_the_pages_where_one_looks(client: Client) -> None:
    assert "/mensen" in look(client, "/organisaties").links
    topic = look(client, "/onderwerpen/mes")
    assert "/mensen?onderwerp=mes" in topic.links
    page = look(client, "/mensen?onderwerp=mes")
    assert page.headings[0].startswith("Wie weet iets van MES")
    assert "femke" in handles(client, "/mensen?onderwerp=mes")
    assert "/onderwerpen/mes" in page.links
    english = look(client, "/en/mensen?onderwerp=mes")
    assert english.headings[0].startswith("Who knows about MES")
    assert "/en/mensen/femke" in english.links


def test_a_group_has_the_people_of_its_topics(client: Client) -> None:
    assert "femke" in handles(client, "/mensen?onderwerp=digitale-fabriek")


def test_only_who_wants_a_page_is_there_and_only_with_what_they_show(client: Client, seeded: Database) -> None:
    assert "sjoerd" not in handles(client)
    shown = look(client, "/mensen").text
    assert "Docent-onderzoeker slim maken, Kennislab Slim Maken" in shown
    change(seeded, "femke", hides=["title", "workplace"])
    with seeded.writing() as session:
        epoch.move(session)
    assert "Docent-onderzoeker slim maken" not in look(client, "/mensen?onderwerp=mes").text
    assert "Docent-onderzoeker slim maken" not in look(client, "/onderwerpen/mes").text.partition("Vraag het")[2][:400]
    change(seeded, "femke", hides=["topics"])
    with seeded.writing() as session:
        epoch.move(session)
    assert "femke" not in handles(client, "/mensen?onderwerp=mes")
    assert "femke" in handles(client)
    change(seeded, "femke", state=UserState.SUSPENDED)
    with seeded.writing() as session:
        epoch.move(session)
    assert "femke" not in handles(client)


def test_it_says_so_when_there_is_nobody(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        for user in session.exec(select(User)):
            user.topics = []
        epoch.move(session)
    assert "Hierover kun je hier nog niemand vragen" in look(client, "/mensen?onderwerp=mes").text
    with seeded.writing() as session:
        for user in session.exec(select(User)):
            user.has_profile = False
        epoch.move(session)
    assert "Nog niemand heeft een openbare pagina" in look(client, "/mensen").text


def test_a_topic_that_is_none_is_left_out_with_a_notice(client: Client) -> None:
    page = look(client, "/mensen?onderwerp=onzin")
    assert "Een van de keuzes kennen we niet" in page.text
    assert len(page.links) > 5


def test_an_old_word_of_a_topic_still_leads_to_its_people(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        old = session.exec(select(Topic).where(Topic.slug_nl == "mes")).one()
        new = session.exec(select(Topic).where(Topic.slug_nl == "cobots")).one()
        merge_topic(session, old, new, by=the_operator)
    assert "femke" in handles(client, "/mensen?onderwerp=mes")


def test_it_asks_as_often_for_many_people_as_for_few(client: Client, seeded: Database) -> None:
    def asked(path: str) -> int:
        with counting(seeded) as questions:
            assert client.get(path).status_code == 200
        return len(questions)

    few = asked("/mensen?onderwerp=mes&x=1")
    with seeded.writing() as session:
        for number in range(60):
            session.add(
                User(
                    handle=f"kenner-{number}",
                    name=f"Kenner {number}",
                    mail=f"k{number}@x.example",
                    has_profile=True,
                    topics=["mes"],
                )
            )
    assert asked("/mensen?onderwerp=mes&x=2") == few < 15
    assert asked("/mensen?x=3") == few - 1
