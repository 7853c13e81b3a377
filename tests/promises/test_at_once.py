"""Two who read, two tabs, a press twice, a press on an old page, all at the same moment, at both desks and both doors:
what was meant for the older text never lets the newer one through, one press is one decision, and of two who decide
differently one is told so.
"""

import random
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any, Final

import httpx
import pytest
from sqlmodel import col, delete, select

from app.core.clock import local, now
from app.core.database import Database
from app.core.jobs import Job
from app.people import tokens
from app.people.actor import Actor
from app.people.models import Role, User
from app.people.signing_in import actor_for, begin_session
from app.people.tokens import Wish
from app.web import allowances, site
from app.web.api import reviewing as api_door
from app.web.pages import reviewing as page_door
from app.web.visit import session_cookie
from content import needing
from content.models import Article
from content.review_queue import review_at
from content.review_record import open_review
from content.review_steps import Act, ReviewState
from content.reviewing import CHECKS, decide, publish_directly, send_in
from content.reviews import Review, ReviewStep
from content.writing import draft_of, save_draft
from tests.cast import Cast, content
from tests.content.reviewing import AT_WOLDZICHT, case, placed
from tests.counts import full
from tests.web.client import Client

pytestmark = [pytest.mark.slow, pytest.mark.timeout(full(3600, 300))]

ON_BOTH_DATABASES = True

ROUNDS: Final = full(100, 1)

TOLD_SO: Final = ("hier intussen over besloten", "is er een nieuwere ingestuurd", "dit intussen gewijzigd")
"""What whoever came too late reads."""

Press = Callable[[], httpx.Response]


@pytest.fixture(autouse=True)
def a_short_story_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast writes a sentence or two, and a hundred rounds ask more often than a program may in a minute."""
    monkeypatch.setattr(needing, "FEW_WORDS", 3)
    monkeypatch.setattr(allowances, "OF_A_TOKEN", 100_000)


class Stage:
    """Femke writes; Hidde and Ids decide for the company; Noor and Eelkje at the knowledge centre."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._site = site.build()
        self._open: dict[str, deque[Client]] = defaultdict(deque)
        with database.writing() as session:
            cast = Cast.in_(session)
            self.people: dict[str, Actor] = {"femke": cast.femke, "noor": cast.noor}
            self.people["hidde"] = placed(session, cast.sjoerd, cast.woldzicht, Role.OWNER)
            for handle, is_steward in (("ids", False), ("eelkje", True)):
                user = User(handle=handle, name=handle.title(), mail=f"{handle}@proeftuin.example")
                user.is_steward = is_steward
                session.add(user)
                session.flush()
                self.people[handle] = actor_for(session, user)
            self.people["ids"] = placed(session, self.people["ids"], cast.woldzicht, Role.OWNER)
            wish = Wish("proof", ["write", "publish"], 30)
            self._words = {
                name: tokens.make(session, wish, by=actor, is_strong=True) for name, actor in self.people.items()
            }
            users = {name: session.get_one(User, actor.user_id) for name, actor in self.people.items()}
            self._cookies = {name: begin_session(session, user, device="test") for name, user in users.items()}

    def close(self) -> None:
        """Everybody goes home."""
        for clients in self._open.values():
            for client in clients:
                client.close()

    def tab(self, who: str) -> Client:
        """Another tab of the browser of this person than the last ones."""
        client = self._another(f"browser of {who}")
        client.carry(session_cookie(), self._cookies[who])
        return client

    def with_token(self, who: str) -> tuple[Client, dict[str, str]]:
        """Another program that asks the API in this person's name."""
        return self._another(f"programs of {who}"), {"authorization": f"Bearer {self._words[who]}"}

    def _another(self, of: str) -> Client:
        """A client answers one after the other: of each kind there are three, in turn."""
        if len(self._open[of]) < 3:
            self._open[of].append(client := Client(self._site))
            client.get("/nergens")  # Routes are made ready by the first who asks; nobody should be first in a crowd.
        self._open[of].rotate(1)
        return self._open[of][0]

    # --- pieces and where they are ----------------------------------------------------------------------------------

    def piece(self, at: ReviewState | None = None) -> Article:
        """A case that Femke wrote, sent in as far as this desk."""
        with self.database.writing() as session:
            article = case(session, Cast.known(session))
            if at is not None:
                review = send_in(session, article, by=self.people["femke"])
                if at == ReviewState.AT_CENTRE:
                    decide(session, review, Act.AGREE, revision_id=review.revision_id, by=self.people["hidde"])
            session.exec(delete(Job).where(col(Job.id) > 0))
            return article

    def rewrite(self, article: Article, title: str) -> None:
        """Femke writes on."""
        with self.database.writing() as session:
            told = content("case_study", title=title, organisations=AT_WOLDZICHT)
            save_draft(session, session.get_one(Article, article.id), told, by=self.people["femke"])

    def happened(self, article: Article) -> "Happened":
        """What became of it."""
        with self.database.reading() as session:
            steps = session.exec(
                select(ReviewStep)
                .join(Review, col(Review.id) == ReviewStep.review_id)
                .where(Review.article_id == article.id)
                .order_by(col(ReviewStep.id))
            ).all()
            reviews = session.exec(select(Review).where(Review.article_id == article.id).order_by(col(Review.id))).all()
            jobs = session.exec(select(Job).where(Job.lane == "search")).all()
            announced = Counter(job.event for job in jobs if job.told["article_id"] == article.id)
            return Happened(session.get_one(Article, article.id), list(reviews), list(steps), announced)


