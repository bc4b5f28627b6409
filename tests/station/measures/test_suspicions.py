"""Inputs that are wrong and give plausible figures: each kind is said, and nothing of a real trial is."""

import itertools

import numpy as np
import pytest

from hw.values import CELL_NAMES
from station.measures import RecordedCells, RecordedCop, Request, compute
from station.measures.pipelines import cop_of_cells
from station.measures.signal import Refusal, check
from station.measures.suspicions.even import misses
from station.measures.suspicions.plate import empty_plate
from tests.station.measures.conftest import Plate

PIPELINES = ("station-1", "raw", "quijoux-2021")
K_PLATES = (138.0, 293.0)
SEED = 12


@pytest.fixture(scope="module")
def trial(trials: dict[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """(6000, 2) ML and AP in mm of one person, 100 Hz."""
    return np.column_stack(trials["BDS00265"])


@pytest.fixture(scope="module")
def plate(plates: list[Plate]) -> np.ndarray:
    """(5000, 4) N of four cells, 20 s at 250 Hz, under one leg."""
    return plates[0].cells_n[:5000]


def found(cop, pipeline="station-1", **known):
    return compute(RecordedCop(None, cop[:, 0], cop[:, 1], rate_hz=100.0, **known), Request(pipeline))


def reasons(cop, **known):
    return [one.reason for one in found(cop, **known).suspicions]


def cells_suspected(cells_n, **known):
    return compute(RecordedCells(None, cells_n, K_PLATES, rate_hz=250.0, **known)).suspicions


def of_cells(cells_n, **known):
    return [one.reason for one in cells_suspected(cells_n, **known)]


def test_nothing_is_suspected_of_real_trials(trials, plates):
    for ml, ap in trials.values():
        for part in (slice(None), slice(0, 3000), slice(4000, 6000)):
            assert reasons(np.column_stack((ml, ap))[part]) == []
    for plate in plates:
        for start in range(0, len(plate.cells_n) - 5000, 2500):
            assert of_cells(plate.cells_n[start : start + 5000]) == []


def spike(cop, samples):
    cop[2000 : 2000 + samples, 0] += 40.0


def shift(cop):
    cop[3000:] += (8.0, 12.0)


def noise(cop, mm=0.5):
    cop += np.random.default_rng(SEED).normal(0.0, mm, cop.shape)


def noise_for_a_while(cop):
    cop[2000:2300] += np.random.default_rng(SEED).normal(0.0, 1.0, (300, 2))


def shuffled(cop):
    np.random.default_rng(SEED).shuffle(cop)


def shuffled_for_a_while(cop):
    np.random.default_rng(SEED).shuffle(cop[1000:1500])


def frozen(cop):
    cop[1000:2000, 1] = cop[1000, 1]


def clipped(cop):
    cop[:, 1] = np.minimum(cop[:, 1], np.percentile(cop[:, 1], 97.0))


def twice(cop):
    cop[3000:4000] = cop[1000:2000] - cop[1000] + cop[2999]


def scaled(cop, by):
    cop *= by


def one_axis(cop, axis):
    cop[:, axis] /= 10.0


def half(cop):
    cop -= cop.mean(axis=0)
    cop[3000:] /= 10.0


def half_of_one(cop, axis):
    cop -= cop.mean(axis=0)
    cop[3000:, axis] /= 10.0


def exchanged(cop):
    for at in np.random.default_rng(SEED).choice(5998, 60, replace=False):
        cop[[at, at + 1]] = cop[[at + 1, at]]


def left_out(cop):
    kept = np.sort(np.random.default_rng(SEED).choice(6000, 5700, replace=False))
    cop[:5700] = cop[kept]
    cop[5700:] = cop[5699] + 5.0 * (cop[:300] - cop[0])


def dead(cop, mm):
    cop[1000:1600, 0] = cop[1000, 0] + np.random.default_rng(SEED).normal(0.0, mm, 600)


def backward_again(cop):
    cop[3000:4000] = cop[1000:2000][::-1] - cop[1999] + cop[2999]


def held_at_30(cop):
    cop[:] = cop[(np.floor(np.arange(6000) * 0.3 + 1e-9) / 0.3).astype(int)]


def clipped_and_noise(cop):
    clipped(cop)
    noise(cop, 0.02)


FURTHER = {
    "half of ML in cm": (lambda cop: half_of_one(cop, 0), {"axis-changes-scale"}),
    "half of AP in cm": (lambda cop: half_of_one(cop, 1), {"axis-changes-scale"}),
    "rows exchanged here and there": (exchanged, {"jumps"}),
    "rows left out here and there": (left_out, {"rows-uneven"}),
    "an axis dead, with little noise": (lambda cop: dead(cop, 0.02), {"axis-dead"}),
    "an axis dead, with noise": (lambda cop: dead(cop, 0.1), {"axis-dead"}),
    "a piece again, backward": (backward_again, {"piece-backward"}),
    "30 samples a second, held": (held_at_30, {"values-held"}),
    "peaks cut off under noise": (clipped_and_noise, {"clipped"}),
}
"""Kinds of which no figures are kept."""
KINDS = {
    "a spike of one sample": (lambda cop: spike(cop, 1), {"jumps"}),
    "a spike of five": (lambda cop: spike(cop, 5), {"jumps"}),
    "the foot elsewhere": (shift, {"jumps"}),
    "white noise": (noise, {"white-noise"}),
    "much white noise": (lambda cop: noise(cop, 2.0), {"white-noise"}),
    "white noise for a while": (noise_for_a_while, {"white-noise-for-a-while"}),
    "rows shuffled": (shuffled, {"white-noise"}),
    "some rows shuffled": (shuffled_for_a_while, {"white-noise-for-a-while"}),
    "an axis frozen": (frozen, {"axis-still"}),
    "clipped": (clipped, {"clipped"}),
    "a block twice": (twice, {"piece-twice"}),
    "mm taken for cm": (lambda cop: scaled(cop, 10.0), {"sway-too-large"}),
    "cm taken for mm": (lambda cop: scaled(cop, 0.1), {"sway-too-small"}),
    "metres taken for mm": (lambda cop: scaled(cop, 0.001), {"tiny-sway"}),
    "ML in cm": (lambda cop: one_axis(cop, 0), {"axes-of-two-scales"}),
    "AP in cm": (lambda cop: one_axis(cop, 1), {"axes-of-two-scales"}),
    "half the file in cm": (half, {"scale-changes-larger"}),
}


@pytest.mark.parametrize("kind", [*KINDS, *FURTHER])
def test_each_kind_is_said_in_every_pipeline(trial, kind):
    spoil, expected = {**KINDS, **FURTHER}[kind]
    cop = trial.copy()
    spoil(cop)
    for pipeline in PIPELINES:
        assert expected <= {one.reason for one in found(cop, pipeline).suspicions}, pipeline
    assert found(cop, "raw").values["path_length_mm"] > 0.0, "the figures are given, and marked"


def test_a_harmless_change_is_no_suspicion(trial):
    moved = trial + np.array((300.0, -200.0))
    for cop in (moved, -trial, np.round(trial, 1)):
        assert reasons(cop) == []


@pytest.mark.parametrize("rate_hz", [50.0, 62.5, 250.0, 1000.0])
def test_limits_go_with_the_rate(trial, rate_hz):
    t = np.arange(0.0, 59.9, 1.0 / rate_hz)
    own = np.arange(6000) / 100.0
    cop = np.column_stack([np.interp(t, own, column) for column in trial.T])
    clean = compute(RecordedCop(t, *cop.T))
    assert clean.suspicions == ()
    cop[len(t) // 2 :, 0] += 20.0
    assert [one.reason for one in compute(RecordedCop(t, *cop.T)).suspicions] == ["jumps"]


def test_what_a_cubic_misses_is_nothing_of_a_cubic_and_all_of_noise():
    t = np.linspace(-1.0, 1.0, 200)
    cubic = np.column_stack((t**3 - t, 1.0 + t**2))
    assert np.abs(misses(cubic)).max() < 1e-12
    white = np.random.default_rng(SEED).normal(size=(100_000, 2))
    assert np.std(misses(white)) == pytest.approx((70.0 / 36.0) ** 0.5, rel=0.01)


def test_zero_zero_is_a_missing_value_where_the_cop_jumps_to_it(trial):
    cop = trial + np.array((30.0, 40.0))
    cop[[500, 501, 900]] = 0.0
    signal = check(None, cop[:, 0], cop[:, 1], None, 100.0)
    assert signal.missing == 3
    whole = found(trial + np.array((30.0, 40.0))).values["mean_velocity_mm_s"]
    assert found(cop).values["mean_velocity_mm_s"] == pytest.approx(whole, rel=2e-3)
    cop[3000:3030] = 0.0
    long = check(None, cop[:, 0], cop[:, 1], None, 100.0)
    assert isinstance(long, Refusal)
    assert long.why.reason == "no-cop"


def test_zero_zero_on_the_way_stays(trial):
    cop = trial - trial[3000]
    assert check(None, cop[:, 0], cop[:, 1], None, 100.0).missing == 0
    coarse = np.round(cop)
    assert check(None, coarse[:, 0], coarse[:, 1], None, 100.0).missing == 0


def test_a_load_that_is_no_person(trial):
    def with_force(newtons, **known):
        return reasons(trial, force_n=np.full(len(trial), newtons), **known)

    assert with_force(690.0) == with_force(300.0) == with_force(1700.0) == []
    assert with_force(70.4) == with_force(154.0) == with_force(2760.0) == ["odd-force"]
    assert with_force(200.0, weight_kg=20.5) == []
    assert with_force(690.0, weight_kg=85.0) == ["weight-differs"]
    turned = found(trial, force_n=np.full(len(trial), -690.0))
    assert next(iter(turned.reasons.values())).reason == "force-negative"


def test_orders_of_the_cells_that_mix_the_diagonals_are_found(plates):
    diagonals = {frozenset((0, 2)), frozenset((1, 3))}
    for plate, order in itertools.product(plates, itertools.permutations(range(4))):
        keeps = {frozenset((order[0], order[2])), frozenset((order[1], order[3]))} == diagonals
        said = of_cells(plate.cells_n[:7500, order])
        assert ("cells-in-other-order" in said) != keeps, order


@pytest.mark.parametrize("cell", range(4))
def test_a_cell_that_counts_double_half_or_not_at_all(plate, cell):
    for gain in (2.0, 0.5):
        cells_n = plate.copy()
        cells_n[:, cell] *= gain
        (said,) = cells_suspected(cells_n)
        counts, across = (said.values["cell"], said.values["other"])[:: 1 if gain > 1.0 else -1]
        assert (said.reason, counts) == ("weight-sways", CELL_NAMES[cell]), gain
        assert across == CELL_NAMES[(cell + 2) % 4]
    dead = plate.copy()
    dead[:, cell] = np.random.default_rng(SEED).normal(0.5, 0.3, len(plate))
    assert {"weight-sways", "corners-cannot-be"} & set(of_cells(dead))
    copied = plate.copy()
    copied[:, cell] = plate[:, (cell + 1) % 4]
    (said,) = cells_suspected(copied)
    alike = {CELL_NAMES[cell], CELL_NAMES[(cell + 1) % 4]}
    assert (said.reason, {said.values["cell"], said.values["other"]}) == ("cells-alike", alike)


def late(own, by):
    return np.concatenate((np.full(by, own[0]), own[:-by]))


@pytest.mark.parametrize("by", [25, 75])
def test_a_cell_or_two_that_are_late(plates, by):
    for plate, cell in itertools.product(plates, range(4)):
        cells_n = plate.cells_n[:5000].copy()
        cells_n[:, cell] = late(cells_n[:, cell], by)
        assert of_cells(cells_n)[0] in {"cells-apart", "weight-sways"}, cell
        cells_n = plate.cells_n[5000:10000].copy()
        for one in (cell, (cell + 1) % 4):
            cells_n[:, one] = late(cells_n[:, one], by)
        assert {"cells-apart", "cells-in-other-order"} & set(of_cells(cells_n)), cell


def test_hum_of_the_mains_counts_where_nothing_is_filtered(trial):
    """0.1 mm at 40 Hz, as 60 Hz look at 100 samples a second: no white noise, and nothing below 10 Hz."""
    hum_mm = 0.1 * np.sin(2.0 * np.pi * 40.0 * np.arange(len(trial)) / 100.0 + 0.3)
    for share, said in ((0.0, []), (0.05, []), (1.0, ["quick-part"])):
        cop_mm = trial + share * hum_mm[:, None]
        recorded = RecordedCop(None, cop_mm[:, 0], cop_mm[:, 1], rate_hz=100.0)
        assert [one.reason for one in compute(recorded, Request("raw")).suspicions] == said
    assert "quick-part" not in [one.reason for one in compute(recorded, Request()).suspicions]
    still = RecordedCop(None, cop_mm[:, 0], cop_mm[:, 1], rate_hz=100.0, moves=True)
    assert compute(still, Request("raw")).suspicions == ()


def test_a_wrong_zero(plate):
    weight_n = float(plate.sum(axis=1).mean())
    for cell in range(4):
        cells_n = plate.copy()
        cells_n[:, cell] -= 0.14 * weight_n
        assert of_cells(cells_n) == ["corners-cannot-be"]
        cells_n[:, cell] += 0.51 * weight_n
        assert of_cells(cells_n) == ["corners-cannot-be"]
    assert of_cells(plate, empty_n=np.array((0.3, -0.5, 12.0, 0.1))) == ["zero-is-none"]
    assert of_cells(plate, empty_n=np.array((0.3, -0.5, 9.0, 0.1))) == []
    assert of_cells(0.95 * plate, weight_kg=weight_n / 9.80665 * 1.02) == ["weight-differs"]


def test_a_cell_whose_zero_drifts_is_found_by_its_end(plate):
    cells_n = plate.copy()
    cells_n[:, 0] -= np.linspace(0.0, 0.25, len(plate)) * float(plate.sum(axis=1).mean())
    assert "corners-cannot-be" in of_cells(cells_n)


def test_the_empty_plate_before_stepping_on(plate):
    noise_n = np.random.default_rng(SEED).normal(0.0, 0.3, (500, 4))
    untared = np.array((12.0, 2.0, -1.0, 60.0))
    recorded = np.concatenate((noise_n, plate)) + untared
    assert empty_plate(recorded, 250.0, 750.0) == pytest.approx(untared, abs=0.2)
    assert empty_plate(plate, 250.0, 750.0) is None


def test_a_cell_whose_range_is_too_small(plate):
    cells_n = plate.copy()
    cells_n[:, 1] = np.minimum(cells_n[:, 1], np.percentile(cells_n[:, 1], 98.5))
    assert "cell-clipped" in of_cells(cells_n)


def test_shifts_and_drift_are_figures_and_no_suspicion(trial):
    drift = trial + np.linspace(0.0, 30.0, len(trial))[:, None] * (0.6, 0.8)
    before, after = found(trial), found(drift)
    assert after.suspicions == ()
    assert abs(after.course["drift_mm"] - 30.0) < before.course["drift_mm"] + 0.1
    assert set(after.course) == {"drift_mm", "largest_shift_mm"}
    assert found(trial[:300]).course == {}


def test_where_it_is_said_how_it_was_stood_a_wrong_unit_is_told_by_that(plates):
    """A tenth of somebody on foam, or on one leg, is somebody steady on two legs: silent without what was said."""
    ml_mm, ap_mm, _ = cop_of_cells(plates[0].cells_n[5000:7500], (138.0, 293.0))
    one_leg = np.column_stack((ml_mm, ap_mm))

    def of(cop_mm, stood):
        recorded = RecordedCop(None, cop_mm[:, 0], cop_mm[:, 1], rate_hz=250.0, stood=stood)
        return [one.reason for one in compute(recorded).suspicions]

    assert of(one_leg, "") == of(one_leg, "one-leg") == of(one_leg, "closed-foam") == []
    assert of(0.1 * one_leg, "") == []
    assert of(0.1 * one_leg, "one-leg") == of(0.1 * one_leg, "closed-foam") == ["sway-too-small"]
    assert of(10.0 * one_leg, "one-leg") == ["sway-too-large"]
