"""Sending in, deciding, coming back, appearing: and nobody says yes to what they have not read."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, col, select

from app.core import composing
from app.core.clock import now, today
from app.core.database import Database
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.jobs import Job
from app.core.language import speaking
from app.core.mail import PostedLetter
from app.core.working import work_off
from app.feeds.noticing import inbox, unread
from app.feeds.own_data import followed_by as followed_things
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Role, User
from app.people.signing_in import actor_for
from app.people.suspending import suspend_organisation, suspend_person
from content import needing
from content.appearing import publish_due
from content.drafting import restore, save
from content.events import ReviewMoved
from content.models import Article, Revision, Stage
from content.publishing import withdraw
from content.reading import at_address
from content.retiring import bring_back
from content.review_access import decides, followed_by, follows
from content.review_letters import readers_of, remind_of_returned, remind_of_reviews, tell_of_step
from content.review_moves import last_step
from content.review_queue import queue
from content.review_record import open_review
from content.review_steps import Act, ReviewState
from content.reviewing import CHECKS, assign, decide, publish_directly, send_in, take_back
from content.reviews import Review, ReviewStep
from content.timing import limit
from content.writing import draft_of, save_draft
from tests.cast import FAR_AWAY, Cast, content
from tests.content.reviewing import AT_WOLDZICHT, case, placed

pytestmark = pytest.mark.whole

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def a_short_story_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast writes a sentence or two."""
    monkeypatch.setattr(needing, "FEW_WORDS", 3)


@pytest.fixture
def hidde(session: Session, cast: Cast):
    """Sjoerd, who decides for Woldzicht here."""
    return placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)


def rewrite(session: Session, cast: Cast, article: Article, title: str) -> None:
    save_draft(session, article, content("case_study", title=title, organisations=AT_WOLDZICHT), by=cast.femke)


def write(session: Session, article: Article, title: str, *, by: Actor) -> None:
    """Somebody who sees the text as it is gives it another title."""
    draft = draft_of(session, article)
    content = draft.content.model_copy(update={"title": title})
    save(session, article, content, by=by, seen_version=draft.version)


def test_a_case_passes_the_company_and_then_the_centre(session: Session, cast: Cast, hidde) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke, message="Klaar.")
    assert (review.state, review.company_id, article.stage) == (
        ReviewState.AT_COMPANY,
        cast.woldzicht.id,
        Stage.AT_COMPANY,
    )
    assert review.due_at is not None
    with pytest.raises(NotAllowed):
        decide(session, review, Act.AGREE, revision_id=review.revision_id, by=cast.noor)
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    assert (review.state, article.stage) == (ReviewState.AT_CENTRE, Stage.AT_CENTRE)
    with pytest.raises(NotFound):
        at_address(session, article.slug, cast.noor)
    with pytest.raises(Invalid) as unread:
        decide(session, review, Act.PLACE, revision_id=review.revision_id, by=cast.noor, checked=CHECKS[:2])
    assert unread.value.field == "checked"
    decide(session, review, Act.PLACE, revision_id=review.revision_id, by=cast.noor, checked=CHECKS)
    assert (review.state, article.stage) == (ReviewState.PUBLISHED, Stage.PUBLISHED)
    assert review.ended_at is not None
    assert at_address(session, article.slug, cast.nobody).live_revision_id == review.revision_id
    steps = session.exec(select(ReviewStep.act).order_by(col(ReviewStep.id))).all()
    assert list(steps) == [Act.SEND_IN, Act.AGREE, Act.PLACE]


def test_a_press_for_an_older_text_decides_nothing_about_the_newer_one(session: Session, cast: Cast, hidde) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    old = review.revision_id
    rewrite(session, cast, article, "Een andere tekst")
    send_in(session, article, by=cast.femke)
    for act in (Act.AGREE, Act.SEND_BACK, Act.REFUSE):
        with pytest.raises(Conflict):
            decide(session, review, act, revision_id=old, by=hidde, message="Nee.")
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    rewrite(session, cast, article, "Nog een andere tekst")
    send_in(session, article, by=cast.femke)
    assert review.state == ReviewState.AT_COMPANY, "another text is asked about anew"


