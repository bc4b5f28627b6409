"""Tries changes that take effect while their file is imported: `python afresh.py PLAN` in the copied tree.

Most of the time of a new pytest goes into importing what does not change. So this process imports that once, and
nothing of the tree itself; each change is tried in a fork, which imports the tree and runs its tests, file by file,
until one fails. The plan is JSON: `modules` to import, `pytest`, its arguments, `files` of tests with their seconds,
`tasks`, each with its number, module, path, the file of its text, and its tests, and `found`, the file to answer in.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import mutant_here
import pytest


class _Failed:
    """The file of the first test that failed."""

    file = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one phase of one test."""
        if report.failed and not self.file:
            self.file = report.nodeid.partition("::")[0]


def main(plan: dict[str, Any]) -> None:
    """Try them one by one, and write a line for each as it is known."""
    for name in plan["modules"]:
        with suppress(ImportError):  # what cannot be imported by itself is imported by who needs it
            import_module(name)
    caught: Counter[str] = Counter()
    with Path(plan["found"]).open("w", encoding="utf-8") as found:
        for task in plan["tasks"]:
            tests = sorted(task["tests"], key=lambda test: _turn(test, plan["files"], caught))
            verdict, file, used_s = _try(task, [*plan["pytest"], "-x", *tests], plan["seconds"])
            caught[file] += 1
            line = {"number": task["number"], "verdict": verdict, "ran": [file], "used_s": used_s}
            found.write(json.dumps(line) + "\n")
            found.flush()


def _turn(test: str, seconds: dict[str, float], caught: Counter[str]) -> tuple[float, str]:
    """The quicker a test's file is, and the more it has noticed, the sooner: a file's tests together."""
    file = test.partition("::")[0]
    return seconds[file] / (1 + caught[file]), file


def _try(task: dict[str, Any], arguments: list[str], seconds: float) -> tuple[str, str, float]:
    """What came of it ("noticed", "hung", "died", "survived"), the file of the test that noticed, and the processor's
    time.
    """
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(theirs)
        _run_forked(task, arguments, ours)
    os.close(ours)
    with os.fdopen(theirs) as answer:
        word, _, file = mutant_here.next_word(answer, child, seconds).partition(" ")
    if word == "hung":
        with suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    return word or "died", file, mutant_here.reaped_s(child)


def _run_forked(task: dict[str, Any], arguments: list[str], ours: int) -> None:
    """The child: import the changed tree, run its tests, say what came of it, and end."""
    os.setpgid(0, 0)
    mutant_here.bound_memory()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    status = 1
    try:
        if "module" in task:
            mutant_here.import_from(task["module"], task["path"], Path(task["text"]).read_text(encoding="utf-8"))
        failed = _Failed()
        survives = pytest.main([*arguments, f"--basetemp={task['text']}.tmp"], plugins=[failed]) == 0
        os.write(ours, f"{'survived' if survives else 'noticed'} {failed.file}\n".encode())
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
