"""The example pieces as an index in memory: what the mill is tried on, without engine, database or web."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import settings

from search.dialects import FIELDS, fts5_matches
from search.mill.glossary import Glossary
from search.mill.lexicon import Lexicon
from search.mill.plan import Plan, plan
from search.mill.tokens import tokens
from search.mill.vocabulary import Vocabulary, words_of
from search.ranking import Answer, rank, requests
from search.relevance import Question, questions

DATA = Path(__file__).parents[2] / "content" / "seed" / "data"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

patient = settings(deadline=None)
"""For tests with made-up texts: a busy machine is no fault of the mill."""

Article = Mapping[str, Any]
Texts = list[tuple[str, str]]
"""Each with its language."""


def told(name: str) -> Any:
    return yaml.load((DATA / name).read_text(encoding="utf-8"), _LOADER)


@cache
def articles() -> tuple[Article, ...]:
    return tuple(_article(path) for path in sorted((DATA / "articles").glob("*/*.md")))


def _article(path: Path) -> Article:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return {**yaml.load(front, _LOADER), "body": body}


@cache
def groups() -> tuple[Mapping[str, Any], ...]:
    return tuple(told("glossary.yaml")["groups"])


def pieces() -> Mapping[str, str]:
    """Slug -> piece."""
    return {article["slug"]: article["translation_key"] for article in articles()}


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    """Topics by slug, pilots and organisations too: what they are called, in Dutch and in English."""
    topics = [topic for group in told("taxonomy.yaml")["topics"] for topic in group["children"]]
    others = [*told("pilots.yaml")["pilots"], *told("organisations.yaml")["organisations"]]
    return {one["slug"]: (one["nl"], one["en"]) for one in topics} | {
        one["slug"]: (_called(one, "nl"), _called(one, "en")) for one in others
    }


def _called(one: Mapping[str, Any], language: str) -> str:
    name = one[language]["name"] if isinstance(one.get(language), dict) else one["name"]
    return str(name)


def texts(article: Article) -> Mapping[str, Texts]:
    """The texts of one version by the field they stand in."""
    language, fields = article["lang"], dict(article["fields"])
    mentioned = [article["pilot"], *(one["slug"] for one in article["organisations"])]
    lead = [article["summary"], fields.pop("takeaway", "")]
    body = [_plain(article["body"]), *_written(fields), *(_names()[slug][0] for slug in mentioned if slug)]
    return {
        "title": [(article["title"], language)],
        "t_title": [(article["title"], language)],
        "t_topics": [pair for slug in article["topics"] for pair in zip(_names()[slug], ("nl", "en"), strict=True)],
        "t_lead": [(text, language) for text in lead],
        "t_text": [(text, language) for text in body],
    }


def _plain(markdown: str) -> str:
    return re.sub(r"[#*_`>\[\]!|:]", " ", re.sub(r"\]\([^)]*\)", " ", markdown))


def _written(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _written(one)


@dataclass(frozen=True)
class Collection:
    """Documents of token fields, and what the mill learned from them."""

    documents: Sequence[Mapping[str, Any]]
    lexicon: Lexicon

    @classmethod
    def of(cls, versions: Sequence[Article], groups: Sequence[Mapping[str, Any]]) -> "Collection":
        by_piece = defaultdict(list)
        for version in versions:
            by_piece[version["translation_key"]].append(texts(version))
        glossary = Glossary.from_groups(groups)
        words = [
            words_of(t for each in of_piece for field in each.values() for t, _ in field)
            for of_piece in by_piece.values()
        ]
        lexicon = Lexicon(Vocabulary.counted(words), glossary)
        documents = [_document(piece, each, lexicon) for piece, each in by_piece.items()]
        return cls(documents, Lexicon(Vocabulary.counted(words, [one["tokens"] for one in documents]), glossary))

    def plan(self, question: str, language: str = "nl") -> Plan:
        return plan(question, language, self.lexicon)

    def finder(self, answers: Callable[[Plan], Sequence[Answer]]) -> Callable[[str, str], list[str]]:
        def find(question: str, language: str) -> list[str]:
            asked = self.plan(question, language)
            return [piece for piece, _ in rank(asked, answers(asked))]

        return find


def _document(piece: str, versions: Sequence[Mapping[str, Texts]], lexicon: Lexicon) -> Mapping[str, Any]:
    fields = {
        field: " ".join(
            dict.fromkeys(tokens(text, language, lexicon) for each in versions for text, language in each[field])
        )
        for field in FIELDS
    }
    title = " ".join(text for each in versions for text, _ in each["title"])
    return {"id": piece, "title": title, **fields, "tokens": sorted(set(" ".join(fields.values()).split()))}


@cache
def examples() -> Collection:
    """All example pieces, as a reader has them who may see everything."""
    return Collection.of(articles(), groups())


def small(*written: str, groups: Sequence[Mapping[str, Any]] = ()) -> Lexicon:
    """A lexicon of Dutch pieces of one text each."""
    glossary = Glossary.from_groups(groups)
    words = [words_of([text]) for text in written]
    bare = Lexicon(Vocabulary.counted(words), glossary)
    milled = [tokens(text, "nl", bare).split() for text in written]
    return Lexicon(Vocabulary.counted(words, milled), glossary)


class Sql:
    """The modest answer: the token fields of a collection in an FTS5 table."""

    def __init__(self, collection: Collection) -> None:
        self._rows = sqlite3.connect(":memory:")
        columns = ("id", "title", *FIELDS)
        self._rows.execute(f"CREATE VIRTUAL TABLE card USING fts5({', '.join(columns)})")
        for one in collection.documents:
            self._rows.execute(
                f"INSERT INTO card VALUES ({', '.join('?' * len(columns))})", [one[name] for name in columns]
            )

    def answers(self, asked: Plan) -> list[Answer]:
        return [self._answer(list(fts5_matches(request))) for request in requests(asked)]

    def _answer(self, matches: Sequence[tuple[str, float]]) -> Answer:
        scores: dict[str, float] = {}
        for expression, score in matches:
            for (piece,) in self._rows.execute("SELECT id FROM card WHERE card MATCH ?", [expression]):
                scores.setdefault(piece, score)
        return list(scores.items())


# --- questions -------------------------------------------------------------------------------------------------


def read(name: str) -> list[Question]:
    """The questions of one of the files beside this one."""
    return questions(Path(__file__).parent / f"queries_{name}.yaml", pieces())


def with_answers(name: str) -> list[Question]:
    """Those of them that something answers."""
    return [question for question in read(name) if question.grades]
