"""Settings: the profile. What a person tells of themselves, whether there is a public page, and what stands on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import LANGUAGES
from app.core.language import gettext as _
from app.people import describing
from app.people.actor import Actor
from app.people.describing import Profile
from app.people.models import ProfilePart, User
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit
from content import overview

router = APIRouter()

PART: Final = "profiel"
MOST_TOPICS: Final = 12

TEXTS: Final = (
    ("werk_nl", "title_nl", 160),
    ("werk_en", "title_en", 160),
    ("zin_nl", "bio_nl", 1000),
    ("zin_en", "bio_en", 1000),
)
"""Field of the form, field of the person, and the most characters."""


@dataclass(frozen=True, kw_only=True)
class ProfileView:
    """One's own profile."""

    menu: Menu
    form: Form
    action: str
    public: str
    """The address of the public page; empty without one."""
    languages: Sequence[tuple[str, str]]
    parts: Sequence[tuple[str, str]]
    topics: Sequence[tuple[str, str]]


@router.get("/instellingen/profiel")
def show(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """What one tells of oneself."""
    user = session.get_one(User, me.user_id)
    return page("settings/profile", _view(session, here, me, user, _form(user)), is_indexed=False)


@router.post("/instellingen/profiel")
def describe(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Change it."""
    user = session.get_one(User, me.user_id)
    name = form.line("naam", most=120, missing=_("Fill in your name"))
    texts = {field: form.line(sent, most=most) for sent, field, most in TEXTS}
    language = form.choice("taal", LANGUAGES, missing=_("Choose one of these"))
    chosen = form.several("onderwerp", [slug for slug, _name in _topics(session)])
    if len(chosen) > MOST_TOPICS:
        form.blame("onderwerp", _("Choose at most %(most)s topics", most=MOST_TOPICS))
    shown = form.several("toon", list(ProfilePart))
    if form.is_fine:
        told = Profile(
            name=name,
            **texts,
            topics=chosen,
            orcid=form.raw("orcid"),
            language=language,
            is_public=form.is_ticked("openbaar"),
            hides=[part for part in ProfilePart if part not in shown],
        )
        with form.minding(session):
            describing.describe_person(session, user, told, by=me)
    if form.is_fine:
        return see(path_of(here, PART, done="bewaard"))
    return page("settings/profile", _view(session, here, me, user, form), status=form.status, is_indexed=False)


def _view(session: Session, here: Visit, me: Actor, user: User, form: Form) -> ProfileView:
    return ProfileView(
        menu=menu(here, me, PART, done={"bewaard": _("Saved.")}),
        form=form,
        action=path_of(here, PART),
        public=showing.here(f"/mensen/{user.handle}") if user.has_profile else "",
        languages=[("nl", _("Dutch")), ("en", _("English"))],
        parts=[
            (ProfilePart.TITLE, _("My work")),
            (ProfilePart.WORKPLACE, _("My organisation")),
            (ProfilePart.BIO, _("The sentence about me")),
            (ProfilePart.TOPICS, _("What I can be asked about")),
            (ProfilePart.ORCID, "ORCID"),
        ],
        topics=_topics(session),
    )


def _form(user: User) -> Form:
    return Form(
        {
            "naam": user.name,
            **{sent: getattr(user, field) for sent, field, _most in TEXTS},
            "orcid": user.orcid,
            "taal": user.language,
            "onderwerp": user.topics,
            "openbaar": ["ja"] if user.has_profile else [],
            "toon": [part for part in ProfilePart if part not in user.hides],
        }
    )


def _topics(session: Session) -> list[tuple[str, str]]:
    found = [(topic.slug, topic.name) for group in overview.groups(session) for topic in group.narrower]
    return sorted(found, key=lambda option: option[1].lower())
