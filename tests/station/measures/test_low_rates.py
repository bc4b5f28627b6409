"""What a logger of 25 samples a second can carry is given and said to be slow; the rest is refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.low_rates import WAYS, averaged
from benchmarks.suspicions import plates
from station.measures import RecordedCells, RecordedCop, Request, compute
from station.measures.pipelines import KEYS
from station.measures.registry import names
from station.measures.suspicions.even import EvenCop
from station.measures.suspicions.steps import noise

EVERYTHING = Request("station-1", everything=True)


def at(sway, rate_hz, request=EVERYTHING, way=averaged):
    _, ml, ap = sway
    slow = way(np.column_stack((ml, ap)), 100.0, rate_hz)
    return compute(RecordedCop(None, slow[:, 0], slow[:, 1], rate_hz=rate_hz), request)


@pytest.mark.parametrize("rate_hz", [24.6, 25.0, 40.0])
def test_what_such_a_rate_carries_is_given_and_the_rest_refused_by_name(sway, rate_hz):
    found = at(sway, rate_hz)
    slow = {name for name, why in found.reasons.items() if why.reason == "rate-too-low"}
    assert slow == {*names("foot", "density", "rambling")}
    assert {found.reasons[name].values["least_hz"] for name in slow} == {50.0}
    given = {*KEYS, *names("axes", "spectrum", "regularity")} - {"mean_force_n"}
    assert [name for name in given if not np.isfinite(found.values[name])] == []
    assert [one.reason for one in found.warnings] == ["sampled-slowly"]


@pytest.mark.parametrize("way", WAYS)
def test_it_is_as_near_to_the_truth_as_is_said(sway, way):
    right, slow = at(sway, 100.0, way=lambda columns, _own, _rate: columns).values, at(sway, 25.0, way=way).values
    for name in ("path_length_mm", "mean_velocity_mm_s", "ellipse_area_mm2", "hull_area_mm2"):
        assert slow[name] == pytest.approx(right[name], rel=0.03 if name in KEYS[:2] else 0.01)


def test_without_a_filter_speeds_need_the_usual_rate(sway):
    found = at(sway, 25.0, Request("raw"))
    refused = {name for name, why in found.reasons.items() if why.reason == "rate-too-low"}
    assert refused == {*KEYS[:2], "duarte_mean_velocity_cm_s", "duarte_mean_frequency_hz"}
    assert np.isfinite(found.values["ellipse_area_mm2"])
    assert set(at(sway, 25.0, Request("quijoux-2021")).reasons) == {*names("quijoux-2021")}


def test_below_it_nothing_is_given(sway):
    found = at(sway, 20.0)
    assert {why.reason for why in found.reasons.values()} == {"rate-too-low"}
    assert {why.values["least_hz"] for why in found.reasons.values()} == {24.0}


def test_a_stance_on_one_leg_is_not_taken_for_noise_at_a_low_rate():
    cells = plates()
    if not cells:
        pytest.skip("the recordings are not in ../shared/data")
    slow = averaged(cells[0][:10_000], 250.0, 25.0)
    found = compute(RecordedCells(None, slow, (138.0, 293.0), rate_hz=25.0), EVERYTHING)
    assert found.suspicions == ()
    share = slow.mean(axis=0) / slow.sum(axis=1).mean()
    own = cells[0][:10_000].mean(axis=0) / cells[0][:10_000].sum(axis=1).mean()
    np.testing.assert_allclose(share, own, atol=1e-3)


def test_white_noise_is_still_noise_at_a_low_rate():
    rng = np.random.default_rng(3)
    assert noise(EvenCop(rng.normal(0.0, 2.0, (750, 2)), 25.0)) is not None
