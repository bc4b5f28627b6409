"""What goes wrong at a given time of a headless drill: verbs of a simulated rig, and the companion that says them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hw.ports import Rig
from station.clock import NS_PER_S
from station.control.desk import NEVER_S
from station.faults import InputError, because
from station.processes.own_recording import OwnRecording, RecordingBeside


class TimedFault(NamedTuple):
    """A verb of a simulated rig, to be said at this time after the drill began."""

    at_s: float
    verb: str
    arguments: tuple[int, ...] = ()


def refuse_unknown(faults: Sequence[TimedFault], rig: Rig) -> None:
    """Raise InputError where this rig has no such verb."""
    unknown = [fault.verb for fault in faults if fault.verb not in rig.faults]
    if unknown:
        known = because("fault-verbs", verbs=sorted(rig.faults)) if rig.faults else because("no-fault-verbs")
        raise InputError("input-invalid", f"--fault {unknown[0]}", known)


class TimedFaults:
    """The only companion is the recording. Says the timed faults when their time has come."""

    def __init__(
        self, rig: Rig, faults: Sequence[TimedFault], begin_ns: int, recording: OwnRecording | RecordingBeside
    ) -> None:
        self._recording = recording
        self._rig = rig
        self._due = sorted(faults, reverse=True)
        self._begin_ns = begin_ns

    def serve(self, now_ns: int) -> None:
        """Say what is due."""
        while self._due and now_ns - self._begin_ns >= self._due[-1].at_s * NS_PER_S:
            at_s, verb, arguments = self._due.pop()
            try:
                self._rig.faults[verb](*arguments)
            except (IndexError, TypeError, ValueError) as problem:
                said = ",".join(map(str, arguments))
                raise InputError(
                    "input-invalid", f"--fault {verb}:{said}@{at_s:g}", because("system-said", said=str(problem))
                ) from problem

    def recorder_age_s(self, now_ns: int) -> float | None:
        """Recording happens in this process; a disk that refuses is a recorder that is lost."""
        del now_ns
        return NEVER_S if self._recording.problem is not None else None

    def web_age_s(self, now_ns: int) -> None:
        """There is none."""

    def presence_age_s(self, now_ns: int) -> None:
        """Whoever started it stands beside it: there is no page to look at."""
