"""Where pieces lead to is looked at every week, politely, and whoever looks after a piece hears once what is broken."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from sqlmodel import select

from app.core import outside
from app.core.clock import now
from app.core.database import Database
from app.core.mail import PostedLetter
from app.core.settings import Settings
from app.core.working import work_off
from app.feeds.models import Notice
from content import link_checking
from content.link_checking import AWAY, CIRCLE, MISSING, NOT_THERE, WRONG, Visitor, check_due_links, look_again
from content.links import Link, broken_links, check_of, looked_at
from content.models import Article
from content.publishing import publish, withdraw
from content.writing import revise, save_draft
from tests.cast import Cast, content, published

pytestmark = pytest.mark.whole


@dataclass
class World:
    """A machine elsewhere: path -> what it answers; and everything that it was asked."""

    address: str
    answers: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str, float]] = field(default_factory=list)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append((self.command, self.path, time.monotonic()))
            status = there.answers.get(self.path, 200)
            if self.path == "/no-head":
                status = 405 if self.command == "HEAD" else 200
            if self.path == "/head-lies":
                status = 404 if self.command == "HEAD" else 200
            if self.path in ("/round", "/moved", "/inside"):
                status = 302
            self.send_response(status)
            target = {"/round": "/round", "/moved": "/new", "/inside": "http://169.254.169.254/"}
            self.send_header("Location", target.get(self.path, ""))
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - the names that the library looks for

        def log_message(self, *_told: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    there = World(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chosen = Settings(outbound_allow=("127.0.0.1",), _env_file=None)
    monkeypatch.setattr(outside, "settings", lambda: chosen)
    monkeypatch.setattr(link_checking, "Visitor", lambda: Visitor(pace=0))
    yield there
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        *[("/fine", status, "") for status in (200, 204, 401, 403, 405, 429)],
        *[("/gone", status, MISSING) for status in (404, 410)],
        *[("/ill", status, WRONG) for status in (400, 500, 503)],
        *[("/moved", 0, ""), ("/round", 0, CIRCLE), ("/inside", 0, NOT_THERE)],
        *[("/no-head", 0, ""), ("/head-lies", 0, "")],
    ],
)
def test_what_is_said_of_a_link(world: World, path: str, status: int, problem: str) -> None:
    if status:
        world.answers[path] = status
    assert Visitor(pace=0).look(world.address + path) == problem


@pytest.mark.parametrize("address", ["http://127.0.0.2:9/", "https://[::1]/", "http://10.0.0.1/"])
def test_nobody_has_us_look_inside(world: World, address: str) -> None:
    assert Visitor(pace=0).look(address) == NOT_THERE


def test_who_does_not_answer_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Visitor(pace=0).look("http://127.0.0.1:9/") == AWAY


def test_one_host_is_asked_at_our_pace_and_the_same_address_once(world: World) -> None:
    visitor = Visitor(pace=0.3)
    for path in ("/a", "/b", "/a"):
        visitor.look(world.address + path)
    assert [(method, path) for method, path, _at in world.asked] == [("HEAD", "/a"), ("HEAD", "/b")]
    assert world.asked[1][2] - world.asked[0][2] >= 0.29


def test_two_looks_in_one_hour_are_one() -> None:
    once = looked_at(Link("https://a.example/"), AWAY)
    assert not looked_at(once, AWAY).is_broken
    with time_machine.travel(now() + timedelta(days=1)):
        assert looked_at(once, AWAY).is_broken
        assert looked_at(looked_at(once, AWAY), "") == Link("https://a.example/")


@pytest.fixture
def piece(database: Database, world: World) -> int:
    """A published piece with a good and a bad link."""
    world.answers["/weg"] = 404
    with database.writing() as session:
        return published(session, Cast.in_(session), body=body(world, "/goed", "/weg")).id


def body(world: World, *paths: str) -> str:
    told = "\n\n".join(f"Zie [het rapport]({world.address}{path})." for path in paths)
    return f"## Wat er gebeurde\n\nDe cobot stond er.\n\n{told}\n\nEn [ons](/kennis) en <mailto:a@b.example>."


def seen(database: Database, article_id: int) -> tuple[int, int, int]:
    """How many links are broken, how many letters were written, and how many notices wait."""
    work_off()
    with database.reading() as session:
        check = check_of(session, session.get_one(Article, article_id))
        letters = session.exec(select(PostedLetter).where(PostedLetter.name == "links_broken")).all()
        notices = session.exec(select(Notice).where(Notice.name == "links_broken")).all()
        return (check.broken if check else -1), len(letters), sum(each.awaits for each in notices)


def rewrite(database: Database, article_id: int, text: str) -> None:
    with database.writing() as session:
        cast, article = Cast.known(session), session.get_one(Article, article_id)
        save_draft(session, article, content(body=text), by=cast.femke)
        revise(session, article, by=cast.femke)
        publish(session, article, by=cast.femke)


def test_the_owner_is_told_once_and_a_mended_text_clears_it(database: Database, piece: int, world: World) -> None:
    check_due_links()
    assert seen(database, piece) == (0, 0, 0)
    assert {path for _method, path, _at in world.asked} == {"/goed", "/weg"}
    check_due_links()
    assert len(world.asked) == 3, "nothing is due before its time"
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        check_due_links()
        assert seen(database, piece) == (1, 1, 1)
        with database.reading() as session:
            assert [each.article.id for each in broken_links(session)] == [piece]
    for weeks in (1, 2):
        with time_machine.travel(now() + timedelta(days=1 + 7 * weeks, hours=1)):
            check_due_links()
            assert seen(database, piece) == (1, 1, 1)
    rewrite(database, piece, body(world, "/goed"))
    with database.reading() as session:
        assert broken_links(session) == []
    with time_machine.travel(now() + timedelta(days=30)):
        check_due_links()
    assert seen(database, piece) == (0, 1, 0)


def test_what_is_mended_elsewhere_clears_it_as_soon_as_somebody_says_so(
    database: Database, piece: int, world: World
) -> None:
    check_due_links()
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        check_due_links()
        assert seen(database, piece) == (1, 1, 1)
        world.answers.clear()
        with database.writing() as session:
            look_again(session, session.get_one(Article, piece))
        check_due_links()
        assert seen(database, piece) == (0, 1, 0)


def test_a_piece_that_nobody_reads_any_more_is_left_alone(database: Database, piece: int, world: World) -> None:
    with database.writing() as session:
        withdraw(session, session.get_one(Article, piece), by=Cast.known(session).femke, reason_nl="Oud.")
    check_due_links()
    assert world.asked == []


def test_what_changes_while_we_look_is_looked_at_anew(
    database: Database, piece: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(_self: Visitor, _address: str) -> str:
        monkeypatch.undo()
        monkeypatch.setattr(link_checking, "Visitor", lambda: Visitor(pace=0))
        rewrite(database, piece, body(world, "/anders"))
        return MISSING

    with monkeypatch.context():
        monkeypatch.setattr(Visitor, "look", look)
        check_due_links()
    assert seen(database, piece) == (-1, 0, 0)


def test_two_workers_look_at_no_piece_twice(database: Database, piece: int, world: World) -> None:
    workers = [threading.Thread(target=check_due_links) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(path for method, path, _at in world.asked if method == "HEAD") == ["/goed", "/weg"]
