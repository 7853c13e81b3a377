"""Bringing along: whoever writes for an organisation brings pieces of it in from a zip of Markdown files.

As `bringing_in` for a whole site, with the rights of a writer and no more: what comes in is a draft of their own
organisation, names stand in it only of who said yes, and nothing is learned of what others have here. So an id counts
within its organisation.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.errors import Invalid, NoRoom, Problem
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.finding import organisations
from app.people.models import Organisation
from content import filing
from content.attaching import keep_prepared
from content.carrying.looking_up import Became, is_from_a_file, known_here
from content.carrying.opening import Unpacked, names_in
from content.carrying.shape import Carried, digest_of
from content.drafting import begin, free_slug
from content.films import with_their_captions
from content.kinds import KINDS
from content.models import Article, Draft, Piece, Stage
from content.preparing import PreparedFile
from content.snapshot import FileUse, Snapshot, Visibility
from content.tightening import stricter_than
from content.writing import draft_of, put_aside, save_draft, start


@dataclass(frozen=True)
class Came:
    """What became of one text."""

    path: str
    became: Became
    title: str = ""
    language: str = ""
    left_out: Sequence[str] = ()
    """What did not come along, in sentences."""
    slug: str = ""
    """Of the piece here; empty when there is none."""


@dataclass
class _Along:
    zip: Unpacked
    owner: Organisation
    by: Actor
    is_trial: bool
    path: str = ""
    left_out: list[str] = field(default_factory=list)
    slug: str = ""


def bring_along(
    session: Session, found: Unpacked, owner: Organisation, *, by: Actor, is_trial: bool = False
) -> Iterator[Came]:
    """Every text of this zip as a draft of this organisation. A trial says what would become of them.

    Whoever tries rolls the session back afterwards.
    """
    yield from (Came(path, "not taken", left_out=[sentence]) for path, sentence in found.unread)
    for path, carried in found.texts:
        along = _Along(found, owner, by, is_trial, path)
        became: Became = "not taken"
        try:
            with session.begin_nested():
                became = _bring(session, along, carried)
        except NoRoom:
            raise
        except IntegrityError:
            along.left_out.append(_("Somebody else brought it in at this moment. Look again."))
        except Problem as problem:
            along.left_out.append(problem.sentence)
        slug = along.slug if became != "not taken" else ""
        yield Came(path, became, carried.content.title, carried.language, along.left_out, slug)


def _bring(session: Session, along: _Along, carried: Carried) -> Became:
    present = _present(session, along.owner, carried)
    article = next((article for _piece, article in present if article.language == carried.language), None)
    is_new = article is None
    if article is None:
        article = _begin(session, along, carried, present[0][0] if present else None)
    along.slug = article.slug
    draft = draft_of(session, article, is_locked=True)
    content = _fitting(session, along, carried, draft.content)
    content = _with_files(session, along, article, draft, content)
    if not is_new and draft.content.is_same_as(content):
        return "unchanged"
    if not is_new and not _may_be_written(session, along, article, draft, carried):
        return "left alone"
    save_draft(session, article, content, by=along.by)
    put_aside(session, article, by=along.by, from_seed=True)
    if is_new and (carried.stage != "draft" or carried.visibility != Visibility.MEMBERS or carried.named):
        along.left_out.append(_("It comes in as a draft for members: who sees it is chosen here."))
    return "new" if is_new else "changed"


def _key(owner: Organisation, id_: str) -> str:
    """How an id is kept: two organisations may both call something `nulmeting`, and neither learns of the other."""
    return id_ if id_.startswith(f"{owner.slug}:") else f"{owner.slug}:{id_}"[:80]


def _present(session: Session, owner: Organisation, carried: Carried) -> Sequence[tuple[Piece, Article]]:
    """The piece of this organisation that the file is about, brought in before or taken out of here, by language.

    One of which the key is the very id goes before one of which it is made with the organisation.
    """
    return session.exec(
        select(Piece, Article)
        .join(Article, col(Article.piece_id) == Piece.id)
        .where(Article.owner_id == owner.id, col(Piece.key).in_((_key(owner, carried.id), carried.id)))
        .order_by(col(Piece.key) != carried.id)
    ).all()


def _begin(session: Session, along: _Along, carried: Carried, piece: Piece | None) -> Article:
    owner, title = along.owner, carried.content.title
    if piece is None:
        article = begin(session, kind=carried.kind, language=carried.language, owner=owner, by=along.by, title=title)
        made = session.get_one(Piece, article.piece_id)
        made.key = _key(owner, carried.id)
        session.add(made)
        session.flush()
        return article
    if piece.kind != carried.kind:
        raise Invalid(_("There is a piece of another kind with this id."))
    return start(
        session,
        piece=piece,
        language=carried.language,
        slug=free_slug(session, title),
        owner_id=owner.id,
        visibility=Visibility.MEMBERS,
        content=Snapshot(title=title, authors=(along.by.handle,) if along.by.handle else ()),
        by=along.by,
        example=owner.is_invented,
    )


def _may_be_written(session: Session, along: _Along, article: Article, draft: Draft, carried: Carried) -> bool:
    if article.stage not in (Stage.DRAFT, Stage.PUBLISHED):
        along.left_out.append(_("It waits for somebody to look at it. It stays as it is until then."))
        return False
    if not is_from_a_file(session, article) and carried.was != digest_of(draft.content):
        along.left_out.append(_("Somebody wrote in it here since. It stays as it is."))
        return False
    return True


# --- what a writer may tell --------------------------------------------------------------------------------------


def _fitting(session: Session, along: _Along, carried: Carried, before: Snapshot) -> Snapshot:
    """What the file tells, as far as whoever writes a piece may tell it; the rest is as it was `before`."""
    told = carried.content
    shown = {each.slug for each in organisations(session)}
    along.left_out += [
        _("Organisation “%(name)s”: not known here.", name=each.organisation[:80])
        for each in told.organisations
        if each.organisation not in shown
    ]
    along.left_out += [
        _(
            "Author “%(name)s”: ask them on the page of the piece; a name stands there once they said yes.",
            name=name[:80],
        )
        for name in told.authors
        if name not in before.authors
    ]
    left = [name for name in ("publishers", "identifier", "review_due") if getattr(told, name) != getattr(before, name)]
    along.left_out += [_("“%(field)s”: is not told by a file.", field=name) for name in left if getattr(told, name)]
    named = tuple(each for each in told.organisations if each.organisation in shown)
    kept = told.model_copy(
        update={
            "authors": (),
            "publishers": (),
            "told": _fields(along, carried),
            "organisations": named if told.organisations else before.organisations,
            "identifier": before.identifier,
            "review_due": before.review_due,
        }
    )
    return known_here(session, kept, along.left_out).credited_as(before)


def _fields(along: _Along, carried: Carried) -> dict[str, Any]:
    """The fields of the kind without those that do not fit. Gaps are fine in a draft."""
    # As JSON has it: YAML knows dates, a draft does not.
    told: dict[str, Any] = json.loads(json.dumps(carried.content.told, default=str))
    told = {name: value for name, value in told.items() if value is not None}
    try:
        KINDS[carried.kind].model_validate(told)
    except ValidationError as wrong:
        gaps = ("missing", "too_short", "string_too_short")
        fields = {str(error["loc"][0]) if error["loc"] else "" for error in wrong.errors() if error["type"] not in gaps}
        along.left_out += [_("“%(field)s” does not fit.", field=name[:80]) for name in sorted(fields & told.keys())]
        told = {name: value for name, value in told.items() if name not in fields}
    return told


def _with_files(session: Session, along: _Along, article: Article, draft: Draft, content: Snapshot) -> Snapshot:
    """The content with the files that it lists or shows; those that cannot come along are told of."""
    told = {use.name: use for use in content.files}
    names, body = names_in(content), content.body
    found: list[FileUse] = []
    # Until its turn comes, each takes the room that it took before.
    waiting = {name: use for name in names if (use := draft.content.file(name))}
    for name in names:
        file = along.zip.files.get((along.path, name))
        before = waiting.pop(name, None)
        try:
            if isinstance(file, PreparedFile):
                filing.require_room(session, article, file, beside=[*found, *waiting.values()])
        except Invalid as problem:
            file = problem.sentence
        if not isinstance(file, PreparedFile):
            along.left_out.append(
                f"{name[:80]}: {file}" if file else _("File “%(name)s”: is not in the zip.", name=name)
            )
            found += [before] if before else []
            continue
        keep_prepared(session, article, file, by=along.by, is_trial=along.is_trial)
        use = told.get(name) or FileUse(name=name, hash="", listed=not file.kind.is_shown)
        stricter = use.visibility if use.visibility in stricter_than(article.visibility) else None
        is_looked_over = use.is_looked_over and use.hash == file.hash
        told_here = {"visibility": stricter, "is_looked_over": is_looked_over}
        found.append(use.model_copy(update={"name": file.name, "hash": file.hash, **told_here}))
        body = body.replace(f"](files/{name}", f"](files/{file.name}")
    return content.model_copy(update={"files": with_their_captions(found), "body": body})
