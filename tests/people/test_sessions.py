import json
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.core.clock import now
from app.core.database import Database
from app.core.errors import NotFound
from app.core.language import speaking
from app.core.seals import digest
from app.people import last_use
from app.people.actor import someone_passing_by
from app.people.devices import device_kept, device_name
from app.people.last_use import EVERY
from app.people.models import SignInSession, User
from app.people.sessions import end_all, end_one, last_seen, sessions_of
from app.people.signing_in import actor_of, begin_session
from tests.cast import Cast


@pytest.fixture(autouse=True)
def nobody_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tests before this one noted of their sessions is about other rows of the same number."""
    monkeypatch.setattr(last_seen, "_noted", {})


def begun(session: Session, cast: Cast, *devices: str, who: str = "femke") -> list[str]:
    """Tokens of sessions of one person."""
    user = session.exec(select(User).where(User.handle == who)).one()
    tokens = [begin_session(session, user, device=device) for device in devices]
    session.flush()
    return tokens


def test_sessions_are_listed_with_the_one_used_last_first(session: Session, cast: Cast) -> None:
    begun(session, cast, "a", "b", "c")
    for minutes, device in ((1, "a"), (3, "b"), (2, "c")):
        row = session.exec(select(SignInSession).where(SignInSession.device == device)).one()
        row.seen_at = now() + timedelta(minutes=minutes)
    session.flush()
    begun(session, cast, "of Sjoerd", who="sjoerd")
    assert cast.femke.user_id is not None
    assert [row.device for row in sessions_of(session, cast.femke.user_id)] == ["b", "c", "a"]


def test_one_is_ended_and_the_others_stay(session: Session, cast: Cast) -> None:
    here, there = begun(session, cast, "here", "there")
    row = session.exec(select(SignInSession).where(SignInSession.device == "there")).one()
    assert cast.femke.user_id is not None
    end_one(session, user_id=cast.femke.user_id, session_id=row.id)
    session.flush()
    assert actor_of(session, there) == someone_passing_by
    assert actor_of(session, here) == cast.femke


def test_nobody_ends_the_session_of_somebody_else(session: Session, cast: Cast) -> None:
    (token,) = begun(session, cast, "of Sjoerd", who="sjoerd")
    row = session.exec(select(SignInSession)).one()
    assert cast.femke.user_id is not None
    with pytest.raises(NotFound):
        end_one(session, user_id=cast.femke.user_id, session_id=row.id)
    assert actor_of(session, token) == cast.sjoerd


def test_all_are_ended_but_the_one_that_is_kept(session: Session, cast: Cast) -> None:
    here, there = begun(session, cast, "here", "there")
    (theirs,) = begun(session, cast, "of Sjoerd", who="sjoerd")
    assert cast.femke.user_id is not None
    end_all(session, user_id=cast.femke.user_id, but=digest(here))
    assert actor_of(session, there) == someone_passing_by
    assert actor_of(session, here) == cast.femke
    end_all(session, user_id=cast.femke.user_id)
    assert actor_of(session, here) == someone_passing_by
    assert actor_of(session, theirs) == cast.sjoerd


def test_when_a_session_was_used_is_written_down_apart_and_not_every_time(database: Database) -> None:
    with database.writing() as session:
        (token,) = begun(session, Cast.in_(session), "here")

    def seen() -> float:
        with database.reading() as session:
            return session.exec(select(SignInSession.seen_at)).one().timestamp()

    def visit() -> None:
        with database.reading() as session:
            actor_of(session, token)

    began = seen()
    with time_machine.travel(now() + EVERY / 2):
        visit()
        last_seen.write_down()
        assert seen() == began
    with time_machine.travel(now() + 2 * EVERY):
        visit()
        assert seen() == began
        last_seen.write_down()
        assert seen() == pytest.approx(now().timestamp(), abs=5)


def test_nothing_is_written_when_nobody_was_there(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("wrote although there was nothing to write")

    monkeypatch.setattr(last_use, "writing", refuse)
    monkeypatch.setattr(last_seen, "_noted", {})
    last_seen.write_down()


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/19 Safari/604"
)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
)
EDGE = CHROME + " Edg/150.0.0.0"
ANDROID = "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox op Linux"),
        (SAFARI, "Safari op iPhone"),
        (CHROME, "Chrome op Windows"),
        (EDGE, "Edge op Windows"),
        (ANDROID, "Chrome op Android"),
        ("curl/8", "Een browser"),
        ("", "Een browser"),
        ("Firefox", "Firefox"),
        ("Something on Windows", "Een browser op Windows"),
    ],
)
def test_people_know_their_device_again(agent: str, name: str) -> None:
    with speaking("nl"):
        assert device_name(device_kept(agent)) == name


def test_nothing_else_is_kept_of_what_a_browser_says() -> None:
    kept = device_kept(FIREFOX + " <script>alert(1)</script>\x1b[31m " + json.dumps({"id": 1}))
    assert kept == "Firefox/Linux"
