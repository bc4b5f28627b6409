"""The plug is pulled while a clinic works: at a hundred places between two writes of the whole disk.

The station boots from a disk whose every write and flush is written down (`tests.booted.write_log`). Each cut is that
disk after some of them, every second one with a cache of its own that lost what was not flushed by chance. It is
mounted, which plays the file system's journal back, and read; five of them are booted.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from station.recording.reader import read_recording
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.sessions import Sessions
from tests.booted.conftest import Booted
from tests.booted.write_log import Entry, entries

pytestmark = pytest.mark.timeout(1800)
CUTS = int(os.environ.get("STATION_CUTS", "100"))
BOOTED = 5
LOST_S = 1.0
"""A cut costs at most so much of a recording (docs/recordings.md), where the computer lets the recorder work."""
EVERY_S = 0.5
"""The recorder flushes so often."""
DATA = "var/lib/balance-station"
PATIENTS = ("P01", "P02")


@contextmanager
def _disk(base: Path, mount: Path, *words: str) -> Iterator[Path]:
    """A disk of `tests.booted.write_log`, mounted at a folder."""
    file = mount.with_suffix(".disk")
    file.touch()
    mount.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.booted.write_log", str(base), str(file), *words]
    project = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=project) as served:
        assert served.stdout is not None
        assert served.stdout.readline() == "served\n"
        try:
            loop = _ran("losetup", "--find", "--show", str(file))
            try:
                _ran("mount", "-o", "noatime", loop, str(mount))
                try:
                    yield mount
                finally:
                    _ran("umount", str(mount))
            finally:
                _ran("losetup", "--detach", loop)
        finally:
            _let_go(served, file)


def _let_go(served: subprocess.Popen[str], file: Path) -> None:
    """Whoever takes a view of the mounts meanwhile, as a service that starts, holds the loop device for a while."""
    give_up_s = time.monotonic() + 30.0
    while subprocess.run(["umount", str(file)], capture_output=True, timeout=60).returncode:
        if time.monotonic() > give_up_s:
            served.kill()
            pytest.fail(f"{file} is in use")
        threading.Event().wait(0.1)


def _ran(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.strip()


class Clinic(NamedTuple):
    """What was done at the disk, and when: monotonic ns, the clock of the samples too."""

    base: Path
    log: list[Entry]
    log_file: Path
    ready_ns: int
    promised: list[tuple[int, str, str]]
    """When somebody had the answer that it was kept: `patient` with the code, `session` with the id."""
    samples: dict[str, tuple[int, int]]
    """By recording: monotonic time of the first and of the last sample that there ever was."""


@pytest.fixture(scope="module")
def base(tree: Path, image: Path, suite: str, station: Booted) -> Path:
    """A file system with the tree as it is now; the station of the other tests is off meanwhile."""
    station.power_off()
    disk = image / f"{suite}.ext4"
    disk.unlink(missing_ok=True)
    with disk.open("wb") as file:
        file.truncate(4 << 30)
    _ran("mkfs.ext4", "-q", "-F", "-d", str(tree), str(disk))
    station.boot()
    return disk


@pytest.fixture(scope="module")
def clinic(base: Path, image: Path, tools: Path) -> Clinic:
    """First boot, two drills with their results, a third that is cut off in the middle."""
    log = image / "writes.log"
    promised: list[tuple[int, str, str]] = []
    with _disk(base, image / "logged", "--log", str(log)) as mounted:
        for one in (mounted / DATA).glob("*"):
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        station = Booted(mounted, tools)
        try:
            station.boot()
            ready_ns = time.monotonic_ns()
            for patient in PATIENTS:
                station.start_drill(patient, 10)
                done = station.until("the figures", lambda patient=patient: _done(station, patient))
                promised.append((time.monotonic_ns(), "session", done))
            station.start_drill("P03", 60)
            until_s = time.monotonic() + 15.0
            while time.monotonic() < until_s:
                threading.Event().wait(0.5)
        finally:
            station.end()
        samples = {
            file.name: (int(read.samples["t_ns"][0]), int(read.samples["t_ns"][-1]))
            for file in sorted((mounted / DATA / "recordings").rglob("*.mcap"))
            if len((read := read_recording(file)).samples)
        }
    assert len(samples) == 3
    return Clinic(base, list(entries(log)), log, ready_ns, promised, samples)


def _done(station: Booted, patient: str) -> str:
    found = station.sessions()
    return next((one["id"] for one in found if one["patient"] == patient and one["pipeline"] is not None), "")


class Found(NamedTuple):
    """What one cut left."""

    at_s: float
    """Since the station was ready for the first time."""
    entries: int
    cached: bool
    """Whether the disk's own cache lost what was not flushed."""
    recordings: int
    samples: int
    lost_s: float | None
    """Of the recording that ran; None where none did."""
    wrong: list[str]


