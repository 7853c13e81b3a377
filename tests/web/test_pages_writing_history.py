"""The history of a piece in the browser: what was put aside, by whom it was written, and going back to it."""

import re

import pytest

from app.core.database import Database
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_writing import begin, form_of

pytestmark = pytest.mark.whole


def test_what_is_put_aside_is_by_whoever_wrote_it_and_can_be_gone_back_to(seeded: Database) -> None:
    with Client() as femke, Client() as tjitske:
        femke.sign_in(person(seeded, "femke"))
        tjitske.sign_in(person(seeded, "tjitske"))
        at = begin(femke)
        femke.post(at, data={**form_of(femke, at), "body": "Wat femke schreef."})
        history = f"{at}/verloop"
        token = form_of(tjitske, at)["token"]
        assert tjitske.post(history, data={"token": token, "note": "Voor ik begin"}).status_code == 303
        rows = re.findall(r"<li[^>]*>.*?</li>", tjitske.get(history).text, re.DOTALL)
        (kept,) = [row for row in rows if "Voor ik begin" in row]
        assert "Femke Hoekstra" in kept
        assert "Tjitske" not in kept
        tjitske.post(at, data={**form_of(tjitske, at), "body": "Wat tjitske schreef."})
        number = re.search(r"van=(\d+)", kept)
        assert number
        form = form_of(tjitske, at)
        told = {"token": form["token"], "versie": form["versie"], "nummer": number[1]}
        assert tjitske.post(f"{at}/terugzetten", data=told).status_code == 303
        assert form_of(femke, at)["body"] == ["Wat femke schreef."]
