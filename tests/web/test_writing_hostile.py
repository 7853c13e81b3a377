"""Whatever is typed into whichever field: the editor, its side view, both texts and differences show it as text."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from app.core.database import Database
from tests.core.active_html import active_constructs
from tests.core.xss_payloads import PAYLOADS
from tests.counts import full
from tests.web.client import Client
from tests.web.filling import fields_of
from tests.web.joining import person
from tests.web.test_pages_writing import begin, form_of

pytestmark = [pytest.mark.whole, pytest.mark.slow]

FIELDS = ("title", "summary", "takeaway", "applies_when", "not_when", "cost_of_mistake_eur", "delay_weeks", "outcome")


ACTIVE = frozenset({"script", "iframe", "object", "embed", "style", "base", "meta", "math"})


class Acting(HTMLParser):
    """Counts what could act on a page: scripts, frames, forms, handlers, addresses that run."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Counter[str] = Counter()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTIVE:
            self.found[tag] += 1
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in re.sub(r"[\s\x00]", "", (value or "").lower())[:40]:
                self.found[f"{tag} {name}"] += name not in ("value", "content", "data-words")


def acting(html: str) -> Counter[str]:
    return +Acting(html).found


def test_nothing_that_is_typed_acts_on_any_page_of_the_editor(seeded: Database) -> None:
    step = len(FIELDS) + 1
    batches = [PAYLOADS[at : at + step] for at in range(0, len(PAYLOADS), step)]
    batches = batches[: full(len(batches), 4)]
    assert batches
    with Client() as femke:
        femke.sign_in(person(seeded, "femke"))
        at = begin(femke)
        base = form_of(femke, at)
        plain = {**base, **dict.fromkeys(FIELDS, "gewoon"), "body": "gewoon"}
        assert femke.post(at, data=plain).status_code == 303
        pages = {path: acting(femke.get(f"{at}{path}").text) for path in ("", "/verloop", "/voorbeeld")}
        for batch in batches:
            typed = dict(zip((*FIELDS, "body"), batch, strict=False))
            before = form_of(femke, at)
            femke.post(f"{at}/verloop", data={"token": before["token"], "note": batch[0]})
            looked = femke.post(f"{at}/meelezen", data={**before, **typed}).json()
            text = looked["page"].partition("<div")[2]
            assert active_constructs(text[text.find(">") + 1 : text.rfind("</div>")]) == [], batch
            assert not acting(looked["needs"]), batch
            saved = femke.post(at, data={**before, **typed})
            assert saved.status_code in (303, 422), batch
            stale = femke.post(at, data={**before, "title": "Anders", "takeaway": batch[-1], "body": batch[-1]})
            assert stale.status_code in (412, 422)
            if stale.status_code == 412:
                assert not {name for name in acting(stale.text) if " " in name}, batch
                assert fields_of(stale.text, "samen")["takeaway"] is not None
            for path, harmless in pages.items():
                shown = acting(femke.get(f"{at}{path}").text)
                assert {name for name in shown if " " in name} == {name for name in harmless if " " in name}, batch
                for tag in ("script", "iframe", "object", "embed", "style", "base", "meta", "math"):
                    assert shown[tag] == harmless[tag], (path, tag, batch)
