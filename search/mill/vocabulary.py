"""The vocabulary: which words and tokens the collection holds, and in how many pieces."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from search.mill.fold import folded


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the collection knows, as a value.

    Count only pieces that everybody may see. What the mill repairs, completes or weighs follows from the vocabulary, so
    a word that only a restricted text holds would otherwise show itself to a stranger.
    """

    words: Mapping[str, int] = field(default_factory=dict)
    """Folded word -> number of pieces that hold it."""
    tokens: Mapping[str, int] = field(default_factory=dict)
    """Token (stem, part of a compound, concept) -> number of pieces that hold it."""
    pieces: int = 0

    @classmethod
    def counted(cls, words: Iterable[Iterable[str]], tokens: Iterable[Iterable[str]] = ()) -> "Vocabulary":
        """Count the words, and the tokens, of each piece."""
        each = [set(of_piece) for of_piece in words]
        return cls(_frozen(each), _frozen(set(of_piece) for of_piece in tokens), len(each))

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, str, int]]) -> "Vocabulary":
        """Read what `rows` wrote."""
        kinds: dict[str, dict[str, int]] = {"word": {}, "token": {}, "pieces": {"": 0}}
        for kind, text, pieces in rows:
            kinds[kind][text] = pieces
        return cls(MappingProxyType(kinds["word"]), MappingProxyType(kinds["token"]), kinds["pieces"][""])

    def holds(self, tokens: Iterable[str]) -> bool:
        """Whether some piece holds one of these tokens. Looks each of them up: `isdisjoint` goes through all it has."""
        return any(token in self.tokens for token in tokens)

    def rows(self) -> Iterator[tuple[str, str, int]]:
        """The vocabulary as rows of kind, text and number of pieces, to be kept in a table."""
        yield "pieces", "", self.pieces
        yield from (("word", text, pieces) for text, pieces in self.words.items())
        yield from (("token", text, pieces) for text, pieces in self.tokens.items())


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The different words of one piece, from all its texts."""
    return frozenset(word for text in texts for word in folded(text))


def _frozen(sets: Iterable[set[str]]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for one in sets:
        counts.update(one)
    return MappingProxyType(dict(counts))
