"""Fake machines: a folder that stands for `/`, with the files that a Raspberry Pi with a station on it has.

One builder makes all boards on both systems. Each file says what it follows: a capture that was published, the kernel's
or a daemon's source, or that it is invented. No root is a copy of a whole real machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from station.cli.doctor import check_words
from station.commissioning.doctor import examine
from station.commissioning.doctor.findings import State
from station.commissioning.doctor.probes import InstalledStep
from station.commissioning.doctor.values import Check, Machine
from station.settings import Settings
from station.texts import Texts
from station.texts.counting import Lacks

USER = 4242
"""Owns none of the files, whoever runs the tests."""
GPIO_GROUP, I2C_GROUP, VIDEO_GROUP = 993, 994, 44
CHIPS = (0x48, 0x49, 0x4A, 0x4B, 0x53)
ADXL345, LIS3DH, MPU6050 = 0xE5, 0x33, 0x68
STATION_FLAGS = ("-g", "-f", "-l", "-n", "127.0.0.1", "-x", "0x3860000")
"""As systemd/station-pigpiod.service starts it."""
TCP_HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
INVENTED = "invented"


class Board(NamedTuple):
    """What a device tree calls itself, and the source of that."""

    model: str
    compatible: str
    follows: str

    @property
    def is_pi5(self) -> bool:
        return "bcm2712" in self.compatible


_DTS = "raspberrypi/linux arch/arm64/boot/dts/broadcom"
BOARDS = {
    "Zero 2 W": Board(
        "Raspberry Pi Zero 2 W Rev 1.0",
        "raspberrypi,model-zero-2-w\0brcm,bcm2837\0",
        f"{_DTS}/bcm2710-rpi-zero-2-w.dts",
    ),
    "3B+": Board(
        "Raspberry Pi 3 Model B Plus Rev 1.3",
        "raspberrypi,3-model-b-plus\0brcm,bcm2837\0",
        f"{_DTS}/bcm2837-rpi-3-b-plus.dts",
    ),
    "4": Board(
        "Raspberry Pi 4 Model B Rev 1.4", "raspberrypi,4-model-b\0brcm,bcm2711\0", f"{_DTS}/bcm2711-rpi-4-b.dts"
    ),
    "CM4": Board(
        "Raspberry Pi Compute Module 4 Rev 1.1",
        "raspberrypi,4-compute-module\0brcm,bcm2711\0",
        f"{_DTS}/bcm2711-rpi-cm4.dtsi",
    ),
    "5": Board(
        "Raspberry Pi 5 Model B Rev 1.0", "raspberrypi,5-model-b\0brcm,bcm2712\0", f"{_DTS}/bcm2712-rpi-5-b.dts"
    ),
    "500": Board("Raspberry Pi 500 Rev 1.0", "raspberrypi,500\0brcm,bcm2712\0", f"{_DTS}/bcm2712-rpi-500.dts"),
    "CM5": Board(
        "Raspberry Pi Compute Module 5 Rev 1.0",
        "raspberrypi,5-compute-module\0brcm,bcm2712\0",
        f"{_DTS}/bcm2712-rpi-cm5.dtsi",
    ),
}
SYSTEMS = {"bookworm": ("12", "6.6.51+rpt-rpi-v8"), "trixie": ("13", "6.12.47+rpt-rpi-v8")}
PWM_6_6 = {0: "107d517a80.pwm", 2: "1f00098000.pwm", 6: "1f0009c000.pwm"}
"""pwmchips of a Pi 5 with the overlay on kernel 6.6: the capture in raspberrypi/linux#6818. 9c000 turns the fan."""
PWM_6_12 = {0: "1f00098000.pwm", 4: "1f0009c000.pwm"}
"""The same on 6.12, where the first is gone; the numbers are invented, as the kernel promises none."""
OTHER_PWM = ("107d517a80.pwm", "1f0009c000.pwm")


def listening(*addresses: str) -> str:
    """A table of /proc/net/tcp with listeners at these addresses of port 8888, and a connection that does not count."""
    rows = [f"   {i}: {address}:22B8 00000000:0000 0A 00000000:00000000\n" for i, address in enumerate(addresses)]
    return TCP_HEAD + "".join(rows) + "   9: 0100007F:22B8 0100007F:9C40 01 00000000:00000000\n"


