"""What pages of organisations and people tell: size, logo, ORCID, and what stays off them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


TEXTS = (
    ("organisation", "size_band", 20, ""),
    ("organisation", "logo", 64, ""),
    ("user_account", "language", 2, "nl"),
    ("user_account", "orcid", 19, ""),
)


def upgrade() -> None:
    for table, name, length, value in TEXTS:
        op.add_column(table, sa.Column(name, sa.String(length=length), nullable=True))
        column = sa.table(table, sa.column(name))
        op.execute(column.update().values({name: value}))
    op.add_column("user_account", sa.Column("hides", sa.JSON(), nullable=True))
    op.execute("UPDATE user_account SET hides = '[]'")
    for table, name, length, _value in TEXTS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(name, existing_type=sa.String(length=length), nullable=False)
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.alter_column("hides", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        for name in ("hides", "orcid", "language"):
            batch_op.drop_column(name)
    with op.batch_alter_table("organisation") as batch_op:
        for name in ("logo", "size_band"):
            batch_op.drop_column(name)
