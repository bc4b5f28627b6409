"""Quotients, norms and the verdict on a change: what is said, and above all what is refused."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from drills.problems import Problem
from station.faults import InputError, because
from station.measures import PIPELINES, REGISTRY, MeasureSet, RecordedCop, compute
from station.measures.norms import ranks, spread
from station.measures.norms.between import read_rules, shipped
from station.measures.norms.change import NO_VERDICT, NOT_COMPARABLE, NOT_REAL, REAL, ConditionTrials, Occasion, change
from station.measures.norms.people import (
    COLUMNS,
    PIPELINE,
    STANCE_NORMS,
    TABLE,
    Condition,
    norm_for,
    stance_norm,
    table,
)
from station.measures.norms.ranks import place
from station.measures.tasks.quotients import mctsib, mean_of, quotient, side_difference, vibration_effect
from tests.words import said

FIRM = Condition("both", "open", "firm")
LEG = Condition("left", "open", "firm")
NAME = "mean_velocity_mm_s"


def trial(value, **changes):
    return replace(MeasureSet("station-1", 1, {NAME: value}, duration_s=60.0, rate_hz=250.0), **changes)


def sitting(*values, condition=FIRM, **changes):
    return ConditionTrials(condition, [trial(value, **changes) for value in values])


YOUNG, OLD = Occasion(40.0, same_day=True), Occasion(70.0, same_day=True)


def test_a_change_within_chance_is_not_real():
    own = spread.table()[NAME, 60, "young", "open", "firm"]
    assert own.power == 0.0
    factor = math.exp(own.bound / math.sqrt(3.0))
    found = change(sitting(8.0, 8.2, 7.8), sitting(*(8.0 * factor * 0.99,) * 3), NAME, YOUNG)
    assert found.verdict == NOT_REAL
    assert found.real_above == pytest.approx(8.0 * factor)
    assert found.real_below == pytest.approx(8.0 / factor)
    assert found.smallest_real == pytest.approx(8.0 * (factor - 1.0))
    assert found.direction is None
    assert "87 people of 18 to 59" in said(found.basis)
    found = change(sitting(8.0, 8.2, 7.8), sitting(*(8.0 * factor * 1.01,) * 3), NAME, YOUNG)
    assert (found.verdict, found.direction) == (REAL, "worse")
    found = change(sitting(8.0, 8.2, 7.8), sitting(*(8.0 / factor / 1.01,) * 3), NAME, YOUNG)
    assert (found.verdict, found.direction) == (REAL, "better")
    assert found.smallest_real == pytest.approx(8.0 * (1.0 - 1.0 / factor))
    assert change(sitting(8.0, 8.2, 7.8), sitting(*(8.0 / factor / 0.99,) * 3), NAME, YOUNG).verdict == NOT_REAL


def test_the_bound_goes_with_the_root_of_the_numbers_of_trials():
    own = spread.Spread(80, 0.0, 0.4)
    assert spread.limits(10.0, own, (1, 1)).above == pytest.approx(10.0 * math.exp(0.4))
    assert spread.limits(10.0, own, (2, 2)).above == pytest.approx(10.0 * math.exp(0.4 / math.sqrt(2.0)))
    assert spread.limits(10.0, own, (1, 2)).below == pytest.approx(10.0 * math.exp(-0.4 * math.sqrt(0.75)))


@pytest.mark.parametrize("power", [-0.2, 0.0, 0.1, 0.6])
def test_the_even_scale_and_back(power):
    for value in (0.3, 1.0, 8.0, 400.0):
        assert spread.figure(spread.even(value, power), power) == pytest.approx(value)
    assert spread.even(8.0, power) < spread.even(8.1, power)


def test_no_second_figure_is_beyond_chance_where_the_scale_ends():
    own = spread.Spread(80, 0.6, 0.14)
    assert spread.limits(400.0, own, (1, 1)).above == math.inf
    assert spread.limits(0.001, spread.Spread(80, -0.2, 2.0), (1, 1)).below == 0.0


def test_without_an_age_the_wider_bound_of_both_groups_holds():
    before = sitting(12.0, 12.0, 12.0)
    both, old = (change(before, sitting(13.0, 13.0, 13.0), NAME, one) for one in (Occasion(None, same_day=True), OLD))
    young = change(before, sitting(13.0, 13.0, 13.0), NAME, YOUNG)
    assert both.real_above == max(young.real_above, old.real_above)
    assert both.real_below == min(young.real_below, old.real_below)
    assert "163 people" in said(both.basis)


def test_old_people_are_not_judged_by_what_the_young_do():
    """By one standard error for all 163 one in ten of the old had a false change, one in a hundred of the young."""
    plain = table()[NAME, 60, "all", "open", "firm"].mdc95 / math.sqrt(3.0)
    before = sitting(18.0, 18.0, 18.0)
    assert change(before, sitting(18.0, 18.0, 18.0), NAME, OLD).real_above > 18.0 + 2.0 * plain
    small = change(sitting(5.0, 5.0, 5.0), sitting(7.0, 7.0, 7.0), NAME, YOUNG)
    assert small.verdict == REAL
    assert small.difference < plain


def test_two_days_need_a_rule_with_a_source():
    before = sitting(12.0, 12.0, 12.0)
    days = Occasion(40.0, same_day=False)
    near, larger, far = (change(before, sitting(*(x,) * 3), NAME, days) for x in (13.0, 17.5, 18.5))
    assert near.verdict == NOT_REAL
    assert "between days people vary more" in said(near.why)
    assert change(before, sitting(17.5, 17.5, 17.5), NAME, YOUNG).verdict == REAL
    assert (larger.verdict, larger.proposed) == (NOT_REAL, True)  # 46 %: not over half
    assert (far.verdict, far.direction, far.proposed) == (REAL, "worse", True)
    assert "proposed" in said(far.basis)
    assert "Gasq" in said(far.basis)
    assert far.smallest_real == pytest.approx(6.1)
    foam = Condition("both", "open", "foam")
    none = change(sitting(30.0, 30.0, 30.0, condition=foam), sitting(60.0, 60.0, 60.0, condition=foam), NAME, days)
    assert none.verdict == NO_VERDICT
    assert none.direction is None
    assert none.difference == pytest.approx(30.0)
    assert "from day to day is not known" in said(none.why)
    assert change(before, sitting(30.0, 30.0, 30.0), NAME, Occasion(40.0)) == change(
        before, sitting(30.0, 30.0, 30.0), NAME, days
    )  # who does not say it is taken for two days


def test_a_clinics_own_rule_stands_in_place_of_the_proposed(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(
        """schema = 1
