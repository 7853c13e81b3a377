import re

import pytest
from sqlmodel import select

from app.core import epoch
from app.core.database import Database
from app.people.models import User
from content.models import Article, Stage
from content.subjects import Topic
from tests.web.client import Client
from tests.web.looking import look


def sign_in(client: Client, database: Database, handle: str) -> Client:
    with database.reading() as session:
        user = session.exec(select(User).where(User.handle == handle)).one()
    return client.sign_in(user)


def test_every_group_and_topic_is_a_link_away(client: Client, seeded: Database) -> None:
    page = look(client, "/onderwerpen")
    with seeded.reading() as session:
        topics = session.exec(select(Topic)).all()
    assert {f"/onderwerpen/{topic.slug_nl}" for topic in topics} <= set(page.links)
    assert page.headings[1:] == [
        topic.name for topic in sorted(topics, key=lambda one: one.position) if topic.broader_id is None
    ]


def test_counts_are_what_this_reader_may_see(client: Client, seeded: Database) -> None:
    def counts() -> dict[str, str]:
        found = re.findall(r'href="/onderwerpen/([\w-]+)"><span>[^<]*</span><span class="n">(\d+)', answer.text)
        return dict(found)

    answer = client.get("/onderwerpen")
    stranger = counts()
    answer = sign_in(client, seeded, "sjoerd").get("/onderwerpen")
    member = counts()
    assert (stranger["machinebelading"], member["machinebelading"]) == ("0", "1")
    assert all(int(member[topic]) >= int(count) for topic, count in stranger.items())


def test_a_distribution_shows_from_five_cases_of_three_organisations_on(client: Client, seeded: Database) -> None:
    assert "Na zoveel maanden terugverdiend" not in look(client, "/onderwerpen").text
    assert "Tot nu toe gemeten" in look(client, "/onderwerpen/digitale-fabriek").headings
    sign_in(client, seeded, "sjoerd")
    assert "Na zoveel maanden terugverdiend" in look(client, "/onderwerpen").text
    page = look(client, "/onderwerpen/digitale-fabriek")
    assert "Wanneer is het terugverdiend?" in page.headings
    assert "Na 11 maanden had de helft het geld terug." in page.text
    assert "5 praktijkcases van 3 bedrijven" in page.text


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/onderwerpen?naam=lasrobot", "/onderwerpen/robotlassen"),
        ("/onderwerpen?naam=Machine+vision", "/onderwerpen/machine-vision"),
        ("/en/onderwerpen?naam=welding+robot", "/en/onderwerpen/robotlassen"),
    ],
)
def test_a_word_leads_to_its_topic(client: Client, asked: str, leads_to: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


def test_a_word_for_no_topic_leads_to_search(client: Client) -> None:
    page = look(client, "/onderwerpen?naam=%3Cscript%3E%26zo")
    assert "We kennen geen onderwerp dat ‘<script>&zo’ heet." in page.text
    assert "/zoeken?q=%3Cscript%3E%26zo" in page.links


def test_a_word_for_several_topics_offers_them(client: Client) -> None:
    page = look(client, "/onderwerpen?naam=digit")
    assert "kan over meer onderwerpen gaan" in page.text


def test_words_are_proposed_without_script(client: Client) -> None:
    html = client.get("/onderwerpen").text
    assert 'list="namen"' in html
    assert '<option value="lasrobot">Robotlassen</option>' in html


def test_a_topic_names_people_to_ask_who_want_a_page(client: Client, seeded: Database) -> None:
    page = look(client, "/onderwerpen/mes")
    assert {"/mensen/albert", "/mensen/femke"} <= set(page.links)
    with seeded.writing() as session:
        for user in session.exec(select(User)):
            user.has_profile = False
        epoch.move(session)
    assert "Vraag het iemand" not in look(client, "/onderwerpen/mes").headings


def test_a_group_shows_its_topics_and_a_topic_its_neighbours(client: Client) -> None:
    assert "In deze groep" in look(client, "/onderwerpen/digitale-fabriek").headings
    assert "Hoort hierbij" in look(client, "/onderwerpen/mes").headings


def test_a_topic_without_pieces_says_so(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        for article in session.exec(select(Article)):
            article.stage = Stage.WITHDRAWN
        epoch.move(session)
    page = look(client, "/onderwerpen/mes")
    assert "Hier is nog niets over" in page.text
    assert look(client, "/onderwerpen").headings[0] == "Onderwerpen"


def test_a_topic_that_is_none_is_not_there(client: Client) -> None:
    look(client, "/onderwerpen/is-er-niet", status=404)
