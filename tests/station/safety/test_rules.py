"""`permit`: each rule at its boundary, alone; and that no rule can ever raise."""

from __future__ import annotations

from math import inf, nan, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.safety.dose import Ledger, displacement_for_g, peak_acceleration_g
from station.safety.limits import CLINICIAN, DEFAULT, HARD, Limits, tightest
from station.safety.rules import LONGEST_RAMP_S, permit, refusal, trips
from station.safety.values import OFF, Evidence, Output, Permission
from station.safety.watching import FIRST, Watch

DEMAND = Output(20.0, 0.4)
MS, S = 1_000_000, 1_000_000_000
STRICT = Limits(
    sample_age_ms=30.0,
    missed_run=2.0,
    load_loss_s=0.1,
    cop_out_s=0.1,
    bout_s=10.0,
    session_s=20.0,
    day_s=30.0,
    a8_m_s2=0.1,
    vdv_m_s175=2.0,
    frequency_error_s=1.0,
    recorder_age_s=1.0,
    web_age_s=1.0,
    presence_age_s=10.0,
    let_go_s=0.02,
)


def above(value: float) -> float:
    return nextafter(value, inf)


def below(value: float) -> float:
    return nextafter(value, -inf)


# code, where it is seen, its field, values that are allowed, values that forbid, a value that STRICT forbids
BOUNDARIES = [
    ("estop-open", "evidence", "estop_closed", [True], [False], None),
    ("samples-stale", "evidence", "oldest_cell_ms", [0.0, -60.0, 60.0], [above(60.0), below(-60.0), inf, nan], 31.0),
    ("cell-fault", "watch", "cells_bad_ns", [0, 60 * MS], [60 * MS + 1, 10**30], 31 * MS),
    ("drive-fault", "evidence", "drive_healthy", [True], [False], None),
    ("deadline-missed", "evidence", "missed_run", [0, 2], [3, 10**30], 2),
    ("deadline-missed", "watch", "step_ns", [0, 60 * MS], [60 * MS + 1, 10**30], 31 * MS),
    ("recorder-lost", "evidence", "recorder_age_s", [None, -1.0, 0.0, 2.0], [above(2.0), inf, nan], 1.1),
    ("web-lost", "evidence", "web_age_s", [None, -1.0, 0.0, 2.0], [above(2.0), inf, nan], 1.1),
    ("presence-lost", "evidence", "presence_age_s", [None, -1.0, 0.0, 32.0], [above(32.0), inf, nan], 12.1),
    ("unknown-state", "watch", "clock_ok", [True], [False], None),
    ("unknown-state", "evidence", "measured_hz", [0.0, 200.0], [above(200.0), below(0.0), inf, nan], None),
    ("frequency-off", "watch", "hz_off_ns", [0, 2 * S], [2 * S + 1], S + 1),
    ("frequency-off", "watch", "hz_astray_ns", [0, 6 * S], [6 * S + 1], 5 * S + 1),
    ("load-loss", "watch", "load_low_ns", [0, 150 * MS], [150 * MS + 1], 101 * MS),
    ("cop-out-of-base", "watch", "cop_out_ns", [0, 200 * MS], [200 * MS + 1], 101 * MS),
    ("hand-switch-released", "watch", "let_go_ns", [0, 50 * MS], [50 * MS + 1, 10**30], 21 * MS),
    ("acceleration-high", "evidence", "measured_g", [None, 0.0, 1.0], [above(1.0), inf], None),
    ("accelerometer-fault", "evidence", "measured_g", [None, 0.0, 1.0], [nan], None),
    ("bout-too-long", "ledger", "bout_s", [0.0, below(120.0)], [120.0, inf], 10.0),
    ("dose-used-up", "ledger", "session_s", [0.0, below(900.0)], [900.0, inf], 20.0),
    ("dose-used-up", "ledger", "day_s", [0.0, below(900.0)], [900.0, inf], 30.0),
    ("dose-used-up", "ledger", "e2_m2_s3", [0.0, below(1.15 * 1.15 * 28800.0)], [1.15 * 1.15 * 28800.0, inf], 288.01),
    ("dose-used-up", "ledger", "e4_m4_s7", [0.0, below(83521.0)], [83521.0, inf], 16.0),
]
IDS = [f"{code}-{name}" for code, _, name, *_ in BOUNDARIES]
ONLY_ASKED = {"hand-switch-released"}
ONLY_ACTIVE = ONLY_ASKED | {
    "load-loss",
    "cop-out-of-base",
    "acceleration-high",
    "accelerometer-fault",
    "bout-too-long",
    "dose-used-up",
    "presence-lost",
    "deadline-missed",
}


