"""Whatever somebody types into whichever form runs on no page that shows it: editors, stewards and reviewers too.

The forms are not listed here: they are read in the browser from the pages that people of six kinds see. Everything is
typed with a mark behind it, so that the pages that show it are known by that; links on them are followed. Each answer
is looked at twice: in a browser that ignores the policy of the page, and in one that keeps it.
"""

import random
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from app.people.models import Role, User
from app.people.places import places_of
from app.web import site
from content.models import Article
from tests.core.xss_payloads import BY_TRICK
from tests.counts import full
from tests.databases import SQLiteTemplates, in_use
from tests.journeys.going_in import GoingIn, every_file
from tests.journeys.inside import Inside, Window
from tests.journeys.pages import TYPES
from tests.journeys.typed import MARK, Hand, TypedForm, forms_on
from tests.promises.rights import ROLES, Stage
from tests.promises.sending import named
from tests.promises.test_rights import operations

pytestmark = [pytest.mark.slow, pytest.mark.timeout(full(7200, 1800))]

PEOPLE: Final = {
    role: ROLES[role] for role in ("stranger", "applicant", "reader", "editor", "owner", "other", "steward")
}

ENDS: Final = ("/besluit", "/intrekking", "/einde", "/antwoord", "/beheer/aanvragen", "/beheer/leden", "/insturen")
"""Parts of addresses at which something ends that others are asked about: these come last."""

LOOKS_AT: Final = {
    "stranger": ("/melding/", "/concept/", "/uitnodiging/", "/aanmelden", "/inloggen", "/afmelden", "/volgen"),
    "applicant": ("/instellingen", "/aanmelden"),
    "reader": ("/kennis/", "/organisaties", "/mensen", "/overzicht", "/vragen", "/onderwerpen/", "/uitnodiging/stuk"),
    "editor": ("/schrijven", "/beoordelen", "/instellingen", "/kennis/"),
    "owner": ("/instellingen", "/beoordelen", "/overzicht", "/vragen", "/mensen/", "/organisaties/"),
    "other": ("/overzicht",),
    "steward": ("/beheer", "/beoordelen", "/overzicht"),
}
"""Role -> the beginnings of the addresses at which they look."""

NAMED: Final = re.compile(
    r"^/(kennis|organisaties|onderwerpen|mensen|proefprojecten)/(?!praktijkcases|lessen|techniek)[^/]+"
)

MOST_ALIKE: Final = 8
"""Pages of one kind that one person is led to by links."""

ENGLISH: Final = "inline-vision-injection-moulding-terp"
"""A translation, whose editor shows the original beside it."""

SEEN: Final = re.compile(MARK.format(r"(\d+)"))
LINK: Final = re.compile(r"""(?:href|src)=["'](/[^"'#]*)""")

ACTION: Final = re.compile(r'<form[^>]*action="([^"]*)"')
SEVERAL: Final = frozenset({"/schrijven/n", "/kennis/…/intrekking"})
"""Where the form is another one for each kind of piece."""

LEAVING: Final = frozenset({"/uitloggen", "/instellingen/sessies", "/instellingen/gegevens/wissen"})

NO_PAGE: Final = re.compile(r"^/(en/)?(api|feeds|static|beeld)/|\.\w+(\?|$)|/deelbeeld|/bestanden/|/bijlagen/[^/]+$")


def payloads() -> list[str]:
    """All of them; a few of each trick where time is short."""
    chance = random.Random(20261201)
    most = full(1000, 6)
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
    with in_use(sqlite_templates.copy("seeded", folder), folder) as database, named():
        with database.writing() as session:
            stage.set_up(session)
            aafke = session.exec(select(User).where(User.handle == ROLES["other"])).one()
            places_of(session, aafke.id)[0][0].role = Role.OWNER
            english = session.exec(select(Article).where(Article.slug == ENGLISH)).one()
            stage.ids["translation"] = english.id
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        app = site.build()
    inside = Inside(folder / "proeftuin.db", app, PEOPLE)
    yield inside
    inside.close()


