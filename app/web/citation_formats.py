"""A reference for the programs that keep them: BibTeX, RIS and CSL-JSON.

BibTeX as biblatex reads it (`@online`, its manual, 2.1.1) and older styles too, which take it for `@misc`; RIS after
the format's specification of 2011; CSL-JSON after the schema of citationstyles.org, version 1.0.2.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.core.text import one_line
from app.web.citing import SITE, Name, Reference

_IN_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # Not "\\{": BibTeX counts braces without looking at what stands before them, and one alone ends the field.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        **{sign: f"\\{sign}" for sign in "$&#%_"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)

_LANGID: Final = {"nl": "dutch", "en": "english"}


@dataclass(frozen=True)
class CitationFormat:
    """A form of a reference. `ending` follows the address of the piece."""

    ending: str
    name: str
    media_type: str
    write: Callable[[Reference], str]


def bibtex(told: Reference) -> str:
    """An entry whose fields are in braces, so that no style changes capitals in a title."""
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in told.authors),
        "title": f"{{{_tex(told.title)}}}",
        "date": told.issued.isoformat() if told.issued else "",
        "year": str(told.issued.year) if told.issued else "",
        "version": str(told.version),
        "organization": f"{{{SITE}}}",
        "publisher": f"{{{_tex(told.publisher)}}}",
        "url": told.address,
        "doi": told.doi,
        "langid": _LANGID[told.language],
        "keywords": ", ".join(_tex(word) for word in told.keywords),
        "abstract": _tex(told.summary),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@online{{{told.key},\n" + ",\n".join(lines) + "\n}\n"


def ris(told: Reference) -> str:
    """Lines of a tag, two blanks, a hyphen and a value; ends as the format wants, with CR and LF."""
    issued = f"{told.issued:%Y/%m/%d}/" if told.issued else ""
    rows = [
        ("TY", "ELEC"),
        ("ID", told.key),
        *(("AU", f"{name.family}, {name.given}" if name.given else name.family) for name in told.authors),
        ("TI", told.title),
        ("T2", SITE),
        ("PY", str(told.issued.year) if told.issued else ""),
        ("DA", issued),
        ("PB", told.publisher),
        ("ET", str(told.version)),
        ("LA", told.language),
        ("DO", told.doi),
        ("AB", told.summary),
        *(("KW", word) for word in told.keywords),
        ("UR", told.address),
    ]
    lines = [f"{tag}  - {one_line(value)}" for tag, value in rows if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(told: Reference) -> str:
    """A list of one item, as programs import it."""
    item: dict[str, Any] = {
        "id": told.key,
        "type": "webpage",
        "title": told.title,
        "author": [_csl_name(name) for name in told.authors],
        "issued": _csl_date(told),
        "container-title": SITE,
        "publisher": told.publisher,
        "version": str(told.version),
        "URL": told.address,
        "DOI": told.doi,
        "language": told.language,
        "abstract": told.summary,
        "keyword": ", ".join(told.keywords),
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


FORMATS: Final = (
    CitationFormat("bib", "BibTeX", "application/x-bibtex", bibtex),
    CitationFormat("ris", "RIS", "application/x-research-info-systems", ris),
    CitationFormat("csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
)


def _tex(text: str) -> str:
    return one_line(text).translate(_IN_TEX)


def _bibtex_name(name: Name) -> str:
    # Braces keep the name of a body whole, and "and" inside it from being taken for another author.
    return f"{_tex(name.family)}, {_tex(name.given)}" if name.given else f"{{{_tex(name.family)}}}"


def _csl_name(name: Name) -> dict[str, str]:
    if not name.given:
        return {"literal": name.family}
    *particles, family = name.family.split(" ")
    if all(particle.islower() for particle in particles):
        told = {"family": family, "given": name.given, "non-dropping-particle": " ".join(particles)}
        return {part: value for part, value in told.items() if value}
    return {"family": name.family, "given": name.given}


def _csl_date(told: Reference) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[told.issued.year, told.issued.month, told.issued.day]]} if told.issued else None
