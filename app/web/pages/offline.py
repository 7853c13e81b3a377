"""Reading without a connection: the service worker, and the state by which it knows that its copies may be old.

The worker lies at the root, since it can look after nothing above its own address. Its bytes change with the edition
of the files, which is how a browser learns of a new one. The page for what was not kept is a standing page.
"""

import json
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.addresses import address
from app.core.language import LANGUAGES
from app.people.actor import someone_passing_by
from app.web.assets import asset, edition
from app.web.handing_out import hand_out
from app.web.needs import Reading
from app.web.standing import PAGES
from content.mapping_out import state_of_what_is_public

router = APIRouter()

STATE: Final = "/openbaar.json"

FILES: Final = (
    "css/app.css",
    *(f"js/{name}.js" for name in ("theme", "combobox", "shortcut", "toast", "offline")),
    "fonts/archivo-var.woff2",
    "icons/mark.svg",
)
"""What every page needs. Those of a piece come along with it."""


@router.get("/sw.js")
def worker(request: Request) -> Response:
    """The service worker, with the files and addresses of this edition."""
    told = {
        "EDITION": edition().name,
        "FILES": [asset(path) for path in FILES],
        "PAGES": {language: address(PAGES["offline"].path, language) for language in LANGUAGES},
        "STATE": STATE,
    }
    names = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    body = names.encode() + edition().assets["js/worker.js"].forms["identity"]
    return hand_out(request, someone_passing_by, body, "text/javascript; charset=utf-8")


@router.get(STATE)
def state(request: Request, session: Reading) -> Response:
    """A word that is another one once any piece appeared, changed or went that everybody could see."""
    told = {"state": state_of_what_is_public(session)}
    return hand_out(request, someone_passing_by, json.dumps(told).encode(), "application/json")
