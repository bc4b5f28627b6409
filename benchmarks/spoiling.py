"""Ways in which a recording goes wrong, and ways in which it only looks otherwise: what the fuzzer does to trials."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from station.analysis.reading import AS_IT_IS, ReadOptions
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.measures.signal import Array, low_pass, to_grid

RATE_HZ = 100.0
Recorded = TypeVar("Recorded")
Spoil = Callable[[Array, np.random.Generator], Array]
"""A CoP (N, 2) in mm at 100 samples a second, or four cells (N, 4) in N, becomes a wrong one of the same shape."""


class Kind(NamedTuple, Generic[Recorded]):
    """One way to go wrong."""

    spoil: Callable[[Recorded, np.random.Generator], Recorded]
    beyond_telling: str = ""
    """Why nobody can tell it from the data, where that is so."""


def _begin(cop: Array, length: int, rng: np.random.Generator) -> int:
    """Where a piece of so many samples begins that lies inside."""
    return int(rng.integers(50, max(len(cop) - length - 50, 51)))


def scaled(by: float) -> Spoil:
    """Everything in another unit."""
    return lambda cop, _: cop * by


def first(length_s: float, spoil: Spoil) -> Spoil:
    """The first part of a trial, spoilt."""
    return lambda cop, rng: spoil(cop[: round(length_s * RATE_HZ)], rng)


def one_axis_scaled(cop: Array, rng: np.random.Generator) -> Array:
    """One axis in cm."""
    found = cop.copy()
    found[:, rng.integers(2)] /= 10.0
    return found


def part_scaled(cop: Array, rng: np.random.Generator) -> Array:
    """A quarter to three quarters of the file in cm, from the middle of the CoP."""
    found: Array = cop - cop.mean(axis=0)
    length = int(len(cop) * rng.uniform(0.25, 0.75))
    start = int(rng.choice((0, len(cop) - length)))
    found[start : start + length] /= 10.0
    return found


def noisy(mm: float) -> Spoil:
    """White noise on both axes."""
    return lambda cop, rng: cop + rng.normal(0.0, mm, cop.shape)


def shuffled(cop: Array, rng: np.random.Generator) -> Array:
    """Rows in any order."""
    return np.asarray(rng.permutation(cop))


def part_shuffled(cop: Array, rng: np.random.Generator) -> Array:
    """The rows of 5 s in any order."""
    found, start = cop.copy(), _begin(cop, 500, rng)
    found[start : start + 500] = rng.permutation(found[start : start + 500])
    return found


def spiked(samples: int, mm: float) -> Spoil:
    """A spike in any direction."""

    def spoil(cop: Array, rng: np.random.Generator) -> Array:
        found, start, angle = cop.copy(), _begin(cop, samples, rng), rng.uniform(0.0, 2.0 * np.pi)
        found[start : start + samples] += mm * np.array((np.cos(angle), np.sin(angle)))
        return found

    return spoil


def shifted(cop: Array, rng: np.random.Generator) -> Array:
    """The foot 8 to 40 mm elsewhere from one sample to the next."""
    found, start, angle = cop.copy(), _begin(cop, 100, rng), rng.uniform(0.0, 2.0 * np.pi)
    found[start:] += rng.uniform(8.0, 40.0) * np.array((np.cos(angle), np.sin(angle)))
    return found


def clipped(cop: Array, rng: np.random.Generator) -> Array:
    """The peaks of one side cut off, the outermost 2 to 15 % of the samples."""
    found, axis = cop.copy(), int(rng.integers(2))
    found[:, axis] = np.minimum(found[:, axis], np.percentile(found[:, axis], 100.0 - rng.uniform(2.0, 15.0)))
    return found


def zeroed(cop: Array, rng: np.random.Generator) -> Array:
    """0, 0 for 0.05 to 1 s, three times, the CoP's middle 20 to 80 mm away from there."""
    angle = rng.uniform(0.0, 2.0 * np.pi)
    found: Array = cop - cop.mean(axis=0) + rng.uniform(20.0, 80.0) * np.array((np.cos(angle), np.sin(angle)))
    for _ in range(3):
        length = int(rng.integers(5, 100))
        start = _begin(cop, length, rng)
        found[start : start + length] = 0.0
    return found


