"""What looks at bytes of strangers can do nothing but look, and not for long."""

import socket
import sys
import time
from pathlib import Path

import pytest

from app.core import confined
from app.core.apart import Interrupted, Limits, NotDone, done_by, work_apart

HOSTILE = "tests.core.misbehaving"
SMALL = Limits(megabytes=256, seconds=1, answer_megabytes=4)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux refuses calls")


def test_bytes_go_in_and_an_answer_comes_out() -> None:
    told = work_apart(HOSTILE, b"x" * 3_000_000, "echo")
    assert told["length"] == 3_000_000
    assert "echo" in told["arguments"]


def test_nothing_of_our_surroundings_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROEFTUIN_SEARCH_KEY", "secret")
    assert set(work_apart(HOSTILE, b"", "echo")["environment"]) <= {
        "LANG",
        "LC_CTYPE",
        "PYTHONDONTWRITEBYTECODE",
        "PWD",
    }


def judged(machine: str, *, table: int, number: int) -> int:
    """What the filter for a machine answers to a call of this number by this table: the steps, walked by hand."""
    program, at, held = confined.filter_for(machine), 0, 0
    while True:
        code, if_true, if_false, value = program[at]
        at += 1
        if code == confined._LOAD:
            held = {confined._MACHINE_AT: table, confined._NUMBER_AT: number}[value]
        elif code == confined._RETURN:
            return value
        else:
            at += if_true if (held == value if code == confined._EQUAL else held >= value) else if_false


@pytest.mark.parametrize("machine", confined._REFUSED)
def test_the_filter_refuses_what_it_names_and_every_call_by_another_table(machine: str) -> None:
    own, i386, x32 = confined._MACHINES[machine], 0x40000003, confined._OTHER_TABLE
    for number in range(600):
        wanted = confined._REFUSE if number in confined._REFUSED[machine] else confined._ALLOW
        assert judged(machine, table=own, number=number) == wanted, number
        assert judged(machine, table=i386, number=number) == confined._REFUSE, number
        assert judged(machine, table=own, number=x32 + number) == confined._REFUSE, number


@on_linux
@pytest.mark.parametrize("what", ["read", "start", "fork"])
def test_it_can_open_and_start_nothing(what: str) -> None:
    with pytest.raises(NotDone):
        work_apart(HOSTILE, b"", what)


@on_linux
def test_it_can_write_and_remove_no_file(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    with pytest.raises(NotDone):
        work_apart(HOSTILE, str(tmp_path / "new").encode(), "write")
    with pytest.raises(NotDone):
        work_apart(HOSTILE, str(kept).encode(), "remove")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@on_linux
def test_it_can_reach_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        with pytest.raises(NotDone):
            work_apart(HOSTILE, str(server.getsockname()[1]).encode(), "connect")
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["memory", "time", "much", "garbage", "end"])
def test_too_much_of_anything_ends_it_and_harms_nobody(what: str) -> None:
    with pytest.raises(NotDone):
        work_apart(HOSTILE, b"", what, limits=SMALL)


@pytest.mark.slow
def test_one_that_only_sleeps_is_ended_too() -> None:
    with pytest.raises(Interrupted):
        work_apart(HOSTILE, b"", "sleep", limits=SMALL)


def test_what_is_not_done_by_its_moment_is_interrupted_and_no_more_is_begun() -> None:
    began = time.monotonic()
    with done_by(began + 1.0):
        with pytest.raises(Interrupted, match="did not get its time"):
            work_apart(HOSTILE, b"", "sleep", limits=Limits(seconds=30))
        with pytest.raises(Interrupted, match="no time left"):
            work_apart(HOSTILE, b"", "echo")
    assert time.monotonic() - began < 6
    assert work_apart(HOSTILE, b"", "echo")


def test_what_it_may_not_do_can_be_done_elsewhere() -> None:
    """The control: the same code in this process reads what it wants."""
    from tests.core import misbehaving

    assert "root" in str(misbehaving.answer(b"", "read"))
