"""Stems: what the inflected forms of one word have in common, in Dutch and in English.

Snowball does most of it. On Dutch it leaves forms of one word apart (`las` and `lass`, `exporteer` and `exporter`), so
its answer is levelled further. A step that could merge strangers is taken only when the collection knows the word.
"""

import re
from collections.abc import Container, Iterator
from functools import lru_cache
from threading import Lock

import snowballstemmer  # type: ignore[import-untyped]

_snowball = {"nl": snowballstemmer.stemmer("dutch_porter"), "en": snowballstemmer.stemmer("english")}
_turn = Lock()  # a snowball stemmer keeps its word in itself, so two threads must not share one call

_DOUBLE_END = re.compile(r"([bcdfghjklmnpqrstvwxz])\1$")
_LONG_VOWEL = re.compile(r"(?:a(?=a)|e(?=e)|o(?=o)|u(?=u))([aeou][bcdfghjklmnpqrstvwxz])$")
_SHORT_VOWEL = re.compile(r"(^|[^aeiouy])([aeou])([bcdfghjklmnpqrstvwxz])$")
_PLURAL_S = re.compile(r"(?:ie|(?<!a)a|(?<!o)o)s$")
_PARTICIPLE = re.compile(r"^((?:aan|af|bij|door|in|mee|na|om|op|over|samen|terug|toe|uit|vast|voor|weg)?)ge(.{3,})$")
_HARD_END = {"z": "s", "v": "f"}
_SOFT_END = {"s": "z", "f": "v"}


def stem(word: str, language: str, known: Container[str] = ()) -> str:
    """The stem of one folded word. Short words and words with a digit are left alone: they are often abbreviations."""
    if len(word) <= 3 or not word.isalpha():
        return word
    if language != "nl":
        return _by_snowball(word, "en")
    if word.endswith("s") and len(word) > 4 and (word[:-1] in known or _PLURAL_S.search(word)):
        return stem(word[:-1], language, known)
    return _of_verb(word, known) or _level(_by_snowball(word, "nl"))


def root(infinitive: str) -> str | None:
    """How a verb opens a compound: las-, meet-, schrijf-, print-. None for what cannot be an infinitive."""
    if not infinitive.endswith("en") or len(infinitive) <= 4 or infinitive[-3] in "aeouy":
        return None
    bare = infinitive[:-2]
    short = _DOUBLE_END.sub(r"\1", bare)
    spelt = short if short != bare else _SHORT_VOWEL.sub(r"\1\2\2\3", bare)
    return spelt[:-1] + _HARD_END.get(spelt[-1], spelt[-1])


@lru_cache(maxsize=65_536)
def _by_snowball(word: str, language: str) -> str:
    with _turn:
        return str(_snowball[language].stemWord(word))


def _level(stemmed: str) -> str:
    """One spelling for what Dutch writes in several: lass -> las, exporteer -> exporter, matrijz -> matrijs."""
    short = _LONG_VOWEL.sub(r"\1", _DOUBLE_END.sub(r"\1", stemmed))
    return short[:-1] + _HARD_END.get(short[-1], short[-1])


def _of_verb(word: str, known: Container[str]) -> str | None:
    """The stem of the infinitive, for `voegt` and `geexporteerd`, when the collection knows that infinitive."""
    for root in _roots(word):
        if any(infinitive in known for infinitive in _infinitives(root)):
            return _level(root)
    return None


def _roots(word: str) -> Iterator[str]:
    """What a verb form may be built on: ge-keur-d(e), ge-print(e), in-ge-voer-d, verdien-d, voeg-t."""
    participle = word.removesuffix("e")
    if participle[-1] in "dt":
        if taken_apart := _PARTICIPLE.match(participle):
            built_on = taken_apart[1] + taken_apart[2]
            yield from (built_on[:-1], built_on)
        elif participle.startswith(("be", "ver", "ont", "her")):
            yield participle[:-1]
    if word[-1] == "t":
        yield word[:-1]


def _infinitives(root: str) -> tuple[str, ...]:
    """How the infinitive of a root may be written: voeg-en, lop-en (loopt), lev-en (leeft), pass-en (past)."""
    short = _LONG_VOWEL.sub(r"\1", root)
    soft = short[:-1] + _SOFT_END.get(short[-1], short[-1])
    return root + "en", short + "en", soft + "en", root + root[-1] + "en"
