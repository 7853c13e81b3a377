"""Naming: from a word that people use to the topic that it means.

A topic is known by its names in both languages, by the parts of a name that joins two things (`MES en digitale
werkorders`), and by every word that the glossary holds equal to one of these.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, select

from app.core.language import current_language
from app.core.text import slug
from content.subjects import GlossaryGroup, Topic

LONGEST: Final = 80
"""Letters. Nobody calls a topic by a longer name."""

_JOINTS: Final = re.compile(r"[(),/&]| en | and ")
_SPOKEN: Final = {"nl": ("nl", "abbr"), "en": ("en", "abbr")}


@dataclass(frozen=True)
class Word:
    """A word, and the topic that it means."""

    text: str
    key: str
    """The same in small letters and hyphens, which words are compared by."""
    topic: Topic
    is_offered: bool = True
    """Whether it may be proposed while somebody types: in the reader's language, and spelled right."""


def words(session: Session) -> list[Word]:
    """Every word for every topic, its own names first. Two queries."""
    topics = session.exec(select(Topic).order_by(col(Topic.broader_id).is_(None), col(Topic.position))).all()
    known = [_word(name, topic, is_offered=name == topic.name) for topic in topics for name in _names(topic)]
    by_key: dict[str, list[Topic]] = {}
    for word in known:
        by_key.setdefault(word.key, []).append(word.topic)
    groups = session.exec(select(GlossaryGroup.told).order_by(col(GlossaryGroup.position))).all()
    return [*known, *(word for told in groups for word in _equal_words(told, by_key))]


def meant(known: Sequence[Word], text: str, *, most: int = 8) -> list[Topic]:
    """The topics that this text means: the one that is called so, else those of which a word begins with it."""
    wanted = slug(text[:LONGEST]) if text.strip() else ""
    if not wanted:
        return []
    called = [word.topic for word in known if word.key == wanted]
    # A word inside a name begins behind a hyphen.
    begun = (word.topic for word in known if f"-{wanted}" in f"-{word.key}")
    return _each_once(called)[:1] or _each_once(begun)[:most]


def _word(text: str, topic: Topic, *, is_offered: bool) -> Word:
    return Word(text, slug(text), topic, is_offered)


def _names(topic: Topic) -> list[str]:
    whole = [topic.name_nl, topic.name_en]
    parts = [part.strip() for name in whole for part in _JOINTS.split(name)]
    return [name for name in dict.fromkeys([*whole, *parts]) if len(name) > 1]


def _equal_words(told: Mapping[str, Any], by_key: Mapping[str, list[Topic]]) -> Iterable[Word]:
    """The words of a glossary group that holds a name of a topic; risky abbreviations mean too much else."""
    if told["type"] != "two_way" or told.get("risk") == "high":
        return
    terms = [(language, term) for language, said in told["terms"].items() for term in said]
    named = _each_once(topic for _language, term in terms for topic in by_key.get(slug(term), ())[:1])
    for topic in sorted(named, key=lambda topic: topic.broader_id is None):
        for language, term in terms:
            yield _word(term, topic, is_offered=language in _SPOKEN[current_language()])
        for term in told.get("misspellings", ()):
            yield _word(term, topic, is_offered=False)


def _each_once(topics: Iterable[Topic]) -> list[Topic]:
    return list({topic.id: topic for topic in topics}.values())
