"""What the gate hears of searches: pages that were kept, and results that were opened from them. Never of whom.

Whether a result was opened tells the `Referer` of the page that is opened: browsers send our own addresses whole to
ourselves (security: Referrer-Policy), and so no link needs a mark and nobody a number. A `Referer` can be made up: what
it names counts only for a question that was asked (overhearing), and of one visitor only so often a minute.
"""

import re
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from starlette.types import Scope

from app.web.allowances import is_heard
from app.web.security import expected_host
from app.web.visit import header, peer_of
from content.kinds import KINDS
from search.overhearing import Heard, overhear

SEARCHES: Final = {b"/zoeken": "nl", b"/en/zoeken": "en"}
RESULTS: Final = re.compile(
    rb"(?:/en)?/(?:kennis/(?!(?:%s)$)[^/]+(?:/bijlagen/.+)?|(?:organisaties|proefprojecten|onderwerpen)/[^/]+|vergelijk)"
    % b"|".join(kind.address.encode() for kind in KINDS.values())
)
"""Where results lead: a piece, a place in a file of it, an organisation, a pilot, a topic, a comparison; to no list."""


def hear_kept(scope: Scope) -> None:
    """A search page that the store answered."""
    language = SEARCHES.get(scope["raw_path"])
    if language is None or scope["method"] != "GET":
        return
    asked, _is_alone = new_question(scope["query_string"].decode("latin-1"), header(scope, b"referer"))
    if asked and is_heard(peer_of(scope)):
        overhear(Heard(asked, language))


def hear_opened(scope: Scope) -> None:
    """Something that was opened from the results of a search."""
    if scope["method"] != "GET" or not RESULTS.fullmatch(scope["raw_path"]):
        return
    language, asked = _search_left(header(scope, b"referer"))
    if language and asked and is_heard(peer_of(scope)):
        overhear(Heard(asked, language, is_opening=True))


def new_question(query: str, referer: str) -> tuple[str, bool]:
    """The words of a search, and whether nothing else is asked for; no words when it goes on with the search before.

    A filter, an order or a next page is no new question. Other words beside filters that are kept are one.
    """
    try:
        fields = parse_qsl(query, max_num_fields=50)
    except ValueError:
        return "", False
    names = [name for name, _ in fields]
    words = next((value for name, value in fields if name == "q"), "")
    if names == ["q"]:
        return words, True
    before = _search_left(referer)[1]
    return (words, False) if before and "pagina" not in names and words != before else ("", False)


def _search_left(referer: str) -> tuple[str, str]:
    """The language and the words of the search that somebody comes from; empty when they come from elsewhere."""
    if "zoeken?" not in referer:
        return "", ""
    try:
        came_from = urlsplit(referer)
        asked = parse_qs(came_from.query, max_num_fields=50).get("q", [""])[0]
    except ValueError:
        return "", ""
    language = SEARCHES.get(came_from.path.encode("utf-8", "replace"), "")
    return (language, asked) if came_from.netloc == expected_host() else ("", "")
