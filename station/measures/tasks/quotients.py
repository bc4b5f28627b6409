"""Figures made of two or more trials of one person: eyes, foam, legs, vibration.

Only figures of the same pipeline and version are put together; all the others are refused with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from drills.problems import Problem
from station.faults import as_json, because
from station.measures.doubts import doubt
from station.measures.values import NAN, MeasureSet


class Quotient(NamedTuple):
    """A quotient or difference, or `nan` and why there is none."""

    value: float
    why: Problem | None = None


def mean_of(sets: Sequence[MeasureSet], name: str) -> Quotient:
    """Mean of `name` over trials; `nan` where any of them lacks it or they are of several pipelines."""
    if not sets:
        return Quotient(NAN, because("no-trial"))
    if len({(one.pipeline, one.version) for one in sets}) > 1:
        return Quotient(NAN, because("different-pipelines"))
    for number, one in enumerate(sets, 1):
        if (in_doubt := doubt(one)) is not None:
            why = because("suspect" if one.suspicions else "in-doubt", why=as_json(in_doubt))
            return Quotient(NAN, because("of-trial", number=number, why=as_json(why)))
    figures = [one.values.get(name, NAN) for one in sets]
    for number, (one, figure) in enumerate(zip(sets, figures, strict=True), 1):
        if figure != figure:  # nan
            why = one.reasons.get(name, because("not-measured"))
            return Quotient(NAN, because("of-trial", number=number, why=as_json(why)))
    return Quotient(sum(figures) / len(figures))


def quotient(above: Sequence[MeasureSet], below: Sequence[MeasureSet], name: str) -> Quotient:
    """Mean of `name` over the trials `above`, over its mean over the trials `below`.

    Romberg's quotient is eyes closed over open on one surface; the foam quotient is foam over firm with one vision.
    """
    first, second = mean_of(above, name), mean_of(below, name)
    why = first.why or second.why or _pipelines(above, below)
    if why:
        return Quotient(NAN, why)
    return Quotient(first.value / second.value) if second.value else Quotient(NAN, because("divisor-zero"))


def side_difference(left: Sequence[MeasureSet], right: Sequence[MeasureSet], name: str) -> Quotient:
    """100 (left - right) / mean of both, in %: how much more the left leg shows."""
    first, second = mean_of(left, name), mean_of(right, name)
    why = first.why or second.why or _pipelines(left, right)
    if why:
        return Quotient(NAN, why)
    middle = 0.5 * (first.value + second.value)
    return Quotient(100.0 * (first.value - second.value) / middle) if middle else Quotient(NAN, because("both-zero"))


def vibration_effect(vibrated: Sequence[MeasureSet], quiet: Sequence[MeasureSet], name: str) -> Quotient:
    """100 (vibrated - quiet) / quiet, in %: the difference that the vibration made within the person."""
    found = quotient(vibrated, quiet, name)
    return found if found.why else Quotient(100.0 * (found.value - 1.0))


MCTSIB = ("open-firm", "closed-firm", "open-foam", "closed-foam")


def mctsib(conditions: Mapping[str, Sequence[MeasureSet]], name: str = "ellipse_area_mm2") -> dict[str, Quotient]:
    """Scores of the four conditions of `MCTSIB`: the composite (their mean) and three ratios.

    Vision is closed over open on the floor, somatosensory foam over floor with open eyes, vestibular closed on foam
    over open on the floor (APDM's definitions).
    """
    means = {key: mean_of(conditions.get(key, ()), name) for key in MCTSIB}
    lacking = next(
        (because("of-condition", condition=key, why=as_json(found.why)) for key, found in means.items() if found.why),
        None,
    )
    every = [one for key in MCTSIB for one in conditions.get(key, ())]
    lacking = lacking or _pipelines(every, every)
    composite = Quotient(NAN, lacking) if lacking else Quotient(sum(found.value for found in means.values()) / 4.0)
    base = conditions.get("open-firm", ())
    return {
        "mctsib_composite": composite,
        "mctsib_vision": quotient(conditions.get("closed-firm", ()), base, name),
        "mctsib_somatosensory": quotient(conditions.get("open-foam", ()), base, name),
        "mctsib_vestibular": quotient(conditions.get("closed-foam", ()), base, name),
    }


def _pipelines(first: Sequence[MeasureSet], second: Sequence[MeasureSet]) -> Problem | None:
    kinds = {(one.pipeline, one.version) for one in (*first, *second)}
    return because("different-pipelines") if len(kinds) > 1 else None
