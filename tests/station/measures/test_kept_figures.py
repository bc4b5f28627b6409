"""The same recordings give the same figures, reasons and suspicions, to six digits: what a change of the code changes
is seen here first.

A real trial and a real plate of four cells, whole, and in each way in which a recording can be poor. `figures.json` has
what came of it. `python -m tests.station.measures.test_kept_figures` writes it anew: a figure may change with its
pipeline's version only, so look at which lines have changed, and say why in the commit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drills.problems import Problem
from station.measures import Foot, PlateMotion, RecordedCells, RecordedCop, Request, compute
from station.measures.live import Rolling, Running
from station.measures.recorded import CornerSteps
from station.measures.values import MeasureSet
from tests.golden.test_kept import lost
from tests.station.measures.conftest import GEOMETRY_MM, Plate, read_plates, read_trial
from tests.station.measures.test_suspicions import KINDS

FILE = Path(__file__).with_name("figures.json")
TRIAL, RATE_HZ = "BDS00265", 100.0
FOOT = Foot(-120.0, 130.0, -90.0, 140.0)
ALL = Request(everything=True, foot=FOOT)
RAW, QUIJOUX = Request("raw"), Request("quijoux-2021")
SEED = 12
Given = tuple[RecordedCop | RecordedCells, Request]


def _said(one: Problem) -> list[Any]:
    return [one.reason, _plain(dict(one.values))]


def _plain(value: Any) -> Any:
    """As JSON: what is no number in words."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.9g}") if math.isfinite(value) else str(value)
    return int(value) if isinstance(value, np.integer) else value


def _all_of(found: MeasureSet) -> dict[str, Any]:
    """All that a set says. Reasons are grouped, as most figures have the same one."""
    why: dict[str, list[Any]] = {}
    for name, one in sorted(found.reasons.items()):
        why.setdefault(json.dumps(_said(one)), [*_said(one), []])[-1].append(name)
    return {
        "values": {name: _plain(value) for name, value in found.values.items() if name not in found.reasons},
        "reasons": list(why.values()),
        "warnings": [_said(one) for one in found.warnings],
        "suspicions": [_said(one) for one in found.suspicions],
        "course": _plain(found.course),
        "of": _plain([found.pipeline, found.version, found.duration_s, found.rate_hz, found.vibration_hz]),
    }


# --- a centre of pressure -------------------------------------------------------------------------------------------


def _even(cop: np.ndarray, rate_hz: float = RATE_HZ, **known: Any) -> RecordedCop:
    return RecordedCop(None, *cop.T, rate_hz=rate_hz, **known)


def _with_gaps(cop: np.ndarray) -> RecordedCop:
    """Times that jitter, samples that did not come, zeros for nothing, a light moment; force in N."""
    draw = np.random.default_rng(SEED)
    count = len(cop)
    t_s = 17.0 + np.arange(count) / RATE_HZ + draw.uniform(-0.001, 0.001, count)
    force_n = 690.0 + 3.0 * np.sin(np.arange(count) / 40.0) + draw.normal(0.0, 0.5, count)
    cop = cop + np.array((25.0, -40.0))
    cop[300:304, 0] = np.nan
    cop[900:903] = 0.0
    force_n[1500:1503] = np.nan
    force_n[2000:2005] = 20.0
    keep = np.r_[0:2500, 2506:count]
    return RecordedCop(t_s[keep], *cop[keep].T, force_n[keep], weight_kg=70.2)


def _shaken(cop: np.ndarray, hz: float, *, phase_known: bool) -> RecordedCop:
    """On a plate that moves everything by some millimetres."""
    t_s = np.arange(0.0, 30.0, 1.0 / 250.0)
    own = np.column_stack([np.interp(t_s, np.arange(len(cop)) / RATE_HZ, column) for column in cop.T])
    phase = hz * t_s + 0.02 * np.sin(0.7 * t_s)
    own += sum(3.0 / k**2 * np.sin(2.0 * np.pi * k * phase + k) for k in range(1, 5))[:, None] * (1.0, 0.6)
    force_n = 700.0 + 40.0 * np.sin(2.0 * np.pi * phase)
    return RecordedCop(t_s, *own.T, force_n, motion=PlateMotion(hz, phase if phase_known else None))


def _shaken_and(
    spoil: Callable[[np.ndarray], None], hz: float = 30.0, *, phase_known: bool = True
) -> Callable[[np.ndarray], Given]:
    def given(cop: np.ndarray) -> Given:
        shaken = _shaken(cop, hz, phase_known=phase_known)
        own = np.column_stack((shaken.ml_mm, shaken.ap_mm))
        spoil(own)
        return shaken._replace(ml_mm=own[:, 0], ap_mm=own[:, 1]), RAW

    return given


