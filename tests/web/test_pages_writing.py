"""The editor: my pieces, a new one, and saving without losing anything."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlmodel import select

from app.core.database import Database
from content.models import Article, Draft, Revision
from tests.counts import full
from tests.web.client import Client
from tests.web.filling import fields_of
from tests.web.joining import person

pytestmark = pytest.mark.whole

LAB = "kennislab-slim-maken"


@pytest.fixture
def femke(seeded: Database) -> Iterator[Client]:
    """Writes for the Kennislab."""
    with Client() as client:
        client.sign_in(person(seeded, "femke"))
        yield client


def begin(client: Client, kind: str = "lesson", **changes: Any) -> str:
    """A new piece; the address of its editor."""
    token = token_of(client.get("/schrijven/nieuw").text)
    data = {"token": token, "kind": kind, "owner": LAB, "language": "nl", "title": "Meet eerst", **changes}
    answer = client.post("/schrijven/nieuw", data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def token_of(html: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', html)[1]  # type: ignore[index]


def form_of(client: Client, at: str) -> dict[str, Any]:
    """The editor's form as a browser would send it."""
    return dict(fields_of(client.get(at).text, "stuk"))


def draft(database: Database, at: str) -> Draft:
    with database.reading() as session:
        return session.exec(select(Draft).where(Draft.article_id == int(at.rpartition("/")[2]))).one()


