import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import seals
from app.core.seals import (
    EASY_LETTERS,
    NoRoot,
    derived_secret,
    digest,
    is_sealed,
    lock_up,
    new_recovery_word,
    new_token,
    seal,
    unlock,
)
from tests.core.ground import ROOT

PROGRAM = "from app.core.seals import seal; print(seal('purpose', 'text'))"


@pytest.fixture(autouse=True)
def fresh(data_dir: Path) -> None:
    seals._root.cache_clear()


def test_the_root_is_made_once_and_readable_by_its_owner_only(data_dir: Path) -> None:
    mark = seal("purpose", "text")
    secret = data_dir / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_bytes()) == 32
    seals._root.cache_clear()
    assert seal("purpose", "text") == mark
    assert [path.name for path in data_dir.iterdir()] == ["secret"]


@pytest.mark.slow
def test_processes_that_start_together_agree_on_the_root(data_dir: Path) -> None:
    environment = {"PROEFTUIN_DATA_DIR": str(data_dir), "PATH": "/usr/bin:/bin"}
    processes = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        for _ in range(6)
    ]
    assert len({process.communicate(timeout=30)[0] for process in processes}) == 1
    assert [path.name for path in data_dir.iterdir()] == ["secret"]


@pytest.mark.parametrize("left", [b"", b"short"])
def test_a_root_that_was_cut_off_is_refused_with_a_sentence(data_dir: Path, left: bytes) -> None:
    (data_dir / "secret").write_bytes(left)
    with pytest.raises(NoRoot, match=r"secret holds \d bytes and needs 32"):
        seal("purpose", "text")


def test_another_root_makes_other_seals(data_dir: Path) -> None:
    mark = seal("purpose", "text")
    (data_dir / "secret").write_bytes(b"another root of thirty-two bytes")
    seals._root.cache_clear()
    assert not is_sealed("purpose", "text", mark)


@given(st.text(alphabet=st.characters(codec="utf-8")), st.text(alphabet=st.characters(codec="utf-8")))
def test_a_seal_holds_for_its_text_and_no_other(text: str, other: str) -> None:
    mark = seal("unsubscribe", text)
    assert is_sealed("unsubscribe", text, mark)
    assert is_sealed("unsubscribe", other, mark) is (other == text)


def test_a_seal_holds_for_its_purpose_alone() -> None:
    assert not is_sealed("preview", "7", seal("unsubscribe", "7"))


@pytest.mark.parametrize("mark", ["", "0" * 64, "é", "\ud800", "x" * 10_000])
def test_whatever_comes_in_as_a_seal_is_judged_and_never_fails(mark: str) -> None:
    assert not is_sealed("purpose", "text", mark)


def test_secrets_for_parts_of_the_house_differ_from_each_other_and_from_the_root(data_dir: Path) -> None:
    found = {derived_secret("engine"), derived_secret("metrics")}
    assert len(found) == 2
    assert (data_dir / "secret").read_bytes().hex() not in found


def test_tokens_are_long_different_and_fit_an_address() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_what_is_kept_of_a_token_is_its_sha_256() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_what_was_locked_up_comes_back_for_its_purpose_alone(data_dir: Path) -> None:
    locked = lock_up("app", "GEHEIM")
    assert "GEHEIM" not in locked
    assert locked != lock_up("app", "GEHEIM")
    assert unlock("app", locked) == "GEHEIM"
    for purpose, text in (("other", locked), ("app", locked[:-4]), ("app", ""), ("app", "x" * 100)):
        with pytest.raises(NoRoot):
            unlock(purpose, text)


def test_codes_for_recovery_are_easy_to_read_and_long_enough() -> None:
    words = {new_recovery_word() for _ in range(500)}
    assert len(words) == 500
    assert all(re.fullmatch("([A-HJ-NP-Z2-9]{4}-){5}[A-HJ-NP-Z2-9]{4}", word) for word in words)
    assert len(EASY_LETTERS) ** 24 >= 2**112
