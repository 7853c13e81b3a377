"""Decisions are numbered without a gap and tell why, so that they can be referred to for ever."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))


def test_decisions_are_numbered_one_after_the_other() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))
    assert len(DECISIONS) >= 6


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_tells_what_was_decided_and_why(path: Path) -> None:
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:4]} ")
    for part in ("Context", "Decision", "Consequences"):
        assert f"**{part}.**" in text


def test_every_decision_that_something_refers_to_is_there() -> None:
    known = {path.name[:4] for path in DECISIONS}
    referring = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "app").rglob("*.py"), *(ROOT / "content").rglob("*.py")]
    referring += (ROOT / "search").rglob("*.py")
    for path in referring:
        for number in re.findall(r"\bdecision (\d{4})\b", path.read_text(encoding="utf-8")):
            assert number in known, path
