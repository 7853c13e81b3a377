"""The form of a piece: from a draft to its fields and back. Fields are named as the snapshot's.

What does not fit is kept as it was typed, so that a draft loses nothing; whether the piece is complete is another
question (`content/needing.py`).
"""

from collections.abc import Sequence
from typing import Any, Final

from app.core.language import exact, pick, read_number
from app.core.language import gettext as _
from app.core.markdown import MAX_LENGTH
from app.core.text import one_line, wash
from app.web.forms import LONGEST_TEXT, Form
from app.web.translation_form import BESIDE, told_beside
from content.kinds import KINDS
from content.kinds.asking import Asked, asked
from content.snapshot import Contribution, Licence, Part, Profile, Snapshot
from content.vocabulary import audiences, indicators

MOST_FIGURES: Final = 12
MOST_ORGANISATIONS: Final = 20
MOST_CHOSEN: Final = 40

FIGURE_TEXTS: Final = ("name", "unit", "period", "method", "better", "indicator")
FIGURE_NUMBERS: Final = ("baseline", "result")

LINES: Final = {"title": 110, "summary": 320}
"""Field -> the most characters, as the snapshot takes them."""


def form_of(content: Snapshot, kind: str) -> Form:
    """The fields filled with this draft."""
    fields = asked(KINDS[kind])
    values: dict[str, str | Sequence[str]] = {
        "title": content.title,
        "summary": content.summary,
        "body": content.body,
        "main_topic": content.topics[0] if content.topics else "",
        "topics": list(content.topics[1:]),
        "sectors": list(content.sectors),
        "audience": list(content.audience),
        "authors": list(content.authors),
        "pilot": content.pilot or "",
        "municipality": content.municipality or "",
        "licence": content.licence,
    }
    for name, field in fields.items():
        values |= _shown(field, content.told.get(name))
    for at, told in enumerate(content.organisations):
        values[f"organisations-{at}"] = told.organisation
        values[f"organisations-{at}-part"] = told.part
    if content.anonymous is not None:
        values["anonymous"] = "ja"
        values |= {f"anonymous-{name}": value for name, value in content.anonymous.model_dump().items()}
    return Form(values)


def content_of(form: Form, kind: str, before: Snapshot) -> Snapshot:
    """The draft that this form tells. Whatever the form does not ask for stays as it was `before`.

    A text that is too long for its field blames it, and stays in the form.
    """
    sent = form.values
    is_whole = form.is_ticked("whole")
    told: dict[str, Any] = dict(before.told)
    for field in asked(KINDS[kind]).values():
        told |= _told(form, field, is_whole=is_whole)
    changed: dict[str, Any] = {"told": {name: value for name, value in told.items() if value is not None}}
    for name, most in LINES.items():
        if name in sent:
            changed[name] = form.line(name, most=most)[:most]
    if "body" in sent:
        body = wash(form.raw("body")).strip()
        if len(body) > MAX_LENGTH:
            form.blame("body", _("Make this shorter: at most %(most)s characters", most=MAX_LENGTH))
        changed["body"] = body[:MAX_LENGTH]
    for name in ("pilot", "municipality"):
        if name in sent:
            changed[name] = one_line(form.raw(name))[:120] or None
    if form.raw("licence") in set(Licence):
        changed["licence"] = form.raw("licence")
    if is_whole:
        changed |= _lists(form, before)
        changed["anonymous"] = _profile(form)
    # Validated again: a copy alone would keep lists where the snapshot has tuples.
    content = Snapshot.model_validate({**before.model_dump(), **changed})
    return told_beside(form, kind, content) if form.is_ticked(BESIDE) else content


def figure_rows(form: Form) -> int:
    """How many figures the form shows: those that are told and an empty one."""
    told = [at for at in range(MOST_FIGURES) if _is_told(form, at)]
    return min(MOST_FIGURES, (told[-1] + 2) if told else 1)


def organisation_rows(form: Form) -> int:
    """How many organisations the form shows: those that are told and an empty one."""
    told = [at for at in range(MOST_ORGANISATIONS) if form.raw(f"organisations-{at}")]
    return min(MOST_ORGANISATIONS, (told[-1] + 2) if told else 2)


# --- one field --------------------------------------------------------------------------------------------------


