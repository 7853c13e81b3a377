"""The description of the API: valid, complete, and true of every answer."""

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.web.api import V1
from app.web.api.examples import EXAMPLES
from search.facets import FACETS
from tests.web.client import Client

pytestmark = pytest.mark.whole


@pytest.fixture
def told(client: Client) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    read: dict[str, Any] = answer.json()
    return read


def operations(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, operation) for path, methods in told["paths"].items() for operation in methods.values()]


def test_it_is_valid(told: dict[str, Any]) -> None:
    assert told["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(told).validate()


def test_it_holds_every_door_of_the_api_and_no_page(told: dict[str, Any]) -> None:
    promised = {
        *("/articles", "/articles/{slug}", "/articles/{slug}/versions", "/topics", "/topics/{slug}", "/pilots"),
        *("/pilots/{slug}", "/organisations", "/organisations/{slug}", "/search", "/suggest"),
        *("/me", "/tokens", "/tokens/{number}", "/drafts", "/articles/{slug}/draft"),
        *("/reviews", "/articles/{slug}/review", "/articles/{slug}/review/decision", "/articles/{slug}/publication"),
        *("/articles/{slug}/review/remarks", "/articles/{slug}/review/remarks/{number}"),
        *("/articles/{slug}/review/remarks/{number}/application", "/articles/{slug}/review/readers"),
        *("/articles/{slug}/publication/confirmation", "/articles/{slug}/withdrawal"),
        *("/articles/{slug}/previews", "/articles/{slug}/previews/{number}"),
        *("/bulk/preview", "/bulk/export", "/bulk/orders", "/bulk/orders/{number}"),
        *("/articles/{slug}/revisions", "/articles/{slug}/revisions/{number}"),
        *("/articles/{slug}/revisions/{number}/restoration", "/articles/{slug}/translation"),
        *("/articles/{slug}/document", "/articles/{slug}/document/preview", "/bundles", "/bundles/preview"),
        *("/articles/{slug}/files", "/articles/{slug}/files/{name}"),
        *("/articles/{slug}/credits", "/articles/{slug}/credits/{number}"),
        *("/articles/{slug}/credits/authors/{handle}", "/articles/{slug}/credits/organisations/{publisher}"),
    }
    assert set(told["paths"]) == {V1.prefix + path for path in promised}


def test_every_operation_has_a_name_of_its_own_a_summary_and_its_problems(told: dict[str, Any]) -> None:
    names = [operation["operationId"] for _path, operation in operations(told)]
    assert len(names) == len(set(names)) == 66
    for path, operation in operations(told):
        assert operation["summary"]
        assert operation["description"]
        answers = operation["responses"]
        if operation["tags"] == ["writing"]:
            assert {"401", "403", "default"} <= set(answers), path
            continue
        assert "422" not in answers, path
        if operation["tags"] == ["account"]:
            assert {"401", "403", "default"} <= set(answers), path
            continue
        assert {"200", "304", "default"} <= set(answers), path
        if "{slug}" in path:
            assert "404" in answers, path
        else:
            assert "400" in answers, path
        for status, answer in answers.items():
            if status not in ("200", "301", "304"):
                assert answer["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }


def test_every_shape_has_a_name_of_its_own(told: dict[str, Any]) -> None:
    assert "Pilot" in told["components"]["schemas"]
    # Of two shapes of one name the framework makes `app__web__…__Phase` and the like.
    assert [name for name in told["components"]["schemas"] if "__" in name] == []


def test_every_parameter_says_what_it_is(told: dict[str, Any]) -> None:
    for path, operation in operations(told):
        for parameter in operation.get("parameters", []):
            assert parameter["schema"], path
            assert parameter["in"] == "path" or parameter.get("description"), (path, parameter["name"])


def test_a_search_is_narrowed_by_every_facet(told: dict[str, Any]) -> None:
    named = {parameter["name"] for parameter in told["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert {facet.name for facet in FACETS} < named
    assert {"q", "lang", "sort", "limit", "page", "near", "distance", "improvement"} < named


@pytest.mark.parametrize("name", [*EXAMPLES, "Problem"])
def test_an_example_is_an_example_of_what_it_stands_beside(told: dict[str, Any], name: str) -> None:
    schema = {**told["components"]["schemas"][name], "components": told["components"]}
    for example in schema["examples"]:
        jsonschema.Draft202012Validator(schema).validate(example)


def test_it_names_the_address_and_the_cookie(told: dict[str, Any]) -> None:
    assert told["servers"] == [{"url": "http://proeftuin.example"}]
    assert told["components"]["securitySchemes"]["session"]["name"] == "proeftuin"
    assert told["security"] == [{}, {"session": []}, {"token": []}]


def test_it_has_a_tag_and_is_kept(client: Client, told: dict[str, Any]) -> None:
    tag = client.get("/openapi.json").headers["etag"]
    assert client.get("/openapi.json", headers={"if-none-match": tag}).status_code == 304


def test_every_answer_is_as_described(client: Client, told: dict[str, Any]) -> None:
    """Walk through the whole of the API: every list, everything in it, and one refusal of each kind."""

    def check(path: str, template: str) -> Any:
        answer = client.get(path)
        described = told["paths"][V1.prefix + template]["get"]["responses"]
        content = described.get(str(answer.status_code), described["default"])["content"]
        (media_type, form), *_more = content.items()
        assert answer.headers["content-type"] == media_type
        schema = {**form["schema"], "components": told["components"]}
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(answer.json())
        return answer.json()

    for shelf in ("articles", "topics", "pilots", "organisations"):
        for item in check(f"/api/v1/{shelf}?limit=100", f"/{shelf}")["items"]:
            check(f"/api/v1/{shelf}/{item['slug']}", f"/{shelf}/{{slug}}")
        check(f"/api/v1/{shelf}?limit=0", f"/{shelf}")
        check(f"/api/v1/{shelf}/niets", f"/{shelf}/{{slug}}")
    check("/api/v1/articles/rfid-op-elk-product", "/articles/{slug}")
    check("/api/v1/articles/papierloze-werkorder-esdoorn/versions", "/articles/{slug}/versions")
    check("/api/v1/search", "/search")
    check("/api/v1/suggest?q=ro", "/suggest")
