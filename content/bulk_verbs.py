"""What can be done to many pieces at once, to one of them: whether it can be, what it changes, and how to go back.

A piece is changed in all its languages (settled: 1). Words that readers see change only by a version of their own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.core.errors import Conflict, Invalid
from app.core.jobs import announce
from app.core.language import gettext as _
from app.people.access import EXTRAS, Extra, may_write
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Admission, Organisation
from content.bulk_orders import What
from content.events import ArticleReachChanged
from content.models import Article, Revision, Stage
from content.publishing import publish
from content.retiring import bring_back, take_back_piece
from content.review_record import open_review
from content.subjects import Topic
from content.writing import draft_of, keep_aside, save_draft

Told = Mapping[str, Any]


def require_wish(session: Session, what: What, told: Told) -> None:
    """Raises Invalid, at the field, when the order itself makes no sense."""
    if what in (What.ADD_TOPIC, What.REMOVE_TOPIC):
        if session.exec(select(Topic.id).where(Topic.slug == told["topic"])).first() is None:
            raise Invalid(_("Choose one of these"), field="onderwerp")
    elif what == What.WITHDRAW:
        if not (told["reason_nl"] or told["reason_en"]):
            raise Invalid(_("Say why, so that readers who kept the link understand it."), field="reden")
    elif what == What.REVIEWER and not told["organisation"]:
        return
    elif _organisation(session, what, told) is None:
        raise Invalid(_("Choose one of these"), field="organisatie")


def candidates(session: Session, what: What) -> Sequence[Organisation]:
    """The organisations that can own a piece, or be asked to review one."""
    rows = session.exec(
        select(Organisation).where(Organisation.admission == Admission.ADMITTED).order_by(Organisation.name)
    ).all()
    if what == What.REVIEWER:
        return [row for row in rows if Extra.REVIEW in EXTRAS.get(row.kind, frozenset())]
    return [row for row in rows if may_write(row.kind)]


def hindrance(session: Session, article: Article, what: What, told: Told) -> str:
    """Why this is not done to this piece; empty when it can be. The same for the preview and for the work."""
    if article.stage != Stage.PUBLISHED:
        return _("Readers do not see this piece now.")
    if what in (What.ADD_TOPIC, What.REMOVE_TOPIC):
        return _hindrance_of_topic(session, article, what, told)
    if what == What.OWNER:
        if article.owner_id == _organisation_id(session, what, told):
            return _("It belongs to them already.")
        return _("A new text of it is on its way.") if _is_on_its_way(session, article) else ""
    if what == What.REVIEWER:
        return _("It is so already.") if article.reviewer_id == _organisation_id(session, what, told) else ""
    return _("A piece cannot follow itself.") if told.get("successor") == article.slug else ""


def changed_topics(article_topics: Sequence[str], what: What, told: Told) -> tuple[str, ...]:
    """The topics with one more at the end, or without one."""
    topic = told["topic"]
    others = tuple(each for each in article_topics if each != topic)
    return (*others, topic) if what == What.ADD_TOPIC else others


def do(session: Session, article: Article, what: What, told: Told, *, by: Actor) -> dict[str, Any]:
    """Do it, and tell what to go back to. Raises Conflict when it cannot be done."""
    why = hindrance(session, article, what, told)
    if why:
        raise Conflict(why)
    match what:
        case What.ADD_TOPIC | What.REMOVE_TOPIC:
            return _retopic(session, article, what, told, by)
        case What.OWNER:
            before = article.owner_id
            _give_to(session, article, _organisation_id(session, what, told) or before, by)
            return {"owner": before}
        case What.REVIEWER:
            reviewer = article.reviewer_id
            _have_reviewed_by(session, article, _organisation_id(session, what, told), by)
            return {"reviewer": reviewer}
        case What.WITHDRAW:
            reasons = {name: told[name] for name in ("reason_nl", "reason_en")}
            take_back_piece(session, article, by=by, successor=told.get("successor", ""), **reasons)
            assert article.withdrawn_at is not None
            return {"withdrawn": article.withdrawn_at.isoformat()}


def undo(session: Session, article: Article, what: What, told: Told, before: Told, *, by: Actor) -> None:
    """Go back. Raises Conflict when somebody changed it since: their change stays."""
    changed = Conflict(_("It was changed since, so it stays as it is."))
    match what:
        case What.ADD_TOPIC | What.REMOVE_TOPIC:
            opposite = What.REMOVE_TOPIC if what == What.ADD_TOPIC else What.ADD_TOPIC
            made: dict[str, Any] = before["made"]
            for version in _versions(session, article):
                if str(version.id) in made and made[str(version.id)]["revision"] != version.live_revision_id:
                    raise changed
            if _is_on_its_way(session, article) or article.stage != Stage.PUBLISHED:
                raise changed
            _retopic(session, article, opposite, told, by, exactly=made)
        case What.OWNER:
            if article.owner_id != _organisation_id(session, what, told) or _is_on_its_way(session, article):
                raise changed
            _give_to(session, article, before["owner"], by)
        case What.REVIEWER:
            if article.reviewer_id != _organisation_id(session, what, told):
                raise changed
            _have_reviewed_by(session, article, before["reviewer"], by)
        case What.WITHDRAW:
            if article.stage != Stage.WITHDRAWN or article.withdrawn_at != datetime.fromisoformat(before["withdrawn"]):
                raise changed
            bring_back(session, article, by=by)


def _hindrance_of_topic(session: Session, article: Article, what: What, told: Told) -> str:
    topics = _live(session, article).content.topics
    if what == What.ADD_TOPIC and told["topic"] in topics:
        return _("It is about this topic already.")
    if what == What.REMOVE_TOPIC:
        if told["topic"] not in topics:
            return _("It is not about this topic.")
        if len(topics) == 1:
            return _("It would be about nothing any more.")
    return _("A new text of it is on its way.") if _is_on_its_way(session, article) else ""


def _retopic(
    session: Session, article: Article, what: What, told: Told, by: Actor, *, exactly: Told | None = None
) -> dict[str, Any]:
    """A version with other topics for each language that readers see; the drafts follow, and keep their words."""
    made = {}
    for version in _versions(session, article):
        if version.stage != Stage.PUBLISHED:
            continue
        content = _live(session, version).content
        topics = changed_topics(content.topics, what, told)
        if exactly is not None and str(version.id) in exactly:
            topics = tuple(exactly[str(version.id)]["topics"])
        draft = draft_of(session, version, is_locked=True)
        drafted = topics if draft.content.topics == content.topics else changed_topics(draft.content.topics, what, told)
        changed = draft.content.model_copy(update={"topics": drafted})
        revision = keep_aside(
            session,
            version,
            content.model_copy(update={"topics": topics}),
            note=_("Other topics"),
            saved_by_id=by.user_id,
        )
        save_draft(session, version, changed, by=by)
        publish(session, version, by=by, revision=revision)
        made[str(version.id)] = {"topics": list(content.topics), "revision": revision.id}
    note(session, by, "retopic_piece", subject=f"piece:{article.slug}", told={"topic": told["topic"], "what": what})
    return {"made": made}


def _give_to(session: Session, article: Article, owner_id: int, by: Actor) -> None:
    for version in _versions(session, article):
        version.owner_id = owner_id
        session.add(version)
        session.flush()
        announce(session, ArticleReachChanged(article_id=version.id))
    owner = session.get_one(Organisation, owner_id)
    note(session, by, "reassign_piece", subject=f"piece:{article.slug}", told={"owner": owner.slug})


def _have_reviewed_by(session: Session, article: Article, reviewer_id: int | None, by: Actor) -> None:
    for version in _versions(session, article):
        version.reviewer_id = reviewer_id
        session.add(version)
    reviewer = session.get(Organisation, reviewer_id) if reviewer_id else None
    told = {"reviewer": reviewer.slug if reviewer else ""}
    note(session, by, "reassign_piece", subject=f"piece:{article.slug}", told=told)


def _is_on_its_way(session: Session, article: Article) -> bool:
    return any(open_review(session, version) or version.publish_at for version in _versions(session, article))


def _live(session: Session, article: Article) -> Revision:
    return session.get_one(Revision, article.live_revision_id)


def _versions(session: Session, article: Article) -> Sequence[Article]:
    return session.exec(select(Article).where(Article.piece_id == article.piece_id).order_by(col(Article.id))).all()


def _organisation_id(session: Session, what: What, told: Told) -> int | None:
    found = _organisation(session, what, told)
    return found.id if found else None


def _organisation(session: Session, what: What, told: Told) -> Organisation | None:
    return next((row for row in candidates(session, what) if row.slug == told["organisation"]), None)
