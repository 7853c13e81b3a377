from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlmodel import Session, select

from app.core import settings
from app.core.clock import now
from app.core.errors import Invalid, TooMany
from app.people.actor import Actor
from app.people.models import User
from app.people.second_steps import (
    MOST_TRIES,
    RECOVERY_CODES,
    CodeApp,
    RecoveryCode,
    add_app,
    has_second_step,
    is_right,
    new_recovery_codes,
    new_secret,
    remove_app,
    steps_of,
)
from app.people.signing_in import actor_of, begin_session
from tests.cast import Cast

LATER = timedelta(minutes=1)


@pytest.fixture
def femke(session: Session, cast: Cast) -> User:
    return session.exec(select(User).where(User.handle == "femke")).one()


def shown(secret: str, *, ago: float = 0) -> str:
    """What an app with this secret shows, so many seconds ago."""
    return pyotp.TOTP(secret).at(int(now().timestamp() - ago))


def with_app(session: Session, user: User) -> str:
    secret = new_secret()
    add_app(session, user, secret=secret, typed=shown(secret))
    return secret


def test_an_app_counts_once_it_has_shown_the_right_digits(session: Session, femke: User) -> None:
    secret = new_secret()
    wrong = f"{(int(shown(secret)) + 1) % 1_000_000:06}"
    with pytest.raises(Invalid) as refused:
        add_app(session, femke, secret=secret, typed=wrong)
    assert refused.value.field == "code"
    assert not has_second_step(session, femke)
    add_app(session, femke, secret=secret, typed=shown(secret))
    assert has_second_step(session, femke)


def test_the_digits_of_now_are_right_once(session: Session, femke: User) -> None:
    secret = with_app(session, femke)
    assert not is_right(session, femke, shown(secret))
    with time_machine.travel(now() + LATER):
        assert is_right(session, femke, f" {shown(secret)[:3]} {shown(secret)[3:]}")
        assert not is_right(session, femke, shown(secret))


@pytest.mark.parametrize(("ago", "is_good"), [(30, True), (-30, True), (95, False), (-95, False)])
def test_a_clock_may_be_half_a_minute_off(session: Session, femke: User, ago: float, is_good: bool) -> None:
    secret = with_app(session, femke)
    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        assert is_right(session, femke, shown(secret, ago=ago)) is is_good


def test_earlier_digits_are_over_once_later_ones_were_used(session: Session, femke: User) -> None:
    secret = with_app(session, femke)
    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        assert is_right(session, femke, shown(secret))
        assert not is_right(session, femke, shown(secret, ago=30))


def test_the_secret_of_an_app_is_locked_up(session: Session, femke: User) -> None:
    secret = with_app(session, femke)
    assert secret not in session.exec(select(CodeApp)).one().model_dump_json()


def test_the_app_of_somebody_else_is_no_use(session: Session, cast: Cast, femke: User) -> None:
    secret = with_app(session, femke)
    sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
    with_app(session, sjoerd)
    with time_machine.travel(now() + LATER):
        assert not is_right(session, sjoerd, shown(secret))


@pytest.mark.parametrize("typed", ["", "x", "12345", "1234567", "٠" * 6, "0" * 5000])
def test_whatever_else_is_typed_is_wrong(session: Session, femke: User, typed: str) -> None:
    with_app(session, femke)
    assert not is_right(session, femke, typed)


def test_five_tries_in_a_quarter_of_an_hour(session: Session, femke: User) -> None:
    secret = with_app(session, femke)
    for _ in range(MOST_TRIES):
        is_right(session, femke, "000000")
    with time_machine.travel(now() + LATER), pytest.raises(TooMany):
        is_right(session, femke, shown(secret))
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert is_right(session, femke, shown(secret))


def test_a_recovery_code_lets_in_once_however_it_is_typed(session: Session, femke: User) -> None:
    first, second, *rest = new_recovery_codes(session, femke)
    assert len(rest) == RECOVERY_CODES - 2
    assert is_right(session, femke, first)
    assert not is_right(session, femke, first)
    assert is_right(session, femke, f" {second.lower().replace('-', ' ')} ")
    assert steps_of(session, femke.id).recovery_left == RECOVERY_CODES - 2


def test_new_recovery_codes_end_the_former(session: Session, femke: User) -> None:
    former = new_recovery_codes(session, femke)
    new_recovery_codes(session, femke)
    assert not is_right(session, femke, former[0])


def test_nobody_can_read_a_recovery_code_from_the_database(session: Session, femke: User) -> None:
    codes = new_recovery_codes(session, femke)
    kept = "".join(row.model_dump_json() for row in session.exec(select(RecoveryCode)))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_without_a_second_step_there_is_nothing_to_recover(session: Session, femke: User) -> None:
    with_app(session, femke)
    new_recovery_codes(session, femke)
    remove_app(session, femke)
    assert not has_second_step(session, femke)
    assert steps_of(session, femke.id).recovery_left == 0


# --- who needs one ---


@pytest.mark.parametrize(
    ("asked_of", "steward", "editor"),
    [("optional", True, True), ("stewards", False, True), ("publishers", False, False)],
)
def test_rights_that_need_a_second_step_are_withheld_without_one(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch, asked_of: str, steward: bool, editor: bool
) -> None:
    chosen = settings.settings().model_copy(update={"second_step": asked_of})
    monkeypatch.setattr(settings, "_configured", chosen)

    def signed_in(handle: str, *, is_strong: bool) -> Actor:
        user = session.exec(select(User).where(User.handle == handle)).one()
        token = begin_session(session, user, device="", is_strong=is_strong)
        session.flush()
        return actor_of(session, token)

    assert signed_in("noor", is_strong=False).is_steward is steward
    assert bool(signed_in("femke", is_strong=False).edits_for) is editor
    assert signed_in("femke", is_strong=False).reads_for == cast.femke.reads_for
    assert signed_in("noor", is_strong=False).lacks_second_step is not steward
    assert signed_in("sjoerd", is_strong=False) == cast.sjoerd
    for handle in ("noor", "femke", "sjoerd"):
        assert signed_in(handle, is_strong=True) == cast.everybody[handle]
