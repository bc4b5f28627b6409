"""Does a test notice a small change of the code? `make mutants` tries the changes of what may move a motor, and a
share of the changes of the figures and the drills, chosen by a seed: 2 % of each where no `--share` is given, as a
change of a drill takes some 2 s and there are 16,200. `--sample 10` tries as many of each file, of large ones and small
ones alike: that ends within an hour.

1. Copy the tree, and run each test of a target once, to know how long it takes and which lines it runs.
2. Change one thing, and run the tests that run its lines, the quick ones first, until one fails. A change inside a
   function is tried in a fork of a process that has imported everything, and so is one of a constant that nothing
   reads before (`constants`); any other one that takes effect while its file is imported in a fork of a process that
   has imported everything else (`afresh`), under the tests that know it: those that run its file, or a file that
   imports what is changed there, and those whose file names its module.
3. Compare what survived with `survivors.toml`, which says of each why no test can, or needs to, notice it.

A survivor that is not explained, an explained one that a test notices, and an explanation of a change that no longer
exists are listed, and the exit code is 1. Property tests always use the same examples here, so that two runs say
the same. One process works at a time.

`--kept FILE` notes each verdict as it comes, and a later run with the same file goes on from there: what was noticed
stays so for as long as the changed file does, what survived for as long as its tests do too. So the whole can be run in
parts (`--minutes`), or cut; the last part says what is left of all of it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.mutating.constants import constants_of, module_of
from tests.mutating.mutations import Mutant, mutants_of
from tests.mutating.raise_each import CONTROL, CONTROLS, prepare, pytest_command, pytest_environment, say

SURVIVORS = Path(__file__).with_name("survivors.toml")
A_MUTANT_S = 300.0
"""Of the processor's time: the tests of one change run so long at most, and it has survived then."""
AT_ONCE = 50
"""So many changes are tried before their verdicts are noted."""
SURVIVING = frozenset({"survived", "unfinished"})
"""Verdicts on a change that no test noticed."""


class Target(NamedTuple):
    """What is changed."""

    place: str
    """A file, or a folder with all its files."""
    tests: tuple[str, ...]
    """They are to notice it: all of them in given time."""
    share: float = 1.0
    """How much of it is tried where nobody asks for another share."""


TARGETS = (
    Target("hw/speed_loop.py", ("tests/hw/test_speed_loop.py", "tests/hw/pigpio/test_drive.py")),
    Target(
        "hw/pigpio/drive.py",
        (
            "tests/hw/pigpio/test_drive.py",
            "tests/hw/pigpio/test_drive_properties.py",
            "tests/hw/pigpio/test_opening.py",
            "tests/hw/test_speed_loop.py",
        ),
    ),
    Target("station/safety", ("tests/station/safety",)),
    Target("drills", ("tests/drills",), 0.02),
    Target("station/measures", ("tests/station/measures",), 0.02),
)


class Judged(NamedTuple):
    """What came of one target."""

    noticed: list[Mutant]
    """Tests that never end have noticed it too."""
    survived: list[Mutant]
    hung: int = 0
    """How many of the noticed ones by a test that never ended."""
    untried: int = 0
    """How many there was no time for."""


class Kept(NamedTuple):
    """Where verdicts are noted, and how long there is time."""

    file: Path | None = None
    """Nowhere where it is None."""
    until_s: float = math.inf
    """Of `time.monotonic`."""

    def known(self, project: Path, mutants: list[Mutant], target: Target) -> dict[int, str]:
        """The verdicts of earlier runs that still hold, by the changes' places in the list."""
        if self.file is None or not self.file.is_file():
            return {}
        lines = (json.loads(line) for line in self.file.read_text("utf-8").splitlines())
        noted = {(line["mutant"], line["of"]): line["verdict"] for line in lines}
        texts = _Texts(project, target)
        found = {}
        for number, mutant in enumerate(mutants):
            for verdict in (noted.get((mutant.name, texts.of(mutant, survived=one))) for one in (False, True)):
                if verdict is not None:
                    found[number] = verdict
        return found

    def note(self, project: Path, target: Target, found: list[tuple[Mutant, str]]) -> None:
        """Write these down."""
        if self.file is None:
            return
        texts = _Texts(project, target)
        with self.file.open("a", encoding="utf-8") as lines:
            for mutant, verdict in found:
                of = texts.of(mutant, survived=verdict in SURVIVING)
                lines.write(json.dumps({"mutant": mutant.name, "of": of, "verdict": verdict}) + "\n")


