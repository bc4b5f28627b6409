"""The start-up test on the modelled wiring, with every fault injected that it is there to find."""

from collections.abc import Iterator

import pytest

from hw.interlock import Interlock, Seen, StartUpStep, step
from hw.registry import open_rig
from hw.settings import RigSettings
from hw.values import CellStatus, PanelState
from station.clock import VirtualClock
from station.texts import Texts
from station.texts.faults import fault_words

TICK_NS = 4_000_000


class Bench:
    """The procedure over the ports of a simulated rig, a tick every 4 ms, without a station."""

    def __init__(self):
        self.clock = VirtualClock()
        self.rig = open_rig("simulated", RigSettings(), self.clock, seed=7)
        self.state = Interlock()
        self.steps = []
        self.both = 0
        self.armed = False

    def tick(self):
        rig, clock = self.rig, self.clock
        clock.sleep_until_ns((clock.now_ns() // TICK_NS + 1) * TICK_NS)
        frame = rig.load_cells.read()
        zero_v, span, _ = rig.calibration
        forces = tuple((v - z) * s for v, z, s in zip(frame.volts, zero_v, span, strict=True))
        panel = rig.panel.read()
        self.both += panel.relays == (True, True)
        measured_hz = rig.drive.feedback().measured_hz
        self.state = step(self.state, Seen(clock.now_ns(), panel, frame.volts, forces, frame.status, measured_hz))
        one, two = self.state.relays
        rig.panel.power(one)
        if two and not self.armed:
            rig.drive.arm()
        if not two and self.armed:
            rig.drive.stop()
        self.armed = two
        rig.drive.apply(0.0, 0.0)
        if self.state.beat:
            rig.panel.heartbeat()
        if self.state.step not in self.steps:
            self.steps.append(self.state.step)

    def run(self, most_s=3.0):
        """Until it is done, or for this long. Returns the fault."""
        end_ns = self.clock.now_ns() + round(most_s * 1e9)
        while not self.state.done and self.clock.now_ns() < end_ns:
            self.tick()
        return self.state.fault


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.rig.close()


def test_a_rig_that_is_well_passes_in_order_in_a_second_and_nothing_moves(bench):
    begin_ns = bench.clock.now_ns()
    assert bench.run() == ""
    assert bench.steps == [*StartUpStep][: StartUpStep.PASSED + 1]
    assert bench.clock.now_ns() - begin_ns < 1_100_000_000
    assert bench.both == 0, "the motor never has its supply"
    assert bench.rig.panel.read().relays == (False, False)
    assert bench.rig.drive.feedback().measured_hz == 0.0


FAULTS = [
    ("weld_relay", (0,), "relay-welded", "K1", StartUpStep.REST),
    ("weld_relay", (1,), "relay-welded", "K2", StartUpStep.REST),
    ("kill_relay", (0,), "relay-dead", "K1", StartUpStep.PULL_1),
    ("kill_relay", (1,), "relay-dead", "K2", StartUpStep.PULL_2),
    ("cut_feedback", (0,), "relay-welded", "K1", StartUpStep.REST),
    ("cut_feedback", (1,), "relay-welded", "K2", StartUpStep.REST),
    ("short_feedback", (0,), "relay-dead", "K1", StartUpStep.PULL_1),
    ("short_feedback", (1,), "relay-dead", "K2", StartUpStep.PULL_2),
    ("stick_one_shot", (), "heartbeat-stuck", "permit", StartUpStep.WITHHOLD),
    ("kill_one_shot", (), "heartbeat-dead", "permit", StartUpStep.REST),
    ("creep", (), "plate-moves", "tach", StartUpStep.REST),
    ("nack", (2,), "cell-dead", "back_right status=no_answer", StartUpStep.BACK),
    ("freeze", (1,), "cell-dead", "front_right", StartUpStep.BACK),
    ("saturate", (0,), "cell-dead", "front_left status=saturated", StartUpStep.BACK),
    ("open_cell", (3,), "cell-dead", "back_left status=open", StartUpStep.BACK),
]


@pytest.mark.parametrize(("verb", "arguments", "fault", "where", "at"), FAULTS, ids=[f"{f[0]}{f[1]}" for f in FAULTS])
def test_a_defect_is_found_named_and_locks(bench, verb, arguments, fault, where, at):
    bench.rig.faults[verb](*arguments)
    assert bench.run() == fault
    assert where in str(bench.state.finding)
    assert bench.steps[-2] is at
    assert not fault_words(Texts(), fault).remedy.startswith("fault."), "the person is told what to do"
    failed = bench.state
    bench.rig.faults[verb](*arguments, False)
    for _ in range(500):
        bench.tick()
    assert bench.state == failed, "repairing it does not unlock: the test has to pass from its beginning"
    assert not bench.rig.panel.read().permitted, "without its heartbeat the one-shot locks too"
    assert bench.rig.panel.read().relays == (False, False)


@pytest.mark.parametrize(("relay", "at"), [(0, StartUpStep.PULL_1), (1, StartUpStep.PULL_2)])
def test_a_relay_that_welds_when_it_is_first_pulled_is_found_when_it_is_dropped(bench, relay, at):
    while bench.state.step is not at:
        bench.tick()
    for _ in range(5):
        bench.tick()
    bench.rig.faults["weld_relay"](relay)
    assert bench.run() == "relay-welded"
    assert bench.steps[-2] == at + 1


def test_relays_with_swapped_wires_are_found(bench):
    panel = bench.rig.panel
    panel._dropped_1, panel._dropped_2 = panel._dropped_2, panel._dropped_1
    assert bench.run() == "relay-crossed"


def test_motion_that_begins_in_the_middle_is_found(bench):
    while bench.state.step is not StartUpStep.DROP_1:
        bench.tick()
    bench.rig.faults["creep"]()
    assert bench.run() == "plate-moves"


def test_a_pressed_emergency_stop_is_waited_for(bench):
    bench.rig.faults["estop"]()
    assert bench.run() == ""
    assert (bench.state.step, bench.state.waits) == (StartUpStep.REST, "estop-open")
    bench.rig.faults["estop"](False)
    assert bench.run() == ""
    assert bench.state.step is StartUpStep.PASSED


@pytest.mark.parametrize("at", [StartUpStep.PULL_1, StartUpStep.DROP_2, StartUpStep.WITHHOLD, StartUpStep.BACK])
def test_an_emergency_stop_in_the_middle_begins_it_again(bench, at):
    while bench.state.step is not at:
        bench.tick()
    bench.rig.faults["estop"]()
    bench.tick()
    bench.tick()
    assert (bench.state.step, bench.state.relays, bench.state.waits) == (StartUpStep.REST, (False, False), "estop-open")
    bench.rig.faults["estop"](False)
    assert bench.run() == ""
    assert bench.state.step is StartUpStep.PASSED


@pytest.mark.parametrize("channel", [0, 1])
def test_one_cut_channel_is_named_and_never_passes(bench, channel):
    bench.rig.faults["cut_estop"](channel)
    bench.run()
    assert bench.state.contacts.fault == bench.state.waits == "estop-discrepancy"
    assert f"channel={'AB'[channel]}" in str(bench.state.contacts.finding)


@pytest.mark.parametrize("channel", [0, 1])
def test_one_shorted_channel_is_named_at_the_first_press_and_a_good_press_clears_it(bench, channel):
    bench.rig.faults["short_estop"](channel)
    for _ in range(10):
        bench.tick()
    bench.rig.faults["estop"]()
    bench.run(0.2)
    assert bench.state.contacts.fault == "estop-discrepancy"
    bench.rig.faults["estop"](False)
    bench.run()
    assert bench.state.step is StartUpStep.REST, "released again, it still is not trusted"
    bench.rig.faults["short_estop"](channel, False)
    bench.rig.faults["estop"]()
    bench.run(0.1)
    bench.rig.faults["estop"](False)
    assert bench.run() == ""
    assert bench.state.step is StartUpStep.PASSED


def test_somebody_on_the_plate_is_waited_for(bench):
    bench.rig.tell("stand_on_both")
    bench.run(8.0)
    for at in (StartUpStep.REST, StartUpStep.REST):
        bench.state = Interlock()
        bench.run(1.0)
        assert (bench.state.step, bench.state.waits) == (at, "plate-not-empty")
    bench.rig.faults["step_off"]()
    assert bench.run(20.0) == ""
    assert bench.state.step is StartUpStep.PASSED


# --- sensors, by what is seen alone ------------------------------------------------------------------------------

OK = (CellStatus.OK,) * 4
AT_REST = PanelState(True, False, False, (True, True), (False, False), True)


def through(look):
    """The state at the end of a rig whose contacts are well; `look(tick)` gives volts, forces and acceleration."""
    state, t_ns, permit = Interlock(), 0, True
    for tick in range(400):
        t_ns += TICK_NS
        relays, permit = state.relays, state.beat
        volts, forces_n, block = look(tick)
        panel = AT_REST._replace(relays=relays, permitted=permit)
        state = step(state, Seen(t_ns, panel, volts, forces_n, OK, 0.0, block))
    return state.fault, str(state.finding or "")


def lively(tick):
    return tuple(0.25 + 0.01 * cell + 1e-4 * ((tick * (cell + 3)) % 7) for cell in range(4))


def test_what_lives_passes():
    assert through(lambda tick: (lively(tick), (1.0, -2.0, 29.9, 0.0), None)) == ("", "")
    assert through(lambda tick: (lively(tick), (0.0,) * 4, (0.01 * (tick % 3), 0.0))) == ("", "")


@pytest.mark.parametrize("cell", range(4))
def test_a_cell_whose_voltage_never_changes_is_dead(cell):
    def look(tick):
        volts = list(lively(tick))
        volts[cell] = 0.26
        return tuple(volts), (0.0,) * 4, None

    fault, where = through(look)
    assert fault == "cell-dead"
    assert "cell-constant" in where


def test_two_cells_with_the_same_voltages_are_named():
    def look(tick):
        one, two, three, _ = lively(tick)
        return (one, two, three, two), (0.0,) * 4, None

    assert through(look) == ("cells-identical", "cells-equal cell=front_right,back_left")


@pytest.mark.parametrize("off_n", [-31.0, 31.0, float("nan")])
def test_a_zero_that_is_off_names_its_cell(off_n):
    fault, where = through(lambda tick: (lively(tick), (0.0, 0.0, off_n, 0.0), None))
    assert fault == "cell-zero"
    assert where.startswith("cell-loaded cell=back_right")


@pytest.mark.parametrize(
    ("block", "fault"),
    [((), "accelerometer-dead"), ((9.8, 9.8), "accelerometer-dead"), ((9.0, 10.2), "plate-moves")],
)
def test_an_accelerometer_that_is_silent_stuck_or_shaken(block, fault):
    assert through(lambda tick: (lively(tick), (0.0,) * 4, block))[0] == fault
