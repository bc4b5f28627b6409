"""`station run` from the outside: the address, the pages, Ctrl-C, and the ways in which it must not start."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from station.wire.ring import RingReader
from station.wire.sample import unpack


def test_it_prints_its_address_serves_its_pages_and_stops_cleanly_on_ctrl_c(start_station, wait_for) -> None:
    station = start_station()
    station.wait_until_healthy()
    for page in ("/", "/therapist", "/patient", "/technician", "/openapi/openapi.json"):
        with urllib.request.urlopen(station.url + page, timeout=30) as answer:
            assert answer.status == 200
    children = [station.child(verb) for verb in ("control", "recorder", "web")]
    assert all(children)
    output = station.close()
    assert f"http://127.0.0.1:{station.port}" in output
    assert output.rstrip().endswith("Stopped.")
    assert station.process.returncode == 0
    assert not any(child.is_running() for child in children)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past connections may still be fading away
        probe.bind(("127.0.0.1", station.port))


def test_a_drill_started_from_the_page_ends_with_a_stored_result(station, wait_for) -> None:
    body = {"patient": "P09", "drill": "quiet-stance", "leg": "both", "hold_s": 5}
    station.ask_to_start(body)
    wait_for("its beginning", lambda: (s := station.latest()) and s.session > 0)
    wait_for("its end", lambda: (s := station.latest()) and s.session == 0)

    def stored() -> object:
        with urllib.request.urlopen(f"{station.url}/api/v1/sessions?patient=P09", timeout=30) as answer:
            sessions = json.load(answer)["sessions"]
        if not sessions:
            return None
        with urllib.request.urlopen(f"{station.url}/api/v1/sessions/{sessions[0]['id']}", timeout=30) as answer:
            session = json.load(answer)
        return session if session["trials"] else None

    session = wait_for("the result", stored)
    assert session["outcome"] == "completed"
    assert session["trials"][0]["outcome"] == "held"
    measures, reasons = session["trials"][0]["measures"], session["trials"][0]["reasons"]
    # A machine that gives the loop no processor for a tenth of a second leaves a hole: no figure, but its reason.
    why = reasons.get("mean_velocity_mm_s", "")
    hole = any(word in why for word in ("gap", "missing", "no centre of pressure"))
    assert hole or (measures["mean_velocity_mm_s"] or 0.0) > 1.0, why


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "station", *arguments], capture_output=True, text=True, timeout=250)


def test_a_port_in_use_is_reported_before_anything_starts(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = _run("run", "--port", str(port), "--data", str(tmp_path))
    assert ended.returncode == 5
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr


def test_an_address_that_others_can_reach_is_refused(tmp_path) -> None:
    ended = _run("run", "--host", "0.0.0.0", "--data", str(tmp_path))
    assert ended.returncode == 2
    assert "Phones cannot be paired yet" in ended.stderr or "this computer only" in ended.stderr


def test_a_replay_of_nothing_is_refused_before_anything_starts(tmp_path, free_port) -> None:
    ended = _run("run", "--rig", "replay", "--data", str(tmp_path), "--port", str(free_port()))
    assert ended.returncode == 2
    assert "replay-input" in ended.stderr


def test_a_second_one_on_the_same_folders_is_refused_and_the_first_goes_on_and_ends_on_sigterm(
    station, wait_for, free_port
) -> None:
    settings = str(station.runtime.parent / "station.toml")
    for verb, *more in (("control",), ("recorder",), ("run", "--port", str(free_port()))):
        ended = _run(verb, "--settings", settings, "--data", str(station.data), *more)
        assert ended.returncode == 5
        assert "Another station runs" in ended.stderr
    station.start_vibrating()
    station.link.request("stop", by="test")
    wait_for("vibration off", lambda: (s := station.latest()) and s.output_hz == 0.0)
    station.process.send_signal(signal.SIGTERM)
    assert station.process.wait(250) == 0


def test_without_rings_the_recorder_is_not_ready_and_the_vibration_goes(start_station, wait_for) -> None:
    station = start_station()
    station.wait_until_healthy()
    station.start_vibrating()
    ring = RingReader(station.runtime / "samples")
    for name in ("samples", "events"):
        (station.runtime / name).unlink()
    off = wait_for("vibration off", lambda: (s := unpack(ring.latest()[1])) and s.output_hz == 0.0 and s)
    assert off.trip
    ring.close()


def test_a_station_that_ends_early_says_so_at_once_with_what_it_printed(start_station, wait_for) -> None:
    start_station("--rig", "none-such")
    with pytest.raises(pytest.fail.Exception) as failed:
        wait_for("all well", lambda: False)
    assert "waited for all well, but the station has ended with exit code 2; it printed:" in str(failed.value)
    assert "none-such" in str(failed.value)
