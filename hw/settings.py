"""What can be set of a rig: load cells, pins, the simulated person; and the signal that the rig `replay` plays.

The station reads the settings file and hands over the validated model; nothing here opens a file or a device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hw.values import CELL_NAMES, Four, PlateGeometry

FULL_SCALE_V: dict[int, float] = {1: 4.096, 2: 2.048, 4: 1.024, 8: 0.512, 16: 0.256}
"""Full scale of an ADS1115 in volts by its gain (datasheet SBAS444, field PGA of the configuration)."""

FIRST_OUTPUT_PIN = 9
FIRST_INPUT_PIN = 4
LAST_PIN = 27
SERIAL_TX_PIN = 14

_OUTPUTS = ("lamp", "beacon", "buzzer", "heartbeat")
_FROZEN = ConfigDict(frozen=True, extra="forbid")


class LoadCellSettings(BaseModel):
    """ADS1115 converters on one I2C bus: a cell each, all converting continuously, or fewer that take turns."""

    model_config = _FROZEN

    layout: Literal["four_chips", "two_chips", "one_chip"] = Field(
        default="four_chips",
        description="A converter a cell, each giving a new value at every tick; or one for the front and one for the "
        "back cells (125 new values a second of each cell); or one for all four (62). The last two are for quiet "
        "standing: vibration is aliased.",
    )
    i2c_bus: int = Field(default=1, ge=0, le=31, description="Number of the I2C bus: 1 is /dev/i2c-1.")
    addresses: tuple[int, ...] = Field(
        default=(0x48, 0x49, 0x4A, 0x4B),
        description="I2C addresses (72 to 75) of the converters of the front left, front right, back right and "
        "back left cell; of the front and the back; or of the only one.",
    )
    input_channel: Literal[0, 1, 2, 3] = Field(
        default=0,
        description="Input of each converter, 0 to 3 for A0 to A3, that its amplifier is wired to; with fewer "
        "converters than cells its first one, and the next cell's amplifier is on the next input.",
    )
    gain: Literal[1, 2, 4, 8, 16] = Field(
        default=2,
        description="Gain of the converters: 1 is +-4.096 V, 2 +-2.048 V, 4 +-1.024 V, 8 +-0.512 V, 16 +-0.256 V.",
    )
    data_rate: Literal[475, 860] = Field(
        default=860,
        description="Conversions a second of each converter. A slower one would not give a new value at every "
        "tick of 4 ms, as a converter's own clock may be 10 % slow.",
    )
    open_below_v: float = Field(
        default=0.03,
        ge=0.0,
        le=1.0,
        description="Volts under which a cell counts as unplugged. An amplifier does not go there by itself: it "
        "stands at its zero offset (about 0.25 V) on an empty plate, and at a rail with a broken bridge wire.",
    )
    saturated_above_v: float = Field(
        default=3.2,
        gt=1.0,
        le=5.0,
        description="Volts from which a cell counts as saturated: just under the amplifier's upper rail. Where the "
        "converter's range ends earlier, that counts.",
    )

    @model_validator(mode="after")
    def _check(self) -> LoadCellSettings:
        chips = {"four_chips": 4, "two_chips": 2, "one_chip": 1}[self.layout]
        if len(self.addresses) != chips:
            raise ValueError(f"addresses: layout {self.layout} has {chips} converters, not {len(self.addresses)}")
        for address in self.addresses:
            if not 0x48 <= address <= 0x4B:
                raise ValueError(f"addresses: {address} is not an address of an ADS1115 (72 to 75)")
        if len(set(self.addresses)) != len(self.addresses):
            raise ValueError("addresses: each converter needs an address of its own")
        if self.input_channel + len(CELL_NAMES) // chips > 4:
            raise ValueError(f"input_channel: from {self.input_channel} on there are too few for layout {self.layout}")
        if self.open_below_v >= FULL_SCALE_V[self.gain]:
            raise ValueError(f"open_below_v: {self.open_below_v} V is beyond the full scale at gain {self.gain}")
        return self

    def wiring(self) -> tuple[tuple[int, int], ...]:
        """Address and input (0 to 3) of each cell, in the order of `CELL_NAMES`."""
        shared = len(CELL_NAMES) // len(self.addresses)
        return tuple(
            (self.addresses[cell // shared], self.input_channel + cell % shared) for cell in range(len(CELL_NAMES))
        )


class AccelerometerSettings(BaseModel):
    """An ADXL345 on the plate, at the converters' I2C bus. It measures the dose that is otherwise estimated."""

    model_config = _FROZEN

    fitted: bool = Field(
        default=False, description="Whether there is one. Its bus must run at 400 kHz. Without it a dose is estimated."
    )
    address: Literal[0x53, 0x1D] = Field(
        default=0x53, description="I2C address: 83 with its pin SDO at ground, 29 with it at supply."
    )
    scale: float = Field(
        default=1.0,
        ge=0.8,
        le=1.25,
        description="What its values are multiplied by: 2 g over the difference of its readings upright and upside "
        "down. As delivered it is right to 10 %.",
    )


