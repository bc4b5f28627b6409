"""Any life of the drive over pigpio under virtual time. The daemon is modelled."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.vibration_drive import Bench
from hw.errors import HardwareError
from hw.settings import DriveSettings

ACTIONS = st.sampled_from(
    ["arm", "stop", "silence", "estop", "estop closed", "dead", "recover", "tach", "stall", "free", "demand", "off"]
)


def do(bench, action, state):
    daemon = bench.daemon
    if action in {"arm", "recover"}:
        try:
            getattr(bench.drive, action)()
            state["armed"] |= action == "arm"
        except HardwareError:
            pass
    elif action == "stop":
        bench.drive.stop()
        state["armed"] = False
    elif action == "silence":
        bench.clock.spend_ns(80_000_000)
    elif action in {"estop", "estop closed"}:
        daemon.estop_open = action == "estop"
    elif action in {"dead", "tach"}:
        setattr(daemon, "dead" if action == "dead" else "tach_broken", True)
    elif action in {"stall", "free"}:
        daemon.stalled = action == "stall"
    else:
        state["demand"] = 25.0 if action == "demand" else 0.0


@given(st.lists(ACTIONS, max_size=25))
def test_no_life_powers_the_motor_without_a_person_who_armed_it(actions):
    """Nor with an open emergency stop, and no call ever raises but `arm` and `recover`."""
    bench = Bench(1, DriveSettings())
    state = {"armed": False, "demand": 25.0}
    for action in actions:
        do(bench, action, state)
        daemon = bench.daemon
        if not bench.drive.feedback().healthy:
            state["armed"] = False
        was_powered = daemon.powered
        bench.run(0.08, state["demand"])
        if not daemon.dead:
            assert not (daemon.powered and daemon.estop_open)
            if not state["armed"] and not was_powered:
                assert not daemon.powered
        if not bench.drive.feedback().healthy:
            state["armed"] = False
