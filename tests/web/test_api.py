"""The API's reading side: complete, correct, and nothing more than whoever asks may see."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from app.core import epoch, jobs
from app.core.database import Database
from app.people.actor import Actor, someone_passing_by
from app.people.models import Membership, Organisation, User
from app.people.signing_in import actor_for
from content import shelves
from content.access import seen_by
from content.models import Article, Piece, Revision, Stage
from content.publishing import move_to, show_to, withdraw
from content.snapshot import Visibility
from content.subjects import Topic
from search.keeping import file
from tests.web.client import Client

pytestmark = pytest.mark.whole

API = "/api/v1"
CASE = "cobotlassen-kleine-series-kwelderstaal"
EDITOR = Actor(name="test", is_steward=True)
LISTS = ("/articles", "/topics", "/pilots", "/organisations")
WRITTEN = {("POST", "/articles"), ("PATCH", f"/articles/{CASE}"), ("DELETE", f"/articles/{CASE}")}
"""What takes changes, from who may make them (`test_api_writing.py`)."""
ONES = ("/articles/" + CASE, "/topics/robot-welding", "/pilots/lascel-kleine-series", "/organisations/kwelderstaal")


def everything(client: Client, path: str, limit: int = 100) -> list[dict[str, Any]]:
    """A whole list, part by part."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        joint = "&" if "?" in path else "?"
        answer = client.get(f"{API}{path}{joint}limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        read = answer.json()
        assert set(read) == {"items", "next", "total"}
        found += read["items"]
        assert len(read["items"]) <= limit
        if read["next"] is None:
            assert len(found) == read["total"]
            return found
        cursor = f"&cursor={read['next']}"


def person(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


@pytest.fixture
def filed(seeded: Database) -> Database:
    """The example content, with what a search finds in it as the database has it; there is no engine."""
    with seeded.reading() as session:
        pieces = session.exec(select(Piece.id)).all()
    file(pieces)
    return seeded


# --- lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_the_same_in_whatever_parts_it_is_read(client: Client, path: str) -> None:
    whole = everything(client, path)
    assert len(whole) >= 10
    assert everything(client, path, limit=7) == whole
    slugs = [item["slug"] for item in whole]
    assert len(slugs) == len(set(slugs))


def test_articles_are_all_that_everybody_may_see_newest_first(client: Client, seeded: Database) -> None:
    read = everything(client, "/articles")
    with seeded.reading() as session:
        rows = session.exec(
            select(Article)
            .where(Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
            .order_by(col(Article.published_at).desc(), col(Article.id).desc())
        ).all()
    assert [item["slug"] for item in read] == [row.slug for row in rows]
    for item, row in zip(read, rows, strict=True):
        assert (item["title"], item["summary"], item["kind"], item["lang"]) == (
            row.title,
            row.summary,
            row.kind,
            row.language,
        )
        assert row.published_at is not None
        assert datetime.fromisoformat(item["published"]) == row.published_at.replace(microsecond=0)
        assert item["published"].endswith("Z")


@pytest.mark.parametrize("handle", ["sjoerd", "femke", "noor"])
def test_who_is_signed_in_walks_through_just_what_they_may_see(client: Client, seeded: Database, handle: str) -> None:
    with seeded.reading() as session:
        user = person(session, handle)
        visible = set(session.exec(select(Article.slug).where(seen_by(actor_for(session, user)))).all())
        public = set(session.exec(select(Article.slug).where(seen_by(someone_passing_by))).all())
    assert public < visible
    client.sign_in(user)
    assert {item["slug"] for item in everything(client, "/articles", limit=9)} == visible
    client.sign_out()
    assert {item["slug"] for item in everything(client, "/articles", limit=9)} == public


@pytest.mark.parametrize(
    "narrowed",
    [
        "kind=lesson",
        "kind=case_study&lang=en",
        "lang=nl",
        "topic=robot-welding",
        "topic=robotics",
        "topic=robot-welding&topic=machine-vision",
        "pilot=lascel-kleine-series",
        "organisation=kwelderstaal&kind=case_study",
        "kind=lesson&unknown=x&kind_=y",
    ],
)
def test_a_list_is_narrowed_by_what_is_asked(client: Client, seeded: Database, narrowed: str) -> None:
    pairs = [part.split("=") for part in narrowed.split("&")]
    with seeded.reading() as session:
        groups = {
            topic.slug: {topic.slug, *session.exec(select(Topic.slug).where(Topic.broader_id == topic.id)).all()}
            for topic in session.exec(select(Topic)).all()
        }
    topics = set().union(*(groups[value] for name, value in pairs if name == "topic"))
    wanted = dict(part.split("=") for part in narrowed.split("&"))
    expected = [
        item["slug"]
        for item in everything(client, "/articles")
        if item["kind"] == wanted.get("kind", item["kind"])
        and item["lang"] == wanted.get("lang", item["lang"])
        and (not topics or topics & {topic["slug"] for topic in item["topics"]})
    ]
    read = [item["slug"] for item in everything(client, f"/articles?{narrowed}", limit=3)]
    assert read
    if "pilot" in wanted or "organisation" in wanted:
        for slug in read:
            whole = client.get(f"{API}/articles/{slug}").json()
            named = {whole["owner"]["slug"], *(each["slug"] for each in whole["organisations"])}
            assert whole["pilot"]["slug"] == wanted.get("pilot", whole["pilot"]["slug"])
            assert wanted.get("organisation", CASE) in {*named, CASE}
    else:
        assert read == expected


def test_what_appears_meanwhile_moves_nothing_that_comes_after(client: Client, seeded: Database) -> None:
    before = everything(client, "/articles")
    first = client.get(f"{API}/articles?limit=10").json()
    with seeded.writing() as session:
        hidden = session.exec(select(Article).where(Article.visibility == Visibility.MEMBERS)).first()
        assert hidden is not None
        hidden.published_at = datetime.fromisoformat("2030-01-01T00:00:00Z")
        show_to(session, hidden, Visibility.EVERYONE, by=EDITOR, allowed=set())
    rest = client.get(f"{API}/articles?limit=100&cursor={first['next']}").json()
    assert [item["slug"] for item in (*first["items"], *rest["items"])] == [item["slug"] for item in before]
    assert rest["total"] == len(before) + 1


BAD = (
    ("/articles?limit=0", "limit"),
    ("/articles?limit=101", "limit"),
    ("/articles?limit=-1", "limit"),
    ("/articles?limit=", "limit"),
    ("/articles?limit=1e3", "limit"),
    ("/articles?limit=" + "9" * 400, "limit"),
    ("/articles?cursor=x", "cursor"),
    ("/articles?cursor=" + "1" * 500, "cursor"),
    ("/articles?cursor=1-1-1", "cursor"),
    ("/articles?cursor=99999999999999999999-1", "cursor"),
    ("/articles?kind=artikel", "kind"),
    ("/articles?kind=", "kind"),
    ("/articles?kind='%20OR%201=1", "kind"),
    ("/articles?lang=de", "lang"),
    ("/articles?topic=niets", "topic"),
    ("/articles?topic=robot-welding&topic=", "topic"),
    ("/articles?" + "topic=cobots&" * 21, "topic"),
    ("/articles?pilot=niets", "pilot"),
    ("/articles?organisation=niets", "organisation"),
    ("/topics?cursor=bm9wZQ", "cursor"),
    ("/pilots?cursor=1-1", "cursor"),
    ("/organisations?limit=x", "limit"),
    ("/search?limit=0", "limit"),
    ("/search?page=0", "page"),
    ("/search?kind=x", "kind"),
    ("/search?lang=fy", "lang"),
    ("/search?sort=random", "sort"),
    ("/search?distance=ver", "distance"),
    ("/search?distance=25", "distance"),
    ("/search?improvement=20", "improvement"),
    ("/search?indicator=oee&indicator=rework&improvement=20", "improvement"),
    ("/search?sort=effect&q=cobot", "sort"),
    ("/suggest?lang=x", "lang"),
)


def test_a_value_that_does_not_fit_is_told_with_its_name_and_never_repeated(client: Client) -> None:
    for path, field in BAD:
        answer = client.get(API + path)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), path
        told = answer.json()
        assert (told["status"], told["field"], told["title"]) == (400, field, "Bad Request"), path
        assert len(told["detail"]) > 15
        assert path.rpartition("=")[2] not in told["detail"] or len(path.rpartition("=")[2]) < 3, path
        assert answer.headers["cache-control"] == "no-store"


# --- one article -------------------------------------------------------------------------------------------------


def test_every_public_article_can_be_read_whole(client: Client, seeded: Database) -> None:
    for item in everything(client, "/articles"):
        answer = client.get(f"{API}/articles/{item['slug']}")
        assert answer.status_code == 200
        whole = answer.json()
        assert {name: whole[name] for name in item} == item
        with seeded.reading() as session:
            article = session.exec(select(Article).where(Article.slug == item["slug"])).one()
            revision = session.get_one(Revision, article.live_revision_id)
        assert whole["markdown"] == revision.content.body
        assert (
            re.sub(r"http://proeftuin\.example(?:/en)?/kennis/" + item["slug"] + "#", "#", whole["html"]).replace(
                "http://proeftuin.example", ""
            )
            == revision.html
        )
        assert whole["told"] == revision.content.telling(article.kind).model_dump(mode="json")
        assert [author["name"] for author in whole["authors"]]
        assert whole["versions"][0]["is_live"]
        assert [version["number"] for version in whole["versions"]] == list(range(article.live_number, 0, -1))


def test_a_case_tells_its_figures(client: Client) -> None:
    whole = client.get(f"{API}/articles/{CASE}").json()
    assert whole["metric"] == whole["metrics"][0]
    first = whole["metrics"][0]
    assert first["change_percent"] == pytest.approx(
        100 * (first["result"] - first["baseline"]) / first["baseline"], 0.01
    )
    assert whole["told"]["metrics"][0]["name"] == first["name"]
    assert whole["investment_eur"] == whole["told"]["investment_eur"]
    assert whole["licence"] == {"id": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    assert whole["pilot"]["slug"] == "lascel-kleine-series"
    assert [each["lang"] for each in whole["translations"]] == ["en"]
    english = client.get(f"{API}/articles/{whole['translations'][0]['slug']}").json()
    assert (english["piece"], english["lang"]) == (whole["piece"], "en")
    assert english["url"].startswith("http://proeftuin.example/en/kennis/")


def test_versions_of_an_article(client: Client) -> None:
    read = client.get(f"{API}/articles/papierloze-werkorder-esdoorn/versions").json()
    assert [(version["number"], version["is_live"]) for version in read["items"]] == [(2, True), (1, False)]
    assert read["items"][1]["url"].endswith("/kennis/papierloze-werkorder-esdoorn/v/1")
    assert read["total"] == 2
    assert read["items"] == client.get(f"{API}/articles/papierloze-werkorder-esdoorn").json()["versions"]


def test_a_company_that_is_not_named_is_named_nowhere(client: Client) -> None:
    whole = client.get(f"{API}/articles/nesten-met-reststukken").json()
    assert (whole["organisation"], whole["municipality"]) == (None, None)
    assert set(whole["anonymous"]) == {"sector", "size_band", "province"}
    assert whole["told"]["company_size_fte"] is None
    assert all(each["part"] == "knowledge_partner" for each in whole["organisations"])


def test_a_file_for_members_is_told_to_members_alone(client: Client, seeded: Database) -> None:
    path = f"{API}/articles/inline-vision-spuitgieten-terp"
    assert not [file for file in client.get(path).json()["files"] if file["name"].endswith(".csv")]
    with seeded.reading() as session:
        sjoerd = person(session, "sjoerd")
    files = client.sign_in(sjoerd).get(path).json()["files"]
    (csv,) = [file for file in files if file["name"].endswith(".csv")]
    assert csv["url"] == f"http://proeftuin.example/kennis/inline-vision-spuitgieten-terp/bijlagen/{csv['name']}"
    assert csv["size"] > 0


# --- what is not there, was moved or was taken back ----------------------------------------------------------------


@pytest.mark.parametrize("door", ["", "/versions"])
def test_what_may_not_be_seen_and_what_is_not_are_told_alike(client: Client, seeded: Database, door: str) -> None:
    nothing = client.get(f"{API}/articles/er-is-niets{door}")
    assert nothing.status_code == 404
    with seeded.reading() as session:
        hidden = session.exec(select(Article.slug).where(Article.visibility != Visibility.EVERYONE)).all()
        unborn = session.exec(
            select(Article.slug).where(col(Article.stage).not_in([Stage.PUBLISHED, Stage.WITHDRAWN]))
        ).all()
    assert hidden
    assert unborn
    for slug in (*hidden, *unborn):
        answer = client.get(f"{API}/articles/{slug}{door}")
        assert (answer.status_code, answer.json()) == (404, nothing.json())
        assert answer.headers.keys() == nothing.headers.keys()


def test_a_withdrawn_article_tells_why_and_what_to_read(client: Client) -> None:
    for door in ("", "/versions"):
        answer = client.get(f"{API}/articles/rfid-op-elk-product{door}")
        assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json")
        told = answer.json()
        assert told["reason"]["nl"] != told["reason"]["en"]
        assert told["successor"]["slug"] == "papierloze-werkorder-esdoorn"
        assert told["withdrawn"].endswith("Z")
        assert answer.headers["cache-control"] == "no-store"


def test_a_withdrawn_article_is_gone_at_the_next_request(client: Client, seeded: Database) -> None:
    known = {path: client.get(API + path).headers["etag"] for path in ("/articles?limit=100", f"/articles/{CASE}")}
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == CASE)).one()
        withdraw(session, article, by=EDITOR, reason_nl="De cijfers klopten niet.")
    for path, tag in known.items():
        answer = client.get(API + path, headers={"if-none-match": tag})
        assert answer.status_code in (200, 410)
        assert CASE not in answer.text
    assert client.get(f"{API}/articles/{CASE}").json()["successor"] is None


def test_the_successor_of_a_withdrawn_article_is_told_to_those_who_may_see_it(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        successor = session.exec(select(Article).where(Article.slug == "papierloze-werkorder-esdoorn")).one()
        for article in session.exec(select(Article).where(Article.piece_id == successor.piece_id)).all():
            show_to(session, article, Visibility.MEMBERS, by=EDITOR, allowed=set())
    assert client.get(f"{API}/articles/rfid-op-elk-product").json()["successor"] is None


def test_an_old_address_leads_to_the_new_one_for_those_who_may_see_it(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == CASE)).one()
        move_to(session, article, "lascobot", by=EDITOR)
    for door in ("", "/versions"):
        answer = client.get(f"{API}/articles/{CASE}{door}?a=b")
        assert (answer.status_code, answer.headers["location"]) == (301, f"{API}/articles/lascobot{door}?a=b")
        assert answer.headers["cache-control"] == "no-store"
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == "lascobot")).one()
        show_to(session, article, Visibility.MEMBERS, by=EDITOR, allowed=set())
    assert client.get(f"{API}/articles/{CASE}").status_code == 404


