"""The drawings docs/build-*.svg, and the tables of docs/build.md."""

from __future__ import annotations

from pathlib import Path

from drawings import dimensions, steps, strength, trestle
from drawings.dimensions import MM, mm
from drawings.page import put
from drawings.svg import BUILT, drawing, text
from drawings.views import View

PAGE = Path("docs/build.md")


def made(project: Path) -> dict[Path, str]:
    """What each drawn file must hold, by its path from the project's root."""
    page = (project / PAGE).read_text(encoding="utf-8")
    page = put(page, PAGE, "dimensions", dimensions.table())
    return {
        PAGE: put(page, PAGE, "strength", strength.table()),
        Path("docs/build-plate.svg"): plate_drawing(),
        Path("docs/build-room.svg"): room_drawing(),
        Path("docs/build-steps.svg"): steps.steps_drawing(),
        Path("docs/build-trestle.svg"): trestle.trestle_drawing(),
    }


def plate_drawing() -> str:
    """The plate and what it stands on: from above, and from the front with every layer."""
    top = View(0.5, 160.0, 300.0)
    half_ml, half_ap = MM["plate_ml"] / 2.0, MM["plate_ap"] / 2.0
    cell_ml, cell_ap = MM["cells_ml"] / 2.0, MM["cells_ap"] / 2.0
    frame_ml, frame_ap = MM["frame_ml"] / 2.0, MM["frame_ap"] / 2.0
    spring_ml, spring_ap = MM["springs_ml"] / 2.0, MM["springs_ap"] / 2.0
    corners = [(one, other) for one in (-1, 1) for other in (-1, 1)]
    shapes = [
        text(24, 34, "Standing plate, cells, frame and springs", "name"),
        text(24, 54, "mm. The patient looks up the page. Drawn from drawings/dimensions.py.", "small"),
        text(24, 84, "From above", "name"),
        top.outline(-half_ml, -half_ap, MM["plate_ml"], MM["plate_ap"]),
        top.outline(-frame_ml, -frame_ap, MM["frame_ml"], MM["frame_ap"], "hidden"),
        *(top.circle(a * spring_ml, b * spring_ap, 40.0, "ring") for a, b in corners),
        *(top.circle(a * cell_ml, b * cell_ap, 24.0) for a, b in corners),
        top.stroke((-12.0, 0.0), (12.0, 0.0), "arrow"),
        top.stroke((0.0, -12.0), (0.0, 12.0), "arrow"),
        *top.across(-half_ml, half_ml, half_ap + 40.0),
        *top.across(-cell_ml, cell_ml, cell_ap + 20.0, " cells"),
        *top.across(-spring_ml, spring_ml, -half_ap - 50.0, " springs"),
        *top.across(-frame_ml, frame_ml, -half_ap - 100.0, " frame"),
        *top.up(half_ml + 30.0, -half_ap, half_ap, " plate"),
        *top.up(half_ml + 150.0, -frame_ap, frame_ap, " frame"),
        *top.up(half_ml + 290.0, -spring_ap, spring_ap, " springs"),
        *top.up(cell_ml - 90.0, -cell_ap, cell_ap),
        text(
            24, 548, "filled: cells, front left to back left as in wiring.md; rings: springs; dashed: frame.", "small"
        ),
        text(24, 564, f"Seats of the four cells flat to {mm(MM['mounting'])} mm.", "small"),
    ]
    return drawing(1240, 600, "Standing plate from above and from the front", [*shapes, *_front()], BUILT)


