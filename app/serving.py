"""One web process: uvicorn on a socket that the supervisor opened, so that several share one address."""

import socket
import threading

import uvicorn

from app.core.settings import settings
from app.core.starting import importing

GRACE_SECONDS = 3
"""How long requests in hand may take to finish once we are asked to leave."""

IDLE_SECONDS = 75
"""How long an idle connection is kept: longer than proxies keep theirs, or they meet a door that just closed."""


def serve_requests(descriptor: int, told: threading.Event | None = None) -> None:
    """Answer requests on the listening socket with this descriptor until told to leave.

    Everything is imported at once, which is most of a start; then `told` is waited for, before the database is
    touched.
    """
    _import_all()
    if told is not None:
        told.wait()
    trusted = list(settings().trusted_proxies)
    config = uvicorn.Config(
        "app.main:app",
        http="httptools",
        loop="uvloop",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Off unless an operator names the proxies: uvicorn's own default believes every process of this machine.
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=IDLE_SECONDS,
    )
    with socket.socket(fileno=descriptor) as listener:
        uvicorn.Server(config).run(sockets=[listener])


def _import_all() -> None:
    with importing():
        import app.reactions
        import app.web.site  # noqa: F401 - what the application is built of
