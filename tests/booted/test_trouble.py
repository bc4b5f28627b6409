"""What a station meets in ten years: a full disk, no data, a clock at 1970, a card that can only be read, too little
voltage, a backup that is due, a stick. The pages say it, nothing is begun that cannot be kept, its end needs nobody.
"""

import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.records.file import open_records
from station.records.sessions import Sessions
from tests.booted.conftest import Answer, Booted

pytestmark = pytest.mark.timeout(600)
DATA = "/var/lib/balance-station"
START = {"patient": "P01", "drill": "quiet-stance", "leg": "both", "hold_s": 10, "trials": 1}
CLOCK = Path(__file__).with_name("clock.c")
"""A clock of the tree's own for the station's units: the kernel's is everybody's."""
CLOCK_FILE = "/dev/shm/test-clock"
"""Nanoseconds that it is ahead of the kernel's."""
YEAR_S = 365 * 86400
WISHES = """
import time
from pathlib import Path
from station.processes.clock_setting import wish
wish(Path('/run/balance-station'), {at} or time.time_ns(), time.monotonic_ns())
"""
"""What the pages do where a technician's phone says what time it is."""


def _inside(station: Booted, *command: str) -> None:
    done = station.run(*command)
    assert done.returncode == 0, done.stderr


def _restart(station: Booted) -> None:
    """The three processes, with the mounts as they are now."""
    _inside(station, "systemctl", "daemon-reload")
    _inside(station, "systemctl", "restart", *(f"station-{name}.service" for name in ("recorder", "control", "web")))


def _faults(station: Booted) -> set[str]:
    body = station.get("/api/v1/faults/now").body
    return {one["code"] for one in body["faults"]} if isinstance(body, dict) else set()


def _start(station: Booted) -> Answer:
    return station.get("/api/v1/drill/start", START)


def _refused_with(station: Booted, *codes: str) -> bool:
    refused = _start(station)
    return refused.status >= 400 and isinstance(refused.body, dict) and refused.body.get("code") in codes


def _starts_and_is_kept(station: Booted) -> None:
    before = len(station.sessions())
    station.until("a start", lambda: _start(station).status in (200, 201, 202))
    station.until("its figures", lambda: _figures(station, before))


def _figures(station: Booted, before: int) -> object:
    found = station.sessions()
    return len(found) > before and found[0]["pipeline"] is not None


def test_data_that_is_gone_is_begun_anew(station: Booted) -> None:
    station.cut()
    shutil.rmtree(station.tree / DATA.lstrip("/"))
    station.boot()
    assert station.sessions() == []
    _starts_and_is_kept(station)


def test_a_full_disk_refuses_the_start_by_name_and_is_well_when_there_is_room(station: Booted) -> None:
    _inside(station, "mount", "-t", "tmpfs", "-o", "size=300M,mode=2770", "none", DATA)
    try:
        _inside(station, "chown", "station-recorder:station", DATA)
        _restart(station)
        station.until_ready()
        _inside(station, "sh", "-c", f"head -c 400M /dev/zero > {DATA}/filler; true")
        station.until("the start refused", lambda: _refused_with(station, "disk-full", "recorder-not-ready"))
        assert "disk-full" in str(station.get("/healthz").body) + str(_start(station).body) + str(_faults(station))
        _inside(station, "rm", f"{DATA}/filler")
        _starts_and_is_kept(station)
    finally:
        _inside(station, "umount", "--lazy", DATA)
        _restart(station)
        station.until_ready()


def test_a_card_that_can_only_be_read_still_shows_its_pages(station: Booted) -> None:
    _inside(station, "mount", "-o", "remount,bind,ro", "/")
    try:
        _restart(station)
        station.until("it is said", lambda: "data-folder" in _faults(station))
        health = station.until("control is well", lambda: (h := station.get("/healthz").body)["control"]["ok"] and h)
        assert health["web"]["ok"]
        for page in ("/patient", "/therapist"):
            assert station.get(page).status == 200
        station.until("the start refused", lambda: _refused_with(station, "recorder-not-ready", "data-folder"))
    finally:
        _inside(station, "mount", "-o", "remount,bind,rw", "/")
        _restart(station)
    station.until_ready()
    _starts_and_is_kept(station)


