"""The lexicon: a vocabulary and a glossary, made ready for reading texts and questions."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from operator import itemgetter

from search.mill import compounds
from search.mill.everyday import says_nothing
from search.mill.fold import Word
from search.mill.glossary import Glossary, Term
from search.mill.speller import Speller
from search.mill.stems import root, stem
from search.mill.vocabulary import Vocabulary

_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or one part of a compound, with all it may be compared by."""

    text: str
    forms: frozenset[str]
    word: int = 0
    """The place of its word in the text."""
    capitals: bool = False
    whole: frozenset[str] = frozenset()
    """What the compound that this part opens may be compared by as a whole."""
    width: int = 1
    """Of how many parts that compound is."""

    @property
    def empty(self) -> bool:
        """Whether it says nothing about a subject."""
        return says_nothing(self.text)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A glossary term as a row of places, each with the forms that fit there."""

    places: tuple[frozenset[str], ...]
    term: Term
    to_the_letter: bool = False
    """No word may stand between or be left out: without its everyday words the term would be one common word."""


class Lexicon:
    """All that the mill knows. Make one and keep it as long as its vocabulary and glossary stand."""

    def __init__(self, vocabulary: Vocabulary, glossary: Glossary) -> None:
        self.vocabulary = vocabulary
        self.glossary = glossary
        self.known: Mapping[str, int] = {**_taught(glossary), **vocabulary.words}
        """Words of the collection and of the glossary, with the number of pieces that hold them."""
        self._parts_known = {name: n for word, n in self.known.items() if (name := root(word))} | dict(self.known)
        self.compound: Callable[[str], tuple[str, ...]] = lru_cache(_REMEMBERED)(self._compound)
        """The parts of a compound, or nothing."""
        self.forms: Callable[[str], frozenset[str]] = lru_cache(_REMEMBERED)(self._forms)
        """A word as written and its stems in both languages, so that inflections and languages meet."""
        self.stems: Callable[[str, str], tuple[str, ...]] = lru_cache(_REMEMBERED)(self._stems)
        """Word and language -> its stem, then those of its parts."""
        self.every_form: Callable[[str], frozenset[str]] = lru_cache(_REMEMBERED)(self._every_form)
        """The forms of a word and of its parts."""
        self.opened: Callable[[frozenset[str], frozenset[str]], tuple[Phrase, ...]] = lru_cache(_REMEMBERED)(
            self._opened
        )
        """The terms that a part may open, by its forms and those of its whole word."""
        self._known_forms = frozenset(form for word in self.known for form in self._forms(word))
        self._all_phrases = [phrase for term in glossary.terms for phrase in self._phrases(term)]
        self.phrases = by_opening(self._all_phrases)
        """The terms by each form that may open them."""
        self._solid = sorted(
            (("".join(term.words), term) for term in glossary.terms if term.asks and not term.in_capitals),
            key=itemgetter(0),
        )
        """The terms that may be asked for, written without spaces, in order."""
        self._tokens = sorted(vocabulary.tokens)

    @cached_property
    def speller(self) -> Speller:
        """What finds known words near to an unknown one. Texts need none, only questions."""
        return Speller(self.known)

    def parts(self, words: Iterable[Word]) -> list[Part]:
        """The words of a text, compounds taken apart."""
        return [part for place, word in enumerate(words) for part in self._parts(word, place)]

    def knows(self, word: str) -> bool:
        """Whether the collection or the glossary holds the word or its parts, in whatever form."""
        return word in self.known or not self.forms(word).isdisjoint(self._known_forms) or bool(self.compound(word))

    def phrases_about(self, concepts: Set[str]) -> Mapping[str, tuple[Phrase, ...]]:
        """Only the terms that mark a text as about one of these concepts."""
        return by_opening(phrase for concept in concepts for phrase in self._phrases_by_mark.get(concept, ()))

    @cached_property
    def _phrases_by_mark(self) -> Mapping[str, list[Phrase]]:
        found: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in self._all_phrases:
            for mark in phrase.term.marks:
                found[mark].append(phrase)
        return dict(found)

    @cached_property
    def abbreviations(self) -> frozenset[str]:
        """Terms of three letters: too short to be a part, but not beside a word that is known (`APSsoftware`)."""
        words = (term.words for term in self.glossary.terms if term.taught)
        return frozenset(word[0] for word in words if len(word) == 1 and len(word[0]) == 3)

    def beginning(self, begun: str) -> Iterator[Term]:
        """The terms that begin with these letters and are at least half written."""
        opening = bisect_left(self._solid, begun, key=itemgetter(0))
        for solid, term in islice(self._solid, opening, None):
            if not solid.startswith(begun):
                return
            if len(solid) <= 2 * len(begun):
                yield term

    def joined(self, word: str) -> tuple[str, ...]:
        """The words of the term that this is without its spaces, or nothing."""
        return next((term.words for term in self.beginning(word) if term.taught and "".join(term.words) == word), ())

    def completions(self, begun: str) -> Iterator[str]:
        """Tokens of the collection that begin with these letters."""
        for token in islice(self._tokens, bisect_left(self._tokens, begun), None):
            if not token.startswith(begun):
                return
            yield token

    def _compound(self, word: str) -> tuple[str, ...]:
        return compounds.split(word, self._parts_known, lambda end: not self.forms(end).isdisjoint(self._known_forms))

    def _forms(self, word: str) -> frozenset[str]:
        return frozenset({word, stem(word, "nl", self.known), stem(word, "en")})

    def _stems(self, word: str, language: str) -> tuple[str, ...]:
        return tuple(stem(one, language, self.known) for one in (word, *self.compound(word)))

    def _every_form(self, word: str) -> frozenset[str]:
        return self.forms(word).union(*(self.forms(part) for part in self.compound(word)))

    def _opened(self, forms: frozenset[str], whole: frozenset[str]) -> tuple[Phrase, ...]:
        return opened_by(forms, whole, self.phrases)

    def _parts(self, word: Word, place: int) -> list[Part]:
        first, *others = self.compound(word.text) or (word.text,)
        whole = self.forms(word.text) if others else frozenset()
        opening = Part(first, self.forms(first), place, word.capitals, whole, 1 + len(others))
        return [opening, *(Part(text, self.forms(text), place, word.capitals) for text in others)]

    def _phrases(self, term: Term) -> set[Phrase]:
        """A term as it is looked for, with its compounds taken apart and whole.

        Whole as well, because an inflected compound may not come apart where its plain form does.
        """
        apart = self.parts(map(Word, term.words))
        whole = [Part(word, self.forms(word)) for word in term.words]
        return {_phrase(term, apart), _phrase(term, whole)}


def _phrase(term: Term, parts: list[Part]) -> Phrase:
    telling = [part for part in parts if not part.empty]
    to_the_letter = len(telling) < min(2, len(term.words))
    return Phrase(tuple(part.forms for part in (parts if to_the_letter else telling)), term, to_the_letter)


def _taught(glossary: Glossary) -> dict[str, int]:
    return {word: 0 for term in glossary.terms if term.taught for word in term.words}


def opened_by(
    forms: frozenset[str], whole: frozenset[str], phrases: Mapping[str, Iterable[Phrase]]
) -> tuple[Phrase, ...]:
    """The phrases that something of these forms opens, each once."""
    found = {id(phrase): phrase for form in forms | whole for phrase in phrases.get(form, ())}
    return tuple(found.values())


def by_opening(phrases: Iterable[Phrase]) -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases by each form that may open them."""
    openings: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        for form in phrase.places[0]:
            openings[form].append(phrase)
    return {form: tuple(found) for form, found in openings.items()}
