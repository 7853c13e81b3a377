import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlmodel import Session, func, select

from app.core.clock import now
from app.core.database import Database
from app.core.errors import Conflict, Invalid, TooMany
from app.people.actor import Actor
from app.people.auditing import AuditEntry
from app.people.join_drafts import LASTS, forget, forget_old_drafts, keep, kept
from app.people.joining import (
    MOST_A_DAY,
    MOST_WAITING,
    Company,
    answer_by,
    applications_of,
    apply,
    ask_for_place,
    become_known,
    kvk_number,
    take_back,
)
from app.people.mail_domains import prove
from app.people.models import Admission, Organisation, User, UserState
from app.people.ways_in import Answer, Asks, JoinDraft, Joins
from tests.cast import Cast
from tests.people.joining import WISH, actor, applied, company, letters, newcomer, owner, person, place


def actions(session: Session) -> list[str]:
    return list(session.exec(select(AuditEntry.action).order_by(AuditEntry.id)).all())  # type: ignore[arg-type]


# --- becoming known ---


def test_who_typed_in_the_code_is_known_from_then_on(session: Session) -> None:
    fenna = become_known(session, "fenna@x.example", name="Fenna Dijk", title="Directeur", language="en")
    assert (fenna.handle, fenna.state, fenna.title_en, fenna.language) == ("fenna-dijk", "active", "Directeur", "en")
    assert actor(session, fenna) == Actor(user_id=fenna.id, handle="fenna-dijk", name="Fenna Dijk")


def test_two_of_one_name_get_handles_of_their_own(session: Session) -> None:
    handles = [become_known(session, f"{n}@x.example", name="Jan de Boer").handle for n in range(3)]
    assert handles == ["jan-de-boer", "jan-de-boer-2", "jan-de-boer-3"]


COLLIDING = (
    "Woldzicht",
    "woldzicht",
    "WOLDZICHT!",
    "Wold-zicht",
    "Woldzicht 2",
    "woldzicht-2",
    "..",
    "???",
    "織機",
    "織機",
    "W" * 160,
)


def test_addresses_of_people_and_organisations_never_meet(session: Session, cast: Cast) -> None:
    """Names that come to the same word, to the word of another with a number, or to no word at all."""
    handles, slugs = [], []
    for number, name in enumerate(COLLIDING * 2):
        someone = become_known(session, f"{number}@x.example", name=name[:120])
        application = apply(session, company(name, f"{30_000_000 + number}"), WISH, by=someone)
        handles.append(someone.handle)
        slugs.append(session.get_one(Organisation, application.organisation_id).slug)
    assert len(set(handles)) == len(handles)
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", word) for word in handles + slugs)
    assert cast.woldzicht.slug not in slugs
    assert max(map(len, handles)) <= 60


def test_a_form_changes_nothing_of_somebody_who_is_known(session: Session, cast: Cast) -> None:
    known = become_known(session, "femke@proeftuin.example", name="Iemand anders", title="Baas")
    assert known.id == cast.femke.user_id
    assert (known.name, known.title_nl) == ("Femke Hoekstra", "")


def test_who_only_followed_by_mail_becomes_a_person_with_a_sign_in(session: Session) -> None:
    session.add(User(handle="mail-1", name="", mail="fenna@x.example", state=UserState.MAIL_ONLY))
    session.flush()
    assert become_known(session, "fenna@x.example", name="Fenna Dijk").state == UserState.ACTIVE


# --- applying ---


def test_an_applicant_is_in_and_reads_what_is_public_alone(session: Session, cast: Cast) -> None:
    application = applied(session)
    fenna = actor(session, session.get_one(User, application.user_id))
    assert fenna.is_signed_in
    assert not fenna.is_member
    assert fenna.owns == frozenset()
    organisation = session.get_one(Organisation, application.organisation_id)
    assert (organisation.admission, organisation.slug) == (Admission.APPLIED, "fries-plaatwerk")
    assert (application.asks, application.answer, application.looking_for) == (
        Asks.ADMISSION,
        Answer.WAITING,
        "Sneller omstellen.",
    )
    assert application.wishes == {"topics": ["robotics"], "rhythm": "weekly"}
    assert letters(session) == [("application_arrived", "noor@proeftuin.example")]
    assert actions(session)[-1] == "apply"


