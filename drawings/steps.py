"""docs/build-steps.svg: a station put together in eight steps, from the dimensions alone."""

from __future__ import annotations

from drawings.dimensions import MM
from drawings.solid import Look, Solid, drawn
from drawings.svg import BUILT, drawing, text

_WIDTH, _HEIGHT, _COLUMNS = 290, 300, 4
STEPS = (
    ("1  Base plate", "on the floor, level; four springs", "and four stops on it"),
    ("2  Frame", "on the springs; it must move freely", "down to the stops"),
    ("3  Exciter", "screwed under the frame; guard;", "turn it by hand"),
    ("4  Cells", "four, on seats that are flat;", "cables to the amplifiers"),
    ("5  Plate", "on the cells, bolted once each;", "mat, accelerometer under it"),
    ("6  Skirt and blocks", "at both sides, to the plate's", "height; no gap wider than drawn"),
    ("7  Landing, chair stop, ramp", "behind the plate; curbs", "at every edge"),
    ("8  Rail and harness", "into the floor and the ceiling,", "touching nothing else"),
)
"""Of each: its name and two lines under it."""


_LOOKS = {5: (0.14, 140.0, 150.0), 6: (0.046, 200.0, 110.0), 7: (0.05, 200.0, 150.0)}
"""Of the steps that show more than the plate: scale, and where the plate's middle lies."""


def _box(name: str, low: float, high: float, new: bool) -> Solid:
    """A layer in the middle by its name's lengths."""
    across, along = MM[f"{name}_ml"], MM[f"{name}_ap"]
    return Solid(-across / 2.0, -along / 2.0, low, across, along, high - low, new)


def _four(name: str, size: float, low: float, high: float, new: bool) -> list[Solid]:
    """A small box at each of four places."""
    ml, ap = MM[f"{name}_ml"] / 2.0, MM[f"{name}_ap"] / 2.0
    half = size / 2.0
    return [Solid(a * ml - half, b * ap - half, low, size, size, high - low, new) for a in (-1, 1) for b in (-1, 1)]


def _ring(low: float, high: float, new: bool) -> list[Solid]:
    """The frame: four bars."""
    ml, ap, bar, tall = MM["frame_ml"], MM["frame_ap"], MM["bar"], high - low
    ends = [Solid(-ml / 2.0, y, low, ml, bar, tall, new) for y in (-ap / 2.0, ap / 2.0 - bar)]
    return ends + [Solid(x, bar - ap / 2.0, low, bar, ap - 2.0 * bar, tall, new) for x in (-ml / 2.0, ml / 2.0 - bar)]


def solids(step: int) -> list[Solid]:
    """What stands there after this step, from 1."""
    base = MM["base"]
    spring, frame = base + MM["spring"], base + MM["spring"] + MM["frame"]
    cell = frame + MM["cell"]
    top = MM["height"]
    found = [
        _box("base", 0.0, base, step == 1),
        *_four("springs", 40.0, base, spring, step == 1),
    ]
    if step >= 3:
        found.append(Solid(-90.0, -120.0, spring - 45.0, 180.0, 240.0, 45.0, step == 3))
    if step >= 2:
        found += _ring(spring, frame, step == 2)
    if step >= 4:
        found += _four("cells", 40.0, frame, cell, step == 4)
    if step >= 5:
        found.append(_box("plate", cell, top, step == 5))
    edge_ml, edge_ap = MM["plate_ml"] / 2.0 + MM["gap"], MM["plate_ap"] / 2.0 + MM["gap"]
    if step >= 6:
        found += [
            Solid(x, -MM["plate_ap"] / 2.0, 0.0, MM["side"], MM["plate_ap"], top, step == 6)
            for x in (-edge_ml - MM["side"], edge_ml)
        ]
    if step >= 7:
        half, ramp = MM["landing"] / 2.0, MM["ramp_width"]
        found.append(Solid(-half, edge_ap, 0.0, MM["landing"], MM["landing"], top, step == 7))
        slices = 6
        for number in range(slices):
            run = MM["ramp"] / slices
            height = top * (slices - number - 0.5) / slices
            along = edge_ap + MM["landing"] + number * run
            found.append(Solid(-ramp / 2.0, along, 0.0, ramp, run, height, step == 7))
        behind = MM["plate_ap"] / 2.0 + MM["chair_stop"]
        found.append(Solid(-300.0, behind, top, 600.0, 40.0, MM["chair_batten"], step == 7))
    if step >= 8:
        rail, front, tube = MM["rail_ml"], -MM["rail_front"], MM["rail_tube"]
        high = top + MM["rail"]
        back = edge_ap + 60.0
        found += [Solid(x, y, 0.0, tube, tube, high, True) for x in (-rail, rail) for y in (front, back)]
        found += [Solid(x, front, high, tube, back - front, tube, True) for x in (-rail, rail)]
        found.append(Solid(-rail, front, high, 2.0 * rail, tube, tube, True))
        found.append(Solid(-20.0, -20.0, MM["harness"] - 60.0, 40.0, 40.0, 60.0, True))
    return found


def steps_drawing() -> str:
    """Each step beside the one before it; what it adds is marked."""
    shapes = [text(24, 34, "Putting it together", "name"), text(170, 34, "orange: what the step adds", "small")]
    for index, (name, first, second) in enumerate(STEPS):
        left, top = 20 + _WIDTH * (index % _COLUMNS), 60 + (_HEIGHT + 90) * (index // _COLUMNS)
        scale, right, down = _LOOKS.get(index, (0.27, 140.0, 150.0))
        shapes += drawn(solids(index + 1), Look(scale, left + right, top + down))
        shapes += [
            text(left, top + _HEIGHT + 6, name, "name"),
            text(left, top + _HEIGHT + 24, first, "small"),
            text(left, top + _HEIGHT + 40, second, "small"),
        ]
    return drawing(
        40 + _WIDTH * _COLUMNS, 80 + 2 * (_HEIGHT + 90), "A station put together in eight steps", shapes, BUILT
    )
