"""Backup and restore: taken while people write, wiped, brought back, compared: no difference, on both databases."""

import itertools
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import col, delete, func, select

from app.core import restoring, settings
from app.core.backing_up import CannotBackUp, Contents, back_up, lines_of, tables_of
from app.core.database import Database
from app.core.files import Storage
from app.core.restoring import CannotRestore, restore
from app.core.seals import seal
from app.people.auditing import AuditEntry
from app.people.models import Admission, Organisation, User
from app.people.signing_in import actor_for
from app.tables import DERIVED
from content.attaching import keep_file
from content.models import Article, Attachment
from tests.cast import Cast, draft
from tests.counts import full
from tests.house import until
from tests.postgres import Server

pytestmark = pytest.mark.slow

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that holds nothing yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'proeftuin.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = f"restored_{next(_numbers)}"
    server.create(name)
    yield server.url(name)
    server.drop(name)


def place(database: Database) -> tuple[Database, Storage, Path]:
    return database, Storage(settings.settings().files_address), settings.settings().secret_path


def told(database: Database) -> dict[str, str]:
    """Table -> digest of all of its rows."""
    with database.reading() as session:
        connection = session.connection()
        return {
            table.name: sha256(b"".join(lines_of(connection, table))).hexdigest()
            for table in tables_of(connection, DERIVED)
        }


def bring_back(path: Path, url: str, folder: Path) -> Contents:
    return restore(path, url, Storage(folder / "files"), folder / "secret", derived=DERIVED)


def test_what_comes_back_is_what_was_there(seeded: Database, empty: str, tmp_path: Path) -> None:
    mark = seal("test", "x")
    path, folder = tmp_path / "kept.tar", tmp_path / "new"
    kept = back_up(*place(seeded), path, derived=DERIVED)
    assert kept.files > 10
    assert sum(kept.rows.values()) > 1000
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert bring_back(path, empty, folder).rows == kept.rows
    restored = Database(empty)
    assert told(restored) == told(seeded)
    assert (folder / "secret").read_bytes() == settings.settings().secret_path.read_bytes()
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert mark == seal("test", "x")
    before, after = Storage(settings.settings().files_address), Storage(folder / "files")
    assert sorted(before.everything()) == sorted(after.everything())
    assert all(before.take(key) == after.take(key) for key in before.everything())
    # It goes on: a new row gets a number of its own, and what may not be is refused as ever.
    with restored.writing() as session:
        session.add(Organisation(slug="nieuw", name="Nieuw", kind="sme"))
    with restored.writing() as session:
        session.add(AuditEntry(by="x", action="x"))
    with pytest.raises(DBAPIError, match="only grows"), restored.writing() as session:
        session.exec(delete(AuditEntry))
    restored.close()


def test_the_comparison_would_find_a_difference(seeded: Database, empty: str, tmp_path: Path) -> None:
    path = tmp_path / "kept.tar"
    back_up(*place(seeded), path, derived=DERIVED)
    bring_back(path, empty, tmp_path / "new")
    restored = Database(empty)
    with restored.writing() as session:
        article = session.exec(select(Article)).first()
        assert article is not None
        article.title += "."
        session.add(article)
    differing = {name for name, digest in told(restored).items() if told(seeded)[name] != digest}
    restored.close()
    assert differing == {"article"}


def test_a_backup_during_writes_is_of_one_moment(database: Database, empty: str, tmp_path: Path) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = draft(session, cast, "lesson")
    stop, written = threading.Event(), itertools.count(1)

    def write() -> None:
        while not stop.is_set():
            number = next(written)
            with database.writing() as session:
                # Two tables and a file that belong together.
                session.add(Organisation(slug=f"o-{number}", name="O", kind="sme", admission=Admission.APPLIED))
                session.add(AuditEntry(by="test", action="pair", subject=f"o-{number}"))
                at = session.get_one(Article, article.id)
                keep_file(session, at, f"f-{number}.csv", f"a;b\n1;{number}\n".encode(), by=cast.femke)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        paths = [tmp_path / f"kept-{number}.tar" for number in range(3)]
        for path in paths:
            back_up(*place(database), path, derived=DERIVED)
    finally:
        stop.set()
        writer.join()
    bring_back(paths[-1], empty, tmp_path / "new")
    restored = Database(empty)
    with restored.reading() as session:
        organisations = set(
            session.exec(select(Organisation.slug).where(col(Organisation.slug).startswith("o-"))).all()
        )
        entries = set(session.exec(select(AuditEntry.subject).where(AuditEntry.action == "pair")).all())
        hashes = session.exec(select(Attachment.hash)).all()
        assert 0 < len(organisations) < next(written)
        assert organisations == entries
        assert len(hashes) == len(organisations)
        assert all(Storage(tmp_path / "new" / "files").exists(each) for each in hashes)
    restored.close()


def sums_of(path: Path) -> dict[str, str]:
    """What the list of a backup says of everything in it."""
    with tarfile.open(path) as tar:
        return restoring.read_contents(tar).sums


