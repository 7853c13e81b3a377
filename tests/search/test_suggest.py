"""What is offered to somebody who begins to type leads somewhere, and never to what they may not see."""

from collections.abc import Sequence

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.core.language import speaking
from app.core.working import work_off
from app.people.actor import Actor, someone_passing_by
from app.people.models import Admission, Organisation
from content.models import Article, Stage
from content.publishing import withdraw
from content.snapshot import Visibility
from content.subjects import Pilot, Topic
from search import engine as engine_room
from search.engine import EngineAway
from search.local import Place
from search.suggesting import Suggested, Suggestion, suggest
from tests.cast import Cast, draft, published
from tests.web.client import Client
from tests.web.test_api import count_queries

pytestmark = pytest.mark.engine

STEWARD = Actor(user_id=1, is_steward=True)


def offered(database: Database, text: str, by: Actor = someone_passing_by, language: str = "nl") -> list[Suggestion]:
    with database.reading() as session, speaking(language):
        return list(suggest(session, text, by, language).items)


def labels(suggestions: Sequence[Suggestion], kind: Suggested) -> list[str]:
    return [one.label for one in suggestions if one.kind is kind]


def test_nothing_typed_offers_nothing(examples: Database) -> None:
    for text in ("", "   ", "???", "\x00\u202e"):
        assert offered(examples, text) == []


def test_the_search_for_what_was_typed_is_always_offered_last(examples: Database) -> None:
    assert offered(examples, "  lasrobot  kl ")[-1] == Suggestion(Suggested.SEARCH, "lasrobot kl")
    assert offered(examples, "qzxv") == [Suggestion(Suggested.SEARCH, "qzxv")]
    assert len(offered(examples, "x" * 5000)[-1].label) == 100


def test_topics_pilots_and_organisations_are_offered_from_the_first_letters(examples: Database) -> None:
    topics = offered(examples, "robot")
    assert labels(topics, Suggested.TOPIC)[0] == "Robotisering"
    assert topics[0].slug == "robotisering"
    assert labels(offered(examples, "nul fou"), Suggested.PILOT)
    assert labels(offered(examples, "terp"), Suggested.ORGANISATION) == ["Terp Kunststoffen"]


def test_whatever_is_offered_exists(examples: Database) -> None:
    with examples.reading() as session:
        known = {
            Suggested.TOPIC: set(session.exec(select(Topic.slug_nl)).all()),
            Suggested.PILOT: set(session.exec(select(Pilot.slug)).all()),
            Suggested.ORGANISATION: set(session.exec(select(Organisation.slug)).all()),
            Suggested.PIECE: set(session.exec(select(Article.slug).where(Article.stage == Stage.PUBLISHED)).all()),
        }
    for letters in "abcdefghijklmnopqrstuvwxyz0123456789":
        for one in offered(examples, letters)[:-1]:
            assert one.kind is Suggested.TERM or one.slug in known[one.kind]


