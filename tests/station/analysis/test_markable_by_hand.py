"""What is kept of a trial for marks that are set later, read off samples and events of a few seconds by hand."""

import json

import numpy as np
import pytest

from drills.values import Mark
from station.analysis import tested
from station.analysis.markable import markable

EXERCISED = {"done": 2, "of": 4, "share": 0.75, "passed": False, "exercise": "of no concern"}


def trial(exercise, keys=None, events=(), samples=48, hz=8.0):
    """Six seconds at 8 Hz of somebody of 700 N: from 2.5 s on 590 N for two samples, and a tap at 3.75 s."""
    t_s, zeros = np.arange(samples) / hz, np.zeros(samples)
    force_n, marks = np.full(samples, 700.0), np.zeros(samples, int)
    force_n[20:22], marks[30:31] = 590.0, Mark.ARMS
    return tested.TestedTrial(
        exercise, keys or {}, "left", t_s, force_n, zeros, zeros, None, marks, 700.0, (0.0, 0.0), events
    )


def test_a_stance_is_kept_as_when_it_was_out_of_place_and_tapped():
    """85 % of 700 N are 595 N, and two samples of an eighth of a second are more than 0.14 s."""
    kept = markable(trial("stand"), EXERCISED)
    assert kept == {"out_s": [[2.5, 2.75]], "tried_s": 6.0, "taps_s": [3.75]}
    assert json.loads(json.dumps(kept)) == kept
    slow = markable(trial("stand", hz=1.0), EXERCISED)
    assert slow == {"out_s": [[20.0, 22.0]], "tried_s": 48.0, "taps_s": [30.0]}


REPETITIONS = (
    {"kind": "shape", "at_s": 0.5},
    {"kind": "repetition", "at_s": 2.0, "number": 1, "outcome": "counted", "time_s": 1.5, "depth": 3.0},
    {"kind": "repetition", "at_s": 4.5, "number": 2, "outcome": "slow", "time_s": None, "reached_mm": 40.0},
)


@pytest.mark.parametrize(
    ("exercise", "keys", "what"),
    [
        ("cycles", {"movement": "step-up", "lead": "no"}, "step-up"),
        ("guided", {"lead": "reach-forward", "movement": "no"}, "reach-forward"),
    ],
)
def test_repetitions_are_kept_from_one_end_to_the_next_with_what_they_were_judged_by(exercise, keys, what):
    kept = markable(trial(exercise, keys, REPETITIONS), EXERCISED)
    first, second = (
        {"number": 1, "begin_s": 0.0, "end_s": 2.0, "outcome": "counted", "values": {"time_s": 1.5}},
        {"number": 2, "begin_s": 2.0, "end_s": 4.5, "outcome": "slow", "values": {"reached_mm": 40.0}},
    )
    assert kept == {"what": what, "repetitions": [first, second], "done": 2, "share": 0.75, "passed": False}
    assert json.loads(json.dumps(kept)) == kept


@pytest.mark.parametrize(("exercise", "samples"), [("follow", 48), ("stand", 1), ("stand", 0)])
def test_nothing_is_kept_where_no_mark_changes_a_figure(exercise, samples):
    assert markable(trial(exercise, samples=samples), EXERCISED) is None