@dataclass(frozen=True)
class Happened:
    """What became of a piece."""

    article: Article
    reviews: list[Review]
    steps: list[ReviewStep]
    announced: Counter[str]

    def times(self, act: Act) -> int:
        """How often this was done."""
        return sum(step.act == act for step in self.steps)


@pytest.fixture
def stage(database: Database) -> Iterator[Stage]:
    stage = Stage(database)
    yield stage
    stage.close()


# --- presses: each read first, and pressed when it is called ---------------------------------------------------------


def deciding(stage: Stage, door: str, who: str, article: Article, act: Act, **told: Any) -> Press:
    """Somebody who reads the text that lies there now, and is about to decide."""
    checked = list(CHECKS) if act in (Act.PLACE, Act.SCHEDULE) else []
    moment = told.pop("at", None)
    if door == "api":
        client, bearer = stage.with_token(who)
        read = client.get(f"/api/v1/articles/{article.slug}/review", headers=bearer)
        body = told | {"decision": act, "checked": checked, "after": read.json()["steps"][0]["id"]}
        body |= {"publish_at": moment.isoformat()} if moment else {}
        seen = bearer | {"if-match": read.headers["etag"]}
        return lambda: client.post(f"/api/v1/articles/{article.slug}/review/decision", json=body, headers=seen)
    with stage.database.reading() as session:
        review = open_review(session, session.get_one(Article, article.id))
        assert review is not None
    tab, at = stage.tab(who), f"/beoordelen/{review.id}"
    form = told | hidden_in(tab.get(at).text) | {"doe": act.value, "nagelopen": checked}
    form |= {"publish_at": f"{local(moment):%Y-%m-%dT%H:%M}"} if moment else {}
    return lambda: tab.post(f"{at}/besluit", data=form)


def sending(stage: Stage, door: str, article: Article) -> Press:
    """Femke, who is about to send in what she has written."""
    if door == "api":
        client, bearer = stage.with_token("femke")
        read = client.get(f"/api/v1/articles/{article.slug}/draft", headers=bearer)
        seen = bearer | {"if-match": read.headers["etag"]}
        return lambda: client.post(f"/api/v1/articles/{article.slug}/review", json={}, headers=seen)
    tab, at = stage.tab("femke"), f"/schrijven/{article.id}/insturen"
    form = hidden_in(tab.get(at).text)
    return lambda: tab.post(at, data=form)


def taking_back(stage: Stage, door: str, article: Article) -> Press:
    """Femke, who is about to withdraw what readers see."""
    if door == "api":
        client, bearer = stage.with_token("femke")
        read = client.get(f"/api/v1/articles/{article.slug}/publication", headers=bearer)
        seen = bearer | {"if-match": read.headers["etag"]}
        return lambda: client.request("DELETE", f"/api/v1/articles/{article.slug}?reason_nl=Oud.", headers=seen)
    tab, at = stage.tab("femke"), f"/kennis/{article.slug}/intrekking"
    form = hidden_in(tab.get(at).text) | {"reason": "Oud."}
    return lambda: tab.post(at, data=form)


def appearing(stage: Stage, article: Article) -> Press:
    """Noor, who is about to let the draft appear without a review."""
    client, bearer = stage.with_token("noor")
    with stage.database.reading() as session:
        version = draft_of(session, session.get_one(Article, article.id)).version
    seen = bearer | {"if-match": f'"{version}"'}
    return lambda: client.post(f"/api/v1/articles/{article.slug}/publication", json={}, headers=seen)


def hidden_in(page: str) -> dict[str, str]:
    """What the forms of a page carry along."""
    return dict(re.findall(r'name="(token|versie|revisie|stap)" value="(\w+)"', page))


