"""What one has to read at once stays small: modules, functions, and names that say something."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for room in ("app", "content", "search") for path in (ROOT / room).rglob("*.py"))

MOST_LINES = 300
LONGEST_FUNCTION = 60

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "service", "services", "misc", "common"}


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Every function with its length in lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_were_found() -> None:
    assert len(MODULES) > 80


def test_a_module_is_read_at_once() -> None:
    assert [path for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES] == []


def test_a_function_is_read_at_once() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in MODULES}
    found = [(path, name) for path in MODULES for name, lines in functions(sources[path]) if lines > LONGEST_FUNCTION]
    assert found == []


def test_the_name_of_a_module_says_what_it_is_about() -> None:
    assert [path for path in MODULES if SAYS_NOTHING & {path.stem, path.parent.name}] == []


def test_a_long_function_is_found() -> None:
    source = "def long():\n" + "    pass\n" * LONGEST_FUNCTION + "\nasync def short():\n    pass\n"
    assert list(functions(source)) == [("long", LONGEST_FUNCTION + 1), ("short", 2)]
