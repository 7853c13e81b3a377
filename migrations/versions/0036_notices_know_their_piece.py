"""Notices that ask somebody to read a text know which piece it is of, also those from before that was asked."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without one they are shown to nobody any more. Their key is `review-step-<number>`.
    op.execute(
        "UPDATE notice SET article_id = ("
        " SELECT review.article_id FROM reviewstep JOIN review ON review.id = reviewstep.review_id"
        " WHERE reviewstep.id = CAST(SUBSTR(notice.key, 13) AS INTEGER))"
        " WHERE notice.name = 'review_asked' AND notice.article_id IS NULL AND notice.key LIKE 'review-step-%'"
    )


def downgrade() -> None:
    """What is known stays known."""
