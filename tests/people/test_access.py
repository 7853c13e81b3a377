from pathlib import Path

import pytest
import yaml

from app.core.errors import NotAllowed
from app.core.language import speaking
from app.people.access import EXTRAS, KIND_NAMES, Extra, kind_name, require_steward
from app.people.actor import Actor, someone_passing_by

TAXONOMY = Path(__file__).parents[2] / "content/seed/data/taxonomy.yaml"

EVERYBODYS = {"read", "subscribe", "ask", "save"}
"""What every admitted organisation's people may do, so that the table need not say it (settled: 11)."""


@pytest.fixture(scope="module")
def kinds() -> dict[str, dict[str, object]]:
    return {kind["slug"]: kind for kind in yaml.safe_load(TAXONOMY.read_text(encoding="utf-8"))["organisation_kinds"]}


def test_the_table_gives_each_kind_what_the_taxonomy_gives_it(kinds: dict[str, dict[str, object]]) -> None:
    assert {slug: set(extras) for slug, extras in EXTRAS.items()} == {
        slug: set(kind["may"]) - EVERYBODYS  # type: ignore[call-overload]
        for slug, kind in kinds.items()
    }


def test_every_extra_is_given_to_somebody() -> None:
    assert set().union(*EXTRAS.values()) == set(Extra)


def test_every_kind_is_called_as_in_the_taxonomy(kinds: dict[str, dict[str, object]]) -> None:
    assert {slug: (kind["nl"], kind["en"]) for slug, kind in kinds.items()} == KIND_NAMES


def test_a_kind_is_named_in_the_language_spoken() -> None:
    assert kind_name("government") == "Overheid"
    with speaking("en"):
        assert kind_name("government") == "Government"
    assert kind_name("never-heard-of") == "never-heard-of"


def test_only_a_steward_passes_where_a_steward_is_asked_for() -> None:
    require_steward(Actor(user_id=1, is_steward=True))
    member = Actor(user_id=2, reads_for=frozenset({1}), edits_for=frozenset({1}), owns=frozenset({1}))
    for somebody in (someone_passing_by, member):
        with pytest.raises(NotAllowed):
            require_steward(somebody)


def test_an_actor_is_a_value_that_nobody_changes() -> None:
    with pytest.raises(AttributeError):
        someone_passing_by.is_steward = True  # type: ignore[misc]
    assert not someone_passing_by.is_signed_in
    assert not someone_passing_by.is_member
