"""Checks: the supply's voltage now and since the start, throttling, temperature; and the PWM of a Pi 5."""

from __future__ import annotations

from collections.abc import Iterator

from station.commissioning.doctor.values import Check, Machine, found
from station.settings import Settings

_MAILBOX = "/dev/vcio"
_GET_THROTTLED = 0x0003_0046
"""Raspberry Pi's firmware: bits 0 to 3 now, 16 to 19 since the start: under-voltage, capped, throttled, too warm
(docs/sources/hardware.md#firmware). Kernels of bookworm have it as a file too; those of a Pi 5 never had."""
_LIMITS = ("under-voltage", "capped", "throttled", "warm")
_RP1_HEADER = "98000.pwm"
"""How the address of the RP1's first PWM block ends (docs/sources/hardware.md#pi-pwm-channels)."""
WARM_C = 75.0
HOT_C = 82.0
"""A Pi slows itself at 80 to 85 degrees."""


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Supply and temperature."""
    yield _supply(machine)
    yield _temperature(machine)
    if settings.station.rig == "pi5":
        yield _kernel_pwm(machine)


def _supply(machine: Machine) -> Check:
    bits = _throttled(machine)
    if bits is None:
        return _alarm(machine)
    now = [name for bit, name in enumerate(_LIMITS) if bits >> bit & 1]
    past = [name for bit, name in enumerate(_LIMITS) if bits >> (bit + 16) & 1]
    if bits & 1:
        return found("supply", "low-now")
    if now and past:
        return found("supply", "limited-now-and-before", limit=now, limit_before=past)
    if now:
        return found("supply", "limited-now", limit=now)
    return found("supply", "limited-before", limit_before=past) if past else found("supply", "ok")


def _throttled(machine: Machine) -> int | None:
    """The firmware's bits, from the kernel's file or by the mailbox; None where neither is to be had."""
    for name in machine.found("/sys/devices/platform", "soc*/soc*:firmware/get_throttled"):
        bits = machine.number(name, 16)
        if bits is not None and bits >= 0:
            return bits
    if not machine.exists(_MAILBOX):
        return None
    try:
        # The word asked with is a mask of what to forget: nothing.
        return machine.firmware(machine.path(_MAILBOX), _GET_THROTTLED, (0,))[0]
    except (OSError, IndexError):
        return None


def _alarm(machine: Machine) -> Check:
    """What the kernel's sensor says where the firmware cannot be asked: under-voltage since the last reading."""
    for name in machine.found("/sys/class/hwmon", "hwmon*/name"):
        if machine.read(name) == "rpi_volt":
            alarm = machine.number(f"{name.rpartition('/')[0]}/in0_lcrit_alarm")
            if alarm == 1:
                return found("supply", "low-now")
            if alarm == 0:
                return found("supply", "ok-now")
    return found("supply", "not-said") if machine.is_pi else found("supply", "not-needed")


def _temperature(machine: Machine) -> Check:
    milli_c = machine.number("/sys/class/thermal/thermal_zone0/temp")
    if milli_c is None:
        return found("temperature", "not-said")
    degrees_c = milli_c / 1000.0
    if degrees_c >= HOT_C:
        return found("temperature", "hot", degrees_c=degrees_c)
    if degrees_c >= WARM_C:
        return found("temperature", "warm", degrees_c=degrees_c)
    return found("temperature", "ok", degrees_c=degrees_c)


def _kernel_pwm(machine: Machine) -> Check:
    """The RP1's first PWM block, which alone reaches the header. There are others: one turns the fan."""
    blocks = {path: _block(machine, path) for path in machine.found("/sys/class/pwm", "pwmchip*")}
    if not blocks:
        return found("kernel-pwm", "absent")
    seen = {path: f"{path.rpartition('/')[2]} ({block or '?'})" for path, block in blocks.items()}
    header = [path for path, block in blocks.items() if block.endswith(_RP1_HEADER)]
    if not header:
        return found("kernel-pwm", "other-chips", chips=list(seen.values()))
    export = f"{header[0]}/export"
    if not machine.may_write(export):
        return found("kernel-pwm", "no-permission", node=export)
    return found("kernel-pwm", "ok", chip=seen[header[0]])


def _block(machine: Machine, chip: str) -> str:
    """The hardware behind a pwmchip, as its device's folder is called ("1f00098000.pwm"); "" for none."""
    try:
        return machine.path(f"{chip}/device").resolve().name
    except (OSError, RuntimeError):  # RuntimeError is what a loop of links raises
        return ""
