"""Leaving for a provider: its address with everything that the answer has to fit to, kept sealed in this browser."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from app.core.addresses import whole
from app.core.clock import now
from app.core.providers import Provider
from app.core.seals import NoRoot, lock_up, new_token, unlock
from app.people.arriving import WAY_LASTS
from app.web.cookies import end_cookie, own_cookie, set_cookie
from app.web.providers.describing import Description
from app.web.visit import cookies, header

_PURPOSE: Final = "way to a provider"


@dataclass(frozen=True)
class Way:
    """One way to a provider and back. Lives in a sealed cookie alone, and is good for a few minutes."""

    provider: str
    state: str
    nonce: str
    verifier: str
    wanted: str
    language: str
    connects: bool
    """Whether somebody who is signed in wants to connect the account."""
    begun: float

    @property
    def is_over(self) -> bool:
        """Whether it was begun too long ago."""
        return not 0 <= now().timestamp() - self.begun <= WAY_LASTS.total_seconds()


def back_to(provider: Provider) -> str:
    """Where the provider sends people back to: an address for each, so that answers cannot be mixed up."""
    return whole(f"/inloggen/{provider.name}/terug", "nl")


def set_out(provider: Provider, described: Description, *, wanted: str, language: str, connects: bool) -> Response:
    """To the provider, with a fresh state, nonce and challenge (RFC 7636)."""
    way = Way(
        provider=provider.name,
        state=new_token(),
        nonce=new_token(),
        verifier=new_token() + new_token()[:10],
        wanted=wanted,
        language=language,
        connects=connects,
        begun=now().timestamp(),
    )
    there = prepare_grant_uri(
        described.authorization_endpoint,
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=back_to(provider),
        scope=" ".join(provider.scopes),
        state=way.state,
        nonce=way.nonce,
        code_challenge=create_s256_code_challenge(way.verifier),
        code_challenge_method="S256",
        ui_locales=language,
    )
    answer = RedirectResponse(there, status_code=303, headers={"cache-control": "no-store"})
    locked = lock_up(_PURPOSE, json.dumps(asdict(way)))
    return set_cookie(answer, _name(), locked, int(WAY_LASTS.total_seconds()))


def way_of(scope: Scope) -> Way | None:
    """The way that this browser is on; None when it is on none."""
    locked = cookies(header(scope, b"cookie")).get(_name(), "")
    if not locked or len(locked) > 4000:
        return None
    try:
        told: dict[str, Any] = json.loads(unlock(_PURPOSE, locked))
    except (NoRoot, ValueError):
        return None
    return Way(**told)


def end_way(answer: Response) -> Response:
    """The browser is on no way any more."""
    return end_cookie(answer, _name())


def begin_at(provider: Provider, language: str, *, wanted: str = "", connects: bool = False) -> str:
    """The address at which the way begins."""
    query = urlencode({name: value for name, value in (("naar", wanted), ("koppel", "1" * connects)) if value})
    prefix = "" if language == "nl" else f"/{language}"
    return f"{prefix}/inloggen/{provider.name}" + (f"?{query}" if query else "")


def _name() -> str:
    return own_cookie("weg")
