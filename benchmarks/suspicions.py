"""How often a right recording is suspected, how often a wrong one is not, and how wrong its figures then are.

The 1,930 trials of Santos and Duarte 2016 and a plate of four cells under one leg, from ../shared/data, each spoilt in
every way of `benchmarks.spoiling`, of its cells and of its times; the same by clocks that do what clocks do; and the
same trials written, or sampled, in another way, which must change nothing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks import spoiling, spoiling_times, stated, stepped, vibrated
from benchmarks.common import Verdict, at_most, not_measured, table
from benchmarks.derive_norms import all_trials
from benchmarks.derive_scale import conditions_of, figures_of_all, validated, validated_in
from benchmarks.spoiling_cells import CELL_KINDS, STANDING_CELL_KINDS
from station.analysis.reading import AS_IT_IS, ReadOptions, measured, part_of_file, read_file
from station.measures import MeasureSet, RecordedCells, RecordedCop, Request, compute
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.measures.signal import Array, to_grid
from station.measures.suspicions.scale import LENGTHS_S, ONE_LEG

Recorded = TypeVar("Recorded")
Measured = Callable[[Recorded], MeasureSet]
DATA = Path(__file__).parents[2] / "shared" / "data"
GEOMETRY_MM = (138.0, 293.0)
PLATE_HZ = 250.0
CASES, FEW, EACH_OF_FEW = 400, 2, 640
LENGTH = 1500
"""Of the samples of a file that is wrong in what stands beside them."""
SEED = 12
RAW = Request("raw")
MOST_SILENT, MOST_FALSE = 5.0, 0.5
"""In %."""
HEAD = ("what is wrong", "n", "silent", "velocity then", "ellipse then", "said, or why it cannot be")
SHOWN = ("path_length_mm", "mean_velocity_mm_s", "ellipse_area_mm2")
COUNTED = 1e5
"""Sample entropy counts pairs that are nearer than a bound: a last bit (cm times ten) may move one over it."""
RESAMPLED_HZ = (50.0, 200.0, 250.0, 1000.0)
TOLERANCE_PERCENT = {
    "path_length_mm": 0.5,
    "mean_velocity_mm_s": 0.5,
    "ellipse_area_mm2": 0.1,
    "rms_ml_mm": 0.1,
    "rms_ap_mm": 0.1,
    "range_ml_mm": 0.5,
    "range_ap_mm": 0.5,
    "mean_velocity_ml_mm_s": 0.5,
    "mean_velocity_ap_mm_s": 0.5,
    "sway_area_rate_mm2_s": 0.5,
    "hull_area_mm2": 0.5,
    "principal_direction_deg": 0.2,
}
"""By how much a figure may differ when the same stance was sampled 50 to 1000 times a second; an angle by this part of
a right one."""
RIGHT_ANGLE_DEG = 90.0


def of_cop(cop_mm: Array, request: Request = RAW) -> MeasureSet:
    """The figures of a CoP (N, 2) at 100 samples a second."""
    return compute(RecordedCop(None, cop_mm[:, 0], cop_mm[:, 1], rate_hz=spoiling.RATE_HZ), request)


def of_cells(cells_n: Array) -> MeasureSet:
    """The figures of four cells (N, 4) at 250 samples a second."""
    return compute(RecordedCells(None, cells_n, GEOMETRY_MM, rate_hz=PLATE_HZ), RAW)


def noticed(found: MeasureSet) -> bool:
    """Whether a recording was suspected or refused, or its bad samples left out."""
    left_out = any(one.reason == "samples-missing" for one in found.warnings)
    return bool(found.suspicions) or refused(found) or left_out


def refused(found: MeasureSet) -> bool:
    """Whether there is no figure."""
    return found.values["path_length_mm"] != found.values["path_length_mm"]


def plates() -> list[Array]:
    """(N, 4) N of each recording under one leg."""
    folder = DATA / "kinvent_single_leg"
    rows = [np.loadtxt(path, delimiter=",", skiprows=1) for path in sorted(folder.glob("*.csv.gz"))]
    return [np.asarray(one[:, 1:5] * STANDARD_GRAVITY_M_S2) for one in rows]


def false_alarms(trials: Array, cells: list[Array]) -> tuple[list[list[object]], list[float]]:
    """Rows of the table, and the shares in %."""
    rows: list[list[object]] = []
    shares = []
    for name, step, length_s in (("60 s", 1, 60), ("at 50 Hz", 2, 60), ("first 30 s", 1, 30), ("first 20 s", 1, 20)):
        counted: Counter[str] = Counter()
        suspected = 0
        for cop in trials[:, : round(length_s * spoiling.RATE_HZ) : step]:
            found = compute(RecordedCop(None, cop[:, 0], cop[:, 1], rate_hz=spoiling.RATE_HZ / step), RAW)
            suspected += noticed(found)
            counted.update(one.reason for one in found.suspicions)
        shares.append(100.0 * suspected / len(trials))
        rows.append([f"two legs, {name}", len(trials), f"{shares[-1]:.2f} %", _which(counted)])
    for number, (name, clock) in enumerate(spoiling_times.CLOCKS.items()):
        rng = np.random.default_rng((SEED, number, 5))
        timed = [spoiling_times.of_times(clock(spoiling_times.timed(cop), rng)).suspicions for cop in trials]
        counted = Counter(one.reason for own in timed for one in own)
        shares.append(100.0 * sum(bool(own) for own in timed) / len(trials))
        rows.append([f"two legs, {name}", len(trials), f"{shares[-1]:.2f} %", _which(counted)])
    parts = [
        own[start : start + length]
        for own in cells
        for length in (2500, 5000, 7500, 15000)
        for start in range(0, len(own) - length + 1, length)
    ]
    suspected = sum(noticed(of_cells(part)) for part in parts)
    shares.append(100.0 * suspected / len(parts))
    rows.append(["one leg, four cells, 10 to 60 s", len(parts), f"{shares[-1]:.2f} %", "-"])
    return rows, shares


def _which(counted: Counter[str]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in counted.items()) or "-"


def fuzzed(
    kinds: Mapping[str, spoiling.Kind[Recorded]], originals: Sequence[Recorded], measure: Measured[Recorded], seed: int
) -> tuple[list[list[object]], dict[str, float]]:
    """Rows of the table of these kinds, and the silent share in % of each that can be told."""
    rows: list[list[object]] = []
    silent_shares = {}
    rights: dict[int, Mapping[str, float]] = {}
    for number, (name, kind) in enumerate(kinds.items()):
        rng = np.random.default_rng((SEED, number, seed))
        errors: list[list[float]] = []
        said: Counter[str] = Counter()
        for at, original in enumerate(originals):
            spoilt = measure(kind.spoil(original, rng))
            said.update(one.reason for one in spoilt.suspicions[:1])
            if not noticed(spoilt):
                if at not in rights:
                    rights[at] = measure(original).values
                right = rights[at]
                errors.append([100.0 * (spoilt.values[key] / right[key] - 1.0) for key in SHOWN[1:]])
        share = 100.0 * len(errors) / len(originals)
        if not kind.beyond_telling:
            silent_shares[name] = share
        sizes = np.nanmedian(np.abs(errors), axis=0) if errors else (float("nan"),) * 2
        most = said.most_common(1)[0][0] if said else "left out or refused"
        shown = [f"{size:.0f} %" if size == size else "-" for size in sizes]
        rows.append([name, len(originals), f"{share:.1f} %", *shown, kind.beyond_telling or most])
    return rows, silent_shares


def written_otherwise(trials: list[Array]) -> tuple[list[list[object]], float]:
    """Rows of the table of harmless ways to write, and the largest relative difference of any figure."""
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        largest = 0.0
        plain = [_read(spoiling.write(Path(folder, "a.csv"), cop, spoiling.Written()), AS_IT_IS) for cop in trials]
        for name, how in spoiling.WRITTEN.items():
            worst = 0.0
            for cop, before in zip(trials, plain, strict=True):
                worst = max(worst, _differ(before, _read(spoiling.write(Path(folder, "b.csv"), cop, how), how.asked)))
            largest = max(largest, worst)
            rows.append([name, len(trials), f"{worst:.1e}"])
    return rows, largest


def wrong_files(trials: list[Array]) -> tuple[list[list[object]], dict[str, float]]:
    """As `fuzzed`, of kinds that are wrong in what a file says beside its CoP."""
    rows: list[list[object]] = []
    silent_shares = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, how in spoiling.WRONG_FILES.items():
            found = [_read(spoiling.write(Path(folder, "c.csv"), cop[:LENGTH], how), how.asked) for cop in trials]
            silent_shares[name] = 100.0 * float(np.mean([not noticed(one) for one in found]))
            said = Counter(one.reason for own in found for one in own.suspicions[:1]) or {"refused": 1}
            rows.append([name, len(trials), f"{silent_shares[name]:.1f} %", "-", "-", max(said, key=said.__getitem__)])
    return rows, silent_shares


def _read(path: Path, asked: ReadOptions) -> MeasureSet:
    return measured(part_of_file(read_file(path, asked), "station-1"), Request())


def _differ(before: MeasureSet, after: MeasureSet) -> float:
    """The largest relative difference of a figure, that of a counted one over `COUNTED`; infinite where what is said
    differs.
    """
    said = [([one.reason for one in own.suspicions], sorted(own.reasons)) for own in (before, after)]
    if said[0] != said[1]:
        return float("inf")
    pairs = {key: (one, after.values[key]) for key, one in before.values.items() if one == one}
    return max(
        abs(one - other) / max(abs(one), 1e-12) / (COUNTED if key.startswith("sample_entropy") else 1.0)
        for key, (one, other) in pairs.items()
    )


def resampled(trials: list[Array]) -> dict[str, float]:
    """The largest difference in % of each figure between 100 samples a second and others."""
    worst = dict.fromkeys(TOLERANCE_PERCENT, 0.0)
    for cop in trials:
        before = of_cop(cop, Request()).values
        t = np.arange(len(cop)) / spoiling.RATE_HZ
        for rate_hz in RESAMPLED_HZ:
            other = cop[::2] if rate_hz == spoiling.RATE_HZ / 2.0 else to_grid(t, cop, rate_hz)
            after = compute(RecordedCop(None, other[:, 0], other[:, 1], rate_hz=rate_hz)).values
            for key in worst:
                of = RIGHT_ANGLE_DEG if key.endswith("_deg") else before[key]
                worst[key] = max(worst[key], 100.0 * abs((after[key] - before[key]) / of))
    return worst


def _by_condition(trials: Array, cells: list[Array], cases: int, *, short: bool) -> list[Verdict]:
    """Where it is said how a trial was stood."""
    stood = conditions_of(DATA / "bds")[:: EACH_OF_FEW if short else 1]
    by_condition = {name: list(trials[stood == name]) for name in np.unique(stood).tolist()}
    by_condition[ONE_LEG] = stated.one_leg(cells, GEOMETRY_MM, PLATE_HZ)
    print("\nWhere it is said how it was stood:\n")
    return stated.tables(by_condition, cases, np.random.default_rng((SEED, 3)))


def _behind_a_step_on(trials: Array, rng: np.random.Generator, *, short: bool) -> list[Verdict]:
    """Tasks and exercises behind a step-on."""
    people = (("young", 1), ("frail", 2), ("stroke", 3), ("old", 4))[: 1 if short else None]
    drills = stepped.MOVING[: 1 if short else None]
    chosen = [trials[at] for at in rng.choice(len(trials), 1 if short else 62, replace=False)]
    recorded = stepped.recordings(chosen, people, SEED, drills)
    said = [[one for one in stepped.said(each) if one != "refused"] for each in recorded]
    false = 100.0 * float(np.mean([bool(own) for own in said]))
    rows: list[list[object]] = []
    silent: dict[str, float] = {}
    looked = {name: (kind, recorded) for name, kind in stepped.KINDS.items()}
    forced = [one for one in recorded if one.name in stepped.FORCED] * CASES
    looked |= {name: (kind, forced[: 3 if short else CASES]) for name, kind in stepped.FORCE_KINDS.items()}
    for number, (name, (kind, own)) in enumerate(looked.items()):
        of_kind = stepped.spoilt(own, kind.spoil, SEED + number)
        quiet = Counter(one.name for one, found in of_kind if not found)
        share = 100.0 * quiet.total() / len(of_kind)
        if not kind.beyond_telling:
            silent[name] = share
        first = Counter(found[0] for _, found in of_kind if found)
        where = ", ".join(f"{one} {count}" for one, count in quiet.items()) or "-"
        most = first.most_common(1)[0][0] if first else "-"
        rows.append([name, len(of_kind), f"{share:.1f} %", where, kind.beyond_telling or most])
    print(f"\nTasks and exercises behind a step-on: {false:.2f} % of {len(recorded)} right ones are suspected\n")
    print(table(("what is wrong", "n", "silent", "in", "said"), rows))
    exercises = [one for kind, seed in people for one in stepped.exercises(kind, seed, stepped.PLACED[: len(drills)])]
    measured_ones = [one for one in exercises if not refused(stepped.of_exercise(one))]
    placed = [measured_ones[at] for at in rng.integers(len(measured_ones), size=2 if short else CASES)]
    found, of_place = fuzzed(stepped.PLACE_KINDS, placed, stepped.of_exercise, 3)
    print(f"\nThe place of the foot in {len(measured_ones)} exercises:\n")
    print(table(HEAD, found))
    silent |= of_place
    worst = max(silent, key=lambda name: silent[name])
    return [
        at_most("false alarms behind a step-on", false, MOST_FALSE, "%"),
        at_most(f"silent behind a step-on (most: {worst})", silent[worst], MOST_SILENT, "%"),
    ]


def main(*, short: bool) -> list[Verdict]:
    """Print the four tables; the goals are 0.5 % of false alarms, 5 % of silence, and figures that stay."""
    if not (DATA / "bds" / "all_trials.csv").is_file():
        return not_measured("the recordings are not in ../shared/data")
    trials, cells = all_trials(DATA / "bds")[:, :, ::-1], plates()
    if short:
        trials = trials[::EACH_OF_FEW]
    cases = FEW if short else CASES
    rng = np.random.default_rng(SEED)
    print(f"Each kind {cases} times. False alarms:\n")
    rows, shares = false_alarms(trials, cells)
    print(table(("recordings", "n", "suspected", "of what"), rows))
    verdicts = [at_most("false alarms, largest share", float(max(shares)), MOST_FALSE, "%")]
    if not short:
        people, found = figures_of_all(DATA / "bds")
        left_out = validated(people, found)["false alarms"]
        shown = [[f"{length:.0f} s", f"{100 * share:.2f} %"] for length, share in zip(LENGTHS_S, left_out, strict=True)]
        print("\nThe size, of people from whom its limits were not made:\n")
        print(table(("length", "false alarms"), shown))
        verdicts.append(at_most("the same cross-validated by person", 100.0 * float(max(left_out)), MOST_FALSE, "%"))
        said = validated_in(conditions_of(DATA / "bds"), people, found)["all"]["false alarms"]
        verdicts.append(
            at_most("the same where it is said how it was stood", 100.0 * float(max(said)), MOST_FALSE, "%")
        )
    chosen = [trials[at] for at in rng.choice(len(trials), cases, replace=cases > len(trials))]
    starts = [(int(rng.integers(len(cells))), int(rng.integers(9000))) for _ in range(cases)]
    parts = [cells[which][start : start + 5000] for which, start in starts]
    rides = list(vibrated.rides(short=short))
    of_vibrated = [part for ride in rides for part in vibrated.parts(ride)]
    suspected = [noticed(compute(part)) for part in of_vibrated]
    print(f"\nThe station's own trials while it vibrates, simulated: {sum(suspected)} of {len(suspected)} suspected.")
    verdicts.append(at_most("false alarms while it vibrates", 100.0 * float(np.mean(suspected)), 0.0, "%"))
    whole = [rides[at] for at in rng.integers(len(rides), size=cases)]
    tables = (
        fuzzed(spoiling.KINDS, chosen, of_cop, 0),
        fuzzed(CELL_KINDS | STANDING_CELL_KINDS, parts, of_cells, 1),
        fuzzed(vibrated.KINDS, whole, compute, 2),
        wrong_files(chosen),
        fuzzed(spoiling_times.TIME_KINDS, [spoiling_times.timed(cop) for cop in chosen], spoiling_times.of_times, 4),
    )
    silent: dict[str, float] = {}
    for what, (rows, own) in zip(("", "", "while it vibrates: ", "", ""), tables, strict=True):
        silent |= {what + name: share for name, share in own.items()}
        print("\n" + table(HEAD, [[what + str(row[0]), *row[1:]] for row in rows]))
    worst = max(silent, key=lambda name: silent[name])
    verdicts.append(
        at_most(f"silent share of every kind that can be told (most: {worst})", silent[worst], MOST_SILENT, "%")
    )
    verdicts += _by_condition(trials, cells, cases, short=short)
    verdicts += _behind_a_step_on(trials, rng, short=short)
    few = chosen[: 1 if short else 40]
    rows, largest = written_otherwise(few)
    print("\nWritten otherwise: the largest relative difference of any figure\n")
    print(table(("how", "n", "difference"), rows))
    verdicts.append(at_most("a file written otherwise differs by", float(largest), 1e-9, "of a figure"))
    differ = resampled(few)
    print("\nSampled 50 to 1000 times a second instead of 100:\n")
    print(
        table(("figure", "largest difference %", "tolerance %"), [[k, differ[k], TOLERANCE_PERCENT[k]] for k in differ])
    )
    over = max(differ[key] / TOLERANCE_PERCENT[key] for key in differ)
    verdicts.append(at_most("largest difference by the rate", float(over), 1.0, "of its tolerance"))
    return verdicts
