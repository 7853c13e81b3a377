"""One rule in three tongues: whoever may see a piece in Python finds it in SQL and on the shelves of the index."""

import sys
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from app.core.errors import NotAllowed, Problem
from app.people.actor import Actor
from content import access
from content.access import can_edit, can_see, edited_by, may_open, require_editor, seen_by, shelves_for, shelves_of
from content.attaching import allowed_to
from content.models import Article, Stage
from content.reading import at_address
from content.shelves import shelf
from content.snapshot import Visibility
from tests.cast import Cast, at_stage

WHO_SEES = {
    Visibility.EVERYONE: {"femke", "sjoerd", "noor", "aafke", "hinke", "okke", "nobody"},
    Visibility.MEMBERS: {"femke", "sjoerd", "noor", "aafke"},
    Visibility.ORGANISATIONS: {"femke", "noor"},
}
"""Of a published piece of the Kennislab: an applicant and a removed person see what a stranger sees."""


def pieces(session: Session, cast: Cast) -> list[Article]:
    """One for every visibility and stage, and one that names Sjoerd's company."""
    made = [
        at_stage(session, cast, stage, visibility=visibility, slug=f"{visibility}-{stage}".replace("_", "-"))
        for visibility in Visibility
        for stage in Stage
    ]
    made += [
        at_stage(session, cast, stage, visibility=Visibility.ORGANISATIONS, allowed=(cast.woldzicht, cast.veenhart))
        for stage in Stage
    ]
    return made


def disagreements(session: Session, cast: Cast) -> list[str]:
    """Where the three tongues of the rule differ, or differ from what a list and an address give."""
    found = []
    articles = pieces(session, cast)
    for name, actor in cast.everybody.items():
        in_sql = set(session.exec(select(Article.id).where(seen_by(actor))).all())
        in_list = {row.article.id for row in shelf(session, actor, language="nl", size=100).items}
        for article in articles:
            allowed = allowed_to(session, article)
            said = {
                "python": can_see(actor, article, allowed),
                "sql": article.id in in_sql,
                "index": stands_on_a_shelf_of(actor, article, allowed),
                "list": article.id in in_list,
                "address": opens(session, article, actor),
            }
            if len(set(said.values())) > 1:
                found.append(f"{name} {article.slug} {article.visibility} {article.stage}: {said}")
    return found


def stands_on_a_shelf_of(actor: Actor, article: Article, allowed: list[int]) -> bool:
    labels, shelves = set(shelves_of(article, allowed)), shelves_for(actor)
    return bool(labels) if shelves is None else bool(labels & set(shelves))


def opens(session: Session, article: Article, actor: Actor) -> bool:
    try:
        return at_address(session, article.slug, actor).id == article.id
    except Problem:
        return False


def test_python_sql_index_lists_and_addresses_agree_for_everybody(session: Session, cast: Cast) -> None:
    assert disagreements(session, cast) == []


@pytest.mark.parametrize("visibility", Visibility)
def test_who_sees_a_published_piece(session: Session, cast: Cast, visibility: Visibility) -> None:
    article = at_stage(session, cast, Stage.PUBLISHED, visibility=visibility)
    assert {name for name, actor in cast.everybody.items() if can_see(actor, article, [])} == WHO_SEES[visibility]


def test_a_named_company_sees_the_piece_and_an_applicant_that_is_named_does_not(session: Session, cast: Cast) -> None:
    article = at_stage(
        session,
        cast,
        Stage.PUBLISHED,
        visibility=Visibility.ORGANISATIONS,
        allowed=(cast.woldzicht, cast.veenhart),
    )
    allowed = allowed_to(session, article)
    assert {name for name, actor in cast.everybody.items() if can_see(actor, article, allowed)} == {
        "femke",
        "noor",
        "sjoerd",
    }


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.PUBLISHED])
def test_nobody_finds_what_is_not_published(session: Session, cast: Cast, stage: Stage) -> None:
    article = at_stage(session, cast, stage)
    assert not any(can_see(actor, article, []) for actor in cast.everybody.values())
    assert shelves_of(article, []) == []


def _members_is_everyone(actor: Actor, visibility: Visibility, named: set[int]) -> bool:
    return visibility != Visibility.ORGANISATIONS or bool(actor.reads_for & named) or actor.is_steward


def _names_forgotten(article: Article, _allowed: list[int]) -> list[str]:
    return [] if article.stage != Stage.PUBLISHED else [str(article.visibility)]


def _drafts_too(_actor: Actor, _of: type[Article] = Article) -> object:
    return Article.id > 0  # type: ignore[operator]


@pytest.mark.parametrize(
    ("rule", "broken"),
    [("_lets_in", _members_is_everyone), ("shelves_of", _names_forgotten), ("seen_by", _drafts_too)],
)
def test_a_broken_rule_is_noticed(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch, rule: str, broken: Callable[..., object]
) -> None:
    monkeypatch.setattr(access, rule, broken)
    monkeypatch.setattr(sys.modules[__name__], rule, broken, raising=False)
    assert disagreements(session, cast) != []


def test_a_file_may_be_stricter_than_its_piece_and_never_opens_by_being_looser(session: Session, cast: Cast) -> None:
    article = at_stage(session, cast, Stage.PUBLISHED, visibility=Visibility.EVERYONE)
    openers = {
        visibility: {name for name, actor in cast.everybody.items() if may_open(actor, article, [], visibility)}
        for visibility in (None, *Visibility)
    }
    assert openers == {None: set(cast.everybody), **WHO_SEES}


def test_editors_of_the_owner_and_stewards_may_change_a_piece(session: Session, cast: Cast) -> None:
    article = at_stage(session, cast, Stage.DRAFT)
    may = {name for name, actor in cast.everybody.items() if can_edit(actor, article)}
    in_sql = {
        name
        for name, actor in cast.everybody.items()
        if session.exec(select(Article.id).where(edited_by(actor))).all() == [article.id]
    }
    assert may == in_sql == {"femke", "noor"}
    with pytest.raises(NotAllowed):
        require_editor(cast.sjoerd, article)
