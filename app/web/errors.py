"""A problem as an answer: a page for people, Problem Details (RFC 9457) for machines."""

from starlette.responses import JSONResponse, Response

from app.core.errors import Problem, Unavailable
from app.web.visit import Visit

RETRY_AFTER_SECONDS = "30"


def told(visit: Visit, problem: Problem) -> Response:
    """The answer that tells this problem, in the visitor's language and in the form that the door speaks."""
    answer = _for_machines(visit, problem) if visit.path.startswith("/api/") else _for_people(visit, problem)
    answer.headers["cache-control"] = "no-store"
    if isinstance(problem, Unavailable):
        answer.headers["retry-after"] = RETRY_AFTER_SECONDS
    return answer


def _for_machines(visit: Visit, problem: Problem) -> Response:
    told = {
        "type": "about:blank",
        "title": type(problem).__name__,
        "status": problem.status,
        "detail": problem.sentence,
    }
    if problem.field:
        told["field"] = problem.field
    return JSONResponse(told, status_code=problem.status, media_type="application/problem+json")
