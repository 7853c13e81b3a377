"""The glossary: words that mean the same, or that lead from an everyday word to the word of the trade."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from search.mill.fold import folded

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Term:
    """One way to say something, and the concepts that hang on it."""

    words: tuple[str, ...]
    asks: frozenset[str] = frozenset()
    """Concepts that a question with this term asks for."""
    means: frozenset[str] = frozenset()
    """Those of them that it is a word for. To the others it only leads, as an everyday word does."""
    marks: frozenset[str] = frozenset()
    """Concepts that a text with this term is about."""
    in_capitals: bool = False
    """Holds only when written in capitals: `OR` is the works council, `or` is an English word."""
    taught: bool = True
    """Its words may be offered to a reader. Wrong spellings are not, nor words of a language the portal is not in."""
    text: str = field(default="", compare=False)
    """As it is written."""
    language: str = field(default="", compare=False)
    """Empty where the glossary does not tell it."""

    def __or__(self, other: "Term") -> "Term":
        """The same words, with what both mean."""
        taught = self.taught or other.taught
        return replace(
            self,
            asks=self.asks | other.asks,
            means=self.means | other.means,
            marks=self.marks | other.marks,
            taught=taught,
        )


@dataclass(frozen=True, slots=True)
class Glossary:
    """All terms, each once."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def from_groups(cls, groups: Iterable[Mapping[str, Any]]) -> "Glossary":
        """Read groups as `glossary.yaml` writes them."""
        terms: dict[tuple[tuple[str, ...], bool], Term] = {}
        for term in (term for group in groups for term in _terms(group) if term.words):
            key = (term.words, term.in_capitals)
            terms[key] = terms[key] | term if key in terms else term
        return cls(tuple(_handed_on(list(terms.values()))))


def concept(group_id: str) -> str:
    """The token of a group: q and its letters, a word that no text holds."""
    return "q" + "".join(folded(group_id))


def _handed_on(terms: list[Term]) -> Iterator[Term]:
    """A text about a concept is also about those that its terms lead to.

    `robot zonder hek` leads to `cobot`, so a text that says `samenwerkende robot` is an answer too.
    """
    leads: dict[str, set[str]] = defaultdict(set)
    for term in terms:
        for concept_asked in term.asks & term.marks:
            leads[concept_asked] |= term.marks - term.asks
    for term in terms:
        more = frozenset[str]().union(*(leads[name] for name in term.asks & term.marks))
        yield replace(term, marks=term.marks | more)


def _terms(group: Mapping[str, Any]) -> list[Term]:
    own = frozenset({concept(group["id"])})
    risky = group.get("risk") == "high"

    def term(
        text: str,
        *,
        asks: bool = True,
        means: bool = True,
        marks: bool = True,
        taught: bool = True,
        language: str = "",
    ) -> Term:
        return Term(
            folded(text),
            asks=own if asks else _NONE,
            means=own if asks and means else _NONE,
            marks=own if marks else _NONE,
            in_capitals=risky and text.isupper(),
            taught=taught,
            text=text,
            language=language,
        )

    equal = [(text, language) for language, texts in group.get("terms", {}).items() for text in texts]
    return [
        *(term(text, taught=language != "de", language=language) for text, language in equal),
        *(term(text, means=False) for text in group.get("from", ())),
        *(term(text, asks=False) for text in group.get("to", ())),
        *(term(text, marks=False, taught=False) for text in group.get("misspellings", ())),
    ]
