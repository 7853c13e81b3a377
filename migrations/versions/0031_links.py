"""What came of the last look at the links of each piece."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "linkcheck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_linkcheck_article_id_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkcheck")),
        sa.UniqueConstraint("article_id", name=op.f("uq_linkcheck_article_id")),
    )
    with op.batch_alter_table("linkcheck", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_linkcheck_broken"), ["broken"], unique=False)
        batch_op.create_index(batch_op.f("ix_linkcheck_due_at"), ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("linkcheck")
