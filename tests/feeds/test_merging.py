"""Topics: another name, another address, and one made of two, with all that hangs on them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.feeds import following, muting
from app.feeds.merging import merge
from app.feeds.models import Followed, Subscription
from app.feeds.stopping import meant, no_more_mail, stop_one
from app.people.models import User
from content.curating import Description, begin_topic, describe_topic
from content.models import Article, ArticleTopic, Revision
from content.moving import Moved
from content.overview import topic_at, topic_named, with_narrower
from content.seed.reference import load_reference
from content.subjects import PilotTopic, Topic
from search.facets import known_values
from search.teaching import of_topics, words_in
from tests.cast import Cast, published
from tests.people.joining import person

pytestmark = pytest.mark.whole


def topic(session: Session, key: str) -> Topic:
    return session.exec(select(Topic).where(Topic.slug == key)).one()


def described(found: Topic, session: Session, **changes: Any) -> Description:
    group = session.get(Topic, found.broader_id) if found.broader_id else None
    told = {
        "name_nl": found.name_nl,
        "name_en": found.name_en,
        "broader": group.slug if group else "",
        "address": found.slug_nl,
    }
    return Description(**(told | changes))


def follows(session: Session, user_id: int | None, found: Topic) -> Subscription:
    row = Subscription(user_id=user_id, key=f"topic-{found.id}", what=Followed.TOPIC, topic_id=found.id)
    session.add(row)
    session.flush()
    return row


def test_a_topic_gets_another_name_and_address_and_the_old_one_leads_there(session: Session, cast: Cast) -> None:
    cobots = topic(session, "cobots")
    told = described(cobots, session, name_nl="Meewerkende robots", address="meewerkende robots")
    describe_topic(session, cobots, told, by=cast.noor)
    assert topic_at(session, "meewerkende-robots") == cobots
    with pytest.raises(Moved) as moved:
        topic_at(session, "cobots")
    assert moved.value.slug == "meewerkende-robots"
    assert topic_named(session, "cobots") == cobots
    (value,) = [one for one in known_values(session)["topic"] if one.slug == "cobots"]
    assert "cobots" in value.former
    describe_topic(session, cobots, described(cobots, session, address="cobots"), by=cast.noor)
    assert topic_at(session, "cobots") == cobots


def test_an_address_belongs_to_one_topic_for_ever(session: Session, cast: Cast) -> None:
    cobots, welding = topic(session, "cobots"), topic(session, "small-batches")
    describe_topic(session, cobots, described(cobots, session, address="meewerkers"), by=cast.noor)
    for address in ("meewerkers", "cobots"):
        with pytest.raises(Conflict):
            describe_topic(session, welding, described(welding, session, address=address), by=cast.noor)
    with pytest.raises(Conflict):
        begin_topic(session, Description(name_nl="Iets", name_en="Cobots"), by=cast.noor)


def test_only_stewards_curate_and_names_are_in_both_languages(session: Session, cast: Cast) -> None:
    cobots = topic(session, "cobots")
    for who in (cast.femke, cast.nobody):
        with pytest.raises(NotAllowed):
            describe_topic(session, cobots, described(cobots, session), by=who)
        with pytest.raises(NotAllowed):
            merge(session, cobots, topic(session, "small-batches"), by=who)
        with pytest.raises(NotAllowed):
            begin_topic(session, Description(name_nl="Iets", name_en="Thing"), by=who)
    with pytest.raises(Invalid):
        describe_topic(session, cobots, described(cobots, session, name_en=""), by=cast.noor)
    with pytest.raises(Conflict):
        describe_topic(session, cobots, described(cobots, session, broader=""), by=cast.noor)


def test_a_new_topic_stands_in_its_group(session: Session, cast: Cast) -> None:
    group = session.get_one(Topic, topic(session, "cobots").broader_id)
    told = Description(name_nl="Grijpers voor plaat", name_en="Sheet grippers", broader=group.slug)
    made = begin_topic(session, told, by=cast.noor)
    assert (made.slug, made.slug_nl) == ("sheet-grippers", "grijpers-voor-plaat")
    assert made.id in with_narrower(session, group)
    with pytest.raises(Invalid):
        begin_topic(session, Description(name_nl="X", name_en="Y", broader="cobots"), by=cast.noor)


def test_two_topics_become_one_with_all_that_hangs_on_them(session: Session, cast: Cast) -> None:
    cobots, batches = topic(session, "cobots"), topic(session, "small-batches")
    both = published(session, cast, topics=("cobots", "small-batches"))
    alone = published(session, cast, topics=("cobots",))
    sjoerd = person(session, "sjoerd")
    sjoerd.topics = ["cobots", "oee"]
    session.add(sjoerd)
    moved = follows(session, cast.sjoerd.user_id, cobots)
    follows(session, cast.femke.user_id, cobots)
    kept = follows(session, cast.femke.user_id, batches)
    gone = cobots.id
    merge(session, cobots, batches, by=cast.noor)
    session.expire_all()
    assert session.get(Topic, gone) is None
    for article in (both, alone):
        rows = session.exec(select(ArticleTopic).where(ArticleTopic.article_id == article.id)).all()
        assert [row.topic_id for row in rows] == [batches.id]
        assert session.get_one(Article, article.id).topic_id == batches.id
        for row in session.exec(select(Revision).where(Revision.article_id == article.id)).all():
            assert row.content.topics == ("small-batches",)
    assert session.exec(select(PilotTopic).where(PilotTopic.topic_id == gone)).all() == []
    assert session.get_one(User, sjoerd.id).topics == ["small-batches", "oee"]
    rows = session.exec(
        select(Subscription).where(col(Subscription.became_id).is_(None)).order_by(col(Subscription.id))
    ).all()
    assert [(row.id, row.key, row.topic_id) for row in rows] == [
        (moved.id, f"topic-{batches.id}", batches.id),
        (kept.id, f"topic-{batches.id}", batches.id),
    ]
    for find, word in ((topic_at, "cobots"), (topic_named, "cobots")):
        with pytest.raises(Moved) as led:
            find(session, word)
        assert led.value.slug == (batches.slug_nl if find is topic_at else batches.slug)
    assert "Cobots" in words_in(of_topics(session, [batches])[batches.id][1])


def test_a_subscription_that_runs_goes_before_one_that_was_ended(session: Session, cast: Cast) -> None:
    cobots, batches = topic(session, "cobots"), topic(session, "small-batches")
    runs = follows(session, cast.sjoerd.user_id, cobots)
    ended = follows(session, cast.sjoerd.user_id, batches)
    ended.ended_at = ended.created_at
    session.add(ended)
    session.flush()
    merge(session, cobots, batches, by=cast.noor)
    (row,) = session.exec(select(Subscription).where(col(Subscription.became_id).is_(None))).all()
    assert (row.id, row.topic_id, row.ended_at) == (runs.id, batches.id, None)


def test_what_was_merged_does_not_come_back_with_the_next_release(session: Session, cast: Cast) -> None:
    merge(session, topic(session, "cobots"), topic(session, "small-batches"), by=cast.noor)
    load_reference(session)
    assert session.exec(select(Topic).where(Topic.slug == "cobots")).first() is None


def test_an_address_of_an_address_leads_all_the_way(session: Session, cast: Cast) -> None:
    cobots, batches = topic(session, "cobots"), topic(session, "small-batches")
    describe_topic(session, cobots, described(cobots, session, address="meewerkers"), by=cast.noor)
    merge(session, cobots, batches, by=cast.noor)
    describe_topic(session, batches, described(batches, session, address="kleine-partijen"), by=cast.noor)
    for word in ("cobots", "meewerkers", batches.slug_nl):
        try:
            assert topic_at(session, word) == batches
        except Moved as moved:
            assert moved.slug == "kleine-partijen"  # noqa: PT017 - the control is the line above
    with pytest.raises(NotFound):
        topic_at(session, "nooit-geweest")


def test_a_group_and_a_topic_stay_apart(session: Session, cast: Cast) -> None:
    cobots = topic(session, "cobots")
    group = session.get_one(Topic, cobots.broader_id)
    for one, other in ((cobots, group), (group, cobots), (cobots, cobots)):
        with pytest.raises(Conflict):
            merge(session, one, other, by=cast.noor)


def word(link: str) -> str:
    """What of a link in a letter says what it is about."""
    return link.rpartition("/")[2]


@pytest.mark.parametrize("was_ended", [False, True])
def test_links_in_letters_that_were_sent_stop_what_a_subscription_became(
    session: Session, cast: Cast, was_ended: bool
) -> None:
    cobots, batches, oee = (topic(session, key) for key in ("cobots", "small-batches", "machine-tending"))
    piece = published(session, cast, topics=("cobots",)).piece_id
    one, other = (follows(session, cast.sjoerd.user_id, found) for found in (cobots, batches))
    other.ended_at = one.created_at if was_ended else None
    third = follows(session, cast.sjoerd.user_id, oee)
    strange = follows(session, cast.femke.user_id, batches)
    links = [word(stop_one(row, piece, "nl")) for row in (one, other, third)]
    merge(session, cobots, batches, by=cast.noor)
    merge(session, batches, oee, by=cast.noor)
    assert len(following.of_person(session, cast.sjoerd.user_id or 0)) == 1
    assert [meant(session, link).subscription.id for link in links] == [third.id] * 3
    no_more_mail(session, meant(session, links[0]))
    assert not session.get_one(Subscription, third.id).by_mail
    assert strange.ended_at is None
    gone = one.id if one.became_id else other.id
    with pytest.raises(NotFound):
        following.own(session, gone, by=cast.sjoerd)
    with pytest.raises(NotFound):
        meant(session, links[0].replace(f"s{one.id}p", f"s{strange.id}p"))
    with time_machine.travel(now() + timedelta(days=400)):
        following.forget_ended(session)
        assert meant(session, links[0]).subscription is not None, "as long as it goes on"
        following.stop(session, third)
    with time_machine.travel(now() + timedelta(days=900)):
        following.forget_ended(session)
    session.expire_all()
    assert [row.user_id for row in session.exec(select(Subscription)).all()] == [cast.femke.user_id]


def test_a_page_from_before_two_became_one_mutes_what_they_became(session: Session, cast: Cast) -> None:
    cobots, batches = topic(session, "cobots"), topic(session, "small-batches")
    mine, kept = (follows(session, cast.sjoerd.user_id, found) for found in (cobots, batches))
    ours, left = (follows(session, None, found) for found in (cobots, batches))
    for row in (ours, left):
        row.organisation_id = cast.kennislab.id
        session.add(row)
    session.flush()
    merge(session, cobots, batches, by=cast.noor)
    assert following.heard(session, mine.id, by=cast.sjoerd) is kept
    assert following.heard(session, ours.id, by=cast.femke) is left
    with pytest.raises(NotFound):
        following.heard(session, mine.id, by=cast.femke)
    own = muting.mute(session, following.heard(session, ours.id, by=cast.femke), by=cast.femke, lasting=None)
    assert (own.user_id, own.topic_id, own.became_id) == (cast.femke.user_id, batches.id, None)
    assert own.key == left.key
