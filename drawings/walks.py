"""The ten critical tasks, each as a person does it on the pages of a station on which people practise.

What they touch is counted, what they wait for is timed, and what they see is photographed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from drawings.walking import MANAGER_PIN, PATIENT, THERAPIST_PIN, Clinic, Walk

QUICK = "quiet-stance"
VIBRATES = "single-leg-vibration"
OTHERS = ("P02", "P03")
"""Two more patients: whose visit it was said to be, and whose it was."""


class Task(NamedTuple):
    """One critical task."""

    name: str
    user: str
    title: str
    wrong: str
    """What may go wrong, and what the product does about it."""
    most_taps: int
    """What `design/pages.md` or this page allows; more fails the walk."""
    do: Callable[[Clinic, Walk], None]


def _form(page: Page, walk: Walk, drill: str, leg: str) -> None:
    """The form of a drill for the patient who is filled in, up to the question whether to start."""
    expect(page.locator("#patient")).to_have_value(PATIENT)
    expect(page.locator("#start")).to_be_enabled()
    if page.locator("#drill").input_value() != drill:
        walk.choose(page.locator("#drill"), drill)
    walk.tap(_leg(page, leg), f"{leg} leg")
    walk.tap(page.locator("#start"), "Start")
    expect(page.locator("#confirm")).to_be_visible()
    expect(page.locator("#summary")).to_contain_text(re.compile(leg, re.IGNORECASE))


def _patient(page: Page, clinic: Clinic, walk: Walk) -> None:
    """From the start page to the patient's."""
    clinic.begin(page)
    walk.go(page, "Therapist", "All patients", PATIENT)


def _drill(page: Page, clinic: Clinic, walk: Walk, leg: str) -> None:
    """From the start page to the question whether to start a drill without vibration."""
    _patient(page, clinic, walk)
    walk.go(page, "Choose a drill")
    _form(page, walk, QUICK, leg)


def _leg(page: Page, leg: str) -> Locator:
    return page.locator(f"label.leg:has(input[value={leg}])")


def _go(page: Page, walk: Walk) -> None:
    expect(page.locator("#go")).to_be_enabled()
    walk.tap(page.locator("#go"), "Confirm and start")


def arm(clinic: Clinic, walk: Walk) -> None:
    """The questions, then a drill with vibration on the left leg, until the plate hums."""
    page = clinic.therapist
    _patient(page, clinic, walk)
    walk.go(page, "Questions first")
    expect(page.locator("#by, #question").first).to_be_visible()
    if page.locator("#who").is_visible():
        walk.type(page.locator("#by"), "Ada")
        walk.tap(page.locator("#who button"), "Begin")
    walk.answer_all(page)
    walk.picture(page, "questions")
    walk.go(page, "Drill with vibration")
    _form(page, walk, VIBRATES, "left")
    walk.picture(page, "confirm")
    _go(page, walk)
    walk.wait("the plate hums", lambda: clinic.snapshot()["vibration"]["output_hz"] > 0)
    walk.picture(page, "hums")


def stop(clinic: Clinic, walk: Walk) -> None:
    """One tap, from whatever page: here while the plate hums."""
    page = clinic.therapist
    walk.tap(page.locator("#stop"), "STOP")
    walk.wait("the plate is still and the drill over", lambda: clinic.still() and clinic.snapshot()["session"] == 0)
    expect(page.locator("#stop")).to_have_attribute("data-state", "stopped")
    walk.picture(page, "stopped")


