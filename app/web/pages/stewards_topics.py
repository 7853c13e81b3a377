"""For stewards: the topics. What they are called and mean, where they stand, and making one out of two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import ngettext
from app.feeds.merging import merge
from app.people.actor import Actor
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from app.web.visit import Visit, address
from content import curating, overview, shelves
from content.curating import Description
from content.subjects import Topic
from search.teaching import of_topics

router = APIRouter()

HERE: Final = "/beheer/onderwerpen"

Key = Annotated[str, Path(max_length=100)]


@dataclass(frozen=True)
class TopicGroup:
    """A group with its topics, each with how many pieces are about it."""

    group: Link
    topics: Sequence[Link]


@dataclass(frozen=True, kw_only=True)
class TopicsView:
    """All of them, and a form for one more."""

    side: Sequence[tuple[Link, bool]]
    groups: Sequence[TopicGroup]
    choices: Sequence[tuple[str, str]]
    form: Form
    action: str
    done: str


@dataclass(frozen=True, kw_only=True)
class OneTopicView:
    """One of them."""

    side: Sequence[tuple[Link, bool]]
    topic: Topic
    is_group: bool
    choices: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, str]]
    form: Form
    merging: Form
    pieces: str
    former: Sequence[str]
    public: str
    words: str
    action: str
    back: str
    done: str


@router.get("/beheer/onderwerpen")
def topics(here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """All of them."""
    return page("stewards/topics", _topics(session, here, me, Form()), is_indexed=False)


@router.post("/beheer/onderwerpen")
def begin(here: Here, form: Sealed, session: Writing, me: Steward, page: Page) -> Response:
    """A new one."""
    told = _told(form)
    if form.is_fine:
        with form.minding(session):
            topic = curating.begin_topic(session, told, by=me)
    if form.is_fine:
        return see(address(f"{HERE}/{topic.slug}?klaar=ja", here.language))
    return page("stewards/topics", _topics(session, here, me, form), status=form.status, is_indexed=False)


@router.get("/beheer/onderwerpen/{key}")
def topic(here: Here, session: Reading, me: Steward, page: Page, key: Key) -> Response:
    """One of them, by its English key."""
    found = overview.topic_named(session, key)
    return page("stewards/topic", _view(session, here, me, found, _filled(session, found), Form()), is_indexed=False)


@router.post("/beheer/onderwerpen/{key}")
def describe(here: Here, form: Sealed, session: Writing, me: Steward, page: Page, key: Key) -> Response:
    """Say something else of it."""
    found = overview.topic_named(session, key)
    told = _told(form)
    if form.is_fine:
        with form.minding(session):
            curating.describe_topic(session, found, told, by=me)
    if form.is_fine:
        return see(address(f"{HERE}/{key}?klaar=ja", here.language))
    session.refresh(found)
    view = _view(session, here, me, found, form, Form())
    return page("stewards/topic", view, status=form.status, is_indexed=False)


@router.post("/beheer/onderwerpen/{key}/samenvoegen")
def merge_into(here: Here, form: Sealed, session: Writing, me: Steward, page: Page, key: Key) -> Response:
    """Make one out of this and another. Who typed the name of the one that goes means it."""
    found = overview.topic_named(session, key)
    others = {value for value, _name in _others(session, found)}
    wanted = form.choice("met", others, missing=_("Choose one"))
    if form.line("naam", most=120).lower() != found.name.lower():
        form.blame("naam", _("Type its name, to show that you mean it"))
    if form.is_fine:
        into = overview.topic_named(session, wanted)
        with form.minding(session):
            merge(session, found, into, by=me)
    if form.is_fine:
        return see(address(f"{HERE}/{wanted}?klaar=samen", here.language))
    view = _view(session, here, me, found, _filled(session, found), form)
    return page("stewards/topic", view, status=form.status, is_indexed=False)


def _told(form: Form) -> Description:
    return Description(
        name_nl=form.line("naam_nl", most=120, missing=_("Fill in the Dutch name")),
        name_en=form.line("naam_en", most=120, missing=_("Fill in the English name")),
        definition_nl=form.prose("uitleg_nl", most=500),
        definition_en=form.prose("uitleg_en", most=500),
        broader=form.line("groep", most=80),
        address=form.line("adres", most=80),
    )


def _filled(session: Session, found: Topic) -> Form:
    group = overview.broader(session, found)
    return Form(
        {
            "naam_nl": found.name_nl,
            "naam_en": found.name_en,
            "uitleg_nl": found.definition_nl,
            "uitleg_en": found.definition_en,
            "groep": group.slug if group else "",
            "adres": found.slug_nl,
        }
    )


def _topics(session: Session, here: Visit, me: Actor, form: Form) -> TopicsView:
    counts = shelves.counts_by_topic(session, me)
    groups = overview.groups(session)
    return TopicsView(
        side=side(HERE),
        groups=[
            TopicGroup(
                _link(each.topic, counts.get(each.topic.id, 0)),
                [_link(one, counts.get(one.id, 0)) for one in each.narrower],
            )
            for each in groups
        ],
        choices=[("", _("None: it is a group")), *((each.topic.slug, each.topic.name) for each in groups)],
        form=form,
        action=showing.here(HERE),
        done="",
    )


def _view(session: Session, here: Visit, me: Actor, found: Topic, form: Form, merging: Form) -> OneTopicView:
    count = shelves.counts_by_topic(session, me).get(found.id, 0)
    group, _words = of_topics(session, [found])[found.id]
    merging.prefix = "s-"
    return OneTopicView(
        side=side(HERE),
        topic=found,
        is_group=found.broader_id is None,
        choices=[(each.topic.slug, each.topic.name) for each in overview.groups(session)],
        others=[("", _("Choose one")), *_others(session, found)],
        form=form,
        merging=merging,
        pieces=ngettext("%(n)s piece", "%(n)s pieces", count),
        former=[row.slug_nl for row in curating.former_words(session).get(found.id, ())],
        public=showing.here(f"/onderwerpen/{found.slug_nl}"),
        words=f"{showing.here('/beheer/woorden')}?groep={group}#wijzig",
        action=showing.here(f"{HERE}/{found.slug}"),
        back=showing.here(HERE),
        done={
            "klaar=ja": _("Saved."),
            "klaar=samen": _("Made one. The other address leads here."),
        }.get(here.query, ""),
    )


def _others(session: Session, found: Topic) -> list[tuple[str, str]]:
    """What it can be merged with: the other groups, or the other topics."""
    groups = overview.groups(session)
    among = (
        [each.topic for each in groups]
        if found.broader_id is None
        else [one for each in groups for one in each.narrower]
    )
    return [(one.slug, one.name) for one in sorted(among, key=lambda one: one.name.lower()) if one.id != found.id]


def _link(topic: Topic, count: int) -> Link:
    return Link(topic.name, showing.here(f"{HERE}/{topic.slug}"), count, unit=ngettext("piece", "pieces", count))
