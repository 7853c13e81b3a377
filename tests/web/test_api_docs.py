"""The documentation of the API: whole, true, and with examples that work."""

import re
from html import unescape
from pathlib import Path

import pytest

from app.core.database import Database
from app.web.allowances import ALLOWANCES
from app.web.api.answers import MOST
from app.web.security import LONGEST_ADDRESS
from search.query import DEEPEST
from tests.web.client import Client

pytestmark = pytest.mark.whole

RULES = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")


def page(client: Client, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/api/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def examples(text: str) -> list[str]:
    return [
        unescape(path) for path in re.findall(r"<code>curl &#34;http://proeftuin\.example([^<]+)&#34;</code>", text)
    ]


def test_every_operation_and_every_shape_stands_there(client: Client) -> None:
    text = page(client)
    told = client.get("/openapi.json").json()
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert f"<code>{method.upper()} {path}</code>" in text
            for parameter in operation["parameters"]:
                assert f"<code>{parameter['name']}</code>" in text
    for name in told["components"]["schemas"]:
        assert f'id="shape-{name}"' in text


def test_every_example_works(client: Client) -> None:
    found = examples(page(client))
    operations = [each for path in client.get("/openapi.json").json()["paths"].values() for each in path.values()]
    assert len(found) == len([each for each in operations if "security" not in each])
    for path in found:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.json(), path


def test_without_content_it_shows_no_example_that_would_not_work(database: Database) -> None:
    with Client() as client:
        text = client.get("/api/docs").text
        paths = re.findall(r'<a href="(/api/v1/[^"]+)">', text)
        assert paths
        assert {client.get(unescape(path)).status_code for path in paths} == {200}


def test_every_link_within_the_page_leads_somewhere(client: Client) -> None:
    text = page(client)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'id="([^"]+)"', text))


@pytest.mark.parametrize(("prefix", "word"), [("", "API-documentatie"), ("/en", "API documentation")])
def test_it_has_its_frame_in_both_languages_and_is_found_from_the_foot_and_the_page_about_the_api(
    client: Client, prefix: str, word: str
) -> None:
    assert f"<h1>{word}</h1>" in page(client, prefix)
    assert f'<a href="{prefix}/api/docs">{word}</a>' in client.get(f"{prefix}/over").text
    assert client.get(f"{prefix}/over/api").text.count(f'href="{prefix}/api/docs"') == 2


def test_the_rules_tell_the_limits_that_hold() -> None:
    assert f"`limit` is at most {MOST}," in RULES
    assert f"at most {LONGEST_ADDRESS:,} bytes" in RULES
    assert f"the first {DEEPEST} hits" in RULES
    most = {allowance.name: allowance.most for allowance in ALLOWANCES}
    assert f"{most['search']} searches and {most['suggestions']} suggestions a minute" in RULES
