"""Letters read by a strict parser, and the links in them: looking changes nothing, and only our own links act."""

import email
import email.policy
import re
from datetime import timedelta
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
import time_machine
from sqlmodel import col, select

from app.core import working
from app.core.clock import now
from app.core.database import Database
from app.core.mail import PostedLetter
from app.core.seals import digest
from app.feeds import following
from app.feeds.asking import confirm
from app.feeds.editions import write_due_editions
from app.feeds.forgetting import forget_who_follows_nothing
from app.feeds.merging import merge
from app.feeds.models import FollowRequest, Rhythm, Scope, Subscription
from app.feeds.stopping import stop_all, stop_one
from app.feeds.targets import topic_target
from app.people.joining import become_known
from app.people.models import User, UserState
from app.people.signing_in import actor_for
from content.models import Article, ArticleTopic, Stage
from content.publishing import publish, show_to
from content.snapshot import Visibility
from content.subjects import Topic
from content.writing import draft_of, revise, save_draft
from tests.smtp import MailServer, mail_server, sending_to
from tests.web.client import Client
from tests.web.conftest import ADDRESS

pytestmark = pytest.mark.whole

STRICT = email.policy.default.clone(raise_on_defect=True)

HOW = ("rhythm", "scope", "by_mail", "muted_until", "only_mutes", "ended_at")

HOSTILE = 'Kanten\r\nBcc: x@y.example =?utf-8?q?=0aBcc:_x?= <script>"&é漢'


def person(database: Database, handle: str) -> User:
    with database.reading() as session:
        return session.exec(select(User).where(User.handle == handle)).one()


def follow(database: Database, handle: str, *slugs: str, rhythm: Rhythm = Rhythm.AT_ONCE) -> None:
    with database.writing() as session:
        user = session.exec(select(User).where(User.handle == handle)).one()
        for slug in slugs:
            topic = session.exec(select(Topic).where(Topic.slug == slug)).one()
            following.follow(
                session, topic_target(topic), by=actor_for(session, user), rhythm=rhythm, scope=Scope.EVERYTHING
            )


def publish_anew(database: Database, *, about: str = "cobots", **changes: object) -> None:
    """A new version of every piece about a topic."""
    with database.writing() as session:
        noor = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        topic = session.exec(select(Topic).where(Topic.slug == about)).one()
        rows = session.exec(
            select(Article)
            .join(ArticleTopic, col(ArticleTopic.article_id) == Article.id)
            .where(ArticleTopic.topic_id == topic.id, Article.stage == Stage.PUBLISHED)
        ).all()
        for article in rows:
            told = {"summary": f"Nu {now():%H.%M.%S.%f}", **changes}
            save_draft(session, article, draft_of(session, article).content.model_copy(update=told), by=noor)
            revise(session, article, by=noor)
            publish(session, article, by=noor)


def sent() -> MailServer:
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        working.work_off()
        write_due_editions()
        working.work_off()
        return server


def rows(database: Database) -> list[dict[str, object]]:
    with database.reading() as session:
        return [row.model_dump() for row in session.exec(select(Subscription).order_by(col(Subscription.id))).all()]


def part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


