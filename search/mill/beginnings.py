"""Beginnings: whether letters that somebody typed so far begin a word, a typing error or two forgiven."""

from rapidfuzz.distance import OSA

FIRST_LETTER_MAY_BE_WRONG = 8
"""From so many letters on the rest tells enough."""


def errors_allowed(word: str) -> int:
    """One typing error from four letters, two from eight. A swap of neighbours is one."""
    return (len(word) >= 4) + (len(word) >= 8)


def errors_to(word: str, typed: str) -> int | None:
    """How many typing errors lie between a word and what was typed of it as a whole; None when too many."""
    return _errors(typed, [word])


def errors_to_beginning(word: str, typed: str) -> int | None:
    """The same for the beginning of a word."""
    if word.startswith(typed):
        return 0
    allowed = errors_allowed(typed)
    return _errors(typed, [word[: len(typed) + more] for more in range(-allowed, allowed + 1)])


def _errors(typed: str, written: list[str]) -> int | None:
    """The fewest between what was typed and one of these. The first letter is seldom wrong, and tells most."""
    if typed in written:
        return 0
    allowed = errors_allowed(typed)
    if not allowed or not typed.isalpha() or len(written[0]) < allowed:
        return None
    if written[0][:1] != typed[0] and len(typed) < FIRST_LETTER_MAY_BE_WRONG:
        return None
    fewest = min(OSA.distance(typed, one, score_cutoff=allowed) for one in written)
    return fewest if fewest <= allowed else None
