"""The vocabulary: a value that knows which words stand in how many pieces."""

from search.mill.lexicon import Lexicon
from search.mill.vocabulary import Vocabulary, words_of
from tests.search.collection import examples, small


def test_a_word_counts_once_for_each_piece() -> None:
    vocabulary = Vocabulary.counted([words_of(["De robot, de robot!"]), words_of(["Een Robot", "en een cobot"])])
    assert vocabulary.pieces == 2
    assert vocabulary.words["robot"] == 2
    assert vocabulary.words["cobot"] == 1


def test_written_as_rows_and_read_again_it_is_the_same() -> None:
    vocabulary = Vocabulary.counted([["robot"], ["robot", "cobot"]], [["rob"], ["rob", "q1"]])
    assert Vocabulary.from_rows(vocabulary.rows()) == vocabulary
    assert set(vocabulary.rows()) >= {("pieces", "", 2), ("word", "robot", 2), ("token", "q1", 1)}


def test_an_empty_collection_is_a_vocabulary_too() -> None:
    empty = Vocabulary.from_rows([])
    assert empty == Vocabulary.from_rows(Vocabulary().rows())
    assert empty.pieces == 0


def test_a_lexicon_knows_the_words_of_the_collection_and_of_the_glossary() -> None:
    lexicon = small("Een robot", groups=[{"id": "a", "type": "one_way", "from": ["knikarm"], "to": ["robot"]}])
    assert lexicon.known["robot"] == 1
    assert lexicon.known["knikarm"] == 0


def test_completions_are_tokens_of_the_collection() -> None:
    assert list(small("robots, robuust en rond").completions("rob")) == ["robot", "robuust"]


def test_a_lexicon_of_a_collection_that_is_still_empty_reads_anything() -> None:
    lexicon = Lexicon(Vocabulary(), examples().lexicon.glossary)
    assert lexicon.compound("robotlassen")
    assert not lexicon.vocabulary.tokens
