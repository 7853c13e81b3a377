"""Shelves in their own order: a page of them is read without sorting all that stands there."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SHELVES = {
    "ix_article_shelf": ["stage", "published_at", "id"],
    "ix_article_shelf_of_kind": ["stage", "kind", "published_at", "id"],
    "ix_article_shelf_of_pilot": ["stage", "pilot_id", "published_at", "id"],
}
FORMER = {"ix_article_stage": "stage", "ix_article_kind": "kind", "ix_article_pilot_id": "pilot_id"}


def upgrade() -> None:
    for name, columns in SHELVES.items():
        op.create_index(name, "article", columns)
    for name in FORMER:
        op.drop_index(name, "article")


def downgrade() -> None:
    for name, column in FORMER.items():
        op.create_index(name, "article", [column])
    for name in SHELVES:
        op.drop_index(name, "article")