def at_once(*presses: Press, apart: float = 0) -> list[httpx.Response]:
    """Everybody presses, at the same moment or so many seconds one after the other."""
    ready = Barrier(len(presses))

    def pressed(number: int) -> httpx.Response:
        ready.wait()
        time.sleep(number * apart)
        return presses[number]()

    with ThreadPoolExecutor(len(presses)) as people:
        return list(people.map(pressed, range(len(presses))))


def was_done(answer: httpx.Response) -> bool:
    """Whether it was done. Whatever was not is told in a sentence."""
    if answer.status_code in (200, 201, 303):
        return True
    assert answer.status_code in (409, 412), answer.text
    assert (
        any(sentence in answer.text for sentence in TOLD_SO)
        or "meanwhile" in answer.text
        or ("newer text was sent in" in answer.text)
    ), answer.text[-2000:]
    return False


DESKS: Final = {ReviewState.AT_COMPANY: ("hidde", Act.AGREE), ReviewState.AT_CENTRE: ("noor", Act.PLACE)}

both_desks = pytest.mark.parametrize("desk", DESKS)
both_doors = pytest.mark.parametrize("door", ["page", "api"])


# --- an older text ---------------------------------------------------------------------------------------------------


def let_through(stage: Stage, desk: ReviewState, door: str, chance: random.Random) -> tuple[Counter[str], list[str]]:
    """Femke sends in another text while somebody decides about the one before: how it went, and what went wrong."""
    who, act = DESKS[desk]
    outcomes, wrong = Counter[str](), []
    for number in range(2 + ROUNDS):
        article = stage.piece(desk)
        older = stage.happened(article).reviews[-1].revision_id
        yes = deciding(stage, door, who, article, act)
        stage.rewrite(article, f"Een andere tekst {number}")
        send = sending(stage, door, article)
        if number == 0:
            sent, decided = send(), yes()
        elif number == 1:
            decided, sent = yes(), send()
        else:
            both = [send, yes] if chance.random() < 0.5 else [yes, send]
            answers = at_once(*both, apart=chance.uniform(0, 0.02))
            sent, decided = answers if both[0] is send else reversed(answers)
        is_decided = was_done(decided)
        if not was_done(sent):
            assert was_done(sending(stage, door, article)()), "it is there at the next press"
        came = stage.happened(article)
        newer = came.reviews[-1].revision_id
        outcomes["yes to the older text" if is_decided else "told that there is a newer one"] += 1
        yeses = [step.revision_id for step in came.steps if step.act == act]
        if newer in yeses or came.article.live_revision_id == newer or came.reviews[-1].agreed_revision_id == newer:
            wrong.append(f"{number}: the newer text was let through")
        if yeses != ([older] if is_decided else []):
            wrong.append(f"{number}: {yeses} does not go with the answer {decided.status_code}")
        if came.reviews[-1].state != ReviewState.AT_COMPANY:
            wrong.append(f"{number}: nobody is asked about the newer text")
    return outcomes, wrong


@both_desks
@both_doors
def test_a_yes_to_the_older_text_never_lets_the_newer_one_through(
    stage: Stage, desk: ReviewState, door: str, record_property: Callable[[str, object], None]
) -> None:
    outcomes, wrong = let_through(stage, desk, door, random.Random(f"{desk} {door}"))
    assert wrong == []
    assert len(outcomes) == 2, "it goes either way"
    record_property("outcomes", dict(outcomes))


