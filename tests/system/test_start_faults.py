"""What keeps the station from starting is on every page, and it comes up by itself once that is mended."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.silicon import ABSENT, Board, tools
from station.clock import MonotonicClock
from station.wire.peers import SUPERVISOR
from station.wire.ring import RingReader
from station.wire.sample import unpack
from tests.hw.blinka.node import Node, build, converter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1920, "height": 1080}
PAGES = ("/", "/therapist", "/patient", "/technician")
EXPECTED = ["chip-no-answer", "converter-12-bit", "drive-pin-in-use", "pigpiod-missing"]
DAMAGED = '{"simulated": "20260101T000000Z-0.json"'


def _ask(url: str, body: object = None, *, post: bool = False) -> tuple[int, Any]:
    """Status and JSON of one request, refused or not."""
    origin = "/".join(url.split("/")[:3])
    data = json.dumps(body).encode() if body is not None else b"" if post else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", "Origin": origin})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


def _says(station: Any, code: str) -> Any:
    """What /healthz says of control, once it is this fault."""
    try:
        control = _ask(f"{station.url}/healthz")[1]["control"]
    except (OSError, http.client.HTTPException):  # the pages were ended in the middle of their answer
        return None
    return control if control["fault"] == code else None


def _open(browser: Browser, url: str, size: Any, language: str = "en") -> Page:
    page = browser.new_context(viewport=size, locale=language).new_page()
    page.goto(url)
    return page


def test_a_damaged_calibration_and_then_damaged_settings(
    start_station: Callable[..., Any], wait_for: Callable[..., Any], browser: Browser, tmp_path: Path
) -> None:
    pointer = tmp_path / "data" / "calibrations" / "current.json"
    pointer.parent.mkdir(parents=True)
    pointer.write_text(DAMAGED)
    station = start_station("--data", str(tmp_path / "data"))
    control = wait_for("the fault", lambda: _says(station, "calibration-invalid"))
    assert control["where"] == str(pointer)
    assert not control["ok"]
    first = station.child("control").pid

    # Every page says it, in its reader's words, and shows nothing as if it were measured.
    page = _open(browser, station.url, PHONE)
    for path in PAGES:
        page.goto(station.url + path)
        for size in (PHONE, SCREEN):
            page.set_viewport_size(size)
            notice = page.get_by_role("alert").filter(has_text="The calibration cannot be used.")
            expect(notice).to_contain_text(str(pointer))
            expect(page.locator("#freshness")).to_have_text("Not ready")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert "Ready." not in page.locator("body").inner_text()
    page.context.close()
    german = _open(browser, f"{station.url}/therapist/drill", PHONE, "de")
    expect(german.locator("#freshness")).to_have_text("Nicht bereit")
    technician = _open(browser, f"{station.url}/technician", PHONE)
    for spot in ("estop", "hand-switch", "foot-switch"):
        expect(technician.locator(f"#{spot}")).to_have_text("–")

    snapshot = _ask(f"{station.url}/api/v1/snapshot")[1]
    assert snapshot["age_s"] < 3
    assert snapshot["trip"] is None
    assert [snapshot[name] for name in ("estop_closed", "force_n", "cop_ml_mm", "on_plate")] == [None] * 4
    assert snapshot["cells"] == []
    (fault,) = _ask(f"{station.url}/api/v1/faults/now")[1]["faults"]
    assert (fault["process"], fault["code"], fault["where"]) == ("control", "calibration-invalid", str(pointer))
    body = {"patient": "P09", "drill": "quiet-stance", "leg": "both", "hold_s": 5}
    status, refused = _ask(f"{station.url}/api/v1/drill/start", body)
    assert (status, refused["code"]) == (409, "calibration-invalid")
    assert _ask(f"{station.url}/api/v1/acknowledge", post=True)[1]["code"] == "calibration-invalid"
    assert _ask(f"{station.url}/api/v1/stop", post=True) == (200, {"ok": True})
    assert station.child("control").pid == first

    # Mended, it comes up by itself, in the same process, and the pages follow.
    pointer.unlink()
    station.wait_until_healthy()
    assert station.child("control").pid == first
    expect(technician.locator("#halt")).to_be_hidden()
    expect(technician.locator("#estop")).to_contain_text("closed")
    expect(technician.locator("#freshness")).to_have_text("Live")
    expect(german.get_by_label("Übung", exact=True)).not_to_have_value("")

    # Settings that become wrong are found at the next start: of each process.
    settings = station.runtime.parent / "station.toml"
    good = settings.read_text()
    settings.write_text(good + "[limits]\nmax_bout_s = 999.0\n")
    for verb in ("control", "recorder", "web"):
        os.kill(station.child(verb).pid, signal.SIGKILL)
    control = wait_for("the fault", lambda: _says(station, "settings-invalid"))
    assert control["where"] == str(settings)
    assert (control["problems"][0]["field"], control["problems"][0]["most"]) == ("limits.max_bout_s", 120.0)
    expect(technician.locator("#halt h2")).to_have_count(1)
    expect(technician.locator("#halt")).to_contain_text("limits.max_bout_s = 999: must be at most 120")
    expect(technician.locator("#estop")).to_have_text("–")
    settings.write_text(good)
    station.wait_until_healthy()
    expect(technician.locator("#halt")).to_be_hidden()
    for page in (german, technician):
        page.context.close()


def test_without_a_bus_control_says_so_once_and_stays(tmp_path: Path, wait_for: Callable[..., Any]) -> None:
    """Twenty-two starts in 25 s it was."""
    settings = tmp_path / "station.toml"
    settings.write_text(f'[station]\nruntime = "{tmp_path}/runtime"\n[rig.load_cells]\ni2c_bus = 31\n')
    command = [sys.executable, "-m", "station", "control", "--settings", str(settings), "--rig", "pi"]
    systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    systemd.bind(str(tmp_path / "notify"))
    told = {SUPERVISOR: str(os.getpid()), "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "2000000"}
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            [*command, "--data", str(tmp_path / "data")], stderr=said, env={**os.environ, **told}
        )
    heard: list[str] = []

    def hear() -> list[str]:
        with contextlib.suppress(BlockingIOError):
            while True:
                heard.append(systemd.recv(4096).decode())
        return heard

    try:
        events = tmp_path / "runtime" / "events"
        wait_for("a third try", lambda: hear() and events.exists() and b'"tries": 3' in events.read_bytes())
        # systemd has it running, knows why it waits, and bears a longer silence while a rig is being opened.
        started = [line for line in hear() if line.startswith("READY=1")]
        assert len(started) == 1
        assert "STATUS=i2c-bus-missing /dev/i2c-31" in started[0]
        longer, as_ever = "WATCHDOG_USEC=20000000\nWATCHDOG=1", "WATCHDOG_USEC=2000000\nWATCHDOG=1"
        assert [line for line in heard if line in (longer, as_ever)][:4] == [longer, as_ever] * 2
        assert "WATCHDOG=1" in heard
        assert process.poll() is None
        text = (tmp_path / "said").read_text()
        assert text.count("/dev/i2c-31") == 1
        assert "raspi-config" in text
    finally:
        process.terminate()
        assert process.wait(250) == 0
        systemd.close()


@pytest.fixture
def pigpiod() -> Iterator[Board]:
    if tools() is None:
        pytest.skip(ABSENT)
    board = Board()
    yield board
    board.close()


def test_each_fault_of_the_real_drivers_is_named_and_outlived(
    tmp_path: Path, project: Path, pigpiod: Board, wait_for: Callable[..., Any]
) -> None:
    """One control, and what is wrong with its hardware changes: a converter does not answer, then it is another part,
    then somebody has the motor's pin, then there is no pigpiod; then all is well, and it runs.
    """
    devices, runtime = tmp_path / "dev", tmp_path / "runtime"
    devices.mkdir()
    pins = devices / "gpiochip0"
    pins.write_text("")
    (devices / "i2c-1").touch()
    node = Node(tmp_path / "bus")
    settings = tmp_path / "station.toml"
    settings.write_text(f'[station]\nrig = "pi"\nruntime = "{runtime}"\n[rig.drive]\npigpiod_port = {pigpiod.port}\n')
    told = {
        SUPERVISOR: str(os.getpid()),
        "LD_PRELOAD": str(build(tmp_path, project)),
        "FAKE_I2C": str(tmp_path / "bus"),
        "PYTHONPATH": str(project),
    }
    script = project / "tests" / "system" / "control_on_a_pi.py"
    command = [sys.executable, script, devices, "control", "--settings", settings, "--data", tmp_path / "data"]

    third = node.devices[0x4A]
    third.nack()

    def faults() -> list[tuple[str, str]]:
        """What control has said so far, each once."""
        try:
            said = RingReader(runtime / "events")
        except (FileNotFoundError, ValueError):
            return []
        try:
            records = [json.loads(payload) for _, payload in said.since(0).records]
        finally:
            said.close()
        return list(dict.fromkeys((one["code"], one["where"]) for one in records if one["kind"] == "start-fault"))

    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(command, stderr=said, env={**os.environ, **told})
    try:
        wait_for("an absent converter", lambda: len(faults()) == 1)
        third.nack(False)
        third.twelve_bit()
        wait_for("another part", lambda: len(faults()) == 2)
        node.devices[0x4A] = converter(2, MonotonicClock())
        pins.write_text("18 fan-control\n")
        wait_for("a pin that is taken", lambda: len(faults()) == 3)
        pins.write_text("")
        pigpiod.send(signal.SIGKILL)
        wait_for("no pigpiod", lambda: len(faults()) == 4)
        assert process.poll() is None
        pigpiod.start_daemon()

        def ticks() -> bool:
            try:
                samples = RingReader(runtime / "samples")
            except (FileNotFoundError, ValueError):
                return False
            found = samples.latest()
            samples.close()
            return found is not None and unpack(found[1]).seq > 100

        wait_for("ticks", ticks)
        assert not pigpiod.enabled
        assert [code for code, _ in faults()] == EXPECTED
    finally:
        process.terminate()
        assert process.wait(250) == 0
        node.close()
