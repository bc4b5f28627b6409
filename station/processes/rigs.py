"""Opening the rig that the settings name, with what is known of its plate; there is no fall-back to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hw.ports import Rig
from hw.registry import open_rig
from hw.settings import ReplaySignal
from station.clock import StationClock
from station.faults import InputError, because
from station.faults.boundary import as_station_errors
from station.plate.speed_maps import with_learned
from station.sensing.live_point import FIRST_LIVE_POINT
from station.settings import Settings

KEPT_NOISE_UV = 33.0
"""Of the runs that tests/golden keeps. An INA333 gives 111 (docs/load-cells.md)."""
KEPT_LIVE_POINT = FIRST_LIVE_POINT
KEPT_CONTRADICTIONS = 1


def open_named_rig(settings: Settings, clock: StationClock, input_file: Path | None) -> Rig:
    """The rig of the settings, its motor by the speed map that was learned last.

    Raises HardwareError, or InputError where the rig `replay` has nothing to play or a learned map is damaged.
    """
    replay = None
    if settings.station.rig == "replay":
        if input_file is None:
            raise InputError("replay-input", f"--rig {settings.station.rig}")
        replay = replayable(input_file)
    settings = with_learned(settings)
    return open_rig(settings.station.rig, settings.rig, clock, seed=settings.station.seed, replay=replay)


READS_THE_SCREEN = "young"
"""A kind of simulated person who does what the screen asks for, and well."""


def rehearsed(settings: Settings) -> Settings:
    """The settings as a run under the virtual clock takes them: what was kept of such runs repeats to the byte.

    Earlier releases modelled the amplifiers too quiet, freed the live point of less and lost a converter's times after
    one odd reading; what the settings name is taken as it is.
    """
    rig, control = settings.rig, settings.control
    if "amplifier_noise_uv" not in rig.simulation.model_fields_set:
        quiet = rig.simulation.model_copy(update={"amplifier_noise_uv": KEPT_NOISE_UV})
        rig = rig.model_copy(update={"simulation": quiet})
    if "contradictions" not in rig.load_cells.model_fields_set:
        earlier = rig.load_cells.model_copy(update={"contradictions": KEPT_CONTRADICTIONS})
        rig = rig.model_copy(update={"load_cells": earlier})
    if "live_point" not in control.model_fields_set:
        control = control.model_copy(update={"live_point": KEPT_LIVE_POINT})
    return settings.model_copy(update={"rig": rig, "control": control})


def with_somebody(settings: Settings, surface: str) -> Settings:
    """The settings with a simulated person who reads the screen and stands on this surface, where they name none: one
    who only stands does no test that asks for more.
    """
    simulation = settings.rig.simulation
    named = simulation.model_fields_set
    who = {"person": READS_THE_SCREEN, "surface": surface}
    chosen = simulation.model_copy(update={key: value for key, value in who.items() if key not in named})
    return settings.model_copy(update={"rig": settings.rig.model_copy(update={"simulation": chosen})})


@contextmanager
def opened_rig(settings: Settings, clock: StationClock, input_file: Path | None = None) -> Iterator[Rig]:
    """The rig of the settings, closed at the end of the block, and before what it raises leaves the block: as a
    DeviceError, or as `open_named_rig` says.
    """
    with as_station_errors(), closing(open_named_rig(settings, clock, input_file)) as rig:
        yield rig


def replayable(path: Path) -> ReplaySignal:
    """A recording as the rig `replay` plays it. Raises InputError where the file has no cells, or none that make
    sense.
    """
    from hw.values import PlateGeometry
    from station.recording.signals import load_signal

    signal = load_signal(path)
    if signal.cells_n is None or signal.geometry is None:
        raise InputError("csv-columns", str(path), because("replay-needs-cells"))
    rows = [(float(a), float(b), float(c), float(d)) for a, b, c, d in signal.cells_n]
    return ReplaySignal([float(t) for t in signal.t_s], rows, PlateGeometry(*signal.geometry))
