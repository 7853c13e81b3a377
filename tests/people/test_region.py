import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.language import speaking
from app.people.region import EARTH_RADIUS_KM, Municipality, Province, Sector, distance_km


def at(latitude: float, longitude: float) -> Municipality:
    return Municipality(slug="x", name="x", town="x", province_id=1, latitude=latitude, longitude=longitude)


GRONINGEN, ASSEN, LEEUWARDEN = at(53.219, 6.567), at(52.993, 6.563), at(53.201, 5.800)

places = st.builds(at, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(("one", "other", "km"), [(GRONINGEN, ASSEN, 25), (GRONINGEN, LEEUWARDEN, 51)])
def test_distances_are_those_on_the_map(one: Municipality, other: Municipality, km: float) -> None:
    assert distance_km(one, other) == pytest.approx(km, abs=1)


@given(places, places)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_around(
    one: Municipality, other: Municipality
) -> None:
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    assert 0 <= distance_km(one, other) <= 3.1416 * EARTH_RADIUS_KM


@given(places)
def test_nothing_is_away_from_itself(place: Municipality) -> None:
    assert distance_km(place, place) == 0


def test_names_follow_the_language_spoken() -> None:
    province = Province(slug="x", name_nl="Fryslân", name_en="Friesland", latitude=53, longitude=5.8)
    sector = Sector(code="25", name_nl="", name_en="", short_nl="Metaal", short_en="Metal")
    assert (province.name, sector.short) == ("Fryslân", "Metaal")
    with speaking("en"):
        assert (province.name, sector.short) == ("Friesland", "Metal")
