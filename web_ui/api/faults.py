"""GET /api/v1/faults: the fault catalogue. GET /api/v1/faults/now: what keeps the station from working now."""

from __future__ import annotations

import time
from typing import Literal

from pydantic import BaseModel

from station.faults import CATALOGUE, StationError, from_json
from station.faults.locks import AT_WORK
from station.texts import Texts
from station.texts.faults import fault_words
from station.texts.problems import detail
from web_ui.api import resource
from web_ui.language import answer_language
from web_ui.service import service
from web_ui.snapshot import ProcessView


class FaultView(BaseModel):
    """One entry of the fault catalogue."""

    code: str
    number: int
    what: str
    cause: str
    remedy: str


class FaultsView(BaseModel):
    """The whole catalogue."""

    faults: list[FaultView]


class FaultNow(FaultView):
    """A fault that keeps one of the processes from working."""

    process: Literal["control", "recorder"]
    where: str
    """The file, device or key at which it is; empty where there is no one place."""
    detail: str
    """What was seen there, in sentences; empty where the fault says it all."""
    at_work: bool
    """Nothing is wrong: the station does what somebody has ordered, such as its self-test."""


class FaultsNow(BaseModel):
    """All of them; empty while the station can work."""

    faults: list[FaultNow]


PASSING = "recorder-not-ready"
"""The recorder has nothing to record from: what control says, or that it starts, is why."""

RECORDER_LOST = "recorder-lost"
"""Of one that was seen to live: one that was not may be about to begin."""

blueprint = resource("faults", "Everything that can go wrong: what, why, and what to do.")


@blueprint.get("/faults", responses={"200": FaultsView})
def list_faults() -> dict[str, object]:
    """Every fault, by number."""
    faults = sorted(CATALOGUE.values(), key=lambda fault: fault.number)
    texts = Texts(answer_language())
    views = [
        FaultView(code=fault.code, number=fault.number, **fault_words(texts, fault.code)._asdict()) for fault in faults
    ]
    return FaultsView(faults=views).model_dump()


@blueprint.get("/faults/now", responses={"200": FaultsNow})
def list_faults_now() -> dict[str, object]:
    """What is wrong now, in words: a start that fails, settings that are refused, a disk that is full."""
    own = service()
    processes = own.health.processes(own.live, time.monotonic_ns())
    control, recorder = _now("control", processes.control), _now("recorder", processes.recorder)
    if control and recorder and (control.code, control.where) == (recorder.code, recorder.where):
        recorder = None  # the same file is in the way of both
    return FaultsNow(faults=[fault for fault in (control, recorder) if fault is not None]).model_dump()


def _now(process: Literal["control", "recorder"], view: ProcessView) -> FaultNow | None:
    silent = "control-unreachable" if process == "control" else RECORDER_LOST if view.age_s is not None else ""
    code = view.fault or ("" if view.ok else silent)
    if code not in CATALOGUE or code == PASSING:
        return None
    fault = StationError(code, view.where, *map(from_json, view.problems))
    texts = Texts(answer_language())
    return FaultNow(
        process=process,
        code=code,
        number=fault.fault.number,
        where=fault.where,
        detail=detail(texts, fault),
        at_work=code in AT_WORK,
        **fault_words(texts, code)._asdict(),
    )
