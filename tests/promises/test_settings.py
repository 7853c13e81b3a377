"""Every setting is described for operators as it is, and nothing is described that is not there."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs/settings.md").read_text(encoding="utf-8")

ROW = re.compile(r"^\| `PROEFTUIN_([A-Z_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def described() -> dict[str, tuple[str, str]]:
    """Name -> default and meaning."""
    return {name.lower(): (default, meaning) for name, default, meaning in ROW.findall(PAGE)}


def written(default: object) -> str:
    """A default as the page writes it."""
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, bool):
        return "on" if default else "off"
    return "empty" if default in ("", None, ()) else f"`{default}`"


def test_the_page_and_the_product_know_the_same_settings() -> None:
    assert set(described()) == set(Settings.model_fields)
    assert len(ROW.findall(PAGE)) == len(Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_described_with_its_default_and_in_a_whole_sentence(name: str) -> None:
    default, meaning = described()[name]
    assert default == written(Settings.model_fields[name].default)
    assert len(meaning) > 30
    assert meaning.endswith(".")
