"""Shelves in their own order: a page of them is read without sorting all that stands there."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SHELVES = {
    "ix_article_shelf": ["published_at", "id"],
    "ix_article_shelf_of_kind": ["kind", "published_at", "id"],
    "ix_article_shelf_of_pilot": ["pilot_id", "published_at", "id"],
}
FORMER = ("stage", "kind", "pilot_id", "published_at")
"""Columns with an index of their own. One on the stage is worse than none: SQLite takes it for rare, and every other
index then goes unused."""


def upgrade() -> None:
    for name, columns in SHELVES.items():
        op.create_index(name, "article", columns)
    for column in FORMER:
        op.drop_index(f"ix_article_{column}", "article")


def downgrade() -> None:
    for column in FORMER:
        op.create_index(f"ix_article_{column}", "article", [column])
    for name in SHELVES:
        op.drop_index(name, "article")
