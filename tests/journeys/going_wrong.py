"""The pages for what goes wrong and cannot be brought about from outside, made as the application makes them."""

from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from app.core.errors import NotAllowed, Problem, Unavailable
from app.core.language import gettext as _
from app.core.language import speaking
from app.web.errors import told
from app.web.visit import Visit

PROBLEMS: Final[dict[str, Callable[[], Problem]]] = {
    "not-allowed": lambda: NotAllowed(_("This page was open for too long. Load it again and try once more.")),
    "fault": lambda: Problem(_("Something went wrong on our side.")),
    "away": lambda: Unavailable(_("Our database is away for a moment. Nothing is lost; try again soon.")),
}


def answer_to(name: str, language: str) -> Response:
    """The page that tells this problem."""
    visit = Visit("/zoeken", "q=cobot", language, "", "", "127.0.0.1", is_forwarded=False)
    with speaking(language):
        return told(visit, PROBLEMS[name]())
