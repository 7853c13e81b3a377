"""The text of files: found page by page, or a clear state, whatever the file is made of."""

import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.apart import Limits, NotDone, work_apart
from content.extracting import MOST_PAGES, answer
from content.seed import source
from tests.counts import full

SAMPLES = Path(__file__).with_name("samples")

EXAMPLES = {
    "meetrapport-inline-keuring-terp.pdf": 3,
    "uitval-26-weken-terp.csv": 1,
    "papierloze-werkorder-esdoorn.docx": 1,
    "rekenmodel-terugverdientijd.xlsx": 3,
}


@pytest.mark.parametrize(("name", "pages"), EXAMPLES.items())
def test_our_own_examples_are_read(name: str, pages: int) -> None:
    told = work_apart("content.extracting", source.file(name), name.rsplit(".", 1)[1])
    assert told["state"] == "read"
    assert len(told["pages"]) == pages


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*")), ids=lambda path: path.name)
def test_files_of_other_programs_are_read(path: Path) -> None:
    told = work_apart("content.extracting", path.read_bytes(), path.suffix[1:])
    assert told["state"] == "read"
    assert "kwelderklei" in " ".join(text for _, text in told["pages"]).lower()


@pytest.mark.parametrize("name", [path.name for path in SAMPLES.glob("la*.pdf")] + ["libreoffice.pdf", "pandoc.docx"])
def test_accents_and_ligatures_are_read_as_they_stand_on_paper(name: str) -> None:
    told = work_apart("content.extracting", (SAMPLES / name).read_bytes(), name.rsplit(".", 1)[1])
    assert "stookt efficiënter: 12 % minder" in told["pages"][0][1]


def test_there_are_samples_of_every_kind() -> None:
    assert {path.suffix for path in SAMPLES.glob("*.*")} >= {".pdf", ".docx", ".xlsx", ".pptx"}


def test_a_scan_says_that_it_holds_no_text() -> None:
    assert work_apart("content.extracting", source.file("turflijst-ingevuld-scan.pdf"), "pdf")["state"] == "empty"


@pytest.mark.parametrize("data", [b"twee \xe9\xe9n", "twee één".encode(), "twee één".encode("utf-16")])
def test_plain_text_is_read_in_the_encodings_people_save_it_in(data: bytes) -> None:
    assert answer(data, "txt")["pages"] == [("", "twee één")]


# --- what nobody sees is not read ----------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def zipped(parts: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as container:
        for name, text in parts.items():
            container.writestr(name, text)
    return made.getvalue()


def test_removed_words_and_comments_of_a_document_stay_out() -> None:
    body = (
        f"<w:document {W}><w:body><w:p><w:r><w:t>zicht</w:t></w:r><w:r><w:t>baar</w:t></w:r>"
        "<w:del><w:r><w:delText>geschrapt</w:delText></w:r></w:del></w:p><w:p><w:r><w:t>volgende</w:t></w:r></w:p>"
        "</w:body></w:document>"
    )
    comment = f"<w:comments {W}><w:p><w:r><w:t>geheim</w:t></w:r></w:p></w:comments>"
    told = answer(zipped({"word/document.xml": body, "word/comments.xml": comment}), "docx")
    assert told == {"state": "read", "pages": [("", "zichtbaar\nvolgende")]}


def test_slides_come_in_their_order_and_hidden_ones_and_notes_not_at_all() -> None:
    def slide(text: str, more: str = "") -> str:
        return f"<p:sld {P} {A}{more}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"

    parts = {
        "ppt/presentation.xml": f'<p:presentation {P} {R}><p:sldIdLst><p:sldId r:id="r2"/><p:sldId r:id="r1"/>'
        "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": f"<Relationships {RELATIONS}>"
        '<Relationship Id="r1" Target="slides/slide1.xml"/>'
        '<Relationship Id="r2" Target="/ppt/slides/slide2.xml"/></Relationships>',
        "ppt/slides/slide1.xml": slide("een"),
        "ppt/slides/slide2.xml": slide("twee"),
        "ppt/slides/slide3.xml": slide("verweesd"),
        "ppt/notesSlides/notesSlide1.xml": slide("alleen voor de spreker"),
    }
    assert answer(zipped(parts), "pptx")["pages"] == [("", "twee"), ("", "een")]
    hidden = {**parts, "ppt/slides/slide1.xml": slide("een", ' show="0"')}
    assert answer(zipped(hidden), "pptx")["pages"] == [("", "twee"), ("", "")]


