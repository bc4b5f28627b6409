"""What goes straight, alike or dead, each at its bounds: made signals whose answer is known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from station.measures.suspicions.even import EvenCop
from station.measures.suspicions.stuck import alike_of, axes_alike, bends_of, dead_axis, liveness, straight

RATE = 100.0


def waves(seconds=20.0, rate_hz=RATE):
    """Two axes that bend all the time, never both little at once, on a fine plate."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.column_stack((5.0 * np.sin(7.0 * t), 5.0 * np.cos(7.0 * t) + np.sin(11.0 * t)))


def bridged(cop, begin, length, axes=(0, 1)):
    found = cop.copy()
    for axis in axes:
        found[begin : begin + length + 1, axis] = np.linspace(cop[begin, axis], cop[begin + length, axis], length + 1)
    return found


def said(cop, rate_hz=RATE):
    found = straight(EvenCop(cop, rate_hz))
    return None if found is None else (found.reason, found.values["axes"], round(found.values["from_s"], 2))


def test_a_straight_line_counts_from_its_length_on():
    cop = waves()
    assert said(cop) is None
    assert said(bridged(cop, 500, 60)) == ("straight-line", ["ML", "AP"], 5.0)
    assert said(bridged(cop, 500, 50)) is None, "three bends are too few"
    assert said(bridged(cop, 500, 100, axes=(1,))) == ("straight-line", ["AP"], 4.9)
    assert said(bridged(cop, 500, 70, axes=(1,))) is None, "of one axis eight bends are asked"
    assert said(bridged(cop, 1000, 300, axes=(0,)))[1] == ["ML"]


def test_a_line_is_said_by_its_length_and_start():
    found = straight(EvenCop(bridged(waves(), 500, 200), RATE))
    assert found is not None
    assert found.values["length_s"] == pytest.approx(2.0)
    one = straight(EvenCop(bridged(waves(), 500, 200, axes=(0,)), RATE))
    assert one is not None
    assert one.values["length_s"] == pytest.approx(2.0, abs=0.15)


def test_a_short_trial_and_a_coarse_plate_show_no_line():
    assert said(bridged(waves(4.0), 100, 150)) is not None
    assert said(bridged(waves(3.9), 100, 150)) is None
    assert said(np.round(bridged(waves(), 500, 200) / 0.05) * 0.05) is not None
    assert said(np.round(bridged(waves(), 500, 200) / 0.06) * 0.06) is None
    one = bridged(waves(), 500, 200)
    one[:, 1] = np.round(one[:, 1] / 0.06) * 0.06
    assert said(one) is None, "a coarse axis beside a fine one"


def test_bends_are_shares_of_the_usual_one():
    second = np.column_stack((np.ones(20), np.full(20, 3.0)))
    second[9] = 0.1, -6.0
    shares = bends_of(np.cumsum(np.cumsum(second, axis=0), axis=0))
    expected = np.ones((18, 2))
    expected[7] = 0.1, 2.0
    np.testing.assert_allclose(shares, expected)
    assert not bends_of(np.zeros((20, 2))).any()


def test_axes_are_alike_from_tenth_to_tenth_of_who_only_stands():
    rng = np.random.default_rng(3)
    own = waves()[:, 0]
    cop = EvenCop(np.column_stack((own, -0.7 * own + rng.normal(0.0, 0.1, len(own)))), RATE)
    assert axes_alike(cop) is None, "somebody who moves on purpose may go along a line"
    found = axes_alike(cop, stands=True)
    assert found is not None
    assert found.reason == "axes-alike"
    assert found.values["correlation"] == pytest.approx(-1.0, abs=0.02)
    assert axes_alike(EvenCop(waves(), RATE), stands=True) is None
    short = EvenCop(cop.mm[:390], RATE)
    assert axes_alike(short, stands=True) is None
    assert axes_alike(EvenCop(cop.mm[:400], RATE), stands=True) is not None
    for by in (2.0, -2.0):
        exact = axes_alike(EvenCop(np.column_stack((own, by * own))[:390], RATE))
        assert exact is not None
        assert exact.reason == "axes-alike"


def test_alike_of_an_axis_without_steps_is_none():
    assert alike_of(np.zeros((9, 2))) == 0.0
    assert alike_of(np.column_stack((np.arange(9.0), np.zeros(9)))) == 0.0
    assert alike_of(np.column_stack((np.arange(9.0), -2.0 * np.arange(9.0)))) == pytest.approx(-1.0)
    assert alike_of(np.array([[0.1, 0.1], [0.1, 0.2]])) == pytest.approx(0.03 / (0.02 * 0.05) ** 0.5)


