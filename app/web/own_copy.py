"""A copy of everything of one person, as one file: what is kept of them as JSON, their pieces, and the files."""

import io
import json
import zipfile
from typing import Final

from sqlmodel import Session

from app.core.errors import NotFound, Unavailable
from app.core.files import storage
from app.people.models import User
from app.people.own_data import told_of
from content.leaving import files_of, pieces_of, telling_of

MOST_BYTES: Final = 200_000_000
"""Of files in one copy; what is more is named in it."""

ABOUT: Final = """Alles wat Proeftuin van je bewaart. gegevens.json: wie je bent, je plekken, sessies, accounts, tokens,
aanmeldingen, brieven en logboek. stukken/: wat je schreef, met de bestanden erbij. Sleutels en codes staan er niet in.

Everything that Proeftuin keeps of you. gegevens.json: who you are, your places, sessions, accounts, tokens,
applications, letters and log. stukken/: what you wrote, with its files. Keys and codes are left out.
"""


def copy_of(session: Session, user: User) -> bytes:
    """The whole of it, as a zip."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("LEES.txt", ABOUT)
        zipped.writestr("gegevens.json", json.dumps(told_of(session, user), ensure_ascii=False, indent=1))
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
    return whole.getvalue()
