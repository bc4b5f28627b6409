"""The same questions to the norms get the same answers: at each age's bound, in each condition, of each length.

`norms.json` has, of each question, every answer as a sum, with how many differ. `python -m
tests.station.measures.test_kept_norms` writes it anew: a norm may change with its table only, so say why in the commit.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drills.problems import Problem
from station import measures
from station.faults import because
from station.measures import PIPELINES, REGISTRY, MeasureSet
from station.measures.doubts import doubt
from station.measures.norms.between import DaysRule, shipped
from station.measures.norms.change import ConditionTrials, Occasion, change, own_spread
from station.measures.norms.directions import direction_of
from station.measures.norms.functional import NORMS, judged, row_at
from station.measures.norms.people import NOT_STATED, POINTS, STANCE_NORMS, Condition, norm_for, one_length, stance_norm
from station.measures.norms.quotient_norms import POINTS as QUOTIENT_POINTS
from station.measures.norms.quotient_norms import differs_from, norm_of, smallest_change
from station.measures.norms.quotient_norms import table as quotient_table
from station.measures.norms.ranks import MEAN_OF, named, place
from station.measures.norms.spread import even, figure, spreads_for
from station.measures.registry import carries
from station.measures.tasks.distribution import distribution
from station.measures.tasks.quotients import MCTSIB, mctsib, quotient, side_difference, vibration_effect

FILE = Path(__file__).with_name("norms.json")
AGES = (None, 5.0, 17.99, 18.0, 39.99, 40.0, 59.99, 60.0, 69.5, 80.0, 85.99, 86.0, 90.0, 94.99, 95.0, 99.99, 100.0)
NAMES = ("mean_velocity_mm_s", "path_length_mm", "ellipse_area_mm2", "rms_ml_mm", "no_such_figure")
CONDITIONS = tuple(
    Condition(*words)
    for words in itertools.product(
        ("both", "left", NOT_STATED), ("open", "closed", NOT_STATED), ("firm", "foam", NOT_STATED)
    )
)
FIRM, LEG = Condition("both", "open", "firm"), Condition("left", "open", "firm")
SUSPECT = because("odd-force", force_n=90.0, kg=9.2)
SWAPPED = because("axes-swapped", larger=2.0, faster=2.0)


def _set(value: float = 8.0, **changes: Any) -> MeasureSet:
    values = dict.fromkeys(NAMES[:4], value)
    values |= {"path_length_mm": 60.0 * value, "ellipse_area_mm2": 30.0 * value}
    return replace(MeasureSet("station-1", 1, values, duration_s=60.0, rate_hz=250.0), **changes)


SETS = {
    "60 s": _set(),
    "30 s": _set(duration_s=30.0),
    **{f"{seconds} s": _set(duration_s=seconds) for seconds in (26.99, 27.0, 29.7, 33.0, 33.01, 45.0, 60.61, 66.0)},
    "another version": _set(version=2),
    "another pipeline": _set(pipeline="raw"),
    "vibrated": _set(vibration_hz=30.0),
    "suspect": _set(suspicions=(SUSPECT,)),
    "axes swapped": _set(warnings=(SWAPPED,)),
    "not measured": _set(values={}),
    "with a reason": _set(values={}, reasons=dict.fromkeys(NAMES, because("no-force"))),
}


def _plain(value: Any) -> Any:
    """As every machine prints it: of problems the key and the figures."""
    if isinstance(value, Problem):
        return [value.reason, _plain(dict(value.values))]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return [_plain(getattr(value, one.name)) for one in fields(value)]
    return f"{value:.6g}" if isinstance(value, float | np.floating) else value


# --- questions ------------------------------------------------------------------------------------------------------


def _norms() -> Iterator[Any]:
    for name, found, condition, group in itertools.product(NAMES, SETS.values(), CONDITIONS, ("young", "old", "all")):
        yield norm_for(name, found, condition, group)


def _spreads() -> Iterator[Any]:
    for name, found, age in itertools.product(NAMES, SETS.values(), AGES):
        yield spreads_for(name, found, FIRM, age)


def _places() -> Iterator[Any]:
    for name, found, age in itertools.product(NAMES, SETS.values(), AGES[1:]):
        for trials in (1, 2, 3):
            yield place(name, found, FIRM, age, trials)


def _percentiles() -> Iterator[Any]:
    for condition, value in itertools.product(CONDITIONS[:2], np.arange(3.0, 30.0, 0.25)):
        yield place("mean_velocity_mm_s", _set(float(value)), condition, 40.0)
    yield sorted(named())


def _lengths() -> Iterator[Any]:
    for one, other in itertools.product(SETS.values(), repeat=2):
        yield one_length("rms_ml_mm", [(one, FIRM), (other, FIRM)])


def _quotients() -> Iterator[Any]:
    for name, alike, measure, duration, _ in [*quotient_table(), ("romberg", "firm", "none", 60, "")]:
        for age in AGES:
            norm = norm_of(name, alike, measure, duration, age)
            yield norm
            for trials in ((1, 1), (3, 3), (2, 5)) if norm else ():
                yield differs_from(norm, trials), smallest_change(norm, trials)


def _functional() -> Iterator[Any]:
    yield from NORMS.values()
    for norm, age in itertools.product(NORMS.values(), [20.0, 29.99, 30.0, *(one for one in AGES if one)]):
        row = row_at(norm, age)
        yield row
        for numbers in (row.women, row.men) if row else ():
            low, high = numbers
            for value in (low - 0.1, low, low + 0.1, *((high, high + 0.1) if high is not None else ())):
                yield judged(norm.kind, numbers, value)


def _stances() -> Iterator[Any]:
    for age in AGES[1:]:
        yield stance_norm(age)


def _trials(mean: float, count: int = 3, condition: Condition = FIRM, **changes: Any) -> ConditionTrials:
    return ConditionTrials(condition, [_set(mean * (0.9 + 0.1 * number), **changes) for number in range(count)])


def _changes() -> Iterator[Any]:
    """Each figure by its own spread of trials, its people's, and between days."""
    for name, age, same_day in itertools.product(NAMES[:4], (None, 40.0, 60.0, 90.0), (True, False, None)):
        for condition, after in itertools.product((FIRM, LEG), (4.0, 7.0, 8.0, 8.8, 13.0, 40.0)):
            first, second = _trials(8.0, condition=condition), _trials(after, 4, condition)
            yield change(first, second, name, Occasion(age, same_day))
    signed = shipped()._replace(status="signed", signed_by="N. N.")
    yield change(_trials(8.0), _trials(20.0), NAMES[0], Occasion(40.0, False, signed))
    yield change(_trials(8.0, 5), _trials(20.0, 5), "ellipse_area_mm2", Occasion(40.0, False, signed))
    yield change(_trials(-8.0), _trials(8.0), NAMES[0], Occasion(40.0, True))
    yield change(_trials(0.0), _trials(8.0), NAMES[0], Occasion(40.0, True))


