"""How a simulated rig is wired together."""

import pytest

from hw.registry import open_rig
from hw.settings import ReplaySignal, RigSettings
from hw.values import CellStatus, PlateGeometry
from station.clock import VirtualClock

STANDING = ReplaySignal([0.0, 10.0], [(180.0,) * 4] * 2, PlateGeometry(138.0, 293.0))


def chips(rig):
    return list(rig.load_cells._bus._chips.values())


def test_every_chip_of_every_seed_has_an_oscillator_of_its_own():
    rigs = [open_rig("replay", RigSettings(), VirtualClock(), seed=seed, replay=STANDING) for seed in (0, 1, 2)]
    rates = [chip.oscillator for rig in rigs for chip in chips(rig)]
    assert len(set(rates)) == 12
    assert all(0.9 <= rate <= 1.1 for rate in rates)


@pytest.mark.parametrize("channel", [0, 3])
def test_the_amplifiers_are_wired_to_the_input_of_the_settings_and_to_no_other(channel):
    settings = RigSettings.model_validate(
        {"load_cells": {"input_channel": channel, "addresses": (0x4B, 0x4A, 0x49, 0x48), "gain": 1}}
    )
    clock = VirtualClock()
    rig = open_rig("replay", settings, clock, replay=STANDING)
    clock.spend_ns(4_000_000)
    frame = rig.load_cells.read()
    assert frame.volts == pytest.approx(rig.calibration.zero_v, abs=0.001)
    assert set(frame.status) <= {CellStatus.OK, CellStatus.REPEATED}
    for chip in chips(rig):
        seen_v = [chip._source(clock.now_ns(), mux) for mux in range(8)]
        assert [mux for mux, volts in enumerate(seen_v) if volts > 0.1] == [4 + channel]


def test_a_verb_breaks_the_cell_of_its_number_whatever_the_addresses():
    settings = RigSettings.model_validate({"load_cells": {"addresses": (0x4B, 0x49, 0x48, 0x4A)}})
    clock = VirtualClock()
    rig = open_rig("replay", settings, clock, replay=STANDING)
    rig.faults["nack"](1)
    clock.spend_ns(4_000_000)
    status = rig.load_cells.read().status
    assert [cell for cell in range(4) if status[cell] == CellStatus.NO_ANSWER] == [1]
