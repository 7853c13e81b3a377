"""Codes that prove a mail address, second steps, and sessions in which one was taken."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def of_user(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_user_id_user_account")
    return sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "mailcode",
        *record(),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("code_seal", sa.String(length=64), nullable=False),
        sa.Column("link_digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailcode")),
        sa.UniqueConstraint("purpose", "mail", name=op.f("uq_mailcode_purpose_mail")),
    )
    with op.batch_alter_table("mailcode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailcode_browser_digest"), ["browser_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailcode_expires_at"), ["expires_at"], unique=False)
    op.create_table(
        "codeapp",
        *record(),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        of_user("codeapp"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codeapp")),
        sa.UniqueConstraint("user_id", name=op.f("uq_codeapp_user_id")),
    )
    op.create_table(
        "recoverycode",
        *record(),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_seal", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        of_user("recoverycode"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoverycode")),
    )
    op.create_table(
        "passkey",
        *record(),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.String(length=2000), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        of_user("passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    for table in ("recoverycode", "passkey"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_user_id"), ["user_id"], unique=False)
    # Whoever is signed in now took one step.
    op.add_column("signinsession", sa.Column("is_strong", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("signinsession", schema=None) as batch_op:
        batch_op.alter_column("is_strong", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("signinsession", schema=None) as batch_op:
        batch_op.drop_column("is_strong")
    for table in ("passkey", "recoverycode", "codeapp", "mailcode"):
        op.drop_table(table)
