"""Words that a remark suggests: put in the draft when they fit there."""

import pytest
from sqlmodel import Session, update

from app.core.errors import Conflict
from app.people.models import Role
from content import needing
from content.models import Article, Draft
from content.remarks import apply_suggestion, remark
from content.reviewing import send_in
from content.reviews import Review
from content.writing import draft_of
from tests.cast import Cast, content
from tests.content.reviewing import AT_WOLDZICHT, case, placed


@pytest.fixture
def review(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Review:
    """A case that lies at Woldzicht."""
    monkeypatch.setattr(needing, "FEW_WORDS", 3)
    placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
    return send_in(session, case(session, cast), by=cast.femke)


@pytest.mark.parametrize(
    ("passage", "most"), [("omstellen", 110), ("verkeerde machine", 320)], ids=["title", "summary"]
)
def test_words_that_make_it_too_long_are_not_put_there(
    session: Session, cast: Cast, review: Review, passage: str, most: int
) -> None:
    made = remark(session, review, by=cast.femke, passage=passage, body="", suggestion="lang " * (most // 5))
    before = draft_of(session, session.get_one(Article, review.article_id)).content
    with pytest.raises(Conflict, match=r"too long|te lang"):
        apply_suggestion(session, review, made.id, by=cast.femke)
    assert draft_of(session, session.get_one(Article, review.article_id)).content == before
    assert made.applied_at is None


def test_what_is_suggested_is_washed_and_a_title_stays_on_one_line(
    session: Session, cast: Cast, review: Review
) -> None:
    made = remark(session, review, by=cast.femke, passage="omstellen", body="", suggestion="om\0bouwen\n\nvan  de lijn")
    assert made.suggestion == "ombouwen\n\nvan  de lijn"
    apply_suggestion(session, review, made.id, by=cast.femke)
    kept = draft_of(session, session.get_one(Article, review.article_id)).content
    assert kept.title == "Meet eerst hoe lang het ombouwen van de lijn duurt"


def test_what_was_saved_meanwhile_stays_when_words_are_put_in(session: Session, cast: Cast, review: Review) -> None:
    article = session.get_one(Article, review.article_id)
    made = remark(session, review, by=cast.femke, passage="omstellen", body="", suggestion="ombouwen")
    read_earlier = draft_of(session, article)
    saved = content("case_study", summary="Intussen bewaard.", organisations=AT_WOLDZICHT)
    session.exec(update(Draft).values(content=saved).execution_options(synchronize_session=False))
    apply_suggestion(session, review, made.id, by=cast.femke)
    kept = draft_of(session, article)
    assert kept is read_earlier
    assert (kept.content.title, kept.content.summary) == ("Meet eerst hoe lang het ombouwen duurt", "Intussen bewaard.")
