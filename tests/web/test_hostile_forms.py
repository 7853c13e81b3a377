"""Whatever is sent to the forms of signing in and of the settings: a sentence comes back, and no error of ours."""

import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from app.core import settings
from app.core.database import Database
from app.people import codes
from app.people.models import User
from tests.cast import Cast
from tests.counts import full
from tests.web.client import Client
from tests.web.conftest import ADDRESS

STEP = "/instellingen/tweede-stap"

FORMS = (
    *("/inloggen", "/inloggen/code", "/inloggen/nieuwe-code", "/inloggen/link", "/inloggen/tweede-stap", "/uitloggen"),
    *("/instellingen/sessies", "/instellingen/mail", "/instellingen/mail/codes", f"{STEP}/app", f"{STEP}/app/weg"),
    *(f"{STEP}/sleutels", f"{STEP}/sleutels/weg", f"{STEP}/herstelcodes"),
)
FIELDS = (
    *("mail", "code", "naar", "s", "token", "sessie", "geheim", "merk", "raadsel", "antwoord", "naam", "oud", "nieuw"),
    "sleutel",
)
VALUES = (
    *(
        "",
        "x" * 5000,
        "\x00",
        "<script>alert(1)</script>",
        '"><b>',
        "' OR 1=1 --",
        "a@b.nl",
        "é@ü.nl",
        "{}",
        "[" * 4000,
    ),
    *("=?utf-8?q?a=0D=0ABcc:_x?=", "1" * 400, "-1", "\u202ex@y.nl", "x@" + "a" * 300 + ".nl", "\u0663" * 6, "%00"),
    *("../../etc", "//evil.example", "/\\evil.example", "a@b.nl\r\nBcc: c@d.nl"),
)
TYPES = (
    *("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "x/y"),
    *("application/json", "multipart/form-data; boundary=x; charset=utf-7", ""),
)

Record = Callable[[str, object], None]


def anything(chance: random.Random, token: str) -> dict[str, Any]:
    """A body: mostly fields that there are, sometimes bytes of no meaning."""
    if chance.random() < 0.2:
        return {"content": chance.randbytes(chance.randint(0, 400)), "headers": {"content-type": chance.choice(TYPES)}}
    data = {name: chance.choice(VALUES) for name in chance.sample(FIELDS, chance.randint(0, 7))}
    return {"data": data | ({"token": token} if chance.random() < 0.9 else {})}


@pytest.mark.slow
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_no_form_breaks_on_anything(
    database: Database, monkeypatch: pytest.MonkeyPatch, record_property: Record, is_signed_in: bool
) -> None:
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"base_url": ADDRESS}))
    monkeypatch.setattr(codes, "MOST_ASKED", ())
    monkeypatch.setattr(codes, "MOST_OF_A_PLACE", ())
    with database.writing() as session:
        Cast.in_(session)
        user = session.exec(select(User).where(User.handle == "sjoerd")).one()
    chance, statuses, token = random.Random(20261129), Counter[int](), ""
    with Client() as client:
        for number in range(full(2000, 250)):
            if is_signed_in and number % 40 == 0:
                client.sign_out().sign_in(user)
                found = re.search(r'name="token" value="(\w+)"', client.get("/instellingen/mail").text)
                assert found
                token = found[1]
            path, sent = chance.choice(FORMS), anything(chance, token)
            answer = client.post(path, **sent)
            statuses[answer.status_code] += 1
            assert answer.status_code < 500, (path, sent)
            assert answer.headers.get("location", "/").startswith("/"), (path, sent)
            assert "evil" not in answer.headers.get("location", ""), (path, sent)
            assert "<script>alert" not in answer.text, (path, sent)
            assert "<b>" not in answer.text.partition("<main")[2].partition("</main>")[0], (path, sent)
    record_property("answers", dict(statuses))
    assert {303, 403, 422} <= set(statuses)
