"""A rebuild that was interrupted goes on where it was."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("searchstate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("half_built", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("half_built_by", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("half_built_to", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("searchstate", schema=None) as batch_op:
        batch_op.alter_column("half_built", existing_type=sa.String(length=40), server_default=None)
        batch_op.alter_column("half_built_by", existing_type=sa.String(length=64), server_default=None)
        batch_op.alter_column("half_built_to", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("searchstate", schema=None) as batch_op:
        batch_op.drop_column("half_built_to")
        batch_op.drop_column("half_built_by")
        batch_op.drop_column("half_built")
