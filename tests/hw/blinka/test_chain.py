"""Blinka as on a Pi: `board`, `busio`, PureIO and the kernel's ioctl, down to modelled chips behind a fake device node.

The only thing that is not the real one is the node: a preloaded library in C turns its system calls into packets. The
chips run by the machine's clock here, so nothing below depends on how fast or how evenly the machine runs.
"""

import errno
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hw.simulated.adxl345 import Adxl345Chip
from hw.simulated.chip import Ads1115Chip
from hw.values import CellStatus
from station.clock import MonotonicClock

VOLTS = (0.5, 0.6, 0.7, 0.8)
LSB_V = 2.048 / 32768


class Verbs:
    """A device that breaks and repairs the third chip when its verb is written to it."""

    nacks = False

    def __init__(self, chip):
        self.chip = chip

    def write(self, data):
        verb = bytes(data).decode()
        if verb == "repair":
            self.chip.nack(False)
            self.chip.freeze(False)
        elif verb:
            getattr(self.chip, verb)()

    def send(self, count):
        return bytes(count)


class Node:
    """The other end of the fake device node: packets of transactions, played on modelled chips."""

    def __init__(self, path):
        clock = MonotonicClock()
        chips = [
            Ads1115Chip(lambda t_ns, mux, volts=volts: volts if mux == 4 else -0.1, clock, seed=cell)
            for cell, volts in enumerate(VOLTS)
        ]
        self.devices = {0x48 + cell: chip for cell, chip in enumerate(chips)}
        self.devices[0x53] = Adxl345Chip(lambda t_ns: 0.0, clock, seed=1)
        self.devices[0x70] = Verbs(chips[2])
        self.transactions = 0
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self):
        """One connection after another: the program under test opens one node at a time."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                while packet := connection.recv(4096):
                    connection.sendall(self._play(packet))

    def _play(self, packet):
        self.transactions += 1
        answer = bytearray(b"\0")
        place = 1
        for _ in range(packet[0]):
            address, is_read, length = struct.unpack_from("<BBH", packet, place)
            place += 4
            device = self.devices.get(address)
            if device is None or device.nacks:
                return bytes([errno.EREMOTEIO])
            if is_read:
                answer += device.send(length)
            else:
                device.write(packet[place : place + length])
                place += length
        return bytes(answer)


@pytest.fixture(scope="session")
def preloaded(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    library = tmp_path_factory.mktemp("fake") / "fake_i2c.so"
    source = project / "tests" / "hw" / "blinka" / "fake_i2c.c"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl"], check=True)
    return library


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
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, cwd=tmp_path)
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
