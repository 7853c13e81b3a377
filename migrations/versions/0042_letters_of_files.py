"""How many letters were read of a file, so that it can be said when a search does not find all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("filetext", schema=None) as batch_op:
        batch_op.add_column(sa.Column("letters", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("filetext", schema=None) as batch_op:
        batch_op.alter_column("letters", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("filetext", schema=None) as batch_op:
        batch_op.drop_column("letters")
