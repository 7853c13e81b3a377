"""The words of following: of forms and addresses, and how they are said to a reader."""

import re
from datetime import UTC, datetime
from typing import Final

from app.core.clock import now
from app.core.language import gettext as _
from app.core.language import long_date
from app.core.templating import capitalise
from app.feeds.models import Rhythm, Scope, Subscription
from app.feeds.restoring import How, how_of

RHYTHM_WORDS: Final = {
    Rhythm.AT_ONCE: "meteen",
    Rhythm.DAILY: "dag",
    Rhythm.WEEKLY: "week",
    Rhythm.MONTHLY: "maand",
}
SCOPE_WORDS: Final = {Scope.NEW: "nieuw", Scope.EVERYTHING: "alles"}

RHYTHM_OF: Final = {word: rhythm for rhythm, word in RHYTHM_WORDS.items()}
SCOPE_OF: Final = {word: scope for scope, word in SCOPE_WORDS.items()}

_FOR_GOOD: Final = "altijd"

_HOW: Final = re.compile(
    rf"({'|'.join(RHYTHM_OF)})-({'|'.join(SCOPE_OF)})-(mail|stil|demp)(?:-({_FOR_GOOD}|[0-9]{{1,10}}))?"
)
"""`maand-nieuw-mail`; of what is muted with the second at which it is heard again, or that it is not. `demp` is there
to mute only."""


def rhythm_name(rhythm: Rhythm) -> str:
    """How often, in words."""
    return {
        Rhythm.AT_ONCE: _("at once"),
        Rhythm.DAILY: _("every day"),
        Rhythm.WEEKLY: _("every week"),
        Rhythm.MONTHLY: _("every month"),
    }[rhythm]


def rhythm_options() -> list[tuple[str, str]]:
    """Value and label of each rhythm."""
    return [(word, capitalise(rhythm_name(rhythm))) for rhythm, word in RHYTHM_WORDS.items()]


def scope_options() -> list[tuple[str, str]]:
    """Value and label of each kind of news."""
    return [
        (SCOPE_WORDS[Scope.NEW], _("Only new pieces")),
        (SCOPE_WORDS[Scope.EVERYTHING], _("New versions too")),
    ]


def muted_text(row: Subscription) -> str:
    """Until when it is muted, in words; empty when it is heard."""
    if not row.is_muted_at(now()):
        return ""
    if row.muted_until is None:
        return _("Muted until you switch it on again.")
    return _("Muted until %(day)s.", day=long_date(row.muted_until))


def how_word(row: Subscription) -> str:
    """How somebody hears of it, in one word for an address."""
    how = how_of(row)
    silent = "demp" if how.only_mutes else "stil"
    parts = [RHYTHM_WORDS[how.rhythm], SCOPE_WORDS[how.scope], "mail" if how.by_mail else silent]
    if how.is_muted:
        parts.append(str(int(how.muted_until.timestamp())) if how.muted_until else _FOR_GOOD)
    return "-".join(parts)


def how_in(word: str) -> How | None:
    """What such a word says; None for anything else."""
    found = _HOW.fullmatch(word)
    if found is None:
        return None
    rhythm, scope, mail, muted = found.groups()
    return How(
        RHYTHM_OF[rhythm],
        SCOPE_OF[scope],
        by_mail=mail == "mail",
        is_muted=muted is not None,
        muted_until=datetime.fromtimestamp(int(muted), UTC) if muted and muted != _FOR_GOOD else None,
        only_mutes=mail == "demp",
    )
