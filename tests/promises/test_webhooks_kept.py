"""Workers are killed at any moment while they tell webhooks: nothing is lost, and a repeat can be told as one."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import col, select

from app.core.database import Database
from app.core.settings import settings
from app.core.working import work_off
from app.feeds import webhooks
from app.feeds.delivering import LEASE
from app.feeds.webhook_messages import look_for_news
from app.feeds.webhook_models import Delivery, DeliveryState, Hears, Webhook
from app.feeds.webhooks import Wanted
from app.people.models import Membership, Role, User
from app.people.signing_in import actor_for
from content.publishing import publish
from tests.cast import Cast, draft
from tests.counts import full
from tests.house import ROOT, until
from tests.receiver import Receiver, allowing, receiving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(full(3600, 300))]

ON_BOTH_DATABASES = True

ALL_WITHIN = full(1200.0, 90.0)
"""Seconds for all that the kills left over. How quick that is on a quiet machine is for `test_kills_of_mail` to say."""

Record = Callable[[str, object], None]


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker as an operator starts one, that may call this machine."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PROEFTUIN_")}
    told = {
        "PROEFTUIN_DATA_DIR": str(settings().data_dir),
        "PROEFTUIN_DATABASE_URL": settings().database_url,
        "PROEFTUIN_OUTBOUND_ALLOW": "127.0.0.1",
        "PROEFTUIN_SEARCH_URL": "http://127.0.0.1:9",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"], cwd=ROOT, env=clean | told, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def hooked(database: Database, *receivers: Receiver) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        place = session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one()
        place.role = Role.OWNER
        session.add(place)
        session.flush()
        for receiver in receivers:
            wanted = Wanted("Bord", receiver.address, Hears.NEW, "nl")
            webhooks.make(session, cast.woldzicht, wanted, by=actor_for(session, sjoerd))


def appear(database: Database, slug: str) -> str:
    with database.writing() as session:
        cast = Cast.known(session)
        publish(session, draft(session, cast, "lesson", slug=slug), by=cast.femke)
    return slug


def states(database: Database) -> Counter[DeliveryState]:
    with database.reading() as session:
        return Counter(session.exec(select(Delivery.state)).all())


def test_no_message_is_lost_and_a_repeat_has_the_same_id(database: Database, record_property: Record) -> None:
    kills, pieces = full(50, 3), full(12, 4)
    chance = random.Random(20261130)
    slugs: list[str] = []
    with receiving() as one, receiving() as other, allowing("127.0.0.1"):
        hooked(database, one, other)
        for _ in range(kills):
            slugs += [appear(database, f"stuk-{len(slugs) + number}-x") for number in range(pieces)]
            seen = len(one.got)
            with worker() as running:
                assert until(lambda seen=seen: len(one.got) > seen, 60 + 2 * LEASE.total_seconds())
                time.sleep(chance.uniform(0, 0.1))
                running.send_signal(signal.SIGKILL)
                running.wait()
        with worker():
            done = {DeliveryState.DELIVERED: 2 * len(slugs)}
            assert until(lambda: states(database) == done, ALL_WITHIN)
    repeats = 0
    for receiver in (one, other):
        arrived = Counter(got.id for got in receiver.got)
        assert {got.slug for got in receiver.got} == set(slugs)
        assert len(arrived) == len(slugs), "no piece comes under two ids"
        repeats += sum(arrived.values()) - len(arrived)
    record_property("messages", f"{2 * len(slugs)} arrived, {repeats} repeats in {kills} kills")
    # Each webhook has one message in hand at a time.
    assert repeats <= 2 * kills


def test_a_message_that_nobody_wrote_down_is_missed(database: Database) -> None:
    """The control: what is struck out of the table does not arrive, and the count shows it."""
    with receiving() as receiver, allowing("127.0.0.1"):
        hooked(database, receiver)
        slugs = [appear(database, slug) for slug in ("een", "twee")]
        work_off()
        with database.reading() as session:
            (hook_id,) = session.exec(select(Webhook.id)).all()
        look_for_news(hook_id)
        with database.writing() as session:
            session.delete(session.exec(select(Delivery).order_by(col(Delivery.id))).first())
        with worker():
            assert until(lambda: states(database) == {DeliveryState.DELIVERED: 1}, 60)
        assert set(slugs) - set(receiver.slugs) == {"een"}
