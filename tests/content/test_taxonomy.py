"""The classes tell what the taxonomy tells: fields, limits and sections of each kind, and what organisations may do."""

import typing
from enum import StrEnum
from types import UnionType
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from app.people.access import EXTRAS, KIND_NAMES
from content.kinds import KINDS
from content.kinds.case_study import Metric
from content.kinds.kind import Kind
from content.seed import source
from content.snapshot import Licence, Visibility
from content.vocabulary import audiences, bands, indicators, maturity

TOLD = {kind["slug"]: kind for kind in source.read("taxonomy")["kinds"]}
EVERYBODYS = {"read", "subscribe", "ask", "save"}

OPTIONAL_HERE = {("case_study", "company_size_fte")}
"""Required by the taxonomy, but a piece without a company name tells the band alone (settled: 8)."""


def limit(kind: type[Kind], field: str, name: str) -> Any:
    """What the class says of this limit of a field."""
    return next((getattr(m, name) for m in kind.model_fields[field].metadata if hasattr(m, name)), None)


def words_of(kind: type[Kind], field: str) -> set[str]:
    annotation = kind.model_fields[field].annotation
    members = typing.get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return {word.value for member in members if issubclass(member, StrEnum) for word in member}


@pytest.mark.parametrize("slug", TOLD)
def test_a_kind_has_the_fields_of_the_taxonomy_with_their_limits(slug: str) -> None:
    kind = KINDS[slug]
    assert list(kind.model_fields) == [field["name"] for field in TOLD[slug]["fields"]]
    for told in TOLD[slug]["fields"]:
        name = told["name"]
        field = kind.model_fields[name]
        assert (field.default is PydanticUndefined) == (told["required"] and (slug, name) not in OPTIONAL_HERE), name
        assert field.title == told["en"] or name == "metrics", name
        if told["type"] == "text" and "max" in told:
            assert limit(kind, name, "max_length") == told["max"]
        elif told["type"] == "integer" and "max" in told:
            assert (limit(kind, name, "ge"), limit(kind, name, "le")) == (told["min"], told["max"])
        elif told["type"].startswith("enum"):
            assert words_of(kind, name) == set(told["type"].removeprefix("enum: ").split(", "))
        if "min_items" in told:
            assert limit(kind, name, "min_length") == told["min_items"]


def test_a_figure_has_the_parts_of_the_taxonomy() -> None:
    told = next(field for field in TOLD["case_study"]["fields"] if field["name"] == "metrics")["item"]
    assert list(Metric.model_fields) == [part["name"] for part in told]
    for part in told:
        if part["type"].startswith("enum"):
            annotation = Metric.model_fields[part["name"]].annotation
            assert annotation is not None
            assert {word.value for word in annotation} == set(part["type"].removeprefix("enum: ").split(", "))


@pytest.mark.parametrize("slug", TOLD)
def test_a_kind_has_the_sections_of_the_taxonomy(slug: str) -> None:
    assert [{"slug": s.slug, "nl": s.nl, "en": s.en, "required": s.required} for s in KINDS[slug].sections] == TOLD[
        slug
    ]["sections"]
    assert KINDS[slug].address == TOLD[slug]["url_nl"]


def test_licences_and_visibilities_are_those_of_the_taxonomy() -> None:
    common = {field["name"]: field for field in source.read("taxonomy")["common_fields"]}
    assert [licence.value for licence in Licence] == common["licence"]["type"].removeprefix("enum: ").split(", ")
    assert [v.value for v in Visibility] == common["visibility"]["type"].removeprefix("enum: ").split(", ")


def test_organisations_may_what_the_taxonomy_lets_them() -> None:
    told = {kind["slug"]: kind for kind in source.read("taxonomy")["organisation_kinds"]}
    assert {slug: (kind["nl"], kind["en"]) for slug, kind in told.items()} == KIND_NAMES
    assert {slug: set(kind["may"]) - EVERYBODYS for slug, kind in told.items()} == {
        slug: {extra.value for extra in extras} for slug, extras in EXTRAS.items()
    }


def test_every_article_uses_the_words_of_the_vocabulary() -> None:
    sizes = {band.slug for band in bands("company_size")}
    for versions in source.articles():
        for told in versions:
            assert set(told.audience) <= audiences().keys()
            telling = KINDS[told.kind].model_validate(told.fields)
            for metric in getattr(telling, "metrics", ()):
                assert metric.indicator is None or indicators()[metric.indicator].better == metric.better
            if told.anonymous_profile:
                assert told.anonymous_profile.size_band in sizes
    assert sorted(maturity()) == list(range(1, 10))
