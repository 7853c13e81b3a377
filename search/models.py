"""What search keeps in the database: a card for each document, the words of the collection, and how the index stands.

The cards are what the engine's index is filled from, and what answers while the engine is away.
"""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from app.core.record import moment, plain_json


class Card(SQLModel, table=True):
    """What a piece can be found by, and what narrows a search to it.

    Its words, taken through the mill, stand in `card_text` under the card's number: an FTS5 table or one with tsvector
    columns, so that table is no model.
    """

    __table_args__ = (UniqueConstraint("piece_id", "part"),)

    id: int = Field(default=None, primary_key=True)
    piece_id: int
    """No foreign key: of a piece that was deleted the card tells what has to be taken out of index and counts."""
    part: int = 0
    """Above 0 only where versions of a piece differ in visibility."""
    hash: str = Field(max_length=32)
    """Of the source it was made from."""
    shelves: list[str] = plain_json([])
    covered: list[str] = plain_json([])
    words: str = ""
    """Every different word, for the vocabulary."""
    facets: dict[str, list[str]] = plain_json({})
    effect: dict[str, float] = plain_json({})
    published_at: int
    """Seconds since 1970, as in the index."""
    cost: int | None = None


class CardFacet(SQLModel, table=True):
    """One value that a card has of a facet; with the improvement in percent where the facet is an indicator.

    The shelves stand among them, as `shelf` and `covered`.
    """

    __table_args__ = (Index(None, "facet", "value", "card_id"),)

    card_id: int = Field(foreign_key="card.id", primary_key=True, ondelete="CASCADE")
    facet: str = Field(primary_key=True, max_length=20)
    value: str = Field(primary_key=True, max_length=120)
    number: float | None = None


class WordCount(SQLModel, table=True):
    """In how many pieces on a shelf a word or token stands. Only the shelf of everyone teaches the mill."""

    shelf: str = Field(primary_key=True, max_length=40)
    kind: str = Field(primary_key=True, max_length=8)
    text: str = Field(primary_key=True, max_length=64)
    pieces: int


class SearchState(SQLModel, table=True):
    """One row: how the index and the vocabulary stand."""

    id: int = Field(default=1, primary_key=True)
    fingerprint: str = Field(default="", max_length=64)
    """Of the rules that the cards were made by; the index has its own. They are made anew when the rules change."""
    pieces_at_rebuild: int = 0
    vocabulary: int = 0
    """Grows with every change of the words."""
    building: str = Field(default="", max_length=40)
    """Name of the index that is being filled aside; changes go there too."""
    building_until: datetime | None = moment()
    """A rebuild that did not say so much longer that it goes on was interrupted."""
    half_built: str = Field(default="", max_length=40)
    """Name of an index that was filled in part when its rebuild was interrupted; the next one goes on with it."""
    half_built_by: str = Field(default="", max_length=64)
    """The fingerprint of the rules that it was filled by."""
    half_built_to: int = 0
    """The last piece that it holds."""
    reconciled_to: int = 0
    """The last piece that the running round of reconciling has compared."""
    reconciled_at: datetime | None = moment()
    """When the last whole round ended."""
