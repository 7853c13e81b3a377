"""Rights: every operation of the application, asked in every role, with an address and a body that make sense.

What each answer should be stands in `docs/rights.md`, written by hand; `test_rights.py` compares the two.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, select

from app.contact.asking import ask
from app.contact.reporting import Thing, key_of, report
from app.core.clock import now, today
from app.core.files import storage
from app.core.mail import PostedLetter
from app.feeds import webhooks
from app.feeds.webhook_models import Hears
from app.feeds.webhooks import Wanted
from app.people.actor import Actor
from app.people.inviting import invite, invite_steward, steward_invitations
from app.people.joining import Company, Wish, apply, ask_for_place, become_known
from app.people.mail_domains import prove
from app.people.models import Membership, Organisation, Role, User
from app.people.signing_in import actor_for
from app.people.ways_in import Application, Invitation, MailDomain
from content import filing, preview_links
from content.bulk import order
from content.bulk_orders import What
from content.crediting import ask_author
from content.drafting import begin
from content.models import Article, Attachment
from content.preparing import prepare_file
from content.remarks import remark
from content.reviewing import send_in
from content.snapshot import AuthorPart
from content.translating import begin_translation
from content.writing import save_draft
from search.picking import pick
from tests.cast import content

TABLE: Final = Path(__file__).parents[2] / "docs/rights.md"

ROLES: Final = {
    "stranger": "",
    "applicant": "fenna-dijk",
    "removed": "okke",
    "reader": "sjoerd",
    "editor": "femke",
    "owner": "tjitske",
    "other": "aafke",
    "steward": "noor",
    "token read": "femke",
    "token write": "femke",
    "token account": "femke",
    "token publish": "femke",
}
"""Column of the table -> handle. `editor` and `owner` belong to the Kennislab, whose things the operations are about;
`other` is an editor elsewhere, `removed` had a place and lost it. A `token` is one of the editor, with that one
scope."""

LAB: Final = "kennislab-slim-maken"
TERP: Final = "inline-vision-spuitgieten-terp"
"""A piece for everybody with a table for members."""

MEMBERS_ONLY: Final = "ot-netwerk-scheiden"
"""A piece for members: what a reader may see of it is what a door of pieces may show."""

STORY = "## Wat er gebeurde\n\n" + "De cobot stond er, maar de mal paste niet. " * 10
"""Long enough to be sent in."""

FILE: Final = "rechten.csv"
"""A file of that draft."""

ROW: Final = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) ([^`]+)` \|(.+)\|$", re.MULTILINE)
WORDS: Final = frozenset({"yes", "no", "sign in"})


def expected() -> dict[tuple[str, str], dict[str, str]]:
    """Operation -> role -> what the table says."""
    found = {}
    for method, path, cells in ROW.findall(TABLE.read_text("utf-8")):
        found[method, path] = dict(zip(ROLES, (cell.strip() for cell in cells.split("|")), strict=True))
    return found


@dataclass
class Stage:
    """What the operations are about, in the example content."""

    ids: dict[str, Any] = field(default_factory=dict)

    def set_up(self, session: Session) -> None:
        """An applicant, somebody who asks for a place, an invitation, a proven domain; and somebody who lost theirs."""
        lab = _organisation(session, LAB)
        tjitske = _user(session, "tjitske")
        owner = actor_for(session, tjitske)
        fenna = become_known(session, "fenna@plaatwerk.example", name="Fenna Dijk")
        apply(session, Company(name="Fries Plaatwerk", kvk_number="12345678"), Wish(), by=fenna)
        asker = become_known(session, "gerrit@elders.example", name="Gerrit Bos")
        ask_for_place(session, lab, Wish(), by=asker)
        invite(session, lab, ["nieuw@lab.example"], Role.READER, by=owner)
        self.ids["token"] = invite_steward(session, "beheer@x.example", by=_steward(session)).rpartition("/")[2]
        prove(session, lab, tjitske.mail, by=owner)
        prove(session, lab, fenna.mail, by=owner)
        lab.logo = storage().keep(b"RIFF")
        session.add(lab)
        self.ids["steward invitation"] = steward_invitations(session)[0].id
        self.ids["pick"] = pick(session, "cobot", "begin-met-een-nulmeting", until=today(), by=_steward(session)).id
        asked = ask(session, lab, title="Een mal", text="Hoe?", by=actor_for(session, _user(session, "sjoerd")))
        self.ids["question"] = asked.id
        self.ids["order"] = self._order(session)
        made = report(
            session, Thing(organisation=lab), reason="spam", told="Reclame.", by=Actor(), peer="x", language="nl"
        )
        self.ids |= {"report": made.id, "report key": key_of(made)}
        _place(session, "okke").ended_at = now()
        session.flush()
        waiting = {row.asks: row.id for row in session.exec(select(Application)).all()}
        piece = begin(session, kind="lesson", language="nl", owner=lab, by=owner)
        filing.add(session, piece, prepare_file(FILE, b"week;uitval\n1;4\n"), by=owner)
        self.ids["draft"] = piece.id
        wanted = Wanted("Bord", "https://bord.example/", Hears.NEW, "nl")
        self.ids["webhook"] = webhooks.make(session, lab, wanted, by=owner)[0].id
        credit = ask_author(session, piece, _user(session, "sjoerd").mail, AuthorPart.WROTE, by=owner)
        self.ids |= {"credited": piece.slug, "credit": credit.id}
        asked = session.exec(select(PostedLetter).where(PostedLetter.name == "credit_asked")).one()
        self.ids["asked"] = asked.told["link"].rpartition("/")[2]
        self._send_in(session, lab, owner)
        told = begin(session, kind="lesson", language="nl", owner=lab, by=owner, title="Om te vertalen")
        begin_translation(session, told, by=owner)
        self.ids |= {
            "translated": told.slug,
            "admission": waiting["admission"],
            "place": waiting["place"],
            "femke": _place(session, "femke").id,
            "tjitske": _place(session, "tjitske").id,
            "sjoerds place": _place(session, "sjoerd").id,
            "noor": _user(session, "noor").id,
            "sjoerd": _user(session, "sjoerd").id,
            "invitation": session.exec(select(Invitation.id).where(Invitation.organisation_id == lab.id)).one(),
            "domain": session.exec(select(MailDomain.id)).first(),
            "picture": session.exec(select(Attachment.hash).where(Attachment.media_type == "image/svg+xml")).first(),
        }

    def _order(self, session: Session) -> int:
        """Something that a steward has done to one piece."""
        steward = _steward(session)
        one = session.exec(select(Article).where(Article.slug == TERP)).one()
        chosen = [(one.id, one.live_revision_id or 0)]
        return order(session, What.ADD_TOPIC, {"topic": "cobots"}, chosen, by=steward, key="rechten").id

    def _send_in(self, session: Session, lab: Organisation, owner: Actor) -> None:
        """A lesson of the lab that waits for the lab's own yes, with a remark on it."""
        femke = actor_for(session, _user(session, "femke"))
        article = begin(session, kind="lesson", language="nl", owner=lab, by=femke)
        table = filing.add(session, article, prepare_file(FILE, b"week;uitval\n1;4\n"), by=femke)
        save_draft(session, article, content(organisations=(), body=STORY, files=(table,)), by=femke)
        review = send_in(session, article, by=femke)
        self.ids |= {
            "review": review.id,
            "sent in": article.slug,
            "revision": review.revision_id,
            "remark": remark(session, review, by=owner, passage="Staat er niet", body="Mooi.", suggestion="Wel").id,
            "preview": preview_links.make(session, article, to="", days=1, by=femke).id,
        }

    def address(self, method: str, path: str) -> str:
        """An address that this route answers to."""
        for pattern, made in ADDRESSES.items():
            if path == pattern:
                return made(self.ids)
        if path.startswith("/schrijven/{id}"):
            return path.replace("{id}", str(self.ids["draft"]))
        if path.startswith("/beoordelen/{id}"):
            path = path.replace("{id}", str(self.ids["review"])).replace("{number}", str(self.ids["remark"]))
        if path == "/api/v1/articles/{slug}/translation":
            path = path.replace("{slug}", self.ids["translated"])
        if path.startswith("/api/v1/articles/{slug}/revisions"):
            # It was put aside when it was sent in.
            path = path.replace("{number}", "1")
        if path.startswith("/api/v1/articles/{slug}/previews"):
            path = path.replace("{number}", str(self.ids["preview"]))
        if path.startswith("/api/v1/articles/{slug}/") and path.split("/")[5] in SENT_IN:
            path = path.replace("{slug}", self.ids["sent in"]).replace("{number}", str(self.ids["remark"]))
        if path.startswith("/api/v1/articles/{slug}/credits"):
            path = path.replace("{slug}", self.ids["credited"]).replace("{number}", str(self.ids["credit"]))
        if (method, path) == ("DELETE", "/api/v1/articles/{slug}"):
            path = f"/api/v1/articles/{self.ids['sent in']}"
        return re.sub(r"\{(\w+)\}", lambda found: PARTS[found[1]], path)

    def headers(self, method: str, path: str) -> dict[str, str]:
        """Which version is changed, where it is asked for."""
        version = VERSIONS.get((method, path))
        return {"if-match": f'"{version}"'} if version is not None else {}

    def body(self, method: str, path: str) -> dict[str, Any]:
        """What is sent: allowed to whoever may do it, but of no effect wherever that is possible."""
        return BODIES.get(f"{method} {path}", BODIES.get(path, lambda _ids: {}))(self.ids)


