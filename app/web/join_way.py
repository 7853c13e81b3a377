"""The way in: somebody at one of the steps of joining, their draft so far, and the page of a step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.settings import settings
from app.people import join_drafts, register
from app.people.actor import Actor, someone_passing_by
from app.people.mail_domains import domain_let_in, lets_anybody_in
from app.people.models import Organisation, User
from app.people.places import place_in
from app.web import join_choices, join_steps, showing
from app.web.forms import Form
from app.web.join_choices import Told
from app.web.join_cookie import draft_token, give_draft_cookie
from app.web.needs import Here, Me, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page, Rendering
from app.web.visit import Visit, address
from content import shelves


@dataclass(frozen=True, kw_only=True)
class JoinView:
    """One step. `joins`: the organisation that takes part already and in which they ask for a place."""

    form: Form
    steps: Sequence[join_steps.Step]
    step: str
    joins: Organisation | None
    let_in: str
    """The domain of their address, when that organisation lets its people in at once."""
    may_be_let_in: bool
    """Whether it has such a domain, and we do not know their address yet."""
    is_institution: bool
    choices: Mapping[str, Any]
    rows: Sequence[join_choices.Row] = ()
    pieces: Sequence[showing.PieceCard] = ()
    mail: str = ""
    needs_code: bool = True
    is_looked_up: bool = False
    can_look_up: bool = False
    """Whether a number alone is enough: the trade register tells the rest."""

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
        joins = join_choices.takes_part_already(self.session, self.told)
        mail = self.told.get("mail", "").strip().lower()
        view = JoinView(
            form=form,
            steps=join_steps.steps(is_known=self.me.is_signed_in),
            step=step,
            joins=joins,
            let_in=self._let_in(joins, mail) if joins else "",
            may_be_let_in=not mail and not self.me.is_signed_in and lets_anybody_in(self.session, joins),
            is_institution=join_choices.is_institution(self.told),
            choices=join_choices.offered(self.session, self.told, step),
            rows=join_choices.filled_in(self.session, self.told) if step == "controleren" else (),
            pieces=_latest(self.session, self.here) if step == "onderwerpen" else (),
            mail=self.told.get("mail", ""),
            needs_code=not self.me.is_signed_in,
            is_looked_up=is_looked_up,
            can_look_up=register.is_open(),
        )
        name, status = f"join/{step}", 200 if form.is_fine else form.status
        is_first = step == "bedrijf"
        return self.page(name, view, status=status, shows_search=False, is_indexed=is_first, is_personal=True)

    def _let_in(self, organisation: Organisation, mail: str) -> str:
        """Of whom we do not know yet only the address counts, or the page would tell whose place was ended."""
        if not self.me.is_signed_in:
            return domain_let_in(self.session, organisation, mail)
        if place_in(self.session, self.me.user_id, organisation.id) is not None:
            return ""
        return domain_let_in(self.session, organisation, self.session.get_one(User, self.me.user_id).mail)

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


def _latest(session: Session, here: Visit) -> list[showing.PieceCard]:
    """What appeared last, for everybody."""
    rows = shelves.latest(session, someone_passing_by, language=here.language, most=3)
    return [showing.card(row) for row in rows]
