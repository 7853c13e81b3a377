"""What stewards have done to many pieces at once."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def pointing(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "bulkorder",
        *record(),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("undo_asked_at", MOMENT, nullable=True),
        pointing("bulkorder", "by_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulkorder")),
        sa.UniqueConstraint("key", name=op.f("uq_bulkorder_key")),
    )
    op.create_table(
        "bulkitem",
        *record(),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        pointing("bulkitem", "order_id", "bulkorder", "CASCADE"),
        pointing("bulkitem", "article_id", "article", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulkitem")),
        sa.UniqueConstraint("order_id", "article_id", name=op.f("uq_bulkitem_order_id_article_id")),
    )
    with op.batch_alter_table("bulkorder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulkorder_by_id"), ["by_id"], unique=False)
    with op.batch_alter_table("bulkitem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulkitem_order_id"), ["order_id"], unique=False)


def downgrade() -> None:
    op.drop_table("bulkitem")
    op.drop_table("bulkorder")
