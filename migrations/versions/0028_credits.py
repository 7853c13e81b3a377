"""Who is asked to stand on a piece."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def pointing(column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_creditinvitation_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "creditinvitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("piece_id", sa.Integer(), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        pointing("piece_id", "piece", "CASCADE"),
        pointing("organisation_id", "organisation", "CASCADE"),
        pointing("invited_by_id", "user_account", "SET NULL"),
        pointing("answered_by_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creditinvitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_creditinvitation_token_digest")),
        sa.UniqueConstraint("piece_id", "mail", name=op.f("uq_creditinvitation_piece_id_mail")),
        sa.UniqueConstraint("piece_id", "organisation_id", name=op.f("uq_creditinvitation_piece_id_organisation_id")),
    )
    with op.batch_alter_table("creditinvitation", schema=None) as batch_op:
        for column in ("piece_id", "mail", "organisation_id", "expires_at"):
            batch_op.create_index(batch_op.f(f"ix_creditinvitation_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("creditinvitation")
