"""A draft as its checks look at it: every text that readers will read, with the field that it stands in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import Invalid
from app.core.markdown import Outline, outline
from content.file_needs import FileNeeds
from content.giving_away import Name
from content.snapshot import Snapshot


@dataclass(frozen=True)
class Told:
    """A draft, and what its checks look at."""

    kind: str
    language: str
    content: Snapshot
    names: Sequence[Name] = ()
    """Names that were found in it and that it does not tell of by itself."""
    hidden: Sequence[tuple[str, str]] = ()
    """Field and name of each place that gives away a company that is not named, or one of its people."""
    beside: Sequence[str] = ()
    """Such names in another language that readers see."""
    was_named: bool = False
    """Whether readers were told the name that they shall not be told any more."""
    fitting: int | None = None
    """How many organisations fit the description of one that is not named; None when it is named."""
    files: FileNeeds = field(default_factory=FileNeeds)
    behind: int = 0
    """Parts of a translation that do not tell what the original does."""
    text: Outline = field(default_factory=Outline)

    @property
    def words(self) -> str:
        """Everything that readers will read, but for the names of organisations."""
        return "\n".join(text for _field, text in self.places)

    @property
    def places(self) -> Iterator[tuple[str, str]]:
        """Field and text of everything that readers will read."""
        content = self.content
        yield "title", content.title
        yield "summary", content.summary
        for name, value in content.told.items():
            for place, text in _texts(value):
                yield f"{name}{place}", text
        for use in content.files:
            yield "bestanden", "\n".join((use.name, use.title_nl, use.title_en, use.shows))
        yield from (("body", said) for said in self.text.said)


def told(kind: str, language: str, content: Snapshot) -> Told:
    """What the checks look at. A text too long to be read has no outline; saving it is refused anyway."""
    try:
        text = outline(content.body)
    except Invalid:
        text = Outline()
    return Told(kind, language, content, text=text)


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """The texts of a field, each with what its own field is called behind the name of this one."""
    match value:
        case str():
            yield "", value
        case list() | tuple():
            for at, item in enumerate(value):
                if isinstance(item, dict):
                    yield from ((f"-{at}-{part}", text) for part, text in item.items() if isinstance(text, str))
                else:
                    # One on a line, in one field.
                    yield from _texts(item)
