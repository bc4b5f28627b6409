"""Derive the norms of pipeline `station-1` from the 1930 trials of Santos and Duarte 2016, and hold them to account.

Run it as `python -m benchmarks.derive_norms [FOLDER]`, FOLDER being where `all_trials.csv` and
`all_trials_delta_int16.npy.xz` are (by default ../shared/data/bds). It writes station/measures/norms_station1.csv and
prints how far the median mean velocity and ellipse lie from `bds_norms.csv`, which others derived with another filter.

The data are CC-BY 4.0: Santos DA, Duarte M. A public data set of human balance evaluations. PeerJ 2016;4:e2648.
"""

from __future__ import annotations

import csv
import lzma
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from station.measures import PIPELINES, REGISTRY, RecordedCop, compute
from station.measures.norms.people import COLUMNS, TABLE
from station.measures.signal import Array

RATE_HZ = 100.0
DURATIONS_S = (30, 60)
MEASURES = (
    "mean_velocity_mm_s",
    "mean_velocity_ml_mm_s",
    "mean_velocity_ap_mm_s",
    "ellipse_area_mm2",
    "rms_ml_mm",
    "rms_ap_mm",
    "range_ml_mm",
    "range_ap_mm",
    "sway_area_rate_mm2_s",
    "path_length_mm",
    "hull_area_mm2",
)
PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
DATA = Path(__file__).parents[2] / "shared" / "data" / "bds"


def attribution(program: str) -> str:
    """The first line of a table that a program of this folder writes."""
    return (
        "# Derived in pipeline station-1 from: Santos DA, Duarte M. A public data set of human balance evaluations. "
        f"PeerJ 2016;4:e2648. CC-BY 4.0. By benchmarks/{program}.py. version={PIPELINES['station-1'].version}"
    )


def icc(table: Array) -> tuple[float, float, float]:
    """ICC(2,1), ICC(2,k) and the standard error of measurement of subjects x repeats (n, k).

    Shrout and Fleiss 1979 (Psychol Bull 86:420), two-way random, absolute agreement; SEM = SD of all scores times
    sqrt(1 - ICC(2,1)), as in Weir 2005 (J Strength Cond Res 19:231).
    """
    n, k = table.shape
    mean = float(np.mean(table))
    rows = k * float(np.sum((np.mean(table, axis=1) - mean) ** 2)) / (n - 1)
    columns = n * float(np.sum((np.mean(table, axis=0) - mean) ** 2)) / (k - 1)
    total = float(np.sum((table - mean) ** 2))
    error = (total - rows * (n - 1) - columns * (k - 1)) / ((n - 1) * (k - 1))
    single = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    average = (rows - error) / (rows + (columns - error) / n)
    return single, average, float(np.std(table, ddof=1)) * float(np.sqrt(max(1.0 - single, 0.0)))


def all_trials(folder: Path) -> Array:
    """The CoP of all trials (1930, 6000, 2), AP and ML in mm at 100 Hz."""
    with lzma.open(folder / "all_trials_delta_int16.npy.xz") as packed:
        return np.asarray(np.cumsum(np.load(packed), axis=1, dtype=int) / 100.0)


def figures(folder: Path, duration_s: int, each: int = 1) -> tuple[list[dict[str, str]], Array]:
    """The rows of all trials and their figures (trials, measures) over the first `duration_s`; of every person, or of
    each second, third and so on.
    """
    cop_mm = all_trials(folder)
    with (folder / "all_trials.csv").open(newline="") as text:
        trials = list(csv.DictReader(text))
    wanted = [int(trial["subject"]) % each == 0 for trial in trials]
    trials, cop_mm = [trial for trial, take in zip(trials, wanted, strict=True) if take], cop_mm[wanted]
    count = round(duration_s * RATE_HZ)
    values = np.empty((len(trials), len(MEASURES)))
    for row, cop in zip(values, cop_mm, strict=True):
        found = compute(RecordedCop(None, cop[:count, 1], cop[:count, 0], rate_hz=RATE_HZ))
        row[:] = [found.values[name] for name in MEASURES]
    return trials, values


