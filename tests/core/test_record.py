from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError
from sqlmodel import Field, select, text

from app.core.clock import now
from app.core.database import Database, reading, writing
from app.core.record import Frozen, UTCDateTime, choice, frozen, moment, plain_json
from tests.core.ground import OfTests

DIALECT = sqlite.dialect()


class Size(BaseModel):
    """A value that a column holds whole."""

    model_config = ConfigDict(frozen=True)

    width: int
    marks: tuple[str, ...] = ()


class Colour(StrEnum):
    """Words to choose from."""

    RED = "red"
    DARK_BLUE = "dark_blue"


class Sheet(OfTests, table=True):
    """One of each type of column."""

    size: Size = frozen(Size)
    spare: Size | None = frozen(Size, nullable=True)
    colour: Colour = Field(default=Colour.RED, sa_type=choice(Colour))
    cut_at: datetime | None = moment()
    notes: list[str] = plain_json([])


def kept(sheet: Sheet) -> Sheet:
    """The sheet as another session reads it."""
    with writing() as session:
        session.add(sheet)
    with reading() as session:
        return session.get_one(Sheet, sheet.id)


def test_a_record_knows_its_id_its_first_version_and_when_it_was_made(ground: Database) -> None:
    before = now()
    sheet = kept(Sheet(size=Size(width=3)))
    assert sheet.id == 1
    assert sheet.version == 1
    assert before <= sheet.created_at <= now()
    assert sheet.created_at.tzinfo is not None


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
        datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/Amsterdam")),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Amsterdam"), fold=1),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-11))),
    ],
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(ground: Database, moment: datetime) -> None:
    cut_at = kept(Sheet(size=Size(width=3), cut_at=moment)).cut_at
    # Compared in UTC: Python calls a moment in the hour that comes twice unequal to every other.
    assert cut_at == moment.astimezone(UTC)
    assert cut_at.utcoffset() == timedelta(0)


def test_moments_compare_in_the_database_whatever_zone_they_were_written_in(ground: Database) -> None:
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    later = (noon + timedelta(minutes=1)).astimezone(ZoneInfo("America/New_York"))
    kept(Sheet(size=Size(width=3), cut_at=later))
    with reading() as session:
        assert session.exec(select(Sheet).where(Sheet.cut_at > noon)).first() is not None
        assert session.exec(select(Sheet).where(Sheet.cut_at < noon)).first() is None


def test_a_moment_without_a_zone_is_refused(ground: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), writing() as session:
        session.add(Sheet(size=Size(width=3), cut_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - that is what is refused


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - hypothesis adds the zone
def test_any_moment_survives_the_way_to_sqlite_and_back(moment: datetime) -> None:
    column = UTCDateTime()
    stored = column.process_bind_param(moment, DIALECT)
    assert stored is not None
    assert column.process_result_value(stored.replace(tzinfo=None), DIALECT) == moment.astimezone(UTC)


def test_a_frozen_value_comes_back_equal_and_of_its_class(ground: Database) -> None:
    size = Size(width=3, marks=("naad", "ë"))
    sheet = kept(Sheet(size=size))
    assert sheet.size == size
    assert isinstance(sheet.size, Size)


def test_a_frozen_value_is_replaced_as_a_whole_and_the_version_counts_it(ground: Database) -> None:
    sheet = kept(Sheet(size=Size(width=3)))
    with writing() as session:
        mine = session.get_one(Sheet, sheet.id)
        mine.size = mine.size.model_copy(update={"width": 4})
    with reading() as session:
        changed = session.get_one(Sheet, sheet.id)
    assert (changed.size.width, changed.version) == (4, 2)


def test_a_value_that_could_change_inside_is_refused_as_a_column() -> None:
    class Loose(BaseModel):
        width: int

    with pytest.raises(TypeError, match="Loose must be frozen"):
        Frozen(Loose)


def test_no_value_is_null_for_the_database_too(ground: Database) -> None:
    kept(Sheet(size=Size(width=3)))
    with reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM sheet WHERE spare IS NULL")).scalar() == 1


def test_a_value_that_is_taken_away_is_null_for_the_database_too(ground: Database) -> None:
    sheet = kept(Sheet(size=Size(width=3), spare=Size(width=1)))
    with writing() as session:
        session.get_one(Sheet, sheet.id).spare = None
    with reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM sheet WHERE spare IS NULL")).scalar() == 1


def test_two_records_never_share_the_list_they_began_with(ground: Database) -> None:
    one, other = Sheet(size=Size(width=1)), Sheet(size=Size(width=2))
    one.notes.append("mine")
    assert other.notes == []


def test_a_choice_is_stored_as_its_word(ground: Database) -> None:
    sheet = kept(Sheet(size=Size(width=3), colour=Colour.DARK_BLUE))
    assert sheet.colour is Colour.DARK_BLUE
    with reading() as session:
        assert session.connection().execute(text("SELECT colour FROM sheet")).scalar() == "dark_blue"


def test_a_word_outside_the_choice_is_refused(ground: Database) -> None:
    with pytest.raises(StatementError, match="green"), writing() as session:
        session.add(Sheet(size=Size(width=3), colour="green"))  # type: ignore[arg-type]
