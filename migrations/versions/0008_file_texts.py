"""The text of files, page by page."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filetext",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_filetext")),
    )
    op.create_table(
        "filepage",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hash"], ["filetext.hash"], name=op.f("fk_filepage_hash_filetext"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", "number", name=op.f("pk_filepage")),
    )


def downgrade() -> None:
    op.drop_table("filepage")
    op.drop_table("filetext")
