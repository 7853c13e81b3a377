"""The cast: the people in whose name tests speak, and pieces for them to write.

Femke writes for Kennislab Slim Maken, Sjoerd reads for Woldzicht Verspaning, Noor is a steward, and `nobody` is someone
passing by. Beside them: Aafke writes for another institute, Hinke's company has applied but is not admitted yet, and
Okke's place at the Kennislab was ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlmodel import Session, select

from app.core.clock import now
from app.people.actor import Actor, someone_passing_by
from app.people.models import Admission, Membership, Organisation, Role, User
from app.people.signing_in import actor_for
from content.models import Article, Piece, Stage
from content.publishing import publish, schedule, show_to, withdraw
from content.snapshot import Contribution, Part, Snapshot, Visibility
from content.writing import revise, start

FAR_AWAY = datetime.fromisoformat("2100-01-01T09:00:00+01:00")

_numbers = count(1)


@dataclass(frozen=True)
class Cast:
    """Everybody, as actors with the rights they have in this database, and the organisations they belong to."""

    kennislab: Organisation
    """Publishes: Femke's."""
    woldzicht: Organisation
    """A company: Sjoerd's."""
    nipt: Organisation
    """Another institute: Aafke's."""
    veenhart: Organisation
    """Has applied and is not admitted: Hinke's."""
    femke: Actor
    sjoerd: Actor
    noor: Actor
    aafke: Actor
    hinke: Actor
    okke: Actor
    nobody: Actor = someone_passing_by

    @classmethod
    def in_(cls, session: Session) -> "Cast":
        """The cast in this database."""
        kennislab = _organisation(session, "kennislab-slim-maken", "Kennislab Slim Maken", "applied-university")
        woldzicht = _organisation(session, "woldzicht-verspaning", "Woldzicht Verspaning", "sme")
        nipt = _organisation(session, "nipt", "Noordelijk Instituut voor Productietechniek", "research-institute")
        veenhart = _organisation(session, "veenhart-plaatwerk", "Veenhart Plaatwerk", "sme", Admission.APPLIED)
        return cls(
            kennislab=kennislab,
            woldzicht=woldzicht,
            nipt=nipt,
            veenhart=veenhart,
            femke=_person(session, "femke", "Femke Hoekstra", kennislab, Role.EDITOR),
            sjoerd=_person(session, "sjoerd", "Sjoerd Postma", woldzicht, Role.READER),
            noor=_person(session, "noor", "Noor Wiersma", is_steward=True),
            aafke=_person(session, "aafke", "Aafke Riemersma", nipt, Role.EDITOR),
            hinke=_person(session, "hinke", "Hinke Sinnema", veenhart, Role.OWNER),
            okke=_person(session, "okke", "Okke Havinga", kennislab, Role.EDITOR, ended_at=now()),
        )

    @classmethod
    def known(cls, session: Session) -> "Cast":
        """The cast that is in this database already, with the rights of this moment."""

        def place(slug: str) -> Organisation:
            return session.exec(select(Organisation).where(Organisation.slug == slug)).one()

        def person(handle: str) -> Actor:
            return actor_for(session, session.exec(select(User).where(User.handle == handle)).one())

        return cls(
            kennislab=place("kennislab-slim-maken"),
            woldzicht=place("woldzicht-verspaning"),
            nipt=place("nipt"),
            veenhart=place("veenhart-plaatwerk"),
            **{name: person(name) for name in ("femke", "sjoerd", "noor", "aafke", "hinke", "okke")},
        )

    @property
    def everybody(self) -> dict[str, Actor]:
        """Name -> actor."""
        names = ("femke", "sjoerd", "noor", "aafke", "hinke", "okke", "nobody")
        return {name: getattr(self, name) for name in names}


def _organisation(
    session: Session, slug: str, name: str, kind: str, admission: Admission = Admission.ADMITTED
) -> Organisation:
    organisation = Organisation(slug=slug, name=name, kind=kind, admission=admission)
    session.add(organisation)
    session.flush()
    return organisation


