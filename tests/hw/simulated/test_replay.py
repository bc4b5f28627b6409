"""A recording through modelled amplifiers and converters and the real driver comes out as it went in."""

import csv
import gzip
import json
import math
import statistics
from itertools import pairwise

import pytest

from hw.errors import HardwareError
from hw.registry import open_rig
from hw.settings import ReplaySignal, RigSettings
from hw.simulated.replay import LEAD_IN_S
from hw.values import PlateGeometry
from station.clock import VirtualClock

TICK_NS = 4_000_000
STANDARD_GRAVITY = 9.80665
KINVENT_PLATE = PlateGeometry(spacing_ml_mm=138.0, spacing_ap_mm=293.0)
PLATE = PlateGeometry(300.0, 400.0)


class Player:
    """A rig `replay`, its clock, and the four calibrated forces at each tick.

    With other seeds a cell that repeats itself on the empty plate is asked by its other range just when the first row
    comes: it is STALE then, and that row is not seen in it.
    """

    def __init__(self, signal, seed=3):
        self.clock = VirtualClock()
        self.rig = open_rig("replay", RigSettings(), self.clock, seed=seed, replay=signal)
        self.next_ns = self.clock.now_ns()

    def tick(self):
        self.clock.sleep_until_ns(self.next_ns)
        self.next_ns += TICK_NS
        frame = self.rig.load_cells.read()
        zero_v, span_n_per_v, _ = self.rig.calibration
        return tuple((frame.volts[i] - zero_v[i]) * span_n_per_v[i] for i in range(4))

    def ticks(self, duration_s):
        return [self.tick() for _ in range(round(duration_s * 250))]

    def to_the_end(self):
        rows = []
        while not self.rig.finished():
            rows.append(self.tick())
        return rows


def ramp(rows, rate_hz=250.0):
    """Forces that rise by 0.5 N a row."""
    return ReplaySignal(
        [row / rate_hz for row in range(rows)],
        [(100.0 + 0.5 * row, 200.0 + 0.5 * row, 150.0, 50.0) for row in range(rows)],
        PLATE,
    )


def cop(forces_n, plate):
    a, b, c, d = forces_n
    total_n = a + b + c + d
    return (b + c - a - d) / total_n * plate.spacing_ml_mm / 2, (a + b - c - d) / total_n * plate.spacing_ap_mm / 2


