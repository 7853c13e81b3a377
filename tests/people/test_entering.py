import re
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.core.clock import now
from app.core.mail import PostedLetter
from app.people import entering
from app.people.actor import someone_passing_by
from app.people.codes import GOOD_FOR, Verdict
from app.people.models import SignInSession, User, UserState
from app.people.signing_in import actor_of
from tests.cast import Cast

BROWSER = "a browser"


def ask(session: Session, mail: str, *, browser: str = BROWSER, wanted: str = "") -> PostedLetter:
    """The letter that asking for a code writes."""
    entering.ask_to_enter(session, mail=mail, browser=browser, peer="192.0.2.7", language="nl", wanted=wanted)
    return session.exec(select(PostedLetter).order_by(PostedLetter.id.desc())).first()  # type: ignore[union-attr]


@pytest.fixture
def femke(session: Session, cast: Cast) -> User:
    return session.exec(select(User).where(User.handle == "femke")).one()


def test_who_types_the_code_that_came_by_mail_is_in(session: Session, cast: Cast, femke: User) -> None:
    letter = ask(session, femke.mail)
    assert (letter.to, letter.name) == (femke.mail, "sign_in_code")
    assert re.fullmatch("[0-9]{6}", letter.told["code"])
    tried = entering.try_code(session, browser=BROWSER, typed=letter.told["code"])
    assert (tried.verdict, tried.user, tried.needs_second_step) == (Verdict.RIGHT, femke, False)
    token = entering.enter(session, femke, browser=BROWSER, device="x")
    session.flush()
    assert actor_of(session, token) == cast.femke
    assert entering.asked_by(session, BROWSER) is None


def test_who_opens_the_link_beside_it_is_in(session: Session, femke: User) -> None:
    link = ask(session, femke.mail).told["link"]
    assert entering.try_link(session, browser=BROWSER, link=link).user == femke


def test_an_address_that_nobody_is_known_by_gets_another_letter_without_a_code(session: Session, cast: Cast) -> None:
    letter = ask(session, "niemand@elders.example")
    assert (letter.to, letter.name, letter.told) == ("niemand@elders.example", "nobody_known", {})


@pytest.mark.parametrize("state", list(UserState))
def test_whoever_is_known_gets_a_code_and_who_was_erased_or_suspended_does_not(
    session: Session, femke: User, state: UserState
) -> None:
    femke.state = state
    session.flush()
    is_known = state not in (UserState.ERASED, UserState.SUSPENDED)
    assert ask(session, femke.mail).name == ("sign_in_code" if is_known else "nobody_known")


def test_even_the_right_digits_let_nobody_in_who_is_not_known(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.people.codes.new_code", lambda: "123456")
    ask(session, "niemand@elders.example")
    tried = entering.try_code(session, browser=BROWSER, typed="123456")
    assert (tried.verdict, tried.user) == (Verdict.WRONG, None)


def test_who_was_erased_meanwhile_is_not_let_in(session: Session, femke: User) -> None:
    code = ask(session, femke.mail).told["code"]
    femke.state = UserState.ERASED
    session.flush()
    assert entering.try_code(session, browser=BROWSER, typed=code).user is None


def test_an_address_that_only_followed_is_a_person_from_the_first_code_on(session: Session, femke: User) -> None:
    femke.state = UserState.MAIL_ONLY
    session.flush()
    code = ask(session, femke.mail).told["code"]
    entering.try_code(session, browser=BROWSER, typed=code)
    entering.enter(session, femke, browser=BROWSER, device="")
    assert femke.state == UserState.ACTIVE


def test_who_proved_an_address_is_remembered_for_the_second_step_and_not_for_long(
    session: Session, femke: User
) -> None:
    assert entering.who_proved(session, BROWSER) is None
    code = ask(session, femke.mail).told["code"]
    assert entering.who_proved(session, BROWSER) is None
    entering.try_code(session, browser=BROWSER, typed=code)
    assert entering.who_proved(session, BROWSER) == femke
    assert entering.who_proved(session, "another browser") is None
    with time_machine.travel(now() + GOOD_FOR + timedelta(seconds=1)):
        assert entering.who_proved(session, BROWSER) is None


def test_asking_begins_no_session(session: Session, femke: User) -> None:
    ask(session, femke.mail)
    assert session.exec(select(SignInSession)).all() == []
    assert actor_of(session, BROWSER) == someone_passing_by


def test_a_letter_with_a_code_is_not_sent_once_the_code_is_over(session: Session, femke: User) -> None:
    assert ask(session, femke.mail).good_until == pytest.approx(now() + GOOD_FOR, abs=timedelta(seconds=5))
