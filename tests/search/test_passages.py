"""A piece is found by the words of its files, by whoever may open them and by nobody else, and the hit says where."""

from collections.abc import Mapping, Sequence

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.core.language import speaking
from app.core.working import work_off
from app.people.actor import Actor
from content import file_texts
from content.attaching import keep_file, offered_files
from content.file_texts import FileText, TextState, read_unread_files
from content.models import Article, Attachment, Revision
from content.publishing import publish, withdraw
from content.seed import source
from content.snapshot import FileUse, Visibility
from content.writing import revise, save_draft
from search import engine as engine_room
from search import index
from search.engine import EngineAway
from search.finding import find
from search.local import Place
from search.query import Query
from search.results import Hit
from search.suggesting import suggest
from tests.cast import Cast, content, draft

pytestmark = pytest.mark.engine


def with_file(
    session: Session,
    cast: Cast,
    name: str,
    data: bytes,
    *,
    visibility: Visibility = Visibility.EVERYONE,
    own: Visibility | None = None,
    **told: object,
) -> Article:
    return with_files(session, cast, {name: data}, visibility=visibility, own=own, **told)


def with_files(
    session: Session,
    cast: Cast,
    files: Mapping[str, bytes],
    *,
    visibility: Visibility = Visibility.EVERYONE,
    own: Visibility | None = None,
    **told: object,
) -> Article:
    article = draft(session, cast, visibility=visibility, allowed=(cast.nipt,))
    kept = [keep_file(session, article, name, data, by=cast.femke) for name, data in files.items()]
    uses = tuple(FileUse(name=one.name, hash=one.hash, visibility=own) for one in kept)
    body = f"Zie [het bestand](files/{kept[0].name})."
    save_draft(session, article, content(files=uses, body=body, **told), by=cast.femke)
    revise(session, article, by=cast.femke)
    return publish(session, article, by=cast.femke)


def hits(database: Database, question: str, by: Actor) -> list[Hit]:
    with database.reading() as session, speaking("nl"):
        return list(find(session, Query(q=question), by, "nl").hits)


