"""The view of a text on its way: the queue beside it, what changed, what was said, and what can be decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup
from sqlmodel import Session

from app.core.clock import now
from app.core.language import current_language, day_and_time, long_date
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.web import field_texts, showing
from app.web.field_texts import ToldField
from app.web.forms import Form
from app.web.moments import limits_of
from app.web.review_blocks import SectionRow, passage_at, placed
from app.web.review_files import ReadFiles, files_read
from app.web.review_words import (
    ago,
    check_names,
    compared,
    sent_line,
    status_of,
    step_said,
    view_names,
)
from app.web.version_view import Difference, difference
from content import review_queue
from content.access import can_edit
from content.differing import compare_texts
from content.models import Article, Revision
from content.remarks import Thread, threads
from content.review_access import decides, reads_at_centre
from content.review_queue import Queued
from content.review_steps import OPEN, ReviewState
from content.reviewing import checks_of
from content.reviews import Review
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

    id: int
    what: str
    when: str
    message: str
    is_now: bool


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
    facts: Sequence[ToldField]
    sections: Sequence[SectionRow]
    loose: Sequence[Thread]
    """What was said about words that are gone."""
    files: ReadFiles
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
    limits: Sequence[str]
    """The embargo and the last day, in words."""
    due: str
    edit_href: str
    action: str
    back: str
    passage: str
    form: Form
    remark_form: Form
    done: str

    @property
    def step(self) -> int:
        """The newest of what happened, for whoever decides after having seen it."""
        return self.history[0].id


def queue_rows(session: Session, me: Actor, *, here: int = 0) -> list[QueueRow]:
    """The queue as rows."""
    return [_row(each, here) for each in review_queue.queue(session, me)]


def _row(each: Queued, here: int) -> QueueRow:
    status, tone = status_of(each)
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
    told = _difference(article, old, revision)
    sections = told.sections if told is not None and chosen != "nieuw" else compare_texts(revision.html, revision.html)
    rows, loose = placed(sections, threads(session, article))
    passage = passage_at(rows, passage_of)
    reviewer = session.get(User, review.reviewer_id) if review.reviewer_id else None
    base = showing.here(f"{HERE}/{review.id}")
    return ReviewView(
        queue=queue_rows(session, me, here=review.id),
        review=review,
        article=article,
        content=revision.content,
        old_content=old.content if old else None,
        foreign=article.language if article.language != current_language() else "",
        status=compared(revision, old),
        sent=sent_line(review, _sender(session, review, article)),
        view=chosen,
        views=_views(base) if old is not None else [],
        difference=told,
        facts=_facts(article, revision) if chosen == "nieuw" else (),
        sections=rows,
        loose=loose,
        files=files_read(session, article, revision, me, base),
        html=Markup(revision.html),  # noqa: S704 - our own renderer wrote it
        old_html=Markup(old.html) if old else Markup(),  # noqa: S704 - the same
        history=_history(session, review),
        checks=_checks(review, article, form),
        decides=decides(me, review, article),
        is_company=review.state == ReviewState.AT_COMPANY,
        can_edit=can_edit(me, article),
        is_open=review.state in OPEN,
        reviewers=_offered(reviewers) if reads_at_centre(me, article) and review.state in OPEN else [],
        reviewer=reviewer.name if reviewer else "",
        when=day_and_time(article.publish_at) if review.state == ReviewState.SCHEDULED and article.publish_at else "",
        limits=_limits(article),
        due=long_date(review.due_at) if review.due_at else "",
        edit_href=showing.here(f"/schrijven/{article.id}"),
        action=base,
        back=showing.here(HERE),
        passage=passage,
        form=form or Form(limits_of(article) | {"lezer": reviewer.handle if reviewer else ""}),
        remark_form=remark_form or Form({"passage": passage}, prefix="o-"),
        done=done,
    )


def _limits(article: Article) -> list[str]:
    embargo, last_day = article.embargo_until, article.last_day
    return [
        *([_("Embargo until %(when)s.", when=day_and_time(embargo))] if embargo and embargo > now() else []),
        *([_("It can be read up to and including %(day)s.", day=long_date(last_day))] if last_day else []),
    ]


def _difference(article: Article, old: Revision | None, new: Revision) -> Difference | None:
    """What changed, by the numbers under which the two texts were put aside."""
    return replace(difference(article.kind, old, new), old=old.number, new=new.number) if old is not None else None


def _sender(session: Session, review: Review, article: Article) -> str:
    sender = session.get(User, review.sent_by_id) if review.sent_by_id else None
    return sender.name if sender else session.get_one(Organisation, article.owner_id).title


def _views(base: str) -> list[tuple[str, str, str]]:
    return [(name, label, f"{base}?weergave={name}") for name, label in view_names().items()]


def _offered(reviewers: Sequence[User]) -> list[tuple[str, str]]:
    return [("", _("Whoever has time")), *((user.handle, user.name) for user in reviewers)]


def _checks(review: Review, article: Article, form: Form | None) -> list[tuple[str, str, bool]]:
    """What is gone through, and what of it was."""
    checked = set(form.chosen("nagelopen")) if form is not None else set(review.checked) | _known(review)
    return [(name, label, name in checked) for name, label in check_names().items() if name in checks_of(article)]


def _known(review: Review) -> set[str]:
    """What is known without looking: that the company said yes to this very text."""
    return {"company"} if review.agreed_revision_id == review.revision_id else set()


def _facts(article: Article, revision: Revision) -> list[ToldField]:
    """Every field that is told, for whoever reads a text without an earlier one."""
    return field_texts.all_of(revision.content.telling(article.kind))


def _history(session: Session, review: Review) -> list[StepRow]:
    return [
        StepRow(
            id=step.id,
            what=step_said(step, number),
            when=", ".join(filter(None, (long_date(step.created_at), who.name if who else ""))),
            message=step.message,
            is_now=at == 0 and review.state in OPEN,
        )
        for at, (step, number, who) in enumerate(review_queue.history(session, review))
    ]
