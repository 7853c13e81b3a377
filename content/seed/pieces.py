"""Bringing an article: through the same verbs that people use, so that the same rules hold.

An article is brought up to date from its file only while its newest revision came from here and nobody has begun to
write in its draft (settled: 10). Who may see it and its stage are told once, at the beginning; after that they are
the stewards' to change.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from sqlmodel import Session, col, select

from app.core.clock import in_working_days, now
from app.core.errors import Conflict, NotAllowed
from app.core.settings import settings
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.people.signing_in import actor_for
from content.attaching import keep_file
from content.models import Article, Piece, Stage
from content.preparing import prepare_file
from content.publishing import publish, schedule, show_to, withdraw
from content.remarks import Remark
from content.review_steps import Act, ReviewState
from content.reviews import Review, ReviewStep
from content.seed import source
from content.seed.examples import example_ids
from content.seed.report import Change
from content.seed.source import ArticleTold, nine_o_clock
from content.snapshot import Contribution, FileUse, Snapshot
from content.subjects import Pilot
from content.writing import draft_of, newest_revision, revise, save_draft, start


def bring_article(session: Session, versions: Sequence[ArticleTold]) -> Change:
    """One article in all its versions, oldest first; what became of it.

    Raises a Problem when it cannot be brought: its address belongs to somebody else, say.
    """
    newest = versions[-1]
    piece = piece_of(session, newest)
    found = session.exec(select(Article).where(Article.piece_id == piece.id, Article.language == newest.lang)).first()
    if found is None:
        _begin(session, piece, versions)
        return Change.NEW
    # Nobody begins to write in it between the look and the change.
    draft_of(session, found, is_locked=True)
    if not is_ours(session, found):
        return Change.KEPT
    return _bring_up_to_date(session, found, newest)


def is_ours(session: Session, article: Article) -> bool:
    """Whether nobody but the seed has written in this article."""
    newest = newest_revision(session, article)
    return (
        article.example
        and newest is not None
        and newest.from_seed
        and newest.content.is_same_as(draft_of(session, article).content)
    )


def piece_of(session: Session, told: ArticleTold) -> Piece:
    """The piece that an article belongs to, made when it is not there yet."""
    piece = session.exec(select(Piece).where(Piece.key == told.translation_key)).first()
    if piece is None:
        piece = Piece(key=told.translation_key, kind=told.kind)
        session.add(piece)
        session.flush()
    return piece


def _begin(session: Session, piece: Piece, versions: Sequence[ArticleTold]) -> None:
    first, newest = versions[0], versions[-1]
    _require_examples(session, newest)
    organisations = example_ids(session, Organisation)
    author = _author(session, newest, organisations[newest.owner])
    article = start(
        session,
        piece=piece,
        language=newest.lang,
        slug=newest.slug,
        owner_id=organisations[newest.owner],
        visibility=newest.visibility,
        content=_snapshot(first),
        by=author,
        example=True,
    )
    show_to(
        session,
        article,
        newest.visibility,
        by=author,
        allowed={organisations[slug] for slug in newest.organisations_allowed},
    )
    for told in versions:
        _write(session, article, told, by=author)
        if told.goes_live:
            publish(session, article, by=author, at=nine_o_clock(told.goes_live))
    _set_stage(session, article, newest, by=author)


def _bring_up_to_date(session: Session, article: Article, told: ArticleTold) -> Change:
    if _snapshot(told).is_same_as(draft_of(session, article).content):
        return Change.UNCHANGED
    _require_examples(session, told)
    author = _author(session, told, article.owner_id)
    _write(session, article, told, by=author)
    if article.stage == Stage.PUBLISHED:
        publish(session, article, by=author, at=_moment_of_update(article, told))
    return Change.CHANGED


def _write(session: Session, article: Article, told: ArticleTold, *, by: Actor) -> None:
    for name in _names(told):
        keep_file(session, article, name, source.file(name), by=by)
    content = _snapshot(told)
    if not content.is_same_as(draft_of(session, article).content):
        save_draft(session, article, content, by=by)
    revise(session, article, by=by, note=told.change_note, from_seed=True)


def _names(told: ArticleTold) -> list[str]:
    return [*(attached.name for attached in told.attachments), *told.pictures]


def _snapshot(told: ArticleTold) -> Snapshot:
    return Snapshot(
        title=told.title,
        summary=told.summary,
        body=told.body,
        told=told.fields,
        topics=told.topics,
        sectors=told.sectors,
        pilot=told.pilot,
        organisations=tuple(Contribution(organisation=o.slug, part=o.role) for o in told.organisations),
        municipality=told.municipality,
        audience=told.audience,
        licence=told.licence,
        authors=told.authors,
        anonymous=told.anonymous_profile,
        files=tuple(_files(told)),
        review_due=told.review_due,
    )


def _files(told: ArticleTold) -> Iterator[FileUse]:
    for attached in told.attachments:
        yield FileUse(
            name=attached.name,
            hash=_hash(attached.name),
            title_nl=attached.title_nl,
            title_en=attached.title_en,
            visibility=attached.visibility,
        )
    for name in told.pictures:
        yield FileUse(name=name, hash=_hash(name), listed=False)


@cache
def _hash(name: str) -> str:
    return prepare_file(name, source.file(name)).hash


def _moment_of_update(article: Article, told: ArticleTold) -> datetime:
    """The day that the file names, if it lies after the version that readers see; else now."""
    named = nine_o_clock(told.updated) if told.updated else None
    return named if named and article.changed_at and named > article.changed_at else now()


def _set_stage(session: Session, article: Article, told: ArticleTold, *, by: Actor) -> None:
    match told.state:
        case "scheduled" if told.publish_at and told.publish_at > now():
            schedule(session, article, at=told.publish_at, by=by)
        case "scheduled":
            publish(session, article, by=by, at=told.publish_at)
        case "in_review":
            _send_in(session, article, told, by=by)
        case "withdrawn":
            _withdraw(session, article, told)


def _send_in(session: Session, article: Article, told: ArticleTold, *, by: Actor) -> None:
    assert told.submitted_at is not None
    assert told.reviewer is not None
    article.stage = Stage.AT_CENTRE
    article.submitted_at = nine_o_clock(told.submitted_at)
    article.reviewer_id = example_ids(session, Organisation)[told.reviewer]
    session.add(article)
    _begin_review(session, article, told, by=by)


def _begin_review(session: Session, article: Article, told: ArticleTold, *, by: Actor) -> None:
    """As if it had been sent in and read then. Nobody is written to about examples."""
    revision, sent = newest_revision(session, article), article.submitted_at
    assert revision is not None
    assert sent is not None
    review = Review(
        article_id=article.id,
        revision_id=revision.id,
        state=ReviewState.AT_CENTRE,
        sent_by_id=by.user_id,
        sent_at=sent,
        due_at=in_working_days(sent, settings().review_days),
    )
    session.add(review)
    session.flush()
    step = ReviewStep(
        review_id=review.id, revision_id=revision.id, act=Act.SEND_IN, to=ReviewState.AT_CENTRE, by_id=by.user_id
    )
    step.created_at = step.told_at = sent
    session.add(step)
    people = example_ids(session, User, "handle")
    for said in told.review_notes:
        remark = Remark(article_id=article.id, revision_id=revision.id, by_id=people.get(said.by), body=said.nl)
        remark.created_at = remark.told_at = nine_o_clock(said.at)
        session.add(remark)


def _withdraw(session: Session, article: Article, told: ArticleTold) -> None:
    assert told.withdrawn_at is not None
    successor = next((v[-1] for v in source.articles() if v[-1].slug == told.successor), None)
    withdraw(
        session,
        article,
        by=_steward(session),
        reason_nl=told.withdrawn_reason_nl,
        reason_en=told.withdrawn_reason_en,
        successor=piece_of(session, successor) if successor else None,
        at=nine_o_clock(told.withdrawn_at),
    )


def _require_examples(session: Session, told: ArticleTold) -> None:
    """Raises Conflict when a name in the file is that of an organisation, person or pilot of your own here."""
    organisations = {told.owner, *told.organisations_allowed, *(part.slug for part in told.organisations)}
    organisations |= {told.reviewer} if told.reviewer else set()
    strange = (
        (organisations - example_ids(session, Organisation).keys())
        | (set(told.authors) - example_ids(session, User, "handle").keys())
        | ({told.pilot} if told.pilot else set()) - example_ids(session, Pilot).keys()
    )
    if strange:
        raise Conflict(f"it names {', '.join(sorted(strange))}, which is no example here.")


def _author(session: Session, told: ArticleTold, owner_id: int) -> Actor:
    """The author who may write for the owner. Raises NotAllowed when somebody took that right away."""
    for handle in told.authors:
        user = session.exec(select(User).where(User.handle == handle)).first()
        actor = actor_for(session, user) if user else None
        if actor and owner_id in actor.edits_for:
            return actor
    raise NotAllowed(f"None of its authors may write for {told.owner} any more.")


def _steward(session: Session) -> Actor:
    """The example steward. Raises NotAllowed when somebody made them something else."""
    told = next(person["handle"] for person in source.read("people")["people"] if person["steward"])
    user = session.exec(select(User).where(User.handle == told, col(User.example).is_(True))).first()
    if user is None or not user.is_steward:
        raise NotAllowed(f"{told} is no steward here any more.")
    return actor_for(session, user)
