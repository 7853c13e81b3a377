"""Pictures and files of a piece that somebody writes: sent in, described, taken out, given to nobody else."""

import errno
import re
from io import BytesIO
from zipfile import ZipFile

import httpx
import obstore
import pytest
from PIL import Image
from sqlmodel import select
from starlette.datastructures import UploadFile

from app.core.database import Database
from app.core.seals import seal
from app.people.models import Organisation, User
from app.web import uploads
from app.web.forms import FORM_PURPOSE
from app.web.security import LARGEST_BODY
from app.web.visit import session_cookie
from content.draft_files import files_in
from content.file_texts import FileText, TextState
from content.models import Article, Attachment
from content.seed import source
from content.writing import draft_of
from tests.web.client import Client

pytestmark = pytest.mark.whole


def photo() -> bytes:
    """One that no example shows."""
    written = BytesIO()
    Image.linear_gradient("L").resize((700, 500)).convert("RGB").save(written, "JPEG")
    return written.getvalue()


PHOTO = photo()
TABLE = source.file("uitval-26-weken-terp.csv")
JSON = {"accept": "application/json"}


class Author:
    """Femke, who may change this piece, with a token for her forms."""

    def __init__(self, client: Client, database: Database, handle: str = "femke") -> None:
        with database.reading() as session:
            user = session.exec(select(User).where(User.handle == handle)).one()
            self.article_id = session.exec(
                select(Article.id)
                .join(Organisation, Organisation.id == Article.owner_id)
                .where(Organisation.slug == "kennislab-slim-maken", Article.visibility == "everyone")
                .order_by(Article.id)
            ).first()
        self.client, self.database = client.sign_in(user), database
        self.base = f"/schrijven/{self.article_id}/bestanden"
        self.token = seal(FORM_PURPOSE, client._http.cookies[session_cookie()])

    def send(
        self, *files: tuple[str, bytes], to: str = "", headers: dict[str, str] | None = None, **told: str
    ) -> httpx.Response:
        sent = [("bestand", (name, data)) for name, data in files] or [("bestand", ("", b""))]
        return self.client.post(self.base + to, data={"token": self.token, **told}, files=sent, headers=headers)

    def names(self) -> list[str]:
        with self.database.reading() as session:
            article = session.get_one(Article, self.article_id)
            return [file.use.name for file in files_in(session, article, draft_of(session, article).content)]


@pytest.fixture
def author(client: Client, seeded: Database) -> Author:
    return Author(client, seeded)


def test_files_are_sent_in_with_a_plain_form(author: Author) -> None:
    before = author.names()
    answer = author.send(("Mijn cel.jpg", PHOTO), ("Uitval week 30.csv", TABLE + b"27;1;1\n"))
    assert answer.status_code == 303
    assert author.names() == [*before, "mijn-cel.jpg", "uitval-week-30.csv"]
    page = author.client.get(answer.headers["location"])
    assert page.headers["cache-control"] == "private, no-store"
    assert "mijn-cel.jpg" in page.text
    small = re.search(r'src="(/beeld/[0-9a-f]{64}/480\.webp)"', page.text)
    assert small
    shown = author.client.get(small[1])
    assert Image.open(BytesIO(shown.content)).format == "WEBP"
    assert shown.headers["cache-control"] == "private, no-store"


def test_what_does_not_fit_is_told_by_name_and_the_rest_is_kept(author: Author) -> None:
    before = author.names()
    answer = author.send(("fout.exe", b"MZ"), ("goed.csv", TABLE + b"1;1;1\n"), ("nep.jpg", b"GIF89a"))
    assert answer.status_code == 422
    assert author.names() == [*before, "goed.csv"]
    assert "fout.exe: " in answer.text
    assert "nep.jpg: " in answer.text
    assert author.send().status_code == 422


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (TextState.PARTLY, "Zoeken vindt alleen het eerste deel van de tekst."),
        (TextState.EMPTY, "Bevat geen tekst die je met zoeken kunt vinden."),
        (TextState.UNREADABLE, "Kon niet worden gelezen, dus zoeken vindt de tekst niet."),
        (TextState.READ, ""),
    ],
)
def test_the_author_sees_how_far_a_search_finds_a_file(author: Author, state: TextState, said: str) -> None:
    at = author.send(("rapport.csv", TABLE + b"27;1;1\n")).headers["location"]
    with author.database.writing() as session:
        kept = session.exec(select(Attachment.hash).where(Attachment.name == "rapport.csv")).one()
        session.add(FileText(hash=kept, state=state))
    page = author.client.get(at).text
    for one in ("Zoeken vindt", "Bevat geen tekst", "Kon niet worden gelezen"):
        assert (one in page) == said.startswith(one)


def test_a_script_gets_the_list_anew_and_how_the_text_shows_it(author: Author) -> None:
    answer = author.send(("cel.jpg", PHOTO), headers=JSON)
    assert answer.status_code == 200
    told = answer.json()
    assert told["added"] == ["![](files/cel.jpg)"]
    assert "cel.jpg" in told["html"]
    assert "<html" not in told["html"]
    refused = author.send(("x.exe", b"MZ"), headers=JSON)
    assert refused.status_code == 422
    assert refused.json()["problem"].startswith("x.exe: ")


