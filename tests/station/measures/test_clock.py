"""Times that are stretched in a part of a file are said; a radio's jitter, holes and whole milliseconds are not."""

from __future__ import annotations

import numpy as np
import pytest

from station.measures import RecordedCop, Request, compute

PIPELINES = ("station-1", "raw", "quijoux-2021")
STRETCHED = "times-stretched"
RADIO = np.random.default_rng(5)
EVEN_S = np.arange(6000) / 100.0


@pytest.fixture(scope="module")
def trial(trials: dict[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """(6000, 2) ML and AP in mm of one person, 100 Hz."""
    return np.column_stack(trials["BDS00265"])


def reasons(t_s, cop, pipeline="station-1"):
    return {one.reason for one in compute(RecordedCop(t_s, cop[:, 0], cop[:, 1]), Request(pipeline)).suspicions}


def part(factor: float, first: int, last: int) -> np.ndarray:
    steps_s = np.full(6000, 0.01)
    steps_s[first:last] *= factor
    return np.concatenate(([0.0], np.cumsum(steps_s)[:-1]))


WRONG = {
    "half 1.5 times": part(1.5, 3000, 6000),
    "half 1.2 times": part(1.2, 0, 3000),
    "half shrunk": part(1 / 1.4, 0, 3000),
    "five seconds": part(1.3, 2100, 2600),
    "ever slower": EVEN_S + EVEN_S**2 / 300.0,
    "rounded to a millisecond": np.round(part(1.3, 0, 3000), 3),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_stretched_part_is_said(trial, kind):
    for pipeline in PIPELINES:
        assert STRETCHED in reasons(WRONG[kind], trial, pipeline), pipeline


HARMLESS = {
    "even": EVEN_S,
    "all alike by a factor": EVEN_S * 1.3,
    "a radio's jitter": EVEN_S + RADIO.uniform(-0.004, 0.004, 6000),
    "late in turns": EVEN_S + 0.006 * (np.arange(6000) % 5 == 0),
    "a clock 1 % off in a half": part(1.01, 3000, 6000),
    "whole milliseconds, 120 a second": np.round(np.arange(6000) / 120.0, 3),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_clocks_do_is_not_suspected(trial, kind):
    assert STRETCHED not in reasons(HARMLESS[kind], trial)


def test_holes_are_missing_samples_and_no_stretching(trial):
    kept = np.ones(6000, dtype=bool)
    kept[1000:1100:3] = False  # all in one place
    assert STRETCHED not in reasons(EVEN_S[kept], trial[kept])
