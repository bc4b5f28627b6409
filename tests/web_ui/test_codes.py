"""A patient's code: new or known, what may have been meant, corrected, and gone from the form after the drill."""

import itertools
import re
from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.ids import session_id
from station.records.patients import CORRECTED, Patients
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.records.visits import Visits

pytestmark = pytest.mark.browser


NUMBERS = itertools.count(900)


def enter(folder, *codes: str, drill: str = "quiet-stance", prescription: dict | None = None) -> None:
    """A session of each of these patients, which has ended."""
    records = open_records(folder / RECORDS_FILE)
    for code in codes:
        number = next(NUMBERS)
        name = session_id(10**18 + number, 5, number)
        new = NewSession(
            name, code, drill, "both", prescription or {}, 10**18 + number, "boot", 5, number, f"{name}.mcap"
        )
        Sessions(records).begin(new)
        Sessions(records).end(name, SessionEnd("done", "completed", 10**18 + number, None))
    records.close()


def test_a_new_code_is_called_new_and_the_one_that_was_meant_is_offered(visit, served):
    enter(served.data, "P01")
    page = visit("/therapist/drill")
    page.get_by_label("Patient code").fill("P1")
    page.get_by_label("Patient code").press("Tab")
    expect(page.locator("#patient-new")).to_have_text("P1 is new. Did you mean one of these?")
    page.locator("#setup").get_by_text("LEFT", exact=True).click()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("P1 is new: nobody has this code yet.")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Use P01").click()
    expect(page.get_by_label("Patient code")).to_have_value("P01")
    expect(page.locator("#patient-new")).to_be_empty()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).not_to_contain_text("new")
    expect(page.locator("#summary")).not_to_contain_text("signed")
    with closing(open_records(served.data / RECORDS_FILE)) as records:
        Visits(records).close(Visits(records).open("P01", "Ada"), "Ada")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("Today's visit is signed. This begins another one.")


def test_digits_of_another_script_are_those_of_the_code_where_they_are_typed(visit, served):
    """As Arabic, Persian and Chinese keyboards write them, and with marks that a copied code may carry."""
    enter(served.data, "P01")
    page = visit("/therapist/drill")
    code = page.get_by_label("Patient code")
    for typed in ("P\u0660\u0661", "P\u06f0\u06f1", "\uff30\uff10\uff11", "\u200fP01\u200e"):
        code.fill(typed)
        expect(code).to_have_value("P01")
    code.press("Tab")
    expect(page.locator("#patient-new")).to_be_empty()
    code.fill("P1")
    code.press("ArrowLeft")
    for digit in "\u0660\u0662":
        page.keyboard.insert_text(digit)
    expect(code).to_have_value("P021")
    pin = visit("/technician/people").locator("input[name=pin]:visible").first
    pin.fill("\u0662\u0665\u0668\u0660")
    expect(pin).to_have_value("2580")


def test_the_form_begins_with_what_was_trained_last_and_vibrates_only_as_that_did(visit, served):
    enter(served.data, "T1", drill="single-leg-vibration", prescription={"displacement_pp_mm": 1.0})
    enter(served.data, "T2", drill="single-leg-vibration", prescription={"displacement_pp_mm": 0.0})
    enter(served.data, "T3", drill="quick-one-leg")  # a test: nobody trains with it
    enter(served.data, "T4", drill="gone-since")
    page = visit("/therapist/drill")
    drill, code = page.locator("#drill"), page.get_by_label("Patient code")
    expect(drill).to_have_value("one-leg")
    for patient, chosen, vibrates in (
        ("T1", "single-leg-vibration", True),
        ("T3", "one-leg", None),
        ("T2", "single-leg-vibration", False),
        ("T4", "one-leg", None),
    ):
        code.fill(patient)
        code.press("Tab")
        expect(page.locator("#correct-title")).to_contain_text(patient)
        expect(drill).to_have_value(chosen)
        if vibrates is not None:
            expect(page.locator("#vibration")).to_be_checked(checked=vibrates)
    drill.select_option("stand-tall")
    code.fill("T1")
    code.press("Tab")
    expect(drill).to_have_value("single-leg-vibration")  # what was chosen by hand was for the one before
    enter(served.data, "T5", drill="stand-tall")
    for patient in ("T2", "T5"):  # a drill with vibration is asked for, and stays
        with page.expect_response("**/api/v1/sessions/*"):
            page.goto(f"{served.url}/therapist/drill?patient={patient}&vibration")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        expect(drill).to_have_value("single-leg-vibration")
        expect(page.locator("#vibration")).to_be_checked()


