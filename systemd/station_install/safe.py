"""Puts the motor's pins low, whoever left them as they are: behind control's end, and where pigpiod comes back.

The dead-man has done so 50 ms after control fell silent, and the one-shots behind the pins need nobody. This is for
what they leave: pins that a dead pigpiod left high behind its one-shot, and a PWM whose guard was killed. It can only
put off.
"""

from __future__ import annotations

import socket
import struct
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from station_install.answers import STATION
from station_install.plan import MOTOR_PINS, PIGPIOD_PORT

_WRITE = 4
"""pigpio's command that sets a pin's level, and makes it an output (pigpio.h, PI_CMD_WRITE)."""
_PATIENCE_S = 2.0
"""A pigpiod listens 0.15 s after its start, and is started again 0.5 s after its end."""
_HEADER_PWM = ("98000.pwm", "20c000.pwm")
"""How the address of the block ends that feeds the header: of a Pi 5, and of earlier ones."""
OFF_PINS = ("motor_enable", "motor_pwm", "motor_relay", "motor_heartbeat")
"""The enable first: without it nothing else matters."""


def make_safe(say: Callable[[str], None], settings: Path = Path(STATION), sys_folder: Path = Path("/sys")) -> int:
    """Put off what the rig of the settings has. Returns 0 where all is off, 1 where something could not be put off."""
    try:
        table = tomllib.loads(settings.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as problem:
        say(f"nothing was put off: {settings}: {problem}")
        return 1
    rig = table.get("station", {}).get("rig", "simulated")
    try:
        if rig == "pi":
            _by_pigpiod(table.get("rig", {}))
        elif rig == "pi5":
            _by_kernel(sys_folder)
        else:
            return 0
    except OSError as problem:
        say(f"the motor's pins could not be put off: {problem}")
        return 1
    say("the motor's pins are off")
    return 0


def _by_pigpiod(rig: Mapping[str, Any]) -> None:
    pins = {**MOTOR_PINS, **rig.get("pins", {})}
    port = rig.get("drive", {}).get("pigpiod_port", PIGPIOD_PORT)
    with _connected(port) as line:
        for name in OFF_PINS:
            line.sendall(struct.pack("<4I", _WRITE, pins[name], 0, 0))
            answer = line.recv(16, socket.MSG_WAITALL)
            if len(answer) != 16 or struct.unpack("<4i", answer)[3] < 0:
                raise OSError(f"pigpiod refuses {name}, GPIO {pins[name]}")


def _connected(port: int) -> socket.socket:
    """A connection to a pigpiod, also one that has only just been started and does not listen yet."""
    give_up_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), _PATIENCE_S)
        except ConnectionRefusedError:
            if time.monotonic() > give_up_s:
                raise
            time.sleep(0.02)


def _by_kernel(sys_folder: Path) -> None:
    """Every channel of the header's PWM that somebody has taken; its lines went with their process."""
    for chip in sorted((sys_folder / "class/pwm").glob("pwmchip*")):
        if not str((chip / "device").resolve()).endswith(_HEADER_PWM):
            continue
        for channel in sorted(chip.glob("pwm[0-9]*")):
            if (channel / "duty_cycle").read_text(encoding="ascii").strip() != "0":
                (channel / "duty_cycle").write_text("0", encoding="ascii")
            if (channel / "enable").read_text(encoding="ascii").strip() != "0":
                (channel / "enable").write_text("0", encoding="ascii")
