"""The command line: its exit codes, what it shows, and what it does not."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole

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
    for command in (
        "serve",
        "worker",
        "migrate",
        "seed",
        "reindex",
        "reconcile",
        "invite",
        "doctor",
        "settings",
        "backup",
        "restore",
        "receive",
    ):
        assert f"  {command} " in shown.stdout
    assert "  web " not in shown.stdout, "children are started by serve alone"


@pytest.mark.slow
def test_the_first_steward_is_invited_by_a_link(tmp_path: Path) -> None:
    at = {"PROEFTUIN_DATA_DIR": str(tmp_path), "PROEFTUIN_BASE_URL": "https://proeftuin.example"}
    assert run("migrate", **at).returncode == 0
    invited = run("invite", "Nieuw@Kennis.example", "--role", "steward", **at)
    assert invited.returncode == 0, invited.stderr
    assert "nieuw@kennis.example can become steward here" in invited.stdout
    assert re.search(r"^https://proeftuin\.example/uitnodiging/[\w-]{43}$", invited.stdout, re.M)
    assert str(tmp_path / "mail") in invited.stdout
    assert run("invite", "nieuw", **at).returncode == 2
    assert run("invite", "nieuw@kennis.example", "--role", "koning", **at).returncode == 2


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


@pytest.mark.slow
@pytest.mark.parametrize("command", ["seed", "reindex", "reconcile"])
def test_a_command_on_an_old_database_says_what_to_do(command: str, tmp_path: Path) -> None:
    refused = run(command, PROEFTUIN_DATA_DIR=str(tmp_path))
    assert refused.returncode == 1
    assert refused.stderr.strip() == "The database is older than this release: run `python -m app migrate` first."


@pytest.mark.slow
@pytest.mark.engine
def test_example_content_comes_is_found_and_goes(tmp_path: Path) -> None:
    here = {"PROEFTUIN_DATA_DIR": str(tmp_path)}
    assert "up to date" in run("migrate", "--examples", **here).stdout
    assert "Example content" not in run("migrate", "--examples", **here).stdout, (
        "a second time there is nothing to tell"
    )
    assert "unchanged" in run("seed", **here).stdout
    assert "built anew" in run("reindex", **here).stdout
    assert run("reconcile", **here).stdout == "0 pieces had to be repaired.\n"
    assert "removed" in run("seed", "--remove", **here).stdout


@pytest.mark.slow
def test_doctor_fails_with_a_sentence_for_each_thing_that_does_not_work(tmp_path: Path) -> None:
    examined = run("doctor", PROEFTUIN_DATA_DIR=str(tmp_path), PROEFTUIN_SEARCH_URL="http://127.0.0.1:9")
    assert examined.returncode == 1
    assert "python -m app migrate" in examined.stdout
    assert "FAIL  search" in examined.stdout
    assert "ok    settings" in examined.stdout


def test_maintenance_closes_and_opens(tmp_path: Path) -> None:
    here = {"PROEFTUIN_DATA_DIR": str(tmp_path)}
    assert run("maintenance", "on", **here).stdout == "The site is closed for maintenance.\n"
    assert (tmp_path / "maintenance").exists()
    assert run("maintenance", "off", **here).stdout == "The site is open.\n"
    assert not (tmp_path / "maintenance").exists()
    assert run("maintenance", "perhaps", **here).returncode == 2
