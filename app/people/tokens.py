"""Tokens: programs that ask the API in somebody's name, with less than that person may.

A token reads; it writes, and decides at the desks of reviewing, only when it was made for that (decision 0023). Its
rights are those of this moment: who loses a place, or their account, loses what the token could do at the next request.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Field, Session, col, delete, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.core.record import Record, moment, plain_json
from app.core.seals import digest, new_token
from app.people.actor import Actor
from app.people.auditing import note
from app.people.last_use import LastUse
from app.people.models import Membership, Organisation, User, UserState
from app.people.signing_in import actor_for, without_second_step

READ: Final = "read"
"""Read and search what its person may see."""
ACCOUNT: Final = "account"
"""Read who its person is, and see and end their tokens."""

WRITE: Final = "write"
"""Begin pieces, write in drafts and send them in, where its person may."""

PUBLISH: Final = "publish"
"""Decide what readers get to see, where its person may: at a desk, without one, and when a piece is taken back."""

SCOPES: Final = (READ, WRITE, ACCOUNT, PUBLISH)

MARK: Final = "pt_"
"""How a token begins, so that programs that look for leaked secrets know it."""

DAYS: Final = (30, 90, 365)
MOST: Final = 20


class ApiToken(Record, table=True):
    """A token as we keep it: its digest, and its last letters to know it by."""

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE")
    """The one place that it counts for; without it, all of its person's."""
    name: str = Field(max_length=80)
    token_digest: str = Field(unique=True, max_length=64)
    ending: str = Field(max_length=4)
    scopes: list[str] = plain_json([])
    is_strong: bool = False
    """Whether it was made in a session with a second step."""
    expires_at: datetime = moment(nullable=False, index=True)
    used_at: datetime | None = moment()


@dataclass(frozen=True)
class Bearer:
    """Who asks with a token, and for what it is good."""

    token: ApiToken
    actor: Actor
    at_desks: Actor
    """The same person for the doors of reviewing and publication, where a token made for that decides as they may."""

    def may(self, scope: str) -> bool:
        """Whether it was made for this."""
        return scope in self.token.scopes


@dataclass(frozen=True)
class Wish:
    """What somebody wants a token for."""

    name: str
    scopes: Collection[str]
    days: int
    organisation_id: int | None = None


def make(session: Session, wish: Wish, *, by: Actor, is_strong: bool) -> str:
    """A new token, which is told this once. Raises Invalid and Conflict."""
    assert by.user_id is not None
    scopes = [scope for scope in SCOPES if scope in wish.scopes]
    if not scopes or len(scopes) < len(set(wish.scopes)):
        raise Invalid(_("Choose what it is for"), field="mag")
    if wish.days not in DAYS:
        raise Invalid(_("Choose one of these"), field="dagen")
    if wish.organisation_id is not None and wish.organisation_id not in by.reads_for:
        raise Invalid(_("Choose one of your organisations"), field="organisatie")
    if len(tokens_of(session, by.user_id)) >= MOST:
        raise Conflict(_("You have as many tokens as we keep. End one first."))
    word = MARK + new_token()
    session.add(
        ApiToken(
            user_id=by.user_id,
            organisation_id=wish.organisation_id,
            name=wish.name[:80],
            token_digest=digest(word),
            ending=word[-4:],
            scopes=scopes,
            is_strong=is_strong,
            expires_at=now() + timedelta(days=wish.days),
        )
    )
    session.flush()
    note(session, by, "make_token", subject=session.get_one(User, by.user_id), told={"scopes": scopes})
    return word


def bearer_of(session: Session, word: str) -> Bearer | None:
    """Who holds this token, with the rights of this moment; None when it is none, or over."""
    found = session.exec(
        select(ApiToken, User)
        .join(User, col(User.id) == ApiToken.user_id)
        .where(ApiToken.token_digest == digest(word), ApiToken.expires_at > now(), User.state == UserState.ACTIVE)
    ).first()
    if found is None:
        return None
    token, user = found
    actor = actor_for(session, user)
    actor = actor if token.is_strong else without_second_step(actor)
    actor = replace(actor, lacks_second_step=False)
    if token.organisation_id is not None:
        if token.organisation_id not in actor.reads_for:
            return None
        only = frozenset({token.organisation_id})
        # A token for one place counts for nothing else, a steward's rights among it.
        edits, owns = actor.edits_for & only, actor.owns & only
        actor = replace(actor, is_steward=False, reads_for=only, edits_for=edits, owns=owns)
    writes = actor.edits_for if WRITE in token.scopes else frozenset()
    elsewhere = replace(actor, is_steward=False, edits_for=writes, owns=frozenset())
    last_used.note(token)
    return Bearer(token, elsewhere, actor if PUBLISH in token.scopes else elsewhere)


def tokens_of(session: Session, user_id: int) -> Sequence[ApiToken]:
    """Somebody's tokens that are not over, the newest first."""
    return session.exec(
        select(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.expires_at > now())
        .order_by(col(ApiToken.id).desc())
    ).all()


def names_of(session: Session, tokens: Sequence[ApiToken]) -> dict[int, Organisation]:
    """The organisations that these tokens are for, by id."""
    ids = [token.organisation_id for token in tokens if token.organisation_id is not None]
    return {row.id: row for row in session.exec(select(Organisation).where(col(Organisation.id).in_(ids))).all()}


def end(session: Session, token_id: int | None, *, by: Actor) -> None:
    """It is good for nothing any more. Raises NotFound for one that is not theirs, as for one that is not there."""
    token = session.get(ApiToken, token_id) if token_id else None
    if token is None or token.user_id != by.user_id:
        raise NotFound(_("This token has ended already."))
    session.delete(token)
    note(session, by, "end_token", subject=session.get_one(User, token.user_id))


def end_with_place(session: Session, place: Membership) -> None:
    """Tokens for a place end with it: who comes back makes new ones."""
    session.exec(
        delete(ApiToken).where(
            col(ApiToken.user_id) == place.user_id, col(ApiToken.organisation_id) == place.organisation_id
        )
    )


def forget_old_tokens(session: Session) -> None:
    """Those whose time is over."""
    session.exec(delete(ApiToken).where(col(ApiToken.expires_at) <= now()))


last_used: Final = LastUse(ApiToken, "used_at")
"""When each token was last used."""
