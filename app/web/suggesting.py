"""Suggestions as the search box shows them: grouped, each with its address."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

from markupsafe import Markup, escape

from app.core.language import gettext as _
from app.web import showing
from app.web.rows import Suggestion as Row
from app.web.rows import SuggestionGroup
from content.kinds import KINDS
from search.mill.fold import folded, words
from search.suggesting import Suggested, Suggestion


def suggestion_groups(suggestions: Sequence[Suggestion], asked: str = "") -> list[SuggestionGroup]:
    """One group for each sort of thing, in the order they come, with the words marked that begin as was typed."""
    begun = folded(asked)
    titles = {
        Suggested.SEARCH: _("Search for"),
        Suggested.PIECE: _("Pieces"),
        Suggested.TOPIC: _("Topics"),
        Suggested.TERM: _("Words"),
        Suggested.PILOT: _("Pilots"),
        Suggested.ORGANISATION: _("Organisations"),
    }
    return [
        SuggestionGroup(titles[kind], tuple(replace(_row(each), label=_marked(each.label, begun)) for each in rows))
        for kind, rows in groupby(suggestions, key=lambda each: each.kind)
    ]


def _marked(label: str, begun: Sequence[str]) -> Markup:
    pieces, at = [], 0
    for word in words(label):
        if word.start >= at and any(word.text.startswith(one) for one in begun):
            pieces += [escape(label[at : word.start]), "<mark>", escape(label[word.start : word.end]), "</mark>"]
            at = word.end
    return Markup("".join([*pieces, escape(label[at:])]))  # noqa: S704 - escaped piece by piece


def _row(suggestion: Suggestion) -> Row:
    match suggestion.kind:
        case Suggested.SEARCH | Suggested.TERM:
            return Row(suggestion.label, f"{showing.here('/zoeken')}?{urlencode({'q': suggestion.label})}")
        case Suggested.TOPIC:
            return Row(suggestion.label, showing.here(f"/onderwerpen/{suggestion.slug}"), "plot")
        case Suggested.PILOT:
            return Row(suggestion.label, showing.here(f"/proefprojecten/{suggestion.slug}"), "plot")
        case Suggested.ORGANISATION:
            return Row(suggestion.label, showing.here(f"/organisaties/{suggestion.slug}"), "factory")
        case _:
            kind = KINDS[suggestion.piece_kind]
            return Row(suggestion.label, showing.here(f"/kennis/{suggestion.slug}"), kind.icon, note=kind.name())
