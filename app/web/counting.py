"""Counting requests for monitors, and how the house is in figures that Prometheus understands."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from starlette.types import Scope

from app.core.log import MASK, masked
from app.core.metrics import DURATIONS, REQUESTS
from app.web.visit import Visit

NO_ROUTE: Final = "none"
"""For what no route answers. Its path is never a label: strangers would make as many as they like."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_OPENS: Final = re.compile(r"(?=[\w-]*[A-Z_])[\w-]{20,}|(?=[a-z]*[0-9])[a-z0-9]{20,}")
"""Looks like a token: long, and written as no slug of ours is. Slugs are small letters with a hyphen between words."""

LONGEST_TOLD: Final = 200

SHORTEST_TOKEN: Final = 20
"""Characters, as the pattern above has it."""

FIGURES: Final = (
    ("jobs", "waiting", "proeftuin_jobs_waiting", "Promises that are not yet kept."),
    ("jobs", "parked", "proeftuin_jobs_parked", "Promises that failed for good and wait for somebody to look."),
    ("jobs", "oldest", "proeftuin_jobs_oldest_seconds", "How long the oldest promise waits."),
    ("search", "lag", "proeftuin_search_lag_seconds", "How far the search index is behind the database."),
    ("search", "waiting", "proeftuin_search_waiting", "Changes that are not yet in the search index."),
    ("mail", "waiting", "proeftuin_letters_waiting", "Letters that are not yet sent."),
    ("mail", "oldest", "proeftuin_letters_oldest_seconds", "How long the oldest letter waits."),
    ("mail", "refused", "proeftuin_letters_refused", "Letters of the last day that their mail server refused."),
    ("database", "epoch", "proeftuin_epoch", "The epoch: it grows with every announced change."),
)
"""Part, name of the figure in its sight, and how it is told."""


def count(scope: Scope, visit: Visit, method: str, status: int, seconds: float) -> None:
    """Count one answer. `scope` is the one that the application left its route in; empty if it never got there."""
    route = route_of(scope, visit)
    REQUESTS.labels(route, method if method in METHODS else "other", str(status)).inc()
    DURATIONS.labels(route).observe(seconds)


def route_of(scope: Scope, visit: Visit) -> str:
    """The template of the whole address that was asked for, such as `/kennis/{slug}`, without a language."""
    pattern: str | None = getattr(scope.get("route"), "path_format", None)
    if pattern is None:
        return NO_ROUTE
    # A route knows its own part of the address, but not the prefix of the router that it stands in.
    try:
        own = pattern.format(**scope["path_params"])
    except (KeyError, ValueError):
        return pattern
    return visit.path.removesuffix(own) + pattern if visit.path.endswith(own) else pattern


def path_told(scope: Scope, path: str) -> str:
    """The path as it may stand in a log: without what opens a door by itself, and without mail addresses.

    `scope` is the one that the application left its route in; what no route knows is judged by how it looks.
    """
    for name, value in scope.get("path_params", {}).items():
        if "token" in name or "code" in name:
            path = path.replace(str(value), MASK)
    if len(path) > LONGEST_TOLD:
        # Up to a whole part: what is cut off in its middle would not look like what it is any more.
        path = path[:LONGEST_TOLD].rpartition("/")[0]
    told = "/".join(_OPENS.sub(MASK, part) if len(part) >= SHORTEST_TOKEN else part for part in path.split("/"))
    return str(masked(told))


def figures(sights: Mapping[str, Mapping[str, Any]]) -> Iterator[Metric]:
    """What was seen of the parts of the house. A part that is silent has no figures, only that it is not well."""
    well = GaugeMetricFamily(
        "proeftuin_part_well", "Whether this part of the house is as it should be.", labels=["part"]
    )
    for part, sight in sights.items():
        well.add_metric([part], float(sight["state"] == "ok"))
    yield well
    for part, name, told_as, meaning in FIGURES:
        if name in sights.get(part, {}):
            yield GaugeMetricFamily(told_as, meaning, value=float(sights[part][name]))
