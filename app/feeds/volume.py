"""Volume: how much somebody will hear of before they follow it, counted from what appeared."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.language import gettext as _
from app.core.language import ngettext
from app.feeds.streams import Stream
from app.people.actor import Actor
from content.access import seen_by
from content.models import Article

LOOKED_AT: Final = timedelta(days=182)
"""Half a year: long enough for a topic in which little happens, short enough to be what happens now."""


@dataclass(frozen=True)
class Volume:
    """So many pieces in half a year."""

    pieces: int

    @property
    def text(self) -> str:
        """Roughly how many that is, in the largest round measure: a week, a month, a year."""
        weekly, monthly = round(self.pieces / 26), round(self.pieces / 6)
        if weekly >= 1 and self.pieces >= 20:
            return ngettext("about %(n)s piece a week", "about %(n)s pieces a week", weekly)
        if monthly >= 1:
            return ngettext("about %(n)s piece a month", "about %(n)s pieces a month", monthly)
        if self.pieces:
            return _("a few pieces a year")
        return _("nothing in the past half year")


def volume_of(session: Session, actor: Actor, stream: Stream) -> Volume:
    """How many pieces this reader would have heard of in the past half year."""
    counted = select(func.count(func.distinct(col(Article.piece_id)))).where(
        seen_by(actor), col(Article.published_at) > now() - LOOKED_AT, *stream.where
    )
    return Volume(session.exec(counted).one())
