"""Every form of every page against those who send something else: from elsewhere, without its token, with more in it.

The forms are not listed here: they are read from the pages, as people of six kinds see them. Each is sent on a copy of
one database, and what came of it is compared row by row. Every test has a control that turns red.
"""

import enum
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, get_args
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import event
from sqlmodel import Session, SQLModel, col, func, select

import app.tables  # noqa: F401 - every table there is
from app.core import limits
from app.core.mail import PostedLetter
from app.people import access, places
from app.people.models import Membership, Role, User
from app.people.places import places_of
from app.web import forms as forms_room
from app.web import gate
from tests.counts import FULL, full
from tests.databases import SQLiteTemplates
from tests.journeys.pages import TYPES
from tests.promises.rights import ROLES, Stage
from tests.promises.sending import Ground, Sending, filled, forms_of, post, route_taking, rows_of
from tests.promises.test_rights import operations

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PEOPLE: Final = {role: ROLES[role] for role in ("stranger", "applicant", "editor", "owner", "other", "steward")}
"""Who sends forms. `other` sends what the others see."""

OPEN: Final = frozenset(
    {
        "/aanmelden",
        "/inloggen",
        "/melden",
        "/onderwerpen/{slug}/volgen",
        "/uitnodiging/stuk/{token}/code",
        "/uitnodiging/{token}",
    }
)
"""Forms of pages that are nobody's own: they carry no token, and are judged by where they come from alone."""

PERSONAL: Final = ("/aanmelden", "/beheer", "/beoordelen", "/instellingen", "/kennis/", "/schrijven", "/vragen")

NO_PAGE: Final = re.compile(r"^/(api|feeds)/|\.\w+$")

LEAVING: Final = frozenset({"/uitloggen", "/instellingen/sessies", "/instellingen/gegevens/wissen"})
"""What ends the session that the others are sent in."""

ELSEWHERE: Final = "https://evil.example"


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def ground(
    sqlite_templates: SQLiteTemplates, tmp_path_factory: pytest.TempPathFactory, stage: Stage
) -> Iterator[Ground]:
    """The example content with something waiting at every door."""
    folder = tmp_path_factory.mktemp("forms")
    return Ground(folder / "proeftuin.db", filled(sqlite_templates.copy("seeded", folder), folder, stage), PEOPLE)


@pytest.fixture(scope="module")
def sendings(ground: Ground, stage: Stage) -> list[Sending]:
    """Every form that somebody sees, once for each of its buttons."""
    found: dict[tuple[Any, ...], Sending] = {}
    for role, handle in PEOPLE.items():
        if role == "other":
            continue
        paths = {stage.address(method, path) for method, path in operations() if method == "GET"}
        paths |= {one.path for one in TYPES if one.person in (handle, "") and one.path}
        with ground.being(role) as (client, _database, _token):
            if not FULL and role in ("applicant", "editor", "steward"):
                # What they see of public pages the owner sees too.
                paths = {path for path in paths if path.startswith(PERSONAL)}
            for path in sorted(path for path in paths if not NO_PAGE.search(path)):
                answer = client.get(path)
                if answer.status_code != 200 or 'method="post"' not in answer.text:
                    continue
                for sending in forms_of(role, path, answer.text):
                    pressed = tuple(pair for pair in sending.pairs if pair[0] in ("doe", "weg", "naar"))
                    names = tuple(sorted({name for name, _value in sending.pairs}))
                    found.setdefault((role, route_taking(sending.action), pressed, names), sending)
    return list(found.values())


def some(sendings: Iterable[Sending], every: int) -> list[Sending]:
    """All of them at full counts, else every so many-th."""
    return list(itertools.islice(sendings, 0, None, full(1, every)))


# --- from elsewhere, and without its token --------------------------------------------------------------------------


def taken_all_the_same(ground: Ground, sendings: Iterable[Sending], origin: str) -> list[str]:
    """Which of these were not refused, or changed something. All of a role go to one copy: nothing may change."""
    found = []
    for role, theirs in itertools.groupby(sendings, key=lambda one: one.role):
        with ground.being(role) as (client, database, token):
            before = rows_of(database)
            for one in theirs:
                answer = post(client, one, token, origin=origin)
                after = rows_of(database)
                if answer.status_code != 403 or after != before:
                    found.append(one.what)
                before = after
    return found


def test_forms_of_every_kind_were_found(sendings: list[Sending]) -> None:
    assert len(sendings) > full(200, 120)
    assert len({route_taking(one.action) for one in sendings}) > 60
    assert {route_taking(one.action) for one in sendings if not one.has_token} == OPEN


def test_no_form_is_taken_from_a_page_of_others(ground: Ground, sendings: list[Sending]) -> None:
    assert taken_all_the_same(ground, some(sendings, 4), ELSEWHERE) == []


