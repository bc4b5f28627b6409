"""A drill that ends as nobody had planned: the patient is told to stop, and the therapist gets a notice and the result,
until somebody acknowledges it, whatever is loaded or started again meanwhile.
"""

import json
import os
import re
import signal
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.ends import SEEN
from station.records.file import open_records

pytestmark = pytest.mark.browser

STOPPED = "Stopped. Hold the handrail"
WAIT = re.compile("Please wait. Your therapist starts the drill.|Please wipe the plate.")
"""Nothing goes on: before a patient, or after one."""


def fresh(page: Page, url: str) -> None:
    """Load the page again, once the station serves it."""
    page.goto(url)
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")


def start_refused(url: str) -> str:
    """The code with which a Start of the API is refused."""
    body = json.dumps({"patient": "P02", "drill": "quiet-stance", "leg": "both"}).encode()
    asked = urllib.request.Request(f"{url}/api/v1/drill/start", body, {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=10)
    return str(json.load(refused.value)["code"])


def test_control_killed_in_a_hold_then_web_killed_then_the_power_cut(start_station, wait_for, browser) -> None:
    station = start_station()
    station.wait_until_healthy()
    patient, therapist = browser.new_page(), browser.new_page()
    fresh(patient, f"{station.url}/patient")
    fresh(therapist, f"{station.url}/therapist/drill")
    station.start_vibrating()
    expect(patient.locator("#instruction")).not_to_contain_text(WAIT)

    station.child("control").kill()
    expect(therapist.locator("#cut-off")).to_be_visible()
    expect(patient.locator("#instruction")).to_contain_text(STOPPED)
    expect(therapist.locator("#cut-off-what")).to_have_text("The drill of P01 was cut off.")
    expect(therapist.locator("#result-line")).to_contain_text("P01: The drill was cut off before its end.")
    station.wait_until_healthy()
    expect(therapist.locator("#start")).to_be_disabled()
    assert start_refused(station.url) == "not-ready"

    first = station.child("web")
    first.kill()  # which knows of the drill from the rings
    wait_for("another web", lambda: (p := station.child("web")) and p.pid != first.pid)
    station.wait_until_healthy()
    for page, path in ((patient, "patient"), (therapist, "therapist/drill")):
        fresh(page, f"{station.url}/{path}")
    expect(therapist.locator("#cut-off")).to_be_visible()
    expect(patient.locator("#instruction")).to_contain_text(STOPPED)
    expect(therapist.locator("#result-line")).to_contain_text("P01: The drill was cut off before its end.")

    control = station.child("control")
    for process in (station.child("recorder"), station.child("web"), control):
        os.kill(process.pid, signal.SIGKILL)
    wait_for("another control", lambda: (p := station.child("control")) and p.pid != control.pid)
    station.wait_until_healthy()
    for page, path in ((patient, "patient"), (therapist, "therapist/drill")):
        fresh(page, f"{station.url}/{path}")
    expect(patient.locator("#instruction")).to_contain_text(STOPPED)
    therapist.locator("#seen").click()
    expect(therapist.locator("#cut-off")).to_be_hidden()
    expect(patient.locator("#instruction")).to_contain_text(WAIT)
    for page, path in ((patient, "patient"), (therapist, "therapist/drill")):
        fresh(page, f"{station.url}/{path}")
    expect(patient.locator("#instruction")).to_contain_text(WAIT)
    expect(therapist.locator("#cut-off")).to_be_hidden()
    (line,) = [
        one
        for one in AuditLog(open_records(records_path(station.data), read_only=True)).newest(50)
        if one["what"] == SEEN
    ]
    assert line["who"]
