"""Reports: who may decide, what becomes of the thing, who hears of it, and one appeal that another looks at."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.contact import reporting
from app.contact.asking import ask
from app.contact.judging import decide, review, waiting_reports
from app.contact.models import Report, Ruling
from app.contact.reporting import (
    APPEAL_WITHIN,
    DUE_IN,
    REPORTS_A_DAY,
    Thing,
    appeal,
    forget_reporters,
    key_of,
    reader_with,
    remind_of_reports,
    report,
)
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.people.actor import Actor, someone_passing_by
from app.people.describing import Profile, describe_person
from app.people.models import Admission, User
from app.people.signing_in import actor_for
from content.models import Article, Piece, Stage
from content.retiring import bring_back
from tests.cast import Cast, published
from tests.people.joining import letters, newcomer, owner, person


@pytest.fixture
def lesson(session: Session, cast: Cast) -> Article:
    return published(session, cast)


def reported(session: Session, thing: Thing, by: Actor = someone_passing_by, **more: str) -> Report:
    told = {"reason": "wrong", "told": "Het was dertig.", "peer": "203.0.113.7", "language": "nl"} | more
    return report(session, thing, by=by, **told)


def of(session: Session, article: Article) -> Thing:
    return Thing(piece=session.get_one(Piece, article.piece_id))


def another_steward(session: Session) -> Actor:
    user = newcomer(session, "Tweede Beheerder", "tweede@proeftuin.example")
    user.is_steward = True
    session.add(user)
    session.flush()
    return actor_for(session, user)


def test_a_report_reaches_the_stewards_and_both_sides_hear_the_decision(
    session: Session, cast: Cast, lesson: Article
) -> None:
    boss = owner(session, cast.kennislab)
    made = reported(session, of(session, lesson), by=cast.sjoerd)
    assert letters(session) == [("report_arrived", "noor@proeftuin.example")]
    assert [each.id for each in waiting_reports(session)] == [made.id]
    decide(session, made, Ruling.TAKEN_AWAY, message="Het cijfer klopt niet.", by=cast.noor)
    assert lesson.stage == Stage.WITHDRAWN
    told = {to for _name, to in letters(session, "report_decided")}
    assert told == {
        "sjoerd@proeftuin.example",
        "femke@proeftuin.example",
        f"{boss.handle.split('-')[0]}@kennislab-slim-maken.example",
    }
    assert waiting_reports(session) == []


def test_what_is_left_is_told_to_who_reported_it_alone(session: Session, cast: Cast, lesson: Article) -> None:
    made = reported(session, of(session, lesson), mail="Lezer@elders.example")
    decide(session, made, Ruling.LEFT, message="Het klopt.", by=cast.noor)
    assert lesson.stage == Stage.PUBLISHED
    assert letters(session, "report_decided") == [("report_decided", "lezer@elders.example")]


def test_only_stewards_decide_once_and_with_a_reason(session: Session, cast: Cast, lesson: Article) -> None:
    made = reported(session, of(session, lesson))
    for who in (cast.femke, cast.sjoerd, cast.nobody):
        with pytest.raises(NotAllowed):
            decide(session, made, Ruling.LEFT, message="Het klopt.", by=who)
    with pytest.raises(Invalid):
        decide(session, made, Ruling.LEFT, message="", by=cast.noor)
    with pytest.raises(Invalid):
        decide(session, made, Ruling.WAITING, message="Het klopt.", by=cast.noor)
    decide(session, made, Ruling.LEFT, message="Het klopt.", by=cast.noor)
    with pytest.raises(Conflict):
        decide(session, made, Ruling.TAKEN_AWAY, message="Toch niet.", by=cast.noor)


def test_an_appeal_is_looked_at_by_somebody_else_and_gives_back_what_was_taken(
    session: Session, cast: Cast, lesson: Article
) -> None:
    other = another_steward(session)
    made = reported(session, of(session, lesson), by=cast.sjoerd)
    decide(session, made, Ruling.TAKEN_AWAY, message="Het cijfer klopt niet.", by=cast.noor)
    reporter, author = (reader_with(session, key_of(made, is_author=each)) for each in (False, True))
    with pytest.raises(Conflict):
        appeal(session, reporter, "Ik ben het eens.")
    with pytest.raises(Conflict, match="kenniscentrum"):
        bring_back(session, lesson, by=cast.femke)
    appeal(session, author, "Zie bijlage 2.")
    assert [each.id for each in waiting_reports(session)] == [made.id]
    with pytest.raises(Conflict, match="zelf"):
        review(session, made, Ruling.LEFT, message="Toch goed.", by=cast.noor)
    review(session, made, Ruling.LEFT, message="Toch goed.", by=other)
    assert lesson.stage == Stage.PUBLISHED
    assert made.ruling == Ruling.LEFT
    for reader in (reporter, author):
        assert not reader.can_appeal
        with pytest.raises(Conflict):
            appeal(session, reader, "Nog eens.")


def test_the_only_steward_looks_at_an_appeal_too(session: Session, cast: Cast, lesson: Article) -> None:
    made = reported(session, of(session, lesson), by=cast.sjoerd)
    decide(session, made, Ruling.LEFT, message="Het klopt.", by=cast.noor)
    appeal(session, reader_with(session, key_of(made)), "Kijk nog eens.")
    review(session, made, Ruling.TAKEN_AWAY, message="Je had gelijk.", by=cast.noor)
    assert lesson.stage == Stage.WITHDRAWN


def test_every_sort_of_thing_is_taken_away(session: Session, cast: Cast) -> None:
    owner(session, cast.kennislab)
    question = ask(session, cast.kennislab, title="Mal", text="Hoe?", by=cast.sjoerd)
    aafke = person(session, "aafke")
    things = (Thing(organisation=cast.nipt), Thing(person=aafke), Thing(question=question))
    for thing in things:
        made = reported(session, thing)
        decide(session, made, Ruling.TAKEN_AWAY, message="Weg.", by=cast.noor)
    assert cast.nipt.admission == Admission.SUSPENDED
    assert not aafke.has_profile
    with pytest.raises(Invalid) as refused:
        describe_person(session, aafke, Profile(name=aafke.name, is_public=True), by=cast.aafke)
    assert refused.value.field == "openbaar"
    describe_person(session, aafke, Profile(name=aafke.name), by=cast.aafke)
    assert question.closed_at is not None
    for made in session.exec(select(Report)).all():
        appeal(session, reader_with(session, key_of(made, is_author=True)), "Toch.")
        review(session, made, Ruling.LEFT, message="Goed.", by=cast.noor)
    assert cast.nipt.admission == Admission.ADMITTED
    assert question.closed_at is None
    # A page of one's own is one's own choice: nobody makes it public but they, who may again.
    assert not aafke.has_profile
    describe_person(session, aafke, Profile(name=aafke.name, is_public=True), by=cast.aafke)
    assert aafke.has_profile


def test_a_key_opens_its_own_report_alone(session: Session, cast: Cast, lesson: Article) -> None:
    first, second = (reported(session, of(session, lesson)) for _each in range(2))
    mark = key_of(first).partition("-")[2]
    assert reader_with(session, key_of(first)).report == first
    for wrong in (f"{second.id}-{mark}", f"{first.id}-{'0' * 64}", mark, "", f"{first.id}-", "9" * 30, f"x-{mark}"):
        with pytest.raises(NotFound):
            reader_with(session, wrong)


def test_nobody_buries_the_stewards(
    session: Session, cast: Cast, lesson: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "LETTERS_A_DAY", 3)
    for _each in range(REPORTS_A_DAY):
        reported(session, of(session, lesson))
    with pytest.raises(TooMany):
        reported(session, of(session, lesson))
    reported(session, of(session, lesson), peer="203.0.113.8")
    assert len(waiting_reports(session)) == REPORTS_A_DAY + 1
    assert len(letters(session)) == 3


def test_a_bad_address_and_no_reason_are_refused(session: Session, cast: Cast, lesson: Article) -> None:
    with pytest.raises(Invalid):
        reported(session, of(session, lesson), mail="geen adres")
    with pytest.raises(Invalid):
        reported(session, of(session, lesson), reason="zomaar")


def test_what_waits_too_long_is_told_of_once_a_day(session: Session, cast: Cast, lesson: Article) -> None:
    reported(session, of(session, lesson))
    assert remind_of_reports(session) == 0
    with time_machine.travel(now() + DUE_IN + timedelta(minutes=1)):
        assert remind_of_reports(session) == 1
        assert remind_of_reports(session) == 0


def test_the_address_of_a_stranger_is_wiped_when_it_is_all_over(session: Session, cast: Cast, lesson: Article) -> None:
    made = reported(session, of(session, lesson), mail="lezer@elders.example")
    forget_reporters(session)
    assert made.mail
    decide(session, made, Ruling.LEFT, message="Het klopt.", by=cast.noor)
    with time_machine.travel(now() + APPEAL_WITHIN + timedelta(days=1)):
        forget_reporters(session)
        session.refresh(made)
        assert made.mail == ""
        assert not reader_with(session, key_of(made)).can_appeal


def test_a_reporter_who_is_erased_leaves_the_report_without_a_name(
    session: Session, cast: Cast, lesson: Article
) -> None:
    made = reported(session, of(session, lesson), by=cast.sjoerd)
    session.delete(person(session, "sjoerd"))
    session.flush()
    session.refresh(made)
    assert made.by_id is None
    assert session.get(User, cast.sjoerd.user_id) is None