def _person(
    session: Session,
    handle: str,
    name: str,
    organisation: Organisation | None = None,
    role: Role = Role.READER,
    *,
    is_steward: bool = False,
    ended_at: datetime | None = None,
) -> Actor:
    user = User(handle=handle, name=name, mail=f"{handle}@proeftuin.example", is_steward=is_steward, has_profile=True)
    session.add(user)
    session.flush()
    if organisation is not None:
        session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=role, ended_at=ended_at))
        session.flush()
    return actor_for(session, user)


# --- pieces -----------------------------------------------------------------------------------------------------

TOLD: Mapping[str, Mapping[str, Any]] = {
    "lesson": {
        "takeaway": "Meet eerst, koop daarna.",
        "outcome": "mixed",
        "phase": "orient",
        "applies_when": "Er is nog niets gemeten.",
    },
    "case_study": {
        "challenge": "Bij elke order stond de machine een half uur stil.",
        "metrics": [
            {
                "name": "Omsteltijd",
                "unit": "min",
                "baseline": 34,
                "result": 21,
                "period": "14 weken",
                "method": "measured",
                "better": "lower",
                "indicator": "changeover-time",
            }
        ],
        "investment_eur": 28600,
        "payback_months": 14,
        "duration_months": 6,
        "company_size_fte": 65,
        "trl_end": 8,
        "verification": "self_reported",
        "pitfalls": ["Walsolie op de plaat."],
    },
    "technology": {
        "trl": 8,
        "cost_range_eur": [6000, 55000],
        "lead_time_weeks": [6, 26],
        "skills": ["meten"],
        "prerequisites": ["een nulmeting"],
        "alternatives": ["niets doen"],
    },
}
"""The least that a piece of each kind tells."""


def content(kind: str = "lesson", **changes: Any) -> Snapshot:
    """A complete telling of this kind; `changes` are fields of Snapshot, `told` is laid over the kind's fields."""
    told = {**TOLD[kind], **changes.pop("told", {})}
    plain: dict[str, Any] = {
        "title": "Meet eerst hoe lang het omstellen duurt",
        "summary": "Wie niet weet waar de tijd blijft, koopt de verkeerde machine.",
        "body": "## Wat er gebeurde\n\nDe cobot stond er, maar de mal paste niet.",
        "topics": ("cobots", "small-batches"),
        "sectors": ("25",),
        "organisations": (Contribution(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER),),
        "authors": ("femke",),
        "audience": ("production-manager",),
    }
    return Snapshot(**{**plain, **changes, "told": told})


def draft(
    session: Session,
    cast: Cast,
    kind: str = "lesson",
    *,
    language: str = "nl",
    slug: str = "",
    visibility: Visibility = Visibility.EVERYONE,
    allowed: tuple[Organisation, ...] = (),
    piece: Piece | None = None,
    **changes: Any,
) -> Article:
    """A piece that Femke has begun, with a first revision that nobody else sees."""
    number = next(_numbers)
    piece = piece or _piece(session, kind, f"piece-{number}")
    article = start(
        session,
        piece=piece,
        language=language,
        slug=slug or f"stuk-{number}",
        owner_id=cast.kennislab.id,
        visibility=visibility,
        content=content(kind, **changes),
        by=cast.femke,
    )
    show_to(session, article, visibility, by=cast.femke, allowed={organisation.id for organisation in allowed})
    revise(session, article, by=cast.femke)
    return article


def published(session: Session, cast: Cast, kind: str = "lesson", **told: Any) -> Article:
    """A piece that Femke has published; `told` as for `draft`."""
    return publish(session, draft(session, cast, kind, **told), by=cast.femke)


def at_stage(session: Session, cast: Cast, stage: Stage, **told: Any) -> Article:
    """A piece at this stage; `told` as for `draft`."""
    article = draft(session, cast, **told)
    match stage:
        case Stage.PUBLISHED:
            publish(session, article, by=cast.femke)
        case Stage.WITHDRAWN:
            publish(session, article, by=cast.femke)
            withdraw(session, article, by=cast.femke, reason_nl="De cijfers klopten niet.")
        case Stage.SCHEDULED:
            schedule(session, article, at=FAR_AWAY, by=cast.femke)
        case _:
            article.stage = stage
            session.add(article)
            session.flush()
    return article


def _piece(session: Session, kind: str, key: str) -> Piece:
    piece = Piece(key=key, kind=kind)
    session.add(piece)
    session.flush()
    return piece
