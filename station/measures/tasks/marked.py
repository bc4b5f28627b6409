"""What a therapist's marks make of a try, from what was found in its samples once: errors of a stance, and repetitions.

No samples are needed, so that a mark which is set later, on the trace, counts as one that was tapped in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from station.measures.values import NAN

SAME_S = 1.0
"""Within so long a tap and what the plate saw are one error: several at once count one."""
OUT_S = 5.0
MOST_ERRORS = 10
SCORED_REACHES = 3
MARKED = "marked"
"""Outcome of a repetition that a mark spoils."""
GOOD = ("good", "counted")
"""Outcomes of repetitions that count, as the exercises `guided` and `cycles` name them."""


def errors_of(out_s: Iterable[tuple[float, float]], tried_s: float, taps_s: Iterable[float]) -> int:
    """Errors of one try of a stance, 0 to 10: times out of place, begin and end, and taps, all in s from its beginning.

    A time out of place is one error, however often it was tapped within a second; one that lasts for more than 5 s is
    ten, as is a try with less than 5 s in place.
    """
    out = list(out_s)
    in_place_s = tried_s - sum(end - begin for begin, end in out)
    if any(end - begin > OUT_S for begin, end in out) or in_place_s < OUT_S:
        return MOST_ERRORS
    counted: list[float] = []
    for at_s in sorted(taps_s):
        seen = any(begin - SAME_S <= at_s <= end + SAME_S for begin, end in out)
        if not seen and (not counted or at_s - counted[-1] >= SAME_S):
            counted.append(at_s)
    return min(MOST_ERRORS, len(out) + len(counted))


class LateMark(NamedTuple):
    """A mark that a therapist set afterwards."""

    number: int
    """Of the try."""
    id: str
    mark: str
    """By its name, as "arms"."""
    at_s: float
    """From the first sample of the hold."""


class RepetitionDone(NamedTuple):
    """One repetition, from the end of the one before it (or the try's beginning) to its own, in s."""

    number: int
    """From 1, as the exercise counted it."""
    begin_s: float
    end_s: float
    outcome: str
    values: Mapping[str, float] = {}  # never changed
    """What was measured of it, by the name that the exercise's event gives it."""

    @property
    def counts(self) -> bool:
        """Whether it is one of those that are done."""
        return self.outcome in GOOD


def with_marks(repetitions: Iterable[RepetitionDone], marks_s: Sequence[float]) -> list[RepetitionDone]:
    """The same, those spoilt in which a mark lies: after their beginning, at their end at the latest."""
    return [
        one._replace(outcome=MARKED) if one.counts and any(one.begin_s < at_s <= one.end_s for at_s in marks_s) else one
        for one in repetitions
    ]


def repetition_figures(what: str, repetitions: Sequence[RepetitionDone]) -> dict[str, float]:
    """Figures of a try by its repetitions; `what` is the movement of `cycles`, or the lead of `guided`.

    "calf-raise": how many counted. "step-up": mean peak in % of weight and mean time, the first left out, which is for
    practice. "reach-forward": mean of the last three that neither a mark nor a hand spoilt. Nothing for any other.
    """
    counted = [one for one in repetitions if one.counts]
    if what == "calf-raise":
        return {"calf_raises": float(len(counted))}
    if what == "step-up":
        scored = [one for one in counted if one.number > 1]
        peaks = [100.0 * one.values["peak_share_of_weight"] for one in scored]
        return {"step_up_peak_percent": mean(peaks), "step_up_s": mean([one.values["time_s"] for one in scored])}
    if what == "reach-forward":
        reached = [one.values["reached_mm"] for one in repetitions if one.outcome not in (MARKED, "supported")]
        return {"reach_cop_mm": mean(reached[-SCORED_REACHES:]) if len(reached) >= SCORED_REACHES else NAN}
    return {}


def mean(values: Sequence[float]) -> float:
    """Of those that are known; `nan` where none is."""
    known = [one for one in values if one == one]
    return sum(known) / len(known) if known else NAN
