"""Answering by mail: our letters over a real mail server, and `python -m app receive` as a mail server runs it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlmodel import col, select

from app.contact.asking import ask
from app.contact.models import LONGEST_TEXT, Message, Question
from app.contact.reply_addresses import Place, address_for
from app.contact.replying import is_too_much
from app.core import working
from app.core.clock import now
from app.core.database import Database
from app.core.mail import LetterState, PostedLetter
from app.core.settings import settings
from app.people.belonging import remove
from app.people.models import Organisation, User, UserState
from tests.cast import Cast
from tests.people.joining import owner, place
from tests.smtp import MailServer, mail_server, sending_to

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

REPLY_ADDRESS = "antwoord@proeftuin.example"
BOSS = "baas@kennislab-slim-maken.example"
SJOERD = "sjoerd@proeftuin.example"
TAKEN, REFUSED, LATER = 0, 65, 75


@dataclass
class Post:
    """A question that was asked and sent, and what a mail server can do with the answers to it."""

    database: Database
    server: MailServer
    question_id: int
    boss_id: int
    sjoerd_id: int

    @property
    def letter(self) -> EmailMessage:
        """The last one that we sent."""
        working.work_off()
        return self.server.letters[-1]

    def receive(self, letter: EmailMessage | bytes, **more: str) -> "subprocess.CompletedProcess[bytes]":
        """Run the command as the pipe of a mail server does."""
        data = letter if isinstance(letter, bytes) else letter.as_bytes(policy=SMTP)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PROEFTUIN_")}
        told = {
            "PROEFTUIN_DATA_DIR": str(settings().data_dir),
            "PROEFTUIN_DATABASE_URL": settings().database_address,
            "PROEFTUIN_REPLY_ADDRESS": REPLY_ADDRESS,
        }
        command = [sys.executable, "-m", "app", "receive"]
        return subprocess.run(command, input=data, cwd=ROOT, env=clean | told | more, capture_output=True, timeout=90)

    def said(self) -> list[tuple[str, bool]]:
        with self.database.reading() as session:
            rows = session.exec(select(Message).order_by(col(Message.id))).all()
        return [(row.text, row.is_answer) for row in rows]

    def written(self) -> list[tuple[str, str]]:
        """Letters that wait: name and to whom."""
        with self.database.reading() as session:
            waits = select(PostedLetter).where(PostedLetter.state == LetterState.WAITING).order_by(col(PostedLetter.id))
            return [(row.name, row.to) for row in session.exec(waits).all()]


@pytest.fixture
def post(database: Database) -> Iterator[Post]:
    """Sjoerd asked the Kennislab something, and its owner has our letter."""
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", reply_address=REPLY_ADDRESS):
        with database.writing() as session:
            cast = Cast.in_(session)
            boss = owner(session, cast.kennislab)
            question = ask(session, cast.kennislab, title="De mal", text="Welke mal?\n\nVan staal?", by=cast.sjoerd)
            made = Post(database, server, question.id, boss.user_id or 0, cast.sjoerd.user_id or 0)
        working.work_off()
        yield made


def reply(post: Post, text: str = "Van staal.", *, sender: str = BOSS, to: str = "", **headers: str) -> EmailMessage:
    """An answer as a mail program writes it."""
    letter = EmailMessage()
    letter["From"] = f"Baas Baas <{sender}>"
    letter["To"] = to or str(post.server.letters[0]["Reply-To"])
    letter["Subject"] = "Re: Een vraag"
    letter["Message-ID"] = headers.pop("message_id", "<1@mail.example>")
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter


# --- our letters ---


def test_a_letter_can_be_answered_and_shows_no_address_of_the_other_side(post: Post) -> None:
    letter = post.letter
    local, _at, domain = letter["Reply-To"].addresses[0].addr_spec.partition("@")
    assert local.startswith("antwoord+")
    assert domain == "proeftuin.example"
    assert len(local) <= 64
    assert local == local.lower()
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().startswith("##- Schrijf je antwoord boven deze regel -##")
    assert "Beantwoord deze mail" in plain.get_content()
    assert "komt bij niemand aan" not in plain.get_content()
    assert SJOERD.encode() not in post.server.raw[-1]


def test_without_an_address_for_answers_letters_are_as_they_were(database: Database) -> None:
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}"):
        with database.writing() as session:
            cast = Cast.in_(session)
            owner(session, cast.kennislab)
            ask(session, cast.kennislab, title="De mal", text="Welke mal?", by=cast.sjoerd)
        working.work_off()
        (letter,) = server.letters
    assert letter["Reply-To"] is None
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert "##-" not in plain.get_content()
    assert "komt bij niemand aan" in plain.get_content()


def test_the_longest_address_fits(database: Database) -> None:
    with sending_to("", reply_address="a" * 13 + "@proeftuin.example"):
        assert len(address_for(Place(2**31 - 1, 2**31 - 1)).partition("@")[0]) <= 64


# --- back and forth ---


def test_two_people_talk_by_mail(post: Post) -> None:
    quoted = post.letter.get_body(("plain",))
    assert quoted is not None
    below = "".join(f"> {line}\n" for line in quoted.get_content().splitlines())
    said = (
        f"Van staal.\n\nGroet, Baas\n\nOp ma 30 nov 2026 om 10:12 schreef Proeftuin <proeftuin@localhost>:\n\n{below}"
    )
    done = post.receive(reply(post, said))
    assert (done.returncode, done.stdout, done.stderr) == (TAKEN, b"", b"")
    assert post.said() == [("Welke mal?\n\nVan staal?", False), ("Van staal.\n\nGroet, Baas", True)]
    assert post.written() == [("answer", SJOERD)]
    answer = post.letter
    assert BOSS.encode() not in post.server.raw[-1]
    done = post.receive(reply(post, "Hoe dik?", sender=SJOERD, to=str(answer["Reply-To"]), message_id="<2@mail>"))
    assert done.returncode == TAKEN
    assert post.said()[-1] == ("Hoe dik?", False)
    assert post.written() == [("question_again", BOSS)]


def test_the_address_is_found_where_mail_servers_put_it_whatever_its_capitals(post: Post) -> None:
    address = str(post.server.letters[0]["Reply-To"])
    for number, name in enumerate(("Cc", "Delivered-To", "X-Original-To")):
        letter = reply(post, f"Antwoord {number}", to="iemand@elders.example", message_id=f"<{number}@mail>")
        letter[name] = address.upper()
        assert post.receive(letter).returncode == TAKEN
    assert [text for text, is_answer in post.said() if is_answer] == ["Antwoord 0", "Antwoord 1", "Antwoord 2"]


def test_the_same_letter_twice_is_one_answer(post: Post) -> None:
    assert post.receive(reply(post)).returncode == TAKEN
    assert post.receive(reply(post, "Van staal, zei ik.")).returncode == TAKEN
    assert len(post.said()) == 2
    assert len(post.written()) == 1


def test_a_letter_as_postfix_pipes_it_is_taken(post: Post) -> None:
    address = str(post.server.letters[0]["Reply-To"])
    head = f"From {BOSS}  Mon Nov 30 10:12:00 2026\nReturn-Path: <{BOSS}>\nX-Original-To: {address}\n"
    letter = reply(post, to="iemand@elders.example").as_bytes()
    assert post.receive(head.encode() + letter).returncode == TAKEN
    assert post.said()[-1] == ("Van staal.", True)


def test_html_is_read_and_what_it_quotes_is_not(post: Post) -> None:
    letter = reply(post)
    letter.set_content(
        "<html><head><style>p {}</style></head><body><div>Van <b>staal</b>.</div><div><br></div>"
        "<p>Groet &amp; dank</p>"
        '<div class="gmail_quote"><div>Op ma 30 nov 2026 schreef Proeftuin &lt;x@y&gt;:<br></div>'
        "<blockquote><p>##- Schrijf je antwoord boven deze regel -##</p><p>Welke mal?</p>"
        "</blockquote></div></body></html>",
        subtype="html",
    )
    assert post.receive(letter).returncode == TAKEN
    assert post.said()[-1] == ("Van staal.\n\nGroet & dank", True)


def test_attachments_stay_behind_and_who_answered_hears_of_it(post: Post) -> None:
    letter = reply(post)
    letter.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="mal.pdf")
    assert post.receive(letter).returncode == TAKEN
    assert post.said()[-1] == ("Van staal.", True)
    assert post.written() == [("answer", SJOERD), ("reply_back", BOSS)]
    working.work_off()
    told = post.server.letters[-1]
    assert told["Subject"] == "Je antwoord is doorgegeven, zonder de bijlagen"
    assert told["Reply-To"] is None


def test_the_address_of_the_one_is_not_told_to_the_other(post: Post) -> None:
    address = str(post.server.letters[0]["Reply-To"])
    assert post.receive(reply(post, f"Antwoord naar {address.upper()}.")).returncode == TAKEN
    assert post.said()[-1] == (f"Antwoord naar {REPLY_ADDRESS}.", True)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252", "koi8-r"])
def test_words_are_read_in_the_alphabet_of_their_program(post: Post, charset: str) -> None:
    letter = reply(post)
    letter.set_content("Staal: 3 mm", charset=charset, cte="base64")
    assert post.receive(letter).returncode == TAKEN
    assert post.said()[-1] == ("Staal: 3 mm", True)


def test_an_alphabet_that_nobody_knows_does_no_harm(post: Post) -> None:
    letter = reply(post).as_bytes(policy=SMTP).replace(b'charset="utf-8"', b'charset="klingon"')
    assert post.receive(letter).returncode == TAKEN
    assert post.said()[-1] == ("Van staal.", True)


# --- nobody learns anything ---


def altered(address: str) -> str:
    local, _at, domain = address.partition("@")
    return f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}"


def test_what_is_nobodys_answer_is_refused_in_the_same_words(post: Post) -> None:
    address = str(post.server.letters[0]["Reply-To"])
    local, _at, domain = address.partition("@")
    _number, who, mark = local.removeprefix("antwoord+").split("-")
    two = reply(post)
    del two["From"]
    two["From"] = f"{BOSS}, {SJOERD}"
    nobody = reply(post)
    del nobody["From"]
    letters: list[EmailMessage | bytes] = [
        reply(post, sender=SJOERD),
        reply(post, sender="vreemd@elders.example"),
        reply(post, to=altered(address)),
        reply(post, to=f"antwoord+{post.question_id:x}-{post.sjoerd_id:x}-{mark}@{domain}", sender=SJOERD),
        reply(post, to=f"antwoord+{post.question_id + 1:x}-{who}-{mark}@{domain}"),
        reply(post, to=REPLY_ADDRESS),
        reply(post, to=f"{local}@elders.example"),
        two,
        nobody,
        b"",
        b"\x00\xff" * 5000,
        b"From: " + b"<" * 100_000,
    ]
    answers = [post.receive(letter) for letter in letters]
    assert {(done.returncode, done.stdout, done.stderr) for done in answers} == {
        (REFUSED, b"", b"It was not taken: answer our letter from the mailbox that it came to, or on the site.\n")
    }
    assert len(post.said()) == 1
    assert post.written() == []


def test_somebody_who_is_suspended_says_nothing(post: Post) -> None:
    with post.database.writing() as session:
        session.get_one(User, post.boss_id).state = UserState.SUSPENDED
    assert post.receive(reply(post)).returncode == REFUSED
    assert len(post.said()) == 1


# --- programs that answer ---


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-replied (vacation)"),
        ("Precedence", "bulk"),
        ("List-Id", "<lijst.elders.example>"),
        ("Return-Path", "<>"),
        ("Return-Path", "<MAILER-DAEMON>"),
        ("X-Autoreply", "yes"),
    ],
)
def test_what_a_program_sends_is_passed_over(post: Post, name: str, value: str) -> None:
    letter = reply(post, "Ik ben er niet.")
    letter[name] = value
    assert post.receive(letter).returncode == TAKEN
    assert len(post.said()) == 1
    assert post.written() == []


def test_our_own_letter_sent_back_is_passed_over(post: Post) -> None:
    letter = post.letter
    del letter["To"]
    letter["To"] = str(letter["Reply-To"])
    letter.replace_header("From", BOSS)
    assert post.receive(letter).returncode == TAKEN
    assert len(post.said()) == 1


def test_two_programs_that_do_not_say_what_they_are_fall_silent(post: Post) -> None:
    """The same words again are not said again, so no letter follows to which the other could answer."""
    first = str(post.server.letters[0]["Reply-To"])
    with post.database.reading():
        other = address_for(Place(post.question_id, post.sjoerd_id))
    for turn in range(3):
        post.receive(reply(post, "Ik ben er niet.", to=first, message_id=f"<a{turn}@mail>"))
        post.receive(reply(post, "Ik ook niet.", sender=SJOERD, to=other, message_id=f"<b{turn}@mail>"))
    assert len(post.said()) == 3


# --- what cannot be said comes back ---


def given_back(post: Post, words: str, why: str) -> None:
    assert post.written() == [("reply_back", BOSS)]
    working.work_off()
    back = post.server.letters[-1]
    assert back["Subject"] == "Je antwoord is niet doorgegeven"
    plain = back.get_body(("plain",))
    assert plain is not None
    assert why in plain.get_content()
    assert words in plain.get_content()


def test_an_answer_that_is_too_long_comes_back_whole(post: Post) -> None:
    words = "staal " * (LONGEST_TEXT // 6 + 1) + "einde"
    assert post.receive(reply(post, words)).returncode == TAKEN
    assert post.receive(reply(post, words)).returncode == TAKEN
    assert len(post.said()) == 1
    given_back(post, "einde", "Het is te lang")


def test_an_answer_to_what_was_taken_away_comes_back(post: Post) -> None:
    with post.database.writing() as session:
        session.get_one(Question, post.question_id).closed_at = now()
    assert post.receive(reply(post)).returncode == TAKEN
    assert len(post.said()) == 1
    given_back(post, "Van staal.", "Het kenniscentrum heeft dit gesprek weggehaald")


def test_who_lost_their_place_gets_their_words_back(post: Post) -> None:
    with post.database.writing() as session:
        lab = session.get_one(Organisation, session.get_one(Question, post.question_id).organisation_id)
        other = owner(session, lab, "Tweede Baas")
        remove(session, place(session, session.get_one(User, post.boss_id).handle, lab), by=other)
    working.work_off()
    assert post.receive(reply(post)).returncode == TAKEN
    assert len(post.said()) == 1
    given_back(post, "Van staal.", "je doet er niet meer aan mee")


def test_a_header_in_an_answer_stays_words(post: Post) -> None:
    words = "Ja.\n\nBcc: iedereen@elders.example\nSubject: iets anders\n\n.\nMAIL FROM:<x@y>"
    assert post.receive(reply(post, words)).returncode == TAKEN
    working.work_off()
    assert post.server.recipients[-1] == [SJOERD]
    assert post.server.letters[-1]["Bcc"] is None
    assert post.said()[-1] == (words, True)


# --- the machine ---


def test_what_is_too_large_is_refused_without_a_broken_pipe(post: Post) -> None:
    done = post.receive(reply(post).as_bytes() + b"x" * (13 << 20))
    assert done.returncode == REFUSED
    assert b"too large" in done.stderr


HEAD = b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
REPORT = b'Content-Type: multipart/report; report-type="delivery-status"; boundary="x"\r\n\r\n--x\r\n'


@pytest.mark.parametrize(
    "letter",
    [
        HEAD + b"--x\r\n\r\na\r\n" * 100_000 + b"--x--\r\n",
        HEAD + b"--x\r\ra\r" * 100_000,
        b'Content-Type: multipart/mixed; boundary="x"\n\n' * 900,
        b"Content-Type: multipart/mixed;\n boundary*0*\n =x\n\n" * 900,
        REPORT + b"Content-Type: message/Delivery-Status\r\n\r\n" + b"Action: failed\r\n\r\n" * 100_000,
    ],
)
def test_a_letter_of_very_many_parts_is_refused_before_it_is_read(letter: bytes) -> None:
    began = time.process_time()
    assert is_too_much(letter)
    assert time.process_time() - began < 0.2


def test_a_letter_as_people_and_programs_write_it_has_not_too_many_parts() -> None:
    text = "- een\r\n-- \r\n\r\nEn verder.\r\n" * 900
    assert not is_too_much(HEAD + b"--x\r\n\r\n" + text.encode() + b"--x--\r\n")
    assert not is_too_much(REPORT + b"\r\nDelivery-Status\r\n" + b"Action: failed\r\n" * 5000)
    began = time.process_time()
    assert not is_too_much(HEAD + b"--x\r\n\r\n" + b"YWJj\r\n" * 2_000_000)
    assert time.process_time() - began < 2


def test_too_many_parts_are_refused_for_good(post: Post) -> None:
    done = post.receive(HEAD + b"--x\r\n\r\na\r\n" * 100_000)
    assert done.returncode == REFUSED
    assert b"too many parts" in done.stderr


def test_a_database_that_is_away_is_tried_again(post: Post, tmp_path: Path) -> None:
    for more in (
        {"PROEFTUIN_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/proeftuin.db"},
        {"PROEFTUIN_DATABASE_URL": "postgresql+psycopg://x:secret@127.0.0.1:9/x"},
        {"PROEFTUIN_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"},
        {"PROEFTUIN_PORT": "none"},
    ):
        done = post.receive(reply(post), **more)
        assert done.returncode == LATER, done.stderr
        assert b"secret" not in done.stderr
        assert b"Traceback" not in done.stderr
    assert post.receive(reply(post)).returncode == TAKEN


def test_without_an_address_for_answers_nothing_is_taken(post: Post) -> None:
    assert post.receive(reply(post), PROEFTUIN_REPLY_ADDRESS="").returncode == REFUSED
    assert len(post.said()) == 1


def test_the_address_for_answers_has_room_for_a_seal(post: Post) -> None:
    for wrong in ("antwoord+x@proeftuin.example", "a" * 14 + "@proeftuin.example", "antwoord"):
        done = post.receive(reply(post), PROEFTUIN_REPLY_ADDRESS=wrong)
        assert done.returncode == LATER
        assert done.stderr.startswith(b"PROEFTUIN_REPLY_ADDRESS: ")
