"""What a computation of measures gives back: figures, why some are missing, and which pipeline made them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from drills.problems import Problem

NAN = float("nan")

Reasons = dict[str, Problem]
"""Of each figure that is missing the reason: a key that the catalogue of texts words (`seen.<reason>`), with values."""

Figures = tuple[dict[str, float], Reasons]
"""The figures by name, `nan` where there is none; and why those are missing."""


@dataclass(frozen=True, slots=True)
class MeasureSet:
    """The figures of one recording under one pipeline.

    A figure that the recording cannot carry is `nan` in `values` and has its reason in `reasons`. Figures of two sets
    may be compared only where `pipeline` and `version` are equal.
    """

    pipeline: str
    version: int
    values: dict[str, float]
    reasons: Reasons = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    """What a person should look at although the figures stand (axes that may be swapped, an odd scale)."""
    duration_s: float = NAN
    rate_hz: float = NAN
    """Median rate of the samples that came in, before any resampling."""
    vibration_hz: float = 0.0
    """Frequency of the platform during the recording; 0 for a quiet one. The two kinds are never compared unawares."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the registry: what a figure is and what a recording must have to carry it."""

    name: str
    unit: str
    formula: str
    source: str
    min_duration_s: float
    min_rate_hz: float
    group: str
    meaning: str
    """One plain sentence for a clinician."""


def missing(names: Iterable[str], why: Problem) -> Figures:
    """`nan` and the same reason for each of `names`."""
    names = tuple(names)
    return dict.fromkeys(names, NAN), dict.fromkeys(names, why)
