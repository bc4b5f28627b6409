"""Tries changes of a copied tree, each in a fork of its own, under the tests that can notice it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.mutating.constants import constants_of, module_of
from tests.mutating.mutations import Mutant
from tests.mutating.raise_each import CONTROL, CONTROLS, pytest_command, pytest_environment, say

EXPLAINED = "survivors.toml"
"""No test of a target reads it."""
A_MUTANT_S = 300.0
"""Of the processor's time: the tests of one change run so long at most, and it has survived then."""


class Tried(NamedTuple):
    """What came of one change."""

    verdict: str
    """"noticed", "hung" (a test noticed by never ending), "died" (its process), "survived" or "unfinished"."""
    seconds: float = 0.0
    """Of the processor, its tests' own processes included."""


class Watched(NamedTuple):
    """What the tests did while nothing was changed."""

    seconds: dict[str, float]
    """Of each test."""
    lines: dict[str, dict[int, set[str]]]
    """The tests that run each line of each file."""
    imported: dict[str, set[int]]
    """The lines of each file that run while the tests are collected."""
    modules: list[str]
    """What is imported then that is not of this tree."""
    controlled: Path
    """It is there once all of these tests have passed under no change in one process."""


def tried(work: Path, mutants: dict[int, Mutant], watched: Watched) -> dict[int, Tried]:
    """The verdict on each."""
    tasks: list[dict[str, Any]] = []
    importing: set[int] = set()
    for number, mutant in mutants.items():
        text = work / f"{number}.py"
        text.write_text(mutant.text, encoding="utf-8")
        names = {"module": module_of(mutant.path), "function": mutant.outermost, "path": mutant.path, "text": str(text)}
        touched = range(mutant.line, mutant.until + 1)
        sets = _set_afterwards(work / "project", mutant, watched)
        if not sets and (not mutant.outermost or not watched.imported[mutant.path].isdisjoint(touched)):
            importing.add(number)
        tests = set().union(*(watched.lines[mutant.path][line] for line in touched))
        if sets:
            tests = set(who_knows(work, mutant, watched))
        timed = [(test, watched.seconds[test]) for test in sorted(tests)]
        tasks.append({"number": number, **names, "sets": sets, "tests": timed, "seconds": A_MUTANT_S})
    found = _in_forks(work, [task for task in tasks if task["number"] not in importing], watched)
    importing |= {number for number, one in found.items() if one.verdict == "cannot"}
    afresh = [{**task, "tests": who_knows(work, mutants[task["number"]], watched)} for task in tasks]
    return found | _afresh(work, [task for task in afresh if task["number"] in importing], watched)


def _set_afterwards(project: Path, mutant: Mutant, watched: Watched) -> dict[str, tuple[tuple[str, str], ...]]:
    """The constants that it changes, with who holds each; none where one of them is read while files are imported."""
    found = constants_of(project, mutant)
    if any(line in watched.imported[file] for one in found for file, line in one.read):
        return {}
    return {one.name: one.places for one in found}


def watch(work: Path, place: str, chosen: Sequence[str], beside: Path | None = None) -> Watched:
    """Run the chosen tests while nothing is changed at this place. One that fails notices nothing: it is named, and
    left out. In the folder `beside` it is kept what was seen, for as long as nothing of the tree is another.
    """
    copy, folder = work / "project", beside or work
    folder.mkdir(parents=True, exist_ok=True)
    target = place.replace("/", "-")
    notes = folder / f"{target}.{_tree(copy, place, *chosen)}.seen"
    if not notes.is_file():
        for former in folder.glob(f"{target}.*"):
            former.unlink()
        part = {"MUTANT_LINES": os.path.realpath(copy / place), "MUTANT_SEEN": os.path.realpath(notes)}
        _run(work, "watching", [*pytest_command(work, "watching"), *chosen], **part)
    first, *tests = (json.loads(line) for line in notes.read_text("utf-8").splitlines())
    failed = [test["test"] for test in tests if test["outcome"] not in {"passed", "skipped"}]
    for test in failed:
        say(f"left out, as it fails in the copy: {test}")
    lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    passed = [test for test in tests if test["outcome"] == "passed"]
    for test in passed:
        for file, numbers in test["lines"].items():
            for number in numbers:
                lines[file][number].add(test["test"])
    imported: dict[str, set[int]] = defaultdict(set)
    imported.update({file: set(numbers) for file, numbers in first["lines"].items()})
    seconds = {test["test"]: test["seconds"] for test in passed}
    return Watched(seconds, lines, imported, first["modules"], notes.with_suffix(".passed"))


