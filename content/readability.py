"""Readability: how hard a text is to read, by the length of its sentences and words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ENOUGH_WORDS: Final = 100
"""With fewer words, the measure says nothing: it was made on samples of a hundred."""

HARD: Final = 45.0
"""Below this a text is hard: the class "difficult" begins at 50 (Flesch, 1948); ours are technical by nature."""

LONG_SENTENCE: Final = 30
"""Words."""

_SENTENCE: Final = re.compile(r"[^.!?]+(?:[.!?](?=\d)[^.!?]*)*")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_VOWELS: Final = {
    "nl": re.compile(r"[aeiouyà-ÿ]+", re.IGNORECASE),
    "en": re.compile(r"[aeiouy]+(?!(?<=[^aeiouyl]e)\b)", re.IGNORECASE),
}


@dataclass(frozen=True)
class Reading:
    """How a text reads."""

    ease: float
    """0 is very hard, 100 very easy. Dutch by Douma (1960), De leesbaarheid van landbouwbladen; English by Flesch
    (1948), Journal of Applied Psychology 32, doi:10.1037/h0057532."""
    words_per_sentence: float
    long_sentences: Sequence[str]
    """Those of more than 30 words, longest first."""

    @property
    def is_hard(self) -> bool:
        """Whether its readers will stumble."""
        return self.ease < HARD


def reading_of(paragraphs: Sequence[str], language: str) -> Reading | None:
    """How these paragraphs read; None when they are too few to tell."""
    sentences = [each for paragraph in paragraphs for each in _SENTENCE.findall(paragraph)]
    told = [(sentence, len(_WORD.findall(sentence))) for sentence in sentences]
    told = [(sentence, count) for sentence, count in told if count]
    words = sum(count for _sentence, count in told)
    if words < ENOUGH_WORDS:
        return None
    syllables = sum(_syllables(word, language) for sentence, _count in told for word in _WORD.findall(sentence))
    per_sentence, per_word = words / len(told), syllables / words
    ease = (
        206.84 - 77 * per_word - 0.93 * per_sentence
        if language == "nl"
        else 206.835 - 84.6 * per_word - 1.015 * per_sentence
    )
    long = sorted(((count, sentence.strip()) for sentence, count in told if count > LONG_SENTENCE), reverse=True)
    return Reading(ease, per_sentence, [sentence for _count, sentence in long])


def _syllables(word: str, language: str) -> int:
    """Groups of vowels: near enough for a mean over a hundred words."""
    return max(1, len(_VOWELS[language].findall(word)))
