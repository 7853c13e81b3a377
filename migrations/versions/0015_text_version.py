"""A draft knows at which of its versions the text was saved last."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text_version", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE draft SET text_version = version")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.alter_column("text_version", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_column("text_version")
