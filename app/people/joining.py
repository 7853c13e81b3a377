"""Joining: somebody with a proven mail address asks to take part with an organisation, or for a place in one.

From the code on they are in as applicant: signed in, with everything public; members' pieces come with the answer
(settled: 12).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, delete, func, select

from app.core.clock import in_working_days, now
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.limits import take
from app.core.mail import Letter, post
from app.core.settings import settings
from app.core.text import slug
from app.people.actor import Actor
from app.people.auditing import note
from app.people.events import PersonArrived
from app.people.mail_domains import way_in_of
from app.people.models import Admission, Membership, Organisation, OrganisationSector, Role, User, UserState
from app.people.places import give_place, owners_of, place_in, stewards
from app.people.register import band_of
from app.people.ways_in import Answer, Application, Asks, Joins

MOST_WAITING: Final = 3
"""Applications of one person that may wait at the same time."""

MOST_A_DAY: Final = 6
"""Applications of one person, those included that they took back."""

_KVK: Final = re.compile("[0-9]{8}")


@dataclass(frozen=True)
class Company:
    """What an applicant tells of an organisation."""

    name: str
    kvk_number: str
    kind: str = "sme"
    municipality_id: int | None = None
    size_band: str = ""
    sector_ids: Sequence[int] = ()


@dataclass(frozen=True)
class Wish:
    """What somebody looks for, wants to hear of and how often; `told` is kept as it was asked and answered."""

    looking_for: str = ""
    told: dict[str, Any] | None = None


def kvk_number(text: str, *, field: str = "kvk") -> str:
    """The number in the trade register: eight digits, kept as text for its zeros. Raises Invalid for anything else."""
    digits = re.sub(r"[\s.-]", "", text)
    if not _KVK.fullmatch(digits):
        raise Invalid(_("Fill in 8 digits for the KvK number"), field=field)
    return digits


def become_known(session: Session, mail: str, *, name: str, title: str = "", language: str = "nl") -> User:
    """The person with this mail address, which was just proven; a new one when there is none yet.

    Somebody who only followed something by mail becomes a person with a sign-in; of whom we know already nothing is
    changed, since whoever fills in a form has not signed in with it. Raises NotAllowed for who is suspended.
    """
    known = session.exec(select(User).where(User.mail == mail)).first()
    if known is not None and known.state == UserState.ACTIVE:
        return known
    if known is not None and known.state == UserState.SUSPENDED:
        raise NotAllowed(_("This account is suspended. Write to the knowledge centre to hear why."))
    if known is None:
        known = User(handle=_free_handle(session, name), name=name, mail=mail)
    known.state, known.name, known.language = UserState.ACTIVE, name, language
    known.title_nl, known.title_en = (title, "") if language == "nl" else ("", title)
    session.add(known)
    session.flush()
    note(session, Actor(user_id=known.id), "become_known", subject=known)
    announce(session, PersonArrived(user_id=known.id))
    return known


def organisation_with(session: Session, number: str) -> Organisation | None:
    """The real organisation that takes part under this number."""
    return session.exec(
        select(Organisation).where(
            Organisation.kvk_number == number,
            Organisation.admission == Admission.ADMITTED,
            col(Organisation.example).is_(False),
        )
    ).first()


def apply(session: Session, company: Company, wish: Wish, *, by: User) -> Application:
    """Ask that this organisation may take part, with `by` as its owner. Asking twice is asking once.

    Raises Conflict, at the number, when the organisation takes part already: then a place in it is what to ask for.
    """
    number = kvk_number(company.kvk_number) if company.kvk_number else ""
    if number and organisation_with(session, number):
        raise Conflict(_("This organisation takes part already. Ask for a place in it."), field="kvk")
    _require_room(session, by)
    organisation = _own_attempt(session, number, by) or _begin(session, company)
    _describe(session, organisation, company, number)
    give_place(session, by.id, organisation.id, Role.OWNER)
    application, is_new = _application(session, organisation, by, Asks.ADMISSION, wish)
    for steward in stewards(session) if is_new else ():
        _tell(session, steward, "application_arrived", by, organisation)
    return application


def ask_for_place(session: Session, organisation: Organisation, wish: Wish, *, by: User) -> Application | None:
    """Ask for a place as reader in an organisation that takes part. Asking twice is asking once.

    None when nothing has to be asked: `by` has a place, or got one at once by an address in a domain of its own.
    """
    place = place_in(session, by.id, organisation.id)
    if place is not None and place.ended_at is None:
        return None
    way_in = way_in_of(session, by.mail)
    # Who was once removed comes back through a person, whatever their address says.
    if place is None and way_in and way_in.organisation_id == organisation.id and way_in.joins == Joins.AT_ONCE:
        give_place(session, by.id, organisation.id, Role.READER)
        note(session, Actor(user_id=by.id), "join_by_domain", subject=organisation, told={"domain": way_in.domain})
        for owner in owners_of(session, organisation):
            _tell(session, owner, "colleague_joined", by, organisation)
        return None
    _require_room(session, by)
    application, is_new = _application(session, organisation, by, Asks.PLACE, wish)
    for owner in (owners_of(session, organisation) or stewards(session)) if is_new else ():
        _tell(session, owner, "place_asked", by, organisation)
    return application


def applications_of(session: Session, user_id: int) -> Sequence[tuple[Application, Organisation]]:
    """What somebody asked for, newest first."""
    return session.exec(
        select(Application, Organisation)
        .join(Organisation, col(Application.organisation_id) == Organisation.id)
        .where(Application.user_id == user_id)
        .order_by(col(Application.id).desc())
    ).all()


def take_back(session: Session, application: Application, *, by: Actor) -> None:
    """Ask no longer. Only who asked may; what was answered stays as it is."""
    if application.user_id == by.user_id and application.is_waiting:
        application.answer, application.answered_at = Answer.TAKEN_BACK, now()
        session.add(application)
        organisation = session.get_one(Organisation, application.organisation_id)
        if application.asks == Asks.ADMISSION:
            organisation.admission = Admission.REFUSED
            session.add(organisation)
        note(session, by, "take_back_application", subject=organisation)


def answer_by(asked: datetime) -> datetime:
    """By when we promise an answer: after so many working days, at the same time of the day."""
    return in_working_days(asked, settings().admission_days)


def _require_room(session: Session, by: User) -> None:
    waiting = session.exec(
        select(func.count(col(Application.id))).where(
            Application.user_id == by.id, Application.answer == Answer.WAITING
        )
    ).one()
    if waiting >= MOST_WAITING:
        raise Conflict(_("You are waiting for as many answers as you can have at once. Take one back first."))


def _own_attempt(session: Session, number: str, by: User) -> Organisation | None:
    """What the same person asked before under the same number and that was not admitted."""
    if not number:
        return None
    return session.exec(
        select(Organisation)
        .join(Membership, col(Membership.organisation_id) == Organisation.id)
        .where(
            Membership.user_id == by.id,
            Organisation.kvk_number == number,
            col(Organisation.admission).in_((Admission.APPLIED, Admission.REFUSED)),
        )
    ).first()


def _begin(session: Session, company: Company) -> Organisation:
    organisation = Organisation(slug=_free_slug(session, company.name), name=company.name, kind=company.kind)
    session.add(organisation)
    session.flush()
    return organisation


def _describe(session: Session, organisation: Organisation, company: Company, number: str) -> None:
    organisation.admission = Admission.APPLIED
    organisation.name, organisation.kind, organisation.kvk_number = company.name, company.kind, number
    organisation.municipality_id, organisation.size_band = company.municipality_id, company.size_band
    if band_of(organisation.size_fte) != company.size_band:
        # A number from an earlier time.
        organisation.size_fte = None
    session.add(organisation)
    session.exec(delete(OrganisationSector).where(col(OrganisationSector.organisation_id) == organisation.id))
    for sector_id in company.sector_ids:
        session.add(OrganisationSector(organisation_id=organisation.id, sector_id=sector_id))
    session.flush()


def _application(
    session: Session, organisation: Organisation, by: User, asks: Asks, wish: Wish
) -> tuple[Application, bool]:
    """What waits for an answer, and whether it begins now: those who answer hear of it once."""
    asked = session.exec(
        select(Application).where(
            Application.user_id == by.id,
            Application.organisation_id == organisation.id,
            Application.answer == Answer.WAITING,
        )
    ).first()
    is_new = asked is None
    if asked is None:
        # Whoever takes it back and asks again writes to the same people.
        take(session, what="application", who=str(by.id), most=MOST_A_DAY, within=timedelta(days=1))
        asked = Application(user_id=by.id, organisation_id=organisation.id, asks=asks, due_at=answer_by(now()))
        action = "apply" if asks == Asks.ADMISSION else "ask_for_place"
        note(session, Actor(user_id=by.id), action, subject=organisation)
    asked.looking_for, asked.wishes = wish.looking_for, wish.told or {}
    session.add(asked)
    session.flush()
    return asked, is_new


def _tell(session: Session, reader: User, letter: str, who: User, organisation: Organisation) -> None:
    told = {"name": reader.name, "who": who.name, "mail": who.mail, "organisation": organisation.name}
    post(session, Letter(to=reader.mail, name=letter, language=reader.language, told=told))


def _free_handle(session: Session, name: str) -> str:
    wanted = slug(name, 50)
    return _free(wanted, session.exec(select(User.handle).where(col(User.handle).startswith(wanted))).all())


def _free_slug(session: Session, name: str) -> str:
    wanted = slug(name, 70)
    return _free(wanted, session.exec(select(Organisation.slug).where(col(Organisation.slug).startswith(wanted))).all())


def _free(wanted: str, taken: Sequence[str]) -> str:
    """The word itself, or with the first number behind it that is free."""
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