@both_doors
def test_a_yes_that_counts_for_whatever_lies_there_would_be_noticed(
    stage: Stage, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a product that takes the yes for the text of this moment."""

    def careless(session: Any, review: Review, act: Act, **told: Any) -> Review:
        told |= {"revision_id": session.get_one(Review, review.id).revision_id, "after_step": None}
        return decide(session, review, act, **told)

    for room in (api_door, page_door):
        monkeypatch.setattr(room, "decide", careless)
    monkeypatch.setattr(api_door, "_seen", lambda session, slug, me, _if_match: review_at(session, slug, me))
    _outcomes, wrong = let_through(stage, ReviewState.AT_COMPANY, door, random.Random(1))
    assert any("the newer text was let through" in each for each in wrong)


# --- the same press twice --------------------------------------------------------------------------------------------


@both_desks
@both_doors
def test_a_decision_that_is_pressed_three_times_is_made_once(stage: Stage, desk: ReviewState, door: str) -> None:
    who, act = DESKS[desk]
    for _round in range(ROUNDS):
        article = stage.piece(desk)
        answers = at_once(*(deciding(stage, door, who, article, act) for _tab in range(3)))
        assert all(map(was_done, answers)), [answer.status_code for answer in answers]
        came = stage.happened(article)
        assert came.times(act) == 1
        shown = int(act == Act.PLACE)
        assert (came.article.live_number, came.announced["ArticlePublished"]) == (shown, shown)


@both_doors
def test_what_is_sent_in_or_taken_back_three_times_is_so_once(stage: Stage, door: str) -> None:
    for _round in range(ROUNDS):
        article = stage.piece()
        answers = at_once(*(sending(stage, door, article) for _tab in range(3)))
        assert all(map(was_done, answers)), [answer.status_code for answer in answers]
        came = stage.happened(article)
        assert (len(came.reviews), came.times(Act.SEND_IN), came.article.newest_revision) == (1, 1, 1)
        with stage.database.writing() as session:
            publish_directly(session, session.get_one(Article, article.id), by=stage.people["noor"])
        answers = at_once(*(taking_back(stage, door, article) for _tab in range(3)))
        assert all(map(was_done, answers)), [answer.status_code for answer in answers]
        assert stage.happened(article).announced["ArticleWithdrawn"] == 1


def test_a_draft_that_appears_by_three_requests_is_one_version(stage: Stage) -> None:
    for _round in range(ROUNDS):
        article = stage.piece()
        answers = at_once(*(appearing(stage, article) for _program in range(3)))
        assert all(map(was_done, answers)), [answer.status_code for answer in answers]
        came = stage.happened(article)
        assert (came.article.live_number, came.announced["ArticlePublished"]) == (1, 1)
        assert (len(came.reviews), came.times(Act.PLACE)) == (1, 1)


# --- two who do not agree --------------------------------------------------------------------------------------------

NO: Final = {"message": "Noem het jaar."}

QUARRELS: Final = {
    "agree or refuse": (ReviewState.AT_COMPANY, ("hidde", Act.AGREE, {}), ("ids", Act.REFUSE, NO)),
    "agree or send back": (ReviewState.AT_COMPANY, ("hidde", Act.AGREE, {}), ("ids", Act.SEND_BACK, NO)),
    "place or send back": (ReviewState.AT_CENTRE, ("noor", Act.PLACE, {}), ("eelkje", Act.SEND_BACK, NO)),
    "place or schedule": (ReviewState.AT_CENTRE, ("noor", Act.PLACE, {}), ("eelkje", Act.SCHEDULE, {"days": 3})),
    "schedule or refuse": (ReviewState.AT_CENTRE, ("noor", Act.SCHEDULE, {"days": 2}), ("eelkje", Act.REFUSE, NO)),
    "two moments": (ReviewState.AT_CENTRE, ("noor", Act.SCHEDULE, {"days": 2}), ("eelkje", Act.SCHEDULE, {"days": 3})),
}


@both_doors
@pytest.mark.parametrize("quarrel", QUARRELS)
def test_of_two_who_decide_differently_one_is_told_so(stage: Stage, quarrel: str, door: str) -> None:
    desk, *sides = QUARRELS[quarrel]
    for number in range(2 + ROUNDS):
        article, presses = stage.piece(desk), []
        before = len(stage.happened(article).steps)
        for who, act, told in sides:
            at = (
                {"at": (now() + timedelta(days=told["days"])).replace(second=0, microsecond=0)}
                if "days" in told
                else {}
            )
            presses.append(deciding(stage, door, who, article, act, **(at or told)))
        order = (0, 1) if number % 2 else (1, 0)
        pressed = [presses[one] for one in order]
        answers = at_once(*pressed) if number > 1 else [press() for press in pressed]
        done = [sides[one] for one, answer in zip(order, answers, strict=True) if was_done(answer)]
        assert len(done) == 1, [answer.status_code for answer in answers]
        ((who, act, _told),) = done
        came = stage.happened(article)
        (step,) = came.steps[before:]
        assert (step.act, step.by_id) == (act, stage.people[who].user_id)
        assert came.reviews[-1].state == step.to
        assert came.article.live_number == int(act == Act.PLACE)
        assert came.article.publish_at == (step.publish_at if act == Act.SCHEDULE else None)


def test_who_has_seen_a_moment_may_choose_another_one(stage: Stage) -> None:
    """A second press on the page that shows the first one is no repetition of it."""
    article = stage.piece(ReviewState.AT_CENTRE)
    for days in (2, 3):
        at = (now() + timedelta(days=days)).replace(second=0, microsecond=0)
        for door in ("page", "api"):
            assert was_done(deciding(stage, door, "noor", article, Act.SCHEDULE, at=at)())
            assert stage.happened(article).article.publish_at == at
