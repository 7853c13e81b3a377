"""A translation beside its original: passage by passage, saved and merged as every other text."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.core.database import Database
from app.core.markdown.rendering import MAX_LINES
from content.models import Article
from content.snapshot import Snapshot
from content.writing import draft_of
from tests.web.client import Client
from tests.web.filling import fields_of
from tests.web.joining import person
from tests.web.test_pages_writing import begin, form_of, token_of

pytestmark = pytest.mark.whole

DUTCH = "## Wat er gebeurde\n\nDe mal paste niet.\n\nDaarna maten we zes weken."


@pytest.fixture
def femke(seeded: Database) -> Iterator[Client]:
    """Writes for the Kennislab."""
    with Client() as client:
        client.sign_in(person(seeded, "femke"))
        yield client


def content(database: Database, at: str) -> Snapshot:
    with database.reading() as session:
        return draft_of(session, session.get_one(Article, int(at.rpartition("/")[2].partition("?")[0]))).content


def original(client: Client, **changes: Any) -> str:
    at = begin(client)
    write(client, at, body=DUTCH, takeaway="Meet eerst, koop daarna.", delay_weeks="10", **changes)
    return at


def write(client: Client, at: str, *gone: str, **changes: Any) -> int:
    form = {name: value for name, value in form_of(client, at).items() if name not in gone}
    return client.post(at, data={**form, **changes}).status_code


def translation(client: Client, at: str) -> str:
    answer = client.post(f"{at}/vertaling", data={"token": token_of(client.get(at).text)})
    assert answer.status_code == 303
    return answer.headers["location"].partition("?")[0]


def test_a_translation_is_written_beside_its_original(femke: Client, seeded: Database) -> None:
    at = original(femke)
    english = translation(femke, at)
    page = femke.get(english).text
    assert "De mal paste niet." in page
    assert page.count("Nog niet vertaald") == 5
    # Whatever is still needed leads to something on this page.
    needed = re.findall(r'href="#([^"]+)">Ga ernaartoe', page)
    assert needed
    assert [each for each in needed if f'id="{each}"' not in page] == []
    words = {"title": "Measure first", "takeaway": "Measure first.", "deel-0": "## What happened"}
    assert write(femke, english, **words, **{"deel-1": "The jig did not fit.", "deel-2": "Then we measured."}) == 303
    told = content(seeded, english)
    assert told.body == "## What happened\n\nThe jig did not fit.\n\nThen we measured."
    assert (told.title, told.told["takeaway"], told.told["delay_weeks"]) == ("Measure first", "Measure first.", 10)
    assert "Elk deel vertelt wat het origineel vertelt." in femke.get(english).text


def test_each_passage_knows_whether_the_original_changed_since(femke: Client, seeded: Database) -> None:
    at = original(femke)
    english = translation(femke, at)
    words = {"title": "Measure first", "takeaway": "Measure first.", "deel-0": "## What happened"}
    write(femke, english, **words, **{"deel-1": "The jig did not fit.", "deel-2": "We measured six weeks."})
    write(femke, at, body=DUTCH.replace("zes", "acht") + "\n\nEen nieuwe alinea.")
    page = femke.get(english).text
    assert "<del>zes</del>" in page
    assert "<ins>acht</ins>" in page
    assert "2 delen om naar te kijken." in page
    # Other words alone say nothing of what they tell; the box does.
    write(femke, english, **{"deel-2": "We measured for six weeks."})
    assert "2 delen om naar te kijken." in femke.get(english).text
    write(femke, english, **{"deel-2": "We measured eight weeks.", "klopt-deel-2": "ja", "deel-3": "A new one."})
    assert "Elk deel vertelt wat het origineel vertelt." in femke.get(english).text
    assert content(seeded, english).body.endswith("We measured eight weeks.\n\nA new one.")


def test_the_longest_text_can_be_translated(femke: Client, seeded: Database) -> None:
    many = MAX_LINES // 2
    at = original(femke)
    assert write(femke, at, body="\n\n".join(f"Regel {n}." for n in range(many))) == 303
    english = translation(femke, at)
    words = {f"deel-{n}": f"Line {n}." for n in range(many)} | {f"klopt-deel-{n}": "ja" for n in range(many)}
    assert write(femke, english, **words) == 303
    assert content(seeded, english).body == "\n\n".join(f"Line {n}." for n in range(many))


def test_what_somebody_wrote_stays_when_its_passage_goes(femke: Client, seeded: Database) -> None:
    at = original(femke)
    english = translation(femke, at)
    write(femke, english, **{"deel-0": "## What happened", "deel-1": "The jig did not fit.", "deel-2": "We measured."})
    write(femke, at, body="## Wat er gebeurde")
    assert "Weg uit het origineel" in femke.get(english).text
    write(femke, english)
    assert content(seeded, english).body == "## What happened\n\nThe jig did not fit.\n\nWe measured."


def test_two_who_translate_at_once_get_both_texts_and_keep_what_they_were_made_from(
    femke: Client, seeded: Database
) -> None:
    at = original(femke)
    english = translation(femke, at)
    mine = {**form_of(femke, english), "title": "Mine", "deel-1": "The jig was wrong."}
    write(femke, english, title="Theirs", **{"deel-1": "The jig did not fit."})
    stale = femke.post(english, data=mine)
    assert stale.status_code == 412
    assert "The jig was wrong." in stale.text
    assert "The jig did not fit." in stale.text
    kept = dict(fields_of(stale.text, "samen"))
    chosen = {**kept, "kies-title": "mine", "kies-body-0": "both"}
    assert femke.post(f"{english}/samenvoegen", data=chosen).status_code == 303
    told = content(seeded, english)
    assert told.title == "Mine"
    assert told.body == "The jig did not fit.\n\nThe jig was wrong."
    assert {each.source for each in told.translated or () if each.part == "body"} == {"De mal paste niet."}


def test_what_the_page_sent_along_may_be_anything(femke: Client, seeded: Database) -> None:
    english = translation(femke, original(femke))
    for told in ("[" * 5000, "null", '{"deel-0": 3}', '{"deel-0": ["a", "b", "c"]}', "{"):
        assert write(femke, english, bronnen=told, **{"deel-0": "## What happened"}) == 303
    assert content(seeded, english).body == "## What happened"


def test_only_who_may_write_in_the_original_begins_a_translation(femke: Client, seeded: Database) -> None:
    at = original(femke)
    with Client() as other:
        other.sign_in(person(seeded, "aafke"))
        token = token_of(other.get("/schrijven/nieuw").text)
        assert other.post(f"{at}/vertaling", data={"token": token}).status_code == 404


def test_it_has_the_marks_and_the_preview_of_the_editor(femke: Client, seeded: Database) -> None:
    original = begin(femke)
    at = translation(femke, original)
    page = femke.get(at).text
    editor = femke.get(original).text
    marks = re.findall(r'data-mark="(\w+)"', editor)
    assert len(marks) > 5
    assert re.findall(r'data-mark="(\w+)"', page) == marks
    assert 'id="voorbeeld"' in page
    typed = {**form_of(femke, at), "deel-0": "## What **happened**"}
    assert "<strong>happened</strong>" in femke.post(f"{at}/meelezen", data=typed).json()["page"]
