"""`python -m tests.attacks.damaged_recordings [FILE ...]`: recordings damaged in many ways, and what is said of them.

Bits flipped, files cut, pages of zeros, chunks twice and in another order. A case is silent where its result has less
dose, fewer trials or the same outcome as before, with nothing said; then the exit code is 1.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import table
from station.analysis.file_figures import figures_of
from station.analysis.results import result_of
from station.faults import StationError
from station.recording.reader import read_recording
from station.recording.writer import RecordingWriter

PAGE = 4096
KEPT = ("tripped", "calibrated", "replayed")
NOTHING = 1e-12
"""Sums in another order differ by this."""
SAID = ("recording-truncated", "damage-", "stretch", "events-missing", "end-unknown")
"""How the reasons begin that say what is damaged."""


class Case(NamedTuple):
    """One way in which a file was damaged."""

    kind: str
    where: int
    content: bytes


class Verdict(NamedTuple):
    """What was said of a damaged file, against what it said before."""

    refused: bool
    marked: bool
    less_dose: bool
    fewer_trials: bool
    completed: bool
    other_figures: bool
    """`measures` gave figures that differ, without a word."""

    @property
    def silent(self) -> bool:
        """Nobody would have noticed."""
        lost = self.less_dose or self.fewer_trials or self.completed
        return not self.refused and ((lost and not self.marked) or self.less_dose or self.other_figures)


def chunks_of(content: bytes) -> list[tuple[int, int]]:
    """Where each chunk begins and ends."""
    found, at = [], 8
    while at + 9 <= len(content):
        length = int.from_bytes(content[at + 1 : at + 9], "little")
        if content[at] == 6:
            found.append((at, at + 9 + length))
        at += 9 + length
    return found


def cases(content: bytes, seed: int, count: int) -> Iterator[Case]:
    """So many of each kind; the same ones for a seed."""
    chance = random.Random(seed)
    whole = chunks_of(content)
    for _ in range(4 * count):
        at, bit = chance.randrange(8, len(content)), chance.randrange(8)
        yield Case("bit", at, content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
    heads = [begin + step for begin, _ in whole for step in range(45)]
    for _ in range(count):
        at, bit = chance.choice(heads), chance.randrange(8)
        yield Case("bit of a head", at, content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
    for _ in range(count):
        at = chance.randrange(9, len(content))
        yield Case("cut", at, content[:at])
    for _ in range(count):
        at = chance.randrange(0, len(content), PAGE) or PAGE
        yield Case("zeros", at, content[:at] + bytes(min(PAGE, len(content) - at)) + content[at + PAGE :])
    for _ in range(count):
        begin, end = chance.choice(whole)
        yield Case("twice", begin, content[:end] + content[begin:end] + content[end:])
        if len(whole) > 1:
            one, other = sorted(chance.sample(whole, 2))
            swapped = content[other[0] : other[1]] + content[one[1] : other[0]] + content[one[0] : one[1]]
            yield Case("swapped", one[0], content[: one[0]] + swapped + content[other[1] :])
        yield Case("gone", begin, content[:begin] + content[end:])


class Judge:
    """Holds what is said of damaged copies of one recording against what is said of itself."""

    def __init__(self, path: Path) -> None:
        self._whole = result_of(path)
        self._figures = figures_of(path).values

    def verdict(self, path: Path) -> Verdict:
        """What is said of the copy at `path`."""
        try:
            result = result_of(path)
        except StationError:
            return Verdict(True, True, False, False, False, False)
        before, after = self._whole["dose"], result["dose"]
        less = any(after[key] < before[key] - NOTHING for key in ("vibration_s", "a8_m_s2", "vdv_m_s175"))
        fewer = len(result["trials"]) < len(self._whole["trials"])
        return Verdict(
            False,
            bool(result.get("damage")),
            less,
            fewer,
            result["outcome"] == self._whole["outcome"] and result != {**self._whole, "recording": result["recording"]},
            self._differ(path),
        )

    def _differ(self, path: Path) -> bool:
        try:
            found = figures_of(path)
        except StationError:
            return False
        pairs = [(value, found.values[key]) for key, value in self._figures.items()]
        other = any(after == after and before != after for before, after in pairs)  # NaN is no figure
        return other and not any(one.reason.startswith(SAID) for one in found.warnings)


def as_live(source: Path, target: Path) -> Path:
    """The same recording with a chunk each half second, as the recorder writes it, and not all of it in a few."""
    recording = read_recording(source)
    header = {name: value for name, value in recording.header.items() if name != "format_version"}
    writer = RecordingWriter(target, header, int(header["epoch_ns"]))
    events = list(enumerate(recording.events))
    for number, sample in enumerate(recording.samples):
        while events and events[0][1]["seq"] <= sample["seq"]:
            place, event = events.pop(0)
            writer.event(event, place)
        writer.append((sample.tobytes(),))
        if number % 125 == 124:
            writer.sync()
    writer.close()
    return target


def main() -> int:
    """Print the table; 1 where one of the cases is silent."""
    files = [Path(name) for name in sys.argv[1:]] or [Path("tests/data") / f"{name}.mcap" for name in KEPT]
    rows, silent = [], 0
    for path in files:
        judge, found = Judge(path), {}
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "damaged.mcap"
            for case in cases(path.read_bytes(), 1, 10):
                copy.write_bytes(case.content)
                found.setdefault(case.kind, []).append((case.where, judge.verdict(copy)))
        for kind, verdicts in found.items():
            counted = [sum(getattr(one, name) for _, one in verdicts) for name in (*Verdict._fields, "silent")]
            rows.append([path.stem, kind, str(len(verdicts)), *map(str, counted)])
            silent += counted[-1]
            for where, one in verdicts:
                if one.silent:
                    sys.stdout.write(f"{path.stem} {kind} at {where}: {one}\n")
    heads = ["recording", "kind", "cases", *(name.replace("_", " ") for name in Verdict._fields), "silent"]
    sys.stdout.write(f"{table(heads, rows)}\n{silent} silent\n")
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
