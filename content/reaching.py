"""Reaching: who may see a piece, as its authors choose it. It holds for every version and language at once."""

from collections.abc import Collection, Iterator

from sqlmodel import Session, col, select

from app.core.errors import Invalid, NotAllowed
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Admission, Organisation
from content.access import require_editor
from content.attaching import allowed_to
from content.holding import hold
from content.models import Article, Revision
from content.passing_desks import company_of, leads_of
from content.publishing import show_to
from content.review_record import open_review
from content.review_steps import ReviewState
from content.snapshot import Visibility
from content.tightening import STRICTNESS


def choose_reach(
    session: Session, article: Article, visibility: Visibility, *, by: Actor, named: Collection[str] = ()
) -> Article:
    """Say who may see a piece. `named`: slugs of organisations, beside the one that owns it.

    Raises Invalid for an organisation that does not take part; NotAllowed for showing to more people what a company
    agreed to for fewer, unless one of its owners or a steward does.
    """
    require_editor(by, article)
    # First of all: somebody may have shown it to fewer people while we waited for our turn.
    versions = hold(session, article)
    allowed = _ids(session, named) if visibility == Visibility.ORGANISATIONS else set()
    before = (article.visibility, set(allowed_to(session, article)))
    if before == (visibility, allowed):
        return article
    if _is_wider(before, (visibility, allowed)):
        if not may_widen(session, article, by):
            raise NotAllowed(_("The company agreed to this piece for fewer readers. Ask somebody who decides there."))
        for version in versions:
            _ask_again(session, version)
    show_to(session, article, visibility, by=by, allowed=allowed)
    note(session, by, "show_piece_to", subject=f"piece:{article.slug}", told={"visibility": visibility.value})
    return article


def may_widen(session: Session, article: Article, actor: Actor) -> bool:
    """Whether this actor may show a piece, which is all its languages, to more people than before.

    As long as nobody else agreed to it, whoever writes it; after that who decides for the company that was asked.
    """
    if actor.is_steward:
        return True
    versions = session.exec(select(Article).where(Article.piece_id == article.piece_id)).all()
    return all(
        company is None or not company.asks_company or company.id in actor.owns
        for version in versions
        for company in _agreed(session, version)
    )


def _agreed(session: Session, article: Article) -> Iterator[Organisation | None]:
    """Whose yes stands under a text that readers can open, or that what lies at the desks waits for or has already.

    Every published version counts, for it can be opened still. Where one happened that cannot answer at the moment
    said yes to it nevertheless: who comes in its place does not take that back.
    """
    published = select(col(Revision.content)).where(
        Revision.article_id == article.id, col(Revision.published_number).is_not(None)
    )
    told = list(session.exec(published).all())
    review = open_review(session, article)
    # What its author has back is sent in anew, and asked anew when it is for more people by then.
    if review is not None and review.state != ReviewState.WITH_AUTHOR:
        asked = session.get(Organisation, review.company_id) if review.company_id is not None else None
        if asked is not None:
            yield asked
        told.append(session.get_one(Revision, review.revision_id).content)
    by_leads = {leads_of(content): content for content in told}
    named = {slug for leads in by_leads for slug in leads}
    yield from session.exec(
        select(Organisation).where(
            col(Organisation.slug).in_(named),
            col(Organisation.admission).in_((Admission.ADMITTED, Admission.SUSPENDED)),
        )
    ).all()
    yield from (company_of(session, article, content) for content in by_leads.values())


def _ask_again(session: Session, article: Article) -> None:
    """The company said yes to this text for fewer people: when its author sends it in again, it is asked again."""
    review = open_review(session, article, lock=True)
    if review is not None and review.state == ReviewState.WITH_AUTHOR and review.agreed_revision_id is not None:
        review.agreed_revision_id = None
        session.add(review)


def takes_part(session: Session) -> list[Organisation]:
    """Organisations that a piece can be shown to, by name."""
    found = select(Organisation).where(Organisation.admission == Admission.ADMITTED).order_by(Organisation.name)
    return list(session.exec(found).all())


def named_beside(session: Session, article: Article) -> list[str]:
    """The slugs of those that a piece is shown to beside the one that owns it, in order; whatever became of them."""
    ids = allowed_to(session, article)
    return sorted(session.exec(select(Organisation.slug).where(col(Organisation.id).in_(ids))).all())


def _ids(session: Session, named: Collection[str]) -> set[int]:
    found = session.exec(
        select(Organisation.id, Organisation.slug).where(
            col(Organisation.slug).in_(named), Organisation.admission == Admission.ADMITTED
        )
    ).all()
    if {slug for _id, slug in found} != set(named):
        raise Invalid(_("Choose organisations that take part."), field="named")
    return {id_ for id_, _slug in found}


def _is_wider(before: tuple[Visibility, set[int]], after: tuple[Visibility, set[int]]) -> bool:
    was, becomes = STRICTNESS.index(before[0]), STRICTNESS.index(after[0])
    return becomes < was or (before[0] == after[0] == Visibility.ORGANISATIONS and not after[1] <= before[1])
