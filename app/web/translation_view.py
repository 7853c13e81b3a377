"""The view of a translation: every passage and field of words beside the original's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.core.language import clock_time, ngettext
from app.core.language import gettext as _
from app.people.actor import Actor
from app.web import showing
from app.web.draft_form import content_of
from app.web.editor_view import stage_name
from app.web.forms import Form
from app.web.fresh_look import FreshLook, look_at
from app.web.translation_form import BESIDE, PASSAGE, sources_told
from app.web.visibility_words import who
from content.kinds import KINDS
from content.kinds.asking import asked
from content.models import Article, Draft
from content.presence import others_there
from content.retelling import most_of
from content.side_by_side import Row
from content.translating import rows_of


@dataclass(frozen=True)
class Pair:
    """One passage or field in both languages."""

    name: str
    """Of the field in the form."""
    label: str
    row: Row
    is_line: bool
    most: int | None
    """Characters that the translation may have."""


@dataclass(frozen=True, kw_only=True)
class TranslationView:
    """A piece that somebody translates."""

    article: Article
    original: Article
    original_editor: str
    form: Form
    version: int
    """Of the draft that the form shows."""
    said: str
    done: str
    stage: str
    base: str
    mine: str
    fields: Sequence[Pair]
    passages: Sequence[Pair]
    sources: str
    """What the form sends back of what the original tells."""
    look: FreshLook
    others: Sequence[str]
    me: Actor
    title: str
    to_do: int
    lead: str
    shown_to: str


def translation_view(
    session: Session,
    article: Article,
    original: Article,
    draft: Draft,
    form: Form,
    *,
    me: Actor,
    done: str = "",
    said: str = "",
) -> TranslationView:
    """The translation with this form. A fixed number of queries."""
    # What was sent and did not fit is shown as it was typed; nothing of it stands in the draft.
    content = content_of(form, article.kind, draft.content) if form.is_ticked(BESIDE) else draft.content
    fields, passages = rows_of(session, article, original, content)
    labels = _labels(article.kind, content.told)
    pairs = [_field(article.kind, name, labels.get(name, name), row) for name, row in fields.items()]
    told = [
        Pair(f"{PASSAGE}-{at}", _("Passage %(n)s", n=at + 1), row, is_line=False, most=None)
        for at, row in enumerate(passages)
    ]
    to_do = sum(pair.row.is_to_do for pair in (*pairs, *told))
    return TranslationView(
        article=article,
        original=original,
        original_editor=showing.here(f"/schrijven/{original.id}"),
        form=form,
        version=draft.version,
        said=said or _("Saved at %(time)s", time=clock_time(draft.saved_at)),
        done=done,
        stage=stage_name(article.stage),
        base=showing.here(f"/schrijven/{article.id}"),
        mine=showing.here("/schrijven"),
        fields=pairs,
        passages=told,
        sources=sources_told({pair.name: pair.row for pair in (*pairs, *told)}),
        look=look_at(session, article, content, me),
        others=others_there(session, article, than=me),
        me=me,
        title=content.title or _("Without a title yet"),
        to_do=to_do,
        lead=ngettext("%(n)s part to look at.", "%(n)s parts to look at.", to_do)
        if to_do
        else _("Every part tells what the original does."),
        shown_to=who(article.visibility),
    )


def _field(kind: str, name: str, label: str, row: Row) -> Pair:
    field = asked(KINDS[kind]).get(name)
    is_line = name == "title" or (field is None and name != "summary") or (field is not None and field.sort == "line")
    return Pair(name, label, row, is_line=is_line, most=most_of(kind, name))


def _labels(kind: str, told: Mapping[str, object]) -> dict[str, str]:
    """Field of words -> its name in the reader's language."""
    names = {"title": _("Title"), "summary": _("Summary")}
    names |= {name: field.label for name, field in asked(KINDS[kind]).items()}
    parts = {"name": _("What did you measure?"), "unit": _("Unit"), "period": _("Over which period?")}
    metrics = told.get("metrics")
    for at in range(len(metrics) if isinstance(metrics, list | tuple) else 0):
        result = _("Result %(n)s", n=at + 1)
        names |= {f"metrics-{at}-{part}": f"{result}: {label}" for part, label in parts.items()}
    return names
