import errno
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import GenericError

from app.core import settings as settings_module
from app.core.errors import NoRoom, NotFound, Problem, Unavailable
from app.core.files import CHUNK, Storage, storage
from app.core.settings import Settings

TEXT = b"De operator neemt de correctie over.\n"
BIG = bytes(range(256)) * (5 * CHUNK // 256) + b"!"
UNKNOWN = "0" * 64


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an S3 server of our own with a bucket `proeftuin`."""
    # Here, because importing these takes longer than all other tests of this file.
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        with pytest.MonkeyPatch.context() as patch:
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                patch.setenv(name, "proef")
            patch.setenv("AWS_REGION", "eu-central-1")
            patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
            boto3.client("s3", endpoint_url=f"http://{host}:{port}").create_bucket(Bucket="proeftuin")
            yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture(params=["disk", pytest.param("s3", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "disk":
        return Storage(tmp_path / "files")
    return Storage(f"s3://proeftuin/{tmp_path.name}", request.getfixturevalue("bucket"))


def test_a_file_is_found_under_the_hash_of_its_bytes(store: Storage) -> None:
    digest = store.keep(TEXT)
    assert digest == sha256(TEXT).hexdigest()
    assert store.exists(digest)
    assert store.read(digest) == TEXT


def test_keeping_the_same_twice_is_keeping_it_once(store: Storage) -> None:
    assert store.keep(TEXT) == store.keep(TEXT)
    assert store.read(sha256(TEXT).hexdigest()) == TEXT


def test_many_may_keep_the_same_at_once(store: Storage) -> None:
    together = threading.Barrier(8)

    def keep(_turn: int) -> str:
        together.wait()
        return store.keep(BIG)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(keep, range(8))) == {sha256(BIG).hexdigest()}
    assert store.read(sha256(BIG).hexdigest()) == BIG


def test_a_large_file_comes_in_pieces(store: Storage) -> None:
    pieces = list(store.stream(store.keep(BIG)))
    assert b"".join(pieces) == BIG
    assert len(pieces) > 1


@pytest.mark.parametrize(
    ("start", "end"), [(0, 10), (10, None), (CHUNK, 2 * CHUNK), (0, None), (len(BIG) - 1, len(BIG))]
)
def test_a_part_of_a_file_can_be_asked(store: Storage, start: int, end: int | None) -> None:
    assert b"".join(store.stream(store.keep(BIG), start, end)) == BIG[start:end]


def test_an_empty_file_is_a_file(store: Storage) -> None:
    digest = store.keep(b"")
    assert store.read(digest) == b""
    assert list(store.stream(digest)) in ([], [b""])


def test_what_is_not_there_is_not_found(store: Storage) -> None:
    assert not store.exists(UNKNOWN)
    for ask in (store.read, store.stream, lambda digest: store.rendition(digest, 480)):
        with pytest.raises(NotFound):
            ask(UNKNOWN)


@pytest.mark.parametrize("name", ["", "abc", "../" * 20 + "etc/passwd", "A" * 64, UNKNOWN + "\n", "/" + UNKNOWN])
def test_what_is_no_hash_is_not_found_either(store: Storage, name: str) -> None:
    assert not store.exists(name)
    for ask in (store.read, store.stream, store.forget, lambda digest: store.keep_rendition(digest, 480, b"")):
        with pytest.raises(NotFound):
            ask(name)


def test_renditions_lie_beside_their_file_and_go_with_it(store: Storage) -> None:
    digest, other = store.keep(TEXT), store.keep(BIG)
    for width in (480, 960):
        store.keep_rendition(digest, width, f"webp {width}".encode())
    store.keep_rendition(other, 480, b"webp of another")
    assert store.rendition(digest, 960) == b"webp 960"
    store.forget(digest)
    assert not store.exists(digest)
    with pytest.raises(NotFound):
        store.rendition(digest, 480)
    assert store.rendition(other, 480) == b"webp of another"


def test_forgetting_twice_changes_nothing(store: Storage) -> None:
    digest = store.keep(TEXT)
    store.forget(digest)
    store.forget(digest)
    assert store.keep(TEXT) == digest
    assert store.read(digest) == TEXT


def test_folders_stay_small(tmp_path: Path) -> None:
    digest = Storage(tmp_path).keep(TEXT)
    assert (tmp_path / "original" / digest[:2] / digest).read_bytes() == TEXT


def test_what_a_killed_process_left_half_written_does_not_count(tmp_path: Path) -> None:
    digest = sha256(TEXT).hexdigest()
    folder = tmp_path / "original" / digest[:2]
    folder.mkdir(parents=True)
    (folder / f"{digest}#1").write_bytes(TEXT[:5])
    store = Storage(tmp_path)
    assert not store.exists(digest)
    assert store.keep(TEXT) == digest
    assert store.read(digest) == TEXT


def test_a_disk_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    store = Storage(tmp_path / "files")
    (tmp_path / "files" / "original").write_bytes(b"a file where a folder should be")
    with pytest.raises(Unavailable):
        store.keep(TEXT)


@pytest.mark.skipif(not shutil.which("mount"), reason="a full disk has to be a small one of our own")
def test_a_full_disk_is_said_in_a_sentence_of_its_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=200000", "proof", str(tmp_path)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("we may not mount a disk here")
    try:
        store = Storage(tmp_path / "files")
        with pytest.raises(NoRoom):
            store.keep(bytes(400_000))
        store.keep_made("share/1/a.png", bytes(400_000))
        assert "could not be kept" in caplog.text
        assert store.read(store.keep(TEXT)) == TEXT
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (OSError(errno.ENOSPC, "full"), NoRoom),
        (OSError(errno.EDQUOT, "full"), NoRoom),
        (GenericError("Unable to copy data to file: Disk quota exceeded (os error 122)"), NoRoom),
        (GenericError("Unable to copy data to file: Permission denied (os error 13)"), Unavailable),
    ],
)
def test_what_is_full_is_told_apart_from_what_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception, told: type[Problem]
) -> None:
    def refuse(*_told: object, **_more: object) -> None:
        raise problem

    monkeypatch.setattr(obstore, "put", refuse)
    with pytest.raises(told):
        Storage(tmp_path).keep(TEXT)


@pytest.mark.slow
def test_a_store_that_does_not_answer_is_unavailable(bucket: str) -> None:
    del bucket  # for its keys
    silent = Storage("s3://proeftuin/a", "http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        silent.read(UNKNOWN)


def test_the_settings_say_where_files_lie(tmp_path: Path) -> None:
    settings_module.configure(Settings(data_dir=tmp_path))
    try:
        digest = storage().keep(TEXT)
        assert storage() is storage()
    finally:
        settings_module.configure(None)
    assert os.path.getsize(tmp_path / "files" / "original" / digest[:2] / digest) == len(TEXT)


def test_what_can_be_made_again_need_not_be_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "made").write_text("in the way of the folder")
    store = Storage(folder)
    store.keep_made("share/1/a.png", b"drawn")
    assert "could not be kept" in caplog.text
    with pytest.raises((NotFound, Unavailable)):
        store.made("share/1/a.png")


def test_what_was_made_and_forgotten_in_the_same_moment_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: Path) -> None:
        path.unlink()
        raise FileNotFoundError(path)

    kept = Storage(tmp_path)
    monkeypatch.setattr("app.core.files._to_disk", gone)
    kept.keep_made("share/1/x.png", b"picture")
    monkeypatch.undo()
    kept.keep_made("share/1/x.png", b"picture")
    assert kept.made("share/1/x.png") == b"picture"
