"""The two ends of a movement by the force and its place: whether the patient is at the lower or the upper one.

Who sits down or puts a foot beside the plate takes load from it. Who bends the knees or rises on the toes does not:
there the way of the body's centre is computed from the force, which is weight and acceleration. Two integrations that
forget give millimetres that are true for a movement of seconds: a fast bounce is a large force and next to no way, a
lean none.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from drills.exercises.values import MOST_ADDED_NS
from drills.units import NS_PER_S, STANDARD_GRAVITY_M_S2

WHOLE = 0.95
"""Of the weight, with no hand on a rail: on the feet (proposed)."""
MOST = 1.1
"""Above it the body is still being thrown upward."""
LOW = {"sit-to-stand": 0.6, "step-up": 0.65}
"""Of the weight: who has less on the plate sits, or has the other foot on the ground (proposed)."""
REST = {"sit-to-stand": 0.2, "step-up": 0.4}
"""About what is left on the plate then: where the bar stands at its lower end."""
BACK = 0.4
"""Of `ahead_mm`: nearer than this the heels are down."""
SEAT = 0.4
"""As `LOW` of who rises as fast as they can: the end of such a rise takes as much load off the feet as sitting does
slowly (proposed)."""
COMES_UP = 0.6
"""Of the way down: a squat is over when so much of it has been come up again."""
FORGETS_S = 2.0
"""Speed and place; and the mean of the force in twice that: so a wrong weight makes no way."""
CALMS_S = 1.0
RECENT_S = 5.0
"""So long the extreme is remembered from which a way is measured: what breathing adds up is none."""
_ONE_G_MM_S2 = 1000.0 * STANDARD_GRAVITY_M_S2


class MovementEnds(NamedTuple):
    """What the ends of a movement are for this patient."""

    movement: str
    weight_n: float
    """0 where it is not known: then no end is ever reached."""
    home_ap_mm: float
    height_mm: float
    ahead_mm: float
    hands_share: float
    brisk: bool = False
    """Who rises as fast as they can is thrown upward: that is on the feet too."""


class Body(NamedTuple):
    """What is followed."""

    last_ns: int | None = None
    mean_mm_s2: float = 0.0
    """Of the acceleration: what is left of the weight when a hand carries a part of it."""
    speed_mm_s: float = 0.0
    place_mm: float = 0.0
    """Of the body's centre, upward, from where it is in the mean."""
    extreme_mm: float = 0.0
    """The lowest of the last moments on the way up, the highest on the way down."""
    way_mm: float = 0.0
    """From there."""
    level: float = 0.0
    """0 at the lower end, 1 at the upper one."""
    at_low: bool = False
    at_high: bool = False

    @property
    def support(self) -> float:
        """The share of the weight that something else carries, as far as that can be told; 0 for none."""
        return max(0.0, -self.mean_mm_s2 / _ONE_G_MM_S2)


FRESH = Body()


class SeenMoving(NamedTuple):
    """What is seen of the patient at one tick."""

    force_n: float
    ap_mm: float
    now_ns: int
    up: bool
    """The last end that was reached is the upper one."""
    calm: bool
    """The patient stands still, before the first repetition."""


def follow(ends: MovementEnds, body: Body, seen: SeenMoving) -> Body:
    """One tick further. A force that no patient has, like NaN, is at no end."""
    force = seen.force_n / ends.weight_n if ends.weight_n > 0.0 else math.nan
    if not 0.0 <= force <= 5.0:
        return body._replace(last_ns=seen.now_ns, at_low=False, at_high=False)
    if ends.movement in LOW and not seen.calm:
        rest = REST[ends.movement]
        level = min(1.0, max(0.0, (force - rest) / (1.0 - rest)))
        least, low = WHOLE - ends.hands_share, SEAT if ends.brisk else LOW[ends.movement]
        high = least <= force <= (math.inf if ends.brisk else MOST)
        return body._replace(last_ns=seen.now_ns, level=level, at_low=force <= low, at_high=high)
    body = _integrated(body, force, seen)
    return _calf(ends, body, seen) if ends.movement == "calf-raise" else _squat(ends, body, seen)


def weighed(ends: MovementEnds, body: Body) -> tuple[MovementEnds, Body]:
    """After the calm: who stood up late is heavier than what was learnt; who is lighter now holds on to something."""
    more = max(0.0, body.mean_mm_s2) / _ONE_G_MM_S2
    return ends._replace(weight_n=ends.weight_n * (1.0 + more)), body._replace(mean_mm_s2=min(0.0, body.mean_mm_s2))


def turned(body: Body) -> Body:
    """At an end: from here the way is measured again."""
    return body._replace(extreme_mm=body.place_mm, way_mm=0.0, at_low=False, at_high=False)


def _integrated(body: Body, force: float, seen: SeenMoving) -> Body:
    last_ns = seen.now_ns if body.last_ns is None else body.last_ns
    step_s = max(0, min(seen.now_ns - last_ns, MOST_ADDED_NS)) / NS_PER_S
    acceleration = (force - 1.0) * _ONE_G_MM_S2
    mean = body.mean_mm_s2
    if seen.calm:
        mean += (acceleration - mean) * step_s / CALMS_S
        return FRESH._replace(last_ns=seen.now_ns, mean_mm_s2=mean, level=body.level)
    mean += (acceleration - mean) * step_s / (2.0 * FORGETS_S)
    speed = body.speed_mm_s + ((acceleration - mean) - body.speed_mm_s / FORGETS_S) * step_s
    place = body.place_mm + (speed - body.place_mm / FORGETS_S) * step_s
    extreme = body.extreme_mm + (place - body.extreme_mm) * step_s / RECENT_S
    extreme = max(extreme, place) if seen.up else min(extreme, place)
    return Body(seen.now_ns, mean, speed, place, extreme, body.way_mm, body.level)


def _calf(ends: MovementEnds, body: Body, seen: SeenMoving) -> Body:
    """On the toes: the load is at the front of the foot, and the body has come up on the way there."""
    ahead = (seen.ap_mm - ends.home_ap_mm) / ends.ahead_mm if ends.ahead_mm > 0.0 else 0.0
    ahead = min(1.0, max(0.0, ahead))  # in this order: of 0.0 and what is no number `max` gives the first
    if seen.up:
        return body._replace(level=ahead, at_low=ahead <= BACK)
    way_mm = body.place_mm - body.extreme_mm
    way_mm = max(body.way_mm, way_mm) if ahead > BACK else way_mm
    risen = way_mm / ends.height_mm if ends.height_mm > 0.0 else 0.0
    return body._replace(way_mm=way_mm, level=min(ahead, max(0.0, risen)), at_high=ahead >= 1.0 and risen >= 1.0)


def _squat(ends: MovementEnds, body: Body, seen: SeenMoving) -> Body:
    """Down by the height that is asked for, and up again by most of it."""
    if seen.up:
        way_mm = max(body.way_mm, body.extreme_mm - body.place_mm)
        done = way_mm / ends.height_mm if ends.height_mm > 0.0 else 0.0
        now = (body.extreme_mm - body.place_mm) / ends.height_mm if ends.height_mm > 0.0 else 0.0
        return body._replace(way_mm=way_mm, level=max(0.0, 1.0 - now), at_low=done >= 1.0)
    way_mm = max(body.way_mm, body.place_mm - body.extreme_mm)
    done = way_mm / (COMES_UP * ends.height_mm) if ends.height_mm > 0.0 else 0.0
    return body._replace(way_mm=way_mm, level=min(1.0, max(0.0, done)), at_high=done >= 1.0)
