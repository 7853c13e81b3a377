"""What somebody wrote themselves in an answer by mail: without the letter that they answer, and without a signature.

Our letters begin with a line `##- ... -##`. Programs that quote with `>` may have words between, which are kept; those
that only put the old letter below are cut at that line, and so is what they say above it about who wrote when.
"""

import re
from typing import Final

MARK: Final = re.compile(r"[\s*_|]*##- .{10,120} -##[\s*_|]*")
"""The line above everything in a letter of ours that can be answered."""

MOST_LINES: Final = 20_000

MOST_QUOTES: Final = 200
"""Places where a quotation begins: who answers point by point has fewer."""

LONGEST_SAID: Final = 300

_SAID: Final = re.compile(
    r"(op\b.*\b(schreef|heeft\b.*\bgeschreven)\b.*:"
    r"|.*\bschreef op\b.*:"
    r"|on\b.*\bwrote:"
    r"|am\b.*\bschrieb\b.*:)\s*",
    re.IGNORECASE | re.DOTALL,
)
"""Who wrote when, as programs put it above what they quote; some break it over three lines."""

_HEAD: Final = re.compile(
    r"[\s*_]*(van|verzonden|datum|aan|cc|onderwerp|beantwoorden|from|sent|date|to|subject|reply-to)[\s*_]*:.*",
    re.IGNORECASE,
)
FEWEST_HEADS: Final = 3
"""So many lines such as `Van: ...` in a row are the head of an old letter; fewer may be somebody's words."""

_DIGIT: Final = re.compile(r"\d")
_RULE: Final = re.compile(r"\s*([-_]{5,}.{0,60}[-_]*|-{2,} ?[^-]{3,60} ?-{2,})\s*")
_SIGNED: Final = re.compile(r"--\s?")


def own_words(text: str) -> str:
    """The text without what is quoted in it."""
    lines = text.split("\n")[:MOST_LINES]
    lines = _above_mark(lines)
    lines = _without_quotes(lines)
    signed = next((at for at, line in enumerate(lines) if _SIGNED.fullmatch(line)), len(lines))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines[:signed])).strip()


def unflowed(text: str) -> str:
    """Lines that a mail program broke by itself put together again (RFC 3676)."""
    whole: list[str] = []
    is_open = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        if is_open and not quoted:
            whole[-1] += line.removeprefix(" ")
        else:
            whole.append(line if quoted else line.removeprefix(" "))
        is_open = not quoted and line.endswith(" ") and line != "-- "
    return "\n".join(whole)


def _above_mark(lines: list[str]) -> list[str]:
    """What stands above our own line, unless that line is quoted: then there may be words below it."""
    mark = next((at for at, line in enumerate(lines) if MARK.fullmatch(line)), None)
    if mark is None:
        return lines
    above = _without_blanks(lines[:mark])
    heads = next((count for count, line in enumerate(reversed(above)) if not _HEAD.fullmatch(line)), len(above))
    if heads >= FEWEST_HEADS:
        above = _without_blanks(above[:-heads])
    if above and _RULE.fullmatch(above[-1]):
        above.pop()
    return _without_said(above)


def _without_blanks(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _without_said(lines: list[str]) -> list[str]:
    """The same without the sentence at the end that says who wrote when, over one to three lines."""
    lines = _without_blanks(lines)
    if not lines or not lines[-1].rstrip().endswith(":"):
        return lines
    for count in (1, 2, 3):
        said = " ".join(line.strip() for line in lines[-count:])
        if "" in map(str.strip, lines[-count:]) or len(said) > LONGEST_SAID:
            break
        if _SAID.fullmatch(said) and _DIGIT.search(said):
            return lines[:-count]
    return lines


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    was_quoted, looks = False, 0
    for line in lines:
        is_quoted = line.lstrip().startswith(">")
        if is_quoted and not was_quoted and looks < MOST_QUOTES:
            looks += 1
            kept = [*_without_said(kept), ""]
        if not is_quoted:
            kept.append(line)
        was_quoted = is_quoted
    return _without_said(kept)
