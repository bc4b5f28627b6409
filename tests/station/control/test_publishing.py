"""The sample of a tick says what the tick saw, decided and did."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from station.control.counting import TickCounts
from station.control.publishing import pack_sample
from station.safety.arming import Arming
from station.safety.guard import SafetyState
from station.safety.values import Output
from station.safety.watching import Watch
from station.sensing.calibration import Calibrator
from station.sensing.senses import Reading, Senses
from station.wire.sample import unpack
from station.wire.scene import LastScene

if TYPE_CHECKING:
    from tests.station.conftest import Bench


@pytest.fixture
def reading(bench: Bench) -> Reading:
    return Senses(bench.rig, Calibrator(bench.rig.calibration), 250.0).read(bench.clock.now_ns())


def test_without_a_drill_there_is_no_session_and_no_end(reading: Reading) -> None:
    sample = unpack(pack_sample(TickCounts(), reading, None, (0.0, 0.0), SafetyState(), LastScene()))
    assert (sample.session, sample.trial, sample.trials, sample.phase, sample.hold_s) == (0, 0, 0, 0, 0.0)
    assert math.isnan(sample.phase_left_s)
    assert sample.t_ns == reading.t_ns
    assert (sample.front_left_n, sample.back_left_n) == (reading.cells_n[0], reading.cells_n[3])


def test_demand_and_output_and_trip_are_said_apart(reading: Reading) -> None:
    counts = TickCounts()
    counts.take(1_500, 0, reading.frame.status)
    safety = SafetyState(Arming.TRIPPED, "load-loss", Watch(moving_pp_mm=0.4), given=Output(20.0, 0.4))
    sample = unpack(pack_sample(counts, reading._replace(measured_hz=20.0), None, (25.0, 0.5), safety, LastScene()))
    assert (sample.demand_hz, sample.demand_pp_mm) == (25.0, 0.5)
    assert (sample.output_hz, sample.output_pp_mm) == pytest.approx((20.0, 0.4))
    assert sample.peak_acceleration_g == pytest.approx(2.0 * math.pi**2 * 400.0 * 0.0004 / 9.80665, rel=1e-6)
    assert (sample.arming, sample.trip, sample.seq, sample.lateness_us) == (2, 4, 1, 1.5)


def test_inputs_are_bits(reading: Reading) -> None:
    panel = reading.panel._replace(estop_closed=False, hand_switch=True, foot_switch=True, pair_button=True)
    sample = unpack(
        pack_sample(TickCounts(), reading._replace(panel=panel), None, (0.0, 0.0), SafetyState(), LastScene())
    )
    assert sample.inputs == 0b1110
