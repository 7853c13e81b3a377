"""Since when members, everyone and organisations could see a piece; what is followed only to be muted."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("members_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("everyone_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("news_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_article_news_at"), ["news_at"], unique=False)
    with op.batch_alter_table("articleallowed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(sa.Column("only_mutes", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.alter_column("only_mutes", server_default=None)
    op.execute("UPDATE article SET members_since = published_at WHERE visibility <> 'organisations'")
    op.execute("UPDATE article SET news_at = changed_at")
    op.execute("UPDATE article SET everyone_since = published_at WHERE visibility = 'everyone'")


def downgrade() -> None:
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_column("only_mutes")
    with op.batch_alter_table("articleallowed", schema=None) as batch_op:
        batch_op.drop_column("since")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_news_at"))
        batch_op.drop_column("news_at")
        batch_op.drop_column("everyone_since")
        batch_op.drop_column("members_since")
