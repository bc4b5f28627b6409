"""The page of releases: what runs, what became of the last ones, and a file that is sent whole and in order."""

import base64
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PATH = "/technician/update"
END = {
    "at_ms": 1.79e12,
    "kind": "update",
    "result": "taken-back",
    "release": "0.2.0-ab12",
    "version": "0.2.0",
    "changes": "- A third thing.",
    "why": "The pages did not answer.",
}
VIEW = {
    "installed": True,
    "runs": "0.1.0-fd5f",
    "version": "0.1.0",
    "earlier": "",
    "going_on": False,
    "sent": 0,
    "offer": None,
    "ends": [END, {**END, "kind": "back", "result": "done", "version": "0.1.0", "changes": "", "why": ""}],
}


def test_on_a_desk_it_says_so_and_offers_nothing(visit):
    page = visit(PATH)
    expect(page.locator("#state")).to_contain_text("a computer on a desk")
    expect(page.locator("#send")).to_be_hidden()


def test_a_file_arrives_whole_and_is_taken_after_a_second_tap(visit, tmp_path):
    whole = os.urandom(3 * 32 * 1024 + 77)
    file = tmp_path / "station-0.2.0.update"
    file.write_bytes(whole)
    page, got, taken = visit(PATH), bytearray(), []

    def piece(route):
        said = route.request.post_data_json
        assert said["at"] == len(got)
        got.extend(base64.b64decode(said["piece"]))
        route.fulfill(json={"sent": len(got)})

    def take(route):
        taken.append(route.request.post_data_json)
        route.fulfill(json={"sent": len(got)})

    page.route("**/api/v1/update", lambda route: route.fulfill(json={**VIEW, "going_on": bool(taken)}))
    page.route("**/api/v1/update/pieces", piece)
    page.route("**/api/v1/update/take", take)
    page.reload()
    expect(page.locator("#version")).to_have_text("0.1.0")
    ends = page.locator("#ends .item")
    expect(ends).to_have_count(2)
    expect(ends.first).to_contain_text("Taken back by itself: 0.2.0")
    expect(ends.first).to_contain_text("The pages did not answer.")
    expect(ends.last).to_contain_text("Back to 0.1.0")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Install …").click()
    expect(page.locator("#sent")).to_have_text("Choose its file first.")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Install …").click()
    assert not got
    page.get_by_role("button", name="Tap again to install station-0.2.0.update").click()
    expect(page.locator("#state")).to_contain_text("A release is being tried.")
    assert (bytes(got), taken) == (whole, [{"size": len(whole)}])


def test_a_refusal_is_read_and_the_file_can_be_sent_again(visit, tmp_path):
    file = tmp_path / "a.update"
    file.write_bytes(b"no release")
    page = visit(PATH)
    problem = {"code": "disk-full", "what": "", "detail": "The disk is full.", "fields": []}
    page.route("**/api/v1/update", lambda route: route.fulfill(json=VIEW))
    page.route("**/api/v1/update/pieces", lambda route: route.fulfill(status=503, json=problem))
    page.reload()
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Install …").click()
    page.get_by_role("button", name="Tap again to install a.update").click()
    expect(page.locator("#problem")).to_have_text("The disk is full.")
    expect(page.get_by_role("button", name="Install …")).to_be_enabled()


def test_what_waits_of_the_server_is_taken_after_a_second_tap(visit):
    waits = {"at_ms": 1.79e12, "release": "0.3.0-ab13", "version": "0.3.0", "changes": "- A fourth thing.", "why": ""}
    page, said, taken = visit(PATH), {"offer": None}, []

    def take(route):
        taken.append(route.request.post_data_json)
        route.fulfill(json={"sent": 0})

    page.route("**/api/v1/update", lambda route: route.fulfill(json={**VIEW, **said, "going_on": bool(taken)}))
    page.route("**/api/v1/update/take-offered", take)
    page.reload()
    expect(page.locator("#version")).to_have_text("0.1.0")
    expect(page.locator("#offer")).to_be_hidden()
    said["offer"] = {**waits, "release": "", "version": "", "changes": ""}
    expect(page.locator("#offer-said")).to_contain_text("nothing newer.")
    said["offer"] = {**waits, "why": "The server does not answer."}
    expect(page.locator("#offer-said")).to_contain_text("Version 0.3.0 waits.")
    expect(page.locator("#offer-said")).to_contain_text("in vain: The server does not answer.")
    expect(page.locator("#offer-changes")).to_have_text("- A fourth thing.")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.locator("#take-offered").click()
    assert not taken
    page.get_by_role("button", name="Tap again to install 0.3.0").click()
    expect(page.locator("#state")).to_contain_text("A release is being tried.")
    assert taken == [{"release": "0.3.0-ab13"}]
