"""For stewards: viewing as somebody, and the way out of it, which stands on every page meanwhile."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from app.people import viewing
from app.people.members import person_numbered
from app.web.forms import Sealed
from app.web.needs import Fresh, Here, Writing
from app.web.redirecting import see
from app.web.stewarding import Steward
from app.web.visit import address

router = APIRouter()


@router.post("/beheer/leden/{number}/meekijken")
def begin(
    me: Steward,
    fresh: Fresh,
    here: Here,
    form: Sealed,
    session: Writing,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """See what this person sees, from their front page on."""
    viewing.begin(session, person_numbered(session, number), by=me, token=here.session_token)
    return see(address("/overzicht", here.language))


@router.post("/meekijken/einde")
def end(here: Here, form: Sealed, session: Writing) -> Response:
    """Be oneself again, back at the person."""
    number = viewing.end(session, here.session_token)
    return see(address(f"/beheer/leden/{number}" if number else "/", here.language))
