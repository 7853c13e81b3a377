"""The matrix: pieces of every visibility at every stage, readers of every role, and every door between them.

Each piece carries words that occur nowhere else, so that one look at an answer tells whether it gives the piece away.
What a reader may see is written down here a second time, in words of the domain and without asking the product.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from sqlmodel import Session

from app.people.actor import Actor
from content.attaching import keep_file
from content.models import Article, Stage
from content.publishing import move_to, publish, schedule, withdraw
from content.reading_along import let_read_along
from content.snapshot import FileUse, Snapshot, Visibility
from content.writing import revise, save_draft
from tests.cast import FAR_AWAY, Cast, content, draft

KINDS: Final = ("case_study", "lesson", "technology")

ROLES: Final = ("nobody", "hinke", "okke", "sjoerd", "aafke", "femke", "noor")
"""Someone passing by, an applicant, a removed member, a member of a named organisation, a member of another one,
an editor of the owner, a steward."""

MAY_READ: Final = {
    Visibility.EVERYONE: set(ROLES),
    Visibility.MEMBERS: {"sjoerd", "aafke", "femke", "noor"},
    Visibility.ORGANISATIONS: {"sjoerd", "femke", "noor"},
}

CHANGES: Final = {"femke", "noor"}

CSV = b"week;uitval\n1;4,2\n2;1,1\n"


@dataclass(frozen=True)
class Told:
    """A piece of the matrix and the words that give it away."""

    article_id: int
    slug: str
    old_slug: str
    kind: str
    visibility: Visibility
    stage: Stage
    secret: str
    picture: str
    """Hash of its drawing."""
    way: str = ""
    """What else there is to it (matrix_ways.py)."""
    is_over: bool = False
    """Whether its last day has passed, and no worker came by since."""
    table: Visibility = Visibility.MEMBERS
    """Who may open its table, in every version."""
    drawing: Visibility = Visibility.EVERYONE
    """Who of its readers sees its drawing."""
    unsaid: str = ""
    """A word that belongs to it and that no reader learns, whatever they see of the piece."""

    @property
    def name(self) -> str:
        """What it is, for the report."""
        return f"{self.visibility}/{self.stage} {self.way}".strip()

    def is_seen_by(self, role: str) -> bool:
        """Whether this reader finds it."""
        return self.stage == Stage.PUBLISHED and not self.is_over and role in MAY_READ[self.visibility]

    def is_changed_by(self, role: str) -> bool:
        """Whether this reader may change it, at whatever stage."""
        return role in CHANGES

    def is_told_gone(self, role: str) -> bool:
        """Whether this reader is told that it was withdrawn: title and reason, nothing else."""
        return (self.stage == Stage.WITHDRAWN or self.is_over) and role in MAY_READ[self.visibility]

    def opens_table_for(self, role: str) -> bool:
        """Whether this reader may open its table, which is for fewer people than the piece."""
        return self._opens(self.table, role)

    def shows_drawing_to(self, role: str) -> bool:
        """Whether this reader sees its drawing; whoever may change the piece always does."""
        return self._opens(self.drawing, role) or self.is_changed_by(role)

    def _opens(self, file_for: Visibility, role: str) -> bool:
        # A piece for everyone or for members names no organisations: such a file is for its owner alone.
        is_owners = file_for == Visibility.ORGANISATIONS != self.visibility
        return self.is_seen_by(role) and role in (CHANGES if is_owners else MAY_READ[file_for])


def build(session: Session, cast: Cast) -> list[Told]:
    """One piece for every visibility at every stage, kinds in turn."""
    told = []
    for number, (visibility, stage) in enumerate(product(Visibility, Stage)):
        told.append(one_piece(session, cast, number, visibility, stage))
    return told


def one_piece(
    session: Session,
    cast: Cast,
    number: int,
    visibility: Visibility,
    stage: Stage,
    table_for: Visibility = Visibility.MEMBERS,
) -> Told:
    """A piece with a drawing, and a table that is for fewer people."""
    secret, kind = f"zqx{number:02}vrk", KINDS[number % len(KINDS)]
    article = draft(session, cast, kind, slug=f"oud-{secret}", visibility=visibility, allowed=(cast.woldzicht,))
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="{20 + number}"><rect width="9" height="9"/></svg>'
    )
    picture = keep_file(session, article, "tekening.svg", drawing.encode(), by=cast.femke)
    table = keep_file(session, article, f"{secret}.csv", CSV + secret.encode(), by=cast.femke)
    save_draft(session, article, _content(kind, secret, picture.hash, table.hash, table_for), by=cast.femke)
    revise(session, article, by=cast.femke, note=f"Aanpassing {secret}")
    # For everybody of its organisation, and for nobody else.
    let_read_along(session, article, True, by=cast.femke)
    _bring_to(session, cast, article, stage)
    slug = f"stuk-{secret}"
    move_to(session, article, slug, by=cast.femke)
    return Told(article.id, slug, f"oud-{secret}", kind, visibility, stage, secret, picture.hash)


def _content(kind: str, secret: str, picture: str, table: str, table_for: Visibility) -> Snapshot:
    return content(
        kind,
        title=f"Titel {secret}",
        summary=f"Samenvatting {secret}",
        body=f'## Kop {secret}\n\nDe cobot {secret}.\n\n![Tekening {secret}](files/tekening.svg "Bij {secret}")',
        files=(
            FileUse(name="tekening.svg", hash=picture, listed=False),
            FileUse(name=f"{secret}.csv", hash=table, title_nl=f"Tabel {secret}", visibility=table_for),
        ),
    )


def _bring_to(session: Session, cast: Cast, article: Article, stage: Stage) -> None:
    match stage:
        case Stage.PUBLISHED:
            publish(session, article, by=cast.femke)
        case Stage.WITHDRAWN:
            publish(session, article, by=cast.femke)
            withdraw(session, article, by=cast.femke, reason_nl="De cijfers klopten niet.")
        case Stage.SCHEDULED:
            schedule(session, article, at=FAR_AWAY, by=cast.femke)
        case _:
            article.stage = stage
            session.add(article)
            session.flush()


# --- doors ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """A way in to one piece: its address, and for whom it opens."""

    name: str
    address: Callable[[Told], str]
    opens: Callable[[Told, str], bool] = field(default=lambda told, role: told.is_seen_by(role))
    tells_gone: bool = True
    """Whether a withdrawn piece is told here, to those who could see it."""
    is_personal: bool = False
    """Whether somebody passing by is led to signing in, whatever is there."""


def _below(path: str) -> Callable[[Told], str]:
    return lambda told: f"/kennis/{told.slug}{path}"


def _writing(path: str) -> Callable[[Told], str]:
    return lambda told: f"/schrijven/{told.article_id}{path}"


DOORS: Final = (
    Door("page", _below("")),
    Door("English frame", lambda told: f"/en/kennis/{told.slug}"),
    Door("version", _below("/v/1")),
    Door("versions", _below("/versies")),
    Door("table", lambda told: f"/kennis/{told.slug}/bijlagen/{told.secret}.csv", Told.opens_table_for),
    Door(
        "table of the first version",
        lambda told: f"/kennis/{told.slug}/bijlagen/{told.secret}.csv?versie=1",
        Told.opens_table_for,
    ),
    Door(
        "table as text",
        lambda told: f"/kennis/{told.slug}/bijlagen/{told.secret}.csv/pagina/1",
        Told.opens_table_for,
    ),
    Door(
        "drawing",
        lambda told: f"/beeld/{told.picture}/tekening.svg",
        Told.shows_drawing_to,
        tells_gone=False,
    ),
    *(
        Door(name, _writing(path), Told.is_changed_by, tells_gone=False, is_personal=True)
        for name, path in (
            ("editor", ""),
            ("preview of the draft", "/voorbeeld"),
            ("revisions", "/verloop"),
            ("state of the draft", "/stand"),
            ("sending in", "/insturen"),
            ("whom it is for", "/zichtbaar"),
            ("reading along", "/lezen"),
            ("links to the draft", "/links"),
            ("bringing in", "/inlezen"),
            ("names of the draft", "/auteurs"),
            ("files of the draft", "/bestanden"),
        )
    ),
    Door(
        "table of the draft",
        lambda told: f"/schrijven/{told.article_id}/bestanden/{told.secret}.csv",
        Told.is_changed_by,
        tells_gone=False,
        is_personal=True,
    ),
    Door("BibTeX", _below(".bib")),
    Door("RIS", _below(".ris")),
    Door("CSL-JSON", _below(".csl.json")),
    Door("JSON", _below(".json")),
    Door("Markdown", _below(".md")),
    Door("version in BibTeX", _below("/v/1.bib")),
    Door("version in RIS", _below("/v/1.ris")),
    Door("version in CSL-JSON", _below("/v/1.csl.json")),
    Door("version in JSON", _below("/v/1.json")),
    Door("version in Markdown", _below("/v/1.md")),
    Door("paper", _below(".pdf")),
    Door("share image", _below("/deelbeeld.png"), opens=lambda told, _role: told.is_seen_by("nobody")),
    Door("API", lambda told: f"/api/v1/articles/{told.slug}"),
    Door("API versions", lambda told: f"/api/v1/articles/{told.slug}/versions"),
)
"""Doors to one piece. A new door is one line here."""

WRITING: Final = (
    *("bewaren", "meelezen", "aanwezig", "samenvoegen", "terugzetten", "vertaling", "plakken", "voorbeeld"),
    *("verloop", "ingelezen", "insturen", "zichtbaar", "links", "auteurs", ""),
)
"""What is sent while a piece is being written: below its editor."""

DRAFTS: Final = ("/schrijven", "/schrijven/nieuw", "/schrijven/inlezen", "/api/v1/drafts")
"""Doors that show several drafts at once, or where one begins."""

API_DRAFTS: Final = ("/draft", "/files", "/credits")
"""What the API tells of a draft, below its article."""

API_ON_ITS_WAY: Final = (
    *("/publication", "/previews", "/review", "/review/readers", "/review/remarks"),
    *("/revisions", "/revisions/1", "/translation"),
)
"""What it tells of where a text is and who was shown it."""

API_CHANGES: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("PATCH", "", {"title": "x"}),
    ("POST", "/review", {}),
    ("DELETE", "/review", {}),
    ("PATCH", "/review", {"reader": None}),
    ("POST", "/review/decision", {"decision": "agree"}),
    ("POST", "/review/remarks", {"body": "x"}),
    ("POST", "/review/remarks/1/application", {}),
    ("POST", "/revisions", {"note": "x"}),
    ("POST", "/revisions/1/restoration", {}),
    ("POST", "/translation", {}),
    ("POST", "/document?name=x.docx", {}),
    ("POST", "/document/preview?name=x.docx", {}),
    ("PATCH", "/translation", {"parts": [{"part": "title", "original": ""}]}),
    ("POST", "/previews", {"days": 1}),
    ("DELETE", "/previews/1", {}),
    ("POST", "/publication", {}),
    ("PATCH", "/publication", {"visibility": "everyone"}),
    ("POST", "/publication/confirmation", {}),
    ("DELETE", "/withdrawal", {}),
    ("DELETE", "?reason_nl=x", {}),
)
"""What it changes of a piece."""


LISTS: Final = (
    "/",
    "/en",
    "/kennis",
    "/kennis/praktijkcases",
    "/kennis/lessen",
    "/kennis/techniek",
    "/onderwerpen/cobots",
    "/onderwerpen/robotisering",
    "/en/kennis",
    "/onderwerpen",
    "/organisaties",
    "/organisaties/kennislab-slim-maken",
    "/en/organisaties/kennislab-slim-maken",
    "/proefprojecten",
    "/kaart",
    "/mensen/femke",
    "/en/mensen/femke",
    "/over/feeds",
    "/over/offline",
    "/openbaar.json",
    "/sw.js",
    "/sitemap.xml",
    "/opensearch.xml",
    "/manifest.webmanifest",
    "/vergelijk",
    "/zoeken?q=cobot",
    "/zoeken?ons=1&soort=praktijkcase&sector=28&grootte=10-49&provincie=drenthe",
    "/zoeken?onderwerp=cobots",
    "/api/v1/articles?limit=100",
    "/api/v1/search?q=cobot&limit=50",
    "/api/v1/search?limit=50",
    "/api/v1/topics",
    "/api/v1/topics/cobots",
    "/api/v1/pilots",
    "/api/v1/organisations",
    "/api/v1/organisations/kennislab-slim-maken",
)
"""Doors that show several pieces at once: nothing hidden may stand there."""

SEARCHES: Final = (
    "/zoeken?q={}",
    "/vergelijk?stuk=stuk-{0}&stuk=oud-{0}",
    "/en/vergelijk?stuk=stuk-{0}",
    "/zoeken/suggesties?q={}",
    "/en/zoeken/suggesties?q={}",
    "/api/v1/search?q={}",
    "/api/v1/suggest?q={}",
    "/feeds/zoeken.atom?q={}",
    "/en/feeds/zoeken.json?q={}",
)
"""Doors that answer a question: asking for the secret itself may not show that there is one."""

FEEDS: Final = tuple(
    f"{prefix}/feeds/{stream}.{ending}"
    for prefix in ("", "/en")
    for stream in ("alles", "onderwerp/cobots", "organisatie/kennislab-slim-maken")
    for ending in ("atom", "rss", "json")
) + tuple(f"{prefix}/feeds/zoeken.{ending}?q=cobot" for prefix in ("", "/en") for ending in ("atom", "rss", "json"))
"""Always for someone passing by, whoever asks."""


READS_LIKE: Final = {
    "kennislab-slim-maken": "femke",
    "woldzicht-verspaning": "sjoerd",
    "nipt": "aafke",
    "veenhart-plaatwerk": "",
}
"""Organisation -> the role of which its webhooks are told all that is published, and nothing more. One that was not
admitted is told nothing."""


def hidden_from(told: list[Told], role: str) -> Iterator[Told]:
    """What this reader may learn nothing of."""
    return (one for one in told if not one.is_seen_by(role))


def actor(cast: Cast, role: str) -> Actor:
    """The person in this role."""
    return cast.everybody[role]
