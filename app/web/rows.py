"""Small rows that parts are made of: links, facts, files, versions, suggestions."""

from dataclasses import dataclass

from app.web.cards import AnyCard


@dataclass(frozen=True)
class Link:
    """A link, perhaps with how much lies behind it or a few words more."""

    label: str
    href: str
    count: int | None = None
    note: str = ""
    unit: str = ""
    """What is counted, for those who hear the page: `stukken`."""
    language: str = ""
    """Of the label, when it is not the page's."""


@dataclass(frozen=True)
class Fact:
    """A term and what is the case; `note` stands smaller below it."""

    term: str
    value: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class FileRow:
    """A file that belongs to a piece."""

    title: str
    href: str
    about: str = ""
    size: str = ""
    """Kind and size in words: `pdf, 2,1 MB`."""


@dataclass(frozen=True)
class VersionRow:
    """A published version of a piece."""

    label: str
    href: str
    when: str
    note: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Suggestion:
    """One line below the search field. Texts may be Markup with what was found marked."""

    label: str
    href: str
    icon: str = "search"
    note: str = ""
    figure: str = ""


@dataclass(frozen=True)
class SuggestionGroup:
    """Suggestions of one kind under their heading."""

    title: str
    rows: tuple[Suggestion, ...]


@dataclass(frozen=True)
class Gone:
    """A piece that was taken back, for readers who could see it: its title stays, with the reason and what to read."""

    title: str
    when: str
    reason: str
    by: str
    successor: AnyCard | None = None
    more: tuple[Link, ...] = ()
