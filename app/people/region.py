"""Where things are: provinces and municipalities of the Northern Netherlands, and the sectors of industry."""

from math import asin, cos, radians, sin, sqrt

from sqlmodel import Field

from app.core.language import pick
from app.core.record import Record

EARTH_RADIUS_KM = 6371.0
"""Mean radius (IUGG)."""


class Province(Record, table=True):
    """One of the three provinces."""

    slug: str = Field(unique=True, max_length=60)
    name_nl: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    latitude: float
    longitude: float

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return pick(self.name_nl, self.name_en)


class Municipality(Record, table=True):
    """A municipality; its position is that of its main town, within 0.05 degrees."""

    slug: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    town: str = Field(max_length=80)
    province_id: int = Field(foreign_key="province.id", index=True)
    latitude: float
    longitude: float


class Sector(Record, table=True):
    """A division of section C of SBI 2025, the Dutch version of NACE Rev. 2.1."""

    code: str = Field(unique=True, max_length=2)
    name_nl: str = Field(max_length=250)
    name_en: str = Field(max_length=250)
    short_nl: str = Field(max_length=60)
    short_en: str = Field(max_length=60)

    @property
    def short(self) -> str:
        """Its short label in the reader's language."""
        return pick(self.short_nl, self.short_en)


def distance_km(one: Municipality, other: Municipality) -> float:
    """Kilometres as the crow flies between two main towns (haversine)."""
    lat1, lat2 = radians(one.latitude), radians(other.latitude)
    half_lat, half_lon = (lat2 - lat1) / 2, radians(other.longitude - one.longitude) / 2
    chord = sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2
    # At the far side of the earth rounding goes a hair beyond 1.
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))
