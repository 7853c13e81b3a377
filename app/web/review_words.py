"""What the pages of reviews say: states, steps, views and checks in words."""

from datetime import datetime

from app.core.clock import local, today
from app.core.language import day_and_time, long_date, ngettext
from app.core.language import gettext as _
from content.models import Revision
from content.review_queue import Queued
from content.review_steps import Act, ReviewState
from content.reviews import Review, ReviewStep


def check_names() -> dict[str, str]:
    """What is gone through before a text appears, in words."""
    return {
        "figures": _("The figures agree with the report of the measurements"),
        "company": _("The company agrees"),
        "readable": _("Can be read by those who do not know the technique"),
        "pitfalls": _("It says what went wrong"),
        "pictures": _("Pictures have a description"),
    }


def view_names() -> dict[str, str]:
    """How the text can be looked at, in words."""
    return {"verschil": _("Difference"), "nieuw": _("New text"), "naast": _("Side by side")}


def compared(revision: Revision, old: Revision | None) -> str:
    """Which texts stand beside each other."""
    if old is None:
        return _("Version %(n)s", n=revision.number)
    return _("Version %(new)s compared with version %(old)s", new=revision.number, old=old.number)


def sent_line(review: Review, who: str) -> str:
    """Who sent it in when, and what they say about it."""
    day = long_date(review.sent_at)
    if review.note:
        return _("Sent in by %(who)s on %(day)s, saying: “%(note)s”", who=who, day=day, note=review.note)
    return _("Sent in by %(who)s on %(day)s.", who=who, day=day)


def ago(moment: datetime) -> str:
    """2 dagen geleden."""
    days = (today() - local(moment).date()).days
    return ngettext("%(n)s day ago", "%(n)s days ago", days) if days > 0 else _("today")


def status_of(each: Queued) -> tuple[str, str]:
    """The state in words, and its tone."""
    if each.is_late:
        return _("Too late"), "warn"
    if each.is_mine:
        return _("Waits for you"), "now"
    return state_name(each.review.state), "ok" if each.review.state == ReviewState.SCHEDULED else ""


def state_name(state: ReviewState) -> str:
    """Where a text is that is on its way, in words."""
    return {
        ReviewState.AT_COMPANY: _("Does the company agree?"),
        ReviewState.AT_CENTRE: _("At the knowledge centre"),
        ReviewState.WITH_AUTHOR: _("With the author"),
        ReviewState.SCHEDULED: _("Has its moment"),
    }[state]


def step_said(step: ReviewStep, number: int) -> str:
    """What happened, in words."""
    return {
        Act.SEND_IN: _("Version %(n)s sent in", n=number),
        Act.AGREE: _("The company agreed"),
        Act.PLACE: _("Placed"),
        Act.SCHEDULE: _("Appears on %(when)s", when=day_and_time(step.publish_at) if step.publish_at else ""),
        Act.SEND_BACK: _("A change was asked for"),
        Act.REFUSE: _("Refused"),
        Act.TAKE_BACK: _("Taken back"),
        Act.APPEAR: _("Appeared"),
        Act.FAIL: _("Could not appear"),
    }[step.act]
