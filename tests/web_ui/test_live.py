"""Following the rings: what the newest sample, the trail and the rates are."""

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hw.values import CellStatus, Frame
from station.faults import as_json, because
from station.sensing.senses import Reading
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES, Sample, pack
from web_ui.compose import Beside, FrameHead, InCharge, _cut_off, compose
from web_ui.ends import End
from web_ui.health import Health
from web_ui.link import SharedControlLink
from web_ui.live import FRAME_POINTS, TRAIL_EVERY, Live
from web_ui.snapshot import ProcessesView, ProcessView

PERIOD_NS = 4_000_000
NOW_NS = 5_000_000_000


class Rings:
    def __init__(self, runtime):
        self.samples = RingWriter(runtime / "samples", SAMPLE_BYTES, 4096)
        self.events = RingWriter(runtime / "events", 16 * 1024, 64)
        self.seq = 0

    def write(self, count, **fields):
        for _ in range(count):
            zeros = dict.fromkeys(Sample._fields[:-1], 0)
            values = zeros | {"seq": self.seq, "t_ns": self.seq * PERIOD_NS, **fields}
            self.samples.write(pack(Sample(**values)))
            self.seq += 1

    def tell(self, kind, **data):
        self.events.write(json.dumps({"kind": kind, "t_ns": 0, "session": 1, "seq": self.seq, **data}).encode())

    def close(self):
        self.samples.close()
        self.events.close()


@pytest.fixture
def rings(runtime: Path) -> Iterator[Rings]:
    rings = Rings(runtime)
    yield rings
    rings.close()


@pytest.fixture
def live(runtime: Path) -> Iterator[Live]:
    live = Live(runtime)
    yield live
    live.close()


def test_before_control_has_ever_run(live):
    live.poll(1)
    assert live.sample is None
    assert live.recent_trail(FRAME_POINTS) == []


def test_the_newest_sample_and_a_trail_of_fifty_points_a_second(live, rings):
    rings.write(250, cop_ml_mm=1.5, cop_ap_mm=-2.25)
    live.poll(1)
    assert live.sample.seq == 249
    assert len(live.trail) == 250 // TRAIL_EVERY
    assert live.trail[-1] == (245, 1.5, -2.2)


def test_a_frame_has_the_last_points_only(live, rings):
    rings.write(500, cop_ml_mm=1.0, cop_ap_mm=1.0)
    live.poll(1)
    assert [point[0] for point in live.recent_trail(FRAME_POINTS)] == list(range(450, 500, TRAIL_EVERY))


@pytest.mark.parametrize("status", list(CellStatus))
def test_a_cell_is_usable_on_the_pages_where_control_uses_it(live, rings, status):
    rings.write(1, front_right_status=int(status))
    live.poll(1)
    well = ProcessView(ok=True, age_s=0.0)
    processes = ProcessesView(control=well, recorder=well, web=well)
    shown = compose(live, Beside(processes), InCharge("", None), FrameHead("w", 1, False), 1)
    frame = Frame(0, (0.0,) * 4, (0,) * 4, (CellStatus.OK, status, CellStatus.OK, CellStatus.OK))
    used = Reading._make([None] * len(Reading._fields))._replace(frame=frame).cells_usable
    assert [cell.usable for cell in shown.cells] == [True, used, True, True]


def test_an_empty_plate_leaves_no_trail(live, rings):
    rings.write(100, cop_ml_mm=1.0, cop_ap_mm=1.0)
    rings.write(100, cop_ml_mm=float("nan"), cop_ap_mm=float("nan"))
    live.poll(1)
    assert live.recent_trail(FRAME_POINTS) == []


def test_a_new_life_of_control_begins_a_new_trail(live, rings, runtime):
    rings.write(100, cop_ml_mm=1.0, cop_ap_mm=1.0)
    live.poll(1)
    first = live.epoch
    second = Rings(runtime)
    second.write(10, cop_ml_mm=2.0, cop_ap_mm=2.0)
    live.poll(2)
    assert live.epoch not in (0, first)
    assert [point[1] for point in live.trail] == [2.0, 2.0]
    assert live.sample.seq == 9
    second.close()


def test_the_last_sample_stays_when_control_goes(live, rings, runtime):
    rings.write(10)
    live.poll(1)
    (runtime / "samples").unlink()
    live.poll(2)
    assert live.sample.seq == 9


def test_a_file_that_is_no_ring_is_waited_out(live, runtime):
    (runtime / "samples").write_bytes(b"something else" * 1000)
    live.poll(1)
    assert live.sample is None
    rings = Rings(runtime)
    rings.write(1)
    live.poll(2)
    assert live.sample is not None
    rings.close()


def test_a_sample_of_another_release_is_passed_over(live, runtime):
    ring = RingWriter(runtime / "samples", SAMPLE_BYTES, 16)
    ring.write(b"\0" * (SAMPLE_BYTES - 8))
    live.poll(1)
    assert live.sample is None
    ring.close()


