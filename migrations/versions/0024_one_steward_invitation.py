"""One invitation to look after the portal for each address."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WITHOUT_ORGANISATION = "organisation_id IS NULL"


def upgrade() -> None:
    newest = f"SELECT max(id) FROM invitation WHERE {WITHOUT_ORGANISATION} GROUP BY mail"  # noqa: S608 - our own words
    op.execute(f"DELETE FROM invitation WHERE {WITHOUT_ORGANISATION} AND id NOT IN ({newest})")  # noqa: S608
    op.create_index(
        "uq_invitation_steward",
        "invitation",
        ["mail"],
        unique=True,
        sqlite_where=sa.text(WITHOUT_ORGANISATION),
        postgresql_where=sa.text(WITHOUT_ORGANISATION),
    )


def downgrade() -> None:
    op.drop_index("uq_invitation_steward", table_name="invitation")
