"""Repair: what a reader probably meant by a word that nobody here writes.

Only words of the collection and of the glossary can be meant; no word list from outside is needed, and none helped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from search.mill.compounds import LONGEST, may_be_part
from search.mill.everyday import ASKING, QUESTION, STOP
from search.mill.fold import listed
from search.mill.lexicon import Lexicon

_ENDINGS = ("etjes", "etje", "tjes", "pjes", "kjes", "tje", "pje", "kje", "jes", "je", "ende", "den", "ten", "de", "te")
_OPENS = QUESTION | listed("een de het te the an")
_CLOSES = (STOP | ASKING) - listed("en er je st te ten de den men")
"""Everyday words that are no ending: `bloemen` is not `bloem en`."""

_TELLING = 5
"""So many letters of a known half are no coincidence, whatever stands beside it."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What was probably meant: mostly one word, two where a space was missing."""

    words: tuple[str, ...]
    trust: float = 1.0
    """How sure: 1 when nothing but an ending or a space changed."""
    other: str | None = None
    """Another word that is as near."""
    cut: bool = False
    """Only taken apart: a part of it is a word that nobody writes."""


def is_known(word: str, lexicon: Lexicon) -> bool:
    """Whether a word needs no repair: somebody writes it, its stem or its parts, or it is a number."""
    return (
        word in lexicon.known
        or word.isdecimal()
        or bool(lexicon.compound(word))
        or lexicon.vocabulary.holds(lexicon.forms(word))
    )


def repair(word: str, lexicon: Lexicon) -> Guess | None:
    """The best guess for an unknown word, or None when nothing is near enough."""
    if is_known(word, lexicon) or word in STOP or word in ASKING or len(word) > LONGEST:
        return None
    return next(_guesses(word, lexicon), None)


def _guesses(word: str, lexicon: Lexicon) -> Iterator[Guess]:
    if joined := lexicon.joined(word):
        yield Guess(joined)
    yield from (Guess((root,)) for root in _without_ending(word) if is_known(root, lexicon))
    yield from _beside_everyday_word(word, lexicon)
    near = lexicon.speller.near(word)
    if near:
        yield Guess((near[0].word,), near[0].trust, near[1].word if len(near) > 1 else None)
    yield from _cut_in_two(word, lexicon)


def _without_ending(word: str) -> Iterator[str]:
    return (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending) and len(word) - len(ending) > 2)


def _beside_everyday_word(word: str, lexicon: Lexicon) -> Iterator[Guess]:
    """A space is missing beside an everyday word: `watkost`, `iseen`, `weerstandbij`."""
    for cut in range(2, len(word) - 1):
        front, back = word[:cut], word[cut:]
        both = front in STOP | QUESTION and back in STOP | ASKING
        opened = front in _OPENS and may_be_part(back) and lexicon.knows(back)
        closed = back in _CLOSES and (len(front) > 2 or may_be_part(front)) and lexicon.knows(front)
        if both or opened or closed:
            yield Guess((front, back))


def _cut_in_two(word: str, lexicon: Lexicon) -> Iterator[Guess]:
    """A compound, or two words in one, of which one half is known. The longest known half tells where to cut.

    The other half is known too (`metal3d`), spelt wrong (`cobotlasen`), or a word nobody writes (`robotafdeling`).
    """
    cuts = ((word[:cut], word[cut:]) for cut in range(2, len(word) - 1))
    halves = [pair for pair in cuts if all(may_be_part(half) or half in lexicon.abbreviations for half in pair)]
    in_front = [(len(front), (front, back)) for front, back in halves if lexicon.knows(front)]
    behind = [(len(back), (front, back)) for front, back in halves if lexicon.knows(back)]
    for length, pair in sorted(in_front + behind, key=lambda found: -found[0]):
        guess = _two(pair, lexicon)
        if all(map(lexicon.knows, guess.words)):
            yield guess
        elif length >= _TELLING and any(_is_written(half, lexicon) for half in pair):
            yield replace(guess, cut=True)


def _is_written(word: str, lexicon: Lexicon) -> bool:
    """Whether the word stands as it is in the collection or the glossary, or is made of words that do."""
    return word in lexicon.known or bool(lexicon.compound(word))


def _two(halves: tuple[str, str], lexicon: Lexicon) -> Guess:
    """Two halves, each repaired when that is needed and possible."""
    guesses = [repair(half, lexicon) or Guess((half,)) for half in halves]
    return Guess(guesses[0].words + guesses[1].words, min(guess.trust for guess in guesses))
