"""Slow shifts and drift: figures beside the measures. People do both, so neither is a suspicion."""

from __future__ import annotations

import numpy as np

from station.measures.signal import Array
from station.measures.suspicions.even import BLOCK_HZ

COURSE = ("drift_mm", "largest_shift_mm")
"""How far the straight line through the stance goes from its first sample to its last (of real trials of 60 s one in
two hundred 40 mm), and the largest distance between the means of two adjacent 2 s (half of them 15 mm)."""
MEAN_BLOCKS = round(2.0 * BLOCK_HZ)


def course_of(blocks_mm: Array) -> dict[str, float]:
    """Both figures of a CoP in means over a tenth of a second (M, 2); empty where it is shorter than 4 s."""
    count = len(blocks_mm)
    if count < 2 * MEAN_BLOCKS:
        return {}
    place = np.arange(count) - (count - 1) / 2.0
    slope = place @ blocks_mm / float(place @ place)
    sums = np.concatenate((np.zeros((1, 2)), np.cumsum(blocks_mm, axis=0)))
    means = (sums[MEAN_BLOCKS:] - sums[:-MEAN_BLOCKS]) / MEAN_BLOCKS
    shifts = np.hypot(*(means[MEAN_BLOCKS:] - means[:-MEAN_BLOCKS]).T)
    return dict(zip(COURSE, (float(np.hypot(*slope)) * count, float(np.max(shifts))), strict=True))
