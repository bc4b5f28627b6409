"""On the simulated rig somebody at the desk leans the simulated person; on every other the pages say no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from station.wire.messages import FaultVerb

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from playwright.sync_api import Page

LEAN = {"ml_mm": 30.0, "ap_mm": 0.0, "up": True}
PATH = "/api/v1/stand-for-me"
LEAST_LETTERS_PX = 30.0
"""Of a button on a screen 1920 wide, for who stands at the desk and looks at it from there."""


def test_what_control_refuses_is_said_and_what_is_no_place_never_gets_there(client: FlaskClient, feeder: Any):
    assert client.get(PATH).json == {"possible": False}
    refused = client.post(PATH, json=LEAN)
    assert (refused.status_code, refused.json["code"]) == (409, "simulated-only")
    feeder.leads = True
    assert client.get(PATH).json == {"possible": True}
    assert client.post(PATH, json=LEAN).status_code == 200
    said = feeder.asked(FaultVerb)
    assert said[-1].arguments == LEAN
    for wrong in ({"ml_mm": 500.0}, {"ap_mm": None}, {"far": 1.0}):
        assert client.post(PATH, json=LEAN | wrong).status_code == 422
    assert len(feeder.asked(FaultVerb)) == len(said)


@pytest.mark.browser
def test_keys_and_mouse_lean_where_that_is_possible_and_elsewhere_there_is_no_button(
    visit: Callable[..., Page], patient: Any, until: Callable[..., Any]
):
    page = visit("/patient", {"width": 1920, "height": 1080})
    expect(page.get_by_role("button", name="STOP")).to_be_visible()
    patient.leads = True
    page.reload()
    button = page.locator("button.stand")
    expect(button).to_have_text("Stand for me")
    assert button.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= LEAST_LETTERS_PX
    button.click()
    page.keyboard.down("ArrowRight")
    until(lambda: any(one.arguments["ml_mm"] > 0 for one in patient.asked(FaultVerb)))
    page.keyboard.up("ArrowRight")
    page.keyboard.press("Home")
    for _ in range(3):  # taps, each shorter than the time between two questions
        page.keyboard.press("ArrowLeft")
    until(lambda: patient.asked(FaultVerb)[-1].arguments["ml_mm"] <= -21)  # no tap was lost
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    patient.leads = False
    page.reload()
    expect(button).to_have_count(0)
