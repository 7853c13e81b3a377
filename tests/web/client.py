"""A browser and a machine for tests: asks the whole site, without a socket.

    with Client() as client:
        client.sign_in(sjoerd)
        assert client.get("/kennis/lasmal").status_code == 200

Starlette's own test client warns that it wants another HTTP library; this bridge is what it would do. It asks under the
address that the settings name, keeps cookies as a browser does, follows no redirects, and sends `Origin` with a change.
"""

import asyncio
from collections.abc import Iterable, MutableMapping
from types import TracebackType
from typing import Any

import httpx

from app.core import database
from app.core.settings import settings
from app.people.models import User
from app.people.signing_in import begin_session
from app.web import site
from app.web.visit import session_cookie

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Raw = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers and body as they leave the application."""


class Client:
    """The site on the database that is configured now. Use it in a `with`: it starts and ends like a web process."""

    def __init__(self, app: Any = None, *, peer: str = "127.0.0.1") -> None:
        self.app = app or site.build()
        self._peer = peer
        self._runner = asyncio.Runner()
        self._http = self._run(self._open())

    async def _open(self) -> httpx.AsyncClient:
        self._life: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._told: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._living = asyncio.create_task(self.app({"type": "lifespan"}, self._life.get, self._told.put))
        await self._phase("startup")
        transport = httpx.ASGITransport(app=self.app, client=(self._peer, 50000))
        return httpx.AsyncClient(transport=transport, base_url=settings().address, headers={"accept": "*/*"})

    async def _phase(self, name: str) -> None:
        await self._life.put({"type": f"lifespan.{name}"})
        told = await self._told.get()
        assert told["type"] == f"lifespan.{name}.complete", told

    def _run(self, work: Any) -> Any:
        return self._runner.run(work)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End it as a web process ends."""
        self._run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        await self._http.aclose()
        await self._phase("shutdown")
        await self._living

    # --- asking -------------------------------------------------------------------------------------------------

    def request(self, method: str, path: str, *, origin: str | None = "", **more: Any) -> httpx.Response:
        """Ask for a path. `origin` is ours with every change unless told otherwise; None leaves it out."""
        headers = httpx.Headers(more.pop("headers", None))
        if method in UNSAFE and origin is not None:
            headers.setdefault("origin", origin or settings().address)
        return self._run(self._http.request(method, path, headers=headers, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **more)

    def head(self, path: str, **more: Any) -> httpx.Response:
        """HEAD."""
        return self.request("HEAD", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """POST, as a form of our own page would send it."""
        return self.request("POST", path, **more)

    def together(self, paths: Iterable[str]) -> list[httpx.Response]:
        """Ask for all of these at once."""

        async def ask() -> list[httpx.Response]:
            return await asyncio.gather(*(self._http.get(path) for path in paths))

        return self._run(ask())

    def raw(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        raw_path: bytes | None = None,
        query: bytes = b"",
        headers: Iterable[tuple[bytes, bytes]] = (),
        body: Iterable[bytes] = (b"",),
        host: bytes | None = None,
    ) -> Raw:
        """A request that no well-behaved client would send, straight into the application, without cookies."""
        address = httpx.URL(settings().address)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": address.scheme,
            "path": path,
            "raw_path": path.encode("utf-8", "surrogatepass") if raw_path is None else raw_path,
            "query_string": query,
            "root_path": "",
            "headers": [(b"host", address.netloc if host is None else host), *headers],
            "server": (address.host, address.port),
            "client": (self._peer, 50000),
        }
        return self._run(self._ask_raw(scope, [*body]))

    async def _ask_raw(self, scope: dict[str, Any], body: list[bytes]) -> Raw:
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not body:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": body.pop(0), "more_body": bool(body)}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *rest = sent
        assert start["type"] == "http.response.start"
        assert not rest[-1].get("more_body")
        return start["status"], start["headers"], b"".join(part.get("body", b"") for part in rest)

    # --- being somebody -----------------------------------------------------------------------------------------

    def sign_in(self, user: User) -> "Client":
        """Be this person from now on, by a session of their own."""
        with database.writing() as session:
            token = begin_session(session, user, device="test")
        self.carry(session_cookie(), token)
        return self

    def sign_out(self) -> "Client":
        """Be someone passing by again; the session itself is left as it is."""
        self._http.cookies.delete(session_cookie())
        return self

    def carry(self, name: str, value: str) -> None:
        """Carry a cookie of this site."""
        self._http.cookies.set(name, value)
