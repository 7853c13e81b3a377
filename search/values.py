"""Values: what each facet can be set to, with the words for it in addresses and on pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session, col, select

from app.core.clock import today
from app.core.language import gettext, pick
from app.people.finding import SHOWN
from app.people.models import Organisation
from app.people.region import Municipality, Province, Sector
from content import vocabulary
from content.curating import former_words
from content.kinds import KINDS
from content.kinds.lesson import OUTCOME_NAMES
from content.subjects import FormerTopic, Pilot, Topic

FIRST_YEAR: Final = 2015
"""Nothing that the region publishes is older."""


@dataclass(frozen=True)
class Value:
    """One setting of a facet."""

    slug: str
    """In the index and in the API."""
    word: str
    """In page addresses."""
    dutch: str
    english: str
    broader: str | None = None
    """Slug of the value above it, for topics."""
    former: tuple[str, ...] = ()
    """What it was called in addresses before."""

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return gettext(self.english) if not self.dutch else pick(self.dutch, self.english)


Values = Callable[[Session], Iterator[Value]]
"""All values of a facet, in the order in which they are shown."""

_KIND_WORDS: Final = {"case_study": "praktijkcase", "lesson": "les", "technology": "techniek"}
_OUTCOME_WORDS: Final = {
    "success": "werkte",
    "mixed": "werkte-met-aanpassing",
    "failure": "werkte-niet",
    "stopped": "gestopt",
}
_AUDIENCE_WORDS: Final = {
    "owner": "directeur",
    "production-manager": "productieleider",
    "process-engineer": "procesengineer",
    "maintenance": "technische-dienst",
    "quality": "kwaliteit",
    "it-ot": "it-ot",
    "operator": "operator",
    "hr": "hr",
    "finance": "controller",
}


def kinds(_session: Session) -> Iterator[Value]:
    """Case, lesson, technology. Their names stand in the catalogue."""
    for slug, kind in KINDS.items():
        yield Value(slug, _KIND_WORDS.get(slug, kind.address), "", kind.label)


def provinces(session: Session) -> Iterator[Value]:
    """The three provinces."""
    for row in session.exec(select(Province).order_by(Province.name_nl)):
        yield Value(row.slug, row.slug, row.name_nl, row.name_en)


def investment(_session: Session) -> Iterator[Value]:
    """Bands of euros."""
    return _bands("investment")


def payback(_session: Session) -> Iterator[Value]:
    """Bands of months."""
    return _bands("payback")


def sizes(_session: Session) -> Iterator[Value]:
    """Bands of full-time jobs."""
    return _bands("company_size")


def topics(session: Session) -> Iterator[Value]:
    """Groups, each with its topics behind it."""
    rows = session.exec(select(Topic).order_by(col(Topic.position), col(Topic.id))).all()
    former = former_words(session)
    for group in (row for row in rows if row.broader_id is None):
        yield _topic(group, former)
        for row in (row for row in rows if row.broader_id == group.id):
            yield replace(_topic(row, former), broader=group.slug)


def _topic(row: Topic, former: Mapping[int, Sequence[FormerTopic]]) -> Value:
    words = [word for one in former.get(row.id, ()) for word in (one.slug, one.slug_nl) if word]
    return Value(row.slug, row.slug_nl, row.name_nl, row.name_en, former=tuple(words))


def sectors(session: Session) -> Iterator[Value]:
    """Divisions of industry, by their code."""
    for row in session.exec(select(Sector).order_by(Sector.code)):
        yield Value(row.code, row.code, row.short_nl, row.short_en)


def indicators(_session: Session) -> Iterator[Value]:
    """What can be measured."""
    for slug, indicator in vocabulary.indicators().items():
        yield Value(slug, slug, indicator.nl, indicator.en)


def outcomes(_session: Session) -> Iterator[Value]:
    """How the project of a lesson ended. Their names stand in the catalogue."""
    for outcome, label in OUTCOME_NAMES.items():
        yield Value(outcome.value, _OUTCOME_WORDS[outcome.value], "", label)


def audiences(_session: Session) -> Iterator[Value]:
    """Roles of readers."""
    for slug, role in vocabulary.audiences().items():
        yield Value(slug, _AUDIENCE_WORDS.get(slug, slug), role.nl, role.en)


def pilots(session: Session) -> Iterator[Value]:
    """The pilots, by number."""
    for row in session.exec(select(Pilot).order_by(col(Pilot.number))):
        yield Value(row.slug, row.slug, row.name_nl, row.name_en)


def organisations(session: Session) -> Iterator[Value]:
    """Everyone who has a page, by name."""
    shown = select(Organisation).where(col(Organisation.admission).in_(SHOWN)).order_by(Organisation.name)
    for row in session.exec(shown):
        yield Value(row.slug, row.slug, row.name, row.name_en)


def municipalities(session: Session) -> Iterator[Value]:
    """The municipalities, by name."""
    for row in session.exec(select(Municipality).order_by(Municipality.name)):
        yield Value(row.slug, row.slug, row.name, row.name)


def languages(_session: Session) -> Iterator[Value]:
    """The languages of texts."""
    yield Value("nl", "nl", "Nederlands", "Dutch")
    yield Value("en", "en", "Engels", "English")


def years(_session: Session) -> Iterator[Value]:
    """The newest first."""
    for year in range(today().year, FIRST_YEAR - 1, -1):
        yield Value(str(year), str(year), str(year), str(year))


def _bands(subject: str) -> Iterator[Value]:
    for band in vocabulary.bands(subject):
        yield Value(band.slug, band.slug, band.nl, band.en)
