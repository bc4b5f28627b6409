"""Has something changed? The answers that an honest comparison can give.

"real change", "no real change", "no verdict" or "not comparable": never a difference without the amount by which such
a figure differs by itself. Lead with the mean velocity of three trials, the most repeatable figure of all; the area of
one trial on a firm surface must change by over 100 % to have changed at all.

What is known of most figures is how much they differ within a day (`station.measures.norms.spread`). Between days
people vary more: a difference that is not even beyond chance within a day is none between days either, and one that is
gets a verdict only by a rule with a source (`station.measures.norms.between`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from drills.problems import Problem
from station.faults import as_json, because
from station.measures.doubts import doubt
from station.measures.norms.between import DaysRules, shipped
from station.measures.norms.directions import direction_of
from station.measures.norms.people import AGES, GROWING, OLD_FROM, Condition, Norm, norm_for
from station.measures.norms.spread import ChanceLimits, limits, spreads_for
from station.measures.tasks.quotients import mean_of
from station.measures.values import NAN, MeasureSet

REAL, NOT_REAL, NO_VERDICT, NOT_COMPARABLE = "real-change", "no-real-change", "no-verdict", "not-comparable"
"""Keys under `word.verdict.` of the catalogue of texts."""
MIN_TRIALS = 3
LENGTHS_ALIKE = 0.2
"""Share by which the longest trial may be longer than the shortest."""


class ConditionTrials(NamedTuple):
    """The trials of one sitting in one condition."""

    condition: Condition
    sets: Sequence[MeasureSet]


class Occasion(NamedTuple):
    """What else is known of two sittings of one person."""

    age_years: float | None = None
    same_day: bool | None = None
    """None where nobody said: then they are taken for two days."""
    rules: DaysRules | None = None
    """Of change between days; the station's own where it is None."""


class Change(NamedTuple):
    """A verdict on one figure, with all that it rests on."""

    verdict: str
    why: Problem
    before: float = NAN
    after: float = NAN
    difference: float = NAN
    difference_percent: float = NAN
    smallest_real: float = NAN
    """How far a second mean must lie from the first, in the direction in which it does, to be beyond chance (95 %), in
    the figure's unit; `nan` where no second mean would be."""
    real_below: float = NAN
    """Real from here down; `real_above` from there up. The spread grows with most figures: up is further."""
    real_above: float = NAN
    basis: Problem | None = None
    """Which repeatability was used, and its n."""
    icc_single: float = NAN
    """ICC(2,1) of the people whose repeatability it is; `nan` where it is the patient's own spread."""
    direction: str | None = None
    """`BETTER` or `WORSE` of a real change, where the figure has a direction."""
    proposed: bool = False
    """Whether the verdict is by a rule that no clinician has signed."""


class _Means(NamedTuple):
    before: float
    after: float


def change(
    before: ConditionTrials,
    after: ConditionTrials,
    name: str = "mean_velocity_mm_s",
    occasion: Occasion = Occasion(),  # noqa: B008  # a value
) -> Change:
    """Compare the mean of `name` over two sittings' trials.

    Chance within a day: for quiet stance on both legs what single trials of the norms' people of this age do, scaled
    for the numbers of trials; all else, for which nobody's repeatability is known in this pipeline, the patient's own
    spread from trial to trial, by Student's t.
    """
    why = _why_not(before, after, name)
    if why:
        return Change(NOT_COMPARABLE, why)
    first, second = mean_of(before.sets, name), mean_of(after.sets, name)
    sitting, lacking = ("before", first.why) if first.why else ("after", second.why)
    if lacking:
        return Change(NOT_COMPARABLE, because("of-sitting", sitting=sitting, why=as_json(lacking)))
    means = _Means(first.value, second.value)
    within, basis = _within_a_day(before, after, name, occasion)
    norm = norm_for(name, before.sets[0], before.condition, "all")
    icc = norm.icc_single if isinstance(norm, Norm) and basis.reason != "by-own-spread" else NAN
    beyond = _beyond(means, within)
    if not beyond or occasion.same_day:
        if occasion.same_day:
            why = because("larger-than-chance" if beyond else "not-larger-than-chance")
        else:
            why = because("not-even-within-a-day")
        return _said(name, REAL if beyond else NOT_REAL, why, means, within)._replace(basis=basis, icc_single=icc)
    return _between_days(name, (before, after), means, within, occasion)


