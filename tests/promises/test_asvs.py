"""The table of security requirements names code and tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| `([^`]+)` \| `([^`:]+)::(\w+)` \|$", TABLE, re.MULTILINE)


def test_every_row_is_read_and_each_requirement_stands_there_once_in_order() -> None:
    numbers = [tuple(map(int, row[0].split("."))) for row in ROWS]
    assert len(numbers) == len(re.findall(r"^\| \d", TABLE, re.MULTILINE)) > 10
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_code_and_the_test_of_a_row_are_there(row: tuple[str, str, str, str, str]) -> None:
    _number, _about, code, module, name = row
    assert (ROOT / code).exists()
    assert re.search(rf"^def {name}\(", (ROOT / module).read_text(encoding="utf-8"), re.MULTILINE)
