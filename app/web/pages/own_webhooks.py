"""Settings: webhooks. Owners say which addresses of their organisation are told of pieces, and see how that goes."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Conflict, NotFound
from app.feeds import webhooks
from app.feeds.webhook_models import Webhook
from app.feeds.webhooks import Wanted
from app.people.actor import Actor
from app.web.forms import Form, Sealed
from app.web.needs import Fresh, Here, Reading, Writing
from app.web.own_organisation import LARGEST, after, owned
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import path_of
from app.web.visit import Visit
from app.web.webhook_view import HEARS, PART, hook_view, list_view, missing

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=LARGEST)]

ACTS: Final = {
    "uit": webhooks.switch_off,
    "aan": webhooks.switch_on,
    "weg": webhooks.remove,
    "terug": webhooks.bring_back,
}
"""Word of the form -> what it does; the page says the same word when it is done."""


@router.get("/instellingen/webhooks")
def show_all(here: Here, session: Reading, me: Fresh, page: Page) -> Response:
    """Those of one's own organisation, and the form for a new one."""
    return page("settings/webhooks", list_view(session, here, me, Form({"hoort": "nieuw"})), is_indexed=False)


@router.post("/instellingen/webhooks")
def make(here: Here, form: Sealed, session: Writing, me: Fresh, page: Page) -> Response:
    """Make one; its secret is shown this once."""
    organisation = owned(session, me, form.raw("van"))
    name = form.line("naam", most=80, missing=missing("naam"))
    address = form.line("adres", most=webhooks.LONGEST_ADDRESS, missing=missing("adres"))
    hears = form.choice("hoort", HEARS, missing=missing("hoort"))
    if form.is_fine:
        with form.minding(session):
            wanted = Wanted(name, address, HEARS[hears], here.language)
            hook, secret = webhooks.make(session, organisation, wanted, by=me)
    if not form.is_fine:
        view = list_view(session, here, me, form, organisation=organisation)
        return page("settings/webhooks", view, status=form.status, is_indexed=False)
    return page("settings/webhook", hook_view(session, here, me, hook, fresh=secret), is_indexed=False)


@router.get("/instellingen/webhooks/{number}")
def show(here: Here, session: Reading, me: Fresh, page: Page, number: Number) -> Response:
    """How it goes with one, and what was sent."""
    hook = webhooks.own(session, number, by=me)
    return page("settings/webhook", hook_view(session, here, me, hook), is_indexed=False)


@router.post("/instellingen/webhooks/{number}")
def change(here: Here, form: Sealed, session: Writing, me: Fresh, page: Page, number: Number) -> Response:
    """Try it out, give it a new secret, switch it off or on, remove it or bring it back; send a message again."""
    act = form.raw("doe")
    hook = webhooks.own(session, number, by=me, ended=act == "terug")
    if act == "sleutel":
        secret = webhooks.rotate(session, hook, by=me)
        return page("settings/webhook", hook_view(session, here, me, hook, fresh=secret), is_indexed=False)
    try:
        done = _act(session, me, hook, form, act)
    except Conflict as problem:
        view = hook_view(session, here, me, hook, problem=problem.sentence)
        return page("settings/webhook", view, status=problem.status, is_indexed=False)
    if act == "weg":
        removed = f"{after(here, PART, webhooks.organisation_of(session, hook), done)}&nr={hook.id}"
        return see(removed)
    return see(_page_of(here, hook, done))


def _act(session: Session, me: Actor, hook: Webhook, form: Form, act: str) -> str:
    """Do it; the word for what was done."""
    if act in ACTS:
        ACTS[act](session, hook, by=me)
    elif act == "proef":
        webhooks.try_out(session, hook)
    elif act == "opnieuw":
        webhooks.send_again(session, hook, form.number("nr", least=1, most=LARGEST) or 0)
    else:
        raise NotFound(missing("doe"))
    return act


def _page_of(here: Visit, hook: Webhook, done: str) -> str:
    return path_of(here, f"{PART}/{hook.id}", done=done)
