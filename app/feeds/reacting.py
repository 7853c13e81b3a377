"""Reacting: what appeared makes letters due for those who want to hear of it at once, and webhooks look."""

from datetime import timedelta

from sqlmodel import Session, col, select

from app.core.database import reading, writing
from app.feeds.delivering import UNTIL_FOUND, call_webhooks
from app.feeds.editions import call_again, call_at_once
from app.people.events import OrganisationChanged, PersonRestored, PlaceGiven
from app.people.models import Organisation
from app.people.places import colleagues
from content.events import ArticlePublished, ArticleReachChanged
from content.models import Article, ArticleAuthor, ArticleOrganisation, ArticleTopic, Stage
from content.subjects import Topic


def call_followers(happened: ArticlePublished) -> None:
    """Whoever follows what the piece is about, or asks a question, and wants to hear at once, is due."""
    _call(happened.article_id)


def call_new_readers(happened: ArticleReachChanged) -> None:
    """The same for a piece that others may see now."""
    _call(happened.article_id)


def call_who_reads_more(happened: PersonRestored | PlaceGiven) -> None:
    """What they could not see when it appeared is news to them now."""
    with writing() as session:
        call_again(session, [happened.user_id])


def call_its_people(happened: OrganisationChanged) -> None:
    """The same for everybody of an organisation, which may take part again."""
    with writing() as session:
        organisation = session.get(Organisation, happened.organisation_id)
        if organisation is not None:
            call_again(session, [each.user.id for each in colleagues(session, organisation)])


def _call(article_id: int) -> None:
    with reading() as session:
        article = session.get(Article, article_id)
        if article is None or article.stage != Stage.PUBLISHED:
            return
        keys = _keys(session, article)
    with writing() as session:
        call_at_once(session, keys, after=timedelta(), of=article)
        call_at_once(session, [], after=UNTIL_FOUND)
        call_webhooks(session)


def _keys(session: Session, article: Article) -> list[str]:
    topics = session.exec(
        select(Topic.id, Topic.broader_id)
        .join(ArticleTopic, col(ArticleTopic.topic_id) == Topic.id)
        .where(ArticleTopic.article_id == article.id)
    ).all()
    took_part = session.exec(
        select(ArticleOrganisation.organisation_id).where(ArticleOrganisation.article_id == article.id)
    ).all()
    authors = session.exec(select(ArticleAuthor.user_id).where(ArticleAuthor.article_id == article.id)).all()
    return [
        *(f"topic-{id_}" for pair in topics for id_ in pair if id_ is not None),
        *(f"organisation-{id_}" for id_ in {article.owner_id, *took_part}),
        *(f"person-{id_}" for id_ in authors),
        f"piece-{article.piece_id}",
        *([f"pilot-{article.pilot_id}"] if article.pilot_id else []),
    ]
