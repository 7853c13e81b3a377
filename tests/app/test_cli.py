"""The command line: its exit codes, what it shows, and what it does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PROEFTUIN_")}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_names_every_command_that_people_use() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for command in ("serve", "worker", "migrate", "seed", "reindex", "reconcile", "doctor", "settings"):
        assert f"  {command} " in shown.stdout
    assert "  web " not in shown.stdout, "children are started by serve alone"


@pytest.mark.parametrize("heavy", ["sqlalchemy", "fastapi", "pydantic", "httpx"])
def test_help_does_not_load_what_it_does_not_need(heavy: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, app.cli; print({heavy!r} in sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert loaded.stdout.strip() == "False"


@pytest.mark.parametrize("arguments", [("bogus",), ("serve", "--port", "70000"), ("settings", "--colour")])
def test_wrong_use_ends_with_two(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


def test_a_wrong_setting_is_named_and_its_value_is_not_repeated() -> None:
    refused = run("settings", PROEFTUIN_PORT="secret-by-mistake")
    assert refused.returncode == 2
    assert refused.stderr.startswith("PROEFTUIN_PORT: ")
    assert "secret-by-mistake" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_settings_shows_where_each_one_came_from_and_masks_secrets(tmp_path: Path) -> None:
    shown = run(
        "settings",
        PROEFTUIN_DATA_DIR=str(tmp_path),
        PROEFTUIN_SEARCH_KEY="a-key-to-hide",
        PROEFTUIN_DATABASE_URL="postgresql+psycopg://proeftuin:a-password@db/proeftuin",
    )
    assert shown.returncode == 0
    lines = {line.split()[0]: line.split(maxsplit=2)[1:] for line in shown.stdout.splitlines()}
    assert lines["PROEFTUIN_DATA_DIR"] == ["environment", str(tmp_path)]
    assert lines["PROEFTUIN_PORT"] == ["default", "8000"]
    assert lines["PROEFTUIN_DATABASE_URL"][1] == "postgresql+psycopg://proeftuin:********@db/proeftuin"
    assert "a-key-to-hide" not in shown.stdout
    assert "a-password" not in shown.stdout


def test_settings_tells_the_file_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PROEFTUIN_WORKERS=3\nPROEFTUIN_PORT=8001\n")
    shown = subprocess.run(
        [sys.executable, "-m", "app", "settings"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PROEFTUIN_PORT": "8002"},
        capture_output=True,
        text=True,
    )
    lines = {line.split()[0]: line.split(maxsplit=2)[1:] for line in shown.stdout.splitlines()}
    assert lines["PROEFTUIN_WORKERS"] == [".env", "3"]
    assert lines["PROEFTUIN_PORT"] == ["environment", "8002"]
