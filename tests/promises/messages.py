"""The texts of the interface and their Dutch: `python -m tests.promises.messages` lists what is not in order.

The same rules that `make messages` collects by (Babel's mappings in pyproject.toml), but nothing is written.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT: Final = Path(__file__).parents[2]
CATALOGUE: Final = ROOT / "app/locale/nl/LC_MESSAGES/messages.po"

Text = str | tuple[str, ...]
"""A text, or the one and the many of it."""

PLACE: Final = re.compile(r"%\((\w+)\)[a-z]")

FORMAL: Final = re.compile(r"\b(u|uw|uzelf)\b", re.IGNORECASE)
LOUD: Final = re.compile("[!\N{EM DASH}\u2600-\u27bf\U0001f300-\U0001faff]")


def used() -> dict[Text, str]:
    """Every text in code and templates, and one place where it stands."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    found: dict[Text, str] = {}
    for room in sorted({mapping["pattern"].partition("/")[0] for mapping in mappings}):
        methods = [(m["pattern"].partition("/")[2], m["method"]) for m in mappings if m["pattern"].startswith(room)]
        for path, line, text, *_rest in extract_from_dir(ROOT / room, method_map=methods, directory_filter=_is_ours):
            found.setdefault(tuple(text) if isinstance(text, (tuple, list)) else text, f"{room}/{path}:{line}")
    return found


def translated(source: Path = CATALOGUE) -> dict[Text, Message]:
    """Every text in the catalogue with its Dutch."""
    with source.open("rb") as file:
        catalogue: Catalog = read_po(file, locale="nl", abort_invalid=True)
    return {tuple(m.id) if isinstance(m.id, (tuple, list)) else m.id: m for m in catalogue if m.id}


def repeated(source: Path = CATALOGUE) -> list[str]:
    """Texts that stand in the catalogue twice. Readers of catalogues silently take one of them."""
    lines = source.read_text(encoding="utf-8").splitlines()
    entries = Counter(_entry(lines, at) for at, line in enumerate(lines) if line.startswith("msgid "))
    return [entry for entry, times in entries.items() if times > 1]


def findings() -> Iterator[str]:
    """Everything that is not in order, a line each."""
    ours, dutch = used(), translated()
    yield from (f"no Dutch: {text!r} ({place})" for text, place in ours.items() if text not in dutch)
    yield from (f"used nowhere: {text!r}" for text in dutch if text not in ours)
    yield from (f"twice in the catalogue: {text!r}" for text in repeated())
    for message in dutch.values():
        yield from (f"{fault}: {message.id!r} -> {message.string!r}" for fault in faults(message))


def faults(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    originals = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    copies = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if not all(copies) or len(copies) != len(originals):
        yield "empty"
    if message.fuzzy:
        yield "guessed"
    known = set(PLACE.findall(" ".join(originals)))
    for original, copy in zip(originals, copies, strict=False):
        # "One piece" needs no number; everything else that goes in has to come out.
        optional = {"n"} if len(originals) > 1 else set()
        places = set(PLACE.findall(copy))
        if not set(PLACE.findall(original)) - optional <= places <= known:
            yield "other places for values"
        if known and not _can_be_filled(copy, known):
            yield "a percent sign that is no place"
        if original[:1].isspace() != copy[:1].isspace() or original[-1:].isspace() != copy[-1:].isspace():
            yield "other space around it"
        if FORMAL.search(copy):
            yield "says u"
        if LOUD.search(copy) or LOUD.search(original):
            yield "an exclamation mark, a long dash or a picture"


def _can_be_filled(text: str, places: set[str]) -> bool:
    try:
        text % dict.fromkeys(places, 1)
    except (ValueError, TypeError, KeyError):
        return False
    return True


def _entry(lines: list[str], at: int) -> str:
    """The quoted text that begins on this line, put together from the lines it goes on over."""
    parts = [lines[at].partition(" ")[2]]
    for line in lines[at + 1 :]:
        if not line.startswith('"'):
            break
        parts.append(line)
    return "".join(part.strip()[1:-1] for part in parts)


def _is_ours(folder: str) -> bool:
    return not Path(folder).name.startswith((".", "__"))


if __name__ == "__main__":
    for finding in findings():
        print(finding)
