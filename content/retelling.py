"""Retelling: a translation with other words in some of its parts, and with what each of them was translated from.

Words alone say nothing of whether a part tells again what the original does. Its translator says that, or the part had
no words before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from app.core.errors import Invalid, Stale
from app.core.language import gettext as _
from app.core.markdown import MAX_LENGTH
from app.core.text import one_line, wash
from app.people.actor import Actor
from content.drafting import save
from content.kinds import KINDS
from content.kinds.asking import asked
from content.models import Article, Draft
from content.passages import stretches
from content.side_by_side import Row
from content.snapshot import FromOriginal, Snapshot
from content.translating import rows_of
from content.wording import BODY, FIGURE_WORDS, words_of
from content.writing import draft_of, require_seen

MOST_OF_A_FIGURE: Final = 80
"""Characters of its name, its unit and its period."""


@dataclass(frozen=True)
class Basis:
    """What a translator had before them."""

    now: str
    """What the original tells."""
    seen: str | None
    """What it told when this was translated: empty when nobody said, None when there were no words yet."""
    fits: bool = False
    """Whether they say that the words tell again what the original does."""

    @property
    def source(self) -> str:
        """What the words were translated from."""
        return self.now if self.seen is None or self.fits else self.seen

    @property
    def is_known(self) -> bool:
        """Whether anybody said what it was translated from."""
        return self.seen != "" or self.fits


OF_ITS_OWN: Final = Basis("", "")
"""Of what the original has nothing beside."""


@dataclass(frozen=True)
class Told:
    """A part as its translator tells it."""

    original: str
    """What they read there in the original."""
    words: str | None
    """None: as they are."""
    fits: bool


def basis_of(row: Row, *, fits: bool = False) -> Basis:
    """What somebody has before them who sees this row."""
    return Basis(row.original, (row.seen or "") if row.words else None, fits)


def named_rows(
    session: Session, article: Article, original: Article, content: Snapshot
) -> tuple[dict[str, Row], dict[str, Row]]:
    """The fields and the passages of a translation beside its original, each by a name of its own."""
    fields, passages = rows_of(session, article, original, content)
    return fields, {f"{BODY}-{at}": row for at, row in enumerate(passages)}


def most_of(kind: str, name: str) -> int | None:
    """Characters that the words of a field may have; None where only the whole piece has a limit."""
    if name in ("title", "summary"):
        return {"title": 110, "summary": 320}[name]
    field = asked(KINDS[kind]).get(name)
    if field is None:
        return MOST_OF_A_FIGURE
    return field.most if field.sort != "lines" else None


def with_words(kind: str, content: Snapshot, words: Mapping[str, str]) -> Snapshot:
    """The telling with these words in its fields; whatever is not among them stays."""
    told: dict[str, Any] = dict(content.told)
    for name, field in asked(KINDS[kind]).items():
        if field.sort == "figures":
            told[name] = [_figure(figure, f"{name}-{at}", words) for at, figure in enumerate(told.get(name) or ())]
        elif name in words and field.sort == "lines":
            told[name] = [line for line in words[name].split("\n") if line]
        elif name in words:
            told[name] = words[name]
    told = {name: value for name, value in told.items() if value not in ("", [], None)}
    lines = {name: words[name] for name in ("title", "summary") if name in words}
    return content.model_copy(update={**lines, "told": told})


def _figure(figure: Mapping[str, Any], at: str, words: Mapping[str, str]) -> dict[str, Any]:
    sent = {part: words[f"{at}-{part}"] for part in FIGURE_WORDS if f"{at}-{part}" in words}
    return {name: value for name, value in {**figure, **sent}.items() if value not in ("", None)}


def retold(
    kind: str, content: Snapshot, fields: Mapping[str, Basis], passages: Sequence[tuple[str, Basis]]
) -> Snapshot:
    """The translation with this text, and with what its fields and passages were translated from.

    `content` has the words of the fields already. Raises Invalid for a text that is too long.
    """
    links: list[FromOriginal] = []
    for words, basis in passages:
        for at, part in enumerate(stretches(words)):
            # A second passage in the place of one is one of its own: the original has none beside it.
            links.append(FromOriginal(part=BODY, source="" if at else basis.source, words=part))
    body = "\n\n".join(link.words for link in links)
    if len(body) > MAX_LENGTH:
        raise Invalid(_("Make this shorter: at most %(most)s characters", most=MAX_LENGTH), field=BODY)
    words_now = words_of(kind, content)
    kept = [each for each in content.translated or () if each.part != BODY and each.part not in fields]
    known = [
        FromOriginal(part=name, source=basis.source)
        for name, basis in fields.items()
        if words_now.get(name) and basis.is_known
    ]
    return content.model_copy(update={"body": body, "translated": (*kept, *known, *links)})


def retell(
    session: Session, article: Article, original: Article, told: Mapping[str, Told], *, by: Actor, seen_version: int
) -> Draft:
    """Give these parts of a translation other words, or say that they fit; all others stay as they are.

    Raises Invalid for what is no part of it, Stale when it was saved since this version was seen, or when the original
    tells something else than its translator read.
    """
    draft = draft_of(session, article, is_locked=True)
    # Before anything is looked up: passages are counted as they stood in the version that was seen.
    require_seen(draft, seen_version)
    fields, passages = named_rows(session, article, original, draft.content)
    _require_read({**fields, **passages}, told)
    words = {name: _field_words(article.kind, name, part.words) for name, part in told.items() if name in fields}
    content = with_words(article.kind, draft.content, {name: text for name, text in words.items() if text is not None})
    bases = {name: basis_of(row, fits=name in told and told[name].fits) for name, row in (fields | passages).items()}
    texts = [
        (row.words if name not in told or told[name].words is None else wash(told[name].words or ""), bases[name])
        for name, row in passages.items()
    ]
    content = retold(article.kind, content, {name: bases[name] for name in fields}, texts)
    return save(session, article, content, by=by, seen_version=draft.version)


def _require_read(rows: Mapping[str, Row], told: Mapping[str, Told]) -> None:
    for name, part in told.items():
        if name not in rows:
            raise Invalid(_("“%(name)s” is no part of this translation.", name=name), field="parts")
        if rows[name].original != part.original:
            raise Stale(_("The original tells something else by now. Read it again and look whether your words fit."))


def _field_words(kind: str, name: str, words: str | None) -> str | None:
    if words is None:
        return None
    field = asked(KINDS[kind]).get(name)
    is_lines = field is not None and field.sort == "lines"
    text = "\n".join(filter(None, map(one_line, wash(words).split("\n")))) if is_lines else one_line(words)
    most = most_of(kind, name) or MAX_LENGTH
    if len(text) > most:
        raise Invalid(_("Make this shorter: at most %(most)s characters", most=most), field=name)
    return text