def test_a_picture_is_described_taken_out_and_put_back(author: Author) -> None:
    author.send(("cel.jpg", PHOTO))
    author.send(to="/cel.jpg", doe="bewaar", beschrijving='De <b>"cel"</b>', lijst="ja")
    page = author.client.get(author.base)
    looked_over = 'name="nagekeken" value="ja"'
    assert looked_over in page.text
    assert f"{looked_over} checked" not in page.text
    author.send(to="/cel.jpg", doe="bewaar", beschrijving='De <b>"cel"</b>', lijst="ja", nagekeken="ja")
    page = author.client.get(author.base)
    assert f"{looked_over} checked" in page.text
    assert "De &lt;b&gt;&#34;cel&#34;&lt;/b&gt;" in page.text
    gone = author.send(to="/cel.jpg", doe="weg")
    assert "cel.jpg" not in author.names()
    after = author.client.get(gone.headers["location"])
    found = re.search(r'name="hash" value="([0-9a-f]{64})"', after.text)
    assert found
    assert author.send(to="/cel.jpg", doe="terug", hash=found[1]).status_code == 303
    assert "cel.jpg" in author.names()


def test_a_file_is_replaced_and_given_back_to_its_author(author: Author) -> None:
    author.send(("tabel.csv", TABLE + b"1;1;1\n"))
    author.send(("nieuw.csv", TABLE + b"2;2;2\n"), to="/tabel.csv", doe="vervang")
    given = author.client.get(f"{author.base}/tabel.csv")
    assert given.content == TABLE + b"2;2;2\n"
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.headers["content-security-policy"].startswith("default-src 'none'")
    assert given.headers["cache-control"] == "private, no-store"
    assert author.send(("foto.jpg", PHOTO), to="/tabel.csv", doe="vervang").status_code == 422
    assert author.send(to="/tabel.csv", doe="vervang").status_code == 422


def test_nobody_else_sends_changes_or_opens_a_file_of_a_draft(author: Author, seeded: Database) -> None:
    author.send(("geheim-plan.jpg", PHOTO))
    page = author.client.get(author.base).text
    small = re.search(r'src="(/beeld/[0-9a-f]{64}/480\.webp)"', page)
    assert small
    before = author.names()
    for handle in ("sjoerd", "aafke"):
        with Client() as client:
            other = Author(client, seeded, handle)
            for answer in (
                other.client.get(other.base),
                other.client.get(f"{other.base}/geheim-plan.jpg"),
                other.client.get(small[1]),
                other.send(("x.csv", TABLE)),
                other.send(to="/geheim-plan.jpg", doe="weg"),
                other.send(("x.csv", TABLE), headers=JSON),
            ):
                assert answer.status_code == 404, (handle, answer.request.url)
                assert "geheim-plan" not in answer.text.replace("bestanden/geheim-plan.jpg", "")
    with Client() as client:
        assert client.get(small[1]).status_code == 404
        assert "/inloggen" in client.get(author.base).headers["location"]
    assert author.names() == before


@pytest.mark.parametrize("where", ["on its way", "kept"])
def test_a_full_disk_is_told_and_nothing_is_changed(
    author: Author, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def refuse(*_told: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = author.names()
    monkeypatch.setattr(*{"on its way": (UploadFile, "write", refuse), "kept": (obstore, "put", refuse)}[where])
    answer = author.send(("x.csv", TABLE + b"full;1;1\n"))
    assert answer.status_code == 507
    assert "geen ruimte" in answer.text
    monkeypatch.undo()
    assert author.names() == before
    assert author.send(("x.csv", TABLE + b"full;1;1\n")).status_code == 303


def test_only_a_form_of_this_session_is_taken(author: Author) -> None:
    before = author.names()
    author.token = "made up"
    assert author.send(("x.csv", TABLE)).status_code == 403
    assert author.names() == before


def test_only_doors_for_files_take_much_and_only_from_who_says_who_they_are(author: Author) -> None:
    much = b"x" * (LARGEST_BODY + 1000)
    assert author.send(("groot.exe", much)).status_code == 422
    assert author.client.post("/schrijven/1/bestandenx", content=much).status_code == 413
    with Client() as client:
        assert client.post(author.base, content=much).status_code == 413


def test_an_office_document_with_a_macro_is_refused_in_a_sentence(author: Author) -> None:
    made = BytesIO()
    with ZipFile(made, "w") as container:
        container.writestr("[Content_Types].xml", "<Types/>")
        container.writestr("word/document.xml", "<w/>")
        container.writestr("word/vbaProject.bin", "x")
    answer = author.send(("rapport.docx", made.getvalue()))
    assert answer.status_code == 422
    assert "macro" in answer.text


def test_who_finds_no_place_or_no_time_left_is_told_to_try_again(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_SECONDS", 0.0)
    busy = author.send(("mal.jpg", PHOTO))
    assert busy.status_code == 503
    assert "Probeer het zo nog eens" in busy.text
    several = author.send(("mal.jpg", PHOTO), ("uitval.csv", TABLE))
    assert several.status_code == 422
    assert several.text.count("Daar was geen tijd meer voor. Stuur het nog eens.") >= 2
    monkeypatch.undo()
    monkeypatch.setattr(uploads, "PATIENCE", 0.01)
    with uploads.one_of_few(), uploads.one_of_few():
        assert author.send(("mal.jpg", PHOTO), ("uitval.csv", TABLE)).status_code == 503
        assert author.send(headers=JSON).status_code == 422
    assert author.send(("mal.jpg", PHOTO), ("uitval.csv", TABLE)).status_code == 303
