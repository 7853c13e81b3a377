"""Suspending: gone at the next request, back as it was."""

import pytest
from sqlmodel import Session, select

from app.core.errors import Conflict, NotAllowed, NotFound
from app.people.finding import organisation_at
from app.people.joining import become_known
from app.people.models import SignInSession, UserState
from app.people.signing_in import actor_for, actor_of, begin_session
from app.people.suspending import restore_organisation, restore_person, suspend_organisation, suspend_person
from tests.cast import Cast
from tests.people.joining import person


def test_a_suspended_organisation_is_not_there_and_its_people_read_what_is_public(session: Session, cast: Cast) -> None:
    suspend_organisation(session, cast.kennislab, by=cast.noor)
    with pytest.raises(NotFound):
        organisation_at(session, cast.kennislab.slug)
    femke = actor_for(session, person(session, "femke"))
    assert femke.is_signed_in
    assert not femke.is_member
    assert femke.edits_for == frozenset()
    suspend_organisation(session, cast.kennislab, by=cast.noor)
    restore_organisation(session, cast.kennislab, by=cast.noor)
    assert actor_for(session, person(session, "femke")) == cast.femke


def test_only_who_takes_part_can_be_suspended_and_only_by_stewards(session: Session, cast: Cast) -> None:
    with pytest.raises(Conflict):
        suspend_organisation(session, cast.veenhart, by=cast.noor)
    for who in (cast.femke, cast.nobody):
        with pytest.raises(NotAllowed):
            suspend_organisation(session, cast.woldzicht, by=who)
        with pytest.raises(NotAllowed):
            suspend_person(session, person(session, "sjoerd"), by=who)


def test_an_organisation_does_not_come_back_beside_another_with_its_number(session: Session, cast: Cast) -> None:
    cast.woldzicht.kvk_number = cast.nipt.kvk_number = ""
    cast.woldzicht.kvk_number = "12345678"
    suspend_organisation(session, cast.woldzicht, by=cast.noor)
    session.flush()
    cast.nipt.kvk_number = "12345678"
    session.add(cast.nipt)
    session.flush()
    with pytest.raises(Conflict, match="KvK"):
        restore_organisation(session, cast.woldzicht, by=cast.noor)


def test_a_suspended_person_is_out_everywhere_and_comes_back_by_no_door(session: Session, cast: Cast) -> None:
    sjoerd = person(session, "sjoerd")
    token = begin_session(session, sjoerd, device="x")
    session.flush()
    suspend_person(session, sjoerd, by=cast.noor)
    assert not actor_of(session, token).is_signed_in
    assert session.exec(select(SignInSession)).all() == []
    again = begin_session(session, sjoerd, device="x")
    session.flush()
    assert not actor_of(session, again).is_signed_in
    with pytest.raises(NotAllowed):
        become_known(session, sjoerd.mail, name="Sjoerd")
    assert sjoerd.state == UserState.SUSPENDED
    restore_person(session, sjoerd, by=cast.noor)
    assert actor_of(session, again) == cast.sjoerd


def test_somebody_always_looks_after_the_portal(session: Session, cast: Cast) -> None:
    with pytest.raises(Conflict):
        suspend_person(session, person(session, "noor"), by=cast.noor)
