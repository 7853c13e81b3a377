"""Letters over a real SMTP server: written once, sent once, refused for good or tried again, and never two in one."""

import datetime as dt
import email
import email.policy
import ipaddress
import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlmodel import select

from app.core import composing, mail_line, pacing, postman, templating, working
from app.core.clock import now
from app.core.database import Database
from app.core.epoch import Epoch
from app.core.jobs import Job, NotNow
from app.core.mail import (
    KEPT,
    CircularWritten,
    Letter,
    LetterState,
    LetterWritten,
    PostedLetter,
    forget_old_letters,
    post,
    post_office,
    send_letter,
)
from app.core.settings import settings
from tests.smtp import MailServer, mail_server, sending_to

SJOERD = "sjoerd@woldzicht.example"
SECRET = "418270"

TEMPLATE = {
    "subject.txt": "{{ title }}: {{ code }}",
    "body.txt": '{% extends "mail/layout.txt" %}{% block main %}Code {{ code }}, & meer.{% endblock %}',
    "body.html": '{% extends "mail/layout.html" %}{% block main %}<tr><td><p class="t">{{ code }} {{ title }}</p></td>'
    "</tr>{% endblock %}",
}


@pytest.fixture(autouse=True)
def trial_template(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A letter of the tests' own, beside the product's."""
    from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

    made = DictLoader({f"mail/trial/{name}": source for name, source in TEMPLATE.items()})
    templating.environment.cache_clear()
    templating._plain.cache_clear()
    monkeypatch.setattr(templating, "FileSystemLoader", lambda folder: ChoiceLoader([made, FileSystemLoader(folder)]))
    yield
    templating.environment.cache_clear()
    templating._plain.cache_clear()


def written(database: Database, **more: Any) -> int:
    """A letter that waits; its number."""
    letter = Letter(**{"to": SJOERD, "name": "trial", "told": {"code": SECRET, "title": "Je code"}} | more)
    with database.writing() as session:
        return post(session, letter).id


def row(database: Database, number: int) -> PostedLetter:
    with database.reading() as session:
        return session.get_one(PostedLetter, number)


@pytest.fixture
def server(database: Database) -> Iterator[MailServer]:
    """A mail server to which letters of this test go."""
    with mail_server() as running, sending_to(f"smtp://127.0.0.1:{running.port}"):
        yield running


# --- the way of a letter ---


def test_a_letter_is_sent_in_text_and_in_html_and_what_it_told_is_wiped(database: Database, server: MailServer) -> None:
    number = written(database)
    assert row(database, number).told["code"] == SECRET
    working.work_off()
    (letter,) = server.letters
    assert letter["Subject"] == f"Je code: {SECRET}"
    assert letter["To"] == SJOERD
    assert letter["From"] == "Proeftuin <proeftuin@localhost>"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert f"Code {SECRET}, & meer." in plain.get_content()
    assert SECRET in html.get_content()
    assert server.recipients == [[SJOERD]]
    kept = row(database, number)
    assert (kept.state, kept.told, kept.error) == (LetterState.SENT, {}, "")
    assert SECRET not in kept.model_dump_json()


def test_a_letter_that_was_never_committed_is_never_sent(database: Database, server: MailServer) -> None:
    letter = Letter(to=SJOERD, name="trial", told={"code": SECRET, "title": "x"})

    def write_and_fail() -> None:
        with database.writing() as session:
            post(session, letter)
            raise RuntimeError("something else went wrong")

    with pytest.raises(RuntimeError):
        write_and_fail()
    working.work_off()
    assert server.letters == []


def test_a_letter_is_not_sent_twice_however_often_its_job_runs(database: Database, server: MailServer) -> None:
    number = written(database)
    working.work_off()
    for _ in range(3):
        send_letter(LetterWritten(letter_id=number))
    assert len(server.letters) == 1


def test_a_repeat_after_a_kill_carries_the_same_message_id(database: Database, server: MailServer) -> None:
    number = written(database)
    # What came of it is not written down, as when the worker is killed right after the server's yes.
    assert send_letter(LetterWritten(letter_id=number)) is not None
    assert row(database, number).state == LetterState.WAITING
    working.work_off()
    first, second = (letter["Message-ID"] for letter in server.letters)
    assert first == second
    assert str(number) in first


def test_another_letter_has_another_message_id(database: Database, server: MailServer) -> None:
    written(database)
    written(database)
    working.work_off()
    assert len({letter["Message-ID"] for letter in server.letters}) == 2


def test_a_letter_speaks_the_language_of_its_reader(database: Database, server: MailServer) -> None:
    written(database, language="en")
    working.work_off()
    html = server.letters[0].get_body(("html",))
    assert html is not None
    assert '<html lang="en"' in html.get_content()


def test_a_letter_that_comes_too_late_is_not_sent(database: Database, server: MailServer) -> None:
    number = written(database, good_for=timedelta(minutes=10))
    with time_machine.travel(now() + timedelta(minutes=11)):
        working.work_off()
    assert server.letters == []
    assert (row(database, number).state, row(database, number).told) == (LetterState.LATE, {})


def test_a_letter_changes_no_page(database: Database) -> None:
    with database.reading() as session:
        before = session.exec(select(Epoch.number)).first()
    written(database)
    with database.reading() as session:
        assert session.exec(select(Epoch.number)).first() == before


def test_one_of_many_waits_in_a_lane_of_its_own(database: Database) -> None:
    written(database, can_wait=True)
    written(database)
    with database.reading() as session:
        lanes = {job.event: job.lane for job in session.exec(select(Job)).all()}
    assert lanes == {CircularWritten.__name__: "mail.many", LetterWritten.__name__: "mail"}


def test_letters_are_remembered_for_a_while(database: Database, server: MailServer) -> None:
    number = written(database)
    working.work_off()
    waiting = written(database)
    with time_machine.travel(now() + KEPT + timedelta(days=1)), database.writing() as session:
        forget_old_letters(session)
        assert session.get(PostedLetter, number) is None
        assert session.get(PostedLetter, waiting) is not None


# --- what a mail server may answer ---


@pytest.mark.parametrize("answer", ["550 no such person", "553 5.1.3 bad address", "554 no"])
def test_what_is_refused_for_good_is_not_tried_again_and_holds_up_nobody(
    database: Database, server: MailServer, answer: str
) -> None:
    server.answers["weg@elders.example"] = answer
    refused, sent = written(database, to="weg@elders.example"), written(database)
    working.work_off()
    assert row(database, refused).state == LetterState.REFUSED
    assert row(database, refused).error == answer[:3]
    assert row(database, refused).told == {}
    assert row(database, sent).state == LetterState.SENT
    with database.reading() as session:
        assert session.exec(select(Job)).all() == []
        assert post_office(session).refused == 1


def test_what_is_not_taken_now_is_tried_again_and_holds_up_nobody(database: Database, server: MailServer) -> None:
    server.answers["grijs@elders.example"] = "451 4.7.1 come back later"
    grey, sent = written(database, to="grijs@elders.example"), written(database)
    working.work_off()
    assert row(database, sent).state == LetterState.SENT
    assert row(database, grey).state == LetterState.WAITING
    assert row(database, grey).told != {}
    del server.answers["grijs@elders.example"]
    with time_machine.travel(now() + timedelta(minutes=5)):
        working.work_off()
    assert row(database, grey).state == LetterState.SENT


def test_a_refusal_of_the_text_itself_is_for_good(database: Database, server: MailServer) -> None:
    server.answers["DATA"] = "554 looks unwanted"
    number = written(database)
    working.work_off()
    assert row(database, number).state == LetterState.REFUSED


@pytest.mark.parametrize("answer", ["550 who are you", "451 not now"])
def test_when_it_is_we_who_are_not_taken_every_letter_waits(
    database: Database, server: MailServer, answer: str
) -> None:
    server.answers["MAIL"] = answer
    number = written(database)
    with pytest.raises(NotNow):
        send_letter(LetterWritten(letter_id=number))
    assert row(database, number).state == LetterState.WAITING
    assert row(database, number).is_held


def test_a_mail_server_that_is_away_loses_no_letter_and_none_is_tried_away(database: Database) -> None:
    with mail_server() as gone:
        pass
    with sending_to(f"smtp://127.0.0.1:{gone.port}"):
        numbers = [written(database) for _ in range(3)]
        for day in range(20):
            with time_machine.travel(now() + timedelta(days=day)):
                working.work_off()
    with database.reading() as session:
        assert post_office(session).is_held
        assert session.exec(select(Job.parked_at)).all() == [None] * 3
    with mail_server() as back, sending_to(f"smtp://127.0.0.1:{back.port}"):
        with time_machine.travel(now() + timedelta(days=21)):
            working.work_off()
        assert len(back.letters) == 3
    assert {row(database, number).state for number in numbers} == {LetterState.SENT}
    with database.reading() as session:
        assert not post_office(session).is_held


def test_letters_that_follow_each_other_go_on_one_line_and_not_too_many(
    database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_line, "MOST_ON_A_LINE", 4)
    for _ in range(7):
        written(database)
    working.work_off()
    assert [server.lines.index(line) for line in server.lines] == [0, 0, 0, 0, 4, 4, 4]


def test_a_line_on_which_something_went_wrong_is_not_used_again(database: Database, server: MailServer) -> None:
    server.answers["weg@elders.example"] = "550 no such person"
    for address in (SJOERD, "weg@elders.example", SJOERD, SJOERD):
        written(database, to=address)
    working.work_off()
    assert [server.lines.index(line) for line in server.lines] == [0, 1, 1]


def test_a_line_on_which_nothing_follows_is_hung_up(
    database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_line, "KEPT_OPEN", 0.1)
    written(database)
    working.work_off()
    until = time.monotonic() + 10
    while server.said_goodbye == 0 and time.monotonic() < until:
        time.sleep(0.02)
    assert server.said_goodbye == 1
    written(database)
    working.work_off()
    assert [server.lines.index(line) for line in server.lines] == [0, 1]


def test_a_server_that_hung_up_between_two_letters_is_called_again(database: Database, server: MailServer) -> None:
    first = written(database)
    working.work_off()
    server.hang_up()
    second = written(database)
    working.work_off()
    assert {row(database, number).state for number in (first, second)} == {LetterState.SENT}
    assert len(server.letters) == 2
    assert server.lines[0] is not server.lines[1]


@pytest.mark.parametrize("too_many", ["421 closing", "451 no more on this connection", "550 enough", ""])
def test_a_server_that_takes_fewer_letters_on_a_line_is_called_again(
    database: Database, server: MailServer, too_many: str
) -> None:
    server.most_on_a_line, server.too_many = 2, too_many
    numbers = [written(database) for _ in range(5)]
    working.work_off()
    assert {row(database, number).state for number in numbers} == {LetterState.SENT}
    assert [server.lines.index(line) for line in server.lines] == [0, 0, 2, 2, 4]
    with database.reading() as session:
        assert not post_office(session).is_held


def test_another_mail_server_gets_a_line_of_its_own(database: Database, server: MailServer) -> None:
    written(database)
    working.work_off()
    with mail_server() as other, sending_to(f"smtp://127.0.0.1:{other.port}"):
        written(database)
        working.work_off()
        assert (len(server.letters), len(other.letters)) == (1, 1)


def test_no_answer_that_repeats_an_address_reaches_our_log(
    database: Database, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    for number, answer in enumerate(("550 5.1.1 <{}> unknown", "451 <{}> later")):
        address = f"wie{number}@elders.example"
        server.answers[address] = answer.format(address)
        written(database, to=address)
    written(database)
    with caplog.at_level("DEBUG"):
        working.work_off()
    ours = "\n".join(
        f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.name.startswith("app.")
    )
    assert ours
    assert "elders.example" not in ours
    assert SECRET not in ours


# --- TLS and who we are ---


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1: the file to trust, and the server's side."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the tests")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    begins = dt.datetime.now(dt.UTC) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    made = builder.sign(key, hashes.SHA256())
    trusted, whole = folder / "trusted.pem", folder / "server.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    whole.write_bytes(private + trusted.read_bytes())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(whole)
    return trusted, context


def test_a_letter_goes_over_a_secret_line_with_our_name_and_password(
    database: Database, authority: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, context = authority
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_server(tls=context, users={"proef@tuin": "geheim/woord"}) as running:
        with sending_to(f"smtp://proef%40tuin:geheim%2Fwoord@127.0.0.1:{running.port}?tls=start"):
            written(database)
            working.work_off()
        assert running.was_secret == [True]


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    database: Database, authority: tuple[Path, ssl.SSLContext]
) -> None:
    with mail_server(tls=authority[1]) as running, sending_to(f"smtp://127.0.0.1:{running.port}?tls=start"):
        number = written(database)
        with pytest.raises(NotNow, match="SSL"):
            send_letter(LetterWritten(letter_id=number))
        assert running.letters == []


def test_a_server_without_tls_gets_nothing_when_tls_was_asked(database: Database) -> None:
    with mail_server() as running, sending_to(f"smtp://127.0.0.1:{running.port}?tls=start"):
        number = written(database)
        with pytest.raises(NotNow):
            send_letter(LetterWritten(letter_id=number))
        assert running.letters == []


def test_a_wrong_password_makes_letters_wait(
    database: Database, authority: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    with mail_server(tls=authority[1], users={"proef": "goed"}) as running:
        with sending_to(f"smtp://proef:fout@127.0.0.1:{running.port}?tls=start"):
            number = written(database)
            with pytest.raises(NotNow, match="535"):
                send_letter(LetterWritten(letter_id=number))
        assert running.letters == []


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example", 587, "start"),
        ("smtp://mail.example:25?tls=none", 25, "none"),
        ("smtps://mail.example", 465, "direct"),
        ("smtp://localhost:25", 25, "none"),
        ("smtp://127.0.0.1:25?tls=start", 25, "start"),
    ],
)
def test_how_secret_the_line_is_stands_in_the_address(url: str, port: int, tls: str) -> None:
    server = mail_line.Server.at(url)
    assert (server.port, server.tls) == (port, tls)


def test_letters_keep_the_pace_of_the_settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(postman.time, "sleep", waited.append)
    monkeypatch.setattr(postman.time, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(postman, "_next_at", 0.0)
    with mail_server() as running, sending_to(f"smtp://127.0.0.1:{running.port}", mail_pace=4):
        for _ in range(4):
            written(database)
        working.work_off()
    assert waited == pytest.approx([0, 0.25, 0.5, 0.75])


@pytest.fixture
def domains(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock by which letters to one domain keep their pace: it stands still, and no letter had a turn yet."""
    clock = SimpleNamespace(at=1000.0)
    monkeypatch.setattr(pacing, "time", SimpleNamespace(monotonic=lambda: clock.at))
    monkeypatch.setattr(pacing, "_turns", {})
    monkeypatch.setattr(pacing, "_reserved", {})
    return clock


def test_one_of_many_waits_for_the_turn_of_its_domain_and_holds_up_no_other(
    database: Database, domains: SimpleNamespace
) -> None:
    with mail_server() as running, sending_to(f"smtp://127.0.0.1:{running.port}", mail_domain_pace=1):
        addresses = ("een@woldzicht.example", "twee@woldzicht.example", "drie@elders.example")
        _first, second, _other = (written(database, to=address, can_wait=True) for address in addresses)
        began = now()
        working.work_off()
        assert running.recipients == [["een@woldzicht.example"], ["drie@elders.example"]]
        with database.reading() as session:
            job = session.exec(select(Job)).one()
        assert began <= job.run_at - timedelta(seconds=1) <= now()
        # Asked again before its turn, more often than anything that fails is tried: it keeps the turn that it has.
        domains.at += 0.75
        for again in range(1, working.MOST_TRIES + 2):
            asked_at = began + timedelta(minutes=again)
            with time_machine.travel(asked_at), database.reading() as session:
                working.work_off()
                job = session.exec(select(Job)).one()
                assert (job.tries, job.leased_until, job.parked_at, job.error) == (0, None, None, "")
                assert asked_at <= job.run_at - timedelta(seconds=0.25) <= now()
        assert (row(database, second).state, row(database, second).is_held) == (LetterState.WAITING, False)
        domains.at += 0.25
        with time_machine.travel(began + timedelta(hours=1)):
            working.work_off()
        assert row(database, second).state == LetterState.SENT
        assert running.recipients[2:] == [["twee@woldzicht.example"]]


def test_a_letter_that_somebody_waits_for_waits_for_no_turn_and_takes_none(
    database: Database, domains: SimpleNamespace
) -> None:
    with mail_server() as running, sending_to(f"smtp://127.0.0.1:{running.port}", mail_domain_pace=1):
        for address, can_wait in (("a", False), ("b", True), ("c", True), ("d", False), ("e", False)):
            written(database, to=f"{address}@woldzicht.example", can_wait=can_wait)
        working.work_off()
        assert [to[0][0] for to in running.recipients] == ["a", "b", "d", "e"]


# --- headers ---

INJECTIONS = [
    "Je code\r\nBcc: kwaad@elders.example",
    "Je code\nBcc: kwaad@elders.example",
    "=?utf-8?q?Je_code=0D=0ABcc:_kwaad=40elders.example?=",
    "=?utf-8?b?SmUgY29kZQ0KQmNjOiBrd2FhZEBlbGRlcnMuZXhhbXBsZQ==?=",
    "Je code\u2028Bcc: kwaad@elders.example",
    "Je code\x0b\x0cBcc: kwaad@elders.example\x00",
]


@pytest.mark.parametrize("title", INJECTIONS)
def test_what_somebody_typed_adds_no_header(database: Database, server: MailServer, title: str) -> None:
    written(database, told={"code": SECRET, "title": title})
    working.work_off()
    read = email.message_from_bytes(server.raw[0])
    assert "Bcc" not in read
    assert server.recipients == [[SJOERD]]


@pytest.mark.parametrize("title", INJECTIONS[2:4])
def test_without_our_guard_an_encoded_word_would_not_pass_the_last_look(
    database: Database, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = written(database, told={"code": SECRET, "title": title})
    monkeypatch.setattr(composing, "_header", lambda text: text)
    try:
        message = composing.compose(row(database, number))
    except (composing.Unsafe, ValueError):
        return
    # A Python that refuses by itself to turn such a word back: then nothing was added either.
    assert "Bcc" not in email.message_from_bytes(message.as_bytes())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sjoerd",
        "sjoerd@woldzicht.example, kwaad@elders.example",
        "sjoerd@woldzicht.example\r\nBcc: kwaad@elders.example",
        "Sjoerd <sjoerd@woldzicht.example>",
        "sjoerd@woldzicht.example kwaad@elders.example",
        "sjoërd@woldzicht.example",
        "x" * 65 + "@woldzicht.example",
    ],
)
def test_a_letter_goes_to_one_address_and_nowhere_else(database: Database, address: str) -> None:
    with pytest.raises(ValueError, match="one mail address"):
        written(database, to=address)
    if address:
        with pytest.raises(ValueError, match="one mail address"):
            written(database, reply_to=address)


