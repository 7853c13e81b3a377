from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.seals import digest
from app.people.actor import someone_passing_by
from app.people.models import Admission, Membership, Organisation, Role, SignInSession, User, UserState
from app.people.signing_in import (
    IDLE,
    LASTS,
    actor_of,
    begin_session,
    end_old_sessions,
    end_session,
    example_people,
    example_person,
)
from tests.cast import Cast


def user(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def membership(session: Session, handle: str) -> Membership:
    return session.exec(select(Membership).where(Membership.user_id == user(session, handle).id)).one()


# --- sessions ---


def test_the_token_of_a_session_leads_to_the_person_and_their_rights(session: Session, cast: Cast) -> None:
    token = begin_session(session, user(session, "femke"), device="Firefox")
    assert actor_of(session, token) == cast.femke


@pytest.mark.parametrize("token", [None, "", "x", "ÿ" * 100, "a" * 10_000, "' OR 1=1 --"])
def test_any_other_token_is_someone_passing_by(session: Session, cast: Cast, token: str | None) -> None:
    begin_session(session, user(session, "femke"), device="")
    assert actor_of(session, token) == someone_passing_by


def test_only_the_digest_of_a_token_is_kept(session: Session, cast: Cast) -> None:
    token = begin_session(session, user(session, "femke"), device="Firefox")
    kept = session.exec(select(SignInSession)).one()
    assert kept.token_digest == digest(token)
    assert token not in repr(kept)
    assert actor_of(session, kept.token_digest) == someone_passing_by


def test_every_sign_in_gets_a_token_of_its_own(session: Session, cast: Cast) -> None:
    femke = user(session, "femke")
    assert begin_session(session, femke, device="") != begin_session(session, femke, device="")


def test_what_a_browser_says_of_itself_is_kept_short_and_clean(session: Session, cast: Cast) -> None:
    begin_session(session, user(session, "femke"), device="Fire\x00fox\r\n\x1b[31m" + "x" * 500)
    device = session.exec(select(SignInSession)).one().device
    assert device.startswith("Firefox [31mx")
    assert len(device) == 200


def test_ending_a_session_ends_that_one_alone(session: Session, cast: Cast) -> None:
    femke = user(session, "femke")
    here, there = begin_session(session, femke, device="here"), begin_session(session, femke, device="there")
    end_session(session, here)
    end_session(session, "no token of ours")
    assert actor_of(session, here) == someone_passing_by
    assert actor_of(session, there) == cast.femke


def test_a_session_ends_by_itself_and_is_forgotten(session: Session, cast: Cast) -> None:
    token = begin_session(session, user(session, "femke"), device="")
    used = session.exec(select(SignInSession)).one()
    used.seen_at = now() + LASTS - timedelta(days=1)
    session.flush()
    with time_machine.travel(now() + LASTS - timedelta(seconds=1)):
        end_old_sessions(session)
        assert actor_of(session, token) == cast.femke
    with time_machine.travel(now() + LASTS):
        assert actor_of(session, token) == someone_passing_by
        end_old_sessions(session)
    assert session.exec(select(SignInSession)).all() == []


def test_a_session_that_nobody_uses_ends_earlier_and_is_forgotten(session: Session, cast: Cast) -> None:
    token = begin_session(session, user(session, "femke"), device="")
    with time_machine.travel(now() + IDLE - timedelta(minutes=1)):
        end_old_sessions(session)
        assert actor_of(session, token) == cast.femke
    with time_machine.travel(now() + IDLE):
        assert actor_of(session, token) == someone_passing_by
        end_old_sessions(session)
    assert session.exec(select(SignInSession)).all() == []


# --- rights of this moment ---


def test_an_editor_writes_for_their_organisation_and_owns_it_not(cast: Cast) -> None:
    assert cast.femke.reads_for == cast.femke.edits_for == {cast.kennislab.id}
    assert cast.femke.owns == frozenset()
    assert cast.femke.is_member


def test_a_reader_reads_and_writes_for_nobody(cast: Cast) -> None:
    assert cast.sjoerd.reads_for == {cast.woldzicht.id}
    assert cast.sjoerd.edits_for == frozenset()


def test_a_steward_is_a_member_without_an_organisation(cast: Cast) -> None:
    assert cast.noor.is_steward
    assert cast.noor.is_member
    assert cast.noor.reads_for == frozenset()


def test_people_of_an_organisation_that_only_applied_are_signed_in_and_no_members(cast: Cast) -> None:
    assert cast.hinke.is_signed_in
    assert not cast.hinke.is_member
    assert cast.hinke.owns == frozenset()


def test_who_left_an_organisation_has_no_right_of_it_left(cast: Cast) -> None:
    assert cast.okke.is_signed_in
    assert not cast.okke.is_member


def _leave(session: Session, cast: Cast) -> None:
    membership(session, "femke").ended_at = now()


def _refuse(session: Session, cast: Cast) -> None:
    session.get_one(Organisation, cast.kennislab.id).admission = Admission.REFUSED


def _erase(session: Session, cast: Cast) -> None:
    user(session, "femke").state = UserState.ERASED


@pytest.mark.parametrize("change", [_leave, _refuse, _erase])
def test_a_right_that_is_taken_away_is_gone_at_the_next_request(
    session: Session, cast: Cast, change: Callable[[Session, Cast], None]
) -> None:
    token = begin_session(session, user(session, "femke"), device="")
    assert actor_of(session, token).is_member
    change(session, cast)
    session.flush()
    assert not actor_of(session, token).is_member


def test_a_right_that_is_given_is_there_at_the_next_request(session: Session, cast: Cast) -> None:
    token = begin_session(session, user(session, "sjoerd"), device="")
    membership(session, "sjoerd").role = Role.OWNER
    session.flush()
    assert actor_of(session, token).owns == {cast.woldzicht.id}
    assert actor_of(session, token).edits_for == {cast.woldzicht.id}


# --- example people ---


def test_no_real_person_is_offered_or_found_as_an_example(session: Session, cast: Cast) -> None:
    assert example_people(session) == []
    with pytest.raises(NotFound):
        example_person(session, "femke")


def test_example_people_are_offered_with_their_organisation_stewards_last(session: Session, cast: Cast) -> None:
    for handle in ("noor", "sjoerd", "okke"):
        user(session, handle).example = True
    session.flush()
    offered = [(person.handle, role, place) for person, role, place in example_people(session)]
    assert offered == [("sjoerd", Role.READER, cast.woldzicht), ("okke", None, None), ("noor", None, None)]
    assert example_person(session, "sjoerd").handle == "sjoerd"


def test_an_example_person_who_was_erased_is_neither_offered_nor_found(session: Session, cast: Cast) -> None:
    sjoerd = user(session, "sjoerd")
    sjoerd.example, sjoerd.state = True, UserState.ERASED
    session.flush()
    assert example_people(session) == []
    with pytest.raises(NotFound):
        example_person(session, "sjoerd")