@pytest.mark.parametrize("name", ["sub01_EC_block0_Left", "sub01_EC_block1_Right"])
def test_a_real_single_leg_stance_keeps_the_vendors_figures(kinvent, name):
    with gzip.open(kinvent / f"{name}.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    vendor = json.loads((kinvent / f"{name}.meta.json").read_text())
    forces_n = [tuple(float(row[f"ch{i}_kg"]) * STANDARD_GRAVITY for i in range(1, 5)) for row in rows]
    player = Player(ReplaySignal([float(row["time_s"]) for row in rows], forces_n, KINVENT_PLATE), seed=7)
    player.ticks(0.02)
    player.rig.tell("stand_on_left")
    seen_n = [row for row in player.to_the_end() if sum(row) > 50.0]

    assert len(seen_n) == len(rows)
    points = [cop(row, player.rig.plate) for row in seen_n]
    path_mm = sum(math.dist(a, b) for a, b in pairwise(points))
    ml_mm, ap_mm = zip(*points, strict=True)
    variances = statistics.variance(ml_mm), statistics.variance(ap_mm)
    ellipse_mm2 = math.pi * 5.991 * math.sqrt(variances[0] * variances[1] - statistics.covariance(ml_mm, ap_mm) ** 2)
    assert path_mm == pytest.approx(float(vendor["Total Displacement (mm)"][0]), rel=0.01)
    assert ellipse_mm2 == pytest.approx(float(vendor["Ellipse Surface (mm²)"][0]), rel=0.005)
    assert statistics.mean(map(sum, seen_n)) == pytest.approx(statistics.mean(map(sum, forces_n)), rel=0.001)


def test_the_plate_is_empty_before_and_for_ever_after():
    player = Player(ramp(100))
    assert all(abs(force) < 0.3 for row in player.ticks(3.0) for force in row)
    player.rig.tell("get_on")
    lead_in = player.ticks(LEAD_IN_S)
    assert all(abs(force) < 0.3 for row in lead_in for force in row)
    assert not player.rig.finished()
    player.tick()  # a conversion that is read now may have ended before the first row
    assert sum(player.tick()) > 400.0
    player.to_the_end()
    assert player.rig.finished()
    player.rig.tell("stand_on_left")
    assert all(abs(force) < 0.3 for row in player.ticks(5.0) for force in row)
    assert player.rig.finished()


def test_each_row_is_seen_once_and_in_order():
    signal = ramp(500)
    player = Player(signal)
    player.ticks(0.1)
    player.rig.tell("stand_on_right")
    seen_n = [row for row in player.to_the_end() if sum(row) > 50.0]
    assert len(seen_n) == 500
    for row, want in zip(seen_n, signal.forces_n, strict=True):
        assert row == pytest.approx(want, abs=0.2)


@pytest.mark.parametrize("late_ns", [0, 500_000, 1_500_000, 2_500_000, 3_500_000])
def test_the_moment_of_the_instruction_within_a_tick_does_not_matter(late_ns):
    signal = ramp(200)
    player = Player(signal)
    player.ticks(0.1)
    player.clock.spend_ns(late_ns)
    player.rig.tell("stand_on_left")
    seen_n = [row for row in player.to_the_end() if sum(row) > 50.0]
    for row, want in zip(seen_n, signal.forces_n, strict=True):
        assert row == pytest.approx(want, abs=0.2)


def test_a_slow_recording_is_held_between_its_rows():
    player = Player(ramp(50, rate_hz=100.0))
    player.ticks(0.1)
    player.rig.tell("get_on")
    seen_n = [row for row in player.to_the_end() if sum(row) > 50.0]
    assert len(seen_n) == pytest.approx(125, abs=1)
    assert [round(row[0] * 2) for row in seen_n[:6]] == [200, 200, 200, 201, 201, 202]


def test_get_off_rewinds_for_the_next_drill():
    player = Player(ramp(100))
    player.rig.tell("get_on")
    player.to_the_end()
    player.rig.tell("get_off")
    assert player.rig.finished()
    player.rig.tell("stand_on_left")
    assert not player.rig.finished()
    again_n = [row for row in player.to_the_end() if sum(row) > 50.0]
    assert len(again_n) == 100
    # The converters run free: in the first row one of them may still show the empty plate.
    assert again_n[1] == pytest.approx((100.5, 200.5, 150.0, 50.0), abs=0.2)
    assert again_n[-1] == pytest.approx((149.5, 249.5, 150.0, 50.0), abs=0.2)


def test_the_same_seed_gives_the_same_volts_and_another_one_others():
    def volts(seed):
        player = Player(ramp(50), seed)
        player.rig.tell("get_on")
        return player.ticks(1.5)

    assert volts(3) == volts(3)
    assert volts(3) != volts(4)


def test_the_platform_runs_when_it_is_driven_and_leaves_the_forces_alone():
    signal = ramp(1000)
    player = Player(signal)
    player.ticks(0.1)
    player.rig.tell("get_on")
    player.rig.drive.arm()
    seen_n = []
    while not player.rig.finished():
        seen_n.append(player.tick())
        player.rig.panel.heartbeat()
        player.rig.panel.power(True)
        player.rig.drive.apply(25.0, 1.0)
    assert player.rig.drive.feedback().measured_hz == pytest.approx(25.0, rel=0.03)
    loaded = [row for row in seen_n if sum(row) > 50.0]
    assert all(row == pytest.approx(want, abs=0.2) for row, want in zip(loaded, signal.forces_n, strict=True))
    player.ticks(1.0)
    assert player.rig.drive.feedback().measured_hz == 0.0, "nobody drives it any more"


def test_verbs_take_the_weight_off():
    player = Player(ramp(2000))
    player.rig.tell("get_on")
    player.ticks(2.0)
    before_n = sum(player.tick())
    player.rig.faults["foot_down"]()
    player.tick()
    assert sum(player.tick()) == pytest.approx(before_n / 2, rel=0.02)
    player.rig.faults["foot_down"](False)
    player.tick()
    assert sum(player.tick()) == pytest.approx(before_n, rel=0.02)
    player.rig.faults["step_off"]()
    player.tick()
    assert abs(sum(player.tick())) < 1.0
    player.rig.tell("get_off")
    player.rig.tell("get_on")
    player.ticks(LEAD_IN_S + 0.1)
    assert sum(player.tick()) > 400.0, "the next playing begins whole"


@pytest.mark.parametrize(
    ("t_s", "forces_n", "message"),
    [
        ([], [], "times=0"),
        ([0.0], [(1.0,) * 4], "times=1"),
        ([0.0, 0.1], [(1.0,) * 4] * 3, "forces=3"),
        ([0.0, 0.1, 0.1], [(1.0,) * 4] * 3, "row=3"),
        ([0.0, 0.2, 0.1], [(1.0,) * 4] * 3, "row=3"),
        ([0.0, 0.1, math.nan], [(1.0,) * 4] * 3, "row=3"),
        ([0.0, 0.1, 0.2], [(1.0,) * 4, (1.0, math.inf, 1.0, 1.0), (1.0,) * 4], "row=2"),
    ],
)
def test_a_recording_that_makes_no_sense_is_refused_by_row(t_s, forces_n, message):
    with pytest.raises(HardwareError, match=message) as caught:
        Player(ReplaySignal(t_s, forces_n, PLATE))
    assert caught.value.code == "replay-input"