def _shown(field: Asked, value: Any) -> dict[str, str]:
    """Name -> what stands in the field; several for a range and for figures."""
    name = field.name
    match field.sort:
        case "number":
            return {name: _number_text(value)}
        case "range":
            low, high = value if isinstance(value, list | tuple) and len(value) == 2 else (value, None)
            return {f"{name}-0": _number_text(low), f"{name}-1": _number_text(high)}
        case "lines":
            return {name: "\n".join(map(str, value or ()))}
        case "figures":
            shown: dict[str, str] = {}
            for at, figure in enumerate(value or ()):
                shown |= {f"{name}-{at}-{part}": str(figure.get(part) or "") for part in FIGURE_TEXTS}
                shown |= {f"{name}-{at}-{part}": _number_text(figure.get(part)) for part in FIGURE_NUMBERS}
            return shown
        case _:
            return {name: "" if value is None else str(value)}


def _told(form: Form, field: Asked, *, is_whole: bool) -> dict[str, Any]:
    """The same back. None is not told; what was not sent is not in it."""
    name = field.name
    match field.sort:
        case "figures":
            return {name: _figures(form)} if is_whole else {}
        case "range":
            ends = [_number(form.raw(f"{name}-{end}")) for end in (0, 1)]
            return {name: ends if any(end is not None for end in ends) else None} if f"{name}-0" in form.values else {}
    if name not in form.values:
        return {}
    match field.sort:
        case "number":
            return {name: _number(form.raw(name))}
        case "lines":
            lines = [one_line(line) for line in wash(form.raw(name)[:LONGEST_TEXT]).split("\n")]
            return {name: [line for line in lines if line] or None}
        case "prose" | "line":
            text = one_line(form.raw(name)[:LONGEST_TEXT])
            if field.most and len(text) > field.most:
                form.line(name, most=field.most)
            return {name: text or None}
        case _:
            return {name: one_line(form.raw(name))[:40] or None}


def _figures(form: Form) -> list[dict[str, Any]] | None:
    return [_figure(form, at) for at in range(MOST_FIGURES) if _is_told(form, at)] or None


def _is_told(form: Form, at: int) -> bool:
    """Whether anything stands in this row: each of its choices is empty until somebody makes it."""
    return any(form.raw(f"metrics-{at}-{part}").strip() for part in (*FIGURE_TEXTS, *FIGURE_NUMBERS))


def _figure(form: Form, at: int) -> dict[str, Any]:
    """One row, with what its indicator says where nothing was typed."""
    texts = {part: one_line(form.raw(f"metrics-{at}-{part}"))[:80] for part in FIGURE_TEXTS}
    numbers = {part: _number(form.raw(f"metrics-{at}-{part}")) for part in FIGURE_NUMBERS}
    told = {name: value for name, value in {**texts, **numbers}.items() if value not in ("", None)}
    known = indicators().get(texts["indicator"])
    if known is None:
        return told
    return {"name": known.name, "unit": pick(known.unit.nl, known.unit.en), **told, "better": known.better}


def _number(text: str) -> int | float | str | None:
    """The number, or what was typed instead: it is shown again, and asked for."""
    typed = one_line(text)[:40]
    if not typed:
        return None
    value = read_number(typed)
    if value is None:
        return typed
    return int(value) if value == int(value) else value


def _number_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int() | float():
            return exact(value)
        case _:
            return str(value)


# --- lists ------------------------------------------------------------------------------------------------------


def _lists(form: Form, before: Snapshot) -> dict[str, Any]:
    rows = [(form.raw(f"organisations-{at}"), form.raw(f"organisations-{at}-part")) for at in range(MOST_ORGANISATIONS)]
    main = [form.raw("main_topic")] if form.raw("main_topic") else []
    return {
        "topics": tuple(dict.fromkeys([*main, *_in_order(form.several("topics"), before.topics)]))[:MOST_CHOSEN],
        "sectors": _in_order(form.several("sectors"), before.sectors),
        "audience": _in_order(form.several("audience", list(audiences())), before.audience),
        "organisations": tuple(
            Contribution(organisation=one_line(slug)[:120], part=Part(part) if part in set(Part) else Part.PARTICIPANT)
            for slug, part in dict.fromkeys(rows)
            if slug
        ),
    }


def _in_order(chosen: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """In the author's own order as far as there is one: boxes come in that of the page."""
    kept = [one for one in before if one in chosen]
    return tuple(dict.fromkeys([*kept, *chosen]))[:MOST_CHOSEN]


def _profile(form: Form) -> Profile | None:
    if not form.is_ticked("anonymous"):
        return None
    return Profile(**{name: one_line(form.raw(f"anonymous-{name}"))[:40] for name in Profile.model_fields})
