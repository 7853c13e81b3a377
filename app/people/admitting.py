"""Admitting: the answer to an application, with a reason that reaches who applied, and nobody who waits unseen."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, or_, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.language import long_date, speaking
from app.core.mail import Letter, post
from app.core.settings import settings
from app.people.access import KIND_NAMES, require_owner, require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.events import OrganisationChanged
from app.people.joining import organisation_with
from app.people.models import Admission, Organisation, Role, User
from app.people.places import give_place, owners_of, stewards
from app.people.ways_in import Answer, Application, Asks

REMIND_BEFORE: Final = timedelta(days=1)
"""So long before the promised moment we remind those who have to answer, and every day from then on."""


def reasons(asks: Asks) -> Mapping[str, str]:
    """Why an application may be refused: word -> what who applied reads."""
    if asks == Asks.PLACE:
        return {
            "stranger": _("Nobody at the organisation knows you as a colleague"),
            "other": _("Another reason, see the message"),
        }
    return {
        "unknown": _("We could not find out which company this is"),
        "mail": _("Your mail address does not belong to the company"),
        "region": _("Not in Groningen, Friesland or Drenthe"),
        "kind": _("Not a manufacturer or a knowledge institution"),
        "other": _("Another reason, see the message"),
    }


def application_numbered(session: Session, id_: int, *, by: Actor) -> Application:
    """An application that the actor may answer. Raises NotFound for every other one."""
    found = session.get(Application, id_)
    if found is None or not may_answer(found, by):
        raise NotFound(_("There is no such application."))
    return found


def may_answer(application: Application, actor: Actor) -> bool:
    """Stewards answer every application, owners those for a place in their organisation."""
    return actor.is_steward or (application.asks == Asks.PLACE and application.organisation_id in actor.owns)


def admit(
    session: Session, application: Application, *, by: Actor, role: Role = Role.READER, kind: str = ""
) -> Application:
    """Let them in: the organisation with the applicant as its owner, or the person in this role.

    `kind`: what the steward found the organisation to be. Admitting twice changes nothing. Raises Conflict when
    another organisation takes part under the same number.
    """
    _require_answerable(application, by, Answer.ADMITTED)
    if not application.is_waiting:
        return application
    organisation = session.get_one(Organisation, application.organisation_id)
    if application.asks == Asks.ADMISSION:
        require_steward(by)
        role = Role.OWNER
        _let_take_part(session, organisation, kind)
    elif role == Role.OWNER:
        require_owner(by, organisation.id)
    give_place(session, application.user_id, organisation.id, role)
    _answer(session, application, Answer.ADMITTED, by)
    note(session, by, "admit", subject=organisation, told={"asks": application.asks, "role": role})
    _tell(session, application, organisation, "admitted", {})
    return application


def refuse(session: Session, application: Application, *, by: Actor, reason: str, message: str = "") -> Application:
    """Say no, and why. The letter says whom to ask. Refusing twice changes nothing."""
    _require_answerable(application, by, Answer.REFUSED)
    if not application.is_waiting:
        return application
    if reason not in reasons(application.asks):
        raise Invalid(_("Choose why"), field="reden")
    if reason == "other" and not message:
        raise Invalid(_("Write in the message why"), field="bericht")
    organisation = session.get_one(Organisation, application.organisation_id)
    application.reason, application.message = reason, message
    if application.asks == Asks.ADMISSION:
        organisation.admission = Admission.REFUSED
        session.add(organisation)
    _answer(session, application, Answer.REFUSED, by)
    note(session, by, "refuse", subject=organisation, told={"asks": application.asks, "reason": reason})
    _tell(session, application, organisation, "refused", {"reason": reason, "message": message})
    return application


def asking_for_place(session: Session, organisation: Organisation) -> Sequence[tuple[Application, User]]:
    """Who waits for a place in this organisation, first come first."""
    return session.exec(
        select(Application, User)
        .join(User, col(User.id) == Application.user_id)
        .where(
            Application.organisation_id == organisation.id,
            Application.asks == Asks.PLACE,
            Application.answer == Answer.WAITING,
        )
        .order_by(col(Application.id))
    ).all()


def reason_of(application: Application) -> str:
    """Why it was refused, in the reader's language."""
    return reasons(application.asks).get(application.reason, "")


def remind_of_waiting(session: Session) -> int:
    """Write to whoever has to answer what is due within a day, once a day; how many applications that were."""
    moment = now()
    due = session.exec(
        select(Application).where(
            Application.answer == Answer.WAITING,
            Application.due_at <= moment + REMIND_BEFORE,
            or_(col(Application.reminded_at).is_(None), col(Application.reminded_at) <= moment - timedelta(days=1)),
        )
    ).all()
    for application in due:
        application.reminded_at = moment
        session.add(application)
        _remind(session, application)
    return len(due)


def _remind(session: Session, application: Application) -> None:
    """Stewards hear of all, and the operator when there is no steward: nothing waits unseen."""
    organisation = session.get_one(Organisation, application.organisation_id)
    who = session.get_one(User, application.user_id)
    is_place = application.asks == Asks.PLACE
    readers = {
        user.mail: user for user in (*(owners_of(session, organisation) if is_place else ()), *stewards(session))
    }
    for mail, user in readers.items():
        post(session, _reminder(mail, user.language, application, who, organisation))
    if not readers:
        post(session, _reminder(settings().operator_contact, "nl", application, who, organisation))


def _reminder(to: str, language: str, application: Application, who: User, organisation: Organisation) -> Letter:
    with speaking(language):
        due = long_date(application.due_at)
    told = {"who": who.name, "organisation": organisation.name, "asks": application.asks.value, "due": due}
    return Letter(to=to, name="application_waits", language=language, told=told)


def _require_answerable(application: Application, by: Actor, wanted: Answer) -> None:
    if not may_answer(application, by):
        raise NotAllowed(_("Only an owner of this organisation can do that."))
    if not application.is_waiting and application.answer != wanted:
        raise Conflict(_("Somebody else has answered this application meanwhile."))


def _let_take_part(session: Session, organisation: Organisation, kind: str) -> None:
    namesake = organisation_with(session, organisation.kvk_number) if organisation.kvk_number else None
    if namesake is not None and namesake.id != organisation.id:
        raise Conflict(_("%(name)s takes part under the same KvK number.", name=namesake.name))
    if kind:
        if kind not in KIND_NAMES:
            raise Invalid(_("Choose one of these"), field="soort")
        organisation.kind = kind
    organisation.admission, organisation.changed_at = Admission.ADMITTED, now()
    session.add(organisation)
    announce(session, OrganisationChanged(organisation_id=organisation.id))


def _answer(session: Session, application: Application, answer: Answer, by: Actor) -> None:
    application.answer, application.answered_at, application.answered_by_id = answer, now(), by.user_id
    session.add(application)
    session.flush()


def _tell(
    session: Session, application: Application, organisation: Organisation, letter: str, more: Mapping[str, str]
) -> None:
    reader = session.get_one(User, application.user_id)
    told = {"name": reader.name, "organisation": organisation.name, "asks": application.asks.value, **more}
    if "reason" in told:
        with speaking(reader.language):
            told["reason"] = reason_of(application)
    post(session, Letter(to=reader.mail, name=letter, language=reader.language, told=told))
