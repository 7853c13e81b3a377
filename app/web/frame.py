"""The frame: what stands around every page, as one value. `templates/layout.html` asks for nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class NavEntry:
    """One of the few entries at the top. Only what exists is one: there are no dead links."""

    key: str
    """Compared with `Frame.section`, to mark where the reader is."""
    label: str
    href: str


@dataclass(frozen=True)
class FeedLink:
    """A feed that belongs to this page, for feed readers that look for it in the head."""

    href: str
    title: str
    media_type: str = "application/atom+xml"


@dataclass(frozen=True)
class Member:
    """Who is signed in."""

    name: str
    initials: str
    own: tuple[NavEntry, ...] = ()
    """Their own pages, in the menu behind their initials."""
    inbox: str = ""
    unread: int = 0
    """Notices that they have not read."""


@dataclass(frozen=True)
class Viewing:
    """A steward looks at this page as somebody else: whom, until what time, and where to stop."""

    name: str
    until: str
    stop: str


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Everything around the content of one page."""

    language: str
    """Of the interface: `nl` or `en`."""
    here: str
    """The address of this page on this site, with its query."""
    home: str
    other_language: str
    """The address of this page in the other language of the interface."""
    search_address: str
    """Where a search goes; the suggestions lie at `{search_address}/suggesties`."""

    canonical: str = ""
    """The whole address under which this content is known; empty for pages that have none, such as errors."""
    alternates: Mapping[str, str] = field(default_factory=dict)
    """Language -> whole address of the same content; only between real pairs (settled: 2)."""
    feeds: tuple[FeedLink, ...] = ()
    is_indexed: bool = True
    """Whether outside search engines may list the page."""
    reads: bool = False
    """Whether there is text to read: then its typeface is fetched early."""

    image: str = ""
    """Whole address of the picture that is shown beside a link to this page elsewhere."""
    image_text: str = ""
    """What can be read in it."""
    published: str = ""
    changed: str = ""
    """Of a piece: when its first and this version appeared (RFC 3339)."""
    data: Markup = field(default_factory=Markup)
    """What the page is about, for search engines: JSON-LD, safe inside a script element."""

    theme: str = ""
    """`light` or `dark` when the reader chose; empty lets the system decide."""
    section: str = ""
    nav: tuple[NavEntry, ...] = ()
    about: tuple[NavEntry, ...] = ()
    """Standing pages, for the foot."""
    shows_search: bool = True
    """Whether the header has a search field; pages that have a large one of their own leave it out."""
    query: str = ""
    """What was searched for, so that the field shows it again."""

    member: Member | None = None
    viewing: Viewing | None = None
    set_up: str = ""
    """Where a second step is set up, for whoever has to before their rights count (setting SECOND_STEP)."""
    form_token: str = ""
    """For forms on personal pages (settled: 19)."""
    sign_in: str = ""
    """Where to sign in, sign out and join; empty when there is no such place."""
    sign_out: str = ""
    join: str = ""

    operator: str = ""
    funders: str = ""
    has_examples: bool = False
    """Whether invented content is loaded, which the foot then says."""
