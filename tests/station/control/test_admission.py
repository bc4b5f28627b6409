"""One order for whoever starts a drill: check, refuse, open, begin; each once, and the first that fails ends it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner

import station.control.admission as admission
from drills.library import load_shipped
from drills.prescription import Asked, fill_in
from drills.problems import Problem
from drills.values import Leg
from station.cli import main
from station.control.admission import Recorded, admit, examine
from station.control.safeguard import Safeguard
from station.control.session import DrillRequest, Starter
from station.control.tick import Station
from station.faults import InputError, StationError
from station.safety.arming import Arming
from station.safety.dose import Ledger
from station.safety.limits import CLINICIAN
from station.texts import Texts
from station.texts.problems import detail
from station.wire.messages import NO_DOSE, DoseToday


def request(**asked: Any) -> DrillRequest:
    document = load_shipped("single-leg-vibration")
    return DrillRequest("P01", document, fill_in(document, Asked(Leg.LEFT, **asked)), Starter("phone"))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The steps of admission as they are taken."""
    taken: list[str] = []

    def noted(name: str, step: Callable[..., object]) -> Callable[..., object]:
        return lambda *args: (taken.append(name), step(*args))[1]

    for name, step in (("check", "check"), ("refuse", "beyond_limits"), ("open", "open_session")):
        monkeypatch.setattr(admission, step, noted(name, getattr(admission, step)))
    monkeypatch.setattr(Safeguard, "arm", noted("arm", Safeguard.arm))
    monkeypatch.setattr(Station, "start", noted("begin", Station.start))
    return taken


@pytest.mark.parametrize("asked", [{"trials": 1.5}, {"trials": True}])
def test_a_value_of_another_kind_is_refused_though_it_lies_in_the_range(asked) -> None:
    with pytest.raises(InputError) as refused:
        examine(request(**asked), CLINICIAN, None)
    assert refused.value.code == "input-invalid"
    assert next(iter(asked)) in str(refused.value)


ALL = ["check", "refuse", "open", "arm", "begin"]


def test_each_step_is_taken_once_and_in_order(bench, steps) -> None:
    session = admit(bench.station, examine(request(), CLINICIAN, None), bench.clock.now_ns())
    assert steps == ALL
    assert bench.station.session is session
    assert (session.patient, session.starter.by) == ("P01", "phone")
    assert bench.station.safety.arming is Arming.ARMED


def test_the_command_line_takes_them_once_too(steps, tmp_path) -> None:
    quick = ["single-leg-vibration", "--leg", "left", "--hold-s", "5", "--trials", "1", "--data", str(tmp_path)]
    ended = CliRunner().invoke(main, ["drill", *quick, "--json"])
    assert json.loads(ended.stdout)["outcome"] == "completed", ended.output
    assert steps == ALL


@pytest.mark.parametrize(
    ("asked", "code", "taken"),
    [({"hold_s": 61.0}, "input-invalid", ["check"]), ({"hold_s": 60.0}, "limit-exceeded", ["check", "refuse"])],
)
def test_what_is_refused_goes_no_further(steps, asked, code, taken) -> None:
    with pytest.raises(InputError, match="hold") as refused:
        examine(request(**asked), CLINICIAN, None)
    assert (refused.value.code, refused.value.where) == (code, "prescription")
    assert steps == taken


def test_every_value_that_is_wrong_is_a_problem_of_its_own() -> None:
    with pytest.raises(InputError) as refused:
        examine(request(hold_s=61.0, trials=9), CLINICIAN, None)
    assert refused.value.problems == (Problem("hold_s", 61.0, 5.0, 60.0), Problem("trials", 9, 1, 5))
    assert detail(Texts(), refused.value) == "hold_s = 61: must be from 5 to 60; trials = 9: must be from 1 to 5."


def test_nothing_is_admitted_beside_a_drill_or_before_the_first_sample(bench, steps) -> None:
    examined = examine(request(), CLINICIAN, None)
    admit(bench.station, examined, bench.clock.now_ns())
    steps.clear()
    with pytest.raises(StationError, match="drill-running") as refused:
        admit(bench.station, examined, bench.clock.now_ns())
    assert refused.value.code == "not-ready"
    bench.station.session = bench.station.evidence = None
    with pytest.raises(StationError, match="no-first-sample"):
        admit(bench.station, examined, bench.clock.now_ns())
    assert steps == []


def test_what_safety_refuses_begins_nothing(bench, steps) -> None:
    bench.rig.faults["estop"](True)
    bench.run_s(0.02)
    with pytest.raises(StationError) as refused:
        admit(bench.station, examine(request(), CLINICIAN, None), bench.clock.now_ns())
    assert refused.value.code in ("not-ready", "estop-open")
    assert "begin" not in steps
    assert bench.station.session is None


@pytest.mark.parametrize(("remembered_s", "recorded_s"), [(30.0, 10.0), (10.0, 30.0)])
def test_of_the_day_the_larger_count_holds(bench, remembered_s, recorded_s) -> None:
    station = bench.station
    station.had.keep("P01", (0, bench.clock.now_ns()), Ledger(), Ledger(day_s=remembered_s))
    recorded = Recorded(DoseToday(vibration_s=recorded_s))
    admit(station, examine(request(), CLINICIAN, None), bench.clock.now_ns(), recorded)
    assert station.safety.ledger.day_s == 30.0


def test_a_days_allowance_is_told_in_the_sums_of_which_a_dose_is_made():
    """A(8) 0.5 m/s2 over eight hours, VDV 9.1 m/s1.75: docs/sources/vibration.md#envelope-row-7 and the next row."""
    told = admission.allowance_of(CLINICIAN)
    assert told == {"vibration_s": 600.0, "e2_m2_s3": 0.25 * 28_800.0, "e4_m4_s7": pytest.approx(9.1**4)}
    assert set(told) == set(NO_DOSE.model_dump())
