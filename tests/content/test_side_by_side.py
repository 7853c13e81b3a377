"""An original beside its translation, whatever is written in either of them."""

from content.side_by_side import Row, beside

DUTCH = "## De aanpak\n\nWe maten eerst zes weken lang.\n\nDaarna kochten we een cobot."
ENGLISH = "## The approach\n\nWe measured for six weeks first.\n\nThen we bought a cobot."
KNOWN = list(zip(DUTCH.split("\n\n"), ENGLISH.split("\n\n"), strict=True))


def states(rows: list[Row]) -> list[str]:
    return [row.state for row in rows]


def test_what_was_translated_and_did_not_change_fits() -> None:
    rows = beside(DUTCH, ENGLISH, KNOWN)
    assert states(rows) == ["fits", "fits", "fits"]
    assert [row.words for row in rows] == ENGLISH.split("\n\n")


def test_a_passage_that_changed_since_is_told_with_the_words_that_changed() -> None:
    rows = beside(DUTCH.replace("zes weken", "acht weken"), ENGLISH, KNOWN)
    assert states(rows) == ["fits", "changed", "fits"]
    assert [change.text for change in rows[1].changes if change.mark != "same"] == ["zes", "acht"]
    assert rows[1].words == "We measured for six weeks first."


def test_a_new_passage_is_missing_and_moves_nothing_else() -> None:
    rows = beside(DUTCH.replace("\n\nDaarna", "\n\n- Klemmen\n- Mallen\n\nDaarna"), ENGLISH, KNOWN)
    assert states(rows) == ["fits", "fits", "missing", "fits"]


def test_a_passage_that_the_original_dropped_keeps_its_translation() -> None:
    rows = beside(DUTCH.replace("\n\nDaarna kochten we een cobot.", ""), ENGLISH, KNOWN)
    assert states(rows) == ["fits", "fits", "gone"]
    assert rows[2].words == "Then we bought a cobot."
    assert rows[2].is_to_do


def test_a_passage_that_is_wholly_rewritten_stands_beside_what_was_said_before() -> None:
    rows = beside(DUTCH.replace("Daarna kochten we een cobot.", "Uiteindelijk huurde men iets."), ENGLISH, KNOWN)
    assert states(rows) == ["fits", "fits", "changed"]


def test_what_the_translation_says_of_its_own_stays_and_asks_for_nothing() -> None:
    rows = beside(DUTCH, ENGLISH + "\n\n> Prices are of 2025.", [*KNOWN, ("", "> Prices are of 2025.")])
    assert states(rows) == ["fits", "fits", "fits", "gone"]
    assert not any(row.is_to_do for row in rows)


def test_texts_that_nobody_tied_together_stand_in_their_order_and_are_not_said_to_fit() -> None:
    rows = beside(DUTCH, ENGLISH, [])
    assert states(rows) == ["unsure", "unsure", "unsure"]
    assert states(beside(DUTCH, "", [])) == ["missing"] * 3


def test_every_word_of_the_translation_stays_in_its_order() -> None:
    turned = "Then we bought a cobot.\n\n## The approach\n\nNew.\n\nWe measured for six weeks first."
    rows = beside(DUTCH.replace("maten", "bekeken"), turned, KNOWN)
    assert "\n\n".join(row.words for row in rows if row.words) == turned
