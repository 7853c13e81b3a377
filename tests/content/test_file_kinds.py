import random
import struct
import zlib
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from PIL import Image

from app.core.errors import Invalid
from app.core.language import LANGUAGES, speaking
from content.file_kinds import BY_EXTENSION, KINDS, MEGABYTE, disposition, recognise, safe_name, serving_headers
from content.office_files import MOST_PARTS, require_harmless_apart
from content.office_package import MAIN_PART

RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"


def office(
    extension: str = "docx", *more: tuple[str, str | bytes], types: str = "<Types/>", method: int = ZIP_DEFLATED
) -> bytes:
    """The smallest document of this kind, with these parts besides."""
    written = BytesIO()
    with ZipFile(written, "w", method) as container:
        for name, content in (("[Content_Types].xml", types), (MAIN_PART[extension], "<document/>"), *more):
            container.writestr(name, content)
    return written.getvalue()


def picture(form: str) -> bytes:
    written = BytesIO()
    Image.new("RGB", (4, 4)).save(written, form)
    return written.getvalue()


FILES = {
    "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
    "docx": office("docx"),
    "xlsx": office("xlsx"),
    "pptx": office("pptx"),
    "csv": "week;uitval\n1;4,2\n2;4,4 \u20ac\n".encode(),
    "txt": "Zie ook <naam>, één regel.\n".encode("cp1252"),
    "step": b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n",
    "stl": b"\0" * 80 + struct.pack("<I", 2) + b"\0" * 100,
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat",
    "svg": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "jpg": picture("JPEG"),
    "png": picture("PNG"),
    "webp": picture("WEBP"),
}


def refusal(name: str, data: bytes) -> str:
    with speaking("en"), pytest.raises(Invalid) as refused:
        recognise(name, data)
    return refused.value.sentence


def refusal_apart(name: str, data: bytes) -> str:
    """What is said when it was looked through in a process of its own."""
    with speaking("en"), pytest.raises(Invalid) as refused:
        recognise(name, data, look_through=require_harmless_apart)
    return refused.value.sentence


@pytest.mark.parametrize("extension", FILES)
def test_a_file_is_recognised_by_its_name_and_its_bytes(extension: str) -> None:
    assert recognise(f"Meting.{extension.upper()}", FILES[extension]) is BY_EXTENSION[extension]


@pytest.mark.parametrize("extension", FILES)
def test_a_file_under_the_name_of_another_kind_is_refused(extension: str) -> None:
    for other, data in FILES.items():
        if other != extension and not (extension in {"csv", "txt"} and other in {"csv", "txt", "step"}):
            assert refusal(f"a.{extension}", data)


@pytest.mark.parametrize(
    ("name", "extension"), [("foto.jpeg", "jpg"), ("foto.JPE", "jpg"), ("deel.stp", "step"), ("a.exe.pdf", "pdf")]
)
def test_other_spellings_are_the_same_kind(name: str, extension: str) -> None:
    assert recognise(name, FILES[extension]).extension == extension


@pytest.mark.parametrize(
    "name", ["a", "", ".pdf", "a.pdf.", "a.pdf.exe", "a.pdf\n.exe", "a.pdf\0.exe", "a.pdf:x", "a.\u202efdp"]
)
def test_a_name_that_only_looks_like_one_of_ours_is_refused(name: str) -> None:
    assert refusal(name, FILES["pdf"]).startswith("We do not take this kind of file. We do take: pdf, docx, xlsx,")


@pytest.mark.parametrize(
    "extension", ["exe", "html", "htm", "svgz", "js", "docm", "xlsm", "doc", "zip", "gif", "xml", "lnk"]
)
def test_kinds_that_are_not_on_the_list_are_refused(extension: str) -> None:
    assert "We do not take this kind of file." in refusal(f"a.{extension}", FILES["pdf"])


def test_an_empty_file_is_refused() -> None:
    assert refusal("a.pdf", b"") == "This file is empty. Choose another one."


def test_a_file_that_is_too_large_is_refused_with_the_limit() -> None:
    data = FILES["svg"] + b" " * MEGABYTE
    assert refusal("a.svg", data) == "This file is too large: Drawing (svg) may have 1 MB."


