"""The pages of patients: found, entered in twenty taps, shown, changed; and the form that begins with one of them."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from drills.values import Phase
from station.clock import this_moment
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.ids import session_id
from station.records.patients import Patients
from station.records.plans import Plans, PlanWish
from station.records.screenings import Screenings
from station.records.sessions import NewSession, SessionEnd, Sessions
from tests.moments import earlier_today_ns
from tests.web_ui.layout import LAID_OUT, SIZES

pytestmark = pytest.mark.browser

GIVEN = {"initials": "M. R.", "birth_year": 1959, "height_cm": 168, "foot_length_mm": 245, "goals": "To the shop"}


def enter(folder: Path, *codes: str) -> Patients:
    """Patients of these codes, where they are not there yet."""
    records = open_records(folder / RECORDS_FILE)
    patients = Patients(records)
    for code in codes:
        if patients.find(code) is None:
            patients.enter(code, GIVEN, "ab12", sure=True)
    return patients


class Taps:
    """A thumb that counts: a touch, and a key of a keypad, are one tap each."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def tap(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).tap()
        self.count += 1

    def type(self, keys: str) -> None:
        """Into what has the focus."""
        self.page.keyboard.type(keys)
        self.count += len(keys)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1


def test_a_new_patient_takes_at_most_twenty_taps(visit, served):
    patients = enter(served.data, "P01")
    code = f"P{max(int(one[1:]) for one in patients.all_codes()) + 1:02d}"
    page = visit("/therapist/patients", has_touch=True)
    thumb = Taps(page)
    thumb.tap("link", "+ New patient")
    expect(page.get_by_label("Code")).to_have_value(code)
    expect(page.get_by_label("Initials")).to_be_focused()
    thumb.type("mr")
    thumb.press("Enter")
    thumb.type("1959")
    expect(page.get_by_label("Height")).to_be_focused()
    thumb.type("168")
    thumb.type("245")
    thumb.tap("button", "Save")
    expect(page.get_by_role("heading", name="Consent")).to_be_visible()
    thumb.tap("checkbox", "I agree to the tests and the training.")
    thumb.tap("checkbox", "I agree that my figures are kept")
    expect(page.get_by_label("Initials of who agrees")).to_be_focused()
    thumb.type("mr")
    thumb.tap("button", "Agreed")
    expect(page.get_by_role("heading", name=f"{code} · mr")).to_be_visible()
    expect(page.locator("#consent")).to_contain_text("Agreed")
    assert thumb.count <= 20
    kept = patients.find(code)
    assert (kept["birth_year"], kept["height_cm"], kept["foot_length_mm"]) == (1959, 168, 245)
    assert kept["consent_words"].startswith("en/")


def test_number_keypads_are_asked_for(visit, served):
    page = visit("/therapist/patients/new")
    modes = page.locator("#fields input").evaluate_all("all => all.map(one => [one.id, one.inputMode])")
    assert [name for name, mode in modes if mode == "numeric"] == ["birth_year", "height_cm", "foot_length_mm"]


def test_what_is_wrong_stands_beside_its_field_and_the_first_of_it_is_in_sight_and_in_focus(visit, served):
    """Also where the phone is on its side, and the field far above the button."""
    enter(served.data, "P01")
    page = visit("/therapist/patients/new?code=P31", {"width": 844, "height": 390})
    page.get_by_label("Height").fill("16x")
    page.get_by_label("Length of the foot").fill("24")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#height_cm-problem")).to_have_text("Height must be a whole number.")
    expect(page.locator("#foot_length_mm-problem")).to_have_text("Length of the foot must be at least 100 mm.")
    expect(page.get_by_label("Height")).to_be_focused()
    box, strip, stop = (page.locator(one).bounding_box() for one in ("#height_cm", ".strip", "#stop"))
    assert strip["y"] + strip["height"] <= box["y"]
    assert box["y"] + box["height"] <= stop["y"]
    page.get_by_label("Height").fill("160")
    page.get_by_label("Length of the foot").fill("240")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Consent")).to_be_visible()


