"""Opening: a zip of Markdown files with front matter, and the files beside them, that a writer sent."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.core.apart import Interrupted, Limits, NotDone, make_apart, too_busy
from app.core.errors import Invalid, Unavailable
from app.core.language import gettext as _
from app.core.language import ngettext, number
from content.carrying.looking_up import FILE, bytes_of, place_of
from content.carrying.shape import Carried, read_text
from content.carrying.unpacked import MOST_BYTES, MOST_FILES
from content.file_kinds import MEGABYTE
from content.preparing import PreparedFile, prepare_apart
from content.snapshot import Snapshot

APART: Final = Limits(megabytes=512, seconds=4, answer_megabytes=MOST_BYTES // MEGABYTE + 1)

MOST_TEXTS: Final = 50
MOST_ZIP: Final = 40 * MEGABYTE

PATIENCE: Final = 4.0
"""Seconds for all files of a zip together, two at a time; the rest waits until the same zip is brought in again."""

PATIENCE_FOR_TEXTS: Final = 2.0
"""The same for reading its texts: 50,000 letters of facts can take half a second each."""


Prepared = PreparedFile | str | None
"""A file as it would be kept, or the sentence why it is not; None when it is not in the zip."""


@dataclass(frozen=True)
class Unpacked:
    """A zip that was looked into: its texts as they were read, and its files as they would be kept."""

    texts: Sequence[tuple[str, Carried]]
    unread: Sequence[tuple[str, str]]
    """Texts that are none, each with the sentence why."""
    files: Mapping[tuple[str, str], Prepared]
    """By the path of the text and the name that it uses."""
    left: Sequence[str]
    """Names of what stays in the zip: damaged, locked, leading out of it, or used by no text."""


def unpack(data: bytes) -> Unpacked:
    """What is in this zip. Raises Invalid for what is none, and for one that holds too much."""
    if len(data) > MOST_ZIP:
        most = number(MOST_ZIP // MEGABYTE)
        raise Invalid(_("A zip may have %(n)s MB. Divide it, or send large files on the page of the piece.", n=most))
    try:
        told, found = make_apart("content.carrying.unpacked", data, limits=APART)
        wrong = told.get("wrong", "")
        files = dict(zip(map(str, told.get("names", ())), found, strict=True))
        left = [str(name) for name in told.get("left", ())]
    except Interrupted as late:
        raise too_busy() from late
    except (NotDone, KeyError, AttributeError, TypeError, ValueError) as problem:
        raise Invalid(_("This zip cannot be opened. Make it again and send the new one.")) from problem
    if wrong == "no zip":
        raise Invalid(_("Choose a zip file."))
    if wrong:
        bounds = {"files": number(MOST_FILES), "megabytes": number(MOST_BYTES // MEGABYTE)}
        raise Invalid(
            _("A zip may hold %(files)s files, and %(megabytes)s MB when it is unpacked. Divide it.", **bounds)
        )
    return _read(files, left)


def _read(files: Mapping[str, bytes], left: Sequence[str]) -> Unpacked:
    paths = [path for path in files if path.endswith(".md") and path.rpartition("/")[2].lower() != "readme.md"]
    if not paths:
        raise Invalid(_("There is no Markdown file (.md) in this zip."))
    if len(paths) > MOST_TEXTS:
        raise Invalid(_("A zip may hold %(n)s texts. Divide it.", n=number(MOST_TEXTS)))
    texts, unread = [], []
    until = time.monotonic() + PATIENCE_FOR_TEXTS
    for path in paths:
        try:
            if time.monotonic() > until:
                raise Invalid(_no_time())
            texts.append((path, read_text(path, files[path])))
        except Invalid as problem:
            unread.append((path, problem.sentence))
    # Originals before their translations.
    texts.sort(key=lambda each: each[1].content.translated is not None)
    wanted = [(path, name, carried.slug) for path, carried in texts for name in names_in(carried.content)]
    used = {*paths, *(place_of(files, *each) for each in wanted)}
    unused = [path for path in files if path not in used and not path.endswith(".md")]
    return Unpacked(texts, unread, _prepared(files, wanted), [*left, *unused])


def _prepared(files: Mapping[str, bytes], wanted: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str], Prepared]:
    """Every file that a text lists or shows, made harmless. It takes its time: before the database is asked.

    Each is `wanted` with the path of the text, its name there, and the slug of the text.
    """
    until = time.monotonic() + PATIENCE

    def prepared(path: str, name: str, slug: str) -> Prepared:
        data = bytes_of(files, path, name, slug)
        if data is None:
            return None
        if time.monotonic() > until:
            return _no_time()
        try:
            return prepare_apart(name, data)
        except Invalid as problem:
            return problem.sentence
        except Unavailable:
            return _no_time()

    with ThreadPoolExecutor(2) as two:
        # Each with the language of whoever asks: a thread of a pool has none of its own.
        going = [(each, two.submit(partial(copy_context().run, prepared, *each))) for each in wanted]
        return {(path, name): file.result() for (path, name, _slug), file in going}


def _no_time() -> str:
    return _("There was no time left for it. Bring the same zip in again, and it comes along.")


def names_in(content: Snapshot) -> list[str]:
    """The files that a text lists, and those that it shows or leads to."""
    return list(dict.fromkeys([*(use.name for use in content.files), *FILE.findall(content.body)]))


def in_words(found: Unpacked) -> str:
    """How much there is in a zip."""
    files = sum(isinstance(file, PreparedFile) for file in found.files.values())
    texts = len(found.texts) + len(found.unread)
    return ", ".join((ngettext("One text", "%(n)s texts", texts), ngettext("one file", "%(n)s files", files)))
