import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import select

from app.core.clock import now
from app.core.database import Database
from app.people.models import Membership, Organisation, Role, User
from app.people.ways_in import Joins, MailDomain
from app.web import uploads
from tests.web.client import Client
from tests.web.joining import fill_in, last_code, letters, organisation, person
from tests.web.looking import look
from tests.web.test_pages_inviting import post, token_in

pytestmark = pytest.mark.whole

LAB = "kennislab-slim-maken"

DOORS = (
    "/instellingen/organisatie",
    "/instellingen/organisatie/logo",
    "/instellingen/collegas/uitnodigen",
    "/instellingen/collegas/uitnodiging",
    "/instellingen/collegas/rol",
    "/instellingen/collegas/einde",
    "/instellingen/collegas/antwoord",
    "/instellingen/collegas/domein",
)
"""Where an owner changes something of their organisation."""


@pytest.fixture
def tjitske(seeded: Database) -> Iterator[Client]:
    """Decides for the Kennislab."""
    with Client() as client:
        client.sign_in(person(seeded, "tjitske"))
        yield client


def place(seeded: Database, handle: str) -> Membership:
    with seeded.reading() as session:
        user = session.exec(select(User.id).where(User.handle == handle)).one()
        return session.exec(select(Membership).where(Membership.user_id == user)).one()


# --- the doors ---


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("handle", ["femke", "sjoerd", "baukje", "noor"])
def test_only_an_owner_of_this_very_organisation_changes_it(
    client: Client, seeded: Database, door: str, handle: str
) -> None:
    """An editor, a reader elsewhere, an owner elsewhere, a steward: to all of them the door is not there."""
    client.sign_in(person(seeded, handle))
    assert post(client, door, van=LAB, doe="weg", page="/instellingen/profiel") == 404


@pytest.mark.parametrize("door", [*DOORS, "/instellingen/organisatie/vertrek", "/instellingen/profiel"])
def test_nobody_changes_anything_without_the_token_of_their_session(tjitske: Client, door: str) -> None:
    assert tjitske.post(door, data={"van": LAB}).status_code == 403
    assert tjitske.post(door, data={"van": LAB, "token": "x" * 64}).status_code == 403


@pytest.mark.parametrize("path", ["profiel", "organisatie", "collegas", "collegas/domein"])
def test_a_stranger_signs_in_first(client: Client, path: str) -> None:
    assert "/inloggen?naar=" in client.get(f"/instellingen/{path}").headers["location"]


def test_a_right_taken_away_fails_in_an_open_tab_at_the_next_request(tjitske: Client, seeded: Database) -> None:
    token = token_in(tjitske.get("/instellingen/collegas").text)
    with seeded.writing() as session:
        mine = session.get_one(Membership, place(seeded, "tjitske").id)
        mine.role = Role.EDITOR
    told = {"token": token, "van": LAB, "adressen": "x@x.example", "rol": "owner"}
    assert tjitske.post("/instellingen/collegas/uitnodigen", data=told).status_code == 404
    assert "Nodig collega" not in tjitske.get("/instellingen/collegas").text
    assert letters(seeded, "invitation") == []


# --- colleagues ---


def test_an_owner_invites_many_at_once_and_sees_how_far_they_are(tjitske: Client, seeded: Database) -> None:
    told = {"van": LAB, "adressen": "een@x.example; Twee Drie <twee@x.example>\ndrie@x.example", "rol": "reader"}
    assert post(tjitske, "/instellingen/collegas/uitnodigen", **told) == 303
    assert letters(seeded, "invitation") == ["een@x.example", "twee@x.example", "drie@x.example"]
    shown = look(tjitske, "/instellingen/collegas").text
    assert shown.count("open tot") == 3


