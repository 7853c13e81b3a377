"""Sending in, the queue, the decision, remarks: as people meet them in a browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from app.core.database import Database
from app.core.working import work_off
from app.people.signing_in import actor_for
from content import needing
from content.models import Article, Revision
from content.review_record import open_review
from content.review_steps import Act, ReviewState
from content.reviewing import CHECKS, decide, publish_directly
from content.reviews import Review
from content.snapshot import Contribution, Part
from content.writing import draft_of, save_draft, start
from tests.cast import content
from tests.web.client import Client
from tests.web.joining import letters, organisation, person

pytestmark = pytest.mark.whole

TERP = "terp-kunststoffen"


@pytest.fixture(autouse=True)
def a_short_story_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast writes a sentence or two."""
    monkeypatch.setattr(needing, "FEW_WORDS", 3)


@pytest.fixture
def femke(seeded: Database) -> Iterator[Client]:
    """Writes for the Kennislab."""
    with Client() as client:
        yield client.sign_in(person(seeded, "femke"))


@pytest.fixture
def baukje(seeded: Database) -> Iterator[Client]:
    """Decides for Terp Kunststoffen, where it happened."""
    with Client() as client:
        yield client.sign_in(person(seeded, "baukje"))


@pytest.fixture
def noor(seeded: Database) -> Iterator[Client]:
    """A steward."""
    with Client() as client:
        yield client.sign_in(person(seeded, "noor"))


def told(**changes: Any) -> Any:
    parts = (
        Contribution(organisation=TERP, part=Part.LEAD),
        Contribution(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER),
    )
    return content("case_study", **{"organisations": parts, "title": "Camera boven de lasnaad", **changes})


@pytest.fixture
def article(seeded: Database) -> Article:
    """A case that Femke wrote about Terp."""
    with seeded.writing() as session:
        from content.models import Piece

        piece = Piece(key="camera", kind="case_study")
        session.add(piece)
        session.flush()
        return start(
            session,
            piece=piece,
            language="nl",
            slug="camera-boven-de-lasnaad",
            owner_id=organisation(seeded, "kennislab-slim-maken").id,
            visibility="everyone",  # type: ignore[arg-type]
            content=told(),
            by=actor_for(session, person(seeded, "femke")),
        )


def rewrite(seeded: Database, article: Article, **changes: Any) -> None:
    with seeded.writing() as session:
        found = session.get_one(Article, article.id)
        save_draft(session, found, told(**changes), by=actor_for(session, person(seeded, "femke")))


def post(client: Client, path: str, page: str, **data: Any) -> Any:
    html = client.get(page).text
    found = re.search(r'name="token" value="(\w+)"', html)
    assert found, html[-3000:]
    seen = dict(re.findall(r'name="(revisie|versie)" value="(\d+)"', html))
    return client.post(path, data={"token": found[1], **seen, **data})


def sent_in(client: Client, article: Article, **data: Any) -> str:
    answer = post(client, f"/schrijven/{article.id}/insturen", f"/schrijven/{article.id}/insturen", **data)
    assert answer.status_code == 303, answer.text
    location: str = answer.headers["location"].partition("?")[0]
    return location


def review(seeded: Database, article: Article) -> Review:
    with seeded.reading() as session:
        return session.exec(
            select(Review).where(Review.article_id == article.id).order_by(col(Review.id).desc())
        ).first()  # type: ignore[return-value]


def test_my_pieces_say_where_the_new_version_of_a_published_piece_is(
    seeded: Database, femke: Client, noor: Client, article: Article
) -> None:
    with seeded.writing() as session:
        steward = actor_for(session, person(seeded, "noor"))
        publish_directly(session, session.get_one(Article, article.id), by=steward)
    rewrite(seeded, article, title="Camera boven elke lasnaad")
    before = femke.get("/schrijven").text
    assert "Nieuwe versie" not in before
    sent_in(femke, article)
    assert "Nieuwe versie: Bedrijf akkoord?" in femke.get("/schrijven").text
    with seeded.writing() as session:
        found = open_review(session, session.get_one(Article, article.id))
        assert found is not None
        owner = actor_for(session, person(seeded, "baukje"))
        decide(session, found, Act.SEND_BACK, revision_id=found.revision_id, by=owner, message="Anders.")
    page = femke.get("/schrijven").text
    assert "Nieuwe versie: Bij auteur" in page
    assert "New version: With the author" in femke.get("/en/schrijven").text


