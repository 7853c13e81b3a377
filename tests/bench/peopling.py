"""How pages of people and organisations grow: 20 organisations with 200 people against 200 with 2,000.

Straight into the tables, since it is the reading that is measured. Every organisation has an owner, editors and
readers; every fourth person a public page with topics; every tenth organisation waits to be admitted, and for every
tenth person an invitation is open.
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from sqlmodel import Session, SQLModel, col, func, insert, select

from app.core import epoch
from app.core.clock import now
from app.core.database import Database
from app.people.models import Admission, Membership, Organisation, OrganisationSector, Role, User
from app.people.region import Municipality, Sector
from app.people.ways_in import Application, Asks, Invitation
from content.subjects import Topic

SIZES: Final = ((20, 200), (200, 2_000))
"""Organisations and people."""

LAB: Final = "kennislab-slim-maken"
"""To this one every tenth person belongs besides, so that one page has to show many."""

PAGES: Final = (
    ("", "/mensen"),
    ("", "/mensen?onderwerp=cobots"),
    ("", "/mensen/femke"),
    ("", "/organisaties"),
    ("", f"/organisaties/{LAB}"),
    ("sjoerd", "/mensen"),
    ("sjoerd", "/overzicht"),
    ("tjitske", "/instellingen/collegas"),
    ("noor", "/beheer/aanvragen"),
    ("noor", "/beheer/leden"),
    ("noor", "/beheer/leden?q=persoon+19"),
    ("noor", "/beheer/organisaties"),
    ("noor", "/beheer/logboek"),
)
"""Who looks at what: the directory, members' own pages, and what stewards do about them."""

ASKED: Final = 60
"""Requests for one median."""


def crowd(database: Database, organisations: int, people: int) -> None:
    """Add this many of each to what is there."""
    with database.writing() as session:
        at = now()
        first = (session.exec(select(func.max(Organisation.id))).one() or 0) + 1
        places, sectors = (session.exec(select(table.id)).all() for table in (Municipality, Sector))
        topics = session.exec(select(Topic.slug).where(col(Topic.broader_id).is_not(None))).all()
        ids = []
        for number in range(first, first + organisations):
            waits = number % 10 == 0
            values = {
                "slug": f"bedrijf-{number}",
                "name": f"Bedrijf {number}",
                "kind": "sme",
                "kvk_number": f"{20_000_000 + number}",
                "admission": Admission.APPLIED if waits else Admission.ADMITTED,
                "municipality_id": places[number % len(places)],
                "size_band": ("1-9", "10-49", "50-249")[number % 3],
            }
            ids.append((_add(session, Organisation, **values), waits))
            session.execute(
                insert(OrganisationSector).values(organisation_id=ids[-1][0], sector_id=sectors[number % len(sectors)])
            )
        lab = session.exec(select(Organisation.id).where(Organisation.slug == LAB)).one()
        start = (session.exec(select(func.max(User.id))).one() or 0) + 1
        for number in range(start, start + people):
            at_work, waits = ids[number % len(ids)]
            is_first = number - start < len(ids)
            role = Role.OWNER if is_first else Role.READER
            values = {"handle": f"persoon-{number}", "name": f"Persoon {number}", "mail": f"p{number}@bedrijf.example"}
            if number % 4 == 0:
                values |= {"has_profile": True, "topics": [topics[number % len(topics)], "cobots"]}
            user = _add(session, User, **values)
            _add(session, Membership, user_id=user, organisation_id=at_work, role=role)
            if waits and is_first:
                asked = {"asks": Asks.ADMISSION, "due_at": at + timedelta(days=number % 5)}
                _add(session, Application, user_id=user, organisation_id=at_work, looking_for="Sneller.", **asked)
            if number % 10 == 1:
                _add(session, Membership, user_id=user, organisation_id=lab, role=Role.READER)
                told = {"mail": f"nieuw{number}@lab.example", "role": Role.READER, "token_digest": f"{number:064}"}
                _add(session, Invitation, organisation_id=lab, sent_at=at, expires_at=at + timedelta(days=14), **told)
            if number % 10 == 2:
                asked = {"asks": Asks.PLACE, "due_at": at + timedelta(days=number % 5)}
                _add(session, Application, user_id=user, organisation_id=lab, looking_for="Meedoen.", **asked)
        epoch.move(session)


def _add(session: Session, table: type[SQLModel], **values: Any) -> int:
    return int(session.execute(insert(table).values(version=1, created_at=now(), **values)).inserted_primary_key[0])


def peopling() -> None:
    """Print the medians, inside one process: what a page costs the house itself."""
    from app.core import database, migrating, settings
    from app.core.settings import Settings
    from content.seed.seeding import seed

    found: dict[tuple[str, str], list[float]] = {each: [] for each in PAGES}
    for organisations, people in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            settings.configure(Settings(_env_file=None, data_dir=Path(folder)))
            made = database.configure(settings.settings().database_address)
            import app.reactions  # noqa: F401 - the seed announces

            migrating.upgrade(made)
            seed(made)
            crowd(made, organisations, people)
            for who, path in PAGES:
                found[who, path].append(_median(made, who, path))
            made.close()
    sizes = "".join(f"{f'{organisations}/{people:,}':>12}" for organisations, people in SIZES)
    print(f"{'pages of people, p50 in ms':46}{sizes}  organisations/people")
    for (who, path), (few, many) in found.items():
        print(f"{f'{path} ({who})' if who else path:46}{few:>12.1f}{many:>12.1f}   ratio {many / few:.2f}")
    print()


def _median(made: Database, who: str, path: str) -> float:
    from tests.web.client import Client

    taken = []
    with Client() as client:
        if who:
            with made.reading() as session:
                client.sign_in(session.exec(select(User).where(User.handle == who)).one())
        for number in range(ASKED + 5):
            # Another question each time: pages of someone passing by are kept.
            began = perf_counter()
            answer = client.get(f"{path}{'&' if '?' in path else '?'}nieuw={number}")
            taken.append(perf_counter() - began)
            assert answer.status_code == 200, (path, answer.status_code)
    return 1000 * median(taken[5:])
