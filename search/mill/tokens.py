"""Tokens: what the index holds of a text, so that it can be found by any word for what it says."""

from collections.abc import Iterator, Sequence

from search.mill.concepts import spans
from search.mill.everyday import says_nothing
from search.mill.fold import Word, words
from search.mill.lexicon import Lexicon


def tokens(text: str, language: str, lexicon: Lexicon) -> str:
    """The tokens of one field: the stem of each word, behind it the stems of its parts, and last the concepts."""
    read = words(text)
    return " ".join([*_stems(read, language, lexicon), *_marked(read, lexicon)])


def marked(text: str, lexicon: Lexicon) -> list[str]:
    """The concepts that a text is about, in the order it names them."""
    return _marked(words(text), lexicon)


def _marked(read: Sequence[Word], lexicon: Lexicon) -> list[str]:
    found = spans(lexicon.parts(read), lexicon)
    return list(dict.fromkeys(name for span in found for name in sorted(span.term.marks)))


def _stems(read: Sequence[Word], language: str, lexicon: Lexicon) -> Iterator[str]:
    for word in read:
        if not says_nothing(word.text):
            yield from lexicon.stems(word.text, language)