@pytest.mark.parametrize("token", ["", "of another session"])
def test_no_form_of_a_personal_page_is_taken_without_the_token_of_its_session(
    ground: Ground, sendings: list[Sending], token: str
) -> None:
    sealed = [one.without("token") for one in sendings if one.has_token]
    wrong = [one.with_pairs([("token", token)]) for one in sealed] if token else sealed
    assert taken_all_the_same(ground, some(wrong, 4), "") == []


def test_a_house_that_forgets_the_token_would_be_seen(
    ground: Ground, sendings: list[Sending], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms_room, "is_form_token", lambda _here, _token: True)
    sealed = [one.without("token") for one in sendings if one.has_token and one.action not in LEAVING][:12]
    assert len(taken_all_the_same(ground, sealed, "")) == len(sealed)


def test_a_house_that_forgets_where_a_form_comes_from_would_be_seen(
    ground: Ground, sendings: list[Sending], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "comes_from_here", lambda _scope: True)
    assert len(taken_all_the_same(ground, sendings[:12], ELSEWHERE)) == 12


# --- with more in it than was asked ---------------------------------------------------------------------------------

WANTED: Final = {"role": "owner", "admission": "admitted", "state": "active", "stage": "published"}


def _most_wanted(name: str, kind: Any) -> str:
    """What somebody would like to have in a column."""
    if name in WANTED:
        return WANTED[name]
    kinds = [one for one in (kind, *get_args(kind)) if isinstance(one, type)]
    if any(issubclass(one, enum.Enum) for one in kinds):
        return str(list(next(one for one in kinds if issubclass(one, enum.Enum)))[-1].value)
    if bool in kinds:
        return "true"
    if int in kinds:
        return "2"
    return "2001-01-01T00:00:00+00:00" if datetime in kinds else f"{MARK}-{name}"


MARK: Final = "erbij-gezet"


def every_column() -> dict[str, str]:
    """Name of every column of every table -> what to send for it."""
    rows = [mapper.class_ for mapper in SQLModel._sa_registry.mappers]  # type: ignore[attr-defined]
    found = {
        name: _most_wanted(name, field.annotation)
        for row in rows
        for name, field in getattr(row, "model_fields", {}).items()
    }
    assert {"is_steward", "role", "admission", "owner_id", "token_digest", "is_public"} & set(found) >= {
        "is_steward",
        "role",
        "admission",
        "owner_id",
        "token_digest",
    }
    return found