def _tree(copy: Path, *asked: str) -> str:
    """A digest of whatever a test can see in the copy, and of what was asked for."""
    all_of_it = (file for file in copy.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    files = sorted(file for file in all_of_it if file.name != EXPLAINED)
    names = (file.relative_to(copy).as_posix() for file in files)
    told = (text.encode() for text in (sys.version, *asked, *names))
    return digest(*told, *(file.read_bytes() for file in files))


def digest(*texts: bytes) -> str:
    """Of all of them, in this order."""
    return hashlib.blake2b(b"\0".join(texts), digest_size=8).hexdigest()


def who_knows(work: Path, mutant: Mutant, watched: Watched) -> list[str]:
    """The tests that know what a change at import makes: all of them where none does.

    They run the changed file, or a file that imports what is changed there, or their own file imports it.
    """
    package, _, last = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".").rpartition(".")
    head = mutant.where.partition(".")[0] or re.split(r"[=(:]", mutant.before.removeprefix("def "), maxsplit=1)[0]
    name = r"\b(" + "|".join(re.findall(r"\w+", head)) + r")\b"
    module = rf"{package}\.{last}" if package else last
    whole = rf"^import {module}\b|^from {package} import (\([^)]*|.*)\b{last}\b"
    imports = re.compile(rf"^from {module} import (\([^)]*|.*){name}|{whole}", re.MULTILINE)

    def knows(file: str) -> bool:
        return imports.search((work / "project" / file).read_text("utf-8")) is not None

    running = [mutant.path, *(file for file in watched.lines if knows(file))]
    known = set().union(*(tests for file in running for tests in watched.lines[file].values()))
    files = {file for file in {_file(test) for test in watched.seconds} if knows(file)}
    return sorted(known | {test for test in watched.seconds if _file(test) in files} or watched.seconds)


def _in_forks(work: Path, tasks: list[dict[str, Any]], watched: Watched) -> dict[int, Tried]:
    """What came of each."""
    quick = sorted(watched.seconds.items(), key=lambda test: test[1])
    control = {"number": CONTROL, "tests": quick[:CONTROLS], "seconds": A_MUTANT_S}
    (work / "forks.plan").write_text("\n".join(json.dumps(task) for task in (control, *tasks)), encoding="utf-8")
    files = sorted({_file(test) for test in watched.seconds})
    _run(work, "trying", [*pytest_command(work, "trying"), *files], RAISE_PLAN=str(work / "forks.plan"))
    return _answers(work, "forks.found", "trying", [control, *tasks])


def _afresh(work: Path, tasks: list[dict[str, Any]], watched: Watched) -> dict[int, Tried]:
    """What came of each."""
    if not tasks:
        return {}
    files: Counter[str] = Counter()
    for test, seconds in watched.seconds.items():
        files[_file(test)] += seconds
    control = [] if watched.controlled.is_file() else [{"number": CONTROL, "text": str(work / "control")}]
    plan = {
        "modules": watched.modules,
        "pytest": [*pytest_command(work, "afresh")[3:], "--assert=plain"],
        "files": files,
        "tasks": [*({**one, "tests": sorted(watched.seconds)} for one in control), *tasks],
        "seconds": 30.0 + 4.0 * files.total(),
        "found": str(work / "afresh.found"),
    }
    (work / "afresh.plan").write_text(json.dumps(plan), encoding="utf-8")
    _run(work, "afresh", [sys.executable, "afresh.py", str(work / "afresh.plan")])
    found = _answers(work, "afresh.found", "afresh", [*control, *tasks])
    watched.controlled.touch()
    return found


def _answers(work: Path, found: str, log: str, tasks: list[dict[str, Any]]) -> dict[int, Tried]:
    """The verdict on each change. Raises RuntimeError where some are missing, or what changes nothing was noticed."""
    lines = [json.loads(line) for line in (work / found).read_text("utf-8").splitlines()]
    found_of = {line["number"]: Tried(line["verdict"], line["used_s"]) for line in lines}
    numbers = {task["number"] for task in tasks}
    if set(found_of) != numbers or found_of.pop(CONTROL, Tried("survived")).verdict != "survived":
        raise RuntimeError(f"{lines[:1]}\n{(work / log).with_suffix('.log').read_text('utf-8')[-2000:]}")
    return found_of


def _run(work: Path, name: str, command: list[str], **environment: str) -> None:
    """In the copy, with what it says in a file of this name."""
    with (work / f"{name}.log").open("wb") as log:
        subprocess.run(
            command,
            cwd=work / "project",
            env=pytest_environment(work, **environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )


def _file(test: str) -> str:
    return test.partition("::")[0]