def test_what_was_backed_up_while_people_wrote_comes_back_without_a_difference(
    seeded: Database, empty: str, tmp_path: Path
) -> None:
    """Backed up during writes, restored elsewhere, backed up there: row by row and file by file the same."""
    with seeded.reading() as session:
        article = session.exec(select(Article).order_by(col(Article.id))).first()
        femke = actor_for(session, session.exec(select(User).where(User.handle == "femke")).one())
    assert article is not None
    stop, written = threading.Event(), itertools.count(1)

    def write() -> None:
        while not stop.is_set():
            number = next(written)
            with seeded.writing() as session:
                session.add(Organisation(slug=f"o-{number}", name="Ø", kind="sme", admission=Admission.APPLIED))
                at = session.get_one(Article, article.id)
                keep_file(session, at, f"f-{number}.csv", b"a\n%d\n" % number, by=femke)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while next(written) < 6:
            time.sleep(0.05)
        back_up(*place(seeded), tmp_path / "kept.tar", derived=DERIVED)
    finally:
        stop.set()
        writer.join()
    bring_back(tmp_path / "kept.tar", empty, tmp_path / "new")
    restored = Database(empty)
    back_up(restored, Storage(tmp_path / "new/files"), tmp_path / "new/secret", tmp_path / "again.tar", derived=DERIVED)
    restored.close()
    kept, again = sums_of(tmp_path / "kept.tar"), sums_of(tmp_path / "again.tar")
    assert sum(name.startswith("files/") for name in kept) > 10
    assert {name for name in {*kept, *again} if kept.get(name) != again.get(name)} == set()


