"""Every action that is noted in the audit log has words in the language of whoever reads it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.core.language import speaking
from app.people.securing import Change
from app.web.action_words import words

ROOT = Path(__file__).parents[2]


def noted(source: str) -> Iterator[str]:
    """The actions that this source notes by name."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "note":
            for part in ast.walk(call.args[2]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def every_action() -> set[str]:
    sources = [path.read_text("utf-8") for room in ("app", "content", "search") for path in (ROOT / room).rglob("*.py")]
    return {action for source in sources for action in noted(source)} | {change.value for change in Change}


def test_every_action_that_is_noted_has_words_in_both_languages() -> None:
    found = every_action()
    assert {"admit", "make_steward", "unmake_steward", "add_passkey"} <= found
    for action in found:
        said = []
        for language in ("nl", "en"):
            with speaking(language):
                said.append(words(action))
        assert said[0] != said[1], action


def test_an_action_without_words_is_found_out() -> None:
    assert list(noted("note(session, me, 'grow_wings' if so else 'fly', subject=user)")) == ["grow_wings", "fly"]
    with speaking("nl"):
        assert words("grow_wings") == "grow wings"
