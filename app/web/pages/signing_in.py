"""Signing in by a code that comes by mail, and out again. Ways besides it have pages of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app.core.addresses import address
from app.core.errors import NotAllowed
from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.seals import new_token
from app.core.settings import settings
from app.people import entering, signing_in
from app.people.codes import Verdict
from app.people.devices import device_kept
from app.people.mail_addresses import mail_address
from app.people.models import User
from app.web.code_view import CodeView, LinkView, code_view, link_view
from app.web.cookies import end_asking_cookie, end_session_cookie, give_asking_cookie, give_session_cookie
from app.web.forms import Filled, Form, is_form_token
from app.web.needs import Asking, Here, Me, Reading, Writing
from app.web.pages.example_people import Example, examples
from app.web.providers.leaving import begin_at
from app.web.redirecting import safe_path, see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.visit import SET_UP, Visit, header

router = APIRouter()

SECOND_STEP = "/inloggen/tweede-stap"
"""Where the second step is taken, and where one is set up."""


@dataclass(frozen=True)
class SignIn:
    """The sign-in page."""

    form: Form
    action: str
    again: str
    """Who is signed in and came here from a page that asks for it once more; empty for everybody else."""
    join: str
    """Where to join; empty while there is no such place."""
    providers: Sequence[Link] = ()
    """Other accounts to sign in with."""
    people: Sequence[Example] = ()
    """Example people, where they are offered."""
    examples_action: str = ""


@router.get("/inloggen")
def show(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
    """The ways to sign in that this installation has."""
    wanted = safe_path(request.query_params.get("naar", ""), "")
    again = session.get_one(User, me.user_id) if wanted and me.is_signed_in else None
    form = Form({"naar": wanted, "mail": again.mail if again else ""})
    view = _view(here, session, form, again=again.name if again else "")
    return page("sign_in", view, shows_search=False, is_indexed=False, is_kept=False)


@router.post("/inloggen")
def ask(here: Here, form: Filled, session: Writing, page: Page) -> Response:
    """Send a code. The answer is the same for every address; what is sent to it differs."""
    browser = new_token()
    with form.minding(session):
        entering.ask_to_enter(
            session,
            mail=mail_address(form.raw("mail")),
            browser=browser,
            peer=here.peer,
            language=here.language,
            wanted=safe_path(form.raw("naar"), ""),
        )
    if not form.is_fine:
        view = _view(here, session, form)
        return page("sign_in", view, status=form.status, shows_search=False, is_indexed=False, is_personal=True)
    return give_asking_cookie(see(address("/inloggen/code", here.language)), browser)


@router.get("/inloggen/code")
def show_code(here: Here, session: Reading, page: Page, browser: Asking) -> Response:
    """Where the code is typed. A browser that asked for none begins at the beginning."""
    code = entering.asked_by(session, browser)
    if code is None:
        return see(address("/inloggen", here.language))
    return _code_page(page, code_view(here, code, Form()))


@router.post("/inloggen/code")
def enter_code(request: Request, here: Here, form: Filled, session: Writing, page: Page, browser: Asking) -> Response:
    """Somebody types the code. A wrong one is counted, so it is answered and not raised."""
    tried = entering.try_code(session, browser=browser, typed=form.raw("code"))
    if tried.user is not None:
        return _in(request, here, session, browser, tried)
    code = entering.asked_by(session, browser)
    if code is None:
        return see(address("/inloggen", here.language))
    if tried.verdict == Verdict.WRONG:
        form.heading = _("The code is not right")
        sentence = ngettext(
            "This code is not right. You can try it one more time.",
            "This code is not right. You can try it %(n)s more times.",
            tried.tries_left,
        )
        form.blame("code", sentence)
    else:
        form.heading = _("This code does not work any more")
        form.blame("code", _("Ask for a new code below, and type that one."))
    return _code_page(page, code_view(here, code, form), status=form.status)


@router.post("/inloggen/nieuwe-code")
def ask_again(here: Here, form: Filled, session: Writing, page: Page, browser: Asking) -> Response:
    """Send another code to the same address; the former one is over."""
    code = entering.asked_by(session, browser)
    if code is None:
        return see(address("/inloggen", here.language))
    fresh, wanted = new_token(), str(code.told.get("wanted", ""))
    view = code_view(here, code, form)
    with form.minding(session):
        entering.ask_to_enter(
            session, mail=code.mail, browser=fresh, peer=here.peer, language=here.language, wanted=wanted
        )
    if not form.is_fine:
        return _code_page(page, view, status=form.status)
    return give_asking_cookie(see(address("/inloggen/code", here.language)), fresh)


@router.get("/inloggen/link")
def show_link(request: Request, here: Here, session: Reading, page: Page, browser: Asking) -> Response:
    """What the link in the mail opens: a button in the browser that asked, a few words in every other. Uses nothing."""
    view = link_view(here, entering.asked_by(session, browser), request.query_params.get("s", ""))
    return _link_page(page, view)


@router.post("/inloggen/link")
def enter_link(request: Request, here: Here, form: Filled, session: Writing, page: Page, browser: Asking) -> Response:
    """Somebody presses that button."""
    tried = entering.try_link(session, browser=browser, link=form.raw("s"))
    if tried.user is not None:
        return _in(request, here, session, browser, tried)
    return _link_page(page, link_view(here, None, ""), status=422)


@router.post("/uitloggen")
def sign_out(here: Here, session: Writing, me: Me, form: Filled) -> RedirectResponse:
    """End this session. Without one, nothing happens."""
    if me.is_signed_in and not is_form_token(here, form.token):
        raise NotAllowed(_("This page was open for too long. Load it again and try once more."))
    signing_in.end_session(session, here.session_token)
    return end_session_cookie(see(address("/", here.language)))


def let_in(
    request: Request, here: Visit, session: Session, user: User, *, browser: str, is_strong: bool = False
) -> RedirectResponse:
    """Begin a session in this browser, always a new one, and lead to where the person wanted to go."""
    code = entering.asked_by(session, browser)
    wanted = str(code.told.get("wanted", "")) if code else ""
    signing_in.end_session(session, here.session_token)
    device = device_kept(header(request.scope, b"user-agent"))
    token = entering.enter(session, user, browser=browser, device=device, is_strong=is_strong)
    session.flush()
    lacks_step = signing_in.actor_of(session, token).lacks_second_step
    there = SET_UP if lacks_step else "/"
    answer = see(address(there, here.language) if lacks_step else safe_path(wanted, address(there, here.language)))
    return end_asking_cookie(give_session_cookie(answer, token))


def _in(request: Request, here: Visit, session: Session, browser: str, tried: entering.Try) -> Response:
    assert tried.user is not None
    if tried.needs_second_step:
        return see(address(SECOND_STEP, here.language))
    return let_in(request, here, session, tried.user, browser=browser)


def _view(here: Visit, session: Session, form: Form, *, again: str = "") -> SignIn:
    return SignIn(
        form=form,
        action=address("/inloggen", here.language),
        again=again,
        join=address("/aanmelden", here.language),
        providers=[
            Link(each.label, begin_at(each, here.language, wanted=form.raw("naar")))
            for each in settings().oidc_providers
        ],
        people=examples(here, session),
        examples_action=address("/inloggen/voorbeeld", here.language),
    )


def _code_page(page: Page, view: CodeView, *, status: int = 200) -> Response:
    return page("sign_in_code", view, status=status, shows_search=False, is_indexed=False, is_personal=True)


def _link_page(page: Page, view: LinkView, *, status: int = 200) -> Response:
    return page("sign_in_link", view, status=status, shows_search=False, is_indexed=False, is_personal=True)
