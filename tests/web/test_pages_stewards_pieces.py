"""Many pieces at once: looked at before it is done, done once by the worker, told piece by piece, and undone."""

import json
import re
import threading
from typing import Any

import pytest
from sqlmodel import col, select

from app.core import settings
from app.core.database import Database
from app.core.jobs import Job
from app.core.working import work_off
from app.people.auditing import AuditEntry
from app.people.signing_in import actor_for
from app.web.pages import stewards_pieces
from content import bulk
from content.bulk import carry_out, order
from content.bulk_orders import BulkItem, BulkOrder, ItemState, What
from content.events import BulkOrdered
from content.models import Article, Revision, Stage
from content.publishing import publish
from content.writing import draft_of, revise, save_draft
from search.rebuilding import rebuild
from tests.web.client import Client
from tests.web.joining import organisation, person

pytestmark = pytest.mark.whole

HERE = "/beheer/stukken"
TERP = "inline-vision-spuitgieten-terp"
"""A case in two languages."""
LESSON = "begin-met-een-nulmeting"


@pytest.fixture
def noor(client: Client, seeded: Database) -> Client:
    return client.sign_in(person(seeded, "noor"))


def article(seeded: Database, slug: str) -> Article:
    with seeded.reading() as session:
        return session.exec(select(Article).where(Article.slug == slug)).one()


def topics(seeded: Database, slug: str) -> tuple[str, ...]:
    with seeded.reading() as session:
        live = session.exec(select(Article).where(Article.slug == slug)).one().live_revision_id
        return session.get_one(Revision, live).content.topics


def box(seeded: Database, slug: str) -> str:
    found = article(seeded, slug)
    return f"{found.id}:{found.live_revision_id}"


def token(page: str) -> str:
    return re.search(r'name="token" value="(\w+)"', page)[1]  # type: ignore[index]


def preview(noor: Client, seeded: Database, *slugs: str, **told: Any) -> Any:
    form = {"token": token(noor.get(HERE).text), "stap": "voorbeeld", "stuk": [box(seeded, slug) for slug in slugs]}
    return noor.post(HERE, data={**form, **told})


def confirmed(noor: Client, page: str) -> str:
    """Press the button of a preview; where the report is."""
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page):
        sent.setdefault(name, []).append(value)
    sent["token"] = sent["token"][:1]
    answer = noor.post(HERE, data={**sent, "stap": "uitvoeren"})
    assert answer.status_code == 303, answer.text
    at: str = answer.headers["location"]
    return at


def test_nothing_changes_by_looking(noor: Client, seeded: Database) -> None:
    assert noor.get(f"{HERE}?q=nulmeting").status_code == 200
    before = topics(seeded, LESSON)
    told = preview(noor, seeded, LESSON, doe="add_topic", onderwerp="cobots").text
    assert "Cobots" in told
    assert topics(seeded, LESSON) == before
    with seeded.reading() as session:
        assert session.exec(select(BulkOrder)).all() == []


def test_topics_are_added_in_every_language_by_a_version_of_their_own_and_taken_off_again(
    noor: Client, seeded: Database
) -> None:
    english = "inline-vision-injection-moulding-terp"
    before, number = topics(seeded, TERP), article(seeded, TERP).live_number
    told = preview(noor, seeded, TERP, LESSON, doe="add_topic", onderwerp="cobots")
    report = confirmed(noor, told.text)
    work_off()
    assert topics(seeded, TERP) == topics(seeded, english) == (*before, "cobots")
    assert article(seeded, TERP).live_number == number + 1
    with seeded.reading() as session:
        found = session.exec(select(Article).where(Article.slug == TERP)).one()
        assert draft_of(session, found).content.topics == (*before, "cobots")
        noted = session.exec(select(AuditEntry.action)).all()
        assert {"order_bulk", "retopic_piece"} <= set(noted)
    page = noor.get(report).text
    assert "Ongedaan maken" in page
    noor.post(report, data={"token": token(page)})
    noor.post(report, data={"token": token(page)})
    work_off()
    assert topics(seeded, TERP) == topics(seeded, english) == before
    with seeded.reading() as session:
        assert session.exec(select(AuditEntry.action)).all().count("undo_bulk") == 1


def test_what_somebody_changed_since_stays(noor: Client, seeded: Database) -> None:
    report = confirmed(noor, preview(noor, seeded, LESSON, doe="add_topic", onderwerp="cobots").text)
    work_off()
    with seeded.writing() as session:
        steward = actor_for(session, person(seeded, "noor"))
        one = session.exec(select(Article).where(Article.slug == LESSON)).one()
        content = draft_of(session, one).content
        save_draft(session, one, content.model_copy(update={"title": "Nieuwe titel"}), by=steward)
        publish(session, one, by=steward, revision=revise(session, one, by=steward))
    noor.post(report, data={"token": token(noor.get(report).text)})
    work_off()
    assert "cobots" in topics(seeded, LESSON)
    assert "Niet ongedaan gemaakt" in noor.get(report).text


def test_a_piece_gets_another_owner_and_goes_back(noor: Client, seeded: Database) -> None:
    before = article(seeded, TERP).owner_id
    told = preview(noor, seeded, TERP, doe="owner", eigenaar="skillslab-het-werkplein")
    report = confirmed(noor, told.text)
    work_off()
    assert article(seeded, TERP).owner_id == organisation(seeded, "skillslab-het-werkplein").id
    noor.post(report, data={"token": token(noor.get(report).text)})
    work_off()
    assert article(seeded, TERP).owner_id == before