NOTHING_KEPT = Kept()


class _Texts:
    """Digests of what a verdict rests on."""

    def __init__(self, project: Path, target: Target) -> None:
        self._project = project
        paths = (project / test for test in target.tests)
        files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
        self._tests = _digest(*(file.read_bytes() for file in files))
        self._changed: dict[str, str] = {}

    def of(self, mutant: Mutant, *, survived: bool) -> str:
        """Of the file that is changed; of one that no test noticed with those of all its tests."""
        if mutant.path not in self._changed:
            self._changed[mutant.path] = _digest((self._project / mutant.path).read_bytes())
        return self._changed[mutant.path] + (self._tests if survived else "")


def _digest(*texts: bytes) -> str:
    return hashlib.blake2b(b"\0".join(texts), digest_size=8).hexdigest()


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


def main(given: list[str]) -> int:
    """Print what is left to do; 1 where there is something."""
    options = arguments().parse_args(given)
    explained = explanations(SURVIVORS)
    project = Path(__file__).parents[2]
    judged: dict[str, Judged] = {}
    begun_s = time.monotonic()
    kept = Kept(options.kept, begun_s + 60.0 * options.minutes)
    for target in TARGETS:
        asked = drawn(project, target, options)
        if not asked:
            continue
        with tempfile.TemporaryDirectory(prefix="mutate-each-") as folder:
            tests = tuple(options.tests or target.tests)
            judged[target.place] = judge(project, Path(folder), asked, target._replace(tests=tests), kept)
        noticed, survived, hung, untried = judged[target.place]
        say(
            f"{target.place}: {len(asked)} changes ({what_part(target, options)}), {len(noticed)} noticed ({hung} by a "
            f"test that never ended), {len(survived)} survived, {untried} untried, after "
            f"{time.monotonic() - begun_s:.0f} s"
        )
    known = {mutant.name for target in TARGETS for mutant in of_target(project, target.place, explained.__contains__)}
    code = report(judged, explained, known)
    if untried := sum(one.untried for one in judged.values()):
        say(f"{untried} changes are left: the same command again goes on with them")
        code = 1
    say(f"{len(judged)} targets in {(time.monotonic() - begun_s) / 60.0:.0f} minutes; exit code {code}")
    return code


