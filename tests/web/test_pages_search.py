"""The search page: ways on when nothing was found, cases to compare, words in files, and what is counted of it."""

import re
from collections.abc import Iterator

import pytest
from sqlmodel import select

from app.core.database import Database
from app.core.settings import settings
from app.core.working import work_off
from app.people.models import User
from app.web import allowances
from content.file_texts import FileText, TextState, read_unread_files
from search import results
from search.overhearing import Asked, count_what_was_heard
from search.rebuilding import rebuild
from tests.web.client import Client

pytestmark = pytest.mark.whole

HERE = "http://proeftuin.example"
PIECE = "/kennis/begin-met-een-nulmeting"


@pytest.fixture
def filed(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The example content with its cards and the texts of its files, on a machine without an engine."""
    from app.core import settings

    chosen = settings.settings().model_copy(update={"search_binary": "/nowhere"})
    monkeypatch.setattr(settings, "_configured", chosen)
    read_unread_files()
    work_off()
    rebuild()
    return seeded


@pytest.fixture
def client(filed: Database) -> Iterator[Client]:
    with Client() as client:
        yield client


def counted(database: Database) -> dict[str, tuple[int, int, int]]:
    count_what_was_heard()
    count_what_was_heard()
    with database.reading() as session:
        return {row.words: (row.times, row.empty, row.opened) for row in session.exec(select(Asked)).all()}


def test_cases_can_be_ticked_and_compared_without_script(client: Client) -> None:
    page = client.get("/zoeken?soort=praktijkcase").text
    assert '<form class="compare-picks" id="vergelijken" action="/vergelijk" method="get">' in page
    slugs = re.findall(r'type="checkbox" id="p-([a-z0-9-]+)" name="stuk" value="\1" form="vergelijken"', page)
    assert len(slugs) > 2
    compared = client.get("/vergelijk?" + "&".join(f"stuk={slug}" for slug in slugs[:3]))
    assert "Drie praktijkcases naast elkaar" in compared.text or compared.text.count("compare__name") >= 3


def test_where_there_is_nothing_to_compare_no_box_is_offered(client: Client) -> None:
    assert "vergelijken" not in client.get("/zoeken?soort=les").text


def test_what_needs_another_choice_beside_it_is_left_out_with_a_sentence(client: Client) -> None:
    for asked, dutch, english in (
        ("afstand=25", "Kies eerst vanaf welke plaats", "Choose first from which place"),
        ("verbetering=20", "Hoeveel beter kun je vragen van", "How much better can be asked of one thing"),
        ("sorteer=effect", "Het grootste effect kunnen we laten zien", "The largest effect can be shown of"),
    ):
        assert dutch in client.get(f"/zoeken?q=cobot&{asked}").text
        assert english in client.get(f"/en/zoeken?q=cobot&{asked}").text


def test_beyond_the_last_page_stands_the_way_to_it_and_not_that_nothing_was_found(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address, sentence, last in (
        ("/zoeken?q=cobot&pagina=7", "Deze lijst loopt tot en met pagina", "/zoeken?q=cobot&amp;pagina="),
        ("/zoeken?pagina=400", "Deze lijst loopt tot en met pagina", "/zoeken?pagina="),
        ("/en/zoeken?q=cobot&pagina=51", "This list ends at page", "/en/zoeken?q=cobot&amp;pagina="),
    ):
        page = client.get(address).text
        found = re.search(rf'{sentence} (\d+)\. <a href="{re.escape(last)}(\d+)">', page)
        assert found is not None, address
        assert found[1] == found[2]
        assert "resultaten</h2>" in page or "results</h2>" in page
        for untrue in ("Niets gevonden", "Nothing found", "Laat het me weten", "zonder jouw naam"):
            assert untrue not in page
        assert client.get(f"{last.replace('&amp;', '&')}{found[2]}").text.count('class="result"') > 0
    monkeypatch.setattr(results, "DEEPEST", 20)
    assert "We laten deze lijst zien tot en met pagina 1." in client.get("/zoeken?pagina=51").text


def test_other_words_in_the_box_keep_the_choices_and_one_link_drops_them(client: Client) -> None:
    page = client.get("/zoeken?q=cobot&soort=les&vanaf=smallingerland&afstand=50&sorteer=nieuwste").text
    kept = re.findall(r'<input type="hidden" form="zoekvraag" name="([a-z]+)" value="([a-z0-9-]+)">', page)
    assert kept == [("soort", "les"), ("vanaf", "smallingerland"), ("afstand", "50"), ("sorteer", "nieuwste")]
    assert re.search(r'<form id="zoekvraag"[^>]* role="search" action="/zoeken"', page)
    assert re.search(r'<a href="/zoeken\?q=cobot"[^>]*>Wis alle filters</a>', page)
    assert 'form="zoekvraag"' not in client.get("/zoeken?q=cobot").text


def test_a_lesson_shows_where_it_holds_the_words(client: Client) -> None:
    """In its takeaway, which stands there always, or in a passage below."""
    in_takeaway = client.get("/zoeken?q=stamdata+software+inricht").text
    assert re.search(r'result__lesson">Schoon de <mark>stamdata</mark> [^/]*<mark>software</mark>', in_takeaway)
    elsewhere = client.get("/zoeken?q=kantenlijmen+ladefront").text
    assert re.search(r'result__lesson">[^<]+</p>\s+<p class="mt2">.*<mark>kantenlijmen</mark>', elsewhere)


def test_without_the_engine_the_page_says_what_is_true(client: Client) -> None:
    assert "De zoekmachine is er even niet. Je vindt dezelfde stukken" in client.get("/zoeken?q=cobot").text


def test_nothing_found_offers_fewer_words_and_topics(client: Client) -> None:
    page = client.get("/zoeken?q=cobot+xyzzyqq+plughzz").text
    assert "Haal een woord weg" in page
    assert re.search(r'href="/zoeken\?q=cobot"><span>cobot\s+<del>xyzzyqq</del>', page)
    assert "Onderwerpen in de buurt" in page
    assert "zonder jouw naam" in page
    # What is not built is not offered.
    assert "Bewaar" not in page


def test_hostile_words_stay_words(client: Client) -> None:
    page = client.get("/zoeken?q=cobot+%3Cscript%3Ealert(1)%3C/script%3E+xyzzyqq").text
    assert "<script>alert" not in page


def test_a_word_in_a_file_is_found_with_its_page_and_leads_there(client: Client) -> None:
    page = client.get("/zoeken?q=meetrapport+inline+keuring").text
    found = re.search(
        r'href="(/kennis/[a-z0-9-]+/bijlagen/[a-z0-9.-]+\.pdf/pagina/\d+[^"]*)"><em>([^<]+)</em>, pagina (\d+)', page
    )
    assert found is not None
    text = client.get(found[1].replace("&amp;", "&"))
    assert text.status_code == 200
    assert "<mark>" in text.text
    assert f"{found[2]}#page={found[3]}" in text.text


def test_a_page_that_is_not_there_is_not_found(client: Client) -> None:
    page = client.get("/zoeken?q=meetrapport+inline+keuring").text
    found = re.search(r'href="(/kennis/[a-z0-9-]+/bijlagen/[a-z0-9.-]+\.pdf/pagina/)\d+', page)
    assert found is not None
    for ending in ("999", "0", "x", "99999999999"):
        assert client.get(found[1] + ending).status_code in (400, 404)


def test_a_scan_says_that_it_holds_no_text(client: Client, filed: Database) -> None:
    with filed.reading() as session:
        from content.models import Article, Attachment

        slug = session.exec(
            select(Article.slug)
            .join(Attachment, Attachment.article_id == Article.id)  # type: ignore[arg-type]
            .where(Attachment.name == "turflijst-ingevuld-scan.pdf")
        ).first()
        noor = session.exec(select(User).where(User.handle == "noor")).first()
    assert noor is not None
    client.sign_in(noor)
    assert "Bevat geen tekst die je met zoeken kunt vinden." in client.get(f"/kennis/{slug}").text


def test_a_file_that_is_found_partly_says_so_wherever_it_stands(client: Client, filed: Database) -> None:
    said = "Zoeken vindt alleen het eerste deel van de tekst."
    with filed.writing() as session:
        for file in session.exec(select(FileText).where(FileText.state == TextState.READ)).all():
            file.state = TextState.PARTLY
    hits = client.get("/zoeken?q=meetrapport+inline+keuring").text
    assert said in hits
    found = re.search(r'href="((/kennis/[a-z0-9-]+)/bijlagen/[a-z0-9.-]+\.pdf/pagina/\d+[^"]*)"><em>', hits)
    assert found is not None
    assert said in client.get(found[1].replace("&amp;", "&")).text
    assert said in client.get(found[2]).text
    in_english = client.get(f"/en{found[2]}").text
    assert "A search finds only the first part of its text." in in_english


def test_a_search_is_counted_kept_or_not_and_so_is_what_was_opened(client: Client, filed: Database) -> None:
    for _ in range(3):
        client.get("/zoeken?q=Cobot")
    client.get("/zoeken?q=qwxzvrt")
    client.get("/zoeken?q=cobot&soort=les")
    client.get("/zoeken?q=cobot&pagina=2")
    client.get("/zoeken?q=bel+0612345678")
    slug = re.search(r'href="/kennis/([a-z0-9-]+)"', client.get("/zoeken?q=cobot").text)
    assert slug is not None
    address = f"/kennis/{slug[1]}"
    for referer in ("http://proeftuin.example/zoeken?q=cobot", "http://elders.example/zoeken?q=cobot", None):
        client.get(address, headers={"referer": referer} if referer else {})
    assert counted(filed) == {"cobot": (4, 0, 1), "qwxzvrt": (1, 1, 0)}


def test_other_words_beside_kept_filters_are_a_new_question(client: Client, filed: Database) -> None:
    for _ in range(2):  # The second time it is a page that was kept.
        client.get("/zoeken?q=cobot&soort=les", headers={"referer": f"{HERE}/zoeken?q=lasrobot&soort=les"})
    client.get("/zoeken?q=zzgrblx&soort=les", headers={"referer": f"{HERE}/zoeken?q=cobot&soort=les"})
    for goes_on in ("soort=les&sorteer=nieuw", "soort=les&pagina=2", "soort=praktijkcase"):
        client.get(f"/zoeken?q=cobot&{goes_on}", headers={"referer": f"{HERE}/zoeken?q=cobot&soort=les"})
    client.get("/zoeken?q=cobot&soort=les&pagina=2", headers={"referer": f"{HERE}/zoeken?q=lasrobot"})
    client.get("/zoeken?q=cobot&soort=les", headers={"referer": "http://elders.example/zoeken?q=lasrobot"})
    # Nothing beside a filter does not say that the words find nothing.
    assert counted(filed) == {"cobot": (2, 0, 0), "zzgrblx": (1, 0, 0)}


def test_whatever_a_result_leads_to_is_an_opening_and_a_list_is_none(client: Client, filed: Database) -> None:
    page = client.get("/zoeken?q=cobot").text
    pieces = re.findall(r'class="stretched" href="/kennis/([a-z0-9-]+)"', page)
    opened = [
        f"/kennis/{pieces[0]}",
        f"/vergelijk?stuk={pieces[0]}&stuk={pieces[1]}",
        "/onderwerpen/robotlassen",
        "/proefprojecten/nul-fouten",
        "/organisaties/ziuz",
    ]
    lists = ["/kennis", "/kennis/lessen", "/kennis/lessen?pagina=2", "/onderwerpen", "/organisaties", "/zoeken", "/x"]
    for address in (*opened, *lists):
        client.get(address, headers={"referer": f"{HERE}/zoeken?q=cobot"})
    assert counted(filed)["cobot"] == (1, 0, len(opened))


def test_who_has_the_piece_already_opens_it_too(client: Client, filed: Database) -> None:
    client.get("/zoeken?q=cobot")
    came_from = {"referer": f"{HERE}/zoeken?q=cobot"}
    first = client.get(PIECE, headers=came_from)
    with Client() as other:  # Nothing is kept there yet: the page is made to see that it is the same.
        again = other.get(PIECE, headers=came_from | {"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert counted(filed)["cobot"] == (1, 0, 2)


def test_whoever_makes_up_where_they_come_from_fills_no_log(
    client: Client, filed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowances, "HEARD", 20)
    client.get("/zoeken?q=cobot")
    for number in range(100):
        client.get(PIECE, headers={"referer": f"{HERE}/zoeken?q=verzonnen+{number}"})
    written = (settings().data_dir / "searches" / "heard.jsonl").read_bytes().splitlines()
    assert 1 < len(written) <= 1 + 20
    assert counted(filed) == {"cobot": (1, 0, 0)}


def test_of_a_signed_in_reader_nothing_but_the_words_is_counted(client: Client, filed: Database) -> None:
    with filed.reading() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
    client.sign_in(sjoerd)
    client.get("/zoeken?q=cobot")
    assert counted(filed) == {"cobot": (1, 0, 0)}
    with filed.reading() as session:
        assert set(Asked.model_fields) == {"day", "language", "words", "times", "empty", "opened", "found"}