def frozen(cop: Array, rng: np.random.Generator) -> Array:
    """One axis stands still for 1 to 20 s."""
    found, axis, length = cop.copy(), int(rng.integers(2)), int(rng.integers(100, 2000))
    start = _begin(cop, length, rng)
    found[start : start + length, axis] = found[start, axis]
    return found


def repeated(cop: Array, rng: np.random.Generator) -> Array:
    """1 to 20 s again, continued where they are put."""
    length = int(rng.integers(100, 2000))
    start = int(rng.integers(50, len(cop) - 2 * length - 50))
    to = int(rng.integers(start + length, len(cop) - length))
    found = cop.copy()
    found[to : to + length] = cop[start : start + length] - cop[start] + cop[to]
    return found


def from_few(hz: float, *, straight: bool) -> Spoil:
    """So many samples a second, with straight lines or cubic splines laid between them."""

    def spoil(cop: Array, _: np.random.Generator) -> Array:
        t_s = np.arange(len(cop)) / RATE_HZ
        few_s = np.arange(0.0, t_s[-1], 1.0 / hz)
        few = np.round([np.interp(few_s, t_s, column) for column in cop.T], 2).T
        within = t_s[t_s <= few_s[-1]]
        if straight:
            return np.column_stack([np.interp(within, few_s, column) for column in few.T])
        from scipy.interpolate import CubicSpline

        return np.asarray(CubicSpline(few_s, few, axis=0)(within))

    return spoil


def walked(cop: Array, rng: np.random.Generator) -> Array:
    """A random walk as quick as the trial."""
    per_axis = float(np.mean(np.hypot(*np.diff(cop, axis=0).T))) / (np.pi / 2.0) ** 0.5
    return np.cumsum(rng.normal(0.0, per_axis, cop.shape), axis=0)


def sung(cop: Array, rng: np.random.Generator) -> Array:
    """Two to eight sines on each axis, together as wide as the trial."""
    t_s = np.arange(len(cop))[:, None] / RATE_HZ
    count = int(rng.integers(2, 9))
    found = np.empty_like(cop)
    for axis, wide_mm in enumerate(cop.std(axis=0)):
        turns = rng.uniform(0.05, 1.5, count) * t_s + rng.uniform(0.0, 1.0, count)
        own = np.sin(2.0 * np.pi * turns) @ rng.uniform(0.3, 1.0, count)
        found[:, axis] = own / own.std() * wide_mm
    return found


def briefly_still(cop: Array, rng: np.random.Generator) -> Array:
    """One axis stands still for 0.4 s."""
    found, axis, start = cop.copy(), int(rng.integers(2)), _begin(cop, 40, rng)
    found[start : start + 40, axis] = found[start, axis]
    return found


def part_of_one_scaled(cop: Array, rng: np.random.Generator) -> Array:
    """A quarter to three quarters of one axis in cm, from its middle."""
    found, axis = cop - cop.mean(axis=0), int(rng.integers(2))
    length = int(len(cop) * rng.uniform(0.25, 0.75))
    start = int(rng.choice((0, len(cop) - length)))
    found[start : start + length, axis] /= 10.0
    return np.asarray(found)


