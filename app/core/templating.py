"""The one Jinja environment, for pages and mail alike. Everything is escaped; an unknown name is an error."""

from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context

from app.core import language

TEMPLATES = Path(__file__).parents[2] / "templates"

_globals: dict[str, Any] = {}


def provide(names: Mapping[str, Any]) -> None:
    """Let every template use these names. Called once, by the room that owns them, before the first page."""
    _globals.update(names)
    environment.cache_clear()
    _plain.cache_clear()


@cache
def environment() -> Environment:
    """The environment with our texts, numbers and dates in the current language."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
        auto_reload=False,
        cache_size=-1,
    )
    made.globals.update(
        _=language.gettext,
        ngettext=language.ngettext,
        pick=language.pick,
        language=language.current_language,
    )
    made.globals.update(_globals)
    made.filters.update(
        number=_spoken(language.number),
        euros=_spoken(language.euros),
        long_date=_spoken(language.long_date),
        month=_spoken(language.month),
        clock_time=_spoken(language.clock_time),
        capitalise=capitalise,
    )
    return made


def _spoken(filter: Callable[..., str]) -> Callable[..., str]:
    # Jinja works out a filter on a constant once, when it compiles, in the language of that moment. One that asks for
    # the context waits until the template is rendered.
    @pass_context
    @wraps(filter)
    def spoken(_context: object, *values: Any, **more: Any) -> str:
        return filter(*values, **more)

    return spoken


def capitalise(text: str) -> str:
    """The first letter as a capital; the rest stays, so that OPC UA does not become Opc ua."""
    return text[:1].upper() + text[1:]


@cache
def _plain() -> Environment:
    return environment().overlay(autoescape=False)


def render_plain(name: str, /, **values: Any) -> str:
    """This template as plain text, for what is shown by no browser: nothing in it is escaped."""
    return _plain().get_template(name).render(values)


def render(name: str, /, **values: Any) -> str:
    """This template with these values."""
    return environment().get_template(name).render(values)
