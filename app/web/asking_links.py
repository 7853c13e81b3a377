"""The button that leads to a question: whom a reader of a page can ask, and where."""

from collections.abc import Sequence
from urllib.parse import urlencode

from sqlmodel import Session

from app.contact.asking import whom_to_ask
from app.core.language import gettext as _
from app.people.models import Organisation
from app.web import showing
from app.web.rows import Link

PIECE = "stuk"
PILOT = "proefproject"
"""Names in the address of a question: what it is about."""


def ask_link(session: Session, organisations: Sequence[Organisation], **about: str) -> Link | None:
    """The way to ask the first of these that takes questions; None when nobody does. One query."""
    asked = whom_to_ask(session, organisations)
    if asked is None:
        return None
    query = f"?{urlencode(about)}" if about else ""
    return Link(_("Ask %(name)s", name=asked.title), showing.here(f"/organisaties/{asked.slug}/vraag") + query)
