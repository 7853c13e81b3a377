"""A zip of Markdown files, brought in by whoever writes for an organisation, with no more rights than they have."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from sqlmodel import Session, col, func, select

from app.core.clock import today
from app.core.errors import Invalid
from app.people.actor import Actor
from app.people.models import Organisation
from content import filing
from content.attaching import allowed_to
from content.carrying import opening, unpacked
from content.carrying.along import Came, bring_along
from content.carrying.opening import unpack
from content.drafting import save
from content.models import Article, Attachment, Piece, Stage
from content.reaching import choose_reach
from content.snapshot import Visibility
from content.writing import draft_of
from tests.cast import Cast
from tests.content.words import picture

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>'

LESSON = """---
id: nulmeting
kind: lesson
title: Meet eerst
summary: Wie niet meet, koopt de verkeerde machine.
owner: woldzicht-verspaning
stage: published
visibility: everyone
topics: [cobots, bestaat-niet]
authors: [femke, sjoerd]
organisations: [{organisation: woldzicht-verspaning, part: lead}, {organisation: nergens, part: supplier}]
told: {takeaway: Meet eerst., outcome: mixed, delay_weeks: tien, uncle: bob}
files:
  - {name: meting.csv, title_nl: De metingen, visibility: organisations}
---

## Wat er gebeurde

![Een mal](files/mal.svg)
![Niet meegekomen](files/weg.png)
"""

ENGLISH = """---
id: nulmeting
kind: lesson
language: en
title: Measure first
translated: []
---

