"""What tests of the pages of joining share: a browser that fills in the steps, and the codes that it would get."""

from sqlmodel import col, select

from app.core.database import Database
from app.core.mail import PostedLetter
from app.people.models import Organisation, User
from tests.web.client import Client

COMPANY = {
    "als": "bedrijf",
    "kvk": "1234 5678",
    "organisatie": "Fries Plaatwerk",
    "gemeente": "elders",
    "grootte": "10-49",
    "sector": "25",
}
PERSON = {"naam": "Fenna Dijk", "functie": "Directeur", "mail": "Fenna@plaatwerk.example"}
TOPICS = {"onderwerp": ["robotics"], "wat": "Sneller omstellen.", "vaak": "weekly"}
MAIL = "fenna@plaatwerk.example"


def fill_in(client: Client, prefix: str = "", **changes: object) -> None:
    """The first three steps, as somebody fills them in who makes no mistake."""
    for path, told in (("", COMPANY), ("/jij", PERSON), ("/onderwerpen", TOPICS)):
        told = told | {name: value for name, value in changes.items() if name in told}
        answer = client.post(f"{prefix}/aanmelden{path}", data=told)
        assert answer.status_code == 303, (path, answer.text[-3000:])


def last_code(database: Database, mail: str = MAIL) -> str:
    """What stands in the last letter with a code to this address."""
    with database.reading() as session:
        rows = session.exec(
            select(PostedLetter).where(PostedLetter.to == mail).order_by(col(PostedLetter.id).desc())
        ).all()
    return str(next(row.told["code"] for row in rows if "code" in row.told))


def letters(database: Database, name: str) -> list[str]:
    """To whom letters of this name were written."""
    with database.reading() as session:
        rows = session.exec(select(PostedLetter).where(PostedLetter.name == name)).all()
    return [row.to for row in rows]


def person(database: Database, handle: str) -> User:
    with database.reading() as session:
        return session.exec(select(User).where(User.handle == handle)).one()


def organisation(database: Database, slug: str) -> Organisation:
    with database.reading() as session:
        return session.exec(select(Organisation).where(Organisation.slug == slug)).one()
