import pytest

from app.core.language import speaking
from content.piloting import Goal, goals, phase_now, phases
from content.subjects import Pilot


def goal(begin: float, now: float | None, target: float, better: str = "lower") -> Goal:
    return Goal("Uitval", "%", begin, now, target, None, better)


@pytest.mark.parametrize(
    ("told", "progress", "is_reached"),
    [
        (goal(4.2, 1.1, 1.0), 96.875, False),
        (goal(4.2, 1.0, 1.0), 100, True),
        (goal(4.2, 0.5, 1.0), 115.625, True),
        (goal(10, 12, 5), -40, False),
        (goal(0, 23, 40, "higher"), 57.5, False),
        (goal(22, 41, 40, "higher"), 105.5555, True),
        (goal(5, None, 1), None, False),
        (goal(3, 3, 3), None, True),
    ],
)
def test_a_goal_knows_how_far_it_is(told: Goal, progress: float | None, is_reached: bool) -> None:
    assert told.progress == (None if progress is None else pytest.approx(progress, abs=0.001))
    assert told.is_reached is is_reached


def pilot(**told: object) -> Pilot:
    return Pilot(slug="proef", number=99, name_nl="Proef", name_en="Trial", **told)


def test_phases_and_goals_speak_the_readers_language() -> None:
    told = pilot(
        phases=[
            {"slug": "a", "nl": "Bouwen", "en": "Build", "start": "2025-01-01", "end": "2025-03-31", "state": "done"},
            {"slug": "b", "nl": "Testen", "en": "Test", "start": "2025-04-01", "end": "2025-06-30", "state": "now"},
        ],
        goals=[
            {"nl": "Tijd", "en": "Time", "unit": {"nl": "uur", "en": "h"}, "begin": 2, "target": 1, "better": "lower"}
        ],
    )
    with speaking("en"):
        assert [phase.name for phase in phases(told)] == ["Build", "Test"]
        assert [(each.name, each.unit, each.now, each.as_of) for each in goals(told)] == [("Time", "h", None, None)]
    assert phase_now(phases(told)) == 2


def test_a_pilot_of_which_nothing_is_told_is_in_no_phase() -> None:
    assert (phases(pilot()), goals(pilot()), phase_now([])) == ([], [], 0)
