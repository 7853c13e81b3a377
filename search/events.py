"""What can happen to the index. What follows stands in `app/reactions.py`."""

from app.core.jobs import Event


class IndexOutdated(Event):
    """The engine has no index, or one that was built by other rules: it is built anew, aside."""


class WordsTaught(Event):
    """A group of words says something else: texts that hold any of them are taken through the mill again."""

    group_id: int
