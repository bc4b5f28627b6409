"""Blinka as on a Pi: `board`, `busio`, PureIO and the kernel's ioctl, down to modelled chips behind a fake device node.

The only thing that is not the real one is the node: a preloaded library in C turns its system calls into packets. The
chips run by the machine's clock here, so nothing below depends on how fast or how evenly the machine runs.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hw.values import CellStatus
from tests.hw.blinka.node import VOLTS, Node, build

LSB_V = 2.048 / 32768


@pytest.fixture(scope="session")
def preloaded(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    return build(tmp_path_factory.mktemp("fake"), project)


@pytest.fixture
def chain(tmp_path: Path, project: Path, preloaded: Path) -> dict[str, object]:
    """What a program on a Pi saw of its bus."""
    node = Node(tmp_path / "bus")
    (tmp_path / "i2c-1").touch()
    (tmp_path / "gpiochip0").touch()
    environment = os.environ | {
        "LD_PRELOAD": str(preloaded),
        "FAKE_I2C": str(tmp_path / "bus"),
        "BLINKA_FORCEBOARD": "RASPBERRY_PI_4B",
        "BLINKA_FORCECHIP": "BCM2XXX",
        "PYTHONPATH": str(project),
    }
    script = project / "tests" / "hw" / "blinka" / "as_on_a_pi.py"
    try:
        command = [sys.executable, script, tmp_path]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250, cwd=tmp_path)
    finally:
        node.close()
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout) | {"node": node}


def test_the_whole_chain_reads_every_cell_and_names_every_fault(chain):
    assert chain["board"] == "RASPBERRY_PI_4B"
    assert chain["scan"] == [0x48, 0x49, 0x4A, 0x4B, 0x53, 0x70]
    assert chain["library_v"] == pytest.approx(VOLTS, abs=8 * LSB_V)
    assert len(chain["volts"]) == 100
    for volts in chain["volts"]:
        assert volts == pytest.approx(VOLTS, abs=8 * LSB_V)
    assert set(chain["status"]) <= {CellStatus.OK, CellStatus.REPEATED}
    assert len(chain["g"]) > 100
    assert sum(chain["g"]) / len(chain["g"]) == pytest.approx(1.0, abs=0.13)
    assert set(chain["nack"]) == {CellStatus.NO_ANSWER}
    assert CellStatus.STALE in chain["freeze"]
    assert chain["brownout"][0] == CellStatus.RESET
    assert chain["repaired"] == pytest.approx(VOLTS, abs=8 * LSB_V)
    assert chain["node"].transactions > 1000
