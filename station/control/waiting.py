"""Control without its hardware: it answers, publishes why it cannot work, and moves nothing.

It has no drive, no load cells and no session. A STOP is confirmed, since nothing of this program can turn; all else
that a person asks for is refused by the fault that keeps it from starting.
"""

from __future__ import annotations

import json
import math
import secrets
from typing import Any

from pydantic import BaseModel

from hw.values import CellStatus
from station.control.publishing import Publisher
from station.faults import StationError, as_json
from station.safety.arming import Arming
from station.wire.messages import START_FAULT, Answer, Heartbeat, RecorderStatus, StandBy, Stop, StopGeneration
from station.wire.sample import FIELDS, Sample, pack
from station.wire.scene import NO_SCENE_BYTES
from station.wire.server import CommandServer

MOST_PROBLEMS = 8
TOLD_BYTES = 8192
TOLD_LETTERS = 500
"""Told of one fault: an event and an answer have a bound, and nobody reads more at once."""
_KINDS = {field.name: field.type for field in FIELDS}
_NO_MEASURED = Sample._make(
    NO_SCENE_BYTES if name == "scene" else math.nan if _KINDS[name].startswith("float") else 0
    for name in Sample._fields
)
_NOTHING = _NO_MEASURED._replace(
    demand_hz=0.0,
    demand_pp_mm=0.0,
    output_hz=0.0,
    output_pp_mm=0.0,
    hold_s=0.0,
    front_left_status=CellStatus.NO_ANSWER,
    front_right_status=CellStatus.NO_ANSWER,
    back_right_status=CellStatus.NO_ANSWER,
    back_left_status=CellStatus.NO_ANSWER,
    arming=Arming.DISARMED,
)
"""Nothing is measured, nothing is asked for, and nothing is given to a drive that is not there."""


class Waiting:
    """One life of control that lasts until its hardware is there. `step` is called often, and never waits."""

    def __init__(self, publisher: Publisher, server: CommandServer) -> None:
        self._publisher = publisher
        self._server = server
        self._epoch = secrets.token_hex(8)
        self._stops = 0
        self._seq = 0
        self._fault = StationError("not-ready")
        self._told: tuple[str, int] | None = None

    def step(self, fault: StationError, tries: int, now_ns: int) -> None:
        """Answer what waits on the socket, and publish a sample without a measured value. `fault` is what the last of
        so many `tries` found.
        """
        self._fault = fault
        if self._told != (str(fault), tries):
            self._told = (str(fault), tries)
            self._publisher.event(
                {
                    "kind": START_FAULT,
                    "t_ns": now_ns,
                    "session": 0,
                    "seq": self._seq,
                    "tries": tries,
                    **self._described(),
                }
            )
        self._server.poll(self._answer)
        self._publisher.sample(pack(_NOTHING._replace(seq=self._seq, t_ns=now_ns, trip=fault.fault.number)))
        self._seq += 1

    @property
    def stops(self) -> int:
        """How often somebody has pressed STOP in this life."""
        return self._stops

    def _described(self) -> dict[str, Any]:
        problems: list[dict[str, Any]] = []
        left = TOLD_BYTES
        for problem in self._fault.problems[:MOST_PROBLEMS]:
            text = json.dumps(as_json(problem), default=str)  # a settings file may hold a date
            if len(text) < left:
                left -= len(text)
                problems.append(json.loads(text))
        return {"code": self._fault.code, "where": self._fault.where[:TOLD_LETTERS], "problems": problems}

    def _answer(self, message: BaseModel) -> Answer:
        match message:
            case Stop():
                self._stops += 1
                return Answer(True, facts=self._facts())
            case Heartbeat() | StandBy():
                return Answer(True, facts=self._facts())
            case RecorderStatus():
                return Answer(True)
        return Answer(False, **self._described())

    def _facts(self) -> dict[str, Any]:
        return {"seen": StopGeneration(epoch=self._epoch, stops=self._stops).model_dump()}
