"""docs/build-trestle.svg: what stands on the plate for the rope and weight of the acceptance."""

from __future__ import annotations

import math

from drawings.dimensions import MM, mm
from drawings.svg import BUILT, drawing, text
from drawings.views import View

WIDE_MM = 40.0
"""Of the timber, from the side where it is not `timber`."""
WEIGHT_MM = 160.0
"""Across, of a weight of 10 kg, as it is drawn."""


def trestle_drawing() -> str:
    """Along the swing, and across it, where the weight is pulled out."""
    shapes = [
        text(24, 34, "Trestle for rope and weight", "name"),
        text(24, 54, "mm. It stands on the plate, its middle over the plate's, and touches nothing else.", "small"),
        text(24, 84, "Along the swing: beam, two hooks, two ropes", "name"),
        text(600, 84, "Across the swing: pulled out, let go without a push", "name"),
        *_along(View(0.4, 250.0, 500.0)),
        *_across(View(0.4, 800.0, 500.0)),
        text(24, 560, "Glue and screws, a spreader between each two feet; nothing may work loose.", "small"),
        text(24, 576, "Weigh it whole, without the weight: that is m. Felt under the feet spares the mat.", "small"),
    ]
    return drawing(1240, 600, "The trestle of the acceptance, along the swing and across it", shapes, BUILT)


def _line_mm() -> float:
    """Of the hooks, above the top of the plate."""
    return MM["rope_line"] - MM["plate"]


def _plate(view: View) -> list[str]:
    half = MM["plate_ml"] / 2.0
    return [
        view.outline(-half, -MM["plate"], MM["plate_ml"], MM["plate"]),
        view.words(-half, -MM["plate"], "plate", "small", (0, 16)),
    ]


def _along(view: View) -> list[str]:
    line, foot, hook = _line_mm(), MM["trestle"] / 2.0, MM["hooks"] / 2.0
    low = line - MM["rope"]
    return [
        *_plate(view),
        view.outline(-foot, line, MM["trestle"], MM["timber"]),
        *(view.outline(side * (foot - WIDE_MM / 2.0) - WIDE_MM / 2.0, 0.0, WIDE_MM, line) for side in (-1, 1)),
        *(view.circle(side * hook, line, 12.0) for side in (-1, 1)),
        *(view.stroke((side * hook, line), (side * 40.0, low + WEIGHT_MM / 4.0), "arrow") for side in (-1, 1)),
        view.outline(-WEIGHT_MM / 2.0, low - WEIGHT_MM / 4.0, WEIGHT_MM, WEIGHT_MM / 2.0, "gate"),
        view.words(-22.0, low, "M", "name", (0, 4)),
        *view.across(-hook, hook, line - 70.0, " hooks"),
        *view.across(-foot, foot, -110.0, " feet"),
        *view.up(foot + 60.0, low, line, " L"),
        *view.up(foot + 200.0, -MM["plate"], line, " H"),
    ]


def _across(view: View) -> list[str]:
    line, foot = _line_mm(), MM["trestle"] / 2.0
    out = MM["pull"]
    low = line - math.sqrt(MM["rope"] ** 2 - out**2)
    top = line + MM["timber"]
    legs = [((side * 20.0, top), (side * (foot - 20.0), 0.0)) for side in (-1, 1)]
    spreader = 150.0
    at = foot - 20.0 - (foot - 40.0) * spreader / top
    return [
        *_plate(view),
        *(view.stroke(first, second, "heavy") for first, second in legs),
        view.stroke((-at, spreader), (at, spreader), "heavy"),
        view.circle(0.0, line, 12.0),
        view.stroke((0.0, line), (0.0, line - MM["rope"]), "hidden-line"),
        view.stroke((0.0, line), (out, low), "arrow"),
        view.outline(out - WEIGHT_MM / 2.0, low - WEIGHT_MM / 4.0, WEIGHT_MM, WEIGHT_MM / 2.0, "gate"),
        view.words(out - 22.0, low, "M", "name", (0, 4)),
        *view.across(0.0, out, low - 115.0, " A"),
        *view.across(-foot, foot, -110.0, " feet"),
        view.words(foot + 60.0, 300.0, f"spruce {mm(WIDE_MM)} x {mm(MM['timber'])}", "small"),
        view.words(foot + 60.0, 250.0, "two such frames; M swings between them", "small"),
    ]
