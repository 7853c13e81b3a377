"""A piece in other forms: read back by libraries of their own fields, exact to the version."""

import json
import re
from datetime import date
from typing import Any

import jsonschema
import pytest
import rispy
import yaml
from pybtex.database import parse_string
from pybtex.richtext import Text
from sqlmodel import Session, select

from app.core.database import Database
from app.people.actor import Actor
from app.people.models import User
from app.web.citation_formats import bibtex, csl, ris
from app.web.citing import Name, Reference, doi_in, name_of
from content.models import Article, Stage
from content.publishing import publish, show_to
from content.snapshot import Visibility
from content.writing import draft_of, revise, save_draft
from tests.web.client import Client

pytestmark = pytest.mark.whole

EDITOR = Actor(name="test", is_steward=True)
CASE = "/kennis/inline-vision-spuitgieten-terp"
PIECE = "/kennis/cobotlassen-kleine-series-kwelderstaal"
SITE = "http://proeftuin.example"

NAME: dict[str, Any] = {
    "type": "object",
    "properties": {
        part: {"type": "string", "minLength": 1} for part in ("family", "given", "non-dropping-particle", "literal")
    },
    "additionalProperties": False,
    "oneOf": [{"required": ["literal"]}, {"required": ["family", "given"]}],
}
CSL_SCHEMA: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "type": {"const": "webpage"},
            "author": {"type": "array", "items": NAME, "minItems": 1},
            "issued": {
                "type": "object",
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "items": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
                    }
                },
                "required": ["date-parts"],
                "additionalProperties": False,
            },
            **{
                name: {"type": "string", "minLength": 1}
                for name in (
                    *("id", "title", "container-title", "publisher", "version", "URL", "DOI", "language"),
                    *("abstract", "keyword"),
                )
            },
        },
        "required": ["type", "id", "title", "author", "URL", "version"],
        "additionalProperties": False,
    },
}
"""What of the schema of citationstyles.org (csl-data.json, 1.0.2) we use, and stricter where it leaves a choice."""


def told(**changes: Any) -> Reference:
    plain: dict[str, Any] = {
        "key": "stuk-v2",
        "title": "Van 34 naar 21 minuten",
        "summary": "Een samenvatting.",
        "authors": [Name("de Boer", "Jelle"), Name("Veenstra", "Marije")],
        "publisher": "Kennislab Slim Maken",
        "issued": date(2026, 11, 3),
        "version": 2,
        "address": f"{SITE}/kennis/stuk/v/2",
        "language": "nl",
        "licence": "",
        "doi": "",
        "keywords": ["Cobots"],
    }
    return Reference(**plain | changes)


