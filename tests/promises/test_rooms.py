"""Each room imports only the rooms below it, and the check that says so can fail."""

import ast
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


def asks_the_database(source: str) -> bool:
    """Whether a door makes a statement of its own."""
    tree = ast.parse(source)
    brought = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return bool(brought & {"select", "delete", "update", "text"} or asked & {"exec", "execute"})


def test_no_door_asks_the_database_by_itself() -> None:
    """What is found and how is said by the rooms; a door names it."""
    doors = {path: path.read_text("utf-8") for path in (ROOT / "app/web").rglob("*.py")}
    assert len(doors) > 100
    assert [str(path.relative_to(ROOT)) for path, source in doors.items() if asks_the_database(source)] == []
    assert asks_the_database("from sqlmodel import Session, select\n")
    assert asks_the_database("def f(session):\n    return session.exec(1)\n")
