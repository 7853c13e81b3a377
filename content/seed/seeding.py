"""Seeding: bring the example content into the database, and take it out again.

Everything may be repeated: what is there and unchanged is not written again, what a person wrote is never touched, and
a run that was cut off is completed by the next.
"""

from collections.abc import Sequence

from sqlmodel import col, select

from app.core.database import Database, current
from app.core.errors import NoRoom, Problem
from app.core.files import storage
from app.core.language import speaking
from app.people.models import Organisation, User
from content.models import Article
from content.seed import source
from content.seed.examples import bring_organisations, bring_people, bring_pilots
from content.seed.pieces import bring_article
from content.seed.reference import load_reference
from content.seed.removing import remove_examples
from content.seed.report import Change, Report
from content.subjects import Pilot


def seed(database: Database | None = None) -> Report:
    """Bring everything to what the files tell. Each article is a transaction of its own."""
    database = database or current()
    report = Report()
    with database.writing() as session:
        load_reference(session)
    for bring in (bring_organisations, bring_people, bring_pilots):
        with database.writing() as session:
            bring(session, report)
    with speaking("en"):
        for versions in source.articles():
            _bring(database, versions, report)
    return report


def _bring(database: Database, versions: Sequence[source.ArticleTold], report: Report) -> None:
    slug = versions[-1].slug
    try:
        with database.writing() as session:
            change = bring_article(session, versions)
    except NoRoom:
        raise
    except Problem as problem:
        report.add("article", Change.KEPT, f"article {slug}: {problem.sentence}")
    else:
        report.add("article", change, f"article {slug}: left as somebody made it here." * (change == Change.KEPT))


def unseed(database: Database | None = None) -> Report:
    """Take the examples out again, rows and files; what people built on them stays and is named.

    Topics, regions, sectors and words stay too: every installation has those.
    """
    database = database or current()
    report = Report()
    with database.writing() as session:
        files = remove_examples(session, report)
    # After the commit: a file without a row does no harm, a row without its file would.
    for hash in sorted(files):
        storage().forget(hash)
        report.add("file", Change.REMOVED)
    return report


def is_empty(database: Database | None = None) -> bool:
    """Whether nobody has brought anything of their own yet: there is nothing, or only examples, perhaps not all."""
    with (database or current()).reading() as session:
        return not any(
            session.exec(select(table.id).where(col(table.example).is_(False)).limit(1)).first()
            for table in (Organisation, User, Pilot, Article)
        )


def is_complete(database: Database | None = None) -> bool:
    """Whether every example article is there. They are brought last, so everything else is there too."""
    with (database or current()).reading() as session:
        known = set(session.exec(select(Article.slug).where(col(Article.example))))
    return known >= source.keys().keys()
