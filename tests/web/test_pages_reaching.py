"""Choosing who may see a piece, on a page."""

import pytest

from app.core.database import Database
from content.attaching import allowed_to
from content.models import Article
from content.snapshot import Visibility
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_writing import begin, token_of

pytestmark = pytest.mark.whole


def test_an_author_chooses_who_may_see_a_piece(seeded: Database) -> None:
    with Client() as femke:
        femke.sign_in(person(seeded, "femke"))
        at = begin(femke)
        page = femke.get(f"{at}/zichtbaar").text
        assert "Alleen leden" in femke.get(at).text
        form = {"token": token_of(page), "visibility": "organisations", "named": "woldzicht-verspaning"}
        assert femke.post(f"{at}/zichtbaar", data=form).status_code == 303
        with seeded.reading() as session:
            article = session.get_one(Article, int(at.rpartition("/")[2]))
            assert article.visibility == Visibility.ORGANISATIONS
            assert len(allowed_to(session, article)) == 1
        assert femke.post(f"{at}/zichtbaar", data={**form, "visibility": "nobody"}).status_code == 422
        assert femke.post(f"{at}/zichtbaar", data={**form, "named": "bestaat-niet"}).status_code == 422


def test_a_reader_is_told_that_a_piece_is_not_for_everyone(seeded: Database) -> None:
    with Client() as sjoerd:
        sjoerd.sign_in(person(seeded, "sjoerd"))
        assert "Alleen leden" in sjoerd.get("/kennis/ot-netwerk-scheiden").text
        assert "Alleen leden" not in sjoerd.get("/kennis/papierloze-werkorder-esdoorn").text
