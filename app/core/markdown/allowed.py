"""The last word: what may be in the HTML of a text. Whatever the steps before it did, nothing else comes out.

The list holds no script, no style, no event, no `hx-` or `data-` attribute and no way to load anything but pictures
from our own host. A step that wants more has to put it here, in plain sight.
"""

import re
from typing import Final

import nh3

from app.core.markdown.addresses import Target, is_picture, target_of

TAGS: Final = frozenset(
    {"h2", "h3", "h4", "h5", "h6", "p", "div", "section", "hr", "blockquote", "ul", "ol", "li", "pre"}
    | {"figure", "img", "figcaption", "table", "thead", "tbody", "tfoot", "tr", "th", "td"}
    | {"a", "em", "strong", "s", "code", "br", "sup", "span"}
)

ATTRIBUTES: Final = {
    "*": set(),  # else `title` and `lang` are let through everywhere
    "a": {"href", "id", "aria-label"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "div": {"aria-label"},
    "section": {"aria-label"},
    "li": {"id"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}

VALUES: Final = {
    "a": {"rel": {"noopener nofollow ugc"}, "role": {"doc-noteref", "doc-backlink"}},
    "img": {"loading": {"lazy"}, "decoding": {"async"}},
    "div": {"role": {"region"}, "tabindex": {"0"}},
    "section": {"role": {"doc-endnotes"}},
    "pre": {"tabindex": {"0"}},
    "th": {"scope": {"col", "row"}},
}

CLASSES: Final = {
    "a": {"footnote-back"},
    "div": {"scroll-x", "aside", "aside--misging", "aside--tip", "aside--let-op"},
    "figure": {"figure"},
    "section": {"footnotes"},
    "span": {"missing"},
    "sup": {"footnote-ref"},
    "table": {"data"},
    "td": {"num", "a-center"},
    "th": {"num", "a-center"},
}

_OWN_ID: Final = re.compile("[tn]-[a-z0-9-]+")


def sanitise(html: str) -> str:
    """This HTML with only what stands in the lists above."""
    return _CLEANER.clean(html)


def _value(tag: str, attribute: str, value: str) -> str | None:
    match attribute:
        case "id":
            fits = _OWN_ID.fullmatch(value) is not None
        case "href":
            fits = target_of(value) not in {None, Target.FILE}
        case "src":
            fits = is_picture(value)
        case "srcset":
            fits = all(is_picture(candidate.split(" ")[0]) for candidate in value.split(", "))
        case _:
            fits = True
    return value if fits else None


_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    attribute_filter=_value,
    tag_attribute_values=VALUES,
    allowed_classes=CLASSES,
    generic_attribute_prefixes=set(),
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
