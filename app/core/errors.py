"""What can go wrong for a reader, each with a sentence for people. The web room turns them into pages and JSON."""


class Problem(Exception):
    """Something a person must be told. `sentence` is in the reader's language and never blames."""

    status = 500

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotFound(Problem):
    """There is no such thing, or not for this reader: the two are told alike."""

    status = 404


class NotKnown(Problem):
    """We do not know who asks, and have to."""

    status = 401


class NotAllowed(Problem):
    """The reader is known, sees the thing, and may not do this with it."""

    status = 403


class Conflict(Problem):
    """Somebody else changed it meanwhile, or the name is taken."""

    status = 409


class Stale(Conflict):
    """A text was saved by somebody else since it was read: nothing of either is overwritten."""

    status = 412


class Blind(Problem):
    """A change that does not say which state of the thing it was made on."""

    status = 428


class Invalid(Problem):
    """What was sent does not fit; `field` names where."""

    status = 422


class BadRequest(Problem):
    """The request itself cannot be understood."""

    status = 400


class TooMany(Problem):
    """This was done more often than we allow; waiting helps."""

    status = 429

    def __init__(self, sentence: str, *, field: str | None = None, seconds: int = 60) -> None:
        super().__init__(sentence, field=field)
        self.seconds = seconds
        """How long to wait."""


class NoRoom(Problem):
    """There is no room left to keep what was sent. Reading goes on."""

    status = 507


class Unavailable(Problem):
    """A part of the house is away for a moment; trying again helps."""

    status = 503
