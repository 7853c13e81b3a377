"""Teaching: stewards' changes to the words that mean the same.

A change is made as a value first, so that its effect can be looked at before it is saved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, func, select

from app.core.errors import Conflict, Invalid, NotFound
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.text import one_line, slug
from app.people.access import require_steward
from app.people.actor import Actor
from app.people.auditing import note
from content.subjects import GlossaryGroup, Topic
from search.events import WordsTaught
from search.mill.fold import folded

LONGEST: Final = 60
MOST_WORDS: Final = 60
"""In one group."""
BY_HAND: Final = "hand-"
"""How the slugs of groups begin that stewards made."""
TOPICS: Final = "topic-"
"""How those begin that hold the words of a topic which had none."""

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What a group of words will say, and what it says now; None when there is no such group yet."""

    group: str
    before: Told | None
    after: Told

    @property
    def words(self) -> list[str]:
        """Every word that this concerns, before or after."""
        return list(dict.fromkeys([*words_in(self.before or {}), *words_in(self.after)]))


def words_in(told: Told) -> list[str]:
    """Every word of a group, in the order in which it is read."""
    terms = [word for words in told.get("terms", {}).values() for word in words]
    return [*terms, *told.get("from", ()), *told.get("to", ()), *told.get("misspellings", ())]


def synonym(session: Session, asked: str, finds: Sequence[str], *, both_ways: bool) -> Change:
    """Whoever asks for one word finds texts with the others too, and the other way round if they mean the same."""
    word = _word(asked, field="asked")
    others = [_word(one, field="finds") for one in finds if one.strip()]
    if not others:
        raise Invalid(_("Write at least one word that should be found."), field="finds")
    if folded(word) in {folded(one) for one in others}:
        raise Invalid(_("These are the same word already."), field="finds")
    if both_ways:
        return _of_one_meaning(session, word, others)
    name = f"{BY_HAND}{slug(word, limit=60)}"
    before = _told(session, name)
    former = list(before.get("to", ())) if before else []
    after = {"type": "one_way", "from": [word], "to": list(dict.fromkeys([*former, *others]))}
    return _change(name, before, after)


def _of_one_meaning(session: Session, word: str, others: Sequence[str]) -> Change:
    """They join the group that one of them stands in, or make one of their own."""
    wanted = {folded(one) for one in others}
    for group in session.exec(select(GlossaryGroup).order_by(col(GlossaryGroup.position))).all():
        terms = [one for words in group.told.get("terms", {}).values() for one in words]
        if wanted & {folded(one) for one in terms}:
            return _change(group.slug, group.told, _with(group.told, [word, *others]))
    name = f"{BY_HAND}{slug(word, limit=60)}-even"
    before = _told(session, name)
    after = _with(before, others) if before else {"type": "two_way", "terms": {"nl": [word, *others]}}
    return _change(name, before, after)


def with_word(session: Session, group: str, word: str) -> Change:
    """A group with one word more."""
    told = require_group(session, group)
    return _change(group, _told(session, group), _with(told, [_word(word, field="word")]))


def without_word(session: Session, group: str, word: str) -> Change:
    """A group without this word."""
    before = require_group(session, group)
    gone = folded(word)

    def left(words: Iterable[str]) -> list[str]:
        return [one for one in words if folded(one) != gone]

    after = {name: left(said) if isinstance(said, list) else said for name, said in before.items()}
    if "terms" in before:
        after["terms"] = {language: left(words) for language, words in before["terms"].items()}
    if words_in(after) == words_in(before):
        raise NotFound(_("There is nothing at this address."))
    return _change(group, before, after)


def of_topics(session: Session, topics: Sequence[Topic]) -> dict[int, tuple[str, Told]]:
    """Topic's id -> the group with its words: the one that its name stands in, or one that begins with its names."""
    groups = session.exec(select(GlossaryGroup).order_by(col(GlossaryGroup.position))).all()
    own = {group.slug: group for group in groups}
    by_term = {
        folded(word): group
        for group in reversed(groups)
        for words in group.told.get("terms", {}).values()
        for word in words
    }
    found: dict[int, tuple[str, Told]] = {}
    for topic in topics:
        group = own.get(_own(topic)) or by_term.get(folded(topic.name_nl)) or by_term.get(folded(topic.name_en))
        found[topic.id] = (group.slug, group.told) if group else (_own(topic), _names_of(topic))
    return found


def groups_holding(session: Session, wanted: str) -> list[GlossaryGroup]:
    """The groups with a word that holds these letters, in their order; none without letters."""
    letters = " ".join(folded(wanted))
    rows = session.exec(select(GlossaryGroup).order_by(col(GlossaryGroup.position))).all() if letters else ()
    return [row for row in rows if any(letters in " ".join(folded(word)) for word in words_in(row.told))]


def _names_of(topic: Topic) -> Told:
    return {"type": "two_way", "terms": {"nl": [topic.name_nl], "en": [topic.name_en]}}


def _own(topic: Topic) -> str:
    return f"{TOPICS}{topic.slug}"[:80]


def teach(session: Session, change: Change, *, by: Actor) -> None:
    """Save a change. Questions follow at once, texts that hold the words within moments."""
    require_steward(by)
    row = session.exec(select(GlossaryGroup).where(GlossaryGroup.slug == change.group)).first()
    if (row.told if row else None) != change.before:
        raise Conflict(_("Somebody else changed this meanwhile. Look at it again and try once more."))
    if row is None:
        last = session.exec(select(func.max(GlossaryGroup.position))).one() or 0
        row = GlossaryGroup(slug=change.group, position=last + 1)
    row.told = dict(change.after)
    session.add(row)
    session.flush()
    note(session, by, "teach_words", subject=f"words:{change.group}"[:120], told={"words": change.words[:20]})
    announce(session, WordsTaught(group_id=row.id))


def require_group(session: Session, name: str) -> Told:
    """What a group says. One of a topic that has none yet begins with the topic's names. Raises NotFound."""
    told = _told(session, name)
    if told is not None:
        return told
    topic = session.exec(select(Topic).where(Topic.slug == name.removeprefix(TOPICS))).first()
    if topic is None or not name.startswith(TOPICS):
        raise NotFound(_("There is nothing at this address."))
    return _names_of(topic)


def _told(session: Session, name: str) -> Told | None:
    return session.exec(select(GlossaryGroup.told).where(GlossaryGroup.slug == name)).first()


def _with(told: Told, words: Iterable[str]) -> Told:
    """More words: what is asked for in a group that leads one way, Dutch terms in one that means the same."""
    known = {folded(one) for one in words_in(told)}
    new = [one for one in dict.fromkeys(words) if folded(one) not in known]
    if not new:
        raise Invalid(_("These words stand there already."), field="word")
    if "terms" not in told:
        return {**told, "from": [*told.get("from", ()), *new]}
    return {**told, "terms": {**told["terms"], "nl": [*told["terms"].get("nl", ()), *new]}}


def _change(group: str, before: Told | None, after: Told) -> Change:
    if len(words_in(after)) > MOST_WORDS and len(words_in(after)) > len(words_in(before or {})):
        raise Invalid(_("This group holds as many words as it can."), field="word")
    return Change(group, before, after)


def _word(written: str, *, field: str) -> str:
    word = one_line(written)
    if not folded(word):
        raise Invalid(_("Write a word."), field=field)
    if len(word) > LONGEST:
        raise Invalid(_("Write at most %(n)s letters.", n=LONGEST), field=field)
    return word
