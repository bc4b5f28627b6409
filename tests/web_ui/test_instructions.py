"""What the patient is to do: the drill says it, and the pages put it in words, by keys of the catalogue."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.machine import begin, step, stop
from drills.prescription import Asked, prescribe
from drills.values import DrillOutcome, Instruction, Leg, Observation
from station.texts import Texts
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES, Sample, pack
from web_ui import wording
from web_ui.compose import RESULT_SHOWN_S, Beside, FrameHead, InCharge, compose
from web_ui.live import Live
from web_ui.snapshot import ProcessesView, ProcessView
from web_ui.story import Said, Story

STANDS = Observation(700.0, 3.0, -5.0, 0.0, True)
GONE = Observation(0.0, float("nan"), float("nan"), 0.0, True)
TICK_NS = 20_000_000
GET_ON = "get-on.left"
STILL = "still.left"
STARTS = "vibration-starts"
STOPS = "vibration-stops"
REST = "rest"
GET_OFF = "get-off"
WAIT, STOPPED, ENDED, FINISHED = (*wording.NO_DRILL, *wording.STOPPED, *wording.ENDED, *wording.FINISHED)
WELL = ProcessView(ok=True, age_s=0.0)


def played(document, leg, *, until_s=600.0, hand="none", end=None, **asked):
    """The events of a drill, as control publishes them: somebody stands as asked, and steps off when asked to."""
    prescription = prescribe(document, Asked(leg, **asked))
    header = {
        "kind": "session-started",
        "session": 1,
        "patient": "P01",
        "document": document.model_dump(mode="json"),
        "prescription": prescription.model_dump(mode="json"),
        "switches": {"hand": hand},
    }
    events = [header]
    state, now_ns = begin(document, prescription, 0), 0
    while not state.finished and now_ns < until_s * 1e9:
        leaves = state.instruction is Instruction.GET_OFF
        state, _, _, new = step(state, GONE if leaves else STANDS, now_ns)
        events += [{"kind": event.kind, "session": 1, "t_ns": event.t_ns, **event.data} for event in new]
        now_ns += TICK_NS
    if end is not None:
        _, new = stop(state, end, now_ns)
        events += [{"kind": event.kind, "session": 1, "t_ns": event.t_ns, **event.data} for event in new]
    return events


class Pages:
    """The snapshots of a page, by what rings hold."""

    def __init__(self, runtime: Path) -> None:
        self.live = Live(runtime)
        self._samples = RingWriter(runtime / "samples", SAMPLE_BYTES, 64)
        self._events = RingWriter(runtime / "events", 16 * 1024, 256)

    def after(self, events, *, session=1, trip=0, now_s=600.0):
        for event in events:
            self._events.write(json.dumps(event).encode())
        values = dict.fromkeys(Sample._fields[:-1], 0) | {"session": session, "trip": trip, "phase_left_s": 60.0}
        self._samples.write(pack(Sample(**values)))
        self.live.poll(0)
        processes = ProcessesView(control=WELL, recorder=WELL, web=WELL)
        return compose(self.live, Beside(processes), InCharge("", None), FrameHead("w", 1, False), round(now_s * 1e9))

    def close(self) -> None:
        self.live.close()
        self._samples.close()
        self._events.close()


@pytest.fixture
def pages(runtime: Path) -> Iterator[Pages]:
    pages = Pages(runtime)
    yield pages
    pages.close()


def sentences(pages, events):
    """What the screen says in turn, by its keys, each once until others come."""
    said = []
    for event in events:
        now = " ".join(pages.after([event]).instruction)
        if not said or said[-1] != now:
            said.append(now)
    return said


def still(title="Standing", **changes):
    """The vibrating drill as one that cannot vibrate."""
    table = load_shipped("single-leg-vibration").model_dump(mode="json")
    exercise = next(step for step in table["steps"] if step["step"] == "exercise")
    exercise["vibration"] = {"form": "none"}
    return DrillDocument.model_validate({**table, "title": title, **changes})


def test_a_drill_that_vibrates_from_the_first_step_to_the_last(pages):
    events = played(load_shipped("single-leg-vibration"), Leg.LEFT, hold_s=5, trials=2)
    trial = [GET_ON, STILL, wording.KEEP_BALANCE, STARTS, wording.STAY_IN_BOX, STOPS]
    assert sentences(pages, events) == [WAIT, *trial, REST, *trial, GET_OFF, FINISHED]


def test_without_vibration_nothing_is_said_of_shaking(pages):
    events = played(load_shipped("single-leg-vibration"), Leg.LEFT, hold_s=5, trials=1, displacement_pp_mm=0)
    assert sentences(pages, events)[1:] == [GET_ON, STILL, wording.STAY_IN_BOX, GET_OFF, FINISHED]


def test_a_drill_without_a_phase_to_settle_asks_to_get_on_and_to_get_off(pages):
    events = played(load_shipped("quiet-stance"), Leg.LEFT, hold_s=5)
    assert sentences(pages, events)[1:] == [GET_ON, wording.STAND_STILL, GET_OFF, FINISHED]
    assert "get-on.both" in sentences(pages, played(load_shipped("quiet-stance"), Leg.BOTH, hold_s=5))[1]


def test_a_drill_with_a_box_and_no_vibration_speaks_of_the_box(pages):
    assert wording.STAY_IN_BOX in sentences(pages, played(still(), Leg.LEFT, hold_s=5, trials=1))


def test_who_holds_the_switch_is_asked_to_go_on_while_the_plate_may_shake(pages):
    asked = {"hold_s": 5, "trials": 2}
    plain = sentences(pages, played(load_shipped("single-leg-vibration"), Leg.LEFT, **asked))
    said = sentences(pages, played(load_shipped("single-leg-vibration"), Leg.LEFT, hand="hold_to_run", **asked))
    lets_go = (WAIT, STOPS, REST, GET_OFF, FINISHED)
    assert said == [one if one in lets_go else f"{one} {wording.HOLD_ON}" for one in plain]
    quiet = played(load_shipped("quiet-stance"), Leg.BOTH, hand="hold_to_run", hold_s=5)
    assert not any(wording.HOLD_ON in one for one in sentences(pages, quiet))


@pytest.mark.parametrize("at_s", [1, 4, 9, 16.5, 19, 23.2, 30])
def test_a_page_that_comes_in_the_middle_says_what_the_others_say(pages, tmp_path, at_s):
    events = played(load_shipped("single-leg-vibration"), Leg.LEFT, hold_s=5, trials=2, until_s=at_s)
    (tmp_path / "late").mkdir()
    late = Pages(tmp_path / "late")
    assert " ".join(late.after(events).instruction) == sentences(pages, events)[-1]
    late.close()


def test_the_drill_is_understood_even_where_its_first_event_is_lost(pages):
    events = played(load_shipped("single-leg-vibration"), Leg.LEFT, hold_s=5, trials=2, until_s=16.5)
    assert pages.after(events[1:]).instruction == [STARTS]
    assert not pages.live.story.known
    assert pages.after([]).arming_says  # nothing of the header is needed


def test_a_trip_goes_before_all_else(pages):
    events = played(load_shipped("single-leg-vibration"), Leg.LEFT, until_s=19, end=DrillOutcome.TRIPPED)
    assert pages.after(events, trip=1).instruction == [STOPPED]
    assert pages.after([], session=0, trip=1).instruction == [STOPPED]
    assert pages.after([], session=0, now_s=20).instruction == [ENDED]


def test_who_may_carry_a_part_is_not_told_to_put_both_feet_down(pages):
    """That would put the load on the leg under the order."""
    events = played(load_shipped("single-leg-vibration"), Leg.LEFT, until_s=19, end=DrillOutcome.STOPPED)
    started = next(event for event in events if event["kind"] == "session-started")
    started["document"] = {**started["document"], "steps": [{"step": "exercise", "exercise": "load"}]}
    ended_s = events[-1]["t_ns"] / 1e9
    stopped = list(wording.STOPPED_IN_PART)
    assert pages.after(events, now_s=ended_s).instruction == stopped
    assert pages.after([], now_s=ended_s, trip=1).instruction == stopped
    assert pages.after([], session=0, now_s=ended_s + 1).instruction == stopped
    assert pages.after([], session=0, trip=1).instruction == stopped  # the emergency stop, after STOP


def test_a_stop_is_named_at_once_and_until_the_next_patient_could_read_it(pages):
    events = played(load_shipped("single-leg-vibration"), Leg.LEFT, until_s=19, end=DrillOutcome.STOPPED)
    ended_s = events[-1]["t_ns"] / 1e9
    assert pages.after(events, now_s=ended_s).instruction == [ENDED]
    assert pages.after([], session=0, now_s=ended_s + RESULT_SHOWN_S - 1).instruction == [ENDED]
    gone = pages.after([], session=0, now_s=ended_s + RESULT_SHOWN_S)
    assert (gone.instruction, gone.result.on_show) == ([WAIT], False)


def test_without_a_drill_and_without_control_the_patient_is_asked_to_wait(runtime, pages):
    assert pages.after([], session=0).instruction == [WAIT]
    live = Live(runtime / "nothing")
    processes = ProcessesView(control=WELL, recorder=WELL, web=WELL)
    assert compose(live, Beside(processes), InCharge("", None), FrameHead("w", 1, True), 0).instruction == [WAIT]


@pytest.mark.parametrize("key", [instruction.value for instruction in Instruction])
@pytest.mark.parametrize("leg", [leg.value for leg in Leg])
def test_every_instruction_has_words_that_fit_a_big_screen(key, leg):
    for before in ((), ("get_on",), ("get_on", "vibration_starts")):
        for boxed, shakes in ((True, True), (False, True), (True, False), (False, False)):
            keys = wording.instruction(Said(key, leg, 1, before), boxed=boxed, shakes=shakes, holds=False)
            held = wording.instruction(Said(key, leg, 1, before), boxed=boxed, shakes=shakes, holds=True)
            assert held in (keys, (*keys, wording.HOLD_ON))
            assert {"left": "right", "right": "left"}.get(leg, "?") not in keys[0]
            for language, most in (("en", 90), ("de", 115)):  # two lines at the size of the screen
                texts = Texts(language)
                assert all(texts.has(f"instruction.{one}") for one in held)
                said = [texts.say(f"instruction.{one}") for one in held]
                assert all(one.endswith(".") for one in said)
                assert len(" ".join(said)) <= most


def test_a_key_of_a_newer_release_says_nothing():
    assert wording.instruction(Said("hop", "left"), boxed=True, shakes=True, holds=True) == ()
    assert Story().said.key == ""


def test_only_names_and_the_sway_of_a_hold_know_phases():
    """No page says again by phases what the drill has said: elsewhere `Phase` is not even imported."""
    sources = Path(wording.__file__).parent.rglob("*.py")
    know = {path.name for path in sources if re.search(r"\bPhase\b", path.read_text(encoding="utf-8"))}
    assert know == {"wording.py", "sway.py"}
    code = Path(wording.__file__).read_text(encoding="utf-8").partition("def instruction")[2]
    assert "Phase" not in code


@pytest.mark.parametrize(("leg", "key"), [("left", "ready.left"), ("right", "ready.right"), ("both", "ready.both")])
def test_what_comes_after_a_rest_is_said_five_seconds_before(leg, key):
    """ "Lift the other foot" itself stays for 0.6 s: who is still on the plate has got on at once."""
    resting = Said(key="rest", leg=leg, trial=1)
    assert wording.soon(resting, 5.1) == ()
    assert wording.soon(resting, 5.0) == wording.soon(resting, 0.0) == (key,)
    assert wording.soon(resting, math.nan) == wording.soon(resting, math.inf) == ()
    assert wording.soon(Said(key="hold-still", leg=leg, trial=1), 1.0) == ()


@pytest.mark.parametrize(("leg", "other"), [("left", "right"), ("right", "left")])
def test_nobody_is_asked_on_to_the_plate_who_has_only_changed_legs(leg, other):
    said = Said(leg=leg)
    for trial, key, on in ((1, "get_on", "both"), (1, "stand_on_both", "both"), (1, f"stand_on_{leg}", leg)):
        said = said.then({"instruction": key, "leg": on, "trial": trial})
    assert wording.instruction(said, boxed=True, shakes=False, holds=False) == (f"still.{leg}",)
    said = said.then({"instruction": "change_legs", "leg": other, "trial": 1})
    assert wording.instruction(said, boxed=True, shakes=False, holds=False) == (f"change.{other}",)
    said = said.then({"instruction": f"stand_on_{other}", "leg": other, "trial": 2})
    assert wording.instruction(said, boxed=True, shakes=False, holds=False) == (f"still.{other}",)
