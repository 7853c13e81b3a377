import re

import pytest

from app.core import settings
from app.core.database import Database
from app.web.cookies import asking_cookie
from app.web.join_cookie import draft_cookie
from app.web.standing import PAGES
from app.web.visit import session_cookie
from tests.web.client import Client
from tests.web.looking import look

pytestmark = pytest.mark.whole

PATHS = [page.path for page in PAGES.values()]


@pytest.mark.parametrize("path", PATHS)
def test_a_standing_page_is_there_in_both_languages(client: Client, path: str) -> None:
    dutch, english = look(client, path), look(client, f"/en{path}")
    assert len(dutch.headings) == len(english.headings) > 3
    assert dutch.headings[0] == english.headings[0] or dutch.headings != english.headings
    assert dutch.text != english.text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_link_on_it_leads_somewhere(client: Client, path: str, language: str) -> None:
    links = {link for link in look(client, language + path).links if link.startswith("/")}
    assert links
    statuses = {link: client.get(link).status_code for link in links}
    # Somebody's settings lead to the sign-in page first.
    assert statuses == {link: 303 if "/instellingen/" in link else 200 for link in links}


def test_the_foot_of_every_page_leads_to_them(client: Client) -> None:
    foot = client.get("/en").text.partition('<footer class="site-foot">')[2]
    assert all(f'href="/en{path}"' in foot for path in PATHS)


def test_the_operators_words_stand_there(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "operator_name": "Stichting <Slim>",
        "operator_contact": "vragen@slim.example",
        "privacy_contact": "gegevens@slim.example",
        "security_contact": "lek@slim.example",
        "funders": "een fonds",
    }
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update=told))
    with Client() as client:
        about, privacy = look(client, "/over"), look(client, "/over/privacy")
    assert "Stichting <Slim> houdt het bij." in about.text
    assert "mogelijk gemaakt door een fonds." in about.text
    assert {"mailto:vragen@slim.example", "mailto:lek@slim.example"} <= set(about.links)
    assert {"mailto:gegevens@slim.example", "mailto:lek@slim.example"} <= set(privacy.links)


def test_the_privacy_page_names_the_cookies_that_there_are(client: Client, seeded: Database) -> None:
    text = look(client, "/over/privacy").text
    assert f"{session_cookie()} onthoudt dat je bent ingelogd" in text
    assert "na 30 dagen" in text
    assert f"{asking_cookie()} onthoudt dat je om een code vroeg" in text
    assert f"{draft_cookie()} onthoudt wat je bij het aanmelden al invulde" in text
    assert "thema onthoudt" in text


def test_a_stranger_is_given_no_cookie(client: Client) -> None:
    for path in ["/", "/zoeken?q=cobot", "/kennis/begin-met-een-nulmeting", *PATHS]:
        assert "set-cookie" not in client.get(path).headers


def test_examples_are_spoken_of_only_where_there_are_some(database: Database) -> None:
    with Client() as client:
        assert "Voorbeelden" not in look(client, "/over").headings


def test_feeds_of_every_group_are_listed_in_every_format(client: Client) -> None:
    links = [link for link in look(client, "/over/feeds").links if link.startswith("/feeds/")]
    assert len(links) == 3 * 12
    assert all(re.fullmatch(r"/feeds/(alles|onderwerp/[\w-]+)\.(atom|rss|json)", link) for link in links)
