"""Following as a page offers it: what it is called, how much will come, and how one stops."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from sqlmodel import Session

from app.core.language import gettext as _
from app.feeds import following
from app.feeds.models import Rhythm, Scope
from app.feeds.streams import Stream
from app.feeds.targets import Target, piece_target
from app.feeds.volume import volume_of
from app.people.actor import Actor
from app.web import showing
from app.web.follow_acts import Said, said_on_page
from app.web.follow_words import (
    RHYTHM_OF,
    RHYTHM_WORDS,
    SCOPE_WORDS,
    muted_text,
    rhythm_name,
    rhythm_options,
    scope_options,
)
from app.web.visit import Visit
from content.models import Article


def wording() -> str:
    """What somebody without an account agrees to. Kept with their consent."""
    return _(
        "I want mail from Proeftuin about this topic, as often as I chose. I can stop with one click in every mail."
    )


@dataclass(frozen=True)
class FollowView:
    """The button for following something, and what stands around it."""

    action: str
    name: str
    volume: str
    sign_in: str
    """Where a stranger signs in and comes back from."""
    takes_mail: bool
    """Whether a mail address alone is enough."""
    organisations: Sequence[tuple[str, str, bool]]
    """What `for_people` says."""
    is_signed_in: bool = False
    is_followed: bool = False
    rhythm: str = RHYTHM_WORDS[Rhythm.WEEKLY]
    scope: str = SCOPE_WORDS[Scope.NEW]
    by_mail: bool = True
    muted: str = ""
    said: Said | None = None

    @property
    def rhythms(self) -> list[tuple[str, str]]:
        """Value and label of each rhythm."""
        return rhythm_options()

    @property
    def scopes(self) -> list[tuple[str, str]]:
        """Value and label of each kind of news."""
        return scope_options()

    @property
    def wording(self) -> str:
        """What a stranger agrees to."""
        return wording()

    @property
    def how(self) -> str:
        """How news comes at this moment."""
        if self.muted:
            return self.muted
        if not self.by_mail:
            return _("In your overview, no mail.")
        return _("In your overview and by mail, %(rhythm)s.", rhythm=rhythm_name(RHYTHM_OF[self.rhythm]))


def follow_view(
    session: Session,
    here: Visit,
    me: Actor,
    target: Target,
    stream: Stream,
    *,
    name: str,
    takes_mail: bool = False,
) -> FollowView:
    """What this reader is offered on the page of something."""
    page = showing.here(stream.page)
    common = FollowView(
        action=f"{page}/volgen",
        name=name,
        volume=volume_of(session, me, stream).text,
        sign_in=f"{showing.here('/inloggen')}?naar={quote(page)}",
        takes_mail=takes_mail,
        organisations=[],
    )
    return with_own(session, here, me, target, common) if me.is_signed_in else common


def with_own(session: Session, here: Visit, me: Actor, target: Target, view: FollowView) -> FollowView:
    """The same with what the reader has already, and the organisations that they decide for."""
    return replace(_with_row(session, here, me, target, view), organisations=for_people(session, me, target))


def for_people(session: Session, me: Actor, target: Target) -> list[tuple[str, str, bool]]:
    """The organisations that the reader decides for: slug, name and whether it follows this for its people."""
    theirs = following.of_organisations(session, me.owns)
    followed = {one.organisation_id for one in theirs if one.key == target.key}
    return [(each.slug, each.title, each.id in followed) for each in following.names_of(session, me.owns)]


def follow_piece_view(session: Session, here: Visit, me: Actor, article: Article) -> FollowView:
    """The button for following one piece, for somebody who is signed in."""
    action = showing.here(f"/kennis/{article.slug}/volgen")
    plain = FollowView(action, _("this piece"), volume="", sign_in="", takes_mail=False, organisations=[])
    return _with_row(session, here, me, piece_target(article), plain)


def _with_row(session: Session, here: Visit, me: Actor, target: Target, view: FollowView) -> FollowView:
    row = following.following(session, target, me)
    return replace(
        view,
        is_signed_in=True,
        is_followed=row is not None,
        rhythm=RHYTHM_WORDS[row.rhythm] if row else view.rhythm,
        scope=SCOPE_WORDS[row.scope] if row else view.scope,
        by_mail=row.by_mail if row else view.by_mail,
        muted=muted_text(row) if row else "",
        said=said_on_page(session, here, me, target, view.name),
    )
