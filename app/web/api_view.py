"""What the page with the documentation of the API shows: the description for machines, in the order of reading."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup
from sqlmodel import Session

from app.people.actor import someone_passing_by
from app.people.models import Organisation
from app.web.rows import Link
from content import overview, reading

MOST_NAMED: Final = 12
"""Values of a parameter that are named; of a longer list it says how long it is."""

QUESTIONS: Final = {
    "/api/v1/articles": "?kind=case_study&limit=5",
    "/api/v1/search": "?q=cobot&limit=5",
    "/api/v1/suggest": "?q=las",
}
"""What the example of an operation asks for, where the bare address shows too much or nothing."""

_CODE: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Property:
    """A parameter, or a property of a shape: its name, what it can be, and what it means."""

    name: str
    kind: Markup
    meaning: Markup
    is_required: bool = False

    @property
    def told(self) -> Markup:
        """All but its name."""
        needed = Markup(", required") if self.is_required else Markup("")
        return self.kind + needed + (Markup(". ") + self.meaning if self.meaning else Markup(""))


@dataclass(frozen=True)
class Operation:
    """Something that can be asked."""

    key: str
    method: str
    path: str
    title: str
    meaning: Sequence[Markup]
    parameters: Sequence[Property]
    answers: Sequence[tuple[str, Markup]]
    """By status."""
    example: str
    """A path that anybody can ask here and now; empty where that would show nothing."""

    @property
    def question(self) -> str:
        """How it is asked."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Shape:
    """Something that an answer consists of."""

    key: str
    name: str
    meaning: Markup
    properties: Sequence[Property]
    example: str
    """As JSON, laid out for eyes; empty without one."""


@dataclass(frozen=True)
class ApiView:
    """The whole page."""

    base: str
    about: Sequence[Markup]
    operations: Sequence[Operation]
    shapes: Sequence[Shape]
    rules: str
    """The address of the page with the rules."""

    def command(self, path: str) -> str:
        """How a path is asked on the command line."""
        return f'curl "{self.base}{path}"'

    @property
    def contents(self) -> list[Link]:
        """Every operation, to go to."""
        return [Link(each.path, f"#{each.key}") for each in self.operations]


def api_view(session: Session, told: Mapping[str, Any], *, base: str, rules: str) -> ApiView:
    """The page for this description (OpenAPI 3.1)."""
    known = _known(session)
    return ApiView(
        base=base,
        about=_paragraphs(told["info"]["description"]),
        operations=[
            _operation(method.upper(), path, each, known)
            for path, methods in told["paths"].items()
            for method, each in methods.items()
        ],
        shapes=[_shape(name, schema) for name, schema in sorted(told["components"]["schemas"].items())],
        rules=rules,
    )


def _known(session: Session) -> dict[str, str | None]:
    """A slug for each kind of thing, for examples that work: of something that everybody may see."""
    article = reading.first_for(session, someone_passing_by)
    owner = session.get(Organisation, article.owner_id) if article else None
    return {
        "articles": article.slug if article else None,
        "organisations": owner.slug if owner else None,
        "topics": next((topic.slug for topic in overview.topics_in_order(session)), None),
        "pilots": next((pilot.slug for pilot, _place in overview.pilots(session)), None),
    }


def _operation(method: str, path: str, told: Mapping[str, Any], known: Mapping[str, str | None]) -> Operation:
    slug = known.get(path.split("/")[3], None)
    example = path.replace("{slug}", slug or "") + QUESTIONS.get(path, "")
    is_for_everybody = method == "GET" and "security" not in told
    return Operation(
        key=told["operationId"],
        method=method,
        path=path,
        title=told["summary"],
        meaning=_paragraphs(told["description"]),
        parameters=[
            Property(each["name"], _kind(each["schema"]), _worded(each.get("description", "")), each["required"])
            for each in told["parameters"]
        ],
        answers=[
            (status, _kind(answer["content"]["application/json"]["schema"]) if status == "200" else _said(answer))
            for status, answer in told["responses"].items()
            if status != "default"
        ],
        example=example if is_for_everybody and (slug or "{slug}" not in path) else "",
    )


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    needed = schema.get("required", ())
    properties = [
        Property(each, _kind(told), _worded(told.get("description", "")), each in needed)
        for each, told in schema.get("properties", {}).items()
    ]
    examples = schema.get("examples", ())
    return Shape(
        key=_key(name),
        name=name,
        meaning=_worded(schema.get("description", "")) or (Markup("") if properties else _kind(schema)),
        properties=properties,
        example=json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else "",
    )


def _kind(schema: Mapping[str, Any]) -> Markup:
    """What a value can be, in a few words; a shape is a link to where it is told."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#{}">{}</a>').format(_key(name), name)
    if "anyOf" in schema or "oneOf" in schema:
        return Markup(" or ").join(_kind(each) for each in schema.get("anyOf", schema.get("oneOf", ())))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        if len(values) > MOST_NAMED:
            return Markup("one of {} values").format(len(values))
        return Markup(", ").join(Markup("<code>{}</code>").format(value) for value in values)
    if schema.get("type") == "array" and "items" in schema:
        return Markup("list of ") + _kind(schema["items"])
    return Markup.escape(" ".join(_limited(schema)))


def _limited(schema: Mapping[str, Any]) -> Iterator[str]:
    told = schema.get("type", "any value")
    yield told if isinstance(told, str) else " or ".join(told)
    if "minimum" in schema and "maximum" in schema:
        yield f"from {schema['minimum']:.0f} to {schema['maximum']:.0f}"
    elif "minimum" in schema:
        yield f"from {schema['minimum']:.0f}"
    if "default" in schema:
        yield f"(default {schema['default']})"


def _said(answer: Mapping[str, Any]) -> Markup:
    return _worded(answer["description"])


def _paragraphs(text: str) -> list[Markup]:
    return [_worded(part) for part in text.strip().split("\n\n")]


def _worded(text: str) -> Markup:
    """Words as the description has them: `this` is code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(Markup.escape(text))))  # noqa: S704 - escaped before


def _key(name: str) -> str:
    return f"shape-{name}"
