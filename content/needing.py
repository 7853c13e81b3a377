"""Needing: what a piece still lacks before it can be sent in, and what its author may want to look at again.

What blocks comes first. Each need names the field that answers it, so that a page can lead there. Pure functions of
what was told; what only the database knows is handed in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from app.core.language import gettext as _
from app.core.language import ngettext
from content.draft_told import Told
from content.giving_away import every
from content.kinds import KINDS, CaseStudy, Lesson
from content.kinds.asking import asked
from content.readability import Reading, reading_of
from content.snapshot import Part

FEW_WORDS: Final = 60
"""A text with fewer words tells no story yet."""

CLOSE_ENOUGH: Final = 0.15
"""How far a payback may lie from what the figures say: people round."""

HOLLOW: Final = frozenset(
    {"hier", "klik hier", "lees meer", "meer", "link", "deze link", "here", "click here", "read more", "more", "this"}
)
"""Words of a link that say nothing to somebody who hears links one after the other (WCAG 2.2, 2.4.4)."""


@dataclass(frozen=True)
class Need:
    """One thing that is missing, or worth another look."""

    field: str
    """Id of the field that answers it."""
    sentence: str
    blocks: bool = True
    """Whether the piece cannot be sent in like this."""


def needs_of(draft: Told) -> list[Need]:
    """Everything that is missing, what blocks first; then what may be looked at again."""
    found = [need for check in CHECKS for need in check(draft)]
    first = {(need.field, need.sentence): need for need in found}
    return sorted(first.values(), key=lambda need: not need.blocks)


# --- what blocks ------------------------------------------------------------------------------------------------


def _heading(draft: Told) -> Iterator[Need]:
    if not draft.content.title.strip():
        yield Need("title", _("Give it a title."))
    if not draft.content.summary.strip():
        yield Need("summary", _("Write a summary of one or two sentences."))
    if not draft.content.topics:
        yield Need("main_topic", _("Choose a main topic."))


def _fields(draft: Told) -> Iterator[Need]:
    """The kind's own fields, each once."""
    kind = KINDS[draft.kind]
    try:
        kind.model_validate(draft.content.told)
    except ValidationError as wrong:
        fields = asked(kind)
        for error in wrong.errors():
            name = str(error["loc"][0]) if error["loc"] else ""
            if name == "metrics" and len(error["loc"]) > 2:
                at, part = error["loc"][1], error["loc"][2]
                yield Need(f"metrics-{at}-{part}", _figure_sentence(str(part), int(at) + 1))
            elif name in fields:
                yield Need(_id_of(draft, name), _field_sentence(fields[name].label, is_told=name in draft.content.told))


def _id_of(draft: Told, name: str) -> str:
    sort = asked(KINDS[draft.kind])[name].sort
    return {"range": f"{name}-0", "figures": f"{name}-0-name"}.get(sort, name)


def _field_sentence(label: str, *, is_told: bool) -> str:
    if is_told:
        return _("“%(field)s” does not fit yet.", field=label)
    return _("Fill in “%(field)s”.", field=label)


def _figure_sentence(part: str, n: int) -> str:
    what = {
        "name": _("what was measured"),
        "unit": _("the unit"),
        "baseline": _("the figure before"),
        "result": _("the figure after"),
        "period": _("over which period"),
        "method": _("how it came about"),
        "better": _("which way is good"),
    }.get(part, part)
    return _("Result %(n)s: fill in %(what)s.", n=n, what=what)


def _company(draft: Told) -> Iterator[Need]:
    content = draft.content
    leads = [told for told in content.organisations if told.part == Part.LEAD]
    if content.anonymous is None:
        if draft.kind == CaseStudy.slug and not leads:
            yield Need("organisations-0", _("Choose the company where it happened, or do not name it."))
        return
    for name, value in content.anonymous.model_dump().items():
        if not value:
            words = {"sector": _("Sector"), "size_band": _("Size"), "province": _("Province")}[name]
            yield Need(f"anonymous-{name}", _("Fill in “%(field)s”.", field=words))
    if content.municipality is not None:
        yield Need("municipality", _("Without a company name there is no municipality either."))
    if content.told.get("company_size_fte") is not None:
        yield Need("company_size_fte", _("Without a company name only the size band is told."))
    for place, name in draft.hidden:
        yield Need(place, _("“%(name)s” stands here. Readers can tell which company it is.", name=name))
    for name in draft.beside:
        yield Need("anonymous", _("“%(name)s” stands in the other language. Change that text first.", name=name))


def _story(draft: Told) -> Iterator[Need]:
    if sum(draft.text.below.values()) < FEW_WORDS:
        yield Need("body", _("Write the story: a few sentences below each heading."))


def _files(draft: Told) -> Iterator[Need]:
    yield from (Need("bestanden", sentence) for sentence in draft.files.missing())


# --- what is worth another look ---------------------------------------------------------------------------------


