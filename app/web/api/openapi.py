"""The description of the API, for machines (OpenAPI 3.1). It is made from the routes, so it cannot fall behind them."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.settings import settings
from app.web.api.examples import EXAMPLES
from app.web.needs import Reading
from app.web.rendering import public_headers
from app.web.visit import session_cookie
from search.facets import FACETS

router = APIRouter()

ABOUT: Final = """What factories in the Northern Netherlands tried, measured and learned, as JSON.

Whoever asks without a session or a token gets what everybody may see; those add what their person may see. What you may
not see is not there: it is in no list and no count, and its address answers 404.

Answers carry an `ETag`; with `If-None-Match` an unchanged one costs 304 and no body. Unknown parameters are ignored,
a value that does not fit is told with 400 and the name of its `field`. Errors are Problem Details (RFC 9457).
"""

TOKENS: Final = (
    "A token from your settings, as `Authorization: Bearer pt_...`. `read` lets it read and search what you may see, "
    "`write` begin pieces and bring them in, change and translate drafts, show them by a link and send them in, "
    "`publish` decide about texts on their way, about when pieces appear and end, and take them back, where you may, "
    "and `account` read who you are, and see and end your tokens. Up to 600 requests a minute."
)

MOST_VALUES: Final = 200
"""A longer list of values is left out: whoever needs it reads it from its own door."""

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "Problem Details (RFC 9457): what is in the way, with a sentence for people.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "A sentence for people."},
        "field": {"type": "string", "description": "The parameter that does not fit."},
        "reason": {"$ref": "#/components/schemas/Words", "description": "With 410: why it was withdrawn."},
        "withdrawn": {"type": ["string", "null"], "format": "date-time", "description": "With 410: when."},
        "successor": {
            "type": ["object", "null"],
            "description": "With 410: what to read instead, if there is such a thing.",
            "required": ["slug", "title", "url"],
            "properties": {"slug": {"type": "string"}, "title": {"type": "string"}, "url": {"type": "string"}},
        },
    },
    "examples": [
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "“limit” does not fit: Input should be less than or equal to 100.",
            "field": "limit",
        }
    ],
}


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request, session: Reading) -> Response:
    """The whole of it."""
    request.scope["outgoing"].keep()
    body = json.dumps(describe(request.app, session), ensure_ascii=False).encode()
    return Response(body, headers=public_headers(body), media_type="application/json")


def describe(app: FastAPI, session: Session) -> dict[str, Any]:
    """What the routes say of themselves, with what holds for all of them and which values are known today."""
    told = deepcopy(app.openapi())
    told["info"] |= {"description": ABOUT, "contact": {"email": settings().operator_contact}}
    told["servers"] = [{"url": settings().address}]
    parts = told["components"]
    parts["schemas"]["Problem"] = PROBLEM
    for name, example in EXAMPLES.items():
        parts["schemas"][name]["examples"] = [example]
    parts["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": session_cookie()}}
    parts["securitySchemes"]["token"] = {"type": "http", "scheme": "bearer", "description": TOKENS}
    # Either nobody in particular, or the person of a session or a token.
    told["security"] = [{}, {"session": []}, {"token": []}]
    known = _known_values(session)
    for methods in told["paths"].values():
        for operation in methods.values():
            operation["parameters"] = [_plain(each, known) for each in operation.get("parameters", [])]
            if "401" in operation["responses"]:
                operation["security"] = told["security"][1:]
    return told


def _known_values(session: Session) -> dict[str, list[str]]:
    """Parameter -> what it can be set to, where that is no long list."""
    values = {facet.name: [value.slug for value in facet.values(session)] for facet in FACETS}
    values["near"] = values["municipality"]
    return {name: slugs for name, slugs in values.items() if len(slugs) <= MOST_VALUES}


def _plain(parameter: dict[str, Any], known: Mapping[str, list[str]]) -> dict[str, Any]:
    """A parameter without null, which an address cannot say, and with its known values."""
    schema = dict(parameter["schema"])
    forms = [form for form in schema.pop("anyOf", []) if form != {"type": "null"}]
    schema |= forms[0] if forms else {}
    if parameter["in"] == "query" and parameter["name"] in known:
        of_values = {"type": "string", "enum": known[parameter["name"]]}
        schema |= {"items": of_values} if schema["type"] == "array" else of_values
    return {**parameter, "schema": schema}
