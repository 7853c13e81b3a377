from pathlib import Path

import pytest
from pydantic import ValidationError

from app.core import settings as module
from app.core.settings import EXAMPLE_MARK, Settings, configure, settings


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without `.env`, and an environment without a word of ours."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PROEFTUIN_{name.upper()}", raising=False)


def test_everything_works_without_a_single_setting(tmp_path: Path) -> None:
    bare = Settings()
    assert bare.database_address == f"sqlite:///{tmp_path}/var/proeftuin.db"
    assert bare.files_address == f"{tmp_path}/var/files"
    assert bare.secret_path == Path("var/secret")
    assert bare.address == "http://127.0.0.1:8000"
    assert bare.is_loopback
    assert not bare.is_https
    assert not bare.example_people


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PROEFTUIN_PORT=9000\nPROEFTUIN_WORKERS=3\nOTHER=word\n")
    monkeypatch.setenv("PROEFTUIN_PORT", "9100")
    chosen = Settings()
    assert (chosen.port, chosen.workers) == (9100, 3)


def test_an_empty_setting_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"PROEFTUIN_{name.upper()}", "")
    assert Settings() == Settings(_env_file=None)
    assert Settings().port == 8000
    assert Settings().secret_path == Path("var/secret")


@pytest.mark.parametrize(
    ("written", "read"),
    [("10.0.0.1", ("10.0.0.1",)), ("10.0.0.1, 10.0.0.2 ,", ("10.0.0.1", "10.0.0.2")), (" , ", ())],
)
def test_a_list_is_written_with_commas(monkeypatch: pytest.MonkeyPatch, written: str, read: tuple[str, ...]) -> None:
    monkeypatch.setenv("PROEFTUIN_TRUSTED_PROXIES", written)
    assert Settings().trusted_proxies == read


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("PORT", "eight", "valid integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("WORKERS", "0", "greater than or equal to 1"),
        ("EXAMPLE_PEOPLE", "perhaps", "valid boolean"),
        ("LOG_FORMAT", "xml", "auto|json|readable"),
        ("DATABASE_URL", "mysql://somebody:hunter2@db/x", "must start with sqlite:/// or postgresql+psycopg://"),
        ("SEARCH_URL", "engine:7700", "must be an address"),
        ("FILES_ENDPOINT", "http://", "must be an address"),
        ("BASE_URL", "proeftuin.example", "must be http:// or https:// and a host"),
        ("BASE_URL", "https://proeftuin.example/pad", "without a path"),
        ("BASE_URL", "https://somebody:hunter2@proeftuin.example", "without a path"),
        ("BASE_URL", "https://Proeftuin.example", "small letters"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_what_is_right(
    monkeypatch: pytest.MonkeyPatch, name: str, wrong: str, told: str
) -> None:
    monkeypatch.setenv(f"PROEFTUIN_{name}", wrong)
    with pytest.raises(ValidationError) as refused:
        Settings()
    (error,) = refused.value.errors()
    assert error["loc"] == (name.lower(),)
    assert told in error["msg"]
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "address", "is_https"),
    [
        ("https://proeftuin.example/", "https://proeftuin.example", True),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080", False),
        ("http://[::1]:8000", "http://[::1]:8000", False),
    ],
)
def test_the_base_address_has_no_slash_at_its_end(written: str, address: str, is_https: bool) -> None:
    chosen = Settings(base_url=written)
    assert (chosen.address, chosen.is_https) == (address, is_https)


@pytest.mark.parametrize(
    ("host", "address", "is_loopback"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", True),
        ("::1", "http://[::1]:8000", True),
        ("0.0.0.0", "http://0.0.0.0:8000", False),
    ],
)
def test_without_a_base_address_the_bound_one_counts(host: str, address: str, is_loopback: bool) -> None:
    chosen = Settings(host=host)
    assert (chosen.address, chosen.is_loopback) == (address, is_loopback)


def test_no_secret_is_in_what_settings_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROEFTUIN_SEARCH_KEY", "hunter2")
    monkeypatch.setenv("PROEFTUIN_DATABASE_URL", "postgresql+psycopg://proeftuin:hunter2@db/proeftuin")
    chosen = Settings()
    assert "hunter2" not in repr(chosen) + str(chosen)
    assert chosen.search_key.get_secret_value() == "hunter2"


def test_settings_never_change_under_those_who_read_them() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1


def test_a_process_reads_its_settings_once_and_tests_may_give_others(monkeypatch: pytest.MonkeyPatch) -> None:
    module._from_environment.cache_clear()
    monkeypatch.setenv("PROEFTUIN_PORT", "9001")
    assert settings().port == 9001
    monkeypatch.setenv("PROEFTUIN_PORT", "9002")
    assert settings().port == 9001
    configure(Settings(port=9003))
    assert settings().port == 9003
    configure(None)
    assert settings().port == 9001
    module._from_environment.cache_clear()


def test_what_an_operator_has_to_replace_is_marked_as_an_example() -> None:
    bare = Settings()
    assert EXAMPLE_MARK in bare.operator_name
    assert EXAMPLE_MARK in bare.funders
    for address in (bare.operator_contact, bare.privacy_contact, bare.security_contact):
        assert address.endswith(".example")
