"""What can happen to people and organisations. What follows from each stands in `app/reactions.py`."""

from typing import ClassVar

from app.core.jobs import Event


class OrganisationChanged(Event):
    """Another name, or another standing: every place that names the organisation looks again."""

    organisation_id: int


class PersonArrived(Event):
    """Somebody has a way to sign in from now on; before, they were at most an address that follows something."""

    changes_pages: ClassVar[bool] = False
    user_id: int


class PersonErased(Event):
    """Somebody is gone; what lies outside the database goes after them."""

    user_id: int


class PersonSuspended(Event):
    """Somebody was taken out for a time: what waits for them alone waits for others now."""

    changes_pages: ClassVar[bool] = False
    user_id: int


class PersonRestored(Event):
    """Somebody who was taken out may sign in again."""

    changes_pages: ClassVar[bool] = False
    user_id: int


class PlaceGiven(Event):
    """Somebody belongs to an organisation from now on, and reads what it may read."""

    changes_pages: ClassVar[bool] = False
    user_id: int


class MailChanged(Event):
    """Somebody has another mail address, and showed that it is theirs."""

    changes_pages: ClassVar[bool] = False
    user_id: int


class RoleChanged(Event):
    """Somebody else gave a person another role in their place."""

    changes_pages: ClassVar[bool] = False
    place_id: int


class PlaceLeft(Event):
    """Somebody gave up their place in this organisation."""

    changes_pages: ClassVar[bool] = False
    organisation_id: int
    place_id: int