def test_pieces_are_taken_back_with_a_reason_and_shown_again(noor: Client, seeded: Database) -> None:
    refused = preview(noor, seeded, TERP, doe="withdraw", reden="")
    assert refused.status_code == 422
    report = confirmed(noor, preview(noor, seeded, TERP, doe="withdraw", reden="Het klopt niet.").text)
    work_off()
    assert article(seeded, TERP).stage == Stage.WITHDRAWN
    assert noor.get(f"/kennis/{TERP}").status_code == 410
    noor.post(report, data={"token": token(noor.get(report).text)})
    work_off()
    assert article(seeded, TERP).stage == Stage.PUBLISHED


def test_two_presses_are_one_order_and_a_worker_that_dies_in_between_goes_on(
    noor: Client, seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = preview(noor, seeded, TERP, LESSON, doe="add_topic", onderwerp="cobots").text
    assert confirmed(noor, told) == confirmed(noor, told)
    with seeded.reading() as session:
        (made,) = session.exec(select(BulkOrder.id)).all()
        assert len(session.exec(select(Job).where(Job.event == "BulkOrdered")).all()) == 1
    real, done = bulk.do, []

    def dies(*args: Any, **more: Any) -> Any:
        if done:
            raise MemoryError
        done.append(1)
        return real(*args, **more)

    monkeypatch.setattr(bulk, "do", dies)
    with pytest.raises(MemoryError):
        carry_out(BulkOrdered(order_id=made))
    monkeypatch.setattr(bulk, "do", real)
    workers = [threading.Thread(target=carry_out, args=(BulkOrdered(order_id=made),)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with seeded.reading() as session:
        assert set(session.exec(select(BulkItem.state)).all()) == {ItemState.DONE}
        assert session.exec(select(AuditEntry.action)).all().count("retopic_piece") == 2
    for slug in (TERP, LESSON):
        assert topics(seeded, slug).count("cobots") == 1


def test_a_steward_who_is_none_any_more_has_nothing_done(noor: Client, seeded: Database) -> None:
    confirmed(noor, preview(noor, seeded, LESSON, doe="add_topic", onderwerp="cobots").text)
    with seeded.writing() as session:
        user = person(seeded, "noor")
        user.is_steward = False
        session.add(user)
    work_off()
    assert "cobots" not in topics(seeded, LESSON)
    with seeded.reading() as session:
        assert session.exec(select(BulkItem.state)).all() == [ItemState.SKIPPED]


def test_what_changed_after_it_was_looked_at_is_left_alone(noor: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        steward = actor_for(session, person(seeded, "noor"))
        one = session.exec(select(Article).where(Article.slug == LESSON)).one()
        stale = (one.live_revision_id or 0) - 1
        order(session, What.ADD_TOPIC, {"topic": "cobots"}, [(one.id, stale)], by=steward, key="oud")
    work_off()
    assert "cobots" not in topics(seeded, LESSON)


def test_the_chosen_pieces_are_given_out_as_csv_and_json(noor: Client, seeded: Database) -> None:
    form = {"token": token(noor.get(HERE).text), "stuk": [box(seeded, TERP), box(seeded, LESSON), "x", "1:2:3"]}
    told = json.loads(noor.post(f"{HERE}/tabel", data={**form, "vorm": "json"}).text)
    assert [row["slug"] for row in told["items"]] == [TERP, LESSON]
    table = noor.post(f"{HERE}/tabel", data={**form, "vorm": "csv"})
    assert table.headers["content-disposition"] == 'attachment; filename="stukken.csv"'
    assert table.text.lstrip("\ufeff").splitlines()[0].startswith("slug,url,kind")
    with seeded.reading() as session:
        assert session.exec(select(AuditEntry.action)).all().count("export_pieces") == 2


@pytest.mark.parametrize("handle", ["femke", "tjitske", "sjoerd"])
def test_for_anybody_else_none_of_it_is_there(client: Client, seeded: Database, handle: str) -> None:
    client.sign_in(person(seeded, handle))
    for path in (HERE, f"{HERE}/opdrachten/1"):
        assert client.get(path).status_code == 404
    with seeded.reading() as session:
        assert session.exec(select(BulkOrder).where(col(BulkOrder.id) > 0)).all() == []


def test_what_does_not_stand_on_the_first_page_stands_on_the_next(
    noor: Client, seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stewards_pieces, "MOST", 5)
    chosen = settings.settings().model_copy(update={"search_binary": "/nowhere"})
    monkeypatch.setattr(settings, "_configured", chosen)
    rebuild()
    seen: list[str] = []
    is_more, number = True, 0
    while is_more:
        number += 1
        page = noor.get(f"{HERE}?pagina={number}").text
        rows = re.findall(r'name="stuk" value="([\d:]+)" checked', page)
        assert f"Stukken {5 * number - 4} tot en met {5 * number - 5 + len(rows)}" in page
        is_more = f'pagina={number + 1}" rel="next"' in page
        assert len(rows) == 5 or not is_more
        seen += rows
    assert number > 2
    assert len(set(seen)) == len(seen)
    assert f"{len(seen)} stukken" in page