def test_a_dead_axis_is_one_that_spreads_less_than_its_noise_makes_it():
    rng = np.random.default_rng(4)
    cop = waves(60.0)
    shares = liveness(EvenCop(cop, RATE))
    assert [share > 1.0 for share, _ in shares] == [True, True]
    cop[1000:1400, 1] = rng.normal(0.0, 0.1, 400)
    (ml, _), (ap, first) = liveness(EvenCop(cop, RATE))
    assert ap < 1.0 < ml
    assert 100 <= first <= 115
    found = dead_axis(EvenCop(cop, RATE))
    assert found is not None
    assert (found.reason, found.values["axis"], found.values["from_s"]) == ("axis-dead", "AP", first / 10.0)
    assert liveness(EvenCop(cop[:499], RATE)) == []
    assert dead_axis(EvenCop(cop[:499], RATE)) is None
    assert len(liveness(EvenCop(cop[:500], RATE))) == 2
    assert len(liveness(EvenCop(cop[:500], 10.0))) == 2
    assert liveness(EvenCop(waves(60.0, 10.0), 10.0)) != []
    little = EvenCop(0.001 * waves(60.0), RATE)
    assert [share for share, _ in liveness(little)] == [float("inf")] * 2
    assert dead_axis(EvenCop(np.round(cop / 0.06) * 0.06, RATE)) is None


def test_liveness_is_the_least_spread_of_tenths_beside_what_their_noise_makes():
    rng = np.random.default_rng(6)
    cop = waves(60.0) + 30.0
    cop[1000:1400, 1] = 20.0 + rng.normal(0.0, 0.1, 400)
    tenths = cop.reshape(-1, 10, 2).mean(axis=1)
    for at, (share, first) in enumerate(liveness(EvenCop(cop, RATE))):
        spreads = [float(np.std(tenths[start : start + 25, at])) for start in range(len(tenths) - 24)]
        assert first == int(np.argmin(spreads))
        trembles = float(np.std(np.diff(cop[10 * first : 10 * (first + 25), at]))) / 2.0**0.5
        assert share == pytest.approx(min(spreads) / max(0.02, 1.4 * trembles / 10.0**0.5), rel=1e-6)
    between = waves(60.0)
    between[1000:1400, 1] = 0.009 * waves(60.0)[1000:1400, 1]
    (_, (share, _)) = liveness(EvenCop(between, RATE))
    assert 1.0 < share < 2.0
    assert dead_axis(EvenCop(between, RATE)) is None


@pytest.mark.parametrize(("samples", "found"), [(75, False), (80, True)])
def test_of_one_axis_eight_bends_are_next_to_nothing(samples, found):
    assert (said(bridged(waves(), 500, samples, axes=(1,))) is not None) is found


@pytest.mark.parametrize(("share", "found"), [(0.07, True), (0.09, False)])
def test_a_line_may_bend_by_a_little(share, found):
    """So much of the axis's usual bend, from tenth to tenth of a second."""
    cop = bridged(waves(), 500, 200, axes=(1,))
    usual_mm = float(np.median(np.abs(np.diff(EvenCop(cop, RATE).tenths_mm[:, 1], 2))))
    cop[500:701, 1] += share * usual_mm / 200.0 * np.arange(201.0) ** 2
    cop[701:, 1] += cop[700, 1] - waves()[700, 1]
    assert (said(cop) is not None) is found


@pytest.mark.parametrize(("times", "tells"), [(1.03, True), (0.97, False)])
def test_an_axis_that_hardly_sways_cannot_be_told_from_a_dead_one(times, tells):
    """It spreads by four times what a dead one may, 0.02 mm, in the middle of all 2.5 s."""
    cop = waves(60.0)
    tenths = EvenCop(cop, RATE).tenths_mm[:, 1]
    usual_mm = float(np.median([np.std(tenths[at : at + 25]) for at in range(len(tenths) - 24)]))
    _, (share, _) = liveness(EvenCop(cop * 0.08 * times / usual_mm, RATE))
    assert (share < float("inf")) is tells


def test_axes_that_go_together_by_half_are_two():
    one, other = np.cumsum(np.random.default_rng(7).normal(size=(2, 6000)), axis=1)
    together = EvenCop(np.column_stack((one, 0.7 * one + 0.7 * other)), RATE)
    assert 0.6 < alike_of(np.diff(together.tenths_mm, axis=0)) < 0.8
    assert axes_alike(together, stands=True) is None
