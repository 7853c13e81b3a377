"""The frame around every page: what layout.html needs to know, and nothing of what the page itself shows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NavEntry:
    """An entry of the main menu. `key` says which section a page belongs to."""

    key: str
    label: str
    address: str


@dataclass(frozen=True)
class FeedLink:
    """A feed that the page announces."""

    address: str
    title: str
    media_type: str = "application/atom+xml"


@dataclass(frozen=True)
class Member:
    """Who is signed in, as the frame shows it."""

    name: str
    initials: str


@dataclass(frozen=True)
class Frame:
    """Everything that layout.html uses. Addresses are whole paths, ready for an href."""

    language: str
    """`nl` or `en`: the language of the interface."""
    here: str
    """This page's own address, with its query."""
    home: str
    canonical: str
    """Whole address with host."""
    alternates: dict[str, str]
    """Language -> whole address of the same page in it, for hreflang; empty when there is no real pair."""
    other_language: str
    """Where the language switch leads."""
    theme: str
    """`light`, `dark`, or empty when the system decides."""
    section: str
    nav: tuple[NavEntry, ...]
    search_address: str
    shows_search: bool
    """Whether the header holds a search box; not on home, search, 404 and sign-in, which have their own."""
    query: str
    member: Member | None
    """None for a reader without a session."""
    form_token: str
    """For forms of personal pages; empty on public ones."""
    sign_in: str
    sign_out: str
    operator: str
    funders: str
    has_examples: bool
    """Whether example content is loaded: then every page says that it is invented."""
    is_indexed: bool
    """False: robots stay away."""
    feeds: tuple[FeedLink, ...]
    reads: bool
    """Whether the page is for reading, so that the serif font is fetched at once."""
