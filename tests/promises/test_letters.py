"""Every letter is there in text and in HTML and in both languages, and shows what somebody typed as it was typed."""

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import meta

from app.core import composing
from app.core.composing import compose, words
from app.core.language import LANGUAGES, speaking
from app.core.mail import PostedLetter
from app.core.settings import settings
from app.core.templating import TEMPLATES, environment

FOLDER = TEMPLATES / "mail"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
FILES = ("subject.txt", "body.txt", "body.html")

HOSTILE = '<b>"Femke"</b> & co'
OURS = {"at", "operator", "contact", "subject", "language", "_", "ngettext", "pick"}
"""What composing gives to every letter."""


LINE = {
    **dict.fromkeys(("name", "lead_in", "takeaway", "byline", "cost", "href"), HOSTILE),
    "lang": "en",
    "measure": {"label": HOSTILE, "before": HOSTILE, "after": HOSTILE, "width": 40},
    "reasons": [{"name": HOSTILE, "stop": HOSTILE}],
}

RICHER: dict[str, dict[str, Any]] = {"digest": {"lines": [LINE, LINE], "about": [HOSTILE, HOSTILE]}}
"""Letters that ask for more than words."""


def told(name: str) -> dict[str, Any]:
    """Something for everything that the letter asks for."""
    sources = [path.read_text(encoding="utf-8") for path in sorted((FOLDER / name).iterdir())]
    asked = set().union(*(meta.find_undeclared_variables(environment().parse(source)) for source in sources))
    return dict.fromkeys(asked - OURS - set(environment().globals), HOSTILE) | RICHER.get(name, {})


class Seen(HTMLParser):
    """What a reader sees, and what a mail program would fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(html.partition("<body")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for key, value in attrs if key == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_letters_were_found() -> None:
    assert {"sign_in_code", "nobody_known", "security_changed"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_has_a_subject_a_text_and_a_page(name: str) -> None:
    assert set(FILES) <= {path.name for path in (FOLDER / name).iterdir()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_letter_shows_what_was_typed_as_it_was_typed(name: str, language: str) -> None:
    with speaking(language):
        subject, plain, html = words(name, told(name))
    seen = Seen(html)
    assert subject
    assert "\n" not in subject
    assert "&lt;" not in plain + subject
    assert "b" not in seen.tags
    assert not seen.tags & {"script", "img", "link", "iframe", "object", "form"}
    assert seen.links
    assert all(link.startswith(("http://", "https://", "mailto:")) for link in seen.links if link != HOSTILE)
    assert re.search(r"\bProeftuin\b", plain)


INJECTING = (
    "Femke\r\nBcc: dief@elders.example",
    "Femke\nBcc: dief@elders.example\n\nDit is een ander bericht",
    "Femke\u2028Bcc: dief@elders.example",
    "=?utf-8?q?Femke=0D=0ABcc:_dief@elders.example?=",
    "Femke <dief@elders.example>, dief@elders.example",
    "F" * 2000,
)
HEADERS = {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version"}
HEADERS |= {"Content-Type"}


def hostile(value: Any, words: str) -> Any:
    """The same, with every word that somebody may have typed replaced by these."""
    if value == HOSTILE:
        return words
    if isinstance(value, dict):
        return {key: hostile(each, words) for key, each in value.items()}
    return [hostile(each, words) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("words", INJECTING)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_somebody_typed_adds_a_header_or_a_reader(name: str, words: str) -> None:
    """As a mail server gets it: the headers that there are, one reader, and the words within the text alone."""
    letter = PostedLetter(
        id=1, to="sjoerd@woldzicht.example", name=name, language="nl", told=hostile(told(name), words)
    )
    sent = message_from_bytes(bytes(compose(letter)), policy=policy.default)
    assert set(sent.keys()) == HEADERS
    assert sent.get_all("To") == ["sjoerd@woldzicht.example"]
    assert all("\n" not in str(value) for value in sent.values())
    assert sent["From"].addresses[0].addr_spec == settings().mail_from


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_one_that_each_mail_server_takes(name: str) -> None:
    """RFC 5322, 2.1.1: 998; RFC 2045, 6.7: 76 where it is quoted-printable. And what is read back is what was said."""
    values = hostile(told(name), "Größe – 'ß' = 3 € . " * 60)
    whole = bytes(compose(PostedLetter(id=1, to="sjoerd@woldzicht.example", name=name, language="nl", told=values)))
    head, _blank, body = whole.partition(b"\r\n\r\n")
    assert whole.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert b"\n" not in whole.replace(b"\r\n", b"")
    with speaking("nl"):
        _subject, plain, html = words(name, values)
    read = message_from_bytes(whole, policy=policy.default)
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    written = [re.sub(r"\s+\n", "\n", part.get_content()) for part in read.iter_parts()]
    assert written == [re.sub(r"\s+\n", "\n", said) for said in (plain, html)]


def test_a_subject_that_is_not_washed_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what would add a header is stopped by whoever writes the message, and not only by the washing."""
    monkeypatch.setattr(composing, "one_line", str)
    monkeypatch.setattr(composing, "_header", str)
    monkeypatch.setattr(composing, "render_plain", lambda *_asked, **_told: INJECTING[0])
    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        compose(PostedLetter(id=1, to="sjoerd@woldzicht.example", name=NAMES[0], language="nl", told=told(NAMES[0])))


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_said_in_both_languages(name: str) -> None:
    said = []
    for language in LANGUAGES:
        with speaking(language):
            said.append(words(name, told(name)))
    dutch, english = said
    assert dutch[0] != english[0]
    assert dutch[1] != english[1]
