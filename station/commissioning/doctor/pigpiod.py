"""Checks: pigpiod, its version, its flags, and that only this computer can reach it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from getopt import GetoptError, getopt

from hw.settings import TRIED_PIGPIOD_VERSIONS, PinSettings
from station.commissioning.doctor.values import Check, Machine, number
from station.settings import Settings

PORT = 8888
_FLAGS = "a:b:c:d:e:fgkln:mp:s:t:vVx:"
"""What it takes, as getopt writes it (docs/sources/hardware.md#where-pigpiod-listens)."""
_MASK, _NETWORK, _VERSION = "pigpiod mask", "pigpiod network", "pigpiod version"
_RESTART = "sudo systemctl restart station-pigpiod; journalctl -u station-pigpiod says why it does not listen."
_EVERY_PIN = "it may change every pin"
_ONLY_THESE = "Start it with -x 0x{mask:x}, the motor's pins of the settings: in station-pigpiod.service."
_OTHER_PORT = "Start pigpiod without -p {port}, or set `rig.drive.pigpiod_port` to {port}."
_TRIED = "Install one of {known}: others were not tried with this station's script."
_PACKAGE = "Raspberry Pi OS 12: sudo apt install pigpio, then sudo systemctl enable --now station-pigpiod."
_SOURCE = (
    "This system has no package of it: build version 79 from its source (make, sudo make install), then sudo systemctl "
    "enable --now station-pigpiod."
)
_MOTOR_PINS = ("motor_pwm", "motor_enable", "motor_relay", "motor_heartbeat", "tach")
"""The pins that are pigpiod's alone."""
_LISTEN = "0A"
_CLOSE_IT = (
    "Anybody on the network could move the platform. Start it with -l -n 127.0.0.1, as the station's unit "
    "does: sudo systemctl disable --now pigpiod, then sudo systemctl enable --now station-pigpiod."
)
_ANY_V4 = "00000000"
_ANY_V6 = "0" * 32
_LOOPBACK_V4 = "0100007F"
_LOOPBACK_V6 = "00000000000000000000000001000000"


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Running, with which flags, reachable from here alone, its version."""
    if settings.station.rig != "pi":
        yield Check("pigpiod", "na", f"not used by the rig `{settings.station.rig}`")
        return
    running = _running(machine)
    if not running:
        yield Check("pigpiod", "fail", "not running", _how_to_get_one(machine))
        return
    yield _alone(running)
    flags = _flags(running[0])
    if flags is None:
        seen = " ".join(["pigpiod", *running[0]])
        yield Check("pigpiod flags", "fail", seen, _CLOSE_IT)
        flags = {}
    port, wanted = number(flags.get("-p", str(PORT))) or PORT, settings.rig.drive.pigpiod_port
    if port != wanted:
        remedy = _OTHER_PORT.format(port=port)
        yield Check("pigpiod port", "fail", f"{port}, and the settings say {wanted}", remedy)
    yield _reach(machine, port, "-l" in flags)
    yield _version(machine, port)
    yield _mask(flags.get("-x"), settings.rig.pins)
    if number(flags.get("-t", "1"), 0) == 0:
        yield Check("pigpiod clock", "fail", "-t 0", "Leave out -t 0: it takes the PWM that the motor needs.")


def _running(machine: Machine) -> list[list[str]]:
    """What each pigpiod that runs was started with, its own name left out."""
    found = []
    for path in machine.found("/proc", "[0-9]*/cmdline"):
        words = (machine.raw(path) or b"").decode(errors="replace").rstrip("\x00").split("\x00")
        if words[0].rpartition("/")[2] == "pigpiod":
            found.append(words[1:])
    return found


def _how_to_get_one(machine: Machine) -> str:
    """How to install it where it is packaged, and where it is not."""
    if machine.is_pi5:
        return 'pigpiod does not run on this board: set `rig = "pi5"` in the table `[station]` of the settings.'
    return _SOURCE if machine.has_no_pigpio else _PACKAGE


def _alone(running: list[list[str]]) -> Check:
    seen = "; ".join(" ".join(["pigpiod", *words]) for words in running)
    if len(running) > 1:
        return Check("pigpiod", "fail", seen, "Two of them drive the same pins: stop all but station-pigpiod.")
    return Check("pigpiod", "ok", seen)


def _flags(words: list[str]) -> dict[str, str] | None:
    """Its flags with their values, the last of each, masks of several -x together; None for what it would not take."""
    try:
        given, rest = getopt(words, _FLAGS)
    except GetoptError:
        return None
    masks = [number(value, 0) for flag, value in given if flag == "-x"]
    flags = dict(given)
    if masks and None not in masks:
        flags["-x"] = str(functools.reduce(operator.or_, (mask for mask in masks if mask is not None)))
    return None if rest else flags


def _mask(given: str | None, pins: PinSettings) -> Check:
    """Whether it may change the motor's pins, and no others."""
    needed = {getattr(pins, key): key for key in _MOTOR_PINS}
    right = sum(1 << pin for pin in needed)
    remedy = _ONLY_THESE.format(mask=right)
    if given is None:
        return Check(_MASK, "warn", _EVERY_PIN, remedy)
    mask = number(given, 0)
    if mask is None:
        return Check(_MASK, "fail", f"-x {given}", remedy)
    if mask < 0:
        return Check(_MASK, "warn", _EVERY_PIN, remedy)
    lacking = [f"{key} (GPIO {pin})" for pin, key in sorted(needed.items()) if not mask >> pin & 1]
    if lacking:
        return Check(_MASK, "fail", f"-x 0x{mask:x} without {', '.join(lacking)}", remedy)
    if mask != right:
        return Check(_MASK, "warn", f"-x 0x{mask:x}, not 0x{right:x}", remedy)
    return Check(_MASK, "ok", f"-x 0x{mask:x}")


def _listening(machine: Machine, port: int) -> set[str] | None:
    """The local addresses, as the kernel writes them, on which somebody listens at this port; None where it does not
    say.
    """
    tables = [machine.read(table) for table in ("/proc/net/tcp", "/proc/net/tcp6")]
    if not any(tables):
        return None
    found = set()
    for line in "\n".join(table or "" for table in tables).splitlines():
        fields = line.split()
        if len(fields) < 4:
            continue
        address, _, hexadecimal = fields[1].partition(":")
        if fields[3] == _LISTEN and number(hexadecimal, 16) == port:
            found.add(address)
    return found


def _reach(machine: Machine, port: int, local: bool) -> Check:
    listening = _listening(machine, port)
    if listening is None:
        if local:
            remedy = "Look yourself: ss -ltn must show 127.0.0.1 alone at its port."
            return Check(_NETWORK, "warn", "this system does not say who listens", remedy)
        return Check(_NETWORK, "fail", "-l missing", _CLOSE_IT)
    if listening & {_ANY_V4, _ANY_V6} or listening - {_ANY_V4, _ANY_V6, _LOOPBACK_V4, _LOOPBACK_V6}:
        return Check(_NETWORK, "fail", f"port {port} is open to the network", _CLOSE_IT)
    if not listening:
        return Check(_NETWORK, "fail", f"nobody listens at port {port}", _RESTART)
    if listening == {_LOOPBACK_V6}:
        remedy = "Start it with -l -n 127.0.0.1: with -l alone it listens on IPv6 only."
        return Check(_NETWORK, "warn", "::1 alone", remedy)
    return Check(_NETWORK, "ok", f"port {port}, this computer alone")


def _version(machine: Machine, port: int) -> Check:
    try:
        version = machine.pigpiod_version(port)
    except OSError as problem:
        return Check(_VERSION, "fail", str(problem), _RESTART)
    if version not in TRIED_PIGPIOD_VERSIONS:
        known = ", ".join(map(str, TRIED_PIGPIOD_VERSIONS))
        remedy = _TRIED.format(known=known)
        return Check(_VERSION, "fail", str(version), remedy)
    return Check(_VERSION, "ok", str(version))