def test_too_little_voltage_is_said_and_stands_in_the_audit_log(station: Booted) -> None:
    """In a file where the firmware of a Pi has it."""
    word = "/sys/devices/platform/soc/soc:firmware/get_throttled"
    _inside(station, "mount", "-t", "tmpfs", "none", "/sys/devices/platform")
    try:
        _inside(station, "sh", "-c", f"mkdir -p {Path(word).parent} && echo 50005 > {word}")
        _restart(station)
        supply = station.tree / "run"  # a tmpfs of its own: looked at from within
        assert supply.is_dir()
        said = station.until("it is seen", lambda: station.run("cat", "/run/balance-station/supply").stdout)
        assert "under-voltage" in said
        assert "under-voltage" in station.journal("--unit=station-recorder")
        _inside(station, "sh", "-c", f"echo 50000 > {word}")
        station.until(
            "it is well again", lambda: '"now": []' in station.run("cat", "/run/balance-station/supply").stdout
        )
    finally:
        _inside(station, "umount", "--lazy", "/sys/devices/platform")
        _restart(station)
        station.until_ready()


def _backups(station: Booted) -> str:
    return station.run("sh", "-c", "ls /media/backups/*.backup").stdout.strip()


def test_a_backup_is_made_by_itself_off_the_card_and_opens(station: Booted) -> None:
    settings = station.tree / "etc/balance-station/station.toml"
    before = settings.read_text()
    _inside(station, "mkdir", "-p", "/media/backups")
    _inside(station, "mount", "-t", "tmpfs", "none", "/media/backups")
    secret = station.tree / "etc/balance-station/backup.passphrase"
    try:
        secret.write_text("three long words\n")
        _inside(
            station, "chown", "station-recorder:station", "/media/backups", "/etc/balance-station/backup.passphrase"
        )
        table = '\n[backup]\nfolder = "/media/backups"\npassphrase_file = "/etc/balance-station/backup.passphrase"\n'
        settings.write_text(before + table)
        installer = "/opt/balance-station/current/systemd/install"
        _inside(station, installer, "--only", "units")
        _restart(station)
        made = station.until("a backup", lambda: _backups(station))
        sessions = len(station.sessions())
        elsewhere = f"/srv/restored-{time.monotonic_ns()}"
        own = f'[station]\ndata = "{elsewhere}/data"\nruntime = "{elsewhere}/runtime"\n'
        (station.tree / elsewhere.lstrip("/")).mkdir()
        (station.tree / elsewhere.lstrip("/") / "own.toml").write_text(own)
        words = ("restore", made.splitlines()[0], "--settings", f"{elsewhere}/own.toml")
        restored = station.run("env", "STATION_PASSPHRASE=three long words", "station", *words)
        assert restored.returncode == 0, restored.stdout + restored.stderr
        records = open_records(station.tree / elsewhere.lstrip("/") / "data/records.sqlite", read_only=True)
        assert len(Sessions(records).newest()) == sessions
    finally:
        settings.write_text(before)
        secret.unlink(missing_ok=True)
        station.run("/opt/balance-station/current/systemd/install", "--only", "units")
        _restart(station)
        station.run("umount", "--lazy", "/media/backups")
        station.until_ready()


