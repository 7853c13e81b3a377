"""Webhooks: told once, signed, with the rights of the moment; what goes wrong is tried again, and harms nobody else."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import Session, col, select
from standardwebhooks import Webhook as Verifier

from app.core import working
from app.core.clock import now
from app.core.database import Database
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.mail import PostedLetter
from app.feeds import delivering, following, webhooks
from app.feeds.delivered import PAUSES
from app.feeds.delivering import bring_what_is_due, due, serve
from app.feeds.models import Notice, Told
from app.feeds.targets import topic_target
from app.feeds.webhook_models import Delivery, DeliveryState, Hears, Webhook
from app.feeds.webhooks import TRIAL, Wanted
from app.people.actor import Actor
from app.people.models import Admission, Membership, Role, User
from app.people.signing_in import actor_for
from content.models import Article
from content.publishing import publish, show_to, withdraw
from content.snapshot import Visibility
from content.subjects import Topic
from content.writing import draft_of, revise, save_draft
from tests.cast import Cast, draft
from tests.house import until
from tests.receiver import Got, allowing, receiving, watching_sockets

pytestmark = pytest.mark.whole

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def near(database: Database) -> Iterator[None]:
    with allowing("127.0.0.1"):
        yield


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def there(database: Database) -> Cast:
    """Sjoerd decides for Woldzicht here."""
    with database.writing() as session:
        Cast.in_(session)
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        place = session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one()
        place.role = Role.OWNER
        session.add(place)
    with database.reading() as session:
        return Cast.known(session)


def owner(session: Session) -> Actor:
    return actor_for(session, session.exec(select(User).where(User.handle == "sjoerd")).one())


def hooked(database: Database, cast: Cast, address: str, hears: Hears = Hears.NEW) -> tuple[int, str]:
    with database.writing() as session:
        wanted = Wanted("Intranet", address, hears, "nl")
        hook, secret = webhooks.make(session, cast.woldzicht, wanted, by=owner(session))
        return hook.id, secret


def appear(database: Database, slug: str, **told: Any) -> int:
    """A piece that Femke publishes; the id of its article."""
    with database.writing() as session:
        cast = Cast.known(session)
        article = draft(session, cast, "lesson", slug=slug, **{"title": f"Over {slug}", **told})
        return publish(session, article, by=cast.femke).id


def take_back(database: Database, article_id: int) -> None:
    with database.writing() as session:
        cast = Cast.known(session)
        withdraw(session, session.get_one(Article, article_id), by=cast.femke, reason_nl="Klopt niet.")


def hide(database: Database, article_id: int, visibility: Visibility = Visibility.ORGANISATIONS) -> None:
    with database.writing() as session:
        cast = Cast.known(session)
        show_to(session, session.get_one(Article, article_id), visibility, by=cast.femke, allowed=set())


def rewrite(database: Database, article_id: int, title: str) -> None:
    with database.writing() as session:
        cast = Cast.known(session)
        article = session.get_one(Article, article_id)
        changed = draft_of(session, article).content.model_copy(update={"title": title})
        save_draft(session, article, changed, by=cast.femke)
        revise(session, article, by=cast.femke)
        publish(session, article, by=cast.femke)


def work() -> None:
    """Everything that is due, one webhook after the other."""
    working.work_off()
    for _round in range(20):
        waiting = due()
        for hook_id in waiting:
            serve(hook_id)
        if not waiting:
            return


def state(database: Database, hook_id: int) -> Webhook:
    with database.reading() as session:
        return session.get_one(Webhook, hook_id)


def log(database: Database, hook_id: int) -> list[Delivery]:
    with database.reading() as session:
        return list(session.exec(select(Delivery).where(Delivery.webhook_id == hook_id).order_by(col(Delivery.id))))


def states(database: Database, hook_id: int) -> list[DeliveryState]:
    return [row.state for row in log(database, hook_id)]


def answers(row: Delivery) -> list[str]:
    return [attempt["answer"] for attempt in row.attempts]


def is_signed(secret: str, got: Got) -> bool:
    try:
        Verifier(secret).verify(got.body, got.headers)
    except Exception:
        return False
    return True


# --- what is told ---------------------------------------------------------------------------------------------------


def test_a_piece_is_told_once_and_signed(database: Database, there: Cast) -> None:
    with receiving() as receiver:
        hook_id, secret = hooked(database, there, receiver.address)
        appear(database, "een")
        work()
        work()
        (got,) = receiver.got
    assert is_signed(secret, got)
    assert not is_signed("whsec_" + "A" * 44, got)
    assert got.headers["content-type"] == "application/json"
    assert got.told["type"] == "piece.published"
    assert datetime.fromisoformat(got.told["timestamp"]).tzinfo is not None
    told = got.told["data"]
    assert (told["slug"], told["title"], told["kind"], told["lang"]) == ("een", "Over een", "lesson", "nl")
    assert told["url"].endswith("/kennis/een")
    assert told["organisation"] == "kennislab-slim-maken"
    assert told["topics"] == ["cobots", "small-batches"]
    (row,) = log(database, hook_id)
    assert (row.state, row.key, answers(row)) == (DeliveryState.DELIVERED, got.id, ["200"])


def test_nothing_that_was_there_before_is_told(database: Database, there: Cast) -> None:
    appear(database, "oud")
    with receiving() as receiver:
        hooked(database, there, receiver.address)
        work()
        assert receiver.got == []


def test_it_hears_what_its_organisation_may_read(database: Database, there: Cast) -> None:
    with receiving() as receiver:
        hooked(database, there, receiver.address)
        appear(database, "leden", visibility=Visibility.MEMBERS)
        appear(database, "voor-ons", visibility=Visibility.ORGANISATIONS, allowed=(there.woldzicht,))
        appear(database, "voor-anderen", visibility=Visibility.ORGANISATIONS, allowed=(there.nipt,))
        work()
        assert receiver.slugs == ["leden", "voor-ons"]


def test_what_becomes_visible_is_told_then(database: Database, there: Cast) -> None:
    with receiving() as receiver:
        hooked(database, there, receiver.address)
        article_id = appear(database, "dicht", visibility=Visibility.ORGANISATIONS)
        work()
        assert receiver.got == []
        hide(database, article_id, Visibility.MEMBERS)
        work()
        assert receiver.slugs == ["dicht"]


def test_what_was_there_before_it_and_is_opened_is_told_then(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    article_id = appear(database, "dicht", visibility=Visibility.ORGANISATIONS)
    clock.shift(timedelta(days=1))
    with receiving() as receiver:
        hooked(database, there, receiver.address)
        clock.shift(timedelta(days=1))
        hide(database, article_id, Visibility.MEMBERS)
        work()
        assert receiver.slugs == ["dicht"]


def test_an_organisation_that_takes_part_no_longer_hears_nothing_until_it_does(database: Database, there: Cast) -> None:
    with receiving() as receiver, time_machine.travel(NOON, tick=True) as clock:
        hooked(database, there, receiver.address)
        move(database, there, Admission.SUSPENDED)
        appear(database, "een")
        work()
        assert receiver.got == []
        move(database, there, Admission.ADMITTED)
        clock.shift(delivering.LOOK_AGAIN)
        work()
        assert receiver.slugs == ["een"]


def move(database: Database, cast: Cast, admission: Admission) -> None:
    with database.writing() as session:
        woldzicht = Cast.known(session).woldzicht
        woldzicht.admission = admission
        session.add(woldzicht)


def test_a_new_version_is_told_to_who_wants_everything(database: Database, there: Cast) -> None:
    with receiving() as every, receiving() as new:
        hooked(database, there, every.address, Hears.EVERYTHING)
        hooked(database, there, new.address)
        article_id = appear(database, "een")
        work()
        rewrite(database, article_id, "Beter")
        work()
        assert [(one.told["type"], one.told["data"]["title"]) for one in every.got] == [
            ("piece.published", "Over een"),
            ("piece.changed", "Beter"),
        ]
        assert len({one.id for one in every.got}) == 2
        assert new.slugs == ["een"]


def test_a_message_that_waits_tells_the_newest_version_once(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    with receiving(status=500) as receiver:
        hook_id, _secret = hooked(database, there, receiver.address, Hears.EVERYTHING)
        article_id = appear(database, "een")
        work()
        rewrite(database, article_id, "Beter")
        receiver.status = 200
        clock.shift(timedelta(minutes=1))
        work()
        clock.shift(delivering.LOOK_AGAIN)
        work()
        assert [one.told["data"]["title"] for one in receiver.got] == ["Over een", "Beter"]
        assert len({one.id for one in receiver.got}) == 1
        assert states(database, hook_id) == [DeliveryState.DELIVERED]


def test_it_hears_what_its_organisation_follows(database: Database, there: Cast, clock: time_machine.Traveller) -> None:
    with receiving() as receiver:
        hooked(database, there, receiver.address, Hears.FOLLOWED)
        with database.writing() as session:
            topic = session.exec(select(Topic).where(Topic.slug == "cobots")).one()
            row = following.follow(
                session, topic_target(topic), by=owner(session), organisation_id=there.woldzicht.id
            ).id
        clock.shift(timedelta(seconds=1))
        appear(database, "gevolgd", topics=("cobots",))
        appear(database, "niet-gevolgd", topics=("mes",))
        working.work_off()
        clock.shift(delivering.UNTIL_FOUND)
        work()
        assert receiver.slugs == ["gevolgd"]
        appear(database, "niet-meer", topics=("cobots",))
        with database.writing() as session:
            following.stop(session, following.own(session, row, by=owner(session)))
        clock.shift(delivering.UNTIL_FOUND)
        work()
        assert receiver.slugs == ["gevolgd"]


# --- the rights of the moment ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("away", [take_back, hide])
def test_what_is_hidden_before_it_is_sent_is_not_sent(
    database: Database, there: Cast, clock: time_machine.Traveller, away: Any
) -> None:
    with receiving(status=503) as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        article_id = appear(database, "een")
        work()
        assert receiver.slugs == ["een"]
        away(database, article_id)
        receiver.status = 200
        clock.shift(timedelta(hours=1))
        work()
        assert receiver.slugs == ["een"]
        assert states(database, hook_id) == [DeliveryState.HIDDEN]
        with database.reading() as session:
            assert session.exec(select(Told)).all() == []


def test_what_is_shown_again_is_told_after_all(database: Database, there: Cast, clock: time_machine.Traveller) -> None:
    with receiving(status=503) as receiver:
        hooked(database, there, receiver.address)
        article_id = appear(database, "een")
        work()
        hide(database, article_id)
        receiver.status = 200
        clock.shift(timedelta(hours=1))
        work()
        hide(database, article_id, Visibility.EVERYONE)
        work()
        assert receiver.slugs == ["een", "een"]
        assert len({one.id for one in receiver.got}) == 2


def test_sending_again_goes_under_the_same_id_and_by_the_rights_of_today(database: Database, there: Cast) -> None:
    with receiving() as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        article_id = appear(database, "een")
        work()
        again(database, hook_id)
        work()
        assert receiver.slugs == ["een", "een"]
        assert len({one.id for one in receiver.got}) == 1
        hide(database, article_id)
        again(database, hook_id)
        work()
        assert len(receiver.got) == 2
        assert states(database, hook_id) == [DeliveryState.HIDDEN]
        # It arrived before: when it can be seen again, it is no news.
        hide(database, article_id, Visibility.EVERYONE)
        work()
        assert len(receiver.got) == 2


def test_of_one_piece_one_message_waits(database: Database, there: Cast) -> None:
    with receiving() as receiver:
        hook_id, _secret = hooked(database, there, receiver.address, Hears.EVERYTHING)
        article_id = appear(database, "een")
        work()
        rewrite(database, article_id, "Beter")
        work()
        published, changed = log(database, hook_id)
        with database.writing() as session:
            hook = webhooks.own(session, hook_id, by=owner(session))
            webhooks.send_again(session, hook, published.id)
            # It waits already: whoever asks twice asks for the same.
            webhooks.send_again(session, hook, published.id)
            with pytest.raises(Conflict):
                webhooks.send_again(session, hook, changed.id)
        work()
        assert [one.id for one in receiver.got] == [published.key, changed.key, published.key]


def again(database: Database, hook_id: int) -> None:
    (row,) = log(database, hook_id)
    with database.writing() as session:
        webhooks.send_again(session, webhooks.own(session, hook_id, by=owner(session)), row.id)


# --- receivers that misbehave ---------------------------------------------------------------------------------------


def test_one_that_hangs_holds_up_nobody(database: Database, there: Cast) -> None:
    with receiving(hangs=threading.Event()) as hanging, receiving() as fine:
        hooked(database, there, hanging.address)
        hooked(database, there, fine.address)
        appear(database, "een")
        appear(database, "twee")
        working.work_off()
        bring_what_is_due()
        assert until(lambda: fine.slugs == ["een", "twee"], 30)
        # It has one connection at a time, whatever else waits for it.
        assert until(lambda: hanging.got, 30)
        assert hanging.slugs == ["een"]
        bring_what_is_due()
        assert hanging.slugs == ["een"]
        hanging.hangs.set()  # type: ignore[union-attr]
        assert until(lambda: hanging.slugs == ["een", "twee"], 30)
        assert until(lambda: not [one for one in threading.enumerate() if one.name.startswith("webhook ")], 30)


def test_a_redirect_is_followed_nowhere(database: Database, there: Cast) -> None:
    with receiving() as elsewhere, receiving(status=307, leads_to=elsewhere.address) as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        appear(database, "een")
        work()
        assert (len(receiver.got), elsewhere.got) == (1, [])
        (row,) = log(database, hook_id)
        assert (row.state, answers(row)) == (DeliveryState.WAITING, ["307"])


def test_an_hour_of_errors_is_sat_out_under_one_id(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    with receiving(status=500) as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        appear(database, "een")
        working.work_off()
        for _part in range(12):
            work()
            clock.shift(timedelta(minutes=5))
        tried = len(receiver.got)
        assert 3 <= tried <= 8
        assert state(database, hook_id).failing_since is not None
        receiver.status = 204
        clock.shift(timedelta(minutes=45))
        work()
        assert (len(receiver.got), len({one.id for one in receiver.got})) == (tried + 1, 1)
        assert states(database, hook_id) == [DeliveryState.DELIVERED]
        assert state(database, hook_id).failing_since is None


def test_it_is_tried_for_a_day_with_growing_pauses(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    with receiving(status=500) as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        appear(database, "een")
        working.work_off()
        seen: list[datetime] = []
        while states(database, hook_id) != [DeliveryState.GIVEN_UP]:
            before = len(receiver.got)
            work()
            seen += [now()] * (len(receiver.got) - before)
            clock.shift(timedelta(minutes=15))
        assert len(receiver.got) == len(PAUSES) + 1
        assert seen[-1] - seen[0] >= timedelta(hours=24)
        assert len({one.id for one in receiver.got}) == 1
        # An owner may have it sent all the same.
        receiver.status = 200
        again(database, hook_id)
        work()
        assert states(database, hook_id) == [DeliveryState.DELIVERED]


@pytest.mark.parametrize("status", [404, 410])
def test_one_that_is_gone_is_switched_off_and_its_owners_hear_of_it(
    database: Database, there: Cast, clock: time_machine.Traveller, status: int
) -> None:
    with receiving(status=status) as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        appear(database, "een")
        appear(database, "twee")
        work()
        clock.shift(timedelta(hours=2))
        work()
        assert receiver.slugs == ["een"]
        hook = state(database, hook_id)
        assert (hook.off_at is not None, hook.off_code) == (True, str(status))
        with database.reading() as session:
            (notice,) = session.exec(select(Notice)).all()
            letter = session.exec(select(PostedLetter).where(PostedLetter.name == "webhook_off")).one()
        assert (notice.name, notice.path) == ("webhook_off", f"/instellingen/webhooks/{hook_id}")
        assert letter.to == "sjoerd@proeftuin.example"
        receiver.status = 200
        with database.writing() as session:
            webhooks.switch_on(session, webhooks.own(session, hook_id, by=owner(session)), by=owner(session))
        work()
        assert sorted(receiver.slugs) == ["een", "een", "twee"]
        assert len({one.id for one in receiver.got}) == 2


def test_what_it_answers_at_length_is_not_read(database: Database, there: Cast) -> None:
    with receiving() as receiver:
        _hook_id, _secret = hooked(database, there, receiver.address)
        with database.writing() as session:
            webhooks.try_out(session, webhooks.own(session, _hook_id, by=owner(session)))
        work()
        (got,) = receiver.got
        assert got.told["type"] == TRIAL
        assert got.told["data"] == {"organisation": "woldzicht-verspaning", "webhook": "Intranet"}


# --- addresses that we do not go to ---------------------------------------------------------------------------------


class Names:
    """A resolver whose answers a test decides, one after the other; the last one goes on."""

    def __init__(self, **answers: list[str]) -> None:
        self._answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self._real = socket.getaddrinfo
        self.asked: list[str] = []

    def __call__(self, host: Any, port: Any, *told: Any, **more: Any) -> Any:
        if host not in self._answers:
            return self._real(host, port, *told, **more)
        self.asked.append(host)
        found = self._answers[host]
        number = found.pop(0) if len(found) > 1 else found[0]
        family = socket.AF_INET6 if ":" in number else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (number, port))]


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1", "0.0.0.0"],
)
def test_a_name_that_leads_to_a_private_address_is_never_connected_to(
    database: Database, there: Cast, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    with receiving() as receiver, allowing(), watching_sockets() as seen:
        hook_id, _secret = hooked(database, there, f"https://binnen.example:{receiver.port}/hier")
        monkeypatch.setattr(socket, "getaddrinfo", Names(binnen_example=[number]))
        appear(database, "een")
        work()
        assert [one for one in seen if isinstance(one, tuple)] == []
        assert receiver.got == []
    (row,) = log(database, hook_id)
    assert (row.state, answers(row)) == (DeliveryState.WAITING, ["refused"])


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once(
    database: Database, there: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the number that was judged is the one that is connected to."""
    with receiving() as inside, allowing(), watching_sockets() as seen:
        hook_id, _secret = hooked(database, there, f"https://wisselt.example:{inside.port}/hier")
        names = Names(wisselt_example=["203.0.114.7", "127.0.0.1"])
        monkeypatch.setattr(socket, "getaddrinfo", names)
        monkeypatch.setattr(socket.socket, "connect", refusing(socket.socket.connect))
        appear(database, "een")
        work()
        assert names.asked == ["wisselt.example"]
        assert inside.got == []
        assert {one[0] for one in seen if isinstance(one, tuple)} <= {"203.0.114.7"}
    assert answers(log(database, hook_id)[0]) == ["silent"]


