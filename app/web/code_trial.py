"""A try of a code in a form: what to say of a wrong one."""

from sqlmodel import Session

from app.core.language import gettext as _
from app.core.language import ngettext
from app.people import codes
from app.people.codes import Verdict
from app.web.forms import Form


def proven_address(session: Session, form: Form, *, purpose: str, browser: str) -> str:
    """The address that the digits in `code` were sent to. Wrong ones are blamed, and prove none. A right code is spent.

    This address alone is proven, whatever else was filled in by now.
    """
    verdict = codes.try_code(session, purpose=purpose, browser=browser, typed=form.raw("code"))
    code = codes.pending(session, purpose=purpose, browser=browser)
    if verdict == Verdict.RIGHT and code is not None:
        mail = code.mail
        codes.spend(session, code)
        return mail
    if verdict == Verdict.WRONG and code is not None:
        form.heading = _("The code is not right")
        sentence = ngettext(
            "This code is not right. You can try it one more time.",
            "This code is not right. You can try it %(n)s more times.",
            code.tries_left,
        )
        form.blame("code", sentence)
    else:
        form.heading = _("This code does not work any more")
        form.blame("code", _("Ask for a new code below, and type that one."))
    return ""
