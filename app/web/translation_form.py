"""The form of a translation: a field for each passage and each field of words, beside what the original tells there.

Words are saved as they come. Whether a passage tells again what the original does, its translator says: a box is
ticked, or the passage had no words before.
"""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from app.core.language import gettext as _
from app.core.markdown import MAX_LENGTH
from app.core.text import one_line, wash
from app.web.forms import Form
from content.passages import stretches
from content.side_by_side import Row
from content.snapshot import FromOriginal, Snapshot
from content.wording import BODY, FIGURE_WORDS, words_of

BESIDE: Final = "naast"
"""The field that says that a form is this one."""

PASSAGE: Final = "deel"
"""Before the number of a passage."""

FITS: Final = "klopt-"
"""Before the name of a field: its translation tells the same again."""

SOURCES: Final = "bronnen"
"""The field that says what its translator had before them."""

Sources = Mapping[str, tuple[str, str | None]]
"""Field -> what stood in the original, and what stood there when it was translated; None when nothing was."""


def sources_told(rows: Mapping[str, Row]) -> str:
    """What the form sends back of these rows, by the names of their fields."""
    told = {name: [row.original, *([row.seen or ""] if row.words else [])] for name, row in rows.items()}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def told_beside(form: Form, kind: str, content: Snapshot) -> Snapshot:
    """The translation that this form tells. `content` has the fields of words already, but for those of figures."""
    sources = _sources(form)
    content = content.model_copy(update={"told": _with_figure_words(form, content.told)})
    passages: list[str] = []
    links: list[tuple[str, FromOriginal]] = []
    for at in count():
        name = f"{PASSAGE}-{at}"
        if name not in form.values:
            break
        for part in stretches(wash(form.raw(name))):
            # A second passage in one field is one of its own: the original has none beside it.
            source = "" if links and links[-1][0] == name else _source(form, name, sources)
            links.append((name, FromOriginal(part=BODY, source=source, words=part)))
            passages.append(part)
    body = "\n\n".join(passages)
    if len(body) > MAX_LENGTH:
        form.blame(f"{PASSAGE}-0", _("Make this shorter: at most %(most)s characters", most=MAX_LENGTH))
        return content
    words = words_of(kind, content)
    kept = [each for each in content.translated or () if each.part != BODY and each.part not in sources]
    fields = [
        FromOriginal(part=name, source=_source(form, name, sources))
        for name in sources
        if words.get(name) and _is_known(form, name, sources)
    ]
    return content.model_copy(update={"body": body, "translated": (*kept, *fields, *(link for _name, link in links))})


def _with_figure_words(form: Form, told: Mapping[str, Any]) -> dict[str, Any]:
    figures = []
    for at, figure in enumerate(told.get("metrics") or ()):
        names = {part: f"metrics-{at}-{part}" for part in FIGURE_WORDS}
        sent = {part: one_line(form.raw(name))[:80] for part, name in names.items() if name in form.values}
        figures.append({name: value for name, value in {**figure, **sent}.items() if value not in ("", None)})
    return {**told, "metrics": figures} if figures else dict(told)


def _source(form: Form, name: str, sources: Sources) -> str:
    """What this was translated from: what its translator had before them, once they say that it fits."""
    now, seen = sources.get(name, ("", ""))
    return now if seen is None or form.is_ticked(FITS + name) else seen


def _is_known(form: Form, name: str, sources: Sources) -> bool:
    """Whether anybody said what a field was translated from."""
    return sources[name][1] != "" or form.is_ticked(FITS + name)


def _sources(form: Form) -> Sources:
    """What the page sent along; whatever is not of its making is passed over."""
    try:
        told = json.loads(form.raw(SOURCES))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    found: dict[str, tuple[str, str | None]] = {}
    for name, given in told.items():
        if isinstance(given, list) and 1 <= len(given) <= 2 and all(isinstance(each, str) for each in given):
            texts = [wash(each)[:MAX_LENGTH] for each in given]
            found[name] = (texts[0], texts[1] if len(texts) > 1 else None)
    return found
