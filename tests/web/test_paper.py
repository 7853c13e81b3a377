"""A piece on paper: what stands on it, for whom, how often it is made, and that it asks nothing of anybody outside."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader
from sqlmodel import select

from app.core.database import Database
from app.core.errors import Unavailable
from app.core.settings import settings
from app.core.working import work_off
from app.people.actor import Actor
from app.people.models import User
from app.web.paper import cuts, keeping, press
from app.web.paper.press import MOST_WAITING, NoPress, Press, library, pdf
from content.models import Article, Stage
from content.publishing import publish, show_to, withdraw
from content.snapshot import Visibility
from content.writing import draft_of, revise, save_draft
from tests.web.client import Client

pytestmark = pytest.mark.whole

EDITOR = Actor(name="test", is_steward=True)
SITE = "http://proeftuin.example"
CASE = "/kennis/cobotlassen-kleine-series-kwelderstaal"
LESSON = "/kennis/begin-met-een-nulmeting"
TECHNOLOGY = "/kennis/3d-metaalprinten-lpbf"
MILLIMETRE = 72 / 25.4


@pytest.fixture(scope="module", autouse=True)
def _can_print() -> None:
    library()


def read(client: Client, path: str) -> PdfReader:
    answer = client.get(f"{path}.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), path
    return PdfReader(BytesIO(answer.content))


def text_of(paper: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in paper.pages).split())


def kept() -> list[Path]:
    return sorted((settings().data_dir / "files" / "made" / "paper").rglob("*.pdf"))


def elements(paper: PdfReader) -> Iterator[Any]:
    """Every element of the structure of the document, root first."""
    waiting = [paper.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if hasattr(one, "get") and "/K" in one:
            yield one
            below = one["/K"]
            waiting += below if isinstance(below, list) else [below]


def the(database: Database, path: str) -> int:
    with database.reading() as session:
        return session.exec(select(Article.id).where(Article.slug == path.removeprefix("/kennis/"))).one()


# --- what stands on it -------------------------------------------------------------------------------------------


def test_a_case_fits_on_one_sheet_with_all_that_it_is_handed_out_for(client: Client) -> None:
    paper = read(client, CASE)
    (page,) = paper.pages
    assert (round(page.mediabox.width / MILLIMETRE), round(page.mediabox.height / MILLIMETRE)) == (210, 297)
    text = text_of(paper)
    for wanted in (
        *("Lascobot bij series van vijf stuks", "Lassers zijn schaars", "Boogtijd per dienst", "22%", "41%", "+86%"),
        *("Meetperiode: 12 weken", "Skillslab Het Werkplein", "€ 125.500", "€ 50.000 tot € 250.000", "27 maanden"),
        *("Wat misging", "Lasrookafzuiging was niet begroot", "Productieleider", f"{SITE}{CASE}/v/1", "CC BY 4.0"),
        *("Oosterhuis, J., & Havinga, O. (2025)", "verzonnen"),
    ):
        assert wanted in text.replace("\xa0", " "), wanted


def test_a_lesson_and_a_technology_have_a_sheet_of_their_own(client: Client) -> None:
    lesson = text_of(read(client, LESSON))
    assert "De les in één zin" in lesson
    assert "Geldt als" in lesson
    technology = text_of(read(client, TECHNOLOGY))
    assert "Wat het kost Wat" in technology
    assert "Alternatieven" in technology


def test_a_sheet_is_in_the_language_of_its_text_wherever_it_is_asked_for(client: Client) -> None:
    assert client.get(f"/en{CASE}.pdf").content == client.get(f"{CASE}.pdf").content
    english = read(client, "/kennis/start-with-a-baseline")
    assert english.trailer["/Root"]["/Lang"] == "en"
    assert "Ask further" in text_of(english)


def test_the_code_and_the_link_lead_to_exactly_this_version(client: Client) -> None:
    answer = client.get(f"{CASE}.pdf").content
    picture = pypdfium2.PdfDocument(answer)[0].render(scale=2).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"{SITE}{CASE}/v/1"]
    page = PdfReader(BytesIO(answer)).pages[0]
    links = {note.get_object()["/A"]["/URI"] for note in page["/Annots"]}
    assert links == {f"{SITE}{CASE}/v/1"}
    assert client.get(f"{CASE}/v/1").status_code == 200


def test_it_is_tagged_for_those_who_hear_it(client: Client) -> None:
    paper = read(client, CASE)
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert paper.metadata is not None
    assert paper.metadata.title == "Lascobot bij series van vijf stuks: 27 maanden terugverdientijd — Proeftuin"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    found = list(elements(paper))
    kinds = {one.get("/S") for one in found}
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure", "/Link"} <= kinds
    assert [one.get("/Alt") for one in found if one.get("/S") == "/Figure"] == ["QR-code van het adres van dit stuk"]


def test_our_own_fonts_are_inside_it_and_no_others(client: Client) -> None:
    names = set()
    for page in read(client, CASE).pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & {*described}
            names.add(font.get_object()["/BaseFont"].partition("+")[2].partition("-")[0])
    assert names == {"Archivo", "Literata"}


# --- for whom, and how often -------------------------------------------------------------------------------------


def test_it_is_made_once_and_again_when_the_piece_changes(
    client: Client, seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(f"{LESSON}.pdf")
    assert client.get(f"{LESSON}.pdf", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    (file,) = kept()
    made: list[str] = []
    monkeypatch.setattr(keeping, "pdf", lambda html: made.append(html) or b"%PDF-new")
    with Client() as another:
        assert another.get(f"{LESSON}.pdf").content == first.content
    assert made == []
    with seeded.writing() as session:
        article = session.get_one(Article, the(seeded, LESSON))
        text = draft_of(session, article).content
        save_draft(session, article, text.model_copy(update={"title": "Een andere kop"}), by=EDITOR)
        revise(session, article, by=EDITOR)
        publish(session, article, by=EDITOR)
    assert client.get(f"{LESSON}.pdf").content == b"%PDF-new"
    assert "Een andere kop" in made[0]
    assert file not in kept()
    assert len(kept()) == 1


def test_it_goes_with_the_piece(client: Client, seeded: Database) -> None:
    assert client.get(f"{LESSON}.pdf").status_code == 200
    with seeded.writing() as session:
        withdraw(session, session.get_one(Article, the(seeded, LESSON)), by=EDITOR, reason_nl="Klopt niet.")
    assert client.get(f"{LESSON}.pdf").status_code == 410
    work_off()
    assert kept() == []


def test_a_members_sheet_is_kept_by_nobody_on_the_way(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        article = session.get_one(Article, the(seeded, LESSON))
        show_to(session, article, Visibility.MEMBERS, by=EDITOR, allowed=set())
    assert client.get(f"{LESSON}.pdf").status_code == 404
    with seeded.reading() as session:
        member = session.exec(select(User).where(User.handle == "jantina")).one()
    answer = client.sign_in(member).get(f"{LESSON}.pdf")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    assert "etag" not in answer.headers


def test_a_machine_that_cannot_print_says_how_else(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_html: str) -> NoReturn:
        raise NoPress("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(keeping, "pdf", missing)
    answer = client.get(f"{LESSON}.pdf")
    assert answer.status_code == 503
    assert "Print de pagina" in answer.text
    assert f'href="{LESSON}"' in answer.text
    assert "libpango" not in answer.text


# --- nothing from outside ----------------------------------------------------------------------------------------


@contextmanager
def listening() -> Iterator[tuple[str, list[object]]]:
    """An address of this machine, and who came to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", came
        try:
            while True:
                came.append(server.accept())
        except TimeoutError:
            pass


