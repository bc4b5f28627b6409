"""Does a test notice a small change of the code? `make mutants` tries each change of what may move a motor.

1. Copy the tree, and run the tests of each target once, to know how long each takes.
2. Change one thing, and run the tests, the quick ones first, until one fails. A change inside a function is tried in a
   fork of a process that has imported everything; one that takes effect while its file is imported in a new process.
3. Compare what survived with `survivors.toml`, which says of each why no test can, or needs to, notice it.

A survivor that is not explained, an explained one that a test notices, and an explanation of a change that no longer
exists are listed, and the exit code is 1. Property tests always use the same examples here, so that two runs say
the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.mutating.mutations import Mutant, mutants_of
from tests.mutating.raise_each import CONTROL, CONTROLS, PROCESSES, Seen, _pytest, _say, prepare, watch

TARGETS: dict[str, tuple[str, ...]] = {
    "station/safety": ("tests/station/safety",),
    "hw/speed_loop.py": ("tests/hw/test_speed_loop.py", "tests/hw/pigpio/test_drive.py"),
    "hw/pigpio/drive.py": (
        "tests/hw/pigpio/test_drive.py",
        "tests/hw/pigpio/test_drive_properties.py",
        "tests/hw/pigpio/test_opening.py",
        "tests/hw/test_speed_loop.py",
    ),
}
"""What is changed, and the tests that are to notice it: all of them in given time."""
SURVIVORS = Path(__file__).with_name("survivors.toml")
A_MUTANT_S = 900.0


class Judged(NamedTuple):
    """What came of one target."""

    noticed: list[Mutant]
    """Tests that never end have noticed it too."""
    survived: list[Mutant]


def main(arguments: list[str]) -> int:
    """Print what is left to do; 1 where there is something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="files whose path begins so: hw/speed_loop")
    parser.add_argument("--where", default="", help="functions whose name begins so: SpeedLoop.step")
    options = parser.parse_args(arguments)
    explained = explanations(SURVIVORS)
    project = Path(__file__).parents[2]
    judged: dict[str, Judged] = {}
    begun_s = time.monotonic()
    for target, tests in TARGETS.items():
        asked = [
            mutant
            for mutant in of_target(project, target)
            if mutant.path.startswith(options.only) and mutant.where.startswith(options.where)
        ]
        if not asked:
            continue
        with tempfile.TemporaryDirectory(prefix="mutate-each-") as folder:
            judged[target] = judge(project, Path(folder), asked, tests)
        noticed, survived = judged[target]
        _say(
            f"{target}: {len(asked)} changes, {len(noticed)} noticed, {len(survived)} survived, "
            f"after {time.monotonic() - begun_s:.0f} s"
        )
    whole = not (options.only or options.where)
    return report(judged, explained, whole=whole)


def of_target(project: Path, target: str) -> list[Mutant]:
    """Every change of a file, or of all files of a folder."""
    place = project / target
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    return [
        mutant for file in files for mutant in mutants_of(file.relative_to(project).as_posix(), file.read_text("utf-8"))
    ]


def explanations(file: Path) -> dict[str, str]:
    """Each explained survivor's name, and why it may survive. Raises ValueError for one that is named twice."""
    found: dict[str, str] = {}
    for entry in tomllib.loads(file.read_text("utf-8")).get("explained", []):
        for name in entry["mutants"]:
            if name in found:
                raise ValueError(f"explained twice: {name}")
            found[name] = entry["why"]
    return found


def judge(project: Path, work: Path, mutants: list[Mutant], tests: tuple[str, ...]) -> Judged:
    """Try each of them under these tests."""
    prepare(project, work, ())
    seen = watch(work, list(tests))
    if seen.failed:
        raise RuntimeError(f"nothing was changed, and yet a test failed: {seen.failed}")
    tasks = []
    for number, mutant in enumerate(mutants):
        text = work / f"{number}.py"
        text.write_text(mutant.text, encoding="utf-8")
        module = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        tasks.append({"number": number, "module": module, "function": mutant.outermost, "text": str(text)})
    inside = [task for task in tasks if task["function"]]
    left = _in_forks(work, inside, seen)
    with ThreadPoolExecutor(PROCESSES) as pool:
        importing = [task for task in tasks if not task["function"]]
        outcomes = pool.map(lambda task: _in_a_process(work, task, tests), importing)
        left |= {int(str(task["number"])) for task, survives in zip(importing, outcomes, strict=True) if survives}
    return Judged(
        [mutant for number, mutant in enumerate(mutants) if number not in left],
        [mutants[number] for number in sorted(left)],
    )


def _in_forks(work: Path, tasks: list[dict[str, object]], seen: Seen) -> set[int]:
    """The numbers of those that survived."""
    quick = sorted(seen.tests.items(), key=lambda test: test[1])
    slow = max(seen.setup.values(), default=0.0)
    timed = [(test, seconds + slow) for test, seconds in quick]
    shares: list[list[str]] = []
    for first in range(PROCESSES):
        control = {"number": CONTROL, "tests": quick[:CONTROLS], "seconds": A_MUTANT_S}
        own = [{**task, "tests": timed, "seconds": A_MUTANT_S} for task in tasks[first::PROCESSES]]
        shares.append([json.dumps(task) for task in (control, *own)])
    files = sorted({test.partition("::")[0] for test in seen.tests})
    running = []
    for at, lines in enumerate(shares):
        (work / f"{at}.plan").write_text("\n".join(lines), encoding="utf-8")
        running.append(_pytest(work, f"trying-{at}", files, RAISE_PLAN=str(work / f"{at}.plan")))
    for one in running:
        with one:
            one.wait()
    left = set()
    for at, lines in enumerate(shares):
        found = [json.loads(line) for line in (work / f"{at}.found").read_text("utf-8").splitlines()]
        if len(found) != len(lines) or found[0]["verdict"] != "survived":
            raise RuntimeError((work / f"trying-{at}.log").read_text("utf-8")[-2000:])
        left |= {one["number"] for one in found[1:] if one["verdict"] in {"survived", "unfinished"}}
    return left


def _in_a_process(work: Path, task: dict[str, object], tests: tuple[str, ...]) -> bool:
    """Whether it survives."""
    with _pytest(work, f"importing-{task['number']}", ["-x", *tests], MUTANT=json.dumps(task)) as running:
        try:
            return running.wait(A_MUTANT_S) == 0
        except subprocess.TimeoutExpired:
            running.kill()
            return False


def report(judged: dict[str, Judged], explained: dict[str, str], *, whole: bool) -> int:
    """What is left to do, and 1 where there is something. `whole`: every target was tried, in full."""
    survived = {mutant.name: mutant for one in judged.values() for mutant in one.survived}
    noticed = {mutant.name for one in judged.values() for mutant in one.noticed}
    unexplained = [mutant for name, mutant in survived.items() if name not in explained]
    no_longer = [name for name in explained if name in noticed]
    gone = [name for name in explained if whole and name not in noticed and name not in survived]
    for mutant in unexplained:
        _say(f"no test notices, line {mutant.line}: {mutant.name}")
    for name in no_longer:
        _say(f"explained, and yet a test notices: {name}")
    for name in gone:
        _say(f"explained, and there is no such change any more: {name}")
    count = Counter(noticed=len(noticed), explained=len(survived) - len(unexplained), unexplained=len(unexplained))
    _say(", ".join(f"{word} {number}" for word, number in count.items()))
    return int(bool(unexplained or no_longer or gone))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
