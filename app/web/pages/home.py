"""Home: which factory has solved this?"""

from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.clock import today
from app.core.language import ngettext
from app.people.actor import Actor
from app.web import showing, structured
from app.web.cards import PersonCard
from app.web.company import CompanyForm, company_form
from app.web.drawing.maps import Marker
from app.web.head import Head
from app.web.needs import Here, Me, Reading
from app.web.rendering import Page
from app.web.rows import Link
from content import overview, shelves
from content.kinds import CaseStudy, Lesson
from content.shelves import Listed

router = APIRouter()

NEWEST = 5


@dataclass(frozen=True)
class Home:
    """What home shows."""

    cases: list[showing.PieceCard]
    cases_total: int
    cases_href: str
    markers: list[Marker]
    company: CompanyForm
    lesson: showing.PieceCard | None
    lesson_by: PersonCard | None
    topics: list[Link]


@router.get("/")
def home(here: Here, session: Reading, me: Me, page: Page) -> Response:
    """Newest measured results, the map, companies like the reader's, a lesson of this week, and the topics."""
    counts = shelves.counts_by_topic(session, me)
    newest = shelves.latest(session, me, language=here.language, most=NEWEST, kind=CaseStudy.slug)
    lesson = _lesson_of_the_week(session, me, here.language)
    view = Home(
        cases=[showing.card(row) for row in newest],
        cases_total=shelves.counts_by_kind(session, me).get(CaseStudy.slug, 0),
        cases_href=showing.here(f"/kennis/{CaseStudy.address}"),
        markers=showing.pilot_markers(overview.pilots(session)),
        company=company_form(session),
        lesson=showing.card(lesson) if lesson else None,
        lesson_by=showing.person(lesson.author, lesson.owner) if lesson and lesson.author else None,
        topics=[
            Link(
                group.topic.name,
                showing.here(f"/onderwerpen/{group.topic.slug_nl}"),
                counts.get(group.topic.id, 0),
                unit=ngettext("piece", "pieces", counts.get(group.topic.id, 0)),
            )
            for group in overview.groups(session)
        ],
    )
    return page("home", view, shows_search=False, head=Head(data=structured.site()))


def _lesson_of_the_week(session: Session, me: Actor, language: str) -> Listed | None:
    """Another lesson each week, by rule: the week's number (ISO 8601) walks through the shelf."""
    lessons = shelves.latest(session, me, language=language, most=52, kind=Lesson.slug)
    return lessons[today().isocalendar().week % len(lessons)] if lessons else None
