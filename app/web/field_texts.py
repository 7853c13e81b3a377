"""The fields of a kind as people read them: amounts, times, ranges, choices, lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.core.language import euros, gettext, ngettext, number
from app.core.language import gettext as _
from app.web import telling
from content.kinds import Kind
from content.kinds.case_study import VERIFICATION_NAMES, Metric
from content.kinds.lesson import OUTCOME_NAMES, PHASE_NAMES

_CHOICES: Final = {
    str(choice): words for names in (VERIFICATION_NAMES, OUTCOME_NAMES, PHASE_NAMES) for choice, words in names.items()
}

SHORT: Final = 60
"""Letters. A longer text is named, not repeated, when it stayed the same."""


@dataclass(frozen=True)
class ToldField:
    """One field in one version."""

    label: str
    lines: Sequence[str]
    is_written: bool
    """Whether somebody wrote it, in the language of the piece; else it is told in the reader's."""


@dataclass(frozen=True)
class FieldRow:
    """One field in two versions; a list has its items apart."""

    label: str
    old: Sequence[str]
    """Empty when it was not given."""
    new: Sequence[str]
    is_written: bool
    """Whether somebody wrote it, in the language of the piece; else it is told in the reader's."""


def rows_of(old: Kind, new: Kind, *, without: Sequence[str] = ()) -> tuple[list[FieldRow], list[str]]:
    """The fields that changed, and those that stayed the same in words."""
    changed, same = [], []
    for name, field in type(new).model_fields.items():
        if name in without:
            continue
        label = gettext(field.title) if field.title else ""
        unit = str((field.json_schema_extra or {}).get("unit", "")) if isinstance(field.json_schema_extra, dict) else ""
        before, after = (_texts(getattr(told, name), unit) for told in (old, new))
        if before != after:
            is_written = any(_is_written(getattr(told, name)) for told in (old, new))
            changed.append(FieldRow(label, before, after, is_written))
        elif after:
            short = len(after) == 1 and len(after[0]) <= SHORT
            same.append(f"{label} ({after[0]})" if short else label)
    return changed, same


def all_of(told: Kind) -> list[ToldField]:
    """Every field that is given, figures in one line each."""
    found = []
    for name, field in type(told).model_fields.items():
        unit = str((field.json_schema_extra or {}).get("unit", "")) if isinstance(field.json_schema_extra, dict) else ""
        value = getattr(told, name)
        lines = [_figure(each) for each in value] if name == "metrics" else _texts(value, unit)
        if lines:
            is_written = name == "metrics" or _is_written(value)
            found.append(ToldField(gettext(field.title) if field.title else "", lines, is_written))
    return found


def _figure(metric: Metric) -> str:
    """Uitval: 3,6 naar 1,3 %, 26 weken."""
    figures = _("%(before)s to %(after)s", before=number(metric.baseline), after=number(metric.result))
    return f"{metric.name}: {figures} {metric.unit}, {metric.period}"


def _is_written(value: Any) -> bool:
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, str) and not isinstance(item, StrEnum) for item in items)


def _texts(value: Any, unit: str) -> list[str]:
    """A value as its lines; none for one that is not given."""
    match value:
        case None | "" | ():
            return []
        case StrEnum():
            return [gettext(_CHOICES[value])]
        case int(), int():
            low, high = (_amount(number_, unit) for number_ in value)
            return [low if low == high else _("%(low)s to %(high)s", low=low, high=high)]
        case tuple():
            return [str(item) for item in value]
        case int() | float():
            return [_amount(value, unit)]
        case _:
            return [str(value)]


def _amount(value: float, unit: str) -> str:
    match unit:
        case "EUR" | "EUR/year":
            return euros(value)
        case "months":
            return telling.months(int(value))
        case "weeks":
            return telling.weeks(int(value))
        case "hours":
            return ngettext("%(n)s hour", "%(n)s hours", int(value))
        case "FTE":
            return ngettext("%(n)s full-time job", "%(n)s full-time jobs", int(value))
        case _:
            return number(value)
