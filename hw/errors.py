"""What goes wrong with hardware: errors carry a code of the station's fault catalogue, say where, and what was seen.

No sentence is made here. What was seen is a key with values, which whoever shows it words in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Finding(NamedTuple):
    """What was seen: a key that stays the same for ever (`seen.<reason>` of the texts), and JSON values."""

    reason: str
    values: Mapping[str, object] = MappingProxyType({})

    def __str__(self) -> str:
        """For a journal, in code: `pin-used user=spi0`."""
        return " ".join([self.reason, *(f"{name}={_plain(value)}" for name, value in self.values.items())])


def _plain(value: object) -> str:
    return ",".join(map(_plain, value)) if isinstance(value, list | tuple) else " ".join(str(value).split())


def saw(reason: str, **values: object) -> Finding:
    """What was seen, by its key and values."""
    return Finding(reason, values)


class Trouble(OSError):  # noqa: N818  # none that leaves a driver: those are HardwareErrors
    """What a driver itself found where the operating system found nothing wrong."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def seen_in(error: Exception) -> Finding:
    """What this error of a library, of the operating system or of a driver says: words of others are quoted."""
    if isinstance(error, Trouble):
        return error.finding
    said = error.strerror if isinstance(error, OSError) else ""
    return saw("system-said", said=said or str(error) or type(error).__name__)


class HardwareError(OSError):
    """A device is missing, refuses, or says nonsense.

    `code` names an entry of the fault catalogue, which says what to do; `where` names the device as every language does
    ("I2C 0x48", "GPIO 18 (motor_pwm)", a path); `finding` is what was seen.
    """

    def __init__(self, code: str, where: str, finding: Finding) -> None:
        super().__init__(f"{code} {where}: {finding}")
        self.code = code
        self.where = where
        self.finding = finding


class UnknownRigError(HardwareError, LookupError):
    """No rig has that name."""
