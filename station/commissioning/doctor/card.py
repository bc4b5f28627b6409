"""Checks: the card or disk that the data folder lies on: errors of its file system, what it says of its own wear."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from station.commissioning.doctor.values import Check, Machine, found
from station.settings import Settings

WORN, WORN_OUT = 0x09, 0x0B
"""Of the two estimates of `life_time`: 0x01 is up to 10 % of the device's life used, 0x09 80 to 90 %, 0x0A 90 to 100 %,
0x0B more than it was made for (docs/sources/hardware.md#card-health). A plain SD card says nothing."""
_TENTH = 10


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """One check, of the worst that is found."""
    device = _device_of(machine, settings.station.data)
    yield found("card", "not-said") if device is None else _card(machine, *device)


def _card(machine: Machine, name: str, options: str) -> Check:
    if "ro" in options.split(","):
        return found("card", "read-only", device=name)
    errors = machine.number(f"/sys/fs/ext4/{name}/errors_count")
    if errors:
        return found("card", "errors", device=name, n=errors)
    worn = _life(machine, name)
    if worn is None:
        return found("card", "not-said") if errors is None else found("card", "ok", device=name)
    if worn >= WORN_OUT:
        return found("card", "worn-out", device=name)
    if worn >= WORN:
        return found("card", "worn", device=name, percent=worn * _TENTH)
    return found("card", "ok", device=name)


def _life(machine: Machine, name: str) -> int | None:
    """The worse of what an eMMC, or a card that knows it, says of its two kinds of cells; None where it does not."""
    disk = name.rpartition("p")[0] if name.startswith("mmcblk") and "p" in name else name
    said = (machine.read(f"/sys/block/{disk}/device/life_time") or "").split()
    try:
        return max((int(one, 16) for one in said), default=None)
    except ValueError:
        return None


def _device_of(machine: Machine, data: Path) -> tuple[str, str] | None:
    """Name of the device on which this folder lies, and its mount options, by the longest mount that holds it."""
    wanted = os.path.realpath(data)
    best: tuple[int, str, str] | None = None
    for line in (machine.read("/proc/self/mounts") or "").splitlines():
        parts = line.split()
        if len(parts) < 4 or not parts[0].startswith("/dev/"):
            continue
        place = parts[1].rstrip("/")
        if (wanted == place or wanted.startswith(f"{place}/")) and (best is None or len(place) > best[0]):
            best = (len(place), parts[0].rpartition("/")[2], parts[3])
    return None if best is None else best[1:]
