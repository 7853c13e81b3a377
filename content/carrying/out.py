"""Taking pieces out: each language version as a Markdown file, with its files beside it."""

from pathlib import Path

import yaml
from sqlmodel import Session, col, select

from app.core.files import storage
from app.people.models import Organisation
from content.attaching import allowed_to
from content.carrying.shape import Carried, as_text, digest_of
from content.models import Article, Attachment, Piece, Stage
from content.snapshot import Snapshot
from content.writing import draft_of, told_now

SHOWN = {Stage.PUBLISHED: "published", Stage.WITHDRAWN: "withdrawn"}


def take_out(session: Session, folder: Path) -> int:
    """Write every piece into this folder: what readers see of it, else its draft. How many files of text that are."""
    (folder / "pieces").mkdir(parents=True)
    articles = session.exec(select(Article).order_by(col(Article.id))).all()
    owners: set[str] = set()
    for article in articles:
        content = told_now(session, article)
        carried = _carried(session, article, content)
        (folder / "pieces" / f"{article.slug}.md").write_text(as_text(carried), encoding="utf-8")
        _write_files(session, article, content, folder / "files" / article.slug)
        owners |= {carried.owner, *carried.named, *(told.organisation for told in content.organisations)}
    (folder / "organisations.yaml").write_text(_organisations(session, owners), encoding="utf-8")
    return len(articles)


def _carried(session: Session, article: Article, content: Snapshot) -> Carried:
    draft = draft_of(session, article).content
    organisations = dict(session.exec(select(Organisation.id, Organisation.slug)).all())
    return Carried(
        id=session.get_one(Piece, article.piece_id).key,
        kind=article.kind,
        language=article.language,
        slug=article.slug,
        owner=organisations[article.owner_id],
        visibility=article.visibility,
        named=tuple(sorted(organisations[id_] for id_ in allowed_to(session, article))),
        stage=SHOWN.get(article.stage, "draft"),
        published_at=article.published_at,
        changed_at=article.changed_at,
        withdrawn_reason_nl=article.withdrawn_reason_nl,
        withdrawn_reason_en=article.withdrawn_reason_en,
        was=digest_of(draft) if draft.is_same_as(content) else "",
        content=content,
    )


def _write_files(session: Session, article: Article, content: Snapshot, folder: Path) -> None:
    kept = set(session.exec(select(Attachment.hash).where(Attachment.article_id == article.id)).all())
    for use in content.files:
        if use.hash in kept:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / use.name).write_bytes(storage().read(use.hash))


def _organisations(session: Session, slugs: set[str]) -> str:
    rows = session.exec(select(Organisation).where(col(Organisation.slug).in_(slugs)).order_by(Organisation.slug)).all()
    told = [{"slug": row.slug, "name": row.name, "name_en": row.name_en, "kind": row.kind} for row in rows]
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False)
