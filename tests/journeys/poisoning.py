"""A site on which everybody wrote hostile text into every field that there is.

Piece number n holds payload n in its first field, n + 1 in the next, and so on; with as many pieces of a kind as there
are payloads, every field of the kind has held every payload. The names of organisations, people, topics and pilots go
round in the same way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from sqlmodel import Session

from app.people.models import Admission, Membership, Organisation, Role, User
from content.attaching import keep_file
from content.kinds import KINDS
from content.models import Article
from content.publishing import publish, withdraw
from content.snapshot import Contribution, FileUse, Part, Snapshot
from content.subjects import Pilot, PilotOrganisation, PilotTopic, Topic
from content.writing import revise, save_draft
from tests.cast import TOLD, Cast, content, draft

CSV = b"week;uitval\n1;4,2\n2;1,1\n"
MANY = 12
"""Items of a list that are written."""


@dataclass(frozen=True)
class Poisoned:
    """What was written: the addresses of pages that show one thing, and the slugs of the cases."""

    pages: list[str]
    cases: list[str]


class Pen:
    """Gives one payload after the other, of those that fit."""

    def __init__(self, payloads: Sequence[str], start: int) -> None:
        self._payloads = payloads
        self._places = count(start)

    def write(self, longest: int = 100_000) -> str:
        """The next payload that has no more letters than this."""
        return next(text for place in self._places if len(text := self._payload(place)) <= longest)

    def _payload(self, place: int) -> str:
        return self._payloads[place % len(self._payloads)]

    def words(self, longest: int) -> str:
        """For what lists and slugs are made of: never empty."""
        return self.write(longest).strip() or "leeg"


def poison(session: Session, payloads: Sequence[str], *, kinds: int, names: int) -> Poisoned:
    """Write it all: each payload comes first in a piece of so many `kinds`, and there are `names` of each thing."""
    cast = Cast.in_(session)
    things = [_Things.made(session, Pen(payloads, number * 7), number) for number in range(names)]
    told = [
        _piece(session, cast, Pen(payloads, number), _kind(number + turn), things[number % names])
        for number in range(len(payloads))
        for turn in range(kinds)
    ]
    pen = Pen(payloads, 0)
    withdraw(session, told[-1], by=cast.femke, reason_nl=pen.words(600), reason_en=pen.words(600))
    pages = [f"/kennis/{article.slug}" for article in told]
    pages += [f"/kennis/{article.slug}/versies" for article in told[:: len(told) // names]]
    pages += [page for thing in things for page in thing.pages]
    return Poisoned(pages, [article.slug for article in told if article.kind == "case_study"])


def _kind(number: int) -> str:
    return list(KINDS)[number % len(KINDS)]


@dataclass(frozen=True)
class _Things:
    """One of everything that pieces name."""

    organisation: Organisation
    person: User
    topic: Topic
    pilot: Pilot

    @classmethod
    def made(cls, session: Session, pen: Pen, number: int) -> "_Things":
        organisation = Organisation(
            slug=f"gif-{number}",
            name=pen.words(160),
            name_en=pen.words(160),
            kind="sme",
            admission=Admission.ADMITTED,
            municipality_id=1,
            website=pen.write(300),
            sources=[pen.write(300)],
            **{f"{field}_{lang}": pen.write(500) for field in ("about", "shares") for lang in ("nl", "en")},
        )
        person = User(
            handle=f"gif-{number}",
            name=pen.words(120),
            mail=f"gif-{number}@proeftuin.example",
            has_profile=True,
            topics=[f"gif-{number}"],
            **{f"{field}_{lang}": pen.write(160) for field in ("title", "bio") for lang in ("nl", "en")},
        )
        topic = Topic(
            slug=f"gif-{number}",
            slug_nl=f"gif-{number}",
            broader_id=1,
            position=900 + number,
            name_nl=pen.words(120),
            name_en=pen.words(120),
            definition_nl=pen.write(500),
            definition_en=pen.write(500),
        )
        session.add_all([organisation, person, topic])
        session.flush()
        session.add(Membership(user_id=person.id, organisation_id=organisation.id, role=Role.EDITOR))
        pilot = _pilot(pen, number, person.id)
        session.add(pilot)
        session.flush()
        session.add(PilotOrganisation(pilot_id=pilot.id, organisation_id=organisation.id, part=Part.LEAD))
        session.add(PilotTopic(pilot_id=pilot.id, topic_id=topic.id))
        return cls(organisation, person, topic, pilot)

    @property
    def pages(self) -> list[str]:
        return [
            f"/organisaties/{self.organisation.slug}",
            f"/mensen/{self.person.handle}",
            f"/onderwerpen/{self.topic.slug_nl}",
            f"/proefprojecten/{self.pilot.slug}",
        ]


def _pilot(pen: Pen, number: int, contact: int) -> Pilot:
    return Pilot(
        slug=f"gif-{number}",
        number=9000 + number,
        name_nl=pen.words(160),
        name_en=pen.words(160),
        status="running",
        starts_on=date(2026, 1, 1),
        municipality_id=1,
        contact_id=contact,
        phases=[_phase(pen)],
        goals=[],
        sources=[pen.write(300)],
        **{f"{field}_{lang}": pen.write(500) for field in ("summary", "lesson") for lang in ("nl", "en")},
    )


def _phase(pen: Pen) -> dict[str, Any]:
    return {
        "slug": "build",
        "nl": pen.write(),
        "en": pen.write(),
        "start": "2026-01-01",
        "end": "2026-06-30",
        "state": "now",
    }


def _piece(session: Session, cast: Cast, pen: Pen, kind: str, things: _Things) -> Article:
    """Two versions of a piece, so that the page of changes has something to show."""
    article = draft(session, cast, kind, title=pen.words(110), body=pen.write(), told=_told(kind, pen))
    publish(session, article, by=cast.femke)
    table = keep_file(session, article, f"{pen.write(80)} tabel.csv", CSV, by=cast.femke)
    told = content(
        kind,
        title=pen.words(110),
        summary=pen.write(320),
        body=_body(pen),
        told=_told(kind, pen),
        topics=(things.topic.slug, "cobots"),
        pilot=things.pilot.slug,
        municipality=None,
        organisations=(Contribution(organisation=things.organisation.slug, part=Part.LEAD),),
        authors=(things.person.handle, "femke"),
        identifier=pen.write(200),
        files=(FileUse(name=table.name, hash=table.hash, title_nl=pen.write(), title_en=pen.write()),),
    )
    return _next_version(session, cast, article, told, note=pen.write(500))


def _next_version(session: Session, cast: Cast, article: Article, told: Snapshot, *, note: str) -> Article:
    save_draft(session, article, told, by=cast.femke)
    revise(session, article, by=cast.femke, note=note)
    return publish(session, article, by=cast.femke)


def _body(pen: Pen) -> str:
    """One payload as a whole text, and others inside everything that a text may hold."""
    inside = iter(lambda: pen.write(200).replace("\n", " "), None)
    kept = (
        f"## {next(inside)}",
        f"- {next(inside)}",
        f"> {next(inside)}",
        f"| {next(inside)} | b |\n|---|---|\n| {next(inside)} | c |",
        f"::: misging\n{next(inside)}\n:::",
        f'![{next(inside)}](files/x.svg "{next(inside)}")',
        f"[{next(inside)}](https://voorbeeld.example/{next(inside)})",
        f"Woord[^1]\n\n[^1]: {next(inside)}",
    )
    return "\n\n".join((pen.write(), *kept))


def _told(kind: str, pen: Pen) -> dict[str, Any]:
    """Every text field of the kind; numbers and choices are as `TOLD` has them."""
    told = dict(TOLD[kind])
    for name, field in KINDS[kind].model_fields.items():
        longest = next((rule.max_length for rule in field.metadata if hasattr(rule, "max_length")), 300)
        if field.annotation is str:
            told[name] = pen.words(longest)
        elif field.annotation == tuple[str, ...]:
            told[name] = [pen.words(300) for _ in range(MANY)]
    if "metrics" in told:
        told["metrics"] = list(_metrics(told["metrics"][0], pen))
    return told


def _metrics(plain: dict[str, Any], pen: Pen) -> Iterator[dict[str, Any]]:
    for _ in range(3):
        yield plain | {"name": pen.words(80), "unit": pen.write(40), "period": pen.write(80)}
