"""Reading a question: from the words it is made of to the things it asks for."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from search.mill.concepts import Span, asked
from search.mill.everyday import ASKING, QUESTION
from search.mill.lexicon import Lexicon
from search.mill.meaning import Meant
from search.mill.units import Unit, of_part, of_term, of_word


def things(said: Sequence[Meant], lexicon: Lexicon, *, unfinished: bool, question_mark: bool) -> tuple[Unit, ...]:
    """What is asked for, in the order of the question, each thing once."""
    reading = _Reading(said, lexicon, unfinished=unfinished)
    return tuple({unit.ways: unit for unit in reading.units(question_mark=question_mark)}.values())


class _Reading:
    """A question laid out in parts, with the terms of the glossary that were found in it."""

    def __init__(self, said: Sequence[Meant], lexicon: Lexicon, *, unfinished: bool) -> None:
        self._said, self._lexicon, self._unfinished = said, lexicon, unfinished
        self._parts = lexicon.parts([one.word for one in said])
        self._terms, hoped = asked(self._parts, lexicon, unfinished=unfinished)
        self._hopes = {at: span.term.asks for span in hoped for at in _places(span)}

    def units(self, *, question_mark: bool) -> Iterator[Unit]:
        asking = question_mark or any(part.text in QUESTION for part in self._parts)
        opened = {span.start: span for span in self._terms}
        words = {ats[0]: ats for ats in self._words(self._telling(asking))}
        for at in range(len(self._parts)):
            if at in opened:
                yield self._of_term(opened[at])
            elif at in words:
                yield from self._of_word(words[at])

    def _telling(self, asking: bool) -> list[int]:
        """The parts outside terms, without everyday words and without those that a question is made of.

        When nothing would be left to ask for, less is left out.
        """
        taken = {at for span in self._terms for at in _places(span)}
        left = [at for at in range(len(self._parts)) if at not in taken]
        telling = [at for at in left if not self._parts[at].empty]
        subjects = [at for at in telling if self._parts[at].text not in ASKING] if asking else telling
        return subjects if self._terms else subjects or telling or left

    def _words(self, ats: Sequence[int]) -> list[list[int]]:
        return [list(of_word) for _, of_word in groupby(ats, key=lambda at: self._parts[at].word)]

    def _of_term(self, span: Span) -> Unit:
        said = [self._said[place] for place in sorted({self._parts[at].word for at in _places(span)})]
        return of_term(said, span.term, self._lexicon, hopes=self._hoped(_places(span)))

    def _of_word(self, ats: Sequence[int]) -> Iterator[Unit]:
        """The units of a word, or of those of its parts that no term took."""
        place = self._parts[ats[0]].word
        one = self._said[place]
        hopes = self._hoped(ats)
        if len(ats) < sum(part.word == place for part in self._parts):
            yield from (of_part(self._parts[at].text, one, self._lexicon, hopes=hopes) for at in ats)
        else:
            last = place == len(self._said) - 1
            unfinished, closing = last and self._unfinished, last and place > 0
            yield from of_word(one, self._lexicon, hopes=hopes, unfinished=unfinished, closing=closing)

    def _hoped(self, ats: Iterable[int]) -> frozenset[str]:
        return frozenset[str]().union(*(self._hopes.get(at, ()) for at in ats))


def _places(span: Span) -> range:
    return range(span.start, span.end)