def test_a_second_click_is_the_same_decision_and_never_the_next_one(session: Session, cast: Cast) -> None:
    noor = placed(session, cast.noor, cast.woldzicht, Role.OWNER)
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    for _click in range(3):
        decide(session, review, Act.AGREE, revision_id=review.revision_id, by=noor)
    assert review.state == ReviewState.AT_CENTRE
    for _click in range(2):
        decide(session, review, Act.PLACE, revision_id=review.revision_id, by=noor, checked=CHECKS)
    assert article.live_number == 1
    assert len(session.exec(select(ReviewStep)).all()) == 3


def test_the_second_of_two_who_decide_is_told_so(session: Session, cast: Cast, hidde) -> None:
    review = send_in(session, case(session, cast), by=cast.femke)
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    with pytest.raises(NotAllowed):
        decide(session, review, Act.REFUSE, revision_id=review.revision_id, by=hidde, message="Toch niet.")
    decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=cast.noor, message="Nog niet.")
    other = placed(session, cast.okke, cast.kennislab, Role.EDITOR)
    with pytest.raises(Conflict):
        decide(session, review, Act.PLACE, revision_id=review.revision_id, by=other, checked=CHECKS)


def test_sending_in_twice_is_sending_in_once(session: Session, cast: Cast, hidde) -> None:
    article = case(session, cast)
    first = send_in(session, article, by=cast.femke)
    assert send_in(session, article, by=cast.femke) is first
    assert len(session.exec(select(ReviewStep)).all()) == 1


def test_what_is_written_while_a_text_is_read_is_kept_and_changes_nothing_of_it(
    session: Session, cast: Cast, hidde
) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    sent = session.get_one(Revision, review.revision_id)
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        write(session, article, "Een uur werk", by=cast.femke)
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        write(session, article, "Van een ander", by=cast.noor)
        kept = session.exec(select(Revision).where(Revision.article_id == article.id)).all()
        assert {each.content.title for each in kept} == {sent.content.title, "Een uur werk"}
        assert next(each.saved_by_id for each in kept if each.id != sent.id) == cast.femke.user_id
        # The desks read what was sent in, and that is what appears.
        assert (review.revision_id, article.stage) == (sent.id, Stage.AT_COMPANY)
        decide(session, review, Act.AGREE, revision_id=sent.id, by=hidde)
        decide(session, review, Act.SCHEDULE, revision_id=sent.id, by=cast.noor, checked=CHECKS, at=now() + HOUR)
        write(session, article, "Nog later", by=cast.femke)
    with time_machine.travel(now() + timedelta(hours=4), tick=False):
        assert publish_due(session) == 1
        assert at_address(session, article.slug, cast.nobody).title == sent.content.title


def test_the_same_text_is_sent_in_once_also_after_something_else_was_tried(session: Session, cast: Cast) -> None:
    article = case(session, cast)
    first = send_in(session, article, by=cast.femke)
    lying = first.revision_id
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        write(session, article, "Een probeersel", by=cast.femke)
        restore(session, article, 1, by=cast.femke, seen_version=draft_of(session, article).version)
        assert article.newest_revision > 1
        assert send_in(session, article, by=cast.femke).revision_id == lying
    assert len(session.exec(select(ReviewStep)).all()) == 1


def test_sending_back_needs_a_reason_and_makes_it_the_authors_turn(session: Session, cast: Cast, hidde) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    with pytest.raises(Invalid):
        decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=hidde)
    decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=hidde, message="Noem geen klanten.")
    assert (review.state, review.due_at, article.stage) == (ReviewState.WITH_AUTHOR, None, Stage.DRAFT)
    send_in(session, article, by=cast.femke)
    assert review.state == ReviewState.AT_COMPANY


