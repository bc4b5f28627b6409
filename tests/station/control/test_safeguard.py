"""The owner of safety's state."""

import pytest

from station.control.safeguard import Safeguard
from station.safety.arming import Arming
from station.safety.dose import Ledger
from station.safety.limits import CLINICIAN
from station.safety.values import Evidence

WELL = Evidence(
    t_ns=1_000_000_000,
    estop_closed=True,
    oldest_cell_ms=4.0,
    cells_ok=True,
    missed_run=0,
    force_n=700.0,
    reference_force_n=700.0,
    cop_out_of_base=False,
    measured_hz=0.0,
    drive_healthy=True,
)
PRESSED = WELL._replace(t_ns=WELL.t_ns + 4_000_000, estop_closed=False)


@pytest.fixture
def armed() -> Safeguard:
    safeguard = Safeguard(CLINICIAN)
    safeguard.supervise((0.0, 0.0), WELL)
    assert safeguard.arm(Ledger(day_s=3.0), WELL) == ""
    return safeguard


def test_it_boots_disarmed_and_arms_with_what_the_patient_has_had(armed: Safeguard) -> None:
    assert Safeguard(CLINICIAN).state.arming is Arming.DISARMED
    assert (armed.state.arming, armed.state.ledger.day_s) == (Arming.ARMED, 3.0)


def test_what_refuses_to_arm_leaves_everything_as_it_was() -> None:
    safeguard = Safeguard(CLINICIAN)
    before = safeguard.state
    assert safeguard.arm(Ledger(day_s=CLINICIAN.day_s), WELL) == "dose-used-up"
    assert safeguard.state is before, "another patient's ledger does not stay behind"


def test_a_tick_keeps_what_it_permitted(armed: Safeguard) -> None:
    permission = armed.supervise((25.0, 0.2), WELL._replace(t_ns=PRESSED.t_ns))
    assert armed.permission is permission
    assert armed.state.given == (permission.frequency_hz, permission.displacement_pp_mm) == (25.0, 0.2)


def test_a_trip_stays_until_a_person_has_seen_it(armed: Safeguard) -> None:
    armed.supervise((25.0, 0.2), PRESSED)
    assert (armed.state.arming, armed.state.trip) == (Arming.ESTOPPED, "estop-open")
    armed.disarm()
    assert armed.acknowledge(PRESSED) == "estop-open"
    released = PRESSED._replace(t_ns=PRESSED.t_ns + 4_000_000, estop_closed=True)
    armed.supervise((0.0, 0.0), released)
    assert armed.acknowledge(released) == ""
    assert (armed.state.arming, armed.state.trip) == (Arming.DISARMED, "")


def test_state_is_for_reading_only(armed: Safeguard) -> None:
    with pytest.raises(AttributeError):
        armed.state = Safeguard(CLINICIAN).state  # type: ignore[misc]
