"""A piece is picked once for a question."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM pick WHERE id NOT IN (SELECT max(id) FROM pick GROUP BY question, piece_id)")
    with op.batch_alter_table("pick", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_pick_question_piece_id"), ["question", "piece_id"])


def downgrade() -> None:
    with op.batch_alter_table("pick", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_pick_question_piece_id"), type_="unique")