def _payback(draft: Told) -> Iterator[Need]:
    """Investment by what is left of the benefit each year, as soon as these are told, whatever else is missing."""
    told = draft.content.told
    if draft.content.translated is not None or draft.kind != CaseStudy.slug:
        return
    said, investment, benefit = (told.get(name) for name in ("payback_months", "investment_eur", "benefit_eur_year"))
    costs = told.get("running_cost_eur_year") or 0
    if not (isinstance(investment, int) and isinstance(benefit, int) and isinstance(costs, int)):
        return
    if benefit <= costs:
        if isinstance(said, int) and investment > 0:
            yield _hint("payback_months", _("Payback: by your figures it brings no more each year than it costs."))
        return
    by_figures = round(12 * investment / (benefit - costs))
    months = ngettext("%(n)s month", "%(n)s months", by_figures)
    if said is None:
        yield _hint("payback_months", _("By your figures it is paid back after %(months)s.", months=months))
    elif isinstance(said, int) and abs(said - by_figures) > max(1, CLOSE_ENOUGH * by_figures):
        sentence = _("Payback: by your figures it is %(months)s. Check both, or say in the text why.", months=months)
        yield _hint("payback_months", sentence)


def _costs(draft: Told) -> Iterator[Need]:
    if draft.content.translated is not None:
        return
    if draft.kind == Lesson.slug and draft.content.told.get("cost_of_mistake_eur") is None:
        yield _hint("cost_of_mistake_eur", _("Readers ask what it cost. An estimate helps them too."))
    if draft.kind == CaseStudy.slug and draft.content.told.get("benefit_eur_year") is None:
        yield _hint("benefit_eur_year", _("Readers ask what it brings each year. Leave it out if nobody knows."))


def _sections(draft: Told) -> Iterator[Need]:
    """The headings that readers of this kind expect, each with something below it."""
    for section in KINDS[draft.kind].sections:
        name = section.nl if draft.language == "nl" else section.en
        below = draft.text.below.get(name)
        if section.required and below is None:
            yield _hint("body", _("There is no heading “%(heading)s”.", heading=name))
        elif below == 0:
            yield _hint("body", _("Nothing stands below “%(heading)s” yet.", heading=name))


def _headings(draft: Told) -> Iterator[Need]:
    level = 1
    for written, words in draft.text.headings:
        if written > max(level, 2) + 1 or (written > 2 and level == 1):
            yield _hint("body", _("“%(heading)s” skips a level of headings.", heading=words))
        level = written


def _links(draft: Told) -> Iterator[Need]:
    for words, address in draft.text.links:
        if words.lower().strip(" .") in HOLLOW:
            yield _hint("body", _("The link “%(words)s” does not say where it leads.", words=words))
        elif not words.strip():
            yield _hint("body", _("A link to %(address)s has no words.", address=address[:80]))


def _tables(draft: Told) -> Iterator[Need]:
    for n, heads in enumerate(draft.text.tables, start=1):
        if not all(head.strip() for head in heads):
            yield _hint("body", _("Table %(n)s has a column without a head.", n=n))


def _level(draft: Told) -> Iterator[Need]:
    reading: Reading | None = reading_of(draft.text.paragraphs, draft.language)
    if reading is None:
        return
    if reading.long_sentences:
        longest = " ".join(reading.long_sentences[0].split()[:6])
        sentence = ngettext(
            "%(n)s sentence has more than 30 words. It begins: “%(words)s …”",
            "%(n)s sentences have more than 30 words. The longest begins: “%(words)s …”",
            len(reading.long_sentences),
            words=longest,
        )
        yield _hint("body", sentence)
    if reading.is_hard:
        yield _hint("body", _("The text reads hard. Shorter sentences and words help people on the shop floor."))


def _given_away(draft: Told) -> Iterator[Need]:
    """Names that somebody may not want to see published; far more so when the company is not to be known."""
    sentences: dict[str, Callable[[str], str]] = {
        "person": lambda names: _("People named: %(names)s. Do they know and agree?", names=names),
        "company": lambda names: _("Companies named: %(names)s. Do they agree?", names=names),
        "brand": lambda names: _("Brands named: %(names)s. Does the reader need them?", names=names),
    }
    for whose, sentence in sentences.items():
        names = every(draft.names, whose)  # type: ignore[arg-type]
        if names:
            yield _hint("body", sentence(", ".join(names)))
    if draft.was_named:
        sentence_ = _(
            "Versions that have appeared name the company. When this one appears, nobody opens them any more."
        )
        yield _hint("anonymous", sentence_)
    if draft.fitting is not None and draft.fitting < 3:
        fitting = ngettext(
            "Only %(n)s organisation here fits this description. Readers can tell who it is.",
            "Only %(n)s organisations here fit this description. Readers can tell who it is.",
            draft.fitting,
        )
        yield _hint("anonymous", fitting)


def _files_again(draft: Told) -> Iterator[Need]:
    yield from (_hint("bestanden", sentence) for sentence in draft.files.to_look_at())


def _translation(draft: Told) -> Iterator[Need]:
    if draft.behind:
        sentence = ngettext(
            "%(n)s part is not translated yet, or changed in the original since.",
            "%(n)s parts are not translated yet, or changed in the original since.",
            draft.behind,
        )
        yield _hint("naast", sentence)


def _hint(field_: str, sentence: str) -> Need:
    return Need(field_, sentence, blocks=False)


CHECKS: Final[tuple[Callable[[Told], Iterator[Need]], ...]] = (
    _heading,
    _fields,
    _company,
    _story,
    _files,
    _payback,
    _costs,
    _sections,
    _headings,
    _links,
    _tables,
    _level,
    _given_away,
    _files_again,
    _translation,
)
"""Each looks at one thing, in the order in which they are told."""
