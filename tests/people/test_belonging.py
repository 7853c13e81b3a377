from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from app.core import working
from app.core.database import Database
from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.mail import PostedLetter
from app.feeds.models import Notice
from app.people.actor import Actor
from app.people.belonging import ROLE_LETTERS_A_DAY, change_role, hand_over, leave, remove
from app.people.inviting import invitations_of, invite
from app.people.models import Admission, Membership, Role
from app.people.own_data import erase
from app.people.places import colleagues, give_place, owners_of, place_numbered, places_of
from app.people.signing_in import actor_of, begin_session
from app.people.ways_in import InvitationState
from tests.cast import Cast
from tests.people.joining import actor, letters, owner, person, place

Ending = Callable[[Session, Membership, Actor], None]


def _removed(session: Session, found: Membership, by: Actor) -> None:
    remove(session, found, by=by)


def _left(session: Session, found: Membership, by: Actor) -> None:
    leave(session, found, by=by)


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(session: Session, cast: Cast) -> None:
    token = begin_session(session, person(session, "femke"), device="")
    assert actor_of(session, token).edits_for == {cast.kennislab.id}
    change_role(session, place(session, "femke", cast.kennislab), Role.READER, by=owner(session, cast.kennislab))
    session.flush()
    assert actor_of(session, token).edits_for == frozenset()
    assert actor_of(session, token).reads_for == {cast.kennislab.id}


@pytest.mark.parametrize("ending", [_removed, _left])
def test_who_is_out_is_out_everywhere_and_stays_signed_in(session: Session, cast: Cast, ending: Ending) -> None:
    token, baas = begin_session(session, person(session, "femke"), device=""), owner(session, cast.kennislab)
    ending(session, place(session, "femke", cast.kennislab), cast.femke if ending is _left else baas)
    session.flush()
    femke = actor_of(session, token)
    assert femke.is_signed_in
    assert not femke.is_member
    assert femke.edits_for == frozenset()
    assert [user.user.handle for user in colleagues(session, cast.kennislab)] == ["baas-baas"]


def test_an_open_invitation_does_not_bring_back_who_was_removed(session: Session, cast: Cast) -> None:
    baas, femke = owner(session, cast.kennislab), person(session, "femke")
    found = place(session, "femke", cast.kennislab)
    leave(session, found, by=cast.femke)
    invite(session, cast.kennislab, [femke.mail, "ander@proeftuin.example"], Role.EDITOR, by=baas)
    give_place(session, femke.id, cast.kennislab.id, Role.READER)
    remove(session, place(session, "femke", cast.kennislab), by=baas)
    session.flush()
    states = {row.mail: row.state for row in invitations_of(session, cast.kennislab)}
    assert states == {femke.mail: InvitationState.WITHDRAWN, "ander@proeftuin.example": InvitationState.OPEN}


def test_who_is_removed_hears_of_it_once(session: Session, cast: Cast) -> None:
    baas = owner(session, cast.kennislab)
    for _time in range(2):
        remove(session, place(session, "femke", cast.kennislab), by=baas)
    assert letters(session) == [("place_ended", "femke@proeftuin.example")]


@pytest.mark.parametrize("name", ["femke", "sjoerd", "aafke", "hinke", "okke", "nobody"])
def test_nobody_but_an_owner_or_a_steward_decides_over_places(session: Session, cast: Cast, name: str) -> None:
    found, who = place(session, "femke", cast.kennislab), cast.everybody[name]
    with pytest.raises(NotAllowed):
        change_role(session, found, Role.OWNER, by=who)
    with pytest.raises(NotAllowed):
        remove(session, found, by=who)
    with pytest.raises(NotAllowed):
        hand_over(session, found, by=who)


def test_an_owner_of_another_organisation_decides_nothing_here(session: Session, cast: Cast) -> None:
    stranger, found = owner(session, cast.nipt), place(session, "femke", cast.kennislab)
    with pytest.raises(NotAllowed):
        remove(session, found, by=stranger)
    with pytest.raises(NotAllowed):
        leave(session, found, by=stranger)
    assert place_numbered(session, cast.kennislab, found.id) is found
    with pytest.raises(NotFound):
        place_numbered(session, cast.nipt, found.id)


@pytest.mark.parametrize("ending", [_removed, _left])
def test_the_last_owner_cannot_vanish(session: Session, cast: Cast, ending: Ending) -> None:
    baas = owner(session, cast.woldzicht)
    found = place(session, "baas-baas", cast.woldzicht)
    with pytest.raises(Conflict):
        ending(session, found, baas)
    with pytest.raises(Conflict):
        change_role(session, found, Role.EDITOR, by=cast.noor)
    change_role(session, place(session, "sjoerd", cast.woldzicht), Role.OWNER, by=baas)
    ending(session, found, baas)
    assert [user.handle for user in owners_of(session, cast.woldzicht)] == ["sjoerd"]


