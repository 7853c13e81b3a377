"""What somebody sent is read, washed and kept; what a rule refuses stands at its field and is undone."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from fastapi import FastAPI, Request
from sqlmodel import Session, select
from starlette.responses import PlainTextResponse, Response

from app.core.database import Database
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.limits import Taken, take
from app.web import site
from app.web.forms import Filled, Form, Sealed, form_token
from app.web.gate import Gate
from app.web.store import PageStore
from app.web.visit import Visit
from tests.cast import Cast
from tests.web.client import Client

MINUTE = timedelta(minutes=1)


def form(values: Mapping[str, str | Sequence[str]]) -> Form:
    return Form(values)


def test_a_line_is_washed_and_put_on_one_line() -> None:
    assert form({"naam": "  Femke\r\n\x00Hoekstra\u202e "}).line("naam", most=20) == "Femke Hoekstra"


def test_prose_keeps_its_lines() -> None:
    assert form({"tekst": "Eén.\r\n\r\nTwee.\n"}).prose("tekst", most=20) == "Eén.\n\nTwee."


def test_what_is_missing_or_too_long_is_said_at_its_field() -> None:
    sent = form({"naam": "   ", "plaats": "x" * 11, "over": ""})
    sent.line("naam", most=10, missing="Vul je naam in")
    sent.line("plaats", most=10, missing="Vul een plaats in")
    sent.line("over", most=10)
    assert sent.errors["naam"] == "Vul je naam in"
    assert "10" in sent.errors["plaats"]
    assert set(sent.errors) == {"naam", "plaats"}
    assert not sent.is_fine
    assert sent.values["plaats"] == "x" * 11


def test_only_what_was_offered_can_be_chosen() -> None:
    sent = form({"kleur": "groen", "maat": "reus", "soort": ["a", "c", "b", "a"]})
    assert sent.choice("kleur", ("groen", "rood")) == "groen"
    assert sent.choice("maat", ("klein", "groot")) == ""
    assert sent.choice("vorm", ("rond",)) == ""
    assert sent.several("soort", ("a", "b")) == ["a", "b"]
    assert set(sent.errors) == {"maat"}


@pytest.mark.parametrize(("typed", "read"), [("12", 12), (" 1.200 ", 1200), ("0", 0), ("", None)])
def test_a_number_is_read_as_people_write_it(typed: str, read: int | None) -> None:
    sent = form({"n": typed})
    assert sent.number("n", least=0, most=5000) == read
    assert sent.is_fine


@pytest.mark.parametrize("typed", ["twaalf", "-3", "5001", "1e3", "٣", "9" * 400])
def test_what_is_no_number_of_ours_is_said(typed: str) -> None:
    sent = form({"n": typed})
    assert sent.number("n", least=0, most=5000) is None
    assert not sent.is_fine


def test_what_a_rule_refuses_stands_at_its_field_and_is_undone(session: Session) -> None:
    sent = form({"mail": "x"})
    with sent.minding(session):
        take(session, what="x", who="y", most=5, within=MINUTE)
        raise Invalid("Dit adres past niet", field="mail")
    assert sent.errors == {"mail": "Dit adres past niet"}
    assert sent.status == 422
    assert session.exec(select(Taken)).all() == []


def test_what_a_rule_lets_pass_is_kept(session: Session) -> None:
    sent = form({"mail": "x"})
    with sent.minding(session):
        take(session, what="x", who="y", most=5, within=MINUTE)
    assert sent.is_fine
    assert len(session.exec(select(Taken)).all()) == 1


def test_a_problem_of_the_whole_form_stands_in_its_summary(session: Session) -> None:
    sent = form({"mail": "x"})
    take(session, what="x", who="y", most=1, within=MINUTE)
    with sent.minding(session):
        take(session, what="x", who="y", most=1, within=MINUTE)
    assert list(sent.errors) == [""]
    assert sent.status == 429
    taken = form({"naam": "x"})
    with taken.minding(session, "naam"):
        raise Conflict("Die naam is er al")
    assert taken.errors == {"naam": "Die naam is er al"}


@pytest.mark.parametrize("problem", [NotFound("weg"), NotAllowed("nee"), ValueError("x")])
def test_what_no_form_can_put_right_goes_on(session: Session, problem: Exception) -> None:
    with pytest.raises(type(problem)), form({}).minding(session):
        raise problem


# --- over HTTP ---


def trial(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Our gate before two doors: one that takes any form, one for personal pages alone."""
    inner = FastAPI(openapi_url=None)

    @inner.post("/open")
    def take_any(form: Filled) -> Response:
        return PlainTextResponse(repr(form.values))

    @inner.post("/eigen")
    def take_own(form: Sealed) -> Response:
        return PlainTextResponse(repr(form.values))

    @inner.get("/token")
    def token(request: Request) -> Response:
        visit: Visit = request.scope["visit"]
        return PlainTextResponse(form_token(visit))

    site.tell_problems(inner)
    from app.core import database
    from app.core.epoch import Watch
    from app.web.errors import told

    return Client(Gate(inner, PageStore(Watch(database.current())), told))


def test_a_form_of_a_personal_page_needs_the_token_of_its_own_session(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.people.models import User

    with database.writing() as session:
        cast = Cast.in_(session)
        femke, sjoerd = (session.get_one(User, actor.user_id) for actor in (cast.femke, cast.sjoerd))
    with trial(monkeypatch) as client:
        client.sign_in(sjoerd)
        of_sjoerd = client.get("/token").text
        client.sign_out().sign_in(femke)
        own = client.get("/token").text
        assert own != ""
        assert own != of_sjoerd
        answer = client.post("/eigen", data={"naam": "Femke", "token": own})
        assert (answer.status_code, answer.text) == (200, "{'naam': 'Femke'}")
        for wrong in ({"token": of_sjoerd}, {"token": ""}, {}, {"token": [own, own]}):
            assert client.post("/eigen", data={"naam": "Femke", **wrong}).status_code == 403
        client.sign_out()
        for wrong in ({"token": own}, {"token": client.get("/token").text}, {}):
            assert client.post("/eigen", data={"naam": "Femke", **wrong}).status_code == 403


def test_a_form_takes_no_files_and_not_without_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with trial(monkeypatch) as client:
        assert client.post("/open", data={"a": "1"}).status_code == 200
        assert client.post("/open", files={"a": ("x.txt", b"x")}).status_code == 400
        many = {f"veld{n}": "1" for n in range(400)}
        assert client.post("/open", data=many).status_code in (200, 400)
        assert client.post("/open", content=b"%ff=%ff&\xff", headers={"content-type": "x"}).status_code == 200


def test_half_a_letter_is_no_letter(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n+2AA-\r\n--x--\r\n'
    assert b"+2AA-".decode("utf-7") == "\ud800"
    with trial(monkeypatch) as client:
        sent = {"content-type": "multipart/form-data; boundary=x; charset=utf-7"}
        answer = client.post("/open", content=body, headers=sent)
        assert (answer.status_code, answer.text) == (200, "{'a': '?'}")
