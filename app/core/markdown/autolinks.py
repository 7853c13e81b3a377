"""Addresses that stand bare in a text become links, as people expect from mail.

Ours, because the ways of the library are quadratic: `linkify` took 4.8 s for 54 kB of `http://a.`, and `gfm_autolink`
looks back through the whole paragraph at every colon: 100 kB of `a:` took longer than a minute. Here each piece of
text is read once, after all other rules, by an expression that cannot go back further than one address.
"""

import re
from collections.abc import Iterator
from typing import Final

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_BARE: Final = re.compile(
    r"(?<![\w/@.+-])(?:"
    r"(?P<web>(?:https?://|www\.)[^\s<>\"`]{1,2000})"
    r"|(?P<mail>[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w@-])"
    r")"
)


def rule(state: StateCore) -> None:
    """Markdown-it's core rule: replaces the text tokens that hold an address."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_linked(token.children, state))


def _linked(children: list[Token], state: StateCore) -> Iterator[Token]:
    inside = 0
    for child in children:
        inside += child.nesting if child.type in {"link_open", "link_close"} else 0
        if child.type == "text" and not inside:
            yield from _split(child, state)
        else:
            yield child


def _split(token: Token, state: StateCore) -> Iterator[Token]:
    text, done = token.content, 0
    for found in _BARE.finditer(text):
        shown = _without_end_of_sentence(found[0])
        address = state.md.normalizeLink(f"mailto:{shown}" if found["mail"] else shown)
        if state.md.validateLink(address):
            yield _text(text[done : found.start()])
            yield from link(address, shown)
            done = found.start() + len(shown)
    yield _text(text[done:]) if done else token


def _without_end_of_sentence(address: str) -> str:
    """Without the punctuation that belongs to the sentence; a closing bracket stays when the address opened it."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in ".,:;!?'*_~]}" or (address[end - 1] == ")" and surplus > 0)):
        surplus -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def link(address: str, shown: str) -> Iterator[Token]:
    """The tokens of a link."""
    yield Token("link_open", "a", 1, attrs={"href": address})
    yield _text(shown)
    yield Token("link_close", "a", -1)


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)
