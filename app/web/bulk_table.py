"""The table of chosen pieces that stewards give out, for the page and for the API alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from app.core.addresses import whole
from app.people import finding
from app.people.models import Organisation
from content.models import Article
from content.reading import live_texts
from content.snapshot import Snapshot


def exported(session: Session, articles: Sequence[Article]) -> list[dict[str, Any]]:
    """What is told of each, in their order."""
    told_of = {article.owner_id for article in articles} | {article.lead_id for article in articles if article.lead_id}
    organisations = finding.organisations_numbered(session, told_of)
    texts = live_texts(session, articles)
    return [_row(article, organisations, texts.get(article.id)) for article in articles]


def _row(article: Article, organisations: Mapping[int, Organisation], told: Snapshot | None) -> dict[str, Any]:
    lead = organisations[article.lead_id] if article.lead_id and not article.anonymous else None
    return {
        "slug": article.slug,
        "url": whole(f"/kennis/{article.slug}", "nl"),
        "kind": article.kind,
        "lang": article.language,
        "title": article.title,
        "summary": article.summary,
        "owner": organisations[article.owner_id].slug,
        "organisation": lead.slug if lead else None,
        "topics": list(told.topics) if told else [],
        "stage": article.stage.value,
        "visibility": article.visibility.value,
        "version": article.live_number,
        "published": article.published_at.isoformat() if article.published_at else None,
        "changed": article.changed_at.isoformat() if article.changed_at else None,
        "review_due": article.review_due.isoformat() if article.review_due else None,
    }
