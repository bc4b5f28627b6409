"""The limit that the kernel holds the loop to: real processes under SCHED_FIFO."""

import os
import signal
import subprocess
import sys

import pytest

from station.control.loop import RUNAWAY_US
from tests.conftest import NO_REAL_TIME

COMPUTES = """
import os, resource, sys, time
from station.control.loop import end_if_it_never_sleeps
resource.setrlimit(resource.RLIMIT_RTTIME, (10_000_000, resource.RLIM_INFINITY))  # as the unit does: now it counts
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
def compute(limits):
    until_s = time.process_time() + limits * {limit_s}
    while time.process_time() < until_s:
        pass
compute(float(sys.argv[1]))
end_if_it_never_sleeps(1)
compute(float(sys.argv[2]))
"""


def _computes(before: float, after: float) -> int:
    """The exit code of a process that computes for so many limits in one go, before the limit holds and after."""
    program = COMPUTES.format(limit_s=RUNAWAY_US / 1e6)
    return subprocess.run([sys.executable, "-c", program, str(before), str(after)], timeout=250).returncode


@pytest.fixture(autouse=True)
def _real_time() -> None:
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pytest.skip(NO_REAL_TIME)
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def test_a_start_that_computed_for_longer_is_not_ended_for_it() -> None:
    assert _computes(2.0, 0.2) == 0


def test_a_loop_that_never_sleeps_is_ended() -> None:
    assert _computes(0.0, 5.0) == -signal.SIGXCPU
