"""Subscriptions that went into another one, for the links in letters that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("became_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_subscription_became_id"), ["became_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_subscription_became_id_subscription"),
            "subscription",
            ["became_id"],
            ["id"],
            ondelete="CASCADE",
        )


def downgrade() -> None:
    op.execute("DELETE FROM subscription WHERE became_id IS NOT NULL")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_subscription_became_id_subscription"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_subscription_became_id"))
        batch_op.drop_column("became_id")