def exchanged(cop: Array, rng: np.random.Generator) -> Array:
    """One row of a hundred exchanged with the next."""
    found = cop.copy()
    for at in rng.choice(len(cop) - 1, len(cop) // 100, replace=False):
        found[[at, at + 1]] = found[[at + 1, at]]
    return found


def left_out(cop: Array, rng: np.random.Generator) -> Array:
    """One row of twenty, of a file without times."""
    return np.delete(cop, rng.choice(len(cop), len(cop) // 20, replace=False), axis=0)


def written_twice(cop: Array, rng: np.random.Generator) -> Array:
    """One row of twenty, of a file without times."""
    return np.repeat(cop, 1 + (rng.random(len(cop)) < 0.05), axis=0)


def backward_again(cop: Array, rng: np.random.Generator) -> Array:
    """1 to 20 s again, backward, continued where they are put."""
    length = int(rng.integers(100, 2000))
    start = int(rng.integers(50, len(cop) - 2 * length - 50))
    to = int(rng.integers(start + length, len(cop) - length))
    found, piece = cop.copy(), cop[start : start + length][::-1]
    found[to : to + length] = piece - piece[0] + cop[to]
    return found


def held_at(hz: float) -> Spoil:
    """So many samples a second, each written until the next comes."""
    return lambda cop, _: cop[(np.floor(np.arange(len(cop)) * hz / RATE_HZ + 1e-9) * RATE_HZ / hz).astype(int)]


def walked_smoothly(cutoff_hz: float, length_s: float = 60.0) -> Spoil:
    """A random walk as wide as the trial, smoothed, and so long."""

    def spoil(cop: Array, rng: np.random.Generator) -> Array:
        found = np.cumsum(rng.normal(0.0, 1.0, cop.shape), axis=0)
        found = low_pass(found * cop.std() / found.std(), RATE_HZ, cutoff_hz)
        return found[: round(length_s * RATE_HZ)]

    return spoil


def dead(mm: float) -> Spoil:
    """One axis shows nothing but noise for 3 to 20 s."""

    def spoil(cop: Array, rng: np.random.Generator) -> Array:
        found, axis, length = cop.copy(), int(rng.integers(2)), int(rng.integers(300, 2000))
        start = _begin(cop, length, rng)
        found[start : start + length, axis] = found[start, axis] + rng.normal(0.0, mm, length)
        return found

    return spoil


def bridged(cop: Array, rng: np.random.Generator) -> Array:
    """Three gaps of 1 to 3 s filled with straight lines."""
    found = cop.copy()
    for _ in range(3):
        length = int(rng.integers(100, 300))
        start = _begin(cop, length, rng)
        found[start : start + length] = np.linspace(found[start], found[start + length], length, endpoint=False)
    return found


def bridged_on_one(cop: Array, rng: np.random.Generator) -> Array:
    """The same of one axis."""
    found, axis = cop.copy(), int(rng.integers(2))
    found[:, axis] = bridged(cop, rng)[:, axis]
    return found


def alike(cop: Array, rng: np.random.Generator) -> Array:
    """One axis for both, in two sizes, with noise of 0.05 mm on one."""
    own = cop[:, int(rng.integers(2))]
    return np.column_stack((own, rng.uniform(0.5, 2.0) * own + rng.normal(0.0, 0.05, len(own))))


def clipped_and(then: Spoil) -> Spoil:
    """Peaks cut off, and then something else."""
    return lambda cop, rng: then(clipped(cop, rng), rng)


def rounded(mm: float) -> Spoil:
    """A plate that shows no smaller steps."""
    return lambda cop, _: np.round(cop / mm) * mm


def turned_back(cop: Array, rng: np.random.Generator) -> Array:
    """2 to 20 s in the other direction of time."""
    found, length = cop.copy(), int(rng.integers(200, 2000))
    start = _begin(cop, length, rng)
    found[start : start + length] = found[start : start + length][::-1]
    return found


def turned_back_joined(cop: Array, rng: np.random.Generator) -> Array:
    """The same, continued at both ends."""
    found, length = cop.copy(), int(rng.integers(200, 2000))
    start = _begin(cop, length, rng)
    piece = cop[start : start + length]
    found[start : start + length] = piece[0] + piece[-1] - piece[::-1]
    return found


def mirrored(cop: Array, rng: np.random.Generator) -> Array:
    """One axis of 2 to 20 s about the middle of the trial."""
    found, axis, length = cop.copy(), int(rng.integers(2)), int(rng.integers(200, 2000))
    start = _begin(cop, length, rng)
    piece = slice(start, start + length)
    found[piece, axis] = 2.0 * cop[:, axis].mean() - found[piece, axis]
    return found


def rate_too_small(times: float) -> Spoil:
    """Recorded so many times as fast as is said."""
    return lambda cop, _: to_grid(np.arange(len(cop)) / RATE_HZ, cop, times * RATE_HZ)


def hummed(mm: float) -> Spoil:
    """60 Hz on one axis, which 100 samples a second take for 40 Hz."""

    def spoil(cop: Array, rng: np.random.Generator) -> Array:
        found = cop.copy()
        found[:, int(rng.integers(2))] += mm * np.sin(2.0 * np.pi * (0.4 * np.arange(len(cop)) + rng.uniform()))
        return found

    return spoil


SHORT = "in so short a time people differ by more"
UNPROVEN = "people differ by more; --explain says that it is not proven"
KINDS = {
    "mm taken for cm (x 10)": Kind(scaled(10.0)),
    "cm taken for mm (x 0.1)": Kind(scaled(0.1)),
    "mm taken for cm (x 10), 30 s": Kind(first(30.0, scaled(10.0))),
    "mm taken for cm (x 10), 20 s": Kind(first(20.0, scaled(10.0)), SHORT),
    "cm taken for mm (x 0.1), 30 s": Kind(first(30.0, scaled(0.1)), SHORT),
    "cm taken for mm (x 0.1), 20 s": Kind(first(20.0, scaled(0.1)), SHORT),
    "m taken for mm (x 0.001)": Kind(scaled(0.001)),
    "inches taken for mm (x 0.0394)": Kind(scaled(1.0 / 25.4)),
    "inches taken for cm (x 0.39)": Kind(scaled(1.0 / 2.54), "people differ by more"),
    "one axis in cm": Kind(one_axis_scaled),
    "a part in cm": Kind(part_scaled),
    "white noise of 0.5 mm": Kind(noisy(0.5)),
    "white noise of 2 mm": Kind(noisy(2.0)),
    "rows shuffled": Kind(shuffled),
    "5 s of rows shuffled": Kind(part_shuffled),
    "a spike of 40 mm, 1 sample": Kind(spiked(1, 40.0)),
    "a spike of 40 mm, 5 samples": Kind(spiked(5, 40.0)),
    "a spike of 5 mm, 2 samples": Kind(spiked(2, 5.0)),
    "the foot 8 to 40 mm elsewhere": Kind(shifted),
    "peaks cut off": Kind(clipped),
    "0, 0 while light": Kind(zeroed),
    "an axis still for 1 to 20 s": Kind(frozen),
    "1 to 20 s twice": Kind(repeated),
    "5 samples a second, straight lines between": Kind(from_few(5.0, straight=True)),
    "5 samples a second, splines between": Kind(from_few(5.0, straight=False)),
    "10 samples a second, straight lines between": Kind(from_few(10.0, straight=True)),
    "10 samples a second, splines between": Kind(from_few(10.0, straight=False), "people differ by more"),
    "a random walk": Kind(walked),
    "a random walk, smoothed at 10 Hz": Kind(walked_smoothly(10.0)),
    "a random walk, smoothed at 5 Hz": Kind(walked_smoothly(5.0)),
    "a random walk, smoothed at 3 Hz": Kind(walked_smoothly(3.0), "people differ by more"),
    "a sum of sines": Kind(sung),
    "30 samples a second, each held": Kind(held_at(30.0)),
    "30 samples a second, straight lines between": Kind(from_few(30.0, straight=True)),
    "30 samples a second, splines between": Kind(from_few(30.0, straight=False), "people differ by more"),
    "smoothed at 4 Hz": Kind(lambda cop, _: low_pass(cop, RATE_HZ, 4.0), "people differ by more"),
    "steps of 1 mm": Kind(rounded(1.0), "a coarse plate shows no more"),
    "a part of one axis in cm": Kind(part_of_one_scaled),
    "one row of a hundred exchanged with the next": Kind(exchanged),
    "one row of twenty left out, without times": Kind(left_out),
    "one row of twenty twice, without times": Kind(written_twice),
    "1 to 20 s again, backward": Kind(backward_again),
    "an axis dead for 3 to 20 s, noise of 0.1 mm": Kind(dead(0.1)),
    "peaks cut off, noise of 0.02 mm over them": Kind(clipped_and(noisy(0.02))),
    "peaks cut off, then smoothed at 10 Hz": Kind(
        clipped_and(lambda cop, _: low_pass(cop, RATE_HZ, 10.0)), "a round peak is a person's too"
    ),
    "an axis still for 0.4 s": Kind(briefly_still),
    "the rate said twice too large": Kind(lambda cop, _: cop[::2], UNPROVEN),
    "the rate said four times too large": Kind(lambda cop, _: cop[::4], UNPROVEN),
    "the rate said twice too small": Kind(rate_too_small(2.0), UNPROVEN),
    "the rate said four times too small": Kind(rate_too_small(4.0)),
    "2 to 20 s turned back in time": Kind(turned_back, "sway is the same both ways"),
    "2 to 20 s turned back in time, joined": Kind(turned_back_joined, "sway is the same both ways"),
    "one axis mirrored for 2 to 20 s": Kind(mirrored, "sway is the same both ways"),
    "the mains' hum of 0.1 mm": Kind(hummed(0.1), "as long as it makes the path a tenth longer at most"),
    "the mains' hum of 0.5 mm": Kind(hummed(0.5)),
    "three gaps of 1 to 3 s filled with straight lines": Kind(bridged),
    "the same on one axis": Kind(bridged_on_one),
    "one axis for both, noise of 0.05 mm on one": Kind(alike),
}
"""Of a CoP. Drift and slow shifts are not among them: people do both."""


class Written(NamedTuple):
    """One way to write the same stance. A name that is shown for another is written before it: `Zeit=time_s`."""

    names: str = "time_s,cop_ml_mm,cop_ap_mm"
    separator: str = ","
    end: str = "\n"
    above: tuple[str, ...] = ()
    units: str = ""
    """A row of units under the names."""
    below: tuple[str, ...] = ()
    encoding: str = "utf-8"
    packed: bool = False
    asked: ReadOptions = AS_IT_IS
    """What a person says of it."""


WRITTEN = {
    "other order": Written("cop_ap_mm,cop_ml_mm,time_s"),
    "capitals": Written("Time_S=time_s,COP_ML_mm=cop_ml_mm,Cop_AP_MM=cop_ap_mm"),
    "names in other words": Written("Time [s]=time_s,CoP-ML (mm)=cop_ml_mm,CoP-AP (mm)=cop_ap_mm"),
    "semicolons and decimal commas": Written(separator=";"),
    "tabs, line ends of Windows": Written(separator="\t", end="\r\n"),
    "spaces between columns": Written(separator=" "),
    "line ends of an old Mac": Written(end="\r"),
    "UTF-16": Written(encoding="utf-16"),
    "a mark before the first name (BOM)": Written(encoding="utf-8-sig"),
    "gzip": Written(packed=True),
    "lines above and below": Written(above=("My plate, 1.0", "Weight: 70.5 kg", ""), below=("Mean,1.0,2.0",)),
    "comments": Written(above=("# made on Monday, 10 h",)),
    "columns that nobody needs": Written("note,time_s,cop_ml_mm,temp,cop_ap_mm"),
    "cm, said": Written("time_s,cop_ml_cm,cop_ap_cm"),
    "m, said": Written("time_s,cop_ml_m,cop_ap_m"),
    "inches, said": Written("time_s,cop_ml_in,cop_ap_in"),
    "an axis in cm, said": Written("time_s,cop_ml_mm,cop_ap_cm"),
    "cm in a row of units": Written("time=time_s,cop_ml=cop_ml_cm,cop_ap=cop_ap_cm", units="s,cm,cm"),
    "cm, said by a person": Written("time_s,cop_ml=cop_ml_cm,cop_ap=cop_ap_cm", asked=AS_IT_IS._replace(units="cm")),
    "no times, the rate given": Written("cop_ml_mm,cop_ap_mm", asked=AS_IT_IS._replace(rate_hz=RATE_HZ)),
    "no times, the rate in a line above": Written("cop_ml_mm,cop_ap_mm", above=("Sampling rate: 100 Hz",)),
    "times from another moment on": Written("time_s=later_s,cop_ml_mm,cop_ap_mm"),
    "times in ms": Written("time_ms,cop_ml_mm,cop_ap_mm"),
    "times of a clock": Written("time=clock,cop_ml_mm,cop_ap_mm"),
}
"""Harmless."""
WRONG_FILES = {
    f"{what}, under the name {name}": Written(f"time_s,cop_ml_mm,cop_ap_mm,{name}={key}")
    for name in ("force_n", "fz_n")
    for key, what in (("minus_force", "a force that is negative"), ("kg", "a force in kg"))
}
"""What stands beside the CoP is wrong."""


def write(path: Path, cop_mm: Array, how: Written) -> Path:
    """The CoP (N, 2) as a CSV file that says the same in another way."""
    pairs = [name.partition("=")[::2] for name in how.names.split(",")]
    known = {key or shown: _column(key or shown, cop_mm) for shown, key in pairs}
    rows = [line for line in (how.separator.join(shown for shown, _ in pairs), how.units) if line]
    for values in zip(*(known[key or shown] for shown, key in pairs), strict=True):
        written = values if how.separator != ";" else [value.replace(".", ",") for value in values]
        rows.append(how.separator.join(written))
    data = (how.end.join([*how.above, *rows, *how.below]) + how.end).encode(how.encoding)
    path.write_bytes(gzip.compress(data) if how.packed else data)
    return path


def _column(name: str, cop_mm: Array) -> list[str]:
    """What stands in a column of such a file."""
    hundredths = np.arange(len(cop_mm))
    if name.startswith("cop_"):
        _, axis, unit = name.split("_")
        of_mm, digits = {"mm": (1.0, 3), "cm": (10.0, 4), "m": (1000.0, 6), "in": (25.4, 17)}[unit]
        # Rounded before it is said in cm, so that both say the same.
        return [f"{value:.{digits}f}" for value in np.round(cop_mm[:, int(axis == "ap")], 3) / of_mm]
    if name in ("minus_force", "kg"):
        force_n = 400.0 + 10.0 * (round(100.0 * float(np.ptp(cop_mm))) % 80) + np.sin(hundredths / 30.0)
        return [f"{value:.3f}" for value in force_n * (-1.0 if name == "minus_force" else 1.0 / STANDARD_GRAVITY_M_S2)]
    of_sample: dict[str, Callable[[int], str]] = {
        "time_s": lambda at: f"{at / 100.0:.2f}",
        "later_s": lambda at: f"{at / 100.0 + 1000.0:.2f}",
        "time_ms": lambda at: f"{10 * at}",
        "clock": lambda at: f"23:{59 + at // 6000 - 60 * (at >= 6000):02d}:{at % 6000 / 100.0:06.3f}",
        "note": lambda _: "x",
        "temp": lambda _: "21.5",
    }
    return [of_sample[name](at) for at in hundredths.tolist()]
