"""The real pigpiod in the place of the simulated rig, and the end of a station: the last of all these files by name."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.booted.conftest import Booted

pytestmark = pytest.mark.timeout(600)
INSTALLER = "/opt/balance-station/current/systemd/install"
SILICON = """\
[Unit]
Description=In the place of the registers of a Pi 4
[Service]
RuntimeDirectory=pigsim
ExecStart=/usr/local/bin/bcmsim /run/pigsim/mem
"""
ON_SILICON = """\
[Unit]
ConditionFirmware=
Requires=silicon.service
After=silicon.service
[Service]
Environment=PIGSIM_DIR=/run/pigsim
"""
ENABLE_PIN, READ, WRITE = 25, 3, 4
_PIGPIO = """
import socket, struct, sys
command, pin, level = map(int, sys.argv[1:])
line = socket.create_connection(('127.0.0.1', 8888), 3)
line.sendall(struct.pack('<4I', command, pin, level, 0))
print(struct.unpack('<4i', line.recv(16, socket.MSG_WAITALL))[3])
"""


@pytest.fixture
def silicon(station: Booted, project: Path) -> Booted:
    """The station with the rig `pi` and a real pigpiod on modelled registers; no converters are there to be read."""
    tools = Path(os.environ.get("STATION_PIGPIOD_SIM") or project.parent / "shared" / "tools" / "pigpiod-sim")
    built = Path(os.environ.get("PIGSIM_BUILD") or Path.home() / ".cache" / "pigpiod-sim")
    subprocess.run(["sh", str(tools / "build.sh")], check=True, timeout=300)
    shutil.copy(built / "pigpiod-sim", station.tree / "usr/bin/pigpiod")
    shutil.copy(built / "bcmsim", station.tree / "usr/local/bin/bcmsim")
    units = station.tree / "etc/systemd/system"
    (units / "silicon.service").write_text(SILICON)
    (units / "station-pigpiod.service.d").mkdir(exist_ok=True)
    (units / "station-pigpiod.service.d" / "silicon.conf").write_text(ON_SILICON)
    (station.tree / "etc/answers.toml").write_text('[station]\nrig = "pi"\n[install]\nisolated_core = false\n')
    done = station.run(INSTALLER, "--settings", "/etc/answers.toml", "--only", "settings,units,enabled")
    assert done.returncode == 0, done.stdout
    for words in (("daemon-reload",), ("restart", "station.target")):
        assert station.run("systemctl", *words).returncode == 0
    return station


def _pigpio(station: Booted, *words: int) -> str:
    """One command to pigpiod from within its network; "" where it does not answer."""
    pid = station.pid("station-pigpiod.service")
    inside = ("nsenter", f"--net=/proc/{pid}/ns/net", "python3", "-c", _PIGPIO)
    return station.run(*inside, *map(str, words)).stdout.strip() if pid else ""


def test_pigpiod_is_controls_alone_and_its_pins_are_off_whoever_dies(silicon: Booted) -> None:
    station = silicon
    station.until("pigpiod answers", lambda: _pigpio(station, READ, ENABLE_PIN, 0) == "0")
    networks = {
        name: station.run("readlink", f"/proc/{station.pid(f'station-{name}.service')}/ns/net").stdout
        for name in ("pigpiod", "control", "web", "recorder")
    }
    assert networks["pigpiod"] == networks["control"] != ""
    assert networks["pigpiod"] not in (networks["web"], networks["recorder"])
    assert station.run("python3", "-c", _PIGPIO, str(READ), str(ENABLE_PIN), "0").returncode != 0, "from the network"
    for unit in ("station-pigpiod.service", "station-control.service"):
        assert _pigpio(station, WRITE, ENABLE_PIN, 1) == "0"
        assert _pigpio(station, READ, ENABLE_PIN, 0) == "1"
        before = station.pid(unit)
        station.run("kill", "-KILL", str(before))
        station.until(f"another of {unit}", lambda unit=unit, before=before: station.pid(unit) not in (0, before))
        station.until("the enable is off", lambda: _pigpio(station, READ, ENABLE_PIN, 0) == "0")
        assert "make-safe: the motor's pins are off" in station.journal(f"--unit={unit}")


def test_uninstall_leaves_what_was_recorded(station: Booted) -> None:
    data = station.tree / "var/lib/balance-station"
    before = {str(path) for path in data.rglob("*.mcap")}
    assert before, "a test before recorded something"
    done = station.run(INSTALLER, "uninstall")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {str(path) for path in data.rglob("*.mcap")} == before
    assert not (station.tree / "opt/balance-station").exists()
    assert station.get("/healthz").status == 0
    left = [path.name for path in (station.tree / "etc/systemd/system").rglob("station*")]
    assert set(left) <= {"station-pigpiod.service.d", "station-watch.service.d"}, "the tests' own drop-ins"
