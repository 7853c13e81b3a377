"""The history of a piece: every text that was put aside, what is different, and going back to one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Problem
from app.core.language import clock_time, long_date
from app.core.language import gettext as _
from app.web import showing
from app.web.draft_saves import seen_version
from app.web.forms import Form, Sealed
from app.web.merge_view import FieldChoice, differing
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, SignedIn, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import DONE
from content import drafting, revisions
from content.differing import BlockChange, SectionChange
from content.models import Article, Draft
from content.revisions import Aside, State
from content.writing import draft_of, put_aside, rendered_of

router = APIRouter()

NOW: Final = "nu"
"""In the address: the text as it stands now."""

LARGEST: Final = 2**31 - 1


@dataclass(frozen=True)
class RevisionRow:
    """A text that was put aside, as the list shows it."""

    number: int
    label: str
    when: str
    who: str
    note: str
    href: str
    """Where it is compared with the text of now."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What is different between two texts."""

    old: str
    new: str
    fields: Sequence[FieldChoice]
    """`theirs` is the older one, `mine` the newer."""
    heading: Sequence[tuple[str, BlockChange]]
    sections: Sequence[SectionChange]

    @property
    def is_anything(self) -> bool:
        """Whether they differ at all."""
        return bool(self.fields or self.heading or self.sections)


@dataclass(frozen=True, kw_only=True)
class HistoryView:
    """Every text of a piece."""

    article: Article
    title: str
    base: str
    version: int
    """Of the draft."""
    form: Form
    rows: Sequence[RevisionRow]
    choices: Sequence[tuple[str, str]]
    difference: Difference | None


@router.get("/schrijven/{id}/verloop")
def history(here: Here, session: Reading, article: EditableArticle, page: Page) -> Response:
    """Who wrote what and when; what is different between two texts, from the newest put aside to now."""
    asked = parse_qs(here.query)
    draft, aside = draft_of(session, article), revisions.all_aside(session, article)
    old = asked.get("van", [str(aside[0].number) if aside else NOW])[0]
    new = asked.get("naar", [NOW])[0]
    view = _view(session, article, draft, aside, Form(), difference=_difference(session, article, draft, old, new))
    return page("writing/history", view, is_indexed=False)


@router.post("/schrijven/{id}/verloop")
def keep(form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange, page: Page) -> Response:
    """Put the text of now aside, with a few words about it."""
    note = form.line("note", most=500)
    if form.is_fine:
        with form.minding(session):
            put_aside(session, article, by=me, note=note)
    if form.is_fine:
        return see(showing.here(f"/schrijven/{article.id}/verloop") + f"?{DONE}=apart")
    draft, aside = draft_of(session, article), revisions.all_aside(session, article)
    view = _view(session, article, draft, aside, form)
    return page("writing/history", view, status=form.status, is_indexed=False)


@router.post("/schrijven/{id}/terugzetten")
def restore(form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange) -> Response:
    """Go back to an older text. What stands there now is put aside first."""
    number = form.number("nummer", least=1, most=LARGEST) or 0
    drafting.restore(session, article, number, by=me, seen_version=seen_version(form))
    return see(showing.here(f"/schrijven/{article.id}") + f"?{DONE}=teruggezet")


def _view(
    session: Session,
    article: Article,
    draft: Draft,
    aside: Sequence[Aside],
    form: Form,
    *,
    difference: Difference | None = None,
) -> HistoryView:
    base = showing.here(f"/schrijven/{article.id}")
    return HistoryView(
        article=article,
        title=draft.content.title or _("Without a title yet"),
        base=base,
        version=draft.version,
        form=form,
        rows=[
            RevisionRow(
                each.number,
                _label(each),
                f"{long_date(each.at)}, {clock_time(each.at)}",
                each.who,
                each.note,
                f"{base}/verloop?van={each.number}&naar={NOW}",
            )
            for each in aside
        ],
        choices=[(NOW, _("As it stands now")), *((str(each.number), _label(each)) for each in aside)],
        difference=difference,
    )


def _label(aside: Aside) -> str:
    if aside.published_number is not None:
        return _("Text %(n)s, published as version %(version)s", n=aside.number, version=aside.published_number)
    return _("Text %(n)s", n=aside.number)


def _difference(session: Session, article: Article, draft: Draft, old: str, new: str) -> Difference | None:
    """None when one of them is not there, or both are the same."""
    before, after = (_state(session, article, draft, which) for which in (old, new))
    if before is None or after is None or old == new:
        return None
    names: Mapping[str, str] = {"title": _("Title"), "summary": _("Summary")}
    return Difference(
        old=old,
        new=new,
        fields=[each for each in differing(article.kind, after.content, before.content) if each.name not in names],
        heading=[(names[name], change) for name, change in revisions.title_changes(before.content, after.content)],
        sections=revisions.text_changes(before, after),
    )


def _state(session: Session, article: Article, draft: Draft, which: str) -> State | None:
    if which == NOW:
        return State(draft.content, rendered_of(session, article, draft.content).html)
    try:
        found = drafting.revision_numbered(session, article, int(which) if which.isdigit() and len(which) < 9 else 0)
    except Problem:
        return None
    return State(found.content, found.html)
