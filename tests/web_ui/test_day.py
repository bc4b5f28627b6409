"""What counts of today's vibration: shown, decided by name, and the clock of the day confirmed."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from station.clock import NS_PER_S, VouchedMoment, boot_id
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.day import Placed
from station.records.dose import Claim, Dose, Doses
from station.records.file import Records, open_records
from station.records.models import VouchedRow

DAY = "/api/v1/day"
SAID = {"given_s": 4.0, "name": "Ada K.", "reason": "stopped at once"}


@pytest.fixture
def records(data: Path) -> Iterator[Records]:
    records = open_records(data / RECORDS_FILE)
    yield records
    records.close()


def commit(records: Records, number: int, patient: str) -> str:
    """A dose of 12 s of which nobody knows how much was given, of ten minutes ago; its id."""
    ago_ns = 600 * NS_PER_S
    before = VouchedMoment(boot_id(), time.monotonic_ns() - ago_ns, time.time_ns() - ago_ns)
    placed = Placed(before.boot_id, before.mono_ns, "")
    Doses(records).commit(Claim(patient, 70, number, placed, before.wall_ns, Dose(12.0, 1.0, 1.0)), before)
    return next(one["id"] for one in Doses(records).counting() if one["patient"] == patient)


def test_a_dose_that_nobody_knows_is_decided(client, records):
    wanted = commit(records, 1, "D-1")
    (one,) = client.get(DAY).json["doses"]
    assert (one["id"], one["state"], one["committed_s"], one["counts_s"]) == (wanted, "committed", 12.0, 12.0)
    for wrong in ({"given_s": 12.5}, {"given_s": -1.0}, {"name": " "}, {"reason": ""}, {"more": 1}):
        refused = client.post(f"{DAY}/doses/{wanted}", json={**SAID, **wrong})
        assert (refused.status_code, bool(refused.json["detail"])) == (422, True)
    assert client.post(f"{DAY}/doses/none", json=SAID).status_code == 422
    (one,) = client.post(f"{DAY}/doses/{wanted}", json=SAID).json["doses"]
    assert (one["state"], one["counts_s"]) == ("decided", 4.0)
    line = AuditLog(records).newest(1)[0]
    assert (line["who"], line["what"], line["detail"]["reason"]) == ("Ada K.", "dose-decided", "stopped at once")


def test_a_clock_is_confirmed_by_who_has_seen_it(client, records):
    shown = client.get(DAY).json["clock"]
    refused = client.post(f"{DAY}/clock", json={"name": "Ada K.", "wall_ms": shown["wall_ms"] - 3_600_000})
    assert (refused.status_code, "look at it again" in refused.json["detail"]) == (422, True)
    said = client.post(f"{DAY}/clock", json={"name": "Ada K.", "wall_ms": shown["wall_ms"]}).json
    assert (said["clock"]["voucher"], said["clock"]["by"]) == ("person", "Ada K.")
    assert AuditLog(records).newest(1)[0]["what"] == "clock-confirmed"


@pytest.mark.browser
def test_on_the_page_a_person_decides_and_confirms(visit, served):
    with closing(open_records(served.data / RECORDS_FILE)) as records:
        commit(records, 3, "D-3")
        with records.writing() as transaction:  # nobody does, whatever clock this computer has
            epoch_ns = time.time_ns() - time.monotonic_ns()
            transaction.merge(VouchedRow(boot_id=boot_id(), epoch_ns=epoch_ns, voucher="", by=""))
    page = visit("/therapist/day")
    page.get_by_text("Decide how much of 12.0 s was given …").click()
    page.get_by_label("Seconds of vibration").fill("13")
    page.locator("#doses").get_by_label("Your name").fill("Ada K.")
    page.get_by_label("How do you know?").fill("stopped at once")
    page.get_by_role("button", name="So much counts").click()
    expect(page.locator("#doses .problem")).to_contain_text("from 0 to 12, which")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_label("Seconds of vibration").fill("4")
    page.get_by_role("button", name="So much counts").click()
    expect(page.locator("#doses")).to_contain_text("0:04 min count")
    expect(page.locator("#doses")).to_contain_text("decided by a person")
    expect(page.locator("#apart")).to_be_empty()
    page.locator("#clock-form").get_by_label("Your name").fill("Eva M.")
    page.get_by_role("button", name="The clock is right").click()
    expect(page.locator("#clock")).to_contain_text("confirmed by Eva M.")
    expect(page.locator("#clock-form")).to_be_hidden()
    page.clock.set_fixed_time(time.time() + 3600.0)
    page.reload()
    expect(page.locator("#apart")).to_contain_text("One of the two clocks is wrong.")


def test_where_there_are_no_records_nothing_counts_and_nothing_is_decided(client):
    assert client.get(DAY).json["doses"] == []
    assert client.post(f"{DAY}/doses/none", json=SAID).status_code == 422
