"""Whole addresses in a text that is read elsewhere."""

import pytest

from app.core import settings
from app.feeds.linking import absolute

PAGE = "https://proeftuin.example/kennis/lasmal"


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.Settings(_env_file=None, base_url="https://proeftuin.example")
    monkeypatch.setattr("app.core.settings._configured", chosen)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('<a href="/kennis/x">x</a>', '<a href="https://proeftuin.example/kennis/x">x</a>'),
        ('<a href="#n-1" id="n-1-from">1</a>', f'<a href="{PAGE}#n-1" id="n-1-from">1</a>'),
        ('<a href="https://a.nl/b" rel="x">x</a>', '<a href="https://a.nl/b" rel="x">x</a>'),
        ('<a href="mailto:a@b.nl">x</a>', '<a href="mailto:a@b.nl">x</a>'),
        (
            '<img src="/beeld/a/960.webp" srcset="/beeld/a/480.webp 480w, /beeld/a/960.webp 960w" alt="">',
            '<img src="https://proeftuin.example/beeld/a/960.webp" srcset="https://proeftuin.example/beeld/a/480.webp '
            '480w, https://proeftuin.example/beeld/a/960.webp 960w" alt="">',
        ),
        ('<code>&lt;a href="/x"&gt;</code>', '<code>&lt;a href="/x"&gt;</code>'),
        ('<p>href="/x" src="#y"</p>', '<p>href="/x" src="#y"</p>'),
        ('<img alt="href=" src="/beeld/a.svg">', '<img alt="href=" src="https://proeftuin.example/beeld/a.svg">'),
        (
            '<img alt="&lt;a href=&quot;/x&quot;>" src="/b">',
            '<img alt="&lt;a href=&quot;/x&quot;>" src="https://proeftuin.example/b">',
        ),
        ("", ""),
    ],
)
def test_links_and_pictures_get_whole_addresses_and_nothing_else_changes(written: str, read: str) -> None:
    assert absolute(written, PAGE) == read


def test_a_hostile_text_takes_no_time() -> None:
    for written in ('<a href="' * 20_000, '<img alt="' + ' a="' * 50_000, "<a " + 'b="c" ' * 50_000):
        absolute(written, PAGE)
