"""Signposts: links in the head of an answer by which programs find their way around a piece (RFC 8288).

After FAIR Signposting (signposting.org/FAIR): how to cite it, what describes it, which forms and files it has, under
which terms, what it is and who wrote it.
"""

from collections.abc import Iterator
from urllib.parse import quote

from app.core.addresses import whole
from app.web.citation_formats import FORMATS
from app.web.citing import version_address
from content.kinds import Technology
from content.licences import TERMS
from content.reading import Opened

MARKDOWN = "text/markdown"
JSON = "application/json"
PDF = "application/pdf"


def page_address(opened: Opened) -> str:
    """The page of the live version, under the prefix of the text's own language."""
    return whole(f"/kennis/{opened.article.slug}", opened.article.language)


def schema_type(opened: Opened) -> str:
    """What schema.org calls a piece of this kind."""
    return "TechArticle" if opened.article.kind == Technology.slug else "Article"


def on_page(opened: Opened) -> str:
    """The `Link` header of the page of a piece, or of one of its versions, each with its own forms."""
    page, terms = _page(opened), TERMS[opened.revision.content.licence].address
    links = [
        _link(version_address(opened.article, opened.revision), "cite-as"),
        _link(f"https://schema.org/{schema_type(opened)}", "type"),
        _link("https://schema.org/AboutPage", "type"),
        *([_link(terms, "license")] if terms else []),
        *(_link(whole(f"/mensen/{author.handle}"), "author") for author in opened.authors if author.has_profile),
        *(_link(f"{page}.{form.ending}", "describedby", form.media_type) for form in FORMATS),
        _link(f"{page}.json", "describedby", JSON),
        _link(f"{page}.md", "item", MARKDOWN),
        # RFC 5829.
        *(_items(opened, page) if opened.is_live else [_link(page_address(opened), "latest-version")]),
    ]
    return ", ".join(links)


def on_form(opened: Opened, relation: str) -> str:
    """The `Link` header of another form of a piece. `relation`: `describes` of metadata, `collection` of content."""
    page = _page(opened)
    return ", ".join([_link(page, "canonical"), _link(page, relation, "text/html")])


def _page(opened: Opened) -> str:
    """Where what was opened is shown."""
    return page_address(opened) if opened.is_live else version_address(opened.article, opened.revision)


def _items(opened: Opened, page: str) -> Iterator[str]:
    yield _link(f"{page}.pdf", "item", PDF)
    for offered in opened.files:
        if offered.use.listed:
            address = whole(f"/kennis/{opened.article.slug}/bijlagen/{quote(offered.use.name)}")
            # A photo is given out in another form than it came in.
            yield _link(address, "item", "" if offered.attachment.width else offered.attachment.media_type)


def _link(address: str, relation: str, media_type: str = "") -> str:
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{address}>; rel="{relation}"{kind}'
