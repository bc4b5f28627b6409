"""The speed map that a self-test has learned, on the technician's page: kept or dropped by name."""

from __future__ import annotations

import json
import re
import shutil
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from station.plate.speed_maps import newest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web_ui.conftest import Server
    from tests.web_ui.feeder import Feeder


LEARNED = {"speed_map": [[0.1, 3.0], [0.5, 20.0], [0.9, 41.0]], "spin_up_s": 0.31}


def learned_at(served: Server, at_ns: int, **more: object) -> None:
    """The last self-test has learned this."""
    state = {"at_ns": at_ns, "by": "Ada", "ended": True, "to_do": None, "parts": [], "learned": LEARNED}
    (served.data / "selftest.json").write_text(json.dumps(state | more))


@pytest.mark.browser
def test_a_learned_speed_map_stands_beside_the_one_in_use_until_it_is_kept(visit, served: Server, patient: Feeder):
    learned_at(served, time.time_ns())
    page = visit("/technician/selftest")
    rows = page.locator("#learned-rows tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_have_text(re.compile(r"50\s*20\.0\s*22\.5"))  # 2.5 Hz at 10 %, 42.5 at 90 %, as delivered
    expect(page.locator("#learned-most")).to_contain_text("At most 2.5 Hz")
    expect(page.locator("#learned-unused")).to_be_hidden()
    page.fill("#name", "")
    page.click("#keep-learned")
    expect(page.locator("#problem")).to_have_text("Type your name first: the station writes down who did it.")
    assert newest(served.data, "simulated") is None
    page.fill("#name", "Ada K.")
    page.click("#keep-learned")
    expect(page.locator("#learned")).to_be_hidden()
    kept = newest(served.data, "simulated")
    assert kept is not None
    assert json.loads(kept.read_text()).items() >= LEARNED.items()
    page.goto(f"{served.url}/technician/cells")
    expect(page.locator("#map-origin")).to_contain_text(kept.name)
    shutil.rmtree(served.data / "speed_maps")
    (served.data / "selftest.json").unlink()


@pytest.mark.browser
def test_a_dropped_speed_map_asks_no_more_and_a_newer_one_does(visit, served: Server, patient: Feeder):
    learned_at(served, time.time_ns())
    page = visit("/technician/selftest")
    page.fill("#name", "Ada K.")
    page.click("#drop-learned")
    expect(page.locator("#learned")).to_be_hidden()
    assert newest(served.data, "simulated") is None
    learned_at(served, time.time_ns())
    page.reload()
    expect(page.locator("#learned")).to_be_visible()
    learned_at(served, time.time_ns(), ended=False)
    page.reload()
    expect(page.locator("#verdict")).to_contain_text("Running")
    expect(page.locator("#learned")).to_be_hidden()  # not before its end
    shutil.rmtree(served.data / "speed_maps")
    (served.data / "selftest.json").unlink()


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed_map": [[0.5, 9.0], [0.1, 3.0]], "spin_up_s": 0.3},
        {"speed_map": [[0.1, 9.0], [0.5, 9.0]], "spin_up_s": 0.3},
        {"speed_map": [[0.1, 3.0]], "spin_up_s": 0.3},
        {"speed_map": [[0.1, 3.0], [1.5, 41.0]], "spin_up_s": 0.3},
        {"speed_map": [[0.1, 3.0], [0.9, 41.0]], "spin_up_s": 0.0},
    ],
)
def test_a_speed_map_with_which_control_could_not_start_is_not_kept(client, data: Path, wrong: dict[str, object]):
    state = {"at_ns": time.time_ns(), "by": "Ada", "ended": True, "to_do": None, "parts": [], "learned": wrong}
    (data / "selftest.json").write_text(json.dumps(state))
    answer = client.post("/api/v1/technician/speed-map", json={"name": "Ada", "keep": True})
    assert (answer.status_code, answer.json["code"]) == (409, "speed-map-invalid")
    assert newest(data, "simulated") is None
    assert client.post("/api/v1/technician/speed-map", json={"name": "Ada", "keep": False}).status_code == 200


def test_no_speed_map_is_kept_where_none_waits(client):
    answer = client.post("/api/v1/technician/speed-map", json={"name": "Ada", "keep": True})
    assert (answer.status_code, answer.json["code"]) == (409, "not-ready")
    assert "no speed map waits" in answer.json["detail"]