@pytest.fixture
def stick(station: Booted, tmp_path: Path) -> Iterator[str]:
    """A loop device with a file system, which real udev takes for a stick; its name."""
    disk = tmp_path / "stick"
    with disk.open("wb") as file:
        file.truncate(32 << 20)
    (tmp_path / "on-it").mkdir()
    (tmp_path / "on-it/hello").write_text("from home")
    subprocess.run(["mkfs.ext4", "-q", "-F", "-d", tmp_path / "on-it", disk], check=True)
    free = subprocess.run(["losetup", "--find"], check=True, capture_output=True, text=True).stdout.strip()
    rule = station.tree / "etc/udev/rules.d/50-test.rules"
    rule.write_text(f'KERNEL=="{Path(free).name}", ENV{{ID_BUS}}="usb"\n')
    _inside(station, "mount", "-o", "remount,rw", "/sys")
    _inside(station, "sh", "-c", f"test -e {free} || mknod {free} b 7 {free.removeprefix('/dev/loop')}")
    _inside(station, "/usr/lib/systemd/systemd-udevd", "--daemon")
    subprocess.run(["losetup", free, disk], check=True)
    yield Path(free).name
    station.run("umount", "--lazy", "/media/stick")
    subprocess.run(["losetup", "--detach", free], check=True)
    _inside(station, "udevadm", "control", "--exit")
    rule.unlink()


def test_a_stick_is_there_by_itself(station: Booted, stick: str) -> None:
    """By an event of the kernel, which reaches the udev of the tree too."""
    verified = station.run("udevadm", "verify", "/etc/udev/rules.d/61-balance-station-stick.rules")
    assert verified.returncode == 0 or "Unknown command verb" in verified.stderr, "there since systemd 254"
    station.until("the stick", lambda: station.run("cat", "/media/stick/hello").stdout == "from home")
    options = station.run("findmnt", "--noheadings", "--output=OPTIONS", "/media/stick").stdout
    assert {"nosuid", "nodev", "noexec", "sync"} <= set(options.strip().split(","))
    _inside(station, "systemctl", "stop", f"station-stick@{stick}.service")
    assert station.run("mountpoint", "/media/stick").returncode != 0


@pytest.fixture
def clock(station: Booted) -> Iterator[Booted]:
    """The station's units have the clock of CLOCK_FILE; the kernel's is left alone."""
    library = station.tree / "usr/local/lib/test-clock.so"
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, CLOCK, "-ldl"], check=True)
    folder = station.tree / "etc/systemd/system/station-.service.d"
    folder.mkdir(exist_ok=True)
    (folder / "test-clock.conf").write_text("[Service]\nEnvironment=LD_PRELOAD=/usr/local/lib/test-clock.so\n")
    yield station
    shutil.rmtree(folder)
    _restart(station)
    station.until_ready()


def _ahead_ns(station: Booted) -> int:
    said = station.run("od", "-An", "-t", "d8", CLOCK_FILE).stdout
    return int(said)


def test_a_clock_at_1970_needs_nobody_and_a_phone_sets_it_but_frees_no_dose(clock: Booted) -> None:
    station = clock
    ahead = struct.pack("<q", int((3600 - time.time()) * 1e9)).hex()
    writes = f"import os; open('{CLOCK_FILE}', 'wb').write(bytes.fromhex('{ahead}')); os.chmod('{CLOCK_FILE}', 0o666)"
    _inside(station, "python3", "-c", writes)
    _restart(station)
    station.until_ready()
    day = station.until("the pages", lambda: (a := station.get("/api/v1/day")).status == 200 and a.body)
    assert day["clock"]["wall_ms"] < YEAR_S * 1e3, "it is 1970 there"
    assert day["clock"]["voucher"] == ""
    _starts_and_is_kept(station)
    as_pages = ("runuser", "-u", "station-web", "--", "/opt/balance-station/current/bin/python", "-c")
    real_ns = time.time_ns()
    _inside(station, *as_pages, WISHES.format(at=real_ns))
    station.until("the clock is set", lambda: abs(_ahead_ns(station)) < 60e9)
    assert station.run("systemctl", "show", "--property=Result", "--value", "station-clock").stdout.strip() == "success"
    day = station.get("/api/v1/day").body
    assert abs(day["clock"]["wall_ms"] / 1e3 - time.time()) < 60
    assert day["clock"]["voucher"] == "", "nobody vouches for what a phone says"
    _starts_and_is_kept(station)
