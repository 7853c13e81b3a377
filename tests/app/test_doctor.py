"""What the doctor finds: every trouble is called by its name, with what to do about it."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine

from app import doctor
from app.core import database as core_database
from app.core.clock import now
from app.core.database import Database
from app.core.jobs import Job
from app.core.mail import Letter, post
from app.core.processes import Lock
from app.core.settings import Settings, settings
from app.core.timetable import Due
from app.doctor import examine
from app.doctor_of_mail import taking_in
from app.feeds.webhook_models import Webhook
from search import index
from search.binary import known_version
from tests.cast import Cast
from tests.name_server import name_server
from tests.smtp import mail_server, sending_to

pytestmark = pytest.mark.whole


def found(settings: Settings, name: str) -> tuple[bool, str]:
    """What the doctor says of one thing."""
    (finding,) = [finding for finding in examine(settings) if finding.name == name]
    return finding.is_good, finding.sentence


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Settings:
    """Settings of a house that is well but for the engine, which it has none of."""
    return Settings(_env_file=None, data_dir=tmp_path, port=0)


class Stranger(NamedTuple):
    """A server that gives the same answers as long as the test wants."""

    address: str
    answers: dict[str, Any]


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """Answers with JSON by path; 404 for the rest."""
    answers: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in answers else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answers.get(self.path)).encode())

        def log_message(self, *_any: object) -> None:
            """Nothing: the test's output is for its failures."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield Stranger(f"http://127.0.0.1:{server.server_port}", answers)
    server.shutdown()
    thread.join()
    server.server_close()


def engine(stranger: Stranger, house: Settings, version: str) -> Settings:
    told = {
        "/version": {"pkgVersion": version},
        "/stats": {"indexes": {"a": {"numberOfDocuments": 7}}},
        "/health": {"status": "available"},
    }
    stranger.answers.update(told)
    return house.model_copy(update={"search_url": stranger.address})


def test_a_house_that_is_well_is_well_in_everything(house: Settings, stranger: Stranger) -> None:
    findings = list(examine(engine(stranger, house, known_version())))
    assert [finding for finding in findings if not finding.is_good] == []
    assert len(findings) >= 10