def test_a_new_piece_begins_with_the_skeleton_of_its_kind(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    page = femke.get(at).text
    assert "## Wat er gebeurde" in page
    assert draft(seeded, at).content.title == "Meet eerst"
    assert draft(seeded, at).content.authors == ("femke",)
    assert "Meet eerst" in femke.get("/schrijven").text


def test_what_is_typed_is_saved_on_the_version_it_was_typed_in(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    answer = femke.post(at, data={**form, "takeaway": "Meet eerst, koop daarna.", "delay_weeks": "10"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at}?klaar=bewaard")
    assert draft(seeded, at).content.told == {"takeaway": "Meet eerst, koop daarna.", "delay_weeks": 10}


def test_saving_what_is_shown_changes_nothing(femke: Client, seeded: Database) -> None:
    """Every seeded piece goes through the form and comes back the same."""
    with seeded.reading() as session:
        drafts = {row.article_id: row.content for row in session.exec(select(Draft)).all()}
    with Client() as noor:
        noor.sign_in(person(seeded, "noor"))
        for article_id, before in drafts.items():
            at = f"/schrijven/{article_id}"
            assert noor.post(at, data=form_of(noor, at)).status_code == 303
            after = draft(seeded, at).content
            assert after.model_dump(mode="json") == before.model_dump(mode="json")
    assert len(drafts) > 30


def test_a_stale_save_overwrites_nothing_and_keeps_what_was_typed(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    mine, theirs = form_of(femke, at), form_of(femke, at)
    assert femke.post(at, data={**theirs, "takeaway": "Van de ander."}).status_code == 303
    answer = femke.post(at, data={**mine, "takeaway": "Van mij."})
    assert answer.status_code == 412
    assert "Van mij." in answer.text
    assert draft(seeded, at).content.told["takeaway"] == "Van de ander."


def test_a_save_that_does_not_say_on_what_is_refused(femke: Client) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    assert femke.post(at, data={name: value for name, value in form.items() if name != "versie"}).status_code == 428


@pytest.mark.parametrize("handle", ["sjoerd", "aafke"])
def test_a_draft_is_not_there_for_others(femke: Client, seeded: Database, handle: str) -> None:
    at = begin(femke)
    with Client() as other:
        other.sign_in(person(seeded, handle))
        assert other.get(at).status_code == 404
        assert "Meet eerst" not in other.get("/schrijven").text


def test_what_is_no_number_stays_as_it_was_typed(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    femke.post(at, data={**form_of(femke, at), "delay_weeks": "een week of tien"})
    assert draft(seeded, at).content.told["delay_weeks"] == "een week of tien"
    assert form_of(femke, at)["delay_weeks"] == ["een week of tien"]


@pytest.mark.parametrize(("part", "value"), [("period", "14 weken"), ("method", "estimated"), ("better", "higher")])
def test_a_row_of_a_figure_with_one_thing_in_it_is_saved(
    femke: Client, seeded: Database, part: str, value: str
) -> None:
    at = begin(femke, "case_study")
    assert femke.post(f"{at}/bewaren", data={**form_of(femke, at), f"metrics-1-{part}": value}).status_code == 200
    assert draft(seeded, at).content.told["metrics"] == [{part: value}]
    assert form_of(femke, at)[f"metrics-0-{part}"] == [value]
    fresh = femke.post(f"{at}/meelezen", data=form_of(femke, at))
    assert 'href="#metrics-0-name"' in fresh.json()["needs"]


def test_a_row_of_a_figure_as_the_page_shows_it_is_nothing(femke: Client, seeded: Database) -> None:
    at = begin(femke, "case_study")
    femke.post(f"{at}/bewaren", data=form_of(femke, at))
    assert "metrics" not in draft(seeded, at).content.told


# --- while somebody types ---


def test_it_is_saved_only_when_the_answer_names_a_version(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    told = femke.post(f"{at}/bewaren", data={**form_of(femke, at), "takeaway": "Meet eerst."}).json()
    assert told["version"] == draft(seeded, at).version
    assert "Bewaard om" in told["said"]
    assert draft(seeded, at).content.told == {"takeaway": "Meet eerst."}


def test_a_stale_save_while_typing_is_412_and_a_blind_one_428(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    assert femke.post(f"{at}/bewaren", data={**form, "takeaway": "Een."}).status_code == 200
    assert femke.post(f"{at}/bewaren", data={**form, "takeaway": "Twee."}).status_code == 412
    assert femke.post(f"{at}/bewaren", data={**form, "versie": ""}).status_code == 428
    assert draft(seeded, at).content.told == {"takeaway": "Een."}


ONE, TWO, THREE = (letter * 32 for letter in "abc")
"""Keys that an open editor gave its saves."""


def test_a_save_after_one_whose_answer_was_lost_is_no_conflict_with_oneself(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    lost = femke.post(f"{at}/bewaren", data={**form, "takeaway": "Een.", "poging": ONE})
    assert lost.status_code == 200
    more = {**form, "takeaway": "Een en twee.", "poging": TWO}
    # The control: who does not know that text cannot have saved it.
    assert femke.post(f"{at}/bewaren", data=more).status_code == 412
    assert femke.post(f"{at}/bewaren", data={**more, "eerder": f"{THREE} x"}).status_code == 412
    told = femke.post(f"{at}/bewaren", data={**more, "eerder": f"{THREE} {ONE}"})
    assert told.json()["version"] == draft(seeded, at).version
    assert draft(seeded, at).content.told == {"takeaway": "Een en twee."}
    # Two answers lost after each other, and the button of the form.
    both = {**form, "takeaway": "Drie.", "eerder": f"{ONE} {TWO}"}
    assert femke.post(at, data=both).status_code == 303
    assert draft(seeded, at).content.told == {"takeaway": "Drie."}


def test_the_same_attempt_again_changes_nothing_and_is_answered_the_same(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    form = {**form_of(femke, at), "takeaway": "Een.", "poging": ONE}
    first = femke.post(f"{at}/bewaren", data=form).json()
    assert femke.post(f"{at}/bewaren", data=form).json() == first
    assert draft(seeded, at).version == first["version"]


def test_what_somebody_else_saved_since_a_lost_answer_is_never_overwritten(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    assert femke.post(f"{at}/bewaren", data={**form, "takeaway": "Een.", "poging": ONE}).status_code == 200
    again = {**form, "takeaway": "Twee.", "poging": TWO, "eerder": ONE}
    with Client() as tjitske:
        tjitske.sign_in(person(seeded, "tjitske"))
        theirs = form_of(tjitske, at)
        # A key is good for who saved with it.
        assert tjitske.post(f"{at}/bewaren", data={**again, "token": theirs["token"]}).status_code == 412
        assert tjitske.post(f"{at}/bewaren", data={**theirs, "takeaway": "Van Tjitske."}).status_code == 200
    assert femke.post(f"{at}/bewaren", data=again).status_code == 412
    assert femke.post(f"{at}/bewaren", data={**form, "takeaway": "Een.", "poging": ONE}).status_code == 412
    assert draft(seeded, at).content.told == {"takeaway": "Van Tjitske."}


def test_many_saves_of_one_writer_are_never_a_conflict(femke: Client) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    for n in range(full(1000, 30)):
        told = femke.post(f"{at}/bewaren", data={**form, "takeaway": f"Meet {n} keer."})
        assert told.status_code == 200
        form["versie"] = str(told.json()["version"])


def test_what_is_missing_is_told_with_the_way_to_it(femke: Client) -> None:
    at = begin(femke, "case_study")
    told = femke.post(f"{at}/meelezen", data=form_of(femke, at)).json()
    assert told["blocking"] > 5
    assert 'href="#metrics-0-name"' in told["needs"]
    form = {**form_of(femke, at), "metrics-0-indicator": "changeover-time", "metrics-0-baseline": "34"}
    told = femke.post(f"{at}/meelezen", data=form).json()
    assert 'href="#metrics-0-result"' in told["needs"]
    told = femke.post(f"{at}/meelezen", data={**form, "metrics-0-result": "21,5"}).json()
    assert "21,5" in told["page"]
    assert "−37" in told["page"] or "-37" in told["page"]


def test_the_preview_is_what_the_page_will_be(seeded: Database) -> None:
    """The text of a piece as the editor shows it is the text that readers have, letter for letter."""
    with Client() as noor:
        noor.sign_in(person(seeded, "noor"))
        with seeded.reading() as session:
            told = session.exec(
                select(Article, Revision).where(Article.live_revision_id == Revision.id, Article.language == "nl")
            ).all()
        assert len(told) > 15
        for article, revision in told:
            at = f"/schrijven/{article.id}"
            fresh = noor.post(f"{at}/meelezen", data=form_of(noor, at)).json()
            page = noor.get(f"{at}/voorbeeld").text
            if article.kind == "technology":  # two of its lists stand above the text, here and there
                (text, *_rest) = re.findall(r'<div class="prose prose--small"[^>]*>(.+?)</div>', fresh["page"], re.S)
                assert text.strip() in page
            else:
                assert revision.html in fresh["page"]
            assert "<h1" in page
            assert article.title in unescape(page)


def test_who_else_is_here_is_told_and_forgotten(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    token = form_of(femke, at)["token"]
    assert femke.post(f"{at}/aanwezig", data={"token": token}).json()["others"] == ""
    with Client() as tjitske:
        tjitske.sign_in(person(seeded, "tjitske"))
        theirs = tjitske.post(f"{at}/aanwezig", data={"token": form_of(tjitske, at)["token"]}).json()
        assert theirs["others"] == "Femke Hoekstra heeft dit ook open"
    with Client() as sjoerd:
        sjoerd.sign_in(person(seeded, "sjoerd"))
        assert sjoerd.post(f"{at}/aanwezig", data={"token": "x"}).status_code in (403, 404)


def test_after_signing_in_again_an_editor_hears_who_signed_in(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    assert femke.get(f"{at}/stand").json()["who"] == "femke"
    with Client() as tjitske:
        tjitske.sign_in(person(seeded, "tjitske"))
        assert tjitske.get(f"{at}/stand").json()["who"] == "tjitske"


# --- two who wrote at once ---


def test_both_texts_stand_side_by_side_and_one_is_made_of_them(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    base = {**form_of(femke, at), "body": "Eerste alinea.\n\nTweede alinea over de mal."}
    assert femke.post(at, data=base).status_code == 303
    form = form_of(femke, at)
    theirs = {**form, "body": "Eerste alinea.\n\nTweede alinea over de nieuwe mal.", "delay_weeks": "8"}
    assert femke.post(at, data=theirs).status_code == 303
    mine = {**form, "body": "Eerste alinea.\n\nTweede alinea over de oude mal.", "delay_weeks": "10"}
    answer = femke.post(at, data=mine)
    assert answer.status_code == 412
    assert "nieuwe" in answer.text
    assert "oude" in answer.text
    choosing = fields_of(answer.text, "samen")
    refused = femke.post(f"{at}/samenvoegen", data=choosing)
    assert refused.status_code == 422
    choosing = fields_of(refused.text, "samen")
    done = femke.post(f"{at}/samenvoegen", data={**choosing, "kies-delay_weeks": "mine", "kies-body-1": "both"})
    assert done.status_code == 303
    content = draft(seeded, at).content
    assert content.told["delay_weeks"] == 10
    assert content.body == ("Eerste alinea.\n\nTweede alinea over de nieuwe mal.\n\nTweede alinea over de oude mal.")


def test_choosing_on_what_changed_once_more_shows_both_again(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    form = form_of(femke, at)
    assert femke.post(at, data={**form, "takeaway": "Een."}).status_code == 303
    choosing = fields_of(femke.post(at, data={**form, "takeaway": "Mijn."}).text, "samen")
    assert femke.post(at, data={**form_of(femke, at), "takeaway": "Twee."}).status_code == 303
    again = femke.post(f"{at}/samenvoegen", data={**choosing, "kies-takeaway": "mine"})
    assert again.status_code == 412
    assert "Mijn." in again.text
    assert "Twee." in again.text
    assert draft(seeded, at).content.told["takeaway"] == "Twee."


def test_figures_are_chosen_one_by_one(femke: Client, seeded: Database) -> None:
    at = begin(femke, "case_study")

    def figure(n: int, name: str, after: int) -> dict[str, str]:
        parts = {"name": name, "unit": "min", "baseline": "40", "result": str(after), "period": "6 weken"}
        return {f"metrics-{n}-{part}": value for part, value in parts.items()}

    form = form_of(femke, at)
    assert femke.post(at, data={**form, **figure(0, "Omsteltijd", 30), **figure(1, "Uitval", 20)}).status_code == 303
    form = form_of(femke, at)
    theirs = {**form, **figure(0, "Omsteltijd", 25), **figure(2, "Zoektijd", 5)}
    assert femke.post(at, data=theirs).status_code == 303
    mine = {**form, **figure(0, "Omsteltijd", 28), **figure(1, "Uitval", 10)}
    answer = femke.post(at, data=mine)
    assert answer.status_code == 412
    choosing = fields_of(answer.text, "samen")
    chosen = {"kies-metrics-0": "theirs", "kies-metrics-1": "mine", "kies-metrics-2": "theirs"}
    assert femke.post(f"{at}/samenvoegen", data={**choosing, **chosen}).status_code == 303
    told = draft(seeded, at).content.told["metrics"]
    assert [(each["name"], each["result"]) for each in told] == [("Omsteltijd", 25), ("Uitval", 10), ("Zoektijd", 5)]


def test_a_very_long_text_is_merged_too(femke: Client, seeded: Database) -> None:
    at = begin(femke)
    parts = [f"Zin {n} over de mal." for n in range(700)]
    form = {**form_of(femke, at), "body": "\n\n".join(parts)}
    assert femke.post(at, data=form).status_code == 303
    form = form_of(femke, at)
    assert femke.post(at, data={**form, "body": "\n\n".join([*parts, "Van haar."])}).status_code == 303
    answer = femke.post(at, data={**form, "body": "\n\n".join(["Van mij.", *parts])})
    assert answer.status_code == 412
    assert femke.post(f"{at}/samenvoegen", data=fields_of(answer.text, "samen")).status_code == 303
    assert draft(seeded, at).content.body == "\n\n".join(["Van mij.", *parts, "Van haar."])
