"""Letters that come back later: MAIL FROM over a real mail server, and reports as a mail server hands them over."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from app.contact import reply_reading
from app.contact.replying import NotTaken, as_reply, take_in
from app.core import working
from app.core.clock import now
from app.core.database import Database
from app.core.mail import Letter, LetterState, PostedLetter
from app.core.mail import post as post_letter
from app.core.returning import TooSoon
from app.core.settings import settings
from app.feeds import following
from app.feeds.editions import write_due_editions
from app.feeds.models import Edition, Notice, Reader, Rhythm, Told
from app.feeds.refusing import address_works, try_new_address
from app.feeds.targets import topic_target
from app.people.events import MailChanged
from app.people.models import User
from content.publishing import publish
from content.subjects import Topic
from tests.cast import Cast, draft
from tests.smtp import MailServer, mail_server, sending_to

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

BOUNCES = "terug@proeftuin.example"
SJOERD = "sjoerd@proeftuin.example"
CODE = Letter(to=SJOERD, name="sign_in_code", told={"code": "123456", "link": "x"})
TAKEN, REFUSED, LATER = 0, 65, 75

REPORT = """\
Return-Path: <>
Delivered-To: {to}
From: Mail Delivery System <MAILER-DAEMON@relay.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="XX"

--XX
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--XX
Content-Type: {kind}

Reporting-MTA: dns; relay.example
Arrival-Date: Mon, 30 Nov 2026 10:00:00 +0100

{outcomes}
--XX
Content-Type: text/rfc822-headers

Subject: what we sent

--XX--
"""


def outcome(action: str = "failed", status: str = "5.1.1", said: str = "smtp; 550 5.1.1 no such user") -> str:
    return (
        f"Final-Recipient: rfc822; {SJOERD}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: {said}\nRemote-MTA: dns; mx.proeftuin.example\n"
    )


def report(to: str, *outcomes: str, kind: str = "message/delivery-status") -> str:
    """What a mail server writes to the sender of a letter that it could not bring."""
    return REPORT.format(to=to, kind=kind, outcomes="\n".join(outcomes or (outcome(),)))


@dataclass
class Post:
    """A mail server that took letters of ours, and what it can hand over later."""

    database: Database
    server: MailServer

    def receive(self, letter: str) -> int:
        """What the command does with it, without its start."""
        try:
            reply = as_reply(reply_reading.answer(letter.replace("\n", "\r\n").encode()))
            with self.database.writing() as session:
                take_in(session, reply)
        except NotTaken:
            return REFUSED
        except TooSoon:
            return LATER
        return TAKEN

    def run_receive(self, letter: str, **more: str) -> int:
        """Run the command as the pipe of a mail server does; what it ended with."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PROEFTUIN_")}
        told = {
            "PROEFTUIN_DATA_DIR": str(settings().data_dir),
            "PROEFTUIN_DATABASE_URL": settings().database_address,
            "PROEFTUIN_BOUNCE_ADDRESS": BOUNCES,
        }
        data = letter.replace("\n", "\r\n").encode()
        command = [sys.executable, "-m", "app", "receive"]
        done = subprocess.run(command, input=data, cwd=ROOT, env=clean | told | more, capture_output=True, timeout=90)
        assert b"Traceback" not in done.stderr
        return done.returncode

    def appear(self, slug: str) -> None:
        """Something new for Sjoerd, and everything that follows from it."""
        with self.database.writing() as session:
            cast = Cast.known(session)
            publish(session, draft(session, cast, "lesson", slug=slug, topics=("cobots",)), by=cast.femke)
        self.work()

    def work(self) -> None:
        working.work_off()
        write_due_editions()
        working.work_off()

    @property
    def last(self) -> PostedLetter:
        with self.database.reading() as session:
            return session.exec(select(PostedLetter).order_by(col(PostedLetter.id).desc()).limit(1)).one()

    @property
    def reader(self) -> Reader:
        with self.database.reading() as session:
            sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
            return following.known_reader(session, sjoerd.id)

    @property
    def notices(self) -> list[str]:
        with self.database.reading() as session:
            return list(session.exec(select(Notice.name)).all())

    @property
    def told(self) -> int:
        with self.database.reading() as session:
            return len(session.exec(select(Told.id)).all())


@pytest.fixture
def post(database: Database) -> Iterator[Post]:
    """Sjoerd hears of cobots at once, and has our letter about the first piece."""
    url_of = "smtp://127.0.0.1:{}".format
    with mail_server() as server, sending_to(url_of(server.port), bounce_address=BOUNCES, mail_domain_pace=1000):
        with database.writing() as session:
            cast = Cast.in_(session)
            topic = session.exec(select(Topic).where(Topic.slug == "cobots")).one()
            following.follow(session, topic_target(topic), by=cast.sjoerd, rhythm=Rhythm.AT_ONCE)
        made = Post(database, server)
        made.appear("een")
        assert len(server.letters) == 1
        yield made


# --- our letters ---