def test_nothing_is_ever_overwritten(seeded: Database, empty: str, tmp_path: Path) -> None:
    path, folder = tmp_path / "kept.tar", tmp_path / "new"
    seal("test", "so that there is a secret")
    back_up(*place(seeded), path, derived=DERIVED)
    before = path.read_bytes()
    with pytest.raises(CannotBackUp, match="is there already"):
        back_up(*place(seeded), path, derived=DERIVED)
    assert path.read_bytes() == before
    folder.mkdir(exist_ok=True)
    (folder / "secret").write_bytes(b"another secret of at least 32 bytes")
    with pytest.raises(CannotRestore, match="another secret"):
        bring_back(path, empty, folder)
    assert not (folder / "files" / "original").exists()
    (folder / "secret").unlink()
    bring_back(path, empty, folder)
    with pytest.raises(CannotRestore, match=r"already: (move|restore)"):
        bring_back(path, empty, folder)
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("broken", ["_load", "_go_on_counting", "migrating.upgrade"])
def test_a_restore_that_fails_half_way_leaves_what_was_there_and_says_so(
    seeded: Database, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path, folder = tmp_path / "kept.tar", tmp_path / "new"
    seal("test", "so that there is a secret")
    back_up(*place(seeded), path, derived=DERIVED)
    if broken == "_go_on_counting" and empty.startswith("sqlite"):
        pytest.skip("only PostgreSQL counts on")
    working, calls = getattr(restoring if "." not in broken else restoring.migrating, broken.rpartition(".")[2]), []

    def fail(*asked: object, **more: object) -> object:
        calls.append(asked)
        if len(calls) == 2:
            raise OperationalError("the disk is full", {}, Exception())
        return working(*asked, **more)

    with monkeypatch.context() as patched:
        patched.setattr(f"app.core.restoring.{broken}", fail)
        with pytest.raises(CannotRestore, match="Everything is as it was"):
            bring_back(path, empty, folder)
    assert len(calls) == 2
    assert [each for each in folder.rglob("*") if each.is_file()] == []
    # So it can simply be done again.
    assert bring_back(path, empty, folder).rows["article"] > 0


@pytest.mark.timeout(600)
def test_a_restore_that_is_killed_can_simply_be_done_again(
    seeded: Database, empty: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Killed hard, each time at another moment: its place stays empty, and the next try needs nobody's help."""
    path, folder = tmp_path / "kept.tar", tmp_path / "new"
    seal("test", "so that there is a secret")
    back_up(*place(seeded), path, derived=DERIVED)
    folder.mkdir(exist_ok=True)
    chance, killed, begun = random.Random(20261130), 0, 0
    for _number in range(full(20, 3)):
        process = start_restoring(path, empty, folder)
        assert until(lambda process=process: is_begun(empty) or process.poll() is not None, 60)
        time.sleep(chance.random() * full(2.0, 1.0))
        process.kill()
        if process.wait() == 0:
            break
        killed, begun = killed + 1, begun + is_begun(empty)
        assert tables_at(empty) == [], "a restore that was killed left tables where people look"
    record_property("killed", killed)
    record_property("killed with something begun", begun)
    assert begun > 0
    if killed == full(20, 3):
        assert bring_back(path, empty, folder).rows["article"] > 0
    restored = Database(empty)
    assert told(restored) == told(seeded)
    assert not is_begun(empty)
    before, after = Storage(settings.settings().files_address), Storage(folder / "files")
    assert {key: before.take(key) for key in before.everything()} == {
        key: after.take(key) for key in after.everything()
    }
    restored.close()


def start_restoring(path: Path, url: str, folder: Path) -> "subprocess.Popen[bytes]":
    """A process of its own that restores."""
    asked = [sys.executable, "-c", RESTORING, str(path), url, str(folder)]
    return subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


RESTORING = """
import sys
from pathlib import Path
from app.core.files import Storage
from app.core.restoring import restore
from app.tables import DERIVED
path, url, folder = sys.argv[1:]
restore(Path(path), url, Storage(f"{folder}/files"), Path(folder, "secret"), derived=DERIVED)
"""


def is_begun(url: str) -> bool:
    """Whether a restore has begun to fill something aside."""
    if url.startswith("sqlite"):
        file = Path(str(make_url(url).database))
        return file.with_name(f".{file.name}.restoring").exists()
    with closing(Database(url)) as database, database.engine.connect() as connection:
        return restoring.ASIDE in inspect(connection).get_schema_names()


def tables_at(url: str) -> list[str]:
    """The tables in the place itself."""
    if url.startswith("sqlite") and not Path(str(make_url(url).database)).exists():
        return []
    with closing(Database(url)) as database, database.engine.connect() as connection:
        return inspect(connection).get_table_names()


@pytest.mark.postgres
def test_two_restores_into_one_database_do_not_meet(seeded: Database, tmp_path: Path, postgres_server: Server) -> None:
    path, name = tmp_path / "kept.tar", f"restored_{next(_numbers)}"
    back_up(*place(seeded), path, derived=DERIVED)
    postgres_server.create(name)
    url = postgres_server.url(name)
    with restoring._empty_database(url), pytest.raises(CannotRestore, match="is at work"):
        bring_back(path, url, tmp_path / "new")
    assert tables_at(url) == []
    assert not is_begun(url)
    bring_back(path, url, tmp_path / "other")
    postgres_server.drop(name)


@pytest.mark.parametrize("damage", ["cut", "changed", "newer", "form", "missing", "nothing"])
def test_a_damaged_or_foreign_backup_changes_nothing(seeded: Database, empty: str, tmp_path: Path, damage: str) -> None:
    path, folder = tmp_path / "kept.tar", tmp_path / "new"
    back_up(*place(seeded), path, derived=DERIVED)
    _damage(path, damage)
    with pytest.raises(CannotRestore):
        bring_back(path, empty, folder)
    assert not (folder / "secret").exists()
    assert not (folder / "files" / "original").exists()
    if empty.startswith("sqlite"):
        assert not Path(str(make_url(empty).database)).exists()


def _damage(path: Path, damage: str) -> None:
    whole = path.read_bytes()
    match damage:
        case "cut":
            path.write_bytes(whole[: len(whole) // 2])
        case "nothing":
            path.write_bytes(b"")
        case "changed":
            at = whole.index(b"files/original") + 700
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        case _:
            _write_anew(path, damage)


def _write_anew(path: Path, damage: str) -> None:
    aside = path.with_suffix(".new")
    with tarfile.open(path) as old, tarfile.open(aside, "w") as new:
        for number, entry in enumerate(old.getmembers()):
            data = old.extractfile(entry)
            assert data is not None
            if entry.name == "list.json":
                told = json.loads(data.read())
                told |= {"newer": {"revision": "9999"}, "form": {"format": 2}}.get(damage, {})
                (path.parent / "list").write_text(json.dumps(told))
                new.add(path.parent / "list", "list.json")
            elif not (damage == "missing" and number == 3):
                new.addfile(entry, data)
    os.replace(aside, path)
    (path.parent / "list").unlink(missing_ok=True)


def test_the_commands_say_what_they_did_and_refuse_with_one(seeded: Database, tmp_path: Path) -> None:
    from tests.app.test_cli import run

    old = {"PROEFTUIN_DATA_DIR": str(tmp_path), "PROEFTUIN_SEARCH_BINARY": "/nowhere"}
    seeded.close()
    done = run("backup", str(tmp_path / "kept.tar"), **old)
    assert done.returncode == 0, done.stderr
    assert " rows and " in done.stdout
    assert run("backup", str(tmp_path / "kept.tar"), **old).returncode == 1
    assert run("restore", str(tmp_path / "kept.tar"), **old).returncode == 1
    new = old | {"PROEFTUIN_DATA_DIR": str(tmp_path / "new")}
    del old["PROEFTUIN_SEARCH_BINARY"], new["PROEFTUIN_SEARCH_BINARY"]
    done = run("restore", str(tmp_path / "kept.tar"), **new)
    assert done.returncode == 0, done.stderr
    assert "The index was built anew from " in done.stdout
    with Database(f"sqlite:///{tmp_path / 'new' / 'proeftuin.db'}").reading() as session:
        assert session.exec(select(func.count()).select_from(Article)).one() > 0
    shutil.rmtree(tmp_path / "new")
