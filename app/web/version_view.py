"""The view of what changed between two versions: figures, fields, and the text word by word."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.language import gettext as _
from app.core.language import long_date, ngettext
from app.web import field_texts
from app.web.field_texts import FieldRow
from app.web.figures import MeasureView
from app.web.showing import measure
from content import differing
from content.aligning import aligned
from content.differing import BlockChange, Change, SectionChange
from content.kinds import CaseStudy, Kind
from content.kinds.case_study import Metric
from content.models import Revision


@dataclass(frozen=True)
class MeasureChange:
    """A figure in two versions; one of them is None when the other version does not tell it."""

    old: MeasureView | None
    new: MeasureView | None
    old_period: str
    new_period: str

    @property
    def shown(self) -> MeasureView:
        """The figure as it is drawn: the newer one."""
        shown = self.new or self.old
        assert shown is not None
        return shown

    @property
    def has_moved(self) -> bool:
        """Whether the figure stood elsewhere in the earlier version."""
        return self.old is not None and self.new is not None and self.old.after != self.new.after

    @property
    def full(self) -> float:
        """One width for both, so that the earlier mark lies on the ruler."""
        return max(max(view.before, view.after) for view in (self.old, self.new) if view is not None)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What changed from one version to another."""

    old: int
    new: int
    note: str
    """What the author said about it."""
    summary: str
    """How much changed, in one line."""
    measures: Sequence[MeasureChange]
    fields: Sequence[FieldRow]
    same: Sequence[str]
    fields_note: str
    heading: Sequence[SectionChange]
    """Title and summary, when one of them changed."""
    sections: Sequence[SectionChange]

    @property
    def is_anything(self) -> bool:
        """Whether anything that readers see changed at all."""
        changed = any(section.is_changed for section in [*self.heading, *self.sections])
        return bool(changed or self.fields or self.measures)


def difference(kind: str, old: Revision, new: Revision) -> Difference:
    """What changed between two published revisions of one article."""
    before, after = old.content.telling(kind), new.content.telling(kind)
    fields, same = field_texts.rows_of(before, after, without=("metrics",))
    heading, sections = _heading(old, new), differing.compare_texts(old.html, new.html)
    measures = _measures(before, after)
    added, removed = differing.words_changed([*heading, *sections])
    return Difference(
        old=old.published_number or 0,
        new=new.published_number or 0,
        note=new.note,
        summary=_("%(facts)s, %(added)s, %(removed)s.", facts=_facts(fields, measures), **_words(added, removed)),
        measures=measures,
        fields=fields,
        same=same,
        fields_note=_("%(changed)s changed, %(same)s the same", changed=len(fields), same=len(same)),
        heading=[section for section in heading if section.is_changed],
        sections=sections,
    )


def version_label(revision: Revision) -> str:
    """Versie 1, 19 november 2024."""
    day = long_date(revision.published_at) if revision.published_at else ""
    return ", ".join(part for part in (_("Version %(n)s", n=revision.published_number), day) if part)


def _facts(fields: Sequence[FieldRow], measures: Sequence[MeasureChange]) -> str:
    return ngettext("%(n)s fact changed", "%(n)s facts changed", len(fields) + len(measures))


def _words(added: int, removed: int) -> dict[str, str]:
    return {
        "added": ngettext("%(n)s word more", "%(n)s words more", added),
        "removed": ngettext("%(n)s gone", "%(n)s gone", removed),
    }


def _measures(old: Kind, new: Kind) -> list[MeasureChange]:
    """The figures of a case that changed in any way."""
    if not isinstance(old, CaseStudy) or not isinstance(new, CaseStudy):
        return []
    pairs = aligned(old.metrics, new.metrics, _metrics_alike, most=50)
    return [
        MeasureChange(
            old=measure(before) if before else None,
            new=measure(after) if after else None,
            old_period=before.period if before else "",
            new_period=after.period if after else "",
        )
        for before, after in pairs
        if before != after
    ]


def _metrics_alike(old: Metric, new: Metric) -> float:
    """The same figure keeps its name; one that was renamed keeps its indicator and unit."""
    if old.name.lower() == new.name.lower():
        return 1.0
    return 0.5 if old.indicator and (old.indicator, old.unit) == (new.indicator, new.unit) else 0.0


def _heading(old: Revision, new: Revision) -> list[SectionChange]:
    return [
        SectionChange(label, "same", [BlockChange("paragraph", _line(before, after))])
        for label, before, after in (
            (_("Title"), old.content.title, new.content.title),
            (_("Summary"), old.content.summary, new.content.summary),
        )
    ]


def _line(before: str, after: str) -> Sequence[Change]:
    return differing.compare_words(before, after)