def test_applying_twice_is_applying_once(session: Session, cast: Cast) -> None:
    fenna = newcomer(session)
    first = apply(session, company(), WISH, by=fenna)
    assert apply(session, company("Fries Plaatwerk BV"), WISH, by=fenna).id == first.id
    assert session.get_one(Organisation, first.organisation_id).name == "Fries Plaatwerk BV"
    assert session.exec(select(func.count()).select_from(Organisation)).one() == 5
    assert len(applications_of(session, fenna.id)) == 1


def test_two_people_may_apply_for_one_company_and_neither_learns_of_the_other(session: Session, cast: Cast) -> None:
    first, second = applied(session), applied(session, "Gerrit Bos")
    assert first.organisation_id != second.organisation_id
    assert session.get_one(Organisation, second.organisation_id).slug == "fries-plaatwerk-2"


def test_who_takes_part_already_is_joined_not_founded_anew(session: Session, cast: Cast) -> None:
    cast.woldzicht.kvk_number = "12345678"
    session.flush()
    with pytest.raises(Conflict, match="doet al mee") as refused:
        applied(session)
    assert refused.value.field == "kvk"


@pytest.mark.parametrize(
    ("admission", "example"), [(Admission.APPLIED, False), (Admission.REFUSED, False), (Admission.ADMITTED, True)]
)
def test_a_number_is_taken_by_real_organisations_that_take_part_alone(
    session: Session, cast: Cast, admission: Admission, example: bool
) -> None:
    cast.woldzicht.kvk_number, cast.woldzicht.admission, cast.woldzicht.example = "12345678", admission, example
    session.flush()
    assert applied(session).is_waiting


def test_the_database_itself_lets_a_number_be_taken_once(database: Database) -> None:
    def found(slug: str) -> None:
        with database.writing() as session:
            told = {"kvk_number": "12345678", "admission": Admission.ADMITTED}
            session.add(Organisation(slug=slug, name=slug, kind="sme", **told))

    found("een")
    with pytest.raises(Conflict):
        found("twee")


def test_nobody_waits_for_more_answers_than_can_be_read(session: Session, cast: Cast) -> None:
    fenna = newcomer(session)
    for number in range(MOST_WAITING):
        apply(session, company(number=f"1234567{number}"), WISH, by=fenna)
    with pytest.raises(Conflict, match="wacht al op"):
        apply(session, company(number="99999999"), WISH, by=fenna)


def test_who_asks_and_takes_back_again_and_again_writes_to_nobody_without_end(session: Session, cast: Cast) -> None:
    owner(session, cast.kennislab)
    someone = newcomer(session)
    for _time in range(MOST_A_DAY):
        application = ask_for_place(session, cast.kennislab, WISH, by=someone)
        assert application is not None
        ask_for_place(session, cast.kennislab, WISH, by=someone)
        take_back(session, application, by=actor(session, someone))
    with pytest.raises(TooMany):
        ask_for_place(session, cast.kennislab, WISH, by=someone)
    assert len(letters(session, "place_asked")) == MOST_A_DAY


def test_an_application_is_taken_back_by_who_made_it_alone(session: Session, cast: Cast) -> None:
    application = applied(session)
    take_back(session, application, by=cast.noor)
    assert application.is_waiting
    take_back(session, application, by=actor(session, session.get_one(User, application.user_id)))
    assert application.answer == Answer.TAKEN_BACK
    assert session.get_one(Organisation, application.organisation_id).admission == Admission.REFUSED


@pytest.mark.parametrize("typed", ["12345678", " 1234 5678 ", "1234.56.78", "00000001"])
def test_a_number_of_eight_digits_is_taken_however_it_is_typed(typed: str) -> None:
    assert kvk_number(typed) in ("12345678", "00000001")


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "1234567a", "１２３４５６７８", "12345678\x00"])
def test_any_other_number_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        kvk_number(typed)
    assert refused.value.field == "kvk"


def test_we_answer_within_five_working_days() -> None:
    friday = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert answer_by(friday).date().isoformat() == "2026-12-04"
    assert answer_by(friday + timedelta(days=1)).date().isoformat() == "2026-12-04"


# --- a place in an organisation that takes part ---


