"""What the two XML formats share: names with their namespaces, washed text, and bytes at the end."""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from app.core.text import wash

ATOM_NAMES: Final = "http://www.w3.org/2005/Atom"
CONTENT_NAMES: Final = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE_NAMES: Final = "http://purl.org/dc/elements/1.1/"
LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"

register_namespace("atom", ATOM_NAMES)
register_namespace("content", CONTENT_NAMES)
register_namespace("dc", DUBLIN_CORE_NAMES)


def add(parent: Element, name: str, text: str = "", /, **attributes: str) -> Element:
    """A child with this text and these attributes. ElementTree escapes, but it would write control characters."""
    child = SubElement(parent, name, {key: wash(value) for key, value in attributes.items()})
    if text:
        child.text = wash(text)
    return child


def document(root: Element) -> bytes:
    """The whole as UTF-8."""
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
