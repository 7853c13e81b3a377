"""How much of each file counts among the files of its piece."""

from content.file_limits import MOST_LETTERS, counted
from content.file_texts import FileText, TextState, states


def test_files_that_fit_together_count_in_whole() -> None:
    assert counted({"a": MOST_LETTERS - 5, "b": 5, "c": 0}) == {"a": MOST_LETTERS - 5, "b": 5, "c": 0}


def test_of_the_longest_an_equal_share_counts_and_short_ones_in_whole() -> None:
    most = counted({"long": 900_000, "short": 1_000, "longer": 1_000_000})
    assert most["short"] == 1_000
    assert most["long"] == most["longer"] == (MOST_LETTERS - 1_000) // 2


def test_a_file_that_was_read_in_whole_is_found_partly_beside_another_long_one() -> None:
    def read(hash_: str, letters: int) -> FileText:
        return FileText(hash=hash_, state=TextState.READ, letters=letters)

    known = {"a": read("a", 250_000), "b": read("b", 250_000), "c": read("c", 10)}
    assert states(known, ["a", "c", "nobody read this"]) == {"a": TextState.READ, "c": TextState.READ}
    assert states(known, ["a", "b", "c"]) == {"a": TextState.PARTLY, "b": TextState.PARTLY, "c": TextState.READ}
