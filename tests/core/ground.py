"""What the tests of the ground share: a table of their own, threads that begin together, another process."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel

from app.core.database import writing
from app.core.record import Record

ROOT: Final = Path(__file__).parents[2]


class OfTests(Record, registry=registry(metadata=MetaData(naming_convention=SQLModel.metadata.naming_convention))):
    """Keeps tables of tests apart from those of the product."""


class Counter(OfTests, table=True):
    """Something to count with."""

    name: str = Field(unique=True, max_length=40)
    value: int = 0


class TakenBack(Exception):
    """What goes wrong in a transaction that is taken back."""


@contextmanager
def taken_back() -> Iterator[Session]:
    """A transaction in which something goes wrong at the end."""
    with suppress(TakenBack), writing() as session:
        yield session
        session.flush()
        raise TakenBack


def at_once(*steps: Callable[[], object]) -> None:
    """Run every step in a thread of its own and hand on what went wrong in one of them."""
    wrong: list[BaseException] = []
    together = threading.Barrier(len(steps))

    def careful(step: Callable[[], object]) -> None:
        together.wait()
        try:
            step()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=careful, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


def another_process(program: str, *arguments: str) -> "subprocess.Popen[str]":
    """A Python process of its own that runs `python -m program`; what it prints can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", program, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
