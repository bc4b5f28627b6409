"""Does a test notice a small change of the code? `make mutants` tries a sample that a seed draws, some changes of each
file, more of those that may move a motor, and ends with a verdict. `ARGS=whole` tries every one of 28,700, half a day
of a processor: it notes each verdict as it comes, and goes on where it was cut.

1. Copy the tree, and run each test of a target once, to know how long it takes and which lines it runs.
2. Change one thing, and run the tests that run its lines, the quick ones first, until one fails. A change inside a
   function is tried in a fork of a process that has imported everything, and so is one of a constant that nothing
   reads before (`constants`); any other one that takes effect while its file is imported in a fork of a process that
   has imported everything else (`afresh`), under the tests that know it: those that run its file, or a file that
   imports what is changed there, and those whose file names its module.
3. Compare what survived with `survivors.toml`, which says of each why no test can, or needs to, notice it.

A survivor that is not explained, an explained one that a test notices, and an explanation of a change that no longer
exists are listed, and the exit code is 1. Of each file it is said how many were tried and what that took of the
processor. Property tests always use the same examples here, so that two runs say the same. One process works at a time.

`--kept FILE` notes each verdict as it comes, and a later run with the same file goes on from there: what was noticed
stays so for as long as the changed file does, what survived for as long as its tests do too. So the whole can be run in
parts (`--minutes`), or cut; the last part says what is left of all of it. What was seen of the tests is kept beside it
for as long as the whole tree stays as it is: another seed begins with the changes.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.mutating.kept import NOTHING_KEPT, SURVIVING, Kept
from tests.mutating.mutations import Mutant, mutants_of
from tests.mutating.raise_each import prepare, say
from tests.mutating.trying import Tried, tried, watch

SURVIVORS = Path(__file__).with_name("survivors.toml")
KEPT = Path("build/mutants.jsonl")
"""Of the project: the verdicts of the whole."""
AT_ONCE = 50
"""So many changes are tried before their verdicts are noted."""


class Target(NamedTuple):
    """What is changed."""

    place: str
    """A file, or a folder with all its files."""
    tests: tuple[str, ...]
    """They are to notice it: all of them in given time."""
    each: int = 12
    """So many changes of each file are tried where nobody asks for more."""


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
    Target("drills", ("tests/drills",), 2),
    Target("station/measures", ("tests/station/measures",), 3),
    Target("station/analysis/whose.py", ("tests/station/analysis/test_whose.py",)),
    Target("station/analysis/markable.py", ("tests/station/analysis/test_markable_by_hand.py",)),
    Target(
        "station/records/late_marks.py",
        ("tests/station/records/test_late_marks.py", "tests/station/records/test_late_marks_by_hand.py"),
    ),
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
    seconds: dict[str, float] = {}  # noqa: RUF012  # never changed
    """Of the processor, for the changes of each file."""


def main(given: list[str]) -> int:
    """Print what is left to do; 1 where there is something."""
    options = arguments().parse_args(given)
    explained = explanations(SURVIVORS)
    project = Path(__file__).parents[2]
    judged: dict[str, Judged] = {}
    begun_s = time.monotonic()
    file = options.kept or (project / KEPT if options.what == "whole" else None)
    kept = Kept(file, begun_s + 60.0 * options.minutes)
    for target in TARGETS:
        asked = drawn(project, target, options)
        if not asked:
            continue
        with tempfile.TemporaryDirectory(prefix="mutate-each-") as folder:
            tests = tuple(options.tests or target.tests)
            judged[target.place] = judge(project, Path(folder), asked, target._replace(tests=tests), kept)
        for line in of_files(judged[target.place], explained):
            say(line)
        noticed, survived, hung, untried, _ = judged[target.place]
        say(
            f"{target.place}: {len(asked)} changes ({what_part(target, options)}), {len(noticed)} noticed ({hung} by a "
            f"test that never ended), {len(survived)} survived, {untried} untried, after "
            f"{time.monotonic() - begun_s:.0f} s"
        )
    code = report(judged, explained, possible(project, explained))
    if untried := sum(one.untried for one in judged.values()):
        say(f"{untried} changes are left: the same command again goes on with them")
        code = 1
    say(f"{len(judged)} targets in {(time.monotonic() - begun_s) / 60.0:.0f} minutes; exit code {code}")
    return code


def arguments() -> argparse.ArgumentParser:
    """What can be asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "what", nargs="?", choices=("sample", "whole"), default="sample", help="some changes of each file, or every one"
    )
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


def share_of(target: Target, options: argparse.Namespace) -> float | None:
    """How much of a target is tried: what was given for it, or for all; None where it is a sample of each file."""
    shares = dict(options.share)
    return shares.get(target.place, shares.get("", 1.0 if options.what == "whole" else None))


def each_of(target: Target, options: argparse.Namespace) -> int | None:
    """How many changes of each file are tried; None where it is a share of all."""
    if options.sample is not None:
        return int(options.sample)
    return target.each if share_of(target, options) is None else None


