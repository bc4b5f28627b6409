"""The two questions of the doctor that no file answers: who is on the I2C bus, and which pigpiod listens."""

from __future__ import annotations

import os
import socket
import struct
from fcntl import ioctl
from pathlib import Path

_I2C_SLAVE_FORCE = 0x0706
"""ioctl of Linux' i2c-dev: the address of the reads that follow, even where a kernel driver has it."""
_PIGPV = 26
"""Number of pigpio's command that asks for its version (docs/sources/hardware.md#socket-protocol)."""
PROBE_PATIENCE_S = 0.5


def scan_i2c(node: Path, addresses: tuple[int, ...]) -> list[int]:
    """Those of the addresses that answer to the reading of one byte, which changes nothing in any chip used here.

    Raises OSError where the bus cannot be opened.
    """
    found = []
    bus = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    try:
        for address in addresses:
            ioctl(bus, _I2C_SLAVE_FORCE, address)
            try:
                os.read(bus, 1)
            except OSError:
                continue
            found.append(address)
    finally:
        os.close(bus)
    return found


def ask_pigpiod_version(port: int) -> int:
    """The version of the pigpiod at this port of this computer. Raises OSError where none answers in time."""
    with socket.create_connection(("127.0.0.1", port), PROBE_PATIENCE_S) as link:
        link.sendall(struct.pack("<4I", _PIGPV, 0, 0, 0))
        answer = b""
        while len(answer) < 16:
            part = link.recv(16 - len(answer))
            if not part:
                raise ConnectionError("it closed the connection")
            answer += part
    command, _, _, version = struct.unpack("<4I", answer)
    if command != _PIGPV:
        raise ConnectionError("what answers is no pigpiod")
    return int(version)
