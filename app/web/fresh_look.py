"""A fresh look at a piece that is being written: what it still needs, and how its page would look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import escape
from sqlmodel import Session

from app.core.errors import Invalid
from app.core.language import current_language
from app.core.language import gettext as _
from app.core.templating import render
from app.people.actor import Actor
from app.web.article_view import ArticleView
from app.web.draft_page import draft_page
from app.web.kind_parts import CaseParts
from content import checking
from content.kinds import KINDS
from content.kinds.partly import Partly, partly
from content.models import Article
from content.needing import Need
from content.snapshot import Snapshot


@dataclass(frozen=True)
class FreshLook:
    """What stands beside the fields."""

    needs: Sequence[Need]
    view: ArticleView
    """The page, drawn of what fits."""
    lacking: frozenset[str]
    """Fields of which nothing is drawn, since they are not filled in or do not fit yet."""
    page_language: str

    @property
    def blocking(self) -> int:
        """How many things keep the piece from being sent in."""
        return sum(need.blocks for need in self.needs)


def look_at(session: Session, article: Article, content: Snapshot, actor: Actor) -> FreshLook:
    """The needs and the page of this content. A fixed number of queries."""
    told = partly(KINDS[article.kind], content.told)
    try:
        view = draft_page(session, article, content, actor, told=told.telling)
    except Invalid as too_long:
        view = draft_page(session, article, content.model_copy(update={"body": ""}), actor, told=told.telling)
        view = replace(view, own=replace(view.own, text=escape(too_long.sentence)))
    needs = checking.needs(session, article, content)
    return FreshLook(needs, _without_stand_ins(view, told), told.lacking, current_language())


def needs_html(look: FreshLook) -> str:
    """The list of what is still needed, to be put in the page."""
    return render("parts/needs.html", look=look)


def page_html(look: FreshLook) -> str:
    """The piece as its page would show it, to be put in the page."""
    return render("parts/draft_page.html", look=look)


def _without_stand_ins(view: ArticleView, told: Partly) -> ArticleView:
    """Nothing is said of what is not filled in: no method, cost or duration that nobody told."""
    terms = {"investment_eur": _("Investment"), "duration_months": _("Duration"), "trl_end": _("Stands now")}
    unsaid = {term for name, term in terms.items() if name in told.lacking}
    view = replace(view, facts=[fact for fact in view.facts if fact.term not in unsaid])
    if not isinstance(view.own, CaseParts):
        return view
    own = view.own
    methods = enumerate(own.methods)
    is_whole = not {"verification", "metrics-0-period"} & told.lacking
    own = replace(
        own,
        methods=[(metric, "" if f"metrics-{at}-method" in told.lacking else how) for at, (metric, how) in methods],
        measured_how=own.measured_how if is_whole else "",
        measured_by="" if "verification" in told.lacking else own.measured_by,
        costs=own.costs[1:] if "investment_eur" in told.lacking else own.costs,
    )
    return replace(view, own=own)
