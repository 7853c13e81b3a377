"""What is reported, by its address: found as far as the reader sees it, and shown to stewards as it is now."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from app.contact.conversations import conversation_at
from app.contact.models import Question, Report, Reported
from app.contact.reporting import Thing, name_of
from app.core.errors import NotFound
from app.core.language import current_language
from app.core.language import gettext as _
from app.people import finding
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.web import showing
from app.web.rows import Link
from content import reading
from content.models import Piece

NAMES: Final = ("stuk", "organisatie", "persoon", "vraag")
"""In the address of a report: which sort of thing it is about, with its slug, handle or number."""


def report_link(name: str, value: str) -> str:
    """Where something is reported."""
    return f"{showing.here('/melden')}?{name}={value}"


def thing_of(session: Session, asked: Mapping[str, str], me: Actor) -> tuple[Thing, Link]:
    """What is meant, with the way back to it. Raises NotFound for what this reader does not see."""
    if asked.get("stuk"):
        article = reading.at_address(session, asked["stuk"], me)
        link = Link(article.title, showing.here(f"/kennis/{article.slug}"))
        return Thing(piece=session.get_one(Piece, article.piece_id)), link
    if asked.get("organisatie"):
        organisation = finding.organisation_at(session, asked["organisatie"])
        return Thing(organisation=organisation), _organisation(organisation)
    if asked.get("persoon"):
        person = finding.person_at(session, asked["persoon"])
        return Thing(person=person), _person(person)
    number = asked.get("vraag", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        found = conversation_at(session, int(number), me)
        return Thing(question=found.question), Link(found.question.title, showing.here(f"/vragen/{number}"))
    raise NotFound(_("There is nothing at this address."))


def link_to(session: Session, made: Report) -> Link:
    """The way to what was reported, for a steward; without one for a conversation, which is shown beside the report."""
    if made.piece_id is not None:
        language = current_language()
        article = reading.versions_of(session, [made.piece_id], language).get(made.piece_id)
        return Link(name_of(session, made, language), showing.here(f"/kennis/{article.slug}") if article else "")
    if made.organisation_id is not None:
        return _organisation(session.get_one(Organisation, made.organisation_id))
    if made.person_id is not None:
        return _person(session.get_one(User, made.person_id))
    return Link(session.get_one(Question, made.question_id).title, "")


def sort_name(what: Reported) -> str:
    """A piece, an organisation, a profile or a conversation, in words."""
    return {
        Reported.PIECE: _("Piece"),
        Reported.ORGANISATION: _("Organisation"),
        Reported.PERSON: _("Profile"),
        Reported.QUESTION: _("Conversation"),
    }[what]


def _organisation(organisation: Organisation) -> Link:
    return Link(organisation.title, showing.here(f"/organisaties/{organisation.slug}"))


def _person(person: User) -> Link:
    return Link(person.name, showing.here(f"/mensen/{person.handle}"))
