"""What can happen to people and organisations. What follows from each stands in `app/reactions.py`."""

from app.core.jobs import Event


class OrganisationChanged(Event):
    """Another name, or another standing: every place that names the organisation looks again."""

    organisation_id: int


class PersonErased(Event):
    """Somebody is gone; what lies outside the database goes after them."""

    user_id: int
