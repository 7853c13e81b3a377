"""The shape of the index: its settings, and a fingerprint that tells when an index was built by other rules."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from content.seed.source import DATA
from search.documents import TEXTS
from search.facets import FACETS

PRIMARY_KEY: Final = "id"
LONGEST_FACET: Final = 2000
"""Above the number of values of any facet: a facet cut off would count wrong without a word."""

MOST_COUNTED: Final = 100_000_000
"""The engine counts no further than this. How deep a reader may page is another matter (`query.DEEPEST`)."""

_AS_THEY_COME: Final[dict[str, Any]] = {
    "dictionary": [],
    "distinctAttribute": None,
    "embedders": {},
    "localizedAttributes": None,
    "nonSeparatorTokens": [],
    "proximityPrecision": "byWord",
    "searchCutoffMs": None,
    "separatorTokens": [],
}
"""What we leave as the engine has it."""

_RULES: Final = ("around.py", "documents.py", "facets.py", "sources.py", "shape.py", "mill/*.py")
"""The code that decides what a document holds."""


def settings() -> dict[str, Any]:
    """The settings of the engine's index, every one it knows: what somebody else sets is found out.

    No synonyms, no typing errors, no stop words: the mill did all that.
    """
    exactly = [PRIMARY_KEY, "shelves", "covered", "tokens", *(facet.name for facet in FACETS)]
    exact = {"facetSearch": False, "filter": {"equality": True, "comparison": False}}
    counted = {"facetSearch": False, "filter": {"equality": True, "comparison": True}}
    return {
        "searchableAttributes": list(TEXTS),
        "displayedAttributes": ["*"],
        "filterableAttributes": [
            {"attributePatterns": exactly, "features": exact},
            {"attributePatterns": ["piece", "effect", "effect.*"], "features": counted},
        ],
        "sortableAttributes": ["published_at", "cost", "effect"],
        "rankingRules": ["words", "attribute", "proximity", "exactness", "sort"],
        "typoTolerance": {"enabled": False},
        "synonyms": {},
        "stopWords": [],
        "prefixSearch": "indexingTime",
        "facetSearch": False,
        "faceting": {"maxValuesPerFacet": LONGEST_FACET},
        "pagination": {"maxTotalHits": MOST_COUNTED},
        **_AS_THEY_COME,
    }


def fingerprint() -> str:
    """Changes with the settings, the glossary that we bring along and the code that makes documents.

    The index is rebuilt then. What stewards change in the glossary is followed piece by piece (`relearning`).
    """
    told = json.dumps([settings(), _rules()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


@cache
def _rules() -> str:
    """A digest of that code, so that nobody has to remember to say that it changed."""
    here = Path(__file__).parent
    digest = hashlib.sha256((DATA / "glossary.yaml").read_bytes())
    for pattern in _RULES:
        for path in sorted(here.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
