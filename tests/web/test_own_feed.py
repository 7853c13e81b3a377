"""One's own feed: exactly what this person may read at this moment, for whoever has the address, and nobody else."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import timedelta

import feedparser
import pytest
import time_machine
from sqlmodel import Session, select

from app.core import epoch, settings
from app.core.clock import now
from app.core.database import Database
from app.core.seals import digest
from app.feeds import following, own_feed, written
from app.feeds.formats import FORMATS
from app.feeds.models import Reader, Subscription
from app.feeds.targets import topic_target
from app.people import belonging, own_data, suspending
from app.people.actor import Actor
from app.people.auditing import AuditEntry
from app.people.describing import Profile, describe_person
from app.people.models import Membership, User
from app.people.signing_in import actor_for
from content.models import Article, Attachment
from content.publishing import publish, show_to, withdraw
from content.snapshot import FileUse, Visibility
from content.subjects import Topic
from content.writing import revise, save_draft
from tests.cast import Cast, content, draft
from tests.web.client import Client
from tests.web.conftest import ADDRESS
from tests.web.streams import items, watch_writing

pytestmark = pytest.mark.whole

STEWARD = Actor(name="test", is_steward=True)


@pytest.fixture
def site(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Three pieces about cobots, for everyone, for members and for Woldzicht; Sjoerd of Woldzicht follows cobots."""
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"base_url": ADDRESS}))
    with database.writing() as session:
        cast = Cast.in_(session)
        for slug, visibility in (
            ("open-stuk", Visibility.EVERYONE),
            ("leden-stuk", Visibility.MEMBERS),
            ("eigen-stuk", Visibility.ORGANISATIONS),
        ):
            piece = draft(
                session,
                cast,
                "lesson",
                slug=slug,
                visibility=visibility,
                topics=("cobots",),
                allowed=(cast.woldzicht,) if visibility == Visibility.ORGANISATIONS else (),
            )
            publish(session, piece, by=cast.femke)
        other = draft(session, cast, "lesson", slug="ander-stuk", visibility=Visibility.EVERYONE, topics=("mes",))
        publish(session, other, by=cast.femke)
        follow(session, "sjoerd")
    return database


@pytest.fixture
def reader(site: Database) -> Iterator[Client]:
    """A feed reader: without a session."""
    with Client() as client:
        yield client


def follow(session: object, handle: str, slug: str = "cobots") -> None:
    topic = session.exec(select(Topic).where(Topic.slug == slug)).one()  # type: ignore[attr-defined]
    following.follow(session, topic_target(topic), by=actor(session, handle))  # type: ignore[arg-type]


def actor(session: object, handle: str) -> Actor:
    return actor_for(session, session.exec(select(User).where(User.handle == handle)).one())  # type: ignore[attr-defined,arg-type]


def made(site: Database, handle: str = "sjoerd") -> str:
    with site.writing() as session:
        return own_feed.make(session, by=actor(session, handle))


def article(session: Session, slug: str) -> Article:
    return session.exec(select(Article).where(Article.slug == slug)).one()


def known(reader: Client, word: str, prefix: str = "") -> dict[str, str]:
    """The tags of this feed in each format, by its ending."""
    return {ending: reader.get(f"{prefix}/feeds/persoonlijk/{word}.{ending}").headers["etag"] for ending in FORMATS}


def slugs(reader: Client, word: str) -> set[str]:
    return {item["url"].rpartition("/")[2] for item in items(reader, f"/feeds/persoonlijk/{word}")}


# --- the address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_it_is_made_in_the_settings_and_shown_once(reader: Client, site: Database, prefix: str) -> None:
    with site.reading() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
    reader.sign_in(sjoerd)
    page = reader.get(f"{prefix}/instellingen/feed").text
    assert "/feeds/persoonlijk/" not in page
    form = {"token": page.split('name="token" value="')[1].split('"')[0], "doe": "maak"}
    answer = reader.post(f"{prefix}/instellingen/feed", data=form)
    assert answer.headers["cache-control"] == "private, no-store"
    found = re.findall(rf"<code>{ADDRESS}({prefix}/feeds/persoonlijk/[\w-]{{43}}\.\w+)</code>", answer.text)
    assert len(found) == len(FORMATS)
    assert "/feeds/persoonlijk/" not in reader.get(f"{prefix}/instellingen/feed").text
    reader.sign_out()
    for address in found:
        assert reader.get(address).status_code == 200
    with site.reading() as session:
        assert {row.action for row in session.exec(select(AuditEntry)).all()} >= {"make_feed"}
        kept = str([row.model_dump() for row in session.exec(select(Reader)).all()])
        assert found[0].partition("persoonlijk/")[2].partition(".")[0] not in kept