def test_what_the_company_agreed_to_and_did_not_change_goes_on_to_the_centre(
    session: Session, cast: Cast, hidde
) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=cast.noor, message="Klopt dit getal?")
    send_in(session, article, by=cast.femke, message="Ja.")
    assert review.state == ReviewState.AT_CENTRE


def test_each_desk_can_be_passed_over(session: Session, cast: Cast, hidde) -> None:
    cast.woldzicht.asks_company = False
    article = case(session, cast)
    assert send_in(session, article, by=cast.femke).state == ReviewState.AT_CENTRE
    cast.kennislab.asks_centre = False
    other = case(session, cast)
    assert send_in(session, other, by=cast.femke).state == ReviewState.PUBLISHED
    later = case(session, cast)
    review = send_in(session, later, by=cast.femke, wanted_at=FAR_AWAY)
    assert (review.state, later.stage, later.publish_at) == (ReviewState.SCHEDULED, Stage.SCHEDULED, FAR_AWAY)
    cast.woldzicht.asks_company = True
    third = case(session, cast)
    review = send_in(session, third, by=cast.femke)
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    assert third.stage == Stage.PUBLISHED


def test_where_nobody_at_the_company_can_answer_the_centre_does(session: Session, cast: Cast) -> None:
    review = send_in(session, case(session, cast), by=cast.femke)
    assert (review.company_id, review.state) == (None, ReviewState.AT_CENTRE)


def test_a_new_version_goes_the_same_way_while_the_old_one_stays_up(session: Session, cast: Cast, hidde) -> None:
    article = publish_directly(session, case(session, cast), by=cast.noor)
    with pytest.raises(Conflict):
        send_in(session, article, by=cast.femke)
    rewrite(session, cast, article, "Met de cijfers van een jaar")
    review = send_in(session, article, by=cast.femke)
    assert (review.state, article.stage) == (ReviewState.AT_COMPANY, Stage.PUBLISHED)
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    at = now() + timedelta(hours=1)
    decide(session, review, Act.SCHEDULE, revision_id=review.revision_id, by=cast.noor, at=at, checked=CHECKS)
    assert at_address(session, article.slug, cast.nobody).live_number == 1
    rewrite(session, cast, article, "Wat niemand gelezen heeft")
    with time_machine.travel(at, tick=False):
        assert publish_due(session) == 1
    assert (article.live_number, article.title) == (2, "Met de cijfers van een jaar")
    assert (review.state, open_review(session, article)) == (ReviewState.PUBLISHED, None)


def test_an_embargo_outlasts_the_press_to_place(session: Session, cast: Cast) -> None:
    article = case(session, cast)
    article.embargo_until = FAR_AWAY
    review = send_in(session, article, by=cast.femke)
    decide(session, review, Act.PLACE, revision_id=review.revision_id, by=cast.noor, checked=CHECKS)
    assert (review.state, article.publish_at) == (ReviewState.SCHEDULED, FAR_AWAY)


def test_an_author_takes_back_what_was_sent_in_until_it_has_appeared(session: Session, cast: Cast) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    decide(session, review, Act.SCHEDULE, revision_id=review.revision_id, by=cast.noor, at=FAR_AWAY, checked=CHECKS)
    with pytest.raises(NotAllowed):
        take_back(session, review, by=cast.sjoerd)
    take_back(session, review, by=cast.femke)
    take_back(session, review, by=cast.femke)
    assert (review.state, article.stage, article.publish_at) == (ReviewState.TAKEN_BACK, Stage.DRAFT, None)
    with time_machine.travel(FAR_AWAY, tick=False):
        assert publish_due(session) == 0


def test_withdrawing_takes_along_what_is_on_its_way(session: Session, cast: Cast) -> None:
    article = publish_directly(session, case(session, cast), by=cast.noor)
    rewrite(session, cast, article, "Met de cijfers van een jaar")
    review = send_in(session, article, by=cast.femke)
    decide(session, review, Act.SCHEDULE, revision_id=review.revision_id, by=cast.noor, at=FAR_AWAY, checked=CHECKS)
    withdraw(session, article, by=cast.noor, reason_nl="Klopt niet.")
    assert review.ended_at is not None
    with time_machine.travel(FAR_AWAY, tick=False):
        assert publish_due(session) == 0
    assert article.stage == Stage.WITHDRAWN


