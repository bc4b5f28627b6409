"""Combs of bends, steps that are drawn and walks that were smoothed, each at its bounds: spectra and correlations made
by hand.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from station.measures.suspicions import pace
from station.measures.suspicions.pace import aimless, between_few, falls, goes_on, walked

RATE = 100.0
HZ = np.arange(0.0, 50.005, 0.01)
WALK = np.cumsum(np.random.default_rng(4).normal(size=(40_000, 2)), axis=0)


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> Callable[..., float | None]:
    """What `between_few` finds where the bends come at these rates, each with so large a share."""

    def found(*lines, rest=0.0):
        shares = np.full(len(HZ), rest)
        for hz, share in lines:
            shares[round(100.0 * hz)] = share
        monkeypatch.setattr(pace, "beats_of", lambda *_: (shares, HZ))
        problem = between_few(WALK, RATE)
        return None if problem is None else problem.values["slower_hz"]

    return found


@pytest.mark.parametrize("hz", [2.01, 12.0, 40.0, 49.99])
def test_half_of_the_bends_at_one_rate_are_of_a_slower_plate(beats, hz):
    assert beats((hz, 0.51)) == pytest.approx(hz)
    assert beats((hz, 0.49)) is None
    assert beats((hz, 0.61), rest=0.1) == pytest.approx(hz)
    assert beats((hz, 0.59), rest=0.1) is None


@pytest.mark.parametrize("hz", [2.0, 1.5, 50.0])
def test_what_people_do_themselves_and_the_usual_rate_are_none(beats, hz):
    assert beats((hz, 0.9)) is None


@pytest.mark.parametrize(("hz", "twice_hz"), [(40.0, 20.0), (28.0, 44.0), (12.0, 24.0)])
def test_less_is_enough_where_it_is_there_at_twice_the_rate_too(beats, hz, twice_hz):
    """40 and 28 Hz twice are 80 and 56 Hz, which 100 samples a second show at 20 and 44."""
    assert beats((hz, 0.36), (twice_hz, 0.13)) == pytest.approx(hz)
    assert beats((hz, 0.36), (twice_hz, 0.11)) is None
    assert beats((hz, 0.34), (twice_hz, 0.3)) is None
    assert beats((hz, 0.36)) is None
    assert beats((hz, 0.36), (twice_hz + 0.09, 0.2)) == pytest.approx(hz)
    assert beats((hz, 0.36), (twice_hz - 0.11, 0.2)) is None


def test_steps_of_a_walk_do_not_go_on_but_its_means_do():
    """Of means over long the steps of a walk have a quarter in common."""
    assert goes_on(WALK, RATE, 0.01) == pytest.approx(0.0, abs=0.02)
    assert goes_on(WALK, RATE, 0.001) == goes_on(WALK, RATE, 0.01), "a sample at least"
    assert goes_on(WALK, RATE, 0.2) == pytest.approx(0.25, abs=0.05)
    assert goes_on(np.zeros((100, 2)), RATE, 0.01) == goes_on(np.zeros((100, 2)), RATE, 0.01, 0.5) == 1.0
    noisy = WALK + np.random.default_rng(5).normal(0.0, 2.0, WALK.shape)
    assert goes_on(noisy, RATE, 0.02) < -0.15
    assert goes_on(noisy, RATE, 0.02, 2.0) == pytest.approx(goes_on(WALK, RATE, 0.02), abs=0.04)


@pytest.fixture
def going_on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let steps go on so much by their length in s; steps of another length may not be asked for."""

    def let(**by_pace):
        asked = {float(name[1:].replace("_", ".")): value for name, value in by_pace.items()}
        monkeypatch.setattr(pace, "goes_on", lambda cop_mm, rate_hz, pace_s, noise=0.0: asked[pace_s])

    return let


@pytest.mark.parametrize(("length_s", "least"), [(29.01, 0.11), (30.0, 0.11), (45.0, 0.155), (60.0, 0.2), (90.0, 0.2)])
def test_a_walk_goes_on_late_nearly_as_early(going_on, length_s, least):
    cop = WALK[: round(length_s * RATE)]
    for fall, said in ((least - 0.002, True), (least + 0.002, False)):
        going_on(_0_12=0.5, _0_4=0.5 - fall - 0.05, _0_6=0.5 - fall + 0.05)
        assert falls(cop, RATE) == pytest.approx(fall)
        found = walked(cop, RATE)
        assert (found is not None) is said
    going_on(_0_12=0.1, _0_4=0.1, _0_6=0.001)
    found = walked(cop, RATE)
    assert (found.reason, found.values["fall"]) == ("steps-as-late", pytest.approx(0.0495))
    assert walked(np.round(cop / 0.11) * 0.11, RATE) is None, "a coarse plate"
    assert walked(WALK[:2899], RATE) is None
    going_on(_0_12=0.0, _0_4=0.1, _0_6=-0.001)
    assert walked(cop, RATE) is None, "people come back"


def test_few_samples_a_second_are_judged_by_longer_steps(going_on):
    for correlation, said in ((0.31, True), (0.33, False)):
        going_on(_0_08=correlation)
        found = aimless(WALK[:475], 25.0)
        assert (found is not None) is said
        assert found is None or found.values == {"correlation": 0.31, "least": 0.32}
    going_on(_0_08=0.1)
    assert aimless(WALK[:474], 25.0) is None
    for correlation, said in ((0.54, True), (0.56, False)):
        going_on(_0_04=correlation)
        assert (aimless(WALK[:2000], RATE) is not None) is said


def test_a_step_that_goes_on_without_its_noise_is_none(monkeypatch):
    monkeypatch.setattr(pace, "goes_on", lambda cop_mm, rate_hz, pace_s, noise=0.0: 0.5 + noise)
    assert aimless(WALK[:2000], RATE) is None
    monkeypatch.setattr(pace, "goes_on", lambda cop_mm, rate_hz, pace_s, noise=0.0: 0.3 + noise)
    assert aimless(WALK[:2000], 25.0) is not None, "of few samples it would take people's own moves for noise"
    assert aimless(np.repeat(WALK[:200], 10, axis=0) + np.arange(2000.0)[:, None] * 1e-3, RATE) is not None