def _not_comparable() -> Iterator[Any]:
    kinds = [*({"duration_s": seconds} for seconds in (59.5, 60.5, 60.61, 50.0, 49.9, 72.0, 72.1)), {"version": 2}]
    kinds += [{"vibration_hz": 30.0}, {"suspicions": (SUSPECT,)}, {"warnings": (SWAPPED,)}, {"values": {}}]
    for kind, name in itertools.product(kinds, NAMES[:2]):
        yield change(_trials(8.0), _trials(9.0, **kind), name, Occasion(40.0, True))
        yield change(_trials(8.0, **kind), _trials(9.0), name, Occasion(40.0, True))
    for hz in (28.5, 28.49):
        yield change(_trials(8.0, vibration_hz=30.0), _trials(9.0, vibration_hz=hz), NAMES[0])
    yield change(_trials(8.0, 2), _trials(9.0), NAMES[0])
    yield change(_trials(8.0), _trials(9.0, 2), NAMES[0])
    yield change(_trials(8.0), _trials(9.0, condition=LEG), NAMES[0])
    for counts in ((1, 1), (1, 2), (2, 2), (3, 4)):
        yield own_spread(_trials(8.0, counts[0]).sets, _trials(9.0, counts[1]).sets, NAMES[0])


def _rules() -> Iterator[Any]:
    for rule, condition, found in itertools.product(shipped().rules, CONDITIONS, (SETS["60 s"], SETS["vibrated"])):
        yield rule.fits(rule.measure, found, condition), rule.fits("no_such_figure", found, condition)
        yield rule.limits(10.0), rule.limits(0.1)


