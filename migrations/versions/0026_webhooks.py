"""Organisations have webhooks, and the ledger knows what each was told."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def pointing(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "webhook",
        *record(),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("hears", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("secret", sa.String(length=400), nullable=False),
        sa.Column("former_secret", sa.String(length=400), nullable=False),
        sa.Column("former_until", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("rests_until", MOMENT, nullable=True),
        sa.Column("off_at", MOMENT, nullable=True),
        sa.Column("off_code", sa.String(length=20), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        pointing("webhook", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_webhook_organisation_id"), ["organisation_id"], unique=False)
    op.create_table(
        "delivery",
        *record(),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("piece_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("version_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.JSON(none_as_null=True), nullable=False),
        pointing("delivery", "webhook_id", "webhook"),
        pointing("delivery", "piece_id", "piece"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_piece_id"), ["piece_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_settled_at"), ["settled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_webhook_id"), ["webhook_id"], unique=False)
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.alter_column("user_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("webhook_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_told_webhook_id"), ["webhook_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_told_webhook_id_piece_id_channel"), ["webhook_id", "piece_id", "channel"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_told_webhook_id_webhook"), "webhook", ["webhook_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    op.execute("DELETE FROM told WHERE user_id IS NULL")
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_told_webhook_id_webhook"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_told_webhook_id_piece_id_channel"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_told_webhook_id"))
        batch_op.drop_column("webhook_id")
        batch_op.alter_column("user_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("delivery")
    op.drop_table("webhook")