class Root:
    """A healthy station on this board and system; change its files or answers, then `examine` it."""

    listening = staticmethod(listening)

    def __init__(self, root: Path, board: str = "4", system: str = "bookworm") -> None:
        self.root, self.board, self.system = root, BOARDS[board], system
        self.rig = "pi5" if self.board.is_pi5 else "pi"
        self.groups = frozenset({USER, GPIO_GROUP, I2C_GROUP, VIDEO_GROUP, os.getegid()})
        self.real_time = (60, -1)
        self.chips: Sequence[int] = CHIPS
        self.identity = ADXL345
        self.version = 79
        self.installed: Sequence[InstalledStep] | None = None
        self.throttled: int | None = 0
        self.battery_uv: int | None = 3_010_000
        self.clock_flags: int | None = 0
        self.settings: dict[str, Any] = {"rig": {"accelerometer": {"fitted": True}}}
        self.follows: dict[str, str] = {}
        """What each file follows, by its name."""
        self._system()
        self._buses()
        if self.board.is_pi5:
            self._pi5()
        else:
            self._older()

    def _system(self) -> None:
        number, kernel = SYSTEMS[self.system]
        kernel = kernel.replace("-v8", "-2712") if self.board.is_pi5 else kernel
        self.write("/proc/device-tree/model", f"{self.board.model}\0", self.board.follows)
        self.write("/proc/device-tree/compatible", self.board.compatible, self.board.follows)
        self.write(
            "/etc/os-release",
            f'PRETTY_NAME="Debian GNU/Linux {number} ({self.system})"\nVERSION_ID="{number}"\n',
            "Debian's package base-files",
        )
        self.write("/proc/sys/kernel/osrelease", f"{kernel}\n", "package names of archive.raspberrypi.com")
        self.write("/sys/class/thermal/thermal_zone0/temp", "51000\n", "linux Documentation/driver-api/thermal")
        self.write("/run/systemd/timesync/synchronized", "", "systemd src/timesync/timesyncd-manager.c")
        self.write(
            "/proc/meminfo", "MemTotal:        3884240 kB\nMemAvailable:    3000000 kB\n", "linux fs/proc/meminfo.c"
        )
        self.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n", "linux cpufreq.c")
        self.write("/proc/self/mounts", "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n", "linux fs/proc_namespace.c")
        self.write("/sys/fs/ext4/mmcblk0p2/errors_count", "0\n", "linux Documentation/ABI/testing/sysfs-fs-ext4")
        self.write("/sys/class/rtc/rtc0/since_epoch", "1795881600\n", "linux drivers/rtc/sysfs.c")
        self.write("/proc/net/tcp6", TCP_HEAD, "linux net/ipv6/tcp_ipv6.c")

    def _buses(self) -> None:
        self.device("/dev/gpiochip0", GPIO_GROUP, "99-com.rules of raspberrypi-sys-mods")
        self.device("/dev/i2c-1", I2C_GROUP, "99-com.rules of raspberrypi-sys-mods")
        frequency = (400_000).to_bytes(4, "big")
        self.write("/sys/bus/i2c/devices/i2c-1/of_node/clock-frequency", frequency, "devicetree: cells are big-endian")
        self.device("/dev/vcio", VIDEO_GROUP, "99-com.rules of raspberrypi-sys-mods")

    def _older(self) -> None:
        self.pigpiod("/usr/bin/pigpiod", *STATION_FLAGS)
        self.write("/proc/net/tcp", listening("0100007F"), "linux net/ipv4/tcp_ipv4.c, get_tcp4_sock")
        self.write("/sys/class/rtc/rtc0/name", "rtc-pcf8523 1-0068\n", "linux drivers/rtc/rtc-pcf8523.c")
        self.device("/dev/rtc0", VIDEO_GROUP, INVENTED)
        if self.system == "bookworm":
            file = "/sys/devices/platform/soc/soc:firmware/get_throttled"
            self.write(file, "0\n", "raspberrypi/linux rpi-6.6.y drivers/firmware/raspberrypi.c, get_throttled_show")

    def _pi5(self) -> None:
        self.write("/proc/net/tcp", TCP_HEAD, "linux net/ipv4/tcp_ipv4.c")
        self.write("/sys/class/rtc/rtc0/name", "rpi-rtc soc@107c000000:rpi_rtc\n", "raspberrypi/linux rtc-rpi.c")
        if self.system == "bookworm":
            self.device("/dev/gpiochip4", GPIO_GROUP, "linux rpi-6.6.y before 6.6.45: RP1 is the fifth")
        capture = "capture in raspberrypi/linux#6818"
        self.pwm(PWM_6_6 if self.system == "bookworm" else PWM_6_12, capture if self.system == "bookworm" else INVENTED)

    # --- files ---------------------------------------------------------------------------------------------------

    def path(self, name: str) -> Path:
        return self.root / name.lstrip("/")

    def write(self, name: str, content: str | bytes, follows: str = INVENTED) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.follows[name] = follows

    def device(self, name: str, group: int, follows: str = INVENTED) -> None:
        """A device that its group may use. Only root can give a file to a group: else the tester's own counts."""
        self.write(name, "", follows)
        os.chmod(self.path(name), 0o660)
        if os.geteuid() == 0:
            os.chown(self.path(name), 0, group)

    def remove(self, name: str) -> None:
        self.path(name).unlink()

    def pigpiod(self, *words: str, process: int = 612) -> None:
        self.write(f"/proc/{process}/cmdline", "\0".join(words) + "\0", "proc(5), systemd/station-pigpiod.service")

    def pwm(self, chips: dict[int, str], follows: str = INVENTED) -> None:
        """These chips alone, each a link to the device that it is of."""
        for chip in self.path("/sys/class/pwm").glob("pwmchip*"):
            (chip / "device").unlink()
            (chip / "export").unlink()
            chip.rmdir()
        for number, block in chips.items():
            self.device(f"/sys/class/pwm/pwmchip{number}/export", GPIO_GROUP, follows)
            self.path(f"/sys/class/pwm/pwmchip{number}/device").symlink_to(f"../../../{block}")

    # --- examination ---------------------------------------------------------------------------------------------

    def machine(self) -> Machine:
        return Machine(
            root=self.root,
            uid=USER,
            groups=self.groups,
            real_time=self.real_time,
            scan=lambda node, addresses: [address for address in addresses if address in self.chips],
            register=lambda node, address, register: self.identity,
            firmware=lambda node, tag, words: self._firmware(tag),
            clock_flags=lambda node: _answer(self.clock_flags, "Inappropriate ioctl for device"),
            installer=lambda folder: self.installed,
            pigpiod_version=lambda port: _answer(self.version or None, "Connection refused"),
        )

    def _firmware(self, tag: int) -> tuple[int, ...]:
        if tag == 0x0003_0046:
            return (_answer(self.throttled, "Permission denied"),)
        return (7, _answer(self.battery_uv, "Permission denied"))

    def checks(self) -> list[Check]:
        settings = Settings.model_validate({**self.settings, "station": {"rig": self.rig, "data": str(self.root)}})
        return examine(self.machine(), settings)

    def examine(self) -> dict[str, Told]:
        """What the doctor says of it in English, by the name of the check."""
        told, lacks = {}, Lacks()
        for check in self.checks():
            assert check.name not in told
            _, seen, remedy = check_words(check, Texts(lacks=lacks))
            told[check.name] = Told(check.state, seen, remedy)
            assert seen
            assert bool(remedy) is (check.state in ("warn", "fail")), check
        assert lacks.seen() == ()
        return told


