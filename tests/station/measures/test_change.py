"""Quotients, norms and the verdict on a change: what is said, and above all what is refused."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from drills.problems import Problem
from station.faults import because
from station.measures import PIPELINES, REGISTRY, MeasureSet, RecordedCop, compute
from station.measures.norms.change import NOT_COMPARABLE, NOT_REAL, REAL, ConditionTrials, change
from station.measures.norms.people import (
    COLUMNS,
    PIPELINE,
    STANCE_NORMS,
    TABLE,
    Condition,
    norm_for,
    place,
    stance_norm,
    table,
)
from station.measures.tasks.quotients import mctsib, mean_of, quotient, side_difference, vibration_effect
from tests.words import said

FIRM = Condition("both", "open", "firm")
LEG = Condition("left", "open", "firm")
NAME = "mean_velocity_mm_s"


def trial(value, **changes):
    return replace(MeasureSet("station-1", 1, {NAME: value}, duration_s=60.0, rate_hz=250.0), **changes)


def sitting(*values, condition=FIRM, **changes):
    return ConditionTrials(condition, [trial(value, **changes) for value in values])


def test_a_change_below_the_minimal_detectable_one_is_not_real():
    smallest = table()[NAME, 60, "all", "open", "firm"].mdc95 / math.sqrt(3.0)
    found = change(sitting(8.0, 8.2, 7.8), sitting(*(8.0 + 0.9 * smallest,) * 3))
    assert found.verdict == NOT_REAL
    assert found.smallest_real == pytest.approx(smallest, rel=1e-3)
    assert "163 people" in said(found.basis)
    found = change(sitting(8.0, 8.2, 7.8), sitting(*(8.0 + 1.1 * smallest,) * 3))
    assert found.verdict == REAL
    assert found.difference == pytest.approx(1.1 * smallest)
    assert change(sitting(8.0, 8.2, 7.8), sitting(*(8.0 - 1.1 * smallest,) * 3)).verdict == REAL


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (sitting(8.0, 8.0), "at least 3"),
        (sitting(8.0, 8.0, 8.0, condition=Condition("both", "closed", "firm")), "conditions differ"),
        (sitting(8.0, 8.0, 8.0, pipeline="raw"), "pipelines"),
        (sitting(8.0, 8.0, 8.0, version=2), "pipelines or versions"),
        (sitting(8.0, 8.0, 8.0, vibration_hz=25.0), "vibrated"),
        (sitting(8.0, 8.0, 8.0, duration_s=30.0), "last from 30.0 s to 60.0 s"),
        (sitting(8.0, 8.0, math.nan), "after: trial 3"),
    ],
)
def test_what_is_not_comparable(after, words):
    found = change(sitting(8.0, 8.0, 8.0), after)
    assert found.verdict == NOT_COMPARABLE
    assert words in said(found.why)
    assert math.isnan(found.difference)


def test_one_leg_is_judged_by_the_patients_own_spread():
    steady, wide = (48.0, 50.0, 52.0), (30.0, 50.0, 70.0)
    found = change(sitting(*steady, condition=LEG), sitting(*(x - 12.0 for x in steady), condition=LEG))
    assert found.verdict == REAL
    assert "own spread over 6 trials" in said(found.basis)
    assert "one leg" in said(found.basis)
    # Student's t of four degrees of freedom at 97.5 %, SD 2 in both, three trials each.
    assert found.smallest_real == pytest.approx(2.7764 * 2.0 * math.sqrt(2.0 / 3.0), rel=1e-4)
    assert change(sitting(*wide, condition=LEG), sitting(*(x - 12.0 for x in wide), condition=LEG)).verdict == NOT_REAL


def test_the_shipped_table_is_whole_and_attributed():
    text = TABLE.read_text(encoding="utf-8")
    assert "CC-BY 4.0" in text.splitlines()[0]
    assert f"version={PIPELINES['station-1'].version}" in text.splitlines()[0]
    assert ("station-1", PIPELINES["station-1"].version) == PIPELINE
    rows = list(csv.DictReader(text.splitlines()[1:]))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(table()) == 11 * 2 * 4 * 3
    for row in rows:
        points = [float(row[f"p{point}"]) for point in (5, 10, 25, 50, 75, 90, 95)]
        assert points == sorted(points)
        assert row["unit"] == REGISTRY[row["measure"]].unit
        assert 0.0 < float(row["icc_single"]) < float(row["icc_mean3"]) < 1.0


def test_the_table_agrees_with_norms_that_others_derived(shared_data):
    with (shared_data / "bds" / "bds_norms.csv").open(newline="") as text:
        theirs = list(csv.DictReader(text))
    assert len(theirs) == 8
    for row in theirs:
        where = (row["AgeGroup"].lower(), row["Vision"].lower(), row["Surface"].lower())
        velocity, area = (table()[name, 60, *where] for name in (NAME, "ellipse_area_mm2"))
        assert velocity.people == int(row["mv_f10_count"])
        assert velocity.points[3] == pytest.approx(10.0 * float(row["mv_f10_median"]), rel=0.02)
        assert area.points[3] == pytest.approx(100.0 * float(row["area_f10_median"]), rel=0.002)
        assert area.points[6] == pytest.approx(100.0 * float(row["area_f10_p95"]), rel=0.005)
    with (shared_data / "bds" / "bds_icc.csv").open(newline="") as text:
        for row in csv.DictReader(text):
            if row["var"] == "area_f10":
                ours = table()["ellipse_area_mm2", 60, "all", row["Vision"].lower(), row["Surface"].lower()]
                assert ours.icc_single == pytest.approx(float(row["ICC21"]), abs=0.002)
                assert ours.icc_mean3 == pytest.approx(float(row["ICC2k"]), abs=0.002)
                assert ours.mdc95 == pytest.approx(100.0 * float(row["MDC95"]), rel=0.005)


def test_path_and_velocity_are_judged_alike():
    """A path is a velocity times the duration; two verdicts on one movement would be nonsense."""
    for duration in (30, 60):
        for vision in ("open", "closed"):
            velocity, path = (table()[name, duration, "all", vision, "foam"] for name in (NAME, "path_length_mm"))
            assert path.mdc95_percent == pytest.approx(velocity.mdc95_percent, rel=1e-3)
            assert path.icc_single == pytest.approx(velocity.icc_single, abs=1e-4)


def test_a_path_is_only_compared_with_one_of_the_same_length():
    name = "path_length_mm"
    sixty, longer = (
        ConditionTrials(FIRM, [trial(8.0, values={NAME: 8.0, name: 8.0 * length}, duration_s=length)] * 3)
        for length in (60.0, 63.0)
    )
    assert change(sixty, longer).verdict == NOT_REAL
    assert said(change(sixty, longer, name).why) == "the trials last from 60.0 s to 63.0 s"
    assert change(sixty, sixty, name).verdict == NOT_REAL
    assert isinstance(norm_for(name, longer.sets[0], FIRM, "all"), Problem)
    assert not isinstance(norm_for(NAME, longer.sets[0], FIRM, "all"), Problem)


def test_a_real_trial_finds_its_place(trials, shared_data):
    with (shared_data / "bds" / "reference_duarte.csv").open(newline="") as text:
        row = next(row for row in csv.DictReader(text) if row["trial"] == "BDS00013")
    found = compute(RecordedCop(None, *trials["BDS00013"], rate_hz=100.0))
    condition = Condition("both", row["vision"].lower(), row["surface"].lower())
    placed = place(NAME, found, condition, float(row["age"]))
    assert placed.percentile == 5.0
    assert "below the 5th" in said(placed.text)
    assert "87 people of 18 to 59" in said(placed.text)


def test_percentiles_run_between_the_points_of_the_table():
    points = table()[NAME, 60, "old", "closed", "foam"].points
    condition = Condition("both", "closed", "foam")
    assert place(NAME, trial(points[3]), condition, 70.0).percentile == pytest.approx(50.0)
    between = place(NAME, trial(0.5 * (points[4] + points[5])), condition, 70.0)
    assert between.percentile == pytest.approx(82.5)
    assert said(place(NAME, trial(2.0 * points[6]), condition, 70.0).text).startswith("above the 95th")


@pytest.mark.parametrize(
    ("found", "condition", "age", "words"),
    [
        (trial(8.0), LEG, 40.0, "one leg"),
        (trial(8.0, pipeline="raw"), FIRM, 40.0, "pipeline"),
        (trial(8.0, vibration_hz=20.0), FIRM, 40.0, "vibration"),
        (trial(8.0, duration_s=45.0), FIRM, 40.0, "30 s and 60 s"),
        (trial(8.0), FIRM, 12.0, "18 to 85"),
        (trial(math.nan), FIRM, 40.0, "not measured"),
    ],
)
def test_no_norm_is_stretched(found, condition, age, words):
    placed = place(NAME, found, condition, age)
    assert math.isnan(placed.percentile)
    assert words in said(placed.text)
    assert said(norm_for("principal_direction_deg", trial(8.0), FIRM, "all")) == (
        "there are no norms of this figure (eyes open, firm)"
    )


def test_single_leg_times_by_age():
    assert stance_norm(17.9) is None
    assert [stance_norm(age).open_s for age in (18.0, 59.9, 60.0, 85.0)] == [44.0, 41.0, 32.0, 9.0]
    assert all(before.open_s >= after.open_s for before, after in pairwise(STANCE_NORMS))


def test_quotients():
    assert quotient([trial(12.0), trial(14.0)], [trial(10.0)], NAME).value == pytest.approx(1.3)
    assert vibration_effect([trial(12.0, vibration_hz=25.0)], [trial(10.0)], NAME).value == pytest.approx(20.0)
    assert side_difference([trial(12.0)], [trial(8.0)], NAME).value == pytest.approx(40.0)
    assert said(mean_of([], NAME).why) == "there is no trial"
    broken = trial(math.nan, reasons={NAME: because("no-force")})
    assert said(quotient([broken], [trial(1.0)], NAME).why) == "trial 1: no force was recorded"
    assert "different pipelines" in said(quotient([trial(1.0, pipeline="raw")], [trial(1.0)], NAME).why)
    assert "zero" in said(quotient([trial(1.0)], [trial(0.0)], NAME).why)


def test_the_four_sensory_conditions():
    four = {
        "open-firm": [trial(10.0)],
        "closed-firm": [trial(12.0)],
        "open-foam": [trial(20.0)],
        "closed-foam": [trial(38.0)],
    }
    scores = {name: found.value for name, found in mctsib(four, NAME).items()}
    assert scores == pytest.approx(
        {"mctsib_composite": 20.0, "mctsib_vision": 1.2, "mctsib_somatosensory": 2.0, "mctsib_vestibular": 3.8}
    )
    del four["open-foam"]
    lacking = mctsib(four, NAME)
    assert "open-foam: there is no trial" in said(lacking["mctsib_composite"].why)
    assert lacking["mctsib_vision"].value == pytest.approx(1.2)


def test_repeatability_formulas_on_a_table_worked_by_hand():
    # Shrout and Fleiss 1979, Table 2: six targets, four judges; ICC(2,1) = 0.29, ICC(2,4) = 0.62.
    from benchmarks.derive_norms import icc

    ratings = np.array([[9.0, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    single, average, sem = icc(ratings)
    assert single == pytest.approx(0.29, abs=0.005)
    assert average == pytest.approx(0.62, abs=0.005)
    assert sem == pytest.approx(np.std(ratings, ddof=1) * math.sqrt(1.0 - single))
