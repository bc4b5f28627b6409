"""Checks: the I2C bus, its speed, who may use it, and the chips on it."""

from __future__ import annotations

from collections.abc import Iterator

from hw.values import CELL_NAMES
from station.commissioning.doctor.values import Check, Machine, found, said
from station.faults import as_json, because
from station.settings import Settings

ADS1115_ADDRESSES = (0x48, 0x49, 0x4A, 0x4B)
ACCELEROMETER_ADDRESSES = (0x18, 0x19, 0x1D, 0x53)
"""LIS3DH and ADXL345, each at either of its two. The station reads the ADXL345 alone."""
_ADXL345 = 0xE5
"""Its register 0, DEVID (docs/sources/hardware.md#adxl345)."""
WANTED_HZ = 400_000
"""At 100 kHz four converters take 2.7 ms of a tick of 4 ms for their frames alone
(docs/sources/hardware.md#bus-times)."""


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Bus, speed, chips."""
    if settings.station.rig not in ("pi", "pi5"):
        yield found("i2c-bus", "not-used", rig=settings.station.rig)
        return
    number = settings.rig.load_cells.i2c_bus
    node = f"/dev/i2c-{number}"
    if not machine.exists(node):
        yield found("i2c-bus", "absent", node=node)
        return
    if not machine.may_write(node):
        yield found("i2c-bus", "no-permission", node=node)
        return
    yield found("i2c-bus", "ok", node=node)
    yield _speed(machine, number)
    yield from _chips(machine, settings, node)


def _speed(machine: Machine, number: int) -> Check:
    read = machine.raw(f"/sys/bus/i2c/devices/i2c-{number}/of_node/clock-frequency")
    if read is None or len(read) != 4:
        return found("i2c-speed", "unknown")
    speed_hz = int.from_bytes(read, "big")  # a device tree's numbers are big-endian
    return found("i2c-speed", "slow", hz=speed_hz) if speed_hz < WANTED_HZ else found("i2c-speed", "ok", hz=speed_hz)


def _chips(machine: Machine, settings: Settings, node: str) -> Iterator[Check]:
    wanted: dict[int, list[str]] = {}
    for (address, _), name in zip(settings.rig.load_cells.wiring(), CELL_NAMES, strict=True):
        wanted.setdefault(address, []).append(name)
    try:
        answering = machine.scan(machine.path(node), ADS1115_ADDRESSES + ACCELEROMETER_ADDRESSES)
    except OSError as problem:
        yield found("converters", "bus-refuses", node=node, said=said(problem))
        return
    silent = [_wired(address, cells) for address, cells in wanted.items() if address not in answering]
    spare = [_hex(address) for address in ADS1115_ADDRESSES if address in answering and address not in wanted]
    if silent and spare:
        yield found("converters", "silent-beside-spare", chips=silent, spare=spare)
    elif silent:
        yield found("converters", "silent", chips=silent)
    else:
        yield found("converters", "ok", chips=[_wired(address, cells) for address, cells in wanted.items()])
    yield _accelerometer(machine, settings, node, [one for one in ACCELEROMETER_ADDRESSES if one in answering])


def _wired(address: int, cells: list[str]) -> dict[str, object]:
    """A converter with the cells that are wired to it, to be worded."""
    return as_json(because("converter", address=_hex(address), cell=cells))


def _hex(number: int) -> str:
    return f"0x{number:02x}"


def _accelerometer(machine: Machine, settings: Settings, node: str, answering: list[int]) -> Check:
    """Whether the sensor of the settings is there, and is what the station can read."""
    number = settings.rig.accelerometer.address
    address, others = _hex(number), [_hex(one) for one in answering if one != number]
    if not settings.rig.accelerometer.fitted:
        if not answering:
            return found("accelerometer", "none")
        return found("accelerometer", "not-fitted", addresses=[_hex(one) for one in answering])
    if number not in answering:
        if others:
            return found("accelerometer", "elsewhere", address=address, others=others)
        return found("accelerometer", "silent", address=address)
    try:
        identity = machine.register(machine.path(node), number, 0)
    except OSError as problem:
        return found("accelerometer", "refuses", address=address, said=said(problem))
    if identity != _ADXL345:
        return found("accelerometer", "other-chip", address=address, identity=_hex(identity), wanted=_hex(_ADXL345))
    return found("accelerometer", "ok", address=address)
