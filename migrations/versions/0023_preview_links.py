"""Links to drafts for people without an account."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def pointing(column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_previewlink_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "previewlink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("locked", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=160), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        pointing("article_id", "article", "CASCADE"),
        pointing("made_by_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_previewlink")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_previewlink_token_digest")),
    )
    with op.batch_alter_table("previewlink", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_previewlink_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_previewlink_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("previewlink")
