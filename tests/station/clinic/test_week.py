"""What is left of a plan's week, counted by hand."""

from datetime import date

import pytest

from drills.library import catalogue_names
from station.clinic.plan.week import Trained, WeekLeft, left_of_week, trains

DOSE = {"session_minutes": 20, "sessions_week": [2, 3], "weeks": [4, 6], "plate_minutes_week": 40}
ROW = {"day": "2026-11-02", "plan": {"dose": DOSE, "proposed": False}}
ENDS = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("days", "minutes", "left"),
    [
        (0, 0, ("left", 2, 40)),
        (1, 20.99, ("left", 1, 20)),
        (2, 39.99, ("left", 0, 1)),
        (1, 45, ("left", 1, 0)),
        (2, 40, ("done", 0, 0)),
        (3, 60.99, ("done", 0, 0)),
        (3, 61, ("over", 0, 1)),
        (4, 30, ("over", 1, 0)),
        (5, 75, ("over", 2, 15)),
    ],
)
def test_days_and_minutes_up_to_the_least_and_above_the_most(days, minutes, left):
    found = left_of_week(ROW, ENDS, Trained(days, minutes * 60.0))
    assert found == WeekLeft(*left, ends=ENDS, proposed=False)


@pytest.mark.parametrize(
    ("row", "today", "state"),
    [
        (None, ENDS, "none"),
        ({**ROW, "plan": {"dose": None, "proposed": True}}, ENDS, "stopped"),
        ({**ROW, "plan": {"dose": {**DOSE, "session_minutes": 0}, "proposed": True}}, ENDS, "stopped"),
        (ROW, date(2026, 12, 15), "ended"),
    ],
)
def test_where_there_is_nothing_to_be_left(row, today, state):
    found = left_of_week(row, today, Trained(9, 9e9))
    assert (found.state, found.days, found.minutes) == (state, 0, 0)
    assert found.proposed is (state == "stopped")


def test_a_test_trains_nothing_and_an_own_drill_does():
    assert trains("one-leg")
    assert trains("somebodys-own")
    assert not trains("quick-one-leg")
    assert 20 < sum(trains(name) for name in catalogue_names()) < len(catalogue_names())
