"""Files that were taken out: since when nothing uses them, and what was said of them."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unused_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("taken_out", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_column("taken_out")
        batch_op.drop_column("unused_since")
