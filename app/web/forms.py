"""Forms: what somebody sent, what of it does not fit, and everything kept for the page that shows it again.

    def change(session: Writing, form: Sealed, page: Page) -> Response:
        name = form.line("naam", most=120, missing=_("Fill in your name"))
        if form.is_fine:
            with form.minding(session):
                renaming.rename(session, me, name)
        if not form.is_fine:
            return page("settings/name", view(form), status=form.status)
        return see(...)

A page that shows an empty form makes one with `Form()`, or with the values that it begins with.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Final

from fastapi import Depends
from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.requests import Request

from app.core.errors import Conflict, Invalid, NotAllowed, Problem, TooMany
from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.seals import is_sealed, seal
from app.core.text import one_line, wash
from app.web.needs import Here
from app.web.visit import Visit

FORM_PURPOSE: Final = "form"
TOKEN: Final = "token"  # noqa: S105 - the name of the field

MOST_FIELDS: Final = 6_000
"""A translation has one for each passage, and a box beside it; the longest text there can be has 2,500 passages."""
LONGEST_TEXT: Final = 100_000
"""Characters of one field, however much its own limit allows."""


class Form:
    """What was sent, by name, and what does not fit. Templates show it with `parts/forms.html`."""

    def __init__(
        self,
        values: Mapping[str, str | Sequence[str]] | None = None,
        *,
        token: str = "",
        prefix: str = "",
    ) -> None:
        """`prefix` goes before ids, for a page with two forms that have a field of the same name."""
        given = values or {}
        self._all = {name: [value] if isinstance(value, str) else list(value) for name, value in given.items()}
        self.token = token
        self.prefix = prefix
        self.errors: dict[str, str] = {}
        """Name of a field -> what to do about it. The empty name is the form as a whole."""
        self.status = 422
        self.heading = ""
        """Of the summary of errors, where a form knows better than to count them."""

    # --- for templates ------------------------------------------------------------------------------------------

    @property
    def values(self) -> dict[str, str]:
        """Name -> the (first) value, as it was typed."""
        return {name: sent[0] for name, sent in self._all.items() if sent}

    def pairs(self) -> list[tuple[str, str]]:
        """Every name and value that was sent, as they would stand in an address."""
        return [(name, value) for name, values in self._all.items() for value in values]

    def chosen(self, name: str) -> list[str]:
        """Every value of this name: the boxes that are ticked."""
        return self._all.get(name, [])

    def id_of(self, name: str) -> str:
        """The id of a field, to which the summary of errors leads."""
        return f"{self.prefix}{name}"

    @property
    def summary(self) -> str:
        """The heading of the summary of errors."""
        counted = ngettext("One thing is not right yet", "%(n)s things are not right yet", len(self.errors))
        return self.heading or counted

    def with_values(self, values: Mapping[str, Sequence[str]]) -> "Form":
        """The same form with these values besides, and with what was found wrong."""
        made = Form({**self._all, **values}, token=self.token, prefix=self.prefix)
        made.errors, made.status, made.heading = self.errors, self.status, self.heading
        return made

    # --- for routes ---------------------------------------------------------------------------------------------

    @property
    def is_fine(self) -> bool:
        """Whether nothing was found that does not fit."""
        return not self.errors

    def blame(self, name: str, sentence: str) -> None:
        """Say what to do about this field. The first sentence counts."""
        self.errors.setdefault(name, sentence)

    def raw(self, name: str) -> str:
        """The value exactly as it was sent."""
        return self.values.get(name, "")

    def line(self, name: str, *, most: int, missing: str = "") -> str:
        """One line, washed. `missing` is what to say when it is empty; without it the field may be."""
        return self._fitting(name, one_line(self.raw(name)[:LONGEST_TEXT]), most, missing)

    def prose(self, name: str, *, most: int, missing: str = "") -> str:
        """Text of several lines, washed."""
        return self._fitting(name, wash(self.raw(name)[:LONGEST_TEXT]).strip(), most, missing)

    def choice(self, name: str, among: Collection[str], *, missing: str = "") -> str:
        """One of these, or nothing when none was chosen."""
        sent = self.raw(name)
        if sent in among:
            return sent
        if sent or missing:
            self.blame(name, missing or _("Choose one of these"))
        return ""

    def several(self, name: str, among: Collection[str] | None = None) -> list[str]:
        """Every one that was chosen, once, in the order they were sent; others than these are passed over."""
        return [value for value in dict.fromkeys(self.chosen(name)) if among is None or value in among]

    def is_ticked(self, name: str) -> bool:
        """Whether a box with this name is ticked."""
        return bool(self.chosen(name))

    def number(self, name: str, *, least: int, most: int, missing: str = "") -> int | None:
        """A whole number; dots and blanks between thousands are passed over."""
        text = one_line(self.raw(name)).replace(".", "").replace(" ", "")
        if not text:
            if missing:
                self.blame(name, missing)
            return None
        if text.isascii() and text.isdigit() and len(text) < 16 and least <= int(text) <= most:
            return int(text)
        self.blame(name, _("Fill in a number from %(least)s to %(most)s", least=least, most=most))
        return None

    @contextmanager
    def minding(self, session: Session, name: str = "") -> Iterator[None]:
        """What a rule refuses inside becomes an error of this form, and everything done inside is undone.

        So nothing that must be remembered of a refusal, such as a try that counts, may be written in there.
        """
        try:
            with session.begin_nested():
                yield
        except (Invalid, Conflict, TooMany) as problem:
            self.refuse(problem, name)

    def refuse(self, problem: Problem, name: str = "") -> None:
        """Show this problem at its field, or at the one of this name."""
        field = problem.field if problem.field is not None else name
        self.blame(field if field in self._all or field == name else "", problem.sentence)
        self.status = problem.status

    def _fitting(self, name: str, text: str, most: int, missing: str) -> str:
        if missing and not text:
            self.blame(name, missing)
        if len(text) > most:
            self.blame(name, _("Make this shorter: at most %(most)s characters", most=most))
        return text


async def filled(request: Request, here: Here) -> Form:
    """The form that was sent. Files are not taken here: they come with their own doors."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        found: dict[str, list[str]] = {}
        for name, value in sent.multi_items():
            if not isinstance(value, UploadFile):
                # A body may name a coding (UTF-7) that knows half letters; a page that shows them could not be sent.
                found.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    return Form({name: values for name, values in found.items() if name != TOKEN}, token="".join(found.get(TOKEN, [])))


def sealed(here: Here, form: "Filled") -> Form:
    """The form that was sent from a personal page of this very session. Raises NotAllowed for any other."""
    if not is_form_token(here, form.token):
        raise NotAllowed(_("This page was open for too long. Load it again and try once more."))
    return form


Filled = Annotated[Form, Depends(filled)]
"""For forms that anybody may send. Where they come from was judged by the gate."""

Sealed = Annotated[Form, Depends(sealed)]
"""For forms of personal pages: made by us, for this session (settled: 19)."""


def form_token(here: Visit) -> str:
    """For forms on personal pages: bound to the session, good as long as that is."""
    return seal(FORM_PURPOSE, here.session_token) if here.session_token else ""


def is_form_token(here: Visit, token: str) -> bool:
    """Whether a form brought the token of this session. Without a session there is none."""
    return bool(here.session_token) and is_sealed(FORM_PURPOSE, here.session_token, token)