def what_part(target: Target, options: argparse.Namespace) -> str:
    """Which of its changes are tried, in words: of each file so many, or a share of all, and the seed they hang on."""
    if (count := each_of(target, options)) is not None:
        return f"{count} of each file, seed {options.seed}"
    part = share_of(target, options) or 0.0
    return f"{part:.0%}" if part == 1.0 else f"{part:.0%}, seed {options.seed}"


def drawn(project: Path, target: Target, options: argparse.Namespace) -> list[Mutant]:
    """The changes of a target that were asked for."""
    count = each_of(target, options)
    part = 1.0 if count is not None else share_of(target, options) or 0.0

    def asked(name: str) -> bool:
        where = name.partition(" ")[2]
        return name.startswith(options.only) and where.startswith(options.where) and is_drawn(name, options.seed, part)

    if count is None:
        return of_target(project, target.place, asked, options.only)
    names: dict[str, list[str]] = defaultdict(list)

    def note(name: str) -> bool:
        if asked(name):
            names[name.partition(" ")[0]].append(name)
        return False

    of_target(project, target.place, note, options.only)
    chosen = sampled(names.values(), count, options.seed)
    return of_target(project, target.place, chosen.__contains__, options.only)


def sampled(files: Iterable[Sequence[str]], count: int, seed: str) -> set[str]:
    """So many changes of each file's, those that the seed draws first: a larger sample holds a smaller one."""
    return {name for names in files for name in sorted(names, key=lambda name: _drawn(name, seed))[:count]}


def is_drawn(name: str, seed: str, share: float) -> bool:
    """Whether a change is in the share: of a larger share it is too, and whatever becomes of other changes."""
    return _drawn(name, seed) < share * 2**64


def _drawn(name: str, seed: str) -> int:
    """0 to 2**64, of each change another, and the same in every run of this seed."""
    return int.from_bytes(hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).digest(), "big")


def of_target(
    project: Path, place: str, chosen: Callable[[str], bool] = lambda _: True, only: str = ""
) -> list[Mutant]:
    """The chosen changes of a file, or of all files of a folder whose path begins as `only`."""
    files = sorted((project / place).rglob("*.py")) if (project / place).is_dir() else [project / place]
    paths = {file.relative_to(project).as_posix(): file for file in files}
    return [
        mutant
        for path, file in paths.items()
        if path.startswith(only)
        for mutant in mutants_of(path, file.read_text("utf-8"), chosen)
    ]


def possible(project: Path, explained: Iterable[str]) -> set[str]:
    """Those of the explained changes that can still be made, in a file of a target."""
    names = frozenset(explained)
    paths = {name.partition(" ")[0] for name in names}
    ours = {path for path in paths for target in TARGETS if Path(path).is_relative_to(target.place)}
    there = [path for path in ours if (project / path).is_file()]
    return {mutant.name for path in there for mutant in of_target(project, path, names.__contains__)}


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
    verdicts = kept.known(project, mutants, target.tests)
    left = [number for number in range(len(mutants)) if number not in verdicts]
    if left and time.monotonic() < kept.until_s:
        prepare(project, work, ())
        watched = watch(work, target.place, target.tests, kept.beside)
        for at in range(0, len(left), AT_ONCE):
            if time.monotonic() >= kept.until_s:
                break
            found = tried(work, {number: mutants[number] for number in left[at : at + AT_ONCE]}, watched)
            # By the copy's texts: who changes a file while this runs has not had the change tried.
            kept.note(work / "project", target.tests, [(mutants[number], one) for number, one in found.items()])
            verdicts |= found
    return _judged(mutants, verdicts)


def _judged(mutants: list[Mutant], found: dict[int, Tried]) -> Judged:
    survived = {number for number, one in found.items() if one.verdict in SURVIVING}
    seconds: dict[str, float] = defaultdict(float)
    for number, one in found.items():
        seconds[mutants[number].path] += one.seconds
    return Judged(
        [mutants[number] for number in sorted(found.keys() - survived)],
        [mutants[number] for number in sorted(survived)],
        sum(one.verdict == "hung" for one in found.values()),
        len(mutants) - len(found),
        {path: round(used_s, 1) for path, used_s in seconds.items()},
    )


def of_files(judged: Judged, explained: dict[str, str]) -> list[str]:
    """A line for each file: how many of its changes were tried, what came of them, and what it took."""
    noticed = Counter(mutant.path for mutant in judged.noticed)
    told = Counter(mutant.path for mutant in judged.survived if mutant.name in explained)
    untold = Counter(mutant.path for mutant in judged.survived if mutant.name not in explained)
    tried_of = noticed + told + untold
    return [
        f"  {path}: {tried_of[path]} tried, {noticed[path]} noticed, {told[path]} explained, "
        f"{untold[path]} unexplained, {used_s:.0f} s of the processor"
        for path, used_s in sorted(judged.seconds.items())
    ]


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
