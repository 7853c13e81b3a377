"""Inside: the site without a socket behind a browser, on copies of one filled database, with everybody signed in.

A round of typing begins on a copy of its own, so that what one round ended, withdrew or used up is there again for the
next. The site works in a thread of its own: Playwright keeps an event loop in ours.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, Route
from sqlmodel import select

from app.core.seals import seal
from app.people.models import User
from app.people.signing_in import begin_session
from app.web.forms import FORM_PURPOSE
from app.web.visit import session_cookie
from tests.databases import in_use
from tests.journeys.watching import Watch
from tests.promises.sending import ADDRESS, named
from tests.web.client import Client

DoneT = TypeVar("DoneT")
GivenP = ParamSpec("GivenP")

KEPT_BACK: Final = frozenset({"content-encoding", "content-length", "set-cookie", "transfer-encoding"})
IDLE: Final = frozenset({"image", "font", "media", "stylesheet"})
"""What no page needs here. That a picture does not come is what many a payload waits for."""


class Inside:
    """The site on a copy of this database. `people`: role -> handle, empty for nobody."""

    def __init__(self, source: Path, app: Any, people: Mapping[str, str]) -> None:
        self.people = people
        self._source, self._app, self._number = source, app, 0
        self._thread = ThreadPoolExecutor(1)
        self._client: Client
        self._sessions: dict[str, str] = {}
        self._jars: dict[str, httpx.Cookies] = {}

    def close(self) -> None:
        """End its thread."""
        self._thread.shutdown()

    def do(self, work: Callable[GivenP, DoneT], *given: GivenP.args, **more: GivenP.kwargs) -> DoneT:
        """Have something done where the site is."""
        return self._thread.submit(work, *given, **more).result()

    @contextmanager
    def copy(self) -> Iterator[None]:
        """A fresh copy of the database for everything that is asked inside."""
        self._number += 1
        folder = self._source.parent / f"round-{self._number}"
        with ExitStack() as stack:
            self.do(self._open, folder, stack)
            try:
                yield
            finally:
                self.do(stack.close)
                shutil.rmtree(folder)

    def _open(self, folder: Path, stack: ExitStack) -> None:
        folder.mkdir()
        shutil.copyfile(self._source, folder / "proeftuin.db")
        for name in ("files", "secret"):
            if (self._source.parent / name).exists():
                (folder / name).symlink_to(self._source.parent / name)
        database = stack.enter_context(in_use(f"sqlite:///{folder / 'proeftuin.db'}", folder))
        stack.enter_context(named())
        self._client = stack.enter_context(Client(self._app))
        self._jars = {role: httpx.Cookies() for role in self.people}
        with database.writing() as session:
            for role, handle in self.people.items():
                if handle:
                    user = session.exec(select(User).where(User.handle == handle)).one()
                    self._sessions[role] = begin_session(session, user, device="test", is_strong=True)
                    self._jars[role].set(session_cookie(), self._sessions[role])

    def token(self, role: str) -> str:
        """For the forms of this person."""
        return self.do(seal, FORM_PURPOSE, self._sessions[role]) if self.people[role] else ""

    def ask(self, role: str, method: str, path: str, **more: Any) -> httpx.Response:
        """What this person is answered."""
        return self.do(self._ask, role, method, path, **more)

    def _ask(self, role: str, method: str, path: str, **more: Any) -> httpx.Response:
        # Each keeps their own cookies: joining is done in steps.
        self._client._http.cookies = self._jars[role]
        try:
            return self._client.request(method, path, **more)
        finally:
            self._jars[role] = self._client._http.cookies


class Window(Watch):
    """A browser in front of it, in which somebody looks at what was answered."""

    _assets: Final[dict[str, httpx.Response]] = {}

    def __init__(self, browser: Browser, inside: Inside, *, bypass_csp: bool) -> None:
        super().__init__(browser, ADDRESS, bypass_csp=bypass_csp, service_workers="block")
        self._inside, self._role, self._page = inside, "", ("", httpx.Response(404))
        self.context.route(f"{ADDRESS}/**", self._answer)

    def show(self, role: str, path: str, answer: httpx.Response) -> list[str]:
        """Look at this answer as this person; what on it would run on a click."""
        self._role, self._page = role, (path, answer)
        self.page.goto(path)
        self.shown += 1
        return self.settled()

    def look_along(self) -> list[str]:
        """Have the editor ask for its side view of what stands in its form."""
        with self.page.expect_response(lambda answer: answer.url.endswith("/meelezen")):
            self.page.evaluate("() => document.dispatchEvent(new Event('stuk:bestanden'))")
        return self.settled()

    def _answer(self, route: Route) -> None:
        asked = route.request
        path = asked.url.removeprefix(ADDRESS)
        if asked.is_navigation_request() and path == self._page[0]:
            answer = self._page[1]
        elif asked.resource_type in IDLE:
            return route.abort()
        elif path.startswith("/static/"):
            if path not in self._assets:
                self._assets[path] = self._inside.ask("stranger", "GET", path)
            answer = self._assets[path]
        else:
            told = {name: asked.headers[name] for name in ("accept", "content-type") if name in asked.headers}
            answer = self._inside.ask(
                self._role,
                asked.method,
                urlsplit(path)._replace(fragment="").geturl(),
                headers=told,
                content=asked.post_data_buffer,
            )
        headers = {name: value for name, value in answer.headers.items() if name not in KEPT_BACK}
        return route.fulfill(status=answer.status_code, headers=headers, body=answer.content)