def test_what_is_no_address_stays_in_the_field_and_nobody_is_invited(tjitske: Client, seeded: Database) -> None:
    token = token_in(tjitske.get("/instellingen/collegas").text)
    told = {"token": token, "van": LAB, "adressen": "goed@x.example, geen adres", "rol": "reader"}
    answer = tjitske.post("/instellingen/collegas/uitnodigen", data=told)
    assert answer.status_code == 422
    assert "goed@x.example, geen adres" in answer.text
    assert letters(seeded, "invitation") == []


def test_who_has_a_place_already_is_named_and_not_written_to(tjitske: Client, seeded: Database) -> None:
    token, femke = token_in(tjitske.get("/instellingen/collegas").text), person(seeded, "femke")
    told = {"token": token, "van": LAB, "adressen": femke.mail, "rol": "reader"}
    answer = tjitske.post("/instellingen/collegas/uitnodigen", data=told)
    assert answer.status_code == 200
    assert "hoort er al bij" in answer.text
    assert letters(seeded, "invitation") == []


def test_an_owner_changes_a_role_and_it_holds_at_the_next_request(tjitske: Client, seeded: Database) -> None:
    assert post(tjitske, "/instellingen/collegas/rol", van=LAB, plek=place(seeded, "femke").id, rol="reader") == 303
    assert place(seeded, "femke").role == Role.READER
    assert post(tjitske, "/instellingen/collegas/rol", van=LAB, plek=place(seeded, "femke").id, rol="koning") == 422
    assert post(tjitske, "/instellingen/collegas/rol", van=LAB, plek=place(seeded, "sjoerd").id, rol="reader") == 404


def test_a_removed_colleague_is_out_at_the_next_request_and_hears_of_it(tjitske: Client, seeded: Database) -> None:
    members = "/kennis/ot-netwerk-scheiden"
    with Client() as femke:
        femke.sign_in(person(seeded, "femke"))
        assert femke.get(members).status_code == 200
        assert post(tjitske, "/instellingen/collegas/einde", van=LAB, plek=place(seeded, "femke").id) == 303
        assert femke.get(members).status_code == 404
        assert "Femke Hoekstra" in femke.get("/").text
    assert letters(seeded, "place_ended") == [person(seeded, "femke").mail]
    look(tjitske, "/organisaties/kennislab-slim-maken")


def test_the_last_owner_stays_and_hands_over_first(tjitske: Client, seeded: Database) -> None:
    token = token_in(tjitske.get("/instellingen/organisatie").text)
    answer = tjitske.post("/instellingen/organisatie/vertrek", data={"token": token, "van": LAB})
    assert answer.status_code == 409
    assert "Maak eerst iemand anders eigenaar" in answer.text
    femke = place(seeded, "femke").id
    assert post(tjitske, "/instellingen/collegas/rol", van=LAB, plek=femke, doe="overdragen") == 303
    assert (place(seeded, "femke").role, place(seeded, "tjitske").role) == (Role.OWNER, Role.EDITOR)
    page = "/instellingen/organisatie"
    assert post(tjitske, "/instellingen/organisatie/vertrek", page=page, van=LAB) == 303
    assert place(seeded, "tjitske").ended_at is not None
    assert "nog bij geen organisatie" in tjitske.get("/instellingen/collegas").text


