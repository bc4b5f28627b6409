"""What a technician asks for goes on in another process: one at a time, never in a drill, and its end is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from station.faults import StationError
from web_ui.errands import Errands

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]


def says(text: str, code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"import sys; sys.stdout.write({text!r}); sys.exit({code})"]


@pytest.fixture
def drill() -> list[bool]:
    """Whether a drill runs: its only item."""
    return [False]


@pytest.fixture
def errands(drill: list[bool]) -> Iterator[Errands]:
    errands = Errands(lambda: drill[0])
    yield errands
    errands.close()


def test_its_answer_is_kept(errands, until):
    errands.begin("look", "Ada", says('{"a": 1}'))
    until(lambda: errands.newest("look").state != "running")
    found = errands.newest("look")
    assert (found.state, found.answer, found.by) == ("done", {"a": 1}, "Ada")
    assert errands.running() == ""


def test_a_code_that_is_meant_is_no_failure(errands, until):
    errands.begin("look", "", says("[3]", 3), ends_well=(0, 3))
    until(lambda: errands.newest("look").state != "running")
    assert errands.newest("look").answer == [3]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (says("no json"), "errand-failed"),
        (says("", 1), "errand-failed"),
        (says(json.dumps({"fault": {"code": "disk-full", "where": "/x", "problems": []}}), 4), "disk-full"),
        (["/no/such/program"], "errand-failed"),
    ],
)
def test_how_it_failed_is_told(errands, until, command, code):
    errands.begin("look", "", command)
    until(lambda: errands.newest("look").state != "running")
    assert (errands.newest("look").state, errands.newest("look").problem.code) == ("failed", code)


def test_one_at_a_time(errands):
    errands.begin("first", "", SLEEPS)
    assert errands.running() == "first"
    with pytest.raises(StationError) as refused:
        errands.begin("second", "", says("1"))
    assert (refused.value.code, refused.value.where) == ("errand-runs", "first")


def test_none_begins_in_a_drill_and_one_that_goes_on_is_ended_by_it(errands, drill, until):
    errands.begin("look", "", SLEEPS)
    drill[0] = True
    until(lambda: errands.newest("look").state != "running")
    assert errands.newest("look").problem.code == "drill-runs"
    with pytest.raises(StationError) as refused:
        errands.begin("look", "", says("1"))
    assert refused.value.code == "drill-runs"
