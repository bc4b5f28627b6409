"""A platform with a displacement of its own: in the API, and in the form in Debian's Chromium."""

import pytest
from playwright.sync_api import expect

from station.wire.messages import Start

CRANK = {"min_hz": 12.0, "max_hz": 40.0, "slew_hz_per_s": 40.0, "displacement_pp_mm": [[25.0, 0.234]]}
MASS = {**CRANK, "displacement_pp_mm": [[12.0, 0.55], [20.0, 0.41], [35.0, 0.3]]}
START = {"patient": "P01", "drill": "single-leg-vibration", "leg": "left", "hold_s": 20, "trials": 3}


def start(client, **changes):
    return client.post("/api/v1/drill/start", json={**START, **changes})


def vibrating(client):
    answer = client.get("/api/v1/drills").json
    return answer["platform"], next(one for one in answer["drills"] if one["name"] == "single-leg-vibration")


def test_what_can_be_prescribed_is_what_the_platform_can_do(client, feeder):
    free, drill = vibrating(client)
    assert free is None
    assert drill["displacement_pp_mm"]["max"] == 2.0
    feeder.platform = MASS
    fixed, drill = vibrating(client)
    assert fixed == {"displacement_pp_mm": MASS["displacement_pp_mm"]}
    assert drill["displacement_pp_mm"] is None
    assert drill["frequency_hz"] == {"min": 12.0, "max": 26.0, "default": 25.0}
    feeder.platform = {**CRANK, "displacement_pp_mm": [[25.0, 0.62]]}
    assert vibrating(client)[1]["frequency_hz"] == {"min": 12.0, "max": 20.0, "default": 20.0}
    feeder.platform = {**CRANK, "displacement_pp_mm": [[25.0, 4.0]]}
    assert vibrating(client)[1]["frequency_hz"] is None


def test_without_control_nobody_knows_the_platform(app):
    answer = app.test_client().get("/api/v1/drills")
    assert (answer.status_code, answer.json["code"]) == (503, "control-unreachable")


@pytest.mark.parametrize("asked", [{}, {"displacement_pp_mm": 0.23}, {"displacement_pp_mm": 0.234}])
def test_a_start_has_the_platforms_displacement(client, feeder, asked):
    feeder.platform = CRANK
    assert start(client, frequency_hz=22, **asked).status_code == 200
    assert feeder.asked(Start)[0].prescription["displacement_pp_mm"] == 0.234


def test_vibration_off_is_still_displacement_nought(client, feeder):
    feeder.platform = CRANK
    assert start(client, displacement_pp_mm=0).status_code == 200
    assert feeder.asked(Start)[0].prescription["displacement_pp_mm"] == 0


@pytest.mark.parametrize(
    ("platform", "asked", "field", "message"),
    [
        (
            CRANK,
            {"frequency_hz": 22, "displacement_pp_mm": 0.5},
            "displacement_pp_mm",
            "This platform does 0.23 mm at 22 Hz and no other: leave it out, or give 0 for no vibration.",
        ),
        (
            MASS,
            {"frequency_hz": 30},
            "frequency_hz",
            "This platform does 0.34 mm at 30 Hz, which is 0.61 g, the limit is 0.5 g: choose at most 26 Hz.",
        ),
        (CRANK, {"frequency_hz": 10}, "frequency_hz", "This platform runs from 12 to 40 Hz."),
    ],
)
def test_what_the_platform_cannot_do_is_refused_with_the_reason(client, feeder, platform, asked, field, message):
    feeder.platform = platform
    answer = start(client, **asked)
    assert answer.status_code == 422
    assert answer.json["fields"] == [{"field": field, "message": message}]
    assert feeder.asked(Start) == []


def ask_to_start(page):
    """Fill in what every drill needs, up to the question whether to start."""
    page.get_by_label("Patient code").fill("P01")
    page.get_by_text("LEFT", exact=True).click()
    page.get_by_role("button", name="Start …").click()


@pytest.mark.browser
def test_the_form_offers_no_displacement_and_shows_the_platforms(visit, patient):
    patient.platform = MASS
    page = visit("/therapist/drill")
    page.locator("#drill").select_option("single-leg-vibration")
    expect(page.locator("#platform-mm")).to_have_text("0.37\u00a0mm")
    expect(page.get_by_label("Displacement in millimetres peak to peak")).to_be_hidden()
    expect(page.locator("#frequency_hz-range")).to_have_text("12 to 26\u00a0Hz")
    expect(page.locator("#peak")).to_have_text("Peak acceleration 0.47 g; the most is 0.5 g.")
    page.get_by_label("Frequency in hertz").fill("16")
    expect(page.locator("#platform-mm")).to_have_text("0.48\u00a0mm")
    expect(page.locator("#peak")).to_contain_text("0.25 g")
    ask_to_start(page)
    expect(page.locator("#summary")).to_contain_text("16 Hz, 0.48 mm")
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    assert patient.asked(Start)[0].prescription["displacement_pp_mm"] == pytest.approx(0.48)


@pytest.mark.browser
def test_the_form_of_a_platform_that_is_too_strong_runs_the_drill_without_vibration(visit, patient):
    patient.platform = {**CRANK, "displacement_pp_mm": [[25.0, 4.0]]}
    page = visit("/therapist/drill")
    page.locator("#drill").select_option("single-leg-vibration")
    expect(page.locator("#cannot-vibrate")).to_be_visible()
    expect(page.get_by_role("switch", name="Vibration")).to_be_hidden()
    ask_to_start(page)
    expect(page.locator("#summary")).to_contain_text("no vibration")
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    assert patient.asked(Start)[0].prescription["displacement_pp_mm"] == 0


@pytest.mark.browser
def test_the_form_of_a_free_platform_asks_for_the_displacement(visit, patient):
    page = visit("/therapist/drill")
    page.locator("#drill").select_option("single-leg-vibration")
    expect(page.get_by_label("Displacement in millimetres peak to peak")).to_be_visible()
    expect(page.locator("#platform-does")).to_be_hidden()
