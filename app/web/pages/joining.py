"""Joining, in four steps: company, person, topics, check with the code from the mail. Then they are in.

What was filled in is kept by us from the first step on (`app/people/join_drafts.py`), so going back loses nothing and
no script is needed. Whom we know already is asked for no code, and not who they are.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app.core.language import gettext as _
from app.people import join_drafts, joining
from app.people.devices import device_kept
from app.people.models import User
from app.people.register import Registered
from app.people.second_steps import has_second_step
from app.people.signing_in import begin_session, end_session
from app.web import join_choices, join_code, join_steps
from app.web.code_trial import proven_address
from app.web.cookies import give_session_cookie
from app.web.forms import Filled, Form, sealed
from app.web.join_choices import Told
from app.web.join_cookie import end_draft_cookie
from app.web.join_way import Filling, Joining, Looking
from app.web.needs import Reading
from app.web.redirecting import see
from app.web.visit import address

router = APIRouter()

WELCOME: Final = "/instellingen/organisatie"
"""Where somebody lands who is in: it says what they wait for."""


@router.get("/aanmelden")
def show_company(request: Request, way: Looking) -> Response:
    """Which organisation it is."""
    asked = request.query_params.get("als")
    told = {**way.told, **({"als": asked} if asked else {})}
    way = Joining(way.token, told, way.me, way.session, way.here, way.page)
    return way.show("bedrijf", Form(told), is_looked_up=bool(told.get("opgezocht")))


def looked_up(form: Filled, session: Reading) -> Registered | None:
    """A company of which only the number was filled in, as the trade register has it."""
    return None if form.raw("naar") else join_steps.registered(session, form)


@router.post("/aanmelden")
def take_company(
    form: Filled, reading: Reading, found: Annotated[Registered | None, Depends(looked_up)], way: Filling
) -> Response:
    """Keep it, and go on. A number alone is looked up in the trade register, where this installation may ask it.

    That is asked before the draft is read for writing, so that nobody who writes waits for the register.
    """
    if way.back("bedrijf", form):
        return way.go_on("bedrijf", form, "/")
    if found is not None:
        told = join_choices.found_in_register(reading, found) | {"opgezocht": "ja"}
        return way.go_on("bedrijf", form, "/aanmelden", told)
    join_steps.check_company(reading, form)
    where = "/aanmelden/onderwerpen" if way.me.is_signed_in else "/aanmelden/jij"
    return way.go_on("bedrijf", form, where, {"opgezocht": ""})


@router.get("/aanmelden/jij")
def show_person(way: Looking) -> Response:
    """Who they are."""
    lacking = way.lacking("jij") or (
        address("/aanmelden/onderwerpen", way.here.language) if way.me.is_signed_in else ""
    )
    return see(lacking) if lacking else way.show("jij", Form(way.told))


@router.post("/aanmelden/jij")
def take_person(form: Filled, way: Filling) -> Response:
    """Keep it, and go on. Whom we know already is not asked."""
    if way.me.is_signed_in:
        return see(address("/aanmelden/onderwerpen", way.here.language))
    if not way.back("jij", form):
        join_steps.check_person(form)
    return way.go_on("jij", form, "/aanmelden/onderwerpen")


@router.get("/aanmelden/onderwerpen")
def show_topics(way: Looking) -> Response:
    """What they want to hear of, and how often."""
    lacking = way.lacking("onderwerpen")
    return see(lacking) if lacking else way.show("onderwerpen", Form({"vaak": "weekly", **way.told}))


@router.post("/aanmelden/onderwerpen")
def take_topics(form: Filled, way: Filling) -> Response:
    """Keep it, send the code to the address of the step before, and go on."""
    if not way.back("onderwerpen", form):
        join_steps.check_topics(way.session, form)
        if form.is_fine and not way.me.is_signed_in and not way.lacking("onderwerpen"):
            join_code.send(way.session, way.here, form, way.token, join_choices.person_of(way.told).mail)
    return way.go_on("onderwerpen", form, "/aanmelden/controleren")


@router.get("/aanmelden/controleren")
def show_check(way: Looking) -> Response:
    """Everything once more, and the code."""
    lacking = way.lacking("controleren")
    return see(lacking) if lacking else way.show("controleren", Form())


@router.post("/aanmelden/nieuwe-code")
def send_another_code(form: Filled, way: Filling) -> Response:
    """Send a new code; the former one is over."""
    lacking = way.lacking("controleren")
    if not lacking and not way.me.is_signed_in:
        mail = join_choices.person_of(way.told).mail
        join_code.send(way.session, way.here, form, way.token, mail, is_new=True)
        if not form.is_fine:
            return way.show("controleren", form)
    return see(lacking or address("/aanmelden/controleren", way.here.language))


@router.post("/aanmelden/controleren")
def come_in(request: Request, form: Filled, way: Filling) -> Response:
    """With the right code they are in, as applicant, or with a place at once."""
    lacking = way.lacking("controleren")
    back = way.back("controleren", form)
    if lacking or back:
        return see(lacking or address(back, way.here.language))
    user = _who(form, way)
    if user is not None:
        with form.minding(way.session):
            _ask(way.session, way.told, user)
    if user is None or not form.is_fine:
        return way.show("controleren", form)
    join_drafts.forget(way.session, way.token)
    return end_draft_cookie(_let_in(request, way, user))


def _who(form: Form, way: Joining) -> User | None:
    """Whom we know, or who typed the right code; None, and the code is blamed, for anybody else."""
    if way.me.is_signed_in:
        sealed(way.here, form)
        return way.session.get_one(User, way.me.user_id)
    mail = proven_address(way.session, form, purpose=join_code.JOIN, browser=way.token)
    person, language = join_choices.person_of(way.told), way.here.language
    if mail and mail != person.mail:
        # Another address was filled in after the code was sent.
        form.blame("code", _("This code was sent to another address. Ask for a new code below, and type that one."))
    if not form.is_fine:
        return None
    return joining.become_known(way.session, mail, name=person.name, title=person.title, language=language)


def _ask(session: Session, told: Told, user: User) -> None:
    """For a place where the organisation takes part already, else that it may."""
    known, wish = join_choices.takes_part_already(session, told), join_choices.wish_of(session, told)
    if known is not None:
        joining.ask_for_place(session, known, wish, by=user)
    else:
        joining.apply(session, join_choices.company_of(session, told), wish, by=user)


def _let_in(request: Request, way: Joining, user: User) -> RedirectResponse:
    where = address(WELCOME, way.here.language)
    if way.me.is_signed_in:
        return see(where)
    if has_second_step(way.session, user):
        # The code alone must not open what asks for more: they sign in as always.
        return see(f"{address('/inloggen', way.here.language)}?naar={where}")
    end_session(way.session, way.here.session_token)
    device = device_kept(request.headers.get("user-agent", ""))
    return give_session_cookie(see(where), begin_session(way.session, user, device=device))
