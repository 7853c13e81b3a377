"""The words of Word, Excel and PowerPoint documents, whatever program wrote them: all that is seen, and only that."""

import pytest

from app.core.errors import Invalid
from content.extracting import answer
from content.file_kinds import recognise
from tests.content.packages import document, namespaces, zipped

BOTH = pytest.mark.parametrize("strict", [False, True], ids=["often", "strict"])


def texts(data: bytes, kind: str) -> list[tuple[str, str]]:
    told = answer(data, kind)
    assert told["state"] == "read"
    return [tuple(page) for page in told["pages"]]


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def word(strict: bool, main: str = "word/document.xml") -> bytes:
    names = namespaces(strict=strict)
    box = f"<w:txbxContent>{paragraph('kader')}</w:txbxContent>"
    body = (
        paragraph("kwelderklei")
        + f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
        + f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        + "<w:tbl><w:tr><w:tc>"
        + paragraph("cel")
        + "</w:tc></w:tr></w:tbl>"
    )
    folder = main.rpartition("/")[0]
    parts = {
        main: f"<w:document {names}><w:body>{body}</w:body></w:document>",
        f"{folder}/koptekst.xml": f"<w:hdr {names}>{paragraph('bovenaan')}</w:hdr>",
        f"{folder}/footer1.xml": f"<w:ftr {names}>{paragraph('onderaan')}</w:ftr>",
        f"{folder}/footnotes.xml": f"<w:footnotes {names}><w:footnote>{paragraph('noot')}</w:footnote></w:footnotes>",
        f"{folder}/comments.xml": f"<w:comments {names}>{paragraph('geheim')}</w:comments>",
    }
    belonging = {
        main: {
            "r1": ("header", "koptekst.xml"),
            "r2": ("footer", f"/{folder}/footer1.xml"),
            "r3": ("footnotes", "Footnotes.xml"),
            "r4": ("comments", "comments.xml"),
        }
    }
    return document("docx", main, parts, belonging, strict=strict)


@BOTH
@pytest.mark.parametrize("main", ["word/document.xml", "word/document2.xml", "elders/tekst.xml"])
def test_a_word_document_is_read_whatever_its_parts_are_called(strict: bool, main: str) -> None:
    data = word(strict, main)
    assert recognise("a.docx", data).extension == "docx"
    assert texts(data, "docx") == [("", "kwelderklei\nkader\ncel\nnoot\nbovenaan\nonderaan")]


@BOTH
@pytest.mark.parametrize("main", ["xl/workbook.xml", "xl/workbook2.xml"])
def test_a_workbook_is_read_with_its_shared_and_its_own_strings(strict: bool, main: str) -> None:
    names = namespaces(strict=strict)
    cells = (
        '<s:c t="s"><s:v>1</s:v></s:c><s:c><s:v>12.5</s:v></s:c><s:c t="inlineStr"><s:is><s:t>los</s:t></s:is></s:c>'
        '<s:c t="str"><s:f>A1</s:f><s:v>uitkomst</s:v></s:c><s:c t="s"><s:v>99</s:v></s:c>'
    )
    parts = {
        main: f'<s:workbook {names}><s:sheets><s:sheet name="Meting" r:id="r2"/></s:sheets></s:workbook>',
        "xl/worksheets/blad.xml": f"<s:worksheet {names}><s:row>{cells}</s:row></s:worksheet>",
        "xl/teksten.xml": f"<s:sst {names}><s:si><s:t>nul</s:t></s:si><s:si><s:r><s:t>kwelder</s:t></s:r>"
        "<s:r><s:t>klei</s:t></s:r><s:rPh><s:t>spraak</s:t></s:rPh></s:si></s:sst>",
        "xl/drawings/drawing1.xml": f"<a:wsDr {names}><a:p><a:r><a:t>wolkje</a:t></a:r></a:p></a:wsDr>",
    }
    belonging = {
        main: {"r1": ("sharedStrings", "teksten.xml"), "r2": ("worksheet", "worksheets/blad.xml")},
        "xl/worksheets/blad.xml": {"r1": ("drawing", "../drawings/drawing1.xml")},
    }
    data = document("xlsx", main, parts, belonging, strict=strict)
    assert recognise("a.xlsx", data).extension == "xlsx"
    assert texts(data, "xlsx") == [("Meting", "kwelderklei 12.5 los uitkomst \nwolkje")]


