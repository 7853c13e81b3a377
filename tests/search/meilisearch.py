"""A real engine as the measurements of search talk to it: without the house, as bare as it comes."""

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from typing import Any

from search.dialects import FIELDS, engine_answers, engine_queries
from search.mill.plan import Plan
from search.ranking import Answer


class Meilisearch:
    """A real engine that holds the documents of a collection."""

    def __init__(self, address: str, key: str) -> None:
        self._connection = HTTPConnection(address.removeprefix("http://"), timeout=60)
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }

    def close(self) -> None:
        """Let go of the line to it."""
        self._connection.close()

    def fill(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Give it these documents, with the settings of the recipe."""
        rules = ["words", "attribute", "proximity", "exactness"]
        settings = {
            "searchableAttributes": ["title", *FIELDS],
            "rankingRules": rules,
            "typoTolerance": {"enabled": False},
        }
        self.task("POST", "/indexes", {"uid": "pieces", "primaryKey": "id"})
        self.task("PATCH", "/indexes/pieces/settings", settings)
        self.task("POST", "/indexes/pieces/documents", list(documents))

    def answers(self, asked: Plan) -> Sequence[Answer]:
        """What each request of a plan finds."""
        queries = [{"indexUid": "pieces", **query} for query in engine_queries(asked, [])]
        return engine_answers(self.ask("POST", "/multi-search", {"queries": queries})["results"]) if queries else []

    def task(self, method: str, path: str, body: object) -> None:
        """Ask for a change, and wait until it is made."""
        number = self.ask(method, path, body)["taskUid"]
        while (status := self.ask("GET", f"/tasks/{number}")["status"]) != "succeeded":
            assert status != "failed"

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Whatever it answers."""
        self._connection.request(method, path, json.dumps(body) if body is not None else None, self._headers)
        return json.loads(self._connection.getresponse().read())
