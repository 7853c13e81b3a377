"""Whatever somebody types into whichever form runs on no page that shows it: editors, stewards and reviewers too.

The forms are not listed here: they are read in the browser from the pages that people of seven kinds see. Everything is
typed with a mark behind it, so that the pages that show it are known by that; links on them are followed. Each answer
is looked at twice: in a browser that ignores the policy of the page, and in one that keeps it.
"""

import random
from collections.abc import Callable, Iterator
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser
from sqlmodel import Session, select

from app.people.models import Organisation, User
from app.people.signing_in import actor_for
from content.drafting import begin
from content.models import Article
from content.writing import save_draft
from tests.cast import content
from tests.core.xss_payloads import BY_TRICK
from tests.counts import full
from tests.databases import SQLiteTemplates
from tests.journeys.inside import Inside, Window
from tests.journeys.pages import TYPES
from tests.journeys.rounds import NO_PAGE, Found, Round, is_typed_out, read_forms
from tests.journeys.typed import Hand
from tests.promises.rights import LAB, ROLES, STORY, Stage
from tests.promises.sending import filled
from tests.promises.test_rights import operations

pytestmark = [pytest.mark.slow, pytest.mark.timeout(full(14400, 1800))]

MOST_PAYLOADS: Final = full(250, 48)
STRICT_EVERY: Final = 5
"""Rounds in which the browser that keeps the policy looks too."""

PEOPLE: Final = {
    role: ROLES[role] for role in ("stranger", "applicant", "reader", "editor", "owner", "other", "steward")
}

LOOKS_AT: Final = {
    "stranger": (
        "/melding/",
        "/melden",
        "/concept/",
        "/uitnodiging/",
        "/aanmelden",
        "/inloggen",
        "/afmelden",
        "/volgen",
    ),
    "applicant": ("/instellingen", "/aanmelden"),
    "reader": ("/kennis/", "/organisaties", "/mensen", "/overzicht", "/vragen", "/onderwerpen/", "/uitnodiging/stuk"),
    "editor": ("/schrijven", "/beoordelen", "/instellingen", "/kennis/"),
    "owner": ("/instellingen", "/beoordelen", "/overzicht", "/vragen", "/mensen/", "/organisaties/"),
    "other": ("/overzicht",),
    "steward": ("/beheer", "/beoordelen", "/overzicht"),
}
"""Role -> the beginnings of the addresses at which they look."""

ENGLISH: Final = "inline-vision-injection-moulding-terp"
"""A translation, whose editor shows the original beside it."""


BY_CODE: Final = "a code goes by mail and only its digest is kept: it is sent wrong, and the page that says so is shown"
FIGURE: Final = "the preview leaves out what is no figure; the editor shows it"

NEVER_TAKEN: Final = {
    "/aanmelden/controleren (code)": BY_CODE,
    "/inloggen/code (code)": BY_CODE,
    "/uitnodiging/…/code (code)": BY_CODE,
    "/uitnodiging/stuk/…/code (code)": BY_CODE,
    "/instellingen/mail/codes (oud)": BY_CODE,
    "/instellingen/collegas/domein/code (code)": BY_CODE,
    "/instellingen/tweede-stap/app (code)": "an app works the code out from the time; it is sent wrong, and shown",
}
"""Form -> why nobody can have it taken here."""

NEVER_SHOWN: Final = {
    "/instellingen/tweede-stap/app code": "digits, which no page repeats",
    "/instellingen/collegas/antwoord bericht": "goes to who asked, in a letter",
    "/schrijven/n/auteurs message-organisation": "goes to who decides there, in a letter; the one to a person is shown",
    "/uitnodiging/… naam": "kept until the code of the letter is typed; a name is shown from the settings",
    "/uitnodiging/stuk/…/code naam": "kept until the code of the letter is typed; a name is shown from the settings",
    "/schrijven/n/voorbeeld challenge": "stands where pieces are compared; the editor shows it",
    "/schrijven/n/voorbeeld pitfalls": "stands where pieces are compared; the editor shows it",
    **{
        f"/schrijven/n/voorbeeld {name}": FIGURE
        for name in (
            *(f"metrics-{number}-{what}" for number in range(4) for what in ("baseline", "result")),
            *("benefit_eur_year", "company_size_fte", "cost_of_mistake_eur", "cost_range_eur-0", "cost_range_eur-1"),
            *("delay_weeks", "duration_months", "internal_hours", "investment_eur", "lead_time_weeks-0"),
            *("lead_time_weeks-1", "payback_months", "running_cost_eur_year", "trl", "trl_end", "trl_start"),
        )
    },
    **{
        f"/beheer/stukken/tabel {name}": "the button beside another one: a table of pieces is given out"
        for name in ("reden", "reden_en", "opvolger")
    },
    "/beheer/onderwerpen/…/samenvoegen naam": "shown again only where it is refused, to which not every run comes",
    "/instellingen/collegas/domein/record domeinnaam": "shown only where it is refused, to which not every run comes",
    "file document title": "a title that the document has as a file is not taken over",
    "file refused document": "the page says what is wrong with a document without its name",
    "file zip unread facts": "the page names a file that it cannot read, and repeats nothing of it",
}
"""Form and field -> why no page shows what is typed there."""

