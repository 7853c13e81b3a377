"""Words that figures are counted and compared with: indicators, bands, reader roles and levels of maturity."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from app.core.language import pick

SOURCE = Path(__file__).with_name("vocabulary.yaml")


class Named(BaseModel):
    """A slug with a Dutch and an English name."""

    model_config = ConfigDict(frozen=True)

    slug: str
    nl: str
    en: str

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return pick(self.nl, self.en)


class Unit(BaseModel):
    """A unit in both languages."""

    model_config = ConfigDict(frozen=True)

    nl: str
    en: str


class Indicator(Named):
    """What a figure measures, so that the figures of different pieces can be compared.

    Units may differ within one indicator, so figures are compared by their change, not by their value.
    """

    unit: Unit
    accepts: tuple[Unit, ...] = ()
    better: str
    def_nl: str
    def_en: str

    @property
    def definition(self) -> str:
        """One line about what is measured."""
        return pick(self.def_nl, self.def_en)


class Band(Named):
    """A class for filters: whole numbers, `min <= value <= max`, None for an open end; both None: not known."""

    min: int | None
    max: int | None

    def touches(self, low: float | None, high: float | None) -> bool:
        """Whether a value or range lies in this band or overlaps it. Without a value only "not known" fits."""
        if low is None or high is None:
            return self.min is None and self.max is None
        if self.min is None and self.max is None:
            return False
        # Bands hold whole numbers, so that 10,000.50 belongs to the band that ends at 10,000.
        return (self.min is None or int(high) >= self.min) and (self.max is None or int(low) <= self.max)


class Maturity(BaseModel):
    """A technology readiness level (EC definition, 1 to 9)."""

    model_config = ConfigDict(frozen=True)

    level: int
    nl: str
    en: str
    help_nl: str
    help_en: str

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return pick(self.nl, self.en)

    @property
    def help(self) -> str:
        """What it means on a shop floor, in one sentence."""
        return pick(self.help_nl, self.help_en)


@cache
def _source() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return loaded


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator by its slug."""
    return {item["slug"]: Indicator(**item) for item in _source()["indicators"]}


@cache
def bands(subject: str) -> tuple[Band, ...]:
    """The bands of `investment` (EUR), `payback` (months) or `company_size` (FTE), from small to large."""
    return tuple(Band(**item) for item in _source()["bands"][subject]["items"])


@cache
def audiences() -> dict[str, Named]:
    """Reader roles that a piece can be written for; never a permission."""
    return {item["slug"]: Named(**item) for item in _source()["audiences"]}


@cache
def maturity() -> dict[int, Maturity]:
    """The nine levels."""
    return {item["level"]: Maturity(**item) for item in _source()["trl"]}


def bands_of(subject: str, low: float | None, high: float | None) -> list[str]:
    """Slugs of the bands that a value (low = high) or a range touches."""
    return [band.slug for band in bands(subject) if band.touches(low, high)]
