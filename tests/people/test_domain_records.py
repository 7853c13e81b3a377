"""A domain proven by a record in the name system, asked of a real name server on this machine."""

import time
from collections.abc import Iterator

import pytest
from sqlmodel import Session

from app.core import settings
from app.core.errors import Conflict, Invalid, NotAllowed, TooMany
from app.core.outside import LONGEST_QUESTION, OutsideError, texts_at
from app.people.mail_domains import (
    LOOKS,
    Seen,
    count_look,
    domains_of,
    look_for,
    prove,
    prove_by_record,
    record_of,
)
from tests.cast import Cast
from tests.name_server import NameServer, name_server
from tests.people.joining import owner


@pytest.fixture
def server(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    with name_server() as server:
        chosen = settings.settings().model_copy(update={"dns_server": server.address})
        monkeypatch.setattr(settings, "_configured", chosen)
        yield server


def test_who_put_the_record_there_has_proven_the_domain(session: Session, cast: Cast, server: NameServer) -> None:
    baas = owner(session, cast.woldzicht)
    record = record_of(session, cast.woldzicht, " Woldzicht.NL ", by=baas)
    assert (record.domain, record.name) == ("woldzicht.nl", "_proeftuin.woldzicht.nl")
    assert look_for(record) == Seen.NOTHING
    server.texts[record.name] = ["v=spf1 -all", record.value]
    assert look_for(record) == Seen.THERE
    domain = prove_by_record(session, cast.woldzicht, record, by=baas)
    assert [each.domain for each in domains_of(session, cast.woldzicht)] == ["woldzicht.nl"]
    assert prove_by_record(session, cast.woldzicht, record, by=baas) is domain
    assert server.asked == [record.name] * 2


def test_a_record_is_the_same_at_every_time_and_of_one_organisation_and_domain(session: Session, cast: Cast) -> None:
    told = {
        record_of(session, organisation, domain, by=cast.noor).value
        for organisation in (cast.woldzicht, cast.nipt)
        for domain in ("woldzicht.nl", "x.woldzicht.nl", "woldzicht.nl")
    }
    assert len(told) == 4
    assert all(len(value) < 60 for value in told)


def test_the_record_of_another_organisation_proves_nothing(session: Session, cast: Cast, server: NameServer) -> None:
    record = record_of(session, cast.woldzicht, "woldzicht.nl", by=cast.noor)
    server.texts[record.name] = [record_of(session, cast.nipt, "woldzicht.nl", by=cast.noor).value, record.value[:-1]]
    assert look_for(record) == Seen.ANOTHER
    # Nor does it at the domain itself, where anybody with a service there may have been let in.
    server.texts = {"woldzicht.nl": [record.value]}
    assert look_for(record) == Seen.NOTHING


def test_a_record_may_stand_at_another_name_and_come_in_quotation_marks(
    session: Session, cast: Cast, server: NameServer
) -> None:
    record = record_of(session, cast.woldzicht, "woldzicht.nl", by=cast.noor)
    server.leads[record.name] = "proof.dns.example"
    server.texts["proof.dns.example"] = [f' \\"{record.value}\\" ']
    assert look_for(record) == Seen.THERE


@pytest.mark.parametrize("how", ["silent", "refuses", "lies", "away"])
def test_without_an_answer_nothing_is_known_and_nobody_waits_long(
    server: NameServer, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.is_silent, server.refuses, server.lies = how == "silent", how == "refuses", b"\xff" * 40 * (how == "lies")
    if how == "away":
        gone = settings.settings().model_copy(update={"dns_server": "127.0.0.1:9"})
        monkeypatch.setattr(settings, "_configured", gone)
    began = time.monotonic()
    with pytest.raises(OutsideError):
        texts_at("_proeftuin.woldzicht.nl")
    assert time.monotonic() - began < LONGEST_QUESTION + 3


def test_many_and_long_texts_are_read_as_far_as_needed(server: NameServer) -> None:
    server.texts["lang.nl"] = ["a" * 700, *(f"t{number}" for number in range(30))]
    read = texts_at("lang.nl")
    assert "a" * 255 in read
    assert len(read) == 31


@pytest.mark.parametrize(
    "typed", ["gmail.com", "co.uk", "", "niets", "x y.nl", "-a.nl", "a..nl", "x@", "é" * 300, "1.2.3.4"]
)
def test_what_nobody_can_own_is_refused_at_its_field(session: Session, cast: Cast, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        record_of(session, cast.woldzicht, typed, by=cast.noor)
    assert refused.value.field == "domeinnaam"


def test_a_domain_of_another_organisation_is_refused_even_with_its_record(session: Session, cast: Cast) -> None:
    record = record_of(session, cast.woldzicht, "woldzicht.nl", by=cast.noor)
    prove(session, cast.nipt, "baas@woldzicht.nl", by=owner(session, cast.nipt))
    with pytest.raises(Conflict):
        record_of(session, cast.woldzicht, "woldzicht.nl", by=cast.noor)
    with pytest.raises(Conflict):
        prove_by_record(session, cast.woldzicht, record, by=cast.noor)


def test_nobody_but_an_owner_gets_a_record(session: Session, cast: Cast) -> None:
    record = record_of(session, cast.woldzicht, "woldzicht.nl", by=cast.noor)
    for who in (cast.sjoerd, cast.femke, cast.hinke, cast.nobody):
        with pytest.raises(NotAllowed):
            record_of(session, cast.woldzicht, "woldzicht.nl", by=who)
        with pytest.raises(NotAllowed):
            prove_by_record(session, cast.woldzicht, record, by=who)


def test_an_organisation_has_the_name_system_asked_only_so_often(session: Session, cast: Cast) -> None:
    for _time in range(LOOKS):
        count_look(session, cast.woldzicht)
    with pytest.raises(TooMany):
        count_look(session, cast.woldzicht)
    count_look(session, cast.nipt)
