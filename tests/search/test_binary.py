"""Which engine we run, and above all which one we do not."""

import json
import platform
from pathlib import Path

import pytest

from search import binary
from search.binary import WrongBinary, find_binary


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with a pin of its own, on a machine without any engine."""
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    (tmp_path / "search").mkdir()
    sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # of the word "test"
    (tmp_path / "search" / "meilisearch.json").write_text(json.dumps({"platforms": {machine: {"sha256": sha256}}}))
    monkeypatch.setattr(binary, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def pinned_copy(root: Path, content: str) -> Path:
    pin = next(iter(json.loads((root / "search" / "meilisearch.json").read_text())["platforms"].values()))
    copy = root / ".cache" / "meilisearch" / pin["sha256"] / "meilisearch"
    copy.parent.mkdir(parents=True)
    copy.write_text(content)
    return copy


def executable(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_without_any_engine_there_is_none(root: Path) -> None:
    assert find_binary() is None


def test_the_copy_that_was_pinned_is_taken(root: Path) -> None:
    copy = pinned_copy(root, "test")
    assert find_binary() == copy


def test_a_copy_that_is_not_what_was_pinned_is_refused(root: Path) -> None:
    pinned_copy(root, "test, and something that somebody added")
    with pytest.raises(WrongBinary, match="not the engine we pinned"):
        find_binary()


def test_an_engine_on_the_path_goes_before_the_copy(root: Path) -> None:
    pinned_copy(root, "test")
    on_path = executable(root / "bin" / "meilisearch")
    assert find_binary() == on_path


def test_the_operators_choice_goes_before_everything(root: Path) -> None:
    executable(root / "bin" / "meilisearch")
    chosen = executable(root / "chosen")
    assert find_binary(str(chosen)) == chosen


def test_a_choice_that_is_not_there_is_no_reason_to_run_another(root: Path) -> None:
    executable(root / "bin" / "meilisearch")
    with pytest.raises(WrongBinary, match="PROEFTUIN_SEARCH_BINARY"):
        find_binary(str(root / "nowhere"))


def test_a_machine_nobody_publishes_for_has_no_copy(root: Path) -> None:
    pinned_copy(root, "test")
    (root / "search" / "meilisearch.json").write_text('{"platforms": {}}')
    assert find_binary() is None