def test_a_new_one_ends_the_former_and_the_feed_stays_the_same(reader: Client, site: Database) -> None:
    first = made(site)
    name = feedparser.parse(reader.get(f"/feeds/persoonlijk/{first}.atom").content).feed.id
    second = made(site)
    assert reader.get(f"/feeds/persoonlijk/{first}.atom").status_code == 404
    assert feedparser.parse(reader.get(f"/feeds/persoonlijk/{second}.atom").content).feed.id == name
    assert first not in name
    with site.writing() as session:
        own_feed.end(session, by=actor(session, "sjoerd"))
        own_feed.end(session, by=actor(session, "sjoerd"))
    assert reader.get(f"/feeds/persoonlijk/{second}.atom").status_code == 404


def test_what_is_no_address_is_not_there(reader: Client, site: Database) -> None:
    word = made(site)
    for other in ("x", word[:-1], word + "a", word.swapcase(), digest(word), "a" * 200, "%00", ""):
        assert reader.get(f"/feeds/persoonlijk/{other}.atom").status_code in (400, 404), other
    assert reader.get(f"/feeds/persoonlijk/{word}.xml").status_code == 404
    assert reader.get(f"/feeds/persoonlijk/{word}.atom?verder=x").status_code == 400
    with site.reading() as session:
        assert session.exec(select(Reader.feed_digest)).all() == [digest(word)]


# --- what stands in it ------------------------------------------------------------------------------------------------


def test_it_holds_exactly_what_its_person_follows_and_may_read(reader: Client, site: Database) -> None:
    assert slugs(reader, made(site)) == {"open-stuk", "leden-stuk", "eigen-stuk"}
    with site.writing() as session:
        follow(session, "aafke")
    assert slugs(reader, made(site, "aafke")) == {"open-stuk", "leden-stuk"}
    assert slugs(reader, made(site, "hinke")) == set()


def test_a_session_of_somebody_else_changes_nothing(reader: Client, site: Database) -> None:
    word = made(site)
    before = reader.get(f"/feeds/persoonlijk/{word}.json").json()
    with site.reading() as session:
        reader.sign_in(session.exec(select(User).where(User.handle == "noor")).one())
    assert reader.get(f"/feeds/persoonlijk/{word}.json").json() == before


def test_every_format_is_read_back_whole(reader: Client, site: Database) -> None:
    word = made(site)
    for ending in ("atom", "rss"):
        read = feedparser.parse(reader.get(f"/en/feeds/persoonlijk/{word}.{ending}").content)
        assert not read.bozo
        assert len(read.entries) == 3
        assert read.feed.language == "en"


def test_what_was_taken_back_or_hidden_is_gone_at_the_next_request(reader: Client, site: Database) -> None:
    word = made(site)
    tag = reader.get(f"/feeds/persoonlijk/{word}.atom").headers["etag"]
    with site.writing() as session:
        cast = Cast.known(session)
        piece = session.exec(select(Article).where(Article.slug == "open-stuk")).one()
        withdraw(session, piece, by=cast.femke, reason_nl="Klopt niet.")
        hidden = session.exec(select(Article).where(Article.slug == "leden-stuk")).one()
        show_to(session, hidden, Visibility.ORGANISATIONS, by=cast.femke, allowed={cast.nipt.id})
    assert reader.get(f"/feeds/persoonlijk/{word}.atom", headers={"if-none-match": tag}).status_code == 200
    assert slugs(reader, word) == {"eigen-stuk"}


def test_who_lost_their_place_reads_what_is_public_at_the_next_request(reader: Client, site: Database) -> None:
    word = made(site)
    assert len(slugs(reader, word)) == 3
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        place = session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one()
        belonging.remove(session, place, by=STEWARD)
    assert slugs(reader, word) == {"open-stuk"}


def test_who_is_suspended_or_erased_has_none_at_the_next_request(reader: Client, site: Database) -> None:
    words = {handle: made(site, handle) for handle in ("sjoerd", "aafke")}
    tags = {handle: reader.get(f"/feeds/persoonlijk/{word}.atom").headers["etag"] for handle, word in words.items()}
    with site.writing() as session:
        sjoerd, aafke = (session.exec(select(User).where(User.handle == one)).one() for one in ("sjoerd", "aafke"))
        suspending.suspend_person(session, sjoerd, by=actor(session, "noor"))
        own_data.erase(session, aafke, by=actor(session, "aafke"))
    for handle, word in words.items():
        answer = reader.get(f"/feeds/persoonlijk/{word}.atom", headers={"if-none-match": tags[handle]})
        assert answer.status_code == 404, handle


