"""What the benchmarks share: percentiles, tables, and one line that says which machine the figures are of."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Verdict(NamedTuple):
    """One goal of a benchmark, and whether it was met."""

    goal: str
    seen: str
    met: bool | None
    """None where it could not be measured, which is neither met nor missed."""

    def __str__(self) -> str:
        word = "NOT MEASURED" if self.met is None else "met" if self.met else "MISSED"
        return f"{word}: {self.goal}; seen: {self.seen}"


def at_most(what: str, value: float, goal: float, unit: str) -> Verdict:
    """A goal that no more than this is seen. What is no number is missed."""
    return Verdict(f"{what} at most {goal:g} {unit}", f"{_cell(value)} {unit}", value <= goal)


def at_least(what: str, value: float, goal: float, unit: str) -> Verdict:
    """A goal that no less than this is seen. What is no number is missed."""
    return Verdict(f"{what} at least {goal:g} {unit}", f"{_cell(value)} {unit}", value >= goal)


def not_measured(why: str) -> list[Verdict]:
    """What a benchmark answers where this computer lacks what it needs."""
    return [Verdict("all goals", why, None)]


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` (0 to 100) of the values do not exceed (nearest rank). NaN when there are none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table. Floats get three significant digits; everything else is written as it is."""
    shown = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[column]) for row in (list(head), *shown)) for column in range(len(head))]
    lines = [[*head], ["-" * width for width in widths], *shown]
    return "\n".join("| " + " | ".join(cell.ljust(widths[i]) for i, cell in enumerate(line)) + " |" for line in lines)


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine_facts() -> str:
    """One line: processor, cores, kernel, Python and how busy the machine is."""
    try:
        information = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        information = ""
    lines = [line for line in information.splitlines() if line.startswith(("model name", "Model"))]
    processor = lines[0].partition(":")[2].strip() if lines else platform.machine()
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{processor}, {os.cpu_count()} cores, Linux {platform.release()}, "
        f"Python {platform.python_version()}, load average {load}"
    )
