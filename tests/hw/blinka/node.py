"""The other end of a fake device node: modelled chips behind `fake_i2c.c`, which a program under test has preloaded."""

import errno
import socket
import struct
import subprocess
import threading
from pathlib import Path

from hw.simulated.adxl345 import Adxl345Chip
from hw.simulated.chip import Ads1115Chip
from station.clock import MonotonicClock

VOLTS = (0.5, 0.6, 0.7, 0.8)


def build(folder: Path, project: Path) -> Path:
    """The library to be preloaded."""
    library = folder / "fake_i2c.so"
    source = project / "tests" / "hw" / "blinka" / "fake_i2c.c"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl"], check=True)
    return library


def converter(cell, clock):
    """That of this cell, well and as it comes."""
    volts = VOLTS[cell]
    return Ads1115Chip(lambda t_ns, mux: volts if mux == 4 else -0.1, clock, seed=cell)


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

    def __init__(self, path: Path) -> None:
        clock = MonotonicClock()
        chips = [converter(cell, clock) for cell in range(4)]
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
