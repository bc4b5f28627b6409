"""Checks: the I2C bus, its speed, who may use it, and the chips on it."""

from __future__ import annotations

from collections.abc import Iterator

from hw.values import CELL_NAMES
from station.commissioning.doctor.values import Check, Machine
from station.settings import Settings

ADS1115_ADDRESSES = (0x48, 0x49, 0x4A, 0x4B)
ACCELEROMETER_ADDRESSES = (0x18, 0x19, 0x1D, 0x53)
"""LIS3DH and ADXL345, each at either of its two. The station reads the ADXL345 alone."""
_ADXL345 = 0xE5
"""Its register 0, DEVID (docs/sources/hardware.md#adxl345)."""
WANTED_HZ = 400_000
"""At 100 kHz four converters take 2.7 ms of a tick of 4 ms for their frames alone
(docs/sources/hardware.md#bus-times)."""

_SILENT = "no answer from"
_CABLE = "Check its cable and its pin SDO (docs/wiring.md), or correct the table `[rig.accelerometer]`."
_FASTER = "Add dtparam=i2c_arm=on,i2c_arm_baudrate=400000 to /boot/firmware/config.txt, then restart."


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
    found = machine.raw(f"/sys/bus/i2c/devices/i2c-{number}/of_node/clock-frequency")
    if found is None or len(found) != 4:
        return Check("i2c speed", "warn", "unknown", "Look for i2c_arm_baudrate in /boot/firmware/config.txt.")
    speed_hz = int.from_bytes(found, "big")  # a device tree's numbers are big-endian
    if speed_hz < WANTED_HZ:
        return Check("i2c speed", "warn", f"{speed_hz} Hz", _FASTER)
    return Check("i2c speed", "ok", f"{speed_hz} Hz")


def _chips(machine: Machine, settings: Settings, node: str) -> Iterator[Check]:
    wanted: dict[int, list[str]] = {}
    for (address, _), name in zip(settings.rig.load_cells.wiring(), CELL_NAMES, strict=True):
        wanted.setdefault(address, []).append(name)
    try:
        found = machine.scan(machine.path(node), ADS1115_ADDRESSES + ACCELEROMETER_ADDRESSES)
    except OSError as problem:
        why = problem.strerror or problem
        yield Check("converters", "fail", f"{node}: {why}", "Restart; check SDA and SCL.")
        return
    missing = [f"{' and '.join(names)} (0x{address:02x})" for address, names in wanted.items() if address not in found]
    spare = [f"0x{address:02x}" for address in ADS1115_ADDRESSES if address in found and address not in wanted]
    if missing:
        instead = f"; without a cell: {', '.join(spare)}" if spare else ""
        remedy = "Check power, SDA, SCL and address jumpers (docs/wiring.md), or correct `rig.load_cells.addresses`."
        yield Check("converters", "fail", f"{_SILENT} {', '.join(missing)}{instead}", remedy)
    else:
        seen = ", ".join(f"0x{address:02x} {' and '.join(names)}" for address, names in wanted.items())
        yield Check("converters", "ok", seen)
    yield _accelerometer(machine, settings, node, [one for one in ACCELEROMETER_ADDRESSES if one in found])


def _accelerometer(machine: Machine, settings: Settings, node: str, found: list[int]) -> Check:
    """Whether the sensor of the settings is there, and is what the station can read."""
    address = settings.rig.accelerometer.address
    others = ", ".join(f"0x{one:02x}" for one in found if one != address)
    if not settings.rig.accelerometer.fitted:
        if not found:
            return Check("accelerometer", "na", "none; a dose is then estimated")
        seen = ", ".join(f"0x{one:02x}" for one in found)
        return Check("accelerometer", "na", f"{seen}; `rig.accelerometer.fitted`: false")
    if address not in found:
        seen = f"{_SILENT} 0x{address:02x}" + (f"; instead: {others}" if others else "")
        return Check("accelerometer", "fail", seen, _CABLE)
    try:
        identity = machine.register(machine.path(node), address, 0)
    except OSError as problem:
        seen = f"0x{address:02x}: {problem.strerror or problem}"
        return Check("accelerometer", "fail", seen, _CABLE)
    if identity != _ADXL345:
        seen = f"0x{address:02x}: DEVID 0x{identity:02x}; ADXL345: 0x{_ADXL345:02x}"
        remedy = "Fit an ADXL345, or set `rig.accelerometer.fitted` to false: the dose is then estimated."
        return Check("accelerometer", "fail", seen, remedy)
    return Check("accelerometer", "ok", f"0x{address:02x} ADXL345")
