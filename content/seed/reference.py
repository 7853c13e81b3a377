"""What every installation begins with: regions, sectors, topics and the words that mean the same.

Inserts what is missing and changes nothing that is there, since stewards look after topics and words from then on.
"""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from app.core import epoch
from app.people.region import Municipality, Province, Sector
from content.seed import source
from content.subjects import FormerTopic, GlossaryGroup, Topic


def load_reference(session: Session) -> int:
    """Insert what is missing; how many rows that were. A topic somebody renamed keeps its new name."""
    taxonomy = source.read("taxonomy")
    added = (
        _provinces(session, taxonomy["regions"]["provinces"])
        + _municipalities(session, taxonomy["regions"]["municipalities"])
        + _sectors(session, taxonomy["sectors"]["items"])
        + _topics(session, taxonomy["topics"])
        + _glossary(session, source.read("glossary")["groups"])
    )
    if added:
        epoch.move(session)
    return added


def _provinces(session: Session, told: Iterable[dict[str, Any]]) -> int:
    known = _known(session, Province)
    return _add(
        session,
        (
            Province(slug=p["slug"], name_nl=p["nl"], name_en=p["en"], latitude=p["lat"], longitude=p["lon"])
            for p in told
            if p["slug"] not in known
        ),
    )


def _municipalities(session: Session, told: Iterable[dict[str, Any]]) -> int:
    provinces, known = _known(session, Province), _known(session, Municipality)
    return _add(
        session,
        (
            Municipality(
                slug=m["slug"],
                name=m["name"],
                town=m["town"],
                province_id=provinces[m["province"]],
                latitude=m["lat"],
                longitude=m["lon"],
            )
            for m in told
            if m["slug"] not in known
        ),
    )


def _sectors(session: Session, told: Iterable[dict[str, Any]]) -> int:
    known = _known(session, Sector, "code")
    return _add(session, (Sector(**sector) for sector in told if sector["code"] not in known))


def _topics(session: Session, told: list[dict[str, Any]]) -> int:
    known = _known_topics(session)
    groups = [_topic(group, position) for position, group in enumerate(told) if group["slug"] not in known]
    added = _add(session, groups)
    known = _known_topics(session)
    for group in told:
        added += _add(
            session,
            (
                _topic(topic, position, broader_id=known[group["slug"]])
                for position, topic in enumerate(group["children"])
                if topic["slug"] not in known
            ),
        )
    return added


def _topic(told: dict[str, Any], position: int, *, broader_id: int | None = None) -> Topic:
    return Topic(
        slug=told["slug"],
        slug_nl=told["slug_nl"],
        broader_id=broader_id,
        position=position,
        name_nl=told["nl"],
        name_en=told["en"],
        definition_nl=told["def_nl"],
        definition_en=told["def_en"],
        start_here=source.keys_of(told.get("start_here", ())),
    )


def _glossary(session: Session, told: list[dict[str, Any]]) -> int:
    known = _known(session, GlossaryGroup)
    return _add(
        session,
        (
            GlossaryGroup(
                slug=group["id"], position=position, told={name: said for name, said in group.items() if name != "id"}
            )
            for position, group in enumerate(told)
            if group["id"] not in known
        ),
    )


def _known_topics(session: Session) -> dict[str, int]:
    """Those that were merged into another are known as that one: they do not come back."""
    former = session.exec(
        select(FormerTopic.slug, FormerTopic.topic_id).where(col(FormerTopic.slug).is_not(None))
    ).all()
    return {key: id_ for key, id_ in former if key} | _known(session, Topic)


def _known(session: Session, table: type[SQLModel], name: str = "slug") -> dict[str, int]:
    return dict(session.exec(select(getattr(table, name), table.id)).all())  # type: ignore[attr-defined]


def _add(session: Session, rows: Iterable[SQLModel]) -> int:
    new = list(rows)
    session.add_all(new)
    session.flush()
    return len(new)
