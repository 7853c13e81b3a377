"""A fresh look at a piece that is being written: what it still needs, and how its page would look."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from pydantic import ValidationError
from sqlmodel import Session

from app.core.errors import Invalid
from app.core.templating import render
from app.web import showing
from app.web.figures import MeasureView
from content import checking
from content.kinds.case_study import Metric
from content.models import Article
from content.needing import Need
from content.snapshot import Snapshot
from content.writing import rendered_of


@dataclass(frozen=True)
class FreshLook:
    """What stands beside the fields."""

    needs: Sequence[Need]
    measures: Sequence[MeasureView]
    text: Markup
    """The text as the page would show it."""
    language: str

    @property
    def blocking(self) -> int:
        """How many things keep the piece from being sent in."""
        return sum(need.blocks for need in self.needs)


def look_at(session: Session, article: Article, content: Snapshot) -> FreshLook:
    """The needs and the page of this content. A fixed number of queries."""
    try:
        text = Markup(rendered_of(session, article, content).html)  # noqa: S704 - sanitised by the renderer
    except Invalid as too_long:
        text = Markup("<p>{}</p>").format(too_long.sentence)
    return FreshLook(checking.needs(session, article, content), _measures(content), text, article.language)


def needs_html(look: FreshLook) -> str:
    """The list of what is still needed, to be put in the page."""
    return render("parts/needs.html", look=look)


def page_html(look: FreshLook) -> str:
    """The piece as its page would show it, to be put in the page."""
    return render("parts/draft_page.html", look=look)


def _measures(content: Snapshot) -> list[MeasureView]:
    """The figures that are complete enough to be drawn."""
    found = []
    for figure in content.told.get("metrics") or ():
        try:
            found.append(showing.measure(Metric.model_validate({"period": "", "method": "measured", **figure})))
        except (ValidationError, TypeError):
            continue
    return found
