"""A drill of several short tries on a real station: for what happens between them."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg, Phase
from station.faults import StationError
from station.recording.reader import Recording, read_recording
from station.wire.sample import Sample
from tests.system.conftest import NOT_YET, RunningStation, short_drill

MOVES_YET = "platform-still-moving"
PATIENT = "P01"
SOON = 100
"""Samples after the answer to a Start: by then they say which session runs."""


def short_tries() -> DrillDocument:
    """`short_drill` with tries of a second; its rest is the half minute that vibration demands."""
    table = short_drill().model_dump(mode="json")
    (exercise,) = [step for step in table["steps"] if step["step"] == "exercise"]
    exercise["time"] |= {"min_s": 1.0, "default_s": 1.0}
    return DrillDocument.model_validate(table)


class Tries:
    """Of the patient `PATIENT`, on the left leg."""

    def __init__(self, station: RunningStation, wait_for: Callable[..., Any]) -> None:
        self.station, self._wait_for = station, wait_for
        self._earlier = self._files()
        self.session = self._begun = 0

    def start(self, trials: int = 3, hold_s: float = 1.0, *, vibrates: bool = True) -> int:
        """Without vibration it is the shipped drill, with tries of five seconds and a rest of twenty.

        Somebody without a page starts it, so that the lease is free; again where there is only just no time for it,
        or a trip to acknowledge. The session's number.
        """
        document, link = short_tries() if vibrates else load_shipped("one-leg"), self.station.link
        hold_s = hold_s if vibrates else 5.0
        prescription = prescribe(document, Asked(Leg.LEFT, hold_s=hold_s, trials=trials))

        def started() -> int:
            with contextlib.suppress(StationError):
                link.request("acknowledge", by="a test")
            try:
                answer = link.request(
                    "start",
                    request=secrets.token_hex(8),
                    seen=link.request("describe")["facts"]["seen"],
                    patient=PATIENT,
                    document=document.model_dump(mode="json", by_alias=True),
                    prescription=prescription.model_dump(mode="json"),
                    needs_web=True,
                )
            except StationError as problem:
                if problem.code not in (*NOT_YET, MOVES_YET):
                    raise
                return 0
            return int(answer["session"])

        self.session = int(self._wait_for("the drill to be started", started))
        self._begun = self._wait_for("a sample", self.station.latest).seq
        return self.session

    def to(self, happened: Callable[[Sample], bool], begun: Callable[[int], object], **how: Any) -> Sample:
        """Start, say that it has begun, and wait until a sample shows it. A busy machine can end a drill before: then
        all of it again.
        """
        begun(self.start(**how))

        def there() -> Sample | None:
            sample = self.station.latest()
            if sample is None or sample.session != self.session:
                if sample is not None and sample.session == 0 and sample.seq > self._begun + SOON:
                    begun(self.start(**how))
                return None
            return sample if happened(sample) else None

        found: Sample = self._wait_for("it to happen in a drill", there)
        return found

    def paused(self, ask: Callable[[int], object], **how: Any) -> Sample:
        """In the pause after the first try, which `ask` asks for by the session's number."""
        return self.to(is_paused, ask, **how)

    def over(self) -> None:
        """Until no drill runs any more."""
        self._wait_for("the drill's end", lambda: (s := self.station.latest()) and s.session == 0)

    def recorded(self) -> Recording:
        """The newest drill's file, once it is finished."""
        path = self._wait_for("the recording", lambda: sorted(self._files() - self._earlier))[-1]
        self._wait_for("the recording to be finished", lambda: not read_recording(path).truncated)
        return read_recording(path)

    def _files(self) -> set[Path]:
        return set((self.station.data / "recordings").glob("*.mcap"))


def is_paused(sample: Sample) -> bool:
    """Whether the drill waits for somebody to go on."""
    return sample.phase == Phase.PAUSE
