"""Moments as a form tells them: a day and a time, as a clock in Amsterdam shows it."""

from datetime import datetime

from app.core.clock import moment_in_amsterdam
from app.core.language import gettext as _
from app.web.forms import Form


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
