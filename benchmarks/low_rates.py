"""How far the figures of slow loggers are from those of the same stances at the rates at which they were recorded.

The trials of Santos and Duarte 2016 (two legs, 100 Hz) and of a plate of four cells under one leg (250 Hz), from
../shared/data, as a logger of 25 samples a second would have them: low-passed before it samples, not low-passed, and
averaging between two samples as many converters do. A figure is carried where 95 % of the trials come within the
tolerance in each of the three ways; all others are refused below the usual rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.common import Verdict, at_most, not_measured, table
from benchmarks.derive_norms import all_trials
from benchmarks.suspicions import GEOMETRY_MM, PLATE_HZ, plates
from station.measures import Foot, Request
from station.measures.constants import LEAST_RATE_HZ
from station.measures.pipelines import EXTRA, PIPELINES, cop_of_cells
from station.measures.registry import REGISTRY
from station.measures.signal import Array, Signal, check, to_grid

DATA = Path(__file__).parents[2] / "shared" / "data"
RATES_HZ = (25.0, 30.0, 40.0)
TRIAL_HZ, ONE_LEG_S = 100.0, 20.0
EACH = 24
"""Every so many trials of two legs."""
FINE_HZ = 2000.0
CUT_OFF, TAPS = 0.4, 201
"""Of the low-pass of a careful logger, as a share of its rate."""
TOLERANCE_PERCENT, TOLERANCE_DEG = 5.0, 1.0
REQUESTS = (Request("station-1", True, Foot(-150.0, 150.0, -130.0, 130.0)), Request("raw"))


def picked(columns: Array, own_hz: float, rate_hz: float) -> Array:
    """`columns` (N, k) as a logger without a low-pass has them."""
    return to_grid(np.arange(len(columns)) / own_hz, columns, rate_hz)


def low_passed(columns: Array, own_hz: float, rate_hz: float) -> Array:
    """As a careful logger has them."""
    from scipy.signal import firwin

    taps, pad = firwin(TAPS, CUT_OFF * rate_hz, fs=own_hz), 3 * TAPS
    ends = 2.0 * columns[0] - columns[pad:0:-1], columns, 2.0 * columns[-1] - columns[-2 : -pad - 2 : -1]
    whole = np.concatenate(ends)
    smooth = np.column_stack([np.convolve(column, taps, "same")[pad:-pad] for column in whole.T])
    return picked(smooth, own_hz, rate_hz)


def averaged(columns: Array, own_hz: float, rate_hz: float) -> Array:
    """As a converter that integrates from one sample to the next has them."""
    fine = to_grid(np.arange(len(columns)) / own_hz, columns, FINE_HZ)
    sums = np.concatenate((np.zeros((1, fine.shape[1])), np.cumsum(fine, axis=0)))
    edges = np.round(np.arange(int(len(fine) * rate_hz / FINE_HZ) + 1) * FINE_HZ / rate_hz).astype(int)
    return np.asarray(np.diff(sums[edges], axis=0) / np.diff(edges)[:, None])


WAYS: tuple[Callable[[Array, float, float], Array], ...] = (picked, low_passed, averaged)


def figures(columns: Array, rate_hz: float, request: Request) -> dict[str, float]:
    """The figures of a CoP (N, 2) or of four cells (N, 4), those too that such a rate cannot carry."""
    ml_mm, ap_mm, force_n = (*columns.T, None) if columns.shape[1] == 2 else cop_of_cells(columns, GEOMETRY_MM)
    signal = check(None, ml_mm, ap_mm, force_n, rate_hz)
    return PIPELINES[request.pipeline].compute(signal, request)[0] if isinstance(signal, Signal) else {}


def stances(*, short: bool) -> Iterator[tuple[str, Array, float]]:
    """Which plate, the samples and their rate."""
    for cop in all_trials(DATA / "bds")[:: 400 if short else EACH, :, ::-1]:
        yield "two legs", cop - cop.mean(axis=0), TRIAL_HZ
    length = round(ONE_LEG_S * PLATE_HZ)
    for cells in plates():
        for start in range(0, 1 if short else len(cells) - length + 1, length // 2):
            yield "one leg", cells[start : start + length], PLATE_HZ


def errors(*, short: bool) -> dict[tuple[str, str, float], dict[str, list[float]]]:
    """By pipeline, figure and rate: of each way on each plate the errors, in % (of an angle in degrees)."""
    found: dict[tuple[str, str, float], dict[str, list[float]]] = {}
    for plate, columns, own_hz in stances(short=short):
        for request in REQUESTS:
            right = figures(columns, own_hz, request)
            for rate_hz in RATES_HZ[:1] if short else RATES_HZ:
                for way in WAYS:
                    slow = figures(way(columns, own_hz, rate_hz), rate_hz, request)
                    for name, value in right.items():
                        if np.isfinite(value) and np.isfinite(slow.get(name, np.nan)):
                            error = slow[name] - value
                            error *= 1.0 if name.endswith("_deg") else 100.0 / value if value else 0.0
                            of = found.setdefault((request.pipeline, name, rate_hz), {})
                            of.setdefault(f"{plate}, {way.__name__}", []).append(error)
    return found


def largest(of: dict[str, list[float]]) -> float:
    """The largest 95th percentile of the errors' sizes of any way on any plate."""
    return max(float(np.percentile(np.abs(one), 95)) for one in of.values())


def main(*, short: bool) -> list[Verdict]:
    """Print the table; the goal is the tolerance for every figure that is given below the usual rate."""
    if not (DATA / "bds" / "all_trials.csv").is_file():
        return not_measured("the recordings are not in ../shared/data")
    found = errors(short=short)
    rates = RATES_HZ[:1] if short else RATES_HZ
    rows, verdicts = [], []
    for request in REQUESTS:
        pipeline = PIPELINES[request.pipeline]
        for name in (*pipeline.keys, *(EXTRA if request.everything else ())):
            seen = [found.get((pipeline.name, name, rate_hz)) for rate_hz in rates]
            if not seen[0]:
                continue
            sizes = [largest(one) if one else float("nan") for one in seen]
            bias = max((float(np.median(one)) for one in seen[0].values()), key=abs)
            unit, tolerance = ("deg", TOLERANCE_DEG) if name.endswith("_deg") else ("%", TOLERANCE_PERCENT)
            rows.append([pipeline.name, name, f"{bias:+.1f} {unit}", *(f"{size:.1f} {unit}" for size in sizes)])
            if REGISTRY[name].min_rate_hz <= LEAST_RATE_HZ and name not in pipeline.unfiltered:
                verdicts.append(at_most(f"{pipeline.name} {name} at 25 Hz", sizes[0], tolerance, unit))
    heads = ["pipeline", "figure", "middle at 25 Hz", *(f"95 % at {rate_hz:.0f} Hz" for rate_hz in rates)]
    print(f"Worst of three ways to sample and two plates; every {EACH}th trial of two legs.\n")
    print(table(heads, rows))
    return verdicts
