"""What marks make of a try, each expected value counted by hand."""

import math

import pytest

from station.measures.tasks.marked import RepetitionDone, errors_of, mean, repetition_figures, with_marks


@pytest.mark.parametrize(
    ("out_s", "tried_s", "taps_s", "errors"),
    [
        ([], 20.0, [], 0),
        ([], 20.0, [3.0], 1),
        ([], 20.0, [4.0, 3.0], 2),  # a second apart, in whatever order they came
        ([], 20.0, [3.0, 3.75], 1),  # within a second one error is tapped twice
        ([], 20.0, [3.0, 3.75, 4.0], 2),  # a second after the first that counted
        ([(5.0, 6.0)], 20.0, [], 1),
        ([(5.0, 6.0)], 20.0, [4.0, 7.0], 1),  # a second before and after: the plate saw it
        ([(5.0, 6.0)], 20.0, [3.75, 7.25], 3),
        ([(5.0, 6.0), (9.0, 9.5)], 20.0, [5.5], 2),
        ([(5.0, 10.0)], 20.0, [], 1),  # five seconds are not more than five
        ([(5.0, 10.25)], 20.0, [], 10),
        ([], 5.0, [], 0),
        ([], 4.75, [], 10),  # less than five seconds in place
        ([(1.0, 5.0), (6.0, 8.0)], 10.75, [], 10),
        ([(1.0, 5.0), (6.0, 8.0)], 11.0, [], 2),
        ([], 60.0, [float(at) for at in range(9)], 9),
        ([], 60.0, [float(at) for at in range(10)], 10),
        ([], 60.0, [float(at) for at in range(12)], 10),
        ([(20.0, 21.0)], 60.0, [float(at) for at in range(9)], 10),
    ],
)
def test_errors_of_a_stance(out_s, tried_s, taps_s, errors):
    assert errors_of(out_s, tried_s, taps_s) == errors


def repetitions(*outcomes, **values):
    """One each two seconds, the values of each counted up from what is given."""
    return [
        RepetitionDone(
            number,
            2.0 * number - 2.0,
            2.0 * number,
            outcome,
            {name: value + number for name, value in values.items()},
        )
        for number, outcome in enumerate(outcomes, 1)
    ]


@pytest.mark.parametrize(
    ("marks_s", "spoilt"),
    [
        ([], []),
        ([2.0], [1]),  # at its end it is still this one
        ([2.25], [2]),
        ([0.0], []),  # before anything was done
        ([0.25, 1.0], [1]),
        ([1.0, 3.0], [1, 2]),
        ([6.5], []),  # behind the last one
        ([5.0], []),  # of one that did not count anyway
    ],
)
def test_a_mark_spoils_the_repetition_that_it_lies_in(marks_s, spoilt):
    for good in ("good", "counted"):
        after = with_marks(repetitions(good, good, "supported"), marks_s)
        assert [one.number for one in after if one.outcome == "marked"] == spoilt
        assert after[2].outcome == "supported"
        assert sum(one.counts for one in after) == 2 - len(spoilt)


def test_figures_of_repetitions():
    raises = repetitions("counted", "slow", "counted", "marked", "counted")
    assert repetition_figures("calf-raise", raises) == {"calf_raises": 3.0}
    steps = repetitions("counted", "counted", "slow", "counted", peak_share_of_weight=1.0, time_s=0.5)
    assert repetition_figures("step-up", steps) == {"step_up_peak_percent": 400.0, "step_up_s": 3.5}  # of 2 and 4
    reaches = repetitions("good", "not-out", "marked", "good", "supported", "good", reached_mm=100.0)
    assert repetition_figures("reach-forward", reaches) == {
        "reach_cop_mm": 104.0
    }  # 102, 104 and 106: a miss went far too
    assert repetition_figures("clock", reaches) == {}


def test_figures_that_cannot_be_had():
    assert math.isnan(repetition_figures("reach-forward", repetitions("good", "good", reached_mm=1.0))["reach_cop_mm"])
    three = repetition_figures("reach-forward", repetitions("good", "good", "good", reached_mm=1.0))
    assert three == {"reach_cop_mm": 3.0}
    only_practice = repetition_figures("step-up", repetitions("counted", "slow", peak_share_of_weight=1.0, time_s=1.0))
    assert all(math.isnan(one) for one in only_practice.values())
    assert repetition_figures("calf-raise", []) == {"calf_raises": 0.0}


def test_the_mean_is_of_what_is_known():
    assert mean([1.0, math.nan, 4.0]) == 2.5
    assert math.isnan(mean([math.nan]))
    assert math.isnan(mean([]))
