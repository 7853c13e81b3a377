"""How to refer to a piece, exact to the version: APA style, 7th edition (online reference with a version)."""

from collections.abc import Sequence

from app.core.addresses import whole
from app.core.clock import local
from app.core.language import gettext as _
from app.people.models import Organisation, User
from content.models import Article, Revision

SITE = "Proeftuin"


def apa(article: Article, revision: Revision, authors: Sequence[User], owner: Organisation) -> str:
    """De Boer, J., & Veenstra, M. (2026). Title (versie 2). Proeftuin. https://…/v/2."""
    year = local(revision.published_at).year if revision.published_at else ""
    who = _people([author.name for author in authors]) or owner.name
    version = _("version %(n)s", n=revision.published_number or 1)
    return f"{who} ({year}). {revision.content.title} ({version}). {SITE}. {version_address(article, revision)}"


def version_address(article: Article, revision: Revision) -> str:
    """The address that keeps showing exactly this version."""
    return whole(f"/kennis/{article.slug}/v/{revision.published_number}", article.language)


def _people(names: Sequence[str]) -> str:
    told = [_surname_first(name) for name in names]
    return f"{', '.join(told[:-1])}, & {told[-1]}" if len(told) > 1 else "".join(told)


def _surname_first(name: str) -> str:
    """Jelle de Boer is De Boer, J.: what comes between the names belongs to the surname."""
    first, *rest = name.split()
    if not rest:
        return name
    surname = " ".join(rest)
    return f"{surname[0].upper()}{surname[1:]}, {first[0].upper()}."
