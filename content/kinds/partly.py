"""Partly: the fields of a kind as far as they are filled in, for a draft that is shown before it is complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final

from pydantic import TypeAdapter, ValidationError

from content.kinds.case_study import CaseStudy, Method, Metric, Verification
from content.kinds.kind import Kind
from content.kinds.lesson import Lesson, Outcome, Phase
from content.kinds.technology import Technology

STAND_INS: Final[Mapping[type[Kind], Mapping[str, Any]]] = {
    CaseStudy: {
        "challenge": "",
        "metrics": (),
        "investment_eur": 0,
        "duration_months": 0,
        "trl_end": 1,
        "verification": Verification.SELF_REPORTED,
        "pitfalls": (),
    },
    Lesson: {"takeaway": "", "outcome": Outcome.MIXED, "phase": next(iter(Phase)), "applies_when": ""},
    Technology: {
        "trl": 1,
        "cost_range_eur": (0, 0),
        "lead_time_weeks": (0, 0),
        "skills": (),
        "prerequisites": (),
        "alternatives": (),
    },
}
"""What stands in a field that has to be filled in and is not. Never shown: it is among those that are lacking."""


@dataclass(frozen=True)
class Partly:
    """The fields that fit, and the names of those that do not yet."""

    telling: Kind
    lacking: frozenset[str]
    """A figure without its method, say, is `metrics-0-method`."""


def partly(kind: type[Kind], told: Mapping[str, Any]) -> Partly:
    """These fields as far as they fit. Raises nothing, whatever was typed."""
    found: dict[str, Any] = {}
    lacking = set(STAND_INS[kind])
    for name, value in told.items():
        if name == "metrics" and kind is CaseStudy:
            found[name], missing = _figures(value)
            lacking |= missing
        elif name in kind.model_fields:
            try:
                found[name] = _adapter(kind, name).validate_python(value)
            except ValidationError:
                lacking.add(name)
    lacking -= {name for name, value in found.items() if value != ()}
    return Partly(kind.model_construct(**{**STAND_INS[kind], **found}), frozenset(lacking))


def _figures(told: Any) -> tuple[tuple[Metric, ...], set[str]]:
    """The figures that can be drawn: those with a name, a unit, both numbers and which way is good."""
    figures: list[Metric] = []
    lacking: set[str] = set()
    for figure in told if isinstance(told, list | tuple) else ():
        missing = {part for part in ("period", "method") if isinstance(figure, dict) and not figure.get(part)}
        stand_ins = {"period": "", "method": Method.MEASURED}
        try:
            metric = Metric.model_validate({**figure, **{part: stand_ins[part] for part in missing}})
        except (ValidationError, TypeError):
            continue
        lacking |= {f"metrics-{len(figures)}-{part}" for part in missing}
        figures.append(metric)
    return tuple(figures), lacking


@cache
def _adapter(kind: type[Kind], name: str) -> TypeAdapter[Any]:
    field = kind.model_fields[name]
    # Its type and what it asks of it, such as the most letters.
    asked: Any = Annotated[field.annotation, field]
    return TypeAdapter(asked)
