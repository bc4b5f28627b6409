"""The rigs `pi` and `pi5`: load cells on the I2C bus, panel and drive on the header's pins of a Raspberry Pi.

Every precondition is looked at before a library is, because what the libraries say where something is missing does
not tell a technician what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from typing import NamedTuple

from adafruit_blinka import Lockable
from adafruit_blinka.microcontroller.generic_linux.i2c import I2C

from hw.accelerometer import Adxl345Accelerometer
from hw.ads1115.cells import open_load_cells
from hw.ads1115.chip import I2CBus
from hw.errors import HardwareError, saw, seen_in
from hw.panel import GpiozeroPanel
from hw.pins import PinLibrary, open_lgpio
from hw.ports import Clock, Rig, VibrationDrive
from hw.settings import RigSettings
from hw.values import IDENTITY_MATRIX, CellCalibration, PlateGeometry

NOMINAL_PLATE = PlateGeometry(spacing_ml_mm=300.0, spacing_ap_mm=400.0)
NOMINAL_CALIBRATION = CellCalibration(zero_v=(0.25,) * 4, span_n_per_v=(1.0 / 1.75e-3,) * 4, matrix=IDENTITY_MATRIX)
"""Cells of 1000 N and 2 mV/V on 5 V, amplified 175 times above an offset of 0.25 V: as designed, not as measured."""

_I2C_TIMEOUT = 0x0702
"""ioctl of Linux' i2c-dev (uapi/linux/i2c-dev.h): how long a transaction may take, in units of 10 ms."""


class LinuxI2C(Lockable, I2C):  # type: ignore[misc]  # Blinka has no types
    """Blinka's bus of Linux by its number, with the lock of `busio.I2C`.

    `busio.I2C` itself finds its bus by `board`, which knows one bus by its pins and must first recognise the
    computer; the number in the settings says it all.
    """

    def deinit(self) -> None:
        """Let go of the bus. May be called twice."""
        self._i2c_bus.close()


class Openers(NamedTuple):
    """What opens the devices of the computer."""

    bus: Callable[[int], I2CBus] = LinuxI2C
    """The I2C bus of this number. Raises OSError or RuntimeError."""
    pins: Callable[[], PinLibrary] = open_lgpio
    drive: Callable[[], VibrationDrive] | None = None
    """None opens the drive that the name of the rig says."""


_OPENERS = Openers()


def open_pi(
    name: str, settings: RigSettings, clock: Clock, *, dev: Path = Path("/dev"), openers: Openers = _OPENERS
) -> Rig:
    """The rig of this computer. What was opened is closed again when something later fails.

    `dev` is where the device nodes are. Raises HardwareError "i2c-bus-missing", "i2c-permission", "chip-no-answer",
    "chip-address-clash", "accelerometer-missing", "gpio-missing", or one of `hw.pigpio.drive.open_pigpio_drive` and
    `hw.pi5.drive.open_pi5_drive`.
    """
    number = settings.load_cells.i2c_bus
    _check_bus(dev / f"i2c-{number}")
    _check_pins(dev)
    try:
        bus = openers.bus(number)
    except (OSError, RuntimeError) as error:  # Blinka turns FileNotFoundError into RuntimeError
        raise HardwareError("i2c-bus-missing", str(dev / f"i2c-{number}"), seen_in(error)) from error
    try:
        cells = open_load_cells(bus, settings.load_cells, clock)
        fitted = settings.accelerometer.fitted
        accelerometer = Adxl345Accelerometer(bus, settings.accelerometer) if fitted else None
        library = openers.pins()
        panel = GpiozeroPanel(settings.pins, library, trigger=settings.trigger, pair_button=settings.pair_button)
    except HardwareError:
        bus.deinit()
        raise
    try:
        drive = openers.drive() if openers.drive is not None else _open_drive(name, settings, clock, dev, library)
    except HardwareError:
        panel.close()
        bus.deinit()
        raise
    return Rig(
        name=name,
        load_cells=cells,
        drive=drive,
        panel=panel,
        plate=NOMINAL_PLATE,
        calibration=NOMINAL_CALIBRATION,
        mechanics=settings.mechanics(name),
        accelerometer=accelerometer,
        interlocked=True,
    )


def _open_drive(name: str, settings: RigSettings, clock: Clock, dev: Path, library: PinLibrary) -> VibrationDrive:
    """The motor: by pigpiod, or on a Pi 5, where that does not run, by the kernel's PWM.

    After the panel, whose pull-up the emergency stop's loop needs.
    """
    if name == "pi5":
        from hw.pi5.drive import open_pi5_drive

        return open_pi5_drive(settings.pins, settings.drive, clock, library)
    from hw.pigpio.drive import open_pigpio_drive

    return open_pigpio_drive(settings.pins, settings.drive, clock, chip=dev / "gpiochip0")


def _check_bus(node: Path) -> None:
    """That the bus is there, may be used and is one; and that a transaction on it ends within 10 ms.

    The kernel's own limit is a second for each transaction: with a line held low one tick would take four.
    """
    if not node.exists():
        raise HardwareError("i2c-bus-missing", str(node), saw("no-such-device"))
    try:
        with node.open("r+b", buffering=0) as device:
            ioctl(device, _I2C_TIMEOUT, 1)
    except PermissionError as error:
        raise HardwareError("i2c-permission", str(node), saw("not-in-group", group="i2c")) from error
    except OSError as error:
        raise HardwareError(
            "i2c-bus-missing", str(node), saw("no-i2c-bus", said=error.strerror or str(error))
        ) from error


def _check_pins(dev: Path) -> None:
    if not any(dev.glob("gpiochip*")):
        raise HardwareError("gpio-missing", str(dev / "gpiochip0"), saw("no-such-device"))
