"""How old the last backup is, over the API and on the technician's page."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from station.keeping.last import DAY_NS, LAST_FILE, TRIED_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web_ui.conftest import Server
    from tests.web_ui.feeder import Feeder

PATH = "/api/v1/backup"


def note(data: Path, days: float, name: str = LAST_FILE, **more: object) -> None:
    """As a backup leaves it that was made so many days ago."""
    (data / name).write_text(json.dumps({"at_ns": time.time_ns() - int(days * DAY_NS), **more}))


def test_a_backup_is_fresh_for_seven_days(client, data):
    assert client.get(PATH).json["state"] == "none"
    states = {}
    for days in (0.1, 6.9, 7.1, -2.0):
        note(data, days, left_out=["x"])
        states[days] = client.get(PATH).json["state"]
    assert states == {0.1: "fresh", 6.9: "fresh", 7.1: "old", -2.0: "old"}, "of tomorrow: the clock was set back"
    assert client.get(PATH).json["left_out"] == 1
    problems = [{"field": "", "reason": "place-same-disk", "values": {}}]
    note(data, 0.01, TRIED_FILE, code="backup-place", where="/media/x", problems=problems)
    assert "on the same disk as the data" in client.get(PATH).json["problem"]


@pytest.mark.browser
def test_the_technician_sees_its_age_in_red_after_seven_days(visit, served: Server, patient: Feeder):
    note(served.data, 8.2)
    page = visit("/technician")
    shown = page.locator("#backup")
    expect(shown).to_contain_text("8 days ago")
    expect(shown).to_have_class("words bad")
    note(served.data, 0.1)
    page.reload()
    expect(shown).to_have_class("words good")
