"""Organisations that take part, or that a public source mentions."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.people import finding
from app.web.api import shapes
from app.web.api.answers import Limit, Offset, answer, part_of, problems
from app.web.api.shapes import Words
from app.web.api.telling import named, organisation_short, sector
from app.web.needs import Me, Reading, Slug
from content import overview

router = APIRouter(tags=["organisations"])


@router.get(
    "/organisations",
    response_model=shapes.Listing[shapes.OrganisationShort],
    responses=problems(400),
    operation_id="list_organisations",
    summary="Organisations by name",
)
def every_organisation(request: Request, session: Reading, me: Me, limit: Limit = 20, cursor: Offset = 0) -> Response:
    """Members and those that a public source mentions; `is_member` tells which are which."""
    rows = finding.organisations(session)
    places = finding.municipalities(session, {row.municipality_id for row in rows})
    told = part_of(
        rows,
        cursor,
        limit,
        lambda row: shapes.OrganisationShort(**organisation_short(row, places.get(row.municipality_id))),
    )
    return answer(request, me, told)


@router.get(
    "/organisations/{slug}",
    response_model=shapes.Organisation,
    responses=problems(404),
    operation_id="read_organisation",
    summary="One organisation",
)
def one_organisation(request: Request, session: Reading, me: Me, slug: Slug) -> Response:
    """With what it shares and takes part in. Its pieces: `/articles?organisation={slug}`."""
    row = finding.organisation_at(session, slug)
    place = finding.place_of(session, row.municipality_id)
    told = shapes.Organisation(
        **organisation_short(row, place[0] if place else None),
        about=Words.of(row.about_nl, row.about_en),
        shares=Words.of(row.shares_nl, row.shares_en),
        website=row.website,
        founded=row.founded,
        size_fte=row.size_fte,
        sectors=[sector(each) for each in finding.sectors_of(session, row)],
        pilots=[
            shapes.OrganisationPilot(**dict(named(pilot)), part=part)
            for pilot, part in overview.pilots_of(session, row)
        ],
        sources=row.sources,
        changed=row.changed_at,
    )
    return answer(request, me, told)