def norms(trials: list[dict[str, str]], values: Array, duration_s: int) -> list[list[str]]:
    """One row for each measure, group of ages and condition; those of all ages carry the repeatability."""
    people: dict[tuple[str, str, str], list[tuple[str, int]]] = defaultdict(list)
    for index, trial in enumerate(trials):
        people[trial["subject"], trial["vision"], trial["surface"]].append((trial["age_group"], index))
    rows = []
    for column, name in enumerate(MEASURES):
        for vision in ("Open", "Closed"):
            for surface in ("Firm", "Foam"):
                members = [own for key, own in people.items() if key[1:] == (vision, surface)]
                for group in ("Young", "Old", "All"):
                    chosen = [own for own in members if group in ("All", own[0][0])]
                    medians = np.array([np.median(values[[i for _, i in own], column]) for own in chosen])
                    repeated = np.array([[values[i, column] for _, i in own] for own in chosen if len(own) == 3])
                    rows.append(row_of(name, duration_s, (group, vision, surface), medians, repeated))
    return rows


def row_of(name: str, duration_s: int, condition: tuple[str, str, str], medians: Array, repeated: Array) -> list[str]:
    """One line of the table."""
    single, average, sem = icc(repeated)
    mdc = 1.96 * 2.0**0.5 * sem
    numbers = [
        float(np.mean(medians)),
        float(np.std(medians, ddof=1)),
        *(float(p) for p in np.percentile(medians, PERCENTILES)),
        single,
        average,
        sem,
        mdc,
        100.0 * mdc / float(np.mean(repeated)),
    ]
    return [
        name,
        REGISTRY[name].unit,
        str(duration_s),
        *condition,
        str(len(medians)),
        str(len(repeated)),
        *(f"{number:.5g}" for number in numbers),
    ]


def against(folder: Path, rows: list[list[str]]) -> list[str]:
    """Lines that compare medians and ICC of the 60 s rows with the tables that others derived."""
    ours = {tuple(row[:6]): row for row in rows}
    lines = []
    keys = {
        "mean_velocity_mm_s": ("mv_f10", 10.0),
        "ellipse_area_mm2": ("area_f10", 100.0),
        "rms_ap_mm": ("rms_ap", 10.0),
    }
    with (folder / "bds_norms.csv").open(newline="") as text:
        for theirs in csv.DictReader(text):
            for name, (key, scale) in keys.items():
                condition = (theirs["AgeGroup"], theirs["Vision"], theirs["Surface"])
                own = float(ours[name, REGISTRY[name].unit, "60", *condition][COLUMNS.index("p50")])
                other = float(theirs[f"{key}_median"]) * scale
                lines.append(
                    f"{name:22s} {' '.join(condition):20s} {own:9.3f} {other:9.3f} {100 * (own / other - 1):+6.2f} %"
                )
    with (folder / "bds_icc.csv").open(newline="") as text:
        for theirs in csv.DictReader(text):
            for name, (key, scale) in keys.items():
                if theirs["var"] != key:
                    continue
                row = ours[name, REGISTRY[name].unit, "60", "All", theirs["Vision"], theirs["Surface"]]
                own_icc, own_mdc = float(row[COLUMNS.index("icc_single")]), float(row[COLUMNS.index("mdc95")])
                lines.append(
                    f"{name:22s} {theirs['Vision'] + ' ' + theirs['Surface']:20s} ICC {own_icc:.3f} "
                    f"{float(theirs['ICC21']):.3f}  MDC95 {own_mdc:.3g} {float(theirs['MDC95']) * scale:.3g}"
                )
    return lines


def main(folder: Path) -> None:
    """Write the table and print the comparison and the time taken."""
    rows: list[list[str]] = []
    for duration_s in DURATIONS_S:
        begin = time.process_time()
        trials, values = figures(folder, duration_s)
        print(f"{len(trials)} trials of {duration_s} s in {time.process_time() - begin:.1f} s of one core")
        rows += norms(trials, values, duration_s)
    with TABLE.open("w", newline="") as text:
        text.write(f"{attribution('derive_norms')}\n")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    print("\n".join(against(folder, rows)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
