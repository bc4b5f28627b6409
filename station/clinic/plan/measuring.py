"""Findings that the station has measured: pure functions of the trials that stand in the records.

A time that was held to its end says only "at least": it counts where no rule could decide otherwise with more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

MEASURED, ANSWERED, TYPED, KNOWN_OF = "measured", "answered", "typed", "person"
"""Where a finding comes from: trials, the screening, a person's hand, or the patient's own row."""
ONE_LEG_DECIDED_S, CLOSED_DECIDED_S, TOGETHER_DECIDED_S = 15.0, 5.0, 10.0
"""The longest time that a rule asks for: beyond it "at least" is enough."""
SIDES = ("left", "right")
LEAST_TRIALS_A_SIDE = 3
"""Before one leg's velocity is held against the spread of the other's."""
HIDDEN = ("F3", "F4")
"""Levels of feedback at which the patient sees nothing of themselves during the try."""
HELD = "held"
_WITHOUT_HELP = ("free", "hips", "crossed")


class StoodTrial(NamedTuple):
    """One trial as the records have it."""

    drill: str
    leg: str
    outcome: str
    hold_s: float
    day: str
    """Local date of its session (ISO 8601)."""
    exercise: Mapping[str, Any]
    """As `station.analysis.exercised` gives it; empty for a trial of an earlier program."""
    velocity_mm_s: float | None = None
    vibrated: bool = False
    doubtful: bool = False
    """Its data are damaged or suspect."""


class Known(NamedTuple):
    """One finding, and where it comes from."""

    value: Any
    source: str
    day: str
    of: str = ""
    """The drill that measured it, the item that was answered, or who typed it."""
    at_least: bool = False
    """It was held to the end of its time: it may be more."""
    counts: bool = True
    """Whether a plan may go by it."""


def measured(trials: Sequence[StoodTrial]) -> dict[str, Known]:
    """What these trials say, by the names of `station.clinic.plan.findings`; what was not measured is not there."""
    usable = [one for one in trials if one.exercise and not one.vibrated and not one.doubtful]
    found: dict[str, Known] = {}
    for find in (_one_leg, _two_legs, _sides, _senses, _share, _stands, _calves):
        found |= find(usable)
    return found


def _newest(trials: Iterable[StoodTrial]) -> list[StoodTrial]:
    """Those of the newest day."""
    kept = list(trials)
    day = max((one.day for one in kept), default="")
    return [one for one in kept if one.day == day]


def _of(trials: Iterable[StoodTrial], **wanted: object) -> list[StoodTrial]:
    return [one for one in trials if all(one.exercise.get(name) == value for name, value in wanted.items())]


def _alone(trials: Iterable[StoodTrial]) -> list[StoodTrial]:
    """Standing without a hand that helps."""
    return [one for one in _of(trials, exercise="stand") if one.exercise.get("hands") in _WITHOUT_HELP]


def _best(trials: Iterable[StoodTrial], decided_s: float) -> Known | None:
    """The best time of the newest day; None where nobody stood."""
    stood = [one for one in _newest(trials) if one.outcome in ("held", "foot-down", "step-off")]
    if not stood:
        return None
    best = max(stood, key=_alone_s)
    best_s = _alone_s(best)
    at_least = best.outcome == "held" and "alone_s" not in best.exercise
    counts = not at_least or best_s > decided_s or (decided_s == TOGETHER_DECIDED_S and best_s >= decided_s)
    return Known(best_s, MEASURED, best.day, best.drill, at_least, counts)


def _alone_s(trial: StoodTrial) -> float:
    """How long it was stood before a hand first helped."""
    return float(trial.exercise.get("alone_s", trial.hold_s))


def _one_leg(trials: Sequence[StoodTrial]) -> dict[str, Known]:
    found = {}
    firm = _of(_alone(trials), stance="single-leg", surface="firm")
    for side in SIDES:
        own = [one for one in firm if one.leg == side]
        for eyes, name, decided_s in (
            ("open", f"one_leg_{side}_s", ONE_LEG_DECIDED_S),
            ("closed", f"one_leg_closed_{side}_s", CLOSED_DECIDED_S),
        ):
            best = _best(_of(own, eyes=eyes), decided_s)
            if best is not None:
                found[name] = best
    return found


def _two_legs(trials: Sequence[StoodTrial]) -> dict[str, Known]:
    """Heel to toe, and feet together: which of them a drill asks for is said by its name alone."""
    found = {}
    for drill, name in (("one-behind-the-other", "tandem_s"), ("feet-together-open", "together_s")):
        best = _best((one for one in _alone(trials) if one.drill == drill), TOGETHER_DECIDED_S)
        if best is not None:
            found[name] = best
    return found


def _sides(trials: Sequence[StoodTrial]) -> dict[str, Known]:
    """The leg of which the mean velocity lies beyond every trial of the other on the newest day of one drill."""
    firm = _of(_alone(trials), stance="single-leg", surface="firm", eyes="open")
    measured_ones = _newest(one for one in firm if one.velocity_mm_s is not None)
    for drill in sorted({one.drill for one in measured_ones}):
        sides = {
            side: [one.velocity_mm_s or 0.0 for one in measured_ones if (one.drill, one.leg) == (drill, side)]
            for side in SIDES
        }
        if min(map(len, sides.values())) < LEAST_TRIALS_A_SIDE:
            continue
        for side, other in (SIDES, SIDES[::-1]):
            if sum(sides[side]) / len(sides[side]) > max(sides[other]):
                return {"velocity_side": Known(side, MEASURED, measured_ones[0].day, drill)}
    return {}


def _senses(trials: Sequence[StoodTrial]) -> dict[str, Known]:
    """Ratios of the mean velocities of two legs, of one day, where the patient saw nothing of themselves."""
    quiet = [
        one
        for one in _of(_alone(trials), stance="two-legs")
        if one.velocity_mm_s is not None and (one.exercise["eyes"] == "closed" or one.exercise["feedback"] in HIDDEN)
    ]
    newest = [one for one in _newest(quiet) if one.outcome == "held"]
    means = {}
    for eyes, surface in (("open", "firm"), ("closed", "firm"), ("open", "foam"), ("closed", "foam")):
        own = [one.velocity_mm_s or 0.0 for one in _of(newest, eyes=eyes, surface=surface)]
        if own:
            means[eyes, surface] = sum(own) / len(own)
    usual = means.get(("open", "firm"), 0.0)
    over = {"vis": ("closed", "firm"), "som": ("open", "foam"), "vest": ("closed", "foam")}
    return {
        f"{name}_ratio": Known(round(means[which] / usual, 3), MEASURED, newest[0].day, "stand")
        for name, which in over.items()
        if usual > 0.0 and which in means
    }


def _share(trials: Sequence[StoodTrial]) -> dict[str, Known]:
    """The share of the left foot where the patient did not see it."""
    blind = [one for one in _of(trials, exercise="share") if one.exercise["feedback"] in HIDDEN]
    shares = [(one, one.exercise["said"].get("shared", {}).get("right_percent")) for one in _newest(blind)]
    known = [100.0 - right for _, right in shares if right is not None]
    if not known:
        return {}
    return {
        "share_left_percent": Known(round(sum(known) / len(known), 1), MEASURED, shares[0][0].day, shares[0][0].drill)
    }


def _stands(trials: Sequence[StoodTrial]) -> dict[str, Known]:
    """Of the tests from the seat alone: what is done in training has other pauses."""
    found = {}
    tests = [one for one in _of(trials, exercise="cycles") if one.exercise["parameters"].get("from_seat")]
    five = [one for one in tests if _tested(one, "five_stands_s") is not None]
    half_minute = [one for one in tests if one.exercise["parameters"].get("for_s") == 30.0 and one.outcome == HELD]
    if five:
        best = min(_newest(five), key=lambda one: _tested(one, "five_stands_s") or 0.0)
        found["five_stands_s"] = Known(_tested(best, "five_stands_s"), MEASURED, best.day, best.drill)
    if half_minute:
        most = max(_newest(half_minute), key=_done)
        found["chair_stands"] = Known(_done(most), MEASURED, most.day, most.drill)
    return found


def _tested(trial: StoodTrial, name: str) -> float | None:
    """A figure of this trial, as `station.analysis.tested` gives it; None where it has none."""
    value = (trial.exercise.get("tested") or {}).get(name)
    return None if value is None else float(value)


def _calves(trials: Sequence[StoodTrial]) -> dict[str, Known]:
    """Of the test alone, which goes on for as long as somebody can."""
    found = {}
    alone = _of(trials, exercise="cycles", stance="single-leg")
    keys = [(one, one.exercise["parameters"]) for one in alone]
    raises = [one for one, own in keys if own["movement"] == "calf-raise" and own.get("gives_up_s")]
    for side in SIDES:
        own = _newest(one for one in raises if one.leg == side)
        if own:
            most = max(own, key=_done)
            found[f"calf_{side}"] = Known(_done(most), MEASURED, most.day, most.drill)
    return found


def _done(trial: StoodTrial) -> int:
    return int(trial.exercise["done"])
