"""Sharing: what is made from a piece to be passed on. Its picture is drawn when it is published; both go with it."""

from hashlib import sha256

from sqlmodel import Session

from app.core.database import reading
from app.core.errors import NotFound
from app.core.files import storage
from app.core.language import gettext as _
from app.people.actor import someone_passing_by
from content import share_image, shelves
from content.events import ArticlePublished, ArticleReachChanged, ArticleRemoved, ArticleWithdrawn
from content.models import Article
from content.share_image import EDITION, Words


def shared_image(session: Session, article: Article) -> bytes:
    """The picture as PNG. Raises NotFound for a piece that not everybody sees.

    Drawn here when no job came to it yet, as after an upgrade that draws otherwise.
    """
    words = _words(session, article.id)
    if words is None:
        raise NotFound(_("There is nothing at this address."))
    return _kept_or_drawn(article.id, words)


def draw_share_image(happened: ArticlePublished | ArticleReachChanged | ArticleWithdrawn | ArticleRemoved) -> None:
    """Bring the kept picture to the state of today: the right one, or none."""
    with reading() as session:
        words = _words(session, happened.article_id)
    if words is not None:
        _kept_or_drawn(happened.article_id, words)
    else:
        storage().forget_made(_folder(happened.article_id))


def paper_folder(article_id: int) -> str:
    """Where the sheet of paper of a piece is kept, once somebody asked for it."""
    return f"paper/{article_id}"


def forget_paper(happened: ArticleWithdrawn | ArticleReachChanged | ArticleRemoved) -> None:
    """Nobody opens it any more, or something else stands on it."""
    storage().forget_made(paper_folder(happened.article_id))


def _words(session: Session, article_id: int) -> Words | None:
    """What the picture says, None when the piece is not for everybody."""
    rows = shelves.listed(session, list(shelves.seen(session, someone_passing_by, [article_id])))
    return share_image.words_of(rows[0]) if rows else None


def _kept_or_drawn(article_id: int, words: Words) -> bytes:
    name = _name(article_id, words)
    try:
        return storage().made(name)
    except NotFound:
        drawn = share_image.draw(words)
        storage().keep_made(name, drawn)
        storage().forget_made(_folder(article_id), but=name)
        return drawn


def _folder(article_id: int) -> str:
    return f"share/{article_id}"


def _name(article_id: int, words: Words) -> str:
    told = sha256(f"{EDITION} {words!r}".encode()).hexdigest()[:24]
    return f"{_folder(article_id)}/{told}.png"
