"""Does a test notice when a public function raises? `make raising` tries each one, in a copy of the tree.

1. Copy the tree; put a probe at the beginning of each public function of the copy (`probes`).
2. Run the tests once, and note which functions each test reaches, in whatever process (`raise_here`).
3. For each function, let it raise and run the tests that reach it, those of its own folder first, until one fails.

What no test reaches, or none of those that do notices, is listed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from tests.mutating.probes import RUNTIME, Probe, put_probes

PACKAGES = ("hw", "drills", "station", "web_ui")
LEFT_OUT = ("tests/gates", "tests/mutating", "tests/golden", "tests/station/control/test_clinic_hours.py")
"""Tests of the source's text, of this tool, and of whole commands and hours that other tests run in part."""
A_TEST_S = 900.0
"""Longest time for one test while nothing raises: this runs beside whatever else the machine does, and after it."""
PROCESSES = 2
CONTROL, CONTROLS = -1, 20
"""No function has this number: so many quick tests must pass under it, or the verdicts are worth nothing."""
A_FUNCTION_S = 60.0
"""The tests of one function run so long at most; what is left of them then is counted and not run."""
_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "dist", "build")


class Seen(NamedTuple):
    """What the tests did in the copy while nothing raised."""

    tests: dict[str, float]
    """Those that passed, and the seconds that each took."""
    setup: dict[str, float]
    """The longest preparation of a test of each file: what a fixture of the whole file takes, whoever asks first."""
    failed: list[str]
    reaching: dict[int, set[str]]
    """The tests that reach each function."""
    imported: set[int]
    """The functions that run while modules are imported."""


class Verdict(NamedTuple):
    """What came of one function that raises."""

    probe: Probe
    word: str
    """"noticed", "hung" (a test noticed by never ending), "died" (the test's process), "survived", "unfinished" (not
    all of its tests had the time) or "unreached"."""
    ran: int
    reaching: int


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a function may raise unseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="functions of files whose path begins so: station/wire")
    parser.add_argument("--tests", nargs="*", default=["tests"], help="tests to run; all when left out")
    parser.add_argument("--seconds", type=float, default=A_FUNCTION_S, help="longest time for one function's tests")
    parser.add_argument("--keep", type=Path, help="a folder for the copy that is kept, to look into")
    options = parser.parse_args(arguments)
    project = Path(__file__).parents[2]
    with tempfile.TemporaryDirectory(prefix="raise-each-") as folder:
        work = options.keep or Path(folder)
        begun_s = time.monotonic()
        probes = prepare(project, work, PACKAGES)
        seen = watch(work, options.tests)
        say(f"{len(probes)} functions, {len(seen.tests)} tests, watched in {time.monotonic() - begun_s:.0f} s")
        for test in seen.failed:
            say(f"left out, as it fails in the copy: {test}")
        asked = [probe for probe in probes if probe.path.startswith(options.only)]
        verdicts = judge(work, asked, seen, options.seconds)
        say(f"tried in {time.monotonic() - begun_s:.0f} s")
    return report(verdicts)


def prepare(project: Path, work: Path, packages: tuple[str, ...]) -> list[Probe]:
    """The copy in `work/project`, with its probes; what stands beside the project stands beside the copy."""
    copy = work / "project"
    shutil.copytree(project, copy, ignore=_NOT_COPIED, symlinks=True)
    shared = project.parent / "shared"
    if shared.is_dir():
        (work / "shared").symlink_to(shared.resolve())
    for name in (f"{RUNTIME}.py", "mutant_here.py", "lines_here.py", "afresh.py"):
        shutil.copy(Path(__file__).with_name(name), copy)
    shutil.copy(Path(__file__).with_name("plugin.py"), copy / "raise_plugin.py")
    return put_probes(copy, packages)


def watch(work: Path, chosen: list[str]) -> Seen:
    """Run the tests while nothing raises."""
    notes, tests = work / "notes", work / "tests.json"
    notes.mkdir()
    spread = ("-n", str(PROCESSES), "--dist", "worksteal") if PROCESSES > 1 else ()
    with _pytest(work, "watching", [*spread, *chosen], RAISE_NOTES=str(notes), RAISE_TESTS=str(tests)) as running:
        running.wait()
    outcomes: dict[str, tuple[float, str, float]] = json.loads(tests.read_text())
    passed = {name: seconds for name, (seconds, outcome, _) in outcomes.items() if outcome == "passed"}
    setup: dict[str, float] = defaultdict(float)
    for name, (_, _, seconds) in outcomes.items():
        setup[_file(name)] = max(setup[_file(name)], seconds)
    reaching: dict[int, set[str]] = defaultdict(set)
    imported = set()
    for file in notes.iterdir():
        for line in file.read_text().splitlines():
            number, _, test = line.partition("\t")
            if not test:
                imported.add(int(number))
            elif test in passed:
                reaching[int(number)].add(test)
    failed = sorted(name for name, (_, outcome, _) in outcomes.items() if outcome == "failed")
    return Seen(passed, setup, failed, reaching, imported)