def test_what_waits_goes_on_waiting_when_a_piece_is_shown_again(session: Session, cast: Cast) -> None:
    article = publish_directly(session, case(session, cast), by=cast.noor)
    withdraw(session, article, by=cast.noor, reason_nl="Klopt niet.")
    rewrite(session, cast, article, "Met de cijfers van een jaar")
    review = send_in(session, article, by=cast.femke)
    decide(session, review, Act.SCHEDULE, revision_id=review.revision_id, by=cast.noor, at=FAR_AWAY, checked=CHECKS)
    bring_back(session, article, by=cast.noor)
    assert article.title != "Met de cijfers van een jaar"
    with time_machine.travel(FAR_AWAY, tick=False):
        assert publish_due(session) == 1
    assert (article.title, review.state) == ("Met de cijfers van een jaar", ReviewState.PUBLISHED)


def test_nobody_is_asked_any_more_about_a_text_whose_piece_was_withdrawn(session: Session, cast: Cast) -> None:
    article = publish_directly(session, case(session, cast), by=cast.noor)
    rewrite(session, cast, article, "Met de cijfers van een jaar")
    review = send_in(session, article, by=cast.femke)
    withdraw(session, article, by=cast.noor, reason_nl="Klopt niet.")
    assert last_step(session, review).to == ReviewState.TAKEN_BACK
    assert "ReviewMoved" in session.exec(select(Job.event).where(Job.reaction.endswith("notice_step"))).all()


def test_the_desks_passed_over_bring_nothing_back_that_the_centre_took_away(session: Session, cast: Cast) -> None:
    article = publish_directly(session, case(session, cast), by=cast.noor)
    withdraw(session, article, by=cast.noor, reason_nl="Klopt niet.")
    owner = session.get_one(Organisation, article.owner_id)
    owner.asks_centre = owner.asks_company = False
    session.add(owner)
    rewrite(session, cast, article, "Toch weer hier")
    for moment in (None, FAR_AWAY):
        with pytest.raises(Conflict), session.begin_nested():
            send_in(session, article, by=cast.femke, wanted_at=moment)
        with pytest.raises(Conflict), session.begin_nested():
            publish_directly(session, article, by=cast.femke, at=moment)
    assert article.stage == Stage.WITHDRAWN


def test_the_centre_answers_for_a_company_that_takes_part_no_longer(session: Session, cast: Cast, hidde) -> None:
    review = send_in(session, case(session, cast), by=cast.femke)
    suspend_organisation(session, session.get_one(Organisation, cast.woldzicht.id), by=cast.noor)
    article = session.get_one(Article, review.article_id)
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        assert remind_of_reviews(session) == 1
        assert decides(cast.noor, review, article)
        decide(session, review, Act.AGREE, revision_id=review.revision_id, by=cast.noor)
    assert review.state == ReviewState.AT_CENTRE


@pytest.mark.parametrize("who", ["organisation", "person"])
def test_the_centre_is_asked_at_once_when_nobody_at_the_company_can_answer_any_more(
    database: Database, who: str
) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        hidde = placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
        review = send_in(session, case(session, cast), by=cast.femke)
    work_off()
    with database.writing() as session:
        assert letters(session) == [("review_waits", "sjoerd")]
        if who == "organisation":
            suspend_organisation(session, session.get_one(Organisation, cast.woldzicht.id), by=cast.noor)
        else:
            suspend_person(session, session.get_one(User, hidde.user_id), by=cast.noor)
    work_off()
    work_off()
    with database.writing() as session:
        assert letters(session)[1:] == [("review_waits", "noor")]
        assert [each.is_mine for each in queue(session, cast.noor)] == [True]
        assert [each.name for each in inbox(session, cast.noor)] == ["review_asked"]
        sjoerd = actor_for(session, session.get_one(User, hidde.user_id))
        assert (queue(session, sjoerd), list(inbox(session, sjoerd))) == ([], [])
        decide(session, review, Act.AGREE, revision_id=review.revision_id, by=cast.noor)