def _noise(own: np.ndarray, mm: float = 2.0) -> None:
    own += np.random.default_rng(SEED).normal(0.0, mm, own.shape)


def _shifted(own: np.ndarray) -> None:
    own[4000:] += (0.0, 25.0)


COPS: dict[str, Callable[[np.ndarray], Given]] = {
    "whole": lambda cop: (_even(cop), ALL),
    "whole, raw": lambda cop: (_even(cop), RAW),
    "whole, by Quijoux": lambda cop: (_even(cop), QUIJOUX),
    "gaps": lambda cop: (_with_gaps(cop[:3000]), ALL),
    "gaps, raw": lambda cop: (_with_gaps(cop[:3000]), RAW),
    "gaps, by Quijoux": lambda cop: (_with_gaps(cop[:3000]), QUIJOUX),
    "30 s at 50 Hz, feet beyond the foot": lambda cop: (_even(cop[:3000:2] + np.array((140.0, 0.0)), 50.0), ALL),
    "20 s at 25 Hz": lambda cop: (_even(cop[:2000:4], 25.0), ALL),
    "20 s at 25 Hz, raw": lambda cop: (_even(cop[:2000:4], 25.0), RAW),
    "12 s": lambda cop: (_even(cop[4000:5200]), ALL),
    "7 s": lambda cop: (_even(cop[:700]), ALL),
    "7 s, by Quijoux": lambda cop: (_even(cop[:700]), QUIJOUX),
    "axes exchanged, another weight": lambda cop: (
        _even(cop[:2000, ::-1], force_n=np.full(2000, 500.0), weight_kg=62.5),
        RAW,
    ),
    "no weight of anybody": lambda cop: (_even(cop[:2000], force_n=np.full(2000, 90.0)), RAW),
    "shaken at 30 Hz": lambda cop: (_shaken(cop, 30.0, phase_known=True), ALL),
    "shaken, with noise": _shaken_and(_noise),
    "shaken, with noise, no phase": _shaken_and(_noise, phase_known=False),
    "shaken, with noise for a while": _shaken_and(lambda own: _noise(own[3000:3700], 6.0)),
    "shaken, with a shift": _shaken_and(_shifted),
    "shaken at 15 Hz, with a shift": _shaken_and(_shifted, 15.0),
    "shaken at 9 Hz, raw": lambda cop: (_shaken(cop, 9.0, phase_known=True), RAW),
    "shaken at 9 Hz, no phase": lambda cop: (_shaken(cop, 9.0, phase_known=False), Request()),
}


def _spoilt(kind: str) -> Callable[[np.ndarray], Given]:
    def given(cop: np.ndarray) -> Given:
        cop = cop.copy()
        SPOILT[kind](cop)
        return _even(cop), RAW

    return given


def _half_in_cm(cop: np.ndarray) -> None:
    cop -= cop.mean(axis=0)
    cop[:3000] /= 10.0


def _two_spikes(cop: np.ndarray) -> None:
    """The larger one at the very beginning, where there is no sample before it."""
    cop[2] += (0.0, 30.0)
    cop[5000] += (20.0, 0.0)


def _coarse(cop: np.ndarray) -> None:
    """In steps of a millimetre, with the highest ones cut off."""
    np.round(cop, out=cop)
    np.minimum(cop, np.percentile(cop, 90.0, axis=0), out=cop)


OWN_KINDS: dict[str, Callable[[np.ndarray], None]] = {
    "the first half in cm": _half_in_cm,
    "two spikes": _two_spikes,
    "large steps, cut off": _coarse,
    "one column twice": lambda cop: np.copyto(cop[:, 1], cop[:, 0]),
    "a slower plate": lambda cop: np.copyto(cop, np.repeat(cop[::4], 4, axis=0)),
}
SPOILT: dict[str, Callable[[np.ndarray], None]] = {kind: spoil for kind, (spoil, _) in KINDS.items()} | OWN_KINDS


def _refused(spoil: Callable[[np.ndarray, np.ndarray, np.ndarray], None]) -> Callable[[np.ndarray], Given]:
    """Recordings that give no figures: time, CoP and force are changed in place."""

    def given(cop: np.ndarray) -> Given:
        t_s, own, force_n = np.arange(1000) / RATE_HZ, cop[:1000].copy(), np.full(1000, 700.0)
        spoil(t_s, own, force_n)
        return RecordedCop(t_s, *own.T, force_n), RAW

    return given