def _front() -> list[str]:
    """Every layer from the floor up, twice as large as from above."""
    side = View(1.0, 850.0, 470.0)
    half = {name: MM[f"{name}_ml"] / 2.0 for name in ("plate", "frame", "base", "springs", "cells")}
    levels = [0.0]
    for name in ("base", "spring", "frame", "cell", "face", "core", "face"):
        levels.append(levels[-1] + MM[name])
    base, spring, frame, cell, lower, core, upper = levels[1:]
    left = -half["base"]
    shapes = [
        text(580, 84, "From the front", "name"),
        side.stroke((left - 20.0, 0.0), (half["base"] + 20.0, 0.0), "arrow"),
        side.outline(left, 0.0, MM["base_ml"], MM["base"]),
        *(side.outline(one * half["springs"] - 20.0, base, 40.0, MM["spring"], "hidden") for one in (-1, 1)),
        *(
            side.outline(one * (half["springs"] - 60.0) - 15.0, base, 30.0, MM["spring"] - MM["stop"], "gate")
            for one in (-1, 1)
        ),
        side.outline(-half["frame"], spring, MM["frame_ml"], MM["frame"]),
        side.outline(-90.0, spring - 45.0, 180.0, 80.0, "gate"),
        side.words(-78.0, spring, "exciter X", "small"),
        *(side.outline(one * half["cells"] - 20.0, frame, 40.0, MM["cell"], "gate") for one in (-1, 1)),
        side.outline(-half["plate"], cell, MM["plate_ml"], MM["face"]),
        side.outline(-half["plate"], lower, MM["plate_ml"], MM["core"], "hidden"),
        side.outline(-half["plate"], core, MM["plate_ml"], MM["face"]),
    ]
    named = (("base", 0.0, base), ("spring", base, spring), ("frame", spring, frame), ("cell, pad", frame, cell))
    for what, low, high in (*named, ("plate", cell, upper)):
        shapes += side.up(half["base"] + 14.0, low, high, f" {what}")
    shapes += side.up(left - 46.0, 0.0, upper)
    shapes += side.across(-half["plate"], half["plate"], upper + 24.0)
    shapes += side.across(-half["cells"], half["cells"], upper + 54.0, " cells")
    shapes += side.across(-half["base"], half["base"], -24.0, " base plate")
    return [
        *shapes,
        text(580, 540, f"Plate: two faces of {mm(MM['face'])} mm on a core of {mm(MM['core'])} mm, bonded.", "small"),
        text(
            580, 556, f"Stops {mm(MM['stop'])} mm below the empty frame; springs without a load on the plate.", "small"
        ),
    ]


def room_drawing() -> str:
    """The place from above and from the right: rail, blocks, landing, ramp, chair and harness."""
    return drawing(1300, 1250, "The place round the plate, from above and from the side", [*_plan(), *_side()], BUILT)


def _around() -> dict[str, float]:
    """Places from the plate's middle: the blocks' edges (mm)."""
    edge_ml = MM["plate_ml"] / 2.0 + MM["gap"]
    back = MM["plate_ap"] / 2.0 + MM["gap"]
    return {"edge_ml": edge_ml, "out_ml": edge_ml + MM["side"], "back": back, "end": back + MM["landing"]}


