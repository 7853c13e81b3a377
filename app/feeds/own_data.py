"""What following keeps of a person, for the copy that they take along. Keys to something are left out."""

from typing import Any

from sqlmodel import Session, SQLModel, col, select

from app.feeds.models import Consent, Edition, MutedPiece, Reader, SavedPiece, Subscription, Told
from app.feeds.noticing import inbox
from app.people.models import User
from app.people.signing_in import actor_for

KEPT: dict[str, type[SQLModel]] = {
    "subscriptions": Subscription,
    "how_mail_comes": Reader,
    "editions": Edition,
    "told": Told,
    "saved": SavedPiece,
    "muted": MutedPiece,
    "consents": Consent,
}


def followed_by(session: Session, user: User) -> dict[str, list[dict[str, Any]]]:
    """All of it by kind, as JSON takes it."""
    kept = {
        kind: [
            row.model_dump(mode="json", exclude={"feed_digest"})
            for row in session.exec(select(table).where(col(table.user_id) == user.id)).all()  # type: ignore[attr-defined]
        ]
        for kind, table in KEPT.items()
    }
    # As in the inbox: the title of what they may not see any more is not theirs to take along.
    notices = inbox(session, actor_for(session, user), most=None)
    return kept | {"notices": [row.model_dump(mode="json") for row in notices]}
