"""Another release in the place of the one that runs: taken, refused, taken back, gone back, and cut off anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from station_install.program import RELEASES
from station_install.root import StepError
from station_install.updating import (
    JOURNAL,
    KEYS,
    MANIFEST,
    PROVEN,
    RESULTS,
    back,
    by_itself,
    current,
    earlier,
    settle,
    update,
)
from station_install.works import MANY_ENDS
from tests.systemd.updated import Computer

OLD, NEW = "0.1.0", "0.2.0"


@pytest.fixture
def computer(memory: Path) -> Iterator[Computer]:
    computer = Computer(memory / "computer")
    yield computer
    computer.stop()


def quiet(line: str) -> None:
    del line


def last(computer: Computer) -> dict[str, object]:
    return json.loads(computer.root.read(RESULTS) or "[]")[0]


def left_over(computer: Computer) -> set[str]:
    return {one.name for one in computer.root.path("/opt/balance-station/updates").iterdir()}


def test_another_release_is_tried_and_takes_its_place(computer: Computer) -> None:
    old = computer.install(OLD)
    computer.start()
    assert computer.comes_up({"web"}) == ""
    computer.write_visit("P01")
    new = computer.lay_ready(NEW, schema=2)
    assert update(computer, quiet).result == "done"
    assert computer.runs() == current(computer.root) == computer.units() == new
    assert computer.visits() == ["P01"]
    assert computer.root.target(PROVEN) == f"releases/{new}"
    assert earlier(computer.root) == old, "it stays, to go back to"
    said = last(computer)
    assert (said["result"], said["version"], said["runs"]) == ("done", NEW, new)
    assert said["changes"] == f"- What is new in {NEW}."
    assert left_over(computer) == {"results.json"}
    signed = json.loads(computer.root.read(f"{RELEASES}/{new}/manifest.json") or "{}")
    assert (signed["version"], signed["release"]) == (NEW, new), "by it an older archive is known"


@pytest.mark.parametrize(
    ("fails", "result", "why"),
    [
        ("build", "refused", "no wheel of something"),
        ("tryout", "refused", "the drill did not end"),
        ("units", "taken-back", "no such unit"),
        ("start", "taken-back", "nobody answers"),
        ("health", "taken-back", "not well: recorder"),
    ],
)
def test_a_release_that_fails_is_not_kept(computer: Computer, fails: str, result: str, why: str) -> None:
    old = computer.install(OLD)
    computer.start()
    assert computer.comes_up({"web"}) == ""
    computer.write_visit("P01")
    computer.lay_ready(NEW, schema=2, fails=fails, visits=True)
    computer.come_up_s = 1.0  # it never would
    ended = update(computer, quiet)
    assert ended.result == result
    assert why in ended.why
    computer.come_up_s = 30.0
    assert computer.whole() == old
    assert computer.visits()[0] == "P01"
    assert last(computer)["why"] == ended.why
    assert earlier(computer.root) is None, "what failed is not gone back to"
    assert left_over(computer) == {"results.json"}


@pytest.mark.parametrize("kept", [True, False])
def test_a_process_that_ends_again_and_again_is_not_waited_for(computer: Computer, monkeypatch, kept: bool) -> None:
    """What systemd has counted before the start is of another release, whether it goes on from there or from 0."""
    looks = []

    def run(*command: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
        looks.append(command)
        count = len(looks) - 1 + 40 * (kept or len(looks) == 1)
        return subprocess.CompletedProcess(command, 0, f"0\n\n{count}\n\n77\n", "")

    monkeypatch.setattr(computer.root, "live", True)
    monkeypatch.setattr(computer.root, "run", run)
    assert "station-recorder.service ended" in computer.comes_up({"web"})
    assert len(looks) == MANY_ENDS + (1 if kept else 2)


def test_ends_that_nobody_could_count_before_are_no_ends(computer: Computer, monkeypatch) -> None:
    """systemd was not to be asked once; what it has kept is of the release before."""
    looks = []

    def run(*command: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
        looks.append(command)
        return subprocess.CompletedProcess(command, 1, *("", "") if len(looks) == 1 else ("0\n\n40\n\n77\n", ""))

    monkeypatch.setattr(computer.root, "live", True)
    monkeypatch.setattr(computer.root, "run", run)
    monkeypatch.setattr(computer, "well", lambda: {"web"} if len(looks) > 2 else None)
    assert computer.comes_up({"web"}) == ""


def test_what_was_written_in_a_trial_that_failed_is_kept(computer: Computer) -> None:
    """It led the records to tables that the release before refuses."""
    computer.install(OLD)
    computer.start()
    computer.comes_up({"web"})
    new = computer.lay_ready(NEW, schema=2, fails="health", visits=True)
    computer.come_up_s = 1.0
    assert update(computer, quiet).result == "taken-back"
    assert computer.visits() == [new]
    kept = list(computer.data().glob("records-v2-*.sqlite"))
    assert len(kept) == 1, "the newer file is kept beside"


def test_a_station_in_use_is_left_alone(computer: Computer) -> None:
    old = computer.install(OLD)
    computer.start()
    computer.comes_up({"web"})
    computer.root.write("/etc/balance-station/busy", "station: open visits of today: 2\nEnd them.")
    new = computer.lay_ready(NEW)
    before = computer.station.pid
    ended = update(computer, quiet)
    assert ended == ("refused", "open visits of today: 2")
    assert not computer.root.path(f"{RELEASES}/{new}").exists(), "not even built"
    assert (computer.runs(), computer.station.pid, computer.station.poll()) == (old, before, None)
    assert earlier(computer.root) is None
    assert back(computer, quiet).why == "There is no earlier release."


def test_back_with_the_visits_made_since(computer: Computer) -> None:
    old = computer.install(OLD)
    computer.start()
    computer.comes_up({"web"})
    computer.write_visit("P01")
    new = computer.lay_ready(NEW, schema=2)
    update(computer, quiet)
    computer.write_visit("P02")
    assert back(computer, quiet).result == "done"
    assert computer.whole() == old
    assert computer.visits() == ["P01", "P02"]
    assert earlier(computer.root) == new, "and forward again by the same command"
    computer.write_visit("P03")
    assert back(computer, quiet).result == "done"
    assert computer.whole() == new
    assert computer.visits() == ["P01", "P02", "P03"]


def test_nobody_goes_back_where_the_earlier_tables_cannot_be_filled(computer: Computer) -> None:
    old = computer.install(OLD)
    computer.start()
    computer.comes_up({"web"})
    new = computer.lay_ready(NEW, schema=2)
    update(computer, quiet)
    left = computer.root.path(f"/opt/balance-station/releases/{old}/records-schema.json")
    schema = json.loads(left.read_text())
    schema["made"] = [one.replace("patient TEXT", "name TEXT") for one in schema["made"]]
    left.write_text(json.dumps(schema))
    ended = back(computer, quiet)
    assert ended.result == "refused"
    assert "there is no visit.name any more" in ended.why
    assert computer.whole() == new


def test_keys_of_a_release_count_once_it_was_kept(computer: Computer) -> None:
    computer.install(OLD)
    computer.root.write(f"{KEYS}/first.pem", "first")
    for fails, keys in (("tryout", {"first.pem"}), ("", {"1-2.pem", "2-2.pem"})):
        computer.lay_ready(NEW, fails=fails)
        manifest = json.loads(computer.root.read(MANIFEST) or "")
        computer.root.write(MANIFEST, json.dumps({**manifest, "keys": ["second", "third"]}))
        update(computer, quiet)
        assert {one.name for one in computer.root.path(KEYS).iterdir()} == keys


def test_two_at_once_are_refused(computer: Computer) -> None:
    with by_itself(computer.root), pytest.raises(StepError, match="Another update"), by_itself(computer.root):
        pass


def test_a_journal_that_says_nothing_is_nothing_to_settle(computer: Computer) -> None:
    old = computer.install(OLD)
    computer.root.write(JOURNAL, "{")
    settle(computer, quiet, starting=True)
    assert computer.whole() == old


@pytest.mark.parametrize("kind", ["update", "fails", "back"])
def test_cut_off_at_any_write_the_station_starts(project: Path, memory: Path, kind: str) -> None:
    """Killed at each write and before each program, then started: one of the two releases, whole, with all visits."""
    every = 1 if "STATION_SOAK" in os.environ else 11
    done = subprocess.run(
        [sys.executable, "-m", "tests.systemd.update_cut_off", memory, kind, str(every)],
        cwd=project,
        env={"PYTHONPATH": "systemd", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["cuts"] >= 4
    assert said["ran"] == ({"fails": ["0.1.0"]}.get(kind) or ["0.1.0", "0.2.0"])