def test_rates_and_lateness(live, rings):
    rings.write(500, lateness_us=10.0)
    rings.write(1, lateness_us=900.0, repeated_samples=25)
    live.poll(rings.seq * PERIOD_NS)
    statistics = live.statistics
    assert statistics.samples_hz == pytest.approx(250.0)
    assert statistics.repeats_hz == pytest.approx(12.5, rel=0.01)
    assert (statistics.lateness_p50_us, statistics.lateness_max_us) == (10.0, 900.0)


def test_rates_of_the_past_are_not_given_as_of_now(live, rings):
    rings.write(500)
    live.poll(rings.seq * PERIOD_NS)
    assert live.statistics.samples_hz is not None
    live.poll(rings.seq * PERIOD_NS + 10_000_000_000)
    assert live.statistics.samples_hz is None


def test_the_story_of_a_session(live, rings):
    rings.tell(
        "session-started",
        patient="P01",
        document={
            "name": "d",
            "title": "D",
            "thresholds": {"foot_down": {"base_half_ml_mm": 45.0, "base_half_ap_mm": 100.0}},
        },
        prescription={"leg": "left", "hold_s": 20.0},
        plate={"spacing_ml_mm": 400, "spacing_ap_mm": 300},
    )
    rings.tell("trial-started", trial=1, foot_ml_mm=5.0, foot_ap_mm=-7.0)
    rings.tell("trial-ended", trial=1, outcome="held", hold_s=20.0)
    live.poll(1)
    story = live.story
    assert (story.patient, story.title, story.leg, story.hold_target_s) == ("P01", "D", "left", 20.0)
    assert (story.base_mm, story.foot_mm, story.plate_mm) == ((45.0, 100.0), (5.0, -7.0), (400.0, 300.0))
    assert [(trial.number, trial.outcome) for trial in story.trials] == [(1, "held")]
    assert story.outcome == ""
    rings.tell("drill-ended", outcome="completed")
    live.poll(2)
    assert live.story.outcome == "completed"
    rings.tell("session-started", patient="P02")
    live.poll(3)
    assert (live.story.patient, live.story.trials, live.story.outcome) == ("P02", [], "")


@pytest.mark.parametrize(
    ("legs", "feet", "said"),
    [("named", "tandem", "left-front"), ("named", "apart", "both"), ("prescribed", "tandem", "both")],
)
def test_a_foot_in_front_is_said_while_the_drill_runs_and_of_its_result(live, rings, legs, feet, said):
    document = {"name": "d", "title": "D", "trials": {"legs": legs}, "stance": {"feet": feet}}
    rings.tell("session-started", patient="P01", document=document, prescription={"leg": "left", "hold_s": 9.0})
    rings.tell("instruction", instruction="get-on", leg="both", trial=1)
    rings.tell("trial-ended", trial=1, outcome="held", hold_s=9.0)
    rings.write(1, session=1, t_ns=1)
    live.poll(1)
    shown = _snapshot(live, 1)
    assert (shown.leg, shown.leg_word) == ("both", said)
    assert shown.result.leg_word == ("left" if said == "both" else said)


@pytest.mark.parametrize(
    ("own", "script", "said"),
    [
        ({"version": 1}, {"what": "W", "goal": "G", "look": "L", "safe": "S", "stop": "T"}, ["G", "L", "S"]),
        ({"version": 1}, {"goal": "G", "look": 3}, ["G"]),
        ({"version": 1}, None, []),
        (None, {"goal": "G", "look": "L", "safe": "S"}, []),
    ],
)
def test_the_words_of_a_therapists_own_drill_come_with_it(live, rings, own, script, said):
    document = {"name": "d", "title": "D", "own": own, "script": script}
    rings.tell("session-started", patient="P01", document=document)
    rings.write(1, session=1, t_ns=1)
    live.poll(1)
    assert _snapshot(live, 1).script == said


@pytest.mark.parametrize("known", [True, False])
def test_nobody_is_told_how_a_turn_of_a_comparison_went_before_its_end(live, rings, known):
    """Also where the ring has lost how the session began."""
    if known:
        rings.tell("session-started", patient="P01", document={"name": "d", "trials": {"with_without": "abba"}})
    rings.tell("trial-ended", trial=1, outcome="foot-down", hold_s=3.5, blind=True)
    rings.write(10, session=1, hold_s=3.5, phase=5)
    live.poll(1)
    told = _snapshot(live, 1)
    assert (told.blind, told.result, told.hold_s) == (True, None, None)
    assert told.sway.last_10_s.mean_velocity_mm_s is None
    assert "foot-down" not in told.model_dump_json()
    rings.tell("drill-ended", outcome="completed")
    rings.write(1, session=0)
    live.poll(2)
    told = _snapshot(live, 1)
    assert not told.blind
    assert [(trial.outcome, trial.hold_s) for trial in told.result.trials] == [("foot-down", 3.5)]


def test_a_comparison_that_was_cut_off_is_told_with_its_end(live, rings):
    rings.tell("session-started", patient="P01", document={"name": "d", "trials": {"with_without": "abba"}})
    rings.tell("trial-ended", trial=1, outcome="held", hold_s=30.0, blind=True)
    live.poll(1)
    cut = _cut_off(End(1, 0.0, live.story), 2)
    assert [(trial.outcome, trial.hold_s) for trial in cut.trials] == [("held", 30.0)]


