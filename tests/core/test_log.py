import io
import json
import logging
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import log
from app.core.log import JsonLines, ReadableLines, following, new_request_id, request_id
from app.core.settings import Settings
from app.core.settings import configure as configure_settings

FORMS = [JsonLines(), ReadableLines()]

HOSTILE = [
    "two\nlines",
    "a\r\n2026-11-25 info forged",
    "\x1b[2J\x1b[31mred",
    "\x9b31m",
    "next\x85line\u2028line\u2029end",
    "\x00\x07\x7f",
    "\u202edesrever",
    "lone \ud800 surrogate",
    '", "level": "error"',
]


def record(message: str, *arguments: object, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("app.test", logging.INFO, __file__, 1, message, arguments, None)
    if error is not None:
        try:
            raise error
        except BaseException:
            made.exc_info = sys.exc_info()
    vars(made).update(extra)
    return made


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", FORMS, ids=["json", "readable"])
def test_nobody_writes_lines_or_commands_into_the_log(form: logging.Formatter, text: str) -> None:
    line = form.format(record("asked for %s", text, path=text))
    assert line.isprintable()
    line.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", FORMS, ids=["json", "readable"])
def test_an_error_writes_no_commands_and_no_line_that_looks_like_one_of_ours(
    form: logging.Formatter, text: str
) -> None:
    first, *below = form.format(record("failed", error=ValueError(text))).split("\n")
    assert first.isprintable()
    assert all(row.isprintable() and row.startswith("    ") for row in below)


@given(st.text(alphabet=st.characters(codec=None, exclude_characters="@")))
def test_any_message_is_one_line_of_json_that_gives_it_back(text: str) -> None:
    line = JsonLines().format(record("%s", text))
    assert line.isascii()
    assert json.loads(line)["message"] == text


def test_a_line_of_json_tells_when_where_what_and_the_fields() -> None:
    told = json.loads(JsonLines().format(record("published", article=7, path="/kennis")))
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "info",
        "logger": "app.test",
        "message": "published",
        "article": 7,
        "path": "/kennis",
    }


def test_fields_that_are_no_json_are_told_as_text() -> None:
    assert json.loads(JsonLines().format(record("x", thing={1, 2}.__class__)))["thing"] == "<class 'set'>"


def test_an_error_is_told_with_its_traceback() -> None:
    told = json.loads(JsonLines().format(record("failed", error=ValueError("no spring"))))
    assert told["error"].startswith("Traceback")
    assert told["error"].endswith("ValueError: no spring")


@pytest.mark.parametrize("form", FORMS, ids=["json", "readable"])
def test_the_row_that_postgresql_adds_to_its_errors_is_left_out(form: logging.Formatter) -> None:
    error = ValueError('null value in column "name"\nDETAIL:  Failing row contains (1, femke@kennislab.example).')
    line = form.format(record("failed", error=error))
    assert "null value" in line
    assert "femke" not in line


@pytest.mark.parametrize("form", FORMS, ids=["json", "readable"])
def test_every_line_inside_a_request_carries_its_id(form: logging.Formatter) -> None:
    with following("0123456789abcdef"):
        assert "0123456789abcdef" in form.format(record("inside"))
    assert "0123456789abcdef" not in form.format(record("outside"))


def test_the_id_of_a_request_belongs_to_its_thread_and_ends_with_it() -> None:
    elsewhere: list[str] = []
    with following("mine"):
        thread = threading.Thread(target=lambda: elsewhere.append(request_id()))
        thread.start()
        thread.join()
        with following("inner"):
            assert request_id() == "inner"
        assert request_id() == "mine"
    assert request_id() == ""
    assert elsewhere == [""]


def test_ids_of_requests_are_fresh() -> None:
    assert len({new_request_id() for _ in range(1000)}) == 1000
    assert len(new_request_id()) == 16


@pytest.mark.parametrize(("wanted", "is_json"), [("json", True), ("readable", False), ("auto", True)])
def test_the_form_follows_the_settings_and_is_json_where_nobody_watches(
    monkeypatch: pytest.MonkeyPatch, wanted: str, is_json: bool
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_settings(Settings(_env_file=None, log_format=wanted))
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers.clear()
    try:
        log.start()
        logging.getLogger("app.test").info("here")
        logging.getLogger("httpx").info("GET http://engine/?q=what-somebody-searched")
    finally:
        root.handlers[:], root.level = before
        configure_settings(None)
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("{") is is_json
    assert "here" in line


# --- what is nobody's business -------------------------------------------------------------------------------------

PERSONAL = [
    "femke.de+vries@kennislab.example",
    "femke%40kennislab.example",
    "Bearer 8hGk2mQz-abc_DEF.123=",
    "postgresql+psycopg://portal:hunter2hunter2@db.example/portal",
]


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("form", FORMS, ids=["json", "readable"])
def test_no_mail_address_token_or_password_reaches_a_line(form: logging.Formatter, text: str) -> None:
    class Told:
        def __str__(self) -> str:
            return f"about {text}"

    for made in (
        record("could not reach %s", text),
        record("failed", who=text),
        record("failed", what=Told()),
        record("failed", error=ValueError(f"550 <{text}>: no such user")),
    ):
        line = form.format(made)
        assert "***" in line
        for secret in ("femke", "8hGk2mQz", "hunter2"):
            assert secret not in line


@pytest.mark.parametrize("form", FORMS, ids=["json", "readable"])
def test_what_looks_like_one_and_is_none_stays(form: logging.Formatter) -> None:
    text = "GET /kennis/lasmal@2 in 3.5 ms, http://127.0.0.1:7700/indexes, npm @fontsource/archivo, the bearer of news"
    assert text in form.format(record("%s", text))


def test_a_line_that_was_masked_is_still_json() -> None:
    line = json.loads(JsonLines().format(record("naar andr\u00e9@x.example en \\u0041@y.example")))
    assert line["message"].count("***") == 2


def test_masking_takes_no_longer_than_the_line_is_long() -> None:
    for hostile in ("a" * 50_000, "a@" * 25_000, "bearer " * 7_000, "://" * 17_000, "a.@b-" * 10_000):
        began = time.perf_counter()
        log.masked(hostile)
        quick = time.perf_counter() - began
        began = time.perf_counter()
        log.masked(hostile * 4)
        # Linear would be four times as long; twice that allows for a busy machine, and squares would be sixteen.
        assert time.perf_counter() - began < 10 * quick + 0.05


def test_without_the_mask_the_address_would_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(log, "masked", lambda value: value)
    assert "femke" in JsonLines().format(record("to %s", PERSONAL[0]))