def test_a_colleague_asks_and_the_owner_hears_of_it(session: Session, cast: Cast) -> None:
    owner(session, cast.woldzicht)
    application = ask_for_place(session, cast.woldzicht, WISH, by=newcomer(session))
    assert application is not None
    assert application.asks == Asks.PLACE
    assert letters(session) == [("place_asked", "baas@woldzicht-verspaning.example")]
    assert not actor(session, person(session, "fenna-dijk")).is_member


def test_without_an_owner_the_stewards_hear_of_it(session: Session, cast: Cast) -> None:
    ask_for_place(session, cast.woldzicht, WISH, by=newcomer(session))
    assert letters(session) == [("place_asked", "noor@proeftuin.example")]


def test_who_has_a_place_asks_for_nothing(session: Session, cast: Cast) -> None:
    assert ask_for_place(session, cast.woldzicht, WISH, by=person(session, "sjoerd")) is None
    assert letters(session) == []


@pytest.mark.parametrize("joins", list(Joins))
def test_an_address_in_a_proven_domain_comes_in_at_once_or_on_request_as_the_owner_chose(
    session: Session, cast: Cast, joins: Joins
) -> None:
    baas = owner(session, cast.woldzicht)
    domain = prove(session, cast.woldzicht, "baas@woldzicht.example", by=baas)
    domain.joins = joins
    fenna = newcomer(session, mail="fenna@woldzicht.example")
    application = ask_for_place(session, cast.woldzicht, WISH, by=fenna)
    assert (application is None) == (joins == Joins.AT_ONCE)
    assert actor(session, fenna).is_member == (joins == Joins.AT_ONCE)
    assert letters(session)[-1][0] == ("colleague_joined" if joins == Joins.AT_ONCE else "place_asked")


@pytest.mark.parametrize(
    "mail",
    ["fenna@elders.example", "fenna@sub.woldzicht.example", "fenna@xwoldzicht.example", "woldzicht.example@x.nl"],
)
def test_an_address_elsewhere_never_comes_in_at_once(session: Session, cast: Cast, mail: str) -> None:
    baas = owner(session, cast.woldzicht)
    prove(session, cast.woldzicht, "baas@woldzicht.example", by=baas).joins = Joins.AT_ONCE
    assert ask_for_place(session, cast.woldzicht, WISH, by=newcomer(session, mail=mail)) is not None


def test_a_domain_opens_its_own_organisation_alone(session: Session, cast: Cast) -> None:
    prove(session, cast.woldzicht, "b@woldzicht.example", by=owner(session, cast.woldzicht)).joins = Joins.AT_ONCE
    fenna = newcomer(session, mail="fenna@woldzicht.example")
    assert ask_for_place(session, cast.nipt, WISH, by=fenna) is not None


def test_who_was_removed_comes_back_through_a_person_whatever_their_address_says(session: Session, cast: Cast) -> None:
    prove(session, cast.kennislab, "b@proeftuin.example", by=owner(session, cast.kennislab)).joins = Joins.AT_ONCE
    okke = person(session, "okke")
    assert ask_for_place(session, cast.kennislab, WISH, by=okke) is not None
    assert not actor(session, okke).is_member
    assert place(session, "okke", cast.kennislab).ended_at is not None


# --- drafts ---


def test_a_draft_is_kept_step_by_step_under_its_token(session: Session) -> None:
    token = keep(session, "", {"kvk": "12345678"})
    assert keep(session, token, {"naam": "Fenna"}) == token
    assert kept(session, token) == {"kvk": "12345678", "naam": "Fenna"}
    assert token not in repr(session.exec(select(JoinDraft)).one())
    forget(session, token)
    assert kept(session, token) == {}


@pytest.mark.parametrize("token", ["", "x", "ÿ" * 100])
def test_nobody_elses_draft_is_shown(session: Session, token: str) -> None:
    keep(session, "", {"kvk": "12345678"})
    assert kept(session, token) == {}
    assert keep(session, token, {}) != token


def test_a_draft_that_came_to_nothing_is_forgotten(session: Session) -> None:
    token = keep(session, "", {"kvk": "12345678"})
    with time_machine.travel(now() + LASTS):
        assert kept(session, token) == {}
        forget_old_drafts(session)
    assert session.exec(select(JoinDraft)).all() == []


def test_a_public_body_without_a_number_may_apply_too(session: Session, cast: Cast) -> None:
    told = Company(name="Provincie X", kvk_number="", kind="government")
    assert apply(session, told, WISH, by=newcomer(session)).is_waiting