class Told(NamedTuple):
    """A check in English."""

    state: State
    seen: str
    remedy: str


def _answer(value: int | None, refusal: str) -> int:
    if value is None:
        raise OSError(25, refusal)
    return value


# --- what can be wrong -------------------------------------------------------------------------------------------


def bare_pigpiod(root: Root) -> None:
    root.pigpiod("pigpiod")
    root.write("/proc/net/tcp", listening("00000000"), "linux net/ipv4/tcp_ipv4.c")


def wrong_mask(root: Root) -> None:
    root.pigpiod("/usr/bin/pigpiod", "-l", "-n", "127.0.0.1", "-x", "0x0060000")


def other_accelerometer(root: Root) -> None:
    root.identity = MPU6050


def no_overlay(root: Root) -> None:
    root.pwm(dict(enumerate(OTHER_PWM)))


def no_battery(root: Root) -> None:
    root.battery_uv, root.clock_flags = 2_780, 1


def two_chips(root: Root) -> None:
    root.settings["rig"]["load_cells"] = {"layout": "two_chips", "addresses": [0x48, 0x49]}


def one_chip(root: Root) -> None:
    root.settings["rig"]["load_cells"] = {"layout": "one_chip", "addresses": [0x48]}


def silent_firmware(root: Root) -> None:
    root.throttled = root.battery_uv = root.clock_flags = None
    if root.path("/sys/devices/platform/soc/soc:firmware/get_throttled").exists():
        root.remove("/sys/devices/platform/soc/soc:firmware/get_throttled")


class Change(NamedTuple):
    """One thing that is wrong."""

    spoil: Callable[[Root], None]
    rig: str = ""
    """The rig that it is of; "" for both."""
    fails: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()


CHANGES = {
    "bare pigpiod": Change(bare_pigpiod, "pi", ("pigpiod network",), ("pigpiod mask",)),
    "wrong mask": Change(wrong_mask, "pi", ("pigpiod mask",)),
    "other accelerometer": Change(other_accelerometer, "", ("accelerometer",)),
    "no overlay": Change(no_overlay, "pi5", ("kernel pwm",)),
    "RTC without battery": Change(no_battery, warns=("rtc",)),
    "two chips": Change(two_chips),
    "one chip": Change(one_chip),
    "firmware silent": Change(silent_firmware, warns=("supply", "rtc")),
}

GARBAGE = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [b"", b"\0", b"\n", b"-", b"\xc2\xb2\n", b"1" * 5000, b"9e99", b"0x", b"-1", b"pigpiod", b"pigpiod\0"]
    ),
    st.from_regex(rb"(pigpiod\x00)?(-[a-zV]{1,3}(\x00[-0-9a-fx.]{0,6})?\x00){0,4}", fullmatch=True),
)
"""What a file may hold that nobody meant."""
