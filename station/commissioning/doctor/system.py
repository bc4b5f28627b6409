"""Checks: clock and RTC, disk, memory, and the right to real time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from station.commissioning.doctor.values import Check, Machine, State, number
from station.faults import InputError
from station.plate.speed_maps import source_of, with_learned
from station.settings import Settings

OLDEST_S = 1_767_225_600
"""2026-01-01: a clock before it has never been set."""
_MAP, _REAL_TIME, _SILENT = "speed map", "real time", "this computer does not say"
GIB = 1 << 30
MIB = 1 << 20
DISK_WARN, DISK_FAIL = 2 * GIB, GIB // 4
"""An hour of recording is about 150 MB."""
MEMORY_WARN = 150 * MIB
_GET_RTC, _BATTERY = 0x0003_0087, 7
"""Firmware of a Pi 5: a register of its clock, and the one that has the battery's microvolts
(docs/sources/hardware.md#firmware)."""
LEAST_BATTERY_UV = 2_000_000
"""The cell that is sold for it has 3 V; without one the register shows some millivolts."""


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Speed map, clock, RTC, disk, memory, real time, governor."""
    yield _speed_map(settings)
    yield _clock(machine)
    yield _rtc(machine)
    yield _disk(settings.station.data)
    yield _memory(machine)
    yield _real_time(machine, settings.control.priority)
    yield _governor(machine)


_LEARN_AGAIN = (
    "Take the file that is named out of the folder, and run `station selftest --learn` on the empty platform."
)


def _speed_map(settings: Settings) -> Check:
    name = settings.station.rig
    if name not in ("pi", "pi5"):
        return Check(_MAP, "na", f"not used by the rig `{name}`")
    try:
        with_learned(settings)
        return Check(_MAP, "ok", source_of(settings))
    except InputError as problem:
        return Check(_MAP, "fail", str(problem), _LEARN_AGAIN)


def _clock(machine: Machine) -> Check:
    now_s = time.time()
    date = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now_s))
    if now_s < OLDEST_S:
        return Check("clock", "fail", date, "Set it: sudo date -s 'YYYY-MM-DD HH:MM'. Days are counted by it.")
    if not machine.exists("/run/systemd/timesync/synchronized"):
        remedy = "Connect the station to a network with a time server, or add an RTC."
        return Check("clock", "warn", f"{date}, not known to be synchronised", remedy)
    return Check("clock", "ok", f"{date}, synchronised")


def _rtc(machine: Machine) -> Check:
    if not machine.exists("/sys/class/rtc/rtc0"):
        remedy = "Add an RTC: without one the date is wrong after a start without network."
        return Check("rtc", "warn" if machine.is_pi else "na", "none", remedy if machine.is_pi else "")
    name = machine.read("/sys/class/rtc/rtc0/name") or "rtc0"
    since_s = machine.number("/sys/class/rtc/rtc0/since_epoch")
    if since_s is None or since_s < OLDEST_S:
        remedy = (
            "Set it, once the clock is right: sudo hwclock -w. If it forgets again, its battery is empty or missing."
        )
        return Check("rtc", "warn", f"{name} does not know the time", remedy)
    holds = _battery(machine)
    if holds is None:
        remedy = (
            "Try it: without network, mains off for a minute, on again; `date` must be right. Else change its battery."
        )
        return Check(
            "rtc",
            "warn" if machine.is_pi else "na",
            f"{name}; its battery cannot be asked",
            remedy if machine.is_pi else "",
        )
    if not holds:
        return Check(
            "rtc",
            "warn",
            f"{name} without a battery, or with an empty one",
            "Fit its battery: the date is lost with the mains.",
        )
    return Check("rtc", "ok", name)


def _battery(machine: Machine) -> bool | None:
    """Whether the clock chip's battery holds; None where nothing says so."""
    if machine.is_pi5:
        try:
            answer = machine.firmware(machine.path("/dev/vcio"), _GET_RTC, (_BATTERY, 0))
        except OSError:
            return None
        return len(answer) > 1 and answer[1] >= LEAST_BATTERY_UV
    try:
        return machine.clock_flags(machine.path("/dev/rtc0")) == 0
    except OSError:
        return None


def _disk(data: Path) -> Check:
    remedy = "Export and remove old recordings, or choose another folder: `station.data`."
    for folder in (data.absolute(), *data.absolute().parents):
        try:
            usage = os.statvfs(folder)
        except OSError:
            continue
        free = usage.f_bavail * usage.f_frsize
        state: State = "fail" if free < DISK_FAIL else "warn" if free < DISK_WARN else "ok"
        return Check("disk", state, f"{free / GIB:.1f} GiB free for {data}", "" if state == "ok" else remedy)
    return Check("disk", "fail", str(data), remedy)


def _memory(machine: Machine) -> Check:
    sizes = {}
    for line in (machine.read("/proc/meminfo") or "").splitlines():
        name, _, rest = line.partition(":")
        sizes[name] = number(rest.removesuffix("kB"))
    total, free = sizes.get("MemTotal"), sizes.get("MemAvailable")
    if total is None or free is None:
        return Check("memory", "na", _SILENT)
    seen = f"{free * 1024 / MIB:.0f} MiB free of {total * 1024 / MIB:.0f}"
    if free * 1024 < MEMORY_WARN:
        return Check("memory", "warn", seen, "Stop other programs.")
    return Check("memory", "ok", seen)


def _real_time(machine: Machine, wanted: int) -> Check:
    priority, lockable = machine.real_time
    if not wanted:
        return Check(_REAL_TIME, "na", "`control.priority` is 0")
    locked = "all memory" if lockable < 0 else f"{lockable // MIB} MiB of memory"
    seen = f"SCHED_FIFO up to {priority}, may lock {locked}"
    if priority < wanted:
        remedy = "Run it by its service, which has the right, or give the user an rtprio line in limits.conf."
        return Check(_REAL_TIME, "warn", seen, remedy)
    if 0 <= lockable < 256 * MIB:
        return Check(_REAL_TIME, "warn", seen, "Run it by its service, which has LimitMEMLOCK=infinity.")
    return Check(_REAL_TIME, "ok", seen)


def _governor(machine: Machine) -> Check:
    governor = machine.read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    if not governor:
        return Check("governor", "na", _SILENT)
    if governor != "performance":
        remedy = "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
        return Check("governor", "warn", governor, remedy)
    return Check("governor", "ok", governor)