def test_a_port_that_is_taken(house: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        is_good, sentence = found(house.model_copy(update={"port": port}), "port")
    assert not is_good
    assert f"Port {port}" in sentence
    assert "PROEFTUIN_PORT=" in sentence


def test_a_port_that_is_taken_by_our_own_serve_is_well(house: Settings) -> None:
    lock = Lock(house.data_dir / "serve.lock")
    assert lock.take()
    with socket.create_server(("127.0.0.1", 0)) as own:
        assert found(house.model_copy(update={"port": own.getsockname()[1]}), "port")[0]
    lock.release()


def test_a_folder_that_cannot_be_written_to(house: Settings) -> None:
    (house.data_dir / "file").write_text("no folder")
    is_good, sentence = found(house.model_copy(update={"data_dir": house.data_dir / "file" / "var"}), "folder")
    assert not is_good
    assert "DATA_DIR" in sentence


def test_a_disk_that_is_nearly_full(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    full = type(shutil.disk_usage("/"))(10**10, 10**10 - 5, 5)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
    is_good, sentence = found(house, "disk")
    assert not is_good
    assert "make room" in sentence


@pytest.mark.parametrize(("version", "is_good"), [("1.20.0", False), ("2.21.0", False), (known_version(), True)])
def test_another_version_of_the_engine(house: Settings, stranger: Stranger, version: str, is_good: bool) -> None:
    told = found(engine(stranger, house, version), "search")
    assert told[0] == is_good
    assert is_good or (version in told[1] and known_version() in told[1])


def test_an_address_where_no_engine_is(house: Settings, stranger: Stranger) -> None:
    is_good, sentence = found(house.model_copy(update={"search_url": stranger.address}), "search")
    assert not is_good
    assert "SEARCH_URL" in sentence


def test_an_index_that_is_behind(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = index.Lag(90.0, 3, is_building=False, reconciled_at=None)
    monkeypatch.setattr(doctor, "lag", lambda _session: behind)
    is_good, sentence = found(house, "index")
    assert not is_good
    assert "3 changes" in sentence
    assert "python -m app reindex" in sentence


def test_a_database_that_misses_steps(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Database(f"sqlite:///{house.data_dir / 'empty.db'}")
    create_engine(f"sqlite:///{house.data_dir / 'empty.db'}").dispose()
    monkeypatch.setattr(core_database, "_database", empty)
    is_good, sentence = found(house, "database")
    empty.close()
    assert not is_good
    assert "python -m app migrate" in sentence


@pytest.mark.parametrize(
    ("told", "is_good"),
    [
        ({}, True),
        ({"off_at": timedelta(days=1), "off_code": "410"}, False),
        ({"off_at": timedelta(days=1), "off_code": "410", "ended_at": timedelta(hours=1)}, True),
        ({"off_at": timedelta(days=8), "off_code": "410"}, True),
        ({"off_at": timedelta(days=1)}, True),
        ({"failing_since": timedelta(hours=23)}, True),
        ({"failing_since": timedelta(hours=25)}, False),
        ({"failing_since": timedelta(hours=25), "off_at": timedelta(hours=1)}, True),
    ],
)
def test_webhooks_that_are_gone_or_take_nothing(
    house: Settings, database: Database, told: dict[str, Any], is_good: bool
) -> None:
    moments: dict[str, Any] = {
        name: now() - value if isinstance(value, timedelta) else value for name, value in told.items()
    }
    with database.writing() as session:
        organisation = Cast.in_(session).woldzicht
        address = "https://haken.example/geheim"
        session.add(
            Webhook(organisation_id=organisation.id, name="Bord", address=address, language="nl", secret="x", **moments)
        )
    was_good, sentence = found(house, "webhooks")
    assert was_good == is_good
    assert is_good or "haken.example" in sentence
    assert "geheim" not in sentence


def test_what_fails_or_does_not_begin_by_the_clock(house: Settings, database: Database) -> None:
    with database.writing() as session:
        session.add(Due(name="publish what is due", at=now() - timedelta(hours=1)))
    assert found(house, "timetable")[0], "nothing is late while nothing runs"
    lock = Lock(house.data_dir / "serve.lock")
    assert lock.take()
    try:
        is_good, sentence = found(house, "timetable")
        assert (is_good, "“publish what is due”" in sentence) == (False, True)
        with database.writing() as session:
            its = session.get_one(Due, "publish what is due")
            its.at, its.failures, its.failing_since, its.error = now(), 2, now(), "Oops"
            session.add(its)
        is_good, sentence = found(house, "timetable")
        assert (is_good, sentence.count("Oops"), "moment came" in sentence) == (False, 1, False)
    finally:
        lock.release()


def test_promises_that_nobody_keeps(house: Settings, database: Database) -> None:
    hour_ago = now() - timedelta(hours=1)
    with database.writing() as session:
        session.add(Job(reaction="x:y", lane="x", event="X", told={}, run_at=now(), created_at=hour_ago))
    is_good, sentence = found(house, "promises")
    assert not is_good
    assert "worker" in sentence


@pytest.mark.parametrize("whose", ["database", "engine"])
def test_a_clock_that_differs(house: Settings, stranger: Stranger, monkeypatch: pytest.MonkeyPatch, whose: str) -> None:
    with_engine = engine(stranger, house, known_version())
    ahead = now() + timedelta(minutes=10)
    assert found(with_engine, "clock")[0]
    monkeypatch.setattr(doctor, "now", lambda: ahead)
    if whose == "engine":
        monkeypatch.setattr(doctor, "_database_clock", lambda _settings: ahead)
    is_good, sentence = found(with_engine, "clock")
    assert not is_good
    assert whose in sentence
    assert "NTP" in sentence


@pytest.mark.parametrize(
    ("answer", "is_good", "said"),
    [({"status": "ok"}, True, "answers"), ({"hello": 1}, False, "another program"), (None, False, "is not reached")],
)
def test_the_address_of_the_site(
    house: Settings, stranger: Stranger, answer: dict[str, Any] | None, is_good: bool, said: str
) -> None:
    lock = Lock(house.data_dir / "serve.lock")
    assert lock.take()
    if answer:
        stranger.answers["/healthz"] = answer
    told = found(house.model_copy(update={"base_url": stranger.address}), "address")
    lock.release()
    assert told[0] == is_good
    assert said in told[1]
    assert is_good or "BASE_URL" in told[1]


def test_letters_that_nobody_gets(house: Settings) -> None:
    assert found(house, "mail")[0]
    is_good, sentence = found(house.model_copy(update={"base_url": "https://proeftuin.example"}), "mail")
    assert not is_good
    assert "SMTP_URL" in sentence


def test_a_mail_server_that_takes_us_and_one_that_is_not_there(house: Settings) -> None:
    with mail_server() as server:
        sending = house.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{server.port}")})
        is_good, sentence = found(sending, "mail")
        assert not is_good
        assert "MAIL_FROM" in sentence
        named = sending.model_copy(update={"mail_from": "post@proeftuin.example"})
        is_good, sentence = found(named, "mail")
        assert is_good, sentence
    is_good, sentence = found(named, "mail")
    assert not is_good
    assert "SMTP_URL" in sentence


def test_addresses_for_answers_and_reports(house: Settings) -> None:
    assert found(house, "mailboxes")[0]
    with name_server() as names:
        names.servers |= {"proeftuin.example": "mx.proeftuin.example", "dicht.example": ""}
        told = {"dns_server": names.address, "mail_from": "post@proeftuin.example"}
        for more, is_well, said in (
            ({"reply_address": "antwoord@proeftuin.example"}, True, "REPLY_ADDRESS"),
            ({"bounce_address": "terug@proeftuin.example"}, True, "BOUNCE_ADDRESS"),
            ({"reply_address": "antwoord@nergens.example"}, False, "MX"),
            ({"bounce_address": "terug@dicht.example", "mail_from": "post@dicht.example"}, False, "MX"),
            ({"bounce_address": "terug@proeftuin.example", "mail_from": "post@anders.example"}, False, "DMARC"),
        ):
            with sending_to("", **(told | more)):
                is_good, sentence = taking_in(settings())
            assert (is_good, said in sentence) == (is_well, True), sentence
        names.refuses = True
        with sending_to("", **told, bounce_address="terug@proeftuin.example"):
            is_good, sentence = taking_in(settings())
        assert not is_good
        assert "does not answer" in sentence


def test_letters_that_wait_too_long(house: Settings, database: Database) -> None:
    with mail_server() as server:
        url = SecretStr(f"smtp://127.0.0.1:{server.port}")
        sending = house.model_copy(update={"smtp_url": url, "mail_from": "post@proeftuin.example"})
        with database.writing() as session:
            post(session, Letter(to="femke@kennislab.example", name="nobody_known")).created_at = now() - timedelta(1)
        assert not found(sending, "mail")[0]


def test_pango_that_is_missing(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(doctor, "import_module", refuse)
    is_good, sentence = found(house, "pdf")
    assert not is_good
    assert "apt-get install libpango-1.0-0" in sentence