def _between_days(
    name: str, trials: tuple[ConditionTrials, ConditionTrials], means: _Means, within: ChanceLimits, occasion: Occasion
) -> Change:
    """The verdict on a difference that is beyond chance within a day, by the rules of between days."""
    rules = occasion.rules or shipped()
    rule = rules.rule_for(name, trials[0].sets[0], trials[0].condition)
    if rule is None:
        return _said(name, NO_VERDICT, because("between-days-unknown"), means, within)
    fewest = min(len(one.sets) for one in trials)
    if fewest < rule.least_trials:
        why = because("rule-of-more-trials", trials=fewest, least_trials=rule.least_trials)
        return _said(name, NO_VERDICT, why, means, within)
    own = rule.limits(means.before)
    allowed = ChanceLimits(min(own.below, within.below), max(own.above, within.above))
    beyond = _beyond(means, allowed)
    signed = rules.status == "signed"
    by_whom = because("by-rule-signed", source=rule.source, signed_by=rules.signed_by)
    basis = by_whom if signed else because("by-rule-proposed", source=rule.source)
    why = because("larger-than-chance" if beyond else "not-larger-than-chance")
    return _said(name, REAL if beyond else NOT_REAL, why, means, allowed)._replace(basis=basis, proposed=not signed)


def _beyond(means: _Means, allowed: ChanceLimits) -> bool:
    return not allowed.below <= means.after <= allowed.above


def _said(name: str, verdict: str, why: Problem, means: _Means, allowed: ChanceLimits) -> Change:
    """The verdict with its figures."""
    difference = means.after - means.before
    edge = allowed.above if difference >= 0.0 else allowed.below
    return Change(
        verdict,
        why,
        means.before,
        means.after,
        difference,
        100.0 * difference / means.before if means.before else NAN,
        abs(edge - means.before),
        allowed.below,
        allowed.above,
        direction=direction_of(name, difference) if verdict == REAL else None,
    )


def _within_a_day(
    before: ConditionTrials, after: ConditionTrials, name: str, occasion: Occasion
) -> tuple[ChanceLimits, Problem]:
    """Between what the second mean is no more than chance within a day, and whose repeatability that is."""
    first = mean_of(before.sets, name).value
    counts = len(before.sets), len(after.sets)
    spreads = spreads_for(name, before.sets[0], before.condition, occasion.age_years)
    if isinstance(spreads, Problem) or first <= 0.0:
        spreads = spreads if isinstance(spreads, Problem) else because("not-positive")
        reach = own_spread(before.sets, after.sets, name)
        own = because("by-own-spread", trials=sum(counts), why=as_json(spreads))
        return ChanceLimits(first - reach, first + reach), own
    each = [limits(first, spread, counts) for spread in spreads]
    allowed = ChanceLimits(min(one.below for one in each), max(one.above for one in each))
    people = sum(spread.people for spread in spreads)
    if occasion.age_years is None:
        return allowed, because("by-repeatability-any-age", people=people)
    old = occasion.age_years >= OLD_FROM
    ages = (OLD_FROM, AGES[1] - 1) if old else (AGES[0], OLD_FROM - 1)
    return allowed, because("by-repeatability", people=people, least_years=ages[0], most_years=ages[1])


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
    return _doubted(sittings)


def _doubted(sittings: Sequence[tuple[str, ConditionTrials]]) -> Problem | None:
    """The first trial whose figures are in doubt, and why."""
    for word, trials in sittings:
        for number, found in enumerate(trials.sets, 1):
            if why := doubt(found):
                of_trial = as_json(because("of-trial", number=number, why=as_json(why)))
                return because("of-sitting", sitting=word, why=of_trial)
    return None


def own_spread(first: Sequence[MeasureSet], second: Sequence[MeasureSet], name: str) -> float:
    """How far the means of two series of trials of one person lie apart by chance, at 95 %: Student's t of the pooled
    spread from trial to trial. `nan` for fewer than three trials in all.
    """
    from scipy.special import stdtrit

    squares = 0.0
    for sets in (first, second):
        figures = [one.values[name] for one in sets]
        middle = sum(figures) / len(figures)
        squares += sum((figure - middle) ** 2 for figure in figures)
    freedom = len(first) + len(second) - 2
    if freedom < 1:
        return NAN
    error = math.sqrt(squares / freedom * (1.0 / len(first) + 1.0 / len(second)))
    return float(stdtrit(freedom, 0.975)) * error