def _look(data: Path, clinic: Clinic, number: int, cached: bool) -> Found:
    """Read all of it with the station's own readers."""
    now_ns = _until_ns(clinic, number)
    wrong: list[str] = []
    read = {}
    for file in sorted((data / "recordings").rglob("*.mcap")):
        if any(file.read_bytes()):  # cut before its first flush was over it has no bytes, or only zeros
            read[file.name] = read_recording(file)
    lost_s = None
    for name, (first_ns, last_ns) in clinic.samples.items():
        if first_ns < now_ns:
            had = read.get(name)
            until_ns = int(had.samples["t_ns"][-1]) if had is not None and len(had.samples) else first_ns
            lost_s = (min(now_ns, last_ns) - until_ns) / 1e9
            if now_ns > last_ns + LOST_S * 1e9 and until_ns < last_ns:
                wrong.append(f"{name} had ended, and its end is gone")
    if (data / "records.sqlite").exists() and (data / "records.sqlite").stat().st_size:
        records = open_records(data / "records.sqlite")
        try:
            with records.reading() as transaction:
                checked = transaction.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one()
            wrong += [] if checked == "ok" else [f"records: {checked}"]
            if (broken := AuditLog(records).first_broken()) is not None:
                wrong.append(f"audit log broken at {broken}")
            kept = {one["id"] for one in Sessions(records).newest(limit=50)}
        finally:
            records.close()
    else:
        kept = set()
    wrong += [f"{what} {name} is gone" for at_ns, what, name in clinic.promised if at_ns < now_ns and name not in kept]
    samples = sum(len(one.samples) for one in read.values())
    return Found((now_ns - clinic.ready_ns) / 1e9, number, cached, len(read), samples, lost_s, wrong)


