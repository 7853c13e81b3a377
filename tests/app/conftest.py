"""The worker stands on the same ground as the tests of core."""

from tests.core.conftest import data_dir, ground, url  # noqa: F401 - fixtures
