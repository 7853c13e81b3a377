"""Two at the same moment: what only one of them may have, only one of them gets."""

import threading
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.core.errors import Conflict
from app.people.admitting import admit
from app.people.auditing import note
from app.people.belonging import leave, make_steward
from app.people.inviting import accept, invite
from app.people.joining import apply, become_known
from app.people.models import Admission, Membership, Organisation, Role, User
from app.people.places import owners_of, stewards
from app.people.signing_in import actor_for
from app.people.ways_in import Application, Invitation
from tests.cast import Cast
from tests.people.joining import WISH, applied, company, newcomer, owner

pytestmark = pytest.mark.whole

Step = Callable[[Session], None]


def at_once(database: Database, steps: list[Step]) -> list[str]:
    """Take these steps in transactions of their own at the same moment; what each came to."""
    together, came_to = threading.Barrier(len(steps)), ["" for _step in steps]

    def take(number: int, step: Step) -> None:
        together.wait()
        try:
            with database.writing() as session:
                step(session)
            came_to[number] = "done"
        except Conflict:
            came_to[number] = "conflict"

    threads = [threading.Thread(target=take, args=one) for one in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came_to)


def test_two_owners_who_leave_at_the_same_moment_leave_one_behind(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        lab = cast.woldzicht.id
        people = [owner(session, cast.woldzicht, name).user_id for name in ("Een Een", "Twee Twee")]

    def leaving(user_id: int | None) -> Step:
        def step(session: Session) -> None:
            place = session.exec(
                select(Membership).where(Membership.user_id == user_id, Membership.organisation_id == lab)
            ).one()
            leave(session, place, by=actor_for(session, session.get_one(User, user_id)))

        return step

    assert at_once(database, [leaving(user_id) for user_id in people]) == ["conflict", "done"]
    with database.reading() as session:
        assert len(owners_of(session, session.get_one(Organisation, lab))) == 1


def test_two_who_apply_under_one_name_at_the_same_moment_get_addresses_of_their_own(database: Database) -> None:
    """On SQLite they wait for each other; on PostgreSQL one may be asked to try once more, and then is in."""

    def joining(number: int) -> Step:
        def step(session: Session) -> None:
            someone = become_known(session, f"jan{number}@x.example", name="Jan de Boer")
            apply(session, company("Fries Plaatwerk", f"1234567{number}"), WISH, by=someone)

        return step

    came_to = at_once(database, [joining(1), joining(2)])
    assert came_to in (["done", "done"], ["conflict", "done"])
    for number in (1, 2):
        with database.writing() as session:
            joining(number)(session)
    with database.reading() as session:
        slugs = session.exec(select(Organisation.slug).where(Organisation.name == "Fries Plaatwerk")).all()
        handles = session.exec(select(User.handle).where(User.name == "Jan de Boer")).all()
    assert sorted(slugs) == ["fries-plaatwerk", "fries-plaatwerk-2"]
    assert sorted(handles) == ["jan-de-boer", "jan-de-boer-2"]


def test_two_organisations_admitted_at_the_same_moment_share_no_number(database: Database) -> None:
    with database.writing() as session:
        noor = Cast.in_(session).noor
        ids = [applied(session, name).id for name in ("Fenna Dijk", "Gerrit Bos")]

    def admitting(id_: int) -> Step:
        return lambda session: void(admit(session, session.get_one(Application, id_), by=noor))

    assert at_once(database, [admitting(id_) for id_ in ids]) == ["conflict", "done"]
    with database.reading() as session:
        named = select(Organisation).where(Organisation.kvk_number == "12345678")
        standing = [row.admission for row in session.exec(named).all()]
    assert sorted(standing) == [Admission.ADMITTED, Admission.APPLIED]


def test_an_invitation_that_is_taken_twice_at_once_gives_one_place(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        baas = owner(session, cast.woldzicht)
        invite(session, cast.woldzicht, ["fenna@plaatwerk.example"], Role.READER, by=baas)
        fenna = newcomer(session).id

    def step(session: Session) -> None:
        invitation = session.exec(select(Invitation)).one()
        accept(session, invitation, by=session.get_one(User, fenna))

    assert "done" in at_once(database, [step, step, step])
    with database.reading() as session:
        assert len(session.exec(select(Membership).where(Membership.user_id == fenna)).all()) == 1


def test_two_stewards_who_end_each_other_leave_one(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        make_steward(session, session.get_one(User, cast.femke.user_id), True, by=cast.noor)
        noor, femke = cast.noor.user_id, cast.femke.user_id

    def ending(by: int | None, whom: int | None) -> Step:
        def step(session: Session) -> None:
            me = actor_for(session, session.get_one(User, by))
            if me.is_steward:
                make_steward(session, session.get_one(User, whom), False, by=me)

        return step

    at_once(database, [ending(noor, femke), ending(femke, noor)])
    with database.reading() as session:
        assert len(stewards(session)) == 1


def test_the_first_entries_about_somebody_agree_on_their_pseudonym(database: Database) -> None:
    with database.writing() as session:
        noor = Cast.in_(session).noor
    assert "done" in at_once(database, [lambda session: note(session, noor, "admit")] * 4)


def void(_made: object) -> None:
    """What was made is looked at later."""
