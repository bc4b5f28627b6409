"""How the weight lies on the four corners of the plate, and how far single excursions go beyond the sway."""

from __future__ import annotations

import numpy as np

from station.faults import because
from station.measures.signal import Array
from station.measures.values import NAN, Figures, Reasons

DISTRIBUTION_NAMES = (
    "share_front_left_percent",
    "share_front_right_percent",
    "share_back_right_percent",
    "share_back_left_percent",
    "weight_distribution_index_percent",
    "outlier_excursion_ratio",
)
_EVEN_PERCENT = 25.0


def distribution(cells_n: Array | None, hull_mm2: float, ellipse_mm2: float) -> Figures:
    """Shares of the four corners (% of the load, means), how far they are from even, and hull over 95 % ellipse.

    `cells_n` (N, 4) in the order front left, front right, back right, back left. Weight distribution index:
    sqrt(sum (share - 25)^2 / 4), 0 for an even load. Outlier excursion ratio: the area inside the outermost points over
    that of the 95 % ellipse; large where few excursions go far. Both as OpenBalance defines them.
    """
    values = dict.fromkeys(DISTRIBUTION_NAMES, NAN)
    reasons: Reasons = {}
    total = None if cells_n is None else float(np.sum(cells_n))
    if cells_n is None or not total or not np.isfinite(total):
        reasons = dict.fromkeys(DISTRIBUTION_NAMES[:5], because("no-cells"))
    else:
        shares = 100.0 * np.mean(cells_n / np.sum(cells_n, axis=1, keepdims=True), axis=0)
        values |= {name: float(share) for name, share in zip(DISTRIBUTION_NAMES[:4], shares, strict=True)}
        values[DISTRIBUTION_NAMES[4]] = float(np.sqrt(np.mean((shares - _EVEN_PERCENT) ** 2)))
    if ellipse_mm2 > 0.0:
        values[DISTRIBUTION_NAMES[5]] = hull_mm2 / ellipse_mm2
    else:
        reasons[DISTRIBUTION_NAMES[5]] = because("not-defined")
    return values, reasons
