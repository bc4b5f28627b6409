"""Checks: pigpiod, its version, its flags, and that only this computer can reach it."""

from __future__ import annotations

from collections.abc import Iterator

from hw.settings import TRIED_PIGPIOD_VERSIONS
from station.commissioning.doctor.values import Check, Machine
from station.settings import Settings

PORT = 8888
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
    """Running, reachable from here alone, its version, its clock."""
    if settings.station.rig != "pi":
        yield Check("pigpiod", "na", f"not used by the rig `{settings.station.rig}`")
        return
    arguments = _arguments(machine)
    if arguments is None:
        remedy = "Raspberry Pi OS 12: sudo apt install pigpio, then sudo systemctl enable --now station-pigpiod."
        yield Check("pigpiod", "fail", "not running", remedy)
        return
    yield Check("pigpiod", "ok", " ".join(["pigpiod", *arguments]))
    port, wanted = _port(arguments), settings.rig.drive.pigpiod_port
    if port != wanted:
        remedy = f"Start pigpiod without -p {port}, or set `rig.drive.pigpiod_port` to {port}."
        yield Check("pigpiod port", "fail", f"{port}, and the settings say {wanted}", remedy)
    yield _reach(machine, port)
    yield _version(machine, port)
    if _value(arguments, "-t") == "0":
        yield Check("pigpiod clock", "fail", "-t 0", "Leave out -t 0: it takes the PWM that the motor needs.")


def _arguments(machine: Machine) -> list[str] | None:
    """What pigpiod was started with; None where none runs."""
    for path in machine.path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").rstrip("\x00").split("\x00")
        except OSError:
            continue
        if words[0].rpartition("/")[2] == "pigpiod":
            return words[1:]
    return None


def _value(arguments: list[str], flag: str) -> str | None:
    """What follows a flag, in the same word or the next."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word.startswith(flag):
            return word[len(flag) :] or following
    return None


def _port(arguments: list[str]) -> int:
    given = _value(arguments, "-p") or ""
    return int(given) if given.isdigit() else PORT


def _listening(machine: Machine, port: int) -> set[str]:
    """The local addresses, as the kernel writes them, on which somebody listens at this port."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in (machine.read(table) or "").splitlines()[1:]:
            fields = line.split()
            address, _, hexadecimal = fields[1].partition(":")
            if fields[3] == _LISTEN and int(hexadecimal, 16) == port:
                found.add(address)
    return found


def _reach(machine: Machine, port: int) -> Check:
    listening = _listening(machine, port)
    if listening & {_ANY_V4, _ANY_V6} or listening - {_ANY_V4, _ANY_V6, _LOOPBACK_V4, _LOOPBACK_V6}:
        return Check("pigpiod network", "fail", f"port {port} is open to the network", _CLOSE_IT)
    if not listening:
        remedy = "sudo systemctl restart station-pigpiod; journalctl -u station-pigpiod says why it does not listen."
        return Check("pigpiod network", "fail", f"nobody listens at port {port}", remedy)
    if listening == {_LOOPBACK_V6}:
        remedy = "Start it with -l -n 127.0.0.1: with -l alone it listens on IPv6 only."
        return Check("pigpiod network", "warn", "listens on ::1 alone", remedy)
    return Check("pigpiod network", "ok", f"port {port}, this computer alone")


def _version(machine: Machine, port: int) -> Check:
    try:
        version = machine.pigpiod_version(port)
    except OSError as problem:
        remedy = "sudo systemctl restart station-pigpiod"
        return Check("pigpiod version", "fail", f"it does not answer ({problem})", remedy)
    if version not in TRIED_PIGPIOD_VERSIONS:
        known = ", ".join(map(str, TRIED_PIGPIOD_VERSIONS))
        remedy = f"Install one of {known}: others were not tried with this station's script."
        return Check("pigpiod version", "fail", str(version), remedy)
    return Check("pigpiod version", "ok", str(version))
