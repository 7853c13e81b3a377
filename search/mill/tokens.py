"""Tokens: what the index holds of a text, so that it can be found by any word for what it says."""

from collections.abc import Iterator

from search.mill.concepts import spans
from search.mill.everyday import says_nothing
from search.mill.fold import words
from search.mill.lexicon import Lexicon
from search.mill.stems import stem


def tokens(text: str, language: str, lexicon: Lexicon) -> str:
    """The tokens of one field: the stem of each word, behind it the stems of its parts, and last the concepts."""
    return " ".join([*_stems(text, language, lexicon), *marked(text, lexicon)])


def marked(text: str, lexicon: Lexicon) -> list[str]:
    """The concepts that a text is about, in the order it names them."""
    parts = lexicon.parts(words(text))
    return list(dict.fromkeys(name for span in spans(parts, lexicon.phrases) for name in sorted(span.term.marks)))


def _stems(text: str, language: str, lexicon: Lexicon) -> Iterator[str]:
    for word in words(text):
        if says_nothing(word.text):
            continue
        yield stem(word.text, language, lexicon.known)
        yield from (stem(part, language, lexicon.known) for part in lexicon.compound(word.text))
