"""Somebody who writes: in a test, or in a process of its own that notes what was acknowledged and may be killed.

`python -m tests.promises.editing LEDGER SEED` writes into the database that the settings name until it is ended. Each
change is noted before it is begun and again when its commit has returned.
"""

import json
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

import app.reactions  # noqa: F401 - what follows from what
from app.core.database import reading, writing
from app.people.actor import Actor
from content.models import Article, Stage
from content.publishing import publish, show_to, withdraw
from content.snapshot import Visibility
from content.writing import draft_of, revise, save_draft

STEWARD = Actor(name="proof", is_steward=True)

IN_USE = 12
"""So many pieces are written again and again."""


class State(NamedTuple):
    """How an article stands."""

    stage: str
    visibility: str
    title: str


def public_slugs() -> list[str]:
    """Pieces in one language that everybody sees, in a fixed order."""
    with reading() as session:
        single = select(Article.piece_id).group_by(col(Article.piece_id)).having(func.count() == 1)
        found = select(Article.slug).where(
            Article.stage == Stage.PUBLISHED,
            Article.visibility == Visibility.EVERYONE,
            col(Article.piece_id).in_(single),
        )
        return sorted(session.exec(found).all())


def state_of(slug: str) -> State:
    """How this article stands in the database."""
    with reading() as session:
        article = _article(session, slug)
        return State(article.stage.value, article.visibility.value, article.title)


def piece_of(slug: str) -> int:
    """The number of its piece, which is that of its document in the index."""
    with reading() as session:
        return _article(session, slug).piece_id


def rewrite(slug: str, title: str) -> None:
    """Publish a new version under this title."""
    with writing() as session:
        article = _article(session, slug)
        content = draft_of(session, article).content.model_copy(update={"title": title})
        save_draft(session, article, content, by=STEWARD)
        revise(session, article, by=STEWARD)
        publish(session, article, by=STEWARD)


def take_back(slug: str) -> None:
    """Withdraw it."""
    with writing() as session:
        withdraw(session, _article(session, slug), by=STEWARD, reason_nl="De cijfers klopten niet.")


def put_back(slug: str) -> None:
    """Publish it again."""
    with writing() as session:
        publish(session, _article(session, slug), by=STEWARD)


def show(slug: str, visibility: Visibility) -> None:
    """Change who sees it."""
    with writing() as session:
        show_to(session, _article(session, slug), visibility, by=STEWARD, allowed=set())


def _article(session: Session, slug: str) -> Article:
    return session.exec(select(Article).where(Article.slug == slug)).one()


# --- a process of its own -----------------------------------------------------------------------------------------


class Ledger:
    """What was begun and what was acknowledged, in a file that outlives its writer."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, slug: str, wanted: State, *, done: bool) -> None:
        """Write one line, whole or not at all."""
        line = json.dumps([slug, *wanted, done]) + "\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, line.encode())
        os.close(handle)

    def lines(self) -> list[tuple[str, State, bool]]:
        """Everything noted so far."""
        if not self.path.exists():
            return []
        told = [json.loads(line) for line in self.path.read_text().splitlines()]
        return [(slug, State(*wanted), done) for slug, *wanted, done in told]

    def possible(self) -> dict[str, set[State]]:
        """How each article may stand: as acknowledged last, or as a change that was begun since then wanted it."""
        found: dict[str, set[State]] = {}
        for slug, wanted, done in self.lines():
            found[slug] = {wanted} if done else found.get(slug, set()) | {wanted}
        return found


def _step(slug: str, chance: random.Random, number: int, ledger: Ledger) -> None:
    now = state_of(slug)
    if now.stage == Stage.WITHDRAWN:
        wanted, change = now._replace(stage=Stage.PUBLISHED.value), lambda: put_back(slug)
    else:
        what = chance.random()
        if what < 0.5:
            title = f"Proefstuk {number} zqx{number}"
            wanted, change = now._replace(title=title), lambda: rewrite(slug, title)
        elif what < 0.75:
            wanted, change = now._replace(stage=Stage.WITHDRAWN.value), lambda: take_back(slug)
        else:
            to = Visibility.MEMBERS if now.visibility == Visibility.EVERYONE else Visibility.EVERYONE
            wanted, change = now._replace(visibility=to.value), lambda: show(slug, to)
    ledger.note(slug, wanted, done=False)
    change()
    ledger.note(slug, wanted, done=True)


def write_on(ledger: Ledger, slugs: Sequence[str], seed: int) -> None:
    """Change one after the other for ever."""
    chance = random.Random(seed)
    if not ledger.lines():
        for slug in slugs:
            ledger.note(slug, state_of(slug), done=True)
    number = 1000 * seed
    while True:
        number += 1
        _step(chance.choice(slugs), chance, number, ledger)
        time.sleep(chance.uniform(0, 0.2))


if __name__ == "__main__":
    kept = Ledger(Path(sys.argv[1]))
    write_on(kept, sorted({slug for slug, *_ in kept.lines()}) or public_slugs()[:IN_USE], int(sys.argv[2]))
