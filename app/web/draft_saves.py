"""What a form says of the draft that it changes: which version was seen, and which save of its page this is."""

import re
from typing import Final

from app.core.errors import Blind
from app.core.language import gettext as _
from app.web.forms import Form
from content import drafting

KEY: Final = re.compile(r"[0-9a-f]{32}")
"""What a save of an open editor is known by."""

MOST_UNANSWERED: Final = 10
"""Saves without an answer of which an editor tells."""


def seen_version(form: Form) -> int:
    """The version of the draft that the form was made from. Raises Blind when it does not say."""
    version = form.raw("versie")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Blind(_("This does not say which version it changes. Load the page again and try once more."))
    return int(version)


def attempt_of(form: Form) -> drafting.Attempt:
    """Which save of its page this is, as an open editor says; a form that is sent without script says nothing."""
    key, earlier = form.raw("poging"), form.raw("eerder").split()[:MOST_UNANSWERED]
    return drafting.Attempt(key if KEY.fullmatch(key) else "", frozenset(filter(KEY.fullmatch, earlier)))