def refusing(_real: Any) -> Any:
    def connect(_self: Any, _address: Any) -> None:
        raise ConnectionRefusedError

    return connect


def test_a_redirect_into_our_own_network_is_not_followed(database: Database, there: Cast) -> None:
    with receiving() as inside:
        leads_to = inside.address
        with receiving(status=302, leads_to=leads_to) as receiver, watching_sockets() as seen:
            hooked(database, there, receiver.address)
            appear(database, "een")
            work()
            ports = {one[1] for one in seen if isinstance(one, tuple) and one[0] == "127.0.0.1"}
            assert receiver.port in ports
            assert inside.port not in ports
            assert inside.got == []


def test_the_witness_sees_a_connection(database: Database, there: Cast) -> None:
    """The control: where it is allowed, the same is connected to."""
    with receiving() as receiver, watching_sockets() as seen:
        hooked(database, there, receiver.address)
        appear(database, "een")
        work()
        assert ("127.0.0.1", receiver.port) in seen


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://elders.example/",
        "https://",
        "intranet",
        "https://wie:geheim@elders.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://elders.example/een twee",
        "https://[elders",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_cannot_be_one_is_refused_at_once(database: Database, there: Cast, address: str) -> None:
    with allowing(), pytest.raises(Invalid) as refused:
        hooked(database, there, address)
    assert refused.value.field == "adres"


