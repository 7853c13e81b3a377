"""Texts wait at desks before they appear; pieces have a moment, an embargo and a last day."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def pointing(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete)


def upgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asks_company", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("asks_centre", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.alter_column("asks_company", server_default=None)
        batch_op.alter_column("asks_centre", server_default=None)
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_revision_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("embargo_until", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("last_day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", MOMENT, nullable=True))
        batch_op.create_index(batch_op.f("ix_article_last_day"), ["last_day"], unique=False)
    op.create_table(
        "review",
        *record(),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("agreed_revision_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("wanted_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("checked", sa.JSON(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        pointing("review", "article_id", "article", "CASCADE"),
        pointing("review", "revision_id", "revision", "CASCADE"),
        pointing("review", "sent_by_id", "user_account", "SET NULL"),
        pointing("review", "company_id", "organisation"),
        pointing("review", "reviewer_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        for column in ("article_id", "revision_id", "state", "sent_by_id", "company_id", "reviewer_id", "due_at"):
            batch_op.create_index(batch_op.f(f"ix_review_{column}"), [column], unique=False)
        batch_op.create_index(
            "uq_review_open",
            ["article_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "reviewstep",
        *record(),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("to", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("message", sa.String(length=2000), nullable=False),
        sa.Column("publish_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        pointing("reviewstep", "review_id", "review", "CASCADE"),
        pointing("reviewstep", "revision_id", "revision", "CASCADE"),
        pointing("reviewstep", "by_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewstep")),
    )
    with op.batch_alter_table("reviewstep", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviewstep_review_id"), ["review_id"], unique=False)
    op.create_table(
        "remark",
        *record(),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("passage", sa.String(length=2000), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("suggestion", sa.String(length=2000), nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        pointing("remark", "article_id", "article", "CASCADE"),
        pointing("remark", "revision_id", "revision", "CASCADE"),
        pointing("remark", "answers_id", "remark", "CASCADE"),
        pointing("remark", "by_id", "user_account", "SET NULL"),
        pointing("remark", "resolved_by_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remark_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_remark_answers_id"), ["answers_id"], unique=False)


def downgrade() -> None:
    op.drop_table("remark")
    op.drop_table("reviewstep")
    op.drop_table("review")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_last_day"))
        for column in ("asked_at", "last_day", "embargo_until", "next_revision_id"):
            batch_op.drop_column(column)
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("asks_centre")
        batch_op.drop_column("asks_company")
