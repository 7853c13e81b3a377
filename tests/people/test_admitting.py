from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.mail import PostedLetter
from app.core.settings import settings
from app.people.admitting import admit, application_numbered, reason_of, refuse, remind_of_waiting
from app.people.auditing import AuditEntry
from app.people.belonging import make_steward
from app.people.joining import ask_for_place
from app.people.models import Admission, Organisation, Role, User
from app.people.ways_in import Answer, Application
from tests.cast import Cast
from tests.people.joining import WISH, actor, applied, letters, newcomer, owner, person


def asked(session: Session, cast: Cast) -> Application:
    """Somebody asks for a place at Woldzicht."""
    application = ask_for_place(session, cast.woldzicht, WISH, by=newcomer(session))
    assert application is not None
    return application


def applicant(session: Session, application: Application) -> User:
    return session.get_one(User, application.user_id)


def told(session: Session, name: str) -> dict[str, object]:
    return session.exec(select(PostedLetter.told).where(PostedLetter.name == name)).one()


def test_who_is_admitted_is_a_member_and_decides_for_the_organisation(session: Session, cast: Cast) -> None:
    application = applied(session)
    admit(session, application, by=cast.noor, kind="lead-company")
    organisation = session.get_one(Organisation, application.organisation_id)
    assert (organisation.admission, organisation.kind) == (Admission.ADMITTED, "lead-company")
    fenna = actor(session, applicant(session, application))
    assert fenna.owns == {organisation.id}
    assert (application.answer, application.answered_by_id) == (Answer.ADMITTED, cast.noor.user_id)
    assert letters(session, "admitted") == [("admitted", "fenna@plaatwerk.example")]
    assert "admit" in session.exec(select(AuditEntry.action)).all()


def test_admitting_twice_changes_nothing(session: Session, cast: Cast) -> None:
    application = applied(session)
    for _time in range(2):
        admit(session, application, by=cast.noor)
    assert len(letters(session, "admitted")) == 1
    with pytest.raises(Conflict):
        refuse(session, application, by=cast.noor, reason="region")


def test_two_organisations_never_take_part_under_one_number(session: Session, cast: Cast) -> None:
    first, second = applied(session), applied(session, "Gerrit Bos")
    admit(session, first, by=cast.noor)
    with pytest.raises(Conflict, match="Fries Plaatwerk"):
        admit(session, second, by=cast.noor)
    assert second.is_waiting


@pytest.mark.parametrize("name", ["femke", "sjoerd", "hinke", "okke", "nobody"])
def test_nobody_but_a_steward_admits_an_organisation(session: Session, cast: Cast, name: str) -> None:
    application, who = applied(session), cast.everybody[name]
    with pytest.raises(NotAllowed):
        admit(session, application, by=who)
    with pytest.raises(NotAllowed):
        refuse(session, application, by=who, reason="region")
    with pytest.raises(NotFound):
        application_numbered(session, application.id, by=who)
    assert application.is_waiting


def test_an_owner_lets_a_colleague_in_and_no_other_owner_does(session: Session, cast: Cast) -> None:
    application = asked(session, cast)
    with pytest.raises(NotAllowed):
        admit(session, application, by=owner(session, cast.nipt))
    admit(session, application, by=owner(session, cast.woldzicht), role=Role.EDITOR)
    fenna = actor(session, applicant(session, application))
    assert (fenna.edits_for, fenna.owns) == ({cast.woldzicht.id}, frozenset())


def test_an_applicant_never_answers_their_own_application(session: Session, cast: Cast) -> None:
    application = applied(session)
    with pytest.raises(NotAllowed):
        admit(session, application, by=actor(session, applicant(session, application)))