def test_a_letter_comes_from_an_address_of_its_own_that_nobody_can_read(post: Post) -> None:
    (sender,), (letter,) = post.server.senders, post.server.letters
    local, _at, domain = sender.partition("@")
    assert (local.startswith("terug+"), domain) == (True, "proeftuin.example")
    assert len(local) <= 64
    assert local == local.lower()
    assert "sjoerd" not in sender
    assert letter["From"] == "Proeftuin <proeftuin@localhost>"
    assert letter["Message-ID"].startswith(f"<letter.{post.last.id}.")
    assert letter["Reply-To"] is None
    post.appear("twee")
    assert len(set(post.server.senders)) == 2


def test_without_the_setting_letters_come_from_where_they_came_from(database: Database) -> None:
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}"):
        with database.writing() as session:
            post_letter(session, CODE)
        working.work_off()
        assert server.senders == ["proeftuin@localhost"]
        made = Post(database, server)
        anybody = report(f"terug+1-{32 * '0'}@proeftuin.example")
        assert made.run_receive(anybody, PROEFTUIN_BOUNCE_ADDRESS="") == REFUSED, "as before"


# --- what comes back ---


def test_an_address_that_is_gone_is_paused_and_its_owner_told_although_it_came_later(post: Post) -> None:
    assert (post.last.state, post.told) == (LetterState.SENT, 1)
    assert post.run_receive(report(post.server.senders[0])) == TAKEN
    assert (post.last.state, post.last.error) == (LetterState.REFUSED, "5.1.1")
    assert (post.reader.gone_code, post.reader.gone_at is not None) == ("5.1.1", True)
    assert post.notices == ["address_gone"]
    assert post.told == 0, "what came back was told to nobody"
    post.appear("twee")
    assert len(post.server.letters) == 1
    with post.database.reading() as session:
        assert session.exec(select(Edition.outcome)).all() == ["refused"]


def test_the_same_report_twice_is_one(post: Post) -> None:
    letter = report(post.server.senders[0], outcome(status="5.7.1", said="smtp; 550 5.7.1 not from you"))
    assert [post.receive(letter), post.receive(letter), post.receive(letter), post.receive(letter)] == [TAKEN] * 4
    assert (post.reader.refusals, post.reader.gone_at) == (1, None)
    assert post.notices == []


def test_other_refusals_count_after_three_in_a_row_although_each_was_taken_first(post: Post) -> None:
    full = outcome(status="5.2.2", said="smtp; 552 5.2.2 mailbox full")
    for number in range(3):
        assert post.reader.gone_at is None
        assert post.receive(report(post.server.senders[-1], full)) == TAKEN
        if number < 2:
            post.appear(f"stuk-{number}")
    assert post.reader.gone_code == "5.2.2"
    assert post.notices == ["address_gone"]


def test_one_that_arrived_between_them_begins_the_count_anew(post: Post) -> None:
    full = outcome(status="5.2.2", said="smtp; 552 5.2.2 mailbox full")
    for number in range(2):
        assert post.receive(report(post.server.senders[-1], full)) == TAKEN
        post.appear(f"stuk-{number}")
    post.appear("aangekomen")
    assert post.receive(report(post.server.senders[-1], full)) == TAKEN
    assert (post.reader.refusals, post.reader.gone_at) == (1, None)


@pytest.mark.parametrize(
    "said",
    [
        outcome("delayed", "4.4.1", "smtp; 451 4.4.1 try later"),
        outcome("relayed", "2.0.0", "smtp; 250 ok"),
        outcome("delivered", "2.0.0", "smtp; 250 ok"),
        outcome("failed", "5.1.1") + "\n" + outcome("delivered", "2.0.0", "smtp; 250 ok"),
        outcome("failed", "", "x-unknown; 550"),
        outcome("mislukt", "5.1.1"),
    ],
)
def test_what_is_no_refusal_is_written_down_and_nothing_else(post: Post, said: str) -> None:
    assert post.receive(report(post.server.senders[0], said)) == TAKEN
    assert (post.last.state, post.told) == (LetterState.SENT, 1)
    assert post.last.error != ""
    assert (post.reader.refusals, post.reader.gone_at, post.notices) == (0, None, [])


def test_what_a_mail_server_gave_up_was_told_to_nobody_and_is_told_again(post: Post) -> None:
    gave_up = outcome("failed", "4.4.7", "smtp; 451 4.4.7 delivery time expired")
    assert post.receive(report(post.server.senders[0], gave_up)) == TAKEN
    assert (post.last.state, post.told) == (LetterState.LATE, 0)
    assert (post.reader.refusals, post.reader.gone_at) == (0, None)
    post.work()
    assert len(post.server.letters) == 2


@pytest.mark.parametrize("kind", ["message/delivery-status", "message/global-delivery-status"])
@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        ("5.0.0", "smtp; 550 User unknown", "550"),
        ("5.1.10", "smtp; 556 5.1.10 null MX", "5.1.10"),
        ("5.2.1 (mailbox disabled)", "X-Notes; gone", "5.2.1"),
    ],
)
def test_gone_is_read_in_every_way_of_saying_it(post: Post, kind: str, status: str, said: str, code: str) -> None:
    assert post.receive(report(post.server.senders[0].upper(), outcome("Failed", status, said), kind=kind)) == TAKEN
    assert post.reader.gone_code == code