def judge(work: Path, probes: list[Probe], seen: Seen, seconds: float) -> list[Verdict]:
    """Let each of them raise."""
    quick = sorted(seen.tests.items(), key=lambda test: test[1])[:CONTROLS]
    plans = [[json.dumps({"number": CONTROL, "tests": quick, "seconds": seconds})] for _ in range(PROCESSES)]
    for probe in probes:
        tests = in_order(probe, seen)
        if tests:
            timed = [(test, seen.tests[test] + seen.setup[_file(test)]) for test in tests]
            task = {"number": probe.number, "tests": timed, "seconds": seconds}
            min(plans, key=len).append(json.dumps(task))
    running = []
    for at, lines in enumerate(plans):
        (work / f"{at}.plan").write_text("\n".join(lines))
        named = sorted({_file(test) for line in lines for test, _ in json.loads(line)["tests"]})
        running.append(_pytest(work, f"trying-{at}", named, RAISE_PLAN=str(work / f"{at}.plan")))
    for one in running:
        with one:
            one.wait()
    found = {}
    for file in work.glob("*.found"):
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        if lines[0]["verdict"] not in {"survived", "unfinished"}:
            raise RuntimeError(f"nothing raised, and yet a test failed: {lines[0]}")
        found |= {one["number"]: one for one in lines}
    verdicts = []
    for probe in probes:
        one = found.get(probe.number, {"verdict": "unreached", "ran": []})
        word = one["verdict"]
        if word not in {"noticed", "hung"} and probe.number in seen.imported and _breaks_imports(work, probe):
            word = "noticed"
        verdicts.append(Verdict(probe, word, len(one["ran"]), len(seen.reaching.get(probe.number, ()))))
    return verdicts


def in_order(probe: Probe, seen: Seen) -> list[str]:
    """The tests that reach a function: those of its own folder first, and the quick ones before the slow ones."""
    own = f"tests/{probe.path.rpartition('/')[0]}/"
    return sorted(seen.reaching.get(probe.number, ()), key=lambda test: (not test.startswith(own), seen.tests[test]))


def report(verdicts: list[Verdict]) -> int:
    """The table of those that no test has noticed, and 1 where there are any. Those that hang are listed too."""
    count = Counter(verdict.word for verdict in verdicts)
    say(", ".join(f"{word} {number}" for word, number in sorted(count.items())))
    left = [verdict for verdict in verdicts if verdict.word != "noticed"]
    if not left:
        return 0
    rows = [
        (f"{one.probe.path}:{one.probe.line}", one.probe.name, one.word, f"{one.ran}/{one.reaching}") for one in left
    ]
    head = ("where", "function", "what came of it", "tests run/reaching")
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    for row in [head, *rows]:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return int(any(one.word != "hung" for one in left))


def _file(test: str) -> str:
    """The file of a test's name."""
    return test.partition("::")[0]


def _breaks_imports(work: Path, probe: Probe) -> bool:
    """Whether no test can even be collected when this one raises."""
    with _pytest(work, f"importing-{probe.number}", ["--collect-only", "tests"], RAISE_IN=str(probe.number)) as running:
        return running.wait() != 0


def pytest_command(work: Path, name: str) -> list[str]:
    """pytest as it is run in the copy; what it is to run comes after it."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "raise_plugin", "-p", "no:cacheprovider"]
    command += ["--hypothesis-profile=raising", f"--basetemp={work / name}.tmp", "-m", "not browser"]
    command.append(f"--timeout={A_TEST_S:g}")
    return [*command, *(f"--ignore={folder}" for folder in LEFT_OUT)]


def pytest_environment(work: Path, **environment: str) -> dict[str, str]:
    """The environment of it: the copy is imported, and not the tree that it was made of."""
    path = os.pathsep.join(filter(None, (str(work / "project"), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", **environment}


def _pytest(work: Path, name: str, arguments: list[str], **environment: str) -> subprocess.Popen[bytes]:
    """pytest in the copy, with what it says in a file of this name."""
    with (work / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*pytest_command(work, name), *arguments],
            cwd=work / "project",
            env=pytest_environment(work, **environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def say(text: str) -> None:
    """At once, also into a file."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
