"""Drills by an order of partial load: begun with what the records vouch for and nothing else, and stopped when the
order holds no more, by whatever way that came to be.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drills.changing import copy_of
from drills.document import read_document
from drills.library import load_shipped
from drills.machine import begin, step
from drills.ordered import OrderedLoad
from drills.prescription import Asked, Prescription, prescribe
from drills.values import Leg, Observation, Phase
from station.analysis.results import result_of, stored_result_of
from station.clock import NS_PER_S, RTC, this_moment
from station.control.session import DrillRequest
from station.own_drills.folder import OwnDrills
from station.processes.commitments import ORDER_LOOK_NS, Commitments
from station.processes.headless import Surroundings, run_headless
from station.processes.own_order import OwnOrder
from station.recording.layout import records_path
from station.recording.ordered import AskedDrill
from station.recording.reader import read_recording
from station.recording.scenes import scenes_of
from station.records.dose import Statement
from station.sensing.balance import BalanceTracker
from station.settings import Settings
from tests.station.conftest import Bench
from tests.station.processes.test_ordered_start import Ward, _set

DRILLS = ("load-to-the-line", "step-on-softly")
G = 9.80665


@pytest.fixture
def ward(bench: Bench, tmp_path: Path) -> Iterator[Ward]:
    ward = Ward(bench, tmp_path)
    ward.commitments = Commitments(ward.clerk, lambda: this_moment()._replace(voucher=RTC))
    yield ward
    for one in (ward.phone, ward.recorder, ward.server, ward.clerk, ward.records):
        one.close()


def running(ward):
    return ward.bench.station.session


def look_again(ward, times=1):
    """The recorder looks at the order again, as it does each second, and control hears of it."""
    for _ in range(times):
        ward.commitments.step(ward.commitments._order_due_ns, 7, ward.link)
        ward.clerk.work()
        ward.commitments.step(0, 7, ward.link)
        ward.bench.run_s(0.02)


@pytest.mark.parametrize("drill", DRILLS)
def test_an_order_starts_the_drills_that_are_done_by_it_with_its_own_figures(ward, drill):
    assert ward.asks(drill)["code"] == "order-lacking"  # without one nothing starts
    ward.enter()
    assert ward.asks(drill, Leg.RIGHT)["code"] == "order-lacking"
    assert ward.asks(drill, Leg.LEFT, "P02")["code"] == "order-lacking"
    assert ward.asks(drill)["ok"]
    load = running(ward).drill.plan.load
    assert load[0] == "left"
    assert load[1:] == pytest.approx((20.0 * G, 24.0 * G, 80.0 * G))
    header = ward.bench.published.events
    started = next(event for event in reversed(header) if event["kind"] == "session-started")
    assert started["load"] == load._asdict()
    ward.bench.run_s(1.0)
    assert not ward.bench.vibrating()


BOTH = {
    "another for the other leg": (lambda ward: ward.enter(leg="right", kg=30.0, percent_bw=40.0)),
    "it allows nothing": (lambda ward: ward.enter(kg=0.0, percent_bw=0.0)),
    "it has run out": (lambda ward: _set(ward, "until", "2020-01-01", "ordered_on", "2019-12-01")),
    "its day has not come": (lambda ward: _set(ward, "ordered_on", "2090-01-01", "until", "2090-02-01")),
}


@pytest.mark.parametrize("how", BOTH)
def test_no_drill_by_an_order_that_leaves_none(ward, how):
    ward.enter()
    BOTH[how](ward)
    for drill in DRILLS:
        for leg in (Leg.LEFT, Leg.RIGHT):
            assert ward.asks(drill, leg)["code"] == "order-lacking", (drill, leg)
    assert ward.nothing_runs()


@pytest.mark.parametrize(
    ("kg", "percent", "limit_kg"), [(20.0, 25.0, 24.0), (60.0, 75.0, 68.0), (12.5, 16.7, 15.0), (80.0, 100.0, 88.0)]
)
def test_the_limit_is_the_lower_of_the_two_with_decimals_too(ward, kg, percent, limit_kg):
    ward.enter(kg=kg, percent_bw=percent)
    assert ward.asks(DRILLS[0])["ok"]
    assert running(ward).drill.plan.load.limit_n == pytest.approx(limit_kg * G, abs=0.01 * G)


def test_an_own_copy_is_done_by_the_order_too_and_never_by_figures_of_its_own(ward, tmp_path):
    ward.enter()
    own = OwnDrills(tmp_path).keep(copy_of(DRILLS[0], "mine"))
    assert own.by_order
    assert ward.asks(own)["code"] == "drill-untried"
    table = load_shipped(DRILLS[0]).model_dump(mode="json", by_alias=True)
    exercise = next(one for one in table["steps"] if one["step"] == "exercise")
    for key in ("order_n", "limit_n", "load"):
        exercise["parameters"] = {**exercise["parameters"], key: 900.0}
    with pytest.raises(ValueError, match=r"order_n|limit_n|load"):
        read_document(table, "with a load of its own")


def _withdraw(ward):
    (order,) = [one for one in ward.book._orders.listed("P01") if one["withdrawn_ns"] is None]
    ward.book.withdraw("P01", order["id"], Statement("Dr. Novak", "fell"))


ENDS = {
    "it is withdrawn": _withdraw,
    "another one is entered": lambda ward: ward.enter(kg=10.0, percent_bw=12.5),
    "one for the other leg comes": lambda ward: ward.enter(leg="right", kg=10.0, percent_bw=12.5),
    "its last day is over": lambda ward: _set(ward, "until", "2020-01-01", "ordered_on", "2019-12-01"),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_drill_ends_when_its_order_holds_no_more(ward, how):
    ward.enter()
    assert ward.asks(DRILLS[0])["ok"]
    look_again(ward, 3)
    assert running(ward) is not None
    ENDS[how](ward)
    look_again(ward)
    ward.bench.run_s(0.5)
    assert ward.nothing_runs()
    assert ward.events("stop")[-1]["by"] == "order"
    assert ward.events("drill-ended")[-1]["outcome"] == "stopped"
    look_again(ward, 2)  # it is not stopped again
    assert len(ward.events("stop")) == 1


def test_a_drill_whose_order_still_holds_goes_on_and_nobody_looks_after_its_end(ward):
    ward.enter()
    assert ward.asks(DRILLS[0])["ok"]
    known = len(ward.link.sent)
    look_again(ward, 5)
    assert (running(ward) is not None, ward.link.sent[known:]) == (True, [])
    ward.ask(ward.phone, type="stop")
    ward.asked(known := len(ward.bench.published.events) - 3)
    ward.commitments.event(7, {"kind": "drill-ended"})
    _withdraw(ward)
    look_again(ward, 2)
    assert ward.link.sent[-1] == "no-red-flag"


def test_records_that_are_away_for_a_moment_stop_nobody(ward):
    ward.enter()
    assert ward.asks(DRILLS[0])["ok"]
    ward.clerk._let_go()
    held = sqlite3.connect(records_path(ward.folder))
    held.execute("BEGIN EXCLUSIVE")
    ward.commitments.step(ward.commitments._order_due_ns, 7, ward.link)
    ward.commitments.step(ward.commitments._order_due_ns + 5 * ORDER_LOOK_NS, 7, ward.link)
    assert len(ward.clerk._jobs) <= 2, "looks do not pile up"
    held.rollback()
    held.close()
    look_again(ward)
    assert running(ward) is not None


def test_a_drill_of_the_command_line_looks_at_its_order_itself(ward):
    ward.enter()
    assert ward.asks(DRILLS[0])["ok"]
    station, now_ns = ward.bench.station, 0
    order = OwnOrder(ward.folder, AskedDrill("P01", "left", True), running(ward).drill.plan.load, sure=False)
    order.look()
    order.serve(station, now_ns)
    assert (order.over, running(ward).drill.finished) == (False, False)
    _withdraw(ward)
    while not order.over:  # by its own thread
        order.serve(station, now_ns := now_ns + ORDER_LOOK_NS)
    order.serve(station, now_ns)
    assert running(ward).drill.finished
    assert [event["by"] for event in ward.bench.published.events if event["kind"] == "stop"] == ["order"]
    order.close()


@pytest.mark.parametrize("how", ["changed", "away"])
def test_one_that_was_changed_is_over_and_records_that_are_away_stop_nobody(ward, how):
    ward.enter()
    assert ward.asks(DRILLS[0])["ok"]
    order = OwnOrder(ward.folder, AskedDrill("P01", "left", True), running(ward).drill.plan.load, sure=False)
    if how == "changed":
        _set(ward, "kg", 10.0)
    else:
        records_path(ward.folder).rename(ward.folder / "away")
        records_path(ward.folder).mkdir()
    order.look()
    assert order.over == (how == "changed")
    if how == "away":
        records_path(ward.folder).rmdir()
        (ward.folder / "away").rename(records_path(ward.folder))


# --- a recording alone says the same ---------------------------------------------------------------------------------


def done(folder, person, drill, trials):
    """The whole station under the virtual clock: its result, and its recording."""
    settings = Settings.model_validate(
        {"rig": {"simulation": {"person": person}}, "station": {"data": folder, "rig": "simulated"}}
    )
    document = load_shipped(drill)
    asked = prescribe(document, Asked(Leg.LEFT, trials=trials))
    return run_headless(settings, DrillRequest("P01", document, asked), Surroundings(virtual=True))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Two drills of one who keeps to the order, and one of who does not."""
    folder = tmp_path_factory.mktemp("by-order")
    return {
        (person, drill): done(folder, person, drill, trials)
        for person, drill, trials in (
            ("young", "load-to-the-line", 2),
            ("young", "step-on-softly", 1),
            ("overloads", "load-to-the-line", 1),
        )
    }


