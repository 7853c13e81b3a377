"""More of the matrix: pieces that are on their way, or have something with them that is not for whoever reads them.

An embargo, a last day that has passed, somebody who has not said yes, a link to the draft, a file for fewer people.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlmodel import Session

from app.core.clock import now, today
from app.people.models import Admission, Membership, Organisation, Role, User
from content import preview_links
from content.crediting import ask_author, ask_organisation
from content.models import Article, Stage
from content.publishing import publish, schedule, withdraw
from content.snapshot import AuthorPart, Visibility
from content.writing import draft_of, revise, save_draft
from tests.cast import FAR_AWAY, Cast
from tests.promises.matrix import Told, one_piece

EVERYONE, MEMBERS, SOME = Visibility.EVERYONE, Visibility.MEMBERS, Visibility.ORGANISATIONS


@dataclass(frozen=True)
class Ways:
    """The pieces, and what leads to them or stands beside them."""

    told: list[Told]
    links: dict[int, str]
    """Article -> the address of a link to its draft that works."""
    dead_links: list[str]
    """Addresses of links that are over or were taken back."""
    asked: str
    """Address word of an organisation that was asked to publish a piece as well, and has not answered."""


AWAITED: Final = "Straks"
"""Before every word that is not said yet: one who asks for the word itself may not learn this."""


def build(session: Session, cast: Cast) -> Ways:
    """One piece for every way."""
    numbers = iter(range(50, 99))
    told: list[Told] = []
    links: dict[int, str] = {}

    def piece(visibility: Visibility, stage: Stage, way: str, table: Visibility = MEMBERS) -> tuple[Told, Article]:
        one = one_piece(session, cast, next(numbers), visibility, stage, table)
        return replace(one, way=way, table=table), session.get_one(Article, one.article_id)

    for stage in (Stage.DRAFT, Stage.AT_CENTRE, Stage.SCHEDULED):
        one, article = piece(EVERYONE, stage, "under an embargo")
        article.embargo_until = FAR_AWAY
        told.append(one)
    one, article = piece(EVERYONE, Stage.PUBLISHED, "with a new version under an embargo")
    article.embargo_until = FAR_AWAY
    told.append(_awaited(session, cast, one, article))
    for visibility in (EVERYONE, MEMBERS):
        one, article = piece(visibility, Stage.PUBLISHED, "that is over")
        article.last_day = today() - timedelta(days=1)
        told.append(replace(one, is_over=True))
    one, article = piece(EVERYONE, Stage.PUBLISHED, "that was withdrawn with a new version on its way")
    one = _awaited(session, cast, one, article)
    withdraw(session, article, by=cast.femke, reason_nl="De cijfers klopten niet.")
    told.append(replace(one, stage=Stage.WITHDRAWN))
    for stage in (Stage.PUBLISHED, Stage.DRAFT):
        one, article = piece(EVERYONE, stage, "with a co-author who was asked")
        word = one.secret.replace("zqx", "zqu")
        session.add(User(handle=f"straks-{word}", name=f"{AWAITED} {word}", mail=f"{word}@proeftuin.example"))
        session.flush()
        ask_author(session, article, f"{word}@proeftuin.example", AuthorPart.WROTE, by=cast.femke)
        told.append(replace(one, unsaid=word))
    one, article = piece(EVERYONE, Stage.PUBLISHED, "with an organisation that was asked")
    asked = _organisation(session, cast)
    ask_organisation(session, article, asked.slug, by=cast.femke)
    told.append(one)
    dead = []
    for stage in (Stage.DRAFT, Stage.AT_COMPANY, Stage.SCHEDULED):
        one, article = piece(EVERYONE, stage, "with a link to its draft")
        works, over, back = (preview_links.make(session, article, to="", days=7, by=cast.femke) for _ in range(3))
        over.expires_at = now() - timedelta(minutes=1)
        preview_links.revoke(session, article, back.id, by=cast.femke)
        links[article.id] = f"/concept/{works.token}"
        dead += [f"/concept/{each.token}" for each in (over, back)]
        told.append(one)
    told += [piece(visibility, Stage.PUBLISHED, "with a stricter file", SOME)[0] for visibility in (EVERYONE, MEMBERS)]
    for visibility, later in ((EVERYONE, MEMBERS), (EVERYONE, SOME), (MEMBERS, SOME)):
        one, article = piece(
            visibility, Stage.PUBLISHED, f"whose files are for {later} since its second version", EVERYONE
        )
        _tighten(session, cast, article, later)
        told.append(replace(one, table=later, drawing=later))
    return Ways(told, links, dead, asked.slug)


def _awaited(session: Session, cast: Cast, one: Told, article: Article) -> Told:
    """With a new version that waits for its moment, in other words."""
    word = one.secret.replace("zqx", "zqu")
    content = draft_of(session, article).content
    changes = {"title": f"{AWAITED} {word}", "body": f"{content.body}\n\n## {AWAITED} {word}\n\n{AWAITED} {word}."}
    save_draft(session, article, content.model_copy(update=changes), by=cast.femke)
    revise(session, article, by=cast.femke, note=f"{AWAITED} {word}")
    schedule(session, article, at=FAR_AWAY, by=cast.femke)
    return replace(one, unsaid=word)


def _tighten(session: Session, cast: Cast, article: Article, later: Visibility) -> None:
    """With a new version of which the files are for fewer people."""
    content = draft_of(session, article).content
    stricter = tuple(use.model_copy(update={"visibility": later}) for use in content.files)
    save_draft(session, article, content.model_copy(update={"files": stricter}), by=cast.femke)
    revise(session, article, by=cast.femke)
    publish(session, article, by=cast.femke)


def _organisation(session: Session, cast: Cast) -> Organisation:
    """One that takes part, with somebody who answers for it."""
    asked = Organisation(
        slug="straks-mee", name=f"{AWAITED} Mee", kind="research-institute", admission=Admission.ADMITTED
    )
    session.add(asked)
    session.flush()
    session.add(Membership(user_id=cast.aafke.user_id, organisation_id=asked.id, role=Role.OWNER))
    session.flush()
    return asked


def answer_all(session: Session, cast: Cast, ways: Ways) -> None:
    """Publish everything that waits, for the control: every word is said then."""
    for one in ways.told:
        article = session.get_one(Article, one.article_id)
        article.embargo_until = article.last_day = None
        if one.stage != Stage.WITHDRAWN:
            publish(session, article, by=cast.femke)
