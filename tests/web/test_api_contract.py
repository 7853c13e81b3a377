"""The contract of the API, tried with what nobody thought of: schemathesis makes up requests from the description.

`make prove` tries 200 requests of each kind for each operation, every other run fewer.
"""

from collections import Counter
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from sqlmodel import select

from app.core.database import Database
from app.people.models import User
from tests.counts import full
from tests.web.client import Client

EXAMPLES: Final = full(200, 12)

SKIPPED: Final = {
    # These send requests of their own over a socket; test_api.py and test_gate.py ask what they would.
    *("unsupported_method", "allow_header_conformance", "ignored_auth"),
    # Everything is readable without a session, and nothing can be changed.
    *("use_after_free", "ensure_resource_availability", "object_level_authorization", "missing_required_header"),
}

LEANING: Final = {"improvement", "distance", "sort"}
"""Choices of a search that need another one beside them, which no schema of parameters can say."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("handle", [None, "noor"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
def test_no_request_breaks_the_contract(
    client: Client, seeded: Database, handle: str | None, mode: GenerationMode
) -> None:
    if handle is not None:
        with seeded.reading() as session:
            client.sign_in(session.exec(select(User).where(User.handle == handle)).one())
    statuses = hold_to(client, client.get("/openapi.json").json(), mode)
    assert statuses[200 if mode == GenerationMode.POSITIVE else 400] > 20
    assert not [status for status in statuses if status >= 500]


def test_a_promise_that_is_not_kept_is_noticed(client: Client) -> None:
    description = client.get("/openapi.json").json()
    description["components"]["schemas"]["TopicShort"]["required"].append("colour")
    with pytest.raises(FailureGroup, match="colour"):
        hold_to(client, description, GenerationMode.POSITIVE)


def hold_to(client: Client, description: dict[str, Any], mode: GenerationMode) -> Counter[int]:
    """Ask everything that is described, fitting or not; how often each status came. Raises for a broken promise."""
    load_all_checks()
    checks = [check for check in CHECKS.get_all() if check.__name__ not in SKIPPED]
    assert len(checks) == 7
    statuses: Counter[int] = Counter()
    operations = [found.ok() for found in schemathesis.openapi.from_dict(description).get_all_operations()]
    assert len(operations) == 66
    for operation in operations:
        if mode == GenerationMode.NEGATIVE and not list(operation.iter_parameters()):
            continue  # Nothing can be wrong with a question that has no parts.
        _try(client, operation, mode, checks, statuses)
    return statuses


def _try(client: Client, operation: Any, mode: GenerationMode, checks: list[Any], statuses: Counter[int]) -> None:
    # What a piece tells depends on its kind: a draft that fits the schema may still lack a field of its kind.
    is_kinds_own = operation.method.upper() in ("POST", "PATCH", "PUT")
    held = [check for check in checks if not (is_kinds_own and check.__name__ == "positive_data_acceptance")]

    @seed(20261125)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        sent = {} if case.body is NOT_SET else {"content" if isinstance(case.body, bytes) else "json": case.body}
        answer = client.request(case.method, case.formatted_path, params=case.query, headers=case.headers, **sent)
        statuses[answer.status_code] += 1
        passed = set()
        if answer.status_code == 413:
            # Turned away by its size before it was read: that is a refusal too.
            passed.add("negative_data_rejection")
        if answer.status_code == 400 and answer.json().get("field") in LEANING:
            passed.add("positive_data_acceptance")
        asked = [check for check in held if check.__name__ not in passed]
        case.validate_response(answer, checks=asked)

    ask()
