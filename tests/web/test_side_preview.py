"""What stands beside the fields while somebody writes: the page as it will be, of all that is filled in."""

import re
from collections.abc import Iterator

import pytest

from app.core.database import Database
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_writing import begin, form_of

FIGURE = {"name": "Omsteltijd", "unit": "min", "baseline": "40", "result": "30", "period": "6 weken", "better": "lower"}

CASE = {
    **{f"metrics-0-{part}": value for part, value in FIGURE.items()},
    "metrics-0-method": "counted",
    "verification": "self_reported",
    "investment_eur": "12000",
    "benefit_eur_year": "9000",
    "duration_months": "7",
    "trl_end": "9",
    "challenge": "Elke order een half uur stil.",
    "pitfalls": "De eerste mal boog.",
    "summary": "Een kar met mallen.",
    "body": "## De aanpak\n\nWe maten zes weken.",
}
LESSON = {
    "takeaway": "Meet eerst, koop daarna.",
    "outcome": "failure",
    "phase": "orient",
    "applies_when": "Er is nog niets gemeten.",
    "cost_of_mistake_eur": "18000",
    "body": "## Waarom\n\nDaarom.",
}
TECHNOLOGY = {
    "cost_range_eur-0": "6000",
    "cost_range_eur-1": "55000",
    "lead_time_weeks-0": "6",
    "lead_time_weeks-1": "26",
    "trl": "8",
    "skills": "meten",
    "prerequisites": "een nulmeting",
    "alternatives": "niets doen",
    "summary": "Een arm naast een mens.",
    "body": "## Wat is het\n\nEen arm.",
}


@pytest.fixture
def femke(seeded: Database) -> Iterator[Client]:
    with Client() as client:
        client.sign_in(person(seeded, "femke"))
        yield client


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def beside(client: Client, at: str, told: dict[str, str]) -> str:
    answer = client.post(f"{at}/meelezen", data={**form_of(client, at), **told})
    assert answer.status_code == 200
    return words(answer.json()["page"])


@pytest.mark.parametrize(
    ("kind", "told", "parts"),
    [
        (
            "case_study",
            CASE,
            [
                *(
                    "Een kar met mallen.",
                    "Omsteltijd",
                    "Meetperiode: 6 weken",
                    "€ 12.000",
                    "€ 9.000",
                    "7 maanden",
                    "geteld",
                ),
                *("We maten zes weken.", "Zo is er gemeten"),
            ],
        ),
        (
            "lesson",
            LESSON,
            ["Meet eerst, koop daarna.", "Werkte niet", "Er is nog niets gemeten.", "€ 18.000", "Daarom."],
        ),
        (
            "technology",
            TECHNOLOGY,
            [
                "Een arm naast een mens.",
                "€ 6.000",
                "55.000",
                "weken",
                "Een nulmeting",
                "Niets doen",
                "Meten",
                "Een arm.",
            ],
        ),
    ],
)
def test_it_shows_all_that_the_page_does(femke: Client, kind: str, told: dict[str, str], parts: list[str]) -> None:
    at = begin(femke, kind)
    shown = beside(femke, at, told)
    whole = words(femke.post(f"{at}/voorbeeld", data={**form_of(femke, at), **told}).text)
    for part in ["Meet eerst", "Femke", *parts]:
        assert part.replace("\xa0", " ") in shown.replace("\xa0", " "), part
        assert part.replace("\xa0", " ") in whole.replace("\xa0", " "), part


@pytest.mark.parametrize("kind", ["case_study", "lesson", "technology"])
def test_nothing_is_said_of_what_is_not_filled_in(femke: Client, kind: str) -> None:
    shown = beside(femke, begin(femke, kind), {})
    for invented in ("€", "TRL", "gemeten.", "Werkte", "maanden", "weken", "Investering"):
        assert invented not in shown, invented


def test_a_figure_without_a_method_is_not_said_to_be_measured(femke: Client) -> None:
    without = {**CASE, "metrics-0-method": ""}
    at = begin(femke, "case_study")
    assert "Omsteltijd 6 weken geteld" in beside(femke, at, CASE)
    shown = beside(femke, at, without)
    assert "Omsteltijd 6 weken" in shown
    assert "Omsteltijd 6 weken gemeten" not in shown


def test_what_does_not_fit_hides_nothing_else(femke: Client) -> None:
    shown = beside(femke, begin(femke, "case_study"), {**CASE, "duration_months": "een half jaar"})
    assert "een half jaar" not in shown
    assert "12.000" in shown
    assert "We maten zes weken." in shown
