"""A real provider of identity on loopback, with real keys: says who comes as a test wants, or lies as a test wants.

with provider() as rogue:
    rogue.claims["email"] = "sjoerd@woldzicht.example"
    rogue.token = lambda claims: rogue.signed(claims | {"aud": "somebody-else"})
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT = "proeftuin-test"
SECRET = "a secret of tests: & %"


def b64(data: bytes) -> str:
    """As JOSE writes bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    """As JOSE writes large numbers."""
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)


class Provider:
    """What it says and keeps. A test may change any of it."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.claims: dict[str, Any] = {"sub": "person-1", "email": "sjoerd@proeftuin.example", "email_verified": True}
        self.token: Callable[[dict[str, Any]], str | None] = self.signed
        self.described: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self.names_itself = True
        self.answers: dict[str, tuple[int, bytes]] = {}
        """Path -> status and body instead of the right ones."""
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    # --- what it signs ---

    def signed(self, claims: dict[str, Any], *, key: Any = KEY, header: dict[str, Any] | None = None) -> str:
        """A token with an RSA signature."""
        head = {"alg": "RS256", "kid": "k1", **(header or {})}
        text = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
        return f"{text}.{b64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def public_key(self) -> dict[str, str]:
        """As it stands among its keys."""
        numbers = KEY.public_key().public_numbers()
        return {"kty": "RSA", "kid": "k1", "use": "sig", "n": number(numbers.n), "e": number(numbers.e)}

    # --- what it answers ---

    def description(self) -> dict[str, Any]:
        """Its discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": self.names_itself,
            **self.described,
        }

    def authorize(self, address: str) -> str:
        """Somebody signed in there: the address that their browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert {"state", "nonce", "code_challenge"} <= set(asked)
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        told = {"code": code, "state": asked["state"]} | ({"iss": self.issuer} if self.names_itself else {})
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A code for a token, once, and only for whoever asked for it."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        name, _sep, word = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        right = urlencode({"": SECRET})[1:]
        if (name, word) != (CLIENT, right):
            return 401, {"error": "invalid_client"}
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        moment = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": moment, "exp": moment + 300, "nonce": asked["nonce"]}
        token = self.token({**claims, **self.claims})
        return 200, {"access_token": "access", "token_type": "Bearer"} | ({"id_token": token} if token else {})


@contextmanager
def provider() -> Iterator[Provider]:
    """One on a free port, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            told: Any = {
                "/.well-known/openid-configuration": one.description,
                "/keys": lambda: {"keys": [one.public_key()]},
                "/userinfo": lambda: one.userinfo or one.claims,
            }.get(path, dict)()
            self._say(path, 200, told)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(self.path, *one.exchange(form, self.headers.get("authorization", "")))

        def _say(self, path: str, status: int, told: Any) -> None:
            one.asked.append(path)
            status, body = one.answers.get(path, (status, json.dumps(told).encode()))
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            if status in (301, 302, 307):
                self.send_header("location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one = Provider(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