class PinSettings(BaseModel):
    """The panel's pins as BCM numbers of the 40-pin header. 0 to 3 belong to the I2C buses.

    An output must lie in 9 to 27, which the SoC pulls down at boot (0 to 8 are pulled up), and not at 14, which
    the serial console pulses at boot (vibration.md 5.3): a motor must not be enabled by a boot.
    """

    model_config = _FROZEN

    estop: int = Field(
        default=5,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: emergency-stop loop, normally closed to ground; a broken wire reads as pressed.",
    )
    hand_switch: int = Field(
        default=6,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: the patient's hand switch, closed to ground while it is held.",
    )
    foot_switch: int = Field(
        default=22,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: the foot switch, closed to ground while it is pressed.",
    )
    lamp: int = Field(
        default=20, ge=0, le=LAST_PIN, description="Output: lamp, lit while the platform may vibrate."
    )
    beacon: int = Field(
        default=21, ge=0, le=LAST_PIN, description="Output: beacon, blinks the number of a fault."
    )
    buzzer: int = Field(default=26, ge=0, le=LAST_PIN, description="Output: buzzer.")
    heartbeat: int = Field(
        default=16,
        ge=0,
        le=LAST_PIN,
        description="Output: toggled at every tick; the one-shot behind it gates the motor's enable.",
    )

    @model_validator(mode="after")
    def _check(self) -> PinSettings:
        owners: dict[int, str] = {}
        for key, pin in self:
            if pin in owners:
                raise ValueError(f"{owners[pin]} and {key} both use GPIO {pin}: give each a pin of its own")
            owners[pin] = key
        for key in _OUTPUTS:
            pin = getattr(self, key)
            if pin < FIRST_OUTPUT_PIN or pin == SERIAL_TX_PIN:
                raise ValueError(
                    f"{key}: GPIO {pin} may be high while the computer boots: use one of 9 to 27, but not 14"
                )
        return self


class SimulationSettings(BaseModel):
    """The person who stands on the simulated plate."""

    model_config = _FROZEN

    person: Literal["young_adult", "older_adult"] = Field(
        default="young_adult", description="How the simulated person sways and tires."
    )
    mass_kg: float = Field(
        default=72.0, ge=30.0, le=200.0, description="Body mass of the simulated person in kg."
    )
    height_m: float = Field(
        default=1.72, ge=1.2, le=2.2, description="Body height of the simulated person in m."
    )


class RigSettings(BaseModel):
    """Everything that can be set of a rig."""

    model_config = _FROZEN

    load_cells: LoadCellSettings = Field(
        default=LoadCellSettings(), description="The converters of the four load cells."
    )
    accelerometer: AccelerometerSettings = Field(
        default=AccelerometerSettings(), description="The accelerometer on the plate."
    )
    pins: PinSettings = Field(default=PinSettings(), description="The panel's pins.")
    simulation: SimulationSettings = Field(
        default=SimulationSettings(), description="The person on the rig `simulated`; others ignore it."
    )


@dataclass(frozen=True, slots=True)
class ReplaySignal:
    """Forces of a recording, for the rig `replay`.

    `t_s` holds strictly increasing times in seconds, from any beginning; `forces_n` a row of four newtons for each;
    at least two rows. `geometry` is the recorded plate's.
    """

    t_s: Sequence[float]
    forces_n: Sequence[Four]
    geometry: PlateGeometry