def seen(good: Evidence, where: str, name: str, value: object) -> tuple[Evidence, Watch, Ledger]:
    parts = {"evidence": good, "watch": FIRST, "ledger": Ledger()}
    parts[where] = parts[where]._replace(**{name: value})
    return parts["evidence"], parts["watch"], parts["ledger"]


@pytest.mark.parametrize(("code", "where", "name", "allowed", "forbidden", "strict"), BOUNDARIES, ids=IDS)
def test_each_rule_at_its_boundary(good, code, where, name, allowed, forbidden, strict):
    for value in allowed:
        assert permit(DEMAND, *seen(good, where, name, value), HARD) == Permission(*DEMAND), value
    for value in forbidden:
        assert permit(DEMAND, *seen(good, where, name, value), HARD) == Permission(0.0, 0.0, (code,), (code,)), value
    if strict is not None:
        assert permit(DEMAND, *seen(good, where, name, strict), STRICT).trips == (code,)
        assert permit(DEMAND, *seen(good, where, name, strict), HARD).trips == ()


@pytest.mark.parametrize(("code", "where", "name", "allowed", "forbidden", "strict"), BOUNDARIES, ids=IDS)
def test_some_rules_only_speak_while_vibration_is_on_or_asked_for(good, code, where, name, allowed, forbidden, strict):
    evidence, watch, ledger = seen(good, where, name, forbidden[0])
    expected = () if code in ONLY_ACTIVE else (code,)
    for idle in (OFF, Output(0.0, 1.0), Output(20.0, 0.0)):
        assert trips(idle, evidence, watch, ledger, HARD) == expected
    coasting = trips(OFF, evidence, watch._replace(vibrating=True), ledger, HARD)
    assert coasting == (() if code in ONLY_ASKED else (code,))


def test_nothing_asked_is_nothing_withheld(good):
    for idle in (OFF, Output(0.0, 1.0), Output(20.0, 0.0)):
        assert permit(idle, good, FIRST, Ledger(), HARD) == Permission(0.0, 0.0)


def test_every_reason_is_named_in_a_fixed_order(good):
    evidence = good._replace(
        estop_closed=False,
        oldest_cell_ms=nan,
        drive_healthy=False,
        recorder_age_s=9.0,
        web_age_s=9.0,
        missed_run=9,
        measured_hz=nan,
        measured_g=9.0,
        presence_age_s=99.0,
    )
    watch = FIRST._replace(cells_bad_ns=S, hz_off_ns=9 * S, load_low_ns=S, cop_out_ns=S)
    ledger = Ledger(bout_s=999.0, day_s=999.0)
    expected = (
        "estop-open",
        "unknown-state",
        "samples-stale",
        "cell-fault",
        "drive-fault",
        "recorder-lost",
        "web-lost",
        "frequency-off",
        "load-loss",
        "cop-out-of-base",
        "acceleration-high",
        "bout-too-long",
        "dose-used-up",
        "presence-lost",
        "deadline-missed",
    )
    assert permit(DEMAND, evidence, watch, ledger, HARD) == Permission(0.0, 0.0, expected, expected)


def test_a_loop_that_stood_still_is_what_the_trip_says(good):
    """Frozen for 3 s, control hears the others late: that is its own doing, and the trip names that."""
    after = FIRST._replace(step_ns=3 * S)
    deaf = good._replace(recorder_age_s=3.1, web_age_s=3.2)
    for demand in (DEMAND, OFF):
        assert trips(demand, deaf, after, Ledger(), HARD) == ("deadline-missed",)
    # So it is with what else comes of it; a loop that is late while something else is wrong names that first.
    off_speed = after._replace(hz_off_ns=3 * S, load_low_ns=3 * S)
    assert trips(DEMAND, deaf, off_speed, Ledger(), HARD) == ("deadline-missed", "frequency-off", "load-loss")
    late = good._replace(missed_run=3, drive_healthy=False)
    assert trips(DEMAND, late, FIRST, Ledger(), HARD) == ("drive-fault", "deadline-missed")
    assert refusal(deaf, after, Ledger(), HARD) == "recorder-not-ready"
    # One that had been silent before is lost all the same, and so is one that nobody hears between two ordinary ticks.
    longest_s = {"recorder": HARD.recorder_age_s, "web": HARD.web_age_s}
    for who, limit_s in longest_s.items():
        name = f"{who}_age_s"
        at_all = good._replace(**{name: 3.0 + limit_s})
        assert trips(OFF, at_all, after, Ledger(), HARD) == ("deadline-missed",)
        longer = good._replace(**{name: 3.0 + limit_s + 1e-6})
        assert trips(OFF, longer, after, Ledger(), HARD) == (f"{who}-lost",)
        assert trips(DEMAND, longer, after, Ledger(), HARD) == ("deadline-missed", f"{who}-lost")
        just = good._replace(**{name: limit_s + 0.05})
        ordinary = FIRST._replace(step_ns=int(HARD.sample_age_ms * MS))
        assert trips(OFF, just, ordinary, Ledger(), HARD) == (f"{who}-lost",)
        assert trips(OFF, just, ordinary._replace(step_ns=ordinary.step_ns + 1), Ledger(), HARD) == ("deadline-missed",)