def test_an_applicant_may_leave_what_does_not_take_part_yet(session: Session, cast: Cast) -> None:
    leave(session, place(session, "hinke", cast.veenhart), by=cast.hinke)
    assert places_of(session, cast.hinke.user_id) == []
    assert cast.veenhart.admission == Admission.APPLIED


def test_ownership_is_handed_over_and_the_former_owner_stays_as_editor(session: Session, cast: Cast) -> None:
    baas = owner(session, cast.woldzicht)
    hand_over(session, place(session, "sjoerd", cast.woldzicht), by=baas)
    session.flush()
    assert actor(session, person(session, "sjoerd")).owns == {cast.woldzicht.id}
    former = actor(session, person(session, "baas-baas"))
    assert (former.owns, former.edits_for) == (frozenset(), {cast.woldzicht.id})


def test_a_place_that_was_ended_begins_anew_with_the_role_that_is_given(session: Session, cast: Cast) -> None:
    assert cast.okke.user_id is not None
    give_place(session, cast.okke.user_id, cast.kennislab.id, Role.READER)
    okke = actor(session, person(session, "okke"))
    assert (okke.reads_for, okke.edits_for) == ({cast.kennislab.id}, frozenset())


def test_a_place_is_never_made_smaller_by_giving_it_again(session: Session, cast: Cast) -> None:
    assert cast.femke.user_id is not None
    give_place(session, cast.femke.user_id, cast.kennislab.id, Role.READER)
    assert actor(session, person(session, "femke")).edits_for == {cast.kennislab.id}


def test_a_person_may_have_places_in_several_organisations(session: Session, cast: Cast) -> None:
    assert cast.femke.user_id is not None
    give_place(session, cast.femke.user_id, cast.woldzicht.id, Role.OWNER)
    femke = actor(session, person(session, "femke"))
    assert femke.reads_for == {cast.kennislab.id, cast.woldzicht.id}
    assert femke.owns == {cast.woldzicht.id}
    assert [each.slug for _place, each in places_of(session, femke.user_id)] == [
        "kennislab-slim-maken",
        "woldzicht-verspaning",
    ]


# --- who hears of it ---


def told(session: Session, name: str) -> list[tuple[int, str]]:
    session.flush()
    return [(row.user_id, row.path) for row in session.exec(select(Notice).where(Notice.name == name)).all()]


def test_whose_role_changes_hears_of_it_in_their_language(session: Session, cast: Cast) -> None:
    boss = owner(session, cast.kennislab)
    person(session, "femke").language = "en"
    hand_over(session, place(session, "femke", cast.kennislab), by=boss)
    session.flush()
    (row,) = session.exec(select(PostedLetter)).all()
    assert (row.name, row.to, row.language) == ("role_changed", person(session, "femke").mail, "en")
    assert row.told == {"who": "Baas Baas", "organisation": cast.kennislab.name, "role": "owner"}


def test_back_and_forth_fills_no_mailbox(session: Session, cast: Cast) -> None:
    boss = owner(session, cast.kennislab)
    for _turn in range(5):
        for role in (Role.READER, Role.EDITOR):
            change_role(session, place(session, "femke", cast.kennislab), role, by=boss)
    assert len(letters(session, "role_changed")) == ROLE_LETTERS_A_DAY


def test_owners_hear_who_left_and_of_the_erased_only_that(session: Session, cast: Cast) -> None:
    boss = owner(session, cast.kennislab)
    leave(session, place(session, "femke", cast.kennislab), by=cast.femke)
    leave(session, place(session, "femke", cast.kennislab), by=cast.femke)
    second = owner(session, cast.kennislab, "Weg Wegen")
    erase(session, person(session, second.handle), by=second)
    session.flush()
    rows = session.exec(select(PostedLetter).where(PostedLetter.name == "place_left")).all()
    assert [(row.to, row.told["who"]) for row in rows if row.to == person(session, boss.handle).mail] == [
        ("baas@kennislab-slim-maken.example", cast.femke.name),
        ("baas@kennislab-slim-maken.example", ""),
    ]


def test_both_stand_in_the_inbox_once_and_name_nobody(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        boss = owner(session, cast.kennislab)
        change_role(session, place(session, "femke", cast.kennislab), Role.READER, by=boss)
        sander = owner(session, cast.kennislab, "Sander Weg")
        leave(session, place(session, sander.handle, cast.kennislab), by=sander)
        femke = cast.femke.user_id or 0
    working.work_off()
    with database.reading() as session:
        assert told(session, "role_reader") == [(femke, "/instellingen/organisatie")]
        assert told(session, "colleague_left") == [(boss.user_id, "/instellingen/collegas")]
        assert "Sander" not in str([row.told for row in session.exec(select(Notice)).all()])