def arguments() -> argparse.ArgumentParser:
    """What can be asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="files whose path begins so: hw/speed_loop")
    parser.add_argument("--where", default="", help="functions whose name begins so: SpeedLoop.step; - for none")
    parser.add_argument(
        "--share",
        type=share,
        nargs="*",
        default=[],
        help="how much to try, 0 to 1, of all of it or of a target: drills=0.1",
    )
    parser.add_argument("--sample", type=sample, help="so many changes of each file instead, or all that it has")
    parser.add_argument("--tests", nargs="*", help="tests that are to notice it, instead of the target's own")
    parser.add_argument("--seed", default="1", help="which part of it, or which changes of each file")
    parser.add_argument("--kept", type=Path, help="a file of verdicts: those that hold are taken, new ones are added")
    parser.add_argument("--minutes", type=float, default=math.inf, help="so long at most; the rest is left for later")
    return parser


def sample(text: str) -> int:
    """How many changes of each file, 1 and more. Raises ValueError."""
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def share(text: str) -> tuple[str, float]:
    """A share as it is given: the place of a target, "" for all, and 0 to 1. Raises ValueError."""
    place, _, number = text.rpartition("=")
    if place not in {"", *(target.place for target in TARGETS)} or not 0.0 <= float(number) <= 1.0:
        raise ValueError(text)
    return place, float(number)


def share_of(target: Target, given: list[tuple[str, float]]) -> float:
    """How much of a target is tried: what was given for it, or for all, or its own."""
    shares = dict(given)
    return shares.get(target.place, shares.get("", target.share))


def what_part(target: Target, options: argparse.Namespace) -> str:
    """Which of its changes are tried, in words: of each file so many, or a share of all, and the seed they hang on."""
    if options.sample is not None:
        return f"{options.sample} of each file, seed {options.seed}"
    part = share_of(target, options.share)
    return f"{part:.0%}" if part == 1.0 else f"{part:.0%}, seed {options.seed}"


def drawn(project: Path, target: Target, options: argparse.Namespace) -> list[Mutant]:
    """The changes of a target that were asked for."""
    part = 1.0 if options.sample is not None else share_of(target, options.share)

    def asked(name: str) -> bool:
        where = name.partition(" ")[2]
        return name.startswith(options.only) and where.startswith(options.where) and is_drawn(name, options.seed, part)

    if options.sample is None:
        return of_target(project, target.place, asked)
    names: dict[str, list[str]] = defaultdict(list)

    def note(name: str) -> bool:
        if asked(name):
            names[name.partition(" ")[0]].append(name)
        return False

    of_target(project, target.place, note)
    return of_target(project, target.place, sampled(names.values(), options.sample, options.seed).__contains__)


def sampled(files: Iterable[Sequence[str]], count: int, seed: str) -> set[str]:
    """So many changes of each file's, those that the seed draws first: a larger sample holds a smaller one."""
    return {name for names in files for name in sorted(names, key=lambda name: _drawn(name, seed))[:count]}


def is_drawn(name: str, seed: str, share: float) -> bool:
    """Whether a change is in the share: of a larger share it is too, and whatever becomes of other changes."""
    return _drawn(name, seed) < share * 2**64


def _drawn(name: str, seed: str) -> int:
    """0 to 2**64, of each change another, and the same in every run of this seed."""
    return int.from_bytes(hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).digest(), "big")


