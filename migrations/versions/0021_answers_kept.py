"""What was answered to a request that may come again (Idempotency-Key)."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keptanswer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_keptanswer_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keptanswer")),
        sa.UniqueConstraint("user_id", "key_digest", name=op.f("uq_keptanswer_user_id_key_digest")),
    )
    with op.batch_alter_table("keptanswer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_keptanswer_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("keptanswer")
