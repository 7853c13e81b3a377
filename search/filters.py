"""Filters of the engine, made of typed values with one way to quote them."""

from collections.abc import Iterable


def quoted(value: str) -> str:
    """A value that cannot end its own quotes, whatever stands in it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def one_of(field: str, values: Iterable[str]) -> str:
    """Whatever has at least one of these values."""
    return f"{field} IN [{', '.join(quoted(value) for value in sorted(values))}]"


def none_of(field: str, values: Iterable[str]) -> str:
    """Whatever has none of these values."""
    return f"NOT {one_of(field, values)}"
