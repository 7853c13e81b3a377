"""A feed that was written before is known by all it holds: whatever differs in it is another tag."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import pytest
from cachetools import LRUCache
from sqlmodel import Session

from app.core import epoch
from app.core.database import Database
from app.core.language import speaking
from app.feeds.formats import FORMATS, Format
from app.feeds.streams import Feed
from app.feeds.written import Written
from content.licences import TERMS
from content.snapshot import Licence
from tests.feeds.test_formats import FEED, MOMENT


def different(value: Any) -> Iterator[Any]:
    """Others in the place of this value, each with one thing in it that is not the same."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from (replace(value, **{field.name: other}) for other in different(getattr(value, field.name)))
    elif isinstance(value, tuple) and value:
        if not isinstance(value[0], datetime):  # no place, which is always two
            yield value[1:]
            yield (*value, value[0])
        for place, one in enumerate(value):
            yield from ((*value[:place], other, *value[place + 1 :]) for other in different(one))
    elif isinstance(value, Enum):
        yield next(other for other in type(value) if other != value)
    elif isinstance(value, datetime):
        yield value + timedelta(microseconds=1)
    elif isinstance(value, str):
        yield value + "x"
    elif isinstance(value, int):
        yield value + 1
    elif value is None:
        yield MOMENT, 8
    else:
        raise AssertionError(value)


def tag(session: Session, feed: Feed, form: Format, question: str) -> str:
    return Written(session, form, question, lambda: feed).known_tag()


def test_whatever_differs_in_a_feed_is_another_tag_when_a_format_tells_it(database: Database) -> None:
    wrote = 0

    def write(form: Format, feed: Feed) -> bytes:
        nonlocal wrote
        wrote += 1
        return FORMATS["atom"].write(form, feed)

    form = replace(FORMATS["atom"], write=write)
    others = list(different(replace(FEED, place=None)))
    assert len(others) > 40
    with database.reading() as session:
        for number, feed in enumerate([FEED, *others]):
            assert tag(session, feed, form, f"first {number}") == Written(session, form, "", lambda f=feed: f).tag
        first = wrote
        for number, feed in enumerate([FEED, *others]):
            assert tag(session, feed, form, f"second {number}")
        assert wrote == first == 2 * (1 + len(others)), "each was written, and none of them again"


def test_the_name_of_a_licence_is_looked_up_while_it_is_written(database: Database) -> None:
    entry = replace(FEED.entries[0], licence=TERMS[Licence.RESERVED])
    feed = replace(FEED, entries=(entry,))
    tags = []
    for language in ("nl", "en", "nl"):
        with database.reading() as session, speaking(language):
            tags.append(tag(session, feed, FORMATS["atom"], "licence"))
    assert tags[0] == tags[2] != tags[1]


def test_a_question_is_answered_once_in_an_epoch(database: Database) -> None:
    selected: list[str] = []

    def ask(question: str, form: Format) -> str:
        def select() -> Feed:
            selected.append(question)
            return FEED

        with database.reading() as session:
            return Written(session, form, question, select).known_tag()

    tags = {form.ending: ask("a", form) for form in FORMATS.values()}
    assert len(set(tags.values())) == len(selected) == len(FORMATS)
    assert {form.ending: ask("a", form) for form in FORMATS.values()} == tags
    assert len(selected) == len(FORMATS)
    ask("b", FORMATS["rss"])
    with database.writing() as session:
        epoch.move(session)
    ask("a", FORMATS["rss"])
    assert selected[len(FORMATS) :] == ["b", "a"]


def test_the_tag_that_goes_with_bytes_is_theirs(database: Database) -> None:
    """Whatever was remembered of the question: one tag is one text."""
    other = replace(FEED, title="Iets anders")
    with database.reading() as session:
        before = Written(session, FORMATS["atom"], "q", lambda: FEED)
        assert before.known_tag() == before.tag
        after = Written(session, FORMATS["atom"], "q", lambda: other)
        assert b"Iets anders" in after.body
        assert after.tag != before.tag


@pytest.mark.parametrize("ending", FORMATS)
def test_no_more_tags_are_known_than_may_be(database: Database, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.feeds.written._tags", known := LRUCache[bytes, str](3))
    with database.reading() as session:
        for number in range(9):
            tag(session, replace(FEED, title=str(number)), FORMATS[ending], f"{number}")
    assert len(known) == 3
