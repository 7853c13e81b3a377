"""A company that writes its own case and is not named in it: its name stands at no door, nor do its people's."""

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.core.language import speaking
from app.core.templating import render
from app.core.working import work_off
from app.people.actor import someone_passing_by
from app.people.models import Admission, Membership, Organisation, Role, User
from app.people.signing_in import actor_for
from app.web.paper.sheet import sheet_of
from content import reading, shelves
from content.attaching import keep_file
from content.models import Article, Attachment
from content.publishing import publish, withdraw
from content.snapshot import Contribution, FileUse, Part, Profile, Visibility
from content.writing import revise, save_draft
from tests.cast import Cast, content, draft
from tests.web.client import Client

ON_BOTH_DATABASES = True
"""Lists ask the database itself whom they may name."""

TITLE = "Mallen op een kar gezet"
NAMES = ("kwelderstaal", "wietske")
"""Words that only the company and who works there have."""

PROFILE = Profile(sector="25", size_band="10-49", province="drenthe")

PIECE = "/kennis/mallen-op-een-kar"
DOORS = (
    *(PIECE + ending for ending in ("", ".md", ".json", ".bib", ".ris", ".csl.json", "/versies", "/v/2", "/v/2.md")),
    *("/en" + PIECE, "/api/v1/articles/mallen-op-een-kar", "/api/v1/articles/mallen-op-een-kar/versions"),
    *("/", "/kennis", "/kennis/praktijkcases", "/onderwerpen/cobots", "/zoeken?q=kar", "/zoeken"),
    *("/api/v1/articles", "/api/v1/search?q=kar", "/zoeken/suggesties?q=mallen", "/api/v1/suggest?q=mallen"),
    *(f"/feeds/alles.{ending}" for ending in ("atom", "rss", "json")),
    *("/feeds/onderwerp/cobots.atom", "/vergelijk?stuk=mallen-op-een-kar", "/openbaar.json"),
)
"""Where readers find the piece, and may find nobody of the company."""

OWN = (
    *("/organisaties/kwelderstaal", "/en/organisaties/kwelderstaal", "/mensen/wietske", "/en/mensen/wietske"),
    *("/feeds/organisatie/kwelderstaal.atom", "/feeds/organisatie/kwelderstaal.json", "/feeds/mens/wietske.atom"),
    *("/api/v1/articles?organisation=kwelderstaal", "/api/v1/search?organisation=kwelderstaal"),
    *("/zoeken?organisatie=kwelderstaal", "/zoeken?q=Kwelderstaal", "/api/v1/search?q=Wietske"),
    *("/zoeken/suggesties?q=kwelder", "/feeds/zoeken.atom?q=Kwelderstaal"),
)
"""Where readers find the company and who works there, and may not find the piece."""


@pytest.fixture
def unnamed(database: Database) -> Database:
    with database.writing() as session:
        tell(session, Cast.in_(session))
    work_off()
    return database


def tell(session: Session, cast: Cast) -> Article:
    """A case that its company wrote, with somebody of the institute that measured. Its first version named it."""
    company = Organisation(slug="kwelderstaal", name="Kwelderstaal", kind="sme", admission=Admission.ADMITTED)
    wietske = User(handle="wietske", name="Wietske Zijlstra", mail="wietske@proeftuin.example", has_profile=True)
    session.add_all([company, wietske])
    session.flush()
    session.add(Membership(user_id=wietske.id, organisation_id=company.id, role=Role.OWNER))
    session.flush()
    article = draft(session, cast, "case_study", slug="mallen-op-een-kar")
    article.owner_id = company.id
    me = actor_for(session, wietske)
    table = keep_file(session, article, "meting.csv", b"week;min\n1;34\n", by=me)
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    old = keep_file(session, article, "gevel.svg", drawing, by=me)
    named = content(
        "case_study",
        title=TITLE,
        organisations=(
            Contribution(organisation="kwelderstaal", part=Part.LEAD),
            Contribution(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER),
        ),
        authors=("wietske", "femke"),
        files=(
            FileUse(name="meting.csv", hash=table.hash, visibility=Visibility.EVERYONE),
            FileUse(name="gevel.svg", hash=old.hash, listed=False),
        ),
        body="## De aanpak\n\nBij Kwelderstaal.\n\n![Gevel](files/gevel.svg)",
    )
    save_draft(session, article, named, by=me)
    revise(session, article, by=me)
    publish(session, article, by=me)
    told = {name: value for name, value in named.told.items() if name != "company_size_fte"}
    hidden = {"anonymous": PROFILE, "body": "## De aanpak\n\nBij ons.", "files": named.files[:1], "told": told}
    save_draft(session, article, named.model_copy(update=hidden), by=me)
    revise(session, article, by=me)
    return publish(session, article, by=me)