def pieces(database: Database) -> list[str]:
    with database.reading() as session:
        where = (Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        return [f"/kennis/{slug}" for slug in session.exec(select(Article.slug).where(*where)).all()]


def as_read(tex: str) -> str:
    """What TeX prints for a field: braces group, and so vanish; the words for signs become them (LaTeX2e, ltoutenc)."""
    signs = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
    words = re.sub(r"\\([$&#%_])", r"\1", re.sub(r"(?<!\\)\{(?!\})|(?<!\{)\}", "", tex))
    return re.sub(r"\\text([a-z]+)\{\}", lambda found: signs[found[1]], words)


def new_version(session: Session, path: str, title: str) -> None:
    article = session.exec(select(Article).where(Article.slug == path.removeprefix("/kennis/"))).one()
    content = draft_of(session, article).content
    save_draft(session, article, content.model_copy(update={"title": title}), by=EDITOR)
    revise(session, article, by=EDITOR)
    publish(session, article, by=EDITOR)


# --- references --------------------------------------------------------------------------------------------------


def test_every_piece_can_be_cited_from_each_form(client: Client, seeded: Database) -> None:
    for path in pieces(seeded):
        page = client.get(path)
        (entry,) = parse_string(client.get(f"{path}.bib").text, "bibtex").entries.values()
        (row,) = rispy.loads(client.get(f"{path}.ris").text)
        items = json.loads(client.get(f"{path}.csl.json").text)
        jsonschema.validate(items, CSL_SCHEMA)
        (item,) = items
        assert entry.fields["url"] == row["urls"][0] == item["URL"]
        assert item["URL"] in page.text
        assert f'<{item["URL"]}>; rel="cite-as"' in page.headers["link"]
        assert Text.from_latex(entry.fields["title"]).render_as("text") == row["title"] == item["title"]
        assert len(entry.persons["author"]) == len(row["authors"]) == len(item["author"])
        assert entry.fields["version"] == row["edition"] == item["version"]
        assert row["publisher"] == item["publisher"]


def test_a_reference_is_exact_to_the_version(client: Client, seeded: Database) -> None:
    before = client.get(f"{PIECE}.csl.json").json()[0]
    with seeded.writing() as session:
        new_version(session, PIECE, "Een nieuwe kop")
    after = client.get(f"{PIECE}.csl.json").json()[0]
    assert (before["URL"], after["URL"]) == (f"{SITE}{PIECE}/v/1", f"{SITE}{PIECE}/v/2")
    assert (after["title"], after["version"]) == ("Een nieuwe kop", "2")
    assert before["title"] in client.get(before["URL"].removeprefix(SITE)).text
    old = client.get(f"{PIECE}/v/1")
    assert f'<{SITE}{PIECE}/v/1>; rel="cite-as"' in old.headers["link"]
    assert f'<{SITE}{PIECE}/v/1.bib>; rel="describedby"' in old.headers["link"]
    assert f'<{SITE}{PIECE}>; rel="latest-version"' in old.headers["link"]
    assert f'href="{PIECE}/v/1.bib"' in old.text
    assert f'href="{PIECE}.bib"' not in old.text


@pytest.mark.parametrize("ending", [".csl.json", ".bib", ".ris", ".md"])
def test_an_older_version_keeps_its_forms_for_ever(client: Client, seeded: Database, ending: str) -> None:
    before = client.get(PIECE + ending).text
    with seeded.writing() as session:
        new_version(session, PIECE, "Een nieuwe kop")
    assert client.get(f"{PIECE}/v/1{ending}").text.replace("?versie=1", "") == before
    assert client.get(f"{PIECE}/v/2{ending}").text == client.get(PIECE + ending).text != before


@pytest.mark.parametrize("path", [PIECE, CASE, "/kennis/opc-ua-en-mqtt-uitgelegd"])
def test_the_data_of_an_older_version_are_those_of_then(client: Client, seeded: Database, path: str) -> None:
    before = client.get(f"{path}.json").json()
    with seeded.writing() as session:
        new_version(session, path, "Een nieuwe kop")
    old, new = client.get(f"{path}/v/1.json").json(), client.get(f"{path}/v/2.json").json()
    assert new == client.get(f"{path}.json").json()
    assert (old["title"], old["version"]) == (before["title"], 1)
    assert (new["title"], new["version"]) == ("Een nieuwe kop", 2)
    same = before.keys() - {"versions", "files", "changed"}
    assert {name: old[name] for name in same} == {name: before[name] for name in same}
    assert all(file["url"].endswith("?versie=1") for file in old["files"])
    for file in old["files"]:
        assert client.get(file["url"].removeprefix(SITE)).status_code == 200


def test_every_case_of_today_is_told_alike_by_both_addresses(client: Client, seeded: Database) -> None:
    """The fields of an older version are read from its own text: on the newest one both ways must agree."""
    for path in pieces(seeded):
        told = client.get(f"{path}.json").json()
        assert client.get(f"{path}/v/{told['version']}.json").json() == told


@pytest.mark.parametrize("number", ["9", "0", "01", "x", "1.1", "-1", "%31", "9999999"])
def test_a_version_that_is_not_there_has_no_forms(client: Client, number: str) -> None:
    for ending in ENDINGS:
        status = client.get(f"{PIECE}/v/{number}{ending}").status_code
        assert status == (200 if number == "%31" else 404), ending


def test_letters_that_mean_something_come_back_as_they_were() -> None:
    hostile = told(
        title='100% {Groen} & "Blauw" \\ a_b #1 $5 ~ ^ é €',
        summary="Regel een\nER  - \nTY  - BOOK",
        authors=[Name("O'Neill and Sons {BV}")],
        publisher="Jansen & Zn.",
    )
    (entry,) = parse_string(bibtex(hostile), "bibtex").entries.values()
    assert as_read(entry.fields["title"]) == hostile.title
    (author,) = entry.persons["author"]
    assert as_read(str(author)) == "O'Neill and Sons {BV}"
    (row,) = rispy.loads(ris(hostile))
    assert row["title"] == hostile.title
    assert row["abstract"] == "Regel een ER - TY - BOOK"
    (item,) = json.loads(csl(hostile))
    assert item["title"] == hostile.title
    assert item["author"] == [{"literal": "O'Neill and Sons {BV}"}]


@pytest.mark.parametrize(
    ("name", "wanted", "in_csl"),
    [
        ("Jelle de Boer", Name("de Boer", "Jelle"), {"family": "Boer", "non-dropping-particle": "de"}),
        ("Marije Veenstra", Name("Veenstra", "Marije"), {"family": "Veenstra"}),
        ("Jan van der Meer-Bos", Name("van der Meer-Bos", "Jan"), {"non-dropping-particle": "van der"}),
        ("  Anna   Maria Vos ", Name("Maria Vos", "Anna"), {"family": "Maria Vos"}),
        ("Kennislab", Name("Kennislab"), {"literal": "Kennislab"}),
    ],
)
def test_names_are_taken_apart_as_dutch_libraries_do(name: str, wanted: Name, in_csl: dict[str, str]) -> None:
    assert name_of(name) == wanted
    (item,) = json.loads(csl(told(authors=[wanted])))
    assert in_csl.items() <= item["author"][0].items()
    (entry,) = parse_string(bibtex(told(authors=[wanted])), "bibtex").entries.values()
    (row,) = rispy.loads(ris(told(authors=[wanted])))
    assert " ".join(entry.persons["author"][0].prelast_names) == in_csl.get("non-dropping-particle", "")
    assert row["authors"] == [f"{wanted.family}, {wanted.given}" if wanted.given else wanted.family]


@pytest.mark.parametrize(
    ("identifier", "doi"),
    [
        ("https://doi.org/10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("doi:10.1/x", "10.1/x"),
        ("10.1/x", "10.1/x"),
        ("https://kennisbank.example/10.1/x", ""),
        ("", ""),
    ],
)
def test_only_a_doi_is_told_as_one(identifier: str, doi: str) -> None:
    assert doi_in(identifier) == doi


# --- the text ----------------------------------------------------------------------------------------------------


def test_json_is_what_the_api_tells(client: Client) -> None:
    assert client.get(f"{PIECE}.json").json() == client.get(f"/api/v1/articles{PIECE.removeprefix('/kennis')}").json()


def test_markdown_tells_everything_and_its_links_lead_on(client: Client, seeded: Database) -> None:
    followed = 0
    for path in pieces(seeded):
        text = client.get(f"{path}.md").text
        _empty, head, body = text.split("---\n", 2)
        fields = yaml.safe_load(head)
        assert fields["title"] in body
        assert fields["cite_as"] == f"{fields['address']}/v/{fields['version']}"
        assert "](files/" not in body
        for address in re.findall(rf"\]\(<?{SITE}(/kennis/[^)> ]+/bijlagen/[^)> ]+)", body):
            assert client.get(address).status_code == 200, address
            followed += 1
    assert followed > 3


# --- who gets them -----------------------------------------------------------------------------------------------

ENDINGS = (".csl.json", ".bib", ".ris", ".json", ".md")


def test_every_form_is_linked_and_every_link_is_there(client: Client) -> None:
    for prefix in ("", "/en"):
        page = client.get(prefix + PIECE)
        for ending in (".bib", ".ris", ".csl.json"):
            assert f'href="{prefix}{PIECE}{ending}"' in page.text
    found = re.findall(r'<([^>]+)>; rel="(\S+)"(?:; type="([^"]+)")?', page.headers["link"])
    assert {relation for _address, relation, _kind in found} == {
        *("cite-as", "type", "license", "author", "describedby", "item")
    }
    for address, relation, kind in found:
        if address.startswith(SITE):
            answer = client.get(address.removeprefix(SITE))
            assert answer.status_code == 200, address
            assert not kind or answer.headers["content-type"].startswith(kind), address
            if relation == "describedby":
                assert f'<{SITE}{PIECE}>; rel="describes"' in answer.headers["link"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_form_goes_when_the_piece_is_hidden(client: Client, seeded: Database, ending: str) -> None:
    first = client.get(PIECE + ending)
    again = client.get(PIECE + ending, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == PIECE.removeprefix("/kennis/"))).one()
        show_to(session, article, Visibility.MEMBERS, by=EDITOR, allowed=set())
    assert client.get(PIECE + ending, headers={"if-none-match": "*"}).status_code == 404
    with seeded.reading() as session:
        member = session.exec(select(User).where(User.handle == "jantina")).one()
    answer = client.sign_in(member).get(PIECE + ending)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    assert "etag" not in answer.headers


def test_an_ending_that_we_do_not_have_is_nothing(client: Client) -> None:
    for ending in (".docx", ".", ".json.json", ".bib.", ".csl"):
        assert client.get(PIECE + ending).status_code == 404
