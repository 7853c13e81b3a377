"""Suggestions under the search box."""

import pytest

from app.core.language import speaking
from app.web.suggesting import suggestion_groups
from search.suggesting import Suggested, Suggestion
from tests.web.client import Client


@pytest.mark.parametrize(("language", "prefix"), [("nl", "/"), ("en", "/en/")])
def test_everything_that_can_be_suggested_has_a_group_and_a_place_to_go(language: str, prefix: str) -> None:
    offered = [Suggestion(kind, f"Naam {kind}", "naam", piece_kind="lesson", language="nl") for kind in Suggested]
    with speaking(language):
        groups = suggestion_groups(offered)
    assert len({group.title for group in groups}) == len(Suggested)
    addresses = {row.href for group in groups for row in group.rows}
    assert len(addresses) == len(Suggested)
    assert all(address.startswith(prefix) for address in addresses)


@pytest.mark.parametrize("path", ["/zoeken/suggesties", "/en/zoeken/suggesties", "/api/v1/suggest"])
def test_a_pilot_is_suggested_by_its_name(client: Client, path: str) -> None:
    answer = client.get(f"{path}?q=las")
    assert answer.status_code == 200
    assert "/proefprojecten/" in answer.text


@pytest.mark.parametrize(
    ("label", "asked", "marked"),
    [
        ("Robotlassen", "robot", "<mark>Robotlassen</mark>"),
        ("Een robot & een mal", "een rob", "<mark>Een</mark> <mark>robot</mark> &amp; <mark>een</mark> mal"),
        ("<b>Robot</b>", "robot", "&lt;b&gt;<mark>Robot</mark>&lt;/b&gt;"),
        ("OPC-UA", "opc", "<mark>OPC</mark>-UA"),
        ("Iets anders", "", "Iets anders"),
    ],
)
def test_the_words_that_begin_as_was_typed_are_marked_and_nothing_else_is_markup(
    label: str, asked: str, marked: str
) -> None:
    with speaking("nl"):
        (group,) = suggestion_groups([Suggestion(Suggested.TOPIC, label, "naam")], asked)
    assert str(group.rows[0].label) == marked
