"""Passkeys as a second step: the site asks a riddle, the device signs it with a key that never leaves it (WebAuthn).

The riddle (challenge) is not kept: it stands in the page, sealed for the browser that got it and for ten minutes.
"""

import ipaddress
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from urllib.parse import urlsplit

import webauthn
from sqlmodel import Session, col, delete, select
from webauthn.helpers import options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.core.seals import is_sealed, new_token, seal
from app.core.settings import settings
from app.core.text import one_line
from app.people.models import User
from app.people.second_steps import Passkey, Steps, forget_recovery_without_steps

SITE: Final = "Proeftuin"

MOST: Final = 20
"""Passkeys of one person."""

LONGEST_ANSWER: Final = 20_000
"""Characters of what a browser answers."""

ODD_ANSWERS: Final = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""How what is no answer of a device is refused by those who read it."""

_RIDDLE: Final = "passkey riddle"
_PERSON: Final = "passkey person"
_LASTS: Final = 600


def are_possible() -> bool:
    """Whether browsers make passkeys for this site: it needs a name, and https unless that name is localhost."""
    host = urlsplit(settings().address).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return settings().is_https or host == "localhost"
    return False


def new_riddle(browser: str) -> str:
    """A riddle for this browser, as it stands in the page: itself, until when it is good, and our seal."""
    told = f"{new_token()}.{int(now().timestamp()) + _LASTS}"
    return f"{told}.{seal(_RIDDLE, f'{browser} {told}')}"


def options_for_a_new_one(user: User, steps: Steps, riddle: str) -> str:
    """What the browser needs to make one, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=SITE,
        user_id=bytes.fromhex(seal(_PERSON, str(user.id))),
        user_name=user.mail,
        user_display_name=user.name,
        challenge=_bytes_of(riddle),
        exclude_credentials=_described(steps),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def options_to_show_one(steps: Steps, riddle: str) -> str:
    """What the browser needs to show one that the person has, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(), challenge=_bytes_of(riddle), allow_credentials=_described(steps)
    )
    return options_to_json(options)


def add_passkey(session: Session, user: User, *, browser: str, riddle: str, answer: str, name: str) -> Passkey:
    """Keep the public half of a key that this browser has just made. Raises Invalid for any other answer."""
    _require_ours(browser, riddle)
    try:
        made = webauthn.verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=_bytes_of(riddle),
            expected_rp_id=_host(),
            expected_origin=settings().address,
        )
    except ODD_ANSWERS as wrong:
        raise Invalid(_("Your device gave no answer that we can use. Try it once more."), field="antwoord") from wrong
    if len(session.exec(select(Passkey.id).where(Passkey.user_id == user.id)).all()) >= MOST:
        raise Conflict(_("You have as many passkeys as there can be. Remove one first."), field="antwoord")
    known = _written(made.credential_id)
    if session.exec(select(Passkey.id).where(Passkey.credential_id == known)).first() is not None:
        raise Conflict(_("This passkey is known already."), field="antwoord")
    passkey = Passkey(
        user_id=user.id,
        credential_id=known,
        public_key=_written(made.credential_public_key),
        sign_count=made.sign_count,
        name=one_line(name)[:80],
    )
    session.add(passkey)
    session.flush()
    return passkey


def remove_passkey(session: Session, user: User, passkey_id: int) -> None:
    """Know it no longer. Raises NotFound for one that is not theirs."""
    gone = session.exec(delete(Passkey).where(col(Passkey.id) == passkey_id, col(Passkey.user_id) == user.id))
    if not gone.rowcount:
        raise NotFound(_("This passkey is not there any more."))
    forget_recovery_without_steps(session, user)


def is_right_passkey(session: Session, user: User, *, browser: str, riddle: str, answer: str) -> bool:
    """Whether a key of this person signed the riddle that this browser got."""
    if not _is_ours(browser, riddle):
        return False
    try:
        shown = webauthn.helpers.parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        passkey = session.exec(
            select(Passkey)
            .where(Passkey.user_id == user.id, Passkey.credential_id == _written(shown.raw_id))
            .with_for_update()
        ).first()
        if passkey is None:
            return False
        checked = webauthn.verify_authentication_response(
            credential=shown,
            expected_challenge=_bytes_of(riddle),
            expected_rp_id=_host(),
            expected_origin=settings().address,
            credential_public_key=_read(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        )
    except ODD_ANSWERS:
        return False
    passkey.sign_count, passkey.used_at = checked.new_sign_count, now()
    session.add(passkey)
    return True


def _is_ours(browser: str, riddle: str) -> bool:
    told, _dot, mark = riddle[:300].rpartition(".")
    until = told.rpartition(".")[2]
    is_good = until.isascii() and until.isdigit() and now().timestamp() < int(until)
    return bool(browser) and is_good and is_sealed(_RIDDLE, f"{browser} {told}", mark)


def _require_ours(browser: str, riddle: str) -> None:
    if not _is_ours(browser, riddle):
        raise Invalid(_("This took too long. Try it once more."), field="antwoord")


def _bytes_of(riddle: str) -> bytes:
    return riddle.partition(".")[0].encode()


def _host() -> str:
    return urlsplit(settings().address).hostname or ""


def _described(steps: Steps) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=_read(passkey.credential_id)) for passkey in steps.passkeys]


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()


def _read(written: str) -> bytes:
    return urlsafe_b64decode(written)