@BOTH
@pytest.mark.parametrize("main", ["ppt/presentation.xml", "ppt/dia/presentatie.xml"])
def test_slides_are_read_with_their_diagrams_and_without_notes(strict: bool, main: str) -> None:
    names = namespaces(strict=strict)
    folder = main.rpartition("/")[0]

    def drawn(words: str) -> str:
        return f"<p:sld {names}><a:p><a:r><a:t>{words}</a:t></a:r><a:br/><a:r><a:t>klei</a:t></a:r></a:p></p:sld>"

    parts = {
        main: f'<p:presentation {names}><p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>',
        f"{folder}/slides/een.xml": drawn("kwelder"),
        f"{folder}/diagrams/data1.xml": drawn("schema"),
        f"{folder}/notesSlides/notesSlide1.xml": drawn("spreker"),
    }
    belonging = {
        main: {"r1": ("slide", "slides/een.xml")},
        f"{folder}/slides/een.xml": {
            "r1": ("diagramData", "../diagrams/data1.xml"),
            "r2": ("notesSlide", "../notesSlides/notesSlide1.xml"),
        },
    }
    data = document("pptx", main, parts, belonging, strict=strict)
    assert recognise("a.pptx", data).extension == "pptx"
    assert texts(data, "pptx") == [("", "kwelder\nklei\nschema\nklei")]


# --- what nobody sees is not read ----------------------------------------------------------------------------------


def test_removed_moved_and_hidden_words_of_a_document_stay_out() -> None:
    body = (
        "<w:p><w:r><w:t>zicht</w:t></w:r><w:r><w:rPr><w:vanish w:val='false'/></w:rPr><w:t>baar</w:t></w:r>"
        "<w:del><w:r><w:delText>geschrapt</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>verplaatst</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>verborgen</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>volgende</w:t></w:r></w:p>"
    )
    main = f"<w:document {namespaces()}><w:body>{body}</w:body></w:document>"
    assert texts(zipped({"word/document.xml": main}), "docx") == [("", "zichtbaar\nvolgende")]


def test_slides_come_in_their_order_and_hidden_ones_not_at_all() -> None:
    names = namespaces()

    def slide(text: str, more: str = "") -> str:
        return f"<p:sld {names}{more}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"

    main = "ppt/presentation.xml"
    parts = {
        main: f'<p:presentation {names}><p:sldIdLst><p:sldId r:id="r2"/><p:sldId r:id="r1"/></p:sldIdLst>'
        "</p:presentation>",
        "ppt/slides/slide1.xml": slide("een"),
        "ppt/slides/slide2.xml": slide("twee"),
        "ppt/slides/slide3.xml": slide("verweesd"),
    }
    belonging = {main: {"r1": ("slide", "slides/slide1.xml"), "r2": ("slide", "/ppt/slides/slide2.xml")}}
    assert texts(document("pptx", main, parts, belonging), "pptx") == [("", "twee"), ("", "een")]
    hidden = {**parts, "ppt/slides/slide1.xml": slide("een", ' show="0"')}
    assert texts(document("pptx", main, hidden, belonging), "pptx") == [("", "twee"), ("", "")]


def test_a_sheet_has_its_name_and_a_hidden_one_is_not_read() -> None:
    names = namespaces()
    main = "xl/workbook.xml"
    sheet = f"<s:worksheet {names}><s:sheetData><s:row><s:c><s:v>12</s:v></s:c></s:row></s:sheetData></s:worksheet>"
    parts = {
        main: f'<s:workbook {names}><s:sheets><s:sheet name="Meting" r:id="r1"/>'
        '<s:sheet name="Lonen" state="hidden" r:id="r2"/></s:sheets></s:workbook>',
        "xl/worksheets/sheet1.xml": sheet,
        "xl/worksheets/sheet2.xml": sheet,
    }
    belonging = {main: {"r1": ("worksheet", "worksheets/sheet1.xml"), "r2": ("worksheet", "worksheets/sheet2.xml")}}
    assert texts(document("xlsx", main, parts, belonging), "xlsx") == [("Meting", "12")]


def test_a_document_of_another_kind_is_not_taken_for_this_one() -> None:
    data = word(strict=False, main="word/document2.xml")
    with pytest.raises(Invalid, match="xlsx"):
        recognise("a.xlsx", data)
