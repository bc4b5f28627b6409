"""pytest's part in it, a plugin: note what each test reaches, or break one function after another under its tests.

Importing the program takes longer than most tests. So one process imports it and collects the tests once, and each
function is tried in a fork of that process. What breaks while a file is imported needs a process of its own.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Any

import hypothesis
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
_MUTANT = os.environ.get("MUTANT", "")
"""A line of such a plan: this process imports the module of it from the other text."""
_SLOWER = 8.0
_AT_LEAST_S = 15.0
"""A test that takes so many times as long as before, and so long at least, hangs."""


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
    if not _PLAN:
        return None
    items = {item.nodeid: item for item in session.items}
    plan = Path(_PLAN)
    sharp: list[str] = []
    """Tests that have noticed something before, the last one first: it will often notice the next thing too."""
    with plan.with_suffix(".found").open("w") as found:
        for line in plan.read_text().splitlines():
            task = json.loads(line)
            tests = [(items[name], seconds) for name, seconds in task["tests"] if name in items]
            if "module" in task:
                tests.sort(key=lambda test: sharp.index(test[0].nodeid) if test[0].nodeid in sharp else len(sharp))
            verdict, ran = _try(session, task, tests)
            if verdict == "noticed":
                sharp[:] = [ran[-1], *(name for name in sharp if name != ran[-1])]
            found.write(json.dumps({"number": task["number"], "verdict": verdict, "ran": ran}) + "\n")
            found.flush()
    return True


def _try(
    session: pytest.Session, task: dict[str, Any], tests: list[tuple[pytest.Item, float]]
) -> tuple[str, list[str]]:
    """What came of it ("noticed", "hung", "died", "survived", "unfinished"), and the tests that ran."""
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(theirs)
        _run_forked(session, task, [item for item, _ in tests], ours)
    os.close(ours)
    ran: list[str] = []
    verdict = "survived"
    give_up_s = time.monotonic() + task["seconds"]
    with os.fdopen(theirs) as lines:
        for item, took_s in tests:
            limit_s = max(_AT_LEAST_S, _SLOWER * took_s)
            ran.append(item.nodeid)
            ready, _, _ = select.select([lines], [], [], limit_s)
            word = lines.readline().strip() if ready else "hung"
            if word != "passed":
                verdict = {"failed": "noticed", "hung": "hung"}.get(word, "died")
                break
            if time.monotonic() > give_up_s and item is not tests[-1][0]:
                verdict = "unfinished"
                break
    if verdict in {"hung", "unfinished"}:
        with suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return verdict, ran


def _run_forked(session: pytest.Session, task: dict[str, Any], items: list[pytest.Item], ours: int) -> None:
    """The child: run the tests one by one until one of them fails, say so each time, and end."""
    os.setpgid(0, 0)
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    reporter._tw._file = open(os.devnull, "w")  # noqa: SIM115  # until the process ends
    if "module" in task:
        _become(task["module"], task["function"], Path(task["text"]).read_text())
    else:
        raise_here.raise_in(task["number"])
    status = 1
    try:
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


def _become(module: str, function: str, text: str) -> None:
    """Give a function that is imported already the code that it has in this text of its module."""
    held: Any = sys.modules[module]
    for name in function.split("."):
        held = vars(held)[name]
    while not hasattr(held, "__code__"):
        held = getattr(held, "fget", None) or getattr(held, "func", None) or held.__wrapped__
    codes = [compile(text, module, "exec")]
    for code in codes:
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    held.__code__ = next(code for code in codes if code.co_qualname == function)


class _OtherText(SourceFileLoader):
    """Imports one module from another text."""

    def get_code(self, fullname: str) -> CodeType:
        """Never a stored one: that is of the file's own text."""
        return compile(Path(json.loads(_MUTANT)["text"]).read_text(), self.path, "exec")


class _Finder:
    """Finds that module before anybody else does."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        """None for all others."""
        task = json.loads(_MUTANT)
        if fullname != task["module"]:
            return None
        file = Path(*fullname.split(".")).resolve().with_suffix(".py")
        return spec_from_loader(fullname, _OtherText(fullname, str(file)))


if _MUTANT:
    sys.meta_path.insert(0, _Finder())
