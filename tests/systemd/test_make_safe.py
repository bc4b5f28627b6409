"""What the units run behind control's end: the motor's pins are put off, and nothing else ever happens."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from station_install.safe import make_safe

WRITE = 4


class Daemon:
    """What of a pigpiod make-safe needs: it answers each command, and remembers it."""

    def __init__(self, answer: int = 0, late_s: float = 0.0) -> None:
        self.heard: list[tuple[int, int, int]] = []
        self._answer = answer
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Timer(late_s, self._serve)
        if not late_s:
            self._listener.listen()
        self._thread.start()

    def _serve(self) -> None:
        self._listener.listen()
        line, _ = self._listener.accept()
        with line:
            while len(request := line.recv(16, socket.MSG_WAITALL)) == 16:
                command, pin, level, _ = struct.unpack("<4I", request)
                self.heard.append((command, pin, level))
                line.sendall(struct.pack("<3Ii", command, pin, level, self._answer))

    def end(self) -> None:
        self._thread.join(10)
        self._listener.close()


@pytest.fixture
def daemon(request: pytest.FixtureRequest) -> Iterator[Daemon]:
    daemon = Daemon(getattr(request, "param", 0))
    yield daemon
    daemon.end()


def settings(folder: Path, text: str) -> Path:
    file = folder / "station.toml"
    file.write_text(text)
    return file


def test_settings_that_an_editor_of_windows_saved_are_read(tmp_path: Path) -> None:
    """The station starts with them: what is behind it must read them too."""
    said: list[str] = []
    file = settings(tmp_path, "\ufeff[station]\nrig = 'pi5'\n")
    assert make_safe(said.append, file, tmp_path / "sys") == 0
    assert said == ["the motor's pins are off"]


def test_by_pigpiod_the_enable_goes_first(daemon: Daemon, tmp_path: Path) -> None:
    said: list[str] = []
    pins = f"[rig.pins]\nmotor_enable = 12\n[rig.drive]\npigpiod_port = {daemon.port}\n"
    assert make_safe(said.append, settings(tmp_path, f'[station]\nrig = "pi"\n{pins}')) == 0
    assert daemon.heard == [(WRITE, 12, 0), (WRITE, 18, 0), (WRITE, 24, 0), (WRITE, 23, 0)]
    assert said == ["the motor's pins are off"]


def test_a_pigpiod_that_was_only_just_started_is_waited_for(tmp_path: Path) -> None:
    """The unit runs it as soon as pigpiod has been started: that is 0.15 s before it listens."""
    late = Daemon(late_s=0.15)
    text = f'[station]\nrig = "pi"\n[rig.drive]\npigpiod_port = {late.port}\n'
    assert make_safe([].append, settings(tmp_path, text)) == 0
    late.end()
    assert len(late.heard) == 4


@pytest.mark.parametrize("daemon", [-41], indirect=True)
def test_a_pigpiod_that_refuses_is_said(daemon: Daemon, tmp_path: Path) -> None:
    said: list[str] = []
    text = f'[station]\nrig = "pi"\n[rig.drive]\npigpiod_port = {daemon.port}\n'
    assert make_safe(said.append, settings(tmp_path, text)) == 1
    assert "pigpiod refuses motor_enable, GPIO 25" in said[0]


def test_by_the_kernel_the_headers_pwm_and_no_other(tmp_path: Path) -> None:
    """The fan of a Pi 5 goes on."""
    pwm = tmp_path / "sys/class/pwm"
    for number, block in enumerate(("1f00098000.pwm", "1f0009c000.pwm")):
        channel = pwm / f"pwmchip{number}" / "pwm2"
        channel.mkdir(parents=True)
        (tmp_path / block).mkdir()
        (pwm / f"pwmchip{number}" / "device").symlink_to(tmp_path / block)
        (channel / "duty_cycle").write_text("25000\n")
        (channel / "enable").write_text("1\n")
    said: list[str] = []
    assert make_safe(said.append, settings(tmp_path, '[station]\nrig = "pi5"\n'), tmp_path / "sys") == 0
    values = {
        f"{chip}/{name}": (pwm / chip / "pwm2" / name).read_text().strip()
        for chip in ("pwmchip0", "pwmchip1")
        for name in ("duty_cycle", "enable")
    }
    assert values == {
        "pwmchip0/duty_cycle": "0",
        "pwmchip0/enable": "0",
        "pwmchip1/duty_cycle": "25000",
        "pwmchip1/enable": "1",
    }


@pytest.mark.parametrize(("text", "code"), [('[station]\nrig = "simulated"\n', 0), ("", 0), ("[station\n", 1)])
def test_where_there_is_nothing_to_put_off(tmp_path: Path, text: str, code: int) -> None:
    said: list[str] = []
    assert make_safe(said.append, settings(tmp_path, text)) == code
    assert bool(said) is bool(code)
    assert make_safe(said.append, tmp_path / "none.toml") == 1
