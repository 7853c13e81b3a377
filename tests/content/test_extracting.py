"""The text of files: found page by page, or a clear state, whatever the file is made of."""

import io
import random
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from app.core.apart import Limits, NotDone, work_apart
from content import extracting
from content.extracting import answer
from content.file_limits import LETTERS_IN_A_PART, MOST_LETTERS, MOST_SECONDS
from content.seed import source
from tests.content.packages import document, namespaces, zipped
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


# --- damaged and hostile --------------------------------------------------------------------------------------------

NAMES = namespaces()
BOMB = f"<!DOCTYPE d [<!ENTITY a 'lol'><!ENTITY b '{'&a;' * 100}'><!ENTITY c '{'&b;' * 100}'>]>"
OUTSIDE = "<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
SHEET_MAIN = f'<s:workbook {NAMES}><s:sheets><s:sheet name="a" r:id="r1"/></s:sheets></s:workbook>'


def word(main: str | bytes) -> bytes:
    return zipped({"word/document.xml": main})


def sheet(target: str, parts: Mapping[str, str]) -> bytes:
    main = "xl/workbook.xml"
    return document("xlsx", main, {main: SHEET_MAIN, **parts}, {main: {"r1": ("worksheet", target)}})


def locked_pdf() -> bytes:
    """With a password."""
    writer = PdfWriter()
    writer.append(io.BytesIO(source.file("meetrapport-inline-keuring-terp.pdf")))
    writer.encrypt("geheim", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


HOSTILE: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "entities that grow": ("docx", "unreadable", lambda: word(f"{BOMB}<w:t {NAMES}>&c;</w:t>")),
    "an entity from elsewhere": ("docx", "unreadable", lambda: word(f"{OUTSIDE}<w:t {NAMES}>&a;</w:t>")),
    "a part that grows": ("docx", "unreadable", lambda: word(b" " * 70_000_000)),
    "a part that grows around words": (
        "docx",
        "partly",
        lambda: word(f"<w:d {NAMES}><w:p><w:t>klei</w:t></w:p>{' ' * 70_000_000}</w:d>"),
    ),
    "a part that is not there": ("docx", "unreadable", lambda: zipped({"word/other.xml": "<a/>"})),
    "no words at all": ("docx", "empty", lambda: word(f"<w:document {NAMES}/>")),
    "no container": ("xlsx", "unreadable", lambda: b"PK\x03\x04 not at all"),
    "very many levels": ("docx", "unreadable", lambda: word("<a>" * 200_000)),
    "an encoding that no one has": ("docx", "unreadable", lambda: word(b"<?xml version='1.0' encoding='x'?><a/>")),
    "only a head": ("pdf", "unreadable", lambda: b"%PDF-1.7\n"),
    "nothing": ("pdf", "unreadable", lambda: b""),
    "a password": ("pdf", "unreadable", locked_pdf),
    "a tree that bites its tail": (
        "pdf",
        "unreadable",
        lambda: (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>"
        ),
    ),
    "a sheet that points outside": ("xlsx", "empty", lambda: sheet("../../../etc/passwd", {})),
    "a sheet that is its own drawing": (
        "xlsx",
        "read",
        lambda: document(
            "xlsx",
            "xl/workbook.xml",
            {"xl/workbook.xml": SHEET_MAIN, "xl/a.xml": f"<a:p {NAMES}><s:c><s:v>1</s:v></s:c></a:p>"},
            {"xl/workbook.xml": {"r1": ("worksheet", "a.xml")}, "xl/a.xml": {"r1": ("drawing", "a.xml")}},
        ),
    ),
    "a number that is none": (
        "xlsx",
        "empty",
        lambda: sheet("a.xml", {"xl/a.xml": f"<s:c t='s' {NAMES}><s:v>{'9' * 100_000}</s:v></s:c>"}),
    ),
    "bytes that are no text": ("txt", "unreadable", lambda: b"\xff\xfe\x00\xd8\x00"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_the_state_that_it_deserves(name: str) -> None:
    """Its process lives through it: one that ends without an answer is no answer, and raises here."""
    kind, state, make = HOSTILE[name]
    told = work_apart("content.extracting", make(), kind)
    assert told["state"] == state
    assert bool(told["pages"]) == (state in ("read", "partly"))


def test_what_takes_more_than_it_may_is_ended_and_gives_nothing() -> None:
    """The control: what is read within the limits is not within smaller ones."""
    text = b"woord " * 40_000
    assert work_apart("content.extracting", text, "txt")["state"] == "read"
    with pytest.raises(NotDone):
        work_apart("content.extracting", text, "txt", limits=Limits(answer_megabytes=0))
    endless = word(f"<w:d {NAMES}>{'<w:p><w:r/></w:p>' * 3_000_000}</w:d>")
    with pytest.raises(NotDone):
        work_apart("content.extracting", endless, "docx", limits=Limits(seconds=1))


def test_what_takes_too_much_memory_cannot_be_read() -> None:
    growing = word(f"<w:d {NAMES}><w:t>{'a' * 50_000_000}</w:t></w:d>")
    assert work_apart("content.extracting", growing, "docx", limits=Limits(megabytes=100))["state"] == "unreadable"


# --- long ones ------------------------------------------------------------------------------------------------------


def words_of(told: dict[str, Any]) -> str:
    return " ".join(" ".join(text for _, text in told["pages"]).split())


def long_word(count: int) -> str:
    return "".join(f"<w:p><w:r><w:t>alinea {number} over klei</w:t></w:r></w:p>" for number in range(count))


def test_a_long_text_without_pages_is_read_to_its_end_in_parts() -> None:
    lines = [f"regel {number} over klei" for number in range(9_000)]
    for data, kind in (("\n".join(lines).encode(), "txt"), (" ".join(lines).encode(), "csv")):
        told = answer(data, kind)
        assert told["state"] == "read"
        assert words_of(told) == " ".join(lines)
        assert len(told["pages"]) > 30
        assert max(len(text) for _, text in told["pages"]) <= LETTERS_IN_A_PART
    told = answer(word(f"<w:document {NAMES}>{long_word(9_000)}</w:document>"), "docx")
    assert told["state"] == "read"
    assert words_of(told).endswith("alinea 8999 over klei")


def test_a_long_sheet_is_read_in_parts_of_the_same_name() -> None:
    rows = "".join(f"<s:row><s:c><s:v>{number}</s:v></s:c></s:row>" for number in range(20_000))
    told = answer(sheet("a.xml", {"xl/a.xml": f"<s:worksheet {NAMES}>{rows}</s:worksheet>"}), "xlsx")
    assert told["state"] == "read"
    assert {name for name, _ in told["pages"]} == {"a"}
    assert words_of(told).split() == [str(number) for number in range(20_000)]


@pytest.mark.parametrize("kind", ["txt", "docx", "xlsx"])
def test_a_file_beyond_the_limit_is_read_up_to_it_and_says_so(kind: str) -> None:
    data = {
        "txt": b"woord " * 400_000,
        "docx": word(f"<w:document {NAMES}>{long_word(40_000)}</w:document>"),
        "xlsx": sheet("a.xml", {"xl/a.xml": f"<s:w {NAMES}>{'<s:c><s:v>1234</s:v></s:c>' * 100_000}</s:w>"}),
    }[kind]
    told = answer(data, kind)
    assert told["state"] == "partly"
    assert sum(len(text) for _, text in told["pages"]) == MOST_LETTERS


def test_what_fits_to_the_letter_is_whole() -> None:
    assert answer(b"a" * MOST_LETTERS, "txt")["state"] == "read"
    assert answer(b"a" * (MOST_LETTERS + 1), "txt")["state"] == "partly"


def test_what_takes_too_long_is_read_as_far_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = iter(range(0, 10_000_000, 1))
    monkeypatch.setattr(extracting, "process_time", lambda: next(hours))
    told = answer("\n".join(f"regel {number}" for number in range(30_000)).encode(), "txt")
    assert told["state"] == "partly"
    assert len(told["pages"]) == MOST_SECONDS


def test_text_before_damage_counts() -> None:
    told = answer(word(f"<w:document {NAMES}>{long_word(3_000)}<w:p"), "docx")
    assert told["state"] == "partly"
    assert "alinea 2000 over klei" in words_of(told)


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
