"""The head of pages: what programs are told is well-formed, on this site, and only what everybody may see."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import jsonschema
import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.actor import Actor
from app.people.models import User
from app.web.head import data_block
from content.models import Article, Stage
from content.publishing import show_to
from content.snapshot import Visibility
from tests.web.client import Client

pytestmark = pytest.mark.whole

EDITOR = Actor(name="test", is_steward=True)
SITE = "http://proeftuin.example"
CASE = "/kennis/cobotlassen-kleine-series-kwelderstaal"

ADDRESS = {"type": "string", "pattern": "^https?://"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$"}
WORDS = {"type": "string", "minLength": 1}


def thing(*required: str, **properties: Any) -> dict[str, Any]:
    """An object of schema.org with these properties, of which some must be there."""
    return {
        "type": "object",
        "properties": {"@type": WORDS, "@id": ADDRESS, **properties},
        "required": ["@type", *required],
        "additionalProperties": False,
    }


ORGANISATION = thing("name", name=WORDS, url=ADDRESS, logo=ADDRESS, sameAs=ADDRESS)
ARTICLE = thing(
    *("headline", "author", "publisher", "datePublished", "dateModified", "isPartOf", "mainEntityOfPage", "inLanguage"),
    url=ADDRESS,
    mainEntityOfPage=ADDRESS,
    headline={"type": "string", "minLength": 1, "maxLength": 110},
    description=WORDS,
    inLanguage={"enum": ["nl", "en"]},
    datePublished=TIME,
    dateModified=TIME,
    version={"type": "integer", "minimum": 1},
    image=ADDRESS,
    author={"type": "array", "minItems": 1, "items": thing("name", name=WORDS, url=ADDRESS)},
    publisher=ORGANISATION,
    license=ADDRESS,
    isPartOf=thing("name", "url", name=WORDS, url=ADDRESS),
    about={"type": "array", "items": thing("name", "url", name=WORDS, url=ADDRESS)},
    sameAs=ADDRESS,
)
SHAPES = {
    "Article": ARTICLE,
    "TechArticle": ARTICLE,
    "Organization": ORGANISATION,
    "BreadcrumbList": thing(
        "itemListElement",
        itemListElement={
            "type": "array",
            "minItems": 1,
            "items": thing("position", "name", "item", position={"type": "integer"}, name=WORDS, item=ADDRESS),
        },
    ),
    "WebSite": thing(
        *("name", "url", "potentialAction"),
        name=WORDS,
        url=ADDRESS,
        inLanguage=WORDS,
        publisher={"type": "object", "properties": {"@id": ADDRESS}, "required": ["@id"]},
        potentialAction={
            **thing("target", "query-input", target={"type": "object"}),
            "properties": {
                "@type": {"const": "SearchAction"},
                "target": thing("urlTemplate", urlTemplate={"type": "string", "pattern": r"\{search_term_string\}$"}),
                "query-input": {"const": "required name=search_term_string"},
            },
        },
    ),
    "Dataset": thing(
        *("name", "description", "creator", "distribution"),
        name=WORDS,
        description={"type": "string", "minLength": 50, "maxLength": 5000},
        inLanguage=WORDS,
        license=ADDRESS,
        creator=ORGANISATION,
        isPartOf={"type": "object"},
        isAccessibleForFree={"const": True},
        distribution=thing(
            *("contentUrl", "encodingFormat"), contentUrl=ADDRESS, encodingFormat=WORDS, contentSize=WORDS
        ),
    ),
}
"""What Google's and schema.org's own documentation ask of each type, and nothing that we did not mean to tell."""


class Head(HTMLParser):
    """Reads what programs read: the metas, the links and the data of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.data: list[str] = []
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and "content" in given:
            self.metas[given.get("property", given.get("name", ""))] = given["content"]
        self._inside = tag == "script" and given.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.data.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    @property
    def nodes(self) -> list[dict[str, Any]]:
        return [node for block in self.data for node in json.loads(block)["@graph"]]


def head_of(client: Client, path: str) -> Head:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return Head(answer.text)