def test_every_title_is_offered_by_its_first_words_to_whom_may_see_it(examples: Database) -> None:
    with examples.reading() as session:
        public = select(Article).where(Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        articles = session.exec(public).all()
    missed = []
    for article in articles:
        begun = " ".join(article.title.split()[:3])
        if article.title not in labels(offered(examples, begun, language=article.language), Suggested.PIECE):
            missed.append(begun)
    assert not missed


def test_a_title_in_the_readers_language_is_offered_where_there_is_one(examples: Database) -> None:
    (dutch,) = [one for one in offered(examples, "digitale tweel") if one.kind is Suggested.PIECE]
    assert dutch.language == "nl"
    english = [one for one in offered(examples, "digital twin", language="en") if one.kind is Suggested.PIECE]
    assert english[0].language == "en"
    assert labels(offered(examples, "robot", language="en"), Suggested.TOPIC)[0] == "Robotics"


def test_words_of_the_glossary_are_offered_in_the_readers_language(examples: Database) -> None:
    # The word itself is a topic and stands there.
    assert labels(offered(examples, "voorsp"), Suggested.TOPIC) == ["Voorspellend onderhoud"]
    assert "storing voorspellen" in labels(offered(examples, "voorsp"), Suggested.TERM)
    assert labels(offered(examples, "welding rob", language="en"), Suggested.TERM)[0] == "welding robot"
    assert labels(offered(examples, "lasrob"), Suggested.TERM) == ["lasrobot"]


@pytest.mark.parametrize(
    ("typed", "kind", "label"),
    [
        ("robotisreing", Suggested.TOPIC, "Robotisering"),
        ("robtise", Suggested.TOPIC, "Robotisering"),
        ("voorspelend ond", Suggested.TOPIC, "Voorspellend onderhoud"),
        ("storing vorspel", Suggested.TERM, "storing voorspellen"),
        ("trep kunst", Suggested.ORGANISATION, "Terp Kunststoffen"),
    ],
)
def test_a_typing_error_is_forgiven(examples: Database, typed: str, kind: Suggested, label: str) -> None:
    assert label in labels(offered(examples, typed), kind)


def test_most_titles_are_offered_with_a_typing_error_in_their_longest_word(examples: Database) -> None:
    with examples.reading() as session:
        public = select(Article).where(Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        articles = session.exec(public).all()
    missed = []
    for article in articles:
        begun = article.title.split()[:4]
        longest = max(begun, key=len)
        wrong = longest[:3] + longest[4:]
        typed = " ".join(wrong if word == longest else word for word in begun)
        if article.title not in labels(offered(examples, typed, language=article.language), Suggested.PIECE):
            missed.append(typed)
    assert len(missed) <= 0.1 * len(articles), missed


def test_a_part_of_a_compound_offers_the_title_too(examples: Database) -> None:
    assert any("ascobot" in label for label in labels(offered(examples, "cobot"), Suggested.PIECE))


@pytest.mark.parametrize("is_away", [False, True])
def test_only_what_a_reader_may_see_is_offered_and_what_was_hidden_is_gone_at_once(
    database: Database, engine: Place, monkeypatch: pytest.MonkeyPatch, is_away: bool
) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        told = [
            (Visibility.EVERYONE, ()),
            (Visibility.MEMBERS, ()),
            (Visibility.ORGANISATIONS, (cast.nipt,)),
        ]
        for visibility, allowed in told:
            published(session, cast, title=f"Lijmproef voor {visibility}", visibility=visibility, allowed=allowed)
        draft(session, cast, title="Lijmproef als concept")
    work_off()
    if is_away:
        monkeypatch.setattr(engine_room, "multi_search", _away)

    def seen(name: str) -> set[str]:
        return {
            label.split()[-1] for label in labels(offered(database, "lijmpr", cast.everybody[name]), Suggested.PIECE)
        }

    everyone = {"nobody": {"everyone"}, "hinke": {"everyone"}, "sjoerd": {"everyone", "members"}}
    assert {name: seen(name) for name in everyone} == everyone
    assert seen("aafke") == seen("femke") == seen("noor") == {"everyone", "members", "organisations"}
    with database.writing() as session:
        for article in session.exec(select(Article).where(Article.stage == Stage.PUBLISHED)).all():
            withdraw(session, article, by=STEWARD, reason_nl="Onjuist.")
    assert seen("noor") == set()


def _away(_queries: object) -> None:
    raise EngineAway("gone for a moment")


def test_an_organisation_that_has_only_applied_is_not_offered(session: Session) -> None:
    Cast.in_(session)
    assert labels(suggest(session, "veenhart", STEWARD, "nl").items, Suggested.ORGANISATION) == []
    admitted = session.exec(select(Organisation).where(Organisation.admission == Admission.ADMITTED)).first()
    assert admitted is not None
    assert labels(suggest(session, admitted.name[:6], STEWARD, "nl").items, Suggested.ORGANISATION)


def test_suggestions_are_one_round_trip(examples: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[int] = []
    ask = engine_room.multi_search
    monkeypatch.setattr(engine_room, "multi_search", lambda queries: trips.append(len(queries)) or ask(queries))
    offered(examples, "cobot")
    assert len(trips) == 1


def test_a_typing_error_shows_no_word_of_a_hidden_piece(database: Database, engine: Place) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        published(session, cast, title="Kwelderstaal harden", visibility=Visibility.MEMBERS)
        published(session, cast, title="Iets anders")
    work_off()
    assert labels(offered(database, "kwelderstal"), Suggested.PIECE) == []
    assert labels(offered(database, "kwelderst"), Suggested.PIECE) == []
    assert labels(offered(database, "kwelderst", cast.sjoerd), Suggested.PIECE) == ["Kwelderstaal harden"]


@pytest.mark.parametrize("path", ["/api/v1/suggest?q=las", "/zoeken/suggesties?q=las"])
def test_the_same_letters_are_kept_until_something_changes(database: Database, engine: Place, path: str) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        published(session, cast, title="Lassen met een cobot")
    work_off()
    with Client() as client:
        assert " met een cobot" in client.get(path).text
        assert count_queries(database, lambda: client.get(path)) == 0
        with database.writing() as session:
            article = session.exec(select(Article)).one()
            withdraw(session, article, by=STEWARD, reason_nl="Onjuist.")
        assert " met een cobot" not in client.get(path).text
