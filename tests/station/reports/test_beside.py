"""What stands beside a session's figures: the percentile with its band and whose it is, or why there is none."""

from __future__ import annotations

import json
from typing import Any

from station.measures.norms.ranks import table
from station.reports.beside import beside
from station.reports.facts import Wanted, facts_of
from station.texts import Texts

BORN = 1958
"""Who is 68 in the records' year."""


def newest(clinic, **of_trials: Any) -> dict[str, Any]:
    """The last session, its tries changed so: three of 9, 9.5 and 10 mm/s."""
    (session,) = facts_of(Wanted(clinic[0], "P-7")).sessions
    return {**session, "trials": [{**trial, **of_trials} for trial in session["trials"]]}


def test_each_figure_has_its_percentile_and_its_band_and_the_norm_is_named_once(clinic):
    lines = beside(newest(clinic), BORN, Texts("en"))
    points = table()["mean_velocity_mm_s", 30, "mean", "old", "open", "firm"].points
    low, high = f"{points[0]:.2f}", f"{points[-1]:.1f}"
    assert lines[0].startswith("Mean speed of sway")
    assert lines[0].endswith(f"90 of 100 healthy people of this age lie from {low} to {high}.")
    assert "9.50, " in lines[0]
    assert "Area" in lines[1]
    assert "Santos and Duarte" in lines[2]
    assert len(lines) == 3


def test_without_a_norm_it_says_why(clinic):
    for born, trials, said in (
        (None, {}, "Without a year of birth"),
        (2015, {}, "people of 18 to 85 years"),
        (BORN, {"hold_s": 12.0}, "tries of 30 s and 60 s"),
        (BORN, {"vibration": {"measured_hz": 25.0}}, "without vibration"),
        (BORN, {"pipeline": "other/1"}, "pipeline station-1"),
    ):
        lines = beside(newest(clinic, **trials), born, Texts("en"))
        assert len(lines) == 1, lines
        assert said in lines[0]
        assert "percentile;" not in lines[0]


def test_nothing_stands_beside_what_was_not_held_or_is_counted(clinic):
    assert beside(newest(clinic, outcome="step-off"), BORN, Texts("en")) == []
    assert beside(newest(clinic, score={"done": 1, "of": 4}), BORN, Texts("en")) == []


def test_every_language_has_its_words(clinic):
    for language in ("de", "fr", "es", "pt", "tr", "ar", "zh"):
        assert "{" not in json.dumps(beside(newest(clinic), BORN, Texts(language)))