def _places(clinic: Clinic) -> list[int]:
    """Numbers of entries, each once: half of them spread over the writes, of which a boot has most, half over time."""
    begin_ns, end_ns = clinic.log[0].ns, clinic.log[-1].ns
    times = [one.ns for one in clinic.log]
    wanted = [len(times) * (place + 1) // (CUTS // 2) for place in range(CUTS // 2)]
    wanted += [bisect(times, begin_ns + (end_ns - begin_ns) * place // CUTS) for place in range(CUTS - CUTS // 2)]
    wanted += [bisect(times, begin_ns + (end_ns - begin_ns) * place // CUTS) for place in range(CUTS // 2, CUTS)]
    places = sorted(dict.fromkeys(number for number in wanted if number))
    step = len(places) / CUTS
    return [places[int(place * step)] for place in range(CUTS)] if step >= 1 else places


def _until_ns(clinic: Clinic, number: int) -> int:
    """The last moment at which a cut leaves so many entries: before the next one, which is when it costs most."""
    return clinic.log[min(number, len(clinic.log) - 1)].ns


def _held_up_s(clinic: Clinic) -> float:
    """By how much the computer let the recorder's flushes come late while it recorded, at worst."""
    worst_s = 0.0
    for first_ns, last_ns in clinic.samples.values():
        flushed = [one.ns for one in clinic.log if one.at < 0 and first_ns <= one.ns <= last_ns]
        worst_s = max([worst_s, *((b - a) / 1e9 - EVERY_S for a, b in pairwise(flushed))])
    return worst_s


def _kb_s(clinic: Clinic) -> float:
    """What the disk was given while something was recorded, with all that the file system adds."""
    spans = list(clinic.samples.values())
    size = sum(len(one.data) for one in clinic.log for first, last in spans if first <= one.ns <= last)
    return size / sum((last - first) / 1e9 for first, last in spans) / 1e3


@pytest.fixture
def cut_at(clinic: Clinic, image: Path) -> Callable[[int, bool], object]:
    """The disk after so many entries, mounted."""

    def mounted(number: int, cached: bool) -> object:
        seed = [str(number)] if cached else []
        return _disk(clinic.base, image / "cut", "--cut", str(clinic.log_file), str(number), *seed)

    return mounted


def test_a_hundred_cuts_lose_a_second_at_most_and_nothing_that_was_promised(
    clinic: Clinic, cut_at, capsys: pytest.CaptureFixture[str], image: Path
) -> None:
    found = []
    for place, number in enumerate(_places(clinic)):
        with cut_at(number, place % 2 == 1) as mounted:
            found.append(_look(mounted / DATA, clinic, number, place % 2 == 1))
    held_up_s = _held_up_s(clinic)
    lines = ["| cut | s after ready | writes | cache lost | recordings | samples | lost s | wrong |", "|" + "---|" * 8]
    for place, one in enumerate(found, 1):
        lost_s = "-" if one.lost_s is None else f"{one.lost_s:.2f}"
        words = [f"{one.at_s:.2f}", one.entries, "yes" if one.cached else "no", one.recordings, one.samples, lost_s]
        lines.append(f"| {place} | " + " | ".join(map(str, [*words, "; ".join(one.wrong) or "-"])) + " |")
    lost = [one.lost_s for one in found if one.lost_s is not None]
    flushes, size = sum(one.at < 0 for one in clinic.log), sum(len(one.data) for one in clinic.log)
    lines.append(
        f"{len(found)} cuts of {len(clinic.log)} entries ({flushes} flushes, {size / 1e6:.1f} MB): lost at most "
        f"{max(lost):.2f} s, flushes came late by {held_up_s:.2f} s at most, {_kb_s(clinic):.0f} kB/s while recording"
    )
    (image / "cuts.md").write_text("\n".join(lines) + "\n")
    with capsys.disabled():
        print("\n" + "\n".join(lines))  # noqa: T201
    assert [one for one in found if one.wrong] == []
    assert max(lost) <= LOST_S + held_up_s
    assert len(lost) > CUTS // 4, "cuts while nothing was recorded say little"


def test_five_of_them_boot_and_need_nobody(clinic: Clinic, cut_at, tools: Path) -> None:
    places = _places(clinic)
    for number in places[len(places) // BOOTED - 1 :: len(places) // BOOTED][:BOOTED]:
        with cut_at(number, True) as mounted:
            station = Booted(mounted, tools)
            try:
                station.boot()
                known = {one["id"] for one in station.sessions()}
                now_ns = _until_ns(clinic, number)
                assert {name for at_ns, _, name in clinic.promised if at_ns < now_ns} <= known
                failed = station.run("systemctl", "list-units", "--failed", "--plain", "--no-legend", "station*")
                assert failed.stdout == "", f"after {number} entries"
                station.start_drill("P04", 10)
            finally:
                station.end()


def test_what_was_left_open_is_read_whole(clinic: Clinic, cut_at) -> None:
    """The last cut is in the third drill: the station's start closes its recording, and says so."""
    with cut_at(len(clinic.log), False) as mounted:
        (left,) = [file for file in (mounted / DATA / "recordings").rglob("*.mcap") if read_recording(file).truncated]
        assert json.loads(json.dumps(read_recording(left).header))["patient"] == "P03"
