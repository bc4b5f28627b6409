"""What people do on the pages, in Debian's Chromium: start, watch, stop, acknowledge, take over."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from drawings.walking import Walk
from drawings.walks import TASKS, wrong_leg
from drills.problems import Problem
from drills.values import Phase
from station.faults import CATALOGUE, as_json, because
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.ids import session_id
from station.records.patients import Patients
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.wire.messages import Acknowledge, Answer, Start, Stop
from web_ui.lease import public_name
from web_ui.security import CLIENT_COOKIE

pytestmark = pytest.mark.browser

SCREEN = {"width": 1920, "height": 1080}
PAGES = ("/", "/therapist/drill", "/patient", "/technician")


def fill(page: Page, patient: str = "P01", leg: str = "left") -> None:
    """The least that the form needs for a drill with vibration."""
    page.locator("#drill").select_option("single-leg-vibration")
    page.get_by_label("Patient code").fill(patient)
    page.locator("#setup").get_by_text(leg.upper(), exact=True).click()


def test_a_drill_from_the_form_to_the_result(visit, patient):
    page = visit("/therapist/drill")
    expect(page.locator("#drill")).to_have_value("one-leg")  # until somebody chooses: nothing vibrates
    expect(page.locator("#frequency_hz")).to_be_hidden()
    assert page.locator("#drill > optgroup").first.get_attribute("label") == "One leg"
    fill(page, "p07")
    page.get_by_label("Hold in seconds").fill("20")
    page.get_by_role("button", name="Start …").click()
    summary = page.locator("#summary")
    for words in ("P07", "LEFT leg", "25 Hz, 0.23 mm", "3 × 20 s"):
        expect(summary).to_contain_text(words)
    assert patient.asked(Start) == []
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    (asked,) = patient.asked(Start)
    assert (asked.patient, asked.prescription["leg"], asked.prescription["hold_s"]) == ("P07", "left", 20)
    patient.go(Phase.HOLD)
    expect(page.locator("#inside")).to_have_text(re.compile("box"))
    expect(page.locator("#countdown")).to_have_text(re.compile(r"^\d+$"))
    patient.end_trial("held", 20.0)
    patient.end("completed")
    expect(page.locator("#result-line")).to_have_text("P07: The drill is complete. 1 of 3 tries held.")
    expect(page.locator("#result-rows tr")).to_contain_text("✓ held")


def test_the_form_says_which_foot_is_in_front_as_the_drill_does(visit):
    page = visit("/therapist/drill")
    page.locator("#drill").select_option("semi-tandem")
    page.get_by_label("Patient code").fill("P07")
    page.locator("#setup").get_by_text("RIGHT", exact=True).click()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("RIGHT foot in front")


def test_the_measures_come_once_the_whole_session_is_done(visit, patient, served):
    records = open_records(served.data / RECORDS_FILE)
    store = Sessions(records)
    page = visit("/therapist/drill")
    patient.begin("P07")
    number = int(patient.now["session"])
    name = session_id(10**18, patient.epoch, number)
    store.begin(
        NewSession(name, "P07", "single-leg-vibration", "left", {}, 10**18, "boot", patient.epoch, number, "x.mcap")
    )
    for trial in (1, 2):
        patient.end_trial("held", 20.0)
        patient.now["trial"] = trial + 1
    held = {"outcome": "held", "hold_s": 20.0, "baseline_measures": None, "reasons": {}, "vibration": {}}
    trials = [{**held, "trial": trial, "measures": {"mean_velocity_mm_s": 40.0 + trial}} for trial in (1, 2)]
    dose = {"vibration_s": 40.0, "a8_m_s2": 0.1, "vdv_m_s175": 1.0, "peak_acceleration_g": 0.29, "source": "estimated"}
    result = {"pipeline": "station-1", "pipeline_version": 1, "dose": dose}
    store.store_results(name, {**result, "trials": trials[:1]})
    patient.end("completed")
    expect(page.locator("#result-note")).to_have_text("The measures are being made …")
    with page.expect_response(re.compile("/sessions\\?")):  # it has looked, and found the half of it
        pass
    expect(page.locator("#result-rows tr")).to_have_count(2)
    store.end(name, SessionEnd("done", "completed", 10**18 + 1, "ab" * 32))
    store.store_results(name, {**result, "trials": trials})
    records.close()
    expect(page.locator("#result-rows tr").nth(0)).to_contain_text("41.0")
    expect(page.locator("#result-rows tr").nth(1)).to_contain_text("42.0")
    note = "–: there is no such figure of this try. Measures by pipeline station-1/1."  # no ellipse, no hertz
    expect(page.locator("#result-note")).to_have_text(note)
    expect(page.locator("#history-rows tr")).to_contain_text("2 of 2")
    expect(page.locator("#history-rows td").first).to_have_text(re.compile(r"^2001-09-09 \d\d:46$"))


def test_vibration_off_is_asked_for_as_such(visit, patient):
    page = visit("/therapist/drill")
    fill(page)
    page.get_by_role("switch", name="Vibration").uncheck()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("no vibration")
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    assert patient.asked(Start)[0].prescription["displacement_pp_mm"] == 0


def test_what_is_wrong_is_said_in_words_and_nothing_starts(visit, patient):
    page = visit("/therapist/drill")
    page.locator("#drill").select_option("single-leg-vibration")
    page.get_by_label("Hold in seconds").fill("600")
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#patient-problem")).to_have_text("Enter the patient's code.")
    expect(page.locator("#leg-problem")).to_have_text("Choose the leg to stand on.")
    expect(page.locator("#hold_s-problem")).to_have_text("Hold must be from 5 to 60 s.")
    expect(page.locator("#confirm")).to_be_hidden()


def test_an_answer_changes_no_line_while_a_finger_is_down(visit, patient):
    page = visit("/therapist/drill")
    fill(page)
    peak = page.locator("#peak")
    expect(peak).to_contain_text("0.29 g")
    before = peak.inner_text()
    kept = []

    def keep_first(route):
        if kept:
            route.continue_()
        kept.append(route)

    page.route("**/preview?*", keep_first)
    with page.expect_request("**/preview?*"):
        page.get_by_label("Frequency in hertz").fill("20")
    page.get_by_role("button", name="Start …").hover()
    page.mouse.down()
    with page.expect_response("**/preview?*") as answered:
        kept[0].continue_()
    answered.value.finished()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert peak.inner_text() == before
    page.mouse.up()
    expect(page.locator("#summary")).to_contain_text("20 Hz")


def test_what_control_refuses_stands_beside_its_field_in_sight_and_in_focus(visit, patient):
    said = as_json(Problem("hold_s", 58.0, None, 56.5))
    patient.refusal = Answer(False, "limit-exceeded", "prescription", [said])
    page = visit("/therapist/drill")
    fill(page)
    page.get_by_role("button", name="Start …").click()
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.locator("#hold_s-problem")).to_have_text("hold 58 s: with vibration the limit is 56.5 s.")
    expect(page.locator("#hold_s-problem")).to_be_in_viewport()
    expect(page.get_by_label("Hold in seconds")).to_be_focused()


def test_a_refusal_of_the_whole_is_in_sight_and_in_focus_and_says_what_was_seen(visit, patient):
    patient.refusal = Answer(
        False, "recorder-not-ready", "recorder", [as_json(because("recorder-says", code="disk-full"))]
    )
    page = visit("/therapist/drill", {"width": 390, "height": 480})
    fill(page)
    page.get_by_role("button", name="Start …").click()
    page.get_by_role("button", name="Confirm and start").click()
    problem = page.locator("#body-problem")
    expect(problem).to_contain_text("Nothing can be recorded now, so nothing can be started.")
    expect(problem).to_contain_text("disk-full")
    expect(problem).to_be_in_viewport()
    expect(problem).to_be_focused()


def test_the_form_offers_what_can_be_asked_for(visit, patient):
    page = visit("/therapist/drill")
    hold, offered = page.get_by_label("Hold in seconds"), page.locator("#hold_s-range")
    page.locator("#drill").select_option("single-leg-vibration")
    expect(offered).to_have_text("5 to 56.5\u00a0s")
    for _ in range(12):
        page.get_by_role("button", name="More hold").click()
    expect(hold).to_have_value("56.5")
    page.get_by_role("switch", name="Vibration").uncheck()
    expect(offered).to_have_text("5 to 60\u00a0s")
    page.get_by_role("button", name="More hold").click()
    expect(hold).to_have_value("60")
    page.get_by_role("switch", name="Vibration").check()
    page.get_by_label("Patient code").fill("P01")
    page.locator("#setup").get_by_text("LEFT", exact=True).click()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#hold_s-problem")).to_have_text("Hold must be at most 56.5 s.")
    expect(hold).to_be_focused()
    assert patient.asked(Start) == []


def test_a_trip_for_a_cell_names_the_cell_on_both_pages(visit, patient):
    patient.begin("P01")
    patient.trip(CATALOGUE["cell-fault"].number, "back_left", "front_right")
    for path in ("/therapist/drill", "/technician"):
        expect(visit(path).locator("#trip-what")).to_contain_text("Cell: Back left, Front right.")


def test_stop_reaches_control_in_one_tap_from_every_page(visit, patient, until):
    for number, path in enumerate(PAGES):
        patient.begin("P01")
        page = visit(path)
        page.get_by_role("button", name="STOP").click()
        expect(page.get_by_role("button", name="STOPPED")).to_be_visible()
        until(lambda number=number: len(patient.asked(Stop)) >= number + 1)


@pytest.mark.parametrize("way", ["http", "websocket"])
def test_either_way_alone_is_enough_to_stop(visit, patient, way):
    page = visit("/therapist/drill")
    if way == "http":
        page.route_web_socket("**/live*", lambda _socket: None)
        page.reload()
    else:
        page.route("**/api/v1/stop", lambda route: route.fulfill(status=503))
    page.get_by_role("button", name="STOP").click()
    expect(page.get_by_role("button", name="STOPPED")).to_be_visible()
    assert patient.asked(Stop)  # and again after half a second, where this machine takes so long


def test_a_stop_without_an_answer_is_not_called_one(visit, patient):
    page = visit("/patient", SCREEN)
    patient.deaf = True
    page.get_by_role("button", name="STOP").click()
    expect(page.locator("#stop")).to_have_text(re.compile(r"NOT CONFIRMED for \d+ s – use the red button"))
    patient.deaf = False
    expect(page.get_by_role("button", name="STOPPED")).to_be_visible()  # nobody has to tap again


def test_a_stop_tapped_offline_is_sent_once_there_is_a_line_again_and_over_a_reload_too(visit, patient, until):
    patient.begin("P01")
    page = visit("/therapist/drill")
    page.context.set_offline(True)
    page.get_by_role("button", name="STOP").click()
    expect(page.locator("#stop")).to_have_text(re.compile("NOT CONFIRMED"))
    (own,) = (public_name(one["value"]) for one in page.context.cookies() if one["name"] == CLIENT_COOKIE)
    assert not [one for one in patient.asked(Stop) if one.by == own]  # a page before this one may still send its own
    page.context.set_offline(False)
    until(lambda: len(patient.asked(Stop)) >= 1)
    expect(page.get_by_role("button", name="STOPPED")).to_be_visible()
    patient.deaf = True
    page.locator("#stop").click()
    expect(page.locator("#stop")).to_have_text(re.compile("NOT CONFIRMED"))
    page.reload()
    expect(page.locator("#stop")).to_have_text(re.compile("NOT CONFIRMED"))
    patient.deaf = False
    expect(page.get_by_role("button", name="STOPPED")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="STOP", exact=True)).to_be_visible()


def test_after_a_stop_the_patient_is_asked_to_hold_on(visit, patient):
    page = visit("/patient", SCREEN)
    patient.begin("P01")
    expect(page.locator("#instruction")).to_have_text("Step on. Hold the handrail.")
    expect(page.locator("#countdown-block")).to_be_hidden()
    patient.go(Phase.HOLD)
    expect(page.locator("#countdown-block")).to_be_visible()
    patient.end_trial("stopped", 3.5)
    patient.end("stopped")
    expect(page.locator("#instruction")).to_have_text("Stopped. Hold the handrail and put both feet down.")
    expect(page.locator("#result-tries li")).to_have_text(["– try 1: 3 s"])


def test_a_drill_without_a_box_shows_none(visit, patient):
    page, screen = visit("/therapist/drill"), visit("/patient", SCREEN)
    patient.begin("P01", "both", "stand-tall")
    patient.go(Phase.HOLD)
    expect(screen.locator("#instruction")).to_have_text("Stand as still as you can. Look at the dot.")
    expect(page.locator("#held")).to_have_text(re.compile(r"^\d+ of 20\s?s$"))
    expect(page.locator("#inside")).to_have_text("")
    moved = "first => document.getElementById('plate').toDataURL() !== first"
    first = screen.locator("#plate").evaluate("canvas => canvas.toDataURL()")
    assert any(screen.evaluate(moved, first) for _ in range(2000))


def test_the_therapist_sees_how_fast_the_patient_sways(visit, patient):
    page = visit("/therapist/drill")
    shown = {name: page.locator(f"[data-value='sway.{name}.mean_velocity_mm_s']") for name in ("last_10_s", "trial")}
    patient.begin("P01")
    patient.go(Phase.SETTLE)
    expect(shown["last_10_s"]).to_have_text(re.compile(r"^\d+\.\d\s?mm/s$"))
    expect(shown["trial"]).to_have_text("–")
    patient.go(Phase.HOLD)
    expect(shown["trial"]).to_have_text(re.compile(r"^\d+\.\d\s?mm/s$"))
    patient.end("stopped")
    expect(shown["trial"]).to_have_text("–")


def test_between_drills_no_figure_of_a_drill_is_shown(visit, patient):
    page = visit("/therapist/drill")
    expect(page.locator("#inside")).to_have_text("Nobody on the plate")
    for figure in ("#held", "[data-value='vibration.measured_hz']", "[data-value^='sway.trial']"):
        expect(page.locator(figure)).to_have_text("–")
    fill(page)
    page.get_by_label("Hold in seconds").fill("8")
    page.get_by_label("Tries", exact=True).fill("1")
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("1 × 8 s")


def test_a_recorder_that_cannot_record_keeps_start_shut(visit, patient):
    page = visit("/therapist/drill")
    expect(page.locator("#start")).to_be_enabled()
    patient.recorder_fault = "disk-full"
    expect(page.locator("#start-why")).to_contain_text("The recorder says: The disk is full.")
    expect(page.locator("#start")).to_be_disabled()
    patient.recorder_fault = ""
    expect(page.locator("#start")).to_be_enabled()


def test_a_pressed_button_is_released_before_it_is_acknowledged(visit, patient):
    page, bench = visit("/therapist/drill"), visit("/technician")
    patient.trip(1)
    expect(page.get_by_text("Release the red button first.")).to_be_visible()
    expect(page.locator("#acknowledge")).to_be_disabled()
    expect(bench.locator("#trip a")).to_have_attribute("href", "/therapist/drill")
    patient.now["arming"] = 4
    expect(page.get_by_text("Release the red button first.")).to_be_hidden()
    expect(page.locator("#acknowledge")).to_be_enabled()


def test_the_switches_are_shown_and_the_foot_that_stopped_is_named(visit, patient):
    bench, page = visit("/technician"), visit("/therapist/drill")
    expect(bench.locator("#hand-switch")).to_have_text("not held")
    expect(bench.locator("#foot-switch")).to_have_text("not pressed")
    patient.begin("P01")
    patient.go(Phase.HOLD)
    patient.now["inputs"] = 0b111
    expect(bench.locator("#hand-switch")).to_have_text("held")
    expect(bench.locator("#foot-switch")).to_have_text("PRESSED")
    patient.end_trial("stopped", 3.0)
    patient.tell("stop", by="foot switch")
    patient.end("stopped")
    expect(page.get_by_text("The foot switch stopped the drill.")).to_be_visible()


def test_stop_and_start_by_keyboard_alone(visit, patient):
    page = visit("/therapist/drill")
    page.get_by_label("Patient code").focus()
    page.keyboard.type("P09")
    page.locator("[name=leg]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#start")).to_be_enabled()  # once the page knows what the station does
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Start this?")).to_be_visible()
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"back", "go", "stop"} <= reached
    page.locator("#stop").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="STOPPED")).to_be_visible()
    assert patient.asked(Start) == []


def test_a_trip_is_shown_with_its_remedy_and_acknowledged(visit, patient):
    page = visit("/therapist/drill")
    patient.begin("P01")
    patient.go(Phase.HOLD)
    screen = visit("/patient", SCREEN)
    patient.trip(4)
    expect(page.locator("#trip")).to_contain_text("See to the patient.")
    expect(screen.locator("#instruction")).to_contain_text("Stopped. Hold the handrail")
    expect(page.locator("#start")).to_be_disabled()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator("#trip")).to_be_hidden()
    expect(page.locator("#start")).to_be_enabled()
    assert len(patient.asked(Acknowledge)) == 1


def test_the_second_phone_looks_on_until_it_takes_over(visit, patient):
    first, second = visit("/therapist/drill"), visit("/therapist/drill")
    first.get_by_role("button", name="Take control").click()
    expect(first.locator("#lease-words")).to_contain_text("You control")
    expect(second.locator("#start")).to_be_disabled()
    expect(second.locator("#start-why")).to_contain_text("Another phone controls")
    second.get_by_role("button", name="Take control …").click()
    second.get_by_role("button", name="Yes, take control").click()
    expect(second.locator("#start")).to_be_enabled()
    expect(first.locator("#start")).to_be_disabled()
    second.get_by_role("button", name="Give control back").click()
    expect(first.locator("#start")).to_be_enabled()


@pytest.mark.parametrize("leg", ["left", "right"])
def test_the_patient_sees_where_to_stand_and_how_it_went(visit, patient, leg):
    page = visit("/patient", SCREEN)
    patient.begin("P01", leg)
    expect(page.locator("#instruction")).to_have_text("Step on. Hold the handrail.")
    expect(page.locator("#plate")).to_have_accessible_name(
        f"Where to stand: {leg.upper()} foot here. Your front is up."
    )
    patient.go(Phase.SETTLE)
    expect(page.locator("#instruction")).to_have_text(f"Stand on your {leg.upper()} leg.")
    patient.go(Phase.HOLD)
    expect(page.locator("#plate")).to_have_accessible_name("The plate from above, with the dot that shows your balance")
    expect(page.locator("#countdown")).to_have_text(re.compile(r"^\d+$"))
    patient.end_trial("held", 20.0)
    patient.next_trial()
    patient.end_trial("foot-down", 12.9)
    patient.end("completed")
    expect(page.locator("#result-words")).to_have_text(
        "Your other foot came down. That happens. You held 1 of 2 tries to the end."
    )
    expect(page.locator("#result-tries li")).to_have_text(["✓ try 1: 20 s", "– try 2: 12 s"])


def test_a_wrong_leg_is_seen_before_anything_starts(visit, served, patient):
    page = visit("/")
    records = open_records(served.data / RECORDS_FILE)
    Patients(records).enter("P01", {}, "ab12")
    records.close()
    clinic = SimpleNamespace(
        therapist=page,
        begin=lambda page: page.goto(served.url),
        snapshot=lambda: page.request.get(f"{served.url}/api/v1/snapshot").json(),
    )
    walk = Walk("wrong-leg", None)
    wrong_leg(clinic, walk)
    assert walk.taps <= next(task.most_taps for task in TASKS if task.do is wrong_leg)
    assert not patient.asked(Start)
