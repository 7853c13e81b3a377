"""Reports of what should not stand here, with their decision and one appeal."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ABOUT = (
    ("piece_id", "piece"),
    ("organisation_id", "organisation"),
    ("person_id", "user_account"),
    ("question_id", "question"),
)
BY = ("by_id", "decided_by_id", "reviewed_by_id")


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name, _table in ABOUT),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("told", sa.String(length=2000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruling", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=2000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("appeal", sa.String(length=2000), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review", sa.String(length=2000), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_report_{name}_{table}"), ondelete="CASCADE")
            for name, table in ABOUT
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["user_account.id"], name=op.f(f"fk_report_{name}_user_account"), ondelete="SET NULL"
            )
            for name in BY
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        for name in ("by_id", "ruling"):
            batch_op.create_index(batch_op.f(f"ix_report_{name}"), [name], unique=False)


def downgrade() -> None:
    op.drop_table("report")