def test_an_owner_lets_a_colleague_in_who_asked(tjitske: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        lab = session.exec(select(Organisation).where(Organisation.slug == LAB)).one()
        lab.kvk_number, lab.example = "12345678", False
    with Client() as fenna:
        fill_in(fenna)
        fenna.post("/aanmelden/controleren", data={"code": last_code(seeded)})
        assert "Een eigenaar van Kennislab Slim Maken antwoordt" in fenna.get("/instellingen/organisatie").text
        assert "Sneller omstellen." in tjitske.get("/instellingen/collegas").text
        assert post(tjitske, "/instellingen/collegas/antwoord", van=LAB, vraag=1, doe="afwijzen") == 422
        assert post(tjitske, "/instellingen/collegas/antwoord", van=LAB, vraag=1, doe="toelaten") == 303
        assert "Kennislab Slim Maken" in look(fenna, "/instellingen/collegas").text
    assert letters(seeded, "admitted") == ["fenna@plaatwerk.example"]


def test_somebody_without_a_place_is_shown_the_way_in(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        session.add(User(handle="los", name="Los", mail="los@x.example"))
    client.sign_in(person(seeded, "los"))
    assert "/aanmelden" in look(client, "/instellingen/organisatie").links
    look(client, "/instellingen/collegas")


# --- mail domains ---


def test_ones_own_domain_is_proven_at_once_and_the_owner_chooses(tjitske: Client, seeded: Database) -> None:
    mail = person(seeded, "tjitske").mail
    assert post(tjitske, "/instellingen/collegas/domein", van=LAB, doe="bewijs", mail=mail) == 303
    with seeded.reading() as session:
        domain = session.exec(select(MailDomain)).one()
    assert domain.joins == Joins.ON_REQUEST
    told = {"van": LAB, "domein": domain.id, "binnen": "at_once"}
    assert post(tjitske, "/instellingen/collegas/domein", **told) == 303
    assert post(tjitske, "/instellingen/collegas/domein", **told | {"binnen": "altijd"}) == 422
    with seeded.reading() as session:
        assert session.exec(select(MailDomain.joins)).one() == Joins.AT_ONCE
    assert post(tjitske, "/instellingen/collegas/domein", van=LAB, domein=domain.id, doe="weg") == 303


def test_another_domain_is_proven_by_the_code_sent_into_it(tjitske: Client, seeded: Database) -> None:
    told = {"van": LAB, "doe": "bewijs", "mail": "post@lab.example"}
    assert post(tjitske, "/instellingen/collegas/domein", **told) == 303
    look(tjitske, "/instellingen/collegas/domein")
    page = "/instellingen/collegas/domein"
    assert post(tjitske, "/instellingen/collegas/domein/code", page=page, code="x") == 422
    code = last_code(seeded, "post@lab.example")
    assert post(tjitske, "/instellingen/collegas/domein/code", page=page, code=code) == 303
    with seeded.reading() as session:
        assert session.exec(select(MailDomain.domain)).one() == "lab.example"


@pytest.mark.parametrize("mail", ["ik@gmail.com", "ik@ziggo.nl", "niets", ""])
def test_a_domain_of_everybody_is_refused_and_says_why(tjitske: Client, seeded: Database, mail: str) -> None:
    assert post(tjitske, "/instellingen/collegas/domein", van=LAB, doe="bewijs", mail=mail) == 422
    assert letters(seeded, "domain_code") == []


@pytest.mark.parametrize("joins", list(Joins))
def test_who_has_an_address_in_a_proven_domain_is_shown_the_way_in(
    tjitske: Client, client: Client, seeded: Database, joins: Joins
) -> None:
    post(tjitske, "/instellingen/collegas/domein", van=LAB, doe="bewijs", mail=person(seeded, "tjitske").mail)
    with seeded.writing() as session:
        session.exec(select(MailDomain)).one().joins = joins
        session.add(User(handle="los", name="Los", mail="los@kennislab-slim-maken.example"))
        session.add(User(handle="elders", name="Elders", mail="elders@x.example"))
    page = "/instellingen/organisatie"
    client.sign_in(person(seeded, "elders"))
    assert "kennislab-slim-maken.example" not in client.get(page).text
    assert post(client, f"{page}/erbij", page=page) == 404
    client.sign_in(person(seeded, "los"))
    assert "kennislab-slim-maken.example" in client.get(page).text
    assert post(client, f"{page}/erbij", page=page) == 303
    assert ("Los" in tjitske.get("/instellingen/collegas").text) is True
    assert client.get("/kennis/ot-netwerk-scheiden").status_code == (200 if joins == Joins.AT_ONCE else 404)
    assert post(client, f"{page}/erbij", page=page) == 404


def test_whose_place_was_taken_away_is_not_promised_one(tjitske: Client, client: Client, seeded: Database) -> None:
    post(tjitske, "/instellingen/collegas/domein", van=LAB, doe="bewijs", mail=person(seeded, "tjitske").mail)
    with seeded.writing() as session:
        session.exec(select(MailDomain)).one().joins = Joins.AT_ONCE
        femke = session.exec(select(User).where(User.handle == "femke")).one()
        session.exec(select(Membership).where(Membership.user_id == femke.id)).one().ended_at = now()
    page = "/instellingen/organisatie"
    client.sign_in(person(seeded, "femke"))
    assert "Je kunt er meteen bij" not in client.get(page).text
    assert "een eigenaar antwoordt" in client.get(page).text
    assert post(client, f"{page}/erbij", page=page) == 303
    number = re.search(r'name="vraag" value="(\d+)"', tjitske.get("/instellingen/collegas").text)
    assert number
    no = {"van": LAB, "vraag": number[1], "doe": "afwijzen", "reden": "stranger"}
    assert post(tjitske, "/instellingen/collegas/antwoord", **no) == 303
    refused = client.get(page).text
    assert "Je kreeg geen plek bij Kennislab Slim Maken." in refused
    assert "is niet toegelaten" not in refused


# --- what pages tell ---


PAGE = {
    "van": LAB,
    "naam": "Kennislab Slim Maken",
    "over_nl": "Wij meten.",
    "website": "www.lab.example",
    "gemeente": "elders",
    "mensen": "41",
    "bezoek": "welcome",
    "sector": ["25", "26"],
}


def test_an_owner_tells_what_stands_on_the_page(tjitske: Client, seeded: Database) -> None:
    page = "/instellingen/organisatie"
    assert post(tjitske, "/instellingen/organisatie", page=page, **PAGE) == 303
    shown = look(tjitske, f"/organisaties/{LAB}").text
    assert "Wij meten." in shown
    assert "41 medewerkers" in shown
    assert "Bezoek welkom" in shown or "welkom" in shown.lower()
    assert "www.lab.example" in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("naam", ""),
        ("website", "javascript:alert(1)"),
        ("website", "http://user:x@lab.example"),
        ("gemeente", "999999"),
        ("mensen", "-3"),
        ("bezoek", "altijd"),
        ("over_nl", "x" * 2001),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(tjitske: Client, seeded: Database, field: str, value: str) -> None:
    page = "/instellingen/organisatie"
    assert post(tjitske, "/instellingen/organisatie", page=page, **PAGE | {field: value}) == 422
    assert organisation(seeded, LAB).about_nl != "Wij meten."


def test_how_large_it_is_is_one_thing_that_an_owner_sees_and_changes(tjitske: Client, seeded: Database) -> None:
    page = "/instellingen/organisatie"
    with seeded.writing() as session:
        lab = session.exec(select(Organisation).where(Organisation.slug == LAB)).one()
        lab.size_fte, lab.size_band = None, "10-49"
    assert 'value="10-49" selected' in tjitske.get(page).text
    assert post(tjitske, page, page=page, **PAGE | {"grootte": "10-49", "mensen": "300"}) == 303
    assert (organisation(seeded, LAB).size_fte, organisation(seeded, LAB).size_band) == (300, "250-plus")
    assert 'value="250-plus" selected' in tjitske.get(page).text
    assert post(tjitske, page, page=page, **PAGE | {"grootte": "50-249", "mensen": ""}) == 303
    assert "50 tot 249" in look(tjitske, f"/organisaties/{LAB}").text
    assert post(tjitske, page, page=page, **PAGE | {"grootte": "", "mensen": ""}) == 303
    assert (organisation(seeded, LAB).size_fte, organisation(seeded, LAB).size_band) == (None, "")
    assert post(tjitske, page, page=page, **PAGE | {"grootte": "9-10"}) == 422


@pytest.mark.parametrize("extra", ["slug", "admission", "kvk_number", "kind", "example", "founded", "sources", "id"])
def test_an_owner_changes_nothing_else_of_the_organisation(tjitske: Client, seeded: Database, extra: str) -> None:
    before = getattr(organisation(seeded, LAB), extra)
    post(tjitske, "/instellingen/organisatie", page="/instellingen/organisatie", **PAGE | {extra: "refused"})
    assert getattr(organisation(seeded, LAB), extra) == before


def picture(form: str, size: tuple[int, int] = (600, 300)) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", size, "navy").save(drawn, form)
    return drawn.getvalue()


def send_logo(client: Client, data: bytes, name: str = "logo.png") -> int:
    token = token_in(client.get("/instellingen/organisatie").text)
    told = {"token": token, "van": LAB}
    return client.post("/instellingen/organisatie/logo", data=told, files={"logo": (name, data)}).status_code


def test_a_logo_waits_for_its_place_as_every_file_does(tjitske: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.01)
    with uploads.one_of_few(), uploads.one_of_few():
        assert send_logo(tjitske, picture("PNG")) == 503


def test_a_logo_is_made_anew_shown_and_taken_away(tjitske: Client, client: Client) -> None:
    assert send_logo(tjitske, picture("PNG") + b"<script>hidden</script>") == 303
    answer = client.get(f"/organisaties/{LAB}/logo.webp")
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert b"<script>" not in answer.content
    assert "logo.webp?v=" in client.get(f"/organisaties/{LAB}").text
    post(tjitske, "/instellingen/organisatie/logo", page="/instellingen/organisatie", van=LAB, doe="weg")
    assert client.get(f"/organisaties/{LAB}/logo.webp").status_code == 404


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("GIF")])
def test_what_is_no_picture_is_no_logo(tjitske: Client, client: Client, data: bytes) -> None:
    assert send_logo(tjitske, data) == 422
    assert client.get(f"/organisaties/{LAB}/logo.webp").status_code == 404


