"""The dimensions of a station, in mm: what docs/build.md says, draws and calculates with is read from here alone."""

from __future__ import annotations

from typing import NamedTuple

from drawings.parts import VALUES


class Dimension(NamedTuple):
    """One length in mm, and where it comes from."""

    key: str
    what: str
    mm: float
    source: str = "proposed"
    """proposed, memory, published or computed, as docs/sources/README.md has them."""


DIMENSIONS = (
    # plate
    Dimension("plate_ml", "standing plate, left to right", 480.0),
    Dimension("plate_ap", "standing plate, front to back", 600.0),
    Dimension("face", "its aluminium faces, EN AW-5754, bonded; each", 3.0),
    Dimension("core", "its core, birch plywood", 24.0),
    Dimension("cells_ml", "cells apart, left to right", VALUES["spacing_ml"], "the program's own"),
    Dimension("cells_ap", "cells apart, front to back", VALUES["spacing_ap"], "the program's own"),
    Dimension("mounting", "flatness of the four seats of the cells", 0.05, "published"),
    Dimension("cell", "a cell with its seat and its pad", 40.0, "memory"),
    # frame
    Dimension("frame_ml", "frame, left to right", 440.0),
    Dimension("frame_ap", "frame, front to back", 560.0),
    Dimension("frame", "frame, its height", 50.0),
    Dimension("bar", "its bars, their width; a cell's seat lies on one", 90.0),
    Dimension("springs_ml", "springs apart, left to right", 400.0),
    Dimension("springs_ap", "springs apart, front to back", 520.0),
    Dimension("spring", "a spring under the empty frame", 88.0),
    Dimension("stop", "frame to stop, empty", VALUES["stop_mm"], "the wiring's list"),
    Dimension("base", "base plate on the floor, steel", 12.0),
    Dimension("base_ml", "base plate, left to right", 520.0),
    Dimension("base_ap", "base plate, front to back", 640.0),
    # round it
    Dimension("gap", "gap round the plate: no finger is caught; a skirt of rubber covers it", 25.0, "memory"),
    Dimension("side", "block at each side, its width", 350.0),
    Dimension("landing", "block behind: landing, square", 1525.0, "published"),
    Dimension("ramp_width", "ramp, clear width", 1000.0, "published: 915 at least"),
    Dimension("ramp_run", "ramp, run for each mm of rise", 12.0, "published"),
    Dimension("curb", "curb at the edges of ramp and block", 100.0, "published: 50 or 100 at least"),
    Dimension("rail", "top of the rail above the plate", 900.0, "published: 865 to 965"),
    Dimension("rail_ml", "rail from the plate's middle, to each side", 420.0),
    Dimension("rail_front", "rail in front, from the plate's middle", 520.0),
    Dimension("rail_tube", "rail, its diameter", 34.0, "published: 32 to 38"),
    Dimension("post_gap", "clear of the block round a post", 10.0),
    Dimension("harness", "harness point above the floor", 2600.0),
    Dimension("chair_stop", "stop of the chair behind the plate's edge", 520.0),
    Dimension("chair_batten", "that stop, its height", 60.0),
    # for the acceptance
    Dimension("trestle", "trestle, its feet apart, both ways: it is turned for the second swing", 420.0),
    Dimension("timber", "its legs, beam and spreaders: spruce of 40 mm by", 60.0),
    Dimension("hooks", "its two hooks apart on the beam", 300.0),
    Dimension("rope_line", "hooks above the underside of the plate, H", 900.0),
    Dimension("rope", "hooks to the middle of the weight, L", 600.0),
    Dimension("pull", "the weight is pulled out by, A", 80.0),
    Dimension("foam", "foam pad, its thickness", 60.0, "proposed, as docs/sources/protocols.md"),
)
MM: dict[str, float] = {one.key: one.mm for one in DIMENSIONS}
MM["plate"] = MM["core"] + 2.0 * MM["face"]
MM["height"] = MM["base"] + MM["spring"] + MM["frame"] + MM["cell"] + MM["plate"]
"""Of the plate's top above the floor, empty: the block has it too."""
MM["ramp"] = MM["ramp_run"] * MM["height"]


def mm(value: float) -> str:
    """A length as it is printed."""
    return f"{value:g}"


def table() -> str:
    """The dimensions as docs/build.md lists them."""
    made = (
        Dimension("plate", "standing plate, its thickness", MM["plate"], "computed"),
        Dimension("height", "top of the empty plate above the floor, and of the block", MM["height"], "computed"),
        Dimension("ramp", "ramp, its run", MM["ramp"], "computed"),
    )
    rows = ["| what | mm | from |", "|---|---|---|"]
    return "\n".join([*rows, *(f"| {one.what} | {mm(one.mm)} | {one.source} |" for one in (*DIMENSIONS, *made))])
