"""The steps of joining: their order, their fields, and what does not fit. `app/web/pages/joining.py` shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.settings import settings
from app.people.joining import kvk_number, organisation_with
from app.people.mail_addresses import domain_of, is_public, mail_address
from app.people.register import Registered, is_open, look_up
from app.web.forms import Form
from app.web.join_choices import Told, kinds, municipalities, rhythms, sectors, sizes

FIELDS: Final = {
    "bedrijf": ("als", "kvk", "organisatie", "soort", "gemeente", "grootte", "sector"),
    "jij": ("naam", "functie", "mail"),
    "onderwerpen": ("onderwerp", "wat", "vaak"),
}
"""Step -> its fields."""

MOST_TOPICS: Final = 40
LONGEST: Final = 1000
"""What is kept of what was typed, however much was sent."""


@dataclass(frozen=True)
class Step:
    """A step as it is shown above each page."""

    name: str
    label: str
    path: str


def steps(*, is_known: bool) -> list[Step]:
    """The steps in order. Whom we know already is not asked who they are."""
    told = [
        Step("bedrijf", _("Company"), "/aanmelden"),
        Step("jij", _("You"), "/aanmelden/jij"),
        Step("onderwerpen", _("Topics"), "/aanmelden/onderwerpen"),
        Step("controleren", _("Check"), "/aanmelden/controleren"),
    ]
    return [step for step in told if not (is_known and step.name == "jij")]


def back_to(step: str, wanted: str, *, is_known: bool) -> str:
    """The path that a button for going back means: `terug` or the name of an earlier step. Empty for anything else."""
    told = steps(is_known=is_known)
    at = [each.name for each in told].index(step)
    if wanted == "terug":
        return told[at - 1].path if at else "/"
    return next((each.path for each in told[:at] if each.name == wanted), "")


def lacking(session: Session, told: Told, step: str, *, is_known: bool) -> str:
    """The path of the first step before this one that is not filled in as it should be; empty when all are."""
    for each in steps(is_known=is_known):
        if each.name == step:
            break
        if not is_complete(session, told, each.name):
            return each.path
    return ""


def typed(form: Form, step: str) -> dict[str, str | list[str]]:
    """What was typed in the fields of this step, to be kept whether it fits or not."""
    return {
        name: form.chosen(name)[:MOST_TOPICS] if name == "onderwerp" else form.raw(name)[:LONGEST]
        for name in FIELDS[step]
    }


def registered(session: Session, form: Form) -> Registered | None:
    """What the trade register knows of a company of which only the number was filled in, where we may ask it."""
    if form.raw("organisatie").strip():
        return None
    try:
        number = kvk_number(form.raw("kvk"))
    except Invalid:
        return None
    return None if organisation_with(session, number) else look_up(session, number)


def check_company(session: Session, form: Form) -> None:
    """Blame what does not fit. Of an organisation that takes part already the number is enough."""
    number = checked(form, "kvk", lambda: kvk_number(form.raw("kvk")))
    if number and organisation_with(session, number):
        return
    institution = form.raw("als") == "instelling"
    unknown = number and is_open()
    name = _("The trade register did not tell the name. Fill it in yourself.") if unknown else ""
    form.line("organisatie", most=160, missing=name or _("Fill in the name of the organisation"))
    form.choice("gemeente", [value for value, _name in municipalities(session) if value], missing=_("Choose the place"))
    if institution:
        form.choice("soort", [kind for kind, _name in kinds() if kind], missing=_("Choose what it is"))
    else:
        form.choice("grootte", [slug for slug, *_more in sizes()], missing=_("Choose how many people work there"))
        form.choice("sector", [value for value, _name in sectors(session) if value], missing=_("Choose the sector"))


def check_person(form: Form) -> None:
    """Blame what does not fit."""
    form.line("naam", most=120, missing=_("Fill in your name"))
    form.line("functie", most=160)
    mail = checked(form, "mail", lambda: mail_address(form.raw("mail")))
    if mail and is_public(domain_of(mail)):
        contact = settings().operator_contact
        form.blame("mail", _("Use a mail address of your company. Is there none? Write to %(to)s.", to=contact))


def check_topics(session: Session, form: Form) -> None:
    """Blame what does not fit. Choosing no topic is fine: everything can be followed later."""
    form.prose("wat", most=1000)
    form.choice("vaak", [value for value, *_more in rhythms()], missing=_("Choose how often you want mail"))


def checked(form: Form, name: str, rule: Callable[[], str]) -> str:
    """What the rule makes of it; empty, and blamed, when it refuses."""
    try:
        return rule()
    except Invalid as problem:
        form.refuse(problem, name)
        return ""


def is_complete(session: Session, told: Told, step: str) -> bool:
    """Whether a step was filled in as it should be, so that the next one may be shown."""
    form = Form({name: told[name] for name in FIELDS[step] if name in told})
    if step == "bedrijf":
        check_company(session, form)
    elif step == "jij":
        check_person(form)
    else:
        check_topics(session, form)
    return form.is_fine