@pytest.mark.parametrize("bad", [nan, inf, -inf, -1.0, below(0.0)])
def test_a_demand_that_is_no_number_is_off_and_latched(good, bad):
    for demand in (Output(bad, 0.4), Output(20.0, bad)):
        named = ("unknown-state",)
        assert permit(demand, good, FIRST, Ledger(), HARD) == Permission(0.0, 0.0, named, named)
    both = permit(Output(bad, 0.4), good._replace(drive_healthy=False), FIRST, Ledger(), HARD)
    assert both.trips == ("drive-fault", "unknown-state")


def test_a_plate_that_shakes_too_hard_by_its_speed_trips(good):
    limit_mm = displacement_for_g(25.0, 1.0) * (1 - 1e-9)
    watch = FIRST._replace(moving_hz=25.0, moving_pp_mm=limit_mm)
    assert permit(DEMAND, good, watch, Ledger(), HARD).trips == ()
    faster = watch._replace(moving_hz=25.01)
    assert permit(DEMAND, good, faster, Ledger(), HARD).trips == ("acceleration-high",)
    assert permit(DEMAND, good._replace(measured_g=0.1), faster, Ledger(), HARD).trips == ("acceleration-high",)
    # A clinic's lower limit caps the demand; what the plate does trips only at the hard one.
    assert permit(DEMAND, good._replace(measured_g=0.6), FIRST, Ledger(), CLINICIAN).trips == ()


def test_acceleration_of_exactly_one_g_by_speed_is_allowed(good):
    """A power of two in frequency and a displacement found by bisection hit 1.0 exactly or just below."""
    low, high = 0.1, 10.0
    while nextafter(low, inf) < high:
        middle = (low + high) / 2
        low, high = (middle, high) if peak_acceleration_g(16.0, middle) <= 1.0 else (low, middle)
    assert peak_acceleration_g(16.0, low) == 1.0
    assert trips(DEMAND, good, FIRST._replace(moving_hz=16.0, moving_pp_mm=low), Ledger(), HARD) == ()
    assert trips(DEMAND, good, FIRST._replace(moving_hz=16.0, moving_pp_mm=high), Ledger(), HARD) != ()


LOWERED = ("limit-exceeded",)
CAPS = [
    # limits, demand, what is left of it, lowered
    (HARD, (2.0, 0.4), (2.0, 0.4), ()),
    (HARD, (below(2.0), 0.4), OFF, LOWERED),
    (HARD, (0.5, 0.4), OFF, LOWERED),
    (HARD, (40.0, 0.1), (40.0, 0.1), ()),
    (HARD, (above(40.0), 0.1), (40.0, 0.1), LOWERED),
    (HARD, (1e308, 0.1), (40.0, 0.1), LOWERED),
    (HARD, (2.0, 6.0), (2.0, 6.0), ()),
    (HARD, (2.0, above(6.0)), (2.0, 6.0), LOWERED),
    (CLINICIAN, (below(8.0), 2.5), (below(8.0), 2.5), ()),
    (CLINICIAN, (8.0, 2.0), (8.0, 2.0), ()),
    (CLINICIAN, (8.0, above(2.0)), (8.0, 2.0), LOWERED),
    (CLINICIAN, (5.0, 1e308), (5.0, 6.0), LOWERED),
    (DEFAULT, (20.0, 0.37), (20.0, 0.37), ()),
    (Limits(max_hz=1.0), (20.0, 0.4), OFF, LOWERED),
    (Limits(displacement_pp_mm=0.0), (20.0, 0.4), OFF, LOWERED),
    (Limits(low_displacement_pp_mm=1.0), (7.0, 2.0), (7.0, 1.0), LOWERED),
    (Limits(acceleration_g=0.0), (20.0, 0.4), OFF, LOWERED),
    (Limits(min_hz=inf), (20.0, 0.4), OFF, LOWERED),
    # Lowered in frequency first, so that the displacement is judged by what is left: 7 Hz may move further.
    (Limits(max_hz=7.0, displacement_pp_mm=1.0), (20.0, 2.0), (7.0, 2.0), LOWERED),
]