@pytest.mark.parametrize(
    "nobody", ["<MAILER-DAEMON>", "<mailer-daemon>", "<MAILER-DAEMON@mx.proeftuin.example>", "< >"]
)
def test_the_null_address_is_known_as_postfix_writes_it(post: Post, nobody: str) -> None:
    assert post.receive(report(post.server.senders[0]).replace("Return-Path: <>", f"Return-Path: {nobody}")) == TAKEN
    assert post.reader.gone_code == "5.1.1"


def test_a_letter_of_another_kind_is_marked_and_pauses_nobody(post: Post) -> None:
    with post.database.writing() as session:
        post_letter(session, CODE)
    working.work_off()
    assert post.receive(report(post.server.senders[-1])) == TAKEN
    assert (post.last.name, post.last.state) == ("sign_in_code", LetterState.REFUSED)
    assert post.reader.gone_at is None


# --- what is not ours ---


def test_a_forged_address_an_old_one_and_what_is_no_report_change_nothing(post: Post) -> None:
    sender = post.server.senders[0]
    local, _at, domain = sender.partition("@")
    named, _dash, seal = local.partition("-")
    forged = f"{named}-{seal[:-1]}{'0' if seal[-1] != '0' else '1'}@{domain}"
    other = f"terug+{post.last.id + 1:x}-{seal}@{domain}"
    for address in (forged, other, f"{named}@{domain}", BOUNCES, f"x{sender}", f"{sender}.evil.example"):
        assert post.receive(report(address)) == TAKEN, "a report is never given back"
    whole = report(sender)
    no_null = whole.replace("Return-Path: <>", "Return-Path: <somebody@evil.example>")
    nearly = whole.replace("Return-Path: <>", "Return-Path: <mailer-daemon.evil@evil.example>")
    no_report = whole.replace("report-type=delivery-status", "report-type=disposition-notification")
    holiday = whole.replace("multipart/report; report-type=delivery-status", "multipart/mixed")
    inside = report("someone@else.example").replace("Subject: what we sent", f"To: {sender}")
    for letter in (no_null, nearly, no_report, holiday, inside):
        assert post.receive(letter) == TAKEN
    with post.database.writing() as session:
        session.exec(update(PostedLetter).values(settled_at=now() - timedelta(days=15)))
    assert post.receive(whole) == TAKEN
    assert (post.last.state, post.told, post.last.error) == (LetterState.SENT, 1, "")
    assert (post.reader.refusals, post.reader.gone_at, post.notices) == (0, None, [])


def test_nothing_is_ever_written_back(post: Post) -> None:
    before = post.last.id
    post.receive(report(post.server.senders[0]))
    post.receive(report(BOUNCES))
    person = EmailMessage()
    person["From"], person["To"], person["Subject"] = SJOERD, post.server.senders[0], "Re: nieuw"
    person.set_content("Dank je!")
    assert post.receive(person.as_string()) == REFUSED, "somebody who answers to it hears that nobody reads it"
    assert post.last.id == before


def test_a_letter_about_an_address_that_was_changed_pauses_nobody_and_its_pieces_come_again(post: Post) -> None:
    with post.database.writing() as session:
        session.exec(update(User).where(col(User.handle) == "sjoerd").values(mail="nieuw@proeftuin.example"))
    assert post.receive(report(post.server.senders[0])) == TAKEN
    assert (post.reader.refusals, post.reader.gone_at, post.notices) == (0, None, [])
    post.work()
    assert post.server.recipients[-1] == ["nieuw@proeftuin.example"]


def test_what_a_former_address_did_not_take_is_not_counted_for_a_new_one(post: Post) -> None:
    full = outcome(status="5.2.2", said="smtp; 552 5.2.2 mailbox full")
    assert post.receive(report(post.server.senders[0], full)) == TAKEN
    before = post.reader
    assert (before.refusals, before.gone_at) == (1, None)
    try_new_address(MailChanged(user_id=before.user_id))
    assert (post.reader.refusals, post.reader.gone_at) == (0, None)


def test_what_was_sent_before_they_said_that_it_works_pauses_nobody_and_comes_again(post: Post) -> None:
    sent = post.server.senders[0]
    with post.database.writing() as session:
        address_works(session, post.reader.user_id)
    assert post.receive(report(sent)) == TAKEN
    assert (post.reader.refusals, post.reader.gone_at, post.notices) == (0, None, [])
    post.work()
    assert len(post.server.letters) == 2
    assert post.receive(report(post.server.senders[-1])) == TAKEN
    assert post.reader.gone_at is not None, "what is sent after counts"


def test_a_report_that_is_faster_than_our_own_note_comes_again(post: Post) -> None:
    with post.database.writing() as session:
        session.exec(update(PostedLetter).values(state=LetterState.WAITING, settled_at=None))
    assert post.run_receive(report(post.server.senders[0])) == LATER
    with post.database.writing() as session:
        session.exec(update(PostedLetter).values(state=LetterState.SENT, settled_at=now()))
    assert post.receive(report(post.server.senders[0])) == TAKEN
    assert post.reader.gone_at is not None
