"""Asking an organisation: who may, who hears of it, and that nobody sees an address."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, col, select

from app.contact import asking
from app.contact.asking import AT_ONCE, QUESTIONS_A_DAY, TO_ONE_A_DAY, About, ask, say, who_answers, whom_to_ask
from app.contact.conversations import asked_and_said, conversation_at, conversations, said_in, waiting_for
from app.contact.models import Message, Question
from app.core.clock import now
from app.core.errors import Conflict, NotAllowed, NotFound, TooMany
from app.core.mail import PostedLetter
from app.people import own_data
from app.people.actor import Actor
from app.people.belonging import remove
from app.people.models import Admission, Organisation, User
from app.people.signing_in import actor_for
from content.models import Piece
from tests.cast import Cast, draft
from tests.people.joining import letters, owner, person, place

pytestmark = pytest.mark.whole


@pytest.fixture
def boss(session: Session, cast: Cast) -> Actor:
    """Decides for the Kennislab."""
    return owner(session, cast.kennislab)


def asked(session: Session, cast: Cast, text: str = "Welke mal gebruikten jullie?", **more: object) -> Question:
    return ask(session, cast.kennislab, title="De mal", text=text, by=cast.sjoerd, **more)  # type: ignore[arg-type]


# --- who may, and who hears of it ---


def test_a_member_asks_and_those_who_decide_hear_of_it(session: Session, cast: Cast, boss: Actor) -> None:
    question = asked(session, cast)
    assert letters(session) == [("question", "baas@kennislab-slim-maken.example")]
    say(session, question, "Een van staal.", by=boss)
    assert letters(session, "answer") == [("answer", "sjoerd@proeftuin.example")]
    say(session, question, "Hoe dik?", by=cast.sjoerd)
    assert letters(session, "question_again") == [("question_again", "baas@kennislab-slim-maken.example")]
    assert [(one.message.text, one.message.is_answer) for one in said_in(session, question)] == [
        ("Welke mal gebruikten jullie?", False),
        ("Een van staal.", True),
        ("Hoe dik?", False),
    ]


def test_no_letter_tells_an_address_of_the_other_side(session: Session, cast: Cast, boss: Actor) -> None:
    say(session, asked(session, cast), "Een van staal.", by=boss)
    rows = session.exec(select(PostedLetter)).all()
    assert len(rows) == 2
    for row in rows:
        assert "@" not in str(row.told)
        assert row.reply_to == ""
        assert set(row.told) <= {"who", "company", "organisation", "title", "text", "link", "by_mail"}


def test_only_members_ask(session: Session, cast: Cast, boss: Actor) -> None:
    for who in (cast.hinke, cast.okke, cast.nobody):
        with pytest.raises(NotAllowed):
            ask(session, cast.kennislab, title="De mal", text="Hoe?", by=who)
    with pytest.raises(Conflict, match="zelf"):
        ask(session, cast.kennislab, title="De mal", text="Hoe?", by=cast.femke)
    assert asked(session, cast).id
    assert ask(session, cast.kennislab, title="De mal", text="Hoe?", by=cast.noor).asker_organisation_id is None


def test_only_who_takes_part_wants_it_and_has_an_owner_can_be_asked(session: Session, cast: Cast, boss: Actor) -> None:
    assert whom_to_ask(session, [cast.woldzicht, cast.veenhart, cast.kennislab]) == cast.kennislab
    with pytest.raises(Conflict):
        ask(session, cast.woldzicht, title="De mal", text="Hoe?", by=cast.femke)
    asking.accept_questions(session, cast.kennislab, False, by=boss)
    assert whom_to_ask(session, [cast.kennislab]) is None
    with pytest.raises(Conflict):
        asked(session, cast)
    asking.accept_questions(session, cast.kennislab, True, by=boss)
    cast.kennislab.admission = Admission.MENTIONED
    assert whom_to_ask(session, [cast.kennislab]) is None


def test_only_owners_turn_questions_off(session: Session, cast: Cast, boss: Actor) -> None:
    for who in (cast.femke, cast.sjoerd, cast.aafke):
        with pytest.raises(NotAllowed):
            asking.accept_questions(session, cast.kennislab, False, by=who)


def test_an_editor_hears_of_questions_about_what_they_wrote(session: Session, cast: Cast, boss: Actor) -> None:
    piece = session.get_one(Piece, draft(session, cast).piece_id)
    assert [user.handle for user in who_answers(session, asked(session, cast))] == [boss.handle]
    from content.models import Article, ArticleAuthor

    article = session.exec(select(Article).where(Article.piece_id == piece.id)).one()
    session.add(ArticleAuthor(article_id=article.id, user_id=cast.femke.user_id or 0))
    session.flush()
    about = asked(session, cast, "En hoe dik?", about=About(piece=piece))
    assert {user.handle for user in who_answers(session, about)} == {boss.handle, "femke"}


# --- who reads it ---


def test_two_sides_read_it_and_nobody_else(session: Session, cast: Cast, boss: Actor) -> None:
    question = asked(session, cast)
    for who in (cast.sjoerd, cast.femke, boss):
        assert conversation_at(session, question.id, who).question == question
        assert conversations(session, who, page=1, size=9).total == 1
    for who in (cast.aafke, cast.noor, cast.hinke, cast.okke, cast.nobody):
        with pytest.raises(NotFound):
            conversation_at(session, question.id, who)
        with pytest.raises(NotAllowed):
            say(session, question, "Ik ook", by=who)
        if who.is_signed_in:
            assert conversations(session, who, page=1, size=9).total == 0
    assert waiting_for(session, cast.femke) == 1
    assert waiting_for(session, cast.sjoerd) == 0
    say(session, question, "Een van staal.", by=cast.femke)
    assert waiting_for(session, cast.femke) == 0


def test_who_loses_their_place_is_out_of_the_conversation_at_once(session: Session, cast: Cast, boss: Actor) -> None:
    question = asked(session, cast)
    remove(session, place(session, "femke", cast.kennislab), by=boss)
    femke = actor_for(session, person(session, "femke"))
    with pytest.raises(NotFound):
        conversation_at(session, question.id, femke)
    remove(session, place(session, "sjoerd", cast.woldzicht), by=owner(session, cast.woldzicht, "Chef Chef"))
    sjoerd = actor_for(session, person(session, "sjoerd"))
    assert conversation_at(session, question.id, sjoerd).question == question
    with pytest.raises(NotAllowed):
        say(session, question, "Nog iets", by=sjoerd)


def test_nothing_is_said_in_what_was_taken_away(session: Session, cast: Cast, boss: Actor) -> None:
    question = asked(session, cast)
    question.closed_at = now()
    for who in (cast.sjoerd, boss):
        with pytest.raises(Conflict):
            say(session, question, "Toch", by=who)


# --- limits ---


def test_the_same_words_within_minutes_ask_once(session: Session, cast: Cast, boss: Actor) -> None:
    first = asked(session, cast)
    assert asked(session, cast).id == first.id
    assert say(session, first, "Een van staal.", by=boss) is not None
    assert say(session, first, "Een van staal.", by=boss) is None
    assert len(letters(session)) == 2
    with time_machine.travel(now() + AT_ONCE + timedelta(seconds=1)):
        assert asked(session, cast).id != first.id


def test_nobody_fills_a_mailbox_through_us(session: Session, cast: Cast, boss: Actor) -> None:
    for number in range(TO_ONE_A_DAY):
        asked(session, cast, f"Vraag {number}")
    with pytest.raises(TooMany):
        asked(session, cast, "Nog een")
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        asked(session, cast, "Morgen weer")


def test_nobody_asks_everybody_in_a_day(session: Session, cast: Cast) -> None:
    many = [
        Organisation(slug=f"bedrijf-{n}", name=f"Bedrijf {n}", kind="sme", admission=Admission.ADMITTED)
        for n in range(QUESTIONS_A_DAY + 1)
    ]
    session.add_all(many)
    session.flush()
    for n, one in enumerate(many):
        owner(session, one, f"B{n} Baas")
    for one in many[:-1]:
        ask(session, one, title="Zelfde", text=f"Aan {one.name}", by=cast.sjoerd)
    with pytest.raises(TooMany):
        ask(session, many[-1], title="Zelfde", text="Aan allen", by=cast.sjoerd)


def test_an_organisation_gets_no_more_than_it_can_bear(
    session: Session, cast: Cast, boss: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ASKED_A_DAY", 1)
    asked(session, cast)
    with pytest.raises(TooMany):
        ask(session, cast.kennislab, title="De mal", text="En ik", by=cast.aafke)


# --- going ---


def test_what_somebody_asked_goes_with_them(session: Session, cast: Cast, boss: Actor) -> None:
    say(session, asked(session, cast), "Een van staal.", by=boss)
    sjoerd = person(session, "sjoerd")
    assert [one["text"] for one in asked_and_said(session, sjoerd)] == ["Welke mal gebruikten jullie?"]
    own_data.erase(session, sjoerd, by=cast.sjoerd)
    assert session.exec(select(Question)).all() == []
    assert session.exec(select(Message)).all() == []


def test_what_somebody_answered_stays_without_their_name(session: Session, cast: Cast, boss: Actor) -> None:
    question = asked(session, cast)
    say(session, question, "Een van staal.", by=cast.femke)
    own_data.erase(session, person(session, "femke"), by=cast.femke)
    session.expire_all()
    (one,) = [one for one in said_in(session, question) if one.message.is_answer]
    assert one.message.text == "Een van staal."
    assert one.author is None
    assert session.exec(select(User).where(col(User.handle) == "femke")).first() is None
