"""The plan: what a question asks for, thing by thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.mill.lexicon import Lexicon
from search.mill.meaning import Meant, meant
from search.mill.reading import things
from search.mill.units import Unit

MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question asks for."""

    question: str
    language: str
    units: tuple[Unit, ...] = ()
    title: str = ""
    """The words to look for in titles as written."""
    unfinished: bool = False
    """Whether the last word may still be going on: nothing stands behind it."""
    corrected: tuple[str, str] | None = None
    """The question as written and as repaired, when those differ."""
    repaired: tuple[str, ...] = ()
    """The words that were repaired, folded but as the reader wrote them."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """Words that no piece is known to hold and no repair explained."""
        return tuple(unit.text for unit in self.units if not unit.known)

    @property
    def by_weight(self) -> tuple[Unit, ...]:
        """The units, the most telling first."""
        return tuple(sorted(self.units, key=lambda unit: -unit.weight))


def plan(question: str, language: str, lexicon: Lexicon, *, repaired: bool = True) -> Plan:
    """Read a question. `repaired=False` takes its spelling as it stands."""
    question = question[:MOST_LETTERS]
    said = meant(question, lexicon, repaired=repaired)
    unfinished = bool(said) and said[-1].word.end == len(question)
    # A word that had to be repaired was meant to be whole.
    going_on = unfinished and not said[-1].repaired
    asked = things(said, lexicon, unfinished=going_on, question_mark="?" in question)
    title = " ".join(unit.text for unit in asked)
    return Plan(question, language, asked, title, unfinished, _corrected(question, said), _repaired(said))


def _repaired(said: Sequence[Meant]) -> tuple[str, ...]:
    return tuple(one.written for one in said if one.written)


def _corrected(question: str, said: Sequence[Meant]) -> tuple[str, str] | None:
    """The question with its repaired words put in their places."""
    places = {(one.word.start, one.word.end) for one in said if one.repaired and not one.cut}
    fixed = question
    for start, end in sorted(places, reverse=True):
        words = [one.word.text for one in said if (one.word.start, one.word.end) == (start, end)]
        fixed = fixed[:start] + " ".join(words) + fixed[end:]
    return (question, fixed) if places else None
