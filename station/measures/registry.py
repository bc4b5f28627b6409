"""The table of every measure: name, unit, formula, source, and what a recording must have to carry it.

`docs/measures-reference.md` has each of these, `docs/measures-tables.md` explains them; tests hold them together.
"""

from __future__ import annotations

from station.measures.quijoux.registry import QUIJOUX_ROWS
from station.measures.sway.rows import SWAY_ROWS
from station.measures.tasks.rows import TASK_ROWS
from station.measures.values import Measure

REGISTRY: dict[str, Measure] = {row.name: row for row in (*SWAY_ROWS, *TASK_ROWS, *QUIJOUX_ROWS)}


def fast_enough(least_hz: float, rate_hz: float) -> bool:
    """Whether a recording was sampled often enough; a clock may be slow by a thousandth."""
    return rate_hz >= 0.999 * least_hz


def carries(name: str, duration_s: float) -> bool:
    """Whether a recording is long enough for a measure; the last sample of 30 s at 100 Hz is at 29.99 s."""
    return duration_s >= REGISTRY[name].min_duration_s - 0.05


def names(*groups: str) -> tuple[str, ...]:
    """Names of the measures of these groups, in the table's order."""
    return tuple(name for name, row in REGISTRY.items() if row.group in groups)
