"""What is looked at before pigpiod is trusted with a motor: who can reach it, who else uses it, who owns the pins."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from fcntl import ioctl
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from hw.errors import HardwareError, saw, seen_in
from hw.pins import line_user
from hw.settings import TRIED_PIGPIOD_VERSIONS

LOCAL = ("127.0.0.1", "::1")
"""Where a pigpiod of this computer alone listens: `-l` takes only the second where there is IPv6
(docs/sources/hardware.md#where-pigpiod-listens)."""


_LISTENING = "0A"
"""State of a socket in /proc/net/tcp (Linux, include/net/tcp_states.h)."""
_INPUT, _OUTPUT = 0, 1
_PWM_MODE = {12: 4, 13: 4, 18: 2, 19: 2}
"""Alternate function, as pigpio numbers them, in which each pin is a PWM output (BCM2711 peripherals, 5.3)."""
_SHARES_CHANNEL = {12: 18, 18: 12, 13: 19, 19: 13}


def where(port: int) -> str:
    """How messages name the daemon."""
    return f"pigpiod 127.0.0.1:{port}"


def hold(port: int) -> socket.socket:
    """Be the only drive at this daemon until the socket that is returned is closed, which a dead process's is.

    A name in Linux' abstract namespace is, like the daemon's port, one for each network namespace.
    Raises HardwareError "drive-pin-in-use".
    """
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        lock.bind(f"\0balance-station/drive/{port}")
    except OSError as error:
        lock.close()
        raise HardwareError("drive-pin-in-use", where(port), saw("another-station")) from error
    return lock


def check_closed(port: int, proc: Path = Path("/proc")) -> None:
    """That nobody on the network can reach the daemon. Raises HardwareError "pigpiod-open".

    It asks nobody for a password: whoever reaches its port can switch the motor on.
    """
    for table, read in (("tcp", _ipv4), ("tcp6", _ipv6)):
        with suppress(FileNotFoundError):  # no IPv6 in this kernel
            for line in (proc / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                local, _, state = line.split()[1:4]
                address, _, port_hex = local.partition(":")
                if state == _LISTENING and int(port_hex, 16) == port and not (at := read(address)).is_loopback:
                    raise HardwareError("pigpiod-open", where(port), saw("listens-to-network", at=str(at)))


def _ipv4(word: str) -> IPv4Address:
    return IPv4Address(struct.pack("=I", int(word, 16)))


def _ipv6(words: str) -> IPv6Address | IPv4Address:
    address = IPv6Address(struct.pack("=4I", *(int(words[i : i + 8], 16) for i in range(0, 32, 8))))
    return address.ipv4_mapped or address


def check_version(version: int, port: int) -> None:
    """That it is a pigpiod which the dead-man is known to work in. Raises HardwareError "pigpiod-version"."""
    if version not in TRIED_PIGPIOD_VERSIONS:
        seen = saw("pigpiod-untried", version=version, known=list(TRIED_PIGPIOD_VERSIONS))
        raise HardwareError("pigpiod-version", where(port), seen)


def check_unclaimed(pins: Mapping[str, int], chip: Path, ask: Callable[..., object] = ioctl) -> None:
    """That no driver of the kernel and no other program has one of these pins. Raises HardwareError "drive-pin-in-use".

    pigpiod writes the SoC's registers behind the kernel's back, so the kernel refuses nobody: it has to be asked.
    `pins` maps names to BCM numbers, `chip` is the device of the header's pins, `ask` its ioctl. Raises
    HardwareError "gpio-missing" when that device does not answer.
    """
    try:
        with chip.open("rb", buffering=0) as device:
            for name, pin in pins.items():
                if user := line_user(device, pin, ask):
                    raise HardwareError("drive-pin-in-use", f"GPIO {pin} ({name})", saw("pin-used", user=user))
    except HardwareError:
        raise
    except OSError as error:
        raise HardwareError("gpio-missing", str(chip), seen_in(error)) from error


def check_modes(mode_of: Callable[[int], int], pwm: int, others: Mapping[str, int]) -> None:
    """That each pin is free or as a drive leaves it. Raises HardwareError "drive-pin-in-use".

    `mode_of` asks pigpiod for a pin's function. An output that is high is no reason to refuse: it may be what a daemon
    that died left on, and then has to be taken over.
    """
    for name, pin in {"motor_pwm": pwm, **others}.items():
        mode = mode_of(pin)
        allowed = {_INPUT, _OUTPUT} | ({_PWM_MODE[pwm]} if pin == pwm else set())
        if mode not in allowed:
            raise HardwareError("drive-pin-in-use", f"GPIO {pin} ({name})", saw("pin-alternate", mode=mode))
    twin = _SHARES_CHANNEL[pwm]
    if mode_of(twin) == _PWM_MODE[twin]:
        raise HardwareError("drive-pin-in-use", f"GPIO {pwm} (motor_pwm)", saw("pwm-channel-used", pin=twin))
