"""Every format writes down what was selected, so that a reader reads back just that."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import struct_time
from xml.etree import ElementTree

import fastfeedparser
import feedparser
import pytest

from app.core import settings
from app.feeds.entries import Category, Enclosure, Entry
from app.feeds.formats import FORMATS, Format
from app.feeds.streams import Feed
from content.licences import TERMS
from content.snapshot import Licence

NASTY = "Lassen <b>&amp; \"frezen\" 'snel' ]]> é 漢 🔧 \x0b\x00\x1f\ufffe\u202e einde"
CLEAN = "Lassen <b>&amp; \"frezen\" 'snel' ]]> é 漢 🔧 \n einde"
"""The same as readers get it: what no XML may hold is gone, the line break that \\x0b stood for stays."""

MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

ENTRY = Entry(
    id="tag:proeftuin.example,2026:stuk/lasmal",
    address="https://proeftuin.example/kennis/lasmal",
    language="nl",
    title="Een lasmal die past",
    summary="Kort gezegd.",
    html='<h2 id="t-a">De mal</h2><p>Met <a href="https://proeftuin.example/kennis/b">een link</a>.</p>',
    published=MOMENT,
    updated=MOMENT + timedelta(days=2),
    authors=("Femke Hoekstra", "Jantina Bos"),
    kind=Category("lesson", "Les", "https://proeftuin.example/kennis"),
    topics=(Category("robot-welding", "Robotlassen", "https://proeftuin.example/onderwerpen"),),
    licence=TERMS[Licence.CC_BY],
    enclosures=(
        Enclosure("https://proeftuin.example/kennis/lasmal/bijlagen/a.pdf", "De tekening", "application/pdf", 1234),
        Enclosure("https://proeftuin.example/kennis/lasmal/bijlagen/b.csv", "De meting", "text/csv", 99),
    ),
)

FEED = Feed(
    id="tag:proeftuin.example,2026:feeds/alles/nl",
    address="https://proeftuin.example/feeds/alles",
    question="",
    page="https://proeftuin.example/kennis",
    icon="https://proeftuin.example/favicon.ico",
    title="Proeftuin: alles",
    about="Wat fabrieken probeerden.",
    language="nl",
    updated=MOMENT + timedelta(days=2),
    entries=(ENTRY,),
    place=None,
    older=(MOMENT, 7),
)


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.Settings(_env_file=None, base_url="https://proeftuin.example")
    monkeypatch.setattr("app.core.settings._configured", chosen)


@pytest.fixture(params=FORMATS.values(), ids=FORMATS.keys())
def form(request: pytest.FixtureRequest) -> Format:
    made: Format = request.param
    return made


def same_moment(parsed: struct_time, moment: datetime) -> bool:
    return datetime(*parsed[:6], tzinfo=UTC) == moment


# --- the contract of every format --------------------------------------------------------------------------------


def test_a_format_is_found_by_its_ending(form: Format) -> None:
    assert FORMATS[form.ending] is form
    assert form.address(FEED) == f"https://proeftuin.example/feeds/alles.{form.ending}"
    assert form.address(FEED, FEED.older).endswith(f".{form.ending}?verder=1772357400000000-7")


def test_a_part_says_which_part_it_is_and_keeps_the_question(form: Format) -> None:
    """RFC 5005, 3, and RFC 4287, 4.2.7.2: `self` is the document that one holds, not its beginning."""
    part = replace(FEED, question="q=mal&soort=les", place=(MOMENT, 9), older=None)
    begin = f"{FEED.address}.{form.ending}?q=mal&soort=les"
    assert form.pages(part) == {"self": f"{begin}&verder=1772357400000000-9", "first": begin}
    assert form.pages(replace(FEED, older=None)) == {"self": form.address(FEED)}
    body = form.write(form, part)
    if form.ending == "json":
        assert json.loads(body)["feed_url"] == begin, "JSON Feed knows a feed by this address, in all its parts"
        return
    links = {link.rel: link.href for link in feedparser.parse(body).feed.links}
    assert links == form.pages(part) | {"alternate": FEED.page}


def test_the_same_feed_is_the_same_bytes(form: Format) -> None:
    assert form.write(form, FEED) == form.write(form, FEED)


def test_an_empty_feed_is_a_whole_feed(form: Format) -> None:
    body = form.write(form, replace(FEED, entries=(), older=None))
    if form.ending == "json":
        assert json.loads(body)["items"] == []
    else:
        read = feedparser.parse(body)
        assert not read.bozo
        assert read.entries == []


def test_nothing_that_a_person_writes_breaks_a_feed(form: Format) -> None:
    category = Category(NASTY, NASTY, NASTY)
    enclosure = Enclosure("https://proeftuin.example/a?b=1&c=<2>", NASTY, "text/csv", 1)
    entry = replace(
        ENTRY,
        title=NASTY,
        summary=NASTY,
        html=f"<p>{NASTY}</p>",
        authors=(NASTY,),
        kind=category,
        topics=(category,),
        enclosures=(enclosure,),
    )
    body = form.write(form, replace(FEED, title=NASTY, about=NASTY, entries=(entry,)))
    body.decode("utf-8")
    if form.ending == "json":
        (item,) = json.loads(body)["items"]
        assert (item["title"], item["summary"], item["content_html"]) == (CLEAN, CLEAN, f"<p>{CLEAN}</p>")
        assert item["attachments"][0]["url"] == "https://proeftuin.example/a?b=1&c=<2>"
    else:
        ElementTree.fromstring(body)
        read = feedparser.parse(body)
        assert not read.bozo
        assert len(read.entries) == 1


def test_what_no_format_may_hold_is_in_none(form: Format) -> None:
    body = form.write(form, replace(FEED, entries=(replace(ENTRY, html=NASTY),))).decode()
    assert not set(body) & set("\x00\x0b\x1f\ufffe\u202e")


# --- read back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_a_reader_reads_back_what_was_selected(ending: str) -> None:
    form = FORMATS[ending]
    read = feedparser.parse(form.write(form, FEED), sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo
    feed = read.feed
    assert (feed.title, feed.subtitle, feed.language) == (FEED.title, FEED.about, "nl")
    assert same_moment(feed.updated_parsed, FEED.updated)
    assert {(link.rel, link.href) for link in feed.links} >= {
        ("self", form.address(FEED)),
        ("first", form.address(FEED)),
        ("next", form.address(FEED, FEED.older)),
        ("alternate", FEED.page),
    }
    (entry,) = read.entries
    assert (entry.id, entry.link, entry.title, entry.summary) == (ENTRY.id, ENTRY.address, ENTRY.title, ENTRY.summary)
    assert entry.content[0].value == ENTRY.html
    assert same_moment(entry.published_parsed, ENTRY.published)
    assert same_moment(entry.updated_parsed, ENTRY.updated)
    assert entry.rights == "CC BY 4.0"
    assert TERMS[Licence.CC_BY].address in {link.href for link in entry.links if link.rel == "license"}
    assert [author.name for author in entry.authors if author] == list(ENTRY.authors)
    assert [(tag.label or tag.term, tag.scheme) for tag in entry.tags] == [
        ("Les", "https://proeftuin.example/kennis"),
        ("Robotlassen", "https://proeftuin.example/onderwerpen"),
    ]
    files = [(file.href, file.type, file.length) for file in entry.enclosures]
    told = [(file.address, file.media_type, str(file.size)) for file in ENTRY.enclosures]
    assert files == (told if ending == "atom" else told[:1])


def test_another_reader_reads_back_the_same(form: Format) -> None:
    """One that shares no code with the first, and reads JSON too."""
    read = fastfeedparser.parse(form.write(form, FEED).decode())
    assert (read.feed["title"], read.feed["link"], read.feed["language"] or "nl") == (FEED.title, FEED.page, "nl")
    (entry,) = read.entries
    assert (entry["id"], entry["link"], entry["title"], entry["description"]) == (
        ENTRY.id,
        ENTRY.address,
        ENTRY.title,
        ENTRY.summary,
    )
    assert entry["content"][0]["value"] == ENTRY.html
    assert datetime.fromisoformat(entry["published"]) == ENTRY.published
    assert datetime.fromisoformat(entry["updated"]) == ENTRY.updated
    assert [tag["label"] or tag["term"] for tag in entry["tags"]] == ["Les", "Robotlassen"]
    assert entry["author"] == ENTRY.authors[0]


def test_atom_is_atom() -> None:
    names = {"a": "http://www.w3.org/2005/Atom"}
    root = ElementTree.fromstring(FORMATS["atom"].write(FORMATS["atom"], FEED))
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    # RFC 4287, 4.1.1 and 4.1.2: what must be there, and what may be there once.
    for where, needed in (
        (root, ("id", "title", "updated")),
        (root.find("a:entry", names), ("id", "title", "updated")),
    ):
        assert where is not None
        for name in needed:
            assert len(where.findall(f"a:{name}", names)) == 1, name
    assert all(entry.findall("a:author/a:name", names) for entry in root.findall("a:entry", names))
    content = root.find("a:entry/a:content", names)
    assert content is not None
    assert content.get("type") == "html"


def test_rss_names_an_entry_by_what_stays_and_not_by_its_address() -> None:
    root = ElementTree.fromstring(FORMATS["rss"].write(FORMATS["rss"], FEED))
    guid = root.find("channel/item/guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == (ENTRY.id, "false")
    assert root.get("version") == "2.0"
    assert all(root.find(f"channel/{name}") is not None for name in ("title", "link", "description"))


def test_json_feed_is_json_feed() -> None:
    read = json.loads(FORMATS["json"].write(FORMATS["json"], FEED))
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert read["feed_url"] == "https://proeftuin.example/feeds/alles.json"
    assert read["next_url"].startswith("https://proeftuin.example/feeds/alles.json?verder=")
    (item,) = read["items"]
    assert (item["id"], item["url"], item["content_html"]) == (ENTRY.id, ENTRY.address, ENTRY.html)
    assert datetime.fromisoformat(item["date_published"]) == ENTRY.published
    assert datetime.fromisoformat(item["date_modified"]) == ENTRY.updated
    assert item["authors"] == [{"name": name} for name in ENTRY.authors]
    assert item["tags"] == ["Les", "Robotlassen"]
    assert [file["size_in_bytes"] for file in item["attachments"]] == [1234, 99]
    assert all(isinstance(file["size_in_bytes"], int) for file in item["attachments"])
    # "Custom extensions": an object whose name begins with an underscore and a letter.
    assert {name for name in item if name.startswith("_")} == {"_proeftuin"}
    known = {"version", "title", "home_page_url", "feed_url", "description", "favicon", "language", "items", "next_url"}
    assert set(read) <= known


def test_what_may_not_be_used_says_so_and_names_no_licence() -> None:
    entry = replace(ENTRY, licence=TERMS[Licence.RESERVED])
    read = feedparser.parse(FORMATS["atom"].write(FORMATS["atom"], replace(FEED, entries=(entry,))))
    assert read.entries[0].rights
    assert not [link for link in read.entries[0].links if link.rel == "license"]
