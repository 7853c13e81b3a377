"""How to refer to a piece, exact to the version: the facts of a reference, and the reference in running words.

Words follow APA style, 7th edition (online reference with a version). `app.web.citation_formats` writes the same facts
for programs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.addresses import whole
from app.core.clock import local
from app.core.language import gettext as _
from app.core.language import speaking
from app.core.settings import settings
from content.licences import TERMS
from content.models import Article, Revision
from content.reading import Opened

SITE = "Proeftuin"


@dataclass(frozen=True)
class Name:
    """An author: a person in two parts, or a body that has one name (`given` is empty then)."""

    family: str
    given: str = ""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What a reference to one version tells, whatever its form."""

    key: str
    """Names this version of this piece, and no other."""
    title: str
    summary: str
    authors: Sequence[Name]
    publisher: str
    issued: date | None
    version: int
    address: str
    """Keeps showing exactly this version."""
    language: str
    licence: str
    """Address of the terms; empty when all rights are reserved."""
    doi: str
    keywords: Sequence[str]


def reference(opened: Opened) -> Reference:
    """The reference to the version that was opened. The organisation that owns it stands in for missing authors."""
    article, revision, content = opened.article, opened.revision, opened.revision.content
    with speaking(article.language):
        return Reference(
            key=f"{article.slug}-v{revision.published_number}",
            title=content.title,
            summary=content.summary,
            authors=[name_of(author.name) for author in opened.authors] or [Name(answers_for(opened))],
            publisher="; ".join([answers_for(opened), *(each.title for each in opened.publishers)]),
            issued=local(revision.published_at).date() if revision.published_at else None,
            version=revision.published_number or 1,
            address=version_address(article, revision),
            language=article.language,
            licence=TERMS[content.licence].address,
            doi=doi_in(content.identifier),
            keywords=[topic.name for topic in opened.topics],
        )


def answers_for(opened: Opened) -> str:
    """Who answers for it by name: its owner, or those who run the site where readers are not told of that."""
    return opened.owner.title if opened.owner else settings().operator_name


def apa(opened: Opened) -> str:
    """De Boer, J., & Veenstra, M. (2026). Title (versie 2). Proeftuin. https://…/v/2."""
    article, revision = opened.article, opened.revision
    year = local(revision.published_at).year if revision.published_at else ""
    who = _people([author.name for author in opened.authors]) or answers_for(opened)
    version = _("version %(n)s", n=revision.published_number or 1)
    return f"{who} ({year}). {revision.content.title} ({version}). {SITE}. {version_address(article, revision)}"


def version_address(article: Article, revision: Revision) -> str:
    """The address that keeps showing exactly this version."""
    return whole(f"/kennis/{article.slug}/v/{revision.published_number}", article.language)


def name_of(name: str) -> Name:
    """Jelle de Boer is `de Boer` and `Jelle`: what comes between the names belongs to the surname."""
    first, _blank, surname = " ".join(name.split()).partition(" ")
    return Name(surname, first) if surname else Name(first)


def doi_in(identifier: str) -> str:
    """The bare DOI (`10.…/…`) that an identifier is, with or without the address of its resolver; else empty."""
    bare = identifier.strip()
    for prefix in ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "doi:"):
        bare = bare.removeprefix(prefix)
    return bare if bare.startswith("10.") and "/" in bare else ""


def _people(names: Sequence[str]) -> str:
    told = [_surname_first(name_of(name)) for name in names]
    return f"{', '.join(told[:-1])}, & {told[-1]}" if len(told) > 1 else "".join(told)


def _surname_first(name: Name) -> str:
    if not name.given:
        return name.family
    return f"{name.family[0].upper()}{name.family[1:]}, {name.given[0].upper()}."