Made = Callable[[dict[str, Any]], str]

PARTS: Final = {
    "slug": MEMBERS_ONLY,
    "number": "1",
    "ending": "atom",
    "handle": "femke",
    "publisher": "terp-kunststoffen",
    "group": "cobot",
    "key": "cobots",
    "name": "x.csv",
    "hash": "0" * 64,
    "form": "tekening.svg",
    "provider": "x",
    "token": "x",
    "id": "1",
}
"""What stands in an address for each of its parts."""

SENT_IN: Final = ("review", "publication", "previews", "withdrawal", "revisions")
"""What programs ask about the piece that is sent in."""

ADDRESSES: Final[dict[str, Made]] = {
    "/onderwerpen/{slug}": lambda _ids: "/onderwerpen/cobots",
    "/proefprojecten/{slug}": lambda _ids: "/proefprojecten/nul-fouten",
    "/organisaties/{slug}": lambda _ids: f"/organisaties/{LAB}",
    "/feeds/zoeken.{ending}": lambda _ids: "/feeds/zoeken.atom?q=cobot",
    "/feeds/onderwerp/{slug}.{ending}": lambda _ids: "/feeds/onderwerp/cobots.atom",
    "/feeds/organisatie/{slug}.{ending}": lambda _ids: f"/feeds/organisatie/{LAB}.atom",
    "/feeds/proefproject/{slug}.{ending}": lambda _ids: "/feeds/proefproject/nul-fouten.atom",
    "/onderwerpen/{slug}/volgen": lambda _ids: "/onderwerpen/cobots/volgen",
    "/proefprojecten/{slug}/volgen": lambda _ids: "/proefprojecten/nul-fouten/volgen",
    "/organisaties/{slug}/volgen": lambda _ids: f"/organisaties/{LAB}/volgen",
    "/api/v1/topics/{slug}": lambda _ids: "/api/v1/topics/cobots",
    "/api/v1/pilots/{slug}": lambda _ids: "/api/v1/pilots/nul-fouten",
    "/api/v1/organisations/{slug}": lambda _ids: f"/api/v1/organisations/{LAB}",
    "/kennis/{slug}/bijlagen/{name}": lambda _ids: f"/kennis/{TERP}/bijlagen/uitval-26-weken-terp.csv",
    "/schrijven/{id}/inlezen": lambda ids: f"/schrijven/{ids['draft']}/inlezen",
    "/schrijven/{id}/ingelezen": lambda ids: f"/schrijven/{ids['draft']}/ingelezen",
    "/schrijven/{id}/plakken": lambda ids: f"/schrijven/{ids['draft']}/plakken",
    "/schrijven/{id}/lezen/beeld/{hash}/{form}": lambda ids: (
        f"/schrijven/{ids['draft']}/lezen/beeld/{'0' * 64}/480.webp"
    ),
    "/schrijven/{id}/bestanden": lambda ids: f"/schrijven/{ids['draft']}/bestanden",
    "/schrijven/{id}/bestanden/{name}": lambda ids: f"/schrijven/{ids['draft']}/bestanden/{FILE}",
    "/beoordelen/{id}/bestanden/{name}": lambda ids: f"/beoordelen/{ids['review']}/bestanden/{FILE}",
    "/beeld/{hash}/{form}": lambda ids: f"/beeld/{ids['picture']}/tekening.svg",
    "/organisaties/{slug}/logo.webp": lambda _ids: f"/organisaties/{LAB}/logo.webp",
    "/beheer/zoeken/bovenaan/{number}": lambda ids: f"/beheer/zoeken/bovenaan/{ids['pick']}",
    "/organisaties/{slug}/vraag": lambda _ids: f"/organisaties/{LAB}/vraag",
    "/melden": lambda _ids: f"/melden?organisatie={LAB}",
    "/api/v1/bundles": lambda _ids: f"/api/v1/bundles?organisation={LAB}",
    "/api/v1/bundles/preview": lambda _ids: f"/api/v1/bundles/preview?organisation={LAB}",
    "/api/v1/bulk/orders/{number}": lambda ids: f"/api/v1/bulk/orders/{ids['order']}",
    "/beheer/stukken/opdrachten/{number}": lambda ids: f"/beheer/stukken/opdrachten/{ids['order']}",
    "/melding/{key}": lambda ids: f"/melding/{ids['report key']}",
    "/beheer/meldingen/{number}": lambda ids: f"/beheer/meldingen/{ids['report']}",
    "/instellingen/webhooks/{number}": lambda ids: f"/instellingen/webhooks/{ids['webhook']}",
    "/beheer/organisaties/{slug}": lambda _ids: f"/beheer/organisaties/{LAB}",
    "/instellingen/collegas/domein/record": lambda _ids: (
        f"/instellingen/collegas/domein/record?van={LAB}&domeinnaam=lab.example"
    ),
    "/vragen/{number}": lambda ids: f"/vragen/{ids['question']}",
    "/beheer/aanvragen/{number}": lambda ids: f"/beheer/aanvragen/{ids['admission']}",
    "/beheer/leden/{number}": lambda ids: f"/beheer/leden/{ids['sjoerd']}",
    # Nobody is viewed as who is a steward: whoever may begin it is told so, and the rest is asked as oneself.
    "/beheer/leden/{number}/meekijken": lambda ids: f"/beheer/leden/{ids['noor']}/meekijken",
    "/uitnodiging/stuk/{token}": lambda ids: f"/uitnodiging/stuk/{ids['asked']}",
    "/uitnodiging/stuk/{token}/code": lambda ids: f"/uitnodiging/stuk/{ids['asked']}/code",
    "/uitnodiging/{token}": lambda ids: f"/uitnodiging/{ids['token']}",
    "/uitnodiging/{token}/code": lambda ids: f"/uitnodiging/{ids['token']}/code",
}