status = "signed"
signed_by = "Dr. Ana Lopes"
[[rule]]
measure = "mean_velocity_mm_s"
stance = "both"
surface = "foam"
factor = 1.3
people = 22
source = "own people"
"""
    )
    days = Occasion(70.0, same_day=False, rules=read_rules(file))
    foam = Condition("both", "open", "foam")
    found = change(sitting(30.0, 30.0, 30.0, condition=foam), sitting(40.0, 40.0, 40.0, condition=foam), NAME, days)
    assert (found.verdict, found.proposed) == (REAL, False)
    assert found.real_above == pytest.approx(39.0)
    assert "signed by Dr. Ana Lopes: own people" in said(found.basis)
    assert change(sitting(8.0, 8.0, 8.0), sitting(30.0, 30.0, 30.0), NAME, days).verdict == NO_VERDICT


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema = 2", "there are"),
        ('schema = 1\nstatus = "signed"\nrule = []', "nobody is named"),
        ('schema = 1\nstatus = "proposed"', "[[rule]]"),
        ('schema = 1\nstatus = "proposed"\n[[rule]]\nmeasure = "speed"', "no figure speed"),
        ('schema = 1\nstatus = "proposed"\n[[rule]]\nmeasure = "mean_velocity_mm_s"', "either percent"),
        ('schema = 1\nstatus = "proposed"\n[[rule]]\nmeasure = "mean_velocity_mm_s"\nfactor = 0.5', "0.5 is no number"),
        ('schema = 1\nstatus = "proposed"\n[[rule]]\nmeasure = "mean_velocity_mm_s"\nstanse = "both"', "there are"),
        ('schema = 1\nstatus = "proposed"\n[[rule]]\nmeasure = "mean_velocity_mm_s"\nstance = "knee"', "there are"),
        ("schema = ", "no TOML"),
    ],
)
def test_a_wrong_file_of_rules_says_what_is_wrong(tmp_path, text, words):
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        read_rules(file)
    assert words in said(caught.value.problems[0])
    assert str(file) in caught.value.where


def test_the_shipped_rules_are_proposed_and_name_their_sources():
    rules = shipped()
    assert (rules.status, rules.signed_by) == ("proposed", "")
    assert {rule.measure for rule in rules.rules} == {NAME}
    assert all(len(rule.source) > 30 for rule in rules.rules)


@pytest.mark.parametrize("reason", ["tiny-sway", "odd-force", "axes-swapped"])
def test_a_trial_in_doubt_gets_no_verdict(reason):
    values = {"force_n": 1.0, "kg": 0.1} if reason == "odd-force" else {"larger": 2.0, "faster": 1.0}
    marked = sitting(8.0, 8.0, 8.0)
    why = (because(reason, **({} if reason == "tiny-sway" else values)),)
    marked.sets[1] = trial(8.0, **({"warnings": why} if reason == "axes-swapped" else {"suspicions": why}))
    found = change(sitting(30.0, 30.0, 30.0), marked, NAME, YOUNG)
    assert found.verdict == NOT_COMPARABLE
    assert said(found.why).startswith("after: try 2: ")


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (sitting(8.0, 8.0), "at least 3"),
        (sitting(8.0, 8.0, 8.0, condition=Condition("both", "closed", "firm")), "conditions differ"),
        (sitting(8.0, 8.0, 8.0, pipeline="raw"), "pipelines"),
        (sitting(8.0, 8.0, 8.0, version=2), "pipelines or versions"),
        (sitting(8.0, 8.0, 8.0, vibration_hz=25.0), "vibrated"),
        (sitting(8.0, 8.0, 8.0, duration_s=30.0), "last from 30.0 s to 60.0 s"),
        (sitting(8.0, 8.0, math.nan), "after: try 3"),
    ],
)
def test_what_is_not_comparable(after, words):
    found = change(sitting(8.0, 8.0, 8.0), after)
    assert found.verdict == NOT_COMPARABLE
    assert words in said(found.why)
    assert math.isnan(found.difference)


def test_one_leg_is_judged_by_the_patients_own_spread():
    steady, wide = (48.0, 50.0, 52.0), (30.0, 50.0, 70.0)
    day = Occasion(same_day=True)
    found = change(sitting(*steady, condition=LEG), sitting(*(x - 12.0 for x in steady), condition=LEG), NAME, day)
    assert found.verdict == REAL
    assert "own spread over 6 tries" in said(found.basis)
    assert "one leg" in said(found.basis)
    # Student's t of four degrees of freedom at 97.5 %, SD 2 in both, three trials each.
    assert found.smallest_real == pytest.approx(2.7764 * 2.0 * math.sqrt(2.0 / 3.0), rel=1e-4)
    less = sitting(*(x - 12.0 for x in wide), condition=LEG)
    assert change(sitting(*wide, condition=LEG), less, NAME, day).verdict == NOT_REAL


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
        for group in ("young", "old"):
            for vision in ("open", "closed"):
                velocity, path = (
                    spread.table()[name, duration, group, vision, "foam"] for name in (NAME, "path_length_mm")
                )
                for first in (10.0, 40.0):
                    narrow = spread.limits(first, velocity, (3, 3))
                    wide = spread.limits(first * duration, path, (3, 3))
                    assert [edge / duration for edge in wide] == pytest.approx(narrow, rel=2e-3)


def test_a_path_is_only_compared_with_one_of_the_same_length():
    name = "path_length_mm"
    sixty, longer = (
        ConditionTrials(FIRM, [trial(8.0, values={NAME: 8.0, name: 8.0 * length}, duration_s=length)] * 3)
        for length in (60.0, 63.0)
    )
    assert change(sixty, longer).verdict == NOT_REAL
    assert said(change(sixty, longer, name).why) == "the tries last from 60.0 s to 63.0 s"
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
    assert "single tries of 87 people of 18 to 59" in said(placed.text)


def test_percentiles_run_between_the_points_of_the_table():
    condition = Condition("both", "closed", "foam")
    for of, trials in (("trial", 1), ("mean", 3), ("mean", 4)):
        points = ranks.table()[NAME, 60, of, "old", "closed", "foam"].points
        assert place(NAME, trial(points[3]), condition, 70.0, trials).percentile == pytest.approx(50.0)
        between = place(NAME, trial(0.5 * (points[4] + points[5])), condition, 70.0, trials)
        assert between.percentile == pytest.approx(82.5)
        beyond = place(NAME, trial(2.0 * points[6]), condition, 70.0, trials)
        assert said(beyond.text).startswith("above the 95th")
    assert "of means of three, this is the mean of 2" in said(place(NAME, trial(30.0), condition, 70.0, 2).text)


def test_single_trials_spread_wider_than_means():
    """A single trial above the 95th percentile of means is nothing rare: it is held against single trials."""
    for key, rank in ranks.table().items():
        if key[2] == "trial" and key[0] == NAME:
            means = ranks.table()[key[0], key[1], "mean", *key[3:]]
            assert (rank.people, rank.trials) == (means.people, 3 * means.people)
    firm = [ranks.table()[NAME, 60, of, "old", "open", "firm"].points for of in ("trial", "mean")]
    assert firm[0][0] < firm[1][0]
    assert firm[0][6] > firm[1][6]


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
    assert said(mean_of([], NAME).why) == "there is no try"
    broken = trial(math.nan, reasons={NAME: because("no-force")})
    assert said(quotient([broken], [trial(1.0)], NAME).why) == "try 1: no force was recorded"
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
    assert "open-foam: there is no try" in said(lacking["mctsib_composite"].why)
    assert lacking["mctsib_vision"].value == pytest.approx(1.2)


def test_repeatability_formulas_on_a_table_worked_by_hand():
    # Shrout and Fleiss 1979, Table 2: six targets, four judges; ICC(2,1) = 0.29, ICC(2,4) = 0.62.
    from benchmarks.derive_norms import icc

    ratings = np.array([[9.0, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    single, average, sem = icc(ratings)
    assert single == pytest.approx(0.29, abs=0.005)
    assert average == pytest.approx(0.62, abs=0.005)
    assert sem == pytest.approx(np.std(ratings, ddof=1) * math.sqrt(1.0 - single))
