"""Under-voltage and throttling of the computer, looked at once a second, away from control.

The recorder does it: it has the recording that runs, and the records. What changes becomes an event of that recording
and a line of the audit log; what is so now stands in a file of the runtime folder, for the technician's page.
"""

from __future__ import annotations

import contextlib
import json
import logging
from functools import partial
from pathlib import Path
from typing import NamedTuple

from station.clock import NS_PER_S
from station.processes.clerk import Clerk
from station.recording.books import Books
from station.recording.session import SessionRecorder
from station.wire.places import SUPPLY

_LOG = logging.getLogger(__name__)

LOOK_NS = NS_PER_S
CONDITIONS = ("under-voltage", "capped", "throttled", "warm")
"""Bits 0 to 3 of the firmware's word, as they are now; 16 to 19 say the same since the computer's start."""
_FIRMWARE = "sys/devices/platform/soc*/*firmware/get_throttled"
_SENSORS = "sys/class/hwmon/hwmon*"
_SENSOR = "rpi_volt"
"""The kernel's own sensor (drivers/hwmon/raspberrypi-hwmon.c): `in0_lcrit_alarm` is under-voltage since its last look,
a second ago."""
HELD_LOOKS = 10
"""A condition is over when it has been away for so many seconds: a supply at its limit flickers."""


class Supply(NamedTuple):
    """What is so now, and what has been so since the computer's start: words of `CONDITIONS`."""

    now: tuple[str, ...]
    past: tuple[str, ...]


class SupplyWatch:
    """Looks at the computer whose root folder is `root`."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self._before: int | None = None
        self._left = dict.fromkeys(CONDITIONS, 0)
        self._past: set[str] = set()

    def look(self) -> Supply | None:
        """To be called once a second. None where the computer does not say."""
        word = self._word()
        if word is None:
            return None
        fresh = word & ~(word if self._before is None else self._before) & 0xF0000
        self._before = word
        for bit, name in enumerate(CONDITIONS):
            self._left[name] = max(0, self._left[name] - 1)
            if (word | fresh >> 16) >> bit & 1:
                self._left[name] = HELD_LOOKS
            if (word | word >> 16) >> bit & 1:
                self._past.add(name)
        return Supply(
            tuple(name for name in CONDITIONS if self._left[name]),
            tuple(name for name in CONDITIONS if name in self._past),
        )

    def _word(self) -> int | None:
        """The firmware's word, with the kernel's sensor in it; None where there is neither."""
        word = None
        for path in self._root.glob(_FIRMWARE):
            with contextlib.suppress(OSError, ValueError):
                word = int(path.read_text(), 16)
        for sensor in self._root.glob(_SENSORS):
            with contextlib.suppress(OSError, ValueError):
                if (sensor / "name").read_text().strip() == _SENSOR:
                    word = (word or 0) | (int((sensor / "in0_lcrit_alarm").read_text()) & 1)
        return word


class SupplyReport:
    """Tells what a watch sees: the pages, the recording that runs, and the records."""

    def __init__(self, runtime: Path, clerk: Clerk, watch: SupplyWatch) -> None:
        self._place = runtime / SUPPLY
        self._clerk = clerk
        self._watch = watch
        self._due_ns = 0
        self._shown = ""
        self._noted: tuple[str, ...] = ()
        self._recorded: tuple[str, tuple[str, ...]] = ("", ())
        """The last session that was told, and what."""

    def step(self, now_ns: int, epoch_ns: int, session: SessionRecorder | None) -> None:
        """To be called often. `epoch_ns` is the wall time at monotonic zero. Raises StorageError; told again then."""
        if now_ns < self._due_ns:
            return
        self._due_ns = now_ns + LOOK_NS
        supply = self._watch.look()
        self._show(supply)
        if supply is None:
            return
        if supply.now != self._noted:
            detail = {"now": list(supply.now), "before": list(self._noted)}
            _LOG.warning("supply of this computer: %s", ", ".join(supply.now) or "well again")
            self._clerk.put(partial(_note, epoch_ns + now_ns, detail))
            self._noted = supply.now
        if session is None:
            return
        name, told = self._recorded
        told = told if name == session.name else ()
        if supply.now != told:
            session.remark("supply", now_ns, now=list(supply.now), before=list(told))
            self._recorded = session.name, supply.now

    def _show(self, supply: Supply | None) -> None:
        text = "" if supply is None else json.dumps(supply._asdict())
        if text != self._shown:
            with contextlib.suppress(OSError):  # the runtime folder is memory: it is written at the next look
                self._place.write_text(text, encoding="utf-8")
                self._shown = text


def _note(at_ns: int, detail: dict[str, list[str]], books: Books) -> None:
    books.remark(at_ns, "supply", detail)
