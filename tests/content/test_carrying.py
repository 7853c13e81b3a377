"""Pieces as Markdown files: out of one place and into another, again and again, without losing what people wrote."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.core.errors import Invalid
from app.people.actor import the_operator
from app.people.models import Admission, Organisation
from content.attaching import allowed_to, offered_files
from content.carrying.bringing_in import Outcome, bring_in
from content.carrying.bundle import Bundle
from content.carrying.out import SHOWN, take_out
from content.carrying.shape import read_text
from content.models import Article, Piece, Revision, Stage
from content.seed import seeding
from content.seed.examples import bring_organisations, bring_people, bring_pilots
from content.seed.report import Report
from content.writing import draft_of, save_draft, told_now

pytestmark = pytest.mark.whole

LESSON = """---
kind: lesson
title: Meet eerst
summary: Wie niet meet, koopt de verkeerde machine.
owner: kennislab-slim-maken
topics: [cobots, bestaat-niet]
authors: [femke, iemand-anders]
told: {takeaway: Meet eerst., outcome: mixed, phase: orient, applies_when: Altijd.}
---

## Wat er gebeurde

![Een mal](files/mal.svg)
![Niet meegekomen](files/weg.png)
"""

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that somebody made by hand."""
    made = tmp_path / "map"
    (made / "files").mkdir(parents=True)
    (made / "meet-eerst-in-een-map.md").write_text(LESSON, encoding="utf-8")
    (made / "files/mal.svg").write_bytes(DRAWING)
    return made


def bring(database: Database, source: Path, *, is_trial: bool = False) -> list[Outcome]:
    return list(bring_in(database, Bundle(source), by=the_operator, is_trial=is_trial))


def state(session: Session, article: Article) -> dict[str, Any]:
    """Everything that readers and authors know a piece by."""
    live = session.get(Revision, article.live_revision_id) if article.live_revision_id else None
    files = offered_files(session, article, live, the_operator) if live else []
    return {
        "key": session.get_one(Piece, article.piece_id).key,
        "language": article.language,
        "owner": session.get_one(Organisation, article.owner_id).slug,
        "visibility": article.visibility,
        "named": sorted(session.get_one(Organisation, id_).slug for id_ in allowed_to(session, article)),
        "stage": SHOWN.get(article.stage, "draft"),
        "content": told_now(session, article).model_dump(mode="json"),
        "html": live.html if live else "",
        "published": article.published_at,
        "changed": article.changed_at,
        "why": (article.withdrawn_reason_nl, article.withdrawn_reason_en),
        "files": sorted((file.use.name, file.attachment.hash) for file in files),
        "lists": (article.title, article.summary, article.topic_id, article.lead_id, article.told),
    }


def everything(database: Database) -> dict[str, dict[str, Any]]:
    with database.reading() as session:
        return {each.slug: state(session, each) for each in session.exec(select(Article)).all()}


def _only(database: Database, slug: str = "meet-eerst-in-een-map") -> Any:
    with database.reading() as session:
        return draft_of(session, session.exec(select(Article).where(Article.slug == slug)).one()).content


def test_what_is_taken_out_comes_back_the_same(seeded: Database, tmp_path: Path) -> None:
    with seeded.reading() as session:
        assert take_out(session, tmp_path / "uit") == 44
    before = everything(seeded)
    seeding.unseed(seeded)
    for bring_examples in (bring_organisations, bring_people, bring_pilots):
        with seeded.writing() as session:
            bring_examples(session, Report())
    assert everything(seeded) == {}
    outcomes = bring(seeded, tmp_path / "uit")
    assert {outcome.became for outcome in outcomes} == {"new"}
    assert [outcome for outcome in outcomes if outcome.left_out] == []
    after = everything(seeded)
    for row in (*before.values(), *after.values()):
        # Rows of people, topics and places have other numbers there.
        row["lists"] = row["lists"][:2]
    assert after == before
    assert {outcome.became for outcome in bring(seeded, tmp_path / "uit")} == {"unchanged"}


