"""The view of a pilot: how far it is, towards which goals, with whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.language import gettext as _
from app.core.language import long_date, month, ngettext
from app.people.finding import SHOWN
from app.people.models import Organisation
from app.people.region import Municipality
from app.web import showing
from app.web.cards import PilotCard, initials
from app.web.drawing.maps import Marker
from app.web.rows import Fact
from content import piloting
from content.figures import figure_texts
from content.piloting import Goal, Phase
from content.snapshot import Part
from content.subjects import Pilot

Partners = Sequence[tuple[Organisation, Part]]


@dataclass(frozen=True)
class Partner:
    """An organisation that takes part; `href` when it has a page."""

    name: str
    monogram: str
    href: str
    note: str


@dataclass(frozen=True)
class GoalRow:
    """A goal in words, and how much of the way is covered, in percent."""

    name: str
    begin: str
    now: str
    target: str
    progress: float | None
    progress_text: str

    @property
    def full(self) -> float:
        """What the ruler holds: the target, or more when it was passed."""
        return max(100.0, self.progress or 0)


@dataclass(frozen=True)
class PhaseRow:
    """A phase on the line of time; `state` is `done`, `now` or `next`."""

    title: str
    when: str
    state: str


def pilot_card(pilot: Pilot, place: Municipality | None, partners: Partners) -> PilotCard:
    """A pilot in a list."""
    phases = piloting.phases(pilot)
    at = piloting.phase_now(phases) or (len(phases) if pilot.status == "finished" else 0)
    return PilotCard(
        href=showing.here(f"/proefprojecten/{pilot.slug}"),
        title=pilot.name,
        number=pilot.number,
        lead=showing.said([organisation.title for organisation, part in partners if part == Part.LEAD]),
        place=place.town if place else "",
        summary=pilot.summary,
        partners=len(partners),
        until=pilot.ends_on,
        is_finished=pilot.status == "finished",
        phase=phases[at - 1].name if at else "",
        phase_step=at,
        phase_count=len(phases),
    )


def status_of(pilot: Pilot) -> str:
    """Running, and in which phase; or finished. Empty for a pilot of which no source says it."""
    if pilot.status == "finished":
        return _("Finished")
    if pilot.status != "running":
        return ""
    phases = piloting.phases(pilot)
    at = piloting.phase_now(phases)
    return _("Running, phase %(step)s of %(count)s", step=at, count=len(phases)) if at else _("Running")


def asked_of(partners: Partners) -> list[Organisation]:
    """Whom to ask about it: who leads it, then the others."""
    return [organisation for organisation, _part in sorted(partners, key=lambda each: each[1] != Part.LEAD)]


def facts_of(pilot: Pilot, place: Municipality | None, partners: Partners) -> list[Fact]:
    """Where, who leads, with how many, and how long."""
    leads = [organisation for organisation, part in partners if part == Part.LEAD]
    rows = [
        Fact(_("Trial site"), place.town if place else ""),
        *(Fact(_("Lead"), lead.title, _page_of(lead)) for lead in leads[:1]),
        Fact(_("Partners"), ngettext("%(n)s organisation", "%(n)s organisations", len(partners)) if partners else ""),
        Fact(_("Runs"), period(pilot)),
    ]
    return [row for row in rows if row.value]


def period(pilot: Pilot) -> str:
    """Oktober 2025 tot juni 2027."""
    if pilot.starts_on is None or pilot.ends_on is None:
        return ""
    return _("%(low)s to %(high)s", low=month(pilot.starts_on), high=month(pilot.ends_on))


def goal_rows(pilot: Pilot) -> list[GoalRow]:
    """The goals, each figure with as many decimals as the others of its row."""
    return [_goal(goal) for goal in piloting.goals(pilot)]


def measured_until(pilot: Pilot) -> str:
    """Up to when the goals were measured last."""
    moments = [goal.as_of for goal in piloting.goals(pilot) if goal.as_of]
    return _("Measured until %(day)s", day=long_date(max(moments))) if moments else ""


def phase_rows(pilot: Pilot) -> list[PhaseRow]:
    """The phases with their months."""
    return [
        PhaseRow(_("Phase %(n)s: %(name)s", n=number, name=_small(phase.name)), _when(phase), phase.state)
        for number, phase in enumerate(piloting.phases(pilot), 1)
    ]


def partner_rows(partners: Partners) -> list[Partner]:
    """Who takes part, and as what."""
    return [
        Partner(organisation.title, initials(organisation.title), _page_of(organisation), showing.part(part))
        for organisation, part in partners
    ]


def marker_of(pilot: Pilot, place: Municipality) -> Marker:
    """Where it is, for a small map of its own."""
    return showing.pilot_markers([(pilot, place)])[0]


def _goal(goal: Goal) -> GoalRow:
    figures = [goal.begin, goal.target, *([] if goal.now is None else [goal.now])]
    begin, target, *now = [_with_unit(text, goal.unit) for text in figure_texts(figures, goal.unit)]
    progress = goal.progress
    return GoalRow(
        name=goal.name,
        begin=begin,
        now=now[0] if now else _("Not measured"),
        target=target,
        progress=None if progress is None else max(0.0, progress),
        progress_text=_progress(goal),
    )


def _progress(goal: Goal) -> str:
    """What the drawing shows, in words."""
    if goal.is_reached:
        return _("target reached")
    return "" if goal.progress is None else _("%(n)s percent of the way there", n=round(max(0.0, goal.progress)))


def _with_unit(text: str, unit: str) -> str:
    return text if unit in ("%", "EUR") else f"{text}\xa0{unit}"


def _when(phase: Phase) -> str:
    if phase.state == "now":
        return _("Since %(month)s, going on now", month=month(phase.starts_on))
    return _("%(low)s to %(high)s", low=month(phase.starts_on), high=month(phase.ends_on))


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _page_of(organisation: Organisation) -> str:
    return showing.here(f"/organisaties/{organisation.slug}") if organisation.admission in SHOWN else ""
