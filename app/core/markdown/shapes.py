"""What a text becomes on a page: pictures, headings, and the tokens they are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markdown_it.token import Token

from app.core.images import widths


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of our own. Below `address` lie `{width}.webp` for a photo, `tekening.svg` for a drawing."""

    address: str
    media_type: str
    width: int
    height: int
    """In pixels, as it stands upright."""
    shows: str = ""
    """What is to be seen, where the text does not say it."""

    @property
    def forms(self) -> tuple[tuple[int, str], ...]:
        """Width and address of each rendition, small to large; none for a drawing, which fits every size."""
        if self.media_type == "image/svg+xml":
            return ()
        return tuple((width, f"{self.address}/{width}.webp") for width in widths(self.width))

    @property
    def source(self) -> str:
        """The one address for a browser that chooses none: the middle size."""
        forms = self.forms
        return forms[min(1, len(forms) - 1)][1] if forms else f"{self.address}/tekening.svg"


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the table of contents. `level` is that on the page, 2 to 6; `id` the place to link to."""

    level: int
    id: str
    text: str


@dataclass(slots=True)
class Telling:
    """One text while it is being rendered: what it may use, and what was found in it."""

    images: Mapping[str, Image]
    attachments: Mapping[str, str]
    headings: list[Heading] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    missing: dict[str, None] = field(default_factory=dict)


def opening(tag: str, **attributes: str) -> Token:
    """`<tag ...>`; an underscore in a name stands for a hyphen, one at its end is dropped."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return Token(f"{tag}_open", tag, 1, attrs=dict(names), block=True)


def closing(tag: str) -> Token:
    """`</tag>`."""
    return Token(f"{tag}_close", tag, -1, block=True)


def inline(*children: Token) -> Token:
    """A run of text."""
    return Token("inline", "", 0, children=list(children))


def text(words: str) -> Token:
    """Words, escaped when written out."""
    return Token("text", "", 0, content=words)


def words(children: Iterable[Token] | None) -> str:
    """What a run of text says, on one line."""
    return "".join(_said(child) for child in children or ()).strip()


def _said(child: Token) -> str:
    match child.type:
        case "text" | "code_inline":
            return child.content
        case "softbreak" | "hardbreak":
            return " "
        case "image":
            return " ".join(filter(None, (words(child.children), str(child.attrs.get("title", "")))))
        case _:
            return ""
