"""The accelerometer on the plate, an ADXL345 by `adafruit_adxl34x`: the port `Accelerometer`.

The library sets the chip up and takes the samples; its FIFO, which the library does not know, is switched on here, so
that no sample of the 800 a second is missed at 250 readings. A sensor that has lost its power for a moment is in
standby, with its registers as at power on: it is found by them and set up again. What the samples mean is the station's
business.
"""

from __future__ import annotations

import errno
from math import nan

from adafruit_adxl34x import ADXL345, DataRate, Range
from adafruit_bus_device.i2c_device import I2CDevice

from hw.ads1115.chip import I2CBus
from hw.ads1115.resting import BusRest
from hw.errors import HardwareError, saw, seen_in
from hw.settings import AccelerometerSettings
from hw.units import STANDARD_GRAVITY_M_S2

_M_S2_PER_COUNT = 0.0039 * STANDARD_GRAVITY_M_S2
"""Full resolution, whatever the range (data sheet, table 1: 3.9 mg)."""
_DEVICE_ID = 0xE5
_REGISTER_ID = b"\x00"
_REGISTER_RATE, _REGISTER_POWER, _REGISTER_FORMAT = b"\x2c", b"\x2d", b"\x31"
_REGISTER_FIFO = b"\x38"
"""FIFO_CTL, and after it FIFO_STATUS: both in one transaction, so that a reset shows at every reading."""
_FIFO_STREAMS = 0x80
"""In FIFO_CTL: keep the newest 32."""
_DRY_READINGS = 3
"""Without one sample, where 3.2 come in a tick: then the other registers are looked at too."""
_LOOK_READINGS = 50
"""And at every so many readings, for a sensor that is only slower than it should be."""
_DEEPEST = 33
_MOST_A_READ = 8
"""3.2 come in a tick. After a stall the FIFO is emptied over some ticks rather than in one: each costs 0.12 ms."""


class Adxl345Accelerometer:
    """Opening raises HardwareError "accelerometer-missing". The bus is somebody else's to close."""

    def __init__(self, bus: I2CBus, settings: AccelerometerSettings) -> None:
        self._scale = settings.scale * _M_S2_PER_COUNT
        self._answer = bytearray(1)
        self._fifo = bytearray(2)
        self._device = I2CDevice(bus, settings.address, probe=False)
        self._rest = BusRest()
        self._readings = self._dry = 0
        self.failures = 0
        """Readings that the bus refused."""
        self.resets = 0
        """How often it had forgotten its registers, and was set up again."""
        where = f"I2C 0x{settings.address:02X}"
        try:
            self._sensor = ADXL345(bus, settings.address)
            identity = self._register(_REGISTER_ID)
            self._sensor.data_rate = DataRate.RATE_800_HZ
            self._sensor.range = Range.RANGE_16_G
            self._write(_REGISTER_FIFO, _FIFO_STREAMS)
            kept = self._sensor.data_rate == DataRate.RATE_800_HZ and self._sensor.range == Range.RANGE_16_G
            self._kept = self._registers()
        except (ValueError, OSError) as error:  # ValueError is what I2CDevice raises where nothing answers
            raise HardwareError("accelerometer-missing", where, seen_in(error)) from error
        if identity != _DEVICE_ID or not kept:
            seen = saw("no-adxl345", identity=f"0x{identity:02X}", wanted=f"0x{_DEVICE_ID:02X}")
            raise HardwareError("accelerometer-missing", where, seen)

    def read(self) -> tuple[float, ...]:
        """The vertical accelerations since the last call, upward and with gravity, in m/s2, oldest first.

        At most `_MOST_A_READ` of them. Empty when there are none, and when the sensor does not answer. A NaN stands
        where the sensor had to be set up again: what comes after it does not follow on what came before.
        """
        samples: list[float] = []
        if not self._rest.due():
            return ()
        sensor, scale = self._sensor, self._scale
        try:
            if waiting := self._waiting():
                for _ in range(min(waiting, _MOST_A_READ)):
                    samples.append(sensor.raw_z * scale)  # noqa: PERF401  # keeps what came before a failure
            elif waiting is None:
                return (nan,) if self._set_up_again() else ()
        except OSError as error:
            self.failures += 1
            if error.errno == errno.ETIMEDOUT:
                self._rest.failed()
        return tuple(samples)

    def _waiting(self) -> int | None:
        """How many samples wait in the FIFO; None where the registers are not what was written."""
        with self._device as device:
            device.write_then_readinto(_REGISTER_FIFO, self._fifo)
        control, waiting = self._fifo[0], self._fifo[1] & 0x3F
        self._readings += 1
        self._dry = 0 if waiting else self._dry + 1
        if control != _FIFO_STREAMS:
            return None
        if (self._dry == _DRY_READINGS or self._readings % _LOOK_READINGS == 0) and self._registers() != self._kept:
            return None
        return waiting if waiting <= _DEEPEST else 0

    def _set_up_again(self) -> bool:
        """Write what was forgotten. False where it is no ADXL345 that answers, as on a line that is held low."""
        if self._register(_REGISTER_ID) != _DEVICE_ID:
            self.failures += 1
            return False
        rate, power, form = self._kept
        self._write(_REGISTER_RATE, rate)
        self._write(_REGISTER_FORMAT, form)
        self._write(_REGISTER_FIFO, _FIFO_STREAMS)
        self._write(_REGISTER_POWER, power)
        self.resets += 1
        self._dry = 0
        return True

    def close(self) -> None:
        """Nothing to let go of: the bus is closed by the load cells. May be called twice."""

    def _registers(self) -> tuple[int, int, int]:
        """BW_RATE, POWER_CTL and DATA_FORMAT, in one transaction."""
        answer = bytearray(6)
        with self._device as device:
            device.write_then_readinto(_REGISTER_RATE, answer)
        return answer[0], answer[1], answer[5]

    def _write(self, register: bytes, value: int) -> None:
        with self._device as device:
            device.write(register + bytes((value,)))

    def _register(self, register: bytes) -> int:
        with self._device as device:
            device.write_then_readinto(register, self._answer)
        return self._answer[0]
