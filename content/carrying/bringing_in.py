"""Bringing pieces in from Markdown files: tried first, repeatable by id, and never over what a person wrote since.

A piece is brought up to date from its file while its newest text came from a file, or is still the one that the file
was taken from. What a file names and nobody here knows is left out and told of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import PurePosixPath

import yaml
from sqlmodel import Session, col, select

from app.core.database import Database
from app.core.errors import Invalid, NoRoom, Problem
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Admission, Organisation
from content.attaching import keep_prepared
from content.carrying.looking_up import FILE, Became, bytes_of, is_from_a_file, known_here
from content.carrying.shape import Carried, digest_of, read_text
from content.drafting import free_slug
from content.models import Article, OldSlug, Piece
from content.preparing import prepare_file
from content.publishing import publish, show_to, withdraw
from content.snapshot import FileUse, Snapshot
from content.writing import draft_of, put_aside, save_draft, start


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    path: str
    became: Became
    left_out: Sequence[str] = ()
    """What did not come along, in sentences."""


@dataclass
class _Bringing:
    files: Mapping[str, bytes]
    path: str
    is_trial: bool
    left_out: list[str] = field(default_factory=list)


class _OnlyATrial(Exception):
    """Nothing of it is to stay."""


def bring_in(database: Database, files: Mapping[str, bytes], *, by: Actor, is_trial: bool) -> Iterator[Outcome]:
    """Every piece among these files, originals before their translations, each in a transaction of its own.

    A trial says what would happen and changes nothing.
    """
    texts = [path for path in files if path.endswith(".md") and PurePosixPath(path).name.lower() != "readme.md"]
    told: list[tuple[str, Carried]] = []
    for path in texts:
        try:
            told.append((path, read_text(path, files[path])))
        except Invalid as problem:
            yield Outcome(path, "not taken", [problem.sentence])
    names = _organisations_told(files)
    for path, carried in sorted(told, key=lambda each: each[1].content.translated is not None):
        bringing = _Bringing(files, path, is_trial)
        became: Became = "not taken"
        try:
            with database.writing() as session:
                became = _bring(session, bringing, carried, names, by=by)
                if is_trial:
                    raise _OnlyATrial
        except _OnlyATrial:
            pass
        except NoRoom:
            raise
        except Problem as problem:
            bringing.left_out.append(problem.sentence)
        yield Outcome(path, became, bringing.left_out)


def _bring(
    session: Session, bringing: _Bringing, carried: Carried, names: Mapping[str, Mapping[str, str]], *, by: Actor
) -> Became:
    owner = _organisation(session, carried.owner, names)
    for slug in (*carried.named, *(told.organisation for told in carried.content.organisations)):
        _organisation(session, slug, names)
    piece = session.exec(select(Piece).where(Piece.key == carried.id)).first()
    if piece is None:
        piece = Piece(key=carried.id, kind=carried.kind)
        session.add(piece)
        session.flush()
    if piece.kind != carried.kind:
        raise Invalid(_("There is a piece of another kind with this id."))
    article = session.exec(
        select(Article).where(Article.piece_id == piece.id, Article.language == carried.language)
    ).first()
    is_new = article is None
    content = known_here(session, carried.content, bringing.left_out)
    if article is None:
        article = _begin(session, bringing, piece, carried, owner, content, by=by)
    content = _with_files(session, bringing, article, content, carried.slug, by=by)
    draft = draft_of(session, article, is_locked=True).content
    if not is_new:
        if draft.is_same_as(content):
            return "unchanged"
        if not is_from_a_file(session, article) and carried.was != digest_of(draft):
            bringing.left_out.append(_("Somebody wrote in it here since. It stays as it is."))
            return "left alone"
    save_draft(session, article, content, by=by)
    put_aside(session, article, by=by, from_seed=True)
    if is_new:
        _set_stage(session, article, carried, by=by)
    return "new" if is_new else "changed"


def _begin(
    session: Session,
    bringing: _Bringing,
    piece: Piece,
    carried: Carried,
    owner: Organisation,
    content: Snapshot,
    *,
    by: Actor,
) -> Article:
    slug = carried.slug
    # Another language of a piece that is here is for whom that is.
    piece_is_new = session.exec(select(Article.id).where(Article.piece_id == piece.id)).first() is None
    taken = session.exec(select(Article.id).where(Article.slug == slug)).first()
    was_of = session.exec(select(OldSlug.id).where(OldSlug.slug == slug)).first()
    if not slug or taken is not None or was_of is not None:
        slug = free_slug(session, content.title)
        bringing.left_out.append(_("Its address is taken; it gets another one: %(slug)s.", slug=slug))
    article = start(
        session,
        piece=piece,
        language=carried.language,
        slug=slug,
        owner_id=owner.id,
        visibility=carried.visibility,
        content=content.model_copy(update={"files": ()}),
        by=by,
        example=owner.is_invented,
    )
    if piece_is_new:
        named = select(Organisation.id).where(col(Organisation.slug).in_(carried.named))
        show_to(session, article, carried.visibility, by=by, allowed=set(session.exec(named).all()))
    return article


def _set_stage(session: Session, article: Article, carried: Carried, *, by: Actor) -> None:
    if carried.stage == "draft":
        return
    publish(session, article, by=by, at=carried.changed_at or carried.published_at)
    article.published_at = carried.published_at or article.published_at
    session.add(article)
    if carried.stage == "withdrawn":
        reason_nl, reason_en = carried.withdrawn_reason_nl, carried.withdrawn_reason_en
        withdraw(session, article, by=by, reason_nl=reason_nl, reason_en=reason_en)


# --- organisations -----------------------------------------------------------------------------------------------


def _organisation(session: Session, slug: str, names: Mapping[str, Mapping[str, str]]) -> Organisation:
    """The organisation of this address; one that is told of beside the pieces is mentioned from now on.

    Raises Invalid for one of which nobody knows the name.
    """
    found = session.exec(select(Organisation).where(Organisation.slug == slug)).first()
    if found is not None:
        return found
    if slug not in names:
        raise Invalid(_("Organisation “%(name)s”: not known here.", name=slug or "?"))
    told = names[slug]
    made = Organisation(
        slug=slug,
        name=told["name"][:160],
        name_en=told.get("name_en", "")[:160],
        kind=told.get("kind", "sme")[:40],
        admission=Admission.MENTIONED,
    )
    session.add(made)
    session.flush()
    return made


def _organisations_told(files: Mapping[str, bytes]) -> dict[str, Mapping[str, str]]:
    if "organisations.yaml" not in files:
        return {}
    try:
        told = yaml.safe_load(files["organisations.yaml"][:1_000_000])
        return {
            row["slug"]: {name: str(value) for name, value in row.items()}
            for row in told
            if isinstance(row, dict) and isinstance(row.get("slug"), str) and row.get("name")
        }
    except (yaml.YAMLError, ValueError, TypeError) as wrong:
        raise Invalid(_("“%(name)s” cannot be read as YAML.", name="organisations.yaml")) from wrong


# --- files ------------------------------------------------------------------------------------------------------


def _with_files(
    session: Session, bringing: _Bringing, article: Article, content: Snapshot, slug: str, *, by: Actor
) -> Snapshot:
    """The content with the files that it lists or shows, kept with the article; those that cannot be are told of."""
    told = {use.name: use for use in content.files}
    shown = [name for name in dict.fromkeys(FILE.findall(content.body)) if name not in told]
    found, body = [], content.body
    for use in (*told.values(), *(FileUse(name=name, hash="") for name in shown)):
        data = bytes_of(bringing.files, bringing.path, use.name, slug)
        if data is None:
            bringing.left_out.append(_("File “%(name)s”: is not in the folder.", name=use.name))
            continue
        try:
            file = prepare_file(use.name, data)
        except Invalid as problem:
            bringing.left_out.append(f"{use.name}: {problem.sentence}")
            continue
        if file.renditions and use.hash == sha256(data).hexdigest():
            # It was made harmless when it was taken in first; encoded anew, a photo would lose a little each time.
            file = replace(file, data=data)
        if not bringing.is_trial:
            keep_prepared(session, article, file, by=by)
        is_listed = use.listed if use.name in told else not file.kind.is_shown
        is_looked_over = use.is_looked_over and use.hash == file.hash
        told_here = {"listed": is_listed, "is_looked_over": is_looked_over}
        found.append(use.model_copy(update={"name": file.name, "hash": file.hash, **told_here}))
        body = body.replace(f"](files/{use.name}", f"](files/{file.name}")
    return content.model_copy(update={"files": tuple(found), "body": body})
