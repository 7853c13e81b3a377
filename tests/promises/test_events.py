"""Every event has its line in the table of what follows from what, and every reaction is found again by its name."""

import importlib
import pkgutil
from collections.abc import Iterator

import app
import app.reactions
import content
import search
from app.core.jobs import STRAY, Event, Job, registered
from app.core.lanes import lane_of
from app.core.working import LONGEST_PAUSE, MOST_TRIES
from app.reactions import TIMETABLE


def every_module() -> Iterator[str]:
    for room in (app, content, search):
        yield room.__name__
        yield from (found.name for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."))


def every_event() -> set[type[Event]]:
    """Every class of event in the product, once all of its modules are imported."""
    for name in every_module():
        if not name.endswith("__main__") and name != "app.main":
            importlib.import_module(name)
    found: set[type[Event]] = set()
    waiting = [Event]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found |= {event for event in below if event.__module__.split(".")[0] in ("app", "content", "search")}
    return found


def test_something_follows_from_every_event() -> None:
    assert every_event() == {event for event in registered() if not event.__module__.startswith("tests.")}
    assert all(registered().values())


def test_no_two_events_share_a_name_since_a_job_keeps_nothing_else() -> None:
    names = [event.__name__ for event in every_event()]
    assert len(names) == len(set(names)) >= 3
    assert all(len(name) <= Job.model_fields["event"].metadata[0].max_length for name in names)


def test_events_hold_nothing_but_ids() -> None:
    for event in every_event():
        assert all(name.endswith("id") and field.annotation is int for name, field in event.model_fields.items()), event


def test_every_reaction_is_found_again_by_the_name_that_a_job_keeps() -> None:
    for reactions in registered().values():
        for reaction in reactions:
            assert getattr(importlib.import_module(reaction.__module__), reaction.__name__) is reaction
            assert lane_of(reaction) != STRAY
            assert len(f"{reaction.__module__}:{reaction.__name__}") <= 120


def test_entries_of_the_timetable_have_names_of_their_own() -> None:
    names = [entry.name for entry in TIMETABLE]
    assert len(names) == len(set(names)) > 0
    assert all(
        len(name) <= 60 and entry.every.total_seconds() > 0 for name, entry in zip(names, TIMETABLE, strict=True)
    )


def test_a_promise_is_tried_for_more_than_an_hour_before_it_is_parked() -> None:
    assert sum(min(2**tries, LONGEST_PAUSE.total_seconds()) for tries in range(1, MOST_TRIES)) > 60 * 60
