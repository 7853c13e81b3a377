"""Drafts that colleagues may read along."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_read_along", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.alter_column("is_read_along", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_column("is_read_along")
