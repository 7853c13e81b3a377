"""The shape of a carried piece: one Markdown file for each language version, its facts in front of its text.

Whoever writes such a file by hand tells `kind`, `title` and the text; everything else may be left out.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.text import slug as slug_of
from app.core.text import wash
from content.snapshot import FileUse, Snapshot, Visibility

MOST_LETTERS: Final = 1_000_000
"""Of one file."""

MOST_FACTS: Final = 50_000
"""Letters in front of the text. A long case has 5,000; a million take ten seconds to read as YAML."""

_FENCE: Final = "---\n"


class _Loader(yaml.SafeLoader):
    """YAML without names for parts: those can make gigabytes of a few lines."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """One part. Raises YAMLError for one that only names another."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("no names for parts")
        return super().compose_node(parent, index)


class Carried(BaseModel):
    """One language version of a piece, as its file tells it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=80)
    """By which it is known again: that of the piece, which its language versions share."""
    kind: Literal["case_study", "lesson", "technology"]
    language: Literal["nl", "en"] = "nl"
    slug: str = Field(default="", max_length=120)
    owner: str = Field(default="", max_length=120)
    visibility: Visibility = Visibility.MEMBERS
    named: tuple[str, ...] = ()
    """Organisations that may see it beside the owner."""
    stage: Literal["draft", "published", "withdrawn"] = "draft"
    published_at: datetime | None = None
    changed_at: datetime | None = None
    withdrawn_reason_nl: str = ""
    withdrawn_reason_en: str = ""
    was: str = ""
    """Digest of the draft that this was taken from: while that is the same, nobody wrote in it since."""
    content: Snapshot


_OWN: Final = frozenset(Carried.model_fields) - {"content"}


def digest_of(content: Snapshot) -> str:
    """The same for the same telling."""
    return sha256(json.dumps(content.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def as_text(carried: Carried) -> str:
    """The file of a piece."""
    own = carried.model_dump(mode="json", exclude={"content"}, exclude_defaults=True)
    told = carried.content.model_dump(mode="json", exclude={"body"}, exclude_defaults=True)
    front = yaml.safe_dump({**own, **told}, allow_unicode=True, sort_keys=False, width=100)
    return f"{_FENCE}{front}{_FENCE}\n{carried.content.body}\n"


def read_text(path: str, data: bytes) -> Carried:
    """The piece in this file. Raises Invalid with a sentence that names what does not fit."""
    if len(data) > MOST_LETTERS:
        raise Invalid(_("This file is longer than a piece can be."))
    text = wash(data.decode("utf-8-sig", "replace"))
    before, fence, rest = text.partition(_FENCE)
    front, closing, body = rest.partition(f"\n{_FENCE}")
    if before.strip() or not fence or not closing:
        raise Invalid(_("The file does not begin with its facts between two lines of “---”."))
    if len(front) > MOST_FACTS:
        raise Invalid(_("The facts in front of the text are longer than a piece can have."))
    try:
        told = yaml.load(front, _Loader)  # noqa: S506 - a safe loader, see above
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        raise Invalid(_("The facts in front of the text cannot be read as YAML.")) from wrong
    if not isinstance(told, dict) or not all(isinstance(name, str) for name in told):
        raise Invalid(_("The facts in front of the text cannot be read as YAML."))
    return _carried(path, told, body.strip())


def _carried(path: str, told: Mapping[str, Any], body: str) -> Carried:
    own = {name: value for name, value in told.items() if name in _OWN}
    content = {name: value for name, value in told.items() if name not in _OWN}
    stem = slug_of(PurePosixPath(path).stem)
    try:
        content["files"] = [_file(each) for each in content.get("files") or ()]
        snapshot = Snapshot.model_validate({"body": body, **content})
        return Carried.model_validate({"id": stem, "slug": stem, **own, "content": snapshot})
    except ValidationError as wrong:
        where = ".".join(str(part) for part in wrong.errors()[0]["loc"])[:80]
        raise Invalid(_("“%(field)s” does not fit.", field=where)) from wrong
    except (TypeError, ValueError) as wrong:
        raise Invalid(_("“%(field)s” does not fit.", field="files")) from wrong


def _file(told: Any) -> FileUse:
    """A file as told; which bytes it has is known when it is read."""
    return FileUse.model_validate({"hash": "", **told} if isinstance(told, dict) else {"name": told, "hash": ""})
