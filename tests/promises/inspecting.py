"""Looking from outside, with eyes of our own: does the index hold what the database says, and nothing else?

Nothing here asks the product how its index should be: documents are read with the engine's own key and laid beside the
rows of articles.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlmodel import col, select

from app.core.database import reading
from app.core.jobs import Job
from content.file_texts import FilePage
from content.models import Article, Revision, Stage
from content.snapshot import Visibility
from search.local import Place
from tests.house import House

MARKED = re.compile("zqx[0-9]+")
"""What the titles that a proof writes hold, and no others."""


class Held(NamedTuple):
    """What somebody finds of a piece."""

    piece: int
    shelf: str
    marks: frozenset[str]


def wanted() -> set[Held]:
    """What the database says that can be found."""
    marks: dict[tuple[int, str], set[str]] = defaultdict(set)
    live = select(Article, Revision).where(Article.stage == Stage.PUBLISHED, Revision.id == Article.live_revision_id)
    with reading() as session:
        with_text = set(session.exec(select(FilePage.hash).where(FilePage.text != "")).all())
        for article, revision in session.exec(live):
            # A file that fewer people may open than the piece is found by them alone, as soon as its text was read.
            files = [use for use in revision.content.files if use.visibility and use.hash in with_text]
            for visibility in (article.visibility, *(use.visibility for use in files if use.visibility)):
                shelf = "some" if visibility == Visibility.ORGANISATIONS else visibility.value
                marks[article.piece_id, shelf] |= set(MARKED.findall(article.title))
    return {Held(piece, shelf, frozenset(found)) for (piece, shelf), found in marks.items()}


def held(engine: Place) -> set[Held]:
    """What the index holds. Raises OSError or HTTPException when the engine does not answer."""
    return {
        Held(
            document["piece"],
            "some" if document["shelves"][0].startswith("organisation-") else document["shelves"][0],
            frozenset(MARKED.findall(document["title"])),
        )
        for document in documents(engine)
    }


def documents(engine: Place, index: str = "pieces") -> list[dict[str, Any]]:
    """Every document of the index that is about a piece."""
    told = asked(engine, f"/indexes/{index}/documents?limit=10000")
    return [document for document in told.get("results", ()) if "piece" in document]


def asked(engine: Place, path: str) -> Any:
    """What the engine answers to whoever holds its key."""
    connection = HTTPConnection(engine.address.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {engine.key}"})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def waiting() -> int:
    """Jobs not done yet."""
    with reading() as session:
        return session.exec(select(func.count(col(Job.id)))).one()


def _public() -> tuple[int, int]:
    """How many pieces and how many articles everybody sees."""
    seen = (Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
    counts = select(func.count(func.distinct(col(Article.piece_id))), func.count(col(Article.id))).where(*seen)
    with reading() as session:
        pieces, articles = session.exec(counts).one()
    return pieces, articles


def faults(house: House, engine: Place | None) -> Iterator[str]:
    """What is not as it should be, in words; nothing when all is well."""
    if engine is None:
        yield "there is no engine"
        return
    try:
        there, right = held(engine), wanted()
    except (OSError, HTTPException) as away:
        yield f"the engine does not answer: {away!r}"
        return
    yield from (f"a ghost: {one}" for one in sorted(there - right))
    yield from (f"missing: {one}" for one in sorted(right - there))
    if waiting():
        yield f"{waiting()} jobs wait"
    for path, public in zip(("/api/v1/search?limit=1", "/api/v1/articles?limit=1"), _public(), strict=True):
        answer = json.loads(house.ask(path).body)
        if answer["total"] != public:
            yield f"{path} counts {answer['total']}, not {public}"
        if answer.get("degraded"):
            yield f"{path} is answered by the database"
