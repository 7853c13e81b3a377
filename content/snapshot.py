"""The snapshot: everything that is told in one language version of a piece, as one frozen value.

A draft holds one that changes, a revision one that never does. Other things are named by their slug or handle, which
stay the same for ever, so that a revision reads the same in ten years.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import Invalid
from app.core.language import gettext as _
from content.kinds import KINDS, Kind


class Visibility(StrEnum):
    """Who may see a piece, or a file that is more private than its piece."""

    EVERYONE = "everyone"
    MEMBERS = "members"
    ORGANISATIONS = "organisations"


class Part(StrEnum):
    """What an organisation did in a piece or pilot."""

    LEAD = "lead"
    PARTICIPANT = "participant"
    KNOWLEDGE_PARTNER = "knowledge_partner"
    SUPPLIER = "supplier"


class AuthorPart(StrEnum):
    """What an author did in a piece."""

    WROTE = "wrote"
    MEASURED = "measured"
    ADVISED = "advised"
    PICTURED = "pictured"


class Licence(StrEnum):
    """Under which terms the text may be used."""

    CC_BY = "CC-BY-4.0"
    CC_BY_SA = "CC-BY-SA-4.0"
    CC0 = "CC0-1.0"
    RESERVED = "all-rights-reserved"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contribution(_Value):
    """An organisation and what it did."""

    organisation: str
    part: Part


class Profile(_Value):
    """What is said of a company that is not named: sector, size band and province only."""

    sector: str
    size_band: str
    province: str


class FileUse(_Value):
    """A file as this text uses it. `visibility` is only given when stricter than the piece's."""

    name: str
    hash: str
    title_nl: str = ""
    title_en: str = ""
    visibility: Visibility | None = None
    listed: bool = True
    """Whether it stands under "files"; pictures inside the text do not."""
    shows: str = Field(default="", max_length=300)
    """What is to be seen on a picture, for whoever cannot; the text may say something else where it shows it."""
    is_decorative: bool = False
    """Whether a picture tells nothing: then nobody has to describe it."""
    is_looked_over: bool = False
    """Whether its author says that this very picture shows no face without consent and nothing confidential."""


class TakenOut(_Value):
    """A file that the draft used, as it stood there, so that it can be put back like that."""

    use: FileUse
    place: int
    """How many files stood before it."""


class FromOriginal(_Value):
    """What stood in the original when a part of a translation was written, to tell later whether it changed since."""

    part: str
    """`body` for a passage of the text, else the name of a field."""
    source: str
    """Empty for a passage of its own."""
    words: str = ""
    """The passage, to know it again; a field is known by its name."""


class Snapshot(_Value):
    """The whole of a telling."""

    title: str = Field(max_length=110)
    summary: str = Field(default="", max_length=320)
    body: str = Field(default="", max_length=100_000)
    told: dict[str, Any] = {}
    """The kind's fields, as JSON; `telling()` gives them back as the kind's class."""
    topics: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    pilot: str | None = None
    organisations: tuple[Contribution, ...] = ()
    municipality: str | None = None
    audience: tuple[str, ...] = ()
    licence: Licence = Licence.CC_BY
    authors: tuple[str, ...] = ()
    """In order. Who did not begin it was asked and said yes (`crediting`): so no name stands here unasked."""
    author_parts: dict[str, AuthorPart] = {}
    """Handle -> what they did, of those who did something else than write."""
    publishers: tuple[str, ...] = ()
    """Organisations that publish it together with its owner, in order. Each was asked, and said yes."""
    anonymous: Profile | None = None
    files: tuple[FileUse, ...] = ()
    identifier: str = Field(default="", max_length=200)
    review_due: date | None = None
    translated: tuple[FromOriginal, ...] | None = None
    """From what it was translated, in order; None for what was not begun as a translation."""

    def telling(self, kind: str) -> Kind:
        """The fields as the class of this kind. Raises Invalid, naming the first that is missing or does not fit."""
        try:
            return KINDS[kind].model_validate(self.told)
        except ValidationError as error:
            first = error.errors()[0]["loc"]
            field = str(first[0]) if first else ""
            label = KINDS[kind].model_fields[field].title if field in KINDS[kind].model_fields else None
            sentence = _("“%(field)s” is missing or does not fit.", field=_(label) if label else field)
            raise Invalid(sentence, field=".".join(map(str, first))) from error

    def require_complete(self, kind: str) -> None:
        """Raises Invalid for what a draft may hold and a revision may not: a gap, a giveaway in an anonymous piece."""
        telling = self.telling(kind)
        if not self.title.strip():
            raise Invalid(_("Give it a title."), field="title")
        if self.anonymous is not None:
            if self.municipality is not None:
                raise Invalid(_("Without a company name there is no municipality either."), field="municipality")
            if getattr(telling, "company_size_fte", None) is not None:
                raise Invalid(_("Without a company name only the size band is told."), field="company_size_fte")

    def is_same_as(self, other: "Snapshot") -> bool:
        """Whether both tell the same, whether they come from a form or from the database."""
        return self.model_dump(mode="json") == other.model_dump(mode="json")

    @property
    def named(self) -> tuple[Contribution, ...]:
        """The organisations that readers may know of.

        When the company is not named, neither are those beside it that would give it away; who helped to measure is.
        """
        if self.anonymous is None:
            return self.organisations
        return tuple(told for told in self.organisations if told.part == Part.KNOWLEDGE_PARTNER)

    def tells_of(self, organisation: str) -> bool:
        """Whether readers may know that this organisation has to do with it: by taking part, or by owning it."""
        return self.anonymous is None or any(told.organisation == organisation for told in self.named)

    @property
    def named_publishers(self) -> tuple[str, ...]:
        """Those that readers may know of: none when the company is not named, since its partners would give it away."""
        return self.publishers if self.anonymous is None else ()

    def credited_as(self, other: "Snapshot") -> "Snapshot":
        """This telling with the names of the other one."""
        names = {"authors": other.authors, "author_parts": other.author_parts, "publishers": other.publishers}
        return self.model_copy(update=names)

    def without_author(self, handle: str) -> "Snapshot":
        """This telling without the name of this person."""
        parts = {each: part for each, part in self.author_parts.items() if each != handle}
        kept = tuple(each for each in self.authors if each != handle)
        return self.model_copy(update={"authors": kept, "author_parts": parts})

    def without_publisher(self, slug: str) -> "Snapshot":
        """This telling without this organisation among those that publish it."""
        return self.model_copy(update={"publishers": tuple(each for each in self.publishers if each != slug)})

    def file(self, name: str) -> FileUse | None:
        """The file of this name, if the text uses one."""
        return next((use for use in self.files if use.name == name), None)
