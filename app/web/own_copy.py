"""A copy of everything of one person, as one file: what is kept of them as JSON, their pieces, and the files."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Final

from sqlmodel import Session

from app.contact.conversations import asked_and_said
from app.contact.reporting import reported_by
from app.core.database import reading
from app.core.errors import NotFound, Unavailable
from app.core.files import storage
from app.feeds.own_data import followed_by
from app.people.models import User
from app.people.own_data import told_of
from content.credits import kept_of
from content.leaving import files_of, pieces_of, telling_of

MOST_BYTES: Final = 200_000_000
"""Of files in one copy; what is more is named in it."""

PART: Final = 1 << 16

ABOUT: Final = """Alles wat Proeftuin van je bewaart. gegevens.json: wie je bent, je plekken, sessies, accounts, tokens,
aanmeldingen, brieven, vragen, wat je volgt en logboek. stukken/: wat je schreef, met de bestanden erbij. Sleutels en
codes staan er niet in.

Everything that Proeftuin keeps of you. gegevens.json: who you are, your places, sessions, accounts, tokens,
applications, letters, questions, what you follow and log. stukken/: what you wrote, with its files. Keys and codes
are left out.
"""


def copy_of(user_id: int) -> Iterator[bytes]:
    """The whole of it as it is now, as a zip, part by part."""
    # In a file that nobody else sees and that is gone once it was read.
    with tempfile.TemporaryFile() as whole:
        with reading() as session:
            _write(whole, session, session.get_one(User, user_id))
        whole.seek(0)
        while part := whole.read(PART):
            yield part


def _write(whole: IO[bytes], session: Session, user: User) -> None:
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("LEES.txt", ABOUT)
        kept = told_of(session, user) | {
            "questions": asked_and_said(session, user),
            "reports": reported_by(session, user),
            "following": followed_by(session, user),
            "asked_to_stand_on_pieces": [
                row.model_dump(mode="json", exclude={"token_digest"}) for row in kept_of(session, user)
            ],
        }
        zipped.writestr("gegevens.json", json.dumps(kept, ensure_ascii=False, indent=1))
        left, too_much = MOST_BYTES, []
        for article in pieces_of(session, user.id):
            telling = telling_of(session, article)
            if telling is not None:
                told = {"stage": article.stage, "owner_id": article.owner_id, **telling.content.model_dump(mode="json")}
                zipped.writestr(f"stukken/{article.slug}.json", json.dumps(told, ensure_ascii=False, indent=1))
                zipped.writestr(f"stukken/{article.slug}.md", f"# {telling.content.title}\n\n{telling.content.body}\n")
            for file in files_of(session, article):
                left -= file.size
                if left < 0:
                    too_much.append(f"{article.slug}/{file.name}")
                    continue
                try:
                    zipped.writestr(f"stukken/{article.slug}/{file.hash[:8]}-{file.name}", storage().read(file.hash))
                except (NotFound, Unavailable):
                    too_much.append(f"{article.slug}/{file.name}")
        if too_much:
            zipped.writestr("niet-meegenomen.txt", "\n".join(too_much))
