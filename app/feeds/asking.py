"""Asking: somebody without an account follows a topic by mail, once they have confirmed that the address is theirs.

Until then nothing is kept but the question, for two days. Whoever asks gets the same answer for every address; only the
reader of that mailbox learns more (settled: 15).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, delete, select

from app.core.addresses import whole
from app.core.clock import now
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.limits import network_of, take
from app.core.mail import Letter, post
from app.core.seals import digest, new_token
from app.feeds.following import follow_by_mail_only
from app.feeds.models import Consent, FollowRequest, Rhythm, Subscription
from app.feeds.targets import topic_target
from app.people.entering import person_with
from app.people.joining import become_known
from app.people.models import User, UserState
from content.subjects import Topic

GOOD_FOR: Final = timedelta(days=2)

OF_AN_ADDRESS: Final = 3
"""Letters a day to one address: nobody fills a stranger's mailbox with our questions."""
OF_A_NETWORK: Final = 20


@dataclass(frozen=True)
class Asked:
    """What somebody without an account asks for, in the words that they agreed to."""

    mail: str
    rhythm: Rhythm
    wording: str
    source: str
    """The page on which they asked."""


def ask_to_follow(session: Session, topic: Topic, asked: Asked, *, language: str, peer: str) -> None:
    """Send a letter with the way to confirm. Raises TooMany."""
    day = timedelta(days=1)
    take(session, what="follow_mail", who=asked.mail, most=OF_AN_ADDRESS, within=day)
    take(session, what="follow_from", who=network_of(peer), most=OF_A_NETWORK, within=day)
    token = new_token()
    session.add(
        FollowRequest(
            token_digest=digest(token),
            mail=asked.mail,
            topic_id=topic.id,
            rhythm=asked.rhythm,
            language=language,
            wording=asked.wording[:1000],
            source=asked.source[:300],
            expires_at=now() + GOOD_FOR,
        )
    )
    post(
        session,
        Letter(
            to=asked.mail,
            name="follow_confirm",
            language=language,
            told={
                "topic_nl": topic.name_nl,
                "topic_en": topic.name_en,
                "wording": asked.wording,
                "link": whole(f"/volgen/{token}", language),
            },
            good_for=GOOD_FOR,
        ),
    )


def request_with(session: Session, token: str) -> tuple[FollowRequest, Topic]:
    """What this link confirms. Raises NotFound for one that is over or none of ours."""
    found = session.exec(
        select(FollowRequest, Topic)
        .join(Topic, col(Topic.id) == FollowRequest.topic_id)
        .where(FollowRequest.token_digest == digest(token), FollowRequest.expires_at > now())
    ).first()
    if found is None:
        raise NotFound(_("This link is over, or was used already. Ask for a new one on the page of the topic."))
    return found


def confirm(session: Session, token: str) -> tuple[Subscription, User, Topic]:
    """They follow it from now on; when and to what they agreed is kept as proof. Raises NotFound."""
    request, topic = request_with(session, token)
    user = person_with(session, request.mail)
    if user is None:
        user = become_known(session, request.mail, name=request.mail.partition("@")[0], language=request.language)
        user.state = UserState.MAIL_ONLY
        session.add(user)
        session.flush()
    target = topic_target(topic)
    row = follow_by_mail_only(session, target, user.id, request.rhythm)
    session.add(
        Consent(
            user_id=user.id,
            key=target.key,
            wording=request.wording,
            source=request.source,
            asked_at=request.created_at,
        )
    )
    session.delete(request)
    session.flush()
    return row, user, topic


def forget_old_requests(session: Session) -> None:
    """Those that nobody confirmed in time."""
    session.exec(delete(FollowRequest).where(col(FollowRequest.expires_at) <= now()))
