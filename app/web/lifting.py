"""Lifting a list out of a text: what the author wrote as a list under a heading can stand elsewhere on the page.

Works on the HTML of a revision, which our own renderer wrote and sanitised, so its shape is known.
"""

import re
from collections.abc import Collection

from markupsafe import Markup

_SECTION = re.compile(r'(?=<h2 id="[^"]*">)')
_HEADING = re.compile(r'<h2 id="[^"]*">(?P<heading>.*?)</h2>\s*(?P<content>.*)', re.DOTALL)
_LIST = re.compile(r"<ul>\s*(?P<items>(?:<li>(?:(?!</?(?:ul|ol|li|p)\b).)*</li>\s*)+)</ul>", re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)


def lift(html: str, headings: Collection[str]) -> tuple[str, dict[str, list[Markup]]]:
    """The text without the sections under these headings, and the items of each.

    Only when every one of them that is there holds nothing but one plain list; otherwise nothing is lifted.
    """
    kept: list[str] = []
    lifted: dict[str, list[Markup]] = {}
    for section in _SECTION.split(html):
        head = _HEADING.fullmatch(section.strip())
        if head is None or head["heading"] not in headings:
            kept.append(section)
            continue
        found = _LIST.fullmatch(head["content"].strip())
        if found is None:
            return html, {}
        # Taken from a revision's HTML, which was sanitised when it was made.
        lifted[head["heading"]] = [Markup(item.strip()) for item in _ITEM.findall(found["items"])]  # noqa: S704
    return "".join(kept), lifted
