"""The steps lead to what the models say, on both databases, and back; and they will read the same in ten years."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, func, select

import app.tables  # noqa: F401 - every table has to be known
from app.core.clock import now
from app.core.database import Database
from app.core.migrating import differences, downgrade, is_current, upgrade
from app.feeds.models import Notice
from content.models import Article, ArticleAuthor, ArticleTopic, Draft, Revision
from content.review_steps import Act, ReviewState
from content.reviews import Review, ReviewStep
from content.snapshot import Visibility
from tests.cast import Cast, draft, published
from tests.postgres import Server

STEPS = sorted((Path(__file__).parents[2] / "migrations/versions").glob("*.py"))
NUMBERS = [path.name[:4] for path in STEPS]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a single table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield database
        database.close()
        return
    server: Server = request.getfixturevalue("postgres_server")
    server.create("empty_one")
    database = Database(server.url("empty_one"))
    yield database
    database.close()
    server.drop("empty_one")


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_steps_lead_to_the_models_and_back_to_nothing_and_up_again(empty: Database) -> None:
    upgrade(empty)
    assert is_current(empty)
    assert differences(empty) == []
    assert set(SQLModel.metadata.tables) <= tables(empty)
    downgrade(empty, "base")
    assert tables(empty) <= {"alembic_version"}
    upgrade(empty)
    assert differences(empty) == []


def test_a_model_that_no_step_leads_to_is_found(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.execution_options(writing=True).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE piece DROP COLUMN kind")
    assert "kind" in str(differences(empty))


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS[1:])
def test_a_step_down_and_up_again_keeps_a_piece_with_everything_that_hangs_on_it(empty: Database, number: str) -> None:
    upgrade(empty)
    with empty.writing() as session:
        cast = Cast.in_(session)
        _topics(session)
        published(session, cast, visibility=Visibility.ORGANISATIONS, allowed=(cast.woldzicht,))
    before = counted(empty)
    assert all(before.values())

    downgrade(empty, f"{int(number) - 1:04}")
    upgrade(empty)

    assert counted(empty) == before


def test_a_notice_that_asks_for_a_reading_learns_of_which_piece_it_is(empty: Database) -> None:
    upgrade(empty)
    with empty.writing() as session:
        cast = Cast.in_(session)
        _topics(session)
        pieces = [draft(session, cast, slug=slug) for slug in ("een", "twee")]
        steps = [_sent_in(session, piece, cast) for piece in pieces]
        asked = [_notice(session, cast, "review_asked", f"review-step-{step.id}") for step in reversed(steps)]
        others = [_notice(session, cast, *told) for told in (("review_asked", "review-step-99999"), ("other", "x-1"))]
        wanted = [piece.id for piece in reversed(pieces)] + [None, None]
        numbers = [row.id for row in (*asked, *others)]
    downgrade(empty, "0035")
    upgrade(empty)
    with empty.reading() as session:
        assert [session.get_one(Notice, number).article_id for number in numbers] == wanted


def _sent_in(session: Session, piece: Article, cast: Cast) -> ReviewStep:
    """Its second step: no number of a step is that of a review."""
    text = session.exec(select(Revision).where(Revision.article_id == piece.id)).one().id
    state = ReviewState.AT_CENTRE
    review = Review(article_id=piece.id, revision_id=text, state=state, sent_by_id=cast.femke.user_id, sent_at=now())
    session.add(review)
    session.flush()
    for _ in range(2):
        step = ReviewStep(review_id=review.id, revision_id=text, act=Act.SEND_IN, to=state)
        session.add(step)
        session.flush()
    return step


def _notice(session: Session, cast: Cast, name: str, key: str) -> Notice:
    row = Notice(user_id=cast.noor.user_id or 0, key=key, name=name, at=now(), awaits=True)
    session.add(row)
    session.flush()
    return row


def counted(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.__name__: session.exec(select(func.count()).select_from(table)).one()
            for table in (Article, ArticleAuthor, ArticleTopic, Draft, Revision)
        }


def _topics(session: Session) -> None:
    from content.seed.reference import load_reference

    load_reference(session)


def test_steps_are_numbered_one_after_the_other_and_each_knows_the_one_before() -> None:
    assert [f"{number:04}" for number in range(1, len(STEPS) + 1)] == NUMBERS
    for path, before in zip(STEPS, [None, *NUMBERS], strict=False):
        named = {
            target.id: node.value.value
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        assert (named["revision"], named["down_revision"]) == (path.name[:4], before)


def test_a_step_imports_nothing_of_ours_since_models_change_and_history_does_not() -> None:
    for path in STEPS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in imported} <= {"sqlalchemy", "alembic"}, path


def test_every_constraint_has_a_name_so_that_a_later_step_can_change_it(empty: Database) -> None:
    upgrade(empty)
    inspector = inspect(empty.engine)
    for table in set(SQLModel.metadata.tables) & tables(empty):
        found = [*inspector.get_unique_constraints(table), *inspector.get_foreign_keys(table)]
        assert all(constraint["name"] for constraint in found), table
        assert inspector.get_pk_constraint(table)["name"] == f"pk_{table}"
