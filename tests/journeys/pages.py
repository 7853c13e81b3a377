"""Every type of page that the site has, with an address for each: what the checks in this folder visit.

`test_pages.py` compares the list with the routes of the application, so that no page can be forgotten here.
"""

from dataclasses import dataclass
from typing import Final

import pytest

LANGUAGES: Final = ("nl", "en")


@dataclass(frozen=True)
class PageType:
    """One type of page. `path` is without the prefix of a language."""

    name: str
    route: str
    """The route that answers, as the application writes it; empty for what goes wrong."""
    path: str
    english: str = ""
    """The path of the English page where the content has an address of its own in that language."""
    person: str = ""
    """Handle of the example person who looks; empty for someone passing by."""
    status: int = 200

    def address(self, language: str) -> str:
        """Where the page is found in this language."""
        path = (self.english or self.path) if language == "en" else self.path
        return path if language == "nl" else f"/en{path}".removesuffix("/")


TYPES: Final = (
    PageType("home", "/", "/"),
    PageType("home-member", "/", "/", person="sjoerd"),
    PageType("home-steward", "/", "/", person="noor"),
    PageType("search", "/zoeken", "/zoeken?q=cobot", "/zoeken?q=welding"),
    PageType("search-all", "/zoeken", "/zoeken?soort=praktijkcases&provincie=friesland&sorteer=nieuwste&pagina=1"),
    PageType("search-corrected", "/zoeken", "/zoeken?q=spuitgiten", "/zoeken?q=injecton+molding"),
    PageType(
        "search-like-ours",
        "/zoeken",
        "/zoeken?ons=1&soort=praktijkcase&grootte=10-49&sector=22&provincie=fryslan",
    ),
    PageType("search-empty", "/zoeken", "/zoeken?q=qwxzvrt"),
    PageType("search-ways-on", "/zoeken", "/zoeken?q=cobot+xyzzyqq+plughzz"),
    PageType("search-file", "/zoeken", "/zoeken?q=meetrapport+inline+keuring"),
    PageType(
        "file-page",
        "/kennis/{slug}/bijlagen/{name}/pagina/{number}",
        "/kennis/inline-vision-spuitgieten-terp/bijlagen/meetrapport-inline-keuring-terp.pdf/pagina/1?q=inline",
    ),
    PageType("stewards-searches", "/beheer/zoeken", "/beheer/zoeken", person="noor"),
    PageType(
        "stewards-words",
        "/beheer/woorden",
        "/beheer/woorden?van=lashulp&naar=cobot&kant=een",
        "/beheer/woorden?groep=cobot&woord=meewerkarm",
        person="noor",
    ),
    PageType("search-member", "/zoeken", "/zoeken?q=cobot", person="sjoerd"),
    PageType("knowledge", "/kennis", "/kennis"),
    PageType("cases", "/kennis/praktijkcases", "/kennis/praktijkcases"),
    PageType("lessons", "/kennis/lessen", "/kennis/lessen"),
    PageType("technologies", "/kennis/techniek", "/kennis/techniek"),
    PageType(
        "case",
        "/kennis/{slug}",
        "/kennis/inline-vision-spuitgieten-terp",
        "/kennis/inline-vision-injection-moulding-terp",
    ),
    PageType("case-anonymous", "/kennis/{slug}", "/kennis/nesten-met-reststukken"),
    PageType("case-member", "/kennis/{slug}", "/kennis/cobotlassen-kleine-series-kwelderstaal", person="sjoerd"),
    PageType("lesson", "/kennis/{slug}", "/kennis/begin-met-een-nulmeting", "/kennis/start-with-a-baseline"),
    PageType("technology", "/kennis/{slug}", "/kennis/opc-ua-en-mqtt-uitgelegd", "/kennis/opc-ua-and-mqtt-explained"),
    PageType("version", "/kennis/{slug}/v/{number}", "/kennis/papierloze-werkorder-esdoorn/v/1"),
    PageType("versions", "/kennis/{slug}/versies", "/kennis/papierloze-werkorder-esdoorn/versies"),
    PageType(
        "compare",
        "/vergelijk",
        "/vergelijk?stuk=inline-vision-spuitgieten-terp&stuk=oee-meten-verspaning-woldzicht"
        "&stuk=trillingsmeting-pompen-reitdiep",
    ),
    PageType("compare-empty", "/vergelijk", "/vergelijk"),
    PageType("topics", "/onderwerpen", "/onderwerpen"),
    PageType("topic", "/onderwerpen/{slug}", "/onderwerpen/cobots"),
    PageType("pilots", "/proefprojecten", "/proefprojecten"),
    PageType("pilot", "/proefprojecten/{slug}", "/proefprojecten/nul-fouten"),
    PageType("pilot-real", "/proefprojecten/{slug}", "/proefprojecten/iris-medicijnscanner"),
    PageType("map", "/kaart", "/kaart"),
    PageType("organisations", "/organisaties", "/organisaties"),
    PageType("organisation", "/organisaties/{slug}", "/organisaties/terp-kunststoffen"),
    PageType("organisation-real", "/organisaties/{slug}", "/organisaties/tno"),
    PageType("people", "/mensen", "/mensen"),
    PageType("people-topic", "/mensen", "/mensen?onderwerp=cobots"),
    PageType("person", "/mensen/{handle}", "/mensen/femke"),
    PageType("about", "/over", "/over"),
    PageType("privacy", "/over/privacy", "/over/privacy"),
    PageType("accessibility", "/over/toegankelijkheid", "/over/toegankelijkheid"),
    PageType("offline", "/over/offline", "/over/offline"),
    PageType("feeds", "/over/feeds", "/over/feeds"),
    PageType("api", "/over/api", "/over/api"),
    PageType("api-docs", "/api/docs", "/api/docs"),
    PageType("sign-in", "/inloggen", "/inloggen"),
    PageType("join", "/aanmelden", "/aanmelden"),
    PageType("join-institution", "/aanmelden", "/aanmelden?als=instelling"),
    PageType("ask", "/organisaties/{slug}/vraag", "/organisaties/kennislab-slim-maken/vraag", person="sjoerd"),
    PageType("report", "/melden", "/melden?organisatie=kennislab-slim-maken"),
    PageType("stewards-topics", "/beheer/onderwerpen", "/beheer/onderwerpen", person="noor"),
    PageType("stewards-topic", "/beheer/onderwerpen/{key}", "/beheer/onderwerpen/cobots", person="noor"),
    PageType("stewards-organisations", "/beheer/organisaties", "/beheer/organisaties", person="noor"),
    PageType(
        "stewards-organisation",
        "/beheer/organisaties/{slug}",
        "/beheer/organisaties/terp-kunststoffen",
        person="noor",
    ),
    PageType("stewards-reports", "/beheer/meldingen", "/beheer/meldingen", person="noor"),
    PageType("questions", "/vragen", "/vragen", person="sjoerd"),
    PageType("settings-profile", "/instellingen/profiel", "/instellingen/profiel", person="femke"),
    PageType("settings-organisation", "/instellingen/organisatie", "/instellingen/organisatie", person="tjitske"),
    PageType("settings-colleagues", "/instellingen/collegas", "/instellingen/collegas", person="tjitske"),
    PageType("settings-colleagues-reader", "/instellingen/collegas", "/instellingen/collegas", person="sjoerd"),
    PageType("settings-sessions", "/instellingen/sessies", "/instellingen/sessies", person="femke"),
    PageType("settings-second-step", "/instellingen/tweede-stap", "/instellingen/tweede-stap", person="femke"),
    PageType("settings-code-app", "/instellingen/tweede-stap/app", "/instellingen/tweede-stap/app", person="femke"),
    PageType("settings-mail", "/instellingen/mail", "/instellingen/mail", person="femke"),
    PageType("settings-accounts", "/instellingen/accounts", "/instellingen/accounts", person="femke"),
    PageType("settings-following", "/instellingen/volgen", "/instellingen/volgen", person="femke"),
    PageType("overview", "/overzicht", "/overzicht", person="sjoerd"),
    PageType("inbox", "/overzicht/meldingen", "/overzicht/meldingen", person="sjoerd"),
    PageType("follow-search", "/zoeken/bewaren", "/zoeken/bewaren?q=kantbank", person="sjoerd"),
    PageType("my-pieces", "/schrijven", "/schrijven", person="femke"),
    PageType("new-piece", "/schrijven/nieuw", "/schrijven/nieuw", person="femke"),
    PageType("bring-in-files", "/schrijven/inlezen", "/schrijven/inlezen", person="femke"),
    PageType("editor-case", "/schrijven/{id}", "/schrijven/14", person="femke"),
    PageType("editor-lesson", "/schrijven/{id}", "/schrijven/5", person="femke"),
    PageType("editor-technology", "/schrijven/{id}", "/schrijven/31", person="femke"),
    PageType("preview", "/schrijven/{id}/voorbeeld", "/schrijven/14/voorbeeld", person="femke"),
    PageType("history", "/schrijven/{id}/verloop", "/schrijven/14/verloop", person="femke"),
    PageType("draft-files", "/schrijven/{id}/bestanden", "/schrijven/14/bestanden", person="femke"),
    PageType("bring-in", "/schrijven/{id}/inlezen", "/schrijven/14/inlezen", person="femke"),
    PageType("read-along", "/schrijven/{id}/lezen", "/schrijven/14/lezen", person="femke"),
    PageType("reach", "/schrijven/{id}/zichtbaar", "/schrijven/14/zichtbaar", person="femke"),
    PageType("preview-links", "/schrijven/{id}/links", "/schrijven/14/links", person="femke"),
    PageType("credits", "/schrijven/{id}/auteurs", "/schrijven/14/auteurs", person="femke"),
    PageType("outside-links", "/schrijven/{id}/verwijzingen", "/schrijven/14/verwijzingen", person="femke"),
    PageType("stewards-pieces", "/beheer/stukken", "/beheer/stukken?q=cobot", person="noor"),
    PageType("stewards-links", "/beheer/verwijzingen", "/beheer/verwijzingen", person="noor"),
    PageType("settings-desks", "/instellingen/beoordeling", "/instellingen/beoordeling", person="tjitske"),
    PageType("stewards-desks", "/beheer/beoordeling", "/beheer/beoordeling", person="noor"),
    PageType("send-in", "/schrijven/{id}/insturen", "/schrijven/14/insturen", person="femke"),
    PageType("still-true", "/schrijven/{id}/nog-waar", "/schrijven/11/nog-waar", person="femke"),
    PageType(
        "take-back",
        "/kennis/{slug}/intrekking",
        "/kennis/papierloze-werkorder-esdoorn/intrekking",
        person="femke",
    ),
    PageType("review-queue", "/beoordelen", "/beoordelen", person="noor"),
    PageType("review", "/beoordelen/{id}", "/beoordelen/1", person="noor"),
    PageType("stewards-jobs", "/beheer/taken", "/beheer/taken", person="noor"),
    PageType("settings-feed", "/instellingen/feed", "/instellingen/feed", person="femke"),
    PageType("settings-tokens", "/instellingen/tokens", "/instellingen/tokens", person="femke"),
    PageType("settings-webhooks", "/instellingen/webhooks", "/instellingen/webhooks", person="tjitske"),
    PageType(
        "settings-domain-record",
        "/instellingen/collegas/domein/record",
        "/instellingen/collegas/domein/record?van=kennislab-slim-maken&domeinnaam=lab.example",
        person="tjitske",
    ),
    PageType("settings-data", "/instellingen/gegevens", "/instellingen/gegevens", person="femke"),
    PageType("stewards-accounts", "/beheer/accounts", "/beheer/accounts", person="noor"),
    PageType("stewards-applications", "/beheer/aanvragen", "/beheer/aanvragen", person="noor"),
    PageType("stewards-members", "/beheer/leden", "/beheer/leden", person="noor"),
    PageType("stewards-member", "/beheer/leden/{number}", "/beheer/leden/1", person="noor"),
    PageType("stewards-log", "/beheer/logboek", "/beheer/logboek", person="noor"),
    PageType("not-found", "", "/kennis/dat-is-er-niet", status=404),
    PageType("bad-request", "", "/vergelijk?stuk=%00", status=400),
    PageType("gone", "", "/kennis/rfid-op-elk-product", status=410),
)

