"""What every table shares: an id, the time of its making, a version against lost updates, and our column types."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import JSON, Column, DateTime, Dialect, Enum
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from app.core.clock import now

ModelT = TypeVar("ModelT", bound=BaseModel)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses one without a zone; gives back an aware one on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database, always as UTC; ValueError for a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database, aware."""
        return value if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Frozen(TypeDecorator[ModelT], Generic[ModelT]):
    """A frozen pydantic value as JSON. Frozen, since a change inside a JSON value is not seen and then lost."""

    impl = JSON
    cache_ok = True

    def __init__(self, model: type[ModelT]) -> None:
        super().__init__(none_as_null=True)
        if not model.model_config.get("frozen"):
            raise TypeError(f"{model.__name__} must be frozen to be stored")
        self.model = model

    def process_bind_param(self, value: ModelT | None, dialect: Dialect) -> Any:
        """To JSON."""
        return None if value is None else value.model_dump(mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> ModelT | None:
        """Back to the value."""
        return None if value is None else self.model.model_validate(value)


def choice(of: type[StrEnum]) -> Enum:
    """The column type for one of these words: the word itself as text, so that a new one needs no migration."""
    return Enum(of, native_enum=False, length=20, validate_strings=True, values_callable=lambda words: list(words))


def moment(*, nullable: bool = True, index: bool = False) -> Any:
    """A field that holds a moment in time."""
    return Field(default=None, sa_type=UTCDateTime, nullable=nullable, index=index)


def frozen(model: type[BaseModel], *, nullable: bool = False) -> Any:
    """A field that holds a frozen pydantic value as JSON."""
    return Field(default=None, sa_type=Frozen(model), nullable=nullable)


def plain_json(default: Any = None, *, nullable: bool = False) -> Any:
    """A field that holds JSON which is always replaced as a whole."""
    return Field(default=default, sa_type=JSON(none_as_null=True), nullable=nullable)


class Record(SQLModel):
    """A row with an id, the moment it was made, and a version that grows with every change.

    Saving a row that somebody else changed since it was read raises Conflict (see `Database.writing`).
    """

    id: int = Field(default=None, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, nullable=False)
    version: int = Field(default=None, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Column[int]]:  # noqa: N805 - SQLAlchemy calls it with the class
        return {"version_id_col": cls.__table__.c.version} if hasattr(cls, "__table__") else {}
