"""The view of the editor: the fields of a kind with what can be chosen in each, and what stands around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.core.language import clock_time, gettext
from app.core.language import gettext as _
from app.people import finding
from app.people.actor import Actor
from app.web import showing
from app.web.draft_files_view import FilesView, files_view
from app.web.draft_form import MOST_FIGURES, MOST_ORGANISATIONS, content_of, figure_rows, organisation_rows
from app.web.forms import Form
from app.web.fresh_look import FreshLook, look_at
from app.web.security import LARGEST_BODY
from app.web.visibility_words import who
from content import overview
from content.kinds import KINDS, Kind
from content.kinds.asking import Asked, asked
from content.kinds.case_study import METHOD_NAMES, Method
from content.licences import TERMS
from content.models import Article, Draft, Stage
from content.presence import others_there
from content.snapshot import Licence, Part
from content.translating import other_version
from content.vocabulary import audiences, bands, indicators

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class AskedGroup:
    """Fields under one heading."""

    slug: str
    title: str
    note: str
    fields: Sequence[Asked]


@dataclass(frozen=True, kw_only=True)
class EditorView:
    """A piece that somebody writes in."""

    article: Article
    kind: type[Kind]
    form: Form
    version: int
    """Of the draft that the form shows."""
    said: str
    """When it was saved."""
    done: str
    """What was just done."""
    stage: str
    base: str
    """The address of the editor; what is done with the piece lies below it."""
    mine: str
    groups: Sequence[AskedGroup]
    choices: Mapping[str, Options]
    figures: int
    organisations: int
    topics: Sequence[tuple[str, Options]]
    """Name of a group -> its topics."""
    authors: str
    files: FilesView
    look: FreshLook
    """What is still needed, and how the page would look."""
    others: Sequence[str]
    """Who else has it open."""
    me: Actor
    """Who opened it."""
    translation: Article | None
    """The other language version of the piece, when there is one."""
    shown_to: str
    """Who may see it."""
    most_figures: int = MOST_FIGURES
    most_organisations: int = MOST_ORGANISATIONS
    most_pasted: int = LARGEST_BODY
    """Bytes."""

    @property
    def title(self) -> str:
        """What the piece is called for now."""
        return self.form.values.get("title", "") or _("Without a title yet")


def editor_view(
    session: Session, article: Article, draft: Draft, form: Form, *, me: Actor, done: str = "", said: str = ""
) -> EditorView:
    """The editor with this form. A fixed number of queries."""
    kind = KINDS[article.kind]
    groups = overview.groups(session)
    return EditorView(
        article=article,
        kind=kind,
        form=form,
        version=draft.version,
        done=done,
        said=said or _("Saved at %(time)s", time=clock_time(draft.saved_at)),
        stage=stage_name(article.stage),
        base=showing.here(f"/schrijven/{article.id}"),
        mine=showing.here("/schrijven"),
        groups=asked_groups(kind),
        choices=_choices(session, groups),
        figures=figure_rows(form),
        organisations=organisation_rows(form),
        topics=[(group.topic.name, [(topic.slug, topic.name) for topic in group.narrower]) for group in groups],
        authors=_authors(session, draft.content.authors),
        files=files_view(session, article, draft),
        look=look_at(session, article, content_of(form, article.kind, draft.content), me),
        others=others_there(session, article, than=me),
        me=me,
        translation=other_version(session, article),
        shown_to=who(article.visibility),
    )


def asked_groups(kind: type[Kind]) -> list[AskedGroup]:
    """What an author is asked, in order."""
    fields = asked(kind)
    return [
        AskedGroup(group.slug, gettext(group.title), gettext(group.note), [fields[name] for name in group.fields])
        for group in kind.groups
    ]


def stage_name(stage: Stage) -> str:
    """How far a piece is, in a word or two."""
    return {
        Stage.DRAFT: _("Draft"),
        Stage.AT_COMPANY: _("Waits for the company"),
        Stage.AT_CENTRE: _("Is being checked"),
        Stage.SCHEDULED: _("Scheduled"),
        Stage.PUBLISHED: _("Published"),
        Stage.WITHDRAWN: _("Withdrawn"),
    }[stage]


def part_names() -> Options:
    """What an organisation did, as choices."""
    return [
        (Part.LEAD, _("It happened there")),
        (Part.PARTICIPANT, _("Took part")),
        (Part.KNOWLEDGE_PARTNER, _("Measured or advised")),
        (Part.SUPPLIER, _("Supplied")),
    ]


def _choices(session: Session, groups: Sequence[overview.Group]) -> dict[str, Options]:
    none = [("", _("Choose"))]
    pilots = [pilot for pilot, _place in overview.pilots(session)]
    sectors = finding.every_sector(session)
    provinces = finding.every_province(session)
    topics = sorted(((t.slug, t.name) for group in groups for t in group.narrower), key=lambda one: one[1].lower())
    sizes = [band for band in bands("company_size") if band.min is not None or band.max is not None]
    return {
        "main_topic": [*none, *topics],
        "organisation": [*none, *((each.slug, each.title) for each in finding.organisations(session))],
        "part": part_names(),
        "municipality": [*none, *((each.slug, each.town) for each in finding.every_municipality(session))],
        "pilot": [("", _("No pilot")), *((pilot.slug, pilot.name) for pilot in pilots)],
        "sectors": sorted(((each.code, each.short) for each in sectors), key=lambda one: one[1].lower()),
        "audience": [(slug, named.name) for slug, named in audiences().items()],
        "licence": [(licence, TERMS[licence].name) for licence in Licence],
        "indicator": [("", _("Something else")), *((slug, each.name) for slug, each in indicators().items())],
        "method": [*none, *((method, gettext(METHOD_NAMES[method])) for method in Method)],
        "better": [*none, ("lower", _("Lower is better")), ("higher", _("Higher is better"))],
        "size_band": [*none, *((band.slug, band.name) for band in sizes)],
        "province": [*none, *((each.slug, each.name) for each in provinces)],
    }


def _authors(session: Session, handles: Sequence[str]) -> str:
    people = finding.people_called(session, handles)
    return showing.said([people[handle].name for handle in handles if handle in people])
