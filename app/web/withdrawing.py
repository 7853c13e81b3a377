"""The page of a withdrawn piece: its title stays, with the reason, who says so, and what to read instead."""

from sqlmodel import Session, col
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.core import database
from app.core.language import gettext as _
from app.core.language import long_date, speaking
from app.core.templating import render
from app.people import signing_in
from app.people.actor import Actor
from app.people.finding import workplaces
from app.people.models import User
from app.web import showing
from app.web.errors import problem_details
from app.web.rendering import build_frame
from app.web.rows import Gone, Link
from app.web.visit import Visit
from content import shelves
from content.models import Article
from content.reading import Withdrawn, has_examples
from content.subjects import Topic
from content.unnamed import tells_of_person


def withdrawn(request: Request, problem: Exception) -> Response:
    """410, with the way on. Only readers who could see the piece get here; everybody else was told 404."""
    assert isinstance(problem, Withdrawn)
    visit: Visit = request.scope["visit"]
    if visit.is_machine:
        return _uncached(problem_details(problem))
    with speaking(visit.language), database.reading() as session:
        me = signing_in.actor_of(session, visit.session_token)
        frame = build_frame(
            visit, me, has_examples=has_examples(session), shows_search=False, is_indexed=False, is_found=False
        )
        body = render("errors/410.html", frame=frame, problem=problem, gone=_gone(session, problem.article, me, visit))
    return _uncached(HTMLResponse(body, problem.status))


def _gone(session: Session, article: Article, me: Actor, visit: Visit) -> Gone:
    topic = session.get(Topic, article.topic_id) if article.topic_id else None
    return Gone(
        title=article.title,
        when=long_date(article.withdrawn_at) if article.withdrawn_at else "",
        reason=article.withdrawn_reason,
        by=_who(session, article),
        successor=_successor(session, article, me, visit.language),
        more=(Link(_("More about %(topic)s", topic=topic.name), showing.here(f"/onderwerpen/{topic.slug_nl}")),)
        if topic
        else (),
    )


def _who(session: Session, article: Article) -> str:
    user = session.get(User, article.withdrawn_by_id) if article.withdrawn_by_id else None
    if user is None or not tells_of_person(session, article, user.id):
        return ""
    workplace = workplaces(session, [user.id]).get(user.id)
    return f"{user.name}, {workplace.title}" if workplace else user.name


def _successor(session: Session, article: Article, me: Actor, language: str) -> showing.PieceCard | None:
    """The piece to read instead, when this reader may see it."""
    if article.successor_id is None:
        return None
    found = shelves.shelf(session, me, language=language, where=[col(Article.piece_id) == article.successor_id], size=1)
    return showing.card(found.items[0]) if found.items else None


def _uncached(answer: Response) -> Response:
    answer.headers["cache-control"] = "no-store"
    return answer
