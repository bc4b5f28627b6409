"""Boxes seen from the front right and above, each in three shades: how a station is put together, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin
from typing import NamedTuple

TURN, TILT = radians(30.0), radians(30.0)


class Solid(NamedTuple):
    """A box in mm: x to the right, y to the front (towards who looks), z up. `new` is what this step adds."""

    x: float
    y: float
    z: float
    width: float
    depth: float
    height: float
    new: bool = False


class Look(NamedTuple):
    """A scale (pixels a mm) and where the origin lies on the paper."""

    scale: float
    left: float
    top: float

    def at(self, x: float, y: float, z: float) -> str:
        """This point as `x,y` on the paper."""
        across = (x - y) * cos(TURN)
        down = (x + y) * sin(TILT) - z
        return f"{self.left + self.scale * across:.1f},{self.top + self.scale * down:.1f}"


def drawn(solids: Sequence[Solid], look: Look) -> list[str]:
    """The boxes from the farthest to the nearest; what is lower is farther."""
    ordered = sorted(solids, key=lambda one: (one.z, one.x + one.y))
    return [face for one in ordered for face in _faces(one, look)]


def _faces(one: Solid, look: Look) -> list[str]:
    x1, y1, z1 = one.x + one.width, one.y + one.depth, one.z + one.height
    top = [(one.x, one.y, z1), (x1, one.y, z1), (x1, y1, z1), (one.x, y1, z1)]
    right = [(x1, one.y, z1), (x1, y1, z1), (x1, y1, one.z), (x1, one.y, one.z)]
    front = [(one.x, y1, z1), (x1, y1, z1), (x1, y1, one.z), (one.x, y1, one.z)]
    kind = "new" if one.new else "old"
    return [
        f'<polygon class="{kind} {side}" points="{" ".join(look.at(*point) for point in corners)}"/>'
        for side, corners in (("front", front), ("right", right), ("top", top))
    ]
