"""Checks: clock and RTC, disk, memory, and the right to real time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from station.commissioning.doctor.values import Check, Machine, found, number
from station.faults import InputError, as_json
from station.plate.speed_maps import learned_map, named_map, with_learned
from station.settings import Settings

OLDEST_S = 1_767_225_600
"""2026-01-01: a clock before it has never been set."""
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


def _speed_map(settings: Settings) -> Check:
    name = settings.station.rig
    if name not in ("pi", "pi5"):
        return found("speed-map", "not-used", rig=name)
    try:
        with_learned(settings)
        learned = learned_map(settings)
    except InputError as problem:
        return found("speed-map", "damaged", file=problem.where, problems=[as_json(one) for one in problem.problems])
    if learned is not None:
        return found("speed-map", "learned", file=learned.name)
    return found("speed-map", "of-settings") if named_map(settings) else found("speed-map", "default")


def _clock(machine: Machine) -> Check:
    now_s = time.time()
    date = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now_s))
    if now_s < OLDEST_S:
        return found("clock", "never-set", date=date)
    if not machine.exists("/run/systemd/timesync/synchronized"):
        return found("clock", "not-synchronised", date=date)
    return found("clock", "ok", date=date)


def _rtc(machine: Machine) -> Check:
    if not machine.exists("/sys/class/rtc/rtc0"):
        return found("rtc", "none") if machine.is_pi else found("rtc", "not-needed")
    name = machine.read("/sys/class/rtc/rtc0/name") or "rtc0"
    since_s = machine.number("/sys/class/rtc/rtc0/since_epoch")
    if since_s is None or since_s < OLDEST_S:
        return found("rtc", "no-time", name=name)
    holds = _battery(machine)
    if holds is None:
        if machine.is_pi:
            return found("rtc", "battery-unknown", name=name)
        return found("rtc", "battery-not-needed", name=name)
    return found("rtc", "ok", name=name) if holds else found("rtc", "no-battery", name=name)


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
    for folder in (data.absolute(), *data.absolute().parents):
        try:
            usage = os.statvfs(folder)
        except OSError:
            continue
        free = usage.f_bavail * usage.f_frsize
        if free < DISK_FAIL:
            return found("disk", "full", gib=free / GIB, folder=str(data))
        if free < DISK_WARN:
            return found("disk", "short", gib=free / GIB, folder=str(data))
        return found("disk", "ok", gib=free / GIB, folder=str(data))
    return found("disk", "unreadable", folder=str(data))


def _memory(machine: Machine) -> Check:
    sizes = {}
    for line in (machine.read("/proc/meminfo") or "").splitlines():
        name, _, rest = line.partition(":")
        sizes[name] = number(rest.removesuffix("kB"))
    total, free = sizes.get("MemTotal"), sizes.get("MemAvailable")
    if total is None or free is None:
        return found("memory", "not-said")
    free_mib, total_mib = free * 1024 / MIB, total * 1024 / MIB
    if free * 1024 < MEMORY_WARN:
        return found("memory", "short", free_mib=free_mib, total_mib=total_mib)
    return found("memory", "ok", free_mib=free_mib, total_mib=total_mib)


def _real_time(machine: Machine, wanted: int) -> Check:
    priority, lockable = machine.real_time
    if not wanted:
        return found("real-time", "not-wanted")
    memory = "all" if lockable < 0 else f"{lockable // MIB} MiB"
    if priority < wanted:
        return found("real-time", "low", priority=priority, memory=memory)
    if 0 <= lockable < 256 * MIB:
        return found("real-time", "memory-not-lockable", priority=priority, memory=memory)
    return found("real-time", "ok", priority=priority, memory=memory)


def _governor(machine: Machine) -> Check:
    governor = machine.read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    if not governor:
        return found("governor", "not-said")
    if governor != "performance":
        return found("governor", "slow", governor=governor)
    return found("governor", "ok", governor=governor)
