"""Every letter about joining and belonging, as it is written by its rule and read by its reader, in both languages."""

import pytest
import time_machine
from sqlmodel import Session, select

from app.core.composing import compose
from app.core.language import LANGUAGES
from app.core.mail import PostedLetter
from app.people.actor import the_operator
from app.people.admitting import admit, refuse, remind_of_waiting
from app.people.belonging import change_role, leave, remove
from app.people.inviting import invite, invite_steward
from app.people.joining import ask_for_place
from app.people.mail_domains import prove
from app.people.models import Role
from app.people.ways_in import Joins
from tests.cast import Cast
from tests.people.joining import WISH, applied, newcomer, owner, place

LETTERS = {
    "admitted",
    "application_arrived",
    "application_waits",
    "colleague_joined",
    "invitation",
    "place_asked",
    "place_ended",
    "place_left",
    "refused",
    "role_changed",
    "steward_invitation",
}


def write_all(session: Session, cast: Cast) -> list[PostedLetter]:
    """Let every rule that writes a letter write it."""
    baas = owner(session, cast.kennislab)
    first, second = applied(session), applied(session, "Gerrit Bos", number="87654321")
    admit(session, first, by=cast.noor)
    with time_machine.travel(second.due_at):
        remind_of_waiting(session)
    refuse(session, second, by=cast.noor, reason="mail", message="Gebruik je\nwerkadres & meld je opnieuw aan.")
    asked = ask_for_place(session, cast.kennislab, WISH, by=newcomer(session, "Hylke Dam", "h@elders.example"))
    assert asked is not None
    with time_machine.travel(asked.due_at):
        remind_of_waiting(session)
    admit(session, asked, by=baas)
    prove(session, cast.kennislab, "baas@lab.example", by=baas).joins = Joins.AT_ONCE
    ask_for_place(session, cast.kennislab, WISH, by=newcomer(session, "Ilse Vos", "ilse@lab.example"))
    invite(session, cast.kennislab, ["nieuw@lab.example"], Role.READER, message="Kom je ook?", by=baas)
    invite_steward(session, "beheer@lab.example", by=the_operator)
    for role in (Role.OWNER, Role.READER, Role.EDITOR):
        change_role(session, place(session, "femke", cast.kennislab), role, by=baas)
    leaving = owner(session, cast.kennislab, "Weg Weg")
    leave(session, place(session, leaving.handle, cast.kennislab), by=leaving)
    remove(session, place(session, "femke", cast.kennislab), by=baas)
    session.flush()
    return list(session.exec(select(PostedLetter)).all())


def parts(row: PostedLetter) -> tuple[str, str, str]:
    message = compose(row)
    plain, html = message.get_payload()
    read = [part.get_payload(decode=True).decode() for part in (plain, html)]  # type: ignore[union-attr]
    return str(message["Subject"]), read[0], read[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_reads_well_in_both_languages(session: Session, cast: Cast, language: str) -> None:
    rows = write_all(session, cast)
    assert {row.name for row in rows} == LETTERS
    for row in rows:
        row.language = language
        subject, plain, html = parts(row)
        assert 5 < len(subject) < 120, row.name
        assert not {"%(", "{{", "None"} & {mark for mark in ("%(", "{{", "None") if mark in plain + html}, row.name
        assert f'lang="{language}"' in html
        assert "\n\n\n\n" not in plain, row.name


def test_a_refusal_says_why_in_both_of_its_forms(session: Session, cast: Cast) -> None:
    row = next(row for row in write_all(session, cast) if row.name == "refused")
    _subject, plain, html = parts(row)
    assert "Je mailadres hoort niet bij het bedrijf" in plain
    assert "werkadres & meld je" in plain
    assert "werkadres &amp; meld je" in html


@pytest.mark.parametrize(
    "name", ["Fenna\r\nBcc: dief@x.example", "=?utf-8?q?Fenna=0ABcc:_dief@x.example?=", "<b>Fenna</b>", "F" * 120]
)
def test_a_hostile_name_adds_no_header_and_no_markup(session: Session, cast: Cast, name: str) -> None:
    baas = owner(session, cast.kennislab)
    asker = newcomer(session, "Fenna Dijk")
    asker.name = name
    session.add(asker)
    ask_for_place(session, cast.kennislab, WISH, by=asker)
    session.flush()
    message = compose(session.exec(select(PostedLetter)).one())
    assert message.get_all("To") == [f"baas@{cast.kennislab.slug}.example"]
    assert message["Bcc"] is None
    # Inside an attribute, between quotation marks, it is no markup.
    html = parts(session.exec(select(PostedLetter)).one())[2].replace('aria-label="<b>', "")
    assert "<b>Fenna" not in html
    assert baas.user_id is not None