def _of_two() -> Iterator[Any]:
    sets = [[one] for one in SETS.values()] + [[], [_set(0.0)], [_set(3.0), _set(5.0)]]
    for one, other in itertools.product(sets, repeat=2):
        for function in (quotient, side_difference, vibration_effect):
            yield function(one, other, "rms_ml_mm")
    yield side_difference([_set(-1.0)], [_set(1.0)], "rms_ml_mm")
    for lacking in (*MCTSIB, ""):
        given = {key: [_set(5.0 + 3.0 * at)] for at, key in enumerate(MCTSIB) if key != lacking}
        yield mctsib(given)
    yield mctsib({key: [_set(version=at)] for at, key in enumerate(MCTSIB)})


def _others() -> Iterator[Any]:
    for name, difference in itertools.product((*NAMES, "los_reaction_time_s", "push_force_max_n"), (-0.1, 0.0, 0.1)):
        yield direction_of(name, difference)
    for found in SETS.values():
        yield doubt(found)
    for power, value in itertools.product((-1.5, -0.5, 0.0, 0.5, 2.0), (0.1, 0.3, 1.0, 8.0)):
        yield even(value, power), figure(value, power), figure(-value, power), figure(even(value, power), power)
    cells_n = np.array(((100.0, 200.0, 250.0, 150.0), (120.0, 180.0, 260.0, 160.0)))
    for cells, hull_mm2, ellipse_mm2 in ((cells_n, 300.0, 200.0), (None, 300.0, 0.0), (0.0 * cells_n, 3.0, -1.0)):
        yield distribution(cells, hull_mm2, ellipse_mm2)
    yield distribution(cells_n * (math.nan, 1.0, 1.0, 1.0), 3.0, 0.5)


def _tables() -> Iterator[Any]:
    for measure in REGISTRY.values():
        yield measure, carries(measure.name, measure.min_duration_s)
    yield from STANCE_NORMS
    yield [(name, type(getattr(measures, name)).__name__) for name in measures.__all__]
    for one in PIPELINES.values():
        yield one.name, one.version, one.keys, sorted(one.unfiltered)
    yield POINTS, QUOTIENT_POINTS, MEAN_OF, DaysRule._fields


QUESTIONS: dict[str, Callable[[], Iterator[Any]]] = {
    "norms": _norms,
    "spreads": _spreads,
    "places": _places,
    "percentiles": _percentiles,
    "lengths": _lengths,
    "norms of quotients": _quotients,
    "functional norms": _functional,
    "norms of one leg": _stances,
    "changes": _changes,
    "not comparable": _not_comparable,
    "rules of days": _rules,
    "figures of two": _of_two,
    "others": _others,
    "tables": _tables,
}


def _answers(question: str) -> str:
    """How many answers there are, how many of them differ, and a sum of all."""
    answers = [repr(_plain(one)) for one in QUESTIONS[question]()]
    total = hashlib.blake2b("\n".join(answers).encode(), digest_size=8).hexdigest()
    return f"{len(answers)} answers, {len(set(answers))} of them differ: {total}"


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_gets_the_same_answers(question):
    assert _answers(question) == json.loads(FILE.read_text(encoding="utf-8"))[question]


if __name__ == "__main__":
    FILE.write_text(json.dumps({one: _answers(one) for one in QUESTIONS}, indent=1) + "\n", encoding="utf-8")