def asked_by_route(sendings: Iterable[Sending]) -> dict[str, set[str]]:
    """Route -> every field of every form that it takes: the same door asks more of some than of others."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in sendings:
        found[route_taking(one.action)] |= {name for name, _value in one.pairs}
    return found


def differing(
    ground: Ground, sendings: Iterable[Sending], more: dict[str, str], asked: dict[str, set[str]]
) -> tuple[list[str], int]:
    """Which forms did something else with these besides, and how many changed something at all."""
    found, fruitful = [], 0
    for one in sendings:
        known = asked[route_taking(one.action)]
        added = one.with_pairs((name, value) for name, value in more.items() if name not in known)
        plain, full_up = ground.send(one), ground.send(added)
        fruitful += bool(plain.changed)
        # Where files come in few fields may, and a field of the same door that the page leaves out may not fit.
        is_refused_whole = full_up.status in (400, 422) and not full_up.changed
        same = (plain.status, plain.location, plain.changed) == (full_up.status, full_up.location, full_up.changed)
        if not same and not is_refused_whole:
            rows = {
                key for key in {*plain.changed, *full_up.changed} if plain.changed.get(key) != full_up.changed.get(key)
            }
            found.append(f"{one.what}: {plain.status} {plain.location}, {full_up.status} {full_up.location}, {rows}")
    return found, fruitful


def test_no_form_sets_a_column_that_it_does_not_ask_for(
    ground: Ground, sendings: list[Sending], record_property: Callable[[str, object], None]
) -> None:
    """Every form, plainly and with every column there is: the same answer, and the same rows to the last letter."""
    chosen, more = some(sendings, 12), every_column()
    found, fruitful = differing(ground, chosen, more, asked_by_route(sendings))
    record_property("forms", len(chosen))
    record_property("forms that changed something", fruitful)
    record_property("columns", len(more))
    assert found == []
    assert fruitful > 0.6 * len(chosen)


def test_a_form_that_is_poured_over_its_row_would_be_seen(ground: Ground, sendings: list[Sending]) -> None:
    """The control: whatever was sent is set on whatever changes, as careless code does."""
    sent: list[dict[str, str]] = []
    whole = forms_room.Form.__init__

    def remembering(self: forms_room.Form, values: Any = None, **more: Any) -> None:
        whole(self, values, **more)
        sent.append(self.values)

    def pour(session: Session, *_more: object) -> None:
        for row in session.dirty:
            for name in ("is_steward", "hides_me", "website"):
                if sent and name in sent[-1] and hasattr(row, name):
                    setattr(row, name, True if name == "is_steward" else sent[-1][name])

    profile = [one for one in sendings if one.action == "/instellingen/profiel" and one.role != "steward"]
    assert profile
    event.listen(Session, "before_flush", pour)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(forms_room.Form, "__init__", remembering)
            found, _fruitful = differing(ground, profile, {"is_steward": "true"}, asked_by_route(sendings))
    finally:
        event.remove(Session, "before_flush", pour)
    assert len(found) == len(profile)


# --- leading away ---------------------------------------------------------------------------------------------------

AWAY: Final = ("https://evil.example/", "//evil.example/", "/\\evil.example/", "/\t/evil.example/")
LEADING: Final = ("naar", "next", "terug", "url", "return", "redirect", "back", "wanted", "van")


def leading_away(ground: Ground, sendings: Iterable[Sending], there: str) -> list[str]:
    """Which forms lead out of the site. What each changes does not matter here, so that all go to one copy."""
    found = []
    for role, theirs in itertools.groupby(sendings, key=lambda one: one.role):
        with ground.being(role) as (client, _database, token):
            for one in theirs:
                asked = {name for name, _value in one.pairs}
                for changed in (
                    one.with_pairs((name, there) for name in LEADING if name not in asked),
                    replace(one, pairs=tuple((n, there if n in LEADING else v) for n, v in one.pairs)),
                ):
                    leads_to = post(client, changed, token).headers.get("location", "/")
                    if urlsplit(urljoin("http://proeftuin.example", leads_to)).netloc != "proeftuin.example":
                        found.append(one.what)
    return found


@pytest.mark.parametrize("there", AWAY)
def test_no_form_leads_out_of_the_site(ground: Ground, sendings: list[Sending], there: str) -> None:
    stays = [one for one in sendings if one.action not in LEAVING]
    assert leading_away(ground, some(stays, 8), there) == []


# --- what belongs to somebody else ----------------------------------------------------------------------------------

OWN_WORDS: Final = frozenset(
    {
        "auditentry",
        "delivery",
        "followrequest",
        "job",
        "joindraft",
        "mailcode",
        "message",
        "notice",
        "postedletter",
        "pseudonym",
        "question",
        "report",
    }
)
"""Tables in which a stranger to an organisation may make rows that name it: a question to it, a report about it."""


def strangers(sendings: Iterable[Sending], own: str) -> list[Sending]:
    """What people of the lab and stewards see, as the owner of another organisation would send it."""
    found: dict[tuple[str, Any], Sending] = {}
    for one in sendings:
        if one.role in ("editor", "owner", "steward") and one.has_token and one.action not in LEAVING:
            theirs = replace(one, role="other")
            in_own_name = replace(theirs, pairs=tuple((n, own if n == "van" else v) for n, v in one.pairs))
            found |= {(each.action, each.pairs): each for each in (theirs, in_own_name)}
    return list(found.values())


def touched(ground: Ground, sendings: Iterable[Sending]) -> list[str]:
    """What these change of others: a row that is not the sender's own, or a new one that gives something away."""
    found = []
    for one in sendings:
        for (table, _number), (before, after) in ground.send(one).changed.items():
            row = before or after or {}
            is_own = row.get("user_id") == AAFKE["user"] or row.get("organisation_id") == AAFKE["organisation"]
            is_own |= table == "user_account" and row["id"] == AAFKE["user"]
            is_own |= table == "organisation" and row["id"] == AAFKE["organisation"]
            if not is_own and (before is not None or table not in OWN_WORDS):
                found.append(f"{one.what}: {table}")
    return found


AAFKE: dict[str, int] = {}


@pytest.fixture(scope="module")
def strange(ground: Ground, sendings: list[Sending]) -> list[Sending]:
    """All of these."""
    with ground.being("other") as (client, database, _token), database.reading() as session:
        user = session.exec(select(User).where(User.handle == ROLES["other"])).one()
        ((place, organisation),) = places_of(session, user.id)
        assert place.role == Role.OWNER
        AAFKE.update(user=user.id, organisation=organisation.id)
        own = organisation.slug
        # A draft that they may read for another reason, such as that their organisation stands on it, is not strange.
        open_to_them = {page for page in {one.page for one in sendings} if client.get(page).status_code == 200}
    their_pages = ("/beoordelen/", "/schrijven/")
    found = strangers(sendings, own)
    return [one for one in found if not (one.page.startswith(their_pages) and one.page in open_to_them)]


def test_nobody_changes_what_is_of_others_by_its_number(ground: Ground, strange: list[Sending]) -> None:
    assert len(strange) > 100
    assert touched(ground, some(strange, 8)) == []


