"""Documents: one for each piece, and no text in one that its reader may not see."""

import itertools
from collections.abc import Collection

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, delete, select

from app.core.database import Database
from app.people.actor import Actor
from content.access import shelves_for
from content.models import Article, ArticleAllowed, Piece, Stage
from content.publishing import publish, show_to
from content.snapshot import Contribution, Part, Profile, Visibility
from content.subjects import Topic
from search import words
from search.documents import Document, document
from search.sources import sources
from tests.cast import Cast, at_stage, draft, published

pytestmark = pytest.mark.whole

SECRET = {"nl": "geheimwoord", "en": "secretword"}


def documents(session: Session, piece_id: int) -> list[Document]:
    lexicon = words.lexicon(session)
    return [document(source, lexicon) for source in sources(session, [piece_id])[piece_id]]


def the_document(session: Session, article: Article) -> Document:
    (one,) = documents(session, article.piece_id)
    return one


def shown(found: Collection[Document], actor: Actor) -> list[Document]:
    """As the engine's filter does it."""
    shelves = shelves_for(actor)
    if shelves is None:
        return [one for one in found if not one.covered]
    return [one for one in found if set(one.shelves) & set(shelves) and not set(one.covered) & set(shelves)]


def test_both_language_versions_are_one_document(session: Session, cast: Cast) -> None:
    dutch = published(session, cast, title="Meten loont")
    piece = session.get_one(Piece, dutch.piece_id)
    published(session, cast, language="en", piece=piece, title="Measuring pays")
    one = the_document(session, dutch)
    assert one.id == str(piece.id)
    assert one.facets["language"] == ["nl", "en"]
    assert one.texts["title"] == "meten loont measuring pays"
    assert {"meten", "loont", "measuring", "pays"} <= one.words


def test_the_texts_stand_in_the_field_they_belong_to(session: Session, cast: Cast) -> None:
    told = {"takeaway": "Begin met de kabelgoot.", "outcome": "mixed", "applies_when": "Bij een brand."}
    one = the_document(
        session,
        published(session, cast, title="Een titel", summary="De strekking.", body="Over lijm.", told=told),
    )
    assert "titel" in one.texts["t_title"].split()
    assert {"cobot", "robotiser"} <= set(one.texts["t_topics"].split())
    assert {"strekking", "kabelgot"} <= set(one.texts["t_lead"].split())
    assert {"lijm", "brand"} <= set(one.texts["t_text"].split())
    assert {"kennislab", "slim"} <= set(one.texts["t_text"].split())


def test_words_chosen_from_a_list_are_no_text(session: Session, cast: Cast) -> None:
    assert not {"mixed", "orient"} & the_document(session, published(session, cast)).words


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.PUBLISHED])
def test_what_is_not_published_is_no_document(session: Session, cast: Cast, stage: Stage) -> None:
    article = at_stage(session, cast, stage)
    assert documents(session, article.piece_id) == []


def test_a_language_that_is_not_published_is_not_in_the_document_of_the_other(session: Session, cast: Cast) -> None:
    dutch = published(session, cast, body=SECRET["nl"])
    piece = session.get_one(Piece, dutch.piece_id)
    english = draft(session, cast, language="en", piece=piece, body=SECRET["en"])
    one = the_document(session, dutch)
    assert one.facets["language"] == ["nl"]
    assert SECRET["en"] not in one.words
    publish(session, english, by=cast.femke)
    assert the_document(session, dutch).facets["language"] == ["nl", "en"]


def test_a_document_never_names_a_company_that_its_piece_does_not(session: Session, cast: Cast) -> None:
    woldzicht = Contribution(organisation="woldzicht-verspaning", part=Part.PARTICIPANT)
    profile = Profile(sector="25", size_band="10-49", province="drenthe")
    told = {"company_size_fte": None}
    named = published(session, cast, "case_study", organisations=(woldzicht,), told=told)
    assert "woldzicht" in repr(the_document(session, named).for_engine())
    unnamed = published(session, cast, "case_study", organisations=(woldzicht,), told=told, anonymous=profile)
    one = the_document(session, unnamed)
    assert "woldzicht" not in repr(one.for_engine())


REACHES = [
    (Visibility.EVERYONE, ()),
    (Visibility.MEMBERS, ()),
    (Visibility.ORGANISATIONS, ("woldzicht",)),
    (Visibility.ORGANISATIONS, ("nipt", "woldzicht")),
    (Visibility.ORGANISATIONS, ()),
]


@pytest.mark.parametrize(("dutch_reach", "english_reach"), list(itertools.product(REACHES, REACHES)))
def test_whatever_the_versions_show_every_reader_has_one_document_and_no_text_of_another(
    session: Session,
    cast: Cast,
    dutch_reach: tuple[Visibility, tuple[str, ...]],
    english_reach: tuple[Visibility, tuple[str, ...]],
) -> None:
    articles = {}
    piece = None
    for language, (visibility, names) in {"nl": dutch_reach, "en": english_reach}.items():
        article = published(session, cast, language=language, piece=piece, body=SECRET[language])
        allowed = {getattr(cast, name).id for name in names}
        reach(session, article, visibility, allowed)
        articles[language] = article, {article.owner_id, *allowed}
        piece = session.get_one(Piece, article.piece_id)
    assert piece is not None
    found = documents(session, piece.id)
    for actor in cast.everybody.values():
        may = {
            language
            for language, (article, named) in articles.items()
            if actor.is_steward
            or article.visibility == Visibility.EVERYONE
            or (article.visibility == Visibility.MEMBERS and actor.is_member)
            or (article.visibility == Visibility.ORGANISATIONS and actor.reads_for & named)
        }
        mine = shown(found, actor)
        assert len(mine) == bool(may)
        assert {language for one in mine for language in SECRET if SECRET[language] in one.words} <= may


def reach(session: Session, article: Article, visibility: Visibility, allowed: set[int]) -> None:
    """Show this language version alone to others: `show_to` never does, yet the index must not lean on that."""
    article.visibility = visibility
    session.exec(delete(ArticleAllowed).where(col(ArticleAllowed.article_id) == article.id))
    named = allowed if visibility == Visibility.ORGANISATIONS else set()
    session.add_all(ArticleAllowed(article_id=article.id, organisation_id=one) for one in named)
    session.flush()


def test_the_hash_changes_with_all_that_a_document_is_made_from(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    before = the_document(session, article).hash
    assert the_document(session, article).hash == before
    show_to(session, article, Visibility.MEMBERS, by=cast.femke, allowed=set())
    members = the_document(session, article).hash
    show_to(session, article, Visibility.ORGANISATIONS, by=cast.femke, allowed={cast.nipt.id})
    some = the_document(session, article).hash
    show_to(session, article, Visibility.ORGANISATIONS, by=cast.femke, allowed={cast.woldzicht.id})
    others = the_document(session, article).hash
    session.exec(select(Topic).where(Topic.slug == "cobots")).one().name_nl = "Samenwerkende robots"
    session.flush()
    renamed = the_document(session, article).hash
    assert len({before, members, some, others, renamed}) == 5


def test_reading_sources_takes_as_many_queries_for_one_piece_as_for_all(seeded: Database) -> None:
    asked: list[str] = []
    event.listen(seeded.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with seeded.reading() as session:
        pieces = session.exec(select(Piece.id)).all()
        counts = []
        for some in (pieces[:1], pieces):
            asked.clear()
            sources(session, some)
            counts.append(len(asked))
    assert counts[0] <= counts[1] == 7
