"""What each kind of organisation lets its people do, besides what everybody admitted may.

Reading, following, asking and saving belong to every admitted organisation's people; none of the extras makes a
steward (settled: 11).
"""

from enum import StrEnum
from typing import Final

from app.core.errors import NotAllowed
from app.core.language import gettext as _
from app.core.language import pick
from app.people.actor import Actor


class Extra(StrEnum):
    """A thing that some kinds of organisation may do."""

    PROPOSE_CASE = "propose_case"
    HOST_VISITS = "host_visits"
    CO_PUBLISH = "co_publish"
    ANSWER = "answer"
    PUBLISH = "publish"
    REVIEW = "review"
    ORGANISE_EVENTS = "organise_events"
    MODERATE = "moderate"
    REPORT = "report"


EXTRAS: Final[dict[str, frozenset[Extra]]] = {
    "sme": frozenset({Extra.PROPOSE_CASE}),
    "lead-company": frozenset({Extra.HOST_VISITS, Extra.CO_PUBLISH}),
    "technology-provider": frozenset({Extra.ANSWER, Extra.CO_PUBLISH}),
    "university": frozenset({Extra.PUBLISH, Extra.REVIEW, Extra.ANSWER}),
    "applied-university": frozenset({Extra.PUBLISH, Extra.REVIEW, Extra.ANSWER}),
    "vocational-college": frozenset({Extra.PUBLISH, Extra.ANSWER}),
    "research-institute": frozenset({Extra.PUBLISH, Extra.REVIEW, Extra.ANSWER}),
    "cluster": frozenset({Extra.PUBLISH, Extra.ORGANISE_EVENTS}),
    "government": frozenset({Extra.REPORT}),
    "development-agency": frozenset({Extra.PUBLISH, Extra.ORGANISE_EVENTS, Extra.MODERATE}),
    "trade-association": frozenset({Extra.ORGANISE_EVENTS}),
}
"""Kind of organisation -> what its people may do on top."""

WRITING: Final = frozenset({Extra.PROPOSE_CASE, Extra.CO_PUBLISH, Extra.PUBLISH})
"""Any of these lets the editors of an organisation begin a piece; what happens to it before readers see it differs."""

KIND_NAMES: Final[dict[str, tuple[str, str]]] = {
    "sme": ("Mkb-bedrijf", "SME"),
    "lead-company": ("Koploperbedrijf", "Lead company"),
    "technology-provider": ("Technologieaanbieder", "Technology provider"),
    "university": ("Universiteit", "University"),
    "applied-university": ("Hogeschool", "University of applied sciences"),
    "vocational-college": ("Mbo-instelling of skillslab", "Vocational college or skills lab"),
    "research-institute": ("Onderzoeksinstituut", "Research institute"),
    "cluster": ("Cluster of fieldlab", "Cluster or fieldlab"),
    "government": ("Overheid", "Government"),
    "development-agency": ("Ontwikkelingsmaatschappij", "Regional development agency"),
    "trade-association": ("Branchevereniging", "Trade association"),
}
"""Kind of organisation -> its Dutch and its English name."""


def kind_name(kind: str) -> str:
    """The kind of an organisation in the reader's language."""
    return pick(*KIND_NAMES.get(kind, (kind, kind)))


def may_write(kind: str) -> bool:
    """Whether an organisation of this kind begins pieces."""
    return bool(WRITING & EXTRAS.get(kind, frozenset()))


def require_steward(actor: Actor) -> None:
    """Raises NotAllowed unless the actor is a steward."""
    if not actor.is_steward:
        raise NotAllowed(_("This is for the people of the knowledge centre."))


def require_owner(actor: Actor, organisation_id: int) -> None:
    """Raises NotAllowed unless the actor decides for this organisation that takes part, or is a steward."""
    if not (actor.is_steward or organisation_id in actor.owns):
        raise NotAllowed(_("Only an owner of this organisation can do that."))
