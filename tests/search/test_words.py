"""The words of the collection are counted with every change, and only what everybody may see teaches the mill."""

from collections.abc import Mapping

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from content.models import Article
from content.publishing import publish, show_to, withdraw
from content.snapshot import Visibility
from content.writing import revise, save_draft
from search import cards, words
from search.documents import document
from search.models import Card, WordCount
from search.sources import sources
from tests.cast import Cast, content, published

pytestmark = pytest.mark.whole


def filed(session: Session, *articles: Article) -> None:
    """As `keeping.file` does it, inside the test's own transaction."""
    session.flush()
    lexicon = words.lexicon(session)
    for article in articles:
        told = sources(session, [article.piece_id])[article.piece_id]
        cards.file(session, [article.piece_id], [document(source, lexicon) for source in told])


def counts(session: Session, kind: str = "word", shelf: str = "everyone") -> Mapping[str, int]:
    rows = select(WordCount.text, WordCount.pieces).where(WordCount.kind == kind, WordCount.shelf == shelf)
    return dict(session.exec(rows).all())


def test_a_word_is_counted_once_for_each_piece_that_holds_it(session: Session, cast: Cast) -> None:
    filed(session, published(session, cast, body="lijm lijm lijm"), published(session, cast, body="lijm en hars"))
    assert (counts(session)["lijm"], counts(session)["hars"]) == (2, 1)
    assert counts(session, "token")["lijm"] == 2
    assert counts(session, "pieces") == {"": 2}


def test_filing_the_same_again_counts_nothing_twice(session: Session, cast: Cast) -> None:
    article = published(session, cast, body="lijm")
    filed(session, article)
    before = counts(session), counts(session, "token")
    filed(session, article, article)
    assert (counts(session), counts(session, "token")) == before


def test_another_text_takes_its_old_words_back(session: Session, cast: Cast) -> None:
    article = published(session, cast, body="lijm")
    filed(session, article)
    save_draft(session, article, content(body="hars"), by=cast.femke)
    revise(session, article, by=cast.femke)
    filed(session, publish(session, article, by=cast.femke))
    assert "lijm" not in counts(session)
    assert counts(session)["hars"] == 1


def test_a_withdrawn_piece_leaves_no_word_behind(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    filed(session, article)
    withdraw(session, article, by=cast.femke, reason_nl="Onjuist.")
    filed(session, article)
    assert session.exec(select(WordCount)).all() == []
    assert session.exec(select(Card)).all() == []


def test_only_what_everybody_may_see_teaches_the_mill(session: Session, cast: Cast) -> None:
    open_ = published(session, cast, body="lijm")
    members = published(session, cast, body="hars", visibility=Visibility.MEMBERS)
    some = published(session, cast, body="kit", visibility=Visibility.ORGANISATIONS, allowed=(cast.nipt,))
    filed(session, open_, members, some)
    known = words.lexicon(session).vocabulary
    assert "lijm" in known.words
    assert not {"hars", "kit"} & set(known.words)
    assert not {"hars", "kit"} & set(known.tokens)
    assert known.pieces == 1
    show_to(session, open_, Visibility.MEMBERS, by=cast.femke, allowed=set())
    filed(session, open_)
    assert "lijm" not in words.lexicon(session).vocabulary.words


@pytest.mark.parametrize(
    ("name", "knows"),
    [("nobody", set()), ("hinke", set()), ("sjoerd", {"hars"}), ("aafke", {"hars", "kit"}), ("noor", {"hars", "kit"})],
)
def test_a_reader_may_mean_a_word_that_stands_only_in_what_they_may_see(
    session: Session, cast: Cast, name: str, knows: set[str]
) -> None:
    filed(
        session,
        published(session, cast, body="hars", visibility=Visibility.MEMBERS),
        published(session, cast, body="kit", visibility=Visibility.ORGANISATIONS, allowed=(cast.nipt,)),
    )
    reader = cast.everybody[name]
    assert {word for word in ("hars", "kit", "lijm") if words.may_mean(session, reader, [word])} == knows


def test_a_word_of_any_length_can_be_counted(session: Session, cast: Cast) -> None:
    filed(session, published(session, cast, body="x" * 5000 + " " + "y" * 60))
    assert "y" * 60 in counts(session)
    assert "x" * 5000 not in counts(session)


def test_what_was_filed_is_read_back_as_it_was(seeded: Database) -> None:
    with seeded.writing() as session:
        lexicon = words.lexicon(session)
        pieces = session.exec(select(Article.piece_id)).all()
        made = [document(one, lexicon) for parts in sources(session, pieces).values() for one in parts]
        cards.file(session, set(pieces), made)
    with seeded.reading() as session:
        read = cards.documents_of(session, pieces)
        assert sorted(read, key=lambda one: one.id) == sorted(made, key=lambda one: one.id)
        known = words.vocabulary(session)
        public = [one for one in made if "everyone" in one.shelves]
        assert known.pieces == len(public)
        for word in ("cobot", "uitval", "het"):
            assert known.words[word] == sum(word in one.words for one in public)