def test_a_code_that_is_nearly_somebodys_is_asked_and_one_that_is_theirs_opens_them(visit, served):
    patients = enter(served.data, "P01")
    page = visit("/therapist/patients/new")
    code = page.get_by_label("Code")
    code.fill("P1")
    code.press("Tab")
    expect(page.locator("#code-new")).to_have_text("P1 is new. Did you mean P01?")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#code-problem")).to_contain_text("Did you mean P01?")
    expect(code).to_be_focused()
    assert patients.find("P1") is None
    code.fill("P01")
    code.press("Tab")
    expect(page.locator("#code-new")).to_have_text("P01 is somebody's already.")
    page.get_by_role("button", name="Open P01").click()
    expect(page.get_by_role("heading", name="P01 · M. R.")).to_be_visible()
    page.go_back()
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    code.fill("P.01")
    code.press("Tab")
    page.get_by_role("button", name="P.01 is right").click()
    expect(page.get_by_label("Initials")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Consent")).to_be_visible()


def test_a_code_that_looks_like_somebodys_is_not_saved_before_it_is_said_who_is_meant(visit, served):
    """Also where Save is tapped at once, before the page has asked whose it is."""
    patients = enter(served.data, "K-0817")
    page = visit("/therapist/patients/new")
    expect(page.get_by_label("Code")).not_to_have_value("")
    page.get_by_label("Code").fill("K-0871")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#code-problem")).to_contain_text("K-0871 is new. Did you mean K-0817?")
    expect(page.locator("#code-ways button")).to_have_count(2)
    assert patients.find("K-0871") is None
    page.locator("#code-ways button").last.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Consent")).to_be_visible()
    assert patients.find("K-0871") is not None


def test_the_list_is_searched_and_offers_the_code_that_nobody_has(visit, served):
    enter(served.data, "P01", "P44")
    page = visit("/therapist/patients")
    row = page.locator("#list .item", has_text="P44")
    expect(row).to_contain_text("M. R.")
    page.get_by_label("Code or initials").fill("p44")
    expect(page.locator("#list .item")).to_have_count(1)
    expect(page.locator("#new")).to_have_text("+ New patient")
    page.get_by_label("Code or initials").fill("Q7")
    expect(page.locator("#found")).to_contain_text("Nobody has Q7")
    page.get_by_role("link", name="+ Q7, new").click()
    expect(page.get_by_label("Code")).to_have_value("Q7")


def test_who_is_on_the_plate_comes_first_and_other_patients_pages_say_so(visit, served, patient):
    enter(served.data, "P01", "P07", "P44")
    patient.begin("P07")
    patient.go(Phase.HOLD)
    page = visit("/therapist/patients")
    expect(page.locator("#list .item").first).to_contain_text("On the plate")
    expect(page.locator("#list .item").first).to_contain_text("P07")
    page.locator("#list .item", has_text="P01").click()
    expect(page.get_by_text("Not the patient on the plate")).to_be_visible()
    expect(page.locator("#running")).to_contain_text("P07")
    patient.end("completed")
    expect(page.get_by_text("Not the patient on the plate")).to_be_hidden()


def test_what_holds_today_is_there_and_the_next_thing_is_one_tap(visit, served):
    patients = enter(served.data, "P61")
    records = open_records(served.data / RECORDS_FILE)
    at_ns = earlier_today_ns(1000)
    name = session_id(at_ns, 5, 961)
    held = NewSession(name, "P61", "single-leg-vibration", "left", {}, at_ns, "boot", 5, 961, f"{name}.mcap")
    Sessions(records).begin(held)
    Sessions(records).end(name, SessionEnd("done", "completed", at_ns + 150 * 10**9, None))
    Plans(records).make("P61", PlanWish("Ada", this_moment()))
    records.close()
    page = visit("/therapist/p/p61")
    left = re.compile(r"^Left of the plan's week: days 1, on the plate \d\d min\. These rules are proposed, ")
    expect(page.locator("#left")).to_have_text(left)
    expect(page.locator("#questions")).to_have_text("Questions first")
    expect(page.locator("#dose")).to_have_text("Vibration today 0:00 of 10:00 min")
    expect(page.locator("#last")).to_contain_text("Visit running since 20")
    expect(page.locator("#visits-title")).to_have_text("Visits")
    expect(page.locator("#visits")).to_contain_text("running, not signed yet: sign it here")
    expect(page.locator("#to-visit")).to_be_visible()
    expect(page.locator("#to-visit")).to_have_attribute("href", page.locator("#visits a").get_attribute("href"))
    expect(page.locator("#last-drills")).to_have_text("1 drill, 3 min without pauses.")
    expect(page.locator(".dock .main")).to_have_attribute("href", "/therapist/p/P61/questions")
    before = [page.locator(one).bounding_box() for one in ("#to-questions", "#to-drill")]
    assert abs(before[0]["width"] - before[1]["width"]) <= 2  # a drill without vibration needs no questions
    with closing(open_records(served.data / RECORDS_FILE)) as records:
        Screenings(records).add("P61", "Ada K.", {"pregnancy": "no"}, {}, this_moment())
    page.reload()
    expect(page.locator(".dock .main")).to_have_attribute("href", "/therapist/drill?patient=P61")
    # Whoever taps where the drill was does not come to the questions.
    assert [page.locator(one).bounding_box() for one in ("#to-questions", "#to-drill")] == before
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Notes").fill("Left knee.\nNew in March.")
    page.get_by_label("Height").fill("170")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notes")).to_contain_text("New in March.")
    expect(page.locator("#height_cm")).to_have_text("170\u00a0cm")
    assert patients.find("P61")["initials"] == "M. R."
    page.get_by_role("link", name="Choose a drill").click()
    expect(page.get_by_label("Patient code")).to_have_value("P61")


def test_what_another_phone_changed_meanwhile_is_not_put_back(visit, served):
    patients = enter(served.data, "P62")
    page = visit("/therapist/p/P62/change")
    expect(page.get_by_label("Height")).to_have_value("168")
    patients.change("P62", {"goals": "To the market", "initials": "X"}, "cd34")
    page.get_by_label("Height").fill("171")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#height_cm")).to_have_text("171\u00a0cm")
    kept = patients.find("P62")
    assert (kept["height_cm"], kept["goals"], kept["initials"]) == (171, "To the market", "X")
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_label("Height")).to_have_value("171")
    patients.change("P62", {"height_cm": 165}, "cd34")
    page.get_by_label("Height").fill("175")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#height_cm-problem")).to_contain_text("written meanwhile: 165.")
    assert patients.find("P62")["height_cm"] == 165
    expect(page.get_by_label("Height")).to_have_value("175")
    page.get_by_role("button", name="Save").click()  # it is meant
    expect(page.locator("#height_cm")).to_have_text("175\u00a0cm")