def test_a_case_goes_from_its_author_by_the_company_and_the_centre_to_its_readers(
    seeded: Database, client: Client, femke: Client, baukje: Client, noor: Client, article: Article
) -> None:
    before = femke.get(f"/schrijven/{article.id}/insturen").text
    assert "Terp Kunststoffen kijkt of er iets vertrouwelijks in staat." in before
    at = sent_in(femke, article, message="Klaar om te lezen.")
    work_off()
    assert letters(seeded, "review_waits") == [person(seeded, "baukje").mail]
    assert "Camera boven de lasnaad wacht op je beoordeling" in baukje.get("/overzicht/meldingen").text
    queue = baukje.get("/beoordelen").text
    assert "Camera boven de lasnaad" in queue
    assert "Eén tekst wacht op jou." in queue
    page = baukje.get(at).text
    assert "met als toelichting: ‘Klaar om te lezen.’" in page
    assert "Staat er iets vertrouwelijks in?" in page
    assert "Nagelopen" not in page
    assert post(baukje, f"{at}/besluit", at, doe="agree").status_code == 303
    for path in (f"/kennis/{article.slug}", "/kennis", "/feeds/alles.atom", "/sitemap.xml"):
        for reader in (client, femke, noor):
            assert "Camera boven" not in reader.get(path).text, path
    page = noor.get(at).text
    assert "Nagelopen" in page
    unfinished = post(noor, f"{at}/besluit", at, doe="place", nagelopen=["readable"], message="Mooi werk")
    assert unfinished.status_code == 422
    assert "Loop eerst alles na" in unfinished.text
    assert "Mooi werk" in unfinished.text
    assert post(noor, f"{at}/besluit", at, doe="place", nagelopen=list(CHECKS)).status_code == 303
    work_off()
    assert client.get(f"/kennis/{article.slug}").status_code == 200
    assert letters(seeded, "review_decided") == [person(seeded, "femke").mail]
    assert "Geplaatst" in femke.get(at).text


def test_a_stale_press_decides_nothing_and_shows_the_newer_text(
    seeded: Database, femke: Client, baukje: Client, article: Article
) -> None:
    at = sent_in(femke, article)
    old = baukje.get(at).text
    rewrite(seeded, article, body="## Wat er gebeurde\n\nDe camera kost negentig euro.")
    sent_in(femke, article)
    data = {
        name: re.search(rf'name="{name}" value="(\w+)"', old)[1]  # type: ignore[index]
        for name in ("token", "revisie")
    }
    answer = baukje.post(f"{at}/besluit", data=data | {"doe": "agree", "message": "Prima."})
    assert answer.status_code == 409
    assert "is er een nieuwere ingestuurd" in answer.text
    assert "De camera kost negentig euro" in re.sub(r"</?(?:ins|del)>", "", answer.text)
    assert "Prima." in answer.text
    assert review(seeded, article).state == ReviewState.AT_COMPANY
    assert "vergeleken met versie" in answer.text


def test_nobody_else_sees_a_text_on_its_way(seeded: Database, client: Client, femke: Client, article: Article) -> None:
    at = sent_in(femke, article)
    assert client.get(at).status_code == 303
    for handle in ("sjoerd", "aafke", "hinke", "albert"):
        with Client() as other:
            other.sign_in(person(seeded, handle))
            missing = other.get("/beoordelen/999999")
            answer = other.get(at)
            assert (answer.status_code, "lasnaad" in answer.text) == (missing.status_code, False) == (404, False)
            assert "lasnaad" not in other.get("/beoordelen").text
            token = other.get("/schrijven/nieuw").text
            found = re.search(r'name="token" value="(\w+)"', token)
            data = {"token": found[1], "doe": "agree", "revisie": review(seeded, article).revision_id} if found else {}
            for door in ("besluit", "terugnemen", "lezer", "opmerkingen", "opmerkingen/1"):
                assert other.post(f"{at}/{door}", data=data).status_code == (404 if found else 403)


