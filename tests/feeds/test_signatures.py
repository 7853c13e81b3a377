"""What receivers are told to do is enough, and fits the library of Standard Webhooks."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import playwright
import pytest
from standardwebhooks import Webhook

from app.core.seals import new_signing_secret, signed_with
from tests.house import ROOT

EXAMPLES = ROOT / "templates" / "pages" / "standing"

BODY = json.dumps({"type": "piece.published", "data": {"title": "Één ‘meting’ 🙂"}}, ensure_ascii=False)

Check = Callable[[str, dict[str, str], bytes], bool]


def python(secret: str, headers: dict[str, str], body: bytes) -> bool:
    module = ModuleType("verify")
    exec((EXAMPLES / "verify_python.html").read_text("utf-8"), vars(module))
    return bool(module.is_from_proeftuin(secret, headers, body))


def javascript(secret: str, headers: dict[str, str], body: bytes) -> bool:
    code = (EXAMPLES / "verify_javascript.html").read_text("utf-8")
    told = json.dumps([secret, headers, body.decode()])
    ask = f"const [secret, headers, body] = {told};\nconsole.log(isFromProeftuin(secret, headers, Buffer.from(body)));"
    return run(f"{code}\n{ask}") == "true"


def run(code: str) -> str:
    """In the Node.js that comes with Playwright."""
    command = [str(Path(playwright.__file__).parent / "driver" / "node"), "--input-type=module", "-"]
    return subprocess.run(command, input=code, capture_output=True, text=True, check=True).stdout.strip()


def library(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except Exception:
        return False
    return True


def signed(secret: str, at: datetime) -> dict[str, str]:
    return {
        "webhook-id": "msg_een",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signed_with(secret, "msg_een", at, BODY),
    }


@pytest.mark.parametrize("check", [python, javascript, library])
def test_a_receiver_knows_what_is_ours(check: Check) -> None:
    secret, other = new_signing_secret(), new_signing_secret()
    at = datetime.now(UTC)
    ours = signed(secret, at)
    assert check(secret, ours, BODY.encode())
    assert not check(other, ours, BODY.encode())
    assert not check(secret, ours, BODY.encode() + b" ")
    assert not check(secret, ours | {"webhook-id": "msg_twee"}, BODY.encode())
    assert not check(secret, signed(secret, at - timedelta(minutes=10)), BODY.encode())
    both = f"{signed(other, at)['webhook-signature']} {ours['webhook-signature']}"
    assert check(secret, ours | {"webhook-signature": both}, BODY.encode())
    assert check(other, ours | {"webhook-signature": both}, BODY.encode())
