"""Around a piece: what it names by a slug, as words. Topics with the group above each, provinces, names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.people.models import Organisation
from app.people.region import Municipality, Province
from content.snapshot import Snapshot
from content.subjects import Pilot, Topic


@dataclass(frozen=True)
class TopicWords:
    """A topic, or the group above one, with its names."""

    slug: str
    nl: str
    en: str


@dataclass(frozen=True)
class Around:
    """What pieces name by a slug: topics with the group above each, provinces of municipalities, names."""

    topics: Mapping[str, tuple[TopicWords, TopicWords | None]]
    provinces: Mapping[str, str]
    names: Mapping[str, str]
    """Of organisations and pilots."""

    @classmethod
    def of(cls, session: Session) -> "Around":
        """Read once for many pieces."""
        topics = session.exec(select(Topic)).all()
        words = {topic.id: TopicWords(topic.slug, topic.name_nl, topic.name_en) for topic in topics}
        provinces = select(Municipality.slug, Province.slug).join(
            Province, col(Municipality.province_id) == Province.id
        )
        pilots = session.exec(select(Pilot.slug, Pilot.name_nl)).all()
        organisations = session.exec(select(Organisation.slug, Organisation.name)).all()
        return cls(
            topics={topic.slug: (words[topic.id], words.get(topic.broader_id or 0)) for topic in topics},
            provinces=dict(session.exec(provinces).all()),
            names=dict([*pilots, *organisations]),
        )

    def topics_of(self, told: Snapshot) -> Iterable[TopicWords]:
        """The topics, then the groups above them, each once."""
        named = [self.topics[slug] for slug in told.topics if slug in self.topics]
        return dict.fromkeys([*(topic for topic, _ in named), *(group for _, group in named if group)])

    def province_of(self, told: Snapshot) -> str | None:
        """The province of the place, or the one told of a company that is not named."""
        return told.anonymous.province if told.anonymous else self.provinces.get(told.municipality or "")

    def mentioned_by(self, told: Snapshot) -> Iterator[str]:
        """The pilot, and the organisations that readers may know of."""
        slugs = (told.pilot or "", *(contribution.organisation for contribution in told.named))
        return (self.names[slug] for slug in slugs if slug in self.names)