def test_a_remark_with_words_instead_is_taken_over_with_one_press(
    seeded: Database, femke: Client, baukje: Client, article: Article
) -> None:
    at = sent_in(femke, article)
    chosen = baukje.get(f"{at}?bij=1#opmerking").text
    assert re.search(r'<textarea[^>]*name="passage"[^>]*>\s*De cobot stond er', chosen)
    made = post(
        baukje, f"{at}/opmerkingen", at, passage="de mal paste niet", body="Welke mal?", instead="de lasmal paste niet"
    )
    assert made.status_code == 303
    number = made.headers["location"].rpartition("-")[2]
    work_off()
    assert letters(seeded, "remark_made") == [person(seeded, "femke").mail]
    page = femke.get(at).text
    assert "Welke mal?" in page
    assert "Neem over" in page
    assert "Neem over" not in baukje.get(at).text
    assert post(baukje, f"{at}/opmerkingen/{number}", at, doe="overnemen").status_code == 403
    for _twice in range(2):
        assert post(femke, f"{at}/opmerkingen/{number}", at, doe="overnemen").status_code == 303
    with seeded.reading() as session:
        assert "de lasmal paste niet" in draft_of(session, session.get_one(Article, article.id)).content.body
    assert post(baukje, f"{at}/opmerkingen/{number}", at, doe="antwoord", body="Dank!").status_code == 303
    assert "Dank!" in femke.get(at).text
    empty = post(baukje, f"{at}/opmerkingen", at, passage="", body="")
    assert empty.status_code == 422
    assert "Schrijf wat je wilt zeggen." in empty.text


def test_an_author_plans_a_moment_and_a_time_that_never_comes_is_refused(
    seeded: Database, femke: Client, article: Article
) -> None:
    path = f"/schrijven/{article.id}/insturen"
    answer = post(femke, path, path, publish_at="2027-03-28T02:30", message="Blijft staan")
    assert answer.status_code == 422
    assert "gaat de klok vooruit" in answer.text
    assert "Blijft staan" in answer.text
    for wrong in ("morgen", "2027-13-01T10:00", "2020-01-01T10:00", "2027-01-01T10:00:00+05:00"):
        assert post(femke, path, path, publish_at=wrong).status_code == 422, wrong
    assert post(femke, path, path, publish_at="2027-10-31T02:30").status_code == 303
    assert review(seeded, article).wanted_at.isoformat() == "2027-10-31T00:30:00+00:00"  # type: ignore[union-attr]


def test_only_the_text_that_the_page_was_about_is_handed_over(
    seeded: Database, femke: Client, article: Article
) -> None:
    path = f"/schrijven/{article.id}/insturen"
    seen = dict(re.findall(r'name="(token|versie)" value="(\w+)"', femke.get(path).text))
    rewrite(seeded, article, title="Van een collega")
    stale = femke.post(path, data={**seen, "message": "Blijft staan"})
    assert stale.status_code == 412
    assert review(seeded, article) is None
    for told in ("sinds je deze pagina opende", "Van een collega", "Blijft staan"):
        assert told in stale.text
    assert femke.post(path, data={"token": seen["token"]}).status_code == 428
    again = dict(re.findall(r'name="(token|versie)" value="(\w+)"', stale.text))
    assert femke.post(path, data=again).status_code == 303
    with seeded.reading() as session:
        assert session.get_one(Revision, review(seeded, article).revision_id).content.title == "Van een collega"


def test_a_text_that_is_not_complete_says_what_is_missing(seeded: Database, femke: Client, article: Article) -> None:
    with seeded.writing() as session:
        found = session.get_one(Article, article.id)
        by = actor_for(session, person(seeded, "femke"))
        save_draft(session, found, told().model_copy(update={"told": {}}), by=by)
    path = f"/schrijven/{article.id}/insturen"
    answer = post(femke, path, path)
    assert answer.status_code == 422
    assert "Vul “" in answer.text
    assert review(seeded, article) is None


def test_bad_input_is_answered_with_a_sentence(femke: Client, baukje: Client, article: Article) -> None:
    at = sent_in(femke, article)
    for data in (
        {"doe": "dansen"},
        {"doe": ""},
        {"doe": "agree", "revisie": "x"},
        {"doe": "place"},
        {"doe": "schedule"},
    ):
        assert post(baukje, f"{at}/besluit", at, **data).status_code in (409, 422), data
    assert post(baukje, f"{at}/opmerkingen/x", at, doe="opgelost").status_code in (400, 404)
    assert post(baukje, f"{at}/opmerkingen/999", at, doe="opgelost").status_code == 404
    assert baukje.get(f"{at}?weergave=scheef&bij=²").status_code == 200


def test_the_pages_speak_english_too(femke: Client, baukje: Client, article: Article) -> None:
    at = sent_in(femke, article)
    assert "Is anything in it confidential?" in baukje.get(f"/en{at}").text
    assert "To review" in baukje.get("/en/beoordelen").text
