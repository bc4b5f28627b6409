"""Problems as a person reads them in English."""

from __future__ import annotations

from collections.abc import Iterable

from drills.problems import Problem
from hw.errors import HardwareError
from station.faults.boundary import seen_of
from station.texts import Texts
from station.texts.problems import ask


def said(problem: Problem | None) -> str:
    """The words of one problem; empty for none."""
    return "" if problem is None else ask(Texts(), problem)


def all_said(problems: Iterable[Problem]) -> list[str]:
    """The words of each."""
    return [said(one) for one in problems]


def told(error: HardwareError) -> str:
    """What an error of hardware says was seen."""
    return said(seen_of(error.finding))