_BY_SCRIPT: Final = "a script sends what stands in the form of the editor, whose pages show it"
_NO_TEXT: Final = "nothing is typed there"

NO_FORM: Final = {
    "/afmelden/{token}": _NO_TEXT,
    "/beheer/accounts": "only with a provider of accounts; the name of an institution",
    "/beheer/stukken/opdrachten/{number}": _NO_TEXT,
    "/beheer/taken/klok": _NO_TEXT,
    "/beheer/taken/{number}": _NO_TEXT,
    "/csp": "browsers send it",
    "/inloggen/koppelen": "only with a provider of accounts; a code",
    "/inloggen/link": _NO_TEXT,
    "/inloggen/tweede-stap": "only with a second step; digits",
    "/inloggen/voorbeeld": _NO_TEXT,
    "/instellingen/accounts": _NO_TEXT,
    "/instellingen/tweede-stap/app/weg": _NO_TEXT,
    "/instellingen/tweede-stap/herstelcodes": _NO_TEXT,
    "/instellingen/tweede-stap/sleutels": "only a passkey opens it; `test_passkeys.py` names one",
    "/instellingen/tweede-stap/sleutels/weg": _NO_TEXT,
    "/meekijken/einde": _NO_TEXT,
    "/overzicht/bewaard": _NO_TEXT,
    "/overzicht/dempen": _NO_TEXT,
    "/overzicht/gelezen": _NO_TEXT,
    "/schrijven/{id}/aanwezig": _BY_SCRIPT,
    "/schrijven/{id}/bewaren": _BY_SCRIPT,
    "/schrijven/{id}/meelezen": _BY_SCRIPT,
    "/schrijven/{id}/plakken": "a script sends what is pasted; the text comes back into the form",
    "/schrijven/{id}/verwijzingen": _NO_TEXT,
    "/volgen/{token}": _NO_TEXT,
}
"""Route that takes a form -> why no form of the pages that these people see leads there."""


def payloads() -> list[str]:
    """Of each trick as many as make so many together."""
    most, chosen = 0, list[str]()
    while len(chosen) < MOST_PAYLOADS:
        most, chance = most + 1, random.Random(20261201)
        chosen = [text for trick in BY_TRICK.values() for text in chance.sample(trick, min(most, len(trick)))]
    chance.shuffle(chosen)
    return chosen


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def inside(
    sqlite_templates: SQLiteTemplates, tmp_path_factory: pytest.TempPathFactory, stage: Stage
) -> Iterator[Inside]:
    """The example content with something waiting at every door."""
    folder = tmp_path_factory.mktemp("inside")

    def more(session: Session) -> None:
        femke = actor_for(session, session.exec(select(User).where(User.handle == ROLES["editor"])).one())
        lab = session.exec(select(Organisation).where(Organisation.slug == LAB)).one()
        ready = begin(session, kind="lesson", language="nl", owner=lab, by=femke)
        save_draft(session, ready, content(organisations=(), body=STORY), by=femke)
        stage.ids["ready"] = ready.id
        stage.ids["translation"] = session.exec(select(Article.id).where(Article.slug == ENGLISH)).one()

    app = filled(sqlite_templates.copy("seeded", folder), folder, stage, more)
    inside = Inside(folder / "proeftuin.db", app, PEOPLE)
    yield inside
    inside.close()


