"""Examples for the description of the API. They are made of the shapes themselves, so they fit them."""

from datetime import UTC, datetime
from typing import Any, Final

from app.web.api import shapes
from app.web.api.shapes import Named, Words

_MEASURE: Final = shapes.Measure(
    name="Omsteltijd",
    unit="min",
    baseline=34,
    result=21,
    change_percent=-38.24,
    improvement_percent=38.24,
    better="lower",
    period="14 weken",
    method="measured",
    indicator="changeover-time",
)

_ARTICLE: Final = shapes.ArticleShort(
    slug="cobotlassen-kleine-series-kwelderstaal",
    piece="cobot-welding-kwelderstaal",
    kind="case_study",
    lang="nl",
    title="Lascobot voor kleine series: 41 procent boogtijd in plaats van 22",
    summary="Een lascobot loont ook bij vijf stuks, als de delen maatvast zijn.",
    url="https://proeftuin.example/kennis/cobotlassen-kleine-series-kwelderstaal",
    organisation=Named(slug="kwelderstaal", name=Words.of("Kwelderstaal", "")),
    owner=Named(slug="skillslab-het-werkplein", name=Words.of("Skillslab Het Werkplein", "")),
    topics=[Named(slug="robot-welding", name=Words.of("Lasrobots", "Robot welding"))],
    metric=_MEASURE,
    investment_eur=96000,
    payback_months=22,
    visibility="everyone",
    is_example=True,
    version=1,
    published=datetime(2025, 3, 18, 8, tzinfo=UTC),
    changed=datetime(2025, 3, 18, 8, tzinfo=UTC),
)

_SHAPES: Final = (
    _MEASURE,
    _ARTICLE,
    shapes.Version(
        number=1,
        published=datetime(2025, 3, 18, 8, tzinfo=UTC),
        note="",
        url="https://proeftuin.example/kennis/cobotlassen-kleine-series-kwelderstaal/v/1",
        is_live=True,
    ),
    shapes.TopicShort(
        slug="robot-welding",
        name=Words.of("Lasrobots", "Robot welding"),
        definition=Words.of("Lassen met een robot of cobot.", "Welding with a robot or cobot."),
        broader="robotics",
        pieces=4,
        url="https://proeftuin.example/onderwerpen/lasrobots",
    ),
)

EXAMPLES: Final[dict[str, dict[str, Any]]] = {type(shape).__name__: shape.model_dump(mode="json") for shape in _SHAPES}
"""Name of a schema -> an example of it."""