@pytest.mark.parametrize(("limits", "demand", "left", "reasons"), CAPS)
def test_each_cap_at_its_boundary(good, limits, demand, left, reasons):
    assert permit(Output(*demand), good, FIRST, Ledger(), limits) == Permission(*left, reasons)


@pytest.mark.parametrize("frequency_hz", [5.0, 8.0, 19.7, 20.0, 33.3])
@pytest.mark.parametrize("limits", [HARD, CLINICIAN])
def test_acceleration_over_its_limit_lowers_the_displacement(good, limits, frequency_hz):
    limit_mm = displacement_for_g(frequency_hz, limits.acceleration_g)
    loose = Limits(acceleration_g=limits.acceleration_g)
    under = Output(frequency_hz, min(6.0, limit_mm * (1 - 1e-9)))
    assert permit(under, good, FIRST, Ledger(), loose) == Permission(*under)
    over = permit(Output(frequency_hz, min(6.0, limit_mm) * 1.5), good, FIRST, Ledger(), loose)
    assert over.reasons == LOWERED
    assert over.frequency_hz == frequency_hz
    assert over.displacement_pp_mm == pytest.approx(min(6.0, limit_mm), rel=1e-9)
    assert peak_acceleration_g(*over[:2]) <= limits.acceleration_g


def test_a_division_that_rounds_up_is_brought_below_the_limit(good):
    rounded_up_mm = displacement_for_g(21.5, 0.5)
    assert peak_acceleration_g(21.5, rounded_up_mm) > 0.5
    permission = permit(Output(21.5, 1.0), good, FIRST, Ledger(), Limits(acceleration_g=0.5))
    assert permission.displacement_pp_mm == below(rounded_up_mm)
    assert peak_acceleration_g(*permission[:2]) <= 0.5


def test_a_demand_of_exactly_the_limit_is_not_lowered(good):
    for demand in (DEMAND, Output(21.5, 0.3), Output(25.0, 0.3)):
        itself = Limits(acceleration_g=peak_acceleration_g(*demand))
        assert permit(demand, good, FIRST, Ledger(), itself) == Permission(*demand)
    assert displacement_for_g(21.5, peak_acceleration_g(21.5, 0.3)) < 0.3
    limits = Limits(acceleration_g=peak_acceleration_g(20.0, 0.4))
    assert permit(DEMAND, good, FIRST, Ledger(), limits) == Permission(*DEMAND)
    assert permit(Output(20.0, 0.4 * (1 + 1e-15)), good, FIRST, Ledger(), limits).reasons == LOWERED
    assert peak_acceleration_g(*permit(Output(20.0, 0.8), good, FIRST, Ledger(), limits)[:2]) == limits.acceleration_g


def test_the_longest_ramp_is_forty_hertz_at_ten_a_second():
    assert LONGEST_RAMP_S == 40.0 / 10.0


# --- no rule can raise ---------------------------------------------------------------------------------------------
numbers = st.one_of(st.floats(), st.sampled_from([0.0, 2.0, 8.0, 20.0, 40.0, 60.0, 0.4, 1.0]))
ages = st.one_of(st.none(), numbers)
integers = st.integers(-(10**20), 10**20)
evidences = st.builds(
    Evidence,
    integers,
    st.booleans(),
    numbers,
    st.booleans(),
    integers,
    numbers,
    numbers,
    st.booleans(),
    numbers,
    st.booleans(),
    ages,
    ages,
    ages,
    hand_held=st.sampled_from([None, False, True]),
    foot_pressed=st.booleans(),
)
watches = st.builds(
    Watch,
    integers,
    integers,
    st.booleans(),
    st.booleans(),
    integers,
    integers,
    integers,
    integers,
    integers,
    st.just(OFF),
    numbers,
    numbers,
    integers,
)
ledgers = st.builds(Ledger, numbers, numbers, numbers, numbers, integers, numbers, numbers, numbers, st.booleans())
positive = st.floats(0.0, allow_nan=False)
limitses = st.builds(Limits, positive, positive, positive, positive, positive, positive, positive, positive)
demands = st.builds(Output, numbers, numbers)