# --- subjects ----------------------------------------------------------------------------------------------------


def test_a_topic_counts_the_pieces_that_whoever_asks_may_see(client: Client, seeded: Database) -> None:
    for handle in (None, "sjoerd", "noor"):
        with seeded.reading() as session:
            user = person(session, handle) if handle else None
            actor = actor_for(session, user) if user else someone_passing_by
            counts = shelves.counts_by_topic(session, actor)
            expected = {topic.slug: counts.get(topic.id, 0) for topic in session.exec(select(Topic)).all()}
        if user:
            client.sign_in(user)
        assert {topic["slug"]: topic["pieces"] for topic in everything(client, "/topics")} == expected


def test_every_subject_can_be_read_by_its_key_and_has_what_its_list_tells(client: Client) -> None:
    for path in ("/topics", "/pilots", "/organisations"):
        for item in everything(client, path):
            answer = client.get(f"{API}{path}/{item['slug']}")
            assert answer.status_code == 200, answer.text
            assert {name: answer.json()[name] for name in item} == item


def test_a_group_tells_its_topics_and_a_topic_its_group(client: Client) -> None:
    group = client.get(f"{API}/topics/robotics").json()
    assert group["broader"] is None
    assert "robot-welding" in {topic["slug"] for topic in group["narrower"]}
    assert client.get(f"{API}/topics/robot-welding").json()["broader"] == "robotics"


