"""What every rig promises at its ports. The real ones are opened on a station only."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.ports import Rig
from hw.registry import open_rig
from hw.settings import ReplaySignal, RigSettings
from hw.values import RIG_NAMES, CellStatus, PanelState, PlateGeometry
from station.clock import MonotonicClock, VirtualClock

TICK_NS = 4_000_000
REAL = ("pi", "pi5")
GOOD = {CellStatus.OK, CellStatus.REPEATED}
STANDING = ReplaySignal([row / 250 for row in range(2500)], [(180.0,) * 4] * 2500, PlateGeometry(138.0, 293.0))
VERBS_OF_A_CELL = ("nack", "freeze", "saturate", "open_cell")
VERBS = (
    "step_off",
    "fall",
    "foot_down",
    "estop",
    "stall",
    "drive_fault",
    "hand_switch",
    "foot_switch",
    "press_to_pair",
    "creep",
    "stick_one_shot",
    "kill_one_shot",
)
VERBS_OF_A_PAIR = ("cut_estop", "short_estop", "weld_relay", "kill_relay", "cut_feedback", "short_feedback")


def open_one(name, seed=5):
    clock = MonotonicClock() if name in REAL else VirtualClock()
    return open_rig(name, RigSettings(), clock, seed=seed, replay=STANDING if name == "replay" else None), clock


def frames(rig, clock, duration_s):
    """The frames of this long, one each 4 ms."""
    begin_ns = clock.now_ns()
    for tick in range(1, round(duration_s * 1e9) // TICK_NS + 1):
        clock.sleep_until_ns(begin_ns + tick * TICK_NS)
        yield rig.load_cells.read()


def run(rig, clock, duration_s, demand=None):
    """The last frame after this long, with a demand at every tick; relay and heartbeat as control keeps them."""
    seen = []
    for frame in frames(rig, clock, duration_s):
        rig.panel.power(demand is not None)
        rig.panel.heartbeat()
        if demand is not None:
            rig.drive.apply(*demand)
        seen.append(frame)
    return seen[-1]


def force_n(rig, frame):
    zero_v, span_n_per_v, matrix = rig.calibration
    raw_n = [(frame.volts[i] - zero_v[i]) * span_n_per_v[i] for i in range(4)]
    return sum(sum(matrix[i][j] * raw_n[j] for j in range(4)) for i in range(4))


@pytest.fixture(params=[pytest.param(name, marks=[pytest.mark.pi] if name in REAL else []) for name in RIG_NAMES])
def opened(request: pytest.FixtureRequest) -> Iterator[tuple[Rig, MonotonicClock | VirtualClock]]:
    rig, clock = open_one(request.param)
    yield rig, clock
    rig.close()


@pytest.fixture(params=["simulated", "replay"])
def simulated(request: pytest.FixtureRequest) -> Iterator[tuple[Rig, VirtualClock]]:
    rig, clock = open_one(request.param)
    yield rig, clock
    rig.close()


def test_what_is_known_of_the_plate_is_usable(opened):
    rig, _ = opened
    assert rig.name in RIG_NAMES
    assert min(rig.plate) > 50.0
    zero_v, span_n_per_v, matrix = rig.calibration
    assert all(math.isfinite(value) for value in (*zero_v, *span_n_per_v, *sum(matrix, ())))
    assert all(span > 0.0 for span in span_n_per_v)
    assert all(0.9 < matrix[i][i] < 1.1 for i in range(4))
    assert rig.mechanics == RigSettings().mechanics(rig.name)
    if rig.name in REAL:
        assert (rig.mechanics.min_hz, rig.mechanics.max_hz) == (rig.drive.min_hz, rig.drive.max_hz)


def test_frames_are_in_order_and_never_from_the_future(opened):
    rig, clock = opened
    seen = []
    for frame in frames(rig, clock, 1.0):
        assert all(t_ns <= clock.now_ns() for t_ns in frame.conversion_ns)
        assert len(frame.volts) == len(frame.status) == 4
        seen.append(frame)
    assert [frame.t_ns for frame in seen] == sorted({frame.t_ns for frame in seen})
    for cell in range(4):
        times = [frame.conversion_ns[cell] for frame in seen]
        assert times == sorted(times)
        assert len(set(times)) > 20
    assert all(set(frame.status) <= GOOD for frame in seen)


def test_an_empty_plate_weighs_nothing(opened):
    rig, clock = opened
    seen_n = [force_n(rig, frame) for frame in frames(rig, clock, 0.4)]
    assert abs(sum(seen_n) / len(seen_n)) < 5.0


def test_a_drive_that_is_not_armed_moves_nothing(opened):
    rig, clock = opened
    run(rig, clock, 0.4, (20.0, 1.0))
    assert rig.drive.feedback().measured_hz == 0.0
    for _ in range(3):
        rig.drive.stop()
    assert 0.0 < rig.drive.min_hz < rig.drive.max_hz <= 40.0


def test_the_panel_reads_shows_and_beats(opened):
    rig, _ = opened
    assert isinstance(rig.panel.read(), PanelState)
    for on in (True, True, False):
        rig.panel.show(lamp=on, beacon=on, buzzer=False)
        rig.panel.heartbeat()
    rig.panel.power(False)
    assert rig.panel.read().relays[0] is False


def test_closing_twice_leaves_the_safe_state(opened):
    rig, _ = opened
    rig.close()
    rig.close()
    assert not rig.panel.read().estop_closed
    rig.panel.heartbeat()
    rig.drive.stop()


@pytest.mark.pi
@pytest.mark.parametrize("name", REAL)
def test_a_real_rig_has_no_verbs_and_must_pass_its_start_up_test(name):
    rig, _ = open_one(name)
    assert rig.faults == {}
    assert rig.interlocked
    rig.close()


def test_recovering_moves_nothing(opened):
    rig, clock = opened
    rig.drive.recover()
    assert rig.drive.feedback().healthy
    run(rig, clock, 0.4, (20.0, 1.0))
    assert rig.drive.feedback().measured_hz == 0.0


def test_a_simulated_person_or_recording_stands_when_asked(simulated):
    rig, clock = simulated
    rig.tell("stand_on_left")
    assert force_n(rig, run(rig, clock, 8.0)) == pytest.approx(72.0 * 9.81, rel=0.1)


def test_an_armed_drive_runs_and_dies_when_nothing_more_is_asked(simulated):
    rig, clock = simulated
    rig.drive.arm()
    run(rig, clock, 3.0, (20.0, 1.0))
    assert rig.drive.feedback().measured_hz == pytest.approx(20.0, rel=0.05)
    run(rig, clock, 1.0)
    assert rig.drive.feedback().measured_hz == 0.0
    run(rig, clock, 3.0, (20.0, 1.0))
    rig.close()
    run(rig, clock, 1.0)
    assert rig.drive.feedback().measured_hz == 0.0


@pytest.mark.parametrize("lost", ["K1", "K2", "heartbeat", "estop"])
def test_the_motor_runs_only_with_both_relays_a_heartbeat_and_a_closed_emergency_stop(simulated, lost):
    rig, clock = simulated

    def keep(duration_s, *, without=""):
        for _ in frames(rig, clock, duration_s):
            rig.panel.power(without != "K1")
            if without != "heartbeat":
                rig.panel.heartbeat()
            rig.drive.apply(20.0, 1.0)

    rig.drive.arm()
    keep(3.0)
    assert rig.drive.feedback().measured_hz > 19.0
    if lost == "K2":
        rig.faults["kill_relay"](1)
    elif lost == "estop":
        rig.faults["estop"]()
    keep(1.2, without=lost)
    assert rig.drive.feedback().measured_hz == 0.0


def test_every_verb_breaks_what_it_says_and_can_be_undone(simulated):
    rig, clock = simulated
    assert set(rig.faults) >= {*VERBS, *VERBS_OF_A_CELL, *VERBS_OF_A_PAIR, "brownout"}
    broken = {"nack": CellStatus.NO_ANSWER, "freeze": CellStatus.STALE, "saturate": CellStatus.SATURATED}
    broken["open_cell"] = CellStatus.OPEN
    for cell in range(4):
        for verb, status in broken.items():
            rig.faults[verb](cell)
            frame = run(rig, clock, 0.4)
            assert frame.status[cell] == status, verb
            assert {frame.status[i] for i in range(4) if i != cell} <= GOOD
            rig.faults[verb](cell, False)
            assert run(rig, clock, 0.1).status[cell] in GOOD, verb
    rig.faults["estop"]()
    assert not rig.panel.read().estop_closed
    rig.faults["estop"](False)
    assert rig.panel.read().estop_closed
    for channel in (0, 1):
        rig.faults["cut_estop"](channel)
        assert rig.panel.read().estop_channels == (channel != 0, channel != 1)
        rig.faults["cut_estop"](channel, False)
        rig.faults["weld_relay"](channel)
        assert rig.panel.read().relays == (channel == 0, channel == 1)
        rig.faults["weld_relay"](channel, False)
    assert rig.panel.read().relays == (False, False)


@pytest.mark.parametrize("verb", ["step_off", "fall"])
def test_the_weight_leaves_the_plate(simulated, verb):
    rig, clock = simulated
    rig.tell("stand_on_left")
    run(rig, clock, 8.0)
    rig.faults[verb](False)
    assert force_n(rig, run(rig, clock, 0.1)) > 500.0
    rig.faults[verb]()
    assert force_n(rig, run(rig, clock, 2.0)) < 100.0


@given(
    name=st.sampled_from(["simulated", "replay"]),
    actions=st.lists(
        st.one_of(
            st.tuples(st.sampled_from(VERBS_OF_A_CELL), st.integers(0, 3), st.booleans()),
            st.tuples(st.sampled_from(VERBS), st.booleans()),
            st.tuples(st.sampled_from(VERBS_OF_A_PAIR), st.integers(0, 1), st.booleans()),
            st.tuples(st.just("brownout"), st.integers(0, 3)),
        ),
        max_size=12,
    ),
)
def test_no_fault_ever_reaches_the_loop_as_an_exception(name, actions):
    rig, clock = open_one(name)
    rig.tell("stand_on_left")
    for verb, *arguments in actions:
        rig.faults[verb](*arguments)
        for frame in frames(rig, clock, 0.02):
            rig.drive.apply(20.0, 1.0)
            rig.drive.feedback()
            rig.panel.read()
            rig.panel.heartbeat()
            assert all(math.isfinite(volts) for volts in frame.volts)
    rig.close()


def test_a_seed_gives_the_same_frames_to_the_last_bit():
    def seen(seed):
        rig, clock = open_one("simulated", seed)
        rig.tell("stand_on_right")
        rig.drive.arm()
        return [(frame, rig.drive.apply(20.0, 0.5)) for frame in frames(rig, clock, 3.0)]

    assert seen(11) == seen(11)
    assert seen(11) != seen(12)
