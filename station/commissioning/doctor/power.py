"""Checks: the supply's voltage now and since the start, throttling, temperature; and the PWM of a Pi 5."""

from __future__ import annotations

from collections.abc import Iterator

from station.commissioning.doctor.values import Check, Machine, State
from station.settings import Settings

_THROTTLED = "/sys/devices/platform/soc/soc:firmware/get_throttled"
"""Raspberry Pi's firmware: bits 0 to 3 now, 16 to 19 since the start: under-voltage, capped, throttled, too warm."""
_NAMES = ("under-voltage", "frequency capped", "throttled", "soft temperature limit")
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
    text = machine.read(_THROTTLED)
    if text is None:
        if machine.is_pi:
            return Check("supply", "warn", "the firmware does not say", "Use Raspberry Pi's own kernel to see it.")
        return Check("supply", "na", "the firmware does not say")
    bits = int(text, 16)
    now = [name for bit, name in enumerate(_NAMES) if bits >> bit & 1]
    past = [name for bit, name in enumerate(_NAMES) if bits >> (bit + 16) & 1]
    if bits & 1:
        remedy = "Use the official power supply and a short cable; drive nothing else from it."
        return Check("supply", "fail", "under-voltage now", remedy)
    if now or past:
        lines = [", ".join(now)] if now else []
        seen = "; ".join([*lines, *(["since the start: " + ", ".join(past)] if past else [])])
        remedy = "Use the official power supply; cool the board. Restart to see whether it comes back."
        return Check("supply", "warn", seen, remedy)
    return Check("supply", "ok", "no under-voltage, now or since the start")


def _temperature(machine: Machine) -> Check:
    text = machine.read("/sys/class/thermal/thermal_zone0/temp")
    if text is None or not text.lstrip("-").isdigit():
        return Check("temperature", "na", "this computer does not say")
    degrees_c = int(text) / 1000.0
    seen = f"{degrees_c:.0f} C"
    if degrees_c >= WARM_C:
        state: State = "fail" if degrees_c >= HOT_C else "warn"
        return Check("temperature", state, seen, "Cool the board: the loop comes late.")
    return Check("temperature", "ok", seen)


def _kernel_pwm(machine: Machine) -> Check:
    remedy = "Add dtoverlay=pwm-2chan to /boot/firmware/config.txt (docs/wiring.md), then restart."
    chips = sorted(machine.path("/sys/class/pwm").glob("pwmchip*"))
    if not chips:
        return Check("kernel pwm", "fail", "no /sys/class/pwm/pwmchip*", remedy)
    if not any(machine.may_write(f"/sys/class/pwm/{chip.name}/export") for chip in chips):
        remedy = "Add the user to the group `gpio`, and let udev give it the PWM (docs/wiring.md)."
        return Check("kernel pwm", "fail", f"no permission for /sys/class/pwm/{chips[0].name}/export", remedy)
    return Check("kernel pwm", "ok", ", ".join(chip.name for chip in chips))
