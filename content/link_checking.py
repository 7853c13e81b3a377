"""Link checking: every week we look whether what published pieces lead to is still there, and tell their owner once.

Politely: one request after the other, a pause before the next one to the same host, HEAD before GET, and only to the
open internet, wherever a name or a redirect leads (`app/core/outside.py`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from app.core.addresses import whole
from app.core.clock import now
from app.core.database import reading, writing
from app.core.jobs import announce
from app.core.mail import Letter, post
from app.core.outside import NotThere, OutsideError, call
from app.people.models import User
from content.events import LinksLookedAt
from content.links import Link, LinkCheck, links_of, looked_at
from content.models import Article, Revision, Stage
from content.retiring import owners_asked

EVERY: Final = timedelta(days=7)
AGAIN: Final = timedelta(days=1)
"""When something was wrong for the first time."""
HELD: Final = timedelta(hours=2)
"""So long a piece whose links are being looked at is nobody else's; after a kill it is looked at again."""

AT_ONCE: Final = 5
"""Pieces in one go."""

PACE: Final = 2.0
"""Seconds between two requests to the same host."""

MOST_HOPS: Final = 5

GONE: Final = frozenset({404, 410})
CLOSED: Final = frozenset({401, 402, 403, 405, 406, 407, 423, 429, 451, 999})
"""Answers to programs that say nothing about what a reader gets."""

AWAY = "away"
"""Nobody answered, or too late."""
NOT_THERE = "not_there"
"""No such name, or not of the open internet."""
MISSING = "missing"
"""There is no such page any more."""
WRONG = "wrong"
"""Something is wrong on their side."""
CIRCLE = "circle"
"""It leads on and on."""

Look = Callable[[str], str]


def check_due_links() -> None:
    """Look at the links of a few pieces whose week is over, or that nobody looked at yet."""
    visitor = Visitor()
    for article_id in _claim():
        _check(article_id, visitor.look)


class Visitor:
    """Goes from one address to the next, knows what it saw already, and waits between two at one host."""

    def __init__(self, *, pace: float = PACE) -> None:
        self._pace = pace
        self._seen: dict[str, str] = {}
        self._last: dict[str, float] = {}

    def look(self, address: str) -> str:
        """What is wrong with it; empty when nothing is."""
        if address not in self._seen:
            self._seen[address] = self._look(address)
        return self._seen[address]

    def _look(self, address: str) -> str:
        try:
            problem = self._follow("HEAD", address)
            # Many a server knows no HEAD, and says so in one way or another.
            return self._follow("GET", address) if problem in (MISSING, WRONG, AWAY) else problem
        except NotThere:
            return NOT_THERE

    def _follow(self, method: str, address: str) -> str:
        for _hop in range(MOST_HOPS):
            self._wait_for(urlsplit(address).netloc)
            try:
                answer = call(method, address, headers={"Accept": "text/html,*/*"}, may_be_plain=True)
            except NotThere:
                raise
            except OutsideError:
                return AWAY
            finally:
                self._last[urlsplit(address).netloc] = time.monotonic()
            if not answer.leads_to:
                return _judged(answer.status)
            address = urljoin(address, answer.leads_to)
        return CIRCLE

    def _wait_for(self, host: str) -> None:
        last = self._last.get(host)
        if last is not None:
            time.sleep(max(0.0, last + self._pace - time.monotonic()))


def _judged(status: int) -> str:
    if status < 400 or status in CLOSED:
        return ""
    return MISSING if status in GONE else WRONG


def _claim() -> Sequence[int]:
    """Pieces whose turn it is, ours for a while: two workers look at none twice."""
    with reading() as session:
        some_due = session.exec(_due().limit(1)).first()
    if some_due is None:
        return []
    with writing() as session:
        ids = list(session.exec(_due().limit(AT_ONCE)).all())
        for article_id in ids:
            check = _check_row(session, article_id)
            check.due_at = now() + HELD
            session.add(check)
    return ids


def _due() -> SelectOfScalar[int]:
    return (
        select(Article.id)
        .join(Revision, col(Revision.id) == Article.live_revision_id)
        .outerjoin(LinkCheck, col(LinkCheck.article_id) == Article.id)
        .where(
            Article.stage == Stage.PUBLISHED,
            # What came as an example leads to places that are invented too.
            col(Revision.from_seed).is_(False),
            or_(col(LinkCheck.id).is_(None), col(LinkCheck.due_at) <= now()),
        )
        .order_by(col(LinkCheck.due_at), col(Article.id))
    )


def _check_row(session: Session, article_id: int) -> LinkCheck:
    found = session.exec(
        select(LinkCheck)
        .where(LinkCheck.article_id == article_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    return found or LinkCheck(article_id=article_id, revision_id=0, due_at=now())


def _check(article_id: int, look: Look) -> None:
    with reading() as session:
        article = session.get(Article, article_id)
        revision = session.get(Revision, article.live_revision_id) if article and article.live_revision_id else None
        row = session.exec(select(LinkCheck).where(LinkCheck.article_id == article_id)).first()
    if revision is None:
        return
    before = {link.address: link for link in (row.every if row else ())}
    # Nothing is held in the database while we wait for others.
    seen = [looked_at(before.get(address, Link(address)), look(address)) for address in links_of(revision)]
    with writing() as session:
        _write_down(session, article_id, revision.id, seen)


def _write_down(session: Session, article_id: int, revision_id: int, seen: Sequence[Link]) -> None:
    """Keep what was seen, and tell the owner of what is broken and was not told yet."""
    article = session.get(Article, article_id)
    if article is None or article.stage != Stage.PUBLISHED or article.live_revision_id != revision_id:
        return  # Another text appeared meanwhile; its turn comes by itself.
    row = _check_row(session, article_id)
    fresh = [link for link in seen if link.is_broken and not link.is_told]
    row.revision_id, row.checked_at = revision_id, now()
    row.links = [asdict(link) | {"is_told": link.is_told or link.is_broken} for link in seen]
    row.broken = sum(link.is_broken for link in seen)
    row.due_at = now() + (AGAIN if any(link.problem and not link.is_broken for link in seen) else EVERY)
    row.told_at = now() if fresh else row.told_at
    session.add(row)
    session.flush()
    if fresh:
        for user in owners_asked(session, article):
            post(session, _letter(article, fresh, user))
    announce(session, LinksLookedAt(article_id=article_id))


def _letter(article: Article, fresh: Sequence[Link], reader: User) -> Letter:
    told = {
        "title": article.title,
        "addresses": [link.address for link in fresh][:20],
        "link": whole(f"/schrijven/{article.id}/verwijzingen", reader.language),
        "page": whole(f"/kennis/{article.slug}", reader.language),
    }
    return Letter(to=reader.mail, name="links_broken", language=reader.language, told=told, can_wait=True)


def look_again(session: Session, article: Article) -> None:
    """Look at the links of this piece as soon as the clock comes by: somebody says that they were mended elsewhere."""
    row = session.exec(select(LinkCheck).where(LinkCheck.article_id == article.id)).first()
    if row is not None:
        row.due_at = now()
        session.add(row)
