import pytest

from app.core.language import speaking
from app.core.markdown import Heading, Image, outline, plain, render
from app.core.markdown.addresses import Target, target_of

PHOTO = Image("/beeld/ab12", "image/jpeg", 1200, 800)
DRAWING = Image("/beeld/cd34", "image/svg+xml", 720, 362)
FILES = {
    "images": {"lascel.jpg": PHOTO, "pomp.svg": DRAWING},
    "attachments": {"meting.pdf": "/kennis/x/bijlagen/meting.pdf"},
}


def html(source: str, language: str = "nl") -> str:
    return render(source, language=language, **FILES).html


def levels(source: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in render(source).headings]


# Headings


def test_a_heading_can_be_linked_to_by_its_words() -> None:
    rendered = render("## De aanpak van *één* cel")
    assert rendered.headings == (Heading(2, "t-de-aanpak-van-een-cel", "De aanpak van één cel"),)
    assert rendered.html == '<h2 id="t-de-aanpak-van-een-cel">De aanpak van <em>één</em> cel</h2>\n'


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("# A\n\n## B\n\n# C", [(2, "A"), (3, "B"), (2, "C")]),
        ("## A\n\n### B\n\n## C", [(2, "A"), (3, "B"), (2, "C")]),
        ("#### A\n\n###### B", [(2, "A"), (3, "B")]),
        ("## A\n\n##### B\n\n### C", [(2, "A"), (3, "B"), (3, "C")]),
        ("### A\n\n## B", [(2, "A"), (2, "B")]),
        ("# A\n## B\n### C\n#### D\n##### E\n###### F", [(2, "A"), (3, "B"), (4, "C"), (5, "D"), (6, "E"), (6, "F")]),
        ("## A\n\n::: tip\nx\n\n## B\n:::\n\n## C", [(2, "A"), (3, "Tip"), (4, "B"), (2, "C")]),
        ("::: tip\nx\n:::\n\n## C", [(2, "Tip"), (2, "C")]),
        ("A\n===\n\nB\n---", [(2, "A"), (3, "B")]),
    ],
)
def test_headings_begin_at_two_and_skip_no_level(source: str, wanted: list[tuple[int, str]]) -> None:
    assert levels(source) == wanted


def test_the_same_words_give_different_places() -> None:
    source = "## Les\n\n## Les\n\n## Les 2\n\n## Les\n\n## ???\n\n## !!!"
    ids = [heading.id for heading in render(source).headings]
    assert ids[:4] == ["t-les", "t-les-2", "t-les-2-2", "t-les-3"]
    assert len(set(ids)) == 6


def test_a_heading_never_takes_a_place_that_the_page_has() -> None:
    for words in ("Bijlagen", "main", "n-1", "N 1", "__proto__"):
        assert all(heading.id.startswith("t-") for heading in render(f"## {words}").headings)


def test_a_link_to_a_heading_finds_it() -> None:
    source = "[zie](#de-aanpak), [zie](#De-Aanpak), [bijlagen](#bijlagen)\n\n## De aanpak"
    assert '<a href="#t-de-aanpak">zie</a>, <a href="#t-de-aanpak">zie</a>, <a href="#bijlagen">' in html(source)


# Links


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://voorbeeld.example/a?b=c#d", Target.ELSEWHERE),
        ("HTTP://voorbeeld.example:8080", Target.ELSEWHERE),
        ("https://voorbeeld.example/@femke", Target.ELSEWHERE),
        ("https://[2001:db8::1]/", Target.ELSEWHERE),
        ("mailto:femke@kennislab.example?subject=Kantbank", Target.MAIL),
        ("/kennis/kantbank", Target.HERE),
        ("/", Target.HERE),
        ("#de-aanpak", Target.HERE),
        ("files/meting.pdf", Target.FILE),
        ("", None),
        ("kantbank", None),
        ("../kantbank", None),
        ("?pagina=2", None),
        ("//voorbeeld.example", None),
        ("/\\voorbeeld.example", None),
        ("https://femke:geheim@voorbeeld.example", None),
        ("https://", None),
        ("http://-a.example", None),
        ("ftp://voorbeeld.example", None),
        ("tel:112", None),
        ("files/map/meting.pdf", None),
        ("mailto:", None),
        ("http\u017f://voorbeeld.example", None),
        ("https://voorbeeld.example/" + "a" * 2_000, None),
    ],
)
def test_an_address_is_known_or_refused(address: str, target: Target | None) -> None:
    assert target_of(address) is target


def test_a_link_to_another_host_says_so() -> None:
    assert html("[a](https://voorbeeld.example)") == (
        '<p><a href="https://voorbeeld.example" rel="noopener nofollow ugc">a</a></p>\n'
    )
    assert html("[a](/kennis/b)") == '<p><a href="/kennis/b">a</a></p>\n'


