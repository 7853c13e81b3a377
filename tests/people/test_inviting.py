from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.core.mail import PostedLetter
from app.core.seals import digest
from app.people.actor import Actor, the_operator
from app.people.belonging import remove
from app.people.inviting import (
    LASTS,
    MOST_A_DAY,
    MOST_AT_ONCE,
    MOST_TO_ONE,
    Sent,
    accept,
    invitation_behind,
    invitations_of,
    invite,
    invite_steward,
    read_addresses,
    resend,
    steward_invitations,
    withdraw,
    withdraw_steward_invitation,
)
from app.people.models import Role, User
from app.people.ways_in import Invitation, InvitationState
from tests.cast import Cast
from tests.people.joining import actor, letters, newcomer, owner, person, place

MAIL = "fenna@woldzicht.example"


@pytest.fixture
def baas(session: Session, cast: Cast) -> Actor:
    return owner(session, cast.woldzicht)


def tokens(session: Session) -> list[str]:
    """The tokens in the letters, in the order they were written."""
    session.flush()
    rows = session.exec(select(PostedLetter).order_by(PostedLetter.id)).all()  # type: ignore[arg-type]
    return [row.told["link"].rpartition("/")[2] for row in rows if "link" in row.told]


def invited(session: Session, cast: Cast, baas: Actor, role: Role = Role.EDITOR) -> tuple[Invitation, str]:
    invite(session, cast.woldzicht, [MAIL], role, message="Kom je ook?", by=baas)
    return session.exec(select(Invitation)).one(), tokens(session)[-1]


def test_an_invitation_to_look_after_the_portal_is_withdrawn_and_there_is_one_for_an_address(
    session: Session, cast: Cast
) -> None:
    link = invite_steward(session, "nieuw@kennis.example", by=cast.noor)
    invite_steward(session, "nieuw@kennis.example", by=cast.noor)
    session.flush()
    (one,) = steward_invitations(session)
    with pytest.raises(NotAllowed):
        withdraw_steward_invitation(session, one.id, by=cast.femke)
    withdraw_steward_invitation(session, one.id, by=cast.noor)
    assert steward_invitations(session) == []
    with pytest.raises(NotFound):
        withdraw_steward_invitation(session, one.id, by=cast.noor)
    with pytest.raises(NotFound):
        invitation_behind(session, link.rpartition("/")[2])
    session.add(Invitation(mail="nieuw@kennis.example", token_digest="x", sent_at=now(), expires_at=now()))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


# --- many at once ---


@pytest.mark.parametrize(
    ("pasted", "good", "bad"),
    [
        ("a@x.nl, b@x.nl; c@x.nl\nd@x.nl e@x.nl", ["a@x.nl", "b@x.nl", "c@x.nl", "d@x.nl", "e@x.nl"], []),
        ("Fenna Dijk <Fenna@X.nl>, Jan de Boer <jan@x.nl>", ["fenna@x.nl", "jan@x.nl"], []),
        ("a@x.nl\r\na@x.nl\r\n\r\nA@X.NL", ["a@x.nl"], []),
        ("a@x.nl, niks, b@", ["a@x.nl"], ["niks", "b@"]),
        ("a@x.nl\u2028Bcc: z@x.nl", ["a@x.nl", "z@x.nl"], ["Bcc:"]),
        ("", [], []),
    ],
)
def test_addresses_are_read_as_people_paste_them(pasted: str, good: list[str], bad: list[str]) -> None:
    read = read_addresses(pasted)
    assert (list(read.good), [each for each in read.bad if each]) == (good, bad)


def test_many_are_invited_at_once_and_each_gets_a_link_of_their_own(session: Session, cast: Cast, baas: Actor) -> None:
    mails = [f"p{number}@woldzicht.example" for number in range(20)]
    sent = invite(session, cast.woldzicht, [*mails, "sjoerd@proeftuin.example"], Role.READER, by=baas)
    assert [*sent.values()] == [Sent.INVITED] * 20 + [Sent.IS_THERE]
    assert letters(session) == [("invitation", mail) for mail in mails]
    assert len(set(tokens(session))) == 20
    assert {each.state for each in invitations_of(session, cast.woldzicht)} == {InvitationState.OPEN}


