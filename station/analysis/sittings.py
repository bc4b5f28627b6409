"""The trials of one sitting, from its files: whose they are, when they were stood, and how.

A sitting is some files: each CSV file is a trial, each recording has its own trials, of which those count that were
held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from station.analysis.judging import StatedCondition, condition_of, front_of, of_other_leg, stood_as
from station.analysis.reading import ReadOptions, RecordingFile, TableFile, measured, parts_of_trials, read_file
from station.analysis.stated import against, with_against
from station.analysis.whose import Whose, whose_of
from station.clock import local_midnight_ns
from station.faults import InputError, because
from station.measures import Request
from station.measures.norms.people import NOT_STATED, Condition
from station.measures.signal import Array
from station.measures.values import MeasureSet
from station.recording.lines import read_bytes
from station.recording.table import table_of

_ENDINGS = (".mcap", ".csv", ".csv.gz", ".tsv", ".tsv.gz", ".c3d")
_TEXTS = (".txt", ".txt.gz", ".dat", ".asc")
"""Of a folder those count in which a table of a known format stands; the others are notes."""
COPY = 1e-3
"""All figures of two recordings lie nearer only where one is the other, perhaps written with other digits."""


class SittingFiles(NamedTuple):
    """The files or folders of one sitting, and what a person says of how its trials were stood."""

    paths: Sequence[Path]
    stated: StatedCondition = StatedCondition()


class Sitting(NamedTuple):
    """The trials of some files, with their names and conditions."""

    names: list[str]
    sets: list[MeasureSet]
    stood: list[Condition]
    """Of each trial."""
    patients: frozenset[str]
    """Codes that the recordings name; CSV files name none."""
    days: frozenset[int]
    """The midnights (wall ns) that the recordings' days begin at."""
    whose: tuple[Whose, ...] = ()
    """What each file says itself."""
    fronts: frozenset[str] = frozenset()
    """Which foot was in front, where a drill asks for it and somebody said so."""

    @property
    def said_sides(self) -> set[str]:
        """The legs that its CSV files say themselves; none where they were stood on both."""
        if {one.stance for one in self.stood} == {"both"}:
            return set()
        return {file.side for file in self.whose} - {""}

    @property
    def legs_said(self) -> bool:
        """Whether of each trial it is known on which legs it was stood."""
        return all(one.stance != NOT_STATED for one in self.stood) or all(file.side for file in self.whose)

    @property
    def conditions(self) -> set[Condition]:
        """All conditions in which trials were stood."""
        return set(self.stood)


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files themselves; for a folder every recording and CSV file in it. Raises InputError for an empty one."""
    files: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if _is_trial(one)) if path.is_dir() else [path]
        if not inside:
            raise InputError("recording-unreadable", str(path), because("empty-folder"))
        files += inside
    return files


def _is_trial(path: Path) -> bool:
    """Whether a file in a folder is one of its trials."""
    name = path.name.lower()
    if name.endswith(_TEXTS) and path.is_file():
        try:
            return table_of(path, read_bytes(path)).format is not None
        except InputError:
            return False
    return name.endswith(_ENDINGS)


def sitting_of(files: SittingFiles, options: ReadOptions, request: Request, age_years: float | None = None) -> Sitting:
    """The trials of these files or folders; what a file says otherwise than a person is said of each of its trials.
    Of a drill that changes legs, and a stated leg, the trials on that one. Raises InputError for a file that cannot be
    read.
    """
    names: list[str] = []
    sets: list[MeasureSet] = []
    stood: list[Condition] = []
    patients: set[str] = set()
    days: set[int] = set()
    whose: list[Whose] = []
    fronts: set[str] = set()
    paths = files_of(files.paths)
    for path in paths:
        if paths.count(path) > 1:
            raise InputError("input-invalid", str(path), because("named-twice"))
        file = read_file(path, options)
        patient, day = _who_and_when(file)
        if isinstance(file, TableFile):
            understood = file.signal.understood
            whose.append(whose_of(path, () if understood is None else understood.head))
        else:
            whose.append(Whose(path.name, code=patient))
        patients |= {patient} if patient else set()
        days |= {day} if day is not None else set()
        fronts |= {front_of(file)} - {""}
        for name, part in parts_of_trials(file, request.pipeline):
            if of_other_leg(file, files.stated, part.trial):
                continue
            condition = condition_of(file, files.stated, part.trial)
            otherwise = against(file, files.stated, age_years, part.trial)
            names.append(name)
            sets.append(with_against(measured(part, request, stood_as(condition)), otherwise))
            stood.append(condition)
    return Sitting(names, sets, stood, frozenset(patients), frozenset(days), tuple(whose), frozenset(fronts))


def refuse_copies(sittings: Sequence[Sitting]) -> None:
    """Raise InputError "input-invalid" where two trials are one: alike in every figure to a thousandth."""
    seen: list[tuple[str, frozenset[str], Array]] = []
    for sitting in sittings:
        for name, found in zip(sitting.names, sitting.sets, strict=True):
            own = {key: value for key, value in found.values.items() if value == value}
            if not own:
                continue
            keys, values = frozenset(own), np.array([found.duration_s, *own.values()])
            for other, others, their_values in seen:
                if keys == others and np.allclose(values, their_values, rtol=COPY, atol=0.0):
                    raise InputError("input-invalid", name, because("same-recording", other=other))
            seen.append((name, keys, values))


def _who_and_when(file: RecordingFile | TableFile) -> tuple[str, int | None]:
    """The patient's code ("" where none is named) and the day of a recording."""
    if isinstance(file, TableFile):
        return "", None
    header = file.recording.header
    started_ns = header.get("started_wall_ns")
    return str(header.get("patient") or ""), None if started_ns is None else local_midnight_ns(int(started_ns))