def test_a_refused_link_stays_as_it_was_written_so_that_the_writer_sees_it() -> None:
    assert html("[a](//voorbeeld.example)") == "<p>[a](//voorbeeld.example)</p>\n"


def test_a_link_without_its_beginning_is_completed() -> None:
    assert 'href="https://www.voorbeeld.example/a"' in html("[a](www.voorbeeld.example/a)")


def test_a_name_with_accents_is_written_as_the_network_needs_it() -> None:
    assert 'href="https://xn--lsrobot-hwa.example/%C3%A9"' in html("[a](https://lásrobot.example/é)")


@pytest.mark.parametrize(
    ("bare", "linked"),
    [
        (
            "Zie https://a.example/b.",
            'Zie <a href="https://a.example/b" rel="noopener nofollow ugc">https://a.example/b</a>.',
        ),
        (
            "(https://a.example/b_(c))",
            '(<a href="https://a.example/b_(c)" rel="noopener nofollow ugc">https://a.example/b_(c)</a>)',
        ),
        ("www.a.example!", '<a href="https://www.a.example" rel="noopener nofollow ugc">www.a.example</a>!'),
        (
            "**https://a.example**",
            '<strong><a href="https://a.example" rel="noopener nofollow ugc">https://a.example</a></strong>',
        ),
        ("femke@kennislab.example,", '<a href="mailto:femke@kennislab.example">femke@kennislab.example</a>,'),
        (
            "https://a.example?b=1&c=2",
            '<a href="https://a.example?b=1&amp;c=2" rel="noopener nofollow ugc">https://a.example?b=1&amp;c=2</a>',
        ),
    ],
)
def test_a_bare_address_becomes_a_link(bare: str, linked: str) -> None:
    assert html(bare) == f"<p>{linked}</p>\n"


@pytest.mark.parametrize(
    "words",
    [
        "`https://a.example`",
        "a@b",
        "xhttps://a.example",
        "https://",
        "www.",
        "om 14:00 of 3:1",
        "javascript:xss()",
        "ftp://a.example",
    ],
)
def test_what_is_no_address_stays_text(words: str) -> None:
    assert "<a" not in html(words)


def test_a_link_has_no_link_inside() -> None:
    assert html("[zie https://a.example](/b)") == '<p><a href="/b">zie https://a.example</a></p>\n'


def test_a_file_of_the_piece_can_be_linked_to() -> None:
    assert html("[de meting](files/meting.pdf)") == '<p><a href="/kennis/x/bijlagen/meting.pdf">de meting</a></p>\n'


def test_a_file_that_is_not_there_leaves_its_words_and_is_reported() -> None:
    rendered = render("[de *hele* meting](files/weg.pdf) en ![tekening](files/weg.svg)", **FILES)
    assert rendered.html == '<p>de <em>hele</em> meting en <span class="missing">tekening</span></p>\n'
    assert rendered.missing == ("weg.pdf", "weg.svg")


# Pictures


def test_a_picture_on_its_own_is_a_figure_with_its_caption() -> None:
    assert html('![Motor en pomp](files/pomp.svg "Zuigdruk (3) ontbrak.")') == (
        '<figure class="figure"><img src="/beeld/cd34/tekening.svg" alt="Motor en pomp" width="720" height="362" '
        'loading="lazy" decoding="async"><figcaption>Zuigdruk (3) ontbrak.</figcaption>\n</figure>\n'
    )


def test_a_photo_is_offered_in_its_widths() -> None:
    shown = html("![Lascel](files/lascel.jpg)")
    assert 'src="/beeld/ab12/960.webp"' in shown
    assert 'srcset="/beeld/ab12/480.webp 480w, /beeld/ab12/960.webp 960w, /beeld/ab12/1200.webp 1200w"' in shown
    assert 'sizes="(min-width: 40rem) 38rem, 100vw"' in shown
    assert 'width="1200" height="800"' in shown
    assert "figcaption" not in shown


def test_a_small_photo_has_one_form() -> None:
    small = Image("/beeld/ef56", "image/png", 300, 200)
    assert small.source == "/beeld/ef56/300.webp"
    assert "srcset" not in render("![a](files/k.png)", images={"k.png": small}).html


def test_a_picture_without_words_is_decoration() -> None:
    assert 'alt=""' in html("![](files/pomp.svg)")


def test_a_picture_within_a_sentence_stays_there() -> None:
    shown = html('Kijk: ![a](files/pomp.svg "b") zo.')
    assert "<figure" not in shown
    assert shown.startswith('<p>Kijk: <img src="/beeld/cd34/tekening.svg" alt="a"')


