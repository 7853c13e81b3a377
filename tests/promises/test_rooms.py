"""Each room imports only the rooms below it, and the check that says so can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

INTRUDER = "import fastapi\nimport httpx\nimport jinja2\nfrom search import local\n"


def check_the_rooms(root: Path) -> "subprocess.CompletedProcess[str]":
    lint = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([lint, "--no-cache"], cwd=root, capture_output=True, text=True)


def test_each_room_imports_only_the_rooms_below_it() -> None:
    checked = check_the_rooms(ROOT)
    assert checked.returncode == 0, checked.stdout
    assert "4 kept, 0 broken" in checked.stdout


def test_a_module_that_reaches_above_breaks_every_contract(tmp_path: Path) -> None:
    for part in ("app", "content", "search"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "content" / "intruder.py").write_text(INTRUDER)
    checked = check_the_rooms(tmp_path)
    assert checked.returncode != 0
    assert "0 kept, 4 broken" in checked.stdout
    for reached in ("fastapi", "httpx", "jinja2", "search.local"):
        assert f"content.intruder -> {reached}" in checked.stdout
