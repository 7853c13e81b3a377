"""Preview links: somebody without an account reads a draft, until a day or until the link is taken back.

Opening one changes nothing that anybody sees but a count; programs that follow every link in a mail do no harm by it.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_
from sqlmodel import Field, Session, col, delete, func, select, update

from app.core.clock import now
from app.core.database import writing
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.core.record import Record, moment
from app.core.seals import digest, lock_up, new_token, unlock
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import User
from content.access import require_editor
from content.models import Article, Attachment, Stage
from content.writing import draft_of

PURPOSE: Final = "preview"
DAYS: Final = (1, 7, 30)
MOST: Final = 20
"""Links to one draft that work at the same time."""


class PreviewLink(Record, table=True):
    """A link to one draft. The token lies here locked, so that its makers can show it again."""

    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")
    token_digest: str = Field(unique=True, max_length=64)
    locked: str = Field(max_length=300)
    note: str = Field(default="", max_length=160)
    """To whom it was given."""
    made_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    expires_at: datetime = moment(nullable=False, index=True)
    revoked_at: datetime | None = moment()
    opens: int = 0
    opened_at: datetime | None = moment()

    @property
    def token(self) -> str:
        """What stands in its address."""
        return unlock(PURPOSE, self.locked)

    @property
    def is_open(self) -> bool:
        """Whether it works."""
        return self.revoked_at is None and self.expires_at > now()


def make(session: Session, article: Article, *, to: str, days: int, by: Actor) -> PreviewLink:
    """A link that works for so many days. Raises Conflict when there are as many as may be."""
    require_editor(by, article)
    if days not in DAYS:
        raise Invalid(_("Choose one of these"), field="days")
    works = select(func.count(col(PreviewLink.id))).where(PreviewLink.article_id == article.id, *_works())
    if session.exec(works).one() >= MOST:
        raise Conflict(_("There are as many links to this draft as may be. Take one back first."))
    token = new_token()
    link = PreviewLink(
        article_id=article.id,
        token_digest=digest(token),
        locked=lock_up(PURPOSE, token),
        note=to,
        made_by_id=by.user_id,
        expires_at=now() + timedelta(days=days),
    )
    session.add(link)
    session.flush()
    note(session, by, "make_preview", subject=f"piece:{article.slug}", told={"days": days})
    return link


def revoke(session: Session, article: Article, id_: int, *, by: Actor) -> None:
    """It works no longer. Revoking it twice changes nothing. Raises NotFound for one that is not of this draft."""
    require_editor(by, article)
    link = session.exec(select(PreviewLink).where(PreviewLink.id == id_, PreviewLink.article_id == article.id)).first()
    if link is None:
        raise NotFound(_("There is no such link."))
    if link.revoked_at is None:
        link.revoked_at = now()
        session.add(link)
        note(session, by, "revoke_preview", subject=f"piece:{article.slug}")


def links_to(session: Session, article: Article) -> Sequence[tuple[PreviewLink, User | None]]:
    """Every link to this draft with who made it, the newest first."""
    return session.exec(
        select(PreviewLink, User)
        .outerjoin(User, col(User.id) == PreviewLink.made_by_id)
        .where(PreviewLink.article_id == article.id)
        .order_by(col(PreviewLink.id).desc())
    ).all()


def behind(session: Session, token: str) -> tuple[PreviewLink, Article]:
    """The link and its article. Raises NotFound for one that does not work, whatever the reason.

    A link to what was withdrawn since shows nothing any more; one that was made after that shows the text that is on
    its way now.
    """
    is_of_now = or_(col(Article.stage) != Stage.WITHDRAWN, col(PreviewLink.created_at) > col(Article.withdrawn_at))
    row = session.exec(
        select(PreviewLink, Article)
        .join(Article, col(Article.id) == PreviewLink.article_id)
        .where(PreviewLink.token_digest == digest(token), *_works(), is_of_now)
    ).first()
    if row is None:
        raise NotFound(_("There is nothing at this address."))
    return row


def picture_behind(session: Session, token: str, hash_: str) -> Attachment:
    """A picture that the draft shows to everybody who may see it. Raises NotFound for every other one."""
    _link, article = behind(session, token)
    return picture_of(session, article, hash_)


def picture_of(session: Session, article: Article, hash_: str) -> Attachment:
    """The same for whoever may see the draft."""
    uses = [use for use in draft_of(session, article).content.files if use.hash == hash_ and use.visibility is None]
    found = session.exec(
        select(Attachment).where(
            Attachment.article_id == article.id, Attachment.hash == hash_, col(Attachment.width).is_not(None)
        )
    ).first()
    if not uses or found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def forget_old_links(session: Session) -> None:
    """Those that have not worked for a month."""
    session.exec(delete(PreviewLink).where(col(PreviewLink.expires_at) <= now() - timedelta(days=30)))


def _works() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(PreviewLink.revoked_at).is_(None), col(PreviewLink.expires_at) > now()


# --- how often they were opened: counted in memory, written down apart from any request ---------------------------

_opened: Counter[int] = Counter()
_counting = threading.Lock()


def count_opening(link: PreviewLink) -> None:
    """It was opened once more."""
    with _counting:
        _opened[link.id] += 1


def write_down_openings() -> None:
    """Write down how often links were opened, if any were. Called by each web process every now and then."""
    with _counting:
        counted = dict(_opened)
        _opened.clear()
    if not counted:
        return
    with writing() as session:
        for link_id, times in counted.items():
            opened = update(PreviewLink).where(col(PreviewLink.id) == link_id)
            session.exec(opened.values(opens=PreviewLink.opens + times, opened_at=now()))
