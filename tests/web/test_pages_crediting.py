"""Co-authors and organisations on a piece: asked, answering, and what the rest of the world sees meanwhile."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import col, select

from app.core.clock import now
from app.core.database import Database
from app.core.mail import PostedLetter
from app.core.working import work_off
from app.people.joining import become_known
from app.people.models import Admission, Membership, Organisation, Role, User
from app.people.places import owners_of
from app.people.signing_in import actor_for
from content import needing
from content.credits import CreditInvitation, CreditState
from content.models import Article
from content.publishing import publish
from content.snapshot import AuthorPart
from content.writing import draft_of, revise
from tests.web.client import Client
from tests.web.joining import last_code, letters, organisation, person
from tests.web.test_pages_reviewing import article, femke, post, told  # noqa: F401 - fixtures

pytestmark = pytest.mark.whole

DOORS = (
    *("", "/versies", ".json", ".md", ".bib", ".ris", ".csl.json"),
    "/v/1",
)


@pytest.fixture(autouse=True)
def a_short_story_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needing, "FEW_WORDS", 3)


@pytest.fixture
def sjoerd(seeded: Database) -> Iterator[Client]:
    """Knows the portal, and writes nothing for the Kennislab."""
    with Client() as client:
        yield client.sign_in(person(seeded, "sjoerd"))


@pytest.fixture
def baukje(seeded: Database) -> Iterator[Client]:
    """Decides for Terp."""
    with Client() as client:
        yield client.sign_in(person(seeded, "baukje"))


def ask(femke: Client, article: Article, **data: str) -> int:  # noqa: F811
    at = f"/schrijven/{article.id}/auteurs"
    return int(post(femke, at, at, **{"doe": "vraag", "part": "measured", **data}).status_code)


def link_to(seeded: Database, mail: str) -> str:
    with seeded.reading() as session:
        row = session.exec(
            select(PostedLetter)
            .where(PostedLetter.to == mail, PostedLetter.name == "credit_asked")
            .order_by(col(PostedLetter.id).desc())
        ).first()
    assert row is not None
    return re.sub(r"^https?://[^/]+", "", str(row.told["link"]))


def invitation(seeded: Database) -> CreditInvitation:
    with seeded.reading() as session:
        return session.exec(select(CreditInvitation)).one()


def authors(seeded: Database, article: Article) -> tuple[str, ...]:  # noqa: F811
    with seeded.reading() as session:
        return draft_of(session, session.get_one(Article, article.id)).content.authors


def appear(seeded: Database, article: Article) -> None:  # noqa: F811
    with seeded.writing() as session:
        found, by = session.get_one(Article, article.id), actor_for(session, person(seeded, "femke"))
        revise(session, found, by=by)
        publish(session, found, by=by)
    work_off()


def everything(client: Client, article: Article) -> str:  # noqa: F811
    """What every door says of it."""
    paths = [f"/kennis/{article.slug}{door}" for door in DOORS]
    paths += [f"/api/v1/articles/{article.slug}", "/feeds/alles.atom", "/feeds/alles.json", "/zoeken?q=lasnaad", "/"]
    answers = [client.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.text for answer in answers)


def test_a_known_person_stands_on_the_piece_from_their_yes_on(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    article: Article,  # noqa: F811
) -> None:
    who = person(seeded, "sjoerd")
    before = authors(seeded, article)
    assert ask(femke, article, mail=who.mail.upper(), message="Jij mat het.") == 303
    assert letters(seeded, "credit_asked") == [who.mail]
    at = link_to(seeded, who.mail)
    appear(seeded, article)
    assert who.name not in everything(client, article)
    assert who.name not in everything(femke, article)
    page = sjoerd.get(at)
    assert page.headers["cache-control"] == "private, no-store"
    for words in ("Camera boven de lasnaad", "Jij mat het.", "deed de metingen", "Femke"):
        assert words in page.text, words
    for _press in range(2):
        assert post(sjoerd, at, at, doe="ja").status_code == 303
    assert authors(seeded, article) == (*before, "sjoerd")
    assert letters(seeded, "credit_answered") == [person(seeded, "femke").mail]
    assert who.name not in everything(client, article), "what was published stays as it was read"
    appear(seeded, article)
    text = everything(client, article)
    assert text.count(who.name) >= 6
    told_by_api = client.get(f"/api/v1/articles/{article.slug}").json()["authors"]
    assert [(each["name"], each["part"]) for each in told_by_api][-1] == (who.name, "measured")
    assert "deed de metingen" in client.get(f"/kennis/{article.slug}").text
    assert "did the measurements" in client.get(f"/en/kennis/{article.slug}").text


def test_an_unknown_address_proves_itself_and_learns_nothing_before(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    mail = "nieuw@elders.example"
    assert ask(femke, article, mail=mail) == 303
    at = link_to(seeded, mail)
    for page in (client.get(at).text, client.get(f"/en{at}").text):
        assert "lasnaad" not in page
        assert "Femke" not in page
        assert mail not in page
    assert client.post(f"{at}/code", data={"doe": "stuur", "naam": ""}).status_code == 422
    assert client.post(f"{at}/code", data={"doe": "stuur", "naam": "Nynke Nieuw"}).status_code == 303
    assert client.post(f"{at}/code", data={"code": "000000"}).status_code == 422
    assert client.post(f"{at}/code", data={"code": last_code(seeded, mail)}).status_code == 303
    assert "Camera boven de lasnaad" in client.get(at).text
    assert post(client, at, at, doe="ja").status_code == 303
    assert len(authors(seeded, article)) == 2
    appear(seeded, article)
    with Client() as stranger:
        assert "Nynke Nieuw" in stranger.get(f"/kennis/{article.slug}").text


def test_the_link_is_nothing_to_anybody_else(
    seeded: Database,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    client: Client,
    article: Article,  # noqa: F811
) -> None:
    mail = person(seeded, "aafke").mail
    assert ask(femke, article, mail=mail) == 303
    at = link_to(seeded, mail)
    for other in (sjoerd, femke, client):
        text = other.get(at).text
        assert "lasnaad" not in text
        assert "Terp" not in text
        assert mail not in text
    assert post(sjoerd, at, "/instellingen/profiel", doe="ja").status_code == 403
    assert post(sjoerd, at, "/instellingen/profiel", doe="nee").status_code == 403
    assert client.post(at, data={"doe": "ja"}).status_code in (303, 403)
    assert invitation(seeded).state == CreditState.OPEN
    assert client.get("/uitnodiging/stuk/bestaat-niet").status_code == 404
    assert sjoerd.get(f"/schrijven/{article.id}/auteurs").status_code == 404


def noticed(reader: Client) -> str:
    """What the inbox says of invitations: the address to which it leads, if there is one."""
    work_off()
    found = re.search(r'href="(/uitnodiging/stuk/[^"]+)">([^<]*)<', reader.get("/overzicht/meldingen").text)
    return f"{found[1]} {found[2]}" if found else ""


def test_an_invitation_stands_in_the_inbox_and_is_answered_from_there(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    baukje: Client,
    article: Article,  # noqa: F811
) -> None:
    assert noticed(sjoerd) == ""
    assert ask(femke, article, mail=person(seeded, "sjoerd").mail) == 303
    at, _blank, said = noticed(sjoerd).partition(" ")
    assert at == f"/uitnodiging/stuk/{invitation(seeded).id}", "no token is kept"
    assert "Camera boven de lasnaad" in said
    assert "Femke" not in said, "who is erased later is named nowhere"
    assert "Camera boven de lasnaad" in sjoerd.get(at).text
    for other in (femke, baukje):
        assert noticed(other) == ""
        assert other.get(at).status_code == 404
        assert post(other, at, "/instellingen/profiel", doe="ja").status_code == 404
    assert client.get(at).headers["location"].startswith("/inloggen?naar=")
    assert client.post(f"{at}/code", data={"doe": "stuur", "naam": "X"}).status_code == 404
    assert post(sjoerd, at, at, doe="ja").status_code == 303
    assert noticed(sjoerd) == ""
    assert authors(seeded, article) == ("femke", "sjoerd")


def test_who_joins_after_they_were_asked_finds_it_in_their_inbox(
    seeded: Database,
    femke: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    assert ask(femke, article, mail="nieuw@elders.example") == 303
    assert ask(femke, article, mail="ander@elders.example") == 303
    work_off()
    with seeded.writing() as session:
        user = become_known(session, "nieuw@elders.example", name="Nieuw Hier")
    with Client() as client:
        client.sign_in(user)
        at, _blank, said = noticed(client).partition(" ")
        assert "Camera boven de lasnaad" in said
        assert client.get("/overzicht/meldingen").text.count("/uitnodiging/stuk/") == 1, "the other one is not theirs"
        assert client.get(at).status_code == 200


def test_a_notice_of_an_invitation_goes_with_it_and_with_the_right_to_answer(
    seeded: Database,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    baukje: Client,
    article: Article,  # noqa: F811
) -> None:
    page = f"/schrijven/{article.id}/auteurs"
    who = person(seeded, "sjoerd")
    ask(femke, article, mail=who.mail)
    assert noticed(sjoerd)
    number = str(invitation(seeded).id)
    assert post(femke, page, page, doe="opnieuw", uitnodiging=number).status_code == 303
    assert noticed(sjoerd)
    assert sjoerd.get("/overzicht/meldingen").text.count("/uitnodiging/stuk/") == 1, "asked once more it is one"
    with seeded.writing() as session:
        session.get_one(User, who.id).mail = "anders@woldzicht.example"
    assert noticed(sjoerd) == ""
    with seeded.writing() as session:
        session.get_one(User, who.id).mail = who.mail
    assert noticed(sjoerd)
    assert post(femke, page, page, doe="intrekken", uitnodiging=number).status_code == 303
    assert noticed(sjoerd) == ""
    ask(femke, article, mail=who.mail)
    assert noticed(sjoerd), "asked again, it is there again"
    with time_machine.travel(now() + timedelta(days=14, minutes=1)):
        sjoerd.sign_in(who)
        assert noticed(sjoerd) == ""


def test_those_who_decide_for_an_organisation_find_it_in_theirs(
    seeded: Database,
    femke: Client,  # noqa: F811
    baukje: Client,
    article: Article,  # noqa: F811
) -> None:
    page = f"/schrijven/{article.id}/auteurs"
    with seeded.reading() as session:
        owned = next(iter(actor_for(session, person(seeded, "baukje")).owns))
        asked = session.get_one(Organisation, owned)
    assert post(femke, page, page, doe="vraag-organisatie", organisation=asked.slug).status_code == 303
    at, _blank, said = noticed(baukje).partition(" ")
    assert asked.title in said
    with seeded.writing() as session:
        place = session.exec(select(Membership).where(Membership.user_id == person(seeded, "baukje").id)).one()
        place.role = Role.EDITOR
    assert noticed(baukje) == ""
    assert baukje.get(at).status_code == 404


def test_no_is_no_and_a_yes_can_be_taken_off_again(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    article: Article,  # noqa: F811
) -> None:
    who = person(seeded, "sjoerd")
    ask(femke, article, mail=who.mail)
    at = link_to(seeded, who.mail)
    assert post(sjoerd, at, at, doe="nee").status_code == 303
    assert "Deze uitnodiging geldt niet meer" in sjoerd.get(at).text
    assert "lasnaad" not in sjoerd.get(at).text
    assert authors(seeded, article) == ("femke",)
    assert ask(femke, article, mail=who.mail) == 303
    at = link_to(seeded, who.mail)
    assert post(sjoerd, at, at, doe="ja").status_code == 303
    with seeded.writing() as session:
        revise(session, session.get_one(Article, article.id), by=actor_for(session, person(seeded, "femke")))
    assert post(sjoerd, at, at, doe="nee").status_code == 303
    assert invitation(seeded).state == CreditState.LEFT
    with seeded.writing() as session:
        publish(session, session.get_one(Article, article.id), by=actor_for(session, person(seeded, "femke")))
    assert who.name not in everything(client, article), "the version that waited does not show it either"


def test_an_older_text_does_not_bring_a_name_back(
    seeded: Database,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    article: Article,  # noqa: F811
) -> None:
    who = person(seeded, "sjoerd")
    ask(femke, article, mail=who.mail)
    at = link_to(seeded, who.mail)
    post(sjoerd, at, at, doe="ja")
    appear(seeded, article)
    post(sjoerd, at, at, doe="nee")
    history = f"/schrijven/{article.id}/verloop"
    version = re.search(r'name="versie" value="(\d+)"', femke.get(history).text)
    assert version
    answer = post(femke, f"/schrijven/{article.id}/terugzetten", history, nummer="1", versie=version[1])
    assert answer.status_code == 303, answer.text
    assert "sjoerd" not in authors(seeded, article)


def test_it_can_be_sent_again_and_taken_back_and_is_over_in_the_end(
    seeded: Database,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    article: Article,  # noqa: F811
) -> None:
    who, page = person(seeded, "sjoerd"), f"/schrijven/{article.id}/auteurs"
    for _press in range(2):
        assert ask(femke, article, mail=who.mail) == 303
    assert len(letters(seeded, "credit_asked")) == 1
    old = link_to(seeded, who.mail)
    number = str(invitation(seeded).id)
    assert post(femke, page, page, doe="opnieuw", uitnodiging=number).status_code == 303
    assert sjoerd.get(old).status_code == 404
    at = link_to(seeded, who.mail)
    with time_machine.travel(now() + timedelta(days=14, minutes=1)):
        sjoerd.sign_in(who)
        assert "geldt niet meer" in sjoerd.get(at).text
        assert post(sjoerd, at, "/instellingen/profiel", doe="ja").status_code == 409
    sjoerd.sign_in(who)
    for _press in range(2):
        assert post(femke, page, page, doe="intrekken", uitnodiging=number).status_code == 303
    assert "geldt niet meer" in sjoerd.get(at).text
    assert post(femke, page, page, doe="intrekken", uitnodiging="9999").status_code == 404
    wrong = post(femke, page, page, doe="vraag", mail="geen adres", part="advised", message="Blijf staan")
    assert wrong.status_code == 422
    assert "Blijf staan" in wrong.text
    assert "geen adres" in wrong.text


def test_names_have_an_order_and_can_be_taken_off(
    seeded: Database,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    article: Article,  # noqa: F811
) -> None:
    page = f"/schrijven/{article.id}/auteurs"
    with seeded.writing() as session:
        draft = draft_of(session, session.get_one(Article, article.id))
        draft.content = draft.content.model_copy(
            update={"authors": ("femke", "sjoerd"), "author_parts": {"sjoerd": AuthorPart.MEASURED}}
        )
        session.add(draft)
    assert post(femke, page, page, doe="omhoog", auteur="sjoerd").status_code == 303
    assert authors(seeded, article) == ("sjoerd", "femke")
    for _press in range(2):
        assert post(femke, page, page, doe="weg", auteur="sjoerd").status_code == 303
    assert authors(seeded, article) == ("femke",)
    assert post(femke, page, page, doe="weg", auteur="femke").status_code == 409
    assert (
        "staat al bij het stuk"
        in post(femke, page, page, doe="vraag", part="wrote", mail=person(seeded, "femke").mail).text
    )


def test_only_organisations_that_can_answer_are_offered(femke: Client, article: Article, seeded: Database) -> None:  # noqa: F811
    page = f"/schrijven/{article.id}/auteurs"
    offered = [
        slug for slug in re.findall(r'<option value="([\w-]+)"', femke.get(page).text) if slug not in set(AuthorPart)
    ]
    assert {"terp-kunststoffen", "nipt"} <= set(offered)
    with seeded.reading() as session:
        admitted = session.exec(select(Organisation).where(Organisation.admission == Admission.ADMITTED)).all()
        silent = {each.slug for each in admitted if not owners_of(session, each)}
    assert silent
    assert set(offered) & silent == set()


def test_an_organisation_publishes_it_as_well_once_its_owner_says_so(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
    sjoerd: Client,
    baukje: Client,
    article: Article,  # noqa: F811
) -> None:
    page, woldzicht = f"/schrijven/{article.id}/auteurs", organisation(seeded, "terp-kunststoffen")
    asked = {"doe": "vraag-organisatie", "organisation": woldzicht.slug}
    assert post(femke, page, page, **asked).status_code == 303
    mail = person(seeded, "baukje").mail
    at = link_to(seeded, mail)
    appear(seeded, article)
    assert "Samen uitgegeven" not in client.get(f"/kennis/{article.slug}").text
    assert "lasnaad" not in client.get(at).text
    assert "lasnaad" not in sjoerd.get(at).text
    assert post(sjoerd, at, "/instellingen/profiel", doe="ja").status_code == 403
    assert "Camera boven de lasnaad" in baukje.get(at).text
    assert post(baukje, at, at, doe="ja").status_code == 303
    appear(seeded, article)
    text = client.get(f"/kennis/{article.slug}").text
    assert "Samen uitgegeven met" in text
    assert [each["slug"] for each in client.get(f"/api/v1/articles/{article.slug}").json()["publishers"]] == [
        woldzicht.slug
    ]
    assert "Kennislab Slim Maken; Terp Kunststoffen" in client.get(f"/kennis/{article.slug}.ris").text
    assert post(femke, page, page, **asked).status_code == 409
    for no in ("kennislab-slim-maken", "bestaat-niet"):
        assert post(femke, page, page, **(asked | {"organisation": no})).status_code in (409, 422)
    assert post(baukje, at, at, doe="nee").status_code == 303
    appear(seeded, article)
    assert "Samen uitgegeven" not in client.get(f"/kennis/{article.slug}").text
    assert "Samen uitgegeven" in client.get(f"/kennis/{article.slug}/v/2").text
