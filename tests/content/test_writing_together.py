"""Many who write in one piece at once: nothing is lost, and nobody is told of a conflict that is none."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import select

from app.core.database import Database
from app.core.errors import Conflict, NotAllowed, NotFound, Stale, Unavailable
from app.people.actor import Actor
from content import drafting, presence, revisions
from content.drafting import begin, restore, save
from content.models import Article, Revision
from content.writing import draft_of
from tests.cast import Cast
from tests.counts import full

ROOT = Path(__file__).parents[2]


@pytest.fixture
def writers(database: Database) -> tuple[int, list[Actor]]:
    """A new lesson, and the one who may write in it as often as it takes."""
    with database.writing() as session:
        cast = Cast.in_(session)
        article = begin(session, kind="lesson", language="nl", owner=cast.kennislab, by=cast.femke)
        return article.id, [cast.femke, cast.noor]


def add_mark(database: Database, article_id: int, by: Actor, mark: str) -> int:
    """Read the text, add a line, save on the version read, and again when somebody was first. How often that was."""
    for tries in range(10_000):
        with database.reading() as session:
            draft = draft_of(session, session.get_one(Article, article_id))
            content, version = draft.content, draft.version
        longer = content.model_copy(update={"body": f"{content.body}\n{mark}"})
        try:
            with database.writing() as session:
                save(session, session.get_one(Article, article_id), longer, by=by, seen_version=version)
        except (Conflict, Unavailable):
            continue
        return tries
    raise AssertionError(f"{mark} never got through")


def text_of(database: Database, article_id: int) -> list[str]:
    with database.reading() as session:
        return draft_of(session, session.get_one(Article, article_id)).content.body.split("\n")


@pytest.mark.slow
@pytest.mark.timeout(full(3600, 120))
def test_of_many_writers_at_once_every_word_stays(
    database: Database, writers: tuple[int, list[Actor]], record_property: Callable[[str, object], None]
) -> None:
    article_id, people = writers
    many, rounds = full(32, 6), full(100, 4)

    def write(n: int) -> int:
        return sum(add_mark(database, article_id, people[n % 2], f"w{n}r{r}") for r in range(rounds))

    with ThreadPoolExecutor(many) as crowd:
        again = sum(crowd.map(write, range(many)))
    lines = text_of(database, article_id)
    wanted = {f"w{n}r{r}" for n in range(many) for r in range(rounds)}
    assert wanted <= set(lines)
    assert len([line for line in lines if line in wanted]) == len(wanted)
    record_property("stale saves", again)


def test_a_stale_save_changes_nothing(database: Database, writers: tuple[int, list[Actor]]) -> None:
    article_id, (femke, noor) = writers
    with database.writing() as session:
        article = session.get_one(Article, article_id)
        draft = draft_of(session, article)
        content, version = draft.content, draft.version
        save(session, article, content.model_copy(update={"title": "Eerst"}), by=femke, seen_version=version)
    late = content.model_copy(update={"title": "Te laat"})
    with database.writing() as session:
        article = session.get_one(Article, article_id)
        with pytest.raises(Stale):
            save(session, article, late, by=noor, seen_version=version)
    with database.reading() as session:
        assert draft_of(session, session.get_one(Article, article_id)).content.title == "Eerst"


def test_one_goes_back_to_an_older_text_and_loses_nothing(database: Database, writers: tuple[int, list[Actor]]) -> None:
    article_id, (femke, _noor) = writers
    with database.writing() as session:
        article = session.get_one(Article, article_id)
        for title in ("Een", "Twee"):
            draft = draft_of(session, article)
            content = draft.content.model_copy(update={"title": title})
            save(session, article, content, by=femke, seen_version=draft.version)
            drafting.put_aside(session, article, by=femke, note=title)
        draft = draft_of(session, article)
        content = draft.content.model_copy(update={"title": "Drie"})
        save(session, article, content, by=femke, seen_version=draft.version)
        restore(session, article, 1, by=femke, seen_version=draft_of(session, article).version)
        assert draft_of(session, article).content.title == "Een"
        told = session.exec(select(Revision).where(Revision.article_id == article_id)).all()
        assert {each.content.title for each in told} == {"Een", "Twee", "Drie"}
        assert [each.note for each in revisions.all_aside(session, article)][1:] == ["Twee", "Een"]
        with pytest.raises(NotFound):
            restore(session, article, 99, by=femke, seen_version=draft_of(session, article).version)


def test_who_may_not_write_is_not_there(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = begin(session, kind="lesson", language="nl", owner=cast.kennislab, by=cast.femke)
        for actor in (cast.sjoerd, cast.aafke, cast.hinke, cast.okke, cast.nobody):
            with pytest.raises(NotFound):
                drafting.editable(session, article.id, actor)
            with pytest.raises(NotAllowed):
                presence.be_there(session, article, by=actor)


WRITER = """
import sys
sys.path.insert(0, {root!r})
import app.reactions
from app.core import database
from content.drafting import save
from content.models import Article
from content.writing import draft_of
from app.people.actor import Actor
database.configure({url!r})
by = Actor(is_steward=True)
for n in range(100000):
    with database.reading() as session:
        draft = draft_of(session, session.get_one(Article, {article}))
        content, version = draft.content, draft.version
    mark = "{round}-%d" % n
    with database.writing() as session:
        body = content.body[-60000:] + "\\n" + mark
        save(session, session.get_one(Article, {article}), content.model_copy(update={{"body": body}}), by=by,
             seen_version=version)
    print(mark, flush=True)
"""


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_writer_killed_at_any_moment_loses_nothing_that_was_acknowledged(
    database: Database, writers: tuple[int, list[Actor]], tmp_path: Path
) -> None:
    article_id, _people = writers
    chance = random.Random(7)
    for round_ in range(full(200, 2)):
        code = WRITER.format(root=str(ROOT), url=database.url, article=article_id, round=round_)
        with (tmp_path / "said").open("w+") as said:
            writer = subprocess.Popen([sys.executable, "-c", code], stdout=said, cwd=ROOT)
            until_it_speaks(tmp_path / "said", writer)
            time.sleep(chance.random() * 0.3)
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        acknowledged = (tmp_path / "said").read_text("utf-8").split("\n")[:-1]
        lines = text_of(database, article_id)
        assert acknowledged
        assert set(acknowledged) <= set(lines)
        # The piece is as good as before: the next one saves at once.
        assert add_mark(database, article_id, Actor(is_steward=True), f"na-{round_}") == 0


def until_it_speaks(said: Path, writer: "subprocess.Popen[bytes]") -> None:
    for _wait in range(600):
        if said.stat().st_size:
            return
        assert writer.poll() is None
        time.sleep(0.05)
    raise AssertionError("the writer never saved anything")
