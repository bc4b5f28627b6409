"""A battery of one patient on the command line, left by force and taken up again: real records, killed processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import main
from station.recording.layout import RECORDS_FILE

BATTERY = ["battery", "step", "--patient", "P21", "--seed", "3"]
"""Of both sides, the left one first: two sessions."""


def told(data: Path, *more: str) -> str:
    ran = CliRunner().invoke(main, [*BATTERY, "--data", str(data), *more], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output


def shown(data: Path) -> dict:
    return json.loads(told(data, "--show", "--json"))


def recordings(data: Path) -> list[Path]:
    return sorted((data / "recordings").glob("*.mcap"), key=lambda path: path.stat().st_mtime_ns)


def killed_on_the_right(data: Path) -> Path:
    """A real process that has done the left side, and is killed while the right one is recorded: that recording."""
    command = [sys.executable, "-m", "station", *BATTERY, "--data", str(data)]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings) as child:
        assert child.stdout is not None
        try:
            assert any("right leg" in line for line in child.stdout), "it says which side is next"
            while len(found := recordings(data)) < 2 or not found[-1].stat().st_size:
                assert child.poll() is None, "it has ended by itself"
        finally:
            child.kill()
    return found[-1]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    data = tmp_path_factory.mktemp("done") / "data"
    return data, told(data)


def test_of_a_patient_it_runs_the_tests_and_says_both_sides(done):
    _, said = done
    assert "step, P21: the full form takes 3 minutes" in said
    assert said.index("now up: left leg, 1 to do") < said.index("now up: right leg, 1 to do")
    assert "up: done, 2 of 2" in said
    assert "LEFT: at most " in said
    assert "RIGHT: at most " in said
    assert "left against right: +0 %" in said
    assert "The battery is whole." in said


@pytest.mark.parametrize("power_cut", [False, True], ids=["killed", "power cut"])
def test_who_is_cut_off_on_one_side_is_asked_for_that_side_alone(tmp_path, power_cut, done):
    data = tmp_path / "data"
    newest = killed_on_the_right(data)
    if power_cut:  # what had not reached the disk is gone
        os.truncate(newest, newest.stat().st_size // 3)
    found = shown(data)
    (test,) = found["tests"]
    assert (found["state"], test["state"], test["done"], test["of"]) == ("partly", "partly", 1, 2)
    assert (test["leg"], test["trials"]) == ("right", 1)
    assert {one["leg"] for one in test["figures"]} == {"left"}
    said = told(data)
    assert "left leg" not in said
    assert said.split("now up", 1)[1].split("\n", 1)[1] == done[1].rsplit("now up", 1)[1].split("\n", 1)[1]


def test_what_a_damaged_recording_has_lost_is_said_and_made_again(tmp_path):
    data = tmp_path / "data"
    told(data)
    left = recordings(data)[0]
    with left.open("r+b") as file:
        file.seek(left.stat().st_size // 3)
        file.write(bytes(left.stat().st_size // 2))
    records = data / RECORDS_FILE
    records.write_bytes(bytes(4096) + records.read_bytes()[4096:])
    said = told(data, "--show")
    assert "What is in no recording is lost, and is done again." in said
    assert "up: partly, 1 of 2, 1 try is lost and is made again" in said
    assert "The battery is not whole." in said
    found = shown(data)["tests"][0]
    assert (found["leg"], found["trials"], found["lost"]) == ("left", 1, 1)
    assert "The battery is whole." in told(data)
