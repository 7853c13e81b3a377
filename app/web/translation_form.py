"""The form of a translation: a field for each passage and each field of words, beside what the original tells there.

Words are saved as they come. Whether a passage tells again what the original does, its translator says: a box is
ticked, or the passage had no words before.
"""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from app.core.errors import Invalid
from app.core.markdown import MAX_LENGTH
from app.core.text import one_line, wash
from app.web.forms import Form
from content.retelling import MOST_OF_A_FIGURE, OF_ITS_OWN, Basis, basis_of, retold, with_words
from content.side_by_side import Row
from content.snapshot import Snapshot
from content.wording import FIGURE_WORDS

BESIDE: Final = "naast"
"""The field that says that a form is this one."""

PASSAGE: Final = "deel"
"""Before the number of a passage."""

FITS: Final = "klopt-"
"""Before the name of a field: its translation tells the same again."""

SOURCES: Final = "bronnen"
"""The field that says what its translator had before them."""

Sources = Mapping[str, Basis]
"""Field -> what its translator had before them."""


def sources_told(rows: Mapping[str, Row]) -> str:
    """What the form sends back of these rows, by the names of their fields."""
    bases = {name: basis_of(row) for name, row in rows.items()}
    told = {name: [one.now, *([one.seen] if one.seen is not None else [])] for name, one in bases.items()}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def told_beside(form: Form, kind: str, content: Snapshot) -> Snapshot:
    """The translation that this form tells. `content` has the fields of words already, but for those of figures."""
    sources = _sources(form)
    content = with_words(kind, content, _figure_words(form, content.told))
    passages: list[tuple[str, Basis]] = []
    for at in count():
        name = f"{PASSAGE}-{at}"
        if name not in form.values:
            break
        passages.append((wash(form.raw(name)), sources.get(name, OF_ITS_OWN)))
    try:
        return retold(kind, content, sources, passages)
    except Invalid as problem:
        form.blame(f"{PASSAGE}-0", problem.sentence)
        return content


def _figure_words(form: Form, told: Mapping[str, Any]) -> dict[str, str]:
    names = [f"metrics-{at}-{part}" for at in range(len(told.get("metrics") or ())) for part in FIGURE_WORDS]
    return {name: one_line(form.raw(name))[:MOST_OF_A_FIGURE] for name in names if name in form.values}


def _sources(form: Form) -> Sources:
    """What the page sent along; whatever is not of its making is passed over."""
    try:
        told = json.loads(form.raw(SOURCES))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    found: dict[str, Basis] = {}
    for name, given in told.items():
        if isinstance(given, list) and 1 <= len(given) <= 2 and all(isinstance(each, str) for each in given):
            texts = [wash(each)[:MAX_LENGTH] for each in given]
            found[name] = Basis(texts[0], texts[1] if len(texts) > 1 else None, form.is_ticked(FITS + name))
    return found
