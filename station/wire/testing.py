"""How a self-test stands: a file of the runtime folder while control does it, kept in the data folder afterwards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from drills.problems import Problem
from station.faults import as_json
from station.wire.places import SELFTEST

KEPT_FILE = "selftest.json"
"""In the data folder: the last one that ended."""


class TriedPart(NamedTuple):
    """One part that was tried. `passed` is None where it was left out."""

    name: str
    passed: bool | None
    seen: dict[str, Any]
    """A problem, as `station.faults.as_json` writes it."""
    fault: str = ""


class SelfTestState(NamedTuple):
    """One self-test."""

    at_ns: int
    """When it began or ended (Unix, ns)."""
    by: str
    ended: bool
    to_do: dict[str, Any] | None
    """What a person has to do now, as `seen` of a part; None for nothing."""
    parts: list[TriedPart]
    learned: dict[str, Any] | None = None
    """The speed map that was learned in it, `speed_map` and `spin_up_s`; None for none."""

    @property
    def passed(self) -> frozenset[str]:
        """Names of what need not be tried again."""
        return frozenset(part.name for part in self.parts if part.passed)

    @property
    def failed(self) -> list[TriedPart]:
        """What did not pass."""
        return [part for part in self.parts if part.passed is False]


def part_of(name: str, passed: bool | None, seen: Problem, fault: str) -> TriedPart:
    """A part whose result is this."""
    return TriedPart(name, passed, as_json(seen), fault)


def joined(before: SelfTestState | None, parts: Sequence[TriedPart]) -> list[TriedPart]:
    """The parts with those of an earlier test that were not tried again, in the earlier one's order."""
    new = {part.name: part for part in parts}
    kept = [new.pop(part.name, part) for part in (before.parts if before is not None else ())]
    return [*kept, *new.values()]


def write_state(path: Path, state: SelfTestState) -> None:
    """Put it into this file, whole or not at all. Raises OSError."""
    text = json.dumps({**state._asdict(), "parts": [part._asdict() for part in state.parts]})
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def read_state(path: Path) -> SelfTestState | None:
    """What is in this file; None where there is none that makes sense."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        parts = [TriedPart(**part) for part in found.pop("parts")]
        learned = found.pop("learned", None)
        return SelfTestState(parts=parts, learned=None if learned is None else _speeds(learned), **found)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def _speeds(learned: dict[str, Any]) -> dict[str, Any]:
    """A speed map as it was learned. Raises KeyError, TypeError or ValueError for what is none."""
    pairs = [[float(duty), float(hz)] for duty, hz in learned["speed_map"]]
    spin_up_s = float(learned["spin_up_s"])
    if not all(map(isfinite, (spin_up_s, *chain.from_iterable(pairs)))):
        raise ValueError(learned)
    return {"speed_map": pairs, "spin_up_s": spin_up_s}


def newest_state(runtime: Path, data: Path) -> SelfTestState | None:
    """The one that goes on, else the newest that ended; None for none."""
    found = [state for state in (read_state(runtime / SELFTEST), read_state(data / KEPT_FILE)) if state is not None]
    running = [state for state in found if not state.ended]
    return next(iter(running), max(found, key=lambda state: state.at_ns, default=None))
