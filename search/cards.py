"""The cards: documents as the database keeps them, with their words counted."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, insert, text
from sqlmodel import Session, col, delete, select

from search import words
from search.documents import TEXTS, Document
from search.models import Card, CardFacet
from search.sources import document_id

_INSERT: Final = text(
    f"INSERT INTO card_text (rowid, {', '.join(TEXTS)}) VALUES (:id, {', '.join(':' + name for name in TEXTS)})"  # noqa: S608
)
_DELETE: Final = text("DELETE FROM card_text WHERE rowid = :id")
_SELECT: Final = text(f"SELECT rowid, {', '.join(TEXTS)} FROM card_text WHERE rowid IN :ids").bindparams(  # noqa: S608
    bindparam("ids", expanding=True)
)


def file(session: Session, piece_ids: Collection[int], documents: Iterable[Document]) -> None:
    """Make these documents all that is kept of these pieces, and count their words anew."""
    by_piece: dict[int, list[Document]] = {piece_id: [] for piece_id in piece_ids}
    for document in documents:
        by_piece[document.piece].append(document)
    old = cards_of(session, piece_ids, for_update=True)
    before = [words.counted(c.shelves, c.words.split(), _tokens(texts)) for c, texts in old]
    after = [words.counted(d.shelves, d.words, d.tokens) for made in by_piece.values() for d in made]
    _remove(session, [card for card, _ in old])
    _add(session, [(document, part) for made in by_piece.values() for part, document in enumerate(made)])
    words.count(session, words.difference(before, after))


def cards_of(
    session: Session, piece_ids: Collection[int], *, for_update: bool = False
) -> list[tuple[Card, Mapping[str, str]]]:
    """The cards of these pieces, each with its texts."""
    wanted = select(Card).where(col(Card.piece_id).in_(piece_ids)).order_by(col(Card.piece_id), col(Card.part))
    cards = session.exec(wanted.with_for_update() if for_update else wanted).all()
    rows = session.connection().execute(_SELECT, {"ids": [card.id for card in cards]}).mappings()
    texts: dict[int, Mapping[str, str]] = {row["rowid"]: {name: row[name] for name in TEXTS} for row in rows}
    return [(card, texts.get(card.id, dict.fromkeys(TEXTS, ""))) for card in cards]


def documents_of(session: Session, piece_ids: Collection[int]) -> list[Document]:
    """The documents of these pieces as they were filed."""
    return [_document(card, texts) for card, texts in cards_of(session, piece_ids)]


def _document(card: Card, texts: Mapping[str, str]) -> Document:
    return Document(
        id=document_id(card.piece_id, card.part),
        piece=card.piece_id,
        hash=card.hash,
        shelves=tuple(card.shelves),
        covered=tuple(card.covered),
        texts=dict(texts),
        words=frozenset(card.words.split()),
        facets=card.facets,
        effect=card.effect,
        published_at=card.published_at,
        cost=card.cost,
    )


def _add(session: Session, documents: Sequence[tuple[Document, int]]) -> None:
    """File these documents, each with its number among those of its piece."""
    if not documents:
        return
    made = [(_card(document, part), document) for document, part in documents]
    session.add_all(card for card, _ in made)
    session.flush()
    connection = session.connection()
    facets = [row for card, document in made for row in _facets(card.id, document)]
    if facets:
        connection.execute(insert(CardFacet), facets)
    # A number may have been given out before, to a card that somebody deleted by hand.
    connection.execute(_DELETE, [{"id": card.id} for card, _ in made])
    connection.execute(_INSERT, [{"id": card.id, **document.texts} for card, document in made])


def _card(document: Document, part: int) -> Card:
    return Card(
        piece_id=document.piece,
        part=part,
        hash=document.hash,
        shelves=list(document.shelves),
        covered=list(document.covered),
        words=" ".join(sorted(document.words)),
        facets=document.facets,
        effect=document.effect,
        published_at=document.published_at,
        cost=document.cost,
    )


def _facets(card_id: int, document: Document) -> Iterator[dict[str, Any]]:
    told = {**document.facets, "shelf": document.shelves, "covered": document.covered}
    for facet, values in told.items():
        for value in values:
            number = document.effect.get(value) if facet == "indicator" else None
            yield {"card_id": card_id, "facet": facet, "value": value, "number": number}


def _remove(session: Session, cards: Sequence[Card]) -> None:
    if not cards:
        return
    ids = [card.id for card in cards]
    session.connection().execute(_DELETE, [{"id": id_} for id_ in ids])
    session.exec(delete(Card).where(col(Card.id).in_(ids)))


def _tokens(texts: Mapping[str, Any]) -> set[str]:
    return {token for name in TEXTS[1:] for token in texts[name].split()}
