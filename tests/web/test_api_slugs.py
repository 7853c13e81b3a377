"""Keys that programs send: whatever is there fits, and what no database takes does not come that far."""

from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlmodel import select

from app.core.database import Database
from app.people.models import Organisation
from app.web.api import shapes
from app.web.api.shapes.base import Slug
from content.models import Article
from content.subjects import Topic

BULK = {"do": "add_topic", "articles": [{"article": "een-stuk", "version": 1}]}


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (shapes.NewBulkOrder, {"topic": "cobots\0"}),
        (shapes.NewBulkOrder, {"organisation": "nipt\0"}),
        (shapes.NewBulkOrder, {"successor": "een\0stuk"}),
        (shapes.NewBulkOrder, {"articles": [{"article": "een\0stuk", "version": 1}]}),
        (shapes.PublicationChange, {"named": ["nipt", "nipt\0"]}),
        (shapes.NewCredit, {"organisation": "\0"}),
        (shapes.CreditOrder, {"organisations": ["nipt\n"]}),
    ],
)
def test_a_key_with_a_control_character_is_refused(shape: type[BaseModel], told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="pattern"):
        shape.model_validate((BULK if shape is shapes.NewBulkOrder else {}) | told)


def test_every_key_that_is_there_fits(seeded: Database) -> None:
    fits = TypeAdapter(Slug).validate_python
    with seeded.reading() as session:
        for table in (Article, Organisation, Topic):
            slugs = session.exec(select(table.slug)).all()
            assert slugs
            assert [fits(slug) for slug in slugs] == slugs
