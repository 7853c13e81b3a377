"""Drafts as the API tells them: what stands there, and what is still needed."""

from typing import Any

from sqlmodel import Session

from app.core.settings import settings
from app.people.models import Organisation
from app.web.api import shapes
from app.web.api.shapes import Named, Words
from content import checking
from content.models import Article, Draft
from content.snapshot import Snapshot


def draft_told(session: Session, article: Article, draft: Draft) -> dict[str, Any]:
    """The draft as it is told."""
    owner = session.get_one(Organisation, article.owner_id)
    content = draft.content
    shape = shapes.Draft(
        id=article.id,
        slug=article.slug,
        kind=article.kind,
        lang=article.language,
        owner=Named(slug=owner.slug, name=Words.of(owner.name, owner.name_en)),
        stage=article.stage,
        version=draft.version,
        saved=draft.saved_at,
        url=f"{settings().address}/schrijven/{article.id}",
        needs=[
            shapes.Need(field=need.field, sentence=need.sentence, blocks=need.blocks)
            for need in checking.needs(session, article, content)
        ],
        **content_told(content),
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told


def content_told(content: Snapshot) -> dict[str, Any]:
    """The fields that the text of now and those that were put aside have in common."""
    return {
        "title": content.title,
        "summary": content.summary,
        "body": content.body,
        "told": content.told,
        "topics": list(content.topics),
        "sectors": list(content.sectors),
        "audience": list(content.audience),
        "pilot": content.pilot,
        "municipality": content.municipality,
        "organisations": [
            shapes.DraftContributor(organisation=each.organisation, part=each.part) for each in content.organisations
        ],
        "licence": content.licence,
        "authors": list(content.authors),
        "anonymous": shapes.Unnamed(**content.anonymous.model_dump()) if content.anonymous else None,
    }
