"""Rigs by name: no fall-back, no accidental import, and messages that say what to do."""

import subprocess
import sys

import pytest

from hw.errors import HardwareError, UnknownRigError
from hw.registry import open_rig
from hw.settings import RigSettings
from hw.values import RIG_NAMES


@pytest.mark.parametrize(("name", "meant"), [("simulatd", "simulated"), ("pi4", "pi"), ("reply", "replay")])
def test_an_unknown_rig_is_an_error_with_a_suggestion(clock, name, meant):
    with pytest.raises(UnknownRigError, match=f"suggestion={meant}$") as caught:
        open_rig(name, RigSettings(), clock)
    assert caught.value.code == "rig-unknown"
    assert isinstance(caught.value, LookupError)


def test_something_quite_different_gets_the_list_of_names(clock):
    with pytest.raises(UnknownRigError) as caught:
        open_rig("quark", RigSettings(), clock)
    assert all(name in str(caught.value) for name in RIG_NAMES)
    assert "suggestion" not in str(caught.value)


def test_replay_needs_a_recording(clock):
    with pytest.raises(HardwareError) as caught:
        open_rig("replay", RigSettings(), clock)
    assert caught.value.code == "replay-input"


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("hw.registry", ("hw.pi", "hw.simulated", "gpiozero", "lgpio", "busio")),
        ("hw.pi", ("hw.simulated", "gpiozero.pins.mock", "lgpio", "board")),
        ("hw.simulated.rig", ("hw.pi", "lgpio", "board", "numpy")),
    ],
)
def test_a_rig_loads_nothing_of_another(module, absent, project):
    code = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("opening", "absent"),
    [
        ("open_rig('simulated', RigSettings(), VirtualClock())", ("hw.pi", "lgpio", "board")),
        ("open_rig('replay', RigSettings(), VirtualClock(), replay=STANDING)", ("hw.pi", "hw.simulated.world")),
    ],
)
def test_an_opened_rig_loads_nothing_of_another(opening, absent, project):
    code = f"""
import sys
from hw.registry import open_rig
from hw.settings import ReplaySignal, RigSettings
from hw.values import PlateGeometry
from station.clock import VirtualClock
STANDING = ReplaySignal([0.0, 1.0], [(9.0,) * 4] * 2, PlateGeometry(138.0, 293.0))
{opening}
print([name for name in {absent!r} if name in sys.modules])
"""
    seen = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
