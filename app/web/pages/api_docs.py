"""The documentation of the API, drawn from its description. The description is in English, as the API is."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.settings import settings
from app.web import showing
from app.web.api.openapi import describe
from app.web.api_view import api_view
from app.web.needs import Reading
from app.web.rendering import Page
from app.web.visit import API_DOCS

RULES: Final = "/over/api"

router = APIRouter()


@router.get(API_DOCS)
def api_docs(request: Request, session: Reading, page: Page) -> Response:
    """Every operation with its parameters, an example that works here, and every shape."""
    described = describe(request.app, session)
    view = api_view(session, described, base=settings().address, rules=showing.here(RULES))
    return page("api_docs", view, section="about", is_indexed=False, reads=True)
