"""Whether the therapist is there: who may say so, when the page says so, and that closing it ends a real drill."""

import json
import re
import socket
import threading
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from drills.values import Phase
from hw.registry import open_rig
from hw.settings import RigSettings
from station.clock import NS_PER_S, VirtualClock
from station.control.desk import Desk
from station.control.loop import run_loop
from station.control.tick import HouseRules, Station
from station.processes.live_rings import LiveRings
from station.safety.limits import CLINICIAN
from station.wire.messages import Heartbeat, Start
from tests.station.conftest import CommittingServer

START = {"patient": "P01", "drill": "single-leg-vibration", "leg": "left", "hold_s": 50, "trials": 1}


def seen(feeder) -> int:
    """How many heartbeats have said that the therapist is there."""
    return sum(beat.present for beat in feeder.asked(Heartbeat))


def test_only_who_controls_can_say_that_the_therapist_is_there(client, live_app, feeder, until):
    assert client.post("/api/v1/presence").status_code == 423
    assert client.post("/api/v1/drill/start", json=START).status_code == 200
    (asked,) = feeder.asked(Start)
    assert asked.needs_presence is True
    until(lambda: seen(feeder) == 1)
    answer = client.post("/api/v1/presence")
    assert (answer.status_code, answer.json) == (200, {"again_within_s": 30.0})
    until(lambda: seen(feeder) == 2)
    other = live_app.test_client()
    assert other.post("/api/v1/presence").json["code"] == "lease-held"
    assert client.post("/api/v1/lease", json={"take": False}).status_code == 200
    assert client.post("/api/v1/presence").status_code == 423


def test_a_sign_that_control_did_not_hear_is_said_again(client, live_app, feeder, until):
    from web_ui.service import service_of

    feeder.deaf = True
    service_of(live_app).link.present()
    until(lambda: service_of(live_app).link.answered_age_s() > 1.3)  # the heartbeat that carried it has been given up
    feeder.deaf = False
    until(lambda: seen(feeder) >= 1)


@pytest.mark.browser
def test_the_page_of_who_controls_says_so_every_ten_seconds_while_it_is_looked_at(
    visit, browser, served, patient, until
):
    page = browser.new_context().new_page()
    page.clock.install()
    page.goto(served.url + "/therapist/drill")
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    assert seen(patient) == 0
    onlooker = visit("/therapist/drill")
    patient.begin("P01")
    until(lambda: seen(patient) == 1)
    for count in (2, 3):
        page.clock.fast_forward(11_000)
        until(lambda count=count: seen(patient) == count)
    page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })")
    page.clock.fast_forward(30_000)
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    until(lambda: seen(patient) == 4)  # one for coming back, none for the 30 s behind a locked screen
    expect(onlooker.locator("#alone")).to_be_hidden()
    page.context.close()


class HeardRings(LiveRings):
    """The rings, and every event that was put in them."""

    def __init__(self, runtime) -> None:
        super().__init__(runtime)
        self.heard: list[dict] = []

    def event(self, document: dict) -> None:
        self.heard.append(document)
        super().event(document)


class Control(threading.Thread):
    """The control program itself, under a virtual clock that only `advance` moves, on the runtime folder of the pages.

    It answers the pages at any time. Its recorder lives, and so does a second web process, in its virtual time.
    """

    def __init__(self, runtime) -> None:
        super().__init__(daemon=True)
        self.clock = VirtualClock(time.monotonic_ns())
        self.rig = open_rig("simulated", RigSettings(), self.clock, seed=3)
        self.rings = HeardRings(runtime)
        self.station = Station(self.rig, self.clock, HouseRules(CLINICIAN), self.rings)
        self.server = CommittingServer(runtime / "control.sock", self.rings.heard)
        self.station.companions = self.desk = Desk(self.station, self.server)
        self.beside = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.beside.connect(str(self.server.path))
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ending.wait(0.005):
            with self._lock:
                self.desk.serve(self.clock.now_ns())

    def advance(self, seconds: float) -> None:
        """Let this much of the virtual time pass."""
        with self._lock:
            for _ in range(round(seconds / 0.5)):
                for message in ({"type": "recorder-status", "ready": True}, {"type": "heartbeat"}):
                    self.beside.send(json.dumps(message).encode())
                end_ns = self.clock.now_ns() + NS_PER_S // 2
                run_loop(self.station, self.clock, lambda end_ns=end_ns: self.clock.now_ns() < end_ns)
                for _ in range(2):
                    self.beside.recv(9999)

    def unseen_s(self) -> float:
        """How long the therapist has not been seen, in virtual time."""
        with self._lock:
            return self.desk.presence_age_s(self.clock.now_ns())

    def close(self) -> None:
        self._ending.set()
        self.join()
        self.beside.close()
        self.server.close()
        self.rings.close()
        self.rig.close()


@pytest.mark.browser
def test_closing_the_page_ends_a_real_drill_and_the_next_page_says_why(browser, runtime, data, make_server, until):
    control = Control(runtime)
    control.advance(60.0)  # ahead of the machine's clock, so that no sample is ever old
    server = make_server()
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(server.url + "/therapist/drill")
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    assert page.request.post(server.url + "/api/v1/drill/start", data=START).status == 200
    control.advance(1.0)
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    for _ in range(2):  # with the page open, for longer than it may be away
        control.advance(16.0)
        page.clock.fast_forward(11_000)
        until(lambda: control.unseen_s() < 1.0)
    assert control.station.session.drill.phase is Phase.HOLD
    assert control.station.safety.given.frequency_hz == 25.0
    page.close()
    control.advance(29.5 - control.unseen_s())
    assert control.station.safety.given.frequency_hz == 25.0
    control.advance(1.0)
    assert control.station.session.drill.phase is Phase.RAMP_DOWN
    assert 0.0 < control.station.safety.given.displacement_pp_mm < 0.23
    control.advance(2.0)
    assert control.station.session is None
    assert control.station.safety.trip == ""
    page = context.new_page()
    page.goto(server.url + "/therapist/drill")
    expect(page.locator("#result-line")).to_contain_text("The drill was stopped.")
    expect(page.locator("#result-reason")).to_contain_text("the therapist's page was away for 30 s")
    context.close()
    control.close()


@pytest.mark.browser
def test_an_onlooker_sees_that_nobody_watches(browser, runtime, data, make_server):
    control = Control(runtime)
    control.advance(60.0)
    server = make_server()
    first, other = browser.new_context(), browser.new_context()
    page = other.new_page()
    page.clock.install()
    page.goto(server.url + "/therapist/drill")
    assert first.request.post(server.url + "/api/v1/drill/start", data=START).status == 200
    control.advance(1.0)
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    expect(page.locator("#alone")).to_be_hidden()
    left = {"presence_left_s": 9.3, "holder": "abcdef"}  # whom the lease of 10 s may have left meanwhile

    def later(socket):
        upstream = socket.connect_to_server()
        upstream.on_message(lambda text: socket.send(json.dumps(json.loads(text) | left)))

    page.route_web_socket("**/live*", later)
    page.reload()
    expect(page.locator("#alone")).to_contain_text(re.compile(r"Nobody watches: vibration ends in 10 s"))
    expect(page.locator("#alone")).to_contain_text("Take control below")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    first.close()
    other.close()
    control.close()