# --- who else may keep it, and what it costs --------------------------------------------------------------------------


def test_nobody_on_the_way_keeps_it_and_no_search_engine_lists_it(reader: Client, site: Database) -> None:
    word = made(site)
    for ending in FORMATS:
        answer = reader.get(f"/feeds/persoonlijk/{word}.{ending}")
        assert answer.headers["cache-control"] == "private, no-cache"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "content-encoding" not in answer.headers


def test_who_has_it_already_costs_no_rendering(reader: Client, site: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    word, made_of = made(site), []
    told_in = own_feed.told_in
    monkeypatch.setattr(own_feed, "told_in", lambda *args: made_of.append(1) or told_in(*args))
    tags = known(reader, word)
    assert len(set(tags.values())) == len(made_of) == len(FORMATS)
    for ending, tag in tags.items():
        answer = reader.get(f"/feeds/persoonlijk/{word}.{ending}", headers={"if-none-match": tag})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert len(made_of) == len(FORMATS)


def test_what_changed_elsewhere_sends_nobody_the_whole_again_and_is_not_written(
    reader: Client, site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = made(site)
    tags = known(reader, word)
    made_of, wrote, told_in = [], watch_writing(monkeypatch), own_feed.told_in
    monkeypatch.setattr(own_feed, "told_in", lambda *args: made_of.append(1) or told_in(*args))
    with site.writing() as session:
        before = epoch.number_in(session)
        withdraw(session, article(session, "ander-stuk"), by=Cast.known(session).femke, reason_nl="Klopt niet.")
    with site.reading() as session:
        assert epoch.number_in(session) > before
    for _again in range(2):
        for ending, tag in tags.items():
            answer = reader.get(f"/feeds/persoonlijk/{word}.{ending}", headers={"if-none-match": tag})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert len(made_of) == len(FORMATS), "once in an epoch"
    assert wrote == []
    assert known(reader, word) == tags
    own_feed.write_down_read()
    with site.reading() as session:
        assert session.exec(select(Reader.feed_used_at)).one() is not None


def test_who_never_wrote_it_compares_what_it_writes(
    reader: Client, site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process, or this one after a restart."""
    word = made(site)
    tags = known(reader, word)
    for _process in range(2):
        monkeypatch.setattr(written, "_tags", OrderedDict())
        with site.writing() as session:
            epoch.move(session)
        for ending, tag in tags.items():
            answer = reader.get(f"/feeds/persoonlijk/{word}.{ending}", headers={"if-none-match": tag})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def new_text(session: Session) -> None:
    cast, piece = Cast.known(session), article(session, "leden-stuk")
    save_draft(session, piece, content(body="## Wat nu\n\nNIEUWS", topics=("cobots",)), by=cast.femke)
    revise(session, piece, by=cast.femke)
    publish(session, piece, by=cast.femke)


def new_name_of_author(session: Session) -> None:
    femke = session.exec(select(User).where(User.handle == "femke")).one()
    describe_person(session, femke, Profile(name="NIEUWS", is_public=False), by=actor(session, "femke"))


def new_name_of_topic(session: Session) -> None:
    topic = session.exec(select(Topic).where(Topic.slug == "cobots")).one()
    topic.name_nl = topic.name_en = "NIEUWS"
    session.add(topic)
    epoch.move(session)


def new_file(session: Session) -> None:
    piece, hash_ = article(session, "open-stuk"), "a" * 64
    femke = Cast.known(session).femke
    session.add(Attachment(article_id=piece.id, name="NIEUWS.csv", hash=hash_, size=1, media_type="text/csv"))
    session.flush()
    changed = content(topics=("cobots",), files=(FileUse(name="NIEUWS.csv", hash=hash_),))
    save_draft(session, piece, changed, by=femke)
    revise(session, piece, by=femke)
    publish(session, piece, by=femke)


def new_piece(session: Session) -> None:
    cast = Cast.known(session)
    publish(session, draft(session, cast, "lesson", title="NIEUWS", topics=("cobots",)), by=cast.femke)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("change", [new_text, new_name_of_author, new_name_of_topic, new_file, new_piece])
def test_what_changed_in_it_is_sent_at_the_next_request(
    reader: Client, site: Database, change: Callable[[Session], None], prefix: str
) -> None:
    word = made(site)
    tags = known(reader, word, prefix)
    for moves_on in (change, lambda session: epoch.move(session)):
        with site.writing() as session:
            moves_on(session)
        for ending, tag in tags.items():
            answer = reader.get(f"{prefix}/feeds/persoonlijk/{word}.{ending}", headers={"if-none-match": tag})
            assert answer.status_code == 200
            assert "NIEUWS" in answer.text
            assert answer.headers["etag"] != tag
    assert not set(known(reader, word, prefix).values()) & set(tags.values())


def test_rights_that_shrank_or_grew_are_another_feed_at_the_next_request(reader: Client, site: Database) -> None:
    """Of pieces, and of a file alone: what stands in the feed of a piece for everybody goes by rights too."""
    with site.writing() as session:
        femke, piece = Cast.known(session).femke, article(session, "open-stuk")
        session.add(Attachment(article_id=piece.id, name="geheim.csv", hash="a" * 64, size=1, media_type="text/csv"))
        session.flush()
        use = FileUse(name="geheim.csv", hash="a" * 64, visibility=Visibility.MEMBERS)
        save_draft(session, piece, content(topics=("cobots",), files=(use,)), by=femke)
        revise(session, piece, by=femke)
        publish(session, piece, by=femke)
        for slug in ("leden-stuk", "eigen-stuk"):
            withdraw(session, article(session, slug), by=femke, reason_nl="Klopt niet.")
    word = made(site)
    member = known(reader, word)
    assert "geheim.csv" in reader.get(f"/feeds/persoonlijk/{word}.atom").text
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        place = session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one()
        belonging.remove(session, place, by=STEWARD)
    for ending, tag in member.items():
        answer = reader.get(f"/feeds/persoonlijk/{word}.{ending}", headers={"if-none-match": tag})
        assert answer.status_code == 200
        assert "geheim.csv" not in answer.text
    passer_by = known(reader, word)
    with site.writing() as session:
        # Without a new epoch: the rights are those of the moment, whatever else is remembered.
        place = session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one()
        place.ended_at = None
        session.add(place)
    for ending, tag in passer_by.items():
        answer = reader.get(f"/feeds/persoonlijk/{word}.{ending}", headers={"if-none-match": tag})
        assert answer.status_code == 200
        assert "geheim.csv" in answer.text
    assert known(reader, word) == member, "the same feed is the same tag, whatever lay between"


def test_what_is_muted_is_gone_without_a_new_epoch(reader: Client, site: Database) -> None:
    word = made(site)
    tags = known(reader, word)
    with site.writing() as session:
        before = epoch.number_in(session)
        for row in session.exec(select(Subscription)).all():
            row.muted_at = now()
            session.add(row)
    with site.reading() as session:
        assert epoch.number_in(session) == before
    for ending, tag in tags.items():
        answer = reader.get(f"/feeds/persoonlijk/{word}.{ending}", headers={"if-none-match": tag})
        assert answer.status_code == 200
    assert slugs(reader, word) == set()


def test_a_new_address_or_none_is_never_told_that_nothing_changed(reader: Client, site: Database) -> None:
    word = made(site)
    tags = known(reader, word)
    other = made(site)
    for ending, tag in tags.items():
        asked = {"if-none-match": tag}
        assert reader.get(f"/feeds/persoonlijk/{word}.{ending}", headers=asked).status_code == 404
        answer = reader.get(f"/feeds/persoonlijk/{other}.{ending}", headers=asked)
        assert answer.status_code == 200
        assert word not in answer.text
    with site.writing() as session:
        own_feed.end(session, by=actor(session, "sjoerd"))
    assert reader.get(f"/feeds/persoonlijk/{other}.atom", headers={"if-none-match": "*"}).status_code == 404


def test_when_it_was_last_read_is_shown_and_no_request_writes_it(reader: Client, site: Database) -> None:
    word = made(site)
    with time_machine.travel(now() + timedelta(days=3), tick=True):
        moment = now()
        reader.get(f"/feeds/persoonlijk/{word}.atom")
        with site.reading() as session:
            assert session.exec(select(Reader.feed_used_at)).one() is None
        own_feed.write_down_read()
        with site.reading() as session:
            read_at = session.exec(select(Reader.feed_used_at)).one()
            assert read_at is not None
            assert read_at >= moment
            sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        reader.sign_in(sjoerd)
        assert "Laatst gelezen op" in reader.get("/instellingen/feed").text
