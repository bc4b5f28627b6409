"""What the difference of two sittings is called that differ in one condition alone, and whether it is one at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drills.problems import Problem
from station.faults import as_json, because
from station.measures.doubts import doubt
from station.measures.norms.change import ConditionTrials, own_spread
from station.measures.norms.people import Condition, one_length
from station.measures.norms.quotient_norms import QuotientNorm, differs_from, norm_of, smallest_change
from station.measures.tasks.quotients import Quotient, mean_of, quotient, side_difference, vibration_effect

_LEADING = {"mean_velocity_mm_s", "ellipse_area_mm2", "mean_velocity_ML_AND_AP", "confidence_ellipse_area_ML_AND_AP"}
"""Figures of which quotients of two conditions are made."""
_CONTRASTS = (
    ("romberg_quotient", "closed", "open", quotient),
    ("foam_quotient", "foam", "firm", quotient),
    ("side_difference_percent", "left", "right", side_difference),
    ("vibration_effect_percent", "vibrated", "quiet", vibration_effect),
)
"""Name, the condition above, the one below, and how it is made."""
_ALIKE = {"romberg_quotient": "surface", "foam_quotient": "vision"}
"""Of a quotient of people's the condition that both sides share."""


def contrasts_of(
    first: ConditionTrials, second: ConditionTrials, names: Iterable[str], age_years: float | None = None
) -> dict[str, dict[str, Any]]:
    """By its name in the registry and for each leading figure: the value, or `why` there is none, and what it is worth.

    `chance_below` and `chance_above` are between what it lies, at 95 %, where both conditions are alike; `differs`
    whether it lies outside; `smallest_change_percent` how much such a quotient must change within a day to have
    changed; `usual` the 5th, 50th and 95th percentile of `people` healthy people of this age. Empty where no name fits.
    """
    trials = first, second
    vibrated = [{found.vibration_hz > 0.0 for found in one.sets} for one in trials]
    differing = [key for key in Condition._fields if getattr(first.condition, key) != getattr(second.condition, key)]
    if len(differing) == 1 and vibrated[0] == vibrated[1] and len(vibrated[0]) == 1:
        words = [getattr(one.condition, differing[0]) for one in trials]
    elif not differing and {*map(frozenset, vibrated)} == {frozenset({True}), frozenset({False})}:
        words = ["vibrated" if own == {True} else "quiet" for own in vibrated]
    else:
        return {}
    for name, above, below, made in _CONTRASTS:
        if {above, below} == set(words):
            one, other = trials[words.index(above)], trials[words.index(below)]
            leading = [key for key in names if key in _LEADING]
            return {
                name: {
                    key: _worth(name, made(one.sets, other.sets, key), (one, other), key, age_years) for key in leading
                }
            }
    return {}


def _worth(
    name: str, made: Quotient, trials: tuple[ConditionTrials, ConditionTrials], key: str, age_years: float | None
) -> dict[str, Any]:
    """The quotient with its own chance and range, as JSON values."""
    doubted = next((why for one in trials for found in one.sets if (why := doubt(found))), None)
    values: dict[str, Any] = {"value": made.value, "why": None if made.why is None else as_json(made.why)}
    if made.why is not None:
        return values
    if doubted is not None:
        return {**values, "differs": None, "basis": as_json(because("no-verdict-doubted", why=as_json(doubted)))}
    if name in _ALIKE:
        return values | _among_people(name, made.value, trials, key, age_years)
    return values | _by_own_spread(name, made.value, trials, key)


def _among_people(
    name: str, value: float, trials: tuple[ConditionTrials, ConditionTrials], key: str, age_years: float | None
) -> dict[str, Any]:
    """What people's repeats say of a quotient of two conditions."""
    duration = one_length(key, ((found, one.condition) for one in trials for found in one.sets))
    norm = None
    if isinstance(duration, int):
        norm = norm_of(name, getattr(trials[0].condition, _ALIKE[name]), key, duration, age_years)
    if norm is None:
        why = duration if isinstance(duration, Problem) else because("no-norms-of-quotient")
        return {"differs": None, "basis": as_json(why)}
    counts = len(trials[0].sets), len(trials[1].sets)
    factor = differs_from(norm, counts)
    return {
        "differs": not 1.0 / factor <= value <= factor,
        "chance_below": 1.0 / factor,
        "chance_above": factor,
        "smallest_change_percent": 100.0 * (smallest_change(norm, counts) - 1.0),
        **_usual(norm),
        "basis": as_json(because("by-repeatability-of-quotient", people=norm.people)),
    }


def _usual(norm: QuotientNorm) -> dict[str, Any]:
    return {"usual": list(norm.points), "people": norm.people} if norm.points else {}


def _by_own_spread(
    name: str, value: float, trials: tuple[ConditionTrials, ConditionTrials], key: str
) -> dict[str, Any]:
    """What the patient's own spread from trial to trial says of a difference in percent."""
    one, other = (mean_of(side.sets, key).value for side in trials)
    whole = 0.5 * (one + other) if name == "side_difference_percent" else other
    reach = 100.0 * own_spread(trials[0].sets, trials[1].sets, key) / whole
    count = sum(len(side.sets) for side in trials)
    if reach != reach:  # NaN: a trial each
        return {"differs": None, "basis": as_json(because("spread-of-one-trial"))}
    return {
        "differs": not -reach <= value <= reach,
        "chance_below": -reach,
        "chance_above": reach,
        "smallest_change_percent": reach * 2.0**0.5,
        "basis": as_json(because("by-spread-of-both", trials=count)),
    }
