"""Relevance: how well the search answers questions of which we know the answers.

A question is graded per piece: 3 is the answer, 2 useful, 1 touches the subject. Language versions are one piece, and
so one hit.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from statistics import mean

import yaml

Find = Callable[[str, str], Sequence[str]]
"""From the words of a question and the reader's language to the keys of the pieces found, best first."""

ANSWER = 3
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what answers it."""

    text: str
    language: str
    type: str
    grades: Mapping[str, int]
    """Piece -> grade; empty for a question that nothing answers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question was answered."""

    question: Question
    ndcg: float
    """Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002), gain 2^grade - 1."""
    first: bool
    """Whether an answer stands first."""
    among_three: bool
    empty: bool


def questions(path: Path, pieces: Mapping[str, str]) -> list[Question]:
    """Read a file of questions. `pieces` tells the piece of each article, for files that grade articles."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))["queries"]
    return [
        Question(one["q"], one["lang"], one.get("type", "outside"), _per_piece(one.get("relevant", {}), pieces))
        for one in told
    ]


def _per_piece(grades: Mapping[str, int], pieces: Mapping[str, str]) -> Mapping[str, int]:
    best: dict[str, int] = {}
    for slug, grade in grades.items():
        piece = pieces.get(slug, slug)
        best[piece] = max(grade, best.get(piece, 0))
    return best


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Of the first ten pieces found; 1 is the best order there can be."""

    def gain(ordered: Iterable[int]) -> float:
        return sum((2.0**grade - 1) / log2(place + 2) for place, grade in enumerate(list(ordered)[:10]))

    return gain(grades.get(piece, 0) for piece in found) / gain(sorted(grades.values(), reverse=True))


def answered(asked: Iterable[Question], find: Find) -> list[Outcome]:
    """Ask these questions."""
    return [_outcome(question, find(question.text, question.language)) for question in asked]


def _outcome(question: Question, found: Sequence[str]) -> Outcome:
    answers = [question.grades.get(piece) == ANSWER for piece in found[:3]]
    return Outcome(question, ndcg(found, question.grades), any(answers[:1]), any(answers), not found)


def derived(asked: Iterable[Question], seed: int = 1) -> Iterator[Question]:
    """Questions made from others by rule: a typing error, a missing space, a last word that is not finished."""
    chance = random.Random(seed)  # noqa: S311 - the same errors each time, not secrets
    for question in asked:
        words = question.text.split()
        longest = max(words, key=len)
        if len(longest) > 4:
            wrong = " ".join(_mistyped(word, chance) if word is longest else word for word in words)
            yield replace(question, text=wrong, type="typing error")
        if len(words) > 1:
            yield replace(question, text=" ".join(["".join(words[:2]), *words[2:]]), type="joined")
        if len(words[-1]) > 4:
            typed = words[-1][: max(4, round(0.7 * len(words[-1])))]
            yield replace(question, text=" ".join([*words[:-1], typed]), type="half typed")


def _mistyped(word: str, chance: random.Random) -> str:
    """One letter left out, put in, or changed, or two that stand side by side swapped; never the first or the last."""
    at = chance.randrange(1, len(word) - 2)
    letter = chance.choice(_LETTERS)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    made = chance.choice(
        [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :], swapped]
    )
    return made if made != word else word[:at] + word[at + 1 :]


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as lines: all of them, then per type and per language."""
    head = f"{'':<16}{'questions':>10}{'nDCG@10':>9}{'first':>7}{'in 3':>6}{'empty':>7}"
    types = _grouped(outcomes, lambda outcome: outcome.question.type)
    languages = _grouped(outcomes, lambda outcome: f"in {outcome.question.language}")
    groups = [("all", outcomes), *sorted(types.items()), *sorted(languages.items())]
    return "\n".join([head, *(_line(name, of_group) for name, of_group in groups)])


def _grouped(outcomes: Iterable[Outcome], name: Callable[[Outcome], str]) -> Mapping[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[name(outcome)].append(outcome)
    return groups


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    first, three, empty = (sum(getattr(one, what) for one in outcomes) for what in ("first", "among_three", "empty"))
    return f"{name:<16}{len(outcomes):>10}{mean(one.ndcg for one in outcomes):>9.3f}{first:>7}{three:>6}{empty:>7}"


def report(find: Find, folder: Path, pieces: Mapping[str, str]) -> str:
    """What `make relevance` prints: every file of questions in a folder, and what is made from them by rule."""
    asked = {name: questions(folder / f"queries_{name}.yaml", pieces) for name in ("public", "own", "fresh", "outside")}
    parts = []
    for name in ("public", "own", "fresh"):
        good = [question for question in asked[name] if question.grades]
        parts.append(f"Questions: {name}\n{table(answered(good, find))}")
        parts.append(f"Made from them by rule\n{table(answered(derived(good), find))}")
    outside = [question for one in asked.values() for question in one if not question.grades]
    let_through = [question.text for question in outside if find(question.text, question.language)]
    parts.append(f"From outside, answered: {len(let_through)} of {len(outside)}\n" + "\n".join(let_through))
    return "\n\n".join(parts) + "\n"
