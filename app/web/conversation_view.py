"""A conversation as one of its two sides sees it. Names and organisations are shown, addresses are not."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from sqlmodel import Session

from app.contact.conversations import Conversation, Said
from app.core.language import clock_time, long_date
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Organisation
from app.web import showing
from app.web.cards import initials
from app.web.forms import Form
from app.web.reported import report_link
from app.web.rows import Link
from app.web.visit import Visit
from content import shelves
from content.models import Article
from content.subjects import Pilot


@dataclass(frozen=True)
class ConversationRow:
    """A conversation in the list; `tone` is that of its state."""

    href: str
    title: str
    between: str
    when: str
    state: str
    tone: str
    is_new: bool
    """Whether the reader's side has to say something."""


@dataclass(frozen=True)
class SaidRow:
    """One message: who said it, when, and its paragraphs."""

    name: str
    monogram: str
    company: str
    when: str
    paragraphs: Sequence[str]
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class ConversationView:
    """All of a conversation."""

    title: str
    between: str
    about: Link | None
    said: Sequence[SaidRow]
    is_closed: bool
    can_say: bool
    is_ours: bool
    form: Form
    action: str
    back: str
    report: str
    done: str


def row(each: Conversation, me: Actor) -> ConversationRow:
    """It in a list."""
    question = each.question
    state, tone = _state(each)
    return ConversationRow(
        href=showing.here(f"/vragen/{question.id}"),
        title=question.title,
        between=_between(each),
        when=long_date(question.last_at),
        state=state,
        tone=tone,
        is_new=question.closed_at is None and question.waits_for_answer == each.is_ours,
    )


def view_of(
    session: Session, each: Conversation, said: Sequence[Said], me: Actor, form: Form, here: Visit
) -> ConversationView:
    """It as a page."""
    question = each.question
    done = parse_qs(here.query).get("klaar", [""])[0]
    return ConversationView(
        title=question.title,
        between=_between(each),
        about=_about(session, each, me, here.language),
        said=[] if question.closed_at else [_said(one, each, me) for one in said],
        is_closed=question.closed_at is not None,
        can_say=question.closed_at is None and (each.is_ours or me.is_member),
        is_ours=each.is_ours,
        form=form,
        action=showing.here(f"/vragen/{question.id}"),
        back=showing.here("/vragen"),
        report=report_link("vraag", str(question.id)),
        done={
            "gevraagd": _("Asked. You hear by mail when there is an answer; it stands here too."),
            "verstuurd": _("Sent."),
        }.get(done, ""),
    )


def pilot_link(pilot: Pilot) -> Link:
    """A pilot by number and name."""
    name = _("Pilot %(n)s: %(name)s", n=pilot.number, name=pilot.name)
    return Link(name, showing.here(f"/proefprojecten/{pilot.slug}"))


def _between(each: Conversation) -> str:
    if not each.is_ours:
        return _("To %(name)s", name=each.asked.title)
    return _("From %(who)s to %(name)s", who=_who(each.asker.name, each.company), name=each.asked.title)


def _who(name: str, company: Organisation | None) -> str:
    return f"{name}, {company.title}" if company else name


def _state(each: Conversation) -> tuple[str, str]:
    if each.question.closed_at is not None:
        return _("Taken away"), "off"
    if each.question.waits_for_answer:
        return (_("Waits for your answer"), "warn") if each.is_ours else (_("Waits for an answer"), "")
    return _("Answered"), "ok"


def _about(session: Session, each: Conversation, me: Actor, language: str) -> Link | None:
    """What it is about, for readers who see it."""
    if each.question.pilot_id is not None:
        return pilot_link(session.get_one(Pilot, each.question.pilot_id))
    if each.question.piece_id is None:
        return None
    where = [Article.piece_id == each.question.piece_id]
    found = shelves.latest(session, me, language=language, most=1, where=where)  # type: ignore[arg-type]
    if not found:
        return None
    article = found[0].article
    foreign = article.language if article.language != language else ""
    return Link(article.title, showing.here(f"/kennis/{article.slug}"), language=foreign)


def _said(one: Said, each: Conversation, me: Actor) -> SaidRow:
    company = each.asked if one.message.is_answer else each.company
    title = company.title if company else ""
    name = one.author.name if one.author else title
    return SaidRow(
        name=name,
        monogram=initials(name),
        company=title if title != name else "",
        when=f"{long_date(one.message.created_at)}, {clock_time(one.message.created_at)}",
        paragraphs=[part.strip() for part in one.message.text.split("\n\n") if part.strip()],
        is_own=one.author is not None and one.author.id == me.user_id,
    )
