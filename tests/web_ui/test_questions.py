"""The page of the questions before vibration, in a browser: from a Start that is refused and back to the form."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from station.clinic.screening.items import shipped
from station.clock import NS_PER_S, this_moment
from station.faults import as_json, because
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.screenings import Screened, Screenings
from station.wire.messages import Answer, Start
from tests.web_ui.layout import LAID_OUT, SIZES

if TYPE_CHECKING:
    from tests.web_ui.conftest import Server
    from tests.web_ui.feeder import Feeder

pytestmark = pytest.mark.browser

ITEMS = shipped()
CLEAR = {one.id: "no" for one in ITEMS.item} | {"mass-kg": 70, "dizziness": 0, "pain": 1}
PATH = "/therapist/p/{code}/questions"
MOST_TAPS = 10
"""One a screen."""


class Asks(NamedTuple):
    """Somebody who asks, beside the phone."""

    screenings: Screenings

    def __call__(self, code: str, answers: dict[str, object], ago_s: float = 0.0, by: str = "Ada") -> None:
        now = this_moment()
        asked = now._replace(mono_ns=now.mono_ns - round(ago_s * NS_PER_S))
        self.screenings.add(code, by, answers, {}, asked)

    def of(self, code: str) -> Screened:
        """What holds now."""
        return self.screenings.of(code, this_moment())


@pytest.fixture
def screened(served: "Server", patient: "Feeder") -> Iterator["Asks"]:
    """A station that screens, with records as the recorder makes them: `screened(code, answers, ago_s)` asks."""
    patient.screens = True
    records = open_records(served.data / RECORDS_FILE)

    yield Asks(Screenings(records))
    records.close()


def open_questions(visit, code: str, **options) -> Page:
    """The first question, asked by Eva."""
    page = visit(PATH.format(code=code), **options)
    expect(page.locator("#loading")).to_be_hidden()
    if page.locator("#ask-again").is_visible():
        page.locator("#ask-again").click()
    page.locator("#by").fill("Eva")
    page.locator("#who button").click()
    at(page, 1)
    return page


def at(page: Page, number: int) -> None:
    """Wait for this question."""
    expect(page.locator("#place")).to_have_text(re.compile(rf"\D{number}\D+{len(ITEMS.screen)}"))


def no(page: Page, *, first: int = 1, last: int = len(ITEMS.screen)) -> int:
    """Answer the screens of these numbers as somebody who has nothing. Returns the taps."""
    taps = 0
    for number in range(first, last + 1):
        at(page, number)
        item = next(one for one in ITEMS.item if one.id == ITEMS.screen[number - 1].items[0])
        label = {"yes-no": "No", "number": "Still 70 kg" if item.lasts else "1"}[item.asks]
        button = page.locator("#answers").get_by_role("button", name=label, exact=True)
        if item.lasts and not button.is_visible():  # of somebody new nothing is known
            page.locator("#number").fill("70")
            button = page.locator("#answers").get_by_role("button", name="Use this number")
        button.click()
        taps += 1
    return taps


def test_from_a_refused_start_by_the_questions_back_to_the_form(visit, patient, screened):
    screened("P01", CLEAR, ago_s=13 * 3600)  # of yesterday
    page = visit("/therapist/drill")
    page.get_by_label("Patient code").fill("p01")
    page.locator("#drill").select_option("single-leg-vibration")
    page.locator("#setup").get_by_text("RIGHT", exact=True).click()
    page.get_by_label("Hold in seconds").fill("15")
    expect(page.locator("#screened-words")).to_have_text("The questions before vibration were not asked at this visit.")
    page.locator("#drill").select_option("one-leg")
    expect(page.locator("#screened")).to_be_hidden()  # it is no warning of a drill without vibration
    page.locator("#drill").select_option("single-leg-vibration")
    page.locator("#setup").get_by_text("RIGHT", exact=True).click()
    page.get_by_label("Hold in seconds").fill("15")
    expect(page.locator("#screened-words")).to_be_visible()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#screened-problem")).to_have_text("Ask the questions first, or switch the vibration off.")
    page.get_by_role("link", name="Questions of P01").click()
    page.locator("#by").fill("Eva")
    page.locator("#who button").click()
    assert no(page) == MOST_TAPS
    expect(page.locator("#verdict-what")).to_have_text("Vibration is allowed.")
    expect(page.locator("#verdict-by")).to_contain_text("Asked by Eva")
    assert page.locator("#back").get_attribute("href") == "/therapist/drill"
    expect(page.locator("#other-drill")).to_be_hidden()
    page.get_by_role("link", name="Back to the drill").click()
    expect(page.get_by_label("Hold in seconds")).to_have_value("15")
    expect(page.locator("#screened-words")).to_contain_text("vibration is allowed until")
    assert page.locator("[name=leg]:checked").get_attribute("value") == "right"
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("First 15 s still, then vibration")
    # What the station itself refuses leads there too.
    locked = because("screening-yes", item="epilepsy", kind="absolute")
    patient.refusal = Answer(False, "screening-locked", "screening", [as_json(locked)])
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.locator("#screened-problem")).to_contain_text("Epilepsy: yes")
    expect(page.get_by_role("link", name="Questions of P01")).to_be_in_viewport()
    assert len(patient.asked(Start)) == 1
    assert screened.of("P01").row["answers"] == {**CLEAR, "dizziness": 1}


def test_an_answer_that_locks_is_written_at_once_and_asks_one_by_one(visit, screened):
    screened("P02", CLEAR)
    page = open_questions(visit, "P02")
    no(page, last=3)
    answers = page.locator("#answers")
    answers.get_by_role("button", name="Not sure").click()  # bones and operations
    expect(page.locator("#question")).to_have_text("Fracture in the last 6 weeks (12 if fixed by an implant)")
    page.wait_for_function(
        "() => fetch('/api/v1/patients/P02/screening').then((a) => a.json()).then((v) => !v.vibration)"
    )
    assert screened.of("P02").row["answers"]["fracture"] == "unknown"  # whatever becomes of this phone
    for _ in range(2):
        answers.get_by_role("button", name="No", exact=True).click()
    page.locator("#back").click()
    expect(page.locator("#question")).to_contain_text("Joint replacement")
    for _ in range(5):
        answers.get_by_role("button", name="No", exact=True).click()
    no(page, first=5)
    expect(page.locator("#verdict-what")).to_have_text("Vibration is allowed.")


def test_a_relative_yes_is_allowed_by_name_and_reason_and_a_red_flag_ends_the_session(visit, screened):
    screened("P03", {**CLEAR, "diabetes": "yes"})
    page = visit(PATH.format(code="P03"))
    expect(page.locator("#verdict-what")).to_have_text("Vibration is locked.")
    expect(page.locator("#other-drill")).to_be_hidden()
    expect(page.locator("#done")).to_have_text("Choose a drill")
    page.get_by_role("button", name="Allow it …").click()
    page.get_by_role("button", name="Allow vibration in spite of this").click()
    expect(page.locator("#locks .problem")).to_have_text("Type a name and a reason.")
    page.get_by_label("Clinician").fill("Dr. Gruber")
    page.get_by_label("Reason").fill("glucose 6.1")
    page.get_by_role("button", name="Allow vibration in spite of this").click()
    expect(page.locator("#verdict-what")).to_have_text("Vibration is allowed.")
    assert screened.of("P03").row["overrides"] == {"diabetes": {"by": "Dr. Gruber", "reason": "glucose 6.1"}}
    expect(page.locator("#done")).to_have_text("Drill with vibration")
    expect(page.locator("#other-drill")).to_have_text("Choose a drill")
    page.locator("#back").click()
    page.wait_for_url("**/therapist/p/P03")
    page.get_by_role("link", name="Drill with vibration").click()
    expect(page.locator("#drill")).to_have_value("single-leg-vibration")
    expect(page.locator("#vibration")).to_be_checked()
    expect(page.get_by_label("Patient code")).to_have_value("P03")
    page.go_back()
    page.goto(f"{page.url}/questions")
    expect(page.locator("#verdict-what")).to_have_text("Vibration is allowed.")
    screened("P03", {**CLEAR, "diabetes": "yes", "chest-breath-faint-pulse": "yes"})
    page.reload()
    expect(page.locator("#verdict-what")).to_have_text("No session today. Tell a doctor.")
    expect(page.locator("#other-drill")).to_be_hidden()
    expect(page.locator("#locks li")).to_have_count(2)
    expect(page.get_by_role("button", name="Allow it …")).to_have_count(1)
    page.get_by_role("link", name="To the patient").click()
    page.wait_for_url("**/therapist/p/P03")
    expect(page.locator("#questions")).to_have_text("Nobody stands on the plate today")
    expect(page.locator("#shake")).to_be_hidden()


def test_with_the_last_answer_all_others_are_seen_and_changed(visit, screened):
    screened("P08", CLEAR)
    page = open_questions(visit, "P08", size={"width": 390, "height": 844})
    expect(page.locator("#so-far")).to_be_hidden()
    no(page, last=9)
    at(page, 10)
    others = page.locator("#others button")
    expect(others).to_have_count(9)
    expect(others.nth(2)).to_have_text("Heart and vesselsNo")
    expect(others.nth(8)).to_have_text("Pain now1")
    assert page.locator("#so-far").bounding_box()["y"] > 0
    bottom = page.evaluate("document.querySelector('#so-far').getBoundingClientRect().bottom")
    assert bottom <= page.evaluate("document.querySelector('.dock').getBoundingClientRect().top")  # all at one look
    # Where No was tapped before, it is not the answer that allows most.
    expect(page.locator("#answers button").first).to_have_text("Not sure")
    page.evaluate("performance.now = () => Infinity")
    others.nth(4).click()
    at(page, 5)
    page.locator("#back").click()
    at(page, 10)
    others.nth(4).click()
    at(page, 5)
    answers = page.locator("#answers")
    answers.get_by_role("button", name="Yes", exact=True).click()
    for answer in ("No", "Yes", "No", "No", "No", "No"):
        answers.get_by_role("button", name=answer, exact=True).click()
    at(page, 10)
    expect(others.nth(4)).to_have_text("Eyes, head and bodyYes")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found] == []
    answers.get_by_role("button", name="Still 70 kg").click()
    expect(page.locator("#verdict-what")).to_have_text("Vibration is locked.")
    assert screened.of("P08").row["answers"] == {**CLEAR, "dizziness": 1, "epilepsy": "yes"}


def test_two_taps_are_one_and_another_phone_is_read_before_it_is_spoken_over(visit, screened):
    page = open_questions(visit, "P04")
    page.locator("#answers button").first.dblclick()
    at(page, 2)
    screened("P04", {**CLEAR, "epilepsy": "yes"}, by="Ben")
    no(page, first=2, last=9)
    page.locator("#number").fill("70")
    page.locator("#answers").get_by_role("button", name="Use this number").click()
    expect(page.locator("#verdict-what")).to_have_text("Vibration is locked.")
    expect(page.locator("#verdict-problem")).to_contain_text("Ben has answered since.")
    expect(page.locator("#locks li")).to_contain_text("Epilepsy")
    assert screened.of("P04").row["by"] == "Ben"


def test_what_is_too_old_is_asked_again_and_a_lost_answer_is_sent_again(visit, screened):
    page = open_questions(visit, "P05")
    no(page, last=9)
    page.locator("#number").fill("70")
    page.context.set_offline(True)
    page.locator("#answers").get_by_role("button", name="Use this number").click()
    expect(page.locator("#unsaved")).not_to_be_empty()
    assert screened.of("P05").fault == "screening-lacking"
    page.context.set_offline(False)
    page.locator("#number").fill("70")
    page.locator("#answers").get_by_role("button", name="Use this number").click()
    expect(page.locator("#verdict-what")).to_have_text("Vibration is allowed.")
    # It ends while the page is open, which asks again by itself.
    page.clock.install()
    screened("P05", CLEAR, ago_s=11 * 3600)
    page.reload()
    expect(page.locator("#verdict")).to_be_visible()
    screened("P05", CLEAR, ago_s=13 * 3600)
    page.clock.fast_forward(1000 * 3601)
    at(page, 1)
    # Ten minutes between two answers: not one of them counts.
    page.locator("#answers button").first.click()
    at(page, 2)
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 11 * 60 * 1000; }")
    page.locator("#answers button").first.click()
    expect(page.locator("#unsaved")).to_contain_text("ten minutes")
    at(page, 1)
    assert screened.of("P05").fault == "screening-lacking"


def test_in_any_room_all_is_read_before_it_is_answered(visit, screened):
    screened("P06", {**CLEAR, "diabetes": "yes"})
    for language, scheme in (("en", "light"), ("de", "dark")):
        page = open_questions(visit, "P06", color_scheme=scheme, extra_http_headers={"Accept-Language": language})
        for shown in ("#ask", "#verdict"):
            if shown == "#verdict":
                page.reload()
                page.locator("#locks button").first.click()
            expect(page.locator(shown)).to_be_visible()
            for name, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                laid = page.evaluate(LAID_OUT)
                assert (laid["sideways"] <= 0, laid["outside"]) == (True, []), (shown, name)
                assert (laid["stop"]["width"], round(laid["stop"]["bottom"])) == (width, height)
            page.set_viewport_size({"width": 390, "height": 844})
            assert [one["id"] for one in Axe().run(page).response["violations"]] == []
        page.context.close()
    page = open_questions(visit, "P06", size={"width": 195, "height": 422})
    answer, settled = page.locator("#answers button").first, re.compile("^(?!.*settling)")
    expect(page.locator("#content")).to_have_class(settled)  # a tap that comes sooner is none
    answer.click()
    expect(page.locator("#asked li").last).to_be_in_viewport()
    at(page, 1)
    expect(page.locator("#content")).to_have_class(settled)
    answer.click()
    at(page, 2)


def test_a_code_that_is_none_has_no_questions(served, browser):
    page = browser.new_page()
    assert page.goto(served.url + PATH.format(code="P 7!")).status == 404
    page.close()
