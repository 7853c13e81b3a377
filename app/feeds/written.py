"""Written feeds: a feed in a format, of which no more is made than whoever asks for it has not got already.

A tag is a digest of the bytes, so that one tag is one text, whichever process or version of us wrote it. Two things
spare the writing: in one epoch the same question has the same tag; and a feed that is equal in all it holds to one that
was written before is the same bytes, since a format sees nothing else.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from cachetools import LRUCache
from sqlmodel import Session

from app.core import remembering
from app.core.language import current_language
from app.feeds.formats import Format
from app.feeds.streams import Feed

MOST_TAGS: Final = 20_000
"""Feeds whose tag a process knows, about 4 MB; what was not asked for longest goes first."""

_tags: LRUCache[bytes, str] = LRUCache(MOST_TAGS)
"""Digest of a feed with its format and language -> the tag of what is written of it."""

_lock = threading.Lock()


@dataclass(frozen=True)
class Written:
    """A feed as it goes out, neither selected nor written before it must be."""

    session: Session
    form: Format
    question: Hashable
    """All that `select` depends on besides what moves the epoch: what is asked, by whom, on which day."""
    select: Callable[[], Feed]

    def known_tag(self) -> str:
        """The tag of the body, found without writing it where that can be."""
        asked = ("written feed", self.form.ending, current_language(), self.question)
        return remembering.once(self.session, asked, self._tag_of_feed)

    @cached_property
    def body(self) -> bytes:
        """The bytes."""
        return self.form.write(self.form, self._feed)

    @property
    def tag(self) -> str:
        """The tag of these bytes, whatever was remembered."""
        return sha256(self.body).hexdigest()[:32]

    @cached_property
    def _feed(self) -> Feed:
        return self.select()

    def _tag_of_feed(self) -> str:
        # With the language: the name of a licence is looked up while it is written.
        told = sha256(repr((self.form.ending, current_language(), self._feed)).encode()).digest()
        with _lock:
            tag = _tags.get(told)
        if tag is None:
            tag = self.tag
        with _lock:
            _tags[told] = tag
        return tag
