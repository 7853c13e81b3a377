"""Two texts of one piece side by side: what somebody typed, and what somebody else saved meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from app.core.language import clock_time, gettext
from app.core.language import gettext as _
from app.people.models import User
from app.web import showing
from app.web.forms import Form
from content.aligning import aligned
from content.kinds import KINDS
from content.kinds.asking import NAMES, Asked, asked
from content.models import Article, Draft
from content.passages import Choice, Passage, alike, joined, passages
from content.snapshot import Snapshot
from content.wording import relinked

PREFIX: Final = "kies-"
"""Before the name of a field: which of the two was chosen."""

COMMON: Final = (
    "title",
    "summary",
    "topics",
    "sectors",
    "audience",
    "organisations",
    "municipality",
    "pilot",
    "anonymous",
    "licence",
)
"""Fields beside those of the kind and the text; files are added and taken out by themselves."""

MOST_FIGURES: Final = 50

CHANGED: Final = 0.9
"""How much two figures of one name are alike when something in them differs: less than two that are the same."""

Figure = Mapping[str, Any]


@dataclass(frozen=True)
class FieldChoice:
    """A field that differs."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True, kw_only=True)
class MergeView:
    """Both texts."""

    article: Article
    base: str
    action: str
    form: Form
    kept: Sequence[tuple[str, str]]
    """Everything that was typed, to be sent along."""
    version: int
    """Of theirs."""
    who: str
    when: str
    fields: Sequence[FieldChoice]
    passages: Sequence[Passage]

    @property
    def differing(self) -> int:
        """How many things there are to choose."""
        return len(self.fields) + sum(not each.is_same for each in self.passages)


def merge_view(session: Session, article: Article, draft: Draft, form: Form, mine: Snapshot) -> MergeView:
    """What was typed beside what stands in the draft."""
    saver = session.get(User, draft.saved_by_id) if draft.saved_by_id else None
    return MergeView(
        article=article,
        base=showing.here(f"/schrijven/{article.id}"),
        action=showing.here(f"/schrijven/{article.id}/samenvoegen"),
        form=form,
        kept=[(name, value) for name in form.values if not _is_ours(name) for value in form.chosen(name)],
        version=draft.version,
        who=saver.name if saver else "",
        when=clock_time(draft.saved_at),
        fields=differing(article.kind, mine, draft.content),
        passages=passages(mine.body, draft.content.body),
    )


def differing(kind: str, mine: Snapshot, theirs: Snapshot) -> list[FieldChoice]:
    """The fields that are not the same in both."""
    fields = asked(KINDS[kind])
    found = []
    for name in COMMON:
        one, other = getattr(mine, name), getattr(theirs, name)
        if one != other:
            found.append(FieldChoice(name, _labels()[name], _said(one), _said(other)))
    for name, field in fields.items():
        one, other = mine.told.get(name), theirs.told.get(name)
        if field.sort == "figures":
            found += [
                FieldChoice(f"{name}-{at}", f"{field.label} {at + 1}", _said(ours), _said(their))
                for at, (their, ours) in enumerate(_rows(other, one))
                if their != ours
            ]
        elif _plain(one) != _plain(other):
            found.append(FieldChoice(name, field.label, _said(one, field), _said(other, field)))
    return found


def merged(kind: str, form: Form, mine: Snapshot, theirs: Snapshot) -> Snapshot:
    """The content made of what was chosen. Blames a field in which nothing was."""
    told, changed = dict(theirs.told), {}
    for each in differing(kind, mine, theirs):
        choice = form.choice(PREFIX + each.name, ("mine", "theirs"), missing=_("Choose one of the two"))
        if choice == "mine" and each.name in COMMON:
            changed[each.name] = getattr(mine, each.name)
        elif choice == "mine" and each.name in asked(KINDS[kind]):
            told[each.name] = mine.told.get(each.name)
    told |= _figures(kind, form, mine, theirs)
    both = passages(mine.body, theirs.body)
    choices: dict[int, Choice] = {}
    for at, passage in enumerate(both):
        if not passage.is_same:
            chosen = form.raw(f"{PREFIX}body-{at}")
            choices[at] = "mine" if chosen == "mine" else "theirs" if chosen == "theirs" else "both"
    changed |= {
        "body": joined(both, choices),
        "told": {name: value for name, value in told.items() if value is not None},
    }
    content = theirs.model_copy(update=changed)
    return content if theirs.translated is None else relinked(kind, content, mine, theirs)


def _figures(kind: str, form: Form, mine: Snapshot, theirs: Snapshot) -> dict[str, Any]:
    """The figures made of what was chosen for each; one that only one of the two has is kept or left out."""
    made = {}
    for name, field in asked(KINDS[kind]).items():
        if field.sort == "figures":
            rows = enumerate(_rows(theirs.told.get(name), mine.told.get(name)))
            chosen = [ours if form.raw(f"{PREFIX}{name}-{at}") == "mine" else their for at, (their, ours) in rows]
            made[name] = [row for row in chosen if row is not None] or None
    return made


def _rows(theirs: Sequence[Figure] | None, mine: Sequence[Figure] | None) -> list[tuple[Figure | None, Figure | None]]:
    """The figures of both beside each other: theirs, mine."""
    return aligned(theirs or (), mine or (), _figures_alike, most=MOST_FIGURES)


def _figures_alike(one: Figure, other: Figure) -> float:
    if one == other:
        return 1.0
    return alike(str(one.get("name") or ""), str(other.get("name") or "")) * CHANGED


def _is_ours(name: str) -> bool:
    return name in ("versie", "poging", "eerder") or name.startswith(PREFIX)


def _labels() -> Mapping[str, str]:
    return {
        "title": _("Title"),
        "summary": _("Summary"),
        "topics": _("Topics"),
        "sectors": _("Sectors"),
        "audience": _("For whom"),
        "organisations": _("Organisations"),
        "municipality": _("Place"),
        "pilot": _("Pilot"),
        "anonymous": _("Without the company's name"),
        "licence": _("Terms of use"),
    }


def _plain(value: Any) -> Any:
    """As JSON keeps it: no difference between a tuple and a list."""
    return list(value) if isinstance(value, tuple) else value


def _said(value: Any, field: Asked | None = None) -> str:
    """A value in words; one line for each of several."""
    match value:
        case None | "" | () | []:
            return _("nothing")
        case dict():
            return ", ".join(str(part) for part in value.values())
        case list() | tuple():
            return "\n".join(_said(each, field) for each in value)
        case _ if hasattr(value, "model_dump"):
            return ", ".join(str(part) for part in value.model_dump(mode="json").values())
    for names in NAMES.values():
        if field is not None and field.sort == "choice" and value in set(names):
            return gettext(names[value])
    return str(value)
