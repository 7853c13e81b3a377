"""Where the parts of a drawing become one piece of markup."""

from markupsafe import Markup


def svg(*parts: str) -> Markup:
    """These parts as markup. Whoever made them has escaped every text in them: shapes hold numbers alone."""
    return Markup("".join(parts))  # noqa: S704 - the one place; test_drawing feeds every drawing with hostile words
