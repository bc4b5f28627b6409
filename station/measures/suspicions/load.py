"""A force that is no person's weight, or not this person's."""

from __future__ import annotations

from drills.problems import Problem
from station.faults import because
from station.measures.constants import STANDARD_GRAVITY_M_S2

LEAST_N, MOST_N = 250.0, 1800.0
"""25 to 184 kg. Grown people of up to 114 kg in pounds lie below, and of all weights in kilograms; above are cells that
show four times what they carry of people from 46 kg on. A child of less than 25 kg is found suspect too, unless its
weight is given."""
MOST_DIFFERENCE = 0.05
"""Share by which the force may differ from a weight that is known: clothes, a stick."""


def odd_load(force_n: float, weight_kg: float | None) -> Problem | None:
    """What is wrong with the median force, in N; None where nothing is. With a known weight that decides."""
    kg = force_n / STANDARD_GRAVITY_M_S2
    if weight_kg is not None:
        percent = 100.0 * (kg / weight_kg - 1.0)
        if abs(percent) <= 100.0 * MOST_DIFFERENCE:
            return None
        return because("weight-differs", kg=kg, weight_kg=weight_kg, percent=percent)
    if LEAST_N <= force_n <= MOST_N:
        return None
    return because("odd-force", force_n=force_n, kg=kg)
