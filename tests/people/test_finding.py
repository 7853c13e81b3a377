import pytest
from sqlmodel import Session, select

from app.core.errors import NotFound
from app.people.finding import (
    organisation_at,
    organisations,
    people_of,
    place_of,
    sectors_of,
    workplaces,
)
from app.people.models import Admission, Membership, Organisation, OrganisationSector, User, UserState
from app.people.region import Municipality, Sector
from tests.cast import Cast


def user(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def test_an_admitted_organisation_is_found_at_its_address(session: Session, cast: Cast) -> None:
    assert organisation_at(session, "woldzicht-verspaning") == cast.woldzicht


@pytest.mark.parametrize("admission", [Admission.APPLIED, Admission.REFUSED])
def test_who_applied_or_was_refused_is_nobodys_business(session: Session, cast: Cast, admission: Admission) -> None:
    session.get_one(Organisation, cast.veenhart.id).admission = admission
    session.flush()
    with pytest.raises(NotFound) as hidden:
        organisation_at(session, "veenhart-plaatwerk")
    with pytest.raises(NotFound) as absent:
        organisation_at(session, "no-such-place")
    assert hidden.value.sentence == absent.value.sentence
    assert cast.veenhart not in organisations(session)


def test_an_organisation_named_in_a_public_source_has_a_page(session: Session, cast: Cast) -> None:
    session.add(Organisation(slug="afar", name="Afar", kind="sme", admission=Admission.MENTIONED))
    session.flush()
    assert organisation_at(session, "afar").is_mentioned_only


def test_organisations_stand_by_name_whatever_their_letters(session: Session, cast: Cast) -> None:
    session.add(Organisation(slug="afar", name="aFAR", kind="sme", admission=Admission.ADMITTED))
    session.flush()
    assert [one.slug for one in organisations(session)] == [
        "afar",
        "kennislab-slim-maken",
        "nipt",
        "woldzicht-verspaning",
    ]


def test_an_organisation_shows_the_people_who_want_a_profile_and_still_work_there(session: Session, cast: Cast) -> None:
    assert [person.handle for person in people_of(session, cast.kennislab)] == ["femke"]
    user(session, "femke").has_profile = False
    session.flush()
    assert people_of(session, cast.kennislab) == []


def test_nobody_who_was_erased_is_shown(session: Session, cast: Cast) -> None:
    user(session, "femke").state = UserState.ERASED
    session.flush()
    assert people_of(session, cast.kennislab) == []


def test_workplaces_leave_out_who_left_and_who_works_where_nobody_was_admitted(session: Session, cast: Cast) -> None:
    ids = [user(session, handle).id for handle in ("femke", "okke", "hinke", "noor")]
    assert workplaces(session, ids) == {ids[0]: cast.kennislab}
    assert workplaces(session, []) == {}


def test_of_several_workplaces_the_one_joined_last_counts(session: Session, cast: Cast) -> None:
    femke = user(session, "femke")
    session.add(Membership(user_id=femke.id, organisation_id=cast.nipt.id))
    session.flush()
    assert workplaces(session, [femke.id]) == {femke.id: cast.nipt}


def test_sectors_stand_by_their_code(session: Session, cast: Cast) -> None:
    for code in ("28", "25"):
        sector = session.exec(select(Sector).where(Sector.code == code)).one()
        session.add(OrganisationSector(organisation_id=cast.woldzicht.id, sector_id=sector.id))
    session.flush()
    assert [sector.code for sector in sectors_of(session, cast.woldzicht)] == ["25", "28"]
    assert sectors_of(session, cast.nipt) == []


def test_a_place_comes_with_its_province(session: Session) -> None:
    emmen = session.exec(select(Municipality).where(Municipality.slug == "emmen")).one()
    found = place_of(session, emmen.id)
    assert found is not None
    assert (found[0].name, found[1].slug) == ("Emmen", "drenthe")
    assert place_of(session, None) is None
    assert place_of(session, 99_999) is None