def test_a_drill_is_found_by_three_letters_and_by_its_group(visit, served):
    page = visit("/therapist/drill", extra_http_headers={"Accept-Language": "de"})
    search, drill, found = (
        page.get_by_label("Übung suchen"),
        page.locator("#drill"),
        page.locator("#drill-found button"),
    )
    expect(search).to_be_enabled()
    search.press_sequentially("spi")
    expect(page.locator("#drill-count")).to_contain_text(re.compile(r"^\d+ von \d\d$"))
    expect(found.first).to_be_visible()
    titles = page.locator("#drill-found b").all_inner_texts()
    shown = found.all_inner_texts()
    assert all("spi" in words.lower() for words in shown), shown
    assert {"Spiele"} < {one for words in shown for one in words.splitlines()}  # the group of the games
    search.fill("")
    expect(found).to_have_count(0)
    search.fill(titles[-1].upper())  # however it is typed
    expect(found).to_have_count(1)
    search.press("Enter")  # chooses it, and starts nothing
    expect(drill).to_be_focused()
    expect(drill.locator("option:checked")).to_have_text(titles[-1])
    expect(search).to_have_value("")
    expect(page.locator("#drill-summary")).not_to_be_empty()
    expect(page.locator("#patient-problem")).to_be_empty()
    search.fill("xyzzy")
    expect(page.locator("#drill-count")).to_contain_text("0 von ")
    search.press("Enter")
    expect(search).to_be_focused()
    search.fill("e")
    expect(found).to_have_count(8)
    assert Axe().run(page, context="#setup").response["violations"] == []
    for name in ("label[for=patient]", "#leg-asked", "label[for=correct-name]"):
        expect(page.locator(name)).to_have_attribute("data-must", "(Pflichtfeld)")
    expect(page.locator("[data-must]")).to_have_count(5)  # not what is filled in already


def test_a_mistyped_code_is_corrected_by_name_with_a_reason(visit, served):
    enter(served.data, "P71", "P17")
    page = visit("/therapist/drill")
    page.get_by_label("Patient code").fill("P71")
    page.get_by_label("Patient code").press("Tab")
    page.get_by_text("Wrong patient? Correct P71 …").click()
    page.get_by_label("Right code").fill("P17")
    page.get_by_role("button", name="Correct the code").click()
    expect(page.locator("#correct-problem")).not_to_be_empty()
    page.locator("#correct-form").get_by_label("Your name").fill("Ada K.")
    page.locator("#correct-form").get_by_label("Reason").fill("two digits changed over")
    page.get_by_role("button", name="Correct the code").click()
    expect(page.get_by_label("Patient code")).to_have_value("P17")
    expect(page.locator("#history-rows tr")).to_have_count(2)
    records = open_records(served.data / RECORDS_FILE, read_only=True)
    (line,) = [one for one in AuditLog(records).newest(50) if one["what"] == CORRECTED]
    assert (line["who"], line["detail"]["from"], line["detail"]["to"]) == ("Ada K.", "P71", "P17")
    assert line["detail"]["reason"] == "two digits changed over"
    assert Sessions(records).newest("P71") == []


def test_after_a_drill_its_patient_is_filled_in_and_no_leg(visit, patient):
    page = visit("/therapist/drill")
    page.get_by_label("Patient code").fill("P07")
    page.locator("#setup").get_by_text("LEFT", exact=True).click()
    page.get_by_label("Hold in seconds").fill("20")
    page.get_by_role("button", name="Start …").click()
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    patient.end("completed")
    expect(page.locator("#setup")).to_be_visible()
    expect(page.get_by_label("Patient code")).to_have_value("P07")
    assert page.locator("[name=leg]:checked").count() == 0
    expect(page.get_by_label("Hold in seconds")).to_have_value("20")


def test_what_is_known_of_a_code_moves_nothing_under_a_finger(visit, served):
    enter(served.data, "P01", "P02", "P03")
    page = visit("/therapist/drill", {"width": 390, "height": 844})
    page.get_by_label("Patient code").fill("P1")
    page.locator("#setup").get_by_text("LEFT", exact=True).hover()
    with page.expect_response("**/patients/P1"):
        page.mouse.down()  # leaves the field, which asks
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    page.mouse.up()
    expect(page.locator("#patient-new")).to_have_text("P1 is new. Did you mean one of these?")
    expect(page.locator("#setup [name=leg][value=left]")).to_be_checked()


def test_two_codes_of_one_person_that_contradict_are_decided_field_by_field(visit, served):
    patients = Patients(open_records(served.data / RECORDS_FILE))
    patients.enter("Q1", {"height_cm": 168, "notes": "knee"}, "x", sure=True)
    patients.enter("Q22", {"height_cm": 170, "notes": "hip"}, "x", sure=True)
    page = visit("/therapist/drill")
    page.locator("#patient").fill("Q22")
    page.locator("#patient").blur()
    page.locator("#correct summary").click()
    for name, value in (("right", "q1"), ("name", "Ada K."), ("reason", "one person")):
        page.locator(f"#correct-{name}").fill(value)
    do = page.locator("#correct-form button[type=submit]")
    do.click()
    height = page.get_by_label("Height: 170 under Q22, 168 under Q1. Which is right?")
    expect(height).to_be_focused()
    height.select_option("Q22")
    do.click()
    notes = page.get_by_label("Notes: hip under Q22, knee under Q1.")
    expect(notes).to_be_focused()
    expect(height).to_have_value("Q22")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    notes.select_option("Q1")
    do.click()
    expect(page.locator("#correct-which select")).to_have_count(0)
    found = patients.find("Q1")
    assert (found["height_cm"], found["notes"]) == (170, "knee")
