"""What stands beside the text of a piece: its facts, its files and versions, and how its figures came about."""

from collections.abc import Sequence

from app.core.clock import local
from app.core.language import current_language, euros, gettext, long_date, month, ngettext, number, pick
from app.core.language import gettext as _
from app.web.figures import staff_text
from app.web.file_pages import found_of
from app.web.rows import Fact, FileRow, Link, VersionRow
from app.web.showing import here, said
from content.file_kinds import BY_EXTENSION, extension_of
from content.films import is_film
from content.kinds import CaseStudy, Kind, Lesson
from content.kinds.case_study import METHOD_NAMES, VERIFICATION_NAMES, Metric, Verification
from content.kinds.lesson import PHASE_NAMES, Phase
from content.reading import Opened
from content.snapshot import Part, Profile
from content.vocabulary import audiences, bands, maturity


def facts_of(opened: Opened, telling: Kind) -> list[Fact]:
    """At most eight rows, those first that a small company asks first."""
    match telling:
        case CaseStudy():
            rows = _of_case(opened, telling)
        case Lesson():
            rows = _of_lesson(opened)
        case _:
            rows = _of_technology(opened)
    return [row for row in rows if row.value][:8]


def _of_case(opened: Opened, told: CaseStudy) -> list[Fact]:
    return [
        *_company(opened, told),
        Fact(_("Investment"), euros(told.investment_eur), note=_own_hours(told)),
        Fact(_("Paid back"), months(told.payback_months) if told.payback_months is not None else ""),
        Fact(_("Duration"), months(told.duration_months)),
        Fact(_("Stands now"), maturity()[told.trl_end].name, note=_("TRL %(n)s", n=told.trl_end)),
        *_pilot(opened),
        Fact(_("Ask for"), told.contact_role),
        Fact(_("For"), _audience(opened)),
    ]


def _of_lesson(opened: Opened) -> list[Fact]:
    return [
        *(Fact(_("At"), name.title, here(f"/organisaties/{name.slug}")) for name, _part in opened.organisations[:2]),
        *_pilot(opened),
        Fact(_("For"), _audience(opened)),
        _due(opened),
    ]


def _of_technology(opened: Opened) -> list[Fact]:
    return [
        *(
            Fact(_("Written at"), name.title, here(f"/organisaties/{name.slug}"))
            for name, _part in opened.organisations[:1]
        ),
        *_pilot(opened),
        Fact(_("For"), _audience(opened)),
        _due(opened),
    ]


def _company(opened: Opened, told: CaseStudy) -> list[Fact]:
    profile = opened.revision.content.anonymous
    if profile is not None:
        return [Fact(_("Company"), _("Not named"), note=_profile(opened, profile))]
    leads = [organisation for organisation, part in opened.organisations if part == Part.LEAD]
    place = opened.municipality.town if opened.municipality else ""
    note = ", ".join(part for part in (place, staff_text(told.company_size_fte)) if part)
    return [Fact(_("Company"), lead.title, here(f"/organisaties/{lead.slug}"), note) for lead in leads[:1]]


def _profile(opened: Opened, profile: Profile) -> str:
    """Sector, size band and province: all that is said of a company that is not named."""
    size = next((band.name for band in bands("company_size") if band.slug == profile.size_band), "")
    sector = next((sector.short for sector in opened.sectors if sector.code == profile.sector), "")
    return ", ".join(part for part in (sector, size, profile.province.capitalize()) if part)


def _own_hours(told: CaseStudy) -> str:
    if told.internal_hours is None:
        return ""
    return ngettext("with %(n)s hour of their own", "with %(n)s hours of their own", told.internal_hours)


def _pilot(opened: Opened) -> list[Fact]:
    if opened.pilot is None:
        return []
    pilot = opened.pilot
    return [Fact(_("From"), pilot.name, here(f"/proefprojecten/{pilot.slug}"), _("pilot %(n)s", n=pilot.number))]


def _audience(opened: Opened) -> str:
    known = audiences()
    return said([known[slug].name for slug in opened.revision.content.audience if slug in known])


