"""The view of a text on its way: the queue beside it, what changed, what was said, and what can be decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from markupsafe import Markup
from sqlmodel import Session

from app.core.clock import local, today
from app.core.language import clock_time, current_language, long_date, ngettext
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.web import field_texts, showing
from app.web.forms import Form
from app.web.version_view import Difference, difference
from content import review_queue
from content.access import can_edit
from content.differing import BlockChange, SectionChange, compare_texts
from content.models import Article, Revision
from content.remarks import Thread, threads
from content.review_access import decides, reads_at_centre
from content.review_queue import Queued
from content.review_steps import OPEN, Act, ReviewState
from content.reviewing import checks_of
from content.reviews import Review, ReviewStep
from content.snapshot import Snapshot

HERE: Final = "/beoordelen"
VIEWS: Final = ("verschil", "nieuw", "naast")


@dataclass(frozen=True)
class QueueRow:
    """A text in the queue."""

    href: str
    title: str
    language: str
    about: str
    status: str
    tone: str
    is_here: bool = False


@dataclass(frozen=True)
class StepRow:
    """Something that happened."""

    what: str
    when: str
    message: str
    is_now: bool


@dataclass(frozen=True)
class BlockRow:
    """A paragraph with what changed in it, its number, and what was said about it."""

    number: int
    block: BlockChange
    text: str
    threads: Sequence[Thread]


@dataclass(frozen=True)
class SectionRow:
    """What stands under one heading."""

    section: SectionChange
    blocks: Sequence[BlockRow]


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """A text on its way, for whoever follows it."""

    queue: Sequence[QueueRow]
    review: Review
    article: Article
    content: Snapshot
    old_content: Snapshot | None
    foreign: str
    """The language of the text, when it is not the page's."""
    status: str
    sent: str
    view: str
    views: Sequence[tuple[str, str, str]]
    difference: Difference | None
    facts: Sequence[tuple[str, Sequence[str]]]
    sections: Sequence[SectionRow]
    loose: Sequence[Thread]
    """What was said about words that are gone."""
    html: Markup
    old_html: Markup
    history: Sequence[StepRow]
    checks: Sequence[tuple[str, str, bool]]
    decides: bool
    is_company: bool
    can_edit: bool
    is_open: bool
    reviewers: Sequence[tuple[str, str]]
    reviewer: str
    """Who reads it, in words."""
    when: str
    due: str
    edit_href: str
    action: str
    back: str
    passage: str
    form: Form
    remark_form: Form
    done: str


def queue_rows(session: Session, me: Actor, *, here: int = 0) -> list[QueueRow]:
    """The queue as rows."""
    return [_row(each, here) for each in review_queue.queue(session, me)]


def _row(each: Queued, here: int) -> QueueRow:
    status, tone = _status(each)
    return QueueRow(
        href=showing.here(f"{HERE}/{each.review.id}"),
        title=each.title,
        language=each.article.language if each.article.language != current_language() else "",
        about=", ".join(
            filter(None, (each.sender.name if each.sender else each.owner.title, ago(each.review.sent_at)))
        ),
        status=status,
        tone=tone,
        is_here=each.review.id == here,
    )


def ago(moment: datetime) -> str:
    """2 dagen geleden."""
    days = (today() - local(moment).date()).days
    return ngettext("%(n)s day ago", "%(n)s days ago", days) if days > 0 else _("today")


def _status(each: Queued) -> tuple[str, str]:
    """The state in words, and its tone."""
    if each.is_late:
        return _("Too late"), "warn"
    if each.is_mine:
        return _("Waits for you"), "now"
    return {
        ReviewState.AT_COMPANY: (_("Does the company agree?"), ""),
        ReviewState.AT_CENTRE: (_("At the knowledge centre"), ""),
        ReviewState.WITH_AUTHOR: (_("With the author"), ""),
        ReviewState.SCHEDULED: (_("Has its moment"), "ok"),
    }[each.review.state]


