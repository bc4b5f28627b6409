"""What can be set of a rig: load cells, pins, motor, the simulated person; and the signal that the rig `replay` plays.

The station reads the settings file and hands over the validated model; nothing here opens a file or a device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from hw.values import CELL_NAMES, Four, Mechanics, PlateGeometry, RigName

FULL_SCALE_V: dict[int, float] = {1: 4.096, 2: 2.048, 4: 1.024, 8: 0.512, 16: 0.256}
"""Full scale of an ADS1115 in volts by its gain (datasheet SBAS444, field PGA of the configuration)."""

FIRST_OUTPUT_PIN = 9
FIRST_INPUT_PIN = 4
LAST_PIN = 27
HARD_DISPLACEMENT_PP_MM = 6.0
"""Hard limit of the peak-to-peak displacement (docs/sources/vibration.md#envelope-row-3)."""
HARD_MAX_HZ = 40.0
"""Hard limit of the frequency (docs/sources/vibration.md#envelope-row-1)."""
MODELLED: tuple[RigName, ...] = ("simulated", "replay")
"""Rigs on which nobody stands."""
TRIED_PIGPIOD_VERSIONS = (78, 79)
"""The version that the dead-man was measured with, and the last one that was released."""
SERIAL_TX_PIN = 14

HARDWARE_PWM_PINS = (12, 13, 18, 19)
"""The pins of the 40-pin header to which the SoC can lead its two PWM channels: 12 and 18 share one, 13 and 19 the
other (pigpio, hardware_PWM).
"""

OUTPUT_PINS = (
    "lamp",
    "beacon",
    "buzzer",
    "heartbeat",
    "relay",
    "motor_pwm",
    "motor_enable",
    "motor_relay",
    "motor_heartbeat",
)
_FROZEN = ConfigDict(frozen=True, extra="forbid")

RULE = "rule:"
"""The type of a pydantic error that a rule here gives begins with this; the rest is a key that stays for ever, under
which the catalogue of texts has the words. Its context: `key`, the key of the table, and what the words name.
"""


def _broken(rule: str, key: str, **values: object) -> PydanticCustomError:
    """What a validator raises where this rule is broken at this key of its table (empty: at the table itself)."""
    # Braces would be read as placeholders of the message.
    plain = ", ".join(f"{name} {value}" for name, value in values.items()).replace("{", "").replace("}", "")
    return PydanticCustomError(f"{RULE}{rule}", f"{key or 'table'}: {rule} ({plain})", {"key": key, **values})


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
    contradictions: Literal[1, 2] = Field(
        default=2,
        description="After how many readings in a second that contradict what is known of a converter's conversions "
        "their times are learnt anew. 1 is what earlier recordings were made with, and follows a converter less well.",
    )

    @model_validator(mode="after")
    def _check(self) -> LoadCellSettings:
        chips = {"four_chips": 4, "two_chips": 2, "one_chip": 1}[self.layout]
        if len(self.addresses) != chips:
            raise _broken("chip-count", "addresses", layout=self.layout, chips=chips, given=len(self.addresses))
        for address in self.addresses:
            if not 0x48 <= address <= 0x4B:
                raise _broken("chip-address", "addresses", address=address)
        if len(set(self.addresses)) != len(self.addresses):
            raise _broken("chip-addresses-equal", "addresses")
        if self.input_channel + len(CELL_NAMES) // chips > 4:
            raise _broken("too-few-inputs", "input_channel", channel=self.input_channel, layout=self.layout)
        if self.open_below_v >= FULL_SCALE_V[self.gain]:
            raise _broken("beyond-full-scale", "open_below_v", volts=self.open_below_v, gain=self.gain)
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
    """Every pin as its BCM number of the 40-pin header. 0 to 3 belong to the I2C buses.

    `motor_*` and `tach` belong to the vibration drive, which on the rig `pi` is pigpiod alone; the rest to the panel.
    docs/wiring.md says what is behind each.

    An output must lie in 9 to 27, which the SoC pulls down at boot (0 to 8 are pulled up), and not at 14, which
    the serial console pulses at boot (docs/sources/vibration.md#pins-at-boot): a motor must not be enabled by a boot.
    """

    model_config = _FROZEN

    estop: int = Field(
        default=5,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: emergency stop, channel A, normally closed to ground; a broken wire reads as pressed.",
    )
    estop_b: int = Field(
        default=10,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: emergency stop, channel B, normally closed to 3.3 V; a broken wire reads as pressed.",
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
    lamp: int = Field(default=20, ge=0, le=LAST_PIN, description="Output: lamp, lit while the platform may vibrate.")
    beacon: int = Field(default=21, ge=0, le=LAST_PIN, description="Output: beacon, blinks the number of a fault.")
    buzzer: int = Field(default=26, ge=0, le=LAST_PIN, description="Output: buzzer.")
    heartbeat: int = Field(
        default=16,
        ge=0,
        le=LAST_PIN,
        description="Output: toggled at every tick; the one-shot behind it gates relay K1 and the motor's enable.",
    )
    relay: int = Field(
        default=27, ge=0, le=LAST_PIN, description="Output: coil of relay K1 in the motor's supply, on while armed."
    )
    relay_feedback: int = Field(
        default=7,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: mirror contact of K1, closed to ground while K1 is dropped.",
    )
    motor_relay_feedback: int = Field(
        default=8,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: mirror contact of K2, closed to ground while K2 is dropped.",
    )
    permit: int = Field(
        default=11,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: high while the heartbeat's one-shot and channel B of the emergency stop permit motion.",
    )
    motor_pwm: int = Field(
        default=18,
        ge=0,
        le=LAST_PIN,
        description="Output: PWM to the motor driver; 12, 13, 18 or 19, where the SoC makes it in hardware.",
    )
    motor_enable: int = Field(default=25, ge=0, le=LAST_PIN, description="Output: enable of the motor driver.")
    motor_relay: int = Field(
        default=24, ge=0, le=LAST_PIN, description="Output: coil of relay K2 in the motor's supply, on while armed."
    )
    motor_heartbeat: int = Field(
        default=23,
        ge=0,
        le=LAST_PIN,
        description="Output: toggled by the drive's dead-man; the second one-shot behind it gates the motor's enable.",
    )
    tach: int = Field(
        default=17,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: tach of the motor, pulses to ground from an open collector.",
    )

    @model_validator(mode="after")
    def _check(self) -> PinSettings:
        owners: dict[int, str] = {}
        for key, pin in self:
            if pin in owners:
                raise _broken("gpio-shared", "", first=owners[pin], second=key, pin=pin)
            owners[pin] = key
        for key in OUTPUT_PINS:
            pin = getattr(self, key)
            if pin < FIRST_OUTPUT_PIN or pin == SERIAL_TX_PIN:
                raise _broken("gpio-high-at-boot", key, pin=pin)
        if self.motor_pwm not in HARDWARE_PWM_PINS:
            raise _broken("gpio-without-pwm", "motor_pwm", pin=self.motor_pwm)
        return self


class DriveSettings(BaseModel):
    """The motor of the platform, its tach, and what is known of the platform's mechanics."""

    model_config = _FROZEN

    pigpiod_port: int = Field(
        default=8888, ge=1024, le=32000, description="TCP port of pigpiod, which must listen on this computer alone."
    )
    pwm_hz: int = Field(
        default=20_000,
        ge=20_000,
        le=25_000,
        description="Frequency of the PWM in Hz, above hearing; some Pi 4 make a wrong one above 23000.",
    )
    pulses_per_revolution: int = Field(
        default=2, ge=2, le=64, description="Tach pulses a revolution, which is one cycle of the vibration."
    )
    min_hz: float = Field(
        default=12.0, ge=5.0, le=35.0, description="Lowest frequency that the motor runs evenly at, in Hz."
    )
    max_hz: float = Field(
        default=HARD_MAX_HZ, ge=10.0, le=HARD_MAX_HZ, description="Highest frequency of the drive in Hz."
    )
    resonance_hz: tuple[float, float] = Field(
        default=(5.0, 12.0),
        description="Band of the platform's resonance in Hz: crossed at full torque and never stayed in.",
    )
    slew_hz_per_s: float = Field(
        default=40.0, ge=1.0, le=100.0, description="Fastest change of speed above the resonance, in Hz a second."
    )
    stop: Literal["brake", "coast"] = Field(
        default="brake",
        description="How vibration ends: `brake` shorts the motor through the driver, `coast` lets it run out. "
        "Emergency stop and dead-man always cut the enable.",
    )
    displacement_pp_mm: tuple[tuple[float, float], ...] = Field(
        default=((25.0, 0.23),),
        min_length=1,
        description="What the platform's mechanics do: pairs of Hz and peak-to-peak mm, rising in Hz; one pair for a "
        "crank, whose stroke is the same at every speed.",
    )
    displacement_tolerance: float = Field(
        default=0.1,
        ge=0.01,
        le=0.3,
        description="Part by which a demanded displacement may differ from the platform's before it is refused.",
    )
    speed_map: tuple[tuple[float, float], ...] = Field(
        default=((0.1, 2.5), (0.9, 42.5)),
        min_length=2,
        description="Feed-forward: pairs of duty (0 to 1) and the Hz that the empty platform then settles at, both "
        "rising; learned on the platform.",
    )
    spin_up_s: float = Field(
        default=0.28, ge=0.02, le=2.0, description="Time constant of the motor's run-up in s; learned with the map."
    )

    @model_validator(mode="after")
    def _check(self) -> DriveSettings:
        low_hz, high_hz = self.resonance_hz
        if not 0.0 <= low_hz <= high_hz:
            raise _broken("no-band", "resonance_hz", low=low_hz, high=high_hz)
        if not max(self.min_hz, high_hz) < self.max_hz:
            raise _broken("max-not-above", "max_hz")
        for key, pairs in (("displacement_pp_mm", self.displacement_pp_mm), ("speed_map", self.speed_map)):
            for (first, _), (second, _) in pairwise(pairs):
                if not first < second:
                    raise _broken("not-rising", key, first=first, second=second)
        if not all(hz > 0.0 and 0.0 < mm <= HARD_DISPLACEMENT_PP_MM for hz, mm in self.displacement_pp_mm):
            raise _broken("no-displacement", "displacement_pp_mm", limit_mm=HARD_DISPLACEMENT_PP_MM)
        if not all(0.0 <= duty <= 1.0 and isfinite(hz) for duty, hz in self.speed_map):
            raise _broken("no-duty", "speed_map")
        if not all(slow[1] < fast[1] for slow, fast in pairwise(self.speed_map)):
            raise _broken("speed-not-rising", "speed_map")
        return self

    def mechanics(self) -> Mechanics:
        """What the platform of this motor does."""
        least_hz = max(self.min_hz, self.resonance_hz[1])
        return Mechanics(least_hz, self.max_hz, self.slew_hz_per_s, self.displacement_pp_mm)


class SimulationSettings(BaseModel):
    """The person who stands on the simulated plate, the platform under it and the noise of its amplifiers."""

    model_config = _FROZEN

    fixed_displacement: bool = Field(
        default=False,
        description="Whether the simulated platform has the mechanics of `rig.drive`, as a real one has; otherwise "
        "any displacement can be asked of it.",
    )

    person: Literal[
        "young_adult",
        "older_adult",
        "young",
        "old",
        "stroke",
        "parkinson",
        "vestibular",
        "frail",
        "one_leg",
        "overloads",
    ] = Field(
        default="young_adult",
        description="Who stands on the simulated plate. The first two stand, and lean to places: kept figures are made "
        "with them. The others read the patient's screen and do every exercise, as people of their kind can.",
    )
    surface: Literal["firm", "foam"] = Field(
        default="firm", description="What is under their feet; the first two kinds of person stand on firm ground."
    )
    mass_kg: float = Field(default=72.0, ge=30.0, le=200.0, description="Body mass of the simulated person in kg.")
    height_m: float = Field(default=1.72, ge=1.2, le=2.2, description="Body height of the simulated person in m.")
    amplifier_noise_uv: float = Field(
        default=111.0,
        ge=0.0,
        le=1000.0,
        description="Noise of each load cell's amplifier at its output, uV rms: 111 is an INA333 at a gain of 175 "
        "behind 103 Hz. `station drill --clock virtual` takes 33, with which its kept figures were made, unless it is "
        "set.",
    )


class TriggerSettings(BaseModel):
    """The trigger output of the panel."""

    model_config = _FROZEN

    mode: Literal["off", "hold", "beat"] = Field(
        default="off",
        description="When the trigger output is high: never, for as long as a hold lasts, or for 0.1 s at each beat of "
        "one. For a certified stimulator or a metronome that is wired as docs/wiring.md says.",
    )

    pin: int = Field(
        default=9,
        ge=FIRST_OUTPUT_PIN,
        le=LAST_PIN,
        description="Its output, as a BCM number; not used while it is off.",
    )
    feedback_pin: int = Field(
        default=4,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Input: what leaves the gate behind that output, high while it is on; not used while it is off.",
    )

    @property
    def fitted(self) -> bool:
        """Whether its pins are used at all."""
        return self.mode != "off"


class PairButtonSettings(BaseModel):
    """The button on the panel that begins the pairing of a phone."""

    model_config = _FROZEN

    fitted: bool = Field(
        default=False,
        description="Whether there is one. A press shows on the patient's screen how a phone is paired; it needs the "
        "role's PIN all the same.",
    )
    pin: int = Field(
        default=12,
        ge=FIRST_INPUT_PIN,
        le=LAST_PIN,
        description="Its input, as a BCM number, pulled up; not used where none is fitted.",
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
    pins: PinSettings = Field(default=PinSettings(), description="The header's pins.")
    trigger: TriggerSettings = Field(default=TriggerSettings(), description="The trigger output of the panel.")
    pair_button: PairButtonSettings = Field(
        default=PairButtonSettings(), description="The panel's button for the pairing of a phone."
    )
    drive: DriveSettings = Field(default=DriveSettings(), description="The motor and its platform.")
    simulation: SimulationSettings = Field(
        default=SimulationSettings(), description="The person, platform and noise of the rig `simulated`."
    )

    @model_validator(mode="after")
    def _check(self) -> RigSettings:
        """The pins of what is fitted beside the rest, of trigger and pairing, that no other has."""
        owners = {pin: f"pins.{key}" for key, pin in self.pins}
        optional = {"trigger.pin": self.trigger.pin, "trigger.feedback_pin": self.trigger.feedback_pin}
        fitted = optional if self.trigger.fitted else {}
        if self.pair_button.fitted:
            fitted = {**fitted, "pair_button.pin": self.pair_button.pin}
        for name, pin in fitted.items():
            if pin in owners:
                raise _broken("gpio-shared", "", first=owners[pin], second=name, pin=pin)
            owners[pin] = name
        if self.trigger.fitted and self.trigger.pin == SERIAL_TX_PIN:
            raise _broken("gpio-high-at-boot", "trigger.pin", pin=self.trigger.pin)
        return self

    def mechanics(self, rig: str) -> Mechanics | None:
        """What fixes the displacement on the rig of this name; None where any can be asked for."""
        fixed = self.simulation.fixed_displacement if rig == "simulated" else rig in ("pi", "pi5")
        return self.drive.mechanics() if fixed else None


@dataclass(frozen=True, slots=True)
class ReplaySignal:
    """Forces of a recording, for the rig `replay`.

    `t_s` holds strictly increasing times in seconds, from any beginning; `forces_n` a row of four newtons for each;
    at least two rows. `geometry` is the recorded plate's.
    """

    t_s: Sequence[float]
    forces_n: Sequence[Four]
    geometry: PlateGeometry