def _due(opened: Opened) -> Fact:
    due = opened.article.review_due if opened.is_live else opened.revision.content.review_due
    return Fact(_("Looked at again before"), month(due) if due else "")


def months(n: int) -> str:
    """14 maanden."""
    return ngettext("%(n)s month", "%(n)s months", n)


def weeks(n: int) -> str:
    """10 weken."""
    return ngettext("%(n)s week", "%(n)s weeks", n)


def measured_how(opened: Opened, told: CaseStudy) -> str:
    """Over which period the first figure was measured, and by whom."""
    return _("Period: %(period)s. Measured by %(who)s.", period=told.metrics[0].period, who=measured_by(opened, told))


def measured_by(opened: Opened, told: CaseStudy) -> str:
    """Who measured it: the knowledge partners by name, where they did."""
    partners = [organisation.title for organisation, part in opened.organisations if part == Part.KNOWLEDGE_PARTNER]
    if told.verification == Verification.MEASURED_BY_PARTNER and partners:
        return said(partners)
    return gettext(VERIFICATION_NAMES[told.verification])


def method(metric: Metric) -> str:
    """How a figure came about."""
    return gettext(METHOD_NAMES[metric.method])


def cost_rows(told: CaseStudy) -> list[tuple[str, str, str]]:
    """What it cost and brought: what, once or each year, amount."""
    once, yearly = _("Once"), _("Each year")
    rows = [
        (_("Investment, with own hours, without VAT"), once, told.investment_eur),
        (_("Licences, maintenance, consumables"), yearly, told.running_cost_eur_year),
        (_("Benefit"), yearly, told.benefit_eur_year),
    ]
    return [(what, when, euros(amount)) for what, when, amount in rows if amount is not None]


def phases(told: Lesson) -> tuple[list[str], int]:
    """The phases of a project in words, and in which one the lesson would have helped, counted from 1."""
    return [gettext(PHASE_NAMES[phase]) for phase in Phase], list(Phase).index(told.phase) + 1


def file_rows(opened: Opened) -> list[FileRow]:
    """The files that this reader may open, with kind and size in words."""
    number_ = opened.revision.published_number
    query = "" if number_ == opened.article.live_number else f"?versie={number_}"
    return [
        FileRow(
            title=pick(offered.use.title_nl, offered.use.title_en) or offered.use.name,
            href=here(f"/kennis/{opened.article.slug}/bijlagen/{offered.use.name}{query}"),
            about=found_of(offered.text),
            size=f"{BY_EXTENSION[extension_of(offered.use.name)].label}, {file_size(offered.attachment.size)}",
        )
        for offered in opened.files
        # A film is played above them.
        if offered.use.listed and not is_film(offered.use)
    ]


def file_size(size: int) -> str:
    """240 kB, 2,1 MB: decimal units, as shops and operating systems print them (IEC 80000-13)."""
    if size < 1000:
        return ngettext("%(n)s byte", "%(n)s bytes", size)
    if size < 1_000_000:
        return f"{number(round(size / 1000))} kB"
    return f"{number(size / 1_000_000, 1)} MB"


def version_rows(opened: Opened) -> list[VersionRow]:
    """The published versions, newest first, each with the address it keeps."""
    return [
        VersionRow(
            label=_("Version %(n)s", n=revision.published_number),
            href=here(f"/kennis/{opened.article.slug}/v/{revision.published_number}"),
            when=long_date(revision.published_at) if revision.published_at else "",
            note=revision.note,
            is_current=revision.id == opened.revision.id,
        )
        for revision in opened.versions
    ]


def contents(opened: Opened, extra: Sequence[Link]) -> list[Link]:
    """The headings of the text, then what the page adds below it."""
    return [
        *(Link(heading["text"], f"#{heading['id']}") for heading in opened.revision.headings if heading["level"] == 2),
        *extra,
    ]


def changed_on(opened: Opened) -> str:
    """The day this version was published."""
    published = opened.revision.published_at
    return long_date(local(published)) if published else ""


def foreign(opened: Opened) -> str:
    """The language of the text when it is not the page's, for its `lang` attribute."""
    return opened.article.language if opened.article.language != current_language() else ""
