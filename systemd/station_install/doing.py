"""Doing the steps one after another, looking at them, and taking them back."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from station_install.root import BEFORE, Root, StepError
from station_install.steps import InstallerStep

Result = Literal["ok", "differs", "done", "undone", "failed"]
NEEDS_RESTART = ("config-txt", "cmdline", "computer")
"""What only counts from the next start of the computer."""


_AT_WORK = "Another installer is at work on this computer: wait for it."


class Outcome(NamedTuple):
    """What became of one step."""

    step: str
    result: Result
    facts: list[str]
    """What differed; what went wrong, where it failed."""


def look(steps: Sequence[InstallerStep], root: Root) -> Iterator[Outcome]:
    """What differs, changing nothing. A step that cannot be looked at has failed, and the others are looked at."""
    for step in steps:
        try:
            facts = step.differs(root)
        except (StepError, OSError) as problem:
            yield Outcome(step.name, "failed", [str(problem)])
            continue
        yield Outcome(step.name, "differs" if facts else "ok", facts)


def do(steps: Sequence[InstallerStep], root: Root) -> Iterator[Outcome]:
    """Do what differs, in order, and look again. After a failure nothing more is done."""
    for step in steps:
        try:
            facts = step.differs(root)
            if not facts:
                yield Outcome(step.name, "ok", [])
                continue
            step.do(root)
            left = step.differs(root)
        except (StepError, OSError) as problem:
            yield Outcome(step.name, "failed", [str(problem)])
            return
        if left:
            yield Outcome(step.name, "failed", [f"after it was done: {fact}" for fact in left])
            return
        yield Outcome(step.name, "done", facts)


def undo(steps: Sequence[InstallerStep], root: Root) -> Iterator[Outcome]:
    """Take everything back, the last first. After a failure nothing more is taken back."""
    for step in reversed(steps):
        try:
            step.undo(root)
        except (StepError, OSError) as problem:
            yield Outcome(step.name, "failed", [str(problem)])
            return
        yield Outcome(step.name, "undone", [])
    with contextlib.suppress(OSError):
        root.path(BEFORE).rmdir()


@contextlib.contextmanager
def alone(root: Root, place: str = "/etc", taken: str = _AT_WORK) -> Iterator[None]:
    """Two installers at once would undo each other's work. Raises StepError where one is at it: it says `taken`."""
    folder = root.path(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as problem:
        raise StepError(f"{folder} cannot be used: {problem}") from problem
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as problem:
        raise StepError(taken) from problem
    finally:
        os.close(descriptor)