@given(demands, evidences, watches, ledgers, limitses)
def test_permission_is_never_above_demand_and_never_fails(demand, evidence, watch, ledger, limits):
    permission = permit(demand, evidence, watch, ledger, limits)
    check(demand, permission, limits)
    assert refusal(evidence, watch, ledger, limits) in {
        *permission.trips,
        "",
        "cell-fault",
        "platform-still-moving",
        "recorder-not-ready",
        "dose-used-up",
        "hand-switch-not-held",
        "foot-switch-pressed",
    }


@given(st.builds(Output, st.floats(0.0, 100.0), st.floats(0.0, 50.0)), limitses)
def test_permission_lies_within_every_limit(good, demand, limits):
    check(demand, permit(demand, good, FIRST, Ledger(), limits), limits)


def check(demand: Output, permission: Permission, limits: Limits) -> None:
    frequency_hz, displacement_pp_mm, reasons, tripped = permission
    assert set(tripped) <= set(reasons)
    assert isinstance(frequency_hz, float)
    if (frequency_hz, displacement_pp_mm) == OFF:
        return
    assert 0.0 < frequency_hz <= demand.frequency_hz
    assert 0.0 < displacement_pp_mm <= demand.displacement_pp_mm
    assert bool(reasons) is ((frequency_hz, displacement_pp_mm) != demand)
    assert not tripped
    assert max(2.0, limits.min_hz) <= frequency_hz <= min(40.0, limits.max_hz)
    assert displacement_pp_mm <= min(6.0, max(limits.displacement_pp_mm, limits.low_displacement_pp_mm))
    assert peak_acceleration_g(frequency_hz, displacement_pp_mm) <= min(1.0, limits.acceleration_g)


@given(demands, evidences, watches, ledgers, limitses, limitses)
def test_tighter_limits_never_permit_what_the_wider_forbid(demand, evidence, watch, ledger, limits, others):
    wide = permit(demand, evidence, watch, ledger, limits)
    tight = permit(demand, evidence, watch, ledger, tightest(limits, others))
    assert set(wide.trips) <= set(tight.trips)
    assert wide[:2] != OFF or tight[:2] == OFF


def test_refusal_names_what_forbids_arming(good):
    assert refusal(good, FIRST, Ledger(), HARD) == ""
    for changes, code in [
        ({"estop_closed": False}, "estop-open"),
        ({"oldest_cell_ms": 61.0}, "samples-stale"),
        ({"cells_ok": False}, "cell-fault"),
        ({"drive_healthy": False}, "drive-fault"),
        ({"recorder_age_s": 2.1}, "recorder-not-ready"),
        ({"web_age_s": 2.1}, "web-lost"),
        ({"measured_hz": 2.0}, "platform-still-moving"),
        ({"measured_hz": nan}, "unknown-state"),
        ({"hand_held": False}, "hand-switch-not-held"),
        ({"foot_pressed": True}, "foot-switch-pressed"),
    ]:
        assert refusal(good._replace(**changes), FIRST, Ledger(), HARD) == code
    for changes in ({"measured_hz": 1.99}, {"force_n": 0.0}, {"cop_out_of_base": True}, {"recorder_age_s": 1.9}):
        assert refusal(good._replace(**changes), FIRST, Ledger(), HARD) == ""
    assert refusal(good, FIRST, Ledger(day_s=900.0), HARD) == "dose-used-up"
    assert refusal(good, FIRST, Ledger(day_s=600.0), CLINICIAN) == "dose-used-up"
    assert refusal(good, FIRST._replace(hz_off_ns=3 * S), Ledger(), HARD) == "frequency-off"


def test_a_drive_that_says_what_is_wrong_names_the_trip(good):
    sick = good._replace(drive_healthy=False, drive_fault="tach-lost")
    assert permit(Output(20.0, 0.4), sick, FIRST, Ledger(), HARD).trips == ("tach-lost",)
    assert refusal(sick, FIRST, Ledger(), HARD) == "tach-lost"
    # A name alone is no fault.
    assert permit(Output(20.0, 0.4), good._replace(drive_fault="tach-lost"), FIRST, Ledger(), HARD).trips == ()