def addresses(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for each in value.values():
                yield from addresses(each)
        case list():
            for each in value:
                yield from addresses(each)
        case str() if value.startswith(SITE) and "{" not in value:
            yield value


def article(database: Database, path: str, **changes: Any) -> None:
    with database.writing() as session:
        row = session.exec(select(Article).where(Article.slug == path.removeprefix("/kennis/"))).one()
        show_to(session, row, changes["visibility"], by=EDITOR, allowed=set())


PAGES = {
    "/": {"WebSite", "Organization"},
    "/en": {"WebSite", "Organization"},
    CASE: {"Article", "BreadcrumbList"},
    f"/en{CASE}": {"Article", "BreadcrumbList"},
    "/kennis/opc-ua-en-mqtt-uitgelegd": {"TechArticle", "BreadcrumbList"},
    "/kennis/businesscase-met-bandbreedte": {"Article", "BreadcrumbList", "Dataset"},
    # Its table is for members only.
    "/kennis/inline-vision-spuitgieten-terp": {"Article", "BreadcrumbList"},
    "/organisaties/kwelderstaal": {"Organization", "BreadcrumbList"},
    "/onderwerpen/cobots": {"BreadcrumbList"},
    "/kennis": set(),
}


def test_what_pages_are_about_is_told_in_shapes_that_search_engines_take(client: Client) -> None:
    led = set()
    for path, wanted in PAGES.items():
        nodes = head_of(client, path).nodes
        assert {node["@type"] for node in nodes} == wanted, path
        for node in nodes:
            jsonschema.validate(node, SHAPES[node["@type"]])
        led |= {address.partition("#")[0].removeprefix(SITE) or "/" for address in addresses(nodes)}
    assert len(led) > 15
    for address in led:
        assert client.get(address).status_code == 200, address


def test_every_page_has_a_card_for_those_who_share_it(client: Client) -> None:
    for path in PAGES:
        metas = head_of(client, path).metas
        assert metas["og:title"]
        assert len(metas["og:description"]) > 30
        assert metas["og:description"] == metas["description"]
        assert metas["og:url"].startswith(SITE)
        assert metas["og:locale"] == ("en_GB" if path.startswith("/en") else "nl_NL")
        assert metas["twitter:card"] == "summary_large_image"
        picture = client.get(metas["og:image"].removeprefix(SITE))
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        size = tuple(int.from_bytes(picture.content[at : at + 4], "big") for at in (16, 20))
        assert size == (int(metas["og:image:width"]), int(metas["og:image:height"])) == (1200, 630)


def test_a_piece_tells_its_times_and_its_languages(client: Client) -> None:
    metas = head_of(client, CASE).metas
    assert metas["og:type"] == "article"
    assert re.fullmatch(r"2025-02-1\dT\d\d:\d\d:\d\d\+00:00", metas["article:published_time"])
    page = client.get("/kennis/begin-met-een-nulmeting").text
    assert f'hreflang="en" href="{SITE}/en/kennis/start-with-a-baseline"' in page


def test_a_page_of_an_error_tells_nothing(client: Client) -> None:
    missing = Head(client.get("/kennis/bestaat-niet").text)
    assert not missing.nodes
    assert not [name for name in missing.metas if name.startswith("og:")]


def test_a_members_piece_has_no_picture_and_its_tables_are_no_data_sets(client: Client, seeded: Database) -> None:
    path = "/kennis/businesscase-met-bandbreedte"
    article(seeded, path, visibility=Visibility.MEMBERS)
    assert client.get(path).status_code == 404
    with seeded.reading() as session:
        member = session.exec(select(User).where(User.handle == "jantina")).one()
    head = head_of(client.sign_in(member), path)
    assert "icons/share.png" in head.metas["og:image"]
    assert {node["@type"] for node in head.nodes} == {"Article", "BreadcrumbList"}
    assert "image" not in head.nodes[0]
    assert client.get(f"{path}/deelbeeld.png").status_code == 404


HOSTILE = "</script><script>alert(1)</script><!-- \u2028 & ]]>"


def test_no_text_ends_the_script_element_that_it_stands_in(client: Client, seeded: Database) -> None:
    told = data_block([{"@type": "Thing", "name": HOSTILE}])
    assert not set("<>&\u2028") & set(told)
    assert json.loads(told)["@graph"][0]["name"] == HOSTILE
    assert Head(f'<script type="application/ld+json">{told}</script>').nodes[0]["name"] == HOSTILE


def test_the_data_is_no_script_that_the_policy_would_stop(client: Client) -> None:
    answer = client.get(CASE)
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", answer.text)
    assert inline == [' type="application/ld+json"']


@pytest.mark.slow
def test_every_public_piece_tells_what_it_is(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        where = (Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        rows = session.exec(select(Article.slug, Article.language, Article.title).where(*where)).all()
    assert len(rows) > 30
    for slug, language, title in rows:
        prefix = "/en" if language == "en" else ""
        (node, *_more) = head_of(client, f"{prefix}/kennis/{slug}").nodes
        jsonschema.validate(node, ARTICLE)
        assert (node["headline"], node["inLanguage"]) == (title, language)
        assert node["@id"] == f"{SITE}{prefix}/kennis/{slug}"
