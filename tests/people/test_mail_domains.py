import pytest
from sqlmodel import Session

from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.people.mail_addresses import domain_of, hidden, is_public, mail_address
from app.people.mail_domains import choose, domains_of, give_up, prove, way_in_of
from app.people.models import Admission
from app.people.ways_in import Joins
from tests.cast import Cast
from tests.people.joining import owner


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Fenna.Dijk@Bedrijf.NL", "fenna.dijk@bedrijf.nl"),
        ("  fenna@bedrijf.nl ", "fenna@bedrijf.nl"),
        ("Fenna Dijk <fenna@bedrijf.nl>", "fenna@bedrijf.nl"),
        ("o'neill+werk@sub.bedrijf.co.uk", "o'neill+werk@sub.bedrijf.co.uk"),
        ("fenna@bücher.example", "fenna@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken_however_it_is_typed(typed: str, meant: str) -> None:
    assert mail_address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "fenna",
        "fenna@",
        "@bedrijf.nl",
        "fenna@bedrijf",
        "fenna@bedrijf..nl",
        "fen na@bedrijf.nl",
        "fenna@bedrijf.nl, piet@bedrijf.nl",
        "fenna@bedrijf.nl\r\nBcc: piet@bedrijf.nl",
        "fenna@127.0.0.1",
        "fenna@[127.0.0.1]",
        '"fenna"@bedrijf.nl',
        "fenna@-bedrijf.nl",
        f"{'f' * 65}@bedrijf.nl",
        f"fenna@{'b.' * 120}nl",
        "fenna@bedrijf.nl\x00",
        "ｆenna＠bedrijf.nl",
    ],
)
def test_what_no_mail_can_be_sent_to_is_refused(typed: str) -> None:
    if typed.endswith("\x00"):
        assert mail_address(typed) == "fenna@bedrijf.nl"
        return
    with pytest.raises(Invalid) as refused:
        mail_address(typed)
    assert refused.value.field == "mail"


def test_an_address_is_hinted_at_without_being_told() -> None:
    assert hidden("sjoerd@woldzicht.nl") == "s•••@woldzicht.nl"
    assert domain_of("sjoerd@woldzicht.nl") == "woldzicht.nl"


@pytest.mark.parametrize("domain", ["gmail.com", "ziggo.nl", "kpnmail.nl", "outlook.com", "x.gmail.com", "co.uk"])
def test_a_domain_of_everybody_proves_nothing(session: Session, cast: Cast, domain: str) -> None:
    baas = owner(session, cast.woldzicht)
    with pytest.raises(Invalid, match=domain.replace("x.", "")):
        prove(session, cast.woldzicht, f"baas@{domain}", by=baas)
    assert domains_of(session, cast.woldzicht) == []


@pytest.mark.parametrize("domain", ["woldzicht.nl", "notgmail.com", "gmail.com.example"])
def test_a_domain_of_a_company_is_none_of_everybody(domain: str) -> None:
    assert not is_public(domain)


def test_a_proven_domain_waits_for_requests_until_the_owner_chooses(session: Session, cast: Cast) -> None:
    baas = owner(session, cast.woldzicht)
    domain = prove(session, cast.woldzicht, "baas@woldzicht.nl", by=baas)
    assert (domain.domain, domain.joins) == ("woldzicht.nl", Joins.ON_REQUEST)
    assert prove(session, cast.woldzicht, "ander@woldzicht.nl", by=baas) is domain
    assert way_in_of(session, "fenna@woldzicht.nl") is domain
    choose(session, cast.woldzicht, domain.id, Joins.AT_ONCE, by=baas)
    assert domain.joins == Joins.AT_ONCE
    give_up(session, cast.woldzicht, domain.id, by=baas)
    assert way_in_of(session, "fenna@woldzicht.nl") is None


def test_a_domain_belongs_to_one_organisation(session: Session, cast: Cast) -> None:
    prove(session, cast.woldzicht, "baas@woldzicht.nl", by=owner(session, cast.woldzicht))
    with pytest.raises(Conflict):
        prove(session, cast.nipt, "baas@woldzicht.nl", by=owner(session, cast.nipt))


def test_a_domain_of_an_organisation_that_takes_no_part_any_more_opens_nothing(session: Session, cast: Cast) -> None:
    prove(session, cast.woldzicht, "baas@woldzicht.nl", by=owner(session, cast.woldzicht))
    cast.woldzicht.admission = Admission.REFUSED
    session.flush()
    assert way_in_of(session, "fenna@woldzicht.nl") is None


def test_nobody_but_an_owner_proves_chooses_or_gives_up(session: Session, cast: Cast) -> None:
    domain = prove(session, cast.woldzicht, "baas@woldzicht.nl", by=owner(session, cast.woldzicht))
    for who in (cast.sjoerd, cast.femke, cast.hinke, cast.nobody):
        with pytest.raises(NotAllowed):
            prove(session, cast.woldzicht, "baas@elders.nl", by=who)
        with pytest.raises(NotAllowed):
            choose(session, cast.woldzicht, domain.id, Joins.AT_ONCE, by=who)
        with pytest.raises(NotAllowed):
            give_up(session, cast.woldzicht, domain.id, by=who)
    with pytest.raises(NotFound):
        give_up(session, cast.nipt, domain.id, by=owner(session, cast.nipt))
