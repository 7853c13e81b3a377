from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from app.core import seals
from app.core.clock import now
from app.core.errors import TooMany
from app.people.codes import (
    GOOD_FOR,
    MOST_ASKED,
    MOST_TRIES,
    Asked,
    MailCode,
    Verdict,
    ask,
    forget_old_codes,
    pending,
    spend,
    try_code,
    try_link,
)

MAIL = "sjoerd@woldzicht.example"
HERE, ELSEWHERE = "a browser", "another browser"


def asked(session: Session, *, mail: str = MAIL, browser: str = HERE, purpose: str = "test", peer: str = "") -> Asked:
    return ask(session, purpose=purpose, mail=mail, browser=browser, peer=peer)


def typed(session: Session, code: str, *, browser: str = HERE, purpose: str = "test") -> Verdict:
    return try_code(session, purpose=purpose, browser=browser, typed=code)


def opened(session: Session, link: str, *, browser: str = HERE) -> Verdict:
    return try_link(session, purpose="test", browser=browser, link=link)


def another(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_code_that_was_sent_is_right_once(session: Session) -> None:
    code = asked(session).code
    assert typed(session, code) == Verdict.RIGHT
    assert typed(session, code) == Verdict.OVER


def test_the_link_that_was_sent_is_right_once(session: Session) -> None:
    link = asked(session).link
    assert opened(session, link) == Verdict.RIGHT
    assert opened(session, link) == Verdict.OVER


def test_after_one_of_the_two_the_other_is_over(session: Session) -> None:
    both = asked(session)
    assert opened(session, both.link) == Verdict.RIGHT
    assert typed(session, both.code) == Verdict.OVER
    both = asked(session)
    assert typed(session, both.code) == Verdict.RIGHT
    assert opened(session, both.link) == Verdict.OVER


@pytest.mark.parametrize("form", ["{0} {1}", " {0}{1} ", "{0}-{1}", "{0}.{1}\n"])
def test_people_may_type_blanks_between_the_digits(session: Session, form: str) -> None:
    code = asked(session).code
    assert typed(session, form.format(code[:3], code[3:])) == Verdict.RIGHT


def test_another_browser_gets_nowhere_with_either(session: Session) -> None:
    both = asked(session)
    for browser in (ELSEWHERE, "", HERE + " "):
        assert typed(session, both.code, browser=browser) == Verdict.OVER
        assert opened(session, both.link, browser=browser) == Verdict.OVER
    assert typed(session, both.code) == Verdict.RIGHT


def test_another_browser_uses_up_no_tries(session: Session) -> None:
    code = asked(session).code
    for _ in range(10 * MOST_TRIES):
        typed(session, another(code), browser=ELSEWHERE)
    assert typed(session, code) == Verdict.RIGHT


def test_five_wrong_tries_end_a_code(session: Session) -> None:
    code = asked(session).code
    verdicts = [typed(session, another(code)) for _ in range(MOST_TRIES)]
    assert verdicts == [Verdict.WRONG] * 4 + [Verdict.OVER]
    assert typed(session, code) == Verdict.OVER


def test_after_four_wrong_tries_the_right_code_is_right(session: Session) -> None:
    code = asked(session).code
    for _ in range(MOST_TRIES - 1):
        typed(session, another(code))
    assert typed(session, code) == Verdict.RIGHT


def test_a_link_that_is_wrong_uses_up_nothing(session: Session) -> None:
    both = asked(session)
    for _ in range(10 * MOST_TRIES):
        assert opened(session, "x" * 43) == Verdict.OVER
    assert opened(session, both.link) == Verdict.RIGHT


@pytest.mark.parametrize("way", ["code", "link"])
def test_a_code_lives_for_ten_minutes(session: Session, way: str) -> None:
    def tried(both: Asked) -> Verdict:
        return typed(session, both.code) if way == "code" else opened(session, both.link)

    both = asked(session)
    with time_machine.travel(now() + GOOD_FOR):
        assert tried(both) == Verdict.OVER
    both = asked(session)
    with time_machine.travel(now() + GOOD_FOR - timedelta(seconds=2)):
        assert tried(both) == Verdict.RIGHT


def test_a_clock_that_ran_ahead_gives_a_code_no_longer_life(session: Session) -> None:
    with time_machine.travel(now() + timedelta(days=2)):
        code = asked(session).code
    assert typed(session, code) == Verdict.OVER


def test_an_address_has_one_live_code(session: Session) -> None:
    first, second = asked(session), asked(session)
    assert typed(session, first.code) == (Verdict.RIGHT if first.code == second.code else Verdict.WRONG)
    assert typed(session, second.code) == Verdict.RIGHT
    assert len(session.exec(select(MailCode)).all()) == 1


def test_a_code_that_somebody_else_asks_for_is_of_no_use_to_them_but_ends_the_former(session: Session) -> None:
    mine = asked(session)
    theirs = asked(session, browser=ELSEWHERE)
    assert typed(session, mine.code) == Verdict.OVER
    assert typed(session, theirs.code) == Verdict.OVER
    assert pending(session, purpose="test", browser=HERE) is None


def test_each_purpose_has_codes_of_its_own(session: Session) -> None:
    one, other = asked(session), asked(session, purpose="other")
    assert typed(session, one.code, purpose="other") in (Verdict.WRONG, Verdict.RIGHT)
    assert typed(session, other.code, purpose="other") in (Verdict.RIGHT, Verdict.OVER)
    assert typed(session, one.code) == Verdict.RIGHT


def test_two_addresses_do_not_meet(session: Session) -> None:
    code = asked(session).code
    asked(session, mail="femke@kennislab.example", browser=ELSEWHERE)
    assert typed(session, code, browser=ELSEWHERE) in (Verdict.WRONG, Verdict.RIGHT)
    assert typed(session, code) == Verdict.RIGHT


def test_whoever_reads_the_database_can_type_nothing(session: Session) -> None:
    both = asked(session)
    kept = session.exec(select(MailCode)).one().model_dump_json()
    assert both.code not in kept
    assert both.link not in kept
    assert HERE not in kept


def test_a_seal_of_the_same_code_is_another_in_another_browser(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that nobody can try all million codes once and look up everybody's.
    monkeypatch.setattr("app.people.codes.new_code", lambda: "123456")
    asked(session)
    asked(session, mail="femke@kennislab.example", browser=ELSEWHERE)
    assert len(set(session.exec(select(MailCode.code_seal)).all())) == 2


def test_what_was_spent_is_gone(session: Session) -> None:
    code = asked(session).code
    typed(session, code)
    found = pending(session, purpose="test", browser=HERE)
    assert found is not None
    assert found.is_proven
    spend(session, found)
    assert pending(session, purpose="test", browser=HERE) is None


def test_what_a_right_code_leads_to_has_to_be_done_soon(session: Session) -> None:
    typed(session, asked(session).code)
    found = pending(session, purpose="test", browser=HERE)
    assert found is not None
    with time_machine.travel(now() + GOOD_FOR + timedelta(seconds=1)):
        assert not found.is_proven


def test_old_codes_are_forgotten(session: Session) -> None:
    asked(session)
    with time_machine.travel(now() + GOOD_FOR + timedelta(minutes=1)):
        forget_old_codes(session)
        assert len(session.exec(select(MailCode)).all()) == 1
    with time_machine.travel(now() + timedelta(hours=2)):
        forget_old_codes(session)
        assert session.exec(select(MailCode)).all() == []


# --- limits ---


def how_many(session: Session, tries: int, *, mail: Iterator[str] | None = None, peer: str = "") -> int:
    through = 0
    for number in range(tries):
        try:
            asked(session, mail=next(mail) if mail else MAIL, browser=f"browser {number}", peer=peer)
        except TooMany:
            continue
        through += 1
    return through


def addresses() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"wie{number}@elders.example"


def test_twenty_requests_send_no_more_than_five_codes(session: Session) -> None:
    assert how_many(session, 20) == MOST_ASKED[0][1] == 5


def test_a_mailbox_gets_no_more_than_twenty_a_day(session: Session) -> None:
    through = 0
    for quarter in range(24 * 4 - 1):
        with time_machine.travel(now() + timedelta(minutes=15.1 * quarter)):
            through += how_many(session, 3)
    assert through == 20


def test_one_place_on_the_network_cannot_ask_for_everybody(session: Session) -> None:
    assert how_many(session, 200, mail=addresses(), peer="192.0.2.7") == 60
    assert how_many(session, 1, mail=addresses(), peer="192.0.2.8") == 1


def test_codes_are_spread_over_all_that_there_are() -> None:
    made = [seals.new_code() for _ in range(2000)]
    assert all(len(code) == 6 and code.isdigit() for code in made)
    assert len(set(made)) > 1950
    assert len({code[0] for code in made}) == 10
