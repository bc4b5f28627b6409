"""pytest's part in it, a plugin: note what each test reaches, or break one function after another under its tests.

Importing the program takes longer than most tests. So one process imports it and collects the tests once, and each
function is tried in a fork of that process. What breaks while a file is imported needs a process of its own
(`afresh`).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis
import lines_here
import mutant_here
import pytest
import raise_here

hypothesis.settings.register_profile(
    "raising",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=20,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],  # one failure is enough: no smaller one is sought
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
_PLAN = os.environ.get("RAISE_PLAN", "")
"""The file of what to try, a line of JSON each: number, tests by name with the longest they took, seconds for all; and
for a mutant its module, its function, and the file of its text."""
_LINES = os.environ.get("MUTANT_LINES", "")
"""A folder of the tree: note in `MUTANT_SEEN` which lines of it each test runs."""
_SLOWER = 8.0
_AT_LEAST_S = 15.0
"""A test that takes so many times as long as before, and so long at least, hangs: of the processor's time."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Name the test to the probes."""
    raise_here.begin(item.nodeid)
    try:
        return (yield)
    finally:
        raise_here.begin("")


class _Reports:
    """Whether anything of a test has failed, and how long it took."""

    def __init__(self) -> None:
        self.failed = False
        self.tests: dict[str, list[Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one phase of one test."""
        self.failed = self.failed or report.failed
        test = self.tests.setdefault(report.nodeid, [0.0, "passed", 0.0])
        test[0] += report.duration
        if report.when == "setup":
            test[2] = report.duration
        if report.outcome != "passed":
            test[1] = report.outcome

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Leave what was seen to who asked for it."""
        where = os.environ.get("RAISE_TESTS", "")
        if where and not hasattr(session.config, "workerinput"):
            Path(where).write_text(json.dumps(self.tests))


_reports = _Reports()


def pytest_configure(config: pytest.Config) -> None:
    """Hear of every report."""
    config.pluginmanager.register(_reports)


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Instead of every test once: for each function of the plan the tests that reach it."""
    if _LINES:
        lines_here.watch(session, Path(os.environ["MUTANT_SEEN"]))
        return True
    if not _PLAN:
        return None
    items = {item.nodeid: item for item in session.items}
    plan = Path(_PLAN)
    caught: Counter[str] = Counter()
    """How much each test has noticed: it will often notice the next thing too."""
    with plan.with_suffix(".found").open("w") as found:
        for line in plan.read_text().splitlines():
            task = json.loads(line)
            tests = [(items[name], seconds) for name, seconds in task["tests"] if name in items]
            if "module" in task:
                tests.sort(key=lambda test: test[1] / (1 + caught[test[0].nodeid]))
            verdict, ran, used_s = _try(session, task, tests)
            if verdict == "noticed":
                caught[ran[-1]] += 1
            found.write(json.dumps({"number": task["number"], "verdict": verdict, "ran": ran, "used_s": used_s}) + "\n")
            found.flush()
    return True


def _try(
    session: pytest.Session, task: dict[str, Any], tests: list[tuple[pytest.Item, float]]
) -> tuple[str, list[str], float]:
    """What came of it, the tests that ran, and the seconds of the processor that they took.

    "noticed", "hung", "died", "survived", "unfinished", or "cannot": the change takes an import to come into force.
    """
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(theirs)
        _run_forked(session, task, [item for item, _ in tests], ours)
    os.close(ours)
    ran: list[str] = []
    verdict = "survived"
    with os.fdopen(theirs) as lines:
        for item, took_s in tests:
            ran.append(item.nodeid)
            word = mutant_here.next_word(lines, child, max(_AT_LEAST_S, _SLOWER * took_s))
            if word != "passed":
                verdict = {"failed": "noticed", "hung": "hung", "cannot": "cannot"}.get(word, "died")
                break
            if mutant_here.used_s(child) > task["seconds"] and item is not tests[-1][0]:
                verdict = "unfinished"
                break
    if verdict in {"hung", "unfinished"}:
        with suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    return verdict, ran, mutant_here.reaped_s(child)


def _run_forked(session: pytest.Session, task: dict[str, Any], items: list[pytest.Item], ours: int) -> None:
    """The child: run the tests one by one until one of them fails, say so each time, and end."""
    os.setpgid(0, 0)
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    reporter._tw._file = open(os.devnull, "w")  # noqa: SIM115  # until the process ends
    status = 1
    try:
        if "module" not in task:
            raise_here.raise_in(task["number"])
        elif _changed(task):
            mutant_here.bound_memory()
        else:
            os.write(ours, b"cannot\n")
            items = []
        for item in items:
            _reports.failed = False
            item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
            os.write(ours, b"failed\n" if _reports.failed else b"passed\n")
            if _reports.failed:
                break
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)


def _changed(task: dict[str, Any]) -> bool:
    """Change what is imported. False where the change takes an import to come into force."""
    text = Path(task["text"]).read_text(encoding="utf-8")
    if task["sets"]:
        mutant_here.set_constants(task["module"], text, task["sets"])
        return True
    return mutant_here.become(task["module"], task["function"], text)
