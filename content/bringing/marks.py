"""Marks of Markdown: around words that stand out, and before letters that would be taken for one."""

import re
from typing import Final

from content.bringing.elements import Element

_MARKS: Final = re.compile(r"([\\`*\[\]|~])|(?<!\w)(_)|(_)(?!\w)|(<)(?=[A-Za-z/!])|(&)(?=#?\w+;)")
_AT_START: Final = re.compile(r"^(?:(#{1,6}|[-+>])(?=\s)|(\d{1,9})([.)])(?=\s)|(:{3}|-{3}|={3}))")
_WEIGHT: Final = re.compile(r"font-weight\s*:\s*(\w+)")
_SLANT: Final = re.compile(r"font-style\s*:\s*italic")


def mark_of(element: Element, style: str) -> str:
    """The mark that opens what this element makes stand out; empty when it does not."""
    weight = _WEIGHT.search(style)
    is_bold = element.tag in ("b", "strong") or (weight is not None and weight[1] in ("bold", "bolder", "700", "800"))
    if weight is not None and weight[1] in ("normal", "400"):
        is_bold = False
    is_slanted = element.tag in ("i", "em") or _SLANT.search(style) is not None
    return (
        ("**" if is_bold else "")
        + ("*" if is_slanted else "")
        + ("~~" if element.tag in ("s", "strike", "del") else "")
    )


def marked(text: str, mark: str) -> str:
    """With marks around it; blanks and line ends go outside, or they would not count."""
    core = text.strip(" \x00")
    if not mark or not core or core.startswith("![") or "\x00" in core:
        return text
    before, _core, after = text.partition(core)
    closing = mark[::-1] if "~" not in mark else "~~" + mark.replace("~~", "")[::-1]
    return f"{before}{mark}{core}{closing}{after}"


def escaped(text: str) -> str:
    """These words, so that none of them counts as a mark."""
    return _MARKS.sub(lambda found: f"\\{found[0]}", text)


def at_start(text: str) -> str:
    """A paragraph that begins like a heading or an item of a list is none."""
    return _AT_START.sub(lambda found: f"{found[2]}\\{found[3]}" if found[2] else f"\\{found[0]}", text)
