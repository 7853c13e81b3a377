"""A problem as an answer: a page for people, Problem Details (RFC 9457) for machines."""

import logging
from http import HTTPStatus
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from app.core.addresses import address
from app.core.errors import NotKnown, Problem, TooMany, Unavailable
from app.core.language import gettext as _
from app.core.log import request_id
from app.core.templating import render
from app.people.actor import Actor, someone_passing_by
from app.web.rendering import build_frame
from app.web.visit import Visit

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = "30"


class MethodNotAllowed(Problem):
    """The address is there, but not for this method."""

    status = 405

    def __init__(self) -> None:
        super().__init__(_("This cannot be done at this address."))


class TooLarge(Problem):
    """The body is larger than this door takes."""

    status = 413

    def __init__(self) -> None:
        super().__init__(_("This is more than we can take in at once."))


class UnderMaintenance(Unavailable):
    """An operator, or a migration, closed the site for a moment."""

    def __init__(self) -> None:
        super().__init__(
            _("The site is closed for maintenance. Nothing is lost. Try this address again in a few minutes.")
        )


class Told(Problem):
    """A problem with more to tell machines: members beside the usual ones (RFC 9457, 3.2)."""

    def __init__(self, problem: Problem, **more: Any) -> None:
        super().__init__(problem.sentence, field=problem.field)
        self.status = problem.status
        self.more = more


def told(visit: Visit, problem: Problem, me: Actor = someone_passing_by) -> Response:
    """The answer that tells this problem, in the visitor's language and in the form that the door speaks."""
    answer = problem_details(problem) if visit.is_machine else _page_or_words(visit, problem, me)
    answer.headers["cache-control"] = "no-store"
    if isinstance(problem, NotKnown):
        answer.headers["www-authenticate"] = 'Bearer realm="proeftuin"'
    if isinstance(problem, Unavailable):
        answer.headers["retry-after"] = RETRY_AFTER_SECONDS
    if isinstance(problem, TooMany):
        answer.headers["retry-after"] = str(problem.seconds)
    return answer


def problem_details(problem: Problem) -> Response:
    """RFC 9457. `type` is about:blank, so the title is the status's own phrase and `detail` holds our sentence."""
    details: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.sentence,
    }
    if problem.field:
        details["field"] = problem.field
    if isinstance(problem, Told):
        details |= problem.more
    return JSONResponse(details, status_code=problem.status, media_type="application/problem+json")


def _page_or_words(visit: Visit, problem: Problem, me: Actor) -> Response:
    """The page that tells it; the bare sentence when even that page cannot be made (ASVS 5.0, 16.5.4)."""
    try:
        return _for_people(visit, problem, me)
    except Exception:
        log.exception("the page for a problem could not be made")
        return PlainTextResponse(problem.sentence, status_code=problem.status)


def _for_people(visit: Visit, problem: Problem, me: Actor) -> Response:
    """With the frame of nobody unless told of whom: who is signed in takes a database that may be away."""
    if problem.status in (500, 503):
        name = "maintenance" if isinstance(problem, UnderMaintenance) else str(problem.status)
        home = address("/", visit.language)
        told = {"language": visit.language, "home": home, "reference": request_id(), "sentence": problem.sentence}
        body = render(f"errors/{name}.html", **told)
        return HTMLResponse(body, problem.status)
    frame = build_frame(visit, me, shows_search=False, is_indexed=False, is_found=False)
    name = str(problem.status) if problem.status in (403, 404) else "400"
    return HTMLResponse(render(f"errors/{name}.html", frame=frame, problem=problem), problem.status)
