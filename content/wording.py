"""Wording: the words of a piece by the name of their field, apart from its facts.

The language versions of a piece tell the same facts (settled: 1): a translation has words of its own and takes
everything else from the original. Pure functions.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from content.kinds import KINDS
from content.kinds.asking import asked
from content.passages import stretches
from content.side_by_side import Row
from content.snapshot import FileUse, FromOriginal, Snapshot
from content.tightening import strictest
from content.vocabulary import indicators

FACTS: Final = ("topics", "sectors", "pilot", "organisations", "municipality", "audience", "licence", "anonymous")
"""What language versions share beside the facts of the kind. Files and authors may differ: a report may be Dutch."""

FIGURE_WORDS: Final = ("name", "unit", "period")

BODY: Final = "body"

Words = Mapping[str, str]


def words_of(kind: str, content: Snapshot) -> dict[str, str]:
    """Every field of words but the text itself, in the order in which an author is asked; lists one on a line."""
    words = {"title": content.title, "summary": content.summary}
    fields = asked(KINDS[kind])
    for name in (name for group in KINDS[kind].groups for name in group.fields):
        value = content.told.get(name)
        match fields[name].sort:
            case "line" | "prose":
                words[name] = str(value or "")
            case "lines":
                words[name] = "\n".join(map(str, value or ()))
            case "figures":
                for at, figure in enumerate(value or ()):
                    words |= {f"{name}-{at}-{part}": str(figure.get(part) or "") for part in FIGURE_WORDS}
    return words


def field_rows(kind: str, original: Snapshot, translation: Snapshot) -> dict[str, Row]:
    """Field of words -> what the original tells in it, and the translation."""
    theirs, ours, seen = words_of(kind, original), words_of(kind, translation), _seen(translation.translated)
    return {name: Row(theirs.get(name, ""), seen.get(name), ours.get(name, "")) for name in {**theirs, **ours}}


def text_pairs(translation: Snapshot) -> list[tuple[str, str]]:
    """Passage of the original -> passage of the translation, as somebody last said."""
    return [(each.source, each.words) for each in translation.translated or () if each.part == BODY]


def in_step(kind: str, language: str, translation: Snapshot, original: Snapshot) -> Snapshot:
    """The translation with the facts of the original. No word of it changes."""
    words, links = _moved(kind, translation, original)
    facts = {name: getattr(original, name) for name in FACTS}
    told = _told(kind, language, original.told, words, _seen(links))
    files = _files(translation, original)
    return translation.model_copy(update={**facts, "told": told, "files": files, "translated": links})


def _files(translation: Snapshot, original: Snapshot) -> tuple[FileUse, ...]:
    """Those of the translation, each for no more people than the original shows the very file to."""
    said = {use.hash: use.visibility for use in original.files}
    return tuple(
        use.model_copy(update={"visibility": strictest([use.visibility, said.get(use.hash)])})
        for use in translation.files
    )


def loses_words(kind: str, before: Snapshot, after: Snapshot) -> bool:
    """Whether words of figures that stood in a translation stand nowhere in it any more."""
    figures = tuple(f"{name}-" for name, field in asked(KINDS[kind]).items() if field.sort == "figures")
    stood, stand = (
        {words for name, words in words_of(kind, side).items() if name.startswith(figures)} for side in (before, after)
    )
    return bool(stood - stand - {""})


def tells_the_same_figures(kind: str, translation: Snapshot, original: Snapshot) -> bool:
    """Whether each figure is called what it was called when it was translated: then other numbers fit its words."""
    theirs, seen = words_of(kind, original), _seen(_moved(kind, translation, original)[1])
    return all(seen.get(name) == their for name, their in theirs.items() if name.endswith("-name"))


def relinked(kind: str, content: Snapshot, mine: Snapshot, theirs: Snapshot) -> Snapshot:
    """A translation made of two, with what each of its parts was translated from in whichever of them it stood."""
    seen: dict[str, str] = {}
    for side in (theirs, mine):
        told, sources = words_of(kind, side), _seen(side.translated)
        words = words_of(kind, content)
        seen |= {name: source for name, source in sources.items() if told.get(name) == words.get(name)}
    sources = {words: source for source, words in (*text_pairs(theirs), *text_pairs(mine))}
    links = [FromOriginal(part=name, source=source) for name, source in seen.items()]
    passages = [each for each in stretches(content.body) if each in sources]
    links += [FromOriginal(part=BODY, source=sources[each], words=each) for each in passages]
    return content.model_copy(update={"translated": tuple(links)})


def begun(kind: str, language: str, translation: Snapshot, original: Snapshot) -> Snapshot:
    """A new translation: what the vocabulary knows in both languages is there already."""
    content = in_step(kind, language, translation, original)
    theirs = words_of(kind, original)
    known = [name for name, words in words_of(kind, content).items() if words]
    links = tuple(FromOriginal(part=name, source=theirs[name]) for name in known if theirs.get(name))
    return content.model_copy(update={"translated": links})


def _told(kind: str, language: str, told: Mapping[str, Any], words: Words, seen: Words) -> dict[str, Any]:
    """The fields of the kind: numbers and choices as told, words as given. What has no words is not told."""
    found: dict[str, Any] = dict(told)
    for name, field in asked(KINDS[kind]).items():
        match field.sort:
            case "line" | "prose":
                found[name] = words.get(name, "")
            case "lines":
                found[name] = [line for line in words.get(name, "").split("\n") if line]
            case "figures":
                figures = enumerate(told.get(name) or ())
                found[name] = [_figure(language, figure, words, seen, f"{name}-{at}") for at, figure in figures]
    return {name: value for name, value in found.items() if value not in ("", [], None)}


def _figure(language: str, figure: Mapping[str, Any], words: Words, seen: Words, at: str) -> dict[str, Any]:
    """One figure in this language. The vocabulary knows what its indicator is called."""
    own = {part: words.get(f"{at}-{part}", "") for part in FIGURE_WORDS}
    own["name"] = own["name"] or _called(figure, language)
    # Another unit of the original makes other numbers: a word for the old one would lie.
    unit = str(figure.get("unit") or "")
    if not own["unit"] or seen.get(f"{at}-unit", unit) != unit:
        own["unit"] = _unit(figure, language)
    return {name: value for name, value in {**figure, **own}.items() if value not in ("", None)}


def _called(figure: Mapping[str, Any], language: str) -> str:
    known = indicators().get(str(figure.get("indicator") or ""))
    return str(getattr(known, language)) if known is not None and figure.get("name") in (known.nl, known.en) else ""


def _unit(figure: Mapping[str, Any], language: str) -> str:
    known, unit = indicators().get(str(figure.get("indicator") or "")), str(figure.get("unit") or "")
    for each in (known.unit, *known.accepts) if known is not None else ():
        if unit in (each.nl, each.en):
            return str(getattr(each, language))
    return unit


def _moved(kind: str, translation: Snapshot, original: Snapshot) -> tuple[Words, tuple[FromOriginal, ...]]:
    """The words, those of each figure at the place that the figure has in the original now."""
    words, links = words_of(kind, translation), list(translation.translated or ())
    for name, field in asked(KINDS[kind]).items():
        if field.sort == "figures":
            theirs = [str(figure.get("name") or "") for figure in original.told.get(name) or ()]
            places = _places(name, theirs, words, _seen(links))
            words = _renamed(words, name, places)
            links = [each.model_copy(update={"part": part}) for each in links if (part := _part(each, name, places))]
    return words, tuple(links)


def _places(name: str, theirs: list[str], words: Words, seen: Words) -> dict[int, int]:
    """Place of a figure in the translation -> its place in the original now, known by what it was translated from."""
    ours = sorted({int(each.split("-")[1]) for each in words if each.startswith(f"{name}-")})
    by_source = {seen[f"{name}-{at}-name"]: at for at in ours if f"{name}-{at}-name" in seen}
    places = {by_source[their]: at for at, their in enumerate(theirs) if their in by_source}
    for at in ours:
        # One that is called otherwise now, with nothing else in its place.
        if at not in places and at < len(theirs) and at not in places.values():
            places[at] = at
    return places


def _renamed(words: Words, name: str, places: Mapping[int, int]) -> dict[str, str]:
    kept = {each: text for each, text in words.items() if not each.startswith(f"{name}-")}
    for old, new in places.items():
        kept |= {f"{name}-{new}-{part}": words.get(f"{name}-{old}-{part}", "") for part in FIGURE_WORDS}
    return kept


def _part(link: FromOriginal, name: str, places: Mapping[int, int]) -> str:
    """The name of the field that a link is about now; empty when its figure is gone."""
    if not link.part.startswith(f"{name}-"):
        return link.part
    _name, at, part = link.part.split("-")
    return f"{name}-{places[int(at)]}-{part}" if int(at) in places else ""


def _seen(links: Iterable[FromOriginal] | None) -> dict[str, str]:
    """Field -> what stood there in the original when it was translated."""
    return {each.part: each.source for each in links or () if each.part != BODY}
