"""Both feet on the plate where one leg was asked for: found, never made up, and left to the therapist between."""

import csv
import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.one_foot import BOTH, ONE, UNSURE, on_one, simulated, told_of
from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from hw.simulated import person
from station.control.session import DrillRequest
from station.measures.tasks.one_foot import ASIDE_MM, LIKE_ONE_MM_S, LIKE_TWO_MM_S, feet_of
from station.processes.headless import Surroundings, run_headless
from station.settings import Settings


@pytest.mark.parametrize(
    ("speed_mm_s", "aside_mm", "seen"),
    [
        (9.0, 2.0, BOTH),
        (9.0, None, BOTH),
        (9.0, 80.0, UNSURE),  # leant over on both, or one very steady leg
        (24.0, 2.0, UNSURE),
        (24.0, None, UNSURE),
        (24.0, 80.0, ONE),
        (45.0, -3.0, ONE),  # the foot that stays was put into the middle
    ],
)
def test_a_slow_sway_without_a_shift_is_both_feet_and_a_fast_one_is_one_leg(speed_mm_s, aside_mm, seen):
    found = feet_of(speed_mm_s, aside_mm)
    assert found.seen == seen
    assert (found.suspicion is not None) == (seen == BOTH)


@given(st.floats(0.0, 200.0), st.one_of(st.none(), st.floats(-300.0, 300.0)))
def test_faster_or_further_aside_is_never_less_one_leg(speed_mm_s, aside_mm):
    order = (BOTH, UNSURE, ONE)
    here = order.index(feet_of(speed_mm_s, aside_mm).seen)
    assert order.index(feet_of(speed_mm_s + 1.0, aside_mm).seen) >= here
    if aside_mm is not None:
        assert order.index(feet_of(speed_mm_s, aside_mm + 1.0).seen) >= here
    assert ASIDE_MM > 0.0 < LIKE_TWO_MM_S < LIKE_ONE_MM_S


def test_nothing_is_told_where_nothing_was_measured():
    assert feet_of(math.nan, 10.0) is None


@pytest.mark.parametrize(("how", "seen"), [("one leg", ONE), ("both", BOTH), ("both, leant over", UNSURE)])
def test_simulated_people_are_told_rightly(how, seen):
    found = [simulated(kind, seed, how) for kind in ("young", "old") for seed in range(2)]
    assert {one.seen for one in found if one is not None} == {seen}


def test_real_people_are_told_rightly_on_a_firm_floor_and_not_on_foam(shared_data, trials):
    assert {one.seen for one in on_one(shared_data)} == {ONE}
    said = {"Firm": Counter(), "Foam": Counter()}
    with (shared_data / "bds" / "reference_duarte.csv").open(newline="") as text:
        for row in csv.DictReader(text):
            ml_mm, ap_mm = trials[row["trial"]]
            said[row["surface"]].update(one.seen for one in list(told_of(ml_mm, ap_mm, 100.0))[:2])
    firm, foam = said.values()
    assert firm[BOTH] >= 43, "of the 48 that are here; of all 588 on firm ground more than nine in ten"
    assert firm.total() == 48
    assert firm[ONE] <= 0.03 * firm.total()
    assert foam[BOTH] < 0.5 * foam.total()


def test_who_never_lifts_a_foot_is_found_in_the_quick_test(tmp_path, monkeypatch):
    document = load_shipped("quick-one-leg")
    request = DrillRequest("P01", document, prescribe(document, Asked(Leg.LEFT, trials=2)))
    settings = Settings.model_validate({"station": {"data": str(tmp_path), "seed": 3}})
    stays = dict.fromkeys(("stand_on_left", "stand_on_right"), person.Stance.BOTH)
    for told, feet in ((person._INSTRUCTED, None), ({**person._INSTRUCTED, **stays}, BOTH)):
        monkeypatch.setattr(person, "_INSTRUCTED", told)
        result = run_headless(settings, request, Surroundings(virtual=True))
        assert [trial["outcome"] for trial in result["trials"]] == ["held", "held"]
        assert [trial.get("feet", {}).get("seen") for trial in result["trials"]] == [feet, feet]
        if feet is not None:
            assert result["trials"][0]["suspicions"][0]["reason"] == "both-feet-weighed"