def test_what_one_owner_of_several_cannot_answer_the_others_can(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
        placed(session, cast.femke, cast.woldzicht, Role.OWNER)
        review = send_in(session, case(session, cast), by=cast.femke)
        suspend_person(session, session.get_one(User, cast.sjoerd.user_id), by=cast.noor)
    work_off()
    with database.reading() as session:
        assert session.get_one(Review, review.id).company_id == cast.woldzicht.id


def test_the_title_of_a_draft_leaves_the_inbox_with_the_place_by_which_it_was_seen(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        sjoerd = placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
        review = send_in(session, case(session, cast, title="De proef met de geheime mal"), by=cast.femke)
    work_off()
    with database.writing() as session:
        assert [each.told["title"] for each in inbox(session, sjoerd)] == ["De proef met de geheime mal"]
        assert "geheime mal" in str(followed_things(session, session.get_one(User, sjoerd.user_id)))
        # Its visibility is that of what readers will see; nobody sees the draft by that.
        assert session.get_one(Article, review.article_id).visibility == "everyone"
        sjoerd = placed(session, sjoerd, cast.woldzicht, Role.READER)
        assert (list(inbox(session, sjoerd)), unread(session, sjoerd)) == ([], 0)
        assert "geheime mal" not in str(followed_things(session, session.get_one(User, sjoerd.user_id)))
        sjoerd = placed(session, sjoerd, cast.woldzicht, Role.OWNER)
        decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=sjoerd, message="Te veel.")
    work_off()
    with database.writing() as session:
        assert [each.name for each in inbox(session, cast.femke)] == ["sent_back"]
        place = session.exec(select(Membership).where(Membership.user_id == cast.femke.user_id)).one()
        place.ended_at = now()
        session.add(place)
        session.flush()
        assert list(inbox(session, actor_for(session, session.get_one(User, cast.femke.user_id)))) == []


def test_who_wrote_a_new_version_hears_that_it_ended_with_its_piece(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = publish_directly(session, case(session, cast), by=cast.noor)
        rewrite(session, cast, article, "Met de cijfers van een jaar")
        send_in(session, article, by=cast.femke)
    work_off()
    with database.writing() as session:
        before = len(letters(session))
        withdraw(session, session.get_one(Article, article.id), by=cast.noor, reason_nl="De cijfers kloppen niet.")
    work_off()
    with database.reading() as session:
        assert letters(session)[before:] == [("review_decided", "femke")]
        step = session.exec(select(ReviewStep).order_by(col(ReviewStep.id).desc())).first()
        assert step is not None
        assert (step.to, step.message) == (ReviewState.TAKEN_BACK, "De cijfers kloppen niet.")
        assert {"taken_back", "withdrawn"} <= {each.name for each in inbox(session, cast.femke)}


def test_why_a_piece_was_withdrawn_is_told_in_the_language_of_who_reads_it(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = publish_directly(session, case(session, cast), by=cast.noor)
        rewrite(session, cast, article, "Met de cijfers van een jaar")
        send_in(session, article, by=cast.femke)
    work_off()
    for language, why in (("en", "The figures are wrong."), ("nl", "De cijfers kloppen niet.")):
        with database.writing() as session:
            reader = session.get_one(User, cast.femke.user_id)
            reader.language = language
            session.add(reader)
            again = session.get_one(Article, article.id)
            if again.stage != Stage.WITHDRAWN:
                both = {"reason_nl": "De cijfers kloppen niet.", "reason_en": "The figures are wrong."}
                withdraw(session, again, by=cast.noor, **both)
            step = session.exec(select(ReviewStep).order_by(col(ReviewStep.id).desc()).limit(1)).one()
            step.told_at = None
            session.add(step)
            step_id = step.id
        tell_of_step(ReviewMoved(step_id=step_id))
        with database.reading() as session:
            told = session.exec(select(PostedLetter).order_by(col(PostedLetter.id).desc())).first()
            assert told is not None
            assert (told.name, told.language, told.told["message"]) == ("review_decided", language, why)


def test_nobody_hears_of_what_they_took_back_themselves(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        review = send_in(session, case(session, cast), by=cast.femke)
        take_back(session, review, by=cast.femke)
    work_off()
    with database.reading() as session:
        assert [name for name, to in letters(session) if to == "femke"] == []
        assert list(inbox(session, cast.femke)) == []


def test_what_waits_for_a_colleague_who_may_not_do_it_any_more_waits_for_the_others(
    session: Session, cast: Cast, hidde
) -> None:
    review = send_in(session, case(session, cast), by=cast.femke)
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    second = User(handle="wytze", name="Wytze", mail="wytze@proeftuin.example", is_steward=True)
    session.add(second)
    session.flush()
    assign(session, review, second, by=cast.noor)
    assert [each.is_mine for each in queue(session, cast.noor)] == [False]
    second.is_steward = False
    session.add(second)
    session.flush()
    assert [each.is_mine for each in queue(session, cast.noor)] == [True]

    decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=cast.noor, message="Anders.")
    colleague = placed(session, Actor(user_id=second.id), cast.kennislab, Role.EDITOR)
    assert [each.is_mine for each in queue(session, colleague)] == [False]
    place = session.exec(select(Membership).where(Membership.user_id == cast.femke.user_id)).one()
    place.role = Role.READER
    session.add(place)
    session.flush()
    assert [each.is_mine for each in queue(session, colleague)] == [True]
    assert queue(session, actor_for(session, session.get_one(User, cast.femke.user_id))) == []


def test_nothing_appears_after_the_last_day_that_its_writers_chose(session: Session, cast: Cast, hidde) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    limit(session, article, embargo_until=None, last_day=today() + timedelta(days=5), by=cast.femke)
    told = {"revision_id": review.revision_id, "by": cast.noor, "checked": CHECKS}
    with pytest.raises(Invalid) as late, session.begin_nested():
        decide(session, review, Act.SCHEDULE, at=now() + timedelta(days=9), **told)
    assert late.value.field == "last_day"
    with time_machine.travel(now() + timedelta(days=9), tick=False), pytest.raises(Invalid), session.begin_nested():
        decide(session, review, Act.PLACE, **told)
    decide(session, review, Act.PLACE, **told)
    assert (article.stage, article.last_day) == (Stage.PUBLISHED, today() + timedelta(days=5))


def test_who_was_chosen_and_may_not_read_any_more_is_not_written_to(session: Session, cast: Cast, hidde) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    chosen = session.get_one(User, cast.noor.user_id)
    assign(session, review, chosen, by=cast.noor)
    assert list(readers_of(session, review, article)) == [chosen]
    chosen.is_steward = False
    session.add(chosen)
    session.flush()
    assert chosen not in readers_of(session, review, article)


def test_only_stewards_publish_past_the_desks(session: Session, cast: Cast) -> None:
    article = case(session, cast)
    with pytest.raises(NotAllowed):
        publish_directly(session, article, by=cast.femke)
    publish_directly(session, article, by=cast.noor)
    assert article.stage == Stage.PUBLISHED


def test_who_sees_a_review_in_python_and_in_sql(session: Session, cast: Cast, hidde) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    everybody = cast.everybody | {"hidde": hidde}
    seen = {name for name, actor in everybody.items() if follows(actor, review, article)}
    assert seen == {"femke", "noor", "hidde"}
    assert {name for name, actor in everybody.items() if decides(actor, review, article)} == {"hidde"}
    article.reviewer_id = cast.nipt.id
    session.flush()
    for name, actor in everybody.items():
        found = session.exec(select(Review.id).join(Article).where(followed_by(actor))).first()
        assert (found is not None) == follows(actor, review, article) == (name in seen | {"aafke"}), name
    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    assert {name for name, actor in everybody.items() if decides(actor, review, article)} == {"noor", "aafke"}


def test_nobody_reviews_for_their_own_organisation(session: Session, cast: Cast) -> None:
    article = case(session, cast)
    review = send_in(session, article, by=cast.femke)
    article.reviewer_id = cast.kennislab.id
    assert not decides(cast.femke, review, article)


def test_a_reviewer_is_somebody_who_may_decide(session: Session, cast: Cast) -> None:
    from app.people.models import User

    review = send_in(session, case(session, cast), by=cast.femke)
    aafke, noor = (session.get_one(User, actor.user_id) for actor in (cast.aafke, cast.noor))
    with pytest.raises(NotAllowed):
        assign(session, review, noor, by=cast.femke)
    with pytest.raises(Invalid):
        assign(session, review, aafke, by=cast.noor)
    assert assign(session, review, noor, by=cast.noor).reviewer_id == noor.id


def letters(session: Session) -> list[tuple[str, str]]:
    return [(row.name, row.to.partition("@")[0]) for row in session.exec(select(PostedLetter)).all()]


def test_everybody_hears_of_what_they_wait_for_once(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        hidde = placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
        review = send_in(session, case(session, cast), by=cast.femke)
    work_off()
    with database.writing() as session:
        assert letters(session) == [("review_waits", "sjoerd")]
        decide(session, review, Act.AGREE, revision_id=review.revision_id, by=hidde)
    work_off()
    with database.writing() as session:
        assert letters(session)[1:] == [("review_waits", "noor")]
        decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=cast.noor, message="Welk jaar?")
    work_off()
    with database.writing() as session:
        assert letters(session)[2:] == [("review_decided", "femke")]


def test_nothing_waits_unseen(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
        review = send_in(session, case(session, cast), by=cast.femke)
        assert remind_of_reviews(session) == 0
    assert review.due_at is not None
    with time_machine.travel(review.due_at + timedelta(hours=1), tick=False), database.writing() as session:
        assert (remind_of_reviews(session), remind_of_reviews(session)) == (1, 0)
        assert letters(session) == [("review_waits", "sjoerd"), ("review_waits", "noor")]
    with time_machine.travel(review.due_at + timedelta(hours=26), tick=False), database.writing() as session:
        assert remind_of_reviews(session) == 1


def test_what_came_back_to_its_author_is_not_forgotten_there(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = case(session, cast)
        review = send_in(session, article, by=cast.femke)
        decide(session, review, Act.SEND_BACK, revision_id=review.revision_id, by=cast.noor, message="Welk jaar?")
    work_off()
    with time_machine.travel(now() + timedelta(days=13), tick=False), database.writing() as session:
        assert remind_of_returned(session) == 0
    with time_machine.travel(now() + timedelta(days=15), tick=False), database.writing() as session:
        before = len(letters(session))
        assert (remind_of_returned(session), remind_of_returned(session)) == (1, 0)
        assert letters(session)[before:] == [("review_decided", "femke")]
        told = session.exec(select(PostedLetter).order_by(col(PostedLetter.id).desc())).first()
        assert told is not None
        with speaking("en"):
            subject, plain, html = composing.words(told.name, told.told)
        assert "waits for you" in subject
        assert "It came back to you on" in plain
        assert "Welk jaar?" in plain
        assert "Welk jaar?" in html
    with time_machine.travel(now() + timedelta(days=60), tick=False), database.writing() as session:
        assert remind_of_returned(session) == 0
        again = session.get_one(Article, article.id)
        rewrite(session, cast, again, "Nu met het jaar")
        send_in(session, again, by=cast.femke)
        assert remind_of_returned(session) == 0


def test_what_readers_cannot_do_without_blocks_sending_in(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = case(session, cast)
    monkeypatch.setattr(needing, "FEW_WORDS", 500)
    with pytest.raises(Invalid, match="verhaal"):
        send_in(session, article, by=cast.femke)
    assert open_review(session, article) is None
