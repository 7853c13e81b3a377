"""Whom a steward views as in a session, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("signinsession", schema=None) as batch_op:
        batch_op.add_column(sa.Column("views_as_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("views_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_signinsession_views_as_id_user_account"),
            "user_account",
            ["views_as_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_index(batch_op.f("ix_signinsession_views_as_id"), ["views_as_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("signinsession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signinsession_views_as_id"))
        batch_op.drop_constraint(batch_op.f("fk_signinsession_views_as_id_user_account"), type_="foreignkey")
        batch_op.drop_column("views_until")
        batch_op.drop_column("views_as_id")
