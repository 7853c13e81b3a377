"""Search: cards with their full text, the words of the collection, how the index stands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# The words of the cards, with the same columns on both databases. No phrases are asked for, so FTS5 need not know
# places.
SQLITE = (
    """
    CREATE VIRTUAL TABLE card_text USING fts5(
        title, t_title, t_topics, t_lead, t_text, tokenize='ascii', detail=column
    )
    """,
)
POSTGRESQL = (
    """
    CREATE TABLE card_text (
        rowid integer PRIMARY KEY REFERENCES card (id) ON DELETE CASCADE,
        title text NOT NULL,
        t_title text NOT NULL,
        t_topics text NOT NULL,
        t_lead text NOT NULL,
        t_text text NOT NULL,
        titles tsvector GENERATED ALWAYS AS (to_tsvector('simple', title)) STORED,
        tokens tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('simple', t_title), 'A') || setweight(to_tsvector('simple', t_topics), 'B')
            || setweight(to_tsvector('simple', t_lead), 'C') || setweight(to_tsvector('simple', t_text), 'D')
        ) STORED
    )
    """,
    "CREATE INDEX card_text_titles ON card_text USING gin (titles)",
    "CREATE INDEX card_text_tokens ON card_text USING gin (tokens)",
)


def upgrade() -> None:
    op.create_table(
        "searchstate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("pieces_at_rebuild", sa.Integer(), nullable=False),
        sa.Column("vocabulary", sa.Integer(), nullable=False),
        sa.Column("building", sa.String(length=40), nullable=False),
        sa.Column("building_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_to", sa.Integer(), nullable=False),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searchstate")),
    )
    op.create_table(
        "wordcount",
        sa.Column("shelf", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shelf", "kind", "text", name=op.f("pk_wordcount")),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("piece_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("shelves", sa.JSON(), nullable=False),
        sa.Column("covered", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("facets", sa.JSON(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("piece_id", "part", name=op.f("uq_card_piece_id_part")),
    )
    op.create_table(
        "cardfacet",
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_cardfacet_card_id_card"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("card_id", "facet", "value", name=op.f("pk_cardfacet")),
    )
    with op.batch_alter_table("cardfacet", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cardfacet_facet_cardfacet_value_cardfacet_card_id"),
            ["facet", "value", "card_id"],
            unique=False,
        )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE card_text")
    with op.batch_alter_table("cardfacet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cardfacet_facet_cardfacet_value_cardfacet_card_id"))

    op.drop_table("cardfacet")
    op.drop_table("card")
    op.drop_table("wordcount")
    op.drop_table("searchstate")
