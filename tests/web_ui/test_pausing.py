"""A pause from the phone to the patient's screen, over the real loop in virtual time; and who may ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg, Phase
from station.wire.client import ControlLink
from station.wire.messages import GoOn, Pause
from tests.web_ui.conftest import PHONE
from tests.web_ui.real_loop import RealLoop
from tests.web_ui.test_api import start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SCREEN = {"width": 1920, "height": 1080}
LEAST_PX = 48.0


@pytest.fixture
def loop(runtime: Path) -> Iterator[RealLoop]:
    loop = RealLoop(runtime)
    yield loop
    loop.close()


def begin(loop: RealLoop, drill: str, leg: Leg, **asked: float) -> None:
    """Started by somebody without a page: the lease is free."""
    document = load_shipped(drill)
    prescription = prescribe(document, Asked(leg, **asked))
    link = ControlLink(loop.runtime / "control.sock", timeout_s=10.0)
    link.request(
        "start",
        request="one",
        seen=link.request("describe")["facts"]["seen"],
        patient="P07",
        document=document.model_dump(mode="json", by_alias=True),
        prescription=prescription.model_dump(mode="json"),
    )
    link.close()


@pytest.mark.browser
def test_from_the_phone_to_the_patients_screen_and_on(browser, loop, make_server, until):
    url = make_server().url
    context = browser.new_context(viewport=PHONE)
    phone, screen = context.new_page(), context.new_page()
    screen.set_viewport_size(SCREEN)
    for page, path in ((phone, "/therapist/drill"), (screen, "/patient")):
        page.goto(url + path)
        expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    begin(loop, "single-leg-vibration", Leg.LEFT, trials=2, hold_s=5.0)
    pause, go_on = phone.locator("#pause"), phone.locator("#go-on")
    loop.to(Phase.HOLD, 1)
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    assert phone.locator("#pausing button:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    ) >= [LEAST_PX]
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "false")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    loop.to(Phase.PAUSE, 1)
    loop.jump(lambda sample: sample.phase_left_s < 590.0)
    expect(screen.locator("#instruction")).to_have_text("Pause. Hold the handrail. You may step off.")
    expect(screen.locator("#countdown-block")).to_be_hidden()
    expect(screen.locator("#tries")).to_have_text("Next: try 2 of 2")
    expect(phone.locator("#live-title")).to_have_text("Paused")
    expect(go_on).to_have_text("Go on with try 2 of 2")
    expect(phone.locator("#waits")).to_have_text("If nobody goes on, the drill ends in 10 min.")
    expect(phone.locator("#shakes")).to_have_text("Still until you go on, then vibration")
    expect(pause).to_be_hidden()
    assert Axe().run(phone).response["violations"] == []
    go_on.click()
    expect(phone.locator("#go-on-sure")).to_contain_text("P07 LEFT")
    assert loop.last.phase == Phase.PAUSE, "with vibration it is confirmed"
    phone.get_by_role("button", name="Confirm and start").click()
    until(lambda: loop.last.phase == Phase.REST)
    loop.jump(lambda sample: sample.phase_left_s < 4.0)
    expect(screen.locator("#instruction")).to_contain_text("Get ready")
    expect(pause).to_be_visible()
    loop.to(Phase.GET_ON, 2)
    expect(pause).to_be_hidden()  # nothing comes after the last try
    told = [(event["kind"], event.get("wanted"), event["trial"]) for event in loop.events if event["kind"] in ASKED]
    assert told == [("pause", True, 1), ("pause", False, 1), ("pause", True, 1), ("go-on", None, 1)]
    assert loop.station.session.went_on_from == 1
    context.close()


ASKED = ("pause", "go-on")


def test_who_has_no_lease_asks_for_no_pause_and_what_is_asked_is_passed_on_as_it_is(client, live_app, feeder):
    assert start(client).status_code == 200
    other = live_app.test_client()
    for path, body in (("pause", {"session": 1}), ("go-on", {"session": 1, "trial": 1})):
        assert client.post(f"/api/v1/drill/{path}", json=body).json == {"ok": True}
        refused = other.post(f"/api/v1/drill/{path}", json=body)
        assert (refused.status_code, refused.json["code"]) == (423, "lease-held")
        for wrong in ({}, {**body, "session": 0}, {**body, "session": "x"}, {**body, "more": 1}):
            assert client.post(f"/api/v1/drill/{path}", json=wrong).status_code == 422
    assert [(one.session, one.wanted) for one in feeder.asked(Pause)] == [(1, True)]
    assert [(one.session, one.trial) for one in feeder.asked(GoOn)] == [(1, 1)]
    snapshot: Callable[[], dict] = lambda: client.get("/api/v1/snapshot").json  # noqa: E731
    assert snapshot()["pausing"] is False
