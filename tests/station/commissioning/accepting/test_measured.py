"""Each part of an acceptance on the simulated rig: passes on a good one, fails where what it looks for is broken."""

import math

import pytest

from station.commissioning.accepting.parts import BY_NAME, PARTS
from station.commissioning.accepting.pendulum import Swing, start_of, swung
from station.commissioning.accepting.sheet import answer_of
from station.faults import InputError

WEIGHTS = ["empty", "weight-middle", "weight-again", "ruler-right", "ruler-back"]


def test_weights_and_ruler_pass_on_a_good_plate(make_accepted) -> None:
    one = make_accepted()
    results = {name: one.do(name) for name in WEIGHTS}
    assert {name: result.passed for name, result in results.items()} == dict.fromkeys(WEIGHTS, True)
    assert 0.01 < results["empty"].value("noise_mm") < 0.1
    assert results["ruler-right"].value("distance_error_mm") < 0.5


def test_no_weight_is_put_on_the_running_plate_that_brings_its_own_mode_near_the_drive() -> None:
    """docs/build.md: 60 kg ring at 46 Hz, 40 kg at 55."""
    (middle,), (running,) = BY_NAME["weight-middle"].questions, BY_NAME["weight-running"].questions
    assert answer_of(middle, "60") == 60.0
    assert answer_of(running, "40") == 40.0
    with pytest.raises(InputError, match="accept-out-of-range"):
        answer_of(running, "40.5")


def test_a_plate_whose_cells_are_swapped_fails_the_ruler(make_accepted) -> None:
    one = make_accepted()
    one.break_it("swap", 0, 1)
    one.do("weight-middle")
    assert one.do("ruler-right").passed is False
    assert one.sheet.results["ruler-right"].value("distance_error_mm") > 50.0


def test_a_weight_that_is_not_what_was_said_fails(make_accepted) -> None:
    one = make_accepted()
    one.gauge.simulated = False  # nobody's hand changes it
    one.break_it("dead_weight", 19_000.0)
    result = one.do("weight-middle")
    assert result.passed is False
    assert result.value("force_error_percent") == pytest.approx(-5.0, abs=0.5)


@pytest.mark.parametrize("name", ["swing-sideways", "swing-forward"])
def test_a_swinging_weight_is_seen_where_it_is(make_accepted, name) -> None:
    one = make_accepted()
    result = one.do(name)
    assert result.passed
    assert abs(result.value("amplitude_percent")) < 2.0
    assert abs(result.value("period_percent")) < 0.3
    assert "accept-let-go" in one.said


def test_a_cell_at_fault_is_no_reading(make_accepted) -> None:
    one = make_accepted()
    one.break_it("freeze", 1)
    with pytest.raises(InputError, match="cell-stale"):
        one.do("swing-sideways")
    assert one.sheet.results == {}


@pytest.mark.parametrize("wrong", [{"hook_mm": 550.0}, {"out_mm": 250.0}, {"weight_kg": 2.0, "trestle_kg": 40.0}])
def test_what_cannot_swing_well_is_refused(make_accepted, wrong) -> None:
    with pytest.raises(InputError, match="accept-swing-shape"):
        make_accepted().do("swing-sideways", **wrong)


def test_stops_and_one_shot_pass_on_good_wiring(make_accepted) -> None:
    one = make_accepted()
    names = [
        "self-test",
        "one-shot-a",
        "stop-a",
        "stop-b",
        "stop-button",
        "stop-running",
        "stop-plug",
        "weight-running",
    ]
    results = {name: one.do(name) for name in names}
    assert {name: result.passed for name, result in results.items()} == dict.fromkeys(names, True)
    assert results["one-shot-a"].value("holds_ms") == pytest.approx(150.0, abs=8.0)
    assert 0.05 < results["stop-running"].value("still_s") < 0.5
    assert 0.0 < results["weight-running"].value("residual_mm") < 0.3
    assert not any(one.rig.panel.read().relays)


@pytest.mark.parametrize(
    ("verb", "arguments", "part", "figure"),
    [
        ("stick_one_shot", (), "one-shot-a", "holds_ms"),
        ("stick_one_shot", (), "stop-b", ""),
        ("weld_relay", (0,), "stop-a", "relay_ms"),
        ("weld_relay", (0,), "stop-button", "relay_ms"),
    ],
)
def test_wiring_that_does_not_stop_fails(make_accepted, verb, arguments, part, figure) -> None:
    one = make_accepted()
    one.break_it(verb, *arguments)
    result = one.do(part)
    if not figure:
        assert result.passed, "channel B takes the permit whatever the one-shot does"
        return
    assert result.passed is False
    assert math.isinf(result.value(figure))


