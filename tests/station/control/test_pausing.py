"""Pauses that are asked of control: who asked and when is told, the drill ends as ever, and safety is left alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.machine import step
from drills.prescription import Asked, prescribe
from drills.values import Leg, Phase
from station.analysis.exercised import exercised
from station.safety.arming import Arming
from tests.drills.conftest import stand
from tests.station.control.test_presence import Clinic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.station.conftest import Bench

NOTHING = "nothing-to-pause"


@pytest.fixture
def clinic(make_bench: Callable[[], Bench], tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic(make_bench(), tmp_path)
    yield clinic
    clinic.close()


def pause(clinic: Clinic, **changes: Any) -> dict[str, Any]:
    return clinic.ask(**{"type": "pause", "session": 1, "by": "phone 1", **changes})


def go_on(clinic: Clinic, **changes: Any) -> dict[str, Any]:
    return clinic.ask(**{"type": "go-on", "session": 1, "trial": 1, "by": "phone 2", **changes})


def short() -> DrillDocument:
    """The shipped drill without what these tests are not about."""
    table = load_shipped("single-leg-vibration").model_dump(mode="json")
    steps = {step["step"]: step for step in table["steps"] if step["step"] != "baseline"}
    steps["settle"]["time_s"] = 0.5
    steps["exercise"]["time"] |= {"min_s": 1.0, "default_s": 1.0}
    steps["exercise"]["vibration"] |= {"ramp_up_s": 0.5}
    return DrillDocument.model_validate({**table, "steps": list(steps.values())})


def start(clinic: Clinic, **asked: Any) -> None:
    """Two trials."""
    document = short()
    prescription = prescribe(document, Asked(Leg.LEFT, **{"trials": 2, **asked}))
    clinic.live(0.1)
    answer = clinic.ask(
        type="start",
        patient="P01",
        needs_web=True,
        needs_presence=True,
        document=document.model_dump(mode="json", by_alias=True),
        prescription=prescription.model_dump(mode="json"),
    )
    assert answer["ok"], answer


def until(clinic: Clinic, happened: Callable[[], bool]) -> None:
    """The recorder, the pages and the therapist live meanwhile."""
    for _ in range(400):
        if happened():
            return
        clinic.live(0.25, seen_every_s=0.005)
    raise AssertionError(clinic.bench.published.last)


def in_phase(clinic: Clinic, phase: Phase) -> None:
    until(clinic, lambda: clinic.bench.published.last.phase == phase)


def ahead(clinic: Clinic, phase: Phase) -> None:
    """The drill that runs is in this phase: it was stepped there by itself, and the clock did not move."""
    session, now_ns = clinic.bench.station.session, clinic.bench.clock.now_ns()
    drill, events = session.drill, ()
    while drill.phase is not phase:
        now_ns += 40_000_000
        drill, _, _, events = step(drill, stand(), now_ns)
    ahead_ns = now_ns - clinic.bench.clock.now_ns()
    drill = drill._replace(
        phase_start_ns=drill.phase_start_ns - ahead_ns,
        phase_ends_ns=None if drill.phase_ends_ns is None else drill.phase_ends_ns - ahead_ns,
        rest_since_ns=None if drill.rest_since_ns is None else drill.rest_since_ns - ahead_ns,
        scene_due_ns=None,
    )
    clinic.bench.station.move_drill(session, (drill, events))


def paused(clinic: Clinic, **asked: Any) -> None:
    """In the pause after the first of two trials."""
    start(clinic, **asked)
    assert pause(clinic)["ok"]
    ahead(clinic, Phase.PAUSE)


def hurry(clinic: Clinic) -> None:
    """The rest that goes on is nearly over."""
    session, now_ns = clinic.bench.station.session, clinic.bench.clock.now_ns()
    rest_ns = session.drill.plan.rest_ns
    session.drill = session.drill._replace(phase_start_ns=now_ns - rest_ns + 400_000_000)


def said(clinic: Clinic, kind: str) -> list[dict[str, Any]]:
    beside = ("kind", "t_ns", "session", "seq")
    return [{name: value for name, value in e.items() if name not in beside} for e in clinic.published(kind)]


def test_who_paused_and_who_went_on_is_told_and_the_drill_is_completed(clinic: Clinic) -> None:
    start(clinic)
    in_phase(clinic, Phase.HOLD)
    assert pause(clinic)["ok"]
    in_phase(clinic, Phase.PAUSE)
    armed = clinic.bench.station.safety.arming
    clinic.live(3.0, seen_every_s=0.5)
    samples = [s for s in clinic.bench.published.samples if s.phase == Phase.PAUSE]
    assert {(s.demand_hz, s.demand_pp_mm, s.output_hz) for s in samples} == {(0.0, 0.0, 0.0)}
    assert (samples[-1].leg, samples[-1].trial, samples[-1].trials) == (1, 1, 2)
    assert clinic.bench.station.safety.arming is armed is Arming.ARMED, "as in a rest: safety is left alone"
    assert go_on(clinic)["ok"]
    hurry(clinic)
    in_phase(clinic, Phase.HOLD)
    assert clinic.bench.published.last.trial == 2
    until(clinic, lambda: bool(clinic.published("drill-ended")))
    assert said(clinic, "pause") == [{"wanted": True, "trial": 1, "by": "phone 1"}]
    (went,) = said(clinic, "go-on")
    assert (went["trial"], went["by"]) == (1, "phone 2")
    assert went["paused_s"] == pytest.approx(3.0, abs=0.6)
    assert [one["outcome"] for one in said(clinic, "trial-ended")] == ["held", "held"]
    assert said(clinic, "drill-ended")[0]["outcome"] == "completed"
    (header,) = clinic.published("session-started")
    recording = SimpleNamespace(header=header, path=Path("of this session"), events=clinic.bench.published.events)
    done = exercised(SimpleNamespace(recording=recording))
    assert [done[number].get("paused_s") for number in "12"] == [pytest.approx(went["paused_s"], abs=0.005), None]


def test_asked_twice_it_is_done_and_told_once(clinic: Clinic) -> None:
    start(clinic)
    assert [pause(clinic)["ok"] for _ in range(2)] == [True, True], "before the first try it is after it"
    assert [pause(clinic, wanted=False)["ok"] for _ in range(2)] == [True, True]
    ahead(clinic, Phase.REST)
    assert [pause(clinic)["ok"] for _ in range(2)] == [True, True], "in a rest it is at once"
    assert clinic.bench.published.last.phase == Phase.PAUSE
    assert [one["wanted"] for one in said(clinic, "pause")] == [True, False, True]
    assert [go_on(clinic)["ok"] for _ in range(2)] == [True, True]
    assert len(said(clinic, "go-on")) == 1
    assert clinic.bench.published.last.phase == Phase.REST


def test_of_two_pauses_after_one_trial_the_second_is_not_ended_by_what_was_meant_for_the_first(clinic: Clinic) -> None:
    paused(clinic)
    assert go_on(clinic, pause=2)["code"] == NOTHING, "there is no second yet"
    assert go_on(clinic, pause=1)["ok"]
    assert pause(clinic)["ok"]
    assert clinic.bench.published.last.phase == Phase.PAUSE
    assert go_on(clinic, pause=1)["ok"], "that was done"
    assert clinic.bench.published.last.phase == Phase.PAUSE
    assert len(said(clinic, "go-on")) == 1
    began = [one for one in said(clinic, "phase") if one["phase"] == "pause"]
    assert [(one["trial"], one["pause"]) for one in began] == [(1, 1), (1, 2)]
    assert go_on(clinic, pause=2)["ok"]
    assert clinic.bench.published.last.phase == Phase.REST


def test_what_is_not_there_is_refused_and_changes_nothing(clinic: Clinic) -> None:
    assert [pause(clinic)["code"], go_on(clinic)["code"]] == [NOTHING, NOTHING], "no drill runs"
    paused(clinic, displacement_pp_mm=0.0)
    before = clinic.bench.station.session.drill._replace(scene=None, scene_due_ns=None)
    wrong = [
        pause(clinic, wanted=False),
        pause(clinic, session=2),
        go_on(clinic, session=2),
        go_on(clinic, trial=0),
        go_on(clinic, trial=2),
    ]
    assert {answer["code"] for answer in wrong} == {NOTHING}
    after = clinic.bench.station.session.drill._replace(scene=None, scene_due_ns=None)
    assert after == before
    assert go_on(clinic)["ok"]
    hurry(clinic)
    in_phase(clinic, Phase.GET_ON)
    assert pause(clinic)["code"] == NOTHING, "this is the last trial"
    assert go_on(clinic, trial=2)["code"] == NOTHING
    for broken in ({"session": 0}, {"session": "x"}, {"trial": 3}, {"wanted": "perhaps"}):
        assert pause(clinic, **broken)["code"] in ("bad-message", "input-invalid")


def test_asked_in_the_very_tick_in_which_the_trial_ends_it_is_paused(clinic: Clinic) -> None:
    start(clinic, displacement_pp_mm=0.0)
    in_phase(clinic, Phase.RAMP_DOWN)
    ends_ns = clinic.bench.station.session.drill.phase_ends_ns
    clinic.bench.run_s((ends_ns - clinic.bench.clock.now_ns()) * 1e-9 - 0.004)
    assert clinic.bench.published.last.phase == Phase.RAMP_DOWN
    assert pause(clinic)["ok"]
    assert clinic.bench.published.last.phase == Phase.PAUSE
    assert [sample for sample in clinic.bench.published.samples if sample.phase == Phase.REST] == []


ENDS = {
    "stop": (lambda clinic: clinic.ask(type="stop", by="phone 3"), "stopped", ""),
    "emergency-stop": (lambda clinic: clinic.ask(type="fault", verb="estop"), "tripped", "estop-open"),
    "lost-web": (lambda clinic: clinic.bench.run_s(3.0), "tripped", "recorder-lost"),
}


@pytest.mark.parametrize("end", ENDS)
def test_stop_trip_and_lost_processes_end_it_as_they_end_a_rest(clinic: Clinic, end: str) -> None:
    paused(clinic)
    do, outcome, trip = ENDS[end]
    do(clinic)
    clinic.bench.run_s(0.5)
    assert [one["outcome"] for one in said(clinic, "drill-ended")] == [outcome]
    assert {one["code"] for one in clinic.published("trip")} == ({trip} if trip else set())
    assert said(clinic, "drill-ended")[0]["held"] == 1, "the try before is kept"
    assert go_on(clinic)["code"] == NOTHING
    assert clinic.bench.station.safety.arming is not Arming.ARMED


def test_a_locked_phone_ends_it_after_30_s_where_the_drill_vibrates(clinic: Clinic) -> None:
    paused(clinic)
    clinic.bench.station.companions._present_ns -= 29_500_000_000
    clinic.live(0.25)
    assert clinic.published("drill-ended") == []
    clinic.live(0.75)
    assert [(one["by"], one["code"]) for one in said(clinic, "stop")] == [("", "presence-lost")]
    assert [one["outcome"] for one in said(clinic, "drill-ended")] == ["stopped"]


def test_a_pause_that_nobody_ends_is_ended_with_its_reason(clinic: Clinic) -> None:
    paused(clinic, displacement_pp_mm=0.0)
    session = clinic.bench.station.session
    session.drill = session.drill._replace(phase_ends_ns=clinic.bench.clock.now_ns() + 300_000_000)
    clinic.live(0.25)
    assert clinic.published("drill-ended") == []
    clinic.live(0.5)
    assert [(one["by"], one["code"]) for one in said(clinic, "stop")] == [("", "paused-too-long")]
    assert [one["outcome"] for one in said(clinic, "drill-ended")] == ["stopped"]
    assert clinic.bench.station.safety.arming is Arming.DISARMED