class Links(HTMLParser):
    """What a scanner would open, and what a program would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for key, value in attrs if key in ("href", "src")]


@pytest.fixture
def letter(seeded: Database) -> EmailMessage:
    follow(seeded, "sjoerd", "cobots", "robot-welding")
    publish_anew(seeded)
    server = sent()
    assert len(server.letters) == 1
    return server.letters[0]


# --- the letter -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_strict_parser_finds_nothing_wrong(seeded: Database, language: str) -> None:
    with seeded.writing() as session:
        user = session.exec(select(User).where(User.handle == "sjoerd")).one()
        user.language, user.name = language, HOSTILE
        session.add(user)
    follow(seeded, "sjoerd", "cobots")
    publish_anew(seeded, title=HOSTILE[:100])
    server = sent()
    assert len(server.raw) == 1
    read = email.message_from_bytes(server.raw[0], policy=STRICT)
    assert isinstance(read, EmailMessage)
    names = [name.lower() for name in read]
    assert len(names) == len(set(names))
    assert set(names) >= {"subject", "from", "to", "date", "message-id", "list-id", "list-unsubscribe"}
    assert not {"bcc", "cc", "x"} & set(names)
    mail = person(seeded, "sjoerd").mail
    assert read["To"] == mail
    assert server.recipients == [[mail]]
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(rf"<{ADDRESS}(/en)?/afmelden/a\d+-[0-9a-f]{{64}}>", read["List-Unsubscribe"])
    assert re.search(r"<volgen\.proeftuin\.example>$", read["List-Id"])
    assert re.fullmatch(r"<letter\.\d+\.[0-9a-f]{20}@proeftuin\.example>", read["Message-ID"])
    assert read.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in read.iter_parts()] == ["text/plain", "text/html"]
    assert max(len(line) for line in server.raw[0].split(b"\r\n")) <= 998
    assert server.raw[0].isascii()
    assert b"\n" not in server.raw[0].replace(b"\r\n", b"")
    html = Links(part(read, "html"))
    assert not html.tags & {"script", "img", "link", "iframe", "object", "form"}
    assert all(link.startswith(ADDRESS) for link in html.links)
    assert 'lang="nl"' in part(read, "html") or language == "nl"


def test_each_line_names_what_caused_it_with_a_link_of_its_own(letter: EmailMessage) -> None:
    text, html = part(letter, "plain"), part(letter, "html")
    pieces = re.findall(r"/kennis/([\w-]+)", text)
    assert len(pieces) == len(set(pieces)) > 1
    assert set(pieces) == set(re.findall(r"/kennis/([\w-]+)", html))
    stops = re.findall(r"/afmelden/(s\d+p\d+-[0-9a-f]{64})", text)
    assert len(stops) >= len(pieces)
    assert "Omdat je Cobots volgt" in text
    assert "Cobots" in str(letter["Subject"])


def test_nothing_of_the_letter_is_kept(seeded: Database, letter: EmailMessage) -> None:
    with seeded.reading() as session:
        assert [row.told for row in session.exec(select(PostedLetter)).all()] == [{}]


# --- the links ------------------------------------------------------------------------------------------------------


def path(link: str) -> str:
    return link.removeprefix(ADDRESS)


def stops(letter: EmailMessage) -> list[str]:
    return list(dict.fromkeys(re.findall(r"(/afmelden/s\d+p\d+-[0-9a-f]{64})", part(letter, "plain"))))


def test_a_scanner_that_opens_every_link_changes_nothing(
    client: Client, seeded: Database, letter: EmailMessage
) -> None:
    before = rows(seeded)
    links = [*Links(part(letter, "html")).links, *re.findall(r"https?://\S+", part(letter, "plain"))]
    links.append(str(letter["List-Unsubscribe"]).strip("<>"))
    for link in {path(one) for one in links}:
        for method in ("GET", "HEAD"):
            answer = client.request(method, link)
            assert answer.status_code < 500, link
            if "/afmelden/" in link:
                assert answer.status_code == 200
                assert answer.headers["cache-control"] == "private, no-store"
    assert rows(seeded) == before


def test_one_click_stops_all_mail_without_signing_in(client: Client, seeded: Database, letter: EmailMessage) -> None:
    link = path(str(letter["List-Unsubscribe"]).strip("<>"))
    # As mail providers send it: no cookie, no origin.
    answer = client.post(link, data={"List-Unsubscribe": "One-Click"}, origin=None)
    assert answer.status_code == 200
    assert [(row["by_mail"], row["due_at"], row["ended_at"]) for row in rows(seeded)] == [(False, None, None)] * 2
    publish_anew(seeded)
    assert sent().letters == []
    undo = dict(re.findall(r'name="(was\d+)" value="([\w-]+)"', answer.text))
    assert len(undo) == 2
    client.post(link, data={"doe": "terug", **undo}, origin=None)
    assert [(row["by_mail"], row["rhythm"]) for row in rows(seeded)] == [(True, Rhythm.AT_ONCE)] * 2


def test_less_often_is_offered_first_and_acts_on_one_thing_alone(
    client: Client, seeded: Database, letter: EmailMessage
) -> None:
    (link, *_more) = stops(letter)
    page = client.get(link).text
    assert page.index('value="minder"') < page.index('value="demp"') < page.index('value="stop"')
    client.post(link, data={"doe": "minder"}, origin=None)
    first, second = rows(seeded)
    assert (first["rhythm"], second["rhythm"]) == (Rhythm.DAILY, Rhythm.AT_ONCE)
    client.post(link, data={"doe": "demp", "tot": "2"}, origin=None)
    first, second = rows(seeded)
    assert first["muted_until"] is not None
    assert second["muted_at"] is None
    client.post(link, data={"doe": "stop"}, origin=None)
    first, second = rows(seeded)
    assert (first["by_mail"], second["by_mail"]) == (False, True)


def test_one_piece_is_muted_from_its_line_and_heard_again(
    client: Client, seeded: Database, letter: EmailMessage
) -> None:
    (link, *_more) = stops(letter)
    piece = int(link.removeprefix("/afmelden/s").split("-")[0].split("p")[1])
    assert 'value="stuk"' in client.get(link).text
    page = client.post(link, data={"doe": "stuk"}, origin=None).text
    assert 'value="hoor"' in page
    assert [row["muted_at"] for row in rows(seeded)] == [None, None]
    publish_anew(seeded)
    with seeded.reading() as session:
        slugs = set(session.exec(select(Article.slug).where(Article.piece_id == piece)).all())
    (told,) = sent().letters
    assert not slugs & set(re.findall(r"/kennis/([\w-]+)", part(told, "plain")))
    assert 'value="stuk"' in client.post(link, data={"doe": "hoor"}, origin=None).text
    publish_anew(seeded)
    (told,) = sent().letters
    assert slugs & set(re.findall(r"/kennis/([\w-]+)", part(told, "plain")))


def test_a_link_names_its_piece_only_to_who_may_see_it(client: Client, seeded: Database, letter: EmailMessage) -> None:
    (link, *_more) = stops(letter)
    piece = int(link.removeprefix("/afmelden/s").split("-")[0].split("p")[1])
    with seeded.writing() as session:
        noor = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        articles = session.exec(select(Article).where(Article.piece_id == piece)).all()
        titles = {article.title for article in articles}
        for article in articles:
            show_to(session, article, Visibility.ORGANISATIONS, by=noor, allowed=set())
    page = client.get(link).text
    assert not [title for title in titles if title in page]
    assert 'value="stuk"' not in page
    assert client.post(link, data={"doe": "stuk"}, origin=None).status_code == 404


def test_forged_foreign_and_altered_links_change_nothing(
    client: Client, seeded: Database, letter: EmailMessage
) -> None:
    follow(seeded, "aafke", "cobots")
    before = rows(seeded)
    (link, *_more) = stops(letter)
    head, mark = link.rsplit("-", 1)
    number, piece = head.removeprefix("/afmelden/s").split("p")
    foreign = f"/afmelden/s{before[-1]['id']}p{piece}-{mark}"
    another = f"/afmelden/s{number}p{int(piece) + 1}-{mark}"
    without = f"/afmelden/s{number}-{mark}"
    everything = f"/afmelden/a{before[0]['user_id']}-{mark}"
    flipped = f"{head}-{'0' if mark[0] != '0' else '1'}{mark[1:]}"
    wrong = [
        foreign, another, without, everything, flipped, head, f"{head}-",
        f"{head}-{'0' * 64}", f"{head}-{mark.upper()}", f"{link}0",
        "/afmelden/x", "/afmelden/s99999999999-" + mark, "/afmelden/s0-" + mark, f"/afmelden/{'9' * 90}",
        "/afmelden/s1-" + "é" * 64, link.replace("/afmelden/s", "/afmelden/a"),
    ]  # fmt: skip
    for address in wrong:
        for body in ({"doe": "stop"}, {"List-Unsubscribe": "One-Click"}, {"doe": "minder"}):
            assert client.post(address, data=body, origin=None).status_code in (400, 404), address
        assert client.get(address).status_code in (400, 404)
    assert rows(seeded) == before


def test_a_link_undoes_only_what_it_is_about(client: Client, seeded: Database, letter: EmailMessage) -> None:
    follow(seeded, "aafke", "cobots", rhythm=Rhythm.MONTHLY)
    before = rows(seeded)
    (link, *_more) = stops(letter)
    for number in (before[1]["id"], before[2]["id"]):
        client.post(link, data={"doe": "terug", f"was{number}": "meteen-alles-mail"}, origin=None)
    assert rows(seeded)[1:] == before[1:]


@pytest.mark.parametrize(
    ("wish", "is_for_all"), [("minder", True), ("stop", True), ("minder", False), ("demp", False), ("stop", False)]
)
def test_undoing_changes_nothing_else(
    client: Client, seeded: Database, letter: EmailMessage, wish: str, is_for_all: bool
) -> None:
    first, second = rows(seeded)
    with seeded.writing() as session:
        # One that is muted until a day, and one that never brought mail.
        muted, quiet = (session.get_one(Subscription, row["id"]) for row in (first, second))
        muted.muted_at, muted.muted_until = now(), (now() + timedelta(days=30)).replace(microsecond=0)
        following.change(session, quiet, rhythm=quiet.rhythm, scope=quiet.scope, by_mail=False)
    before = [{name: row[name] for name in HOW} for row in rows(seeded)]
    everything = path(str(letter["List-Unsubscribe"]).strip("<>"))
    for link in [everything] if is_for_all else stops(letter):
        answer = client.post(link, data={"doe": wish}, origin=None)
        undo = dict(re.findall(r'name="(was\d+)" value="([\w-]+)"', answer.text))
        assert len(undo) == 1
        client.post(link, data={"doe": "terug", **undo}, origin=None)
        assert [{name: row[name] for name in HOW} for row in rows(seeded)] == before


def test_a_page_from_before_two_became_one_undoes_what_they_became(
    client: Client, seeded: Database, letter: EmailMessage
) -> None:
    link = path(str(letter["List-Unsubscribe"]).strip("<>"))
    one, other = rows(seeded)
    answer = client.post(link, data={"List-Unsubscribe": "One-Click"}, origin=None)
    undo = dict(re.findall(r'name="(was\d+)" value="([\w-]+)"', answer.text))
    with seeded.writing() as session:
        noor = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        topics = [session.get_one(Topic, row["topic_id"]) for row in (one, other)]
        merge(session, *topics, by=noor)
    client.post(link, data={"doe": "terug", **undo}, origin=None)
    gone, kept = sorted(rows(seeded), key=lambda row: row["became_id"] is None)
    assert gone["ended_at"] is not None
    assert gone["due_at"] is None
    assert (kept["by_mail"], kept["ended_at"], kept["rhythm"]) == (True, None, Rhythm.AT_ONCE)


def test_a_link_of_somebody_who_is_gone_is_none(client: Client, seeded: Database, letter: EmailMessage) -> None:
    with seeded.writing() as session:
        session.delete(session.exec(select(User).where(User.handle == "sjoerd")).one())
    for link in (*stops(letter), path(str(letter["List-Unsubscribe"]).strip("<>"))):
        assert client.get(link).status_code == 404
        assert client.post(link, data={"doe": "stop"}, origin=None).status_code == 404


def test_who_only_told_a_mail_address_and_follows_nothing_is_forgotten(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        user = become_known(session, "wieke@elders.example", name="wieke", language="nl")
        user.state = UserState.MAIL_ONLY
        session.add(user)
        topic = session.exec(select(Topic).where(Topic.slug == "cobots")).one()
        row = following.follow_by_mail_only(session, topic_target(topic), user.id, Rhythm.WEEKLY)
        number = user.id
        following.stop(session, row)

    def is_known_after(days: int) -> bool:
        with time_machine.travel(now() + timedelta(days=days)), seeded.writing() as session:
            following.forget_ended(session)
            forget_who_follows_nothing(session)
        with seeded.reading() as session:
            return session.get(User, number) is not None

    assert is_known_after(29), "it can still be brought back"
    assert not is_known_after(31)
    with seeded.reading() as session:
        assert session.exec(select(User).where(User.state == UserState.ACTIVE)).first() is not None


def test_who_only_told_a_mail_address_stops_for_good(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        topic = session.exec(select(Topic).where(Topic.slug == "cobots")).one()
        session.add(
            FollowRequest(
                token_digest=digest("woord"),
                mail="jan@elders.example",
                topic_id=topic.id,
                rhythm=Rhythm.AT_ONCE,
                language="nl",
                wording="Ja.",
                source="/onderwerpen/cobots",
                expires_at=now() + timedelta(days=1),
            )
        )
        session.flush()
        confirm(session, "woord")
        user = session.exec(select(User).where(User.mail == "jan@elders.example")).one()
        link = path(stop_all(user))
        assert path(stop_one(session.exec(select(Subscription)).one(), 1, "nl")) != link
    assert client.post(link, data={"doe": "stop"}, origin=None).status_code == 200
    assert rows(seeded)[0]["ended_at"] is not None
