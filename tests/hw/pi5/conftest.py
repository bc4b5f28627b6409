"""A fake system root with the kernel's PWM, and a guard process over it whose lines are files."""

import sys
from pathlib import Path

import pytest

GUARD = """
import json, socket, sys
from pathlib import Path
from hw.pi5.guard import serve
from hw.pi5.pwm import SysfsPwm

class Lines:
    def __init__(self, folder):
        self.folder, self.level = folder, False
        for name in ("enable", "relay", "heartbeat"):
            self.write(name, False)
    def write(self, name, on):
        if (self.folder / "broken").exists():
            raise OSError("the line is gone")
        (self.folder / name).write_text(str(int(on)))
    def enable(self, on):
        self.write("enable", on)
    def relay(self, on):
        self.write("relay", on)
    def beat(self):
        self.level = not self.level
        self.write("heartbeat", self.level)
    def close(self):
        self.enable(False)
        self.relay(False)

fd, root = sys.argv[1:]
with socket.socket(fileno=int(fd)) as client:
    serve(client, SysfsPwm(18, 20_000, Path(root)), Lines(Path(root)))
"""


class Root:
    """A Pi 5: the PWM of the header, and the one that turns the fan."""

    def __init__(self, folder):
        self.folder = folder
        self.chip = self.add("pwmchip2", 4, "1f00098000.pwm")
        self.fan = self.add("pwmchip0", 4, "1f0009c000.pwm")

    def add(self, name, channels, device):
        chip = self.folder / "sys/class/pwm" / name
        real = self.folder / "sys/devices" / device
        real.mkdir(parents=True)
        chip.mkdir(parents=True)
        (chip / "npwm").write_text(f"{channels}\n")
        (chip / "export").write_text("")
        (chip / "unexport").write_text("")
        (chip / "device").symlink_to(real)
        for channel in range(channels):  # as after an export, which a folder cannot do
            (chip / f"pwm{channel}").mkdir()
            for key in ("period", "duty_cycle", "enable"):
                (chip / f"pwm{channel}" / key).write_text("0\n")
        return chip

    def pwm(self, key, channel=2):
        # Between its truncation and its writing, which a real sysfs does at one go, the file is empty.
        return int((self.chip / f"pwm{channel}" / key).read_text() or -1)

    def line(self, name):
        return (self.folder / name).read_text() == "1"

    def guard(self, fd):
        return [sys.executable, "-c", GUARD, str(fd), str(self.folder)]


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path)
