"""One piece is followed, or muted."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mutedpiece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("piece_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mutedpiece_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["piece_id"], ["piece.id"], name=op.f("fk_mutedpiece_piece_id_piece"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutedpiece")),
        sa.UniqueConstraint("user_id", "piece_id", name=op.f("uq_mutedpiece_user_id_piece_id")),
    )
    with op.batch_alter_table("mutedpiece", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mutedpiece_piece_id"), ["piece_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mutedpiece_user_id"), ["user_id"], unique=False)
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("piece_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_subscription_piece_id"), ["piece_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_subscription_piece_id_piece"), "piece", ["piece_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_subscription_piece_id_piece"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_subscription_piece_id"))
        batch_op.drop_column("piece_id")
    op.drop_table("mutedpiece")