def _put(which: int, where: Any, what: Any) -> Callable[[np.ndarray], Given]:
    def spoil(*columns: np.ndarray) -> None:
        columns[which][where] = what

    return _refused(spoil)


REFUSED: dict[str, Callable[[np.ndarray], Given]] = {
    "a time twice": _put(0, 500, 4.99),
    "a time backwards": _put(0, 500, 4.9),
    "a time that is none": _put(0, 500, np.nan),
    "a pause": _put(0, slice(500, None), np.arange(500) / RATE_HZ + 6.3),
    "no ML": _put(1, (slice(None), 0), np.nan),
    "no AP": _put(1, (slice(None), 1), np.nan),
    "no CoP for a while": _put(1, slice(300, 360), np.nan),
    "one in twenty missing": _put(1, slice(0, None, 19), np.nan),
    "standing still": _put(1, slice(300, 450), 1.0),
    "nobody": _put(2, slice(None), 3.0),
    "a force turned round": _put(2, slice(None), -700.0),
    "no force": _put(2, slice(None), np.nan),
    "off the plate for a while": _put(2, slice(300, 340), 5.0),
    "in milliseconds": _refused(lambda t_s, _cop, _force: np.multiply(t_s, 1000.0, out=t_s)),
    "too slow": _refused(lambda t_s, _cop, _force: np.multiply(t_s, 8.0, out=t_s)),
    "too quick": _refused(lambda t_s, _cop, _force: np.multiply(t_s, 1e-3, out=t_s)),
    "a leap": _refused(lambda _t_s, cop, _force: np.add(cop[500:], (400.0, 0.0), out=cop[500:])),
}
OF_COP = (
    COPS
    | {f"with {kind}": _spoilt(kind) for kind in SPOILT}
    | {f"refused: {kind}": given for kind, given in REFUSED.items()}
)


# --- four cells -----------------------------------------------------------------------------------------------------


def _four(cells_n: np.ndarray, **known: Any) -> RecordedCells:
    return RecordedCells(None, cells_n, GEOMETRY_MM, rate_hz=250.0, **known)


def _times(by: tuple[float, float, float, float]) -> Callable[[np.ndarray], RecordedCells]:
    return lambda cells_n: _four(cells_n * by)


def _plus(by_n: tuple[float, float, float, float], **known: Any) -> Callable[[np.ndarray], RecordedCells]:
    return lambda cells_n: _four(cells_n + by_n, **known)


def _stepped(cells: tuple[int, ...]) -> CornerSteps:
    """With 770 N on each of these cells in turn, a tenth of it on each one beside."""
    loads_n = 70.0 + 490.0 * np.eye(4)[list(cells)]
    return CornerSteps(cells, tuple(map(tuple, loads_n.tolist())), tuple(loads_n.max(axis=0).tolist()), 12.0)


def _still_cell(cells_n: np.ndarray) -> RecordedCells:
    cells_n = cells_n.copy()
    cells_n[2000:2400, 2] = cells_n[2000, 2]
    return _four(cells_n)


def _cut_cell(cells_n: np.ndarray) -> RecordedCells:
    cells_n = cells_n.copy()
    cells_n[:, 1] = np.minimum(cells_n[:, 1], np.percentile(cells_n[:, 1], 98.5))
    return _four(cells_n)


def _timed(cells_n: np.ndarray, hz: float = 30.0) -> RecordedCells:
    """Voltages of four ages, some of which did not come, on a plate that shakes."""
    count = len(cells_n)
    t_s = 3.0 + np.arange(count) / 250.0
    ages_s = 0.6e-3 + 1.16e-3 * ((np.arange(count)[:, None] * (0.44, 0.39, 0.47, 0.52)) % 1.0)
    cell_t_s, phase = t_s[:, None] - ages_s, hz * t_s
    waves = sum(0.05 / k**2 * np.sin(2.0 * np.pi * k * hz * cell_t_s + k) for k in range(1, 7))
    cells_n = cells_n * (1.0 + waves)
    for begin in (700, 1900, 3300):
        cell_t_s[begin : begin + 5, 1] = cell_t_s[begin - 1, 1]
        cells_n[begin : begin + 5, 1] = cells_n[begin - 1, 1]
    cells_n[2500, 3] = np.nan
    return RecordedCells(t_s, cells_n, GEOMETRY_MM, cell_t_s=cell_t_s, motion=PlateMotion(hz, phase), axes_known=True)