BY_NAME: Final = {page.name: page for page in TYPES}

NO_PAGES: Final = frozenset(
    {"/zoeken/suggesties", "/kennis/{slug}/bijlagen/{name}", "/beeld/{hash}/{form}", "/healthz", "/readyz", "/metrics"}
    | {
        "/schrijven/{id}/stand",
        "/schrijven/{id}/bestanden/{name}",
        "/concept/{token}/beeld/{hash}/{form}",
        "/schrijven/{id}/lezen/beeld/{hash}/{form}",
    }
    | {"/uitnodiging/stuk/{token}/beeld/{hash}/{form}", "/beoordelen/{id}/bestanden/{name}"}
)
"""What a GET answers with something else than a page: a fragment, a file, words for machines."""


STEPS: Final = frozenset(
    {
        "/inloggen/code",
        "/inloggen/link",
        "/inloggen/tweede-stap",
        "/inloggen/koppelen",
        "/inloggen/gewist",
        "/inloggen/{provider}",
        "/inloggen/{provider}/terug",
        "/aanmelden/jij",
        "/aanmelden/onderwerpen",
        "/aanmelden/controleren",
        "/uitnodiging/{token}",
        "/uitnodiging/{token}/code",
        "/instellingen/collegas/domein",
        "/instellingen/webhooks/{number}",
        "/vragen/{number}",
        "/melding/{key}",
        "/afmelden/{token}",
        "/volgen/{token}",
        "/uitnodiging/stuk/{token}",
        "/uitnodiging/stuk/{token}/code",
        "/concept/{token}",
        "/beheer/meldingen/{number}",
        "/beheer/taken/{number}",
        "/beheer/stukken/opdrachten/{number}",
        "/instellingen",
        "/beheer",
    }
)
"""Pages that one only comes to from another (`test_signing_in.py`, `test_joining.py`), and addresses that lead
on."""


def is_page(route: str) -> bool:
    """Whether a browser shows what this route answers; an ending such as `.json` says that it is for something else."""
    return route not in NO_PAGES | STEPS and not route.startswith("/api/v") and "." not in route.rpartition("/")[2]


def every_page() -> pytest.MarkDecorator:
    """A test for each type of page in each language."""
    cases = [pytest.param(page, language, id=f"{page.name}-{language}") for page in TYPES for language in LANGUAGES]
    return pytest.mark.parametrize(("wanted", "language"), cases)
