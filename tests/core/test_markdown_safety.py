import html
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.footnote import footnote_plugin

from app.core.errors import Invalid
from app.core.language import speaking
from app.core.markdown import MAX_LENGTH, Image, plain, render
from app.core.markdown.allowed import sanitise
from app.core.markdown.rendering import MAX_CARRIED, MAX_LINES, MAX_PARTS
from tests.core.active_html import active_constructs
from tests.core.xss_payloads import BY_TRICK, PAYLOADS

FILES = {
    "images": {"a.jpg": Image("/beeld/abc", "image/jpeg", 1200, 800)},
    "attachments": {"a.pdf": "/kennis/x/bijlagen/a.pdf"},
}


class _Trusting(RendererHTML):
    """What a renderer does that escapes nothing."""

    @staticmethod
    def renderAttrs(token: Token) -> str:  # noqa: N802
        return "".join(f' {name}="{value}"' for name, value in token.attrs.items())

    def text(self, tokens: Sequence[Token], place: int, *_rest: Any) -> str:
        return tokens[place].content

    def code_inline(self, tokens: Sequence[Token], place: int, *_rest: Any) -> str:
        return f"<code{self.renderAttrs(tokens[place])}>{tokens[place].content}</code>"

    def fence(self, tokens: Sequence[Token], place: int, *_rest: Any) -> str:
        return f'<pre><code class="language-{tokens[place].info}">{tokens[place].content}</code></pre>'

    code_block = code_inline


