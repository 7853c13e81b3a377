"""For stewards: the words that mean the same. What a change would do is shown before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.core.language import ngettext
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Here, Me, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from content import overview
from content.subjects import GlossaryGroup
from search import teaching
from search.effects import Outlook, outlook, sample_questions
from search.mill.fold import folded
from search.search_log import asked_most
from search.teaching import Change

router = APIRouter()

HERE: Final = "/beheer/woorden"
MOST_GROUPS: Final = 20
"""That are listed for a word that is looked for."""


@dataclass(frozen=True)
class Group:
    """A group of words, with the name it is known by."""

    slug: str
    name: str
    about: str
    words: Sequence[Link]
    """Each with the address that proposes to take it away."""
    more: str
    """The address at which a word is added."""


@dataclass(frozen=True)
class Proposed:
    """A change that nobody has saved yet, and what it would do."""

    title: str
    outlook: Outlook
    button: str


@dataclass(frozen=True)
class WordsView:
    """The page of words."""

    side: Sequence[tuple[Link, bool]]
    form: Form
    """Of a synonym, or of a word that is added or taken away."""
    group: Group | None
    """Whose words are changed; None for a synonym."""
    is_removal: bool
    proposed: Proposed | None
    topics: Sequence[Group]
    wanted: str
    found: Sequence[Group]
    """Groups that hold the word that is looked for."""

    @property
    def address(self) -> str:
        """Of this page."""
        return showing.here(HERE)

    @property
    def counted(self) -> str:
        """How many topics there are."""
        return ngettext("%(n)s topic", "%(n)s topics", len(self.topics))


@router.get(HERE)
def words(request: Request, here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """Words of topics and of the glossary; with words in the address what they would change."""
    asked = {name: value[:400] for name, value in request.query_params.items()}
    form = Form({"kant": "een", **asked})
    return _shown(session, page, form, here.language)


@router.post(HERE)
def add_synonym(session: Writing, me: Steward, here: Here, form: Sealed, page: Page) -> Response:
    """Save a synonym."""
    return _saved(session, me, form, page, here.language)


@router.post(f"{HERE}/{{group}}")
def change_group(
    session: Writing, me: Steward, here: Here, form: Sealed, page: Page, group: Annotated[str, Path(max_length=100)]
) -> Response:
    """Save a word that is added to a group, or taken away from it."""
    return _saved(session, me, form, page, here.language, group=group)


def _saved(session: Session, me: Me, form: Form, page: Page, language: str, *, group: str = "") -> Response:
    with form.minding(session):
        teaching.teach(session, _change(session, form, group), by=me)
    if form.is_fine:
        return see(showing.here(HERE))
    return _shown(session, page, form, language, group=group)


def _change(session: Session, form: Form, group: str) -> Change:
    if group and form.raw("weg"):
        return teaching.without_word(session, group, form.raw("woord"))
    if group:
        return teaching.with_word(session, group, form.raw("woord"))
    finds = form.raw("naar").split(",")
    return teaching.synonym(session, form.raw("van"), finds, both_ways=form.raw("kant") == "beide")


def _shown(session: Session, page: Page, form: Form, language: str, *, group: str = "") -> Response:
    name = group or form.raw("groep")
    told = teaching.require_group(session, name) if name else None
    proposed = _proposed(session, form, name, language) if form.raw("woord" if name else "naar") else None
    wanted = form.raw("zoek").strip()
    view = WordsView(
        side=side(HERE),
        form=form,
        group=_group(name, told, name) if told is not None else None,
        is_removal=bool(form.raw("weg")),
        proposed=proposed,
        topics=_topics(session),
        wanted=wanted,
        found=_found(session, wanted) if wanted else [],
    )
    return page("stewards/words", view, status=200 if form.is_fine else form.status)


def _proposed(session: Session, form: Form, group: str, language: str) -> Proposed | None:
    """What the words in the form would change; None when they cannot be saved, which the form then says."""
    try:
        change = _change(session, form, group)
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return None
    except NotFound:
        return None
    questions = [*sample_questions(), *asked_most(session)]
    word = form.raw("woord" if group else "van")
    if group and form.raw("weg"):
        title, button = _("Take away “%(word)s”", word=word), _("Take it away")
    elif group:
        title, button = _("Add “%(word)s”", word=word), _("Add the word")
    else:
        title, button = _("Synonym for “%(word)s”", word=word), _("Add the synonym")
    return Proposed(title, outlook(session, change, questions, language), button)


def _group(slug: str, told: Mapping[str, Any], name: str, about: str = "") -> Group:
    at = f"{showing.here(HERE)}?groep={slug}"
    removable = [one for one in dict.fromkeys(teaching.words_in(told)) if folded(one)]
    return Group(
        slug=slug,
        name=name,
        about=about,
        words=[Link(one, f"{at}&weg=1&{urlencode({'woord': one})}#wijzig") for one in removable],
        more=f"{at}#wijzig",
    )


def _topics(session: Session) -> list[Group]:
    rows = overview.topics_in_order(session)
    groups = {row.id: row for row in rows if row.broader_id is None}
    topics = [row for row in rows if row.broader_id in groups]
    told = teaching.of_topics(session, topics)
    return [_group(*told[row.id], row.name, groups[row.broader_id or 0].name) for row in topics]


def _found(session: Session, wanted: str) -> list[Group]:
    return [_group(row.slug, row.told, _named(row)) for row in teaching.groups_holding(session, wanted)[:MOST_GROUPS]]


def _named(row: GlossaryGroup) -> str:
    words = teaching.words_in(row.told)
    return words[0] if words else row.slug
