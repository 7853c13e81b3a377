"""What is kept in the repository fits any machine, and every module stands in the order of the rooms."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Written apart, so that this file does not find itself.
PLACES = re.compile(rb"(?<![\w.])/(?:ro" + rb"ot|ho" + rb"me/\w+|Use" + rb"rs/\w+|wo" + rb"rk/\w+)/")

BINARY = {".woff2", ".png", ".jpg", ".webp", ".pdf", ".docx", ".xlsx", ".stl", ".ico"}


def kept() -> list[Path]:
    """Every file that is kept, and that can be read as text."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in told.split("\0") if name and (path := ROOT / name).suffix not in BINARY and path.is_file()]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    found = kept()
    assert len(found) > 200
    return found


def test_no_kept_file_names_a_place_on_somebodys_machine(files: list[Path]) -> None:
    found = {path.relative_to(ROOT): PLACES.search(path.read_bytes()) for path in files}
    assert {path: match[0] for path, match in found.items() if match} == {}


@pytest.mark.parametrize(
    "place", [f"{before}/{root}/x" for before in (" ", "'", "cd ") for root in ("ro" + "ot", "ho" + "me/anna")]
)
def test_a_place_on_somebodys_machine_is_found(place: str) -> None:
    assert PLACES.search(place.encode())


@pytest.mark.parametrize("place", [b"/work/", b"https://x.example/home/anna/", b"/feeds/alles.atom", b"a/root/x"])
def test_an_address_is_no_place_on_a_machine(place: bytes) -> None:
    assert not PLACES.search(place)


def test_every_kept_text_ends_with_one_newline_and_has_no_tail_of_blanks(files: list[Path]) -> None:
    ours = [path for path in files if path.suffix in {".py", ".html", ".css", ".js", ".toml", ".po"}]
    ours = [path for path in ours if "vendor" not in path.parts and "data" not in path.parts]
    texts = {path: path.read_text(encoding="utf-8") for path in ours}
    assert [path for path, text in texts.items() if text and (not text.endswith("\n") or text.endswith("\n\n"))] == []
    assert [path for path, text in texts.items() if re.search(r"[ \t]+$", text, re.MULTILINE)] == []


def test_every_module_of_the_roof_has_its_place_in_the_order_of_the_rooms() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    named = {name.strip(" ()") for layer in layers for name in re.split("[:|]", layer)}
    modules = {f"app.{path.stem}" for path in (ROOT / "app").glob("*.py") if path.stem != "__init__"}
    rooms = {f"app.{path.parent.name}" for path in (ROOT / "app").glob("*/__init__.py")}
    assert modules | rooms <= named
