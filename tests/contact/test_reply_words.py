"""What is somebody's own in an answer by mail, in the habits of mail programs; and that no text takes long to read."""

import time

import pytest

from app.contact.reply_words import own_words, unflowed

MARK = "##- Schrijf je antwoord boven deze regel -##"
SAID = "Op ma 30 nov 2026 om 10:12 schreef Proeftuin <proeftuin@localhost>:"


@pytest.mark.parametrize(
    "letter",
    [
        "Ja.",
        f"Ja.\n\n{SAID}\n\n> {MARK}\n> Welke mal?",
        f"Ja.\n\nOp ma 30 nov 2026 om 10:12 schreef Proeftuin\n<proeftuin@localhost>:\n\n> {MARK}\n>\n> Welke mal?",
        f"Ja.\n\nOn Mon, Nov 30, 2026 at 10:12 AM Proeftuin <x@y>\nwrote:\n> {MARK}\n> Welke mal?",
        f"{SAID}\n> {MARK}\n> Welke mal?\n\nJa.",
        f"Ja.\n\n{SAID}\n\n{MARK}\n\nWelke mal?",
        f"Ja.\n\n________________________________\nVan: Proeftuin <x@y>\nVerzonden: maandag 30 november 2026 10:12\n"
        f"Aan: Baas\nOnderwerp: Een vraag\n\n{MARK}\n\nWelke mal?",
        f"Ja.\n\n-----Original Message-----\nFrom: Proeftuin\nSent: Monday\nTo: Baas\nSubject: Een\n\n*{MARK}*\nWelke?",
        f"Ja.\n-- \nBaas Baas\nbaas@lab.example\n\n{SAID}\n> {MARK}",
    ],
)
def test_what_is_quoted_and_a_signature_are_left_out(letter: str) -> None:
    assert own_words(letter) == "Ja."


def test_an_answer_point_by_point_keeps_every_point() -> None:
    letter = f"Dag,\n\n{SAID}\n> {MARK}\n> Welke mal?\n\nStaal.\n\n> Hoe dik?\n\nDrie mm.\n"
    assert own_words(letter) == "Dag,\n\nStaal.\n\nDrie mm."


@pytest.mark.parametrize(
    "words",
    [
        "Op zich prima.\n\nJan schreef ons gisteren:\ndat het kan.",
        "Aan: het eind van de lijn\nDatum: volgende week",
        "Het verschil - groot - is 3 mm.",
        "Ja\n- staal\n- 3 mm",
    ],
)
def test_somebodys_own_words_are_left_alone(words: str) -> None:
    assert own_words(f"{words}\n\n{SAID}\n\n{MARK}\n\nWelke mal?") == words
    assert own_words(words) == words


def test_lines_that_a_program_broke_are_put_together() -> None:
    assert unflowed("Een zin die \nverder gaat.\nEen andere.\n> oud \n> nog") == (
        "Een zin die verder gaat.\nEen andere.\n> oud \n> nog"
    )


@pytest.mark.parametrize("line", ["op " + "heeft " * 20 + "geschreven " * 15 + "x1:", "schreef op " * 26 + "1:", "a"])
def test_no_text_takes_long(line: str) -> None:
    began = time.process_time()
    own_words(f"{line}\n>\n" * 10_000)
    assert time.process_time() - began < 2
