"""An event with a reaction that does whatever the test says, the same in every process."""

from collections.abc import Callable

from app.core.jobs import Conclusion, Event


class Pressed(Event):
    """A button was pressed."""

    number: int = 0


class Held(Event):
    """A button was held, from which nothing follows."""


effect: Callable[[Pressed], object] = id
conclusion: Conclusion | None = None


def press(event: Pressed) -> Conclusion | None:
    """The reaction."""
    effect(event)
    return conclusion
