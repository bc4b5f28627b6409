"""Notes which lines of a part of the tree each test runs, a fork for each test. Copied to the root of a copied tree.

A fork for each, because that is how changes are tried: what a test finds prepared by the test before it, it has to
prepare by itself there, and so it reaches it. Lines that run while the tests are collected are noted under no test.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import coverage
import pytest

_PART = os.environ.get("MUTANT_LINES", "")


def _begin() -> coverage.Coverage:
    measured = coverage.Coverage(data_file=None, config_file=False, include=[_PART, f"{_PART}/*"])
    measured.set_option("run:disable_warnings", ["no-data-collected"])  # of a test that runs none of these lines
    measured.start()
    return measured


def _end(measured: coverage.Coverage) -> dict[str, list[int]]:
    """The lines of each file, by its path from the working folder on."""
    measured.stop()
    seen = measured.get_data()
    return {os.path.relpath(file): seen.lines(file) or [] for file in seen.measured_files()}


_imported = _begin() if _PART else None


class _Outcome:
    """Whether a test has passed."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one phase of one test."""
        self.words.add(report.outcome)


def watch(session: pytest.Session, where: Path) -> None:
    """Run each test, and write a line for each: its name, seconds, outcome, and lines by file.

    The first line is of no test: the lines that ran before any did, and the modules that are not of this tree. The file
    has its name once all of it is there.
    """
    here = os.getcwd() + os.sep
    modules = [name for name in list(sys.modules) if _is_elsewhere(name, here)]
    lines = _end(_imported) if _imported is not None else {}
    measured = _begin()  # here, and not in each fork: to begin takes longer than most tests
    begun = where.with_suffix(".begun")
    with begun.open("w", encoding="utf-8") as notes:
        notes.write(json.dumps({"modules": modules, "lines": lines}) + "\n")
        for item in session.items:
            theirs, ours = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(theirs)
                _watch_one(session, item, measured, ours)
            os.close(ours)
            with os.fdopen(theirs, encoding="utf-8") as said:
                notes.write(said.read() or json.dumps({"test": item.nodeid, "outcome": "died"}) + "\n")
            os.waitpid(child, 0)
    begun.rename(where)


def _is_elsewhere(name: str, here: str) -> bool:
    """Whether it is a module that is not of the tree, and that does nothing but define when it is imported."""
    file = getattr(sys.modules[name], "__file__", None)
    return isinstance(file, str) and not os.path.realpath(file).startswith(here) and "__main__" not in name


def _watch_one(session: pytest.Session, item: pytest.Item, measured: coverage.Coverage, ours: int) -> None:
    """The child."""
    status = 1
    try:
        reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter._tw._file = open(os.devnull, "w")  # noqa: SIM115  # until the process ends
        outcome = _Outcome()
        session.config.pluginmanager.register(outcome)
        begun_s = time.process_time()
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        lines, seconds = _end(measured), time.process_time() - begun_s
        word = "passed" if outcome.words == {"passed"} else "failed" if "failed" in outcome.words else "skipped"
        said = json.dumps({"test": item.nodeid, "seconds": seconds, "outcome": word, "lines": lines}) + "\n"
        with os.fdopen(ours, "w", encoding="utf-8") as to:
            to.write(said)
        status = 0
    finally:
        os._exit(status)
