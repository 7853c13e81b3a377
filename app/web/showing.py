"""From what rooms know to what parts of a page are given: cards and figures."""

from collections.abc import Iterable, Mapping, Sequence
from html import unescape

from markupsafe import Markup

from app.core.clock import local
from app.core.language import current_language, ngettext, pick
from app.core.language import gettext as _
from app.people.models import Organisation, ProfilePart, User
from app.people.region import Municipality
from app.web.cards import CaseCard, LessonCard, PersonCard, TechnologyCard
from app.web.drawing.maps import Marker
from app.web.figures import MeasureView
from app.web.visit import address
from content.kinds import CaseStudy, Lesson, Technology
from content.kinds.case_study import Metric
from content.shelves import Listed
from content.snapshot import Part
from content.subjects import Pilot

PieceCard = CaseCard | LessonCard | TechnologyCard


def here(path: str) -> str:
    """A path under the prefix of the reader's language."""
    return address(path, current_language())


def measure(metric: Metric) -> MeasureView:
    """A figure before and after."""
    return MeasureView(
        label=metric.name, before=metric.baseline, after=metric.result, unit=metric.unit, better=metric.better.value
    )


def card(row: Listed, title: Markup | None = None, text: Markup | None = None) -> PieceCard:
    """The row for a piece of any kind. `title` and `text`: with the words marked that were searched for."""
    match row.telling:
        case CaseStudy() as case:
            return _case(row, case, title, text)
        case Lesson() as lesson:
            return _lesson(row, lesson, title, text)
        case Technology() as technology:
            return _technology(row, technology, title, text)
        case other:
            raise LookupError(f"no row is drawn for {type(other).__name__}")


def _case(row: Listed, told: CaseStudy, title: Markup | None, text: Markup | None) -> CaseCard:
    return CaseCard(
        href=here(f"/kennis/{row.article.slug}"),
        title=title or row.article.title,
        language=row.article.language,
        organisation=row.lead.title if row.lead else _("Company not named"),
        place=row.municipality.town if row.municipality else "",
        staff=told.company_size_fte if row.lead else None,
        topic=row.topic.name if row.topic else "",
        summary=text or "",
        measure=measure(told.metrics[0]) if told.metrics else None,
        investment=told.investment_eur,
        payback_months=told.payback_months,
    )


def _lesson(row: Listed, told: Lesson, title: Markup | None, text: Markup | None) -> LessonCard:
    """Its takeaway is always shown; a passage with marks from elsewhere stands below it."""
    is_takeaway = text is not None and without_marks(text) == told.takeaway
    return LessonCard(
        href=here(f"/kennis/{row.article.slug}"),
        title=title or row.article.title,
        language=row.article.language,
        takeaway=text if text is not None and is_takeaway else told.takeaway,
        passage=text if text is not None and not is_takeaway and "<mark>" in text else "",
        byline=row.byline,
        published=local(row.article.published_at).date() if row.article.published_at else None,
        outcome=told.outcome.value,
        applies_when=told.applies_when,
    )


def without_marks(text: Markup) -> str:
    """What was marked, as it was written."""
    return unescape(text.replace("<mark>", "").replace("</mark>", ""))


def _technology(row: Listed, told: Technology, title: Markup | None, text: Markup | None) -> TechnologyCard:
    return TechnologyCard(
        href=here(f"/kennis/{row.article.slug}"),
        title=title or row.article.title,
        language=row.article.language,
        summary=text or row.article.summary,
        cost=told.cost_range_eur,
        trl=told.trl,
    )


def person(user: User, workplace: Organisation | None = None, *, did: str = "") -> PersonCard:
    """A person beside a piece; linked only when they want a page of their own. `did`: what they did in it, in words.

    Nothing else of them than what they show.
    """
    title = user.title if user.shows(ProfilePart.TITLE) else ""
    role = ", ".join(part for part in (did, title, workplace.title if workplace else "") if part)
    return PersonCard(name=user.name, role=role, href=here(f"/mensen/{user.handle}") if user.has_profile else "")


def logo(organisation: Organisation) -> str:
    """The address of its logo, another one for every picture; empty when its monogram is shown."""
    return here(f"/organisaties/{organisation.slug}/logo.webp?v={organisation.logo[:12]}") if organisation.logo else ""


def pilot_markers(pilots: Iterable[tuple[Pilot, Municipality | None]]) -> list[Marker]:
    """The pilots that have a place, for the map."""
    return [
        Marker(
            name=f"{pilot.name}, {place.town}",
            longitude=place.longitude,
            latitude=place.latitude,
            href=here(f"/proefprojecten/{pilot.slug}"),
            number=pilot.number,
            is_full=pilot.status == "running",
            note=_("running") if pilot.status == "running" else _("finished"),
        )
        for pilot, place in pilots
        if place is not None
    ]


def said(texts: Sequence[str]) -> str:
    """a, b en c."""
    if len(texts) < 2:
        return "".join(texts)
    return pick(" en ", " and ").join([", ".join(texts[:-1]), texts[-1]])


def kinds_counted(counts: Mapping[str, int]) -> str:
    """3 praktijkcases, 1 les."""
    told = {
        CaseStudy.slug: ngettext("%(n)s case", "%(n)s cases", counts.get(CaseStudy.slug, 0)),
        Lesson.slug: ngettext("%(n)s lesson", "%(n)s lessons", counts.get(Lesson.slug, 0)),
        Technology.slug: ngettext("%(n)s technology", "%(n)s technologies", counts.get(Technology.slug, 0)),
    }
    return ", ".join(words for kind, words in told.items() if counts.get(kind))


def part(did: Part) -> str:
    """What an organisation did, in words."""
    return {
        Part.LEAD: _("lead and trial site"),
        Part.PARTICIPANT: _("participant"),
        Part.KNOWLEDGE_PARTNER: _("knowledge partner"),
        Part.SUPPLIER: _("supplier"),
    }[did]