def _timed_and_alike(cells_n: np.ndarray) -> RecordedCells:
    """Two cells, and two pieces, that are alike to the last bit."""
    timed = _timed(cells_n)
    spoilt_n = np.array(timed.cells_n)
    spoilt_n[:, 2] = spoilt_n[:, 1]
    spoilt_n[3000:4000] = spoilt_n[1000:2000]
    return timed._replace(cells_n=spoilt_n)


OF_CELLS: dict[str, Callable[[np.ndarray], RecordedCells]] = {
    "four cells": _four,
    "in another order": lambda cells_n: _four(cells_n[:, [1, 0, 2, 3]]),
    "one counts double": _times((1.0, 2.0, 1.0, 1.0)),
    "one counts half": _times((1.0, 1.0, 1.0, 0.5)),
    "one twice": lambda cells_n: _four(cells_n[:, [0, 1, 1, 3]]),
    "one too little": _plus((-110.0, 0.0, 0.0, 0.0)),
    "one too much": _plus((0.0, 0.0, 300.0, 0.0)),
    "one below nothing": _plus((0.0, -400.0, 0.0, 0.0)),
    "never tared": _plus((0.0, 0.0, 12.0, 0.0), empty_n=np.array((0.3, -0.5, 12.0, 0.1))),
    "corners in another order": lambda cells_n: _four(cells_n, steps=_stepped((1, 0, 2, 3))),
    "one that stops": _still_cell,
    "all that never move": lambda cells_n: _four(np.tile(cells_n[0], (2000, 1))),
    "all that never move, one below nothing": lambda cells_n: _four(np.tile((300.0, -90.0, 200.0, 300.0), (2000, 1))),
    "one cut off": _cut_cell,
    "of their own times": _timed,
    "of their own times, and alike": _timed_and_alike,
}


def _kept_of_cop(kind: str, cop: np.ndarray) -> dict[str, Any]:
    return _all_of(compute(*OF_COP[kind](cop)))


def _kept_of_cells(kind: str, cells_n: np.ndarray) -> dict[str, Any]:
    return _all_of(compute(OF_CELLS[kind](cells_n)))


def _kept_live(cop: np.ndarray) -> list[Any]:
    """The live figures twice a second; a place comes again and again, and some samples are none."""
    running, rolling, told = Running(), Rolling(2.5), []
    for number, (ml_mm, ap_mm) in enumerate(np.round(cop[:600], 1).tolist()):
        t_s = number / RATE_HZ + (0.8 if number > 400 else 0.0)
        for live in (running, rolling):
            live.update(t_s, math.nan if number % 97 == 5 else ml_mm, ap_mm)
            live.update(t_s, ml_mm + 9.0, ap_mm)
        if number % 50 == 49:
            told += [_plain(list(running.figures())), _plain(list(rolling.figures()))]
    return told


GROUPS = {"": COPS, "with ": SPOILT, "refused: ": REFUSED}


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cop(bds: Path) -> np.ndarray:
    return np.column_stack(read_trial(bds, TRIAL))


@pytest.mark.parametrize("group", GROUPS)
def test_a_centre_of_pressure_gives_what_it_gave(kept, cop, group):
    """All of a group in one test: a change of the code is tried with fewer beginnings."""
    for kind in GROUPS[group]:
        assert lost(_kept_of_cop(f"{group}{kind}", cop), kept[f"{group}{kind}"]) == [], kind


def test_four_cells_give_what_they_gave(kept, plates):
    for kind in OF_CELLS:
        assert lost(_kept_of_cells(kind, plates[0].cells_n[:5000]), kept[kind]) == [], kind


def test_live_figures_are_what_they_were(kept, cop):
    assert lost(_kept_live(cop), kept["live"]) == []


def _write(shared_data: Path) -> None:
    cop = np.column_stack(read_trial(shared_data / "bds", TRIAL))
    plates: list[Plate] = read_plates(shared_data)
    cells_n = plates[0].cells_n[:5000]
    figures: dict[str, Any] = {kind: _kept_of_cop(kind, cop) for kind in OF_COP}
    figures |= {kind: _kept_of_cells(kind, cells_n) for kind in OF_CELLS} | {"live": _kept_live(cop)}
    lines = [f" {json.dumps(kind)}: {json.dumps(said, sort_keys=True)}" for kind, said in sorted(figures.items())]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    _write(Path(__file__).parents[4] / "shared" / "data")