def test_a_picture_in_a_list_is_a_figure_too() -> None:
    assert "<li>\n<figure" in html("- een\n\n- ![a](files/pomp.svg)")


@pytest.mark.parametrize(
    "address", ["https://elders.example/a.jpg", "/beeld/ab12/960.webp", "#a", "mailto:a@b.example"]
)
def test_only_pictures_of_the_piece_are_shown(address: str) -> None:
    rendered = render(f"![uitzicht]({address})", **FILES)
    assert rendered.html == '<p><span class="missing">uitzicht</span></p>\n'
    assert rendered.missing == (address,)


def test_an_outline_tells_which_pictures_say_what_is_to_be_seen() -> None:
    found = outline(
        "# ![](files/kop.png)\n\n![naad](files/a%20b.png) en ![](files/a%20b.png)\n\n![](https://x.nl/y.png)"
    )
    assert found.pictures == {"kop.png": False, "a b.png": False}
    assert outline("- ![naad](files/las.png)\n").pictures == {"las.png": True}


# Callouts


@pytest.mark.parametrize(
    ("name", "language", "label", "look"),
    [
        ("misging", "nl", "Wat misging", "misging"),
        ("misging", "en", "What went wrong", "misging"),
        ("went-wrong", "nl", "Wat misging", "misging"),
        ("tip", "nl", "Tip", "tip"),
        ("let-op", "nl", "Let op", "let-op"),
        ("watch-out", "en", "Watch out", "let-op"),
    ],
)
def test_a_callout_has_a_heading_in_the_language_of_the_text(name: str, language: str, label: str, look: str) -> None:
    with speaking("nl" if language == "en" else "en"):
        rendered = render(f"## A\n\n::: {name}\nDe *deur* klemde.\n:::", language=language)
    heading = rendered.headings[1]
    assert (heading.level, heading.text) == (3, label)
    assert rendered.html.endswith(
        f'<div class="aside aside--{look}">\n<h3 id="{heading.id}">{label}</h3>\n'
        "<p>De <em>deur</em> klemde.</p>\n</div>\n"
    )


def test_an_unknown_callout_is_text() -> None:
    assert html("::: reclame\na\n:::") == "<p>::: reclame\na\n:::</p>\n"


@pytest.mark.parametrize(
    ("language", "title"), [("nl", "Wat misging"), ("nl", "wat misging"), ("en", "What went wrong")]
)
def test_a_section_about_what_went_wrong_looks_like_that_callout(language: str, title: str) -> None:
    shown = html(f"## A\n\na\n\n## {title}\n\nb\n\n### Meer\n\nc\n\n## D\n\nd", language)
    before, inside = shown.split('<div class="aside aside--misging">')
    inside, after = inside.split("</div>")
    assert "<h2" in before
    assert ">b</p>" in inside
    assert ">c</p>" in inside
    assert "<h3" in inside
    assert ">d</p>" in after


def test_such_a_section_at_the_end_leaves_the_notes_outside() -> None:
    shown = html("## Wat misging\n\na[^1]\n\n[^1]: b")
    assert shown.index("</div>") < shown.index("<section")


# Tables

COSTS = """## Wat het kostte

| Post | Hoe vaak | Bedrag |
|---|:---:|---:|
| Sensor | Eenmalig | € 4.300 |
| Uren | Per jaar | € 14.000 |
| **Totaal** | | **€ 18.300** |
"""


def test_a_table_scrolls_by_itself_and_says_what_it_is() -> None:
    assert (
        '<div class="scroll-x" tabindex="0" role="region" aria-label="Tabel 1: Wat het kostte">\n<table class="data">'
        in (html(COSTS))
    )
    assert 'aria-label="Table 1: Wat het kostte"' in html(COSTS, "en")
    assert 'aria-label="Tabel 1"' in html("| a |\n|---|\n| b |")


def test_columns_of_figures_and_their_heads_are_marked_without_a_style() -> None:
    shown = html(COSTS)
    assert (
        '<th scope="col">Post</th>\n<th scope="col" class="a-center">Hoe vaak</th>\n<th scope="col" class="num">'
        in shown
    )
    assert '<th scope="row">Sensor</th>\n<td class="a-center">Eenmalig</td>\n<td class="num">€' in shown
    assert "style" not in shown


def test_a_total_is_the_foot_of_its_table() -> None:
    foot = html(COSTS).split("</tbody>\n<tfoot>")[1]
    assert foot.startswith('\n<tr>\n<th scope="row"><strong>Totaal</strong></th>')
    assert foot.endswith("</tr>\n</tfoot>\n</table>\n</div>\n")
    assert "<tfoot" not in html("| a | b |\n|---|---|\n| Totaal | 1 |")