class _Careless(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url


CARELESS = _Careless("commonmark", {"html": True}, renderer_cls=_Trusting).enable(["table", "strikethrough"])
CARELESS.use(footnote_plugin).use(attrs_plugin).use(attrs_block_plugin)


def read_again(payload: str) -> str:
    """As a second reader may see it that decodes and folds what looks alike."""
    shown = "".join(c for c in payload if unicodedata.category(c) not in {"Cf", "Cc", "Cs"} or c == "\n")
    return unicodedata.normalize("NFKC", html.unescape(html.unescape(shown)))


def test_there_are_enough_different_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 250


@pytest.mark.parametrize("trick", BY_TRICK)
def test_nothing_active_comes_through(trick: str) -> None:
    through = {
        payload: found for payload in BY_TRICK[trick] if (found := active_constructs(render(payload, **FILES).html))
    }
    assert through == {}


@pytest.mark.parametrize("trick", BY_TRICK)
@pytest.mark.parametrize(
    "frame",
    ["- {}", "> {}", "::: tip\n{}\n:::", "| a |\n|---|\n| {} |", "## {}", "**{}**", "[{}](/x)", "a[^1]\n\n[^1]: {}"],
)
def test_nothing_active_comes_through_inside_something_else(trick: str, frame: str) -> None:
    framed = [frame.format(payload) for payload in BY_TRICK[trick]]
    assert [text for text in framed if active_constructs(render(text, **FILES).html)] == []


@pytest.mark.parametrize("trick", BY_TRICK)
def test_the_sanitiser_alone_stops_everything_too(trick: str) -> None:
    raw = [written for payload in BY_TRICK[trick] for written in (payload, CARELESS.render(payload))]
    assert [written for written in raw if active_constructs(sanitise(written))] == []


@pytest.mark.parametrize("trick", BY_TRICK)
def test_the_same_check_finds_every_payload_where_nobody_sanitises(trick: str) -> None:
    missed = [
        payload
        for payload in BY_TRICK[trick]
        if not any(active_constructs(CARELESS.render(written)) for written in (payload, read_again(payload)))
    ]
    assert missed == []


@given(st.lists(st.sampled_from(PAYLOADS) | st.text(max_size=20), max_size=6).map(" ".join))
def test_payloads_together_do_no_more_than_each_alone(source: str) -> None:
    assert active_constructs(render(source, **FILES).html) == []


def test_what_was_meant_as_a_tag_is_shown_as_it_was_written() -> None:
    assert render("Vul <naam> in & klaar").html == "<p>Vul &lt;naam&gt; in &amp; klaar</p>\n"
    assert plain("Vul <naam> in & klaar") == "Vul <naam> in & klaar"


def test_sanitising_twice_changes_nothing() -> None:
    for payload in PAYLOADS:
        once = render(payload, **FILES).html
        assert sanitise(once) == once


# How the work grows is counted, not timed: every line of Python that runs while a text is rendered.
GROWING = (
    "[",
    "![[",
    "[a](",
    "[a][",
    "[^a",
    "[^",
    "*a **a ",
    "**a*",
    "_a __a ",
    "~~a",
    "`a ",
    "\\",
    "&#1",
    "<a",
    "<http:",
)
GROWING_TOO = (
    "a:",
    ":",
    "http://a.",
    "www.",
    "a@",
    "a@b.",
    "|",
    "> ",
    "> a\n",
    "- a\n",
    "1. a\n",
    "# a\n",
    "# a 1\n# a\n",
)
GROWING_BLOCKS = (
    "```\n",
    "::: tip\na\n:::\n",
    "::: tip\n",
    "|a|b|\n|-|-|\n|c|d|\n\n",
    "[x]: <",
    "[^b]: c\n\n",
    "![a](files/a.jpg)\n\n",
)


def work(source: str) -> int:
    lines = 0

    def count(_frame: Any, _event: str, _argument: Any) -> Any:
        nonlocal lines
        lines += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        render(source, **FILES)
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("pattern", GROWING + GROWING_TOO + GROWING_BLOCKS)
def test_four_times_the_text_is_four_times_the_work(pattern: str) -> None:
    def repeated(length: int) -> str:
        return "[^a]: note\n\n" + pattern * (length // len(pattern))

    render(repeated(100), **FILES)
    assert work(repeated(1_000)) < 5 * work(repeated(250))


def test_54_kilobytes_of_addresses_are_one_address() -> None:
    work("http://a.")
    assert work("http://a." * 6_000) < 1_000_000


def refusal(source: str) -> Invalid:
    with speaking("en"), pytest.raises(Invalid) as refused:
        render(source)
    assert refused.value.field == "body"
    return refused.value


def test_a_text_of_the_longest_length_is_rendered() -> None:
    assert len(render("woord " * (MAX_LENGTH // 6)).plain) > MAX_LENGTH - 12


def test_a_text_that_is_longer_is_refused() -> None:
    sentence = "This text is longer than 100,000 characters. Make two pieces of it."
    assert refusal("a" * (MAX_LENGTH + 1)).sentence == sentence
    with speaking("en"), pytest.raises(Invalid, match="longer than"):
        plain("a" * (MAX_LENGTH + 1))


@pytest.mark.parametrize(
    "source",
    [
        "a\n" * (MAX_LINES + 1),
        "*a* " * (MAX_PARTS // 4),
        "|a" * 300 + "\n" + "|-" * 300 + "\n" + "b\n" * 100,
        "[a]: /" + "b" * 1_900 + "\n\n" + "[a] " * (MAX_CARRIED // 1_900 + 1),
        "[a]: /b '" + "c" * 50_000 + "'\n\n" + "[a] " * 9,
    ],
    ids=["lines", "parts", "cells nobody wrote", "one address again and again", "one title again and again"],
)
def test_a_text_that_would_grow_is_refused(source: str) -> None:
    assert refusal(source).sentence == "This text has too many lines, links or cells. Make two pieces of it."


@pytest.mark.parametrize("deep", ["> ", "- ", "1. ", "::: tip\n", "[^a]: ", "![", "[", "**a ", "*", "~~a "])
def test_no_depth_is_too_deep(deep: str) -> None:
    depth = min(4_000, 90_000 // len(deep))
    closed = "](files/a)" * depth if deep == "![" else ""
    render(deep * depth + "a" + closed)
