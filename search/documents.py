"""Documents: what the index holds of a piece, made from its source by the mill."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from content.file_limits import counted
from content.kinds import Lesson
from search.facets import FACETS, effects
from search.mill.fold import folded
from search.mill.lexicon import Lexicon
from search.mill.tokens import tokens
from search.mill.vocabulary import words_of
from search.sources import Source, Version

MOST_IN_ORDER: Final = 40_000
"""Tokens of a field that stand as they do in the text. Further on each that is new stands once: the engine looks no
further than the first 65,535 of a field, and says nothing of it.
"""

TEXTS: Final = ("title", "t_title", "t_topics", "t_lead", "t_text")
"""What is searched, the most telling first. `title` holds words as written, the others tokens."""


@dataclass(frozen=True)
class Document:
    """One document, the same for the engine and for the database."""

    id: str
    piece: int
    hash: str
    shelves: tuple[str, ...]
    covered: tuple[str, ...]
    texts: dict[str, str]
    """By the names of TEXTS."""
    words: frozenset[str]
    """Every different word, for the vocabulary."""
    facets: dict[str, list[str]]
    effect: dict[str, float]
    """Indicator -> improvement in percent."""
    published_at: int
    """Seconds since 1970."""
    cost: int | None
    """The lowest investment, in euros."""

    @property
    def tokens(self) -> frozenset[str]:
        """Every different token."""
        return frozenset(token for name in TEXTS[1:] for token in self.texts[name].split())

    def for_engine(self) -> dict[str, Any]:
        """As the engine takes it."""
        return {
            "id": self.id,
            "piece": self.piece,
            "hash": self.hash,
            "shelves": list(self.shelves),
            "covered": list(self.covered),
            "effect": self.effect,
            "published_at": self.published_at,
            "cost": self.cost,
            "tokens": sorted(self.tokens),
            **self.texts,
            **self.facets,
        }


def document(source: Source, lexicon: Lexicon, files: Mapping[str, str] = MappingProxyType({})) -> Document:
    """The document of a source. Costs about 10 ms for a text of 900 words; nothing is read.

    `files`: hash -> text of the files that the source names.
    """
    first = source.first
    investment = first.telling.investment
    return Document(
        id=source.id,
        piece=source.piece_id,
        hash=source.hash,
        shelves=source.shelves,
        covered=source.covered,
        texts=_texts(source, lexicon, files),
        words=words_in(source, files),
        facets={facet.name: list(dict.fromkeys(facet.of(source))) for facet in FACETS},
        effect=dict(effects(source)),
        published_at=int(first.published_at.timestamp()),
        cost=int(investment[0]) if investment else None,
    )


def words_in(source: Source, files: Mapping[str, str] = MappingProxyType({})) -> frozenset[str]:
    """Every different word of a source."""
    told = (text for version in source.versions for text in _all_texts(version))
    return words_of([*source.mentioned, *told, *_file_texts(source, files)])


def _file_texts(source: Source, files: Mapping[str, str]) -> Iterator[str]:
    """What stands in the files, as far as it counts: in each version by itself, as those who read it are told."""
    most = dict.fromkeys(source.files, 0)
    for version in source.versions:
        letters = {use.hash: len(files.get(use.hash, "")) for use in version.content.files if use.hash in most}
        most |= {hash_: max(most[hash_], counts) for hash_, counts in counted(letters).items()}
    yield from (files.get(hash_, "")[:counts] for hash_, counts in most.items())


def _texts(source: Source, lexicon: Lexicon, files: Mapping[str, str]) -> dict[str, str]:
    topics = {"nl": ", ".join(t.nl for t in source.topics), "en": ", ".join(t.en for t in source.topics)}
    return {
        "title": " ".join(word for version in source.versions for word in folded(version.content.title)),
        "t_title": _milled(((v.language, v.content.title) for v in source.versions), lexicon),
        "t_topics": _milled(topics.items(), lexicon),
        "t_lead": _milled(((v.language, "\n".join(_lead(v))) for v in source.versions), lexicon),
        "t_text": _fitting(
            _milled(
                [
                    *((v.language, "\n".join(_body(v))) for v in source.versions),
                    ("nl", "\n".join(source.mentioned)),
                    *((source.first.language, text) for text in _file_texts(source, files)),
                ],
                lexicon,
            )
        ),
    }


def _fitting(tokens: str) -> str:
    """Tokens as far as the engine looks at them."""
    told = tokens.split()
    if len(told) <= MOST_IN_ORDER:
        return tokens
    begun = told[:MOST_IN_ORDER]
    held = set(begun)
    return " ".join([*begun, *dict.fromkeys(token for token in told[MOST_IN_ORDER:] if token not in held)])


def _milled(texts: Iterable[tuple[str, str]], lexicon: Lexicon) -> str:
    return " ".join(filter(None, (tokens(text, language, lexicon) for language, text in texts)))


def _all_texts(version: Version) -> Iterator[str]:
    yield version.content.title
    yield from _lead(version)
    yield from _body(version)


def _lead(version: Version) -> Iterator[str]:
    """What stands above the text: the summary, and the takeaway of a lesson."""
    yield version.content.summary
    if isinstance(version.telling, Lesson):
        yield version.telling.takeaway


def _body(version: Version) -> Iterator[str]:
    """The text, and what the author told in fields; words chosen from a list are facets instead."""
    yield version.plain
    yield from (text for text in version.telling.texts() if not isinstance(text, Enum))