def test_who_is_refused_reads_why_in_their_language_and_whom_to_ask(session: Session, cast: Cast) -> None:
    application = applied(session)
    applicant(session, application).language = "en"
    refuse(session, application, by=cast.noor, reason="mail", message="Gebruik je werkadres.")
    assert letters(session, "refused") == [("refused", "fenna@plaatwerk.example")]
    assert told(session, "refused") == {
        "name": "Fenna Dijk",
        "organisation": "Fries Plaatwerk",
        "asks": "admission",
        "reason": "Your mail address does not belong to the company",
        "message": "Gebruik je werkadres.",
    }
    assert reason_of(application) == "Je mailadres hoort niet bij het bedrijf"
    assert session.get_one(Organisation, application.organisation_id).admission == Admission.REFUSED
    assert not actor(session, applicant(session, application)).is_member


@pytest.mark.parametrize(
    ("reason", "message", "field"), [("", "", "reden"), ("x", "", "reden"), ("other", "", "bericht")]
)
def test_nobody_is_refused_without_a_reason(
    session: Session, cast: Cast, reason: str, message: str, field: str
) -> None:
    application = applied(session)
    with pytest.raises(Invalid) as refused:
        refuse(session, application, by=cast.noor, reason=reason, message=message)
    assert refused.value.field == field
    assert application.is_waiting


def test_who_was_refused_may_apply_again_with_the_same_organisation(session: Session, cast: Cast) -> None:
    first = applied(session)
    refuse(session, first, by=cast.noor, reason="mail")
    second = applied(session)
    assert (second.id, second.organisation_id) == (second.id, first.organisation_id)
    assert second.id != first.id
    admit(session, second, by=cast.noor)
    assert actor(session, applicant(session, second)).is_member


def test_a_refusal_of_a_colleague_leaves_the_organisation_as_it_is(session: Session, cast: Cast) -> None:
    refuse(session, asked(session, cast), by=owner(session, cast.woldzicht), reason="stranger")
    assert session.get_one(Organisation, cast.woldzicht.id).admission == Admission.ADMITTED


# --- nothing waits unseen ---


def test_who_has_to_answer_is_reminded_the_day_before_and_every_day_after(session: Session, cast: Cast) -> None:
    application = applied(session)
    assert remind_of_waiting(session) == 0
    for day in range(3):
        with time_machine.travel(application.due_at - timedelta(hours=23) + timedelta(days=day)):
            assert remind_of_waiting(session) == 1
            assert remind_of_waiting(session) == 0
    assert letters(session, "application_waits") == [("application_waits", "noor@proeftuin.example")] * 3


def test_once_it_is_answered_nobody_is_reminded(session: Session, cast: Cast) -> None:
    application = applied(session)
    admit(session, application, by=cast.noor)
    with time_machine.travel(application.due_at + timedelta(days=1)):
        assert remind_of_waiting(session) == 0


def test_a_colleague_who_waits_is_seen_by_owners_and_by_stewards(session: Session, cast: Cast) -> None:
    owner(session, cast.woldzicht)
    application = asked(session, cast)
    with time_machine.travel(application.due_at):
        remind_of_waiting(session)
    readers = {to for _name, to in letters(session, "application_waits")}
    assert readers == {"baas@woldzicht-verspaning.example", "noor@proeftuin.example"}


def test_without_a_steward_the_operator_is_told(session: Session, cast: Cast) -> None:
    applied(session)
    person(session, "noor").is_steward = False
    session.flush()
    with time_machine.travel(now() + timedelta(days=20)):
        remind_of_waiting(session)
    assert letters(session, "application_waits") == [("application_waits", settings().operator_contact)]


# --- stewards ---


def test_a_steward_makes_another_and_the_last_one_stays(session: Session, cast: Cast) -> None:
    femke, noor = person(session, "femke"), person(session, "noor")
    with pytest.raises(Conflict):
        make_steward(session, noor, False, by=cast.noor)
    make_steward(session, femke, True, by=cast.noor)
    make_steward(session, noor, False, by=cast.noor)
    assert actor(session, femke).is_steward
    assert not actor(session, noor).is_steward
    with pytest.raises(NotAllowed):
        make_steward(session, noor, True, by=cast.sjoerd)