def _plan() -> list[str]:
    """From above; the patient looks to the left of the page."""
    place = _around()
    plan = View(0.2, 330.0, 300.0)
    half_ml, half_ap = MM["plate_ml"] / 2.0, MM["plate_ap"] / 2.0
    out, back, end, rail = place["out_ml"], place["back"], place["end"], MM["rail_ml"]
    landing = MM["landing"] / 2.0
    front, ramp_half = MM["rail_front"], MM["ramp_width"] / 2.0
    chair = half_ap + MM["chair_stop"]
    posts = [(x, y) for x in (-front, back + 60.0) for y in (-rail, rail)]
    return [
        text(24, 34, "The place, mm", "name"),
        text(
            24,
            54,
            "From above; the patient looks to the left. Bold: rail, on the floor, touching nothing else.",
            "small",
        ),
        *(
            plan.outline(-half_ap, side * out - (MM["side"] if side > 0 else 0.0), 2.0 * half_ap, MM["side"], "block")
            for side in (-1, 1)
        ),
        plan.outline(back, -landing, MM["landing"], MM["landing"], "block"),
        plan.outline(end, -ramp_half, MM["ramp"], MM["ramp_width"], "block"),
        plan.words(end + 300.0, -30.0, f"ramp 1:{mm(MM['ramp_run'])}, curbs {mm(MM['curb'])} high"),
        plan.outline(-half_ap, -half_ml, MM["plate_ap"], MM["plate_ml"]),
        plan.words(-half_ap + 60.0, 0.0, "plate", "name"),
        plan.outline(half_ap + 40.0, -225.0, 440.0, 450.0, "hidden"),
        plan.words(half_ap + 120.0, 0.0, "chair"),
        plan.outline(chair, -300.0, 40.0, 600.0, "gate"),
        plan.words(chair + 60.0, -200.0, "stop"),
        *(plan.stroke((-front, side * rail), (back + 60.0, side * rail), "heavy") for side in (-1, 1)),
        plan.stroke((-front, -rail), (-front, rail), "heavy"),
        *(plan.circle(x, y, 60.0) for x, y in posts),
        plan.outline(-front - 560.0, -250.0, 40.0, 500.0, "gate"),
        plan.words(-front - 560.0, 270.0, "screen"),
        plan.words(back + 640.0, landing - 130.0, "landing"),
        *plan.up(-front - 250.0, -rail, rail, " rail"),
        *plan.up(end - 330.0, -landing, landing),
        *plan.up(end + MM["ramp"] - 260.0, -ramp_half, ramp_half),
        *plan.across(back, end, -landing - 90.0),
        *plan.across(end, end + MM["ramp"], -landing - 90.0),
        *plan.across(-front, 0.0, -out - 130.0),
        *plan.across(half_ap, chair, landing + 40.0, " to the stop"),
        *plan.up(half_ap - 450.0, half_ml + MM["gap"], out),
        *plan.across(-half_ap, half_ap, out + 40.0),
    ]


def _side() -> list[str]:
    """From the right of the patient, who looks to the left."""
    place = _around()
    side = View(0.2, 330.0, 1160.0)
    height, back, end = MM["height"], place["back"], place["end"]
    half_ap, front = MM["plate_ap"] / 2.0, MM["rail_front"]
    rail = height + MM["rail"]
    chair = half_ap + MM["chair_stop"]
    x1, y1 = side.at(end, height)
    x2, y2 = side.at(end + MM["ramp"], 0.0)
    x3, y3 = side.at(end, 0.0)
    return [
        text(24, 590, "From the patient's right", "name"),
        side.stroke((-front - 600.0, 0.0), (end + MM["ramp"] + 80.0, 0.0), "arrow"),
        side.outline(-half_ap, 0.0, MM["plate_ap"], height),
        side.words(-half_ap + 80.0, 60.0, "plate, frame", "small"),
        side.outline(back, 0.0, MM["landing"], height, "block"),
        f'<polygon class="block" points="{x1:g},{y1:g} {x2:g},{y2:g} {x3:g},{y3:g}"/>',
        side.outline(half_ap + 40.0, height, 440.0, 450.0, "hidden"),
        side.words(half_ap + 120.0, height + 200.0, "chair"),
        side.outline(chair, height, 40.0, MM["chair_batten"], "gate"),
        side.stroke((-front, rail), (back + 60.0, rail), "heavy"),
        *(side.stroke((x, 0.0), (x, rail), "heavy") for x in (-front, back + 60.0)),
        side.circle(0.0, MM["harness"], 60.0),
        side.words(0.0, MM["harness"], "rated by a certified engineer, over the plate's middle", "small", (14, 5)),
        side.stroke((0.0, MM["harness"]), (0.0, height + 1500.0), "hidden-line"),
        *side.up(-front - 560.0, 0.0, height),
        *side.up(-front - 320.0, height, rail, " rail"),
        *side.up(end - 300.0, 0.0, MM["harness"], " harness point"),
        *side.across(end, end + MM["ramp"], -110.0, f" = {mm(MM['ramp_run'])} x {mm(height)}"),
        side.words(
            -front - 900.0,
            -190.0,
            f"Posts pass the block with {mm(MM['post_gap'])} clear; rail tube {mm(MM['rail_tube'])}.",
            "small",
        ),
        side.words(
            -front - 900.0,
            -280.0,
            "A hand on the rail shows as weight that is missing: so it must stand on the floor alone.",
            "small",
        ),
    ]
