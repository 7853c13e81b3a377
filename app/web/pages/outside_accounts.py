"""Signing in with an account elsewhere: to its provider and back, and once the code that connects it."""

import logging
from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.addresses import address
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.language import ngettext, speaking
from app.core.providers import Provider
from app.core.settings import settings
from app.people import arriving, codes
from app.people.arriving import CONNECT, Arrival, Next, arrive, spend_way
from app.people.codes import Verdict
from app.people.devices import device_kept
from app.web.code_view import CodeView, code_view
from app.web.cookies import end_asking_cookie, give_asking_cookie, give_session_cookie
from app.web.forms import Filled, Form
from app.web.needs import Asking, Here, Reading, Writing
from app.web.pages.own_accounts import keep_for_settings
from app.web.pages.signing_in import SECOND_STEP
from app.web.providers.believing import identity
from app.web.providers.describing import Description, describe
from app.web.providers.leaving import Way, begin_at, end_way, set_out, way_of
from app.web.providers.refusing import STATUS, NotBelieved, Why, told
from app.web.redirecting import safe_path, see
from app.web.rendering import Page
from app.web.visit import Visit, header

log = logging.getLogger(__name__)

router = APIRouter()

PROVE: Final = "/inloggen/koppelen"

LONGEST_CODE: Final = 2000


@dataclass(frozen=True)
class Refused:
    """Why somebody was not let in, and the ways on."""

    heading: str
    sentence: str
    again: str
    """Where the same is tried once more; empty when that cannot help."""
    again_label: str
    begin: str


@router.get("/inloggen/koppelen")
def show_proof(here: Here, session: Reading, page: Page, browser: Asking) -> Response:
    """Where the code is typed that connects an account. A browser that asked for none begins at the beginning."""
    code = codes.pending(session, purpose=CONNECT, browser=browser)
    if code is None:
        return see(address("/inloggen", here.language))
    return _proof_page(page, _proof(here, code, Form()))


@router.post("/inloggen/koppelen")
def prove(request: Request, here: Here, form: Filled, session: Writing, page: Page, browser: Asking) -> Response:
    """Somebody types it. A wrong one is counted, so it is answered and not raised."""
    verdict = codes.try_code(session, purpose=CONNECT, browser=browser, typed=form.raw("code"))
    code = codes.pending(session, purpose=CONNECT, browser=browser)
    if code is None:
        return see(address("/inloggen", here.language))
    if verdict == Verdict.RIGHT:
        wanted = str(code.told.get("wanted", ""))
        with form.minding(session):
            user = arriving.proved(session, code)
            arrival = arriving.go_on(session, user, device=_device(request), wanted=wanted, former=here.session_token)
        if form.is_fine:
            return _onwards(arrival, here.language, wanted)
    elif verdict == Verdict.WRONG:
        form.heading = _("The code is not right")
        sentence = ngettext(
            "This code is not right. You can try it one more time.",
            "This code is not right. You can try it %(n)s more times.",
            code.tries_left,
        )
        form.blame("code", sentence)
    else:
        form.heading = _("This code does not work any more")
        form.blame("code", _("Sign in with your account once more, then you get a new code."))
    return _proof_page(page, _proof(here, code, form), status=form.status)


@router.get("/inloggen/{provider}")
def leave(request: Request, here: Here, page: Page, provider: str) -> Response:
    """To the provider. Nothing is written but a cookie."""
    chosen = _provider(provider)
    wanted = safe_path(request.query_params.get("naar", ""), "")
    connects = request.query_params.get("koppel") == "1"
    try:
        return set_out(chosen, describe(chosen), wanted=wanted, language=here.language, connects=connects)
    except NotBelieved as reason:
        return _refused(page, chosen, here.language, reason)