def test_a_letter_that_can_be_stopped_says_how_in_one_piece(database: Database, server: MailServer) -> None:
    stop = "https://proeftuin.example/afmelden/" + "a" * 200
    written(database, stop=stop, reply_to="antwoord@proeftuin.example")
    working.work_off()
    assert f"List-Unsubscribe: <{stop}>\r\n".encode() in server.raw[0]
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in server.raw[0]
    assert server.letters[0]["Reply-To"] == "antwoord@proeftuin.example"


def test_the_look_of_a_letter_stands_in_its_elements_and_nothing_is_fetched(
    database: Database, server: MailServer
) -> None:
    written(database, told={"code": SECRET, "title": "<b>&"})
    working.work_off()
    body = server.letters[0].get_body(("html",))
    assert body is not None
    html = body.get_content()
    assert 'style="font-family' in html
    assert "prefers-color-scheme: dark" in html
    assert "&lt;b&gt;&amp;" in html
    assert not any(word in html for word in ("<img", "<link", "url(", "<script"))


# --- without a mail server ---


def test_without_a_mail_server_letters_lie_in_a_folder_and_the_log_names_them(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    number = written(database)
    with caplog.at_level("INFO"):
        working.work_off()
    (path,) = (settings().data_dir / "mail").glob("*.eml")
    assert path.stat().st_mode & 0o077 == 0
    read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert read["To"] == SJOERD
    assert str(path) in caplog.text
    assert SECRET not in caplog.text
    assert row(database, number).state == LetterState.SENT


def test_what_waits_is_counted_with_its_age(database: Database) -> None:
    written(database)
    with time_machine.travel(now() + timedelta(minutes=2)), database.reading() as session:
        post_now = post_office(session)
        assert (post_now.waiting, post_now.refused, post_now.is_held) == (1, 0, False)
        assert post_now.seconds == pytest.approx(120, abs=5)
        assert post_now.is_late
