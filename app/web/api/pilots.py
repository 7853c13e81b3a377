"""Pilots."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.people.finding import place_of
from app.web.api import shapes
from app.web.api.answers import Limit, Offset, answer, part_of, problems
from app.web.api.shapes import Words
from app.web.api.telling import named, pilot_short, shorts
from app.web.needs import Me, Reading, Slug
from content import overview, shelves

router = APIRouter(tags=["pilots"])


@router.get(
    "/pilots",
    response_model=shapes.Listing[shapes.PilotShort],
    responses=problems(400),
    operation_id="list_pilots",
    summary="Pilots by number",
)
def every_pilot(request: Request, session: Reading, me: Me, limit: Limit = 20, cursor: Offset = 0) -> Response:
    """All of them, real and invented; `is_example` tells which are invented."""
    told = part_of(overview.pilots(session), cursor, limit, lambda row: shapes.PilotShort(**pilot_short(row)))
    return answer(request, me, told)


@router.get(
    "/pilots/{slug}",
    response_model=shapes.Pilot,
    responses=problems(404),
    operation_id="read_pilot",
    summary="One pilot",
)
def one_pilot(request: Request, session: Reading, me: Me, slug: Slug) -> Response:
    """With who takes part, how far it is and what it brought."""
    pilot = overview.pilot_at(session, slug)
    place = place_of(session, pilot.municipality_id)
    brought = shelves.shelf(session, me, language="nl", where=[shelves.of_pieces(pilot.output)], size=100)
    told = shapes.Pilot(
        **pilot_short((pilot, place[0] if place else None)),
        organisations=[
            shapes.Contributor(**dict(named(organisation)), part=part)
            for organisation, part in overview.partners(session, pilot)
        ],
        topics=[named(topic) for topic in overview.topics_of(session, pilot)],
        budget_eur=pilot.budget_eur,
        phases=[_phase(told) for told in pilot.phases],
        goals=[_goal(told) for told in pilot.goals],
        lesson=Words.of(pilot.lesson_nl, pilot.lesson_en),
        articles=shorts(session, brought.items),
        sources=pilot.sources,
    )
    return answer(request, me, told)


def _phase(told: dict[str, Any]) -> shapes.PilotPhase:
    return shapes.PilotPhase(
        slug=told["slug"], name=_words(told), start=told["start"], end=told["end"], state=told["state"]
    )


def _goal(told: dict[str, Any]) -> shapes.Goal:
    return shapes.Goal(
        name=_words(told),
        indicator=told.get("indicator"),
        organisation=told.get("organisation"),
        unit=_words(told["unit"]),
        begin=told["begin"],
        now=told.get("now"),
        target=told["target"],
        as_of=told.get("as_of"),
        better=told["better"],
    )


def _words(told: dict[str, Any]) -> Words:
    return Words.of(told["nl"], told["en"])
