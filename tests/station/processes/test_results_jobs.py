"""A worker that dies is tried again, then its session is one that failed."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil

from station.processes.results_jobs import TRIES, ResultsJobs

_PAUSE = threading.Event()


def test_a_worker_that_dies_is_tried_again_then_reported(tmp_path: Path, caplog) -> None:
    stored: list[str] = []
    jobs = ResultsJobs(lambda name, _: stored.append(name))
    jobs.add("none", tmp_path / "none.mcap")
    while not jobs.idle:
        jobs.poll()
        _PAUSE.wait(0.01)
    assert (stored, jobs.failed) == ([], {"none"})
    assert sum("the worker ended with" in line for line in caplog.messages) == TRIES
    jobs.close()


def test_results_that_come_after_all_take_the_fault_back(tmp_path: Path, record) -> None:
    stored: dict[str, dict] = {}
    jobs = ResultsJobs(stored.__setitem__)
    jobs.failed.add("made")
    path, _, _ = record(300, 125)
    jobs.add("made", path)
    while not jobs.idle:
        jobs.poll()
        _PAUSE.wait(0.01)
    assert jobs.failed == set()
    assert stored["made"]["whole"] is False  # the drill's end is not in it
    jobs.close()


def test_a_result_of_a_part_is_not_stored_once_there_is_more(tmp_path: Path, record) -> None:
    stored: list[int] = []
    jobs = ResultsJobs(lambda _, result: stored.append(result["samples"]))
    path, _, _ = record(300, 125)
    jobs.add("made", path)
    jobs.poll()
    jobs.add("made", path)
    while not jobs.idle:
        jobs.poll()
        _PAUSE.wait(0.01)
    assert len(stored) == 1
    jobs.close()


def test_a_worker_stands_ready_while_something_is_recorded_and_goes_with_it(record) -> None:
    stored: list[int] = []
    jobs = ResultsJobs(lambda _, result: stored.append(result["samples"]))
    path, _, _ = record(300, 125)
    jobs.poll(soon=True)
    ready = psutil.Process(jobs._ready.process.pid)
    jobs.poll(soon=True)
    assert jobs._ready.process.pid == ready.pid, "one is enough"
    assert jobs.idle
    jobs.add("made", path)
    jobs.poll(soon=True)
    assert jobs._worker.process.pid == ready.pid
    while not jobs.idle:
        jobs.poll(soon=True)
        _PAUSE.wait(0.01)
    assert len(stored) == 1
    jobs.poll(soon=True)
    next_one = psutil.Process(jobs._ready.process.pid)
    jobs.poll()
    assert jobs._ready is None
    assert not next_one.is_running()
    jobs.close()


def test_a_worker_that_died_while_it_stood_ready_is_made_up_for(record) -> None:
    stored: list[int] = []
    jobs = ResultsJobs(lambda _, result: stored.append(result["samples"]))
    path, _, _ = record(300, 125)
    jobs.poll(soon=True)
    first = jobs._ready.process
    first.kill()
    first.wait()
    jobs.poll(soon=True)
    assert jobs._ready is None
    jobs.poll(soon=True)
    jobs._ready.process.kill()
    jobs.add("made", path)
    while not jobs.idle:
        jobs.poll(soon=True)
        _PAUSE.wait(0.01)
    assert len(stored) == 1
    jobs.close()


def test_a_worker_that_is_told_nothing_says_nothing() -> None:
    command = [sys.executable, "-m", "station.analysis.results", "-"]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, b"")


ASKS = """import sys
from pathlib import Path
from station.processes.results_jobs import ResultsJobs
jobs = ResultsJobs(lambda name, result: None)
jobs.add("made", Path(sys.argv[1]))
jobs.poll()
print(jobs._worker.process.pid, flush=True)
sys.stdin.read()
"""


def test_a_worker_ends_with_who_was_killed_while_it_worked(tmp_path: Path) -> None:
    """Else the next recorder's worked beside it."""
    os.mkfifo(endless := tmp_path / "endless.mcap")
    command = [sys.executable, "-c", ASKS, str(endless)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asks:
        worker = psutil.Process(int(asks.stdout.readline()))
        with endless.open("wb"):  # once the worker has opened it too, and reads for ever
            asks.kill()
            worker.wait(250)
