"""What a page is about, in the words of schema.org (version 29): for search engines, as the reader sees it.

An organisation, the site and the article of a page have an `@id`, by which one object points to another.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from app.core.addresses import whole
from app.core.clock import local
from app.core.language import current_language
from app.core.settings import settings
from app.people.models import Organisation
from app.web.assets import asset
from app.web.citing import SITE, doi_in, version_address
from app.web.rows import Link
from app.web.signposts import page_address, schema_type
from content.attaching import OfferedFile
from content.file_kinds import extension_of
from content.licences import TERMS
from content.reading import Opened
from content.snapshot import Visibility

Node = dict[str, Any]

DATA_FILES: Final = frozenset({"csv", "xlsx"})
"""Files that are a set of data rather than a text."""


def site() -> tuple[Node, ...]:
    """The site with its search, and who keeps it."""
    search = whole("/zoeken", current_language())
    return (
        {
            "@type": "WebSite",
            "@id": _id("site"),
            "name": SITE,
            "url": whole("/", current_language()),
            "inLanguage": current_language(),
            "publisher": {"@id": _id("operator")},
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
                "query-input": "required name=search_term_string",
            },
        },
        _operator() | {"logo": settings().address + asset("icons/touch.png")},
    )


def _operator() -> Node:
    return {"@type": "Organization", "@id": _id("operator"), "name": settings().operator_name, "url": whole("/")}


def organisation(row: Organisation) -> Node:
    """An organisation with a page of its own."""
    address = whole(f"/organisaties/{row.slug}")
    told = {"@type": "Organization", "@id": address, "name": row.title, "url": address}
    return told | ({"sameAs": row.website} if row.website else {})


def piece(opened: Opened, *, image: str) -> tuple[Node, ...]:
    """The version that was opened, and a data set for each table that everybody may open."""
    return (_article(opened, image), *_datasets(opened))


def breadcrumbs(links: Sequence[Link]) -> tuple[Node, ...]:
    """The way down to the page, whose links are on this site."""
    steps = [
        {"@type": "ListItem", "position": at, "name": link.label, "item": settings().address + link.href}
        for at, link in enumerate(links, start=1)
    ]
    return ({"@type": "BreadcrumbList", "itemListElement": steps},) if steps else ()


def _article(opened: Opened, image: str) -> Node:
    article, revision, content = opened.article, opened.revision, opened.revision.content
    page, doi = page_address(opened), doi_in(content.identifier)
    told: Node = {
        "@type": schema_type(opened),
        "@id": page,
        "url": version_address(article, revision),
        "mainEntityOfPage": page,
        "headline": content.title,
        "description": content.summary,
        "inLanguage": article.language,
        "datePublished": local(article.published_at).isoformat() if article.published_at else None,
        "dateModified": local(revision.published_at).isoformat() if revision.published_at else None,
        "version": revision.published_number,
        "image": image,
        "author": list(_authors(opened)),
        "publisher": _publishers(opened),
        "license": TERMS[content.licence].address,
        "isPartOf": {"@type": "WebSite", "@id": _id("site"), "name": SITE, "url": whole("/")},
        "about": [
            {"@type": "Thing", "name": topic.name, "url": whole(f"/onderwerpen/{topic.slug_nl}", current_language())}
            for topic in opened.topics
        ],
        "sameAs": f"https://doi.org/{doi}" if doi else "",
    }
    return {name: value for name, value in told.items() if value}


def _authors(opened: Opened) -> Iterator[Node]:
    for author in opened.authors:
        page = {"url": whole(f"/mensen/{author.handle}")} if author.has_profile else {}
        yield {"@type": "Person", "name": author.name, **page}
    if not opened.authors:
        answering = _answering(opened)
        yield {"@id": answering["@id"], "@type": "Organization", "name": answering["name"]}


def _publishers(opened: Opened) -> Node | list[Node]:
    """The owner; a list where others publish it as well."""
    if not opened.publishers:
        return _answering(opened)
    return [_answering(opened), *map(organisation, opened.publishers)]


def _answering(opened: Opened) -> Node:
    """Who answers for it: its owner, or those who run the site where readers are not told of that."""
    return organisation(opened.owner) if opened.owner else _operator()


def _datasets(opened: Opened) -> Iterator[Node]:
    if opened.article.visibility == Visibility.EVERYONE:
        for offered in opened.files:
            is_open = offered.use.visibility in (None, Visibility.EVERYONE)
            if is_open and offered.use.listed and extension_of(offered.use.name) in DATA_FILES:
                yield _dataset(opened, offered)


def _dataset(opened: Opened, offered: OfferedFile) -> Node:
    article, content, use = opened.article, opened.revision.content, offered.use
    title = (use.title_nl if article.language == "nl" else use.title_en) or use.title_nl or use.name
    told: Node = {
        "@type": "Dataset",
        "name": title,
        # Search engines want at least fifty letters.
        "description": f"{title}. {content.title}. {content.summary}",
        "inLanguage": article.language,
        "license": TERMS[content.licence].address,
        "creator": _answering(opened),
        "isPartOf": {"@id": page_address(opened)},
        "isAccessibleForFree": True,
        "distribution": {
            "@type": "DataDownload",
            "contentUrl": whole(f"/kennis/{article.slug}/bijlagen/{quote(use.name)}"),
            "encodingFormat": offered.attachment.media_type,
            "contentSize": f"{offered.attachment.size} B",
        },
    }
    return {name: value for name, value in told.items() if value}


def _id(what: str) -> str:
    return f"{whole('/')}#{what}"
