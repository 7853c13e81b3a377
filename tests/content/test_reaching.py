"""Who may see a piece: chosen by its authors, never widened past what a company agreed to."""

import pytest
from sqlmodel import Session, select

from app.core.errors import Invalid, NotAllowed
from app.people.actor import Actor
from app.people.auditing import AuditEntry
from app.people.models import Membership, Role, User
from app.people.signing_in import actor_for
from content.attaching import allowed_to
from content.reaching import choose_reach
from content.snapshot import Visibility
from tests.cast import Cast, draft, published


def _owner(session: Session, cast: Cast) -> Actor:
    """Somebody who decides for the Kennislab, which is asked whether anything is confidential."""
    user = User(handle="tjitske", name="Tjitske", mail="tjitske@proeftuin.example")
    session.add(user)
    session.flush()
    session.add(Membership(user_id=user.id, organisation_id=cast.kennislab.id, role=Role.OWNER))
    session.flush()
    return actor_for(session, user)


def test_a_draft_is_for_whomever_its_author_chooses(session: Session, cast: Cast) -> None:
    article = draft(session, cast, visibility=Visibility.MEMBERS)
    choose_reach(session, article, Visibility.EVERYONE, by=cast.femke)
    assert article.visibility == Visibility.EVERYONE
    choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["woldzicht-verspaning"])
    assert allowed_to(session, article) == [cast.woldzicht.id]
    choose_reach(session, article, Visibility.MEMBERS, by=cast.femke, named=["woldzicht-verspaning"])
    assert allowed_to(session, article) == []
    assert len(session.exec(select(AuditEntry).where(AuditEntry.action == "show_piece_to")).all()) == 3


def test_what_a_company_agreed_to_for_members_its_author_does_not_show_to_everyone(
    session: Session, cast: Cast
) -> None:
    owner = _owner(session, cast)
    article = published(session, cast, visibility=Visibility.MEMBERS)
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.EVERYONE, by=cast.femke)
    choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["woldzicht-verspaning"])
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["woldzicht-verspaning", "nipt"])
    choose_reach(session, article, Visibility.MEMBERS, by=owner)
    choose_reach(session, article, Visibility.EVERYONE, by=cast.noor)
    assert article.visibility == Visibility.EVERYONE


def test_an_organisation_that_does_not_take_part_is_not_named(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    with pytest.raises(Invalid):
        choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["veenhart-plaatwerk"])
    with pytest.raises(NotAllowed):
        choose_reach(session, article, Visibility.MEMBERS, by=cast.aafke)
