"""Has something changed? The three answers that an honest comparison can give.

"real change", "no real change" or "not comparable": never a difference without the amount by which such a figure
differs by itself. Lead with the mean velocity of three trials, the most repeatable figure of all; the area of one trial
on a firm surface must change by over 100 % to have changed at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from drills.problems import Problem
from station.faults import as_json, because
from station.measures.norms.people import GROWING, Condition, norm_for
from station.measures.tasks.quotients import mean_of
from station.measures.values import NAN, MeasureSet

REAL, NOT_REAL, NOT_COMPARABLE = "real-change", "no-real-change", "not-comparable"
"""Keys under `word.verdict.` of the catalogue of texts."""
MIN_TRIALS = 3
LENGTHS_ALIKE = 0.2
"""Share by which the longest trial may be longer than the shortest."""


class ConditionTrials(NamedTuple):
    """The trials of one sitting in one condition."""

    condition: Condition
    sets: Sequence[MeasureSet]


class Change(NamedTuple):
    """A verdict on one figure, with all that it rests on."""

    verdict: str
    why: Problem
    before: float = NAN
    after: float = NAN
    difference: float = NAN
    difference_percent: float = NAN
    smallest_real: float = NAN
    """Minimal detectable change (95 %) of these means, in the figure's unit."""
    basis: Problem | None = None
    """Which repeatability was used, and its n."""
    icc_single: float = NAN
    """ICC(2,1) of the people whose repeatability it is; `nan` where it is the patient's own spread."""


def change(before: ConditionTrials, after: ConditionTrials, name: str = "mean_velocity_mm_s") -> Change:
    """Compare the mean of `name` over two sittings' trials.

    Two-legged quiet stance: the minimal detectable change of the norms' people, 1.96 SEM sqrt(1/n + 1/m). All else,
    for which nobody's repeatability is known in this pipeline: the patient's own spread from trial to trial, by
    Student's t. Both are of repeats on one day; between days people vary more.
    """
    why = _why_not(before, after, name)
    if why:
        return Change(NOT_COMPARABLE, why)
    first, second = mean_of(before.sets, name), mean_of(after.sets, name)
    sitting, lacking = ("before", first.why) if first.why else ("after", second.why)
    if lacking:
        return Change(NOT_COMPARABLE, because("of-sitting", sitting=sitting, why=as_json(lacking)))
    difference = second.value - first.value
    norm = norm_for(name, before.sets[0], before.condition, "all")
    icc = NAN
    if isinstance(norm, Problem):
        smallest = _own_spread(before.sets, after.sets, name)
        basis = because("by-own-spread", trials=len(before.sets) + len(after.sets), why=as_json(norm))
    else:
        smallest = 1.96 * norm.sem * math.sqrt(1.0 / len(before.sets) + 1.0 / len(after.sets))
        basis, icc = because("by-repeatability", people=norm.people), norm.icc_single
    percent = 100.0 * difference / first.value if first.value else NAN
    real = abs(difference) > smallest
    return Change(
        REAL if real else NOT_REAL,
        because("larger-than-chance" if real else "not-larger-than-chance"),
        first.value,
        second.value,
        difference,
        percent,
        smallest,
        basis,
        icc,
    )


def _why_not(before: ConditionTrials, after: ConditionTrials, name: str) -> Problem | None:
    sittings = ("before", before), ("after", after)
    for word, trials in sittings:
        if len(trials.sets) < MIN_TRIALS:
            return because("few-trials", sitting=word, trials=len(trials.sets), least_trials=MIN_TRIALS)
    if before.condition != after.condition:
        stood = {word: as_json(because("condition", **one.condition._asdict())) for word, one in sittings}
        return because("conditions-differ", **stood)
    every = [*before.sets, *after.sets]
    if len({(one.pipeline, one.version) for one in every}) > 1:
        return because("different-versions")
    vibrations = [one.vibration_hz for one in every]
    if max(vibrations) - min(vibrations) > 0.05 * max(vibrations):
        return because("vibrations-differ")
    lengths = [one.duration_s for one in every]
    if max(lengths) > (1.0 + GROWING.get(name, LENGTHS_ALIKE)) * min(lengths):
        return because("lengths-differ", shortest_s=min(lengths), longest_s=max(lengths))
    return None


def _own_spread(before: Sequence[MeasureSet], after: Sequence[MeasureSet], name: str) -> float:
    from scipy.special import stdtrit

    squares = 0.0
    for sets in (before, after):
        figures = [one.values[name] for one in sets]
        middle = sum(figures) / len(figures)
        squares += sum((figure - middle) ** 2 for figure in figures)
    freedom = len(before) + len(after) - 2
    error = math.sqrt(squares / freedom * (1.0 / len(before) + 1.0 / len(after)))
    return float(stdtrit(freedom, 0.975)) * error