def test_a_sheet_has_its_name_and_a_hidden_one_is_not_read() -> None:
    sheet = (
        f'<worksheet {S}><sheetData><row><c t="s"><v>0</v></c><c><v>12</v></c><c t="inlineStr"><is><t>los</t></is></c>'
    )
    parts = {
        "xl/workbook.xml": f'<workbook {S} {R}><sheets><sheet name="Meting" r:id="r1"/>'
        '<sheet name="Lonen" state="hidden" r:id="r2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {RELATIONS}>"
        '<Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="r2" Target="worksheets/sheet2.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {S}><si><r><t>uit</t></r><r><t>val</t></r></si></sst>",
        "xl/worksheets/sheet1.xml": f"{sheet}</row></sheetData></worksheet>",
        "xl/worksheets/sheet2.xml": f"{sheet}</row></sheetData></worksheet>",
    }
    assert answer(zipped(parts), "xlsx")["pages"] == [("Meting", "uitval 12 los")]


# --- damaged and hostile --------------------------------------------------------------------------------------------

BOMB = f"<!DOCTYPE d [<!ENTITY a 'lol'><!ENTITY b '{'&a;' * 100}'><!ENTITY c '{'&b;' * 100}'>]>"
OUTSIDE = "<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"

HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "entities that grow": ("docx", lambda: zipped({"word/document.xml": f"{BOMB}<w:t {W}>&c;</w:t>"})),
    "an entity from elsewhere": ("docx", lambda: zipped({"word/document.xml": f"{OUTSIDE}<w:t {W}>&a;</w:t>"})),
    "a part that grows": ("docx", lambda: zipped({"word/document.xml": b" " * 70_000_000})),
    "a part that is not there": ("docx", lambda: zipped({"word/other.xml": "<a/>"})),
    "no container": ("xlsx", lambda: b"PK\x03\x04 not at all"),
    "a thousand levels": ("docx", lambda: zipped({"word/document.xml": "<a>" * 200_000})),
    "only a head": ("pdf", lambda: b"%PDF-1.7\n"),
    "nothing": ("pdf", lambda: b""),
    "a tree that bites its tail": (
        "pdf",
        lambda: (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>"
        ),
    ),
    "a sheet that points outside": (
        "xlsx",
        lambda: zipped(
            {
                "xl/workbook.xml": f'<workbook {S} {R}><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
                "xl/_rels/workbook.xml.rels": f'<Relationships {RELATIONS}><Relationship Id="r1" '
                'Target="../../../etc/passwd"/></Relationships>',
            }
        ),
    ),
}


NOTHING_IN_IT = frozenset({"a part that is not there"})
"""Those that are read to their end, at which nothing was found."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_no_text_and_a_clear_state(name: str) -> None:
    """Its process lives through it: one that ends without an answer is no answer, and raises here."""
    kind, make = HOSTILE[name]
    told = work_apart("content.extracting", make(), kind)
    assert told == {"state": "empty" if name in NOTHING_IN_IT else "unreadable", "pages": []}


def test_what_takes_more_than_it_may_is_ended_and_gives_nothing() -> None:
    """The control: what is read within the limits is not within smaller ones."""
    text = b"woord " * 90_000
    assert work_apart("content.extracting", text, "txt")["state"] == "read"
    with pytest.raises(NotDone):
        work_apart("content.extracting", text, "txt", limits=Limits(answer_megabytes=0))
    endless = zipped({"word/document.xml": f"<w:d {W}>{'<w:p><w:t>x</w:t></w:p>' * 1_500_000}</w:d>"})
    with pytest.raises(NotDone):
        work_apart("content.extracting", endless, "docx", limits=Limits(seconds=1))


def test_a_long_file_is_read_as_far_as_the_limit() -> None:
    told = answer(b"woord " * 400_000, "txt")
    assert told["state"] == "read"
    assert sum(len(text) for _, text in told["pages"]) <= 60_000
    assert MOST_PAGES < 1000


@pytest.mark.slow
def test_damaged_files_end_in_a_state_and_never_in_an_error() -> None:
    """None of them makes the process fall over, and some do end unread: a house that reads nothing would be seen."""
    chance = random.Random(3)
    states, fell = Counter[tuple[str, str]](), []
    for name in EXAMPLES:
        data = bytearray(source.file(name))
        kind = name.rsplit(".", 1)[1]
        for at in range(full(60, 6)):
            broken = bytearray(data)
            for _ in range(chance.randint(1, 40)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            cut = bytes(broken[: chance.choice((len(broken), chance.randrange(len(broken))))])
            try:
                states[kind, work_apart("content.extracting", cut, kind)["state"]] += 1
            except NotDone as problem:
                fell.append((kind, at, str(problem)))
    assert {state for _kind, state in states} <= {"read", "partly", "empty", "unreadable"}
    assert {kind for kind, _state in states} == {"pdf", "csv", "docx", "xlsx"}
    assert sum(count for (_kind, state), count in states.items() if state == "unreadable") > full(60, 6)
    assert fell == []
