"""Checks: the I2C bus, its speed, who may use it, and the chips on it."""

from __future__ import annotations

from collections.abc import Iterator

from hw.values import CELL_NAMES
from station.commissioning.doctor.values import Check, Machine
from station.settings import Settings

ADS1115_ADDRESSES = (0x48, 0x49, 0x4A, 0x4B)
ACCELEROMETER_ADDRESSES = (0x18, 0x19, 0x1D, 0x53)
"""LIS3DH and ADXL345, each at either of its two."""
WANTED_HZ = 400_000
"""At 100 kHz four converters take 2.7 ms of a tick of 4 ms for their frames alone
(docs/sources/hardware.md#bus-times)."""


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Bus, speed, chips."""
    if settings.station.rig not in ("pi", "pi5"):
        yield Check("i2c bus", "na", f"not used by the rig `{settings.station.rig}`")
        return
    number = settings.rig.load_cells.i2c_bus
    node = f"/dev/i2c-{number}"
    if not machine.exists(node):
        remedy = "Switch I2C on: sudo raspi-config nonint do_i2c 0, then restart."
        yield Check("i2c bus", "fail", f"no {node}", remedy)
        return
    if not machine.may_write(node):
        remedy = "Add the user to the group `i2c`: sudo usermod -aG i2c USER, then log in again."
        yield Check("i2c bus", "fail", f"no permission for {node}", remedy)
        return
    yield Check("i2c bus", "ok", node)
    yield _speed(machine, number)
    yield from _chips(machine, settings, node)


def _speed(machine: Machine, number: int) -> Check:
    path = machine.path(f"/sys/bus/i2c/devices/i2c-{number}/of_node/clock-frequency")
    try:
        speed_hz = int.from_bytes(path.read_bytes(), "big")  # a device tree's numbers are big-endian
    except OSError:
        return Check("i2c speed", "warn", "unknown", "Look for i2c_arm_baudrate in /boot/firmware/config.txt.")
    if speed_hz < WANTED_HZ:
        remedy = f"Add dtparam=i2c_arm=on,i2c_arm_baudrate={WANTED_HZ} to /boot/firmware/config.txt, then restart."
        return Check("i2c speed", "warn", f"{speed_hz} Hz", remedy)
    return Check("i2c speed", "ok", f"{speed_hz} Hz")


def _chips(machine: Machine, settings: Settings, node: str) -> Iterator[Check]:
    wanted = dict(zip(settings.rig.load_cells.addresses, CELL_NAMES, strict=True))
    try:
        found = machine.scan(machine.path(node), ADS1115_ADDRESSES + ACCELEROMETER_ADDRESSES)
    except OSError as problem:
        yield Check("converters", "fail", f"the bus cannot be read ({problem.strerror})", "Restart; check SDA and SCL.")
        return
    missing = [f"{name} (0x{address:02x})" for address, name in wanted.items() if address not in found]
    spare = [f"0x{address:02x}" for address in ADS1115_ADDRESSES if address in found and address not in wanted]
    if missing:
        instead = f"; without a cell: {', '.join(spare)}" if spare else ""
        remedy = "Check power, SDA, SCL and address jumpers (docs/wiring.md), or correct `rig.load_cells.addresses`."
        yield Check("converters", "fail", f"no answer from {', '.join(missing)}{instead}", remedy)
    else:
        yield Check("converters", "ok", ", ".join(f"0x{address:02x} {name}" for address, name in wanted.items()))
    sensors = [f"0x{address:02x}" for address in ACCELEROMETER_ADDRESSES if address in found]
    yield Check("accelerometer", "ok" if sensors else "na", ", ".join(sensors) or "none; a dose is then estimated")
