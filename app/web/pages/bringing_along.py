"""Bringing along: pieces from a zip of Markdown files, looked at before anything changes, and again and again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.files import storage
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Organisation
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Reading, SignedIn, Writing
from app.web.pages.my_pieces import CAME
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import DONE
from app.web.uploads import BOX, UploadedByAWriter, one_of_few
from content import drafting
from content.carrying.along import Came, bring_along
from content.carrying.looking_up import Became
from content.carrying.opening import in_words, unpack

router = APIRouter()

TONES: Final[dict[Became, tuple[str, str]]] = {
    "new": ("ok", "plus"),
    "changed": ("now", "edit"),
    "unchanged": ("", ""),
    "left alone": ("warn", "warn"),
    "not taken": ("error", "warn"),
}
"""How a state looks, and its mark."""

EXAMPLE: Final = """\
---
id: nulmeting
kind: lesson
language: nl
title: Meet eerst waar de tijd blijft
summary: Wie niet meet, koopt de verkeerde machine.
topics: [cobots]
told:
  takeaway: Meet eerst, koop daarna.
  outcome: mixed
files:
  - {name: meting.csv, title_nl: De metingen}
---

## Wat er gebeurde

![](files/mal.jpg)
"""
"""A file as somebody would write it by hand."""


@dataclass(frozen=True)
class CameRow:
    """What would become of one text."""

    path: str
    title: str
    language: str
    state: str
    tone: str
    mark: str
    left_out: Sequence[str]


@dataclass(frozen=True)
class AlongLook:
    """What would come in of a zip."""

    hash: str
    name: str
    owner: str
    owner_name: str
    summary: str
    rows: Sequence[CameRow]
    left: Sequence[str]
    """What stays in the zip, whatever it is."""
    takes: bool
    """Whether anything would change."""


@dataclass(frozen=True, kw_only=True)
class AlongView:
    """The page on which a zip is chosen and looked at."""

    form: Form
    action: str
    taken: str
    back: str
    owners: Sequence[tuple[str, str]]
    look: AlongLook | None
    example: str = EXAMPLE


@router.get("/schrijven/inlezen")
def choose(session: Reading, me: SignedIn, page: Page) -> Response:
    """Which zip it is, and for whom."""
    owners = drafting.writes_for(session, me)
    form = Form({"owner": owners[0].slug if len(owners) == 1 else ""})
    return page("writing/along", _view(owners, form), is_indexed=False)


@router.post("/schrijven/inlezen")
def look(upload: UploadedByAWriter, session: Writing, me: SignedIn, page: Page) -> Response:
    """What would come in, what would change and what stays behind. Nothing is changed yet."""
    form, found = upload.form, None
    owners = _owners(session, me)
    owner = owners.get(form.choice("owner", owners, missing=_("Choose one of your organisations")))
    # Nothing is held while the zip is read.
    session.rollback()
    if not upload.files:
        form.blame(BOX, _("Choose a zip file."))
    if form.is_fine and owner is not None:
        sent = upload.files[0]
        try:
            with one_of_few():
                found = _look(session, me, owner, sent.name, sent.file.file.read())
        except Invalid as problem:
            form.blame(BOX, problem.sentence)
    view = _view(list(owners.values()), form, found)
    return page("writing/along", view, status=200 if form.is_fine else form.status, is_indexed=False)


@router.post("/schrijven/ingelezen")
def take(form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Bring in what was looked at."""
    owners = _owners(session, me)
    if not owners:
        raise NotAllowed(_("Only editors of an organisation that takes part can bring in pieces."))
    owner = owners.get(form.choice("owner", owners, missing=_("Choose one of your organisations")))
    session.rollback()
    if owner is not None:
        try:
            with one_of_few():
                found = unpack(_taken_up(me, form.raw("hash")[:64]))
            came = list(bring_along(session, found, owner, by=me))
            storage().forget_made(_place(me))
            counts = Counter(each.became for each in came)
            told = f"{counts['new']}-{counts['changed']}-{counts['left alone'] + counts['not taken']}"
            return see(f"{showing.here('/schrijven')}?{DONE}=ingelezen&{CAME}={told}")
        except Invalid as problem:
            session.rollback()
            form.blame(BOX, problem.sentence)
    return page("writing/along", _view(list(owners.values()), form), status=form.status, is_indexed=False)


def _look(session: Session, me: Actor, owner: Organisation, name: str, data: bytes) -> AlongLook:
    found = unpack(data)
    came = list(bring_along(session, found, owner, by=me, is_trial=True))
    # It was only to know what would happen.
    session.rollback()
    digest = sha256(data).hexdigest()
    storage().forget_made(_place(me))
    storage().keep_made(f"{_place(me)}/{digest}.zip", data)
    return AlongLook(
        hash=digest,
        name=name,
        owner=owner.slug,
        owner_name=owner.title,
        summary=in_words(found),
        rows=[_row(each) for each in came],
        left=found.left,
        takes=any(each.became in ("new", "changed") for each in came),
    )


def _row(came: Came) -> CameRow:
    tone, mark = TONES[came.became]
    languages = {"nl": _("Dutch"), "en": _("English")}
    return CameRow(
        path=came.path,
        title=came.title or came.path,
        language=languages.get(came.language, ""),
        state=_state(came.became),
        tone=tone,
        mark=mark,
        left_out=came.left_out,
    )


def _state(became: Became) -> str:
    return {
        "new": _("New"),
        "changed": _("Changes"),
        "unchanged": _("The same already"),
        "left alone": _("Stays as it is"),
        "not taken": _("Does not come in"),
    }[became]


def _owners(session: Session, me: Actor) -> dict[str, Organisation]:
    owners = {each.slug: each for each in drafting.writes_for(session, me)}
    session.expunge_all()
    return owners


def _view(owners: Sequence[Organisation], form: Form, found: AlongLook | None = None) -> AlongView:
    return AlongView(
        form=form,
        action=showing.here("/schrijven/inlezen"),
        taken=showing.here("/schrijven/ingelezen"),
        back=showing.here("/schrijven"),
        owners=[("", _("Choose")), *((each.slug, each.title) for each in owners)] if len(owners) > 1 else [],
        look=found,
    )


# --- between looking and taking ---------------------------------------------------------------------------------


def _taken_up(me: Actor, digest: str) -> bytes:
    try:
        return storage().made(f"{_place(me)}/{digest}.zip")
    except NotFound as gone:
        raise Invalid(_("The zip is not here any more. Choose it again.")) from gone


def _place(me: Actor) -> str:
    """One for each person."""
    return f"bundle/{me.user_id}"