def test_the_sentence_says_what_the_name_says() -> None:
    assert refusal("a.pdf", FILES["png"]) == "The name says Pdf, but something else is inside. Save it again as that."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_label(language: str) -> None:
    with speaking(language):
        assert len({kind.label for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><script>xss()</script>",
        b"\n  <html><body onload=xss()>",
        b"\xef\xbb\xbf<script>xss()</script>",
        "<svg onload=xss()>".encode("utf-16"),
        b"a;b\n\x00\x01",
        b"MZ\x90\x00\x03",
        b"\x81\x8d\x8f",
        picture("PNG"),
    ],
)
@pytest.mark.parametrize("extension", ["csv", "txt"])
def test_text_is_text_and_no_page(extension: str, data: bytes) -> None:
    assert "something else is inside" in refusal(f"a.{extension}", data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_come_in_the_encodings_that_excel_writes(encoding: str) -> None:
    assert recognise("a.csv", "één;€ 4.300\r\n".encode(encoding)).extension == "csv"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.stl", b"solid mal\nfacet normal 0 0 1\nendfacet\nendsolid mal\n"),
        ("a.step", b"\r\n ISO-10303-21;\n" + b"#1=X();\n" * 500 + b"END-ISO-10303-21;\r\n"),
        ("a.mp4", b"\0\0\0\x1cftypisom\0\0\2\0isomiso2avc1mp41"),
    ],
)
def test_other_forms_of_the_same_kind_are_taken(name: str, data: bytes) -> None:
    assert recognise(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.stl", b"\0" * 80 + struct.pack("<I", 3) + b"\0" * 100),
        ("a.stl", b"solid mal, maar geen model"),
        ("a.step", b"ISO-10303-21;\nafgebroken"),
        ("a.mp4", b"\0\0\0\x14ftypqt  \0\0\2\0qt  "),
        ("a.svg", b"geen tekening"),
        ("a.jpg", b"<script>\xff\xd8\xff"),
    ],
)
def test_half_a_file_is_refused(name: str, data: bytes) -> None:
    assert "something else is inside" in refusal(name, data)


# Documents of an office program


@pytest.mark.parametrize(
    "part",
    [
        ("word/vbaProject.bin", b"\xd0\xcf"),
        ("word/VBAPROJECT.BIN", b"x"),
        ("xl/macrosheets/sheet1.xml", "<x/>"),
        ("word/activeX/activeX1.xml", "<x/>"),
        ("customUI/customUI.xml", "<x/>"),
        ("word/embeddings/oleObject1.bin", b"x"),
        ("word/embeddings/dropper.exe", b"MZ"),
        ("ppt/embeddings/boek.xlsm", b"PK"),
    ],
)
def test_a_document_with_a_program_inside_is_refused(part: tuple[str, str | bytes]) -> None:
    assert refusal("a.docx", office("docx", part)) == (
        "This document holds macros or other programs. Save it without them."
    )


def test_a_document_that_says_it_holds_macros_is_refused() -> None:
    types = '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    assert "holds macros" in refusal("a.docx", office(types=types))


