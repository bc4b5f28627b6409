"""Checks: the board, its operating system, its pins and who may use them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from station.commissioning.doctor.values import Check, Machine
from station.settings import Settings

_SPI_PINS = {7, 8, 9, 10, 11}
_KERNEL = "Use a kernel with the header's GPIO, as Raspberry Pi OS has."


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Board, system, GPIO and SPI."""
    yield _board(machine, settings.station.rig)
    yield _system(machine)
    if settings.station.rig in ("pi", "pi5"):
        yield _gpio(machine)
        yield _lgpio(machine)
        yield _pins(machine, settings)
    else:
        yield Check("pins", "na", f"not used by the rig `{settings.station.rig}`")


def _board(machine: Machine, rig: str) -> Check:
    if not machine.is_pi:
        seen = machine.model or "not a Raspberry Pi"
        if rig in ("pi", "pi5"):
            return Check("board", "fail", seen, f"The rig `{rig}` needs a Raspberry Pi: use the rig `simulated` here.")
        return Check("board", "na", f"{seen}; the rig `{rig}` needs none")
    wanted = "pi5" if machine.is_pi5 else "pi"
    if rig in ("pi", "pi5") and rig != wanted:
        remedy = f'Set `rig = "{wanted}"` in the table `[station]` of the settings.'
        return Check("board", "fail", machine.model, remedy)
    return Check("board", "ok", machine.model)


def _system(machine: Machine) -> Check:
    name = machine.system.get("PRETTY_NAME", "")
    kernel = machine.read("/proc/sys/kernel/osrelease") or "unknown"
    if not name:
        remedy = "The station is made for Raspberry Pi OS or Debian."
        return Check("system", "warn", f"kernel {kernel}", remedy)
    return Check("system", "ok", f"{name}, kernel {kernel}")


def _gpio(machine: Machine) -> Check:
    chips = machine.found("/dev", "gpiochip*")
    if not chips:
        return Check("gpio", "fail", "no /dev/gpiochip*", _KERNEL)
    # The header's chip, as gpiozero looks for it: of a Pi 5 the number depends on the kernel.
    header = "/dev/gpiochip4" if machine.is_pi5 and "/dev/gpiochip4" in chips else "/dev/gpiochip0"
    if header not in chips:
        remedy = _KERNEL
        return Check("gpio", "fail", f"no {header}, only {_names(chips)}", remedy)
    if not machine.may_write(header):
        remedy = "Add the user to the group `gpio`: sudo usermod -aG gpio USER, then log in again."
        return Check("gpio", "fail", f"no permission for {header}", remedy)
    return Check("gpio", "ok", _names(chips))


def _names(paths: list[str]) -> str:
    return ", ".join(path.rpartition("/")[2] for path in paths)


def _lgpio(machine: Machine) -> Check:
    remedy = "pip install 'balance-station[pi]'"
    if machine.has_no_pigpio:  # there Python is 3.13, for which the package index has no built one
        remedy = (
            "sudo apt install python3-lgpio, and make the environment of the station with --system-site-packages; or "
            "sudo apt install swig liblgpio-dev python3-dev gcc, then pip install 'balance-station[pi]'."
        )
    try:
        found = version("lgpio")
    except PackageNotFoundError:
        return Check("lgpio", "fail", "not installed", remedy)
    if found.startswith("0.0."):
        return Check("lgpio", "fail", f"{found}: empty", f"pip uninstall lgpio. Then: {remedy}")
    return Check("lgpio", "ok", found)


def _pins(machine: Machine, settings: Settings) -> Check:
    pins = settings.rig.pins.model_dump()
    spi = sorted(f"{key} (GPIO {pin})" for key, pin in pins.items() if pin in _SPI_PINS)
    if spi and machine.found("/dev", "spidev0.*"):
        remedy = "Switch SPI off: sudo raspi-config nonint do_spi 1, then restart."
        return Check("pins", "fail", f"SPI is on and takes {', '.join(spi)}", remedy)
    return Check("pins", "ok", f"{len(pins)} pins")
