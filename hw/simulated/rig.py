"""The rigs `simulated` and `replay`: a world under four converters, a bus, the real drivers and a mock panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from hw.accelerometer import Adxl345Accelerometer
from hw.ads1115.cells import open_load_cells
from hw.ads1115.chip import SINGLE_ENDED
from hw.mechanics import displacement_pp_mm, renders
from hw.ports import Clock, Rig
from hw.screen import Shown
from hw.settings import ReplaySignal, RigSettings
from hw.simulated.adxl345 import Adxl345Chip
from hw.simulated.bus import Device, SimulatedI2C
from hw.simulated.chip import CONFIG, Ads1115Chip, Source
from hw.simulated.drive import SimulatedDrive
from hw.simulated.panel import open_panel
from hw.simulated.platform import ModelledPlatform
from hw.simulated.replay import ReplayWorld
from hw.values import CellCalibration, PlateGeometry

SLOW = 20.0
"""A conversion that takes so many times as long: 23 ms."""


class _ConverterWorld(Protocol):
    """What a rig needs of the world under its converters."""

    geometry: PlateGeometry
    calibration: CellCalibration
    platform: ModelledPlatform

    def converter_v(self, cell: int, t_ns: int) -> float: ...
    def plate_m_s2(self, t_ns: int) -> float: ...
    def follow(self, instruction: str) -> None: ...
    def look(self, shown: Shown) -> None: ...
    def shape(self, number: int, points: Sequence[tuple[float, float]]) -> None: ...
    def open_cell(self, cell: int, on: bool = True) -> None: ...
    def step_off(self) -> None: ...
    def fall(self) -> None: ...
    def foot_down(self, on: bool = True) -> None: ...
    def finished(self) -> bool: ...
    def own_verbs(self) -> Mapping[str, Callable[..., None]]: ...


def open_simulated(settings: RigSettings, clock: Clock, seed: int) -> Rig:
    """A modelled person on a modelled platform; everything random comes from `seed`."""
    from hw.simulated.world import World

    fixed = settings.simulation.fixed_displacement
    world = World(seed, settings.simulation, partial(displacement_pp_mm, settings.drive) if fixed else None)
    return _compose("simulated", world, settings, clock, seed)


def open_replay(settings: RigSettings, clock: Clock, seed: int, signal: ReplaySignal) -> Rig:
    """A recording played through the simulated converters. Raises HardwareError "replay-input" for one that makes
    no sense.
    """
    return _compose("replay", ReplayWorld(signal, seed, clock), settings, clock, seed)


def _compose(name: str, world: _ConverterWorld, settings: RigSettings, clock: Clock, seed: int) -> Rig:
    fixed = settings.mechanics(name) is not None
    panel, circuit, fingers = open_panel(
        settings.pins, clock, trigger=settings.trigger, pair_button=settings.pair_button
    )
    drive = SimulatedDrive(
        world.platform,
        clock,
        lambda t_ns: world.converter_v(0, t_ns),
        supplied=circuit.motor_supplied,
        relay=lambda on: circuit.command(1, on),
        renders=partial(renders, settings.drive) if fixed else None,
    )
    wiring = settings.load_cells.wiring()
    places = [(address, SINGLE_ENDED + channel) for address, channel in wiring]
    wired: dict[int, dict[int, int]] = {address: {} for address in settings.load_cells.addresses}
    for cell, (address, mux) in enumerate(places):
        wired[address][mux] = cell

    watch, converter_v = drive.watch, world.converter_v

    def source(address: int) -> Source:
        cell_at = wired[address].get

        def volts(t_ns: int, mux: int) -> float:
            cell = cell_at(mux)
            if cell is None:
                return 0.0
            if drive.driving:
                watch(t_ns)
            return converter_v(cell, t_ns)

        return volts

    chips = {
        address: Ads1115Chip(source(address), clock, seed=f"{seed}/chip {number}")
        for number, address in enumerate(settings.load_cells.addresses)
    }
    plate = Adxl345Chip(world.plate_m_s2, clock, seed=f"{seed}/accelerometer")
    fitted = settings.accelerometer.fitted
    devices: dict[int, Device] = {**chips, **({settings.accelerometer.address: plate} if fitted else {})}
    bus = SimulatedI2C(devices, clock)
    cells = open_load_cells(bus, settings.load_cells, clock)
    accelerometer = Adxl345Accelerometer(bus, settings.accelerometer) if fitted else None

    def tell(instruction: str) -> None:
        if instruction == "hold_switch":
            circuit.hand_held = True
        world.follow(instruction)

    verbs = _verbs(world, [chips[address] for address, _ in wiring], drive, bus)

    def swap(one: int, other: int) -> None:
        """Plug the cables of two cells over."""
        (address, mux), (other_address, other_mux) = places[one], places[other]
        wired[address][mux], wired[other_address][other_mux] = other, one
        places[one], places[other] = places[other], places[one]

    verbs["swap"] = swap
    if fitted:
        verbs |= {"accel_nack": plate.nack, "accel_freeze": plate.freeze, "accel_loosen": plate.loosen}
        verbs["accel_brownout"] = plate.brownout
    return Rig(
        name=name,
        load_cells=cells,
        drive=drive,
        panel=panel,
        plate=world.geometry,
        calibration=world.calibration,
        mechanics=settings.mechanics(name),
        tell=tell,
        look=world.look,
        shape=world.shape,
        accelerometer=accelerometer,
        interlocked=name == "simulated",  # a recording has somebody on the plate from its first row
        faults={**verbs, **fingers, **world.own_verbs()},
        finished=world.finished,
    )


def _verbs(
    world: _ConverterWorld, chips: list[Ads1115Chip], drive: SimulatedDrive, bus: SimulatedI2C
) -> dict[str, Callable[..., None]]:
    """The faults of a simulated rig, `chips` being each cell's.

    `step_off`, `fall`, `brownout`, `foreign_read` and `bus_late` happen; `twelve_bit` stays; all others can be undone
    with `on=False`.
    """

    def bus_low(on: bool = True) -> None:
        bus.stick("sda" if on else "")

    def nack(cell: int, on: bool = True) -> None:
        chips[cell].nack(on)

    def freeze(cell: int, on: bool = True) -> None:
        chips[cell].freeze(on)

    def saturate(cell: int, on: bool = True) -> None:
        chips[cell].saturate(on)

    def brownout(cell: int) -> None:
        chips[cell].brownout()

    def twelve_bit(cell: int) -> None:
        chips[cell].twelve_bit()

    def slow(cell: int, on: bool = True) -> None:
        chips[cell].slow(SLOW if on else 1.0)

    def keep_range(cell: int, on: bool = True) -> None:
        chips[cell].keep_range(on)

    def foreign_read(cell: int) -> None:
        chips[cell].look_at(CONFIG)

    def bus_late() -> None:
        bus.hold()

    def step_off(on: bool = True) -> None:
        if on:
            world.step_off()

    def fall(on: bool = True) -> None:
        if on:
            world.fall()

    return {
        "nack": nack,
        "freeze": freeze,
        "saturate": saturate,
        "brownout": brownout,
        "twelve_bit": twelve_bit,
        "slow": slow,
        "keep_range": keep_range,
        "foreign_read": foreign_read,
        "bus_late": bus_late,
        "bus_low": bus_low,
        "open_cell": world.open_cell,
        "step_off": step_off,
        "fall": fall,
        "foot_down": world.foot_down,
        "stall": drive.stall,
        "drive_fault": drive.fault,
        "creep": drive.creep,
    }
