import pytest
from sqlmodel import Session, select

from app.people.directory import Wanted, choices, entries, taking_part
from app.people.models import Admission, Organisation, OrganisationSector
from app.people.region import Municipality, Sector
from tests.cast import Cast

Row = tuple[str, str]
"""Name of an organisation and of its province."""


def add(session: Session, name: str, town: str | None = None, *, sectors: tuple[str, ...] = (), **more: object) -> None:
    place = session.exec(select(Municipality).where(Municipality.slug == town)).one() if town else None
    told = {"kind": "sme", "admission": Admission.ADMITTED, **more}
    one = Organisation(slug=name.lower(), name=name, municipality_id=place.id if place else None, **told)
    session.add(one)
    session.flush()
    for code in sectors:
        sector = session.exec(select(Sector).where(Sector.code == code)).one()
        session.add(OrganisationSector(organisation_id=one.id, sector_id=sector.id))
    session.flush()


@pytest.fixture
def directory(session: Session) -> Session:
    add(session, "beta", "assen", sectors=("25", "28"))
    add(session, "Alfa", "assen", sectors=("25",), kind="university")
    add(session, "Gamma", "heerenveen")
    add(session, "Nergens")
    add(session, "Bron", "assen", admission=Admission.MENTIONED)
    add(session, "Wacht", "assen", admission=Admission.APPLIED, sectors=("30",), kind="government")
    add(session, "Nee", "groningen-stad", admission=Admission.REFUSED)
    return session


def names(session: Session, **wanted: str) -> list[str]:
    return [entry.organisation.name for entry in entries(session, Wanted(**wanted), page=1, size=50).items]


def test_members_stand_first_by_province_and_name_those_without_a_place_last(directory: Session) -> None:
    assert names(directory) == ["Alfa", "beta", "Gamma", "Nergens", "Bron"]


def test_who_applied_or_was_refused_is_not_there_and_not_counted(directory: Session) -> None:
    assert taking_part(directory) == 4
    assert not {"Wacht", "Nee"} & set(names(directory))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"province": "drenthe"}, ["Alfa", "beta", "Bron"]),
        ({"kind": "university"}, ["Alfa"]),
        ({"sector": "25"}, ["Alfa", "beta"]),
        ({"sector": "28", "province": "drenthe", "kind": "sme"}, ["beta"]),
        ({"province": "groningen"}, []),
        ({"sector": "30"}, []),
    ],
)
def test_it_is_narrowed_by_what_is_wanted(directory: Session, wanted: dict[str, str], found: list[str]) -> None:
    assert names(directory, **wanted) == found


def test_pages_follow_each_other_and_know_the_total(directory: Session) -> None:
    pages = [entries(directory, Wanted(), page=number, size=2) for number in (1, 2, 3)]
    assert [entry.organisation.name for page in pages for entry in page.items] == names(directory)
    assert {page.total for page in pages} == {5}


def test_an_entry_knows_its_place_and_sectors(directory: Session) -> None:
    entry = entries(directory, Wanted(sector="28"), page=1, size=5).items[0]
    assert entry.municipality is not None
    assert entry.province is not None
    assert (entry.municipality.slug, entry.province.slug) == ("assen", "drenthe")
    assert [sector.code for sector in entry.sectors] == ["25", "28"]


def test_only_what_occurs_can_be_chosen(directory: Session) -> None:
    offered = choices(directory)
    assert [province.slug for province in offered.provinces] == ["drenthe", "fryslan"]
    assert set(offered.kinds) == {"sme", "university"}
    assert [sector.code for sector in offered.sectors] == ["25", "28"]


def test_an_empty_directory_is_empty(session: Session) -> None:
    assert entries(session, Wanted(), page=1, size=5).items == []
    assert taking_part(session) == 0


def test_the_cast_takes_part(session: Session, cast: Cast) -> None:
    assert taking_part(session) == 3
