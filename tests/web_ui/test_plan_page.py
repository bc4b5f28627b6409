"""The plan on the phone: what is done, what is next and why, and its Start in two taps."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from station.clinic.plan.measuring import Known
from station.clock import local_date, this_moment
from station.recording.layout import RECORDS_FILE
from station.records.file import Records, open_records
from station.records.levels import Levels
from station.records.patients import Patients
from station.records.plans import Plans, PlanWish
from station.wire.messages import Start
from tests.station.records.made import NOON
from tests.station.records.test_levels import do

if TYPE_CHECKING:
    from tests.web_ui.conftest import Server

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1920, "height": 1080}


@pytest.fixture
def records(served: "Server") -> Iterator[tuple[Records, str]]:
    """Records of the pages, with a patient who held 12 and 14 s as somebody typed it, and nothing done yet."""
    opened = open_records(served.data / RECORDS_FILE)
    now = this_moment()
    code = f"P-{Patients(opened).listed('', 1)[1] + 20}"
    Patients(opened).enter(code, {"birth_year": local_date(now.wall_ns).year - 72}, "Ada K.", sure=True)
    day = local_date(now.wall_ns).isoformat()
    held_s = {"one_leg_left_s": 12.0, "one_leg_right_s": 14.0}
    typed = {name: Known(value, "typed", day, "Ada K.") for name, value in held_s.items()}
    Plans(opened).make(code, PlanWish("Ada K.", now, typed))
    yield opened, code
    opened.close()


def test_next_leads_to_a_card_with_leg_and_level_and_starts_in_two_taps(visit, records, patient):
    _, code = records
    page = visit(f"/therapist/p/{code}/plan", PHONE)
    expect(page.locator("#done")).to_contain_text("0 of")
    first = page.locator("#rows .item").first
    expect(first).to_contain_text("One leg, LEFT")
    expect(first).to_contain_text("7.5 s, level 3 of 8 · 3 tries")
    expect(page.locator("#next")).to_contain_text("One leg, LEFT")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    page.get_by_role("button", name="Next One leg, LEFT").click()
    card = page.locator("#confirm")
    expect(card).to_contain_text(code)
    expect(card.locator("#confirm-leg")).to_have_text("LEFT")
    expect(card).to_contain_text("7.5 s, level 3 of 8 · 3 tries")
    expect(card).to_contain_text("No vibration.")
    page.get_by_role("button", name="Back").click()
    expect(card).to_be_hidden()
    page.get_by_role("button", name="Next One leg, LEFT").click()
    page.get_by_role("button", name="Confirm and start").click()
    page.wait_for_url(re.compile(r"/therapist/drill$"))
    begun = patient.asked(Start)[-1]
    assert (begun.patient, begun.prescription["leg"], begun.prescription["hold_s"]) == (code, "left", 7.5)
    assert begun.prescription["trials"] == 3  # as the line says


def test_the_keyboard_keeps_its_place_where_what_it_pressed_goes_away(visit, records):
    """A browser lets go of what is hidden, off or gone: Tab would begin at the top, and nothing is read out."""
    _, code = records
    page = visit(f"/therapist/p/{code}/plan", PHONE)
    page.keyboard.press("Tab")
    page.locator("#next:enabled").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    page.locator("#back").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_hidden()
    expect(page.locator(".dock")).to_be_focused()  # in which the button was
    summary = page.locator("#rows summary").first
    summary.focus()
    page.keyboard.press("Enter")
    form = page.locator("#rows form").first
    form.get_by_label("Your name").fill("Ada K.")
    form.get_by_label("Tries").fill("2")
    form.get_by_label("Tries").press("Enter")
    expect(page.locator("#rows .item").first).to_contain_text("2 tries")
    expect(page.locator("#rows")).to_be_focused()  # its rows are new ones
    page.locator("#next:enabled").click()  # a finger leaves what it leaves
    page.locator("#back").click()
    expect(page.locator("#confirm")).to_be_hidden()
    expect(page.locator(".dock")).not_to_be_focused()


def test_in_a_later_visit_one_try_without_help_comes_first_and_the_drill_is_still_to_be_done(visit, records, patient):
    opened, code = records
    days = (local_date(this_moment().wall_ns) - NOON.date()).days
    do(opened, 2, ["held"] * 3, 7.5, days=days - 1, patient=code)
    page = visit(f"/therapist/p/{code}/plan", PHONE)
    page.get_by_role("button", name="Next One leg, LEFT").click()
    page.get_by_role("button", name="One try without help first").click()
    page.wait_for_url(re.compile(r"/therapist/drill$"))
    begun = patient.asked(Start)[-1]
    assert (begun.prescription["trials"], begun.document["feedback"]["level"]) == (1, "F4")
    patient.reset()
    do(opened, 3, ["held"], begun.prescription["hold_s"], days=days, patient=code, facts={"feedback": "F4"})
    page = visit(f"/therapist/p/{code}/plan", PHONE)
    expect(page.locator("#done")).to_contain_text("0 of")
    page.get_by_role("button", name="Next One leg, LEFT").click()
    expect(page.locator("#probe")).to_be_hidden()


def test_what_is_done_has_a_tick_and_what_is_locked_a_sign_a_reason_and_a_way_to_unlock(visit, records):
    opened, code = records
    days = (local_date(this_moment().wall_ns) - NOON.date()).days
    do(opened, 1, ["foot-down", "foot-down"], 7.5, days=days - 1, patient=code)
    page = visit(f"/therapist/p/{code}/plan", PHONE)
    first = page.locator("#rows .item").first
    expect(first.locator(".mark")).to_have_text("▲")
    expect(first).to_contain_text("locked")
    expect(page.locator("#next")).to_contain_text("One leg, RIGHT")
    first.get_by_text("Unlock …").click()
    first.get_by_role("button", name="Unlock").click()
    expect(first.get_by_role("alert").first).not_to_be_empty()
    unlock = first.locator("form").filter(has=page.get_by_role("button", name="Unlock"))
    unlock.get_by_label("Your name").fill("Ada K.")
    unlock.get_by_label("Reason").fill("wet shoes")
    first.get_by_role("button", name="Unlock").click()
    expect(page.locator("#rows .item").first.locator(".mark")).to_have_text("1")
    assert not any(one["locked"] for one in Levels(opened).now(code, local_date(this_moment().wall_ns)))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_has_no_plan_is_asked_for_a_name_and_gets_one(visit, records):
    opened, code = records
    other = f"{code}9"
    Patients(opened).enter(other, {"birth_year": 1950}, "Ada K.", sure=True)
    page = visit(f"/therapist/p/{other}/plan", SCREEN)
    expect(page.get_by_text("No plan yet.")).to_be_visible()
    expect(page.locator("#next")).to_be_hidden()
    page.locator("#make").get_by_label("Your name").fill("Ada K.")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.locator("#rows .item")).to_have_count(3)
    page.get_by_text("Why these, and what was left out").click()
    expect(page.locator("#reasons li").first).to_be_visible()
    assert Plans(opened).current(other)["by"] == "Ada K."


def test_without_a_birth_year_no_plan_is_made_and_it_is_said_where_to_write_it(visit, records):
    opened, code = records
    other = f"{code}8"
    Patients(opened).enter(other, {}, "Ada K.", sure=True)
    page = visit(f"/therapist/p/{other}/plan")
    page.locator("#make").get_by_label("Your name").fill("Ada K.")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.locator("#problem")).to_contain_text("the birth year is missing: write it on the patient's page")


def test_the_form_opens_at_the_level_and_a_harder_one_asks_for_a_reason(visit, records, patient):
    _, code = records
    page = visit(f"/therapist/drill?patient={code}", PHONE)
    page.locator("label.leg").first.click()
    expect(page.locator("#rung")).to_have_text("3 of 8")
    expect(page.locator("#rung-why")).to_have_text("Begin with a hold of 8 s.")
    expect(page.locator("#rung-left")).to_contain_text("0 of 1 done, 5 min left")
    expect(page.locator("#hold_s")).to_have_value("7.5")
    harder = page.get_by_role("button", name="Level +")
    harder.click()
    expect(page.locator("#hold_s")).to_have_value("10")
    expect(page.locator("#rung-facts")).to_have_text("Time to hold: 10.0 s")
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#rung-problem")).to_contain_text("Say who asks for it, and why.")
    page.locator("#rung-name").fill("Ada K.")
    page.locator("#rung-reason").fill("wants more")
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("Level: 4 of 8")
    expect(page.locator("#content")).not_to_have_class(re.compile("settling"))
    with page.expect_response("**/drill/start"):
        page.get_by_role("button", name="Confirm and start").click()
    begun = patient.asked(Start)[-1]
    assert (begun.prescription["hold_s"], begun.prescription["trials"]) == (10.0, 3)


def test_again_asks_for_the_same_once_more_or_for_the_level_of_the_plan(visit, records):
    opened, code = records
    days = (local_date(this_moment().wall_ns) - NOON.date()).days
    other = f"{code}8"
    Patients(opened).enter(other, {"birth_year": 1950}, "Ada K.", sure=True)
    for number, patient, held_s, shown in ((4, other, 4.0, "3 × 30 s"), (5, code, 7.5, "3 × 8.7 s")):
        name, _ = do(opened, number, ["held"] * 3, held_s, days=days - 1, patient=patient)  # all asked for 30 s
        page = visit(f"/therapist/after/{name}", PHONE)
        page.get_by_role("link", name="Again").click()
        expect(page.locator("#summary")).to_contain_text(shown)
        expect(page.locator("#summary")).to_contain_text(patient)


def test_lines_are_struck_taken_back_and_changed_one_by_one_and_the_plan_is_taken_on(visit, records):
    opened, code = records
    page = visit(f"/therapist/p/{code}/plan", PHONE)
    rows, struck = page.locator("#rows .item"), page.locator("#struck .item")
    expect(rows.first).to_contain_text("One leg, LEFT")
    count = rows.count()
    rows.first.get_by_role("button", name="Strike").click()  # nobody has said a name in this tab yet
    form = rows.first.locator("form")
    form.get_by_label("Your name").fill("Ada K.")
    form.get_by_label("Reason").fill("knee hurts")
    form.get_by_role("button", name="Strike").click()
    expect(struck).to_have_text(["–Struck by Ada K: One leg. knee hurtsTake back"])
    expect(rows.first).not_to_contain_text("One leg")
    struck.get_by_role("button").click()
    expect(rows).to_have_count(count)
    expect(struck).to_have_count(0)
    rows.first.locator("summary").click()
    form.get_by_label("Leg").select_option("right")
    form.get_by_label("Level").fill("2")
    form.get_by_role("button", name="Change").click()
    expect(rows.first).to_contain_text("One leg, RIGHT")
    expect(rows.first).to_contain_text("10.0 s, level 2 of 8")
    page.get_by_role("button", name="Use this plan").click()
    expect(page.locator("#accept")).to_be_hidden()
    now = Plans(opened).current(code)
    assert (now["state"], now["by"], now["changed"]["D03"]["leg"]) == ("accepted", "Ada K.", "right")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
