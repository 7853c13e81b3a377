"""Accounts elsewhere that let somebody in, and what an institution's word about its people means."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "outsideaccount",
        *record(),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=30), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("called", sa.String(length=254), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_outsideaccount_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outsideaccount")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_outsideaccount_issuer_subject")),
    )
    with op.batch_alter_table("outsideaccount", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outsideaccount_user_id"), ["user_id"], unique=False)
    op.create_table(
        "institutionrule",
        *record(),
        sa.Column("provider", sa.String(length=30), nullable=False),
        sa.Column("institution", sa.String(length=253), nullable=False),
        sa.Column("affiliation", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_institutionrule_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutionrule")),
        sa.UniqueConstraint(
            "provider",
            "institution",
            "affiliation",
            name=op.f("uq_institutionrule_provider_institution_affiliation"),
        ),
    )
    with op.batch_alter_table("institutionrule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_institutionrule_organisation_id"), ["organisation_id"], unique=False)
    op.create_table(
        "spentway",
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_digest", name=op.f("pk_spentway")),
    )
    with op.batch_alter_table("spentway", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spentway_until"), ["until"], unique=False)


def downgrade() -> None:
    for table in ("spentway", "institutionrule", "outsideaccount"):
        op.drop_table(table)
