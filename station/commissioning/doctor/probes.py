"""The questions of the doctor that no file answers: who is on the I2C bus, which pigpiod listens, what the firmware and
the clock chip say. All of them read; none changes anything.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from typing import NamedTuple

_I2C_SLAVE_FORCE = 0x0706
"""ioctl of Linux' i2c-dev: the address of the reads that follow, even where a kernel driver has it."""
_MAILBOX = 0xC000_6400 | struct.calcsize("P") << 16
"""ioctl of /dev/vcio, _IOWR(100, 0, char *): one property of the firmware (docs/sources/hardware.md#firmware)."""
_ANSWERED = 0x8000_0000
_RTC_VL_READ = 0x8004_7013
"""ioctl of Linux' rtc (linux/rtc.h): what is wrong with its battery, as bits."""
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


def i2c_register(node: Path, address: int, register: int) -> int:
    """One byte of a chip's register. Raises OSError where it does not answer."""
    bus = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    try:
        ioctl(bus, _I2C_SLAVE_FORCE, address)
        os.write(bus, bytes([register]))
        answer = os.read(bus, 1)
    finally:
        os.close(bus)
    if not answer:
        raise OSError(errno.ENODATA, os.strerror(errno.ENODATA))
    return answer[0]


def ask_firmware(node: Path, tag: int, words: Sequence[int]) -> tuple[int, ...]:
    """What the firmware of a Pi answers to this property, as many words as were asked with.

    Raises OSError where there is no mailbox, no right to it, or no such property.
    """
    size = 4 * len(words)
    buffer = bytearray(struct.pack(f"<5I{len(words)}II", 24 + size, 0, tag, size, 0, *words, 0))
    mailbox = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    try:
        ioctl(mailbox, _MAILBOX, buffer, True)
    finally:
        os.close(mailbox)
    answer = struct.unpack(f"<5I{len(words)}II", buffer)
    if answer[1] != _ANSWERED or not answer[4] & _ANSWERED:
        raise OSError(errno.EOPNOTSUPP, f"0x{tag:08x}: {os.strerror(errno.EOPNOTSUPP)}")
    return tuple(answer[5:-1])


def clock_flags(node: Path) -> int:
    """What a clock chip says of its battery, 0 for nothing wrong. Raises OSError where it cannot be asked."""
    clock = os.open(node, os.O_RDONLY | os.O_CLOEXEC)
    buffer = bytearray(4)
    try:
        ioctl(clock, _RTC_VL_READ, buffer, True)
    finally:
        os.close(clock)
    return int.from_bytes(buffer, "little")


def ask_pigpiod_version(port: int) -> int:
    """The version of the pigpiod at this port of this computer. Raises OSError where none answers in time."""
    with socket.create_connection(("127.0.0.1", port), PROBE_PATIENCE_S) as link:
        link.sendall(struct.pack("<4I", _PIGPV, 0, 0, 0))
        answer = b""
        while len(answer) < 16:
            part = link.recv(16 - len(answer))
            if not part:
                raise OSError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            answer += part
    command, _, _, version = struct.unpack("<4I", answer)
    if command != _PIGPV:
        raise OSError(errno.EPROTO, os.strerror(errno.EPROTO))
    return int(version)


INSTALLER = "opt/balance-station/current/systemd/install"


class InstalledStep(NamedTuple):
    """What the installer finds of one of its steps."""

    name: str
    result: str
    """`ok`, `differs`, or another word where it could not be looked at."""
    facts: tuple[str, ...]
    """What differs, in the installer's words."""


def ask_installer(root: Path) -> list[InstalledStep] | None:
    """What the installer of the current release finds of each step, changing nothing; None where there is none, and one
    step `installer` where it cannot be asked.
    """
    program = root / INSTALLER
    if not program.is_file():
        return None
    command = [sys.executable, "-I", str(program), "--check", "--json", "--root", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    try:
        return [InstalledStep(one["step"], one["result"], tuple(one["facts"])) for one in json.loads(done.stdout)]
    except (ValueError, TypeError, KeyError):
        said = (done.stderr.strip() or done.stdout.strip() or str(done.returncode)).splitlines()[-1]
        return [InstalledStep("installer", "failed", (said,))]