def test_a_folder_made_by_hand_comes_in_and_says_what_stayed_behind(seeded: Database, folder: Path) -> None:
    trial = bring(seeded, folder, is_trial=True)
    with seeded.reading() as session:
        assert session.exec(select(Article).where(Article.slug == "meet-eerst-in-een-map")).first() is None
    done = bring(seeded, folder)
    assert trial == done
    assert done[0].became == "new"
    assert len(done[0].left_out) == 3
    content = _only(seeded)
    assert (content.title, content.topics, content.authors) == ("Meet eerst", ("cobots",), ("femke",))
    assert [use.name for use in content.files] == ["mal.svg"]


def test_a_zip_is_a_folder_and_leads_nowhere_else(seeded: Database, folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "map.zip", "w") as made:
        made.write(folder / "meet-eerst-in-een-map.md", "meet-eerst-in-een-map.md")
        made.writestr("../uit.md", LESSON)
        made.writestr("/vast.md", LESSON)
    outcomes = bring(seeded, tmp_path / "map.zip")
    assert [outcome.path for outcome in outcomes] == ["meet-eerst-in-een-map.md"]
    (tmp_path / "geen.zip").write_bytes(b"PK\x03\x04 niets")
    with pytest.raises(Invalid):
        Bundle(tmp_path / "geen.zip")


def test_a_file_that_changed_is_brought_in_again_until_a_person_wrote(seeded: Database, folder: Path) -> None:
    text = folder / "meet-eerst-in-een-map.md"
    bring(seeded, folder)
    assert bring(seeded, folder)[0].became == "unchanged"
    text.write_text(LESSON.replace("title: Meet eerst", "title: Meet tweemaal"), encoding="utf-8")
    assert bring(seeded, folder)[0].became == "changed"
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == "meet-eerst-in-een-map")).one()
        mine = draft_of(session, article).content.model_copy(update={"title": "Van een mens"})
        save_draft(session, article, mine, by=the_operator)
    text.write_text(LESSON.replace("title: Meet eerst", "title: Meet driemaal"), encoding="utf-8")
    assert bring(seeded, folder)[0].became == "left alone"
    assert _only(seeded).title == "Van een mens"


def test_what_was_taken_out_and_changed_comes_back_while_nobody_wrote(seeded: Database, tmp_path: Path) -> None:
    slug = "papierloze-werkorder-esdoorn"
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == slug)).one()
        mine = draft_of(session, article).content.model_copy(update={"title": "Van een mens"})
        save_draft(session, article, mine, by=the_operator)
        article.live_revision_id, article.stage = None, Stage.DRAFT
        session.add(article)
    with seeded.reading() as session:
        take_out(session, tmp_path / "uit")
    file = tmp_path / "uit/pieces" / f"{slug}.md"
    file.write_text(file.read_text("utf-8").replace("Van een mens", "Buiten veranderd"), encoding="utf-8")
    found = {outcome.path: outcome.became for outcome in bring(seeded, tmp_path / "uit")}
    assert found[f"pieces/{slug}.md"] == "changed"
    assert _only(seeded, slug).title == "Buiten veranderd"


def test_an_organisation_that_is_only_told_of_is_mentioned(seeded: Database, folder: Path) -> None:
    text = folder / "meet-eerst-in-een-map.md"
    text.write_text(LESSON.replace("kennislab-slim-maken", "nieuw-instituut"), encoding="utf-8")
    assert bring(seeded, folder)[0].became == "not taken"
    told = "- {slug: nieuw-instituut, name: Nieuw Instituut, kind: research-institute}\n"
    (folder / "organisations.yaml").write_text(told, encoding="utf-8")
    assert bring(seeded, folder)[0].became == "new"
    with seeded.reading() as session:
        made = session.exec(select(Organisation).where(Organisation.slug == "nieuw-instituut")).one()
        assert made.admission == Admission.MENTIONED


@pytest.mark.parametrize(
    "text",
    [
        "geen feiten",
        "---\nkind: lesson\ntitle: [\n---\n\nx",
        "---\nkind: iets\ntitle: x\n---\n\nx",
        "---\nkind: lesson\ntitle: x\nrechten: alles\n---\n\nx",
        "---\nkind: lesson\ntitle: x\nfiles: 3\n---\n\nx",
        "---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: *b\n---\n\nx",
        "---\n- een\n---\n\nx",
        "---\n!!python/object/apply:os.system ['true']\n---\n\nx",
    ],
)
def test_a_file_that_is_no_piece_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid):
        read_text("stuk.md", text.encode())