def pdf(pages: Sequence[str]) -> bytes:
    """A PDF with these texts, a line for each line."""
    parts = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for text in pages:
        shown = "T*".join(f"({line})Tj " for line in text.splitlines())
        stream = f"BT /F1 9 Tf 12 TL 40 800 Td {shown}ET"
        parts.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        font = "/Resources<</Font<</F1 3 0 R>>>>/MediaBox[0 0 595 842]"
        parts.append(f"<</Type/Page/Parent 2 0 R/Contents {len(parts)} 0 R{font}>>")
        kids.append(f"{len(parts)} 0 R")
    parts[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    written, places = "%PDF-1.4\n", ""
    for number, part in enumerate(parts, start=1):
        places += f"{len(written):010} 00000 n \n"
        written += f"{number} 0 obj\n{part}\nendobj\n"
    size = len(parts) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<</Size {size}/Root 1 0 R>>\n"
    return f"{written}{table}startxref\n{len(written)}\n%%EOF".encode()


def everybody(database: Database) -> Cast:
    with database.writing() as session:
        return Cast.in_(session)


def test_a_hit_says_in_which_file_and_on_which_page(database: Database, engine: Place) -> None:
    cast = everybody(database)
    with database.writing() as session:
        with_file(session, cast, "Meetrapport.pdf", source.file("meetrapport-inline-keuring-terp.pdf"))
    work_off()
    (hit,) = hits(database, "meetrapport inline keuring", cast.nobody)
    assert hit.in_file is not None
    assert (hit.in_file.use.name, hit.in_file.page.number) == ("meetrapport.pdf", 1)
    assert "<mark>" in hit.in_file.snippet_html
    # What the piece itself says needs no file.
    (own,) = hits(database, "omstellen", cast.nobody)
    assert own.in_file is None


def place(database: Database, question: str, by: Actor) -> tuple[str, int] | None:
    """In which file, and on which of its pages, the one hit says that the words stand."""
    (hit,) = hits(database, question, by)
    return (hit.in_file.use.name, hit.in_file.page.number) if hit.in_file else None


FILLING = "Hier staat verder niets dat ertoe doet, maar wel een hele regel lang.\n"


def test_a_hit_says_where_however_far_on_and_behind_however_long_a_file(database: Database, engine: Place) -> None:
    cast = everybody(database)
    last = FILLING * 1_500 + "Helemaal achteraan komt de kwelderklei.\n" + FILLING * 3
    files = {"lang.txt": last.encode(), "rapport.pdf": pdf([FILLING * 30] * 79 + ["De brimzotel."] + [FILLING] * 20)}
    with database.writing() as session:
        article = with_files(session, cast, files)
    work_off()
    assert place(database, "brimzotel", cast.nobody) == ("rapport.pdf", 80)
    name, number = place(database, "kwelderklei", cast.nobody) or ("", 0)
    assert name == "lang.txt"
    assert number > 15
    with database.reading() as session:
        assert states(session, article, cast.nobody) == [TextState.READ, TextState.READ]


def test_of_files_that_are_too_long_together_each_is_found_as_far_as_it_says(database: Database, engine: Place) -> None:
    cast = everybody(database)
    files = {
        "een.txt": f"{FILLING * 2_000}brimzotel\n{FILLING * 2_000}spronkwidu".encode(),
        "twee.txt": f"{FILLING * 2_001}flurgkomat\n{FILLING * 2_000}kwelderklei".encode(),
    }
    with database.writing() as session:
        article = with_files(session, cast, files)
    work_off()
    assert place(database, "brimzotel", cast.nobody) is not None
    assert place(database, "flurgkomat", cast.nobody) is not None
    assert not hits(database, "spronkwidu", cast.nobody)
    assert not hits(database, "kwelderklei", cast.nobody)
    with database.reading() as session:
        assert states(session, article, cast.nobody) == [TextState.PARTLY, TextState.PARTLY]


@pytest.mark.parametrize("is_away", [False, True])
def test_a_table_of_very_many_numbers_is_found_to_its_last_row(
    database: Database, engine: Place, monkeypatch: pytest.MonkeyPatch, is_away: bool
) -> None:
    cast = everybody(database)
    rows = "".join(f"{number % 1000};{number % 77}\n" for number in range(44_000))
    with database.writing() as session:
        with_file(session, cast, "meting.csv", f"{rows}einde;kwelderklei\n".encode())
    work_off()
    if is_away:
        monkeypatch.setattr(engine_room, "multi_search", _away)
    assert place(database, "kwelderklei", cast.nobody) is not None


def test_a_file_that_is_read_again_by_better_rules_is_found_by_what_they_read(
    database: Database, engine: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = everybody(database)
    with monkeypatch.context() as patch:
        patch.setattr(file_texts, "READER", file_texts.READER - 1)
        patch.setattr(file_texts, "work_apart", lambda *_told: {"state": "read", "pages": [("", "Niet veel.")]})
        with database.writing() as session:
            with_file(session, cast, "a.txt", b"Niet veel. En kwelderklei.")
        work_off()
    assert not hits(database, "kwelderklei", cast.nobody)
    read_unread_files()
    work_off()
    assert place(database, "kwelderklei", cast.nobody) == ("a.txt", 1)


WHO = {
    None: {"nobody", "hinke", "okke", "sjoerd", "aafke", "femke", "noor"},
    Visibility.MEMBERS: {"sjoerd", "aafke", "femke", "noor"},
    Visibility.ORGANISATIONS: {"aafke", "femke", "noor"},
}


WORDS = {None: "brimzotel", Visibility.MEMBERS: "flurgkomat", Visibility.ORGANISATIONS: "spronkwidu"}
"""Words that nothing else holds and no two of which are alike."""


@pytest.mark.parametrize("is_away", [False, True])
def test_who_may_open_a_file_finds_it_and_nobody_else_learns_that_it_is_there(
    database: Database, engine: Place, monkeypatch: pytest.MonkeyPatch, is_away: bool
) -> None:
    cast = everybody(database)
    with database.writing() as session:
        for own in WHO:
            with_file(session, cast, "bijlage.txt", f"Alles over {WORDS[own]}.".encode(), own=own, title="Een stuk")
    work_off()
    if is_away:
        monkeypatch.setattr(engine_room, "multi_search", _away)
    for own in WHO:
        # A piece for everybody names no organisations, so a file of organisations is one of its owner.
        who = WHO[own] - ({"aafke"} if own is Visibility.ORGANISATIONS else set())
        word = WORDS[own]
        found = {name: hits(database, word, actor) for name, actor in cast.everybody.items()}
        assert {name for name, those in found.items() if those} == who
        assert all(those[0].in_file is not None for those in found.values() if those)
        for name, actor in cast.everybody.items():
            with database.reading() as session, speaking("nl"):
                results = find(session, Query(q=word), actor, "nl")
                # Counts, repairs and ways on come from the same documents.
                assert results.total == (name in who)
                wrong = find(session, Query(q=word[:-1] + "x"), actor, "nl")
                assert wrong.corrected is None or word not in wrong.corrected.meant or own is None
                assert not any(word in one.label for one in suggest(session, word[:9], actor, "nl").items[:-1])
    # Each piece once, for whoever may open everything.
    assert len(hits(database, "omstellen", cast.noor)) == 3
    assert len(hits(database, "omstellen", cast.aafke)) == 3
    assert len(hits(database, "omstellen", cast.nobody)) == 3
    assert index.reconcile() == 0


def _away(_queries: object) -> None:
    raise EngineAway("gone for a moment")


@pytest.mark.parametrize("visibility", [Visibility.MEMBERS, Visibility.ORGANISATIONS])
def test_a_file_is_never_more_public_than_its_piece(database: Database, engine: Place, visibility: Visibility) -> None:
    cast = everybody(database)
    with database.writing() as session:
        with_file(session, cast, "a.txt", b"Over kwelderklei.", visibility=visibility)
    work_off()
    found = {name for name, actor in cast.everybody.items() if hits(database, "kwelderklei", actor)}
    assert found == WHO[visibility]


def test_a_withdrawn_piece_is_not_found_by_its_file(database: Database, engine: Place) -> None:
    cast = everybody(database)
    with database.writing() as session:
        article = with_file(session, cast, "a.txt", b"Over kwelderklei.")
    work_off()
    assert hits(database, "kwelderklei", cast.nobody)
    with database.writing() as session:
        withdraw(session, session.get_one(Article, article.id), by=cast.noor, reason_nl="Onjuist.")
    work_off()
    assert not hits(database, "kwelderklei", cast.noor)


def states(session: Session, article: Article, by: Actor) -> list[TextState | None]:
    live = session.get_one(Revision, article.live_revision_id)
    return [one.text for one in offered_files(session, article, live, by)]


def test_each_file_says_what_came_of_reading_it(database: Database, engine: Place) -> None:
    cast = everybody(database)
    with database.writing() as session:
        told = {
            TextState.EMPTY: with_file(session, cast, "scan.pdf", source.file("turflijst-ingevuld-scan.pdf")),
            TextState.UNREADABLE: with_file(session, cast, "kapot.pdf", b"%PDF-1.7 kapot"),
            TextState.READ: with_file(session, cast, "tekst.txt", b"Gewoon tekst."),
            None: with_file(session, cast, "foto.jpg", source.file("lascel-tijdens-proef.jpg")),
        }
    work_off()
    with database.reading() as session:
        for state, article in told.items():
            assert states(session, session.get_one(Article, article.id), cast.nobody) == [state]


def test_files_that_nobody_has_read_are_read_by_and_by_and_those_of_nobody_forgotten(
    database: Database, engine: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = everybody(database)
    with monkeypatch.context() as patch, database.writing() as session:
        article = with_file(session, cast, "a.txt", b"Over kwelderklei.")
        patch.setattr(file_texts, "_unread", lambda *_told, **_more: [])
    with monkeypatch.context() as patch:
        patch.setattr(file_texts, "_unread", lambda *_told, **_more: [])
        work_off()
    assert not hits(database, "kwelderklei", cast.nobody)
    read_unread_files()
    work_off()
    assert hits(database, "kwelderklei", cast.nobody)
    with database.writing() as session:
        for row in session.exec(select(Attachment).where(Attachment.article_id == article.id)).all():
            session.delete(row)
    read_unread_files()
    with database.reading() as session:
        assert not session.exec(select(FileText)).all()


def test_the_same_file_in_two_pieces_is_read_once(
    database: Database, engine: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = everybody(database)
    read: list[str] = []
    work = file_texts.work_apart
    monkeypatch.setattr(
        file_texts, "work_apart", lambda module, data, kind: read.append(kind) or work(module, data, kind)
    )
    with database.writing() as session:
        for _ in range(2):
            with_file(session, cast, "a.txt", b"Over kwelderklei.")
    work_off()
    assert read == ["txt"]
    assert len(hits(database, "kwelderklei", cast.nobody)) == 2
