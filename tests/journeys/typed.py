"""Typed: the forms of a page as a browser sees them, and filled in with what nobody means well with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Page

from tests.promises.sending import LEFT_EMPTY, TYPED, TYPED_BY_TYPE

FORMS: Final = """() => [...document.forms].filter((form) => form.method === "post").map((form) => ({
  action: form.getAttribute("action") || location.pathname + location.search,
  fields: [...form.elements].filter((one) => one.name || one.type === "submit").map((one) => ({
    name: one.name, kind: one.type, value: one.value, longest: one.maxLength ?? -1, mode: one.inputMode ?? "",
    is_chosen: one.checked ?? false, options: one.options ? [...one.options].map(({ value }) => value) : [],
    action: one.getAttribute("formaction") ?? "" })) }))"""

WRITTEN: Final = frozenset({"text", "textarea", "search", "email", "url", "tel", "number", "date", "password"})
FIGURES: Final = frozenset({"decimal", "numeric"})
LATER: Final = {"date": "2031-05-01", "datetime-local": "2031-05-01T09:00", "time": "09:00"}

UNTOLD: Final = 110
"""Letters that fit in a field that does not say how many do."""

MARK: Final = "zq{}z"
"""Behind what is typed, by which it is known where a field is shown; before it too where there is room, for a tag that
is never closed takes with it what stands behind."""

SHORT: Final = 300
"""Letters up to which a field is of one line."""


@dataclass(frozen=True)
class Field:
    """One field or button of a form."""

    name: str
    kind: str
    value: str
    longest: int
    mode: str
    is_chosen: bool
    options: Sequence[str]
    action: str

    @property
    def is_written(self) -> bool:
        """Whether somebody types into it."""
        return self.kind in WRITTEN

    @property
    def plain(self) -> str | None:
        """What has to stand in it so that the form is taken; None where anything may."""
        if self.name in LEFT_EMPTY:
            return ""
        if self.name in TYPED:
            return TYPED[self.name]
        return (self.value or "7") if self.mode in FIGURES else TYPED_BY_TYPE.get(self.kind)


@dataclass(frozen=True)
class TypedForm:
    """A form that somebody sees, with one of its buttons pressed."""

    role: str
    page: str
    action: str
    fields: tuple[Field, ...]
    pressed: Field | None

    @property
    def does(self) -> str:
        """The button, in words."""
        return f"{self.pressed.name}={self.pressed.value}" if self.pressed and self.pressed.name else ""

    @property
    def written(self) -> list[Field]:
        """What is typed into."""
        return [one for one in self.fields if one.is_written]

    @property
    def files(self) -> list[str]:
        """Where a file goes in."""
        return [one.name for one in self.fields if one.kind == "file"]

    def plainly(self, token: str, *, is_generous: bool = False) -> list[tuple[str, str]]:
        """What is sent besides: hidden fields, choices, the button; generously, also every box and every date."""
        found: list[tuple[str, str]] = []
        groups: dict[str, list[Field]] = {}
        for one in self.fields:
            if one.kind == "hidden":
                found.append((one.name, token if one.name == "token" else one.value))
            elif one.kind in ("checkbox", "radio"):
                groups.setdefault(one.name, []).append(one)
            elif one.kind.startswith("select"):
                found.append((one.name, one.value or next(filter(None, one.options), "")))
            elif is_generous and one.kind in LATER and not one.is_written:
                found.append((one.name, one.value or LATER[one.kind]))
        for name, every in groups.items():
            chosen = [one.value for one in every if one.is_chosen] or [every[0].value]
            if is_generous and every[0].kind == "checkbox":
                chosen = [one.value for one in every]
            found += [(name, value) for value in chosen]
        if self.pressed and self.pressed.name:
            found.append((self.pressed.name, self.pressed.value))
        return found


def forms_on(page: Page, role: str, path: str) -> Iterator[TypedForm]:
    """Every form of the page that is open, once for each of its buttons."""
    for told in page.evaluate(FORMS):
        every = [Field(**one) for one in told["fields"]]
        fields = tuple(one for one in every if one.kind not in ("submit", "button", "reset"))
        for button in [one for one in every if one.kind == "submit"]:
            yield TypedForm(role, path, button.action or told["action"], fields, button)


@dataclass
class Hand:
    """Types one payload after the other, of those that fit; each field gets every one of them, in an order of its own.

    `most`: how many stand in one text together.
    """

    payloads: Sequence[str]
    most: int
    _places: dict[Any, int] = field(default_factory=dict)
    _fitting: dict[int, list[str]] = field(default_factory=dict)
    numbers: dict[Any, int] = field(default_factory=dict)
    """Field -> the number in its mark."""

    def is_done_with(self, key: Any, longest: int) -> bool:
        """Whether everything that fits was typed there."""
        return self._places.get(key, 0) >= len(self._of(self._room(key, longest)))

    def type(self, key: Any, longest: int) -> str:
        """The next ones, as many as fit, with the mark of this field behind them."""
        mark = MARK.format(self._number(key))
        room = self._room(key, longest)
        fitting, start = self._of(room) or ["<b>"], self._places.get(key, 0)
        text = ""
        for at in range(start, start + self.most):
            more = fitting[(at + 7 * self._number(key)) % len(fitting)]
            if text and len(text) + len(more) + 2 > room:
                break
            text = f"{text}\n\n{more}" if text else more
            self._places[key] = at + 1
        return f"{mark}\n\n{text} {mark}" if room > SHORT else f"{text} {mark}"

    def _number(self, key: Any) -> int:
        return self.numbers.setdefault(key, len(self.numbers))

    def _room(self, key: Any, longest: int) -> int:
        room = (longest if longest > 0 else UNTOLD) - len(MARK.format(self._number(key))) - 1
        return room - len(MARK.format(self._number(key))) - 2 if room > SHORT + 20 else min(room, SHORT)

    def _of(self, room: int) -> list[str]:
        if room not in self._fitting:
            self._fitting[room] = [text for text in self.payloads if len(text) <= room]
        return self._fitting[room]
