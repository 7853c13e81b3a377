"""What the pages show on which a code is typed, or the link beside it is opened."""

import math
from dataclasses import dataclass
from datetime import datetime

from app.core.addresses import address
from app.core.clock import now
from app.core.seals import digest
from app.people.codes import MailCode
from app.people.signing_in import LASTS
from app.web.forms import Form
from app.web.visit import Visit


@dataclass(frozen=True)
class CodeView:
    """Where the code is typed."""

    form: Form
    mail: str
    is_live: bool
    minutes_left: int
    until: datetime
    action: str
    again: str
    """Where a new one is asked for."""
    other: str
    """Where another address is filled in."""
    days: int
    """That one stays signed in."""


@dataclass(frozen=True)
class LinkView:
    """What the link in the mail opens."""

    is_here: bool
    """Whether this browser asked, and the link still works."""
    mail: str
    link: str
    action: str
    begin: str
    """Where a code is asked for."""
    code: str
    """Where it is typed."""


def code_view(here: Visit, code: MailCode, form: Form) -> CodeView:
    """How this code stands now."""
    seconds = (code.expires_at - now()).total_seconds()
    return CodeView(
        form=form,
        mail=code.mail,
        is_live=code.is_live,
        minutes_left=min(10, max(0, math.ceil(seconds / 60))),
        until=code.expires_at,
        action=address("/inloggen/code", here.language),
        again=address("/inloggen/nieuwe-code", here.language),
        other=address("/inloggen", here.language),
        days=LASTS.days,
    )


def link_view(here: Visit, code: MailCode | None, link: str) -> LinkView:
    """What this link is in this browser."""
    fits = code is not None and code.is_live and digest(link[:200]) == code.link_digest
    return LinkView(
        is_here=fits,
        mail=code.mail if code and fits else "",
        link=link if fits else "",
        action=address("/inloggen/link", here.language),
        begin=address("/inloggen", here.language),
        code=address("/inloggen/code", here.language),
    )
