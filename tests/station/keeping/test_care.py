"""What is looked after, how much room is left, and for how long the station has run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from station.keeping.care import DAY_NS, KEPT_FREE_BYTES, Care, calendar, note_done, room
from station.keeping.hours import HOURS_FILE, WRITE_EVERY_S, HoursCounter, seconds_on, worn
from station.recording.layout import RECORDINGS_FOLDER
from station.settings import Settings

NOW_NS = 1_800_000_000_000_000_000
EVERY = {"bolts": 90, "straps": 30, "calibration": 365}


def test_what_was_never_noted_is_due():
    care = Care("bolts", 90, None, "")
    assert care.due(NOW_NS)
    assert care.days_left(NOW_NS) is None


@pytest.mark.parametrize(
    ("ago_days", "left", "due"), [(0, 90, False), (89.5, 0, False), (90, 0, True), (100, -10, True)]
)
def test_it_is_due_when_its_days_are_over(ago_days, left, due):
    care = Care("bolts", 90, NOW_NS - round(ago_days * DAY_NS), "Ada")
    assert (care.days_left(NOW_NS), care.due(NOW_NS)) == (left, due)


def test_a_clock_that_was_set_back_makes_it_due():
    assert Care("bolts", 90, NOW_NS + DAY_NS, "Ada").due(NOW_NS)


def test_what_was_done_is_noted_by_name(tmp_path: Path):
    note_done(tmp_path, "bolts", "Ada K.", NOW_NS)
    note_done(tmp_path, "straps", "Ben", NOW_NS - DAY_NS)
    found = {one.task: one for one in calendar(tmp_path, EVERY, "2026-11-01T00:00:00+00:00")}
    assert list(found) == list(EVERY)
    assert (found["bolts"].last_ns, found["bolts"].by) == (NOW_NS, "Ada K.")
    assert found["straps"].by == "Ben"
    assert found["calibration"].last_ns == 1_793_491_200_000_000_000
    with pytest.raises(ValueError, match="no such task"):
        note_done(tmp_path, "floor", "Ada K.", NOW_NS)


@pytest.mark.parametrize("content", ["", "[]", '{"bolts": 3}', '{"bolts": {"at_ns": "x"}}'])
def test_a_damaged_note_is_none(tmp_path: Path, content):
    (tmp_path / "care.json").write_text(content)
    assert [one.last_ns for one in calendar(tmp_path, EVERY, None)] == [None, None, None]


def test_the_settings_say_how_often():
    assert Settings().care.every_days() == {"bolts": 90, "straps": 90, "estop": 30, "calibration": 365}


def record(data: Path, name: str, size: int, days_ago: float) -> None:
    path = data / RECORDINGS_FOLDER / f"{name}.mcap"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(bytes(size))
    at_ns = NOW_NS - round(days_ago * DAY_NS)
    os.utime(path, ns=(at_ns, at_ns))


def test_the_room_lasts_by_what_was_recorded_of_late(tmp_path: Path):
    assert room(tmp_path, NOW_NS).days_left is None
    record(tmp_path, "a", 1_000_000, 10.0)
    record(tmp_path, "b", 3_000_000, 5.0)
    record(tmp_path, "long-ago", 9_000_000, 40.0)
    found = room(tmp_path, NOW_NS)
    assert found.per_day_bytes == pytest.approx(400_000.0)
    assert found.days_left == int((found.free_bytes - KEPT_FREE_BYTES) / found.per_day_bytes)


def test_the_first_day_counts_whole(tmp_path: Path):
    record(tmp_path, "a", 1_000_000, 0.01)
    assert room(tmp_path, NOW_NS).per_day_bytes == pytest.approx(1_000_000.0)


def test_hours_are_counted_over_lives_of_the_recorder(tmp_path: Path):
    now_s = [100.0]
    first = HoursCounter(tmp_path, lambda: now_s[0])
    now_s[0] += WRITE_EVERY_S - 1.0
    first.poll()
    assert seconds_on(tmp_path) == 0.0, "not for each second a write"
    now_s[0] += 1.0
    first.poll()
    assert seconds_on(tmp_path) == WRITE_EVERY_S
    now_s[0] += 60.0
    first.write()
    now_s[0] = 5.0  # the computer was off
    second = HoursCounter(tmp_path, lambda: now_s[0])
    now_s[0] += 40.0
    second.write()
    assert seconds_on(tmp_path) == WRITE_EVERY_S + 100.0


@pytest.mark.parametrize("content", ["", "{}", '{"on_s": "x"}', '{"on_s": -4}'])
def test_a_damaged_count_begins_again(tmp_path: Path, content):
    (tmp_path / HOURS_FILE).write_text(content)
    assert seconds_on(tmp_path) == 0.0


def test_a_station_without_records_has_not_vibrated(tmp_path: Path):
    (tmp_path / HOURS_FILE).write_text(json.dumps({"on_s": 7200.0}))
    assert worn(tmp_path) == (7200.0, 0.0, 0)
