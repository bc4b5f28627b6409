"""A station from the installer to the pulled plug, in the order a clinic meets it: a test builds on another."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.booted.conftest import Booted
from tests.systemd.test_units import GOAL

pytestmark = pytest.mark.timeout(900)
INSTALLER = "/opt/balance-station/current/systemd/install"
PROCESSES = ("control", "recorder", "web")


def test_it_boots_to_ready_and_is_as_the_installer_left_it(station: Booted) -> None:
    assert station.run("systemctl", "is-active", "station.target").stdout.strip() == "active"
    units = station.run("systemctl", "list-units", "--failed", "--plain", "--no-legend", "station*").stdout
    assert units == ""
    checked = station.run(INSTALLER, "--check")
    assert checked.returncode == 0, checked.stdout
    again = station.run(INSTALLER)
    assert again.returncode == 0
    assert "nothing was changed" in again.stdout


def test_the_doctor_has_a_line_for_each_step(station: Booted) -> None:
    said = station.run("station", "doctor", "--json", "--settings", "/etc/balance-station/station.toml").stdout
    for step in ("packages", "units", "program", "fence", "running", "hostname"):
        assert f'"installed {step}"' in said


def test_each_process_starts_with_what_it_is_given_and_no_more(station: Booted) -> None:
    for name, most in GOAL.items():
        unit = f"station-{name}.service"
        judged = station.run("systemd-analyze", "security", "--no-pager", unit).stdout
        found = re.search(rf"Overall exposure level for {re.escape(unit)}: ([0-9.]+) ", judged)
        assert found, judged[-300:]
        assert float(found[1]) <= most, unit
    control = station.pid("station-control.service")
    assert "priority: 50" in station.run("chrt", "-p", str(control)).stdout
    groups = station.run("id", "--name", "--groups", "station-control").stdout.split()
    assert {"gpio", "i2c", "station"} <= set(groups)


def test_a_phone_at_the_stations_own_network_reaches_its_door_and_nothing_else(station: Booted) -> None:
    station.until("the door", lambda: station.get("/healthz", host="10.42.66.1:8081", netns="phone").status)
    assert station.get("/therapist", host="10.42.66.1:8081", netns="phone").status in (200, 302, 303, 401, 403)
    assert station.get("/patient", host="10.42.66.1:8080", netns="phone").status == 0
    listener = "import socket, sys; s = socket.create_server(('0.0.0.0', 9090)); print('up', flush=True); s.accept()"
    inside = ["nsenter", f"--target={station.one}", "--all", "--root", "--wd=/"]
    with subprocess.Popen([*inside, "python3", "-c", listener], stdout=subprocess.PIPE, text=True) as open_port:
        assert open_port.stdout is not None
        assert open_port.stdout.readline() == "up\n"
        try:
            reach = "import socket; socket.create_connection(('10.42.66.1', 9090), 3)"
            assert station.run("ip", "netns", "exec", "phone", "python3", "-c", reach).returncode != 0
        finally:
            open_port.kill()


def test_a_drill_runs_and_has_its_result(station: Booted) -> None:
    for page in ("/patient", "/therapist", "/technician"):
        assert station.get(page).status == 200, page
    body = {"patient": "P01", "drill": "quiet-stance", "leg": "both", "hold_s": 10, "trials": 1}
    started = station.until(
        "the start", lambda: (a := station.get("/api/v1/drill/start", body)).status in (200, 201, 202) and a
    )
    assert started

    def ended() -> object:
        sessions = station.get("/api/v1/sessions").body["sessions"]
        return sessions and sessions[0]["pipeline"] is not None and sessions[0]

    assert station.until("the figures of the drill", ended)
    recordings = list((station.tree / "var/lib/balance-station/recordings").rglob("*.mcap"))
    assert len(recordings) == 1


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_that_is_killed_comes_back_by_itself(station: Booted, name: str) -> None:
    unit = f"station-{name}.service"
    before = station.pid(unit)
    assert station.run("kill", "-KILL", str(before)).returncode == 0
    station.until(f"another {name}", lambda: station.pid(unit) not in (0, before))
    station.until_ready()


def test_a_control_that_hangs_is_ended_by_its_watchdog(station: Booted) -> None:
    before = station.pid("station-control.service")
    station.run("kill", "-STOP", str(before))  # it cannot end by itself, nor be started beside itself
    station.until("another control", lambda: station.pid("station-control.service") not in (0, before))
    station.until_ready()


def test_pulled_plugs_need_nobody(station: Booted) -> None:
    """Once while it records, and at once again; the pages may be the first to open the records."""
    for _ in range(2):
        station.get(
            "/api/v1/drill/start", {"patient": "P01", "drill": "quiet-stance", "leg": "both", "hold_s": 30, "trials": 1}
        )
        station.cut()
        station.boot()
    assert station.get("/api/v1/sessions").body["sessions"]
    checked = station.run(INSTALLER, "--check")
    assert checked.returncode == 0, checked.stdout


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
    assert before
    done = station.run(INSTALLER, "uninstall")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {str(path) for path in data.rglob("*.mcap")} == before
    assert not (station.tree / "opt/balance-station").exists()
    assert station.get("/healthz").status == 0
    left = [path.name for path in (station.tree / "etc/systemd/system").rglob("station*")]
    assert left == ["station-pigpiod.service.d"], "the test's own drop-in"
