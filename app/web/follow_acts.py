"""Following, stopping and undoing by a form, and what the page says of it afterwards.

The address carries what was done from the one to the other, with how it was before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from sqlmodel import Session

from app.core.errors import NotAllowed, NotFound
from app.core.language import gettext as _
from app.feeds import following, muting, restoring
from app.feeds.models import Rhythm, Scope, Subscription
from app.feeds.my_feed import heard_of
from app.feeds.targets import Target
from app.people.actor import Actor
from app.people.models import Organisation
from app.web.follow_words import RHYTHM_OF, SCOPE_OF, how_in, how_word, muted_text, rhythm_name
from app.web.forms import Form
from app.web.settings_menu import DONE
from app.web.visit import Visit

FOR: Final = "namens"
"""In a form and an address: the organisation for whose people it is."""

WAS: Final = "was"
"""In a form and an address: how it was followed before the change."""


@dataclass(frozen=True)
class Said:
    """What was just done, and how it is undone."""

    text: str
    undo: Sequence[tuple[str, str]]
    """Name and value of each field of the form that undoes it; none where it changed nothing."""


# --- doing it ---------------------------------------------------------------------------------------------------------


def act(session: Session, me: Actor, form: Form, target: Target, *, scope: Scope | None = None) -> dict[str, str]:
    """Follow, change, stop or undo, as the form asks: what the address says of it. Nothing is said of an undo.

    Raises NotAllowed for who does not decide for the organisation that is named.
    """
    slug = form.raw(FOR)
    organisation = _organisation(session, me, slug)
    if slug and organisation is None:
        raise NotAllowed(_("Only an owner of this organisation can do that."))
    organisation_id = organisation.id if organisation else None
    told = {FOR: slug} if organisation else {}
    if form.raw("terug"):
        find = following.following if form.raw(WAS) else following.last_stopped
        row = find(session, target, me, organisation_id)
        if row is not None:
            undo(session, row, form)
        return {}
    row = following.following(session, target, me, organisation_id)
    if form.raw("_method") == "delete":
        if row is not None:
            following.stop(session, row)
        return {DONE: "gestopt"} | told
    # Undoing a change must not end what was there before it.
    was = {WAS: how_word(row)} if row is not None else {}
    following.follow(
        session,
        target,
        by=me,
        rhythm=RHYTHM_OF.get(form.raw("ritme"), Rhythm.WEEKLY),
        by_mail=form.is_ticked("mail"),
        scope=scope or SCOPE_OF.get(form.raw("wat"), Scope.NEW),
        organisation_id=organisation_id,
    )
    return {DONE: "gevolgd"} | was | told


def undo(session: Session, row: Subscription, form: Form) -> None:
    """Back to how it was before the change, or before it was stopped. A word that says nothing changes nothing."""
    word = form.raw(WAS)
    how = how_in(word)
    if how is not None:
        restoring.restore(session, row, how)
    elif not word:
        following.bring_back(session, row)


# --- saying it --------------------------------------------------------------------------------------------------------


def said_on_page(session: Session, here: Visit, me: Actor, target: Target, name: str) -> Said | None:
    """What was just done about this, where its page has the form."""
    asked = _asked(here)
    done, slug = asked.get(DONE, ""), asked.get(FOR, "")
    if done not in ("gevolgd", "gestopt"):
        return None
    organisation = _organisation(session, me, slug)
    if slug and organisation is None:
        return None
    organisation_id = organisation.id if organisation else None
    row = following.following(session, target, me, organisation_id)
    for_whom = [(FOR, slug)] if organisation else []
    if done == "gestopt":
        can_be_back = row is None and following.last_stopped(session, target, me, organisation_id) is not None
        return Said(_stopped(name, organisation), [*for_whom, ("terug", "ja")]) if can_be_back else None
    if row is None:
        return None
    was = asked.get(WAS, "")
    if not was:
        back = [*for_whom, ("_method", "delete")]
    else:
        back = [*for_whom, ("terug", "ja"), (WAS, was)] if _is_other(was, row) else []
    return Said(_followed(name, row, organisation), back)


def said_in_settings(session: Session, here: Visit, me: Actor) -> Said | None:
    """What was just done about one of all that they follow."""
    asked = _asked(here)
    done, number, was = asked.get(DONE, ""), asked.get("nr", ""), asked.get(WAS, "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    if done == "gedempt":
        muted = muting.muted(session, int(number), by=me)
        return Said(muted_text(muted), [("doe", "aan"), ("nr", number)]) if muted else None
    try:
        row = following.own(session, int(number), by=me)
    except NotFound:
        return None
    name = next((each.stream.title for each in heard_of(session, me, here.language, [row])), "")
    organisation = next(iter(following.names_of(session, {row.organisation_id or 0})), None)
    if row.ended_at is not None:
        back = [("doe", "terug"), ("nr", number)]
        return Said(_stopped(name, organisation), back) if done == "gestopt" else None
    back = [("doe", "terug"), ("nr", number), (WAS, was)] if _is_other(was, row) else []
    if done == "bewaard" and name:
        return Said(_("Saved: %(name)s.", name=name), back)
    if done == "gevolgd" and name:
        return Said(_followed(name, row, organisation), back if was else [("doe", "stop"), ("nr", number)])
    return None


def _asked(here: Visit) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(here.query).items()}


def _organisation(session: Session, me: Actor, slug: str) -> Organisation | None:
    """The organisation of this name, if they decide for it."""
    return next((one for one in following.names_of(session, me.owns) if one.slug == slug), None) if slug else None


def _is_other(was: str, row: Subscription) -> bool:
    return how_in(was) is not None and was != how_word(row)


def _followed(name: str, row: Subscription, organisation: Organisation | None) -> str:
    if organisation is not None:
        return _("You follow %(name)s for the people of %(organisation)s.", name=name, organisation=organisation.title)
    if row.by_mail:
        return _("You follow %(name)s, by mail %(rhythm)s.", name=name, rhythm=rhythm_name(row.rhythm))
    return _("You follow %(name)s.", name=name)


def _stopped(name: str, organisation: Organisation | None) -> str:
    if not name:
        return _("You do not follow it any more.")
    if organisation is not None:
        return _(
            "You do not follow %(name)s any more for the people of %(organisation)s.",
            name=name,
            organisation=organisation.title,
        )
    return _("You do not follow %(name)s any more.", name=name)
