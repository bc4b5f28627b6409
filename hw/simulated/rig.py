"""The rigs `simulated` and `replay`: a world under four converters, a bus, the real drivers and a mock panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from hw.ads1115 import Ads1115LoadCells
from hw.ports import Clock, Rig
from hw.settings import ReplaySignal, RigSettings
from hw.simulated.bus import SimulatedI2C
from hw.simulated.chip import Ads1115Chip, Source
from hw.simulated.drive import SimulatedDrive
from hw.simulated.panel import open_panel
from hw.simulated.platform import Platform
from hw.simulated.replay import ReplayWorld
from hw.values import CellCalibration, PlateGeometry

_SINGLE_ENDED = 4
"""Multiplexer settings 4 to 7 are the inputs A0 to A3 against ground."""


class _World(Protocol):
    """What a rig needs of the world under its converters."""

    geometry: PlateGeometry
    calibration: CellCalibration
    platform: Platform

    def converter_v(self, cell: int, t_ns: int) -> float: ...
    def follow(self, instruction: str) -> None: ...
    def open_cell(self, cell: int, on: bool = True) -> None: ...
    def step_off(self) -> None: ...
    def fall(self) -> None: ...
    def foot_down(self, on: bool = True) -> None: ...


def open_simulated(settings: RigSettings, clock: Clock, seed: int) -> Rig:
    """A modelled person on a modelled platform; everything random comes from `seed`."""
    from hw.simulated.world import World

    world = World(seed, settings.simulation)
    return _compose("simulated", world, settings, clock, seed, lambda: False, {"dead_weight": world.dead_weight})


def open_replay(settings: RigSettings, clock: Clock, seed: int, signal: ReplaySignal) -> Rig:
    """A recording played through the simulated converters. Raises HardwareError "replay-input" for one that makes
    no sense.
    """
    world = ReplayWorld(signal, seed, clock)
    return _compose("replay", world, settings, clock, seed, world.finished)


def _compose(
    name: str,
    world: _World,
    settings: RigSettings,
    clock: Clock,
    seed: int,
    finished: Callable[[], bool],
    verbs: Mapping[str, Callable[..., None]] = MappingProxyType({}),
) -> Rig:
    drive = SimulatedDrive(world.platform, clock, lambda t_ns: world.converter_v(0, t_ns))
    wired_mux = _SINGLE_ENDED + settings.load_cells.input_channel

    def source(cell: int) -> Source:
        def volts(t_ns: int, mux: int) -> float:
            if mux != wired_mux:
                return 0.0
            drive.watch(t_ns)
            return world.converter_v(cell, t_ns)

        return volts

    addresses = settings.load_cells.addresses
    chips = [Ads1115Chip(source(cell), clock, seed=f"{seed}/chip {cell}") for cell in range(len(addresses))]
    cells = Ads1115LoadCells(SimulatedI2C(dict(zip(addresses, chips, strict=True)), clock), settings.load_cells, clock)
    panel, fingers = open_panel(settings.pins)
    return Rig(
        name=name,
        load_cells=cells,
        drive=drive,
        panel=panel,
        plate=world.geometry,
        calibration=world.calibration,
        tell=world.follow,
        faults=_verbs(world, chips, drive) | fingers | dict(verbs),
        finished=finished,
    )


def _verbs(world: _World, chips: list[Ads1115Chip], drive: SimulatedDrive) -> dict[str, Callable[..., None]]:
    """The faults of a simulated rig. All but `step_off` and `fall`, which happen, can be undone with `on=False`."""

    def nack(cell: int, on: bool = True) -> None:
        chips[cell].nack(on)

    def freeze(cell: int, on: bool = True) -> None:
        chips[cell].freeze(on)

    def saturate(cell: int, on: bool = True) -> None:
        chips[cell].saturate(on)

    def brownout(cell: int) -> None:
        chips[cell].brownout()

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
        "open_cell": world.open_cell,
        "step_off": step_off,
        "fall": fall,
        "foot_down": world.foot_down,
        "stall": drive.stall,
        "drive_fault": drive.fault,
    }
