"""What a computation of measures gives back: figures, why some are missing, and which pipeline made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """What a person should know although the figures stand (samples that are missing, axes that may be swapped)."""
    duration_s: float = NAN
    rate_hz: float = NAN
    """Median rate of the samples that came in, before any resampling."""
    vibration_hz: float = 0.0
    """Frequency of the platform during the recording; 0 for a quiet one. The two kinds are never compared unawares."""
    suspicions: tuple[Problem, ...] = ()
    """Why the figures may be wrong although each looks right: no norm and no verdict rests on them."""
    course: dict[str, float] = field(default_factory=dict)
    """Slow shifts and drift, in mm (`station.measures.suspicions.course`)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the registry: what a figure is and what a recording must have to carry it.

    What it means, how it is computed and where that stands written are texts of the catalogue
    (`station.cli.meanings`).
    """

    name: str
    """As in JSON, in a column of CSV and in the records: the same in every language."""
    unit: str
    """As it follows a number; `1` for a number without one, `mixed` or `as-measured` where there is no other word."""
    source: str
    """The publication or rule: a key of the catalogue, `source.<source>`."""
    min_duration_s: float
    min_rate_hz: float
    group: str
    words: str = ""
    """The key of its meaning and formula, `measure.<words>`; empty where it is the name."""
    values: Mapping[str, object] = field(default_factory=dict)
    """Of the placeholders in these words: `axis` is "ml", "ap" or "radius"."""


def missing(names: Iterable[str], why: Problem) -> Figures:
    """`nan` and the same reason for each of `names`."""
    names = tuple(names)
    return dict.fromkeys(names, NAN), dict.fromkeys(names, why)
