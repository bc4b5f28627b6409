"""People whose movement is a function of time: what the plate feels of a way up and down, of a seat, of a bounce."""

import math
from collections.abc import Callable, Iterator

from drills.exercises.values import Exercise, Given, Moment
from drills.values import Event, Observation, Phase

WEIGHT_N, GRAVITY_MM_S2, TICK_NS = 700.0, 9806.65, 4_000_000
Person = Callable[[float], Observation]


def stands(force: float = 1.0, ml_mm: float = 0.0, ap_mm: float = 0.0) -> Observation:
    """With this share of the weight."""
    return Observation(WEIGHT_N * force, ml_mm, ap_mm, 0.0, True)


def moves_by(way_mm: Callable[[float], float], ap_mm: Callable[[float], float] = lambda t: 0.0) -> Person:
    """Somebody whose body's centre is `way_mm(t)` above where it is in standing; breath is 0.2 % of the weight."""

    def seen(t: float) -> Observation:
        h = 0.004
        acceleration = (way_mm(t + h) - 2.0 * way_mm(t) + way_mm(t - h)) / (h * h)
        breath = 0.002 * math.sin(2.0 * math.pi * 0.25 * t)
        return stands(1.0 + acceleration / GRAVITY_MM_S2 + breath, 0.0, ap_mm(t))

    return seen


def rounds(height: float, period_s: float, from_s: float) -> Callable[[float], float]:
    """A way to `height` and back, again and again."""
    return lambda t: 0.0 if t < from_s else height * 0.5 * (1.0 - math.cos(2.0 * math.pi * (t - from_s) / period_s))


def sits_and_stands(
    from_s: float, ml_mm: float = 0.0, most: float = 1.0, seat: float = 0.2, period_s: float = 6.0
) -> Person:
    """Down in a second, sitting, up in a second with a push and a dip, standing: `most` of the weight is the most."""

    def seen(t: float) -> Observation:
        if t < from_s:
            return stands(1.0, ml_mm)
        since = (t - from_s) % period_s
        if since < 1.0:
            force = 1.0 + (seat - 1.0) * since
        elif since < 2.5:
            force = seat
        elif since < 3.3:
            force = seat + (1.2 * most - seat) * (since - 2.5) / 0.8
        elif since < 3.8:
            force = most * (1.2 - 0.3 * (since - 3.3) / 0.5)
        else:
            force = most * min(1.0, 0.9 + 0.1 * (since - 3.8) / 0.2)
        return stands(force, ml_mm)

    return seen


def done(
    exercise: Exercise, given: Given, person: Person, seconds: float
) -> Iterator[tuple[object, tuple[Event, ...]]]:
    """State and events of each tick of a hold, until it is done."""
    state = exercise.begin(given)
    for tick in range(round(seconds * 1e9 / TICK_NS)):
        stepped = exercise.step(state, person(tick * TICK_NS / 1e9), Moment(tick * TICK_NS, Phase.HOLD, 0))
        state = stepped.state
        yield stepped, stepped.events
        if stepped.done:
            return


def played(exercise: Exercise, given: Given, person: Person, seconds: float = 60.0):
    """The last step, and every event."""
    last, events = None, []
    for last, told in done(exercise, given, person, seconds):  # noqa: B007  # the last one is asked for
        events += told
    return last, events
