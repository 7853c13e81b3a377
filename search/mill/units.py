"""Units: the things a question asks for, each with the ways in which a piece may hold it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from search.mill.glossary import Term
from search.mill.lexicon import Lexicon
from search.mill.meaning import Meant
from search.mill.stems import stem

_PARTLY = 0.8
"""What a way is worth that finds by the parts of a word, by its beginning, by what else a word leads to, or by the
second-best guess."""
_CHOSEN = 1.4
_LESS = 0.5
"""What an unknown word weighs that is only a part of what was written, or only tells what to do."""
_PREFIX_FROM = 3
_VERB = re.compile(r"\w{4,}en$")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hold what is asked for: all of these tokens."""

    tokens: tuple[str, ...]
    worth: float = 1.0
    prefix: bool = False
    """The token is unfinished: any token that begins with it will do."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing asked for: a concept or a word."""

    text: str
    """As the reader wrote it, repaired."""
    ways: tuple[Way, ...]
    idf: float
    """How much it tells: the rarer, the more."""
    known: bool = True
    """Whether any piece is known to hold it."""
    trust: float = 1.0
    """How sure the mill is that this was meant."""
    concept: bool = False

    @property
    def weight(self) -> float:
        """How much it counts. A concept tells more than a word that as many pieces hold: somebody chose it."""
        return self.idf * (_CHOSEN if self.concept else 1.0)


def of_term(said: Sequence[Meant], term: Term, lexicon: Lexicon, *, hopes: Iterable[str] = ()) -> Unit:
    """The unit of a glossary term: the concepts it asks for, those first that it is a word for.

    `hopes` are concepts that no piece is known to be about. A piece that not everybody may see may still be.
    """
    text = " ".join(one.word.text for one in said)
    worth = _PARTLY if term.means else 1.0
    leads = [Way((concept,), worth) for concept in sorted(term.asks - term.means)]
    ways = [*_concepts(term.means), *leads, *_concepts(hopes)]
    return _unit(text, ways, lexicon, trust=min(one.trust for one in said), concept=True)


def of_word(
    one: Meant, lexicon: Lexicon, *, hopes: Iterable[str] = (), unfinished: bool = False, closing: bool = False
) -> Iterator[Unit]:
    """The units of a word outside the glossary: itself, or its parts when nobody writes it so.

    A verb that closes a question (`stilstand registreren`) tells what to do, which says less than with what.
    """
    word, parts = one.word.text, lexicon.compound(one.word.text)
    if parts and not lexicon.vocabulary.holds(lexicon.forms(word)):
        yield from (of_part(part, one, lexicon, hopes=hopes) for part in parts)
        return
    ways = [Way((_best(word, lexicon),))]
    if parts:
        ways.append(Way(tuple(_best(part, lexicon) for part in parts), _PARTLY))
    if one.other:
        ways.append(Way((_best(one.other, lexicon),), _PARTLY))
    if one.written:
        ways.append(Way((stem(one.written, "nl", lexicon.known),)))
    if unfinished and len(word) >= _PREFIX_FROM and not one.repaired:
        ways.append(Way((word,), _PARTLY, prefix=True))
    if_unknown = _LESS if one.cut or (closing and _VERB.search(word)) else 1.0
    yield _unit(word, [*ways, *_concepts(hopes)], lexicon, trust=one.trust, if_unknown=if_unknown)


def of_part(part: str, one: Meant, lexicon: Lexicon, *, hopes: Iterable[str] = ()) -> Unit:
    """The unit of one part of a compound."""
    ways = [Way((_best(part, lexicon),)), *_concepts(hopes)]
    return _unit(part, ways, lexicon, trust=one.trust, if_unknown=_LESS)


def idf(df: int, pieces: int) -> float:
    """What something tells that `df` of so many pieces hold, as in BM25; the most when none does."""
    return log(1 + (pieces - df + 0.5) / (df + 0.5)) if df else log(1 + max(pieces, 1))


def _concepts(concepts: Iterable[str]) -> list[Way]:
    return [Way((concept,)) for concept in sorted(concepts)]


def _best(word: str, lexicon: Lexicon) -> str:
    """The form of a word that most pieces hold."""
    df = lexicon.vocabulary.tokens
    return max(sorted(lexicon.forms(word)), key=lambda form: df.get(form, 0))


def _unit(
    text: str, ways: Sequence[Way], lexicon: Lexicon, *, trust: float, concept: bool = False, if_unknown: float = 1.0
) -> Unit:
    df = max(_pieces(way, lexicon) for way in ways)
    tells = idf(df, lexicon.vocabulary.pieces) * (1.0 if df else if_unknown)
    return Unit(text, tuple(dict.fromkeys(ways)), tells, df > 0, trust, concept)


def _pieces(way: Way, lexicon: Lexicon) -> int:
    """In how many pieces a way is found, at most."""
    df = lexicon.vocabulary.tokens
    if way.prefix:
        return max((df[token] for token in lexicon.completions(way.tokens[0])), default=0)
    return min(df.get(token, 0) for token in way.tokens)