def judged_again(path):
    """What the drill makes of nothing but a recording: its header, and the forces of its cells."""
    recording = read_recording(path)
    header = recording.header
    document = read_document(header["document"], "header").document
    prescription = Prescription.model_validate(header["prescription"])
    load = OrderedLoad(**header["load"])
    samples = recording.samples
    tracker = BalanceTracker(_Geometry(**header["plate"]), header["rate_hz"])
    names = [f"{cell}_n" for cell in ("front_left", "front_right", "back_right", "back_left")]
    started_ns = next(event["t_ns"] for event in recording.events if event["kind"] == "session-started")
    state, events = begin(document, prescription, started_ns, load=load), []
    for sample in samples:
        balance = tracker.step(tuple(float(sample[name]) for name in names), 0.0)
        seen = Observation(balance.average_n, balance.cop_ml_mm, balance.cop_ap_mm, 0.0, True, int(sample["mark"]))
        state, _, _, told = step(state, seen, int(sample["t_ns"]))
        events += told
    return state, [event.data for event in events if event.kind == "load-try"]


class _Geometry:
    def __init__(self, spacing_ml_mm, spacing_ap_mm):
        self.spacing_ml_mm, self.spacing_ap_mm = spacing_ml_mm, spacing_ap_mm


def test_a_recording_alone_gives_the_same_judgement(made):
    for key, result in made.items():
        state, tries = judged_again(Path(result["recording"]))
        assert [one.outcome.value for one in state.results] == [one["outcome"] for one in result["trials"]], key
        assert [tuple(one.score) for one in state.results] == [
            (one["score"]["done"], one["score"]["of"]) for one in result["trials"]
        ]
        kept = [one for trial in result["trials"] for one in trial["load"]["tries"]]
        assert len(tries) == len(kept) > 0
        for again, before in zip(tries, kept, strict=True):
            for name in ("peak_n", "mean_n", "over_order_s", "error_percent"):
                assert again[name] == pytest.approx(before[name], abs=0.3), (key, name)
            assert (again["over_limit"], again["counted"]) == (before["over_limit"], before["counted"])


