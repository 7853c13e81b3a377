"""What `make relevance` prints besides: the recipe beside what engines do by themselves, and with less to go by.

    python -m tests.search.measure

The example pieces in memory, as a reader has them who may see everything: put to a real engine and to SQLite, by the
recipe and by what each does as it comes; again among 2,000 made-up pieces, and with a third of the glossary left out.
"""

import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from search.binary import find_binary
from search.local import Engine, locate
from search.mill.fold import folded
from search.relevance import Find, Question, answered, derived, table
from tests.search.collection import Article, Collection, Sql, articles, examples, groups, texts, with_answers
from tests.search.meilisearch import Meilisearch

DISTRACTORS: Final = 2_000
FIELDS: Final = ("title", "t_topics", "t_lead", "t_text")


def distractors(many: int, seed: int = 1) -> Iterator[Article]:
    """Made-up pieces of words of the real ones, drawn as often as they stand there: about nothing in particular."""
    chance = random.Random(seed)
    model = articles()
    words = {
        language: [
            word
            for one in model
            if one["lang"] == language
            for text, _ in texts(one)["t_text"]
            for word in text.split()
        ]
        for language in ("nl", "en")
    }
    for number in range(many):
        language = chance.choice(("nl", "nl", "en"))
        yield {
            **chance.choice(model),
            "translation_key": f"made-{number}",
            "slug": f"made-{number}",
            "lang": language,
            "title": " ".join(chance.choices(words[language], k=9)),
            "summary": " ".join(chance.choices(words[language], k=25)),
            "body": " ".join(chance.choices(words[language], k=200)),
            "fields": {},
            "topics": [],
            "organisations": [],
            "pilot": None,
        }


# --- engines as they come ---------------------------------------------------------------------------------------


def _plainly(versions: Sequence[Article]) -> list[dict[str, str]]:
    """One document for each language version, its texts as written: what somebody would do who knows no recipe."""
    return [
        {
            "id": one["slug"],
            "piece": one["translation_key"],
            **{field.removeprefix("t_"): "\n".join(text for text, _ in texts(one)[field]) for field in FIELDS},
        }
        for one in versions
    ]


@contextmanager
def _engine() -> Iterator[Meilisearch | None]:
    binary = find_binary()
    if binary is None:
        print("There is no Meilisearch here: only SQLite is measured.")
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), binary)
        engine.start()
        try:
            place = locate(Path(folder))
            assert place is not None
            with closing(Meilisearch(place.address, place.key)) as meilisearch:
                yield meilisearch
        finally:
            engine.stop()


def _stock_engine(meilisearch: Meilisearch, versions: Sequence[Article]) -> Find:
    """Its own settings, one call."""
    meilisearch.task("POST", "/indexes", {"uid": "stock", "primaryKey": "id"})
    meilisearch.task("POST", "/indexes/stock/documents", _plainly(versions))

    def find(question: str, _language: str) -> list[str]:
        asked = {"q": question, "limit": 20, "attributesToRetrieve": ["piece"]}
        hits = meilisearch.ask("POST", "/indexes/stock/search", asked)["hits"]
        return list(dict.fromkeys(hit["piece"] for hit in hits))

    return find


def stock_sqlite(versions: Sequence[Article]) -> Find:
    """FTS5 with bm25, any of the words."""
    rows = sqlite3.connect(":memory:")
    rows.execute("CREATE VIRTUAL TABLE stock USING fts5(piece UNINDEXED, title, topics, lead, text)")
    for one in _plainly(versions):
        told = [one[name] for name in ("piece", "title", "topics", "lead", "text")]
        rows.execute("INSERT INTO stock VALUES (?, ?, ?, ?, ?)", told)

    def find(question: str, _language: str) -> list[str]:
        asked = " OR ".join(f'"{word}"' for word in folded(question))
        found = rows.execute("SELECT piece FROM stock WHERE stock MATCH ? ORDER BY rank LIMIT 20", [asked])
        return list(dict.fromkeys(piece for (piece,) in found)) if asked else []

    return find


# --- the report -------------------------------------------------------------------------------------------------


def _told(name: str, find: Find, asked: Sequence[Question], *, whole: bool = False) -> None:
    lines = table(answered(asked, find)).splitlines()
    print(f"\n{name}")
    print("\n".join(lines if whole else lines[:2]))


def main() -> None:
    """Print it."""
    public = with_answers("public")
    made = list(derived(public))
    with _engine() as meilisearch:
        if meilisearch is not None:
            meilisearch.fill(examples().documents)
            by_engine = examples().finder(meilisearch.answers)
            _told("The recipe, Meilisearch", by_engine, public, whole=True)
            _told("The same, made from them by rule", by_engine, made)
            _told("Meilisearch as it comes", _stock_engine(meilisearch, articles()), public)
        by_sqlite = examples().finder(Sql(examples()).answers)
        _told("The recipe, SQLite FTS5", by_sqlite, public, whole=True)
        _told("The same, made from them by rule", by_sqlite, made)
        _told("SQLite FTS5 as it comes", stock_sqlite(articles()), public)

    among = [*articles(), *distractors(DISTRACTORS)]
    crowd = Collection.of(among, groups())
    with _engine() as meilisearch:
        if meilisearch is not None:
            meilisearch.fill(crowd.documents)
            _told(
                f"Among {DISTRACTORS} made-up pieces: the recipe, Meilisearch",
                crowd.finder(meilisearch.answers),
                public,
            )
            _told(f"Among {DISTRACTORS}: Meilisearch as it comes", _stock_engine(meilisearch, among), public)
    _told(f"Among {DISTRACTORS}: the recipe, SQLite FTS5", crowd.finder(Sql(crowd).answers), public)

    for seed in range(3):
        chance = random.Random(seed)
        fewer = Collection.of(articles(), [group for group in groups() if chance.random() > 1 / 3])
        with _engine() as meilisearch:
            if meilisearch is not None:
                meilisearch.fill(fewer.documents)
                _told(
                    f"Without a third of the glossary ({seed + 1}): Meilisearch",
                    fewer.finder(meilisearch.answers),
                    public,
                )
        _told(f"Without a third of the glossary ({seed + 1}): SQLite FTS5", fewer.finder(Sql(fewer).answers), public)


if __name__ == "__main__":
    main()