@pytest.mark.parametrize(
    ("verb", "arguments", "part", "fault"),
    [
        ("cut_estop", (0,), "stop-b", "estop-open"),
        ("kill_one_shot", (), "one-shot-a", "heartbeat-dead"),
        ("kill_relay", (0,), "stop-button", "relay-dead"),
        ("swap", (0, 1), "self-test", "cells-swapped"),
        ("weld_relay", (0,), "stop-running", "relay-welded"),
    ],
)
def test_what_cannot_be_tried_names_its_fault(make_accepted, verb, arguments, part, fault) -> None:
    one = make_accepted()
    one.break_it(verb, *arguments)
    result = one.do(part)
    assert (result.passed, result.fault) == (False, fault)


def test_a_shorted_channel_is_never_taken_for_a_stop(make_accepted) -> None:
    one = make_accepted()
    one.break_it("short_estop", 0)
    with pytest.raises(InputError, match="accept-not-opened"):
        one.do("stop-a")
    assert "stop-a" not in one.sheet.results


def test_a_part_that_goes_on_from_another_needs_it(make_accepted) -> None:
    with pytest.raises(InputError, match="accept-needs-part"):
        make_accepted().do("ruler-left")


# --- a rig that has no hands of its own ---


def test_a_person_does_what_is_said_and_nothing_happens_before(by_hand) -> None:
    names = ["one-shot-a", "stop-a", "stop-b", "stop-button", "stop-running", "stop-plug", "weight-running"]
    results = {name: by_hand.do(name) for name in names}
    assert {name: result.passed for name, result in results.items()} == dict.fromkeys(names, True)
    assert by_hand.said == [
        *("accept-pull-a", "accept-put-back", "accept-pull-b", "accept-put-back"),
        *("press-estop", "accept-put-back") * 2,
        *("accept-pull-plug", "accept-put-back", "accept-put-running"),
    ]
    by_hand.put(16_000.0)
    assert by_hand.do("swing-sideways").passed
    assert by_hand.said[-1] == "accept-let-go"


def test_a_weight_that_nobody_put_there_is_not_read(by_hand) -> None:
    with pytest.raises(InputError, match="accept-no-weight"):
        by_hand.do("weight-middle")
    by_hand.put(20_000.0)
    assert by_hand.do("weight-middle").passed
    with pytest.raises(InputError, match="plate-loaded"):
        by_hand.do("empty")


def test_who_does_not_let_go_has_swung_nothing(by_hand) -> None:
    by_hand._do["swing"] = lambda *places: None
    by_hand.put(16_000.0)
    with pytest.raises(InputError, match="accept-no-swing"):
        by_hand.do("swing-sideways")


# --- arithmetic ---


def test_the_swing_by_hand() -> None:
    """10 kg under hooks 0.9 m high, 6 kg of trestle: a level pull of 10 g x 0.1 at the hooks, over 16 kg."""
    small = Swing(10.0, 6.0, 600.0, 900.0, 6.0)
    assert small.amplitude_mm == pytest.approx(900.0 * 10.0 / 16.0 * 0.01, rel=1e-3)
    assert small.period_s == pytest.approx(1.5541, rel=1e-3)
    assert not Swing(10.0, 6.0, 600.0, 900.0, 700.0).possible


def test_amplitude_and_period_come_back_from_a_fading_sine() -> None:
    period_s, fading, rate = 1.43, 0.02, 250.0
    along = [
        7.0 + 40.0 * math.exp(-fading * (k / rate)) * -math.sin(2 * math.pi * k / rate / period_s) for k in range(2000)
    ]
    seen = swung(along, [0.3] * 2000, rate, 1.45)
    assert seen.period_s == pytest.approx(period_s, rel=2e-4)
    assert seen.amplitude_mm == pytest.approx(40.0 * math.exp(fading * period_s / 4.0), rel=1e-3)
    assert seen.across_mm == pytest.approx(0.0, abs=1e-9)


def test_the_swing_begins_where_it_passes_its_middle_after_it_was_out() -> None:
    held = [5.0 + 0.01 * (-1) ** k for k in range(50)]
    assert start_of(held, 5.0, 40.0) is None
    assert start_of([*held, 45.0, 30.0, 6.0, 4.0], 5.0, 40.0) == 53
    assert start_of([*held, -35.0, 4.0, 5.5], 5.0, 40.0) == 52


def test_each_part_is_named_once_and_each_figure_is_its_own() -> None:
    assert len(BY_NAME) == len(PARTS)
    assert all(len({bound.figure for bound in part.bounds}) == len(part.bounds) for part in PARTS)
