"""Moments as a form tells them: a day and a time, as a clock in Amsterdam shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from app.core.clock import local, moment_in_amsterdam, now
from app.core.language import gettext as _
from app.web.forms import Form
from content.models import Article


def moment_told(form: Form, name: str) -> datetime | None:
    """The moment in this field; None when it is empty. What is none, or never comes, becomes an error of the form."""
    told = form.line(name, most=40)
    if not told:
        return None
    try:
        naive = datetime.fromisoformat(told)
    except ValueError:
        form.blame(name, _("Fill in a day and a time"))
        return None
    if naive.tzinfo is not None or not 2000 <= naive.year < 2200:
        form.blame(name, _("Fill in a day and a time"))
        return None
    try:
        return moment_in_amsterdam(naive.replace(second=0, microsecond=0))
    except ValueError:
        form.blame(name, _("The clock is put forward that night, so this time does not come. Choose another one."))
        return None


def day_told(form: Form, name: str) -> date | None:
    """The day in this field; None when it is empty. What is none becomes an error of the form."""
    told = form.line(name, most=40)
    if not told:
        return None
    try:
        day = date.fromisoformat(told)
    except ValueError:
        form.blame(name, _("Fill in a day"))
        return None
    if not 2000 <= day.year < 2200:
        form.blame(name, _("Fill in a day"))
        return None
    return day


@dataclass(frozen=True)
class Limits:
    """Until when nothing of a piece appears, and until which day it can be read."""

    embargo_until: datetime | None
    last_day: date | None


def limits_told(form: Form, article: Article) -> Limits:
    """Both, as the form tells them; what it does not ask stays as it is."""
    embargo = moment_told(form, "embargo_until") if "embargo_until" in form.values else article.embargo_until
    last_day = day_told(form, "last_day") if "last_day" in form.values else article.last_day
    return Limits(embargo, last_day)


def limits_of(article: Article) -> dict[str, str]:
    """The two as fields begin with them."""
    embargo = article.embargo_until if article.embargo_until is not None and article.embargo_until > now() else None
    return {
        "embargo_until": f"{local(embargo):%Y-%m-%dT%H:%M}" if embargo else "",
        "last_day": article.last_day.isoformat() if article.last_day else "",
    }
