"""The clock is set to what a phone said, at the moment at which it said so, and to nothing that makes no sense."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from station.clock import NS_PER_S
from station.processes.clock_setting import NEWEST_NS, OLDEST_NS, WITHIN_NS, grant, wish
from station.wire.places import CLOCK_WANTED

WALL_NS = OLDEST_NS + 400 * 24 * 3600 * NS_PER_S


def test_the_time_since_the_wish_is_added(tmp_path: Path):
    wish(tmp_path, WALL_NS, now_ns=1000)
    set_to: list[int] = []
    assert grant(tmp_path, 1000 + 3 * NS_PER_S, set_to.append)
    assert set_to == [WALL_NS + 3 * NS_PER_S]
    assert not grant(tmp_path, 1000 + 4 * NS_PER_S, set_to.append), "it is granted once"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "{}",
        json.dumps({"wall_ns": "1", "mono_ns": 0}),
        json.dumps({"wall_ns": True, "mono_ns": 0}),
        json.dumps({"wall_ns": WALL_NS, "mono_ns": 5 * NS_PER_S}),
        json.dumps({"wall_ns": OLDEST_NS - 2 * NS_PER_S, "mono_ns": 0}),
        json.dumps({"wall_ns": NEWEST_NS + 1, "mono_ns": 0}),
        json.dumps({"wall_ns": WALL_NS, "mono_ns": 0, "more": "x" * 300}),
    ],
)
def test_what_makes_no_sense_sets_nothing(tmp_path: Path, said: str):
    (tmp_path / CLOCK_WANTED).write_text(said)
    set_to: list[int] = []
    assert not grant(tmp_path, NS_PER_S, set_to.append)
    assert set_to == []
    assert not (tmp_path / CLOCK_WANTED).exists(), "it does not wait for the next one"


def test_an_old_wish_was_meant_for_another_moment(tmp_path: Path):
    wish(tmp_path, WALL_NS, now_ns=0)
    assert not grant(tmp_path, WITHIN_NS + 1, lambda at_ns: pytest.fail(str(at_ns)))


def test_a_link_to_another_file_is_not_followed(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text(json.dumps({"wall_ns": WALL_NS, "mono_ns": 0}))
    os.symlink(secret, tmp_path / CLOCK_WANTED)
    assert not grant(tmp_path, 1, lambda at_ns: pytest.fail(str(at_ns)))
