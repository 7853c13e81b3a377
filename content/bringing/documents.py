"""A document of a word processor: looked at first, then brought into a draft with its pictures."""

import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlmodel import Session

from app.core.apart import Interrupted, Limits, NotDone, make_apart, too_busy, work_apart
from app.core.errors import Invalid, NotFound, Unavailable
from app.core.files import storage
from app.core.language import gettext as _
from app.core.markdown import MAX_LENGTH
from app.people.actor import Actor
from content import filing
from content.access import require_editor
from content.drafting import save
from content.file_kinds import recognise, safe_name
from content.kinds import KINDS
from content.models import Article, Draft
from content.office_files import require_harmless_apart
from content.preparing import PreparedFile, prepare_apart
from content.writing import draft_of, put_aside, require_seen

APART: Final = Limits(megabytes=512, seconds=4, answer_megabytes=80)

PASTING: Final = Limits(megabytes=256, seconds=3, answer_megabytes=4)

PATIENCE: Final = 4.0
"""Seconds for all pictures of a document together, two at a time; the rest stays behind and is told of."""


@dataclass(frozen=True)
class Document:
    """A document as it would come in."""

    title: str
    markdown: str
    pictures: Mapping[str, bytes]
    """Name of a file -> what was in the document."""
    dropped: Mapping[str, int]
    """What cannot come along, and how often."""


@dataclass(frozen=True)
class BroughtIn:
    """What became of it."""

    draft: Draft
    dropped: Mapping[str, int]
    left: Sequence[int]
    """Which of its pictures stayed behind, counted as they stand in the document."""


def read_document(name: str, data: bytes) -> Document:
    """What would come in of this .docx. Raises Invalid when it is none, damaged, or does more than hold text."""
    kind = recognise(name, data, look_through=require_harmless_apart)
    if kind.extension != "docx":
        raise Invalid(_("Choose a Word document (docx)."), field="file")
    try:
        stem = safe_name(name).removesuffix(".docx")[:60]
        told, found = make_apart("content.bringing.word", data, stem, limits=APART)
        if "too_long" in told:
            raise _too_long()
        markdown, pictures = str(told["markdown"]), dict(zip(map(str, told["pictures"]), found, strict=True))
        left_out = {str(what): int(count) for what, count in told["left_out"].items()}
    except Interrupted as late:
        raise too_busy() from late
    except (NotDone, KeyError, AttributeError, TypeError, ValueError) as problem:
        sentence = _("This document cannot be read. Save it again in Word and send the new file.")
        raise Invalid(sentence, field="file") from problem
    if len(markdown) > MAX_LENGTH:
        raise _too_long()
    return Document(
        title=str(told.get("title", ""))[:110],
        markdown=markdown,
        pictures={name: shown for name, shown in pictures.items() if f"(files/{name}" in markdown},
        dropped=left_out,
    )


def _too_long() -> Invalid:
    return Invalid(_("This text is too long for one piece. Divide the document first."), field="file")


def read_pasted(html: str) -> tuple[str, dict[str, int]]:
    """What somebody copied from Word or a page, as Markdown, and what was dropped. Raises Invalid."""
    try:
        told = work_apart("content.bringing.from_html", html.encode("utf-8", "replace"), limits=PASTING)
        return str(told["markdown"]), {str(what): int(count) for what, count in told["dropped"].items()}
    except Interrupted as late:
        raise too_busy() from late
    except (NotDone, KeyError, AttributeError, TypeError, ValueError) as problem:
        raise Invalid(
            _("This cannot be pasted with its headings and lists. Paste the plain text."), field="html"
        ) from problem


def bring_in(
    session: Session,
    article: Article,
    document: Document,
    pictures: Mapping[str, PreparedFile],
    *,
    instead: bool,
    seen_version: int,
    by: Actor,
) -> BroughtIn:
    """Put a document behind the text of a draft, or in the place of it: then that is put aside first.

    `pictures`: those of the document that may be kept, by name. The others leave the text and are told of.
    Raises Stale when it would replace a text that was saved since this version was seen.
    """
    require_editor(by, article)
    draft = draft_of(session, article, is_locked=True)
    if instead:
        require_seen(draft, seen_version)
    is_begun = not is_untouched(article, draft)
    if instead and is_begun:
        put_aside(session, article, by=by)
    markdown, dropped, left = document.markdown, Counter(document.dropped), []
    for name in document.pictures:
        file = pictures.get(name)
        try:
            kept = filing.add(session, article, file, by=by).name if file else ""
        except Invalid:
            kept = ""
        if kept:
            markdown = markdown.replace(f"(files/{name}", f"(files/{kept}")
        else:
            markdown = re.sub(rf"!\[[^\]\n]*\]\(files/{re.escape(name)}[^)\n]*\)", "", markdown)
            dropped["pictures"] += 1
            left.append(_place_of(name))
    before = draft.content.body.rstrip() + "\n\n" if is_begun and not instead else ""
    body = (before + markdown.strip())[: MAX_LENGTH + 1]
    if len(body) > MAX_LENGTH:
        raise Invalid(_("Together with what stands there, this text is too long for one piece."), field="file")
    title = draft.content.title or document.title
    content = draft.content.model_copy(update={"body": body, "title": title})
    return BroughtIn(save(session, article, content, by=by, seen_version=draft.version), dropped, left)


def _place_of(name: str) -> int:
    """Which picture of the document this was: its name ends with that."""
    number = name.rpartition(".")[0].rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def prepared_pictures(document: Document) -> dict[str, PreparedFile]:
    """The pictures of a document as they may be kept; those that do not fit, or take too long, are not among them."""
    until = time.monotonic() + PATIENCE

    def prepared(each: tuple[str, bytes]) -> tuple[str, PreparedFile | None]:
        try:
            return each[0], prepare_apart(*each) if time.monotonic() < until else None
        except (Invalid, Unavailable):
            return each[0], None

    with ThreadPoolExecutor(2) as two:
        # Each knows until when there is time.
        going = [two.submit(copy_context().run, prepared, each) for each in document.pictures.items()]
        return {name: file for name, file in (each.result() for each in going) if file}


def is_untouched(article: Article, draft: Draft) -> bool:
    """Whether nobody has written anything in it yet: it is empty, or holds the headings that it began with."""
    body = draft.content.body.strip()
    return not body or body == KINDS[article.kind].skeleton(article.language).strip()


# --- between looking and taking ---------------------------------------------------------------------------------


def set_aside(article: Article, data: bytes) -> str:
    """Keep the document that was looked at until it is taken, one for each article; its hash."""
    digest = sha256(data).hexdigest()
    storage().keep_made(f"{_place(article)}/{digest}.docx", data)
    return digest


def taken_up(article: Article, digest: str) -> bytes:
    """The document again. Raises Invalid when it is not there any more."""
    try:
        return storage().made(f"{_place(article)}/{digest}.docx")
    except NotFound as gone:
        raise Invalid(_("The document is not here any more. Choose it again."), field="file") from gone


def forget(article: Article) -> None:
    """The document is in the draft, or not wanted."""
    storage().forget_made(_place(article))


def _place(article: Article) -> str:
    return f"document/{article.id}"
