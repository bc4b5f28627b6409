"""Checks: pigpiod, its version, its flags, and that only this computer can reach it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from getopt import GetoptError, getopt

from hw.settings import TRIED_PIGPIOD_VERSIONS, PinSettings
from station.commissioning.doctor.values import Check, Machine, found, number, said
from station.settings import Settings

PORT = 8888
_FLAGS = "a:b:c:d:e:fgkln:mp:s:t:vVx:"
"""What it takes, as getopt writes it (docs/sources/hardware.md#where-pigpiod-listens)."""
_MOTOR_PINS = ("motor_pwm", "motor_enable", "motor_relay", "motor_heartbeat", "tach")
"""The pins that are pigpiod's alone."""
_LISTEN = "0A"
_ANY_V4 = "00000000"
_ANY_V6 = "0" * 32
_LOOPBACK_V4 = "0100007F"
_LOOPBACK_V6 = "00000000000000000000000001000000"


def checks(machine: Machine, settings: Settings) -> Iterator[Check]:
    """Running, with which flags, reachable from here alone, its version."""
    if settings.station.rig != "pi":
        yield found("pigpiod", "not-used", rig=settings.station.rig)
        return
    running = _running(machine)
    if not running:
        yield _none_runs(machine)
        return
    commands = [" ".join(["pigpiod", *words]) for _, words in running]
    several = len(commands) > 1
    yield found("pigpiod", "several", commands=commands) if several else found("pigpiod", "ok", command=commands[0])
    folder, words = running[0]
    flags = _flags(words)
    if flags is None:
        yield found("pigpiod-flags", "refused", command=commands[0])
        flags = {}
    port, wanted = number(flags.get("-p", str(PORT))) or PORT, settings.rig.drive.pigpiod_port
    if port != wanted:
        yield found("pigpiod-port", "other", port=str(port), wanted=str(wanted))
    listening = _listening(machine, port, folder)
    yield _reach(listening, port, "-l" in flags)
    if listening and not _listening(machine, port, "/proc"):
        yield found("pigpiod-version", "own-network")
    else:
        yield _version(machine, port)
    yield _mask(flags.get("-x"), settings.rig.pins)
    if number(flags.get("-t", "1"), 0) == 0:
        yield found("pigpiod-clock", "takes-pwm")


def _running(machine: Machine) -> list[tuple[str, list[str]]]:
    """The folder in /proc of each pigpiod that runs, and what it was started with, its own name left out."""
    found = []
    for path in machine.found("/proc", "[0-9]*/cmdline"):
        words = (machine.raw(path) or b"").decode(errors="replace").rstrip("\x00").split("\x00")
        if words[0].rpartition("/")[2] == "pigpiod":
            found.append((path.removesuffix("/cmdline"), words[1:]))
    return found


def _none_runs(machine: Machine) -> Check:
    """That none runs: how to install it depends on where it is packaged."""
    if machine.is_pi5:
        return found("pigpiod", "not-running-on-pi-5")
    if machine.has_no_pigpio:
        return found("pigpiod", "not-running-unpackaged")
    return found("pigpiod", "not-running")


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
    right = hex(sum(1 << pin for pin in needed))
    if given is None:
        return found("pigpiod-mask", "every-pin", right=right)
    mask = number(given, 0)
    if mask is None:
        return found("pigpiod-mask", "unreadable", given=given, right=right)
    if mask < 0:
        return found("pigpiod-mask", "every-pin", right=right)
    lacking = [f"{key} (GPIO {pin})" for pin, key in sorted(needed.items()) if not mask >> pin & 1]
    if lacking:
        return found("pigpiod-mask", "lacking", mask=hex(mask), pins=lacking, right=right)
    if hex(mask) != right:
        return found("pigpiod-mask", "more-pins", mask=hex(mask), right=right)
    return found("pigpiod-mask", "ok", mask=right)


def _listening(machine: Machine, port: int, folder: str) -> set[str] | None:
    """The local addresses, as the kernel writes them, on which somebody listens at this port in the network of the
    process with this folder in /proc; `/proc` is this one's own. None where it does not say.
    """
    tables = [
        text if (text := machine.read(f"{folder}/net/{table}")) is not None else machine.read(f"/proc/net/{table}")
        for table in ("tcp", "tcp6")
    ]
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


def _reach(listening: set[str] | None, port: int, local: bool) -> Check:
    if listening is None:
        return found("pigpiod-network", "unknown") if local else found("pigpiod-network", "not-local")
    if listening & {_ANY_V4, _ANY_V6} or listening - {_ANY_V4, _ANY_V6, _LOOPBACK_V4, _LOOPBACK_V6}:
        return found("pigpiod-network", "open", port=str(port))
    if not listening:
        return found("pigpiod-network", "nobody", port=str(port))
    if listening == {_LOOPBACK_V6}:
        return found("pigpiod-network", "ipv6-alone")
    return found("pigpiod-network", "ok", port=str(port))


def _version(machine: Machine, port: int) -> Check:
    try:
        version = machine.pigpiod_version(port)
    except OSError as problem:
        return found("pigpiod-version", "silent", said=said(problem))
    if version not in TRIED_PIGPIOD_VERSIONS:
        return found("pigpiod-version", "untried", version=version, known=list(TRIED_PIGPIOD_VERSIONS))
    return found("pigpiod-version", "ok", version=version)
