"""A station from the installer to the pulled plug, in the order a clinic meets it: a test builds on another."""

import re
import subprocess
from pathlib import Path

import pytest

from station.recording.reader import read_recording
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
    laid = {file.name for file in (station.tree / "etc/systemd/system").glob("station-*")}
    assert {f"station-{name}.service" for name in GOAL} - laid <= {
        "station-kiosk.service",
        "station-first-boot.service",
    }
    for name, most in GOAL.items():
        unit = f"station-{name.replace('@', '@sda1')}.service"
        if f"station-{name}.service" not in laid:
            continue  # an image's
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


def _practises(station: Booted) -> object:
    said = station.get("/api/v1/practice").body
    return isinstance(said, dict) and said["practises"]


def test_practice_begins_and_ends_from_the_page_and_touches_nothing_of_the_real_station(station: Booted) -> None:
    station.until("practice may begin", lambda: station.get("/api/v1/practice/begin", {}).status == 200)
    station.until("practice", lambda: _practises(station))
    station.until_ready()
    assert station.run("systemctl", "is-active", "station-practice.service").stdout.strip() == "active"
    assert {station.pid(f"station-{name}.service") for name in PROCESSES} == {0}, "nothing of the real one beside it"
    station.start_drill("P09", 5)
    station.until("its row", station.sessions)
    assert station.get("/api/v1/practice/end", {}).status == 200
    station.until("the real station", lambda: station.pid("station-web.service") and _practises(station) is False)
    station.until_ready()
    shown = station.run("systemctl", "show", "--property=Result", "--value", "station-practice.service").stdout
    assert shown.strip() == "success"
    assert station.sessions() == []
    assert _recordings(station) == []


def test_a_drill_runs_and_has_its_result(station: Booted) -> None:
    for page in ("/patient", "/therapist", "/technician"):
        assert station.get(page).status == 200, page
    station.start_drill("P01", 10)

    def ended() -> object:
        sessions = station.sessions()
        return sessions and sessions[0]["pipeline"] is not None and sessions[0]

    assert station.until("the figures of the drill", ended)
    assert len(_recordings(station)) == 1


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_that_is_killed_comes_back_by_itself(station: Booted, name: str) -> None:
    unit = f"station-{name}.service"
    before = station.pid(unit)
    assert station.run("kill", "-KILL", str(before)).returncode == 0
    station.until(f"another {name}", lambda: station.pid(unit) not in (0, before))
    station.until_ready()


@pytest.mark.parametrize("name", ["control", "web"])
def test_what_hangs_is_ended_by_its_watchdog(station: Booted, name: str) -> None:
    unit = f"station-{name}.service"
    before = station.pid(unit)
    station.run("kill", "-STOP", str(before))  # it cannot end by itself, nor be started beside itself
    station.until(f"another {name}", lambda: station.pid(unit) not in (0, before))
    station.until_ready()


def _recordings(station: Booted) -> list[Path]:
    return list((station.tree / "var/lib/balance-station/recordings").rglob("*.mcap"))


def _new_samples(station: Booted, known: set[Path]) -> int:
    """As far as they are in a file; of one that was cut before anything was, nobody would be asked."""
    return sum(len(read_recording(file).samples) for file in set(_recordings(station)) - known if file.stat().st_size)


def _waits_for(station: Booted, body: dict[str, object], where: str) -> bool:
    refused = station.get("/api/v1/drill/start", body)
    return refused.status == 409 and isinstance(refused.body, dict) and refused.body["where"] == where


def test_pulled_plugs_need_nobody(station: Booted) -> None:
    """Once while it records, and at once again; the pages may be the first to open the records. The station is up by
    itself each time; the next drill waits until a person has seen to the patient of the one that was cut.
    """
    body = {"patient": "P01", "drill": "quiet-stance", "leg": "both", "hold_s": 30, "trials": 1}
    known = set(_recordings(station))
    for again in (False, True):
        if again:
            station.until("the notice", lambda: _waits_for(station, body, "notice"))
        else:
            station.start_drill("P01", 30)
            station.until("a second of it", lambda: _new_samples(station, known) > 250)
        station.cut()
        station.boot()
    assert station.sessions()
    checked = station.run(INSTALLER, "--check")
    assert checked.returncode == 0, checked.stdout
