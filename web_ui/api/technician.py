"""GET /api/v1/technician: what is wrong with the station, how it stands, and what is to be looked after.

POST .../doctor, .../doors, .../backup, .../care and .../clock: what a person may have done about it. None is done while
a drill runs, and each is a line of the audit log but the doctor, who changes nothing.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.clock import NS_PER_MS
from station.faults import StationError, because
from station.wire.peers import SUPERVISOR
from web_ui import housekeeping, records, speed_map
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.housekeeping import DoctorView, HouseView
from web_ui.plot_limits import PlotLimitsView, plot_limits
from web_ui.red import RedCard
from web_ui.selftest import SelfTestView, selftest_view
from web_ui.service import service

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_AFTER_ANSWER_S = 0.3


class TechnicianView(BaseModel):
    """The station as a technician sees it, in the reader's language."""

    red: list[RedCard]
    """What is wrong, the worst first."""
    fine: list[str]
    """Groups of which nothing is wrong, as far as they were looked at."""
    drill_runs: bool
    """Then nothing here can be done."""
    errand: str
    """What another process is doing for a technician now; "" for nothing."""
    doctor: DoctorView
    house: HouseView
    selftest: SelfTestView


class NameBody(BaseModel):
    """Who does it."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class CareBody(NameBody):
    """What was looked after."""

    task: Literal["bolts", "straps", "estop"]


class SelfTestBody(NameBody):
    """Which parts."""

    retry: bool = False
    """Only what did not pass in the last one, and what must come before it."""
    learn: bool = False
    """The motor's speed map too: the empty platform runs through all its speeds."""


class SpeedMapBody(NameBody):
    """What becomes of the speed map that was learned."""

    keep: bool


class ClockBody(NameBody):
    """What the clock of the person's phone says."""

    wall_ms: Annotated[float, Field(ge=0.0, le=1e14, allow_inf_nan=False)]
    """Unix time in ms."""


blueprint = resource("technician", "Looking after the station itself.", 409, 503)


@blueprint.get("/technician", responses={"200": TechnicianView})
def show_technician() -> dict[str, object]:
    """What is wrong, and how the station stands."""
    own = service()
    found, fine = housekeeping.red_list()
    return TechnicianView(
        red=found,
        fine=fine,
        drill_runs=own.drill_runs(),
        errand=own.errands.running(),
        doctor=housekeeping.doctor_view(),
        house=housekeeping.house_view(),
        selftest=selftest_view(),
    ).model_dump()


@blueprint.get("/technician/limits", responses={"200": PlotLimitsView})
def show_limits() -> dict[str, object]:
    """What the live plots are held against, by control and by the calibration in use."""
    return plot_limits().model_dump()


@blueprint.post("/technician/doctor", responses={"200": DoctorView})
def run_doctor() -> dict[str, object]:
    """`station doctor` in a process of its own: looks, and changes nothing."""
    housekeeping.begin_doctor()
    return housekeeping.doctor_view().model_dump()


@blueprint.post("/technician/selftest", responses={"200": Done, "413": refusal()})
def run_selftest(body: SelfTestBody) -> dict[str, object]:
    """Control tests itself: the empty platform will shake gently, after somebody pressed the emergency stop beside it.

    STOP ends it. Refused while a drill runs, and while a trip waits to be acknowledged.
    """
    return _maintain("selftest", body.name, retry=body.retry, learn=body.learn)


@blueprint.post("/technician/speed-map", responses={"200": Done, "413": refusal()})
def decide_speed_map(body: SpeedMapBody) -> dict[str, object]:
    """Keep the speed map that the last self-test learned, and have control begin anew with it; or drop it.

    Refused as "not-ready" where none waits, and control's new beginning also while a trip waits to be acknowledged:
    what was kept is used from its next one on.
    """
    own = service()
    own.errands.refuse_while_a_drill_runs("speed-map")
    made = speed_map.decide(keep=body.keep)
    records.note(own.data, body.name, "speed-map-kept" if body.keep else "speed-map-dropped", file=made)
    if body.keep:
        own.link.request("maintain", what="restart", by=body.name)
    return Done().model_dump()


@blueprint.post("/technician/restart", responses={"200": Done, "413": refusal()})
def restart_control(body: NameBody) -> dict[str, object]:
    """Control begins anew, disarmed and with its start-up test: what locks it is tried again, what is new is used."""
    return _maintain("restart", body.name)


def _maintain(what: str, by: str, **more: object) -> dict[str, object]:
    own = service()
    own.errands.refuse_while_a_drill_runs(what)
    records.note(own.data, by, f"{what}-asked", **more)
    own.link.request("maintain", what=what, by=by, **more)
    return Done().model_dump()


@blueprint.post("/technician/doors", responses={"200": Done, "413": refusal()})
def open_doors(body: NameBody) -> dict[str, object]:
    """Try the doors for phones again that stayed closed: the pages start anew, and are away for a second or two."""
    own = service()
    own.errands.refuse_while_a_drill_runs("doors")
    if not (SUPERVISOR in os.environ or os.environ.get("SYSTEMD_EXEC_PID") == str(os.getppid())):
        raise StationError("not-ready", "doors", because("nobody-starts-again"))
    records.note(own.data, body.name, "doors-tried")
    threading.Timer(_AFTER_ANSWER_S, os.kill, (os.getppid(), signal.SIGTERM)).start()
    return Done().model_dump()


@blueprint.post("/technician/backup", responses={"200": Done, "413": refusal()})
def back_up(body: NameBody) -> dict[str, object]:
    """Make a backup now, where the settings say: the recorder begins it within a second."""
    own = service()
    own.errands.refuse_while_a_drill_runs("backup")
    housekeeping.want_backup()
    records.note(own.data, body.name, "backup-asked")
    return Done().model_dump()


@blueprint.post("/technician/care", responses={"200": HouseView, "413": refusal()})
def note_care(body: CareBody) -> dict[str, object]:
    """It was looked after, now."""
    from station.keeping.care import note_done

    own = service()
    own.errands.refuse_while_a_drill_runs("care")
    records.note(own.data, body.name, "care-done", task=body.task)
    note_done(own.data, body.task, body.name, time.time_ns())
    return housekeeping.house_view().model_dump()


@blueprint.post("/technician/clock", responses={"200": Done, "413": refusal()})
def set_clock(body: ClockBody) -> Any:  # noqa: ANN401  # a model's dump
    """Set the computer's clock by the phone's. Nobody vouches for it then: no dose is freed by it."""
    own, now_ns = service(), time.monotonic_ns()
    own.errands.refuse_while_a_drill_runs("clock")
    housekeeping.refuse_unset_clock()
    records.note(own.data, body.name, "clock-set", to_ns=round(body.wall_ms * NS_PER_MS))
    housekeeping.set_clock(round(body.wall_ms * NS_PER_MS), now_ns)
    return Done().model_dump()
