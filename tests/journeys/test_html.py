"""The HTML of every page is valid, as the Nu Html Checker sees it."""

import json
import os
import shutil
import subprocess
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from tests.journeys.going_wrong import PROBLEMS, answer_to
from tests.journeys.pages import LANGUAGES, TYPES
from tests.journeys.site import Site

pytestmark = pytest.mark.whole

MEANT: Final = "role is unnecessary for element"
"""Safari does not read a list without marks as a list unless its role says so."""

ROOT: Final = Path(__file__).parents[2]
PIN: Final = json.loads((Path(__file__).parent / "vendor" / "vnu.json").read_text())


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """How the checker starts. Without Java or the checker the test is skipped; in CI that is a failure."""
    java, jar = shutil.which("java"), ROOT / ".cache" / "vnu" / PIN["sha256"] / "vnu.jar"
    lacking = "" if java else "there is no Java on this machine: sudo apt-get install default-jre-headless"
    lacking = lacking or ("" if jar.exists() else "the Nu Html Checker is missing: .ci/prepare test fetches it")
    if lacking and os.environ.get("CI"):
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    assert sha256(jar.read_bytes()).hexdigest() == PIN["sha256"]
    return [str(java), "-jar", str(jar), "--format", "json", "--exit-zero-always", "--stdout"]


def faults(checker: list[str], folder: Path) -> list[str]:
    """What is wrong in the files of this folder, in one call: a start takes longer than a page."""
    done = subprocess.run([*checker, str(folder)], capture_output=True, text=True, timeout=100, check=True)
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return sorted(
        f"{Path(told.get('url', '')).name}:{told.get('lastLine')} {told['message']} [{told.get('extract', '')}]"
        for told in messages
        if MEANT not in told["message"]
    )


def test_every_page_is_valid_html(site: Site, checker: list[str], tmp_path: Path) -> None:
    for wanted in TYPES:
        with site.tab(wanted.person) as page:
            for language in LANGUAGES:
                got = page.context.request.get(wanted.address(language))
                assert got.status == wanted.status, wanted.name
                (tmp_path / f"{wanted.name}-{language}.html").write_bytes(got.body())
    for name, language in product(PROBLEMS, LANGUAGES):
        (tmp_path / f"{name}-{language}.html").write_bytes(answer_to(name, language).body)
    assert faults(checker, tmp_path) == []


def test_the_checker_finds_what_is_wrong(checker: list[str], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><html lang=nl><title>a</title><p id=a><p id=a><b><i></b></i>")
    assert len(faults(checker, tmp_path)) >= 2
