"""Where the two feet stand, by which a centre of pressure becomes a share of the load on the left and the right.

One plate does not measure two feet. The share is how far the centre of pressure is on the way from the left foot's
place to the right foot's; each place is learnt by standing on that foot, or taken from marks on the plate. A foot that
moves by 10 mm moves the share by 4 % where the feet are 250 mm apart: so the error is always said with it, and feet
that are nearer to each other are not judged.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from drills.units import NS_PER_S
from drills.values import Event, Observation

LEAST_APART_MM = 250.0
LEARNT_ERROR_MM, MARKED_ERROR_MM = 10.0, 15.0
"""How far a foot may be from the place that is known of it (proposed)."""
ASKED_NS = 8 * NS_PER_S
"""So long each foot is asked for; then the marks count."""
STILL_NS = NS_PER_S
STILL_MM = 20.0
"""So long within so much the weight must rest on one foot for its place to be learnt (proposed)."""
ALONE_MM = 50.0
"""Nearer to the middle the weight is on both feet."""
ALONE_SHARE = 0.85
"""With less of the weight something else carries as well."""


class Feet(NamedTuple):
    """The two places on the ML axis, in mm from the plate's centre."""

    left_mm: float
    right_mm: float
    learnt: bool
    """Else by the marks."""

    @property
    def apart_mm(self) -> float:
        """From one to the other; never 0."""
        return max(1.0, self.right_mm - self.left_mm)

    @property
    def near(self) -> bool:
        """Whether they are too near to each other for a share to be judged."""
        return self.right_mm - self.left_mm < LEAST_APART_MM

    @property
    def error(self) -> float:
        """How far the share may be off."""
        return (LEARNT_ERROR_MM if self.learnt else MARKED_ERROR_MM) / self.apart_mm

    def share_right(self, cop_ml_mm: float) -> float:
        """Which share of the load is on the right foot. Below 0 and above 1 the weight is beyond the feet's middles."""
        return (cop_ml_mm - self.left_mm) / self.apart_mm

    def event(self, trial: int, now_ns: int) -> Event:
        """What is known of them."""
        data: dict[str, object] = {
            "trial": trial,
            "left_mm": round(self.left_mm, 1),
            "right_mm": round(self.right_mm, 1),
            "learnt": self.learnt,
            "error_percent": round(100.0 * self.error, 1),
            "too_near": self.near,
        }
        return Event("feet", now_ns, data)


class Learning(NamedTuple):
    """Standing on one foot, then on the other. `side` is the one that is asked for now: -1 left, 1 right."""

    side: int = -1
    asked_ns: int | None = None
    still_ns: int | None = None
    """Since when the weight rests on it."""
    low_mm: float = 0.0
    high_mm: float = 0.0
    left_mm: float | None = None

    def part(self, now_ns: int) -> float:
        """How much of the time of rest has passed, 0 to 1."""
        if self.still_ns is None:
            return 0.0
        return max(0, min(now_ns - self.still_ns, STILL_NS)) / STILL_NS


def marked(apart_mm: float) -> Feet:
    """Feet on the marks: to both sides of the plate's middle."""
    return Feet(-apart_mm / 2.0, apart_mm / 2.0, False)


class Stood(NamedTuple):
    """Who stands there, and where the marks are."""

    weight_n: float
    """0 where it is not known."""
    home_ml_mm: float
    marks_apart_mm: float


def learn(learning: Learning, observation: Observation, now_ns: int, stood: Stood) -> Learning | Feet:
    """One tick: the feet once both places are known, or once one was asked for in vain."""
    if learning.asked_ns is None or learning.asked_ns > now_ns:
        learning = learning._replace(asked_ns=now_ns, still_ns=None)
    if now_ns - (learning.asked_ns or 0) >= ASKED_NS:
        return marked(stood.marks_apart_mm)
    ml_mm = observation.cop_ml_mm
    alone = learning.side * (ml_mm - stood.home_ml_mm) >= ALONE_MM and math.isfinite(ml_mm)  # NaN is not
    if not alone or not observation.force_n >= ALONE_SHARE * stood.weight_n:
        return learning._replace(still_ns=None) if learning.still_ns is not None else learning
    low_mm, high_mm = min(learning.low_mm, ml_mm), max(learning.high_mm, ml_mm)
    if learning.still_ns is None or learning.still_ns > now_ns or high_mm - low_mm > STILL_MM:
        return learning._replace(still_ns=now_ns, low_mm=ml_mm, high_mm=ml_mm)
    learning = learning._replace(low_mm=low_mm, high_mm=high_mm)
    if now_ns - (learning.still_ns or 0) < STILL_NS:
        return learning
    place_mm = (low_mm + high_mm) / 2.0
    if learning.side < 0:
        return Learning(1, now_ns, left_mm=place_mm)
    return Feet(place_mm if learning.left_mm is None else learning.left_mm, place_mm, True)
