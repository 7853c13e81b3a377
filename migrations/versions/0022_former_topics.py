"""What topics were called before: their old addresses lead on."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "formertopic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=True),
        sa.Column("slug_nl", sa.String(length=80), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_formertopic_topic_id_topic"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formertopic")),
        sa.UniqueConstraint("slug", name=op.f("uq_formertopic_slug")),
        sa.UniqueConstraint("slug_nl", name=op.f("uq_formertopic_slug_nl")),
    )
    with op.batch_alter_table("formertopic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_formertopic_topic_id"), ["topic_id"], unique=False)


def downgrade() -> None:
    op.drop_table("formertopic")
