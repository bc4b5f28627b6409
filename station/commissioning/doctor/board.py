"""Checks: the board, its operating system, its pins and who may use them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from station.commissioning.doctor.values import Check, Machine
from station.settings import Settings

_SPI_PINS = {7, 8, 9, 10, 11}


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Board, system, GPIO and SPI."""
    yield _board(machine, settings.station.rig)
    yield _system(machine)
    if settings.station.rig in ("pi", "pi5"):
        yield _gpio(machine)
        yield _lgpio()
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
    release = machine.read("/etc/os-release") or ""
    names = dict(line.split("=", 1) for line in release.splitlines() if "=" in line)
    name = names.get("PRETTY_NAME", "").strip('"')
    kernel = machine.read("/proc/sys/kernel/osrelease") or "unknown"
    if not name:
        remedy = "The station is made for Raspberry Pi OS or Debian."
        return Check("system", "warn", f"unknown, kernel {kernel}", remedy)
    return Check("system", "ok", f"{name}, kernel {kernel}")


def _gpio(machine: Machine) -> Check:
    chips = sorted(path.name for path in machine.path("/dev").glob("gpiochip*"))
    if not chips:
        return Check("gpio", "fail", "no /dev/gpiochip*", "Use a kernel with GPIO, as Raspberry Pi OS has.")
    refused = [chip for chip in chips if not machine.may_write(f"/dev/{chip}")]
    if len(refused) == len(chips):
        remedy = "Add the user to the group `gpio`: sudo usermod -aG gpio USER, then log in again."
        return Check("gpio", "fail", f"no permission for /dev/{refused[0]}", remedy)
    return Check("gpio", "ok", ", ".join(chips))


def _lgpio() -> Check:
    try:
        return Check("lgpio", "ok", version("lgpio"))
    except PackageNotFoundError:
        return Check("lgpio", "fail", "not installed", "pip install 'balance-station[pi]'")


def _pins(machine: Machine, settings: Settings) -> Check:
    pins = settings.rig.pins.model_dump()
    spi = sorted(f"{key} (GPIO {pin})" for key, pin in pins.items() if pin in _SPI_PINS)
    if spi and any(machine.path("/dev").glob("spidev0.*")):
        remedy = "Switch SPI off: sudo raspi-config nonint do_spi 1, then restart."
        return Check("pins", "fail", f"SPI is on and takes {', '.join(spi)}", remedy)
    return Check("pins", "ok", f"{len(pins)} pins, none twice, no output high at boot")
