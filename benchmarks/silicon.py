"""A real pigpiod on modelled silicon: where to find it, and how to start, kill and look at one.

It is no part of this project: a folder `pigpiod-sim` among the shared tools beside it, or where STATION_PIGPIOD_SIM
says, whose `start.sh` builds it once (gcc, and the source package from Debian) and whose `plant.py` is the other side
of the pins.
"""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from hw.settings import DriveSettings, PinSettings

ABSENT = "the modelled silicon is absent: no folder ../shared/tools/pigpiod-sim beside the project"
BUILD = Path(os.environ.get("PIGSIM_BUILD", str(Path.home() / ".cache" / "pigpiod-sim")))
ONE_SHOT_S = 0.15
"""How long the hardware one-shot stays on after the last edge of its heartbeat line."""

_PATIENCE_S = 100.0
_OUTPUT = 1
_VERSION = 26
"""Command PIGPV."""


def tools() -> Path | None:
    """The folder of the modelled silicon, or None where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "tools" / "pigpiod-sim"
    folder = Path(os.environ.get("STATION_PIGPIOD_SIM", str(beside)))
    return folder if (folder / "start.sh").is_file() else None


class MachineStalledError(RuntimeError):
    """The computer itself held the client up for longer than the dead-man waits: try again."""


class Pins(Protocol):
    """The other side of the pins: `Silicon` of the tools' `plant.py`."""

    def drive(self, pin: int, level: int) -> None:
        """Pull an input to this level."""

    def square(self, pin: int, period_us: int) -> None:
        """Let an input alternate; 0 ends it."""

    def latch(self, pin: int) -> int:
        """What an output was set to."""

    def fsel(self, pin: int) -> int:
        """A pin's function: 0 input, 1 output."""

    def rises(self, pin: int) -> int:
        """Rising edges so far."""

    def total_us(self) -> int:
        """How long the silicon has run, by its own time."""

    def hwpwm(self, pin: int) -> dict[str, float]:
        """The PWM's registers: enabled, freq, duty, alt and more."""


class Board:
    """One modelled SoC with a pigpiod on it, the emergency-stop loop closed. `close` it.

    Raises FileNotFoundError where the tools are absent, CalledProcessError with the output where they cannot be built.
    """

    def __init__(self, pins: PinSettings | None = None) -> None:
        found = tools()
        if found is None:
            raise FileNotFoundError(ABSENT)
        self.pins = pins or PinSettings()
        self.port = _free_port()
        self.settings = DriveSettings(pigpiod_port=self.port)
        subprocess.run([found / "build.sh"], check=True, capture_output=True, text=True, timeout=300)
        self.folder = tempfile.mkdtemp(prefix="pigsim-", dir="/dev/shm")
        self._environment = {**os.environ, "PIGSIM_DIR": self.folder}
        subprocess.run([found / "start.sh", str(self.port)], env=self._environment, check=True, timeout=60)
        self.daemon = self._pid("pigpiod")
        self.silicon = self._pid("bcmsim")
        self._child: subprocess.Popen[bytes] | None = None
        try:
            self.wait()
            self.plant = open_plant(self.folder)
        except BaseException:
            self.close()
            raise
        self.plant.drive(self.pins.estop, 0)

    def start_daemon(self) -> None:
        """Another pigpiod in the place of one that has ended, or that hangs in ending: the silicon goes on."""
        self.send(signal.SIGKILL)
        self.wait_ended()
        self._spawn()
        self.wait()

    def _spawn(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.wait(_PATIENCE_S)
        Path(self.folder, "pigpio.pid").unlink(missing_ok=True)
        arguments = ["-g", "-l", "-n", "127.0.0.1", "-f", "-p", str(self.port)]
        with Path(self.folder, "pigpiod.log").open("ab") as log:
            self._child = subprocess.Popen(
                [BUILD / "pigpiod-sim", *arguments], env=self._environment, stdout=log, stderr=log
            )
        self.daemon = self._child.pid

    def wait(self) -> None:
        """Until the daemon answers a command. Raises TimeoutError. One that came before its silicon, and so has ended,
        is started again.
        """
        end_s = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end_s:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 2.0) as probe:
                    probe.sendall(struct.pack("<4I", _VERSION, 0, 0, 0))
                    if probe.recv(16):
                        return
            except OSError:
                if Path(self.folder, "mem").exists() and not _lives(self.daemon):
                    self._spawn()
                time.sleep(0.005)
        raise TimeoutError(f"pigpiod does not listen: {Path(self.folder, 'pigpiod.log').read_text()[-500:]}")

    def send(self, number: signal.Signals) -> None:
        """A signal to pigpiod, if it still lives."""
        with suppress(ProcessLookupError):
            os.kill(self.daemon, number)

    def wait_ended(self) -> None:
        """Until pigpiod, to which a signal was sent, is gone or waits for a parent to bury it."""
        child, self._child = self._child, None
        if child is not None:
            child.wait(_PATIENCE_S)
        end_s = time.monotonic() + _PATIENCE_S
        while _lives(self.daemon) and time.monotonic() < end_s:
            time.sleep(0.0005)

    def turn(self, hz: float) -> None:
        """Let the tach turn at this speed; 0.0 stands still."""
        pulses = self.settings.pulses_per_revolution
        self.plant.square(self.pins.tach, round(1e6 / (hz * pulses)) if hz else 0)

    @property
    def enabled(self) -> bool:
        """The enable line is an output, and high."""
        return self.high(self.pins.motor_enable)

    def high(self, pin: int) -> bool:
        """This pin is an output, and high."""
        return bool(self.plant.fsel(pin) == _OUTPUT and self.plant.latch(pin))

    @property
    def duty(self) -> float:
        """What the PWM really gives, 0 to 1."""
        pwm = self.plant.hwpwm(self.pins.motor_pwm)
        return float(pwm["duty"]) if pwm["enabled"] else 0.0

    def close(self) -> None:
        """End both processes and remove their folder."""
        for name in ("pigpiod", "bcmsim"):
            pid = self.daemon if name == "pigpiod" else self._pid(name)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.wait_ended()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _pid(self, name: str) -> int:
        return int(Path(self.folder, f"{name}.pid").read_text())


def open_plant(folder: str) -> Pins:
    """The window on the pins of the silicon in this folder, from the tools' own module."""
    found = tools()
    if found is None:
        raise FileNotFoundError(ABSENT)
    specification = importlib.util.spec_from_file_location("pigpiod_sim_plant", found / "plant.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    plant: Pins = module.Silicon(folder)
    return plant


def _lives(pid: int) -> bool:
    """Some thread of it does, or holds its port: one whose first thread has ended may have others."""
    process = Path(f"/proc/{pid}")
    try:
        ended = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not ended or len(list((process / "task").iterdir())) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def _free_port() -> int:
    """One that nobody listens at, among those that pigpiod takes (1024 to 32000)."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


class OneShot:
    """The retriggerable one-shot behind the heartbeat line: on for a while after each edge, it gates the enable."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._level = board.high(board.pins.motor_heartbeat)
        self._edge_s = time.monotonic()

    def motor_on(self) -> bool:
        """Whether the gated enable is high now; to be asked every millisecond or so."""
        now_s = time.monotonic()
        level = self._board.high(self._board.pins.motor_heartbeat)
        if level != self._level:
            self._level, self._edge_s = level, now_s
        return now_s - self._edge_s < ONE_SHOT_S and self._board.enabled