def wrong_patient(clinic: Clinic, walk: Walk) -> None:
    """P1 is typed for P01: it is asked before anybody new is made. P03's visit, written down under P02, is moved."""
    page = clinic.therapist
    clinic.begin(page)
    walk.go(page, "Therapist", "All patients", "New patient")
    expect(page.locator("#code")).not_to_have_value("")
    walk.tap(page.locator("#code"), "the code")
    walk.retype(page.locator("#code"), "P1")
    page.locator("#initials").focus()
    expect(page.locator("#code-ways button").first).to_be_visible()
    walk.picture(page, "near")
    walk.tap(page.locator("#code-ways button").first, f"Open {PATIENT}")
    expect(page).to_have_url(re.compile(f"/therapist/p/{PATIENT}$"))
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    expect(page.locator(".top .who")).to_contain_text(PATIENT)
    clinic.done_by(OTHERS[0], QUICK)
    clinic.post("/patients", code=OTHERS[1])
    clinic.begin(page)
    walk.go(page, "Therapist", "All patients", OTHERS[0])
    walk.tap(page.locator("#visits a").first, "the visit")
    expect(page.locator("#whose")).to_contain_text(OTHERS[0])
    walk.tap(page.locator("#move summary"), "Wrong patient …")
    walk.tap(page.locator(f"#move-list button[data-code={OTHERS[1]}]"), OTHERS[1])
    expect(page.locator("#move-sure")).to_contain_text(re.compile(f"{OTHERS[0]}.*{OTHERS[1]}"))
    walk.type(page.locator("#move-reason"), f"{OTHERS[1]} was here")
    if page.locator("#name").input_value() == "":
        walk.tap(page.locator("#name"), "the name")
        walk.type(page.locator("#name"), "Ada")
    page.locator("#move-sure").scroll_into_view_if_needed()
    walk.picture(page, "sure")
    walk.tap(page.locator("#move-do"), "Move the visit")
    expect(page.locator("#whose")).to_contain_text(OTHERS[1])
    expect(page.locator("#moved")).not_to_be_empty()
    walk.picture(page, "moved")


def wrong_leg(clinic: Clinic, walk: Walk) -> None:
    """Left was tapped, right is meant: the card says LEFT in its largest letters, and Back starts nothing."""
    page = clinic.therapist
    _drill(page, clinic, walk, "left")
    walk.picture(page, "left")
    walk.tap(page.locator("#back"), "Back")
    expect(page.locator("#confirm")).to_be_hidden()
    walk.tap(_leg(page, "right"), "right leg")
    walk.tap(page.locator("#start"), "Start")
    expect(page.locator("#summary")).to_contain_text(re.compile("right", re.IGNORECASE))
    walk.picture(page, "right")
    walk.require(clinic.snapshot()["session"] == 0, "nothing has started")


def dose(clinic: Clinic, walk: Walk) -> None:
    """More than may be given is asked for: refused beside its field. Then today's dose is looked at."""
    page = clinic.therapist
    _patient(page, clinic, walk)
    walk.go(page, "Choose a drill")
    expect(page.locator("#start")).to_be_enabled()
    walk.choose(page.locator("#drill"), VIBRATES)
    field = page.locator("#frequency_hz")
    walk.tap(field, "the frequency")
    walk.retype(field, "90")
    walk.tap(_leg(page, "left"), "left leg")
    walk.tap(page.locator("#start"), "Start")
    expect(page.locator("#frequency_hz-problem")).not_to_be_empty()
    walk.picture(page, "refused")
    walk.go(page, "Patients", PATIENT)
    expect(page.locator("#dose")).not_to_be_empty()
    walk.picture(page, "today")


def trip(clinic: Clinic, walk: Walk) -> None:
    """The red button is pressed in a drill: read what happened, turn it back, acknowledge."""
    page = clinic.therapist
    _drill(page, clinic, walk, "left")
    _go(page, walk)
    walk.wait("the drill runs", lambda: clinic.snapshot()["session"] > 0)
    clinic.press_red_button(pressed=True)
    expect(page.locator("#trip")).to_be_visible()
    expect(page.locator("#acknowledge")).to_be_disabled()
    walk.picture(page, "tripped")
    walk.tap(None, "turn the red button back")
    clinic.press_red_button(pressed=False)
    expect(page.locator("#acknowledge")).to_be_enabled()
    walk.tap(page.locator("#acknowledge"), "P01 is safe")
    expect(page.locator("#trip")).to_be_hidden()
    walk.wait("ready again", lambda: clinic.snapshot()["trip"] is None)


