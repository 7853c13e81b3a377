"""Static files: what is served, how long it may be kept, and that nothing of others is asked for."""

import asyncio
import gzip
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
import pytest

from app.web.assets import SHEET, SHEETS, STATIC, Edition, asset, bare, edition, read_edition, static_files

LONGEST_SHEET = 125
"""Lines. What is longer tells of two parts."""

SHEET_FILES = sorted(path for path in (STATIC / "css").rglob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


class Answer:
    """What left the application for one request."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.status: int = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body: bytes = messages[1]["body"]


def ask(path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Ask for a path, as the server would hand it on. Headers are named with underscores."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("no file needs a body")

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(static_files({"type": "http", "method": method, "path": path, "headers": raw}, receive, send))
    return Answer(sent)


def test_a_file_of_this_edition_may_be_kept_for_ever() -> None:
    answer = ask(asset("js/toast.js"))
    assert answer.status == 200
    assert answer.body == (STATIC / "js/toast.js").read_bytes()
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.body))


def test_a_page_of_before_a_deployment_gets_the_current_file_but_may_not_keep_it() -> None:
    answer = ask("/static/0123456789ab/js/toast.js")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0.001", "gzip"),
        ("br; q=0.0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_a_text_is_sent_in_the_smallest_form_that_the_reader_takes(accepted: str, coding: str | None) -> None:
    answer = ask(asset(SHEET), accept_encoding=accepted)
    plain = edition().assets[SHEET].forms["identity"]
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert unpack(answer.body) == plain


def test_a_font_is_compressed_already() -> None:
    answer = ask(asset("fonts/archivo-var.woff2"), accept_encoding="br")
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "font/woff2"


def test_a_reader_who_holds_the_file_is_told_so() -> None:
    address = asset(SHEET)
    first = ask(address, accept_encoding="br")
    for known in (first.headers["etag"], f"W/{first.headers['etag']}", f'"x", {first.headers["etag"]}', "*"):
        again = ask(address, accept_encoding="br", if_none_match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert ask(address, accept_encoding="gzip", if_none_match=first.headers["etag"]).status == 200


def test_a_head_is_a_get_without_its_body() -> None:
    whole, head = ask(asset(SHEET)), ask(asset(SHEET), method="HEAD")
    assert head.headers == whole.headers
    assert head.body == b""


def test_a_file_is_only_there_to_be_read() -> None:
    answer = ask(asset(SHEET), method="POST")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/x/nothing.css",
        "/static/x/../../pyproject.toml",
        "/static/x/js/../../../app/web/assets.py",
        "/static/x//etc/passwd",
        "/static/x/js/toast.js/",
        "/static/x/js\\toast.js",
        "/static/x/css/tokens.css",
    ],
)
def test_nothing_but_the_files_we_read_can_be_asked_for(path: str) -> None:
    assert ask(path).status == 404


def test_the_favicon_is_answered_where_browsers_ask_for_it() -> None:
    answer = ask("/favicon.ico")
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/x-icon"
    assert answer.headers["cache-control"] == "no-cache"


def test_a_page_cannot_name_a_file_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        asset("js/nothing.js")


def test_an_edition_changes_with_a_name_and_with_a_byte(tmp_path: Path) -> None:
    def made(name: str, content: str) -> Edition:
        for pattern in SHEETS:
            path = tmp_path / pattern.replace("*", "a")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        for path in tmp_path.glob("*.js"):
            path.unlink()
        (tmp_path / name).write_text(content)
        return read_edition(tmp_path)

    assert made("a.js", "1").name == made("a.js", "1").name
    assert len({made("a.js", "1").name, made("b.js", "1").name, made("a.js", "2").name}) == 3


def test_every_style_file_is_part_of_the_sheet() -> None:
    sheet = edition().assets[SHEET].forms["identity"].decode()
    assert len(SHEET_FILES) > 60
    for path in SHEET_FILES:
        assert bare(path.read_text()) in sheet, path


def test_comments_and_indentation_are_not_sent() -> None:
    assert bare("/* Why. */\n@layer parts {\n  .a { color: red; }\n\n}\n") == "@layer parts {\n.a { color: red; }\n}"


def test_the_sheet_begins_with_the_order_of_its_layers() -> None:
    sheet = edition().assets[SHEET].forms["identity"].decode()
    assert sheet.startswith("@layer reset, tokens, base, layout, parts, pages, utilities, print;")


@pytest.mark.parametrize("path", SHEET_FILES, ids=lambda path: path.relative_to(STATIC / "css").as_posix())
def test_a_style_file_tells_what_it_is_for_and_stays_in_its_layer(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("/* ")
    assert len(text.splitlines()) <= LONGEST_SHEET or path.stem == "tokens"
    if path.stem in ("layers", "fonts"):
        return
    layer = path.parent.name if path.parent.name != "css" else path.stem.partition("_")[0]
    outside = bare(text)
    assert outside.startswith(f"@layer {layer} {{")
    depth = 0
    for at, character in enumerate(outside):
        depth += (character == "{") - (character == "}")
        assert depth > 0 or at < len(f"@layer {layer} ") or at == len(outside) - 1, "something stands outside"


def test_the_sheet_asks_only_for_files_that_are_there() -> None:
    sheet = edition().assets[SHEET].forms["identity"].decode()
    asked = re.findall(r"url\(\"?([^)\"]+)", sheet)
    assert len(asked) == 3
    for address in asked:
        assert ((STATIC / SHEET).parent / address).resolve().is_file()


def test_parts_name_colours_by_their_role_alone() -> None:
    for path in (STATIC / "css" / "parts").glob("*.css"):
        raw = [name for name in re.findall(r"var\(--([a-z]+-\d+)\)", path.read_text()) if name.startswith("blue")]
        assert not raw, path


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_what_it_does_and_asks_nobody_else(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("// ")
    assert not re.search(r"https?://\w|\beval\(|new Function|\.style\b|document\.write", text)
    for other in re.findall(r"from \"([^\"]+)\"", text):
        assert (path.parent / other).is_file()


def test_vendored_files_are_what_their_makers_published() -> None:
    pins = json.loads((STATIC / "vendor" / "vendor.json").read_text())
    assert set(pins) == {path.name for path in (STATIC / "vendor").glob("*.js")}
    for name, pin in pins.items():
        assert sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == pin["sha256"]
        assert pin["version"] in name
        assert (STATIC / "vendor" / pin["licence_file"]).is_file()


def test_fonts_carry_their_licence() -> None:
    for family in ("archivo", "literata"):
        assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / f"OFL-{family}.txt").read_text().upper()
