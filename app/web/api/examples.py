"""Examples for the description of the API. They are made of the shapes themselves, so they fit them."""

from datetime import UTC, date, datetime
from typing import Any, Final

from app.web.api import shapes, writing_examples
from app.web.api.shapes import Named, Words
from content.bulk_orders import ItemState, What
from content.credits import CreditState
from content.models import Stage
from content.review_steps import Act, ReviewState
from content.snapshot import AuthorPart, Visibility

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

_SENT: Final = (
    *writing_examples.SENT,
    shapes.NewCredit(mail="wieke@terp.example", part=AuthorPart.MEASURED, message="Jij hebt het gemeten."),
    shapes.CreditOrder(authors=["wieke", "femke"]),
    shapes.PublicationChange(embargo_until=datetime(2025, 3, 18, 8, tzinfo=UTC), last_day=None),
    shapes.ReviewChange(reader="noor"),
    shapes.NewPreview(days=7, note="Voor de directie"),
    shapes.BulkSearch(do=What.ADD_TOPIC, topic="cobots", search="q=lascobot&kind=case_study"),
    shapes.NewBulkOrder(
        do=What.ADD_TOPIC,
        topic="cobots",
        articles=[shapes.BulkVersion(article="cobotlassen-kleine-series-kwelderstaal", version=1)],
    ),
)

_SHAPES: Final = (
    _MEASURE,
    *writing_examples.TOLD,
    shapes.Credits(
        authors=[shapes.CreditedAuthor(handle="femke", name="Femke de Vries", part=AuthorPart.WROTE)],
        organisations=[],
        invitations=[
            shapes.Credit(
                id=7,
                mail="wieke@terp.example",
                organisation=None,
                part=AuthorPart.MEASURED,
                message="Jij hebt het gemeten.",
                state=CreditState.OPEN,
                sent=datetime(2025, 3, 9, 14, 2, tzinfo=UTC),
                until=datetime(2025, 3, 23, 14, 2, tzinfo=UTC),
                answered=None,
            )
        ],
    ),
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
    shapes.Review(
        article="cobotlassen-kleine-series-kwelderstaal",
        title="Lascobot voor kleine series: 41 procent boogtijd in plaats van 22",
        lang="nl",
        kind="case_study",
        owner=Named(slug="skillslab-het-werkplein", name=Words.of("Skillslab Het Werkplein", "")),
        state=ReviewState.AT_COMPANY,
        version=3,
        is_yours=False,
        sent_by="Femke de Vries",
        sent=datetime(2025, 3, 10, 8, tzinfo=UTC),
        note="De cijfers van week 9 staan erin.",
        company=Named(slug="kwelderstaal", name=Words.of("Kwelderstaal", "")),
        reader=None,
        due=datetime(2025, 3, 17, 8, tzinfo=UTC),
        wanted=datetime(2025, 3, 18, 8, tzinfo=UTC),
        publish_at=None,
        checks=["figures", "company", "readable", "pitfalls", "pictures"],
        steps=[
            shapes.Step(
                id=412,
                act=Act.SEND_IN,
                to=ReviewState.AT_COMPANY,
                version=3,
                by="Femke de Vries",
                at=datetime(2025, 3, 10, 8, tzinfo=UTC),
                message="De cijfers van week 9 staan erin.",
                publish_at=None,
            )
        ],
        url="https://proeftuin.example/beoordelen/7",
    ),
    shapes.Remark(
        id=12,
        by="Baukje Terpstra",
        at=datetime(2025, 3, 11, 9, tzinfo=UTC),
        passage="22 procent",
        body="Dat was voor de verbouwing.",
        suggestion="24 procent",
        is_resolved=False,
        is_applied=False,
        answers=[],
    ),
    shapes.Preview(
        id=5,
        note="Voor de directie",
        url="https://proeftuin.example/concept/Zm9vYmFy",
        by="Femke de Vries",
        made=datetime(2025, 3, 9, 14, 2, tzinfo=UTC),
        until=datetime(2025, 3, 16, 14, 2, tzinfo=UTC),
        revoked=None,
        opens=3,
        opened=datetime(2025, 3, 10, 9, tzinfo=UTC),
    ),
    shapes.BulkOrder(
        id=3,
        do=What.ADD_TOPIC,
        topic="cobots",
        organisation=None,
        reason_nl=None,
        reason_en=None,
        successor=None,
        ordered=datetime(2025, 3, 20, 9, tzinfo=UTC),
        undo_asked=None,
        is_done=True,
        items=[
            shapes.BulkItem(
                article="cobotlassen-kleine-series-kwelderstaal",
                title="Lascobot voor kleine series: 41 procent boogtijd in plaats van 22",
                state=ItemState.DONE,
                why="",
            )
        ],
    ),
    shapes.Publication(
        article="cobotlassen-kleine-series-kwelderstaal",
        stage=Stage.PUBLISHED,
        version=1,
        published=datetime(2025, 3, 18, 8, tzinfo=UTC),
        publish_at=None,
        embargo_until=None,
        last_day=None,
        visibility=Visibility.EVERYONE,
        named=[],
        review_due=date(2027, 3, 18),
        withdrawn=None,
        reason=None,
        successor=None,
        url="https://proeftuin.example/kennis/cobotlassen-kleine-series-kwelderstaal",
    ),
)

EXAMPLES: Final[dict[str, dict[str, Any]]] = {type(shape).__name__: shape.model_dump(mode="json") for shape in _SHAPES}
EXAMPLES.update({type(sent).__name__: sent.model_dump(mode="json", exclude_unset=True) for sent in _SENT})
"""Name of a schema -> an example of it; of what is sent, only what is sent."""
