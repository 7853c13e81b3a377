"""A child that dies at once is not started again and again without a breath."""

import errno
import os
import time
from collections.abc import Iterator

import pytest

from app.children import PAUSES, Child

pytestmark = pytest.mark.slow


@pytest.fixture
def hopeless() -> Iterator[Child]:
    child = Child("no-such-command", token="token-of-this-test", environment=os.environ)
    child.start()
    yield child
    child.leave_by(time.monotonic())


def wait_until_it_ended(child: Child) -> None:
    while child.exit_code is None:
        time.sleep(0.01)


def test_a_child_that_keeps_dying_is_started_again_with_growing_pauses(
    hopeless: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = time.monotonic()
    monkeypatch.setattr("app.children.time.monotonic", lambda: clock)
    for pause in PAUSES[:4]:
        wait_until_it_ended(hopeless)
        clock += 1
        restarted_at_once = hopeless.tend()
        assert restarted_at_once == (pause == 0)
        if not restarted_at_once:
            clock += pause - 0.01
            assert not hopeless.tend()
            clock += 0.02
            assert hopeless.tend()


def test_a_child_that_lived_long_is_started_again_at_once(hopeless: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = time.monotonic()
    monkeypatch.setattr("app.children.time.monotonic", lambda: clock)
    for _ in range(3):
        wait_until_it_ended(hopeless)
        clock += 60
        assert hopeless.tend()


def test_a_child_that_cannot_be_started_is_tried_again_and_ends_nobody_else(
    hopeless: Child, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wait_until_it_ended(hopeless)

    def refuse(*_told: object, **_more: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as without_memory:
        without_memory.setattr("app.children.subprocess.Popen", refuse)
        assert not hopeless.tend()
        assert not hopeless.tend()
    assert "could not be started" in caplog.text
    until = time.monotonic() + 5
    while not hopeless.tend():
        assert time.monotonic() < until
        time.sleep(0.05)
