"""What tests of the web room can ask for besides: the site under a name of its own, and somebody who visits it."""

from collections.abc import Iterator

import pytest

from app.core import settings
from app.core.database import Database
from tests.web.client import Client

ADDRESS = "http://proeftuin.example"


@pytest.fixture
def seeded(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The example content on a site with a name; no name of this machine may stand in an answer."""
    chosen = settings.settings().model_copy(update={"base_url": ADDRESS})
    monkeypatch.setattr(settings, "_configured", chosen)
    return seeded


@pytest.fixture
def client(seeded: Database) -> Iterator[Client]:
    """Someone passing by on the site with the example content."""
    with Client() as client:
        yield client