VERSIONS: Final = {
    ("DELETE", "/api/v1/articles/{slug}"): 0,
    ("PATCH", "/api/v1/articles/{slug}/publication"): 0,
    ("POST", "/api/v1/articles/{slug}/revisions/{number}/restoration"): 0,
    ("POST", "/api/v1/articles/{slug}/publication/confirmation"): 0,
    ("DELETE", "/api/v1/articles/{slug}/withdrawal"): 0,
    ("PATCH", "/api/v1/articles/{slug}/review"): 1,
    ("POST", "/api/v1/articles/{slug}/publication"): 2,
    ("POST", "/api/v1/articles/{slug}/review"): 99,
    ("DELETE", "/api/v1/articles/{slug}/review"): 99,
    ("POST", "/api/v1/articles/{slug}/review/decision"): 1,
}
"""Operation -> the version in If-Match: the true one only where nothing comes of it for another reason."""

BODIES: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "/beheer/aanvragen/{number}": lambda _ids: {"doe": "afwijzen"},
    "/uitnodiging/stuk/{token}": lambda _ids: {"doe": "ja"},
    "/melden": lambda _ids: {"organisatie": LAB},
    "/beheer/leden/uitnodiging": lambda ids: {"uitnodiging": ids["steward invitation"]},
    "/beheer/leden/{number}": lambda ids: {"doe": "rol", "rol": "koning", "plek": ids["sjoerds place"]},
    "/instellingen/organisatie": lambda _ids: {"van": LAB},
    "/instellingen/organisatie/logo": lambda _ids: {"van": LAB},
    "/instellingen/organisatie/vragen": lambda _ids: {"van": LAB, "doe": "aan"},
    "/instellingen/collegas/uitnodigen": lambda _ids: {"van": LAB},
    "/instellingen/collegas/uitnodiging": lambda ids: {
        "van": LAB,
        "uitnodiging": ids["invitation"],
        "doe": "intrekken",
    },
    "/instellingen/collegas/rol": lambda ids: {"van": LAB, "plek": ids["femke"], "rol": "koning"},
    "/instellingen/collegas/einde": lambda ids: {"van": LAB, "plek": ids["tjitske"]},
    "/instellingen/collegas/antwoord": lambda ids: {"van": LAB, "vraag": ids["place"]},
    "/instellingen/collegas/domein": lambda ids: {"van": LAB, "domein": ids["domain"]},
    "/instellingen/collegas/domein/record": lambda _ids: {"van": LAB, "domeinnaam": "lab.example"},
    "/instellingen/organisatie/vertrek": lambda _ids: {"van": LAB},
    "/instellingen/organisatie/intrekken": lambda ids: {"aanmelding": ids["admission"]},
    "/instellingen/webhooks": lambda _ids: {"van": LAB},
    "/instellingen/webhooks/{number}": lambda _ids: {"doe": "uit"},
    "/instellingen/volgen": lambda _ids: {"doe": "tijd", "dag": "1", "uur": "7"},
    "/instellingen/sessies": lambda _ids: {"sessie": "andere"},
    "/schrijven/{id}": lambda _ids: {"versie": "0"},
    "/instellingen/beoordeling": lambda _ids: {"van": LAB, "bedrijf": "ja"},
    "/beheer/beoordeling": lambda _ids: {"organisatie": LAB, "bedrijf": "ja", "centrum": "ja"},
    "/api/v1/articles/{slug}/publication": lambda _ids: {"publish_at": "2020-01-01T09:00:00Z"},
    "PATCH /api/v1/articles/{slug}/review": lambda _ids: {"reader": None},
    "PATCH /api/v1/articles/{slug}/publication": lambda _ids: {},
    "PATCH /api/v1/articles/{slug}/translation": lambda _ids: {"parts": [{"part": "title", "original": ""}]},
    "/api/v1/articles/{slug}/previews": lambda _ids: {"days": 1},
    "/api/v1/bulk/preview": lambda _ids: {"do": "add_topic", "topic": "cobots"},
    "/api/v1/bulk/orders": lambda _ids: {"do": "add_topic", "articles": [{"article": TERP, "version": 1}]},
    "/api/v1/bulk/export": lambda _ids: {"articles": [{"article": TERP, "version": 1}]},
    "/api/v1/articles/{slug}/review/decision": lambda _ids: {"decision": "send_back"},
    "/api/v1/articles/{slug}/review/remarks": lambda _ids: {"body": "Mooi."},
    "/api/v1/articles/{slug}/review/remarks/{number}": lambda _ids: {"is_resolved": False},
    "/api/v1/articles/{slug}/credits": lambda _ids: {},
    "/beoordelen/{id}/besluit": lambda ids: {"doe": "send_back", "revisie": ids["revision"]},
    "/beoordelen/{id}/lezer": lambda _ids: {"lezer": "noor"},
    "/beoordelen/{id}/opmerkingen/{number}": lambda _ids: {"doe": "opgelost"},
    "/schrijven/{id}/terugzetten": lambda _ids: {"versie": "1", "nummer": "99"},
    "/schrijven/{id}/bewaren": lambda _ids: {"versie": "0"},
    "/schrijven/{id}/samenvoegen": lambda _ids: {"versie": "0"},
}


def _organisation(session: Session, slug: str) -> Organisation:
    return session.exec(select(Organisation).where(Organisation.slug == slug)).one()


def _user(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def _place(session: Session, handle: str) -> Membership:
    return session.exec(select(Membership).where(Membership.user_id == _user(session, handle).id)).one()


def _steward(session: Session) -> Any:
    return actor_for(session, _user(session, "noor"))