# --- the profile ---


def test_a_person_decides_what_stands_on_their_page(client: Client, seeded: Database) -> None:
    told = {"naam": "Sjoerd Postma", "werk_nl": "Draaier", "zin_nl": "Draait.", "taal": "en", "onderwerp": ["cobots"]}
    told |= {"orcid": "https://orcid.org/0000-0002-1825-0097", "openbaar": "ja", "toon": ["title", "orcid"]}
    client.sign_in(person(seeded, "sjoerd"))
    assert client.get("/mensen/sjoerd").status_code == 404
    assert post(client, "/instellingen/profiel", page="/instellingen/profiel", **told) == 303
    shown = look(client, "/mensen/sjoerd").text
    assert "Draaier" in shown
    assert "0000-0002-1825-0097" in shown
    assert "Draait." not in shown
    assert "Woldzicht" not in shown
    assert "Cobots" not in shown
    del told["openbaar"]
    post(client, "/instellingen/profiel", page="/instellingen/profiel", **told)
    assert client.get("/mensen/sjoerd").status_code == 404


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0098", "1234", "0000-0002-1825-009X0", "x"])
def test_an_orcid_that_does_not_add_up_is_refused(client: Client, seeded: Database, orcid: str) -> None:
    client.sign_in(person(seeded, "sjoerd"))
    told = {"naam": "Sjoerd Postma", "taal": "nl", "orcid": orcid}
    assert post(client, "/instellingen/profiel", page="/instellingen/profiel", **told) == 422


@pytest.mark.parametrize("extra", ["handle", "mail", "is_steward", "example", "state", "id", "has_profile"])
def test_nobody_changes_anything_else_of_themselves(client: Client, seeded: Database, extra: str) -> None:
    client.sign_in(person(seeded, "sjoerd"))
    before = getattr(person(seeded, "sjoerd"), extra)
    told = {"naam": "Sjoerd Postma", "taal": "nl", extra: "1"}
    assert post(client, "/instellingen/profiel", page="/instellingen/profiel", **told) == 303
    assert getattr(person(seeded, "sjoerd"), extra) == before