def pairing(clinic: Clinic, walk: Walk) -> None:
    """A phone that nobody knows becomes a therapist's, by the code on the screen, four signs and the PIN."""
    screen, phone = clinic.screen, clinic.phone
    clinic.begin(screen)
    walk.go(screen, "People and phones", "Pair a phone")
    if screen.locator("#manager").is_visible():
        walk.type(screen.locator("#manager #pin"), MANAGER_PIN)
        walk.tap(screen.locator("#manager button"), "Go on")
    walk.tap(screen.locator("#roles button[value=therapist]"), "Therapist")
    expect(screen.locator("#address")).not_to_be_empty()
    walk.picture(screen, "code")
    walk.tap(None, "scan the code")
    phone.goto(screen.locator("#address").inner_text().strip())
    expect(phone.locator("#compare")).to_be_visible()
    walk.picture(phone, "signs")
    walk.tap(phone.locator("#same"), "The signs are the same")
    walk.type(phone.locator("#name"), "Ada")
    walk.type(phone.locator("#pin"), THERAPIST_PIN)
    walk.tap(phone.locator("#finish button[type=submit]"), "Pair")
    expect(phone).to_have_url(re.compile("/me$"))
    expect(phone.locator("#who")).to_contain_text("Ada")
    walk.picture(phone, "paired")


def lost_phone(clinic: Clinic, walk: Walk) -> None:
    """The manager takes the phone off the list: two taps on one button, and its next request is a stranger's."""
    screen, phone = clinic.screen, clinic.phone
    clinic.begin(screen)
    walk.go(screen, "People and phones")
    row = screen.locator("#phones .item", has_text="Ada").first
    expect(row).to_be_visible()
    walk.picture(screen, "list")
    walk.tap(row.locator(".revoke"), "Revoke")
    walk.tap(row.locator(".revoke"), "Revoke for good")
    expect(screen.locator("#phones .item", has_text="Ada")).to_have_count(0)
    answer = phone.request.get(f"{clinic.phone_url}/api/v1/today")
    walk.require(answer.json().get("code") == "not-paired", "the phone is a stranger")


def report(clinic: Clinic, walk: Walk) -> None:
    """What was done today, as a PDF."""
    page = clinic.therapist
    _patient(page, clinic, walk)
    walk.go(page, "Reports and files")
    expect(page.locator("#make")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    walk.tap(page.locator("label.item:has(input[value=visit])"), "Visit")
    walk.tap(page.locator("#make"), "Make it")
    walk.wait("the PDF is there", page.locator("#ready").is_visible)
    expect(page.locator("#ready")).to_be_visible()
    walk.picture(page, "ready")
    address = page.locator("#save").get_attribute("href") or ""
    walk.require(page.request.get(f"{clinic.url}{address}").body().startswith(b"%PDF"), "it is a PDF")


def calibration(clinic: Clinic, walk: Walk) -> None:
    """The zero of the empty plate, looked at and kept by name."""
    page = clinic.screen
    clinic.begin(page)
    walk.go(page, "Technician", "Zero and calibration")
    expect(page.locator("#zero")).to_be_enabled()
    walk.type(page.locator("#name"), "Tom")
    walk.tap(page.locator("#zero"), "Zero")
    walk.wait("the zero is taken", page.locator("#moved").is_visible)
    walk.picture(page, "zero")
    expect(page.locator("#go")).to_be_enabled()
    walk.tap(page.locator("#go"), "Keep it")
    expect(page.locator("#moved-about")).to_contain_text(re.compile("kept|stored|new", re.IGNORECASE))


TASKS = (
    Task(
        "arm", "therapist", "The first drill with vibration", "the questions are left out: no vibration starts", 24, arm
    ),
    Task("stop", "therapist", "STOP", "the tap is not heard: it is sent again, and says so", 1, stop),
    Task(
        "wrong-patient",
        "therapist",
        "A wrong patient",
        "a code is mistyped: one like it is offered; a whole visit: it is moved, and both are asked again",
        30,
        wrong_patient,
    ),
    Task("wrong-leg", "therapist", "A wrong leg", "left for right: the card says it before it starts", 11, wrong_leg),
    Task("dose", "therapist", "Too much", "more than the limit: refused beside its field", 13, dose),
    Task("trip", "therapist", "A trip, and back to ready", "too early: the button must be turned back first", 11, trip),
    Task("report", "therapist", "A report", "somebody else's: the code is on page and file", 6, report),
    Task("pairing", "manager", "Pairing a phone", "somebody else's phone: the signs differ", 15, pairing),
    Task("lost-phone", "manager", "A lost phone", "it goes on: its next request is a stranger's", 3, lost_phone),
    Task("calibration", "technician", "The zero of the plate", "somebody stands on it: refused", 7, calibration),
)
