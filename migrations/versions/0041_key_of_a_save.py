"""Which save of an open page made the text of a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("save_key", sa.String(length=32), nullable=False, server_default=""))
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.alter_column("save_key", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_column("save_key")
