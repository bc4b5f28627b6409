"""`station doctor`: looks at the computer, changes and moves nothing, and says of each thing that it is well or what to
do. Each module here is one group of checks; `findings` says what may be found, `values` what a check is.
"""

from __future__ import annotations

from station.commissioning.doctor import board, card, doors, i2c, installed, pigpiod, power, system
from station.commissioning.doctor.values import Check, Machine
from station.settings import Settings

GROUPS = (
    board.checks,
    i2c.checks,
    pigpiod.checks,
    power.checks,
    system.checks,
    card.checks,
    doors.checks,
    installed.checks,
)


def examine(machine: Machine, settings: Settings) -> list[Check]:
    """All checks, in the order in which a technician would go about it. Never raises for what it finds."""
    return [check for group in GROUPS for check in group(machine, settings)]
