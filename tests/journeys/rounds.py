"""Rounds: every form of the pages that people see is filled in and sent, and every page that shows it is looked at.

What one form ends another one needs: so a round goes on to fresh copies with those that were not taken yet.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from app.contact.models import Ruling
from tests.journeys.going_in import GoingIn, every_file
from tests.journeys.inside import Inside, Window
from tests.journeys.typed import MARK, Hand, TypedForm, forms_on
from tests.promises.sending import ADDRESS, forms_of, route_taking

NAMED: Final = re.compile(
    r"^(/beheer)?/(kennis|organisaties|onderwerpen|mensen|proefprojecten)/(?!praktijkcases|lessen|techniek)[^/]+"
)

ENDS: Final = (
    *("/besluit", "/intrekking", "/einde", "/antwoord", "/beheer/aanvragen", "/beheer/leden", "/beheer/meldingen"),
    *("/beheer/organisaties", "/insturen", "/samenvoegen", "doe=weg"),
)
"""Parts of forms by which something ends that others are about: they go to a copy of their own."""

MOST_ALIKE: Final = 8
"""Pages of one kind that one person is led to by links."""

MOST_LATER: Final = 2
"""The same on the copies after the first two, to which few forms go."""

MOST_COPIES: Final = 8

SEEN: Final = re.compile(MARK.format(r"(\d+)"))
ACTION: Final = re.compile(r'<form[^>]*action="([^"]*)"')
LINK: Final = re.compile(rf"""(?:href|src|value)=["'](?:{ADDRESS})?(/[^"'#]*)""")

SEVERAL: Final = frozenset({"/schrijven/n"})
"""Where the form is another one for each kind of piece."""

CODES: Final = frozenset({"code", "oud"})

LEAVING: Final = frozenset({"/uitloggen", "/instellingen/sessies", "/instellingen/gegevens/wissen"})

NO_PAGE: Final = re.compile(
    r"^/(en/)?(api|feeds|static|beeld)/|\.\w{2,6}(\?|$)|/deelbeeld|/bestanden/|/bijlagen/[^/]+$"
)


ORGANISATION: Final = "nipt"
"""The one of `other`, which has an owner who can answer."""

WELL: Final = {
    ("/instellingen/collegas/domein/record", "domeinnaam"): "elders.example",
    ("/beheer/onderwerpen/…/samenvoegen", "naam"): "Cobots",
    ("/schrijven/n/auteurs", "organisation"): ORGANISATION,
    # Who reported something appeals against this only.
    ("/beheer/meldingen/n", "besluit"): Ruling.LEFT.value,
}
"""Form and field -> what the form is only taken with, besides what is true of a field of that name anywhere."""


def route_of(address: str) -> str:
    """The address without what is different each time."""
    path = NAMED.sub(r"\1/\2/…", urlsplit(address).path.removeprefix("/en"))
    path = re.sub(r"(?<=/bestanden/)[^/]+", "…", path)
    return re.sub(r"(?<=/)[\w-]{25,}(?=/|$)", "…", re.sub(r"(?<=/)\d+(?=/|$)", "n", path))


def name_of(form: TypedForm) -> str:
    """By which it is told from the others: some routes take several."""
    return f"{route_of(form.action)} {form.does} ({form.written[0].name if form.written else ''})".replace("  ", " ")


def is_typed_out(hand: Hand, form: TypedForm) -> bool:
    """Whether every field of it has held everything that fits."""
    route = route_of(form.action)
    return all(hand.is_done_with((route, one.name), one.longest) for one in form.written if one.plain is None)


@dataclass
class Found:
    """What the rounds brought to light."""

    forms: dict[str, TypedForm] = field(default_factory=dict)
    """Every form into which something is typed, by its name."""
    handles: dict[str, list[str]] = field(default_factory=dict)
    rounds: Counter[str] = field(default_factory=Counter)
    """In how many rounds each form was sent."""
    taken: Counter[str] = field(default_factory=Counter)
    """In how many it was taken."""
    said: dict[str, str] = field(default_factory=dict)
    """What was answered last to those that were not."""
    seen: set[int] = field(default_factory=set)
    """Numbers of the fields that were shown on a page."""
    routes: set[str] = field(default_factory=set)
    """Where."""
    telling: set[tuple[str, str]] = field(default_factory=set)
    """Role and route of pages that were the first of their kind to show something that was typed."""
    read: set[str] = field(default_factory=set)
    """Routes that take a form of some page, with text in it or without."""
    known: set[tuple[object, ...]] = field(default_factory=set)

    def forms_of(self, window: Window, role: str, path: str, answer: httpx.Response) -> Iterator[TypedForm]:
        """The forms of this page that stood on none before: the browser is only asked about pages that have one."""
        if 'method="post"' not in answer.text:
            return
        # A button may stand outside its form, which only the browser knows: the address of the form counts as well.
        routes = {route_of(action) for action in ACTION.findall(answer.text)}
        new: set[tuple[object, ...]] = {(route, path if route in SEVERAL else "") for route in routes}
        for one in forms_of(role, path, answer.text):
            names = frozenset(name for name, _value in one.pairs)
            pressed = tuple(pair for pair in one.pairs[-1:] if pair[0] in ("doe", "weg", "naar"))
            new.add((route_of(one.action), names, pressed))
            self.read.add(route_taking(one.action))
        if new <= self.known:
            return
        self.known |= new
        window.show(role, path, answer)
        for form in forms_on(window.page, role, path):
            self.read.add(route_taking(form.action))
            is_typed_into = form.written and route_of(form.action) not in LEAVING and "daarna" not in form.does
            if is_typed_into and name_of(form) not in self.forms:
                self.forms[name_of(form)] = form
                yield form


class Round:
    """Everything typed once, on a fresh copy, and looked at wherever it is shown."""

    def __init__(self, inside: Inside, windows: Sequence[Window], hand: Hand, found: Found) -> None:
        self.inside, self.windows, self.hand, self.found = inside, windows, hand, found
        self._looked: dict[str, set[int]] = {}
        self._taken: set[str] = set()
        self._most = MOST_ALIKE
        self._begin()

    def _begin(self, most: int = MOST_ALIKE) -> None:
        self._most = most
        self._next: deque[tuple[str, str]] = deque()
        self._gone: set[tuple[str, str]] = set()
        self._often: dict[tuple[str, str], int] = {}

    def go(self, draft: str, places: Sequence[tuple[str, str]], hopeless: Mapping[str, str]) -> None:
        """The forms and the files; then what ends something, and what was not taken yet, on copies of their own."""
        forms = [form for name, form in self.found.forms.items() if not self._is_ending(name, form)]
        for copy in range(MOST_COPIES):
            self._begin(MOST_ALIKE if copy < 2 else MOST_LATER)
            before = set(self._taken)
            with self.inside.copy():
                if not copy:
                    for going in every_file(self.hand):
                        self.bring(going, draft)
                for form in forms:
                    self.type(form, is_anew=copy > 1)
                if not copy or self._taken != before:
                    for role, path in places:
                        self.visit(role, path)
                    self.look_everywhere()
            names = [name for name in self.found.forms if name not in self._taken and name not in hopeless]
            left = [self.found.forms[name] for name in names]
            forms = [form for form in left if not self.found.rounds or not is_typed_out(self.hand, form)]
            if not forms or (copy > 1 and self._taken == before):
                break
        self.found.rounds.update(self.found.forms.keys())
        self.found.taken.update(self._taken)

    def _is_ending(self, name: str, form: TypedForm) -> bool:
        return any(part in f"{form.action} {name}" for part in ENDS)

    # --- typing -----------------------------------------------------------------------------------------------

    def type(self, form: TypedForm, *, is_anew: bool) -> None:
        """Fill it in without any care, and then so that it is taken; what has a version also on an old one."""
        name = name_of(form)
        if not is_anew and any(one.plain for one in form.written):
            self._send(form, is_careful=False)
        is_taken = self._send(form, is_careful=True) or self._send(form, is_careful=True, is_generous=True)
        # A code that is not right leads back to where one is asked for: that is no form that was taken.
        if is_taken and (form.does.startswith("naar=") or not CODES & {one.name for one in form.written}):
            self._taken.add(name)
        if not is_anew and any(one.name == "versie" for one in form.fields):
            self._send(form, is_careful=True)

    def _send(self, form: TypedForm, *, is_careful: bool, is_generous: bool = False) -> bool:
        route = route_of(form.action)
        pairs = [
            (name, WELL.get((route, name), value))
            for name, value in form.plainly(self.inside.token(form.role), is_generous=is_generous)
        ]
        for one in form.written:
            key = (route, one.name)
            typed = WELL.get(key, one.plain) if is_careful else None
            pairs.append((one.name, self.hand.type(key, one.longest) if typed is None else typed))
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        more = {"files": [(name, ("a.csv", b"a,b\n1,2\n")) for name in form.files]} if form.files else {}
        answer = self.inside.ask(form.role, "POST", form.action, data=data, **more)
        is_taken = self.answered(form.role, form.action, answer)
        if is_careful and not is_taken:
            self.found.said[name_of(form)] = f"{answer.status_code} {answer.headers.get('location', '')}"
        return is_taken

    def bring(self, going: GoingIn, draft: str) -> None:
        """Send a file with a form, and say yes to what would come of it."""
        action = going.door if going.door.startswith("/") else f"{draft}/{going.door}"
        data = {"token": self.inside.token("editor"), "owner": "kennislab-slim-maken"}
        files = [("bestand", (going.name, going.data))]
        answer = self.inside.ask("editor", "POST", action, data=data, files=files)
        self.answered("editor", action, answer)
        for one in forms_of("editor", action, answer.text):
            if one.action.endswith("/ingelezen"):
                told = {name: data["token"] if name == "token" else value for name, value in one.pairs}
                self.answered("editor", one.action, self.inside.ask("editor", "POST", one.action, data=told))

    def answered(self, role: str, action: str, answer: httpx.Response) -> bool:
        """Look at what came of it, and go on with the next step that it asks for; whether it was taken."""
        assert answer.status_code < 500, (role, action, answer.status_code)
        there = urljoin(action, answer.headers.get("location", ""))
        if "location" in answer.headers:
            self.visit(role, there)
            if not NO_PAGE.search(there) and there.startswith("/"):
                self._next_step(role, there, self.inside.ask(role, "GET", there.partition("#")[0]))
            return urlsplit(there).path.removeprefix("/en") != "/inloggen"
        self.look(role, f"{action}{'&' if '?' in action else '?'}antwoord=1", answer)
        self._next_step(role, action, answer)
        return answer.status_code == 200

    def _next_step(self, role: str, path: str, answer: httpx.Response) -> None:
        for form in [*self.found.forms_of(self.windows[0], role, path, answer)]:
            self.type(form, is_anew=False)

    # --- looking ----------------------------------------------------------------------------------------------

    def visit(self, role: str, path: str) -> None:
        """Go there later, once, and not to too many of a kind; after the first round only where that told something."""
        path = path.partition("#")[0]
        one = (role, route_of(path))
        if self.found.rounds and one not in self.found.telling:
            return
        if (role, path) in self._gone or NO_PAGE.search(path) or self._often.get(one, 0) >= self._most:
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
                if not self.found.rounds:
                    self._next_step(role, path, answer)

    def look(self, role: str, path: str, answer: httpx.Response) -> None:
        """Show it in both browsers where something stands on it that was typed and was not seen on such a page yet."""
        if "text/html" not in answer.headers.get("content-type", ""):
            return
        marks, route = {int(number) for number in SEEN.findall(answer.text)}, route_of(path)
        if marks:
            for link in LINK.findall(answer.text):
                self.visit(role, link.replace("&amp;", "&"))
        if marks <= self._looked.setdefault(route, set()):
            return
        self._looked[route] |= marks
        self.found.telling.add((role, route))
        self.found.seen |= marks
        self.found.routes.add(route)
        for window in self.windows:
            handles = window.show(role, path, answer)
            if 'id="nodig"' in answer.text:
                handles += window.look_along()
            if handles:
                self.found.handles[f"{role} {path}"] = handles


def read_forms(inside: Inside, window: Window, places: Sequence[tuple[str, str]], found: Found) -> None:
    """Every form of these pages into which something is typed, once for each of its buttons."""
    with inside.copy():
        for role, path in places:
            answer = inside.ask(role, "GET", path)
            if answer.status_code == 200:
                for _form in found.forms_of(window, role, path, answer):
                    pass
