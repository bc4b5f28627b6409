"""Times that are stretched in a part of a file are said; a radio's jitter, holes and whole milliseconds are not."""

from __future__ import annotations

import numpy as np
import pytest

from station.measures import RecordedCop, Request, compute
from station.measures.signal import Signal
from station.measures.suspicions.clock import stretched

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


def timed(*parts: tuple[int, float]) -> Signal:
    """So many steps of so many ms each, at a median of 10 ms."""
    t_s = np.cumsum([0.0, *(step / 1e3 for count, step in parts for _ in range(count))])
    return Signal(t_s, 0.0 * t_s, 0.0 * t_s, None, 100.0, np.ones(len(t_s), dtype=bool), 0, even=False)


def test_the_quickest_and_the_slowest_two_seconds_are_named_with_their_beginnings():
    found = stretched(timed((400, 10.0), (200, 8.0), (200, 10.0), (200, 13.0)))
    assert found.reason == STRETCHED
    assert {name: round(value, 9) for name, value in found.values.items()} == {
        "fast_ms": 8.0,
        "fast_s": 4.0,
        "slow_ms": 13.0,
        "slow_s": 7.6,
    }


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (((200, 10.0), (200, 11.6)), True),
        (((200, 10.0), (199, 11.6)), False),
        (((200, 10.0), (200, 11.4)), False),
        (((100, 10.0), (98, 40.0)), False),
        (((400, 10.0), (200, 12.0), (400, 10.0)), True),
        (((400, 10.0), (100, 12.0), (500, 10.0)), False),
        (((400, 10.0), (20, 17.4), (180, 10.0)), False),
        (((400, 10.0), (60, 17.4), (140, 10.0)), True),
        (((400, 10.0), (60, 17.6), (140, 10.0)), False),
    ],
)
def test_two_seconds_are_counted_and_longer_steps_are_holes(parts, said):
    assert (stretched(timed(*parts)) is not None) is said