def test_a_house_that_asks_nobody_who_they_are_would_be_seen(
    ground: Ground, strange: list[Sending], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access.require_owner, "__code__", (lambda actor, organisation_id: None).__code__)
    any_place = lambda session, organisation, id_: session.get(Membership, id_)  # noqa: E731
    monkeypatch.setattr(places.place_numbered, "__code__", any_place.__code__)
    ending = [one for one in strange if one.action.startswith("/instellingen/collegas/einde")]
    assert touched(ground, ending) != []


# --- mail by the bag ------------------------------------------------------------------------------------------------

TIMES: Final = 40
MOST_LETTERS: Final = 10
"""That one address gets because somebody else presses the same buttons again and again, within a moment."""


def letters_of(ground: Ground, presses: Sequence[Sending], times: int = TIMES) -> int:
    """How many letters the address gets that gets most, when somebody does this again and again."""
    with ground.being(presses[0].role) as (client, database, token):
        with database.reading() as session:
            before = session.exec(select(func.count()).select_from(PostedLetter)).one()
        for _time in range(times):
            for one in presses:
                post(client, one, token)
        with database.reading() as session:
            rows = session.exec(select(PostedLetter.to).order_by(col(PostedLetter.id)).offset(before)).all()
    return max(Counter(rows).values(), default=0)


def test_no_form_fills_a_mailbox(
    ground: Ground, sendings: list[Sending], record_property: Callable[[str, object], None]
) -> None:
    """Every form is tried; those that send nothing at all send nothing at the fortieth time either."""
    found = {one.what: letters_of(ground, [one]) for one in some(sendings, 10)}
    record_property("forms that sent letters", sum(map(bool, found.values())))
    record_property("letters to one address at most", max(found.values()))
    assert {what: count for what, count in found.items() if count > MOST_LETTERS} == {}


def test_a_house_without_limits_would_be_seen(
    ground: Ground, sendings: list[Sending], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits.take, "__code__", (lambda session, *, what, who, most, within: None).__code__)
    signing_in = next(one for one in sendings if (one.role, one.action) == ("stranger", "/inloggen"))
    assert letters_of(ground, [signing_in]) == TIMES


def pressed(sendings: Iterable[Sending], role: str, action: str, **told: str) -> Sending:
    """The form with this button."""
    return next(
        one
        for one in sendings
        if (one.role, route_taking(one.action)) == (role, action) and told.items() <= dict(one.pairs).items()
    )


def loops(sendings: list[Sending]) -> dict[str, list[Sending]]:
    """What is done and undone again: each may send a letter once more."""
    asking = pressed(sendings, "applicant", "/instellingen/organisatie/erbij")
    taking_back = pressed(sendings, "applicant", "/instellingen/organisatie/intrekken")
    inviting = pressed(sendings, "owner", "/instellingen/collegas/uitnodigen")
    ending = pressed(sendings, "owner", "/instellingen/collegas/uitnodiging", doe="intrekken")
    crediting = pressed(sendings, "owner", "/schrijven/{id}/auteurs", doe="vraag")
    uncrediting = pressed(sendings, "owner", "/schrijven/{id}/auteurs", doe="intrekken")

    def numbered(one: Sending, name: str, numbers: Iterable[int]) -> list[Sending]:
        return [one.without(name).with_pairs([(name, str(number))]) for number in numbers]

    company = next(
        one
        for one in sendings
        if (one.role, one.action) == ("applicant", "/aanmelden")
        and "naar" not in dict(one.pairs)
        and "sector" in dict(one.pairs)
    )
    topics = Sending("applicant", "", "/aanmelden/onderwerpen", (("onderwerp", "robotics"), ("vaak", "weekly")))
    joining = [company, topics, Sending("applicant", "", "/aanmelden/controleren", (("token", ""),))]
    return {
        "join": joining,
        "join and take it back": [*joining, *numbered(taking_back, "aanmelding", range(1, 20))],
        "ask for a place and take it back": [asking, *numbered(taking_back, "aanmelding", range(1, 20))],
        "invite and withdraw": [inviting, *numbered(ending, "uitnodiging", range(1, 20))],
        "ask an author and take it back": [crediting, *numbered(uncrediting, "vraag", range(1, 20)), uncrediting],
    }


LOOPS: Final = (
    "join",
    "join and take it back",
    "ask for a place and take it back",
    "invite and withdraw",
    "ask an author and take it back",
)


@pytest.mark.parametrize("what", LOOPS)
def test_doing_and_undoing_fills_no_mailbox(ground: Ground, sendings: list[Sending], what: str) -> None:
    count = letters_of(ground, loops(sendings)[what], 15)
    assert 0 < count <= MOST_LETTERS
