"""The two languages of the interface, Dutch first, and the texts in them.

Texts in code and templates are English; `app/locale/nl` holds the Dutch. A test fails on a missing or fuzzy one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from app.core.clock import AMSTERDAM, comes_twice, local

LANGUAGES: Final = ("nl", "en")
LOCALES: Final = {"nl": "nl_NL", "en": "en_GB"}
CATALOGUES: Final = Path(__file__).parents[1] / "locale"

_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
_GROUPED: Final = {sign: re.compile(rf"-?\d{{1,3}}(\{sign}\d{{3}})+") for sign in ".,"}

_speaking: ContextVar[str] = ContextVar("language", default="nl")


def current_language() -> str:
    """`nl` or `en`: the language that texts are in right now."""
    return _speaking.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Inside, every text is in this language. An unknown one counts as Dutch."""
    token = _speaking.set(language if language in LANGUAGES else "nl")
    try:
        yield
    finally:
        _speaking.reset(token)


@cache
def _translations(language: str) -> NullTranslations:
    # Compiled in memory at start, so that no generated catalogue is committed.
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a text that is translated later
    """Mark a text for translation without translating it now."""
    return text


def gettext(text: str, **values: object) -> str:
    """This text in the current language, with `%(name)s` filled in."""
    # The empty text is where a catalogue keeps its header.
    translated: str = _translations(current_language()).gettext(text) if text else ""
    return translated % values if values else translated


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The form for `n`; the text may use `%(n)s`, shown as people write numbers."""
    translated: str = _translations(current_language()).ngettext(one, many, n)
    return translated % {"n": number(n), **values}


def pick(dutch: str, english: str) -> str:
    """The text in the current language of a thing that carries both; the other one when it is empty."""
    first, second = (dutch, english) if current_language() == "nl" else (english, dutch)
    return first or second


def _locale() -> str:
    return LOCALES[current_language()]


def number(value: float, digits: int | None = None) -> str:
    """4,2 or 4.2; thousands with a point or a comma. `digits` fixes the number of decimals."""
    pattern = "#,##0.###" if digits is None else "#,##0" + (f".{'0' * digits}" if digits else "")
    # Nobody writes "-0".
    shown = value if round(value, 3 if digits is None else digits) else 0
    return numbers.format_decimal(shown, format=pattern, locale=_locale())


def exact(value: float) -> str:
    """The same without grouping or rounding, for a field that somebody changes: 28600, 4,25."""
    return numbers.format_decimal(value, format="0.##########", locale=_locale())


def read_number(text: str) -> float | None:
    """The number that somebody wrote, as people of the current language write them; None when it is none.

    `1.250,5` in Dutch and `1,250.5` in English. A single point before other than three figures is a decimal one in
    Dutch too: so keyboards of phones write it.
    """
    group, point = (".", ",") if current_language() == "nl" else (",", ".")
    plain = text.strip().replace("\xa0", "").replace(" ", "").removeprefix("€").removeprefix("+").replace("−", "-")
    if _GROUPED[group].fullmatch(plain.partition(point)[0]):
        plain = plain.replace(group, "")
    plain = plain.replace(point, ".", 1)
    return float(plain) if _NUMBER.fullmatch(plain) else None


def euros(value: float) -> str:
    """€ 38.000 (with a space that does not break) or €38,000: whole euros."""
    pattern = "¤\xa0#,##0;¤\xa0-#,##0" if current_language() == "nl" else "¤#,##0"
    return numbers.format_currency(value, "EUR", format=pattern, currency_digits=False, locale=_locale())


def long_date(moment: date | datetime) -> str:
    """3 november 2026."""
    return dates.format_date(_amsterdam_day(moment), "d MMMM y", locale=_locale())


def month(moment: date | datetime) -> str:
    """November 2026, in small letters in Dutch."""
    return dates.format_date(_amsterdam_day(moment), "MMMM y", locale=_locale())


def clock_time(moment: datetime) -> str:
    """14.00 uur, or 14:00."""
    local = moment.astimezone(AMSTERDAM)
    return f"{local:%H.%M}\xa0uur" if current_language() == "nl" else f"{local:%H:%M}"


def day_and_time(moment: datetime) -> str:
    """3 november 2026, 14.00 uur. In the hour that comes twice it says which of the two."""
    which = {True: gettext("summer time"), False: gettext("winter time")}[bool(local(moment).dst())]
    return ", ".join([long_date(moment), clock_time(moment), *([which] if comes_twice(moment) else [])])


def clock_hour(hour: int) -> str:
    """7.00 uur, or 7:00."""
    return f"{hour}.00\xa0uur" if current_language() == "nl" else f"{hour}:00"


def weekday_name(day: int) -> str:
    """maandag, or Monday; 0 is Monday."""
    return str(dates.get_day_names("wide", locale=_locale())[day])


def _amsterdam_day(moment: date | datetime) -> date:
    return moment.astimezone(AMSTERDAM).date() if isinstance(moment, datetime) else moment
