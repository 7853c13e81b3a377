"""Links, pictures and note marks inside a run of text."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from markdown_it.token import Token

from app.core.language import gettext as _
from app.core.markdown.addresses import Target, target_of
from app.core.markdown.shapes import Telling, text, words
from app.core.text import slug

ELSEWHERE: Final = "noopener nofollow ugc"
"""What a link to another host says: no hold on our page, no recommendation, written by a member."""

SIZES: Final = "(min-width: 40rem) 38rem, 100vw"
"""How wide a picture in a text is shown: the reading measure, or the whole of a phone."""


def runs(tokens: list[Token], telling: Telling) -> Iterator[Token]:
    """The blocks with the final links, pictures and marks inside them. After `headings`: links may point at those."""
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = list(_shaped(token.children, telling))
        yield token


def _shaped(children: list[Token], telling: Telling) -> Iterator[Token]:
    dropped = False
    for child in children:
        match child.type:
            case "link_open":
                dropped = not _link(child, telling)
                if not dropped:
                    yield child
            case "link_close":
                if not dropped:
                    yield child
            case "image":
                yield from _picture(child, telling)
            case "footnote_ref":
                yield from _mark(child.meta["id"] + 1, child.meta["subId"] + 1)
            case _:
                yield child


def _link(token: Token, telling: Telling) -> bool:
    """Whether the link stays; its attributes are made anew."""
    address = str(token.attrs["href"])
    target = target_of(address)
    if target is Target.FILE:
        address = telling.attachments.get(_file(address), "")
        if not address:
            telling.missing[_file(str(token.attrs["href"]))] = None
    elif address.startswith("#"):
        address = _place(address[1:], telling)
    token.attrs = {"href": address, **({"rel": ELSEWHERE} if target is Target.ELSEWHERE else {})}
    return bool(address)


def _place(name: str, telling: Telling) -> str:
    """`#de-aanpak`, as people write it, leads to the heading with those words; anything else to a place on the page."""
    own = f"t-{slug(unquote(name))}"
    return f"#{own}" if own in telling.ids else f"#{name}"


def _file(address: str) -> str:
    return unquote(address.removeprefix("files/"))


def _picture(token: Token, telling: Telling) -> Iterator[Token]:
    """Only pictures of the piece itself are shown: another host would see who reads."""
    name, alt = _file(str(token.attrs["src"])), words(token.children)
    image = telling.images.get(name) if target_of(str(token.attrs["src"])) is Target.FILE else None
    if image is None:
        telling.missing[name] = None
        yield Token("span_open", "span", 1, attrs={"class": "missing"})
        yield text(alt or name)
        yield Token("span_close", "span", -1)
        return
    shown = {"src": image.source, "alt": alt or image.shows, "width": str(image.width), "height": str(image.height)}
    if len(image.forms) > 1:
        shown |= {"srcset": ", ".join(f"{address} {width}w" for width, address in image.forms), "sizes": SIZES}
    picture = Token("img", "img", 0, attrs={**shown, "loading": "lazy", "decoding": "async"})
    picture.meta["caption"] = str(token.attrs.get("title", "")).strip()
    yield picture


def _mark(number: int, time: int) -> Iterator[Token]:
    origin = f"n-{number}-from" + (f"-{time}" if time > 1 else "")
    attributes = {"href": f"#n-{number}", "id": origin, "role": "doc-noteref"}
    yield Token("sup_open", "sup", 1, attrs={"class": "footnote-ref"})
    yield Token("link_open", "a", 1, attrs={**attributes, "aria-label": _("Footnote %(n)s", n=number)})
    yield text(str(number))
    yield Token("link_close", "a", -1)
    yield Token("sup_close", "sup", -1)
