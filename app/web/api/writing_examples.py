"""Examples of what is written, for the description of the API."""

from datetime import UTC, datetime
from typing import Final

from app.web.api import shapes
from app.web.api.shapes import Named, Words
from content.models import Stage
from content.snapshot import Licence, Part

_FILE: Final = shapes.DraftFile(
    name="cel.jpg",
    media_type="image/jpeg",
    bytes=812_004,
    sha256="0b5c7a1a3f0d0e6b8d1a4c1f2e9d7b6a5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f",
    width=3000,
    height=2250,
    title="",
    shows="De lascel met open deuren, de mal op tafel",
    is_decorative=False,
    is_listed=False,
    is_looked_over=True,
    visibility=None,
    markdown="![](files/cel.jpg)",
)

_DRAFT: Final = shapes.Draft(
    id=14,
    slug="meet-eerst-waar-de-tijd-blijft",
    kind="lesson",
    lang="nl",
    owner=Named(slug="kennislab-slim-maken", name=Words.of("Kennislab Slim Maken", "")),
    stage=Stage.DRAFT,
    version=6,
    saved=datetime(2025, 3, 9, 14, 2, tzinfo=UTC),
    url="https://proeftuin.example/schrijven/14",
    title="Meet eerst waar de tijd blijft",
    summary="Wie niet meet, koopt de verkeerde machine.",
    body="## Wat er gebeurde\n\n![](files/cel.jpg)\n",
    told={"takeaway": "Meet eerst, koop daarna.", "outcome": "mixed", "phase": "orient"},
    topics=["cobots"],
    sectors=["25"],
    audience=["owner"],
    pilot=None,
    municipality=None,
    organisations=[shapes.DraftContributor(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER)],
    licence=Licence.CC_BY,
    authors=["femke"],
    anonymous=None,
    needs=[shapes.Need(field="body", sentence="Schrijf het verhaal: een paar zinnen onder elke kop.", blocks=True)],
)

_CONTENT: Final = {name: getattr(_DRAFT, name) for name in shapes.DraftContent.model_fields}

_REVISION: Final = shapes.RevisionShort(
    number=4,
    at=datetime(2025, 3, 9, 14, 2, tzinfo=UTC),
    by="Femke de Vries",
    note="Voor de cijfers van week 9",
    published_version=None,
)

_LEFT_BEHIND: Final = shapes.LeftBehind(what="comments", count=3, sentence="3 opmerkingen in de kantlijn.")

SENT: Final = (
    shapes.NewArticle(kind="lesson", lang="nl", organisation="kennislab-slim-maken", title="Meet eerst"),
    shapes.DraftChange(title="Meet eerst waar de tijd blijft", told={"delay_weeks": 10, "cost_of_mistake_eur": None}),
    shapes.FileChange(shows="De lascel met open deuren, de mal op tafel", visibility=None),
    shapes.NewRevision(note="Voor de cijfers van week 9"),
    shapes.TranslationChange(
        parts=[
            shapes.PartChange(part="title", original="Meet eerst waar de tijd blijft", words="Measure first"),
            shapes.PartChange(part="body-1", original="Daarna maten we acht weken.", fits=True),
        ]
    ),
)
"""Of what is sent."""

TOLD: Final = (
    _FILE,
    shapes.DraftFiles(version=6, items=[_FILE]),
    _DRAFT,
    shapes.Drafts(items=[_DRAFT]),
    _REVISION,
    shapes.Revisions(version=6, items=[_REVISION]),
    shapes.TranslationBeside(
        article="measure-first",
        lang="en",
        original="meet-eerst-waar-de-tijd-blijft",
        version=3,
        to_do=1,
        parts=[
            shapes.TranslationPart(
                part="body-1",
                original="Daarna maten we acht weken.",
                seen="Daarna maten we zes weken.",
                words="Then we measured for six weeks.",
                state="changed",
                is_to_do=True,
            )
        ],
    ),
    shapes.Revision(**_REVISION.model_dump(), **_CONTENT),
    shapes.DocumentPreview(
        version=6,
        title="Lasrobot bij tien stuks",
        markdown="## Het probleem\n\nEen frame deed er **6,4 uur** over.\n",
        words=9,
        headings=1,
        tables=0,
        pictures=0,
        minutes=1,
        left_behind=[_LEFT_BEHIND],
        is_draft_untouched=True,
    ),
    shapes.DocumentTaken(version=7, draft=_DRAFT, left_behind=[_LEFT_BEHIND], pictures_left=[2]),
    shapes.Bundle(
        organisation="kennislab-slim-maken",
        items=[
            shapes.BundleText(
                path="nulmeting.md",
                title="Meet eerst waar de tijd blijft",
                lang="nl",
                state="changed",
                article="meet-eerst-waar-de-tijd-blijft",
                left_out=["Onderwerp “lasser”: kennen we hier niet."],
            )
        ],
        files=1,
        left=["aantekeningen.txt"],
    ),
)
"""Of what is answered."""
