"""Since when an address that took no mail counts as good once more."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reader", schema=None) as batch_op:
        batch_op.add_column(sa.Column("works_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reader", schema=None) as batch_op:
        batch_op.drop_column("works_since")
