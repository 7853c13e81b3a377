"""The second step on the way in: a passkey, a code from an app, or a code for recovery."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.addresses import address
from app.core.errors import TooMany
from app.core.language import gettext as _
from app.people import entering, passkeys, second_steps
from app.people.models import User
from app.people.second_steps import Steps, steps_of
from app.web.forms import Filled, Form
from app.web.needs import Asking, Here, Reading, Writing
from app.web.pages.signing_in import SECOND_STEP, let_in
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.visit import Visit

router = APIRouter()


@dataclass(frozen=True)
class SecondStep:
    """What can be shown or typed."""

    form: Form
    has_app: bool
    options: str
    """For a passkey, as JSON; empty when the person has none."""
    riddle: str
    action: str
    begin: str
    """Where to begin again."""


@router.get("/inloggen/tweede-stap")
def show(here: Here, session: Reading, page: Page, browser: Asking) -> Response:
    """Ask for the second step. Who did not take the first, or too long ago, begins at the beginning."""
    user = entering.who_proved(session, browser)
    if user is None:
        return see(address("/inloggen", here.language))
    return _page(page, here, browser, Form(), steps_of(session, user.id))


@router.post("/inloggen/tweede-stap")
def take(request: Request, here: Here, form: Filled, session: Writing, page: Page, browser: Asking) -> Response:
    """Somebody shows or types it. A wrong one counts, so it is answered and not raised."""
    user = entering.who_proved(session, browser)
    if user is None:
        return see(address("/inloggen", here.language))
    steps = steps_of(session, user.id)
    try:
        if _is_right(form, session, user, browser):
            return let_in(request, here, session, user, browser=browser, is_strong=True)
        form.blame("code", _("That is not right. Type the digits that your app shows now, or another recovery code."))
    except TooMany as too_many:
        form.refuse(too_many, "code")
    return _page(page, here, browser, form, steps, status=form.status)


def _is_right(form: Form, session: Writing, user: User, browser: str) -> bool:
    if form.raw("antwoord"):
        riddle, answer = form.raw("raadsel"), form.raw("antwoord")
        return passkeys.is_right_passkey(session, user, browser=browser, riddle=riddle, answer=answer)
    return second_steps.is_right(session, user, form.raw("code"))


def _page(page: Page, here: Visit, browser: str, form: Form, steps: Steps, *, status: int = 200) -> Response:
    riddle = passkeys.new_riddle(browser)
    view = SecondStep(
        form=form,
        has_app=steps.has_app,
        options=passkeys.options_to_show_one(steps, riddle) if steps.passkeys and passkeys.are_possible() else "",
        riddle=riddle,
        action=address(SECOND_STEP, here.language),
        begin=address("/inloggen", here.language),
    )
    return page("sign_in_second_step", view, status=status, shows_search=False, is_indexed=False, is_personal=True)