def test_a_pilot_tells_what_it_brought_as_far_as_it_may_be_seen(client: Client, seeded: Database) -> None:
    path = f"{API}/pilots/lascel-kleine-series"
    before = client.get(path).json()
    assert CASE in {article["slug"] for article in before["articles"]}
    assert before["goals"][0]["target"]
    assert [phase["state"] for phase in before["phases"]] == ["done"] * 4
    with seeded.writing() as session:
        piece = session.exec(select(Article.piece_id).where(Article.slug == CASE)).one()
        for article in session.exec(select(Article).where(Article.piece_id == piece)).all():
            show_to(session, article, Visibility.MEMBERS, by=EDITOR, allowed=set())
    assert CASE not in client.get(path).text


def test_an_organisation_that_was_refused_is_not_there(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        organisation = session.exec(select(Organisation).where(Organisation.slug == "kwelderstaal")).one()
        organisation.admission = "refused"
        session.add(organisation)
        session.connection().exec_driver_sql("UPDATE epoch SET number = number + 1")
    assert client.get(f"{API}/organisations/kwelderstaal").status_code == 404
    assert "kwelderstaal" not in {item["slug"] for item in everything(client, "/organisations")}
    assert client.get(f"{API}/articles?organisation=kwelderstaal").status_code == 400


def test_nothing_of_a_person_is_told_but_what_they_want(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        people = session.exec(select(User)).all()
        memberships = session.exec(select(Membership)).all()
    assert memberships
    answers = [client.get(f"{API}{path}").text for path in ONES]
    answers += [str(everything(client, path)) for path in LISTS]
    for user in people:
        assert not [answer for answer in answers if user.mail in answer]
        if not user.has_profile:
            assert not [answer for answer in answers if f'"handle":"{user.handle}"' in answer]


# --- searching ---------------------------------------------------------------------------------------------------


def test_a_search_answers_with_everything_that_was_promised(filed: Database) -> None:
    with Client() as client:
        read = client.get(f"{API}/search?q=lasrobot&limit=5").json()
    assert set(read) == {
        *("items", "total", "facets", "corrected", "groups", "degraded", "notices", "took_ms"),
    }
    assert read["degraded"] is True
    assert read["total"] >= len(read["items"]) >= 1
    first = read["items"][0]
    promised = {
        "slug",
        "kind",
        "lang",
        "title",
        "summary",
        "title_html",
        "snippet_html",
        "url",
        "organisation",
        "topics",
    }
    assert promised | {"metric", "investment_eur", "published"} <= set(first)
    assert "<mark>" in first["title_html"] + first["snippet_html"]
    assert set(read["facets"]["kind"][0]) == {"value", "label", "count"}
    assert set(read["groups"]) == {"pilots", "organisations"}


def test_a_search_without_words_finds_what_may_be_seen(filed: Database) -> None:
    with Client() as client, filed.reading() as session:
        for handle in (None, "sjoerd", "noor"):
            user = person(session, handle) if handle else None
            if user:
                client.sign_in(user)
            actor = actor_for(session, user) if user else someone_passing_by
            pieces = sum(shelves.counts_by_kind(session, actor).values())
            read = client.get(f"{API}/search?limit=100").json()
            assert read["total"] == len(read["items"]) == pieces
            assert sum(count["count"] for count in read["facets"]["kind"]) == pieces


def test_a_search_in_english_shows_and_labels_in_english(filed: Database) -> None:
    with Client() as client:
        dutch = client.get(f"{API}/search?q=cobot&topic=robot-welding").json()
        english = client.get(f"{API}/search?q=cobot&topic=robot-welding&lang=en").json()
    assert {item["piece"] for item in dutch["items"]} == {item["piece"] for item in english["items"]}
    assert {"nl"} == {item["lang"] for item in dutch["items"]}
    assert "en" in {item["lang"] for item in english["items"]}
    labels = [{one["value"]: one["label"] for one in read["facets"]["kind"]} for read in (dutch, english)]
    assert labels[0].keys() == labels[1].keys()
    assert labels[1]["case_study"] == "Case"


@pytest.mark.parametrize("path", [f"{API}/search?q=lasrobot", f"{API}/suggest?q=las", "/zoeken/suggesties?q=las"])
def test_what_was_answered_without_the_engine_is_kept_by_nobody(filed: Database, path: str) -> None:
    with Client() as client:
        assert client.get(f"{API}/search?q=lasrobot").json()["degraded"]
        client.get(path)
        queries = count_queries(filed, lambda: client.get(path))
    assert queries > 0


def test_suggestions_lead_somewhere(filed: Database) -> None:
    with Client() as client:
        read = client.get(f"{API}/suggest?q=robot").json()["items"]
        assert {"topic", "search"} <= {item["kind"] for item in read}
        for item in read:
            if item["kind"] == "topic":
                assert client.get(f"{API}/topics/{item['slug']}").json()["name"]["nl"]
            if item["kind"] == "piece":
                assert client.get(f"{API}/articles/{item['slug']}").status_code == 200
        assert client.get(f"{API}/suggest").json() == {"items": []}
        assert client.get(f"{API}/suggest?q={'x' * 5000}").status_code == 200


@pytest.mark.slow
def test_every_page_that_an_answer_names_is_there(filed: Database) -> None:
    with Client() as client:
        read: list[Any] = [everything(client, path) for path in LISTS]
        read += [
            client.get(f"{API}{path}/{item['slug']}").json() for path in LISTS for item in everything(client, path)
        ]
        read += [client.get(f"{API}/{asked}").json() for asked in ("search?q=kwelderstaal", "suggest?q=las&lang=en")]
        pages = {address for address in named_pages(read) if address.startswith("http://proeftuin.example")}
        assert len(pages) > 150
        assert {page: status for page in sorted(pages) if (status := client.get(page).status_code) != 200} == {}


def named_pages(told: Any) -> Iterator[str]:
    for name, value in told.items() if isinstance(told, dict) else enumerate(told):
        if name == "url" and value is not None:
            yield value
        elif isinstance(value, dict | list):
            yield from named_pages(value)


# --- tags, keeping and methods -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*LISTS, *ONES, f"/articles/{CASE}/versions"])
def test_an_answer_for_everybody_has_a_tag_and_is_asked_about_each_time(client: Client, path: str) -> None:
    answer = client.get(API + path)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-cache"
    assert "cookie" in answer.headers["vary"].lower()
    again = client.get(API + path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(API + path).headers["etag"] == answer.headers["etag"]


def test_an_answer_for_one_person_is_kept_by_nobody(client: Client, seeded: Database) -> None:
    with seeded.reading() as session:
        noor = person(session, "noor")
    client.sign_in(noor)
    for path in (*LISTS, *ONES):
        answer = client.get(API + path)
        assert answer.headers["cache-control"] == "private, no-store"
        assert "etag" not in answer.headers
    client.sign_out()
    assert client.get(f"{API}/articles").headers["cache-control"] == "no-cache"


def test_a_session_that_is_none_is_nobodys(client: Client) -> None:
    whole = client.get(f"{API}/articles").json()
    client.carry("proeftuin", "no-such-token")
    answer = client.get(f"{API}/articles")
    assert answer.json() == whole
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_else_can_be_changed_yet(client: Client, method: str) -> None:
    for path in (*LISTS, *ONES, "/search", "/suggest"):
        if (method, path) in WRITTEN:
            continue
        answer = client.request(method, API + path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_door_that_is_not_built_is_not_there(client: Client) -> None:
    for path in ("/api/v1", "/api/v2/articles", "/api/v1/webhooks", "/api/v1/articles/x/figures"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


# --- queries -----------------------------------------------------------------------------------------------------


def count_queries(database: Database, do: Any) -> int:
    """How many queries that takes, but for the look at the epoch, which PostgreSQL is asked for by the clock."""
    counted = 0

    def one(_connection: object, _cursor: object, statement: str, *_any: object) -> None:
        nonlocal counted
        counted += "FROM epoch" not in statement

    event.listen(database.engine, "before_cursor_execute", one)
    try:
        do()
    finally:
        event.remove(database.engine, "before_cursor_execute", one)
    return counted


@pytest.mark.parametrize("path", LISTS)
def test_a_longer_list_asks_the_database_no_more_often(client: Client, seeded: Database, path: str) -> None:
    asked = []
    for limit in (2, 40):
        with seeded.writing() as session:
            epoch.move(session)  # so that nothing is remembered of the time before
        asked.append(count_queries(seeded, lambda limit=limit: client.get(f"{API}{path}?limit={limit}")))
    assert asked[0] == asked[1] <= 8


def test_what_is_kept_asks_the_database_nothing(client: Client, seeded: Database) -> None:
    client.get(f"{API}/articles")
    assert count_queries(seeded, lambda: client.get(f"{API}/articles")) == 0


def test_every_event_of_these_tests_was_registered() -> None:
    assert jobs.registered()