def test_only_the_digest_of_a_link_is_kept_with_the_invitation(session: Session, cast: Cast, baas: Actor) -> None:
    invitation, token = invited(session, cast, baas)
    assert invitation.token_digest == digest(token)
    assert invitation_behind(session, token) is invitation
    for wrong in ("", "x", token[:-1], invitation.token_digest):
        with pytest.raises(NotFound):
            invitation_behind(session, wrong)


def test_pasting_the_same_list_twice_sends_one_letter(session: Session, cast: Cast, baas: Actor) -> None:
    invited(session, cast, baas)
    assert invite(session, cast.woldzicht, [MAIL], Role.READER, by=baas) == {MAIL: Sent.TOO_OFTEN}
    assert len(letters(session)) == 1


def test_nobody_is_buried_under_letters(session: Session, cast: Cast, baas: Actor) -> None:
    for hour in range(10):
        with time_machine.travel(now() + timedelta(hours=hour)):
            invite(session, cast.woldzicht, [MAIL], Role.READER, by=baas)
    assert len(letters(session)) == MOST_TO_ONE
    invitation = session.exec(select(Invitation)).one()
    with pytest.raises(TooMany):
        resend(session, cast.woldzicht, invitation.id, by=baas)


def test_an_organisation_sends_so_many_letters_a_day(session: Session, cast: Cast, baas: Actor) -> None:
    with pytest.raises(Invalid):
        invite(session, cast.woldzicht, [f"p{n}@x.nl" for n in range(MOST_AT_ONCE + 1)], Role.READER, by=baas)
    lists = [[f"p{part}-{n}@x.nl" for n in range(MOST_AT_ONCE)] for part in range(3)]
    for mails in lists[: MOST_A_DAY // MOST_AT_ONCE]:
        invite(session, cast.woldzicht, mails, Role.READER, by=baas)
    with pytest.raises(TooMany):
        invite(session, cast.woldzicht, lists[-1], Role.READER, by=baas)


@pytest.mark.parametrize("name", ["femke", "sjoerd", "hinke", "okke", "nobody"])
def test_nobody_but_an_owner_or_a_steward_invites(session: Session, cast: Cast, baas: Actor, name: str) -> None:
    invitation, who = invited(session, cast, baas)[0], cast.everybody[name]
    for attempt in (
        lambda: invite(session, cast.woldzicht, ["x@x.nl"], Role.READER, by=who),
        lambda: resend(session, cast.woldzicht, invitation.id, by=who),
        lambda: withdraw(session, cast.woldzicht, invitation.id, by=who),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_an_organisation_that_does_not_take_part_yet_invites_nobody(session: Session, cast: Cast) -> None:
    with pytest.raises(Conflict):
        invite(session, cast.veenhart, ["x@x.nl"], Role.READER, by=cast.noor)


def test_an_invitation_of_another_organisation_is_not_found(session: Session, cast: Cast, baas: Actor) -> None:
    invitation, _token = invited(session, cast, baas)
    stranger = owner(session, cast.nipt, "Nipt Baas")
    with pytest.raises(NotFound):
        resend(session, cast.nipt, invitation.id, by=stranger)
    with pytest.raises(NotFound):
        withdraw(session, cast.nipt, invitation.id, by=stranger)


# --- accepting ---


def test_who_has_the_address_takes_the_place_in_the_role_that_was_offered(
    session: Session, cast: Cast, baas: Actor
) -> None:
    invitation, _token = invited(session, cast, baas)
    fenna = newcomer(session, mail=MAIL)
    accept(session, invitation, by=fenna)
    assert actor(session, fenna).edits_for == {cast.woldzicht.id}
    assert invitation.state == InvitationState.ACCEPTED


def test_nobody_else_takes_it_however_they_got_the_link(session: Session, cast: Cast, baas: Actor) -> None:
    invitation, _token = invited(session, cast, baas)
    for other in (person(session, "aafke"), newcomer(session, mail="fenna@elders.example")):
        with pytest.raises(NotAllowed):
            accept(session, invitation, by=other)
    assert invitation.state == InvitationState.OPEN


def _withdrawn(session: Session, cast: Cast, invitation: Invitation, baas: Actor) -> None:
    withdraw(session, cast.woldzicht, invitation.id, by=baas)


def _expired(session: Session, cast: Cast, invitation: Invitation, baas: Actor) -> None:
    invitation.expires_at = now()


@pytest.mark.parametrize(
    ("ending", "state"), [(_withdrawn, InvitationState.WITHDRAWN), (_expired, InvitationState.EXPIRED)]
)
def test_an_invitation_that_is_over_opens_nothing(
    session: Session,
    cast: Cast,
    baas: Actor,
    ending: Callable[[Session, Cast, Invitation, Actor], None],
    state: InvitationState,
) -> None:
    invitation, _token = invited(session, cast, baas)
    ending(session, cast, invitation, baas)
    assert invitation.state == state
    fenna = newcomer(session, mail=MAIL)
    with pytest.raises(Conflict):
        accept(session, invitation, by=fenna)
    assert not actor(session, fenna).is_member


def test_an_invitation_lasts_two_weeks(session: Session, cast: Cast, baas: Actor) -> None:
    invitation, _token = invited(session, cast, baas)
    with time_machine.travel(now() + LASTS - timedelta(minutes=1)):
        assert invitation.state == InvitationState.OPEN
    with time_machine.travel(now() + LASTS):
        assert invitation.state == InvitationState.EXPIRED


def test_a_new_letter_makes_the_old_link_useless(session: Session, cast: Cast, baas: Actor) -> None:
    invitation, old = invited(session, cast, baas)
    withdraw(session, cast.woldzicht, invitation.id, by=baas)
    resend(session, cast.woldzicht, invitation.id, by=baas)
    assert invitation.state == InvitationState.OPEN
    with pytest.raises(NotFound):
        invitation_behind(session, old)
    assert invitation_behind(session, tokens(session)[-1]) is invitation


def test_an_accepted_invitation_does_not_bring_back_who_was_removed(session: Session, cast: Cast, baas: Actor) -> None:
    invitation, _token = invited(session, cast, baas)
    fenna = newcomer(session, mail=MAIL)
    accept(session, invitation, by=fenna)
    remove(session, place(session, fenna.handle, cast.woldzicht), by=baas)
    accept(session, invitation, by=fenna)
    assert not actor(session, fenna).is_member
    for change in (resend, withdraw):
        with pytest.raises(Conflict):
            change(session, cast.woldzicht, invitation.id, by=baas)


# --- stewards ---


def test_the_operator_invites_the_first_steward_and_gets_the_link(session: Session, cast: Cast) -> None:
    link = invite_steward(session, "nieuw@kennis.example", by=the_operator)
    assert letters(session) == [("steward_invitation", "nieuw@kennis.example")]
    nieuw = newcomer(session, "Nieuw Persoon", "nieuw@kennis.example")
    accept(session, invitation_behind(session, link.rpartition("/")[2]), by=nieuw)
    assert actor(session, nieuw).is_steward


@pytest.mark.parametrize("name", ["femke", "sjoerd", "hinke", "nobody"])
def test_nobody_makes_stewards_by_inviting_them(session: Session, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        invite_steward(session, "x@x.nl", by=cast.everybody[name])


def test_a_person_is_written_to_in_their_own_language(session: Session, cast: Cast, baas: Actor) -> None:
    session.add(User(handle="e", name="Eve", mail=MAIL, language="en"))
    session.flush()
    invited(session, cast, baas)
    row = session.exec(select(PostedLetter)).one()
    assert row.language == "en"
    assert "/en/uitnodiging/" in row.told["link"]