def of_target(project: Path, place: str, chosen: Callable[[str], bool] = lambda _: True) -> list[Mutant]:
    """The chosen changes of a file, or of all files of a folder."""
    files = sorted((project / place).rglob("*.py")) if (project / place).is_dir() else [project / place]
    return [
        mutant
        for file in files
        for mutant in mutants_of(file.relative_to(project).as_posix(), file.read_text("utf-8"), chosen)
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


def judge(project: Path, work: Path, mutants: list[Mutant], target: Target, kept: Kept = NOTHING_KEPT) -> Judged:
    """Try each of them of which no verdict was kept, for as long as there is time."""
    verdicts = kept.known(project, mutants, target)
    left = [number for number in range(len(mutants)) if number not in verdicts]
    if left and time.monotonic() < kept.until_s:
        prepare(project, work, ())
        watched = watch(work, target)
        for at in range(0, len(left), AT_ONCE):
            if time.monotonic() >= kept.until_s:
                break
            found = _tried(work, {number: mutants[number] for number in left[at : at + AT_ONCE]}, watched)
            # By the copy's texts: who changes a file while this runs has not had the change tried.
            kept.note(work / "project", target, [(mutants[number], verdict) for number, verdict in found.items()])
            verdicts |= found
    survived = {number for number, verdict in verdicts.items() if verdict in SURVIVING}
    return Judged(
        [mutants[number] for number in sorted(verdicts.keys() - survived)],
        [mutants[number] for number in sorted(survived)],
        list(verdicts.values()).count("hung"),
        len(mutants) - len(verdicts),
    )


def _tried(work: Path, mutants: dict[int, Mutant], watched: Watched) -> dict[int, str]:
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
    verdicts = _in_forks(work, [task for task in tasks if task["number"] not in importing], watched)
    importing |= {number for number, verdict in verdicts.items() if verdict == "cannot"}
    afresh = [{**task, "tests": who_knows(work, mutants[task["number"]], watched)} for task in tasks]
    return verdicts | _afresh(work, [task for task in afresh if task["number"] in importing], watched)


def _set_afterwards(project: Path, mutant: Mutant, watched: Watched) -> dict[str, tuple[tuple[str, str], ...]]:
    """The constants that it changes, with who holds each; none where one of them is read while files are imported."""
    found = constants_of(project, mutant)
    if any(line in watched.imported[file] for one in found for file, line in one.read):
        return {}
    return {one.name: one.places for one in found}


def watch(work: Path, target: Target) -> Watched:
    """Run the tests while nothing is changed. One that fails notices nothing: it is named, and left out."""
    copy, notes = work / "project", work / "seen"
    part = {"MUTANT_LINES": os.path.realpath(copy / target.place), "MUTANT_SEEN": str(notes)}
    _run(work, "watching", [*pytest_command(work, "watching"), *target.tests], **part)
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
    return Watched({test["test"]: test["seconds"] for test in passed}, lines, imported, first["modules"])


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


def _in_forks(work: Path, tasks: list[dict[str, Any]], watched: Watched) -> dict[int, str]:
    """What came of each."""
    quick = sorted(watched.seconds.items(), key=lambda test: test[1])
    control = {"number": CONTROL, "tests": quick[:CONTROLS], "seconds": A_MUTANT_S}
    (work / "forks.plan").write_text("\n".join(json.dumps(task) for task in (control, *tasks)), encoding="utf-8")
    files = sorted({_file(test) for test in watched.seconds})
    _run(work, "trying", [*pytest_command(work, "trying"), *files], RAISE_PLAN=str(work / "forks.plan"))
    return _answers(work, "forks.found", "trying", tasks)


def _afresh(work: Path, tasks: list[dict[str, Any]], watched: Watched) -> dict[int, str]:
    """What came of each."""
    if not tasks:
        return {}
    files: Counter[str] = Counter()
    for test, seconds in watched.seconds.items():
        files[_file(test)] += seconds
    plan = {
        "modules": watched.modules,
        "pytest": [*pytest_command(work, "afresh")[3:], "--assert=plain"],
        "files": files,
        "tasks": [{"number": CONTROL, "text": str(work / "control"), "tests": sorted(watched.seconds)}, *tasks],
        "seconds": 30.0 + 4.0 * files.total(),
        "found": str(work / "afresh.found"),
    }
    (work / "afresh.plan").write_text(json.dumps(plan), encoding="utf-8")
    _run(work, "afresh", [sys.executable, "afresh.py", str(work / "afresh.plan")])
    return _answers(work, "afresh.found", "afresh", tasks)


def _answers(work: Path, found: str, log: str, tasks: list[dict[str, Any]]) -> dict[int, str]:
    """The verdict on each. Raises RuntimeError where some are missing, or where what changes nothing was noticed."""
    lines = [json.loads(line) for line in (work / found).read_text("utf-8").splitlines()]
    verdicts = {line["number"]: line["verdict"] for line in lines}
    if verdicts.pop(CONTROL) != "survived" or set(verdicts) != {task["number"] for task in tasks}:
        raise RuntimeError(f"{lines[:1]}\n{(work / log).with_suffix('.log').read_text('utf-8')[-2000:]}")
    return verdicts


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


def report(judged: dict[str, Judged], explained: dict[str, str], known: set[str]) -> int:
    """What is left to do, and 1 where there is something. `known`: the explained changes that can still be made."""
    survived = {mutant.name: mutant for one in judged.values() for mutant in one.survived}
    noticed = {mutant.name for one in judged.values() for mutant in one.noticed}
    unexplained = [mutant for name, mutant in survived.items() if name not in explained]
    no_longer = [name for name in explained if name in noticed]
    gone = [name for name in explained if name not in known]
    for mutant in unexplained:
        say(f"no test notices, line {mutant.line}: {mutant.name}")
    for name in no_longer:
        say(f"explained, and yet a test notices: {name}")
    for name in gone:
        say(f"explained, and there is no such change any more: {name}")
    count = Counter(noticed=len(noticed), explained=len(survived) - len(unexplained), unexplained=len(unexplained))
    say(", ".join(f"{word} {number}" for word, number in count.items()))
    return int(bool(unexplained or no_longer or gone))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