def seeds(stage: Stage) -> list[tuple[str, str]]:
    """Who looks where: each at what is theirs, a reader and a stranger at what is everybody's."""
    gets = {stage.address(method, path) for method, path in operations() if method == "GET"}
    gets |= {one.path for one in TYPES if one.path} | {f"/schrijven/{stage.ids['translation']}"}
    # What is ready to be sent in comes first: the forms are read there, and readers see nothing of it yet.
    ready = f"/schrijven/{stage.ids['ready']}"
    gets |= {ready, f"{ready}/insturen"}
    found = []
    for role, beginnings in LOOKS_AT.items():
        mine = {path for path in gets if path.startswith(beginnings)}
        mine |= {one.path for one in TYPES if one.person == PEOPLE[role] and one.person}
        found += [
            (role, path)
            for path in sorted(mine, key=lambda path: (not path.startswith(ready), path))
            if not NO_PAGE.search(path)
        ]
    return found


def test_nothing_that_is_typed_runs_anywhere(
    inside: Inside, stage: Stage, browser: Browser, record_property: Callable[[str, object], None]
) -> None:
    windows = [Window(browser, inside, bypass_csp=bypass) for bypass in (True, False)]
    hand, found, rounds, places = Hand(payloads(), most=full(8, 30)), Found(), 0, seeds(stage)
    read_forms(inside, windows[0], places, found)
    while rounds < full(400, 1) and not (rounds and all(is_typed_out(hand, form) for form in found.forms.values())):
        # What runs nowhere without the policy runs nowhere with it: the second look is a check of the policy.
        looking = windows if rounds % STRICT_EVERY == 0 else windows[:1]
        Round(inside, looking, hand, found).go(f"/schrijven/{stage.ids['draft']}", places, NEVER_TAKEN)
        rounds += 1
        left = [name for name, form in found.forms.items() if not is_typed_out(hand, form)]
        print(f"round {rounds}: {len(left)} of {len(found.forms)} forms to type into, {len(found.handles)} pages run")
    for name, value in {
        "payloads": len(hand.payloads),
        "forms": len(found.forms),
        "fields": len(hand.numbers),
        "rounds": rounds,
        "kinds of pages that showed something": len(found.routes),
        "pages looked at, in both browsers": sum(window.shown for window in windows),
    }.items():
        record_property(name, value)
    # What is refused at one try, as for a letter that no database holds, is taken at most others.
    seldom = {name: count for name, count in found.taken.items() if count * 2 < found.rounds[name]}
    record_property("taken in fewer than half of the rounds", str(seldom))
    for window in windows:
        window.context.close()
    ran = [address for window in windows for address in window.ran]
    asked = [address for window in windows for address in window.asked]
    assert (found.handles, ran, asked, windows[1].forbidden) == ({}, [], [], [])
    assert_reached(found, hand)
    assert len(found.forms) >= 60
    assert len(found.routes) > 90


def assert_reached(found: Found, hand: Hand) -> None:
    """Every form was found and taken, and every field was shown, but for those of which it is told why not."""
    not_taken = {name: found.said.get(name, "") for name in found.forms if not found.taken[name]}
    unseen = {f"{route} {name}" for (route, name), number in hand.numbers.items() if number not in found.seen}
    taking = {route for method, route in operations() if method == "POST" and not route.startswith("/api/")}
    lacking = {
        "not taken": {name: said for name, said in not_taken.items() if name not in NEVER_TAKEN},
        "taken after all": set(NEVER_TAKEN) - set(not_taken),
        "not shown": unseen - set(NEVER_SHOWN),
        "no form": taking - found.read - set(NO_FORM),
    }
    assert {what: names for what, names in lacking.items() if names} == {}


def test_a_page_inside_that_trusts_its_authors_is_noticed(inside: Inside, browser: Browser) -> None:
    """The control: the same pages, with what somebody typed as it is."""
    open_wide, strict = (Window(browser, inside, bypass_csp=bypass) for bypass in (True, False))
    with inside.copy():
        plain = inside.ask("editor", "GET", "/schrijven")
        for text in ("<script>xss()</script>", "<img src=x onerror=xss()>", "<a href=javascript:xss()>x</a>"):
            body = plain.text.replace("</main>", f"{text}</main>")
            trusting = httpx.Response(200, headers=plain.headers, text=body)
            handles = open_wide.show("editor", "/schrijven", trusting)
            assert handles or open_wide.ran, text
            open_wide.ran.clear()
            strict.show("editor", "/schrijven", trusting)
    assert strict.ran == []
    assert len(strict.forbidden) >= 2
    for window in (open_wide, strict):
        window.context.close()
