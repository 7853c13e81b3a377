"""The one address that web processes share: opened before any of them, and asked until one of them answers."""

import errno
import socket
from http.client import HTTPConnection, HTTPException


class CannotServe(Exception):
    """Why nothing was started, as a sentence that says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotServe."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise CannotServe(_why_not(host, port, error)) from error


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program. Choose another one: PORT={port + 1000} make serve, "
            f"PROEFTUIN_PORT={port + 1000}, or --port {port + 1000}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023 with PROEFTUIN_PORT."
    return (
        f"{host} port {port} cannot be opened: {error.strerror or error}. PROEFTUIN_HOST and PROEFTUIN_PORT set them."
    )


def is_ready(host: str, port: int, host_header: str) -> bool:
    """Whether the site that listens here says that it can serve pages."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    asked = HTTPConnection(near, port, timeout=5)
    try:
        asked.request("GET", "/readyz", headers={"Host": host_header})
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()
