"""The accelerometer on the plate, an ADXL345 by `adafruit_adxl34x`: the port `Accelerometer`.

The library sets the chip up and takes the samples; its FIFO, which the library does not know, is switched on here, so
that no sample of the 800 a second is missed at 250 readings. What the samples mean is the station's business.
"""

from __future__ import annotations

from adafruit_adxl34x import ADXL345, DataRate, Range
from adafruit_bus_device.i2c_device import I2CDevice

from hw.ads1115.chip import I2CBus
from hw.errors import HardwareError
from hw.settings import AccelerometerSettings
from hw.units import STANDARD_GRAVITY_M_S2

_M_S2_PER_COUNT = 0.0039 * STANDARD_GRAVITY_M_S2
"""Full resolution, whatever the range (data sheet, table 1: 3.9 mg)."""
_DEVICE_ID = 0xE5
_REGISTER_ID = b"\x00"
_REGISTER_FIFO_STATUS = b"\x39"
_STREAM = b"\x38\x80"
"""FIFO_CTL: keep the newest 32."""
_DEEPEST = 33
_MOST_A_READ = 8
"""3.2 come in a tick. After a stall the FIFO is emptied over some ticks rather than in one: each costs 0.12 ms."""


class Adxl345Accelerometer:
    """Opening raises HardwareError "accelerometer-missing". The bus is somebody else's to close."""

    def __init__(self, bus: I2CBus, settings: AccelerometerSettings) -> None:
        self._scale = settings.scale * _M_S2_PER_COUNT
        self._answer = bytearray(1)
        self._device = I2CDevice(bus, settings.address, probe=False)
        self.failures = 0
        """Readings that the bus refused."""
        where = f"I2C address 0x{settings.address:02X} (accelerometer)"
        try:
            self._sensor = ADXL345(bus, settings.address)
            identity = self._register(_REGISTER_ID)
            self._sensor.data_rate = DataRate.RATE_800_HZ
            self._sensor.range = Range.RANGE_16_G
            with self._device as device:
                device.write(_STREAM)
            kept = self._sensor.data_rate == DataRate.RATE_800_HZ and self._sensor.range == Range.RANGE_16_G
        except (ValueError, OSError) as error:  # ValueError is what I2CDevice raises where nothing answers
            raise HardwareError("accelerometer-missing", where, str(error)) from error
        if identity != _DEVICE_ID or not kept:
            detail = f"what answers is no ADXL345: its identity reads 0x{identity:02X}, not 0x{_DEVICE_ID:02X}"
            raise HardwareError("accelerometer-missing", where, detail)

    def read(self) -> tuple[float, ...]:
        """The vertical accelerations since the last call, upward and with gravity, in m/s2, oldest first.

        At most `_MOST_A_READ` of them. Empty when there are none, and when the sensor does not answer.
        """
        samples: list[float] = []
        sensor, scale = self._sensor, self._scale
        try:
            waiting = self._register(_REGISTER_FIFO_STATUS) & 0x3F
            if waiting <= _DEEPEST:
                for _ in range(min(waiting, _MOST_A_READ)):
                    samples.append(sensor.raw_z * scale)  # noqa: PERF401  # keeps what came before a failure
        except OSError:
            self.failures += 1
        return tuple(samples)

    def close(self) -> None:
        """Nothing to let go of: the bus is closed by the load cells. May be called twice."""

    def _register(self, register: bytes) -> int:
        with self._device as device:
            device.write_then_readinto(register, self._answer)
        return self._answer[0]
