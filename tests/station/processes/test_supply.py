"""Under-voltage and throttling: found on a computer's files, written into the recording and the records, shown."""

import json
from pathlib import Path

import pytest

from station.clock import NS_PER_S
from station.processes.supply import HELD_LOOKS, Supply, SupplyReport, SupplyWatch


class Computer:
    """The files of a Pi: invented paths where no capture is known, values as the firmware's word has them."""

    def __init__(self, root, soc="soc@107c000000", *, firmware=True, sensor=False):
        self.root = root
        self.word = root / f"sys/devices/platform/{soc}/{soc}:firmware/get_throttled"
        self.alarm = root / "sys/class/hwmon/hwmon2/in0_lcrit_alarm"
        for number, name in enumerate(("cpu_thermal", "pwmfan", "rpi_volt" if sensor else "rp1_adc")):
            folder = root / f"sys/class/hwmon/hwmon{number}"
            folder.mkdir(parents=True)
            (folder / "name").write_text(f"{name}\n")
        if firmware:
            self.word.parent.mkdir(parents=True)
            self.says(0)
        if sensor:
            self.alarm.write_text("0\n")

    def says(self, word):
        self.word.write_text(f"{word:x}\n")


@pytest.fixture(params=["soc", "soc@107c000000"])
def computer(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    return Computer(tmp_path / "root", request.param)


def test_a_computer_that_does_not_say_is_not_known(tmp_path):
    assert SupplyWatch(tmp_path).look() is None
    assert SupplyWatch(Computer(tmp_path / "pc", firmware=False).root).look() is None


@pytest.mark.parametrize("text", ["", "nonsense", "0x", "\x00"])
def test_garbage_is_not_known(computer, text):
    computer.word.write_text(text)
    assert SupplyWatch(computer.root).look() is None


@pytest.mark.parametrize(
    ("word", "now", "past"),
    [
        (0, (), ()),
        (0x1, ("under-voltage",), ("under-voltage",)),
        (0x50005, ("under-voltage", "throttled"), ("under-voltage", "throttled")),
        (0xF0000, (), ("under-voltage", "capped", "throttled", "warm")),
        (0xE0008, ("warm",), ("capped", "throttled", "warm")),
    ],
)
def test_the_firmwares_bits_are_read(computer, word, now, past):
    computer.says(word)
    assert SupplyWatch(computer.root).look() == Supply(now, past)


def test_the_kernels_sensor_alone_says_under_voltage(tmp_path):
    computer = Computer(tmp_path, firmware=False, sensor=True)
    watch = SupplyWatch(computer.root)
    assert watch.look() == Supply((), ())
    computer.alarm.write_text("1\n")
    assert watch.look() == Supply(("under-voltage",), ("under-voltage",))


def test_what_came_and_went_between_two_looks_is_seen_once(computer):
    watch = SupplyWatch(computer.root)
    watch.look()
    computer.says(0x10000)
    seen = [watch.look().now for _ in range(HELD_LOOKS + 3)]
    assert seen == [("under-voltage",)] * HELD_LOOKS + [()] * 3
    assert watch.look().past == ("under-voltage",)


class Jobs:
    def __init__(self):
        self.jobs = []
        self.put = self.jobs.append


def test_it_is_looked_at_once_a_second(tmp_path, computer):
    watch, looks = SupplyWatch(computer.root), []
    look = watch.look
    watch.look = lambda: looks.append(1) or look()
    report = SupplyReport(tmp_path, Jobs(), watch)
    for tick in range(100):
        report.step(tick * NS_PER_S // 20, 0, None)
    assert len(looks) == 5


def test_the_pages_have_it_in_a_file_of_the_runtime_folder(tmp_path, computer):
    jobs = Jobs()
    report = SupplyReport(tmp_path, jobs, SupplyWatch(computer.root))
    computer.says(0x50005)
    report.step(1, 0, None)
    shown = json.loads((tmp_path / "supply").read_text())
    assert shown == {"now": ["under-voltage", "throttled"], "past": ["under-voltage", "throttled"]}
    assert len(jobs.jobs) == 1
    computer.word.unlink()
    report.step(2 * NS_PER_S, 0, None)
    assert (tmp_path / "supply").read_text() == ""
