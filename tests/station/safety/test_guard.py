"""Safety tick by tick: what trips it and when, that a trip stays, and what a person may do."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import TYPE_CHECKING

import pytest

from station.safety.arming import Arming
from station.safety.dose import Ledger, peak_acceleration_g, weighting_k
from station.safety.guard import SafetyState, acknowledge, arm, disarm, supervise
from station.safety.limits import CLINICIAN, HARD, Limits
from station.safety.values import OFF, Output, Permission
from station.safety.watching import Watch

if TYPE_CHECKING:
    from tests.station.safety.conftest import Run

DEMAND = Output(20.0, 0.4)
TRIPS = [  # changes that trip while it vibrates, the code, after how many ticks of 4 ms
    ({"estop_closed": False}, "estop-open", 1),
    ({"oldest_cell_ms": 60.1}, "samples-stale", 1),
    ({"cells_ok": False}, "cell-fault", 16),
    ({"force_n": 419.0}, "load-loss", 38),
    ({"force_n": nan}, "load-loss", 38),
    ({"reference_force_n": 0.0}, "load-loss", 38),
    ({"cop_out_of_base": True}, "cop-out-of-base", 51),
    ({"measured_hz": 17.9}, "frequency-off", 501),
    ({"measured_hz": 22.1}, "frequency-off", 501),
    ({"measured_hz": 0.0}, "frequency-off", 501),
    ({"measured_hz": nan}, "unknown-state", 1),
    ({"measured_hz": 36.0}, "acceleration-high", 1),
    ({"measured_g": 1.01}, "acceleration-high", 1),
    ({"missed_run": 3}, "deadline-missed", 1),
    ({"drive_healthy": False}, "drive-fault", 1),
    ({"recorder_age_s": 2.01}, "recorder-lost", 1),
    ({"web_age_s": 2.01}, "web-lost", 1),
    ({"presence_age_s": 32.01}, "presence-lost", 1),
    ({"step_ns": 0}, "unknown-state", 1),
]
IDS = [f"{code}-{next(iter(changes))}-{next(iter(changes.values()))}" for changes, code, _ in TRIPS]


@pytest.fixture
def vibrating(run: Callable[..., Run]) -> Run:
    """Ten healthy ticks of vibration."""
    running = run()
    for _ in range(10):
        assert running.tick(DEMAND) == Permission(*DEMAND)
    return running


def test_boots_disarmed_and_off(run):
    running = run(SafetyState())
    assert SafetyState() == (Arming.DISARMED, "", Watch(), Ledger(), OFF)
    for asked in (DEMAND, Output(0.5, 0.4), Output(20.0, 0.05)):
        assert running.tick(asked) == Permission(0.0, 0.0, ("not-ready",))
    assert running.tick(OFF) == Permission(0.0, 0.0)
    for idle in (Output(20.0, 0.0), Output(0.0, 0.4), Output(nan, 0.4)):
        assert running.tick(idle) == Permission(0.0, 0.0)
    assert running.state.arming is Arming.DISARMED


def test_a_healthy_minute_never_trips(vibrating):
    assert vibrating.until_trip(3_000, DEMAND, step_ns=20_000_000) == 3_001
    assert vibrating.state.arming is Arming.ARMED


@pytest.mark.parametrize(("changes", "code", "ticks"), TRIPS, ids=IDS)
def test_each_fault_trips_after_its_time(vibrating, changes, code, ticks):
    assert vibrating.until_trip(600, DEMAND, **changes) == ticks
    assert vibrating.state.trip == code
    assert vibrating.permission[:2] == OFF
    assert vibrating.permission.reasons[0] == code
    assert vibrating.state.arming is (Arming.ESTOPPED if code == "estop-open" else Arming.TRIPPED)


@pytest.mark.parametrize(("changes", "code", "ticks"), [trip for trip in TRIPS if trip[2] > 1])
def test_a_fault_that_ends_in_time_is_forgotten(vibrating, changes, code, ticks):
    for _ in range(3):
        assert vibrating.until_trip(ticks - 1, DEMAND, **changes) == ticks
        vibrating.tick(DEMAND, cells_ok=True, force_n=700.0, reference_force_n=700.0, cop_out_of_base=False)
    assert vibrating.state.trip == ""


@pytest.mark.parametrize(("changes", "code", "ticks"), TRIPS, ids=IDS)
def test_a_trip_stays_until_acknowledged(vibrating, good, changes, code, ticks):
    vibrating.until_trip(600, DEMAND, **changes)
    for _ in range(300):
        well = good._asdict() | {"measured_hz": 0.0, "t_ns": vibrating.t_ns + 4_000_000}
        assert vibrating.tick(DEMAND, **well) == Permission(0.0, 0.0, (code,))
    assert vibrating.state.trip == code
    assert arm(vibrating.state, vibrating.evidence) == (vibrating.state, "not-ready")
    assert disarm(vibrating.state) == vibrating.state
    vibrating.state, refused = acknowledge(vibrating.state, vibrating.evidence)
    assert (vibrating.state.arming, vibrating.state.trip, refused) == (Arming.DISARMED, "", "")
    assert vibrating.tick(DEMAND) == Permission(0.0, 0.0, ("not-ready",))
    vibrating.state, refused = arm(vibrating.state, vibrating.evidence)
    assert refused == ""
    assert vibrating.tick(DEMAND) == Permission(*DEMAND)


def test_the_first_fault_keeps_its_name_but_the_emergency_stop_goes_before(vibrating):
    vibrating.tick(DEMAND, missed_run=3)
    vibrating.tick(DEMAND, drive_healthy=False)
    assert vibrating.state.trip == "deadline-missed"
    vibrating.tick(DEMAND, estop_closed=False)
    assert (vibrating.state.arming, vibrating.state.trip) == (Arming.ESTOPPED, "estop-open")


@pytest.mark.parametrize("start", list(Arming))
def test_the_emergency_stop_works_from_every_state(run, start):
    trip = "" if start in {Arming.DISARMED, Arming.ARMED} else "load-loss"
    running = run(SafetyState(arming=start, trip=trip))
    assert running.tick(DEMAND, estop_closed=False) == Permission(0.0, 0.0, ("estop-open",))
    assert (running.state.arming, running.state.trip) == (Arming.ESTOPPED, "estop-open")


def test_the_emergency_stop_is_released_and_then_acknowledged(vibrating):
    vibrating.tick(DEMAND, estop_closed=False)
    assert acknowledge(vibrating.state, vibrating.evidence) == (vibrating.state, "estop-open")
    released = vibrating.evidence._replace(estop_closed=True)
    assert acknowledge(vibrating.state, released) == (vibrating.state, "estop-open")
    assert vibrating.tick(DEMAND, estop_closed=True) == Permission(0.0, 0.0, ("estop-open",))
    assert vibrating.state.arming is Arming.ESTOP_RELEASED
    pressed = released._replace(estop_closed=False)
    assert acknowledge(vibrating.state, pressed) == (vibrating.state, "estop-open")
    assert arm(vibrating.state, released) == (vibrating.state, "not-ready")
    vibrating.state, refused = acknowledge(vibrating.state, released)
    assert (vibrating.state.arming, vibrating.state.trip, refused) == (Arming.DISARMED, "", "")


def test_a_released_emergency_stop_waits(vibrating):
    vibrating.tick(DEMAND, estop_closed=False)
    for _ in range(3):
        assert vibrating.tick(DEMAND, estop_closed=True) == Permission(0.0, 0.0, ("estop-open",))
        assert vibrating.state.arming is Arming.ESTOP_RELEASED


def test_two_faults_at_once_are_both_named_at_that_tick(vibrating):
    named = ("drive-fault", "deadline-missed")
    assert vibrating.tick(DEMAND, missed_run=3, drive_healthy=False) == Permission(0.0, 0.0, named, named)
    assert vibrating.tick(DEMAND) == Permission(0.0, 0.0, ("drive-fault",))


def test_acknowledging_nothing_changes_nothing(armed, good):
    assert acknowledge(armed, good) == (armed, "")
    assert acknowledge(SafetyState(), good) == (SafetyState(), "")


def test_arming_is_refused_by_what_is_wrong_and_only_from_disarmed(armed, good):
    ready = SafetyState()
    state, refused = arm(ready, good)
    assert (state, refused) == (ready._replace(arming=Arming.ARMED), "")
    assert arm(ready, good._replace(cells_ok=False)) == (ready, "cell-fault")
    assert arm(ready, good._replace(estop_closed=False)) == (ready, "estop-open")
    assert arm(armed, good) == (armed, "not-ready")
    odd = ready._replace(trip="load-loss")
    assert arm(odd, good) == (odd, "not-ready")
    tired = ready._replace(ledger=Ledger(day_s=700.0))
    assert arm(tired, good, CLINICIAN) == (tired, "dose-used-up")
    assert arm(tired, good)[1] == ""


def test_disarming_ends_the_vibration_at_the_next_tick(vibrating):
    vibrating.state = disarm(vibrating.state)
    assert vibrating.state.arming is Arming.DISARMED
    assert vibrating.tick(DEMAND) == Permission(0.0, 0.0, ("not-ready",))
    assert vibrating.state.given == OFF


def test_the_emergency_stop_counts_while_disarmed_and_other_faults_do_not(run):
    running = run(SafetyState())
    for changes in ({"oldest_cell_ms": 999.0}, {"cells_ok": False}, {"drive_healthy": False}, {"missed_run": 9}):
        running.until_trip(50, **changes)
        assert running.state.arming is Arming.DISARMED
    running.tick(estop_closed=False)
    assert running.state.arming is Arming.ESTOPPED


@pytest.mark.parametrize("start", [Arming.DISARMED, Arming.ARMED])
def test_motion_that_nobody_asked_for_trips(run, start):
    running = run(SafetyState(arming=start, watch=Watch(t_ns=1)))
    running.tick()
    assert running.until_trip(600, measured_hz=2.0) == 501
    assert (running.state.arming, running.state.trip) == (Arming.TRIPPED, "frequency-off")
    assert running.permission.reasons == ("frequency-off",)


def test_a_platform_that_coasts_for_two_seconds_is_no_fault(vibrating):
    vibrating.tick(OFF)
    assert vibrating.until_trip(499, OFF, measured_hz=15.0) == 500
    vibrating.tick(OFF, measured_hz=1.9)
    assert vibrating.state.watch.hz_off_ns == 0
    assert vibrating.state.arming is Arming.ARMED


def test_a_ramp_may_be_behind_its_demand_but_not_for_ever(run):
    running = run()
    ramp = (Output(2.0 + 0.005 * tick, 0.05) for tick in range(5000))
    ticks = 0
    while not running.state.trip:
        running.tick(next(ramp), measured_hz=1.0)
        ticks += 1
    assert running.state.trip == "frequency-off"
    assert 1500 <= ticks <= 1504


@pytest.mark.parametrize(("limits", "ticks"), [(HARD, 3_000), (Limits(bout_s=1.0), 25)])
def test_a_bout_ends_at_its_longest(run, limits, ticks):
    """In steps of 40 ms; the first permits, so that the vibration comes on at the second."""
    running = run()
    assert running.until_trip(3_100, DEMAND, limits, step_ns=40_000_000) in {ticks + 1, ticks + 2}
    assert running.state.trip == "bout-too-long"


def test_time_without_ticks_counts_as_vibration(vibrating):
    before = vibrating.state.ledger
    vibrating.tick(DEMAND, step_ns=5_000_000_000)
    assert vibrating.state.ledger.day_s == pytest.approx(before.day_s + 5.0)
    assert vibrating.state.ledger.bout_s == pytest.approx(before.bout_s + 5.0)


def test_the_day_and_the_session_end_at_their_longest(run, armed):
    for ledger in (Ledger(day_s=899.9), Ledger(session_s=899.9)):
        running = run(armed._replace(ledger=ledger))
        assert running.until_trip(50, DEMAND) in {26, 27}
        assert running.state.trip == "dose-used-up"


def test_the_ledger_books_what_the_tach_says(vibrating):
    before = vibrating.state.ledger
    vibrating.tick(DEMAND, measured_hz=19.0)
    booked = vibrating.state.ledger.e2_m2_s3 - before.e2_m2_s3
    expected = (peak_acceleration_g(19.0, 0.4) * 9.80665 * weighting_k(19.0)) ** 2 / 2 * 0.004
    assert booked == pytest.approx(expected, rel=1e-6)
    assert vibrating.state.ledger.day_s - before.day_s == pytest.approx(0.004)
    assert vibrating.state.ledger.estimated
    assert vibrating.state.ledger.bouts == 1


def test_a_dose_with_an_accelerometer_is_not_estimated(run):
    running = run()
    for _ in range(3):
        running.tick(DEMAND, measured_g=0.3)
    assert running.state.ledger.day_s == pytest.approx(0.008)
    assert not running.state.ledger.estimated


@pytest.mark.parametrize(
    ("state", "trip"),
    [
        (SafetyState(arming=9), "unknown-state"),  # type: ignore[arg-type]
        (SafetyState(arming=1), "unknown-state"),  # type: ignore[arg-type]
        (SafetyState(arming=9, trip="load-loss"), "load-loss"),  # type: ignore[arg-type]
        (SafetyState(arming=Arming.ARMED, trip="load-loss"), "load-loss"),
        (SafetyState(arming=Arming.DISARMED, trip="load-loss"), "load-loss"),
        (SafetyState(arming=Arming.TRIPPED), "unknown-state"),
        (SafetyState(arming=Arming.ESTOPPED), "unknown-state"),
        (SafetyState(arming=Arming.ESTOP_RELEASED), "unknown-state"),
    ],
)
def test_a_state_that_cannot_be_is_a_trip(good, state, trip):
    after, permission = supervise(state, DEMAND, good, HARD)
    assert (after.arming, after.trip) == (Arming.TRIPPED, trip)
    assert permission == Permission(0.0, 0.0, (trip,))


def test_no_person_can_make_an_impossible_state_vibrate(good):
    odd = SafetyState(arming=Arming.ARMED, trip="load-loss")
    assert acknowledge(odd, good) == (odd, "")
    assert supervise(odd, DEMAND, good, HARD)[1][:2] == OFF
    strange = SafetyState(arming=9)  # type: ignore[arg-type]
    assert arm(strange, good) == (strange, "not-ready")
    assert disarm(strange).arming is Arming.TRIPPED


def test_a_lowered_demand_is_what_the_watch_compares_with(run):
    running = run()
    permission = running.tick(Output(50.0, 0.1))
    assert permission == Permission(40.0, 0.1, ("limit-exceeded",))
    assert running.state.given == Output(40.0, 0.1)
    running.tick(Output(50.0, 0.1))
    assert running.state.watch.hz_off_ns == 0
    assert running.state.arming is Arming.ARMED
