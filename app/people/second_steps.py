"""Second steps: after the code from the mail something that the person has, a passkey or an app that shows codes.

Each can be had besides the other. Codes for recovery, each good for once, come with the first of them, for the day that
the telephone is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyotp
from sqlmodel import Field, Session, col, delete, func, select

from app.core.clock import now
from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.limits import take
from app.core.record import Record, moment
from app.core.seals import lock_up, new_recovery_word, seal, unlock
from app.people.models import User

RECOVERY_CODES: Final = 10

STEP_SECONDS: Final = 30
DRIFT: Final = 1
"""Steps that the clock of a telephone may be off, either way (RFC 6238, 5.2)."""

MOST_TRIES: Final = 5
TRIES_WITHIN: Final = timedelta(minutes=15)

_SECRET: Final = "app with codes"  # noqa: S105 - names the purpose
_RECOVERY: Final = "recovery code"


class CodeApp(Record, table=True):
    """An app that shows six digits, new ones every half minute (TOTP, RFC 6238). Its secret is locked with our key."""

    user_id: int = Field(foreign_key="user_account.id", unique=True, ondelete="CASCADE")
    secret: str = Field(max_length=300)
    last_step: int = 0
    """The half minute whose digits were used last: they can be used once."""


class RecoveryCode(Record, table=True):
    """One way in for the day that everything else is gone. Only its seal is kept."""

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    code_seal: str = Field(max_length=64)
    used_at: datetime | None = moment()


class Passkey(Record, table=True):
    """A key that a device or a password manager keeps for this site alone (WebAuthn). We hold its public half."""

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    credential_id: str = Field(unique=True, max_length=1400)
    public_key: str = Field(max_length=2000)
    sign_count: int = 0
    name: str = Field(default="", max_length=80)
    used_at: datetime | None = moment()


@dataclass(frozen=True)
class Steps:
    """What second steps somebody has."""

    has_app: bool
    passkeys: Sequence[Passkey]
    recovery_left: int

    @property
    def are_any(self) -> bool:
        """Whether signing in asks for one."""
        return self.has_app or bool(self.passkeys)


def steps_of(session: Session, user_id: int) -> Steps:
    """What this person has. Three queries."""
    app = session.exec(select(CodeApp.id).where(CodeApp.user_id == user_id)).first()
    passkeys = session.exec(select(Passkey).where(Passkey.user_id == user_id).order_by(col(Passkey.id))).all()
    left = session.exec(
        select(func.count(col(RecoveryCode.id))).where(
            RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None)
        )
    ).one()
    return Steps(app is not None, passkeys, left)


def has_second_step(session: Session, user: User) -> bool:
    """Whether signing in asks this person for a second step."""
    return steps_of(session, user.id).are_any


# --- an app with codes ------------------------------------------------------------------------------------------


def new_secret() -> str:
    """A secret for an app: 160 random bits, as apps read it."""
    return pyotp.random_base32()


def address_for_app(secret: str, *, person: str, site: str) -> str:
    """What stands in the square that an app reads."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=person, issuer_name=site)


def add_app(session: Session, user: User, *, secret: str, typed: str) -> None:
    """Use this app from now on, once it shows the right digits. Raises Invalid when it does not."""
    step = _step_of(secret, typed)
    if step is None:
        raise Invalid(_("These digits do not fit. Wait for the next ones and type those."), field="code")
    session.exec(delete(CodeApp).where(col(CodeApp.user_id) == user.id))
    session.add(CodeApp(user_id=user.id, secret=lock_up(_SECRET, secret), last_step=step))
    session.flush()


def remove_app(session: Session, user: User) -> None:
    """Use it no longer."""
    session.exec(delete(CodeApp).where(col(CodeApp.user_id) == user.id))
    forget_recovery_without_steps(session, user)


def is_right(session: Session, user: User, typed: str) -> bool:
    """Whether these are the digits of their app, or a recovery code that was not used yet. Either is used up by it.

    A wrong try counts, so answer instead of raising. Raises TooMany.
    """
    take(session, what="second step", who=str(user.id), most=MOST_TRIES, within=TRIES_WITHIN)
    return _is_right_app(session, user, typed) or _use_recovery(session, user, typed)


def _is_right_app(session: Session, user: User, typed: str) -> bool:
    app = session.exec(select(CodeApp).where(CodeApp.user_id == user.id).with_for_update()).first()
    if app is None:
        return False
    step = _step_of(unlock(_SECRET, app.secret), typed)
    if step is None or step <= app.last_step:
        return False
    app.last_step = step
    session.add(app)
    return True


def _step_of(secret: str, typed: str) -> int | None:
    """The half minute whose digits these are, if they are of about now."""
    digits = "".join(letter for letter in typed[:40] if letter.isascii() and letter.isdigit())
    clock = pyotp.TOTP(secret, interval=STEP_SECONDS)
    this = int(now().timestamp()) // STEP_SECONDS
    fitting = [step for step in range(this - DRIFT, this + DRIFT + 1) if _same(clock.generate_otp(step), digits)]
    return fitting[-1] if fitting else None


def _same(expected: str, digits: str) -> bool:
    return pyotp.utils.strings_equal(expected, digits)


# --- codes for recovery -----------------------------------------------------------------------------------------


def new_recovery_codes(session: Session, user: User) -> list[str]:
    """Ten fresh ones to show once; the former ones are void."""
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    made = [new_recovery_word() for _number in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_seal=_recovery_seal(user, code)) for code in made)
    session.flush()
    return made


def _use_recovery(session: Session, user: User, typed: str) -> bool:
    mark = _recovery_seal(user, typed)
    found = session.exec(
        select(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.code_seal == mark, col(RecoveryCode.used_at).is_(None))
        .with_for_update()
    ).first()
    if found is None:
        return False
    found.used_at = now()
    session.add(found)
    return True


def _recovery_seal(user: User, typed: str) -> str:
    word = "".join(letter for letter in typed[:80].upper() if letter.isascii() and letter.isalnum())
    return seal(_RECOVERY, f"{user.id} {word}")


def forget_recovery_without_steps(session: Session, user: User) -> None:
    """Whoever has no second step left has nothing to recover either."""
    session.flush()
    if not has_second_step(session, user):
        session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
