"""Fake machines: a folder that stands for `/`, with the files that such a machine has."""

import os
from pathlib import Path

import pytest

from station.commissioning.doctor import examine
from station.commissioning.doctor.values import Check, Machine
from station.settings import Settings

USER = 4242
"""Owns none of the files, whoever runs the tests."""
GPIO_GROUP, I2C_GROUP = 993, 994
CHIPS = [0x48, 0x49, 0x4A, 0x4B, 0x53]
TCP_HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"


def listening(*addresses: str) -> str:
    """A table of /proc/net/tcp with listeners at these addresses of port 8888, and a connection that does not count."""
    rows = [f"   {i}: {address}:22B8 00000000:0000 0A 00000000:00000000\n" for i, address in enumerate(addresses)]
    return TCP_HEAD + "".join(rows) + "   9: 0100007F:22B8 0100007F:9C40 01 00000000:00000000\n"


class FakePi:
    """A healthy Raspberry Pi 4 with a station on it; change its files, then `examine` it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.groups = frozenset({USER, GPIO_GROUP, I2C_GROUP, os.getegid()})
        self.real_time = (60, -1)
        self.chips = list(CHIPS)
        self.version = 79
        self.rig = "pi"
        self.write("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0")
        self.write("/proc/device-tree/compatible", "raspberrypi,4-model-b\0brcm,bcm2711\0")
        self.write("/etc/os-release", 'NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
        self.write("/proc/sys/kernel/osrelease", "6.6.51+rpt-rpi-v8\n")
        self.device("/dev/gpiochip0", GPIO_GROUP)
        self.device("/dev/i2c-1", I2C_GROUP)
        self.write("/sys/bus/i2c/devices/i2c-1/of_node/clock-frequency", (400_000).to_bytes(4, "big"))
        self.pigpiod("/usr/bin/pigpiod", "-l", "-n", "127.0.0.1")
        self.write("/proc/net/tcp", listening("0100007F"))
        self.write("/proc/net/tcp6", TCP_HEAD)
        self.write("/sys/devices/platform/soc/soc:firmware/get_throttled", "0\n")
        self.write("/sys/class/thermal/thermal_zone0/temp", "51000\n")
        self.write("/run/systemd/timesync/synchronized", "")
        self.write("/sys/class/rtc/rtc0/name", "rtc-ds1307\n")
        self.write("/proc/meminfo", "MemTotal:        3884240 kB\nMemAvailable:    3000000 kB\n")
        self.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n")

    listening = staticmethod(listening)

    def path(self, name: str) -> Path:
        return self.root / name.lstrip("/")

    def write(self, name: str, content: str | bytes) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def device(self, name: str, group: int) -> None:
        """A device that its group may use. Only root can give a file to a group: else the tester's own counts."""
        self.write(name, "")
        os.chmod(self.path(name), 0o660)
        if os.geteuid() == 0:
            os.chown(self.path(name), 0, group)

    def remove(self, name: str) -> None:
        self.path(name).unlink()

    def pigpiod(self, *words: str) -> None:
        self.write("/proc/612/cmdline", "\0".join(words) + "\0")

    def examine(self) -> dict[str, Check]:
        def scan(node: Path, addresses: tuple[int, ...]) -> list[int]:
            assert node == self.path("/dev/i2c-1")
            return [address for address in addresses if address in self.chips]

        def version(port: int) -> int:
            if not self.version:
                raise ConnectionRefusedError(111, "Connection refused")
            return self.version

        machine = Machine(
            root=self.root, uid=USER, groups=self.groups, real_time=self.real_time, scan=scan, pigpiod_version=version
        )
        settings = Settings.model_validate({"station": {"rig": self.rig, "data": str(self.root)}})
        checks = examine(machine, settings)
        assert len({check.name for check in checks}) == len(checks)
        for check in checks:
            assert check.seen
            assert bool(check.remedy) is (check.state in ("warn", "fail")), check
        return {check.name: check for check in checks}


@pytest.fixture
def pi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePi:
    monkeypatch.setattr("station.commissioning.doctor.board.version", lambda name: "0.2.2.0")
    return FakePi(tmp_path)


@pytest.fixture
def pi5(pi: FakePi) -> FakePi:
    pi.rig = "pi5"
    pi.write("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
    pi.write("/proc/device-tree/compatible", "raspberrypi,5-model-b\0brcm,bcm2712\0")
    pi.remove("/proc/612/cmdline")
    pi.device("/sys/class/pwm/pwmchip0/export", GPIO_GROUP)
    return pi
