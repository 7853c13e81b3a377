"""Joining, in four steps: company, person, topics, check with the code from the mail. Then they are in.

What was filled in is kept by us from the first step on (`app/people/join_drafts.py`), so going back loses nothing and
no script is needed. Whom we know already is asked for no code, and not who they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app.core.settings import settings
from app.people import join_drafts, joining
from app.people.actor import Actor, someone_passing_by
from app.people.devices import device_kept
from app.people.models import Organisation, User
from app.people.second_steps import has_second_step
from app.people.signing_in import begin_session, end_session
from app.web import join_choices, join_code, join_steps, showing
from app.web.code_trial import is_right
from app.web.cookies import give_session_cookie
from app.web.forms import Filled, Form, sealed
from app.web.join_choices import Told
from app.web.join_cookie import draft_token, end_draft_cookie, give_draft_cookie
from app.web.needs import Here, Me, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page, Rendering
from app.web.visit import Visit, address
from content import shelves

router = APIRouter()

WELCOME: Final = "/instellingen/organisatie"
"""Where somebody lands who is in: it says what they wait for."""


@dataclass(frozen=True, kw_only=True)
class JoinView:
    """One step. `joins`: the organisation that takes part already and in which they ask for a place."""

    form: Form
    steps: Sequence[join_steps.Step]
    step: str
    joins: Organisation | None
    is_institution: bool
    choices: Mapping[str, Any]
    rows: Sequence[join_choices.Row] = ()
    pieces: Sequence[showing.PieceCard] = ()
    mail: str = ""
    needs_code: bool = True
    is_looked_up: bool = False

    @property
    def at(self) -> int:
        """The number of the step, from 1."""
        return [step.name for step in self.steps].index(self.step) + 1

    @property
    def here(self) -> str:
        """The address of this step."""
        return showing.here(self.steps[self.at - 1].path)

    @property
    def again(self) -> str:
        """Where a new code is asked for."""
        return showing.here("/aanmelden/nieuwe-code")

    @property
    def privacy(self) -> str:
        """Where it stands how we treat what people tell us."""
        return showing.here("/over/privacy")

    @property
    def days(self) -> int:
        """Within how many working days an application is answered."""
        return settings().admission_days


@dataclass(frozen=True)
class Joining:
    """Somebody on their way in: their draft so far, and how far that is."""

    token: str
    told: Told
    me: Actor
    session: Session
    here: Visit
    page: Rendering

    def lacking(self, step: str) -> str:
        """The address of the first step before this one that is not filled in yet; empty when all are."""
        path = join_steps.lacking(self.session, self.told, step, is_known=self.me.is_signed_in)
        return address(path, self.here.language) if path else ""

    def show(self, step: str, form: Form, *, is_looked_up: bool = False) -> Response:
        """The page of a step."""
        view = JoinView(
            form=form,
            steps=join_steps.steps(is_known=self.me.is_signed_in),
            step=step,
            joins=join_choices.takes_part_already(self.session, self.told),
            is_institution=join_choices.is_institution(self.told),
            choices=join_choices.offered(self.session, self.told, step),
            rows=join_choices.filled_in(self.session, self.told) if step == "controleren" else (),
            pieces=_latest(self.session, self.here) if step == "onderwerpen" else (),
            mail=self.told.get("mail", ""),
            needs_code=not self.me.is_signed_in,
            is_looked_up=is_looked_up,
        )
        name, status = f"join/{step}", 200 if form.is_fine else form.status
        is_first = step == "bedrijf"
        return self.page(name, view, status=status, shows_search=False, is_indexed=is_first, is_personal=True)

    def go_on(self, step: str, form: Form, where: str, more: Told | None = None) -> Response:
        """Keep what was typed; then go on, or back, or show what does not fit. `more` goes over what was typed."""
        told = join_steps.typed(form, step) | dict(more or {})
        token = join_drafts.keep(self.session, self.token, told)
        back = self.back(step, form)
        if not back and not form.is_fine:
            after = Joining(token, {**self.told, **told}, self.me, self.session, self.here, self.page)
            return give_draft_cookie(after.show(step, form), token)
        return give_draft_cookie(see(address(back or where, self.here.language)), token)

    def back(self, step: str, form: Form) -> str:
        """Where a button for going back leads; empty when another one was pressed. Then nothing is looked at."""
        return join_steps.back_to(step, form.raw("naar"), is_known=self.me.is_signed_in)


def looking(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Joining:
    """Somebody who looks at a step."""
    token = draft_token(request)
    return Joining(token, join_drafts.kept(session, token), me, session, here, page)


def filling(request: Request, here: Here, session: Writing, me: Me, page: Page) -> Joining:
    """Somebody who fills one in."""
    token = draft_token(request)
    return Joining(token, join_drafts.kept(session, token), me, session, here, page)


Looking = Annotated[Joining, Depends(looking)]
Filling = Annotated[Joining, Depends(filling)]


@router.get("/aanmelden")
def show_company(request: Request, way: Looking) -> Response:
    """Which organisation it is."""
    asked = request.query_params.get("als")
    told = {**way.told, **({"als": asked} if asked else {})}
    way = Joining(way.token, told, way.me, way.session, way.here, way.page)
    return way.show("bedrijf", Form(told), is_looked_up=bool(told.get("opgezocht")))


@router.post("/aanmelden")
def take_company(form: Filled, reading: Reading, way: Filling) -> Response:
    """Keep it, and go on. A number alone is looked up in the trade register, where this installation may ask it."""
    if way.back("bedrijf", form):
        return way.go_on("bedrijf", form, "/")
    found = join_steps.registered(reading, form)
    if found is not None:
        looked_up = join_choices.found_in_register(reading, found) | {"opgezocht": "ja"}
        return way.go_on("bedrijf", form, "/aanmelden", looked_up)
    join_steps.check_company(reading, form)
    where = "/aanmelden/onderwerpen" if way.me.is_signed_in else "/aanmelden/jij"
    return way.go_on("bedrijf", form, where, {"opgezocht": ""})


@router.get("/aanmelden/jij")
def show_person(way: Looking) -> Response:
    """Who they are."""
    lacking = way.lacking("jij") or (
        address("/aanmelden/onderwerpen", way.here.language) if way.me.is_signed_in else ""
    )
    return see(lacking) if lacking else way.show("jij", Form(way.told))


@router.post("/aanmelden/jij")
def take_person(form: Filled, way: Filling) -> Response:
    """Keep it, and go on."""
    if not way.back("jij", form):
        join_steps.check_person(form)
    return way.go_on("jij", form, "/aanmelden/onderwerpen")


@router.get("/aanmelden/onderwerpen")
def show_topics(way: Looking) -> Response:
    """What they want to hear of, and how often."""
    lacking = way.lacking("onderwerpen")
    return see(lacking) if lacking else way.show("onderwerpen", Form({"vaak": "weekly", **way.told}))


@router.post("/aanmelden/onderwerpen")
def take_topics(form: Filled, way: Filling) -> Response:
    """Keep it, send the code to the address of the step before, and go on."""
    if not way.back("onderwerpen", form):
        join_steps.check_topics(way.session, form)
        if form.is_fine and not way.me.is_signed_in and not way.lacking("onderwerpen"):
            join_code.send(way.session, way.here, form, way.token, join_choices.person_of(way.told).mail)
    return way.go_on("onderwerpen", form, "/aanmelden/controleren")


@router.get("/aanmelden/controleren")
def show_check(way: Looking) -> Response:
    """Everything once more, and the code."""
    lacking = way.lacking("controleren")
    return see(lacking) if lacking else way.show("controleren", Form())


@router.post("/aanmelden/nieuwe-code")
def send_another_code(form: Filled, way: Filling) -> Response:
    """Send a new code; the former one is over."""
    lacking = way.lacking("controleren")
    if not lacking and not way.me.is_signed_in:
        mail = join_choices.person_of(way.told).mail
        join_code.send(way.session, way.here, form, way.token, mail, is_new=True)
        if not form.is_fine:
            return way.show("controleren", form)
    return see(lacking or address("/aanmelden/controleren", way.here.language))


@router.post("/aanmelden/controleren")
def come_in(request: Request, form: Filled, way: Filling) -> Response:
    """With the right code they are in, as applicant, or with a place at once."""
    lacking = way.lacking("controleren")
    back = way.back("controleren", form)
    if lacking or back:
        return see(lacking or address(back, way.here.language))
    user = _who(form, way)
    if user is not None:
        with form.minding(way.session):
            _ask(way.session, way.told, user)
    if user is None or not form.is_fine:
        return way.show("controleren", form)
    join_drafts.forget(way.session, way.token)
    return end_draft_cookie(_let_in(request, way, user))


def _who(form: Form, way: Joining) -> User | None:
    """Whom we know, or who typed the right code; None, and the code is blamed, for anybody else."""
    if way.me.is_signed_in:
        sealed(way.here, form)
        return way.session.get_one(User, way.me.user_id)
    if not is_right(way.session, form, purpose=join_code.JOIN, browser=way.token):
        return None
    person, language = join_choices.person_of(way.told), way.here.language
    return joining.become_known(way.session, person.mail, name=person.name, title=person.title, language=language)


def _ask(session: Session, told: Told, user: User) -> None:
    """For a place where the organisation takes part already, else that it may."""
    known, wish = join_choices.takes_part_already(session, told), join_choices.wish_of(session, told)
    if known is not None:
        joining.ask_for_place(session, known, wish, by=user)
    else:
        joining.apply(session, join_choices.company_of(session, told), wish, by=user)


def _let_in(request: Request, way: Joining, user: User) -> RedirectResponse:
    where = address(WELCOME, way.here.language)
    if way.me.is_signed_in:
        return see(where)
    if has_second_step(way.session, user):
        # The code alone must not open what asks for more: they sign in as always.
        return see(f"{address('/inloggen', way.here.language)}?naar={where}")
    end_session(way.session, way.here.session_token)
    device = device_kept(request.headers.get("user-agent", ""))
    return give_session_cookie(see(where), begin_session(way.session, user, device=device))


def _latest(session: Session, here: Visit) -> list[showing.PieceCard]:
    """What appeared last, for everybody."""
    rows = shelves.latest(session, someone_passing_by, language=here.language, most=3)
    return [showing.card(row) for row in rows]
