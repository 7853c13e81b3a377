import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.database import Database
from app.core.language import speaking
from content.naming import Word, meant, words
from content.subjects import Topic


def known(database: Database, language: str = "nl") -> list[Word]:
    with speaking(language), database.reading() as session:
        found = words(session)
        session.expunge_all()
    return found


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ("Cobots", "cobots"),
        ("cobots ", "cobots"),
        ("lasrobot", "robot-welding"),
        ("LASROBOT", "robot-welding"),
        ("welding robot", "robot-welding"),
        ("3D printen", "additive-manufacturing"),
        ("MES", "mes"),
        ("AGV's", "mobile-robots"),
        ("robot lassen", "robot-welding"),
        ("duurzaamheid", "business-and-sustainability"),
    ],
)
def test_a_word_leads_to_the_topic_that_it_means(database: Database, said: str, slug: str) -> None:
    assert [topic.slug for topic in meant(known(database), said)] == [slug]


def test_a_word_for_a_topic_and_its_group_means_the_topic(database: Database) -> None:
    assert [topic.slug for topic in meant(known(database), "simulatie")] == ["simulation"]


def test_the_beginning_of_several_names_offers_them_all(database: Database) -> None:
    assert {"digital-factory", "digital-twin", "digital-work-instructions"} <= {
        topic.slug for topic in meant(known(database), "digit")
    }


def test_no_more_are_offered_than_fit(database: Database) -> None:
    assert len(meant(known(database), "m", most=3)) == 3


@pytest.mark.parametrize("said", ["", "   ", "qwxzvrt", "%", "_"])
def test_what_is_no_topic_means_none(database: Database, said: str) -> None:
    assert meant(known(database), said) == []


def test_words_are_offered_in_the_readers_language_and_spelled_right(database: Database) -> None:
    dutch = {word.text for word in known(database) if word.is_offered}
    english = {word.text for word in known(database, "en") if word.is_offered}
    assert {"Robotlassen", "lasrobot", "AGV"} <= dutch
    assert {"Robotic welding", "welding robot", "AGV"} <= english
    assert not {"Robotic welding", "welding robot", "Schweißroboter", "lasrobbot"} & dutch
    assert not {"lasrobot", "lasrobbot"} & english


def test_an_abbreviation_that_means_too_much_else_leads_nowhere(database: Database) -> None:
    assert "AM" not in {word.text for word in known(database)}


@given(st.text(max_size=200))
def test_whatever_is_typed_is_no_trouble(said: str) -> None:
    topic = Topic(id=1, slug="cobots", slug_nl="cobots", name_nl="Cobots", name_en="Cobots")
    assert meant([Word("Cobots", "cobots", topic)], said) in ([], [topic])
