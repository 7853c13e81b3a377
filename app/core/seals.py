"""Tokens and seals: the only place where secrets are made, compared or derived.

Keys are derived per purpose from one root in `SECRET_FILE` with HMAC-SHA-256 (RFC 5869 calls this extract-and-expand;
one step is enough here because every derived key is 32 bytes).
"""

import hmac
import os
import secrets
from base64 import standard_b64encode
from base64 import urlsafe_b64encode as b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from standardwebhooks import Webhook

from app.core.settings import settings

ROOT_BYTES = 32

SIGNING_MARK = "whsec_"
"""How secrets of Standard Webhooks begin."""

EASY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Thirty-two, without I, O, 0 and 1."""


class NoRoot(Exception):
    """Why there are no seals: the root secret cannot be used."""


def new_token() -> str:
    """256 random bits for an address or a cookie. Only its digest is ever stored."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six digits for a person to type. So few that whoever checks one has to count the tries."""
    return f"{secrets.randbelow(1_000_000):06}"


def new_recovery_word() -> str:
    """120 random bits in letters and digits that are not easily mistaken for others: six groups of four.

    So many that a plain seal of it is enough (ASVS 5.0, 6.5.2: at least 112).
    """
    letters = "".join(secrets.choice(EASY_LETTERS) for _place in range(24))
    return "-".join(letters[at : at + 4] for at in range(0, 24, 4))


def new_signing_secret() -> str:
    """256 random bits for signing what is sent to somebody else's program, as Standard Webhooks writes them."""
    return SIGNING_MARK + standard_b64encode(secrets.token_bytes(ROOT_BYTES)).decode()


def signed_with(secret: str, identifier: str, moment: datetime, text: str) -> str:
    """The signature of Standard Webhooks: HMAC-SHA-256 over id, second and text (v1)."""
    return Webhook(secret).sign(identifier, moment, text)


def digest(token: str) -> str:
    """What we keep of a token: its SHA-256, in hex."""
    return sha256(token.encode()).hexdigest()


def seal(purpose: str, text: str) -> str:
    """A mark that only we can put on this text, valid for one purpose alone."""
    return hmac.new(_key(purpose), text.encode(), sha256).hexdigest()


def is_sealed(purpose: str, text: str, mark: str) -> bool:
    """Whether the mark on the text is ours; takes the same time for every wrong one."""
    return hmac.compare_digest(seal(purpose, text).encode(), mark.encode("utf-8", "replace"))


def lock_up(purpose: str, text: str) -> str:
    """A secret that we need again as it was, locked with our own key (Fernet: AES-128-CBC with HMAC-SHA-256)."""
    return Fernet(b64encode(_key(purpose))).encrypt(text.encode()).decode()


def unlock(purpose: str, locked: str) -> str:
    """What was locked up. Raises NoRoot when it was locked with another key than ours."""
    try:
        return Fernet(b64encode(_key(purpose))).decrypt(locked.encode()).decode()
    except InvalidToken as wrong:
        raise NoRoot("a secret was locked with another root: is SECRET_FILE the one it was made with?") from wrong


def derived_secret(purpose: str) -> str:
    """A secret word for a part of the house that keeps none of its own, such as the search engine."""
    return _key(purpose).hex()


def _key(purpose: str) -> bytes:
    return hmac.new(_root(settings().secret_path), purpose.encode(), sha256).digest()


@cache
def _root(path: Path) -> bytes:
    """The root secret; made on the first start, readable by its owner only. Raises NoRoot for one that is too short."""
    if not path.exists():
        _make_root(path)
    root = path.read_bytes()
    if len(root) < ROOT_BYTES:
        raise NoRoot(f"{path} holds {len(root)} bytes and needs {ROOT_BYTES}: restore it, or remove it for a new one.")
    return root


def _make_root(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(ROOT_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        # link, not rename: two processes that start together must agree on the first one's secret.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
