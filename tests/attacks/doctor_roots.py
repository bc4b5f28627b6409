"""`python -m tests.attacks.doctor_roots`: the doctor over every board, system and thing that is wrong, as one table.

A row is a root, a column a check; a root that does not give what it should makes the exit code 1. Garbage is the
business of tests/station/commissioning/doctor/test_roots.py.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.common import table
from tests.station.commissioning.doctor.roots import BOARDS, CHANGES, SYSTEMS, Change, Root

MARKS = {"ok": ".", "na": "-", "warn": "w", "fail": "F"}
COLUMNS = (
    "board",
    "system",
    "gpio",
    "lgpio",
    "pins",
    "i2c bus",
    "i2c speed",
    "converters",
    "accelerometer",
    "pigpiod",
    "pigpiod network",
    "pigpiod version",
    "pigpiod mask",
    "supply",
    "temperature",
    "kernel pwm",
    "clock",
    "rtc",
    "disk",
    "memory",
    "real time",
    "governor",
)
OF_THIS_COMPUTER = {"lgpio", "disk"}
"""Not of the root: whether lgpio is installed here, and this disk."""


def main() -> int:
    """Print the table; 0 where each root gave what it should."""
    rows, wrong = [], []
    for system in SYSTEMS:
        for board in BOARDS:
            for name, change in {"healthy": Change(lambda root: None), **CHANGES}.items():
                with tempfile.TemporaryDirectory() as folder:
                    root = Root(Path(folder), board, system)
                    if change.rig not in ("", root.rig):
                        continue
                    change.spoil(root)
                    checks = root.examine()
                states = {check: found.state for check, found in checks.items()}
                rows.append(
                    [f"{board}, {system}", name, *(MARKS.get(states.get(column, ""), " ") for column in COLUMNS)]
                )
                for state, expected in (("fail", change.fails), ("warn", change.warns)):
                    seen = {check for check, found in states.items() if found == state} - OF_THIS_COMPUTER
                    if seen != set(expected):
                        wrong.append(f"{board}, {system}, {name}: {state} {sorted(seen)}, and not {sorted(expected)}")
    sys.stdout.write(f"{table(['root', 'what is wrong', *COLUMNS], rows)}\n\n")
    sys.stdout.write(". ok, w warning, F failed, - not needed by this rig, blank not asked.\n")
    sys.stdout.write(f"{len(rows)} roots, {len(wrong)} of them not as expected.\n")
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
