"""Embargo and last day, as people set them in a browser; the clocks of both nights that have another length."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.core.clock import local, now, today
from app.core.database import Database
from app.people.signing_in import actor_for
from content import needing
from content.appearing import end_what_is_over, publish_due
from content.models import Article, Stage
from content.publishing import publish
from content.reviewing import CHECKS
from content.writing import revise
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_reviewing import article, baukje, femke, noor, post, sent_in, told  # noqa: F401 - fixtures

pytestmark = pytest.mark.whole


@pytest.fixture(autouse=True)
def a_short_story_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needing, "FEW_WORDS", 3)


def kept(seeded: Database, article: Article) -> Article:  # noqa: F811
    with seeded.reading() as session:
        return session.get_one(Article, article.id)


def typed(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%dT%H:%M}"


def test_an_authors_wish_holds_whoever_places_it(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    baukje: Client,  # noqa: F811
    noor: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    moment = (now() + timedelta(days=3)).replace(second=0, microsecond=0)
    last = today() + timedelta(days=10)
    at = sent_in(femke, article, embargo_until=typed(moment), last_day=last.isoformat())
    assert (kept(seeded, article).embargo_until, kept(seeded, article).last_day) == (moment, last)
    assert post(baukje, f"{at}/besluit", at, doe="agree").status_code == 303
    page = noor.get(at).text
    assert "Embargo tot" in page
    assert f'value="{typed(moment)}"' in page
    early = post(
        noor,
        f"{at}/besluit",
        at,
        doe="schedule",
        nagelopen=list(CHECKS),
        publish_at=typed(moment - timedelta(hours=1)),
        embargo_until=typed(moment),
        last_day=last.isoformat(),
        message="Dit blijft staan",
    )
    assert early.status_code == 422
    assert "Dit blijft staan" in early.text
    assert f'value="{typed(moment - timedelta(hours=1))}"' in early.text
    limits = {"embargo_until": typed(moment), "last_day": last.isoformat()}
    assert post(noor, f"{at}/besluit", at, doe="place", nagelopen=list(CHECKS), **limits).status_code == 303
    assert kept(seeded, article).publish_at == moment
    for when, answer in (
        (moment - timedelta(seconds=1), 404),
        (moment, 200),
        (datetime.combine(last, datetime.min.time(), UTC) + timedelta(hours=20), 200),
        (datetime.combine(last, datetime.min.time(), UTC) + timedelta(hours=26), 410),
    ):
        with time_machine.travel(when, tick=False):
            with seeded.writing() as session:
                publish_due(session)
                end_what_is_over(session)
            assert client.get(f"/kennis/{article.slug}").status_code == answer, when


def test_a_steward_takes_an_embargo_off(
    seeded: Database,
    femke: Client,  # noqa: F811
    baukje: Client,  # noqa: F811
    noor: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    at = sent_in(femke, article, embargo_until=typed(now() + timedelta(days=3)))
    # The company says whether something is confidential; when it appears is not its to say.
    assert post(baukje, f"{at}/besluit", at, doe="agree", embargo_until="", last_day="").status_code == 303
    assert kept(seeded, article).embargo_until is not None
    answer = post(noor, f"{at}/besluit", at, doe="place", nagelopen=list(CHECKS), embargo_until="", last_day="")
    assert answer.status_code == 303
    assert kept(seeded, article).stage == Stage.PUBLISHED


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("embargo_until", "2020-01-01T10:00"),
        ("embargo_until", "2027-03-28T02:30"),
        ("embargo_until", "morgen"),
        ("last_day", "2020-01-01"),
        ("last_day", "2027-02-30"),
        ("last_day", "9999-01-01"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    seeded: Database,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
    field: str,
    wrong: str,
) -> None:
    path = f"/schrijven/{article.id}/insturen"
    answer = post(femke, path, path, message="Blijft staan", **{field: wrong})
    assert answer.status_code == 422
    assert "Blijft staan" in answer.text
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', answer.text), answer.text
    assert f'value="{wrong}"' in answer.text
    assert kept(seeded, article).stage == Stage.DRAFT


def test_it_cannot_be_over_before_it_appears(femke: Client, article: Article) -> None:  # noqa: F811
    path = f"/schrijven/{article.id}/insturen"
    later = typed(now() + timedelta(days=5))
    for chosen in ("embargo_until", "publish_at"):
        answer = post(femke, path, path, **{chosen: later, "last_day": (today() + timedelta(days=4)).isoformat()})
        assert "voorbij zijn voor het verschijnt" in answer.text


def test_the_hour_that_comes_twice_is_said_to_be_the_first(
    seeded: Database,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    with time_machine.travel(datetime(2027, 10, 1, 9, tzinfo=UTC)):
        at = sent_in(femke.sign_in(person(seeded, "femke")), article, embargo_until="2027-10-31T02:30")
        assert "2.30" in femke.get(at).text
        assert "zomertijd" in femke.get(at).text


def test_a_piece_that_is_up_gets_a_last_day(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    with seeded.writing() as session:
        by = actor_for(session, person(seeded, "femke"))
        found = session.get_one(Article, article.id)
        revise(session, found, by=by)
        publish(session, found, by=by)
    path = f"/kennis/{article.slug}/intrekking"
    assert post(femke, path, path, doe="laatste-dag", last_day="2020-01-01").status_code == 422
    assert post(femke, path, path, doe="laatste-dag", last_day=today().isoformat()).status_code == 303
    assert kept(seeded, article).last_day == today()
    assert client.get(f"/kennis/{article.slug}").status_code == 200
    with time_machine.travel(now() + timedelta(days=1)):
        # The page store looks at the calendar once a second, which no journey through time shortens.
        assert client.get(f"/kennis/{article.slug}?daarna").status_code == 410
        assert article.slug not in client.get("/kennis").text
    assert post(femke, path, path, doe="laatste-dag", last_day="").status_code == 303
    assert kept(seeded, article).last_day is None
