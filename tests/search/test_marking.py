"""What was marked is remembered, and never shows what a piece said before."""

import pytest
from sqlmodel import Session

from app.people.actor import someone_passing_by
from content.models import Article
from content.publishing import publish
from content.writing import revise, save_draft
from search import marking, words
from search.finding import plan_for
from search.marking import Marked, Marking
from search.query import Query
from search.visible import visible
from tests.cast import Cast, content, published

pytestmark = pytest.mark.whole


def marked(session: Session, article: Article, question: str) -> Marked:
    lexicon = words.lexicon(session)
    asked = plan_for(session, Query(q=question), someone_passing_by, "nl", lexicon)
    assert asked is not None
    (seen,) = visible(session, [article.piece_id], someone_passing_by, "nl")
    return Marking(asked, lexicon).marked(session, [seen], someone_passing_by)[0][article.id]


def test_a_text_is_looked_through_once(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    article = published(session, cast, title="Over kwelderklei", body="De kwelderklei droogt.")
    first = marked(session, article, "kwelderklei")
    assert first.title == "Over <mark>kwelderklei</mark>"
    monkeypatch.setattr(marking, "Marks", lambda *_told: pytest.fail("looked through again"))
    assert marked(session, article, "kwelderklei") is first


def test_the_summary_is_marked_or_else_the_passage_that_holds_most_of_what_was_asked(
    session: Session, cast: Cast
) -> None:
    article = published(
        session,
        cast,
        "case_study",
        title="Over grond",
        summary="Een nieuwe oven.",
        body="De kwelderklei droogt langzaam, zegt de baas, en dan wordt de wierdeklei gebakken in de oven.",
        told={
            "challenge": "Kwelderklei scheurde in de oven, en de zoutkorst en de wierdeklei bleven plakken.",
            "pitfalls": ("De zoutkorst hecht zich aan elke steen die te snel droogt in de wind.",),
        },
    )
    assert marked(session, article, "oven").snippet == "Een nieuwe <mark>oven</mark>."
    assert marked(session, article, "kwelderklei").snippet.startswith("De <mark>kwelderklei</mark> droogt")
    assert marked(session, article, "zoutkorst kwelderklei").snippet.startswith("<mark>Kwelderklei</mark> scheurde")
    assert marked(session, article, "zoutkorst steen").snippet.startswith("De <mark>zoutkorst</mark> hecht")
    assert marked(session, article, "grond").snippet == "Een nieuwe oven."


def test_the_takeaway_of_a_lesson_is_marked_and_so_is_what_only_another_field_holds(
    session: Session, cast: Cast
) -> None:
    told = {"takeaway": "Meet de kwelderklei.", "applies_when": "Bij zoutkorst"}
    article = published(session, cast, title="Eerst meten", told=told)
    assert marked(session, article, "kwelderklei").snippet == "Meet de <mark>kwelderklei</mark>."
    assert marked(session, article, "zoutkorst").snippet.endswith(" … Bij <mark>zoutkorst</mark>")


def test_a_long_text_is_looked_through_to_its_end_as_far_as_there_is_time(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    filling = "Het werk ging door en niemand keek ervan op. " * 2_000
    article = published(session, cast, title="Over grond", body=f"{filling} De kwelderklei droogt.")
    assert "<mark>kwelderklei</mark> droogt." in marked(session, article, "kwelderklei").snippet
    monkeypatch.setattr(marking, "MOST_READ_FURTHER", 40_000)
    assert "<mark>" not in marked(session, article, "de kwelderklei").snippet


def test_a_new_version_and_another_question_are_marked_anew(session: Session, cast: Cast) -> None:
    article = published(session, cast, title="Over kwelderklei", body="De kwelderklei droogt.")
    marked(session, article, "kwelderklei")
    assert marked(session, article, "over klei").title != marked(session, article, "kwelderklei").title
    save_draft(session, article, content(title="Nu over wierdeklei"), by=cast.femke)
    revise(session, article, by=cast.femke)
    publish(session, article, by=cast.femke)
    assert marked(session, article, "kwelderklei").title == "Nu over wierdeklei"


def test_no_more_is_remembered_than_there_is_room_for(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "MOST_REMEMBERED", 2)
    article = published(session, cast)
    for question in ("lassen", "frezen", "draaien"):
        marked(session, article, question)
    assert len(marking._remembered[words.lexicon(session)]) == 2
