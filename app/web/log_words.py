"""What the log of stewards tells beside an action, in the reader's language; what has no word stands as it is kept."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.language import N_, gettext

NAMES: Final[Mapping[str, str]] = {
    "affiliation": N_("part there"),
    "asks": N_("asked for"),
    "by": N_("proven by"),
    "domain": N_("mail domain"),
    "entries": N_("number of entries"),
    "from": N_("before"),
    "institution": N_("institution"),
    "into": N_("merged into"),
    "joins": N_("how people come in"),
    "minutes": N_("number of minutes"),
    "organisation": N_("organisation"),
    "owner": N_("owned by"),
    "pieces": N_("number of pieces"),
    "provider": N_("signed in with"),
    "reason": N_("reason"),
    "role": N_("role"),
    "ruling": N_("decision"),
    "scopes": N_("good for"),
    "title": N_("title"),
    "to": N_("from now on"),
    "visibility": N_("visible to"),
    "words": N_("words"),
}

VALUES: Final[Mapping[str, str]] = {
    "account": N_("the account"),
    "admission": N_("taking part"),
    "at_once": N_("at once"),
    "code": N_("a code by mail"),
    "editor": N_("editor"),
    "everyone": N_("everybody"),
    "left": N_("left as it was"),
    "members": N_("members"),
    "on_request": N_("on request"),
    "organisations": N_("named organisations"),
    "owner": N_("owner"),
    "place": N_("a place"),
    "publish": N_("publishing"),
    "read": N_("reading"),
    "reader": N_("reader"),
    "record": N_("a record in the DNS"),
    "steward": N_("steward"),
    "taken_away": N_("taken away"),
    "write": N_("writing"),
}

ARE_WORDS: Final = frozenset({"asks", "by", "from", "joins", "role", "ruling", "scopes", "to", "visibility"})
"""Of these what is kept is a word of ours; of all others it is what somebody filled in."""


def details(told: Mapping[str, Any]) -> str:
    """All of it on one line."""
    return ", ".join(f"{_name(name)}: {_value(name, value)}" for name, value in told.items())


def _name(name: str) -> str:
    return gettext(NAMES[name]) if name in NAMES else name.replace("_", " ")


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(name, each) for each in value)
    if name in ARE_WORDS and str(value) in VALUES:
        return gettext(VALUES[str(value)])
    return str(value)
