"""Searching, as the page does it: the same words, the same facets, the same rights."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.addresses import whole
from app.core.errors import BadRequest
from app.core.language import gettext as _
from app.core.language import speaking
from app.people.models import Organisation
from app.web.api import shapes
from app.web.api.answers import answer, problems
from app.web.api.telling import named, shorts_of
from app.web.needs import Me, Reading
from content.subjects import Pilot
from search import values
from search.facets import FACETS
from search.finding import find_as
from search.params import MOST_LETTERS, MOST_VALUES
from search.query import DEEPEST, DISTANCES, MOST_ON_A_PAGE, PAGE_SIZE, Sort
from search.query import Query as Question
from search.results import Hit
from search.results import Results as ResultsFound
from search.suggesting import Suggested, suggest
from search.suggesting import Suggestion as Offered

router = APIRouter(tags=["search"])

NO_CONTROLS: Final = "^[^\\u0000]*$"
"""What no address may hold is refused at the gate already; here it is only described."""

Lang = Annotated[
    shapes.Lang,
    Query(description="The reader's language: of labels, and of the version that is shown where a piece has several."),
]


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


PARAMETERS: Final = [
    _parameter(
        "q",
        "Words to look for; misspelt ones are understood.",
        type="string",
        maxLength=MOST_LETTERS,
        pattern=NO_CONTROLS,
    ),
    *(
        _parameter(
            facet.name,
            f"{facet.label}. One or more values; one of them is enough.",
            type="array",
            items={"type": "string"},
            maxItems=MOST_VALUES,
        )
        for facet in FACETS
    ),
    _parameter(
        "improvement", "At least so many percent better, with one `indicator`.", type="integer", minimum=1, maximum=1000
    ),
    _parameter("near", "Slug of a municipality.", type="string"),
    _parameter(
        "distance",
        "At most so many kilometres from `near`, as the crow flies.",
        type="integer",
        minimum=1,
        maximum=300,
        examples=list(DISTANCES),
    ),
    _parameter("sort", "The order; `effect` with one `indicator`.", type="string", enum=[sort.value for sort in Sort]),
    _parameter(
        "page",
        f"Which page of the results; beyond the first {DEEPEST} they are only counted.",
        type="integer",
        minimum=1,
        maximum=999_999,
        default=1,
    ),
    _parameter("limit", "Items on a page.", type="integer", minimum=1, maximum=MOST_ON_A_PAGE, default=PAGE_SIZE),
    _parameter("literal", "1: take the spelling as it stands.", type="integer", enum=[1]),
]


@router.get(
    "/search",
    response_model=shapes.Results,
    responses=problems(400, 429),
    operation_id="search",
    summary="Search in pieces",
    openapi_extra={"parameters": PARAMETERS},
)
def search(request: Request, session: Reading, me: Me, lang: Lang = "nl") -> Response:
    """Each piece once. Facets count the pieces there would be, as many as whoever asks may see."""
    given = request.query_params.multi_items()
    _refuse_what_no_program_means(given)
    question = Question.from_params(session, given, for_api=True)
    with speaking(lang):
        results = find_as(shorts_of, session, question, me, lang)
        told = _results(results)
    # What the database answered in the engine's absence must not outlive that absence.
    return answer(request, me, told, is_kept=not results.degraded)


@router.get(
    "/suggest",
    response_model=shapes.Suggestions,
    responses=problems(400, 429),
    operation_id="suggest",
    summary="What somebody who begins to type may be after",
)
def suggestions(
    request: Request,
    session: Reading,
    me: Me,
    q: Annotated[
        str,
        Query(
            description="What was typed so far; only its beginning counts.",
            json_schema_extra={"pattern": NO_CONTROLS},
        ),
    ] = "",
    lang: Lang = "nl",
) -> Response:
    """Topics, words, pieces, pilots and organisations, each with its page; at the end a search for what was typed."""
    with speaking(lang):
        offered = suggest(session, q, me, lang)
    keys = {value.word: value.slug for value in values.topics(session)} if offered.items else {}
    told = shapes.Suggestions(items=[_suggestion(one, keys, lang) for one in offered.items])
    return answer(request, me, told, is_kept=not offered.degraded)


def _refuse_what_no_program_means(given: Sequence[tuple[str, str]]) -> None:
    """A page's form sends fields that nobody filled in, and links repeat a choice; a program made a mistake."""
    for parameter in PARAMETERS:
        name, most = parameter["name"], parameter["schema"].get("maxItems", len(given))
        values = [value for known, value in given if known == name]
        if len(values) > most or (name != "q" and "" in values):
            raise BadRequest(_("“%(field)s” does not fit.", field=name), field=name)


def _results(results: ResultsFound[shapes.ArticleShort]) -> shapes.Results:
    return shapes.Results(
        items=_items(results.hits),
        total=results.total,
        facets={
            group.facet.name: [
                shapes.FacetCount(value=one.value.slug, label=one.label, count=one.count) for one in group.counts
            ]
            for group in results.facets
        },
        corrected=shapes.Corrected(**{"from": results.corrected.asked, "to": results.corrected.meant})
        if results.corrected
        else None,
        groups=shapes.Groups(
            pilots=[_linked(pilot, "/proefprojecten") for pilot in results.pilots],
            organisations=[_linked(organisation, "/organisaties") for organisation in results.organisations],
        ),
        degraded=results.degraded,
        notices=list(results.notices),
        took_ms=results.took_ms,
    )


def _items(hits: Sequence[Hit[shapes.ArticleShort]]) -> list[shapes.Found]:
    return [
        shapes.Found(
            **dict(hit.row),
            title_html=str(hit.title_html),
            snippet_html=str(hit.snippet_html),
            distance_km=hit.distance_km,
        )
        for hit in hits
    ]


def _linked(row: Pilot | Organisation, shelf: str) -> shapes.Linked:
    return shapes.Linked(**dict(named(row)), url=whole(f"{shelf}/{row.slug}"))


SHELVES: Final = {
    Suggested.TOPIC: "/onderwerpen",
    Suggested.PIECE: "/kennis",
    Suggested.PILOT: "/proefprojecten",
    Suggested.ORGANISATION: "/organisaties",
}


def _suggestion(one: Offered, topics: Mapping[str, str], lang: str) -> shapes.Suggestion:
    if one.kind in (Suggested.SEARCH, Suggested.TERM):
        slug, path = None, "/zoeken?" + urlencode({"q": one.label})
    else:
        slug, path = one.slug, f"{SHELVES[one.kind]}/{quote(one.slug)}"
    return shapes.Suggestion(
        kind=one.kind.value,
        label=one.label,
        slug=topics[one.slug] if one.kind == Suggested.TOPIC else slug,
        url=whole(path, lang),
        lang=one.language or None,
    )
