"""Saving asks the database as often in a piece with a long history and many pictures as in a new one."""

from hashlib import sha256
from typing import Final

import pytest

from app.core.database import Database
from app.people.actor import the_operator
from content.models import Article, Attachment
from content.snapshot import FileUse
from content.writing import draft_of, keep_aside, save_draft
from tests.counts import full
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_queries import counting
from tests.web.test_pages_translating import translation
from tests.web.test_pages_writing import begin, form_of

pytestmark = pytest.mark.whole

REVISIONS: Final = full(200, 30)
PICTURES: Final = 50

MOST: Final = 25
"""Questions that one save may ask."""


def grow(database: Database, at: str, *, revisions: int = REVISIONS, pictures: int = PICTURES) -> None:
    """Give this piece a history and pictures, all of them in its text."""
    with database.writing() as session:
        article = session.get_one(Article, int(at.rpartition("/")[2]))
        names = [f"foto-{pictures}-{nth}.webp" for nth in range(pictures)]
        uses = tuple(FileUse(name=name, hash=sha256(name.encode()).hexdigest(), shows="Een mal") for name in names)
        for use in uses:
            told = {"size": 9, "media_type": "image/webp", "width": 800, "height": 600}
            session.add(Attachment(article_id=article.id, name=use.name, hash=use.hash, **told))
        session.flush()
        shown = "\n\n".join(f"![](files/{name})" for name in names)
        content = draft_of(session, article).content
        for nth in range(revisions):
            keep_aside(session, article, content.model_copy(update={"body": f"Versie {nth}."}), saved_by_id=None)
        save_draft(session, article, content.model_copy(update={"files": uses, "body": shown}), by=the_operator)


def asked(client: Client, database: Database, at: str) -> dict[str, int]:
    """How many questions each thing asks that an open editor does."""
    counts = {}
    for what in ("bewaren", "meelezen", "aanwezig"):
        form = {**form_of(client, at), "title": f"Anders door {what}"}
        with counting(database) as questions:
            assert client.post(f"{at}/{what}", data=form).status_code == 200
        counts[what] = len(questions)
    with counting(database) as questions:
        assert client.get(at).status_code == 200
    return {**counts, "open": len(questions)}


def test_a_save_asks_as_often_in_a_large_piece_as_in_a_new_one(seeded: Database) -> None:
    with Client() as femke:
        femke.sign_in(person(seeded, "femke"))
        at = begin(femke)
        # With one picture: what came of reading files is asked of a piece that has any.
        grow(seeded, at, revisions=1, pictures=1)
        asked(femke, seeded, at)
        before = asked(femke, seeded, at)
        grow(seeded, at)
        assert asked(femke, seeded, at) == before
        assert before["bewaren"] <= MOST


def test_so_does_a_translation(seeded: Database) -> None:
    with Client() as femke:
        femke.sign_in(person(seeded, "femke"))
        original = begin(femke)
        grow(seeded, original, revisions=1, pictures=1)
        at = translation(femke, original)
        asked(femke, seeded, at)
        before = asked(femke, seeded, at)
        grow(seeded, original)
        assert asked(femke, seeded, at) == before