def test_the_form_begins_with_the_patient_and_keeps_nothing_for_the_next(visit, served, patient):
    """Nothing that was filled in for one person is left for the next: not by the address, not by a reload."""
    enter(served.data, "P01", "P07")
    page = visit("/therapist/drill?patient=P07")
    expect(page.get_by_label("Patient code")).to_have_value("P07")
    expect(page.locator("#start")).to_be_enabled()
    page.locator("#setup").get_by_text("LEFT", exact=True).click()
    page.get_by_label("Hold in seconds").fill("35")
    page.get_by_role("button", name="Start …").click()
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    patient.end("completed")
    expect(page.locator("#setup")).to_be_visible()
    code, hold = page.get_by_label("Patient code"), page.get_by_label("Hold in seconds")
    expect(code).to_have_value("P07")
    assert page.locator("[name=leg]:checked").count() == 0
    assert page.url.endswith("/therapist/drill")
    expect(hold).to_have_value("35")  # again, for the same person
    code.fill("P01")
    code.press("Tab")
    expect(hold).not_to_have_value("35")
    page.locator("#setup").get_by_text("LEFT", exact=True).click()
    hold.fill("40")
    expect(page.locator("#correct-title")).to_contain_text("P01")  # the answer says that P01 is known
    code.fill("P07")
    code.press("Tab")
    expect(hold).not_to_have_value("40")
    assert page.locator("[name=leg]:checked").count() == 0


def test_a_code_that_nobody_has_and_what_is_no_code(visit, browser, served):
    enter(served.data, "P01")
    page = visit("/therapist/p/Z99")
    expect(page.get_by_text("Nobody has this code.")).to_be_visible()
    page.get_by_role("link", name="+ New patient").click()
    expect(page.get_by_label("Code")).to_have_value("Z99")
    context = browser.new_context()
    assert context.new_page().goto(f"{served.url}/therapist/p/Z%2099").status == 404
    context.close()


SMALL = """() => [...document.querySelectorAll("button, a:not(.skip), textarea, input")]
    .filter((one) => one.offsetParent !== null)
    .map((one) => [(one.closest("label") ?? one).getBoundingClientRect(), one.outerHTML])
    .filter(([box]) => box.height < 44 || box.width < 44).map(([, html]) => html)"""
PAGES = (
    "/therapist/patients",
    "/therapist/patients/new",
    "/therapist/p/P01",
    "/therapist/p/P01/change",
    "/therapist/p/P01/consent",
)


def test_every_page_reads_in_any_room_dark_and_in_german(visit, served, patient):
    enter(served.data, "P01", "P07")
    patient.begin("P07")
    patient.go(Phase.HOLD)
    page = visit(PAGES[0], color_scheme="dark", extra_http_headers={"Accept-Language": "de"})
    for path in PAGES:
        page.goto(served.url + path)
        expect(page.locator("#running")).to_contain_text("P07")
        if "/p/" in path:
            expect(page.locator("#other")).to_be_visible()
        for name, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            laid = page.evaluate(LAID_OUT)
            assert (laid["sideways"] <= 0, laid["outside"]) == (True, []), (path, name)
            assert round(laid["stop"]["bottom"]) == height
        page.set_viewport_size({"width": 390, "height": 844})
        assert (path, [one["id"] for one in Axe().run(page).response["violations"]]) == (path, [])
        assert (path, page.evaluate(SMALL)) == (path, [])
        assert re.search(r"Patient|Person|Ändern|Einwilligung", page.title())