@pytest.mark.parametrize(
    "event",
    [
        b"[]",
        b'"x"',
        b"null",
        b'{"kind": 7}',
        b'{"kind": "session-started", "document": 3, "plate": []}',
        b'{"kind": "trial-ended", "trial": null, "hold_s": "long"}',
    ],
)
def test_a_strange_event_does_not_end_the_picture(live, rings, event):
    rings.events.write(event)
    rings.write(1)
    live.poll(1)
    assert live.sample is not None


def test_reading_a_frame_is_cheap(live, rings):
    """A guard against something quadratic, not a benchmark: a frame's eight samples in a hundredth of its 33 ms."""
    rings.write(1250)
    live.poll(1)
    best = []
    for _ in range(20):
        rings.write(8)
        began = time.thread_time()  # of the processor: whatever else the machine does
        live.poll(2)
        best.append(time.thread_time() - began)
    assert min(best) < 0.003


@pytest.mark.parametrize(
    ("age_ms", "shown_ms"), [(0.0, 0.0), (-0.1, 0.0), (-3.9, 0.0), (-4.1, -4.1), (3.25, 3.25), (float("nan"), None)]
)
def test_a_voltage_that_came_while_its_tick_was_read_is_not_younger_than_nothing(rings, live, age_ms, shown_ms):
    """The technician's page said "-0.1 ms". Further ahead than a tick is a clock at fault, and is to be seen."""
    rings.write(1, oldest_cell_ms=age_ms)
    live.poll(1)
    shown = _snapshot(live, 1).loop.oldest_cell_ms
    assert shown == (None if shown_ms is None else pytest.approx(shown_ms))
    assert shown is None or math.copysign(1.0, shown) == math.copysign(1.0, shown_ms)


MEASURED = ("estop_closed", "hand_switch", "foot_switch", "on_plate", "force_n", "cop_ml_mm", "cop_ap_mm")


def _snapshot(live, now_ns):
    one = ProcessView(ok=True, age_s=0.1)
    beside = Beside(ProcessesView(control=one, recorder=one, web=one))
    return compose(live, beside, InCharge("", None), FrameHead("w", 1, True), now_ns)


def test_what_was_measured_is_not_shown_as_if_it_still_were(rings, live):
    live.poll(1)
    shown = _snapshot(live, 1)
    assert (shown.arming, shown.arming_says) == ("unknown", "unknown")
    assert [getattr(shown, name) for name in MEASURED] == [None] * 7
    rings.write(1, inputs=1, force_n=600.0, t_ns=NOW_NS, stance=1)
    live.poll(NOW_NS)
    shown = _snapshot(live, NOW_NS + 2_990_000_000)
    assert (shown.estop_closed, shown.hand_switch, shown.on_plate, shown.force_n) == (True, False, True, 600.0)
    assert shown.arming_says == "disarmed"
    assert len(shown.cells) == 4
    shown = _snapshot(live, NOW_NS + 3_010_000_000)
    assert [getattr(shown, name) for name in MEASURED] == [None] * 7
    assert (shown.arming_says, shown.cells, shown.vibration.measured_hz) == ("unknown", [], None)
    assert shown.age_s == 3.01


def test_a_control_that_waits_is_no_trip_and_has_no_values_until_another_life_begins(rings, live, runtime):
    rings.tell(
        "start-fault", code="i2c-bus-missing", where="/dev/i2c-1", problems=[as_json(because("said", said="no"))]
    )
    rings.write(1, trip=44, inputs=1, force_n=600.0, t_ns=NOW_NS)
    live.poll(NOW_NS)
    assert str(live.start_fault) == "i2c-bus-missing /dev/i2c-1: said said=no"
    shown = _snapshot(live, NOW_NS)
    assert (shown.trip, shown.instruction, shown.arming_says) == (None, ["not-ready"], "not-ready")
    assert [getattr(shown, name) for name in MEASURED] == [None] * 7
    rings.close()
    rings = Rings(runtime)
    rings.write(1, inputs=1, force_n=600.0, t_ns=NOW_NS)
    live.poll(NOW_NS)
    assert live.start_fault is None
    shown = _snapshot(live, NOW_NS)
    assert (shown.estop_closed, shown.force_n, shown.arming_says) == (True, 600.0, "disarmed")
    rings.close()


def test_a_fault_of_a_newer_release_is_still_a_fault(rings, live):
    rings.tell("start-fault", code="flux-lost", where=5, problems=[])
    live.poll(1)
    assert (live.start_fault.code, live.start_fault.where) == ("internal-error", "flux-lost")


def test_a_folder_that_refuses_is_why_control_is_silent(live, tmp_path):
    link = SharedControlLink(tmp_path / "control.sock")
    missing = tmp_path / "missing"
    control = Health(missing, link).processes(live, NOW_NS).control
    assert (control.ok, control.why, control.fault, control.where) == (False, "fault", "runtime-folder", str(missing))
    control = Health(tmp_path, link).processes(live, NOW_NS).control
    assert (control.ok, control.why, control.fault) == (False, "no-answer", "")
    link.close()