# --- secrets --------------------------------------------------------------------------------------------------------


def test_for_a_day_after_a_change_both_secrets_fit(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    with receiving() as receiver:
        hook_id, first = hooked(database, there, receiver.address)
        with database.writing() as session:
            second = webhooks.rotate(session, webhooks.own(session, hook_id, by=owner(session)), by=owner(session))
        appear(database, "een")
        work()
        assert is_signed(first, receiver.got[0])
        assert is_signed(second, receiver.got[0])
        assert len(receiver.got[0].headers["webhook-signature"].split(" ")) == 2
        clock.shift(webhooks.OVERLAP)
        appear(database, "twee")
        work()
        assert not is_signed(first, receiver.got[1])
        assert is_signed(second, receiver.got[1])
        with database.writing() as session:
            webhooks.forget_old_webhooks(session)
        assert state(database, hook_id).former_secret == ""


def test_no_secret_is_kept_readable(database: Database, there: Cast) -> None:
    hook_id, secret = hooked(database, there, "https://elders.example/")
    hook = state(database, hook_id)
    assert secret.startswith("whsec_")
    assert secret.removeprefix("whsec_") not in hook.secret


# --- who may --------------------------------------------------------------------------------------------------------


def test_only_owners_have_anything_to_do_with_it(database: Database, there: Cast) -> None:
    hook_id, _secret = hooked(database, there, "https://elders.example/")
    with database.writing() as session:
        cast = Cast.known(session)
        for actor in (cast.femke, cast.noor, cast.hinke, cast.nobody):
            with pytest.raises(NotFound):
                webhooks.own(session, hook_id, by=actor)
        with pytest.raises(NotAllowed):
            webhooks.make(session, cast.woldzicht, Wanted("x", "https://x.example", Hears.NEW, "nl"), by=cast.femke)


def test_there_is_an_end_to_how_many(database: Database, there: Cast) -> None:
    for _number in range(webhooks.MOST):
        hook_id, _secret = hooked(database, there, "https://elders.example/")
    with pytest.raises(Conflict):
        hooked(database, there, "https://elders.example/")
    with database.writing() as session:
        me = owner(session)
        hook = webhooks.own(session, hook_id, by=me)
        webhooks.remove(session, hook, by=me)
        with pytest.raises(NotFound):
            webhooks.own(session, hook_id, by=me)
        webhooks.bring_back(session, webhooks.own(session, hook_id, by=me, ended=True), by=me)


def test_one_that_was_removed_hears_nothing_until_it_is_brought_back(database: Database, there: Cast) -> None:
    with receiving() as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        with database.writing() as session:
            webhooks.remove(session, webhooks.own(session, hook_id, by=owner(session)), by=owner(session))
        appear(database, "een")
        work()
        assert receiver.got == []
        with database.writing() as session:
            gone = webhooks.own(session, hook_id, by=owner(session), ended=True)
            webhooks.bring_back(session, gone, by=owner(session))
        work()
        assert receiver.slugs == ["een"]


def test_what_is_old_is_forgotten_and_what_was_told_is_not(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    with receiving() as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        appear(database, "een")
        work()
        clock.shift(webhooks.LOG_KEPT + timedelta(days=1))
        with database.writing() as session:
            webhooks.forget_old_webhooks(session)
        assert log(database, hook_id) == []
        work()
        assert receiver.slugs == ["een"]
        with database.writing() as session:
            webhooks.remove(session, webhooks.own(session, hook_id, by=owner(session)), by=owner(session))
        clock.shift(webhooks.KEPT + timedelta(days=1))
        with database.writing() as session:
            webhooks.forget_old_webhooks(session)
            assert session.get(Webhook, hook_id) is None


# --- workers --------------------------------------------------------------------------------------------------------


def test_two_workers_never_have_one_webhook_in_hand(database: Database, there: Cast) -> None:
    with receiving(hangs=threading.Event()) as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        appear(database, "een")
        working.work_off()
        first = threading.Thread(target=serve, args=(hook_id,))
        first.start()
        assert until(lambda: receiver.got, 30)
        assert due() == []
        assert serve(hook_id) is False
        receiver.hangs.set()  # type: ignore[union-attr]
        first.join()
        assert receiver.slugs == ["een"]


def test_what_a_killed_worker_had_in_hand_is_taken_up(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    with receiving() as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        appear(database, "een")
        working.work_off()
        assert delivering._take(hook_id) is not None  # and then it dies
        work()
        assert receiver.got == []
        clock.shift(delivering.LEASE + timedelta(seconds=1))
        work()
        assert receiver.slugs == ["een"]


def test_what_appears_while_it_is_served_is_not_forgotten(database: Database, there: Cast) -> None:
    with receiving(hangs=threading.Event()) as receiver:
        hook_id, _secret = hooked(database, there, receiver.address)
        appear(database, "een")
        working.work_off()
        first = threading.Thread(target=serve, args=(hook_id,))
        first.start()
        assert until(lambda: receiver.got, 30)
        appear(database, "twee")
        working.work_off()
        receiver.hangs.set()  # type: ignore[union-attr]
        first.join()
        work()
        assert receiver.slugs == ["een", "twee"]


def test_more_than_one_round_of_messages_goes_out_in_order(database: Database, there: Cast) -> None:
    with receiving() as receiver:
        hooked(database, there, receiver.address)
        for number in range(delivering.IN_A_ROUND + 2):
            appear(database, f"stuk-{number:02}-x")
        work()
        assert receiver.slugs == [f"stuk-{number:02}-x" for number in range(delivering.IN_A_ROUND + 2)]
