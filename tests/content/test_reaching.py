"""Who may see a piece: chosen by its authors, never widened past what a company agreed to."""

import pytest
from sqlmodel import Session, col, select, update

from app.core.errors import Invalid, NotAllowed
from app.people.actor import Actor
from app.people.auditing import AuditEntry
from app.people.models import Admission, Membership, Role, User, UserState
from app.people.signing_in import actor_for
from content import needing
from content.attaching import allowed_to
from content.models import Article
from content.publishing import publish
from content.reaching import choose_reach
from content.review_steps import Act, ReviewState
from content.reviewing import decide, send_in
from content.reviews import Review
from content.snapshot import Visibility
from content.translating import begin_translation
from content.writing import revise, save_draft
from tests.cast import Cast, content, draft, published
from tests.content.reviewing import case, placed


def _owner(session: Session, cast: Cast) -> Actor:
    """Somebody who decides for the Kennislab, which is asked whether anything is confidential."""
    user = User(handle="tjitske", name="Tjitske", mail="tjitske@proeftuin.example")
    session.add(user)
    session.flush()
    session.add(Membership(user_id=user.id, organisation_id=cast.kennislab.id, role=Role.OWNER))
    session.flush()
    return actor_for(session, user)


def test_a_draft_is_for_whomever_its_author_chooses(session: Session, cast: Cast) -> None:
    article = draft(session, cast, visibility=Visibility.MEMBERS)
    choose_reach(session, article, Visibility.EVERYONE, by=cast.femke)
    assert article.visibility == Visibility.EVERYONE
    choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["woldzicht-verspaning"])
    assert allowed_to(session, article) == [cast.woldzicht.id]
    choose_reach(session, article, Visibility.MEMBERS, by=cast.femke, named=["woldzicht-verspaning"])
    assert allowed_to(session, article) == []
    assert len(session.exec(select(AuditEntry).where(AuditEntry.action == "show_piece_to")).all()) == 3


def test_what_a_company_agreed_to_for_members_its_author_does_not_show_to_everyone(
    session: Session, cast: Cast
) -> None:
    owner = _owner(session, cast)
    article = published(session, cast, visibility=Visibility.MEMBERS)
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.EVERYONE, by=cast.femke)
    choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["woldzicht-verspaning"])
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["woldzicht-verspaning", "nipt"])
    choose_reach(session, article, Visibility.MEMBERS, by=owner)
    choose_reach(session, article, Visibility.EVERYONE, by=cast.noor)
    assert article.visibility == Visibility.EVERYONE


def test_a_translation_that_nobody_agreed_to_yet_does_not_show_the_original_to_everyone(
    session: Session, cast: Cast
) -> None:
    _owner(session, cast)
    article = published(session, cast, visibility=Visibility.MEMBERS)
    english = begin_translation(session, article, by=cast.femke)
    assert english.live_revision_id is None
    with pytest.raises(NotAllowed):
        choose_reach(session, english, Visibility.EVERYONE, by=cast.femke)
    assert article.visibility == Visibility.MEMBERS


def agreed(session: Session, cast: Cast) -> Review:
    """A case for members that Woldzicht agreed to; it lies at the knowledge centre."""
    hidde = placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
    review = send_in(session, case(session, cast, visibility=Visibility.MEMBERS), by=cast.femke)
    return decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)


def test_a_text_that_lies_at_the_centre_is_not_widened_by_writing_the_company_off_it(
    session: Session, cast: Cast
) -> None:
    review = agreed(session, cast)
    article = session.get_one(Article, review.article_id)
    # In the draft the company is gone; what may appear is the text that it agreed to.
    _owner(session, cast)
    save_draft(session, article, content("case_study", organisations=()), by=cast.femke)
    cast.kennislab.asks_company = False
    session.add(cast.kennislab)
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.EVERYONE, by=cast.femke)
    choose_reach(session, article, Visibility.EVERYONE, by=cast.noor)


def test_who_is_shown_more_than_the_company_agreed_to_asks_it_again(session: Session, cast: Cast) -> None:
    review = agreed(session, cast)
    article = session.get_one(Article, review.article_id)
    decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=cast.noor, message="Voor iedereen?")
    choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke)
    assert review.agreed_revision_id == review.revision_id
    choose_reach(session, article, Visibility.EVERYONE, by=cast.femke)
    assert send_in(session, article, by=cast.femke).state == ReviewState.AT_COMPANY


@pytest.fixture(autouse=True)
def a_short_story_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast writes a sentence or two."""
    monkeypatch.setattr(needing, "FEW_WORDS", 3)


def test_an_organisation_that_does_not_take_part_is_not_named(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    with pytest.raises(Invalid):
        choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["veenhart-plaatwerk"])
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.MEMBERS, by=cast.aafke)


def for_members(session: Session, cast: Cast) -> Article:
    """A published case for members that happened at Woldzicht, of which Hidde is the one owner."""
    placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
    article = case(session, cast, visibility=Visibility.MEMBERS)
    return publish(session, article, by=cast.femke)


def test_an_older_version_stays_with_those_that_its_company_agreed_to(session: Session, cast: Cast) -> None:
    article = for_members(session, cast)
    save_draft(session, article, content("case_study", title="Zonder namen", organisations=()), by=cast.femke)
    revise(session, article, by=cast.femke)
    publish(session, article, by=cast.femke)
    assert article.live_number == 2
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.EVERYONE, by=cast.femke)
    choose_reach(session, article, Visibility.EVERYONE, by=placed(session, cast.femke, cast.woldzicht, Role.OWNER))
    assert article.visibility == Visibility.EVERYONE


@pytest.mark.parametrize("is_organisation", [True, False], ids=["the company", "its only owner"])
def test_who_is_suspended_agreed_to_no_more_than_before(session: Session, cast: Cast, is_organisation: bool) -> None:
    article = for_members(session, cast)
    if is_organisation:
        cast.woldzicht.admission = Admission.SUSPENDED
        session.add(cast.woldzicht)
    else:
        owner = session.get_one(User, cast.sjoerd.user_id)
        owner.state = UserState.SUSPENDED
        session.add(owner)
    session.flush()
    for somebody in (cast.femke, _owner(session, cast)):
        with pytest.raises(NotAllowed):
            choose_reach(
                session, article, Visibility.EVERYONE, by=placed(session, somebody, cast.kennislab, Role.OWNER)
            )
    choose_reach(session, article, Visibility.EVERYONE, by=cast.noor)


def test_what_somebody_narrowed_meanwhile_is_not_widened_unseen(session: Session, cast: Cast) -> None:
    placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
    article = publish(session, case(session, cast), by=cast.femke)
    assert article.visibility == Visibility.EVERYONE
    narrowed = update(Article).where(col(Article.id) == article.id).values(visibility=Visibility.ORGANISATIONS)
    session.exec(narrowed.execution_options(synchronize_session=False))
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.MEMBERS, by=cast.femke)
