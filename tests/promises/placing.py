"""Somebody who sends in, places, schedules and withdraws through the API of a house that may fall down meanwhile, and
somebody who looks whether readers see it when they should.

What is asked is noted before it is asked and again when its answer has come. One that never came leaves both open.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, Final

from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.database import reading, writing
from app.core.errors import Conflict
from app.people import tokens
from app.people.models import Organisation, User
from app.people.signing_in import actor_for
from app.people.tokens import Wish
from content.models import Article, Piece, Revision
from content.publishing import SHOWN
from content.reviewing import CHECKS
from content.reviews import Review
from content.snapshot import Visibility
from content.writing import save_draft, start
from tests.cast import content
from tests.house import Answer, Caller
from tests.promises.editing import Ledger, State, state_of
from tests.promises.rights import STORY

PIECES: Final = 12

LAB: Final = "kennislab-slim-maken"


def set_up() -> list[str]:
    """Lessons of one organisation, which the knowledge centre alone reads before they appear."""
    with writing() as session:
        lab = session.exec(select(Organisation).where(Organisation.slug == LAB)).one()
        lab.asks_company, lab.asks_centre = False, True
        session.add(lab)
        slugs = [f"doodproef-{number}" for number in range(PIECES)]
        for slug in slugs:
            piece = Piece(key=slug, kind="lesson")
            session.add(piece)
            session.flush()
            its: dict[str, Any] = {"slug": slug, "owner_id": lab.id, "visibility": Visibility.EVERYONE}
            start(session, piece=piece, language="nl", content=told("zqx0"), by=_actor(session, "femke"), **its)
        return slugs


def token_of(handle: str) -> str:
    """A token of this person for all of it."""
    with writing() as session:
        wish = Wish("proof", ["write", "publish"], 30)
        return tokens.make(session, wish, by=_actor(session, handle), is_strong=True)


def told(mark: str) -> Any:
    """A lesson with this mark in its title and in its text: both are of one version, or it is half of each."""
    return content("lesson", title=f"Doodproef {mark}", body=f"{STORY}\n\nMet {mark}.", organisations=())


def _actor(session: Session, handle: str) -> Any:
    return actor_for(session, session.exec(select(User).where(User.handle == handle)).one())


def seen_state(slug: str) -> State:
    """How it stands for readers: what never appeared is all one to them, however far it is."""
    state = state_of(slug)
    return state if state.stage in SHOWN else state._replace(stage="unseen")


class Placer:
    """Moves pieces, one after the other, until it is told to stop. `ledger` and `allowed` tell what was to be seen."""

    def __init__(self, port: Callable[[], int], slugs: list[str], ledger: Ledger, seed: int) -> None:
        self.ledger = ledger
        self.began: dict[tuple[str, str], datetime] = {}
        """Piece and title -> before this moment no reader may see it."""
        self.gone: list[tuple[str, datetime, datetime | None]] = []
        """Piece, the moment since which it was withdrawn, and the moment at which it may have come back."""
        self.lost: list[str] = []
        """What was acknowledged and is not there."""
        self.statuses: Counter[int] = Counter()
        self.broken = 0
        self._port, self._slugs, self._chance = port, slugs, random.Random(seed)
        self._tokens = {handle: token_of(handle) for handle in ("femke", "noor")}
        self._waiting: dict[str, datetime] = {}
        self._promised: dict[str, str] = {}
        """Piece -> the title that was scheduled, and is not up yet: sending in anew would end that."""
        self._leaving = threading.Event()
        self.failed: list[BaseException] = []

    @contextmanager
    def placing(self) -> Iterator["Placer"]:
        """Inside, pieces are moved."""
        thread = threading.Thread(target=self._work)
        thread.start()
        try:
            yield self
        finally:
            self._leaving.set()
            thread.join()
        if self.failed:
            raise self.failed[0]

    @property
    def answers(self) -> int:
        """How often something was acknowledged."""
        return sum(times for status, times in self.statuses.items() if status < 300)

    def standing(self) -> dict[str, Any]:
        """Why nothing moves, for whoever wonders."""
        with reading() as session:
            rows = session.exec(
                select(Article.slug, Article.stage, Article.title, Article.publish_at).where(
                    col(Article.slug).in_(self._slugs)
                )
            ).all()
        return {
            "answers": dict(self.statuses),
            "broken": self.broken,
            "promised": dict(self._promised),
            "waiting": {slug: at for slug, at in self._waiting.items() if at > now()},
            "rows": [tuple(row) for row in rows],
        }

    @property
    def latest_due(self) -> datetime:
        """When everything that was scheduled should be up."""
        return max(self._waiting.values(), default=now())

    def _work(self) -> None:
        number = 0
        try:
            for slug in self._slugs:
                self.ledger.note(slug, seen_state(slug), done=True)
            while not self._leaving.is_set():
                number += 1
                free = [slug for slug in self._slugs if self._is_free(slug)]
                if free:
                    with suppress(Conflict):  # What an earlier press began, and we gave up on, may go on meanwhile.
                        self._move(self._chance.choice(free), f"zqx{number}")
                time.sleep(self._chance.uniform(0, 0.05))
        except BaseException as error:  # for whoever waits for this thread
            self.failed.append(error)

    def _is_free(self, slug: str) -> bool:
        if self._waiting.get(slug, now()) > now():
            return False
        if slug in self._promised and seen_state(slug)[::2] != ("published", self._promised[slug]):
            return False
        self._promised.pop(slug, None)
        return True

    def _move(self, slug: str, mark: str) -> None:
        state = seen_state(slug)
        if state.stage == "published" and self._chance.random() < 0.35:
            self._withdraw(slug, state)
        else:
            self._bring_on(slug, state, f"Doodproef {mark}", mark)

    def _withdraw(self, slug: str, state: State) -> None:
        with reading() as session:
            number = session.exec(select(Article.live_number).where(Article.slug == slug)).one()
        wanted = state._replace(stage="withdrawn")
        self.ledger.note(slug, wanted, done=False)
        if self._ask("femke", "DELETE", f"/{slug}?reason_nl=Oud.", seen=number):
            self.gone.append((slug, now(), None))
            self.ledger.note(slug, wanted, done=True)

    def _bring_on(self, slug: str, state: State, title: str, mark: str) -> None:
        with writing() as session:
            article = session.exec(select(Article).where(Article.slug == slug)).one()
            version = save_draft(session, article, told(mark), by=_actor(session, "femke")).version
        if not self._ask("femke", "POST", f"/{slug}/review", {"message": mark}, seen=version):
            return
        revision = self._sent_in(slug, title)
        if revision is None:
            return
        if self._chance.random() < 0.15:
            self._ask("noor", "POST", f"/{slug}/review/decision", _decision("send_back"), seen=revision)
            return
        moment = now() + timedelta(seconds=self._chance.uniform(1, 4)) if self._chance.random() < 0.5 else None
        self.began[slug, title] = moment or now()
        self._may_come_back(slug, moment or now())
        wanted = State("published", state.visibility, title)
        self.ledger.note(slug, wanted, done=False)
        if moment is not None:
            self._waiting[slug] = moment + timedelta(seconds=3)
        decision = _decision("schedule", moment) if moment else _decision("place")
        if self._ask("noor", "POST", f"/{slug}/review/decision", decision, seen=revision):
            self.ledger.note(slug, wanted, done=True)
            if moment is not None:
                self._promised[slug] = title

    def _sent_in(self, slug: str, title: str) -> int | None:
        """The number of what was sent in; None, and noted as lost, when it is not there."""
        with reading() as session:
            found = session.exec(
                select(Revision)
                .join(Review, col(Review.revision_id) == Revision.id)
                .join(Article, col(Article.id) == Review.article_id)
                .where(Article.slug == slug, col(Review.ended_at).is_(None))
            ).first()
        if found is None or found.content.title != title:
            self.lost.append(f"{slug}: {title} was sent in")
            return None
        return found.number

    def _may_come_back(self, slug: str, at: datetime) -> None:
        self.gone = [(one, since, until or at if one == slug else until) for one, since, until in self.gone]

    def _ask(self, who: str, method: str, path: str, body: Any = None, *, seen: int) -> bool:
        """Whether it was acknowledged. False when no answer came, or one that says that nothing was done."""
        headers = {"Authorization": f"Bearer {self._tokens[who]}", "If-Match": f'"{seen}"'}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        caller = Caller(self._port(), timeout=20)
        try:
            answer = caller.ask(
                method, f"/api/v1/articles{path}", body=json.dumps(body).encode() if body else None, headers=headers
            )
        except (OSError, HTTPException):
            self.broken += 1
            time.sleep(0.2)
            return False
        finally:
            caller.close()
        # 422: its moment passed while a process that was killed held it up; 429: a token may ask so often a minute.
        assert answer.status in (200, 201, 409, 412, 422, 429, 503), (method, path, answer.status, answer.text)
        self.statuses[answer.status] += 1
        return answer.status < 300


def _decision(what: str, at: datetime | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"decision": what, "message": "Welk jaar?", "checked": list(CHECKS)}
    return told | ({"publish_at": at.isoformat()} if at else {})


@dataclass(frozen=True)
class Look:
    """What a reader saw of a piece, and between which moments."""

    slug: str
    began: datetime
    ended: datetime
    title: str
    body: str


class Watch:
    """Readers who look at these pieces again and again."""

    def __init__(self, port: Callable[[], int], slugs: list[str], readers: int = 2) -> None:
        self.looks: list[Look] = []
        self._port, self._slugs = port, slugs
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._look, args=(n,)) for n in range(readers)]

    @property
    def met(self) -> int:
        """How often a piece was there to be seen."""
        return sum(bool(look.title) for look in self.looks)

    @contextmanager
    def watching(self) -> Iterator["Watch"]:
        """Inside, they look."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._leaving.set()
            for thread in self._threads:
                thread.join()

    def _look(self, seed: int) -> None:
        chance, caller = random.Random(seed), Caller(self._port(), timeout=20)
        while not self._leaving.is_set():
            slug, began = chance.choice(self._slugs), now()
            try:
                answer = caller.get(f"/kennis/{slug}.json")
            except (OSError, HTTPException):
                time.sleep(0.1)
                continue
            self.looks.append(seen_in(answer, slug, began))
        caller.close()


def seen_in(answer: Answer, slug: str, began: datetime) -> Look:
    """A look at one answer; nothing is seen in one that is not 200."""
    if answer.status != 200:
        return Look(slug, began, now(), "", "")
    piece = json.loads(answer.body)
    return Look(slug, began, now(), piece["title"], answer.text)


def wrong_looks(looks: list[Look], placer: Placer, *, late: timedelta) -> Iterator[str]:
    """Every look that readers should not have had. `late`: how long a page of another process may live on."""
    for look in looks:
        if not look.title:
            continue
        first = placer.began.get((look.slug, look.title))
        if first is None or look.ended < first:
            yield f"{look.slug}: “{look.title}” was seen at {look.ended}, before {first}"
        if f"Met {look.title.removeprefix('Doodproef ')}." not in look.body:
            yield f"{look.slug}: “{look.title}” with the text of another version"
        for slug, since, until in placer.gone:
            if slug == look.slug and since + late < look.began and (until is None or look.ended < until):
                yield f"{look.slug}: seen at {look.began}, withdrawn since {since}"
