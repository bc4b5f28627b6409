"""Checks: the board, its operating system, its pins and who may use them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from station.commissioning.doctor.values import Check, Machine, found
from station.settings import Settings

_SPI_PINS = {7, 8, 9, 10, 11}


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Board, system, GPIO and SPI."""
    yield _board(machine, settings.station.rig)
    yield _system(machine)
    if settings.station.rig in ("pi", "pi5"):
        yield _gpio(machine)
        yield _lgpio(machine)
        yield _pins(machine, settings)
    else:
        yield found("pins", "not-used", rig=settings.station.rig)


def _board(machine: Machine, rig: str) -> Check:
    needs_pi = rig in ("pi", "pi5")
    if not machine.is_pi:
        model = machine.model or "unknown"
        return found("board", "no-pi", model=model, rig=rig) if needs_pi else found("board", "not-needed", model=model)
    wanted = "pi5" if machine.is_pi5 else "pi"
    if needs_pi and rig != wanted:
        return found("board", "other-pi", model=machine.model, wanted=wanted)
    return found("board", "ok", model=machine.model)


def _system(machine: Machine) -> Check:
    name = machine.system.get("PRETTY_NAME", "")
    kernel = machine.read("/proc/sys/kernel/osrelease") or "unknown"
    return found("system", "ok", name=name, kernel=kernel) if name else found("system", "unnamed", kernel=kernel)


def _gpio(machine: Machine) -> Check:
    chips = machine.found("/dev", "gpiochip*")
    if not chips:
        return found("gpio", "absent")
    # The header's chip, as gpiozero looks for it: of a Pi 5 the number depends on the kernel.
    header = "/dev/gpiochip4" if machine.is_pi5 and "/dev/gpiochip4" in chips else "/dev/gpiochip0"
    names = [path.rpartition("/")[2] for path in chips]
    if header not in chips:
        return found("gpio", "other-chips", node=header, chips=names)
    if not machine.may_write(header):
        return found("gpio", "no-permission", node=header)
    return found("gpio", "ok", chips=names)


def _lgpio(machine: Machine) -> Check:
    # There Python is 3.13, for which the package index has no built one.
    unpackaged = machine.has_no_pigpio
    try:
        installed = version("lgpio")
    except PackageNotFoundError:
        return found("lgpio", "absent-unpackaged") if unpackaged else found("lgpio", "absent")
    if installed.startswith("0.0."):
        if unpackaged:
            return found("lgpio", "empty-unpackaged", version=installed)
        return found("lgpio", "empty", version=installed)
    return found("lgpio", "ok", version=installed)


def _pins(machine: Machine, settings: Settings) -> Check:
    pins = settings.rig.pins.model_dump()
    spi = sorted(f"{key} (GPIO {pin})" for key, pin in pins.items() if pin in _SPI_PINS)
    if spi and machine.found("/dev", "spidev0.*"):
        return found("pins", "spi", pins=spi)
    return found("pins", "ok", n=len(pins))