def test_a_sheet_reaches_nobody_and_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("GEHEIM")
    with listening() as (address, came):
        made = pdf(
            f'<html lang="nl"><head><title>x</title><link rel="stylesheet" href="{address}/a.css">'
            f'<link rel="attachment" href="file://{secret}"><style>@import url({address}/b.css);'
            f'@font-face{{font-family:x;src:url({address}/c.woff2)}}</style></head><body style="font-family:x">'
            f'<img src="{address}/d.png" alt="d"><img src="file://{secret}" alt="e">'
            f'<object data="{address}/f"></object>'
            f'<svg><image href="{address}/g.png"/></svg><a href="{address}/h">h</a></body></html>'
        )
    assert came == []
    assert "GEHEIM" not in str(PdfReader(BytesIO(made)).attachments)


@pytest.mark.parametrize(
    "address", ["http://x.example/", "file:///etc/hostname", "ftp://x.example/", "//x", "font:../x"]
)
def test_the_press_is_given_only_what_is_ours(address: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        press._fetcher()().fetch(address)


def test_the_committed_fonts_are_the_fonts_of_the_site() -> None:
    assert {path.name for path in cuts.FONTS.glob("paper-*")} == {cuts.path_of(name).name for name in cuts.CUTS}
    assert {f"font:{name}" for name in cuts.CUTS} == {*press.FONTS}
    assert cuts.cut("text") == cuts.path_of("text").read_bytes()


# --- the press ---------------------------------------------------------------------------------------------------


def test_what_takes_too_long_is_not_waited_for() -> None:
    end = threading.Event()
    slow = Press(time_limit=0.1)
    with pytest.raises(Unavailable):
        slow.make(lambda: b"late" * end.wait(10))
    with pytest.raises(Unavailable):
        slow.make(lambda: b"next")
    end.set()
    for thread in threading.enumerate():
        if thread.name == "press":
            thread.join()
    assert slow.make(lambda: b"next") == b"next"


def test_only_so_many_wait_and_only_one_is_made_at_a_time() -> None:
    end, at_work, most = threading.Event(), [0], [0]
    busy = Press()
    answers: list[bytes] = []

    def work() -> bytes:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        end.wait(10)
        at_work[0] -= 1
        return b"made"

    threads = [threading.Thread(target=lambda: answers.append(busy.make(work))) for _ in range(MOST_WAITING)]
    for thread in threads:
        thread.start()
    while busy._places.acquire(blocking=False):
        busy._places.release()
    with pytest.raises(Unavailable):
        busy.make(work)
    end.set()
    for thread in threads:
        thread.join()
    assert answers == [b"made"] * MOST_WAITING
    assert most == [1]


def test_only_so_many_are_made_in_a_minute() -> None:
    few = Press(most_a_minute=2)
    assert [few.make(lambda: b"x") for _ in range(2)] == [b"x", b"x"]
    with pytest.raises(Unavailable):
        few.make(lambda: b"x")


def test_a_fault_in_the_work_is_told_to_whoever_asked() -> None:
    def wrong() -> NoReturn:
        raise NoPress("no")

    with pytest.raises(NoPress):
        Press().make(wrong)


@pytest.mark.slow
def test_every_public_piece_fits_on_two_sheets(seeded: Database) -> None:
    with seeded.reading() as session:
        where = (Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        slugs = session.exec(select(Article.slug).where(*where)).all()
    for begin in range(0, len(slugs), 25):
        with Client() as fresh:
            pages = {slug: len(read(fresh, f"/kennis/{slug}").pages) for slug in slugs[begin : begin + 25]}
        assert set(pages.values()) <= {1, 2}, pages