@router.get("/inloggen/{provider}/terug")
def come_back(request: Request, here: Here, page: Page, provider: str) -> Response:
    """Back from the provider: in, or one step further, or a page that says why not.

    The one GET that changes something, as the protocol wants it: once, and only in the browser that left.
    """
    chosen, way = _provider(provider), way_of(request.scope)
    language = way.language if way else here.language
    try:
        _assert_fits(chosen, way, request)
        assert way is not None
        who = identity(chosen, describe(chosen), way, request.query_params["code"])
        if way.connects:
            return end_way(keep_for_settings(here, who, language))
        arrival = arrive(
            who,
            device=_device(request),
            peer=here.peer,
            language=language,
            wanted=way.wanted,
            former=here.session_token,
        )
        if arrival.next == Next.NOBODY:
            raise NotBelieved(Why.UNPROVEN)
        if arrival.next == Next.SUSPENDED:
            raise NotBelieved(Why.SUSPENDED)
    except NotBelieved as reason:
        return end_way(_refused(page, chosen, language, reason))
    return end_way(_onwards(arrival, language, way.wanted))


def _assert_fits(provider: Provider, way: Way | None, request: Request) -> None:
    """Whether this answers what this browser asked. Raises NotBelieved. From here on the way is spent."""
    sent = request.query_params
    if way is None or way.is_over or not sent.get("state") or sent.getlist("state") != [way.state]:
        raise NotBelieved(Why.NOT_BEGUN)
    if way.provider != provider.name:
        raise NotBelieved(Why.MIXED_UP, "another provider's address")
    if not spend_way(way.state):
        raise NotBelieved(Why.USED)
    _assert_named(provider, describe(provider), sent.get("iss", ""))
    if "error" in sent:
        raise NotBelieved(Why.CANCELLED if sent["error"] in ("access_denied", "login_required") else Why.WRONG)
    if not 0 < len(sent.get("code", "")) <= LONGEST_CODE:
        raise NotBelieved(Why.WRONG, "no code")


def _assert_named(provider: Provider, described: Description, said: str) -> None:
    """RFC 9207: a provider that says who it is with every answer has to, and none may be another."""
    if provider.is_of_many:
        right = {provider.issuer.replace("{tenantid}", tenant) for tenant in provider.tenants}
    else:
        right = {provider.issuer}
    if (said and said not in right) or (described.names_itself and not said):
        raise NotBelieved(Why.MIXED_UP, "another issuer in the address")


def _provider(name: str) -> Provider:
    found = next((each for each in settings().oidc_providers if each.name == name), None)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def _onwards(arrival: Arrival, language: str, wanted: str) -> Response:
    match arrival.next:
        case Next.PROVE_MAIL:
            return give_asking_cookie(see(address(PROVE, language)), arrival.token)
        case Next.SECOND_STEP:
            return give_asking_cookie(see(address(SECOND_STEP, language)), arrival.token)
        case _:
            there = safe_path(wanted, address("/", language))
            return end_asking_cookie(give_session_cookie(see(there), arrival.token))


def _refused(page: Page, provider: Provider, language: str, reason: NotBelieved) -> Response:
    log.warning("a sign-in with another account was refused", extra={"provider": provider.name, "why": str(reason)})
    helps = reason.why in (Why.NOT_BEGUN, Why.USED, Why.CANCELLED, Why.AWAY, Why.MIXED_UP)
    # The address to come back to has one language; people are answered in the one that they left in.
    with speaking(language):
        heading, sentence = told(reason.why, provider.label)
        view = Refused(
            heading=heading,
            sentence=sentence,
            again=begin_at(provider, language) if helps else "",
            again_label=_("Try it with %(provider)s again", provider=provider.label),
            begin=address("/inloggen", language),
        )
        answer = page.speaking(language)(
            "sign_in_refused",
            view,
            status=STATUS.get(reason.why, 400),
            shows_search=False,
            is_indexed=False,
            is_personal=True,
            is_kept=False,
        )
    if reason.why == Why.AWAY:
        answer.headers["retry-after"] = "60"
    return answer


def _proof(here: Visit, code: codes.MailCode, form: Form) -> CodeView:
    begin = address("/inloggen", here.language)
    return replace(code_view(here, code, form), action=address(PROVE, here.language), again="", other=begin)


def _proof_page(page: Page, view: CodeView, *, status: int = 200) -> Response:
    return page("sign_in_connect", view, status=status, shows_search=False, is_indexed=False, is_personal=True)


def _device(request: Request) -> str:
    return device_kept(header(request.scope, b"user-agent"))
