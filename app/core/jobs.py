"""What must follow from a write: recorded in the same transaction, and repeated until done.

`announce` writes one Job for each reaction to an event, and a worker works it off (`working`). Every reaction looks at
the state of today and may be repeated harmlessly.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import event
from sqlmodel import Field, Session

from app.core import epoch
from app.core.bell import wake
from app.core.lanes import lane_of
from app.core.log import request_id
from app.core.record import Record, moment, plain_json

REST = timedelta(seconds=3)
"""How long a lane rests while something that its jobs need is away: so soon after it is back they go on."""

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a new job is due: whatever the clock says, also when it is put back before the job was tried."""

STRAY = "stray"
"""A lane for the jobs that another release put into lanes which this one does not have."""


class Event(BaseModel):
    """Something that happened, named in the past tense. Holds ids only: reactions read the present state."""

    changes_pages: ClassVar[bool] = True
    """Whether what was kept of pages is old from then on."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NotNow(Exception):
    """Raised by a reaction when something that it needs is away. The try does not count, however long that lasts."""

    def __init__(self, why: str = "", *, rest: timedelta = REST) -> None:
        super().__init__(why)
        self.rest = rest


class Later(Exception):
    """Raised by a reaction whose turn has not come, though nothing is wrong: this job alone waits so long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("its turn comes later")
        self.wait = wait


Conclusion = Callable[[Session], None]
"""What came of a reaction, to be written down in the transaction that forgets its promise."""

Reaction = Callable[[Any], Conclusion | None]


class Job(Record, table=True):
    """A promise to run one reaction to one event."""

    reaction: str = Field(max_length=120)
    lane: str = Field(max_length=40, index=True)
    event: str = Field(max_length=60)
    told: dict[str, Any] = plain_json()
    request_id: str = Field(default="", max_length=40)
    tries: int = 0
    run_at: datetime = moment(nullable=False, index=True)
    leased_until: datetime | None = moment()
    parked_at: datetime | None = moment()
    error: str = Field(default="", max_length=2000)


_reactions: dict[type[Event], tuple[Reaction, ...]] = {}


def register(table: Mapping[type[Event], tuple[Reaction, ...]]) -> None:
    """Say what follows from what. The whole table stands in `app.reactions`."""
    _reactions.update(table)


def registered() -> Mapping[type[Event], tuple[Reaction, ...]]:
    """The table, for those who check it."""
    return dict(_reactions)


def lanes() -> tuple[str, ...]:
    """Every lane that a worker has to look after."""
    return *sorted({lane_of(reaction) for reactions in _reactions.values() for reaction in reactions}), STRAY


def name_of(reaction: Reaction) -> str:
    """How a job tells which reaction it promises."""
    return f"{reaction.__module__}:{reaction.__name__}"


def announce(session: Session, happened: Event) -> None:
    """Record what must follow from this event, in the transaction that made it happen.

    It begins a new epoch, unless no page changes by it.

    Raises LookupError for an event that is not in the table: silence would be a bug.
    """
    if type(happened) not in _reactions:
        raise LookupError(f"{type(happened).__name__} is not registered in app/reactions.py")
    for reaction in _reactions[type(happened)]:
        session.add(
            Job(
                reaction=name_of(reaction),
                lane=lane_of(reaction),
                event=type(happened).__name__,
                told=happened.model_dump(mode="json"),
                request_id=request_id(),
                run_at=AT_ONCE,
            )
        )
    if happened.changes_pages:
        epoch.move(session)
    session.info["announced"] = True


@event.listens_for(Session, "after_commit")
def _wake_worker(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop("announced", False):
        wake()
