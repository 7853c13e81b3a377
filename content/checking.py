"""Checking: what a draft still needs, with what only the database knows: whose names stand in it, and who fits."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from app.core.errors import Invalid
from app.people.finding import SHOWN, organisations
from app.people.models import Organisation, OrganisationSector, User, UserState
from app.people.region import Municipality, Province, Sector
from content import needing
from content.draft_told import Told
from content.draft_told import told as draft_told
from content.file_needs import file_needs
from content.giving_away import names_in, stands_in
from content.models import Article
from content.needing import Need
from content.reading import live_texts
from content.snapshot import Profile, Snapshot
from content.translating import other_version, to_translate
from content.unnamed import names_hidden
from content.vocabulary import bands
from content.wording import words_of


def needs(session: Session, article: Article, content: Snapshot) -> list[Need]:
    """Everything that is missing or worth another look. A fixed number of queries."""
    told = draft_told(article.kind, article.language, content)
    known = organisations(session)
    named = {*content.publishers, *(told.organisation for told in content.organisations)}
    people = session.exec(
        select(User.name).where(User.state == UserState.ACTIVE, col(User.has_profile).is_(True))
    ).all()
    hidden = names_hidden(session, article, content)
    names = names_in(
        told.words,
        companies=[each.name for each in known if each.slug not in named],
        people=people,
        known=[*hidden, *(each.name for each in known if each.slug in named)],
    )
    if content.anonymous is not None:
        told = _unnamed(session, article, told, hidden)
    files = file_needs(session, article, content)
    behind = to_translate(session, article, content)
    found = needing.needs_of(replace(told, names=names, files=files, behind=behind))
    return found if content.translated is None else [_in_translation(article.kind, content, need) for need in found]


def _unnamed(session: Session, article: Article, told: Told, names: Sequence[str]) -> Told:
    """What gives away a company that is not named: these names, in this text and in the other language."""
    content = told.content
    assert content.anonymous is not None
    other = other_version(session, article)
    texts = live_texts(session, [other] if other is not None else []).values()
    beside = "\n".join(draft_told(article.kind, article.language, text).words for text in texts)
    links = [("body", address) for _words, address in told.text.links]
    return replace(
        told,
        fitting=how_many_fit(session, content.anonymous),
        hidden=[(place, name) for place, text in (*told.places, *links) for name in names if stands_in(name, text)],
        beside=[name for name in names if stands_in(name, beside)],
        was_named=article.live_revision_id is not None and not article.anonymous,
    )


def _in_translation(kind: str, content: Snapshot, need: Need) -> Need:
    """What the original tells is not asked in a translation: the need leads to where the way there stands."""
    is_here = need.field == "body" or need.field in words_of(kind, content)
    return need if is_here else replace(need, field="naast")


def require_ready(session: Session, article: Article, content: Snapshot) -> None:
    """Raises Invalid, naming the field, for the first thing without which the piece cannot be sent in."""
    for need in needs(session, article, content):
        if need.blocks:
            raise Invalid(need.sentence, field=need.field)


def how_many_fit(session: Session, profile: Profile) -> int | None:
    """How many organisations that the portal knows have this sector, size and province. None until all is told.

    One whose size nobody told is left out: a reader cannot tell it either.
    """
    band = next((band for band in bands("company_size") if band.slug == profile.size_band), None)
    if band is None or not profile.sector or not profile.province:
        return None
    size = col(Organisation.size_fte)
    is_of_size = or_(
        size.between(band.min or 0, band.max if band.max is not None else 10**9),
        size.is_(None) & (col(Organisation.size_band) == band.slug),
    )
    return session.exec(
        select(func.count(func.distinct(col(Organisation.id))))
        .join(OrganisationSector, col(OrganisationSector.organisation_id) == Organisation.id)
        .join(Sector, col(Sector.id) == OrganisationSector.sector_id)
        .join(Municipality, col(Municipality.id) == Organisation.municipality_id)
        .join(Province, col(Province.id) == Municipality.province_id)
        .where(
            col(Organisation.admission).in_(SHOWN),
            Sector.code == profile.sector,
            Province.slug == profile.province,
            is_of_size,
        )
    ).one()