def test_an_empty_corner_is_no_head() -> None:
    assert "<thead>\n<tr>\n<td></td>\n" in html("| | a |\n|---|---|\n| b | c |")


def test_figures_in_front_are_no_heads() -> None:
    assert '<td class="num">1</td>' in html("| nr | a |\n|--:|---|\n| 1 | c |")


def test_each_table_has_a_name_of_its_own() -> None:
    source = "## A\n\n| a |\n|---|\n| b |\n\nc\n\n| a |\n|---|\n| b |"
    assert [f'aria-label="Tabel {n}: A"' in html(source) for n in (1, 2)] == [True, True]


# Notes, code and the rest


def test_a_note_can_be_reached_and_left() -> None:
    shown = html("Eén[^norm] en nog eens[^norm].\n\n[^norm]: ISO 20816.")
    assert (
        '<sup class="footnote-ref"><a href="#n-1" id="n-1-from" role="doc-noteref" aria-label="Noot 1">1</a></sup>'
        in shown
    )
    assert 'id="n-1-from-2"' in shown
    assert '<section class="footnotes" role="doc-endnotes" aria-label="Noten">\n<ol>\n<li id="n-1">' in shown
    assert (
        '<p>ISO 20816. <a class="footnote-back" href="#n-1-from" role="doc-backlink" '
        'aria-label="Terug naar de tekst bij noot 1">Terug naar de tekst</a> '
        '<a class="footnote-back" href="#n-1-from-2" role="doc-backlink" '
        'aria-label="Terug naar de tekst bij noot 1-2">Terug naar de tekst (2)</a></p>'
    ) in shown


def test_a_note_in_english_speaks_english() -> None:
    shown = html("One[^1].\n\n[^1]: ISO 20816.", "en")
    assert 'aria-label="Footnotes"' in shown
    assert ">Back to the text</a>" in shown


def test_a_note_that_is_used_very_often_has_twenty_ways_back() -> None:
    assert html("a[^1] " * 50 + "\n\n[^1]: b").count("doc-backlink") == 20


def test_a_note_that_does_not_exist_stays_text() -> None:
    assert html("a[^1]") == "<p>a[^1]</p>\n"


@pytest.mark.parametrize("source", ["```python\na < b\n```", "    a < b", "~~~\na < b\n~~~"])
def test_code_can_be_scrolled_with_the_keyboard(source: str) -> None:
    assert html(source) == '<pre tabindex="0"><code>a &lt; b\n</code></pre>\n'


def test_the_ordinary_things_are_there() -> None:
    source = "*a* **b** ~~c~~ `d`  \ne\n\n> f\n\n3. g\n\n- h\n\n***"
    assert html(source) == (
        "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code><br>\ne</p>\n<blockquote>\n<p>f</p>\n</blockquote>\n"
        '<ol start="3">\n<li>g</li>\n</ol>\n<ul>\n<li>h</li>\n</ul>\n<hr>\n'
    )


def test_invisible_characters_are_washed_out_first() -> None:
    assert html("las\x00\u202erobot\x0b") == "<p>lasrobot</p>\n"


def test_rendering_twice_gives_the_same() -> None:
    assert render(COSTS) == render(COSTS)


# Plain words


def test_plain_words_are_all_that_can_be_read() -> None:
    source = (
        "## De *aanpak*\n\nEen [link](/a) en `code`[^1]\nop twee regels.\n\n"
        '![Pomp](files/pomp.svg "Zuigdruk")\n\n- punt\n\n| a | b |\n|---|---|\n| c | d |\n\n'
        "::: misging\nDe deur.\n:::\n\n```\nx = 1\n```\n\n[^1]: noot"
    )
    said = "De aanpak|Een link en code op twee regels.|Pomp Zuigdruk|punt|a|b|c|d|De deur.|x = 1|noot"
    assert plain(source).split("\n") == said.split("|")
    assert render(source, **FILES).plain == plain(source)


@pytest.mark.parametrize(
    ("below", "is_shown"),
    [
        ("/beeld", True),
        ("/concept/een-geheim_Token1/beeld", True),
        ("/schrijven/14/lezen/beeld", True),
        ("//elders.example/beeld", False),
        ("/concept/../beeld", False),
        ("https://elders.example/beeld", False),
    ],
)
def test_pictures_of_a_draft_lie_below_it_and_nowhere_else(below: str, is_shown: bool) -> None:
    picture = Image(address=f"{below}/{'a' * 64}", media_type="image/webp", width=800, height=600)
    html = render("![Een mal](files/mal.webp)", images={"mal.webp": picture}).html
    assert (f'src="{below}/' in html) == is_shown
