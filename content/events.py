"""What can happen to knowledge. What follows from each stands in `app/reactions.py`."""

from typing import ClassVar

from app.core.jobs import Event


class ArticlePublished(Event):
    """A revision went live: the first, or a new version."""

    article_id: int


class ArticleWithdrawn(Event):
    """An article was taken back; its address answers 410 from now on."""

    article_id: int


class ArticleReachChanged(Event):
    """Another visibility, owner or address: every place that shows the article looks again."""

    article_id: int


class TopicChanged(Event):
    """A topic is called otherwise, stands elsewhere, or took in another one."""

    topic_id: int


class FileRead(Event):
    """A file of an article was read: the article can be found by its words from now on."""

    article_id: int


class ReviewMoved(Event):
    """Something happened to a text on its way to readers: it was sent in, agreed to, sent back, placed."""

    changes_pages: ClassVar[bool] = False
    step_id: int


class RemarkMade(Event):
    """Somebody said something about a passage of a text on its way, or answered."""

    changes_pages: ClassVar[bool] = False
    remark_id: int


class CreditAsked(Event):
    """Somebody was asked to stand on a piece, or asked once more."""

    changes_pages: ClassVar[bool] = False
    invitation_id: int


class LinksLookedAt(Event):
    """We looked whether what an article leads to is still there."""

    changes_pages: ClassVar[bool] = False
    article_id: int


class StillTrueAsked(Event):
    """Whoever looks after a piece was asked whether it is still true."""

    changes_pages: ClassVar[bool] = False
    article_id: int


class BulkOrdered(Event):
    """A steward has the same thing done to many pieces."""

    changes_pages: ClassVar[bool] = False
    order_id: int


class BulkUndoAsked(Event):
    """A steward wants such an order undone."""

    changes_pages: ClassVar[bool] = False
    order_id: int
    by_id: int


class ArticleRemoved(Event):
    """An article is gone altogether, as only example content goes; nothing of it can be looked up any more."""

    article_id: int
    piece_id: int