def view_of(
    session: Session,
    review: Review,
    article: Article,
    me: Actor,
    *,
    view: str = "",
    passage_of: int = 0,
    form: Form | None = None,
    remark_form: Form | None = None,
    done: str = "",
    reviewers: Sequence[User] = (),
) -> ReviewView:
    """Everything about one review."""
    revision = session.get_one(Revision, review.revision_id)
    old = review_queue.read_before(session, review, article)
    chosen = view if view in VIEWS and old is not None else ("verschil" if old is not None else "nieuw")
    told = difference(article.kind, old, revision) if old is not None else None
    sections = told.sections if told is not None and chosen != "nieuw" else compare_texts(revision.html, revision.html)
    heading = told.heading if told is not None else []
    said = threads(session, article)
    rows, loose = _placed(sections, said)
    blocks = [block for row in rows for block in row.blocks]
    passage = next((block.text for block in blocks if block.number == passage_of), "")
    reviewer = session.get(User, review.reviewer_id) if review.reviewer_id else None
    base = showing.here(f"{HERE}/{review.id}")
    sender = session.get(User, review.sent_by_id) if review.sent_by_id else None
    owner = session.get_one(Organisation, article.owner_id)
    is_open = review.state in OPEN
    checked = set(form.chosen("nagelopen")) if form is not None else set(review.checked) | _known(review)
    return ReviewView(
        queue=queue_rows(session, me, here=review.id),
        review=review,
        article=article,
        content=revision.content,
        old_content=old.content if old else None,
        foreign=article.language if article.language != current_language() else "",
        status=_compared(revision, old),
        sent=_sent(review, sender.name if sender else owner.title),
        view=chosen,
        views=[(name, label, f"{base}?weergave={name}") for name, label in _views().items()] if old is not None else [],
        difference=replace(told, old=old.number, new=revision.number, heading=heading) if told and old else None,
        facts=_facts(article, revision) if chosen == "nieuw" else (),
        sections=rows,
        loose=loose,
        html=Markup(revision.html),  # noqa: S704 - our own renderer wrote it
        old_html=Markup(old.html) if old else Markup(),  # noqa: S704 - the same
        history=_history(session, review),
        checks=[(name, label, name in checked) for name, label in check_names().items() if name in checks_of(article)],
        decides=decides(me, review, article),
        is_company=review.state == ReviewState.AT_COMPANY,
        can_edit=can_edit(me, article),
        is_open=is_open,
        reviewers=[("", _("Whoever has time")), *((user.handle, user.name) for user in reviewers)]
        if reads_at_centre(me, article) and is_open
        else [],
        reviewer=reviewer.name if reviewer else "",
        when=_moment(article.publish_at) if review.state == ReviewState.SCHEDULED and article.publish_at else "",
        due=long_date(review.due_at) if review.due_at else "",
        edit_href=showing.here(f"/schrijven/{article.id}"),
        action=base,
        back=showing.here(HERE),
        passage=passage,
        form=form or Form({"lezer": reviewer.handle if reviewer else ""}),
        remark_form=remark_form or Form({"passage": passage}, prefix="o-"),
        done=done,
    )


def check_names() -> dict[str, str]:
    """What is gone through before a text appears, in words."""
    return {
        "figures": _("The figures agree with the report of the measurements"),
        "company": _("The company agrees"),
        "readable": _("Can be read by those who do not know the technique"),
        "pitfalls": _("It says what went wrong"),
        "pictures": _("Pictures have a description"),
    }


def _known(review: Review) -> set[str]:
    """What is known without looking: that the company said yes to this very text."""
    return {"company"} if review.agreed_revision_id == review.revision_id else set()


def _views() -> dict[str, str]:
    return {"verschil": _("Difference"), "nieuw": _("New text"), "naast": _("Side by side")}


def _compared(revision: Revision, old: Revision | None) -> str:
    if old is None:
        return _("Version %(n)s", n=revision.number)
    return _("Version %(new)s compared with version %(old)s", new=revision.number, old=old.number)


def _sent(review: Review, who: str) -> str:
    day = long_date(review.sent_at)
    if review.note:
        return _("Sent in by %(who)s on %(day)s, saying: “%(note)s”", who=who, day=day, note=review.note)
    return _("Sent in by %(who)s on %(day)s.", who=who, day=day)


def _moment(moment: datetime) -> str:
    return f"{long_date(moment)}, {clock_time(moment)}"


def _facts(article: Article, revision: Revision) -> list[tuple[str, Sequence[str]]]:
    """Every field that is told, for whoever reads a text without an earlier one."""
    return field_texts.all_of(revision.content.telling(article.kind))


def _placed(sections: Sequence[SectionChange], said: list[Thread]) -> tuple[list[SectionRow], list[Thread]]:
    """Each paragraph with what was said about it; a remark stands at the first that holds its words."""
    left, rows, number = list(said), [], 0
    for section in sections:
        blocks = []
        for block in section.blocks:
            number += 1
            text = "".join(change.text for change in block.changes if change.mark != "removed").strip()
            here = [each for each in left if each.remark.passage and _holds(text, each.remark.passage)]
            left = [each for each in left if each not in here]
            blocks.append(BlockRow(number, block, text, here))
        rows.append(SectionRow(section, blocks))
    return rows, left


def _holds(text: str, passage: str) -> bool:
    return " ".join(passage.split()) in " ".join(text.split())


def _history(session: Session, review: Review) -> list[StepRow]:
    rows = review_queue.history(session, review)
    return [
        StepRow(
            what=_what(step, number),
            when=", ".join(filter(None, (long_date(step.created_at), who.name if who else ""))),
            message=step.message,
            is_now=at == 0 and review.state in OPEN,
        )
        for at, (step, number, who) in enumerate(rows)
    ]


def _what(step: ReviewStep, number: int) -> str:
    return {
        Act.SEND_IN: _("Version %(n)s sent in", n=number),
        Act.AGREE: _("The company agreed"),
        Act.PLACE: _("Placed"),
        Act.SCHEDULE: _("Appears on %(when)s", when=_moment(step.publish_at) if step.publish_at else ""),
        Act.SEND_BACK: _("A change was asked for"),
        Act.REFUSE: _("Refused"),
        Act.TAKE_BACK: _("Taken back"),
        Act.APPEAR: _("Appeared"),
        Act.FAIL: _("Could not appear"),
    }[step.act]
