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