def test_a_chart_with_its_sheet_is_fine() -> None:
    assert recognise("a.pptx", office("pptx", ("ppt/embeddings/Blad1.xlsx", b"PK")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("name", ["word/document2.xml", "customXml/item1.xml", "word/vreemd.bin"])
def test_a_document_type_in_any_part_and_encoding_is_refused(name: str, encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert "DOCTYPE" in refusal("a.docx", office("docx", (name, bomb.encode(encoding))))


def test_a_document_type_behind_a_long_comment_is_found() -> None:
    for length in range(65_515, 65_540):
        late = f"<!--{' ' * length}--><!DOCTYPE x><x/>"
        assert "DOCTYPE" in refusal("a.docx", office("docx", ("word/laat.xml", late)))


def test_an_encoding_that_hides_words_is_refused() -> None:
    hidden = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-'
    assert "DOCTYPE" in refusal("a.docx", office("docx", ("word/a.xml", hidden)))


@pytest.mark.parametrize("kind", [TEMPLATE, "x/image", "x/oleObject", "x/frame", "x/externalLinkPath", ""])
def test_a_document_that_fetches_something_is_refused(kind: str) -> None:
    relation = f'<Relationship Id="r1" Type="{kind}" Target="https://evil.example/x" TargetMode="External"/>'
    data = office("docx", ("word/_rels/settings.xml.rels", RELATIONS.format(relation)))
    assert "fetches something from elsewhere" in refusal("a.docx", data)


def test_a_link_that_a_reader_clicks_is_fine() -> None:
    relation = f'<Relationship Id="r1" Type="{HYPERLINK}" Target="https://a.example" TargetMode="External"/>'
    assert recognise("a.docx", office("docx", ("word/_rels/document.xml.rels", RELATIONS.format(relation))))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "word\\..\\x.xml", "C:x.xml", "word/../../x", "WORD/DOCUMENT.XML"]
)
def test_names_that_lead_out_of_the_container_are_refused(name: str) -> None:
    data = office("docx", ("word/aaaaaaaaaa.xml", "<x/>"))
    renamed = ZipInfo("word/aaaaaaaaaa.xml")
    assert renamed.filename.encode() in data
    written = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(written, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == renamed.filename:
                part.filename = name
            new.writestr(part, content)
    assert refusal("a.docx", written.getvalue()) == (
        "This document cannot be opened. Save it again and send the new file."
    )


def test_a_document_with_too_many_parts_is_refused() -> None:
    parts = [(f"word/p{n}.xml", "<x/>") for n in range(MOST_PARTS)]
    assert "too large inside" in refusal("a.docx", office("docx", *parts))


def test_a_document_that_unpacks_to_very_much_is_refused_before_it_is_unpacked() -> None:
    honest = office("xlsx", ("xl/a.xml", b"\0" * 123_456))
    large = honest.replace(struct.pack("<I", 123_456), struct.pack("<I", 201_000_000))
    assert recognise("a.xlsx", honest)
    assert "too large inside" in refusal("a.xlsx", large)


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    content = b"a" * 100_000
    data = bytearray(office("docx", ("word/a.xml", content)))
    size = struct.pack("<I", len(content))
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = struct.pack("<I", 10)
    assert "cannot be opened" in refusal("a.docx", bytes(data))


def test_a_document_with_a_password_or_of_an_old_kind_is_refused() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert (
        refusal("a.docx", old) == "This document is old or has a password. Save it as docx, xlsx or pptx without one."
    )


def test_a_locked_part_is_refused() -> None:
    data = bytearray(office("docx"))
    central = data.find(b"PK\x01\x02")
    data[central + 8] |= 1
    assert "cannot be opened" in refusal("a.docx", bytes(data))


@pytest.mark.parametrize("extension", MAIN_PART)
def test_a_document_that_is_looked_through_apart_is_taken_as_well(extension: str) -> None:
    whole = office(
        extension,
        ("word/a.xml", '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16")),
        ("word/_rels/b.xml.rels", RELATIONS.format("")),
    )
    assert recognise(f"a.{extension}", whole, look_through=require_harmless_apart) is BY_EXTENSION[extension]


def test_what_is_looked_through_apart_is_refused_in_the_same_words() -> None:
    hostile = (
        office("docx", ("word/vbaProject.bin", b"x")),
        office("docx", ("word/a.xml", b"<!DOCTYPE a><a/>")),
        office("docx", *((f"word/p{n}.xml", "<x/>") for n in range(MOST_PARTS))),
        office("xlsx"),
        office("docx", ("word/embeddings/a.exe", b"MZ")),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"PK\x03\x04",
    )
    said = [refusal_apart("a.docx", data) for data in hostile]
    assert said == [refusal("a.docx", data) for data in hostile]
    assert len(set(said)) == 6


def test_an_unusual_compression_is_refused() -> None:
    assert "cannot be opened" in refusal("a.docx", office(method=ZIP_BZIP2))


def test_a_container_of_something_else_is_refused() -> None:
    assert refusal("a.xlsx", office("docx")) == "This is no .xlsx document inside. Save it as one first."
    assert "cannot be opened" in refusal("a.docx", b"PK\x03\x04")


def test_a_damaged_document_is_taken_or_refused_and_nothing_else() -> None:
    chance = random.Random(10)
    relations = ("word/_rels/document.xml.rels", RELATIONS.format(""))
    whole = office("docx", relations, ("word/a.xml", zlib.compress(b"tekst" * 99)))
    refused = 0
    for _turn in range(400):
        damaged = bytearray(whole)
        for _hit in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            recognise("a.docx", bytes(damaged))
        except Invalid:
            refused += 1
    assert refused > 200


# Names and headers


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Meetrapport Ü 2,1.PDF", "meetrapport-u-2-1.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Femke\\foto.JPEG", "foto.jpg"),
        ("a.exe.pdf", "a-exe.pdf"),
        ("con.txt", "bestand-con.txt"),
        ("LPT1.pdf", "bestand-lpt1.pdf"),
        ("controle.pdf", "controle.pdf"),
        (".htaccess", "htaccess"),
        ("zonder", "zonder"),
        ("a\u202efdp.csv", "afdp.csv"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_a_name_is_made_safe_for_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


def test_two_names_without_letters_do_not_become_one() -> None:
    assert safe_name("!!!.pdf") != safe_name("???.pdf")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.extension)
def test_nothing_that_was_sent_to_us_can_act_as_our_page(kind: object) -> None:
    assert isinstance(kind, type(KINDS[0]))
    headers = serving_headers(kind, f"a.{kind.extension}")
    assert headers["Content-Type"] == kind.media_type
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    shown = headers["Content-Disposition"].startswith("inline")
    assert shown == kind.media_type.startswith("image/")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("meting.pdf", 'attachment; filename="meting.pdf"'),
        ("Meting één.pdf", "attachment; filename=\"meting-een.pdf\"; filename*=UTF-8''Meting%20%C3%A9%C3%A9n.pdf"),
        ('a"; x="b.pdf', "attachment; filename=\"a-x-b.pdf\"; filename*=UTF-8''a%22%3B%20x%3D%22b.pdf"),
        (
            "a\r\nSet-Cookie: b.pdf",
            "attachment; filename=\"a-set-cookie-b.pdf\"; filename*=UTF-8''a%20Set-Cookie%3A%20b.pdf",
        ),
        ("a/../b.pdf", "attachment; filename=\"b.pdf\"; filename*=UTF-8''a-..-b.pdf"),
    ],
)
def test_a_file_is_saved_under_its_name_whatever_is_in_it(name: str, header: str) -> None:
    assert disposition("attachment", name) == header
    header.encode("ascii")
