"""Jobs that were given up: stewards see why and since when, try them again or drop them."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from app.core import working
from app.core.clock import now
from app.core.database import Database
from app.core.jobs import AT_ONCE, Job, registered
from app.core.timetable import Due, run_due
from app.people.auditing import AuditEntry
from app.people.models import User
from app.reactions import TIMETABLE
from app.web.job_words import BY_CLOCK, THINGS, WORDS
from tests.web.client import Client

pytestmark = pytest.mark.whole

HERE = "/beheer/taken"


@pytest.fixture
def noor(client: Client, seeded: Database) -> Client:
    with seeded.writing() as session:
        user = session.exec(select(User).where(User.handle == "noor")).one()
        for number in (1, 2):
            session.add(
                Job(
                    reaction="search.index:sync_article",
                    lane="search",
                    event="ArticlePublished",
                    told={"article_id": 999_000 + number},
                    run_at=AT_ONCE,
                    tries=12,
                    parked_at=now(),
                    error="ValueError: <b>stuk</b>",
                )
            )
    return client.sign_in(user)


def parked(database: Database) -> list[int]:
    with database.reading() as session:
        return [row.id for row in session.exec(select(Job)).all() if row.parked_at]


def test_a_steward_sees_why_and_tries_again_or_drops(noor: Client, seeded: Database) -> None:
    page = noor.get(HERE).text
    assert page.count("ValueError: &lt;b&gt;stuk") == 2
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    first, second = parked(seeded)
    assert "sync" not in page
    assert page.count("Zorg dat zoeken het stuk vindt") >= 2
    assert 'value="weg"' not in page, "dropping asks first"
    asked = noor.get(f"{HERE}/{second}").text
    assert f'href="{HERE}/{second}"' in page
    assert "Wat er verloren gaat" in asked
    assert "ValueError: &lt;b&gt;stuk" in asked
    assert 'value="weg"' in asked
    assert len(parked(seeded)) == 2, "looking changes nothing"
    assert noor.get(f"{HERE}/999999").status_code == 404
    assert noor.post(f"{HERE}/{first}", data={"token": token, "doe": "opnieuw"}).status_code == 303
    assert parked(seeded) == [second]
    assert noor.post(f"{HERE}/{first}", data={"token": token, "doe": "weg"}).status_code == 404
    assert noor.post(f"{HERE}/{second}", data={"token": token, "doe": "weg"}).status_code == 303
    assert parked(seeded) == []
    with seeded.reading() as session:
        done = [row.action for row in session.exec(select(AuditEntry)).all() if row.action.endswith("_job")]
    assert done == ["retry_job", "drop_job"]
    working.work_off()
    assert parked(seeded) == []


def test_every_job_is_called_by_what_it_does() -> None:
    reactions = {f"{each.__module__}:{each.__name__}" for found in registered().values() for each in found}
    assert {each for each in reactions if not each.startswith("tests.")} == set(WORDS)
    numbers = {name for event in registered() for name in event.model_fields}
    assert numbers - set(THINGS) <= {"by_id", "user_id", "group_id"}


def test_a_job_of_another_release_is_shown_by_its_name(noor: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        for row in session.exec(select(Job).where(col(Job.parked_at).is_not(None))).all():
            row.reaction, row.told = "app.gone:do_a_thing", {"odd_id": 7}
    page = noor.get(HERE).text
    assert "Do a thing" in page
    assert noor.get(f"{HERE}/{parked(seeded)[0]}").status_code == 200


def test_nobody_else_comes_in_and_no_form_without_its_token_counts(noor: Client, seeded: Database) -> None:
    first, _second = parked(seeded)
    assert noor.post(f"{HERE}/{first}", data={"doe": "weg"}).status_code == 403
    with seeded.reading() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
    noor.sign_in(sjoerd)
    assert noor.get(HERE).status_code == 404
    assert noor.get(f"{HERE}/{first}").status_code == 404
    assert len(parked(seeded)) == 2


def test_a_steward_sees_what_fails_by_the_clock_and_has_it_tried_now(noor: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        hour = timedelta(hours=1)
        session.add(
            Due(
                name="forget old codes",
                at=now() + hour,
                failures=3,
                failing_since=now() - hour,
                error="Oops: <i>vol</i>",
            )
        )
        session.add(Due(name="forget old tokens", at=now() + hour))
    page = noor.get(HERE).text
    assert "Oops: &lt;i&gt;vol" in page
    assert "Gooi codes weg die niemand gebruikte" in page
    assert page.count('name="naam"') == 1, "what goes well is not listed"
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    asked = {"token": token, "naam": "forget old codes"}
    assert noor.post(f"{HERE}/klok", data=asked | {"naam": "forget old tokens"}).status_code == 404
    assert noor.post(f"{HERE}/klok", data=asked).status_code == 303
    assert "Binnen een minuut" in noor.get(HERE).text
    assert run_due([each for each in TIMETABLE if each.name == "forget old codes"]) == 1
    assert "Oops" not in noor.get(HERE).text
    assert noor.post(f"{HERE}/klok", data=asked).status_code == 404
    with seeded.reading() as session:
        done = [row.action for row in session.exec(select(AuditEntry)).all()]
    assert done.count("retry_by_clock") == 1


def test_a_steward_sees_what_did_not_begin_at_its_moment(noor: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        hangs = Due(name="forget old codes", at=now() - timedelta(hours=3))
        session.add_all([hangs, Due(name="publish what is due", at=now() - timedelta(minutes=1))])
        session.add(Due(name="of an older release", at=now() - timedelta(days=300)))
    page = noor.get(HERE).text
    assert "Begon niet" in page
    assert "Gooi codes weg die niemand gebruikte" in page
    section = page.partition('aria-labelledby="blijft-uit"')[2].partition("</section>")[0]
    assert section.count("<h3>") == 1, "neither what is late a minute, nor what is no more"
    with seeded.writing() as session:
        session.delete(session.get_one(Due, "forget old codes"))
    assert "Begon niet" not in noor.get(HERE).text


def test_everything_that_is_done_by_the_clock_is_called_by_what_it_does() -> None:
    assert {each.name for each in TIMETABLE} == set(BY_CLOCK)
