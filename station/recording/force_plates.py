"""From the channels of a force plate to its centre of pressure, for the types 1 to 4 of the C3D user guide.

All distances are in millimetres. The plate's own axes are those of the guide: its corners lie at (+x, +y), (-x, +y),
(-x, -y), (+x, -y), its origin below the surface, z downwards. The result is seen from the middle of the surface.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from station.measures.signal import Array

CHANNELS = {1: 6, 2: 6, 3: 8, 4: 6}
"""How many channels a plate of each type has: 1 Fx Fy Fz Px Py Tz, 2 and 4 Fx Fy Fz Mx My Mz, 3 Fx12 Fx34 Fy14 Fy23
Fz1 to Fz4 (c3d.org, user guide, FORCE_PLATFORM:TYPE)."""
SQUARE = 0.02
"""Share by which the diagonals of a plate may differ: what is measured of a corner is not exact."""


class ForcePlate(NamedTuple):
    """What a file says of one plate."""

    kind: int
    """1 to 4."""
    origin_mm: Array
    """(3,) from the plate's origin to the middle of its surface; of type 3 half the distance of the sensors in x and
    in y, and z."""
    corners_mm: Array
    """(4, 3) in the room, in the order of the guide."""
    matrix: Array | None = None
    """(6, 6) of type 4: newtons and newton millimetres of what its channels show, a row each."""


class Pressed(NamedTuple):
    """What N samples of a plate's channels come to."""

    x_mm: Array
    y_mm: Array
    """(N,) each, centre of pressure from the middle of the surface, NaN where nothing presses."""
    force_n: Array
    """(N,) vertical force; positive where the plate is pressed, whichever way its axis points."""
    turned: bool
    """Whether the file counts that force negative."""


def pressed(plate: ForcePlate, channels: Array) -> Pressed:
    """The centre of pressure of channels (N, 6 or 8) in N, N mm and, of type 1, mm.

    The moments about the plate's axes are those of one force on the surface, so that x = (z Fx - My) / Fz and
    y = (z Fy + Mx) / Fz, where z is the height of the surface. It is negative; makers that write the distance instead
    mean the same (c3d.org, user guide, ORIGIN). A type 1 says the point itself.
    """
    if plate.kind == 4 and plate.matrix is not None:
        channels = channels @ plate.matrix.T
    fx, fy, fz = forces(plate.kind, channels)
    turned = bool(np.nanmedian(fz) < 0.0)
    below = np.where(fz == 0.0, np.nan, fz)
    if plate.kind == 1:
        x, y = (np.where(fz == 0.0, np.nan, channels[:, at]) for at in (3, 4))
        return Pressed(x, y, -fz if turned else fz, turned)
    z = -abs(float(plate.origin_mm[2]))
    mx, my = _moments(plate, channels)
    x, y = (z * fx - my) / below, (z * fy + mx) / below
    if plate.kind != 3:
        x, y = x - plate.origin_mm[0], y - plate.origin_mm[1]
    return Pressed(x, y, -fz if turned else fz, turned)


def forces(kind: int, channels: Array) -> tuple[Array, Array, Array]:
    """Fx, Fy, Fz in N, (N,) each."""
    if kind != 3:
        return channels[:, 0], channels[:, 1], channels[:, 2]
    return channels[:, 0] + channels[:, 1], channels[:, 2] + channels[:, 3], channels[:, 4:8].sum(axis=1)


def _moments(plate: ForcePlate, channels: Array) -> tuple[Array, Array]:
    """Mx, My in N mm about the plate's axes."""
    if plate.kind != 3:
        return channels[:, 3], channels[:, 4]
    a, b = abs(float(plate.origin_mm[0])), abs(float(plate.origin_mm[1]))
    one, two, three, four = channels[:, 4:8].T
    return b * (one + two - three - four), a * (two + three - one - four)


def size_mm(corners_mm: Array) -> tuple[float, float]:
    """Length along x and along y."""
    one, two, three, _ = corners_mm
    return float(np.linalg.norm(one - two)), float(np.linalg.norm(two - three))


def in_room(corners_mm: Array, x_mm: Array, y_mm: Array) -> tuple[Array, Array] | None:
    """The two level axes of the room of points on the plate, in their order; None where the corners are those of no
    rectangle in the order of the guide, so that nobody can see how the plate lies.
    """
    one, two, three, four = corners_mm
    along, across = one - two, two - three
    lengths = float(np.linalg.norm(along)), float(np.linalg.norm(across))
    if not min(lengths) > 0.0:
        return None
    diagonals = float(np.linalg.norm(one - three)), float(np.linalg.norm(two - four))
    closed = float(np.linalg.norm(along - (four - three)))
    if closed > SQUARE * max(lengths) or abs(diagonals[0] - diagonals[1]) > SQUARE * max(diagonals):
        return None
    along, across = along / lengths[0], across / lengths[1]
    upright = int(np.argmax(np.abs(np.cross(along, across))))
    first, second = (axis for axis in range(3) if axis != upright)
    level = [along[axis] * x_mm + across[axis] * y_mm for axis in (first, second)]
    return level[0], level[1]
