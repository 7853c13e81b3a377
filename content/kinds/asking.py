"""Asking: the fields of a kind as an author is asked for them, read from its class."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from app.core.language import gettext, number
from app.core.language import gettext as _
from content.kinds.case_study import METHOD_NAMES, VERIFICATION_NAMES, Method, Verification
from content.kinds.kind import Kind, SuchAs
from content.kinds.lesson import OUTCOME_NAMES, PHASE_NAMES, Outcome, Phase

Sort = Literal["line", "prose", "number", "range", "choice", "lines", "figures"]

LONG_LINE: Final = 120
"""Characters. A text that may be longer gets a field of several lines."""

NAMES: Final[Mapping[type[StrEnum], Mapping[Any, str]]] = {
    Method: METHOD_NAMES,
    Verification: VERIFICATION_NAMES,
    Outcome: OUTCOME_NAMES,
    Phase: PHASE_NAMES,
}


@dataclass(frozen=True)
class Asked:
    """One field: what is asked, and how it is answered."""

    name: str
    sort: Sort
    is_required: bool
    most: int | None
    """Characters of a text."""
    unit: str
    choices: Sequence[tuple[str, str]]
    _label: str
    _help: str
    _such_as: SuchAs

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return gettext(self._label)

    @property
    def help(self) -> str:
        """One line of guidance."""
        return gettext(self._help)

    @property
    def such_as(self) -> str:
        """An example of an answer; empty where choices speak for themselves."""
        match self._such_as:
            case int(only):
                return number(only)
            case int(low), int(high):
                return _("%(low)s to %(high)s", low=number(low), high=number(high))
            case words:
                return gettext(str(words))

    @property
    def options(self) -> list[tuple[str, str]]:
        """Value and name of each choice."""
        return [(value, gettext(name)) for value, name in self.choices]


@cache
def asked(kind: type[Kind]) -> Mapping[str, Asked]:
    """Every field of this kind by its name."""
    return {name: _asked(name, field) for name, field in kind.model_fields.items()}


def _asked(name: str, field: FieldInfo) -> Asked:
    extra: Mapping[str, Any] = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    sort, choices = _sort(field)
    return Asked(
        name=name,
        sort=sort,
        is_required=field.is_required(),
        most=next((rule.max_length for rule in field.metadata if isinstance(rule, MaxLen)), None),
        unit=str(extra.get("unit", "")),
        choices=choices,
        _label=field.title or name,
        _help=field.description or "",
        _such_as=extra.get("such_as", ""),
    )


def _sort(field: FieldInfo) -> tuple[Sort, tuple[tuple[str, str], ...]]:
    answer = _plain(field.annotation)
    if isinstance(answer, type) and issubclass(answer, StrEnum):
        return "choice", tuple((str(choice), NAMES[answer][choice]) for choice in answer)
    if answer is int:
        return "number", ()
    if answer is str:
        most = next((rule.max_length for rule in field.metadata if isinstance(rule, MaxLen)), 0)
        return ("prose" if most > LONG_LINE else "line"), ()
    items = [_plain(item) for item in get_args(answer)]
    if items == [int, int]:
        return "range", ()
    return ("lines" if items[0] is str else "figures"), ()


def _plain(annotation: Any) -> Any:
    """The type itself, without what may be left out and without its limits."""
    while get_origin(annotation) in (Annotated, Union, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return annotation
