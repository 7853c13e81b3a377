"""Following as a page offers it: what it is called, how much will come, and how one stops."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs, quote

from sqlmodel import Session

from app.core.clock import now
from app.core.language import gettext as _
from app.core.language import long_date
from app.core.templating import capitalise
from app.feeds import following
from app.feeds.models import Rhythm, Scope, Subscription
from app.feeds.streams import Stream
from app.feeds.targets import Target, piece_target
from app.feeds.volume import volume_of
from app.people.actor import Actor
from app.web import showing
from app.web.visit import Visit
from content.models import Article

DONE: Final = "klaar"
"""In the address after a change: which sentence says that it is made."""

RHYTHM_WORDS: Final = {
    Rhythm.AT_ONCE: "meteen",
    Rhythm.DAILY: "dag",
    Rhythm.WEEKLY: "week",
    Rhythm.MONTHLY: "maand",
}
SCOPE_WORDS: Final = {Scope.NEW: "nieuw", Scope.EVERYTHING: "alles"}

RHYTHM_OF: Final = {word: rhythm for rhythm, word in RHYTHM_WORDS.items()}
SCOPE_OF: Final = {word: scope for scope, word in SCOPE_WORDS.items()}


def rhythm_name(rhythm: Rhythm) -> str:
    """How often, in words."""
    return {
        Rhythm.AT_ONCE: _("at once"),
        Rhythm.DAILY: _("every day"),
        Rhythm.WEEKLY: _("every week"),
        Rhythm.MONTHLY: _("every month"),
    }[rhythm]


def rhythm_options() -> list[tuple[str, str]]:
    """Value and label of each rhythm."""
    return [(word, capitalise(rhythm_name(rhythm))) for rhythm, word in RHYTHM_WORDS.items()]


def scope_options() -> list[tuple[str, str]]:
    """Value and label of each kind of news."""
    return [
        (SCOPE_WORDS[Scope.NEW], _("Only new pieces")),
        (SCOPE_WORDS[Scope.EVERYTHING], _("New versions too")),
    ]


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
    said: str = ""
    """What was just done."""
    undo: str = ""
    """What undoes it: `stop` or `terug`."""

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
    said, undo = _said(here, view.name, row)
    return replace(
        view,
        is_signed_in=True,
        is_followed=row is not None,
        rhythm=RHYTHM_WORDS[row.rhythm] if row else view.rhythm,
        scope=SCOPE_WORDS[row.scope] if row else view.scope,
        by_mail=row.by_mail if row else view.by_mail,
        muted=muted_text(row) if row else "",
        said=said,
        undo=undo,
    )


def muted_text(row: Subscription) -> str:
    """Until when it is muted, in words; empty when it is heard."""
    if not row.is_muted_at(now()):
        return ""
    if row.muted_until is None:
        return _("Muted until you switch it on again.")
    return _("Muted until %(day)s.", day=long_date(row.muted_until))


def _said(here: Visit, name: str, row: Subscription | None) -> tuple[str, str]:
    done = parse_qs(here.query).get(DONE, [""])[0]
    if done == "gevolgd" and row is not None:
        how = rhythm_name(row.rhythm) if row.by_mail else ""
        told = _("You follow %(name)s, by mail %(rhythm)s.", name=name, rhythm=how) if how else ""
        return told or _("You follow %(name)s.", name=name), "stop"
    if done == "gestopt" and row is None:
        return _("You do not follow %(name)s any more.", name=name), "terug"
    return "", ""
