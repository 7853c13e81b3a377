"""What was written elsewhere comes in as Markdown, and a report says what did not."""

import time
from collections.abc import Mapping

import pytest
from sqlmodel import Session

from app.core.errors import Invalid, NotAllowed
from app.core.markdown import render
from app.people.actor import Actor
from content.bringing import documents
from content.bringing.documents import BroughtIn, Document
from content.bringing.from_html import markdown_from
from content.file_needs import file_needs
from content.models import Article
from content.preparing import PreparedFile
from content.writing import draft_of, save_draft
from tests.cast import Cast, draft
from tests.content.words import picture, report
from tests.core.active_html import active_constructs
from tests.core.xss_payloads import PAYLOADS

pytestmark = pytest.mark.whole

WORD = """<html><head><style>p.MsoNormal{color:red}</style></head><body lang=NL><!--StartFragment-->
<h2>Het probleem<o:p></o:p></h2><p class=MsoNormal>Een frame deed er <b>6,4 uur</b> over, <i>te lang</i>.</p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>Eerste punt</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span><span
style='mso-list:Ignore'>1.<span style='font:7.0pt'>&nbsp; </span></span></span><![endif]>Daaronder</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span></span><![endif]>Tweede punt</p>
<table class=MsoTableGrid><tr><td><p><b>Wat</b></p></td><td><p>Uur</p></td></tr>
<tr><td><p>Voor | na</p></td><td><p>6,4</p></td></tr><tr><td colspan=2><p>Samen</p></td></tr></table>
<p class=MsoNormal><img width=10 src="file:///C:/x/clip_image001.png"></p><p class=MsoCaption>Figuur 1: de cel</p>
<p>Zie <a href="https://example.org/a(b)">de site</a>, <a href="file:///C:/x.doc">dit</a>.</p><!--EndFragment-->"""

GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2><span
style="font-weight:400;">Kop</span></h2><p><span style="font-weight:700;">Vet</span><span style="font-style:italic"> en
schuin</span></p><ul><li><p><span>Een</span></p></li><ul><li><p>Onder</p></li></ul><li><p>Twee</p></li></ul></b>"""


def test_what_word_puts_on_the_clipboard_becomes_headings_lists_and_tables() -> None:
    brought = markdown_from(WORD)
    assert brought.markdown == (
        "### Het probleem\n\nEen frame deed er **6,4 uur** over, *te lang*.\n\n"
        "- Eerste punt\n  1. Daaronder\n- Tweede punt\n\n"
        "| **Wat** | Uur |\n| --- | ---: |\n| Voor \\| na | 6,4 |\n| Samen |  |\n\n"
        "Figuur 1: de cel\n\nZie [de site](https://example.org/a%28b%29), dit.\n"
    )
    assert dict(brought.dropped) == {"pictures": 1, "merged cells": 1, "links": 1}


def test_a_document_of_google_is_not_bold_as_a_whole() -> None:
    assert markdown_from(GOOGLE).markdown == "### Kop\n\n**Vet** *en schuin*\n\n- Een\n  - Onder\n- Twee\n"


@pytest.mark.parametrize(
    "words",
    [
        "# geen kop",
        "1. geen lijst",
        "2) ook niet",
        "- ook niet",
        "+ ook niet",
        "> geen aanhaling",
        "::: tip",
        "---",
        "a*b*c en _d_ en snake_case_naam",
        "[x](y) en ![z](files/a.jpg) en [^1]",
        "`code` en ~~weg~~ en a | b | c",
        "a < b en <b>vet</b> en &amp; en &lt;",
        "\\ en \\* en C:\\map",
        "Kosten: € 1.000, 20% of 3 * 4",
    ],
)
def test_words_mean_what_they_say_and_are_no_marks(words: str) -> None:
    html = words.replace("&", "&amp;").replace("<", "&lt;")
    rendered = render(markdown_from(f"<p>Vooraf.</p><p>{html}</p>").markdown)
    assert rendered.plain == f"Vooraf.\n{words}"
    assert rendered.html.count("<p>") == 2


def test_nothing_active_comes_in() -> None:
    for payload in PAYLOADS:
        html = render(markdown_from(f"<p>Tekst</p>{payload}<p>{payload}</p>").markdown).html
        assert active_constructs(html) == [], payload


@pytest.mark.parametrize(
    "html",
    [
        *("<div>" * 50_000, "<b>" * 20_000 + "x", "<ul><li>" * 5_000, "<table><tr><td>" * 3_000, "<p>a" * 50_000),
        *("<ul><li>a" * 3_000, "<table>" + "<tr><td>1" * 50_000, "a*" * 200_000, "<svg>" * 10_000, "</b>" * 50_000),
    ],
    ids=lambda html: html[:8],
)
def test_deep_and_long_html_is_read_in_a_moment(html: str) -> None:
    started = time.process_time()
    markdown_from(html)
    assert time.process_time() - started < 4


@pytest.mark.slow
def test_what_takes_for_ever_is_refused_and_holds_nobody_up() -> None:
    markdown, _dropped = documents.read_pasted(WORD)
    assert markdown.startswith("### Het probleem")
    with pytest.raises(Invalid):
        documents.read_pasted("<!" * 450_000)


def bring(
    session: Session,
    article: Article,
    document: Document,
    pictures: Mapping[str, PreparedFile],
    *,
    instead: bool,
    by: Actor,
) -> BroughtIn:
    """Brought in by somebody who sees the text as it is."""
    seen = draft_of(session, article).version
    return documents.bring_in(session, article, document, pictures, instead=instead, seen_version=seen, by=by)


def test_a_word_document_comes_in_with_headings_table_pictures_and_captions(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    save_draft(session, article, draft_of(session, article).content.model_copy(update={"body": ""}), by=cast.femke)
    document = documents.read_document("Mijn rapport.docx", report())
    assert document.title == "Lasrobot bij tien stuks"
    ready = documents.prepared_pictures(document)
    done = bring(session, article, document, ready, instead=False, by=cast.femke)
    body = done.draft.content.body
    assert body == (
        "## Het probleem\n\nEen frame deed er **6,4 uur** over. Zie a\\*b en \\<b>.\n\n- Meten\n- Stellen\n\n"
        "1. Eerst\n2. Dan\n\n### Wat het kostte\n\n"
        "| Post | Euro |\n| --- | ---: |\n| Robot \\| mal | 96.000 |\n| Totaal | 101.500 |\n\n"
        '![](files/mijn-rapport-1.jpg "Figuur 1: de “cel”")\n\n![](files/mijn-rapport-2.jpg "Figuur 2: de “cel”")'
    )
    assert done.dropped == {}
    assert [use.name for use in done.draft.content.files] == ["mijn-rapport-1.jpg", "mijn-rapport-2.jpg"]
    assert file_needs(session, article, done.draft.content).undescribed == ["mijn-rapport-1.jpg", "mijn-rapport-2.jpg"]


def test_it_goes_behind_what_stands_there_or_in_its_place(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    document = documents.read_document("a.docx", report(pictures=0))
    before = draft_of(session, article).content
    done = bring(session, article, document, {}, instead=False, by=cast.femke)
    assert done.draft.content.body.startswith(before.body.rstrip() + "\n\n## Het probleem")
    assert done.draft.content.title == before.title
    done = bring(session, article, document, {}, instead=True, by=cast.femke)
    assert done.draft.content.body.startswith("## Het probleem")


def test_a_picture_that_cannot_be_kept_leaves_the_text_and_is_told_of(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    document = documents.read_document("a.docx", report())
    ready = documents.prepared_pictures(document)
    ready.pop("a-2.jpg")
    done = bring(session, article, document, ready, instead=True, by=cast.femke)
    assert "a-1.jpg" in done.draft.content.body
    assert "a-2.jpg" not in done.draft.content.body
    assert done.dropped == {"pictures": 1}
    assert list(done.left) == [2]


def test_what_is_no_document_is_refused_in_a_sentence_and_strangers_bring_nothing(session: Session, cast: Cast) -> None:
    for name, data in (("a.docx", b"PK"), ("a.pdf", report()), ("foto.jpg", picture()), ("a.docx", picture())):
        with pytest.raises(Invalid):
            documents.read_document(name, data)
    article = draft(session, cast)
    with pytest.raises(NotAllowed):
        bring(session, article, documents.read_document("a.docx", report()), {}, instead=True, by=cast.sjoerd)


def test_what_was_looked_at_is_kept_until_it_is_taken(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    digest = documents.set_aside(article, b"docx")
    assert documents.taken_up(article, digest) == b"docx"
    documents.forget(article)
    for wrong in (digest, "0" * 64, "../../secret", ""):
        with pytest.raises(Invalid):
            documents.taken_up(article, wrong)