def test_who_keeps_to_the_order_and_who_does_not(made):
    press, steps, over = made.values()
    assert [trial["outcome"] for trial in press["trials"]] == ["held", "held"]
    assert all(trial["score"]["done"] >= 8 for trial in press["trials"])
    assert all(one["peak_n"] < 1.2 * 0.3 * 72.0 * G for trial in press["trials"] for one in trial["load"]["tries"])
    assert steps["trials"][0]["score"]["done"] >= 7
    (lost,) = over["trials"]
    assert (lost["outcome"], lost["score"]["done"]) == ("over-load", 0)
    assert lost["load"]["overshoots"][0]["over_limit"]
    assert lost["load"]["overshoots"][0]["peak_n"] > lost["load"]["limit_n"]


def test_the_result_says_the_loads_and_no_sway(made):
    for result in made.values():
        for trial in result["trials"]:
            load = trial["load"]
            assert load["order_n"] == pytest.approx(0.3 * 72.0 * G)
            assert all(value is None for value in trial["measures"].values())
            assert {reason["reason"] for reason in trial["reasons"].values()} == {"partly-loaded"}
            assert load["of"] in (8, 10)
    kept = stored_result_of(Path(made["young", "load-to-the-line"]["recording"]))
    assert kept["exercised"]["1"]["load"]["peak_n"] == kept["trials"][0]["load"]["peak_n"]
    assert result_of(Path(made["overloads", "load-to-the-line"]["recording"]))["trials"][0]["load"]["over_limit"] == 1


def test_no_tick_of_the_whole_station_beyond_the_limit_is_without_its_warning(made):
    """From the forces of the cells to what the patient's screen shows, with all that lies between."""
    recording = read_recording(Path(made["overloads", "load-to-the-line"]["recording"]))
    limit_n = recording.header["load"]["limit_n"]
    samples = recording.samples
    total_n = sum(samples[f"{cell}_n"] for cell in ("front_left", "front_right", "back_right", "back_left"))
    scenes = scenes_of(samples)
    starts = [one.seq for one in scenes]
    shown = [scenes[bisect_right(starts, int(seq)) - 1].scene.tone_hz for seq in samples["seq"]]
    over = 0
    for index in range(6, len(samples)):
        if min(total_n[index - 4 : index + 1]) > limit_n and samples["phase"][index] != Phase.DONE:
            assert shown[index] == 220, index
            over += 1
    assert over > 20


def test_orders_are_looked_at_each_second():
    assert ORDER_LOOK_NS == NS_PER_S
