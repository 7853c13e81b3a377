"""The views of bulk work: what was found, what would change, and what came of an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session

from app.core.language import clock_time, current_language, long_date, pick
from app.core.language import gettext as _
from app.people import finding
from app.people.models import Organisation
from app.web import showing
from app.web.forms import Form
from app.web.rows import Link
from content import overview
from content.bulk_orders import BulkItem, BulkOrder, ItemState, What
from content.bulk_verbs import Told, candidates, changed_topics, hindrance
from content.models import Article, Revision, Stage

HERE: Final = "/beheer/stukken"

Side = Sequence[tuple[Link, bool]]


@dataclass(frozen=True)
class PieceRow:
    """A piece, and what is or was done to it."""

    value: str
    """What stands for it in a form."""
    title: str
    foreign: str
    href: str
    about: str
    now: str = ""
    then: str = ""
    why: str = ""


@dataclass(frozen=True)
class OrderRow:
    """An order in the list."""

    href: str
    what: str
    when: str


@dataclass(frozen=True, kw_only=True)
class PiecesView:
    """What was found, and what can be done to it."""

    side: Side
    search: str
    words: str
    chips: Sequence[str]
    public: str
    rows: Sequence[PieceRow]
    total: int
    first: int
    """Of the rows, among all that were found."""
    number: int
    last: int
    pages: str
    """The address of a page, up to its number."""
    form: Form
    whats: Sequence[tuple[str, str, str]]
    topics: Sequence[tuple[str, str]]
    owners: Sequence[tuple[str, str]]
    reviewers: Sequence[tuple[str, str]]
    action: str
    orders: Sequence[OrderRow]


@dataclass(frozen=True, kw_only=True)
class PreviewView:
    """What would change."""

    side: Side
    what: str
    rows: Sequence[PieceRow]
    skipped: Sequence[PieceRow]
    hidden: Sequence[tuple[str, str]]
    key: str
    action: str
    back: str
    form: Form


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """What came of an order."""

    side: Side
    what: str
    when: str
    done: str
    waiting: int
    groups: Sequence[tuple[str, Sequence[PieceRow]]]
    can_undo: bool
    action: str
    back: str


def what_names() -> dict[What, str]:
    """What can be done, in words."""
    return {
        What.ADD_TOPIC: _("Add a topic"),
        What.REMOVE_TOPIC: _("Take a topic off"),
        What.OWNER: _("Give to another owner"),
        What.REVIEWER: _("Ask others to review new texts"),
        What.WITHDRAW: _("Take back"),
    }


def whats() -> list[tuple[str, str, str]]:
    """What can be done, to choose from."""
    notes = {What.WITHDRAW: _("Readers get the reason at its address."), What.OWNER: _("They decide about it then.")}
    return [(what.value, name, notes.get(what, "")) for what, name in what_names().items()]


def topic_choices(session: Session) -> list[tuple[str, str]]:
    """Every topic by its name."""
    return [("", "–"), *sorted(_topics(session).items(), key=lambda one: one[1].lower())]


def organisation_choices(session: Session, what: What) -> list[tuple[str, str]]:
    """Who can own a piece, or be asked to review one."""
    nobody = _("Nobody in particular") if what == What.REVIEWER else "–"
    return [("", nobody), *((row.slug, row.title) for row in candidates(session, what))]


def row_of(article: Article, owner: Organisation | None = None, *, value: str = "") -> PieceRow:
    """A piece as it stands."""
    foreign = article.language if article.language != current_language() else ""
    return PieceRow(
        value=value or f"{article.id}:{article.live_revision_id}",
        title=article.title,
        foreign=foreign,
        href=showing.here(f"/kennis/{article.slug}"),
        about=owner.title if owner else "",
    )


def foreseen(session: Session, chosen: Sequence[tuple[Article, int]], what: What, told: Told) -> list[PieceRow]:
    """What would be done to each piece (with the text that was chosen), or why nothing would be."""
    topics = _topics(session)
    owners = finding.organisations_numbered(session, {article.owner_id for article, _revision in chosen})
    rows = []
    for article, revision_id in chosen:
        row = row_of(article, owners[article.owner_id], value=f"{article.id}:{revision_id}")
        if why := hindrance(session, article, what, told):
            rows.append(replace(row, why=why))
        else:
            now, then = _change(session, article, owners[article.owner_id], topics, what, told)
            rows.append(replace(row, now=now, then=then))
    return rows


def said(session: Session, what: What, told: Told) -> str:
    """An order in words."""
    name = what_names()[what]
    if what in (What.ADD_TOPIC, What.REMOVE_TOPIC):
        return f"{name}: {_named(_topics(session), [told['topic']])}"
    if what == What.WITHDRAW:
        return f"{name}: {pick(told['reason_nl'] or told['reason_en'], told['reason_en'] or told['reason_nl'])}"
    return f"{name}: {finding.organisation_titled(session, told['organisation'])}"


def order_row(session: Session, order: BulkOrder) -> OrderRow:
    """An order in the list."""
    when = f"{long_date(order.created_at)}, {clock_time(order.created_at)}"
    return OrderRow(showing.here(f"{HERE}/opdrachten/{order.id}"), said(session, order.what, order.told), when)


def groups(items: Sequence[tuple[BulkItem, Article]]) -> list[tuple[str, list[PieceRow]]]:
    """The pieces of an order by what came of them."""
    names = {
        ItemState.WAITING: _("Still to be done"),
        ItemState.UNDOING: _("Still to be undone"),
        ItemState.DONE: _("Done"),
        ItemState.UNDONE: _("Undone"),
        ItemState.SKIPPED: _("Left as it was"),
        ItemState.KEPT: _("Not undone"),
    }
    found = []
    for state, name in names.items():
        rows = [replace(row_of(article), why=item.why) for item, article in items if item.state == state]
        if rows:
            found.append((name, rows))
    return found


def _change(
    session: Session, article: Article, owner: Organisation, topics: Mapping[str, str], what: What, told: Told
) -> tuple[str, str]:
    """How it is, and how it would be."""
    match what:
        case What.ADD_TOPIC | What.REMOVE_TOPIC:
            keys = session.get_one(Revision, article.live_revision_id).content.topics
            return _named(topics, keys), _named(topics, changed_topics(keys, what, told))
        case What.OWNER:
            return owner.title, finding.organisation_titled(session, told["organisation"])
        case What.REVIEWER:
            reviewer = session.get(Organisation, article.reviewer_id) if article.reviewer_id else None
            nobody, then = _("Nobody in particular"), finding.organisation_titled(session, told["organisation"])
            return reviewer.title if reviewer else nobody, then or nobody
        case What.WITHDRAW:
            assert article.stage == Stage.PUBLISHED
            return _("Readers see it"), _("Taken back")


def _topics(session: Session) -> Mapping[str, str]:
    """Slug -> name."""
    return {row.slug: row.name for row in overview.topics_in_order(session)}


def _named(topics: Mapping[str, str], keys: Sequence[str]) -> str:
    return ", ".join(topics.get(key, key) for key in keys)
