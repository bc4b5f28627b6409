"""Checks: the supply's voltage now and since the start, throttling, temperature; and the PWM of a Pi 5."""

from __future__ import annotations

from collections.abc import Iterator

from station.commissioning.doctor.values import Check, Machine, State
from station.settings import Settings

_MAILBOX = "/dev/vcio"
_GET_THROTTLED = 0x0003_0046
"""Raspberry Pi's firmware: bits 0 to 3 now, 16 to 19 since the start: under-voltage, capped, throttled, too warm
(docs/sources/hardware.md#firmware). Kernels of bookworm have it as a file too; those of a Pi 5 never had."""
_NAMES = ("under-voltage", "frequency capped", "throttled", "soft temperature limit")
_SUPPLY = "Use the official power supply and a short cable; drive nothing else from it."
_PWM, _LOW, _SILENT = "kernel pwm", "under-voltage now", "the firmware does not say"
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
    now = [name for bit, name in enumerate(_NAMES) if bits >> bit & 1]
    past = [name for bit, name in enumerate(_NAMES) if bits >> (bit + 16) & 1]
    if bits & 1:
        return Check("supply", "fail", _LOW, _SUPPLY)
    if now or past:
        lines = [", ".join(now)] if now else []
        seen = "; ".join([*lines, *(["since the start: " + ", ".join(past)] if past else [])])
        remedy = "Use the official power supply; cool the board. Restart to see whether it comes back."
        return Check("supply", "warn", seen, remedy)
    return Check("supply", "ok", "no under-voltage, now or since the start")


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
                return Check("supply", "fail", _LOW, _SUPPLY)
            if alarm == 0:
                return Check("supply", "ok", "no under-voltage now; of earlier the kernel does not say")
    if machine.is_pi:
        remedy = "Add the user to the group `video`, or look yourself: vcgencmd get_throttled must say 0x0."
        return Check("supply", "warn", _SILENT, remedy)
    return Check("supply", "na", _SILENT)


def _temperature(machine: Machine) -> Check:
    milli_c = machine.number("/sys/class/thermal/thermal_zone0/temp")
    if milli_c is None:
        return Check("temperature", "na", "this computer does not say")
    degrees_c = milli_c / 1000.0
    seen = f"{degrees_c:.0f} C"
    if degrees_c >= WARM_C:
        state: State = "fail" if degrees_c >= HOT_C else "warn"
        return Check("temperature", state, seen, "Cool the board: the loop comes late.")
    return Check("temperature", "ok", seen)


def _kernel_pwm(machine: Machine) -> Check:
    """The RP1's first PWM block, which alone reaches the header. There are others: one turns the fan."""
    chips = {path: _block(machine, path) for path in machine.found("/sys/class/pwm", "pwmchip*")}
    remedy = "Add dtoverlay=pwm-2chan to /boot/firmware/config.txt (docs/wiring.md), then restart."
    if not chips:
        return Check(_PWM, "fail", "no /sys/class/pwm/pwmchip*", remedy)
    header = [path for path, block in chips.items() if block.endswith(_RP1_HEADER)]
    if not header:
        seen = ", ".join(f"{path.rpartition('/')[2]} ({block})" for path, block in chips.items())
        return Check(_PWM, "fail", f"none for the header, only {seen}", remedy)
    export = f"{header[0]}/export"
    if not machine.may_write(export):
        remedy = "Add the user to the group `gpio`, and let udev give it the PWM (systemd/udev.rules, docs/wiring.md)."
        return Check(_PWM, "fail", f"no permission for {export}", remedy)
    return Check(_PWM, "ok", f"{header[0].rpartition('/')[2]} ({chips[header[0]]})")


def _block(machine: Machine, chip: str) -> str:
    """The hardware behind a pwmchip, as its device's folder is called ("1f00098000.pwm")."""
    try:
        return machine.path(f"{chip}/device").resolve().name
    except (OSError, RuntimeError):  # RuntimeError is what a loop of links raises
        return "unknown"
