"""The view of a piece, whatever its kind: what stands around the text."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.clock import today
from app.core.language import gettext as _
from app.core.language import month
from app.core.text import reading_minutes
from app.web import showing, telling
from app.web.byline import publisher_links
from app.web.cards import PersonCard
from app.web.citation_formats import FORMATS
from app.web.citing import apa
from app.web.films import FilmRow, film_rows
from app.web.follow_view import FollowView
from app.web.kind_parts import Parts, parts_of
from app.web.reported import report_link
from app.web.rows import Fact, FileRow, Link, VersionRow
from app.web.visibility_words import who
from content.kinds import KINDS, Kind
from content.licences import TERMS
from content.reading import Opened
from content.snapshot import Visibility


@dataclass(frozen=True)
class PageNotice:
    """Something that stays true on this page, with a link to what helps."""

    tone: str
    text: str
    label: str = ""
    href: str = ""
    language: str = ""


@dataclass(frozen=True)
class Keeping:
    """Keeping a piece for later."""

    action: str
    is_kept: bool
    sign_in: str
    """Where a stranger signs in first; empty for who is signed in."""


@dataclass(frozen=True, kw_only=True)
class ArticleView:
    """What the pages of all kinds show; `own` is what only this kind has."""

    opened: Opened
    telling: Kind
    own: Parts
    foreign: str
    """Language of the text when it is not the page's."""
    crumbs: Sequence[Link]
    authors: Sequence[PersonCard]
    publishers: Sequence[Link]
    """Who publishes it together with its owner."""
    changed_on: str
    shown_to: str
    """Who may see it; empty for what everyone sees."""
    minutes: int
    notices: Sequence[PageNotice]
    contents: Sequence[Link]
    facts: Sequence[Fact]
    files: Sequence[FileRow]
    films: Sequence[FilmRow]
    citation: str
    paper: str
    """The address of the newest version as a sheet; empty for an older one."""
    citation_formats: Sequence[Link]
    """The reference for programs; only the newest version has these addresses."""
    licence: str
    versions: Sequence[VersionRow]
    changes: str
    """Where the versions are compared."""
    topics: Sequence[Link]
    related: Sequence[showing.PieceCard]
    ask: Link | None
    """Whom to ask about it."""
    keeping: Keeping | None
    follow: FollowView | None
    """None for a stranger, and where nobody follows."""
    report: str


def view_of(
    opened: Opened,
    *,
    told: Kind | None = None,
    authors: Sequence[PersonCard],
    related: Sequence[showing.PieceCard],
    ask: Link | None,
    keeping: Keeping | None,
    follow: FollowView | None = None,
) -> ArticleView:
    """The view of an opened article for this reader, in the language of the page.

    `told`: its fields, for a draft of which not all fit yet.
    """
    told = told or opened.revision.content.telling(opened.article.kind)
    own = parts_of(opened, told)
    files, films = telling.file_rows(opened), film_rows(opened)
    return ArticleView(
        opened=opened,
        telling=told,
        own=own,
        foreign=telling.foreign(opened),
        crumbs=_crumbs(opened),
        authors=authors,
        publishers=publisher_links(opened),
        changed_on=telling.changed_on(opened),
        minutes=reading_minutes(opened.revision.plain),
        shown_to=who(opened.article.visibility) if opened.article.visibility != Visibility.EVERYONE else "",
        notices=_notices(opened),
        contents=_contents(opened, own, has_films=bool(films), has_files=bool(files)),
        facts=telling.facts_of(opened, told),
        files=files,
        films=films,
        citation=apa(opened),
        paper=showing.here(f"/kennis/{opened.article.slug}.pdf") if opened.is_live else "",
        citation_formats=_citation_formats(opened),
        licence=TERMS[opened.revision.content.licence].name,
        versions=telling.version_rows(opened),
        changes=showing.here(f"/kennis/{opened.article.slug}/versies"),
        topics=[Link(topic.name, showing.here(f"/onderwerpen/{topic.slug_nl}")) for topic in opened.topics],
        related=related,
        ask=ask,
        keeping=keeping,
        follow=follow,
        report=report_link("stuk", opened.article.slug),
    )


def _citation_formats(opened: Opened) -> list[Link]:
    """Exact to the version: those of an older one stay beside it."""
    version = "" if opened.is_live else f"/v/{opened.revision.published_number}"
    return [Link(form.name, showing.here(f"/kennis/{opened.article.slug}{version}.{form.ending}")) for form in FORMATS]


def _crumbs(opened: Opened) -> list[Link]:
    kind = KINDS[opened.article.kind]
    main = [Link(topic.name, showing.here(f"/onderwerpen/{topic.slug_nl}")) for topic in opened.topics[:1]]
    return [
        Link(_("Knowledge"), showing.here("/kennis")),
        Link(kind.names(), showing.here(f"/kennis/{kind.address}")),
        *main,
    ]


def _contents(opened: Opened, own: Parts, *, has_films: bool, has_files: bool) -> list[Link]:
    headings = [
        Link(heading["text"], f"#{heading['id']}", language=telling.foreign(opened))
        for heading in opened.revision.headings
        if heading["level"] == 2 and heading["text"] not in own.dropped
    ]
    films = [Link(_("Film"), "#film")] if has_films else []
    files = [Link(_("Files"), "#bijlagen")] if has_files else []
    return [*own.above, *headings, *own.below, *films, *files, Link(_("Cite"), "#citeren")]


def _notices(opened: Opened) -> list[PageNotice]:
    article, notices = opened.article, []
    if not opened.is_live:
        text = _("This is version %(n)s. There is a newer one.", n=opened.revision.published_number)
        notices.append(PageNotice("warn", text, _("Read the newest version"), showing.here(f"/kennis/{article.slug}")))
    elif article.review_due is not None and article.review_due < today():
        text = _(
            "This text should have been looked at again before %(month)s. Check prices and products yourself.",
            month=month(article.review_due),
        )
        notices.append(PageNotice("warn", text))
    if telling.foreign(opened):
        notices.append(_other_language(opened))
    return notices


def _other_language(opened: Opened) -> PageNotice:
    """The text is not in the language of the page: say so, and lead to the version that is."""
    is_dutch = opened.article.language == "nl"
    if opened.translation is None:
        text = _("There is no English version of this piece yet.") if is_dutch else _("This piece is only in English.")
        return PageNotice("info", text)
    text = _("This piece is also there in English.") if is_dutch else _("This piece is also there in Dutch.")
    href = showing.here(f"/kennis/{opened.translation.slug}")
    return PageNotice("info", text, opened.translation.title, href, opened.translation.language)