def seeds(stage: Stage) -> list[tuple[str, str]]:
    """Who looks where: each at what is theirs, a reader and a stranger at what is everybody's."""
    gets = {stage.address(method, path) for method, path in operations() if method == "GET"}
    gets |= {one.path for one in TYPES if one.path} | {f"/schrijven/{stage.ids['translation']}"}
    found = []
    for role, beginnings in LOOKS_AT.items():
        mine = {path for path in gets if path.startswith(beginnings)}
        mine |= {one.path for one in TYPES if one.person == PEOPLE[role] and one.person}
        found += [(role, path) for path in sorted(mine) if not NO_PAGE.search(path)]
    return found


def route_of(address: str) -> str:
    """The address without what is different each time."""
    path = NAMED.sub(r"/\1/…", urlsplit(address).path.removeprefix("/en"))
    return re.sub(r"(?<=/)[\w-]{25,}(?=/|$)", "…", re.sub(r"(?<=/)\d+(?=/|$)", "n", path))


@dataclass
class Found:
    """What the rounds brought to light."""

    handles: dict[str, list[str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    """Numbers of the fields that were shown on a page."""
    routes: set[str] = field(default_factory=set)
    """Where."""
    showing: set[tuple[str, str]] = field(default_factory=set)
    """Role and route of pages that showed something that was typed."""


class Round:
    """Everything typed once, on a fresh copy, and looked at wherever it is shown."""

    def __init__(self, inside: Inside, windows: list[Window], hand: Hand, found: Found) -> None:
        self.inside, self.windows, self.hand, self.found = inside, windows, hand, found
        self._looked: dict[str, set[int]] = {}
        self._next: deque[tuple[str, str]] = deque()
        self._gone: set[tuple[str, str]] = set()
        self._often: dict[tuple[str, str], int] = {}

    # --- typing -----------------------------------------------------------------------------------------------

    def type(self, form: TypedForm) -> None:
        """Fill it in so that it is taken, and then without any care; what has a version also on an old one."""
        what = f"{route_of(form.action)} {form.does}".strip()
        self.found.sent.add(what)
        if self._send(form, is_careful=True):
            self.found.taken.add(what)
        if any(one.plain for one in form.written):
            self._send(form, is_careful=False)
        if any(one.name == "versie" for one in form.fields):
            self._send(form, is_careful=True)

    def _send(self, form: TypedForm, *, is_careful: bool) -> bool:
        pairs = form.plainly(self.inside.token(form.role))
        for one in form.written:
            typed = one.plain if is_careful and one.plain is not None else None
            key = (route_of(form.action), one.name)
            pairs.append((one.name, self.hand.type(key, one.longest) if typed is None else typed))
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        return self.answered(form.role, form.action, self.inside.ask(form.role, "POST", form.action, data=data))

    def bring(self, going: GoingIn, draft: str) -> None:
        """Send a file with a form."""
        action = going.door if going.door.startswith("/") else f"{draft}/{going.door}"
        data = {"token": self.inside.token("editor"), "owner": "kennislab-slim-maken"}
        files = [("bestand", (going.name, going.data))]
        self.answered("editor", action, self.inside.ask("editor", "POST", action, data=data, files=files))

    def answered(self, role: str, action: str, answer: httpx.Response) -> bool:
        """Look at what came of it; whether it was taken."""
        assert answer.status_code < 500, (role, action, answer.status_code)
        if "location" in answer.headers:
            self.visit(role, urljoin(action, answer.headers["location"]))
            return "/inloggen" not in answer.headers["location"]
        self.look(role, f"{action}{'&' if '?' in action else '?'}antwoord=1", answer)
        return answer.status_code == 200

    # --- looking ----------------------------------------------------------------------------------------------

    def visit(self, role: str, path: str) -> None:
        """Go there later, once, and not to too many of a kind."""
        path = path.partition("#")[0]
        one = (role, route_of(path))
        if (role, path) in self._gone or NO_PAGE.search(path) or self._often.get(one, 0) >= MOST_ALIKE:
            return
        self._gone.add((role, path))
        self._often[one] = self._often.get(one, 0) + 1
        self._next.append((role, path))

    def look_everywhere(self) -> None:
        """Go to each of these, and to where what was typed leads on from there."""
        while self._next:
            role, path = self._next.popleft()
            answer = self.inside.ask(role, "GET", path)
            assert answer.status_code < 500, (role, path, answer.status_code)
            if "location" in answer.headers:
                self.visit(role, urljoin(path, answer.headers["location"]))
            else:
                self.look(role, path, answer)

    def look(self, role: str, path: str, answer: httpx.Response) -> None:
        """Show it in both browsers where something stands on it that was typed and was not seen on such a page yet."""
        if "text/html" not in answer.headers.get("content-type", ""):
            return
        marks, route = {int(number) for number in SEEN.findall(answer.text)}, route_of(path)
        if marks:
            self.found.showing.add((role, route))
            for link in LINK.findall(answer.text):
                self.visit(role, link.replace("&amp;", "&"))
        if marks <= self._looked.setdefault(route, set()):
            return
        self._looked[route] |= marks
        self.found.seen |= marks
        self.found.routes.add(route)
        for window in self.windows:
            handles = window.show(role, path, answer)
            if 'id="nodig"' in answer.text:
                handles += window.look_along()
            if handles:
                self.found.handles[f"{role} {path}"] = handles


def forms_seen(inside: Inside, window: Window, places: list[tuple[str, str]]) -> list[TypedForm]:
    """Every form of these pages into which something is typed, once for each of its buttons."""
    found: dict[tuple[object, ...], TypedForm] = {}
    known: set[str] = set()
    for role, path in places:
        answer = inside.ask(role, "GET", path)
        actions = {route_of(action) or path for action in ACTION.findall(answer.text)} - known
        if answer.status_code != 200 or not actions:
            continue
        known |= {action for action in actions if action not in SEVERAL}
        window.show(role, path, answer)
        for form in forms_on(window.page, role, path):
            if form.written and route_of(form.action) not in LEAVING and "daarna" not in form.does:
                names = tuple(sorted({one.name for one in form.fields}))
                found.setdefault((route_of(form.action), form.does, names), form)
    return sorted(found.values(), key=lambda form: any(part in form.action for part in ENDS))


def is_typed_out(hand: Hand, forms: list[TypedForm]) -> bool:
    """Whether every field has held everything that fits."""
    return all(
        hand.is_done_with((route_of(form.action), one.name), one.longest)
        for form in forms
        for one in form.written
        if one.plain is None
    )


def test_nothing_that_is_typed_runs_anywhere(
    inside: Inside, stage: Stage, browser: Browser, record_property: Callable[[str, object], None]
) -> None:
    windows = [Window(browser, inside, bypass_csp=bypass) for bypass in (True, False)]
    hand, found, rounds, places = Hand(payloads(), most=full(4, 30)), Found(), 0, seeds(stage)
    draft = f"/schrijven/{stage.ids['draft']}"
    with inside.copy():
        forms = forms_seen(inside, windows[0], places)
    while rounds < full(400, 1) and not is_typed_out(hand, forms):
        with inside.copy():
            told = Round(inside, windows, hand, found)
            for form in forms:
                told.type(form)
            for going in every_file(hand):
                told.bring(going, draft)
            for role, path in places:
                if not rounds or (role, route_of(path)) in found.showing:
                    told.visit(role, path)
            told.look_everywhere()
        rounds += 1
    for name, value in {
        "payloads": len(hand.payloads),
        "forms": len(forms),
        "fields": len(hand.numbers),
        "rounds": rounds,
        "kinds of pages that showed something": len(found.routes),
        "pages looked at, in both browsers": sum(window.shown for window in windows),
    }.items():
        record_property(name, value)
    unseen = {f"{route} {name}" for (route, name), number in hand.numbers.items() if number not in found.seen}
    record_property("never taken", str(sorted(found.sent - found.taken)))
    record_property("never shown", str(sorted(unseen)))
    for window in windows:
        window.context.close()
    ran = [address for window in windows for address in window.ran]
    asked = [address for window in windows for address in window.asked]
    assert (found.handles, ran, asked, windows[1].forbidden) == ({}, [], [], [])
    assert len(forms) >= 50
    assert len(found.routes) > 100


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