@pytest.mark.parametrize("role", ["nobody", "sjoerd", "aafke", "femke"])
def test_no_door_names_the_company_or_who_works_there(unnamed: Database, role: str) -> None:
    with visiting(unnamed, role) as client:
        for path in DOORS:
            answer = client.get(path)
            assert answer.status_code == 200, path
            told = (answer.text + str(answer.headers)).lower()
            assert not [name for name in NAMES if name in told], path
        assert "Femke Hoekstra" in client.get(PIECE).text, "who helped to measure is told"
        assert TITLE in client.get("/organisaties/kennislab-slim-maken").text
        assert TITLE in client.get("/mensen/femke").text


def test_no_page_of_the_company_leads_to_its_piece(unnamed: Database) -> None:
    for role in ("nobody", "sjoerd", "femke"):
        with visiting(unnamed, role) as client:
            for path in OWN:
                answer = client.get(path)
                assert answer.status_code in (200, 404), path
                assert TITLE not in answer.text, (role, path)
                assert "mallen-op-een-kar" not in answer.text, (role, path)


def test_a_version_that_named_the_company_is_not_there_any_more(unnamed: Database) -> None:
    with unnamed.reading() as session:
        drawing = session.exec(select(Attachment.hash).where(Attachment.name == "gevel.svg")).one()
    for role in ("nobody", "sjoerd"):
        with visiting(unnamed, role) as client:
            for path in ("/v/1", "/v/1.md", "/v/1.json", "/v/1.bib", "/bijlagen/meting.csv?versie=1"):
                assert client.get(PIECE + path).status_code == 404, path
            assert client.get(f"/beeld/{drawing}/tekening.svg").status_code == 404
            assert "/v/1" not in client.get(f"{PIECE}/versies").text
            assert client.get(f"{PIECE}/bijlagen/meting.csv").status_code == 200


def test_what_goes_out_by_itself_names_nobody_either(unnamed: Database) -> None:
    with unnamed.reading() as session, speaking("nl"):
        article = session.exec(select(Article).where(Article.slug == "mallen-op-een-kar")).one()
        opened = reading.open_article(session, article, someone_passing_by)
        assert (opened.owner, [author.handle for author in opened.authors]) == (None, ["femke"])
        (listed,) = shelves.listed(session, [article.id])
        assert (listed.owner, listed.lead, listed.author) == (None, None, None)
        paper = render("paper/piece.html", sheet=sheet_of(opened)).lower()
        assert not [name for name in NAMES if name in paper]


def test_a_withdrawn_piece_does_not_say_who_took_it_back(unnamed: Database) -> None:
    with unnamed.writing() as session:
        article = session.exec(select(Article).where(Article.slug == "mallen-op-een-kar")).one()
        wietske = session.exec(select(User).where(User.handle == "wietske")).one()
        withdraw(session, article, by=actor_for(session, wietske), reason_nl="De cijfers klopten niet.")
    with visiting(unnamed, "nobody") as client:
        answer = client.get(PIECE)
        assert answer.status_code == 410
        assert not [name for name in NAMES if name in answer.text.lower()]


def visiting(told: Database, role: str) -> Client:
    client = Client()
    if role != "nobody":
        with told.reading() as session:
            client.sign_in(session.exec(select(User).where(User.handle == role)).one())
    return client
