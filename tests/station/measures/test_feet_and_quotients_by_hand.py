"""Both feet or one, the weight on four corners, and figures of several trials, at their bounds and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from drills.problems import Problem
from station.faults import as_json, because
from station.measures.tasks.distribution import DISTRIBUTION_NAMES, distribution
from station.measures.tasks.one_foot import BOTH, LEAST_S, ONE, UNSURE, feet_of
from station.measures.tasks.quotients import (
    MCTSIB,
    Quotient,
    mctsib,
    mean_of,
    quotient,
    side_difference,
    vibration_effect,
)
from station.measures.values import MeasureSet

NAME = "mean_velocity_mm_s"

# --- one foot -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speed_mm_s", "aside_mm", "seen"),
    [
        (0.0, None, BOTH),
        (19.99, None, BOTH),
        (20.0, None, UNSURE),
        (29.99, None, UNSURE),
        (30.0, None, ONE),
        (19.99, 39.99, BOTH),
        (19.99, 40.0, UNSURE),
        (20.0, 39.99, UNSURE),
        (20.0, 40.0, ONE),
        (30.0, -40.0, ONE),
    ],
)
def test_one_leg_is_30_mm_a_second_or_20_with_40_mm_aside(speed_mm_s, aside_mm, seen) -> None:
    found = feet_of(speed_mm_s, aside_mm)
    assert found is not None
    assert (found.seen, found.speed_mm_s, found.aside_mm) == (seen, speed_mm_s, aside_mm)


def test_both_feet_are_said_with_what_was_seen_of_them() -> None:
    weighed, alone, unsure = feet_of(9.0, 2.0), feet_of(9.0, None), feet_of(24.0, 2.0)
    assert weighed is not None
    assert alone is not None
    assert unsure is not None
    assert weighed.suspicion == because("both-feet-weighed", speed_mm_s=9.0, aside_mm=2.0)
    assert alone.suspicion == because("both-feet", speed_mm_s=9.0)
    assert unsure.suspicion is None
    assert feet_of(-0.5, 2.0) is None
    assert (ONE, BOTH, UNSURE, LEAST_S) == ("one", "both", "unsure", 5.0)


# --- the weight on the corners --------------------------------------------------------------------------------------


def test_a_distribution_needs_a_load_and_an_ellipse() -> None:
    """12, 8, 10 and 10 N: 5 % of the load more than a quarter, 5 % less, and twice a quarter."""
    shares, index, ratio = DISTRIBUTION_NAMES[:4], DISTRIBUTION_NAMES[4], DISTRIBUTION_NAMES[5]
    assert shares == tuple(
        f"share_{corner}_percent" for corner in ("front_left", "front_right", "back_right", "back_left")
    )
    assert (index, ratio) == ("weight_distribution_index_percent", "outlier_excursion_ratio")
    one = np.array([12.0, 8.0, 10.0, 10.0])
    values, reasons = distribution(np.stack((one, 3.0 * one)), 0.6, 0.5)
    assert reasons == {}
    assert [values[name] for name in shares] == pytest.approx([30.0, 20.0, 25.0, 25.0])
    assert values[index] == pytest.approx(math.sqrt(50.0 / 4.0))
    assert values[ratio] == pytest.approx(1.2)
    for cells_n in (None, np.zeros((5, 4)), np.full((5, 4), math.nan), np.array([[1.0, -1.0, 1.0, -1.0]])):
        values, reasons = distribution(cells_n, 0.6, 0.5)
        assert reasons == dict.fromkeys((*shares, index), because("no-cells"))
        assert all(math.isnan(values[name]) for name in (*shares, index))
        assert values[ratio] == pytest.approx(1.2)
    values, reasons = distribution(np.array([[0.2, 0.1, 0.1, 0.1]]), 0.6, 0.0)
    assert values[shares[0]] == pytest.approx(40.0), "half a newton is a load"
    assert reasons == {ratio: because("not-defined")}
    assert math.isnan(values[ratio])


# --- figures of several trials --------------------------------------------------------------------------------------


def trial(value: float = math.nan, version: int = 1, pipeline: str = "raw", **more: tuple[Problem, ...]) -> MeasureSet:
    return MeasureSet(pipeline, version, {} if math.isnan(value) else {NAME: value}, **more)


def said(found: Quotient) -> Problem:
    assert math.isnan(found.value)
    assert found.why is not None
    return found.why


def of_trial(number: int, why: Problem) -> Problem:
    return because("of-trial", number=number, why=as_json(why))


def test_a_mean_is_of_one_pipeline_and_of_trials_without_a_doubt() -> None:
    assert mean_of([trial(2.0), trial(3.0), trial(7.0)], NAME) == (4.0, None)
    assert said(mean_of([], NAME)) == because("no-trial")
    for other in (trial(3.0, version=2), trial(3.0, pipeline="station-1")):
        assert said(mean_of([trial(2.0), other], NAME)) == because("different-pipelines")
    tiny, swapped = because("tiny-sway"), because("axes-swapped", larger=2.0, faster=1.0)
    odd = [trial(2.0), trial(3.0, suspicions=(tiny,))]
    assert said(mean_of(odd, NAME)) == of_trial(2, because("suspect", why=as_json(tiny)))
    odd = [trial(2.0, warnings=(swapped,)), trial(3.0)]
    assert said(mean_of(odd, NAME)) == of_trial(1, because("in-doubt", why=as_json(swapped)))
    assert said(mean_of([trial(2.0), trial(), trial()], NAME)) == of_trial(2, because("not-measured"))
    known = MeasureSet("raw", 1, {NAME: math.nan}, {NAME: because("no-force")})
    assert said(mean_of([known, trial(2.0)], NAME)) == of_trial(1, because("no-force"))


def test_quotients_and_differences_of_two_means() -> None:
    two, six, nothing, lacking = [trial(2.0)], [trial(5.0), trial(7.0)], [trial(0.0)], [trial()]
    assert quotient(six, two, NAME) == (3.0, None)
    assert vibration_effect(six, two, NAME) == (200.0, None)
    assert side_difference(six, two, NAME) == (100.0, None)
    assert quotient(nothing, two, NAME) == (0.0, None)
    for of in (quotient, side_difference, vibration_effect):
        assert said(of(lacking, two, NAME)) == of_trial(1, because("not-measured"))
        assert said(of(two, lacking, NAME)) == of_trial(1, because("not-measured"))
        assert said(of([], lacking, NAME)) == because("no-trial"), "the first of two reasons"
        assert said(of(two, [trial(2.0, version=2)], NAME)) == because("different-pipelines")
    assert said(quotient(two, nothing, NAME)) == because("divisor-zero")
    assert said(vibration_effect(two, nothing, NAME)) == because("divisor-zero")
    assert said(side_difference([trial(-2.0)], two, NAME)) == because("both-zero")
    assert side_difference(nothing, two, NAME) == (-200.0, None)


def test_the_scores_of_the_four_conditions_and_what_each_lacks() -> None:
    assert MCTSIB == ("open-firm", "closed-firm", "open-foam", "closed-foam")
    four = {key: [trial(value)] for key, value in zip(MCTSIB, (4.0, 6.0, 10.0, 20.0), strict=True)}
    names = [f"mctsib_{what}" for what in ("composite", "vision", "somatosensory", "vestibular")]
    assert mctsib(four, NAME) == dict(zip(names, [(value, None) for value in (10.0, 1.5, 2.5, 5.0)], strict=True))
    other = mctsib({**four, "open-foam": [trial(10.0, version=2)]}, NAME)
    assert said(other[names[0]]) == because("different-pipelines")
    assert said(other[names[2]]) == because("different-pipelines")
    assert (other[names[1]], other[names[3]]) == ((1.5, None), (5.0, None))
    first = mctsib({key: four[key] for key in MCTSIB[2:]}, NAME)
    assert said(first[names[0]]) == because("of-condition", condition="open-firm", why=as_json(because("no-trial")))
    areas = {key: [MeasureSet("raw", 1, {"ellipse_area_mm2": 8.0})] for key in MCTSIB}
    assert mctsib(areas)[names[0]] == (8.0, None), "the area, where nothing is said"