## What happened
"""


def zipped(files: dict[str, bytes | str], *, packed: int = ZIP_DEFLATED) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", packed) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return written.getvalue()


def lesson(text: str = LESSON, **files: bytes) -> bytes:
    beside = {"files/mal.svg": DRAWING, "files/meting.csv": b"week;uitval\n1;4\n", **files}
    return zipped({f"map/{name}": data for name, data in {"les.md": text, **beside}.items()})


def bring(
    session: Session, data: bytes, cast: Cast, *, by: Actor | None = None, to: Organisation | None = None
) -> list[Came]:
    return list(bring_along(session, unpack(data), to or cast.kennislab, by=by or cast.femke))


def only(session: Session, language: str = "nl", key: str = "kennislab-slim-maken:nulmeting") -> Article:
    found = select(Article).join(Piece, col(Piece.id) == Article.piece_id)
    return session.exec(found.where(Piece.key == key, Article.language == language)).one()


def test_a_text_comes_in_as_a_draft_with_its_files_and_says_what_stayed_behind(session: Session, cast: Cast) -> None:
    (came,) = bring(session, lesson(), cast)
    assert (came.became, came.title, came.path) == ("new", "Meet eerst", "les.md")
    article = only(session)
    assert (article.stage, article.visibility, article.owner_id) == (Stage.DRAFT, Visibility.MEMBERS, cast.kennislab.id)
    content = draft_of(session, article).content
    assert (content.topics, content.authors, content.told) == (
        ("cobots",),
        ("femke",),
        {"takeaway": "Meet eerst.", "outcome": "mixed"},
    )
    assert [each.organisation for each in content.organisations] == ["woldzicht-verspaning"]
    assert [(use.name, use.listed, use.visibility) for use in content.files] == [
        ("meting.csv", True, Visibility.ORGANISATIONS),
        ("mal.svg", False, None),
    ]
    told = "\n".join(came.left_out)
    for word in ("bestaat-niet", "sjoerd", "nergens", "delay_weeks", "uncle", "weg.png", "concept voor leden"):
        assert word in told, word


def test_a_trial_says_the_same_and_changes_nothing(session: Session, cast: Cast) -> None:
    def counts() -> Sequence[int]:
        return [session.exec(select(func.count()).select_from(table)).one() for table in (Article, Piece, Attachment)]

    before = counts()
    with session.begin_nested() as tried:
        said = list(bring_along(session, unpack(lesson()), cast.kennislab, by=cast.femke, is_trial=True))
        tried.rollback()
    assert counts() == before
    assert said == bring(session, lesson(), cast)


@pytest.mark.parametrize("bound", ["MOST_FILES", "MOST_OF_PIECE", "MOST_OF_OWNER"])
def test_the_files_of_a_zip_take_room_together(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """Each of them fits; what is too much stays behind, and looking at it first says the same."""
    table = b"week;uitval\n" * 100_000
    most = {"MOST_FILES": 1, "MOST_OF_PIECE": 2_000_000, "MOST_OF_OWNER": 2_000_000}[bound]
    monkeypatch.setattr(filing, bound, most)
    one = LESSON.replace("(files/mal.svg)", "(files/tweede.csv)")
    data = lesson(one, **{"files/meting.csv": table, "files/tweede.csv": table + b"1;1\n"})
    with session.begin_nested() as tried:
        said = list(bring_along(session, unpack(data), cast.kennislab, by=cast.femke, is_trial=True))
        tried.rollback()
    (came,) = bring(session, data, cast)
    assert [came] == said
    assert any(each.startswith("tweede.csv: ") for each in came.left_out)
    assert [use.name for use in draft_of(session, only(session)).content.files] == ["meting.csv"]
    # What came in takes no room twice.
    assert [each.became for each in bring(session, data, cast)] == ["unchanged"]


def test_the_same_zip_again_changes_nothing_and_another_text_does(session: Session, cast: Cast) -> None:
    bring(session, lesson(), cast)
    assert [each.became for each in bring(session, lesson(), cast)] == ["unchanged"]
    other = LESSON.replace("title: Meet eerst", "title: Meet altijd eerst")
    (changed,) = bring(session, lesson(other, **{"files/mal.svg": DRAWING.replace(b"9", b"8")}), cast)
    assert changed.became == "changed"
    content = draft_of(session, only(session)).content
    assert content.title == "Meet altijd eerst"
    assert [use.name for use in content.files] == ["meting.csv", "mal.svg"]


def test_what_somebody_wrote_since_stays(session: Session, cast: Cast) -> None:
    bring(session, lesson(), cast)
    article = only(session)
    draft = draft_of(session, article)
    save(
        session,
        article,
        draft.content.model_copy(update={"title": "Van mij"}),
        by=cast.femke,
        seen_version=draft.version,
    )
    (left,) = bring(session, lesson(LESSON.replace("Meet eerst", "Anders")), cast)
    assert left.became == "left alone"
    assert draft_of(session, article).content.title == "Van mij"
    article.stage = Stage.AT_CENTRE
    session.add(article)
    assert bring(session, lesson(), cast)[0].became == "left alone"


def test_both_languages_come_in_as_one_piece(session: Session, cast: Cast) -> None:
    came = bring(session, zipped({"b.md": ENGLISH, "a.md": LESSON}), cast)
    assert [(each.language, each.became) for each in came] == [("nl", "new"), ("en", "new")]
    assert only(session, "en").piece_id == only(session).piece_id
    assert draft_of(session, only(session, "en")).content.topics == ("cobots",)


def test_another_language_is_for_whom_the_piece_is(session: Session, cast: Cast) -> None:
    bring(session, lesson(), cast)
    article = only(session)
    choose_reach(session, article, Visibility.ORGANISATIONS, by=cast.femke, named=["woldzicht-verspaning"])
    article.last_day, article.reviewer_id = today() + timedelta(days=9), cast.nipt.id
    bring(session, zipped({"lesson.md": ENGLISH}), cast)
    english = only(session, "en")
    assert (english.visibility, allowed_to(session, english)) == (Visibility.ORGANISATIONS, [cast.woldzicht.id])
    assert (english.last_day, english.reviewer_id) == (article.last_day, cast.nipt.id)
    assert (article.visibility, allowed_to(session, article)) == (Visibility.ORGANISATIONS, [cast.woldzicht.id])


def test_an_id_counts_within_its_organisation(session: Session, cast: Cast) -> None:
    """Nobody changes, or hears of, what others have here under the same id."""
    bring(session, lesson(), cast)
    theirs = bring(session, lesson(), cast, by=cast.noor, to=cast.woldzicht)
    assert theirs[0].became == "new"
    assert only(session, key="woldzicht-verspaning:nulmeting").id != only(session).id
    taken = "nulmeting-van-een-ander"
    session.add(Piece(key=taken, kind="case_study"))
    (came,) = bring(session, lesson(LESSON.replace("id: nulmeting", f"id: {taken}")), cast)
    assert came.became == "new"


def test_who_may_not_write_brings_nothing_in(session: Session, cast: Cast) -> None:
    for actor in (cast.sjoerd, cast.aafke, cast.nobody):
        assert [each.became for each in bring(session, lesson(), cast, by=actor)] == ["not taken"]
    assert session.exec(select(Piece).where(col(Piece.key).contains("nulmeting"))).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"PK\x03\x04",
        b"geen zip",
        zipped({}),
        zipped({"readme.md": "x"}),
        zipped({f"{n}.md": "x" for n in range(opening.MOST_TEXTS + 1)}),
        zipped({f"{n}.txt": "x" for n in range(unpacked.MOST_FILES + 1)}),
        zipped({"a.md": b"\0" * (unpacked.MOST_BYTES + 1)}),
    ],
    ids=["nothing", "half", "text", "empty", "only a readme", "many texts", "many files", "a bomb"],
)
def test_what_is_no_zip_or_holds_too_much_is_refused_with_a_sentence(session: Session, wrong: bytes) -> None:
    with pytest.raises(Invalid):
        unpack(wrong)


def test_what_leads_out_of_a_zip_or_is_locked_stays_in_it(session: Session, cast: Cast) -> None:
    found = unpack(
        zipped({"les.md": LESSON, "../uit.md": LESSON, "/etc/x.md": LESSON, "C:\\x.md": LESSON, "__MACOSX/a.md": "x"})
    )
    assert [path for path, _ in found.texts] == ["les.md"]
    assert list(found.left) == ["../uit.md", "/etc/x.md", "C:\\x.md"]
    with pytest.raises(Invalid):
        unpack(zipped({"les.md": LESSON}, packed=ZIP_BZIP2))


def test_a_photo_comes_along_without_its_place_and_no_program_does(session: Session, cast: Cast) -> None:
    text = LESSON.replace("files/weg.png", "files/foto.jpg") + "\n[x](files/x.exe)\n"
    (came,) = bring(session, lesson(text, **{"files/foto.jpg": picture(), "files/x.exe": b"MZ"}), cast)
    names = [use.name for use in draft_of(session, only(session)).content.files]
    assert names == ["meting.csv", "mal.svg", "foto.jpg"]
    assert any("x.exe" in sentence for sentence in came.left_out)


@pytest.mark.parametrize(
    "text",
    [
        "geen feiten",
        "---\n- x\n---\n",
        "---\nkind: gedicht\ntitle: x\n---\n",
        "---\nkind: lesson\ntitle: [x]\n---\n",
        "---\na: &a [x]\nb: [*a, *a]\n---\n",
        f"---\nkind: lesson\ntitle: {'x' * 200}\n---\n",
        "---\nkind: lesson\ntitle: x\nfiles: [1]\n---\n",
    ],
)
def test_a_text_that_does_not_fit_says_so_beside_others_that_come_in(session: Session, cast: Cast, text: str) -> None:
    came = bring(session, zipped({"goed.md": ENGLISH.replace("translated: []\n", ""), "fout.md": text}), cast)
    assert {each.path: each.became for each in came} == {"fout.md": "not taken", "goed.md": "new"}
    assert next(each for each in came if each.path == "fout.md").left_out


def test_what_no_text_uses_is_told_to_stay_in_the_zip() -> None:
    found = unpack(lesson(**{"rekenblad.exe": b"x", "files/los.svg": DRAWING, "README.md": b"Lees mij."}))
    assert sorted(found.left) == ["files/los.svg", "rekenblad.exe"]
