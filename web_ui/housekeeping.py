"""How the station stands, gathered for the technician's page: the red list, the doctor, disk, hours, calendar."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from station.claim import bound
from station.clock import NS_PER_MS, NS_PER_S
from station.faults import InputError, StationError, StorageError, because, from_json
from station.keeping.care import CALIBRATION, Care, calendar, room
from station.keeping.hours import worn
from station.keeping.last import DAY_NS, OLD_NS, how_it_stands
from station.plate.calibrations import made_at
from station.plate.speed_maps import learned_map, named_map, with_learned
from station.processes.clock_setting import wish
from station.settings import Settings
from station.texts import Texts
from station.texts.checks import words_of_check
from station.wire.doors import doors_now
from station.wire.places import BACKUP_WANTED
from web_ui import records
from web_ui.own_settings import command, own_settings
from web_ui.problems import answer_texts, detail_of
from web_ui.red import GROUPS, RedCard, Repair, StationSeen, cards, fault_card, plain_card, unseen, worst_first
from web_ui.selftest import has_ended, selftest_cards
from web_ui.service import service

DOCTOR = "doctor"
FEW_DAYS = 14
"""With room for fewer the forecast is shown in amber."""
CLOCK_SERVICE = Path("/etc/systemd/system/station-clock.path")
"""What sets the clock on an installed station. Elsewhere nothing may."""
DOCTOR_SERVICE = CLOCK_SERVICE.with_name("station-doctor.path")
"""What lets the doctor look there: the pages themselves may see no device."""
_CLOCK_PATIENCE_S = 4.0
_CLOCK_AGREES_NS = 2 * NS_PER_S
_REAL_RIGS = ("pi", "pi5")


class DoctorCheckView(BaseModel):
    """One check of the doctor, in words."""

    name: str
    state: Literal["ok", "warn", "fail", "na"]
    seen: str
    to_do: str
    """"" where there is nothing to do."""


class DoctorView(BaseModel):
    """What the doctor saw last."""

    state: Literal["none", "running", "done", "failed"]
    at_ms: float | None
    problem: str
    """Why it could not look; "" for nothing."""
    settings: str
    """The file by which it looked; "" for none."""
    checks: list[DoctorCheckView]


class CareView(BaseModel):
    """One thing of the maintenance calendar."""

    task: Literal["bolts", "straps", "estop", "calibration"]
    every_days: int
    last_ms: float | None
    by: str
    days_left: int | None
    """Negative: overdue; null: never noted."""
    due: bool


class SpeedMapView(BaseModel):
    """Which duty of the motor gives which speed of the empty platform."""

    origin: Literal["default", "settings", "learned", "damaged"]
    file: str
    """Of a learned one, or of the one that is damaged; "" for none."""
    points: list[tuple[float, float]]
    """Duty (0 to 1) and Hz, rising."""


class HouseView(BaseModel):
    """Disk, hours and calendar."""

    free_gib: float
    mb_per_day: float
    """Recorded a day, of the last four weeks."""
    room_days: int | None
    """For how long the room lasts at that; null where nothing was recorded."""
    on_hours: float
    vibrated_hours: float
    sessions: int
    version: str
    rig: str
    backup_place: str
    """Where `backup.folder` of the settings says; "" for nowhere."""
    clock_settable: bool
    speed_map: SpeedMapView
    care: list[CareView]


def red_list() -> tuple[list[RedCard], list[str]]:
    """What is wrong, the worst first, and the groups of which nothing is."""
    own, texts, settings = service(), answer_texts(), own_settings()
    checks = _checks()
    doors = doors_now(own.runtime)
    closed = [
        StationError(door.fault.code, f"{door.way} {door.port}", *door.fault.problems)
        for door in doors or []
        if door.fault is not None
    ]
    seen = StationSeen(own.hub.snapshot(), closed, checks, settings.rig.load_cells.wiring())
    found = [*cards(texts, seen), *_backup_card(texts), *_clock_card(texts, checks), *_house_cards(texts)]
    if own.network_key.state == "stuck":
        found.append(fault_card(texts, "doors", StationError("network-key-kept", "")))
    found += selftest_cards(texts)
    if not CLOCK_SERVICE.exists():
        found = [one.model_copy(update={"repair": ""}) if one.repair == "clock" else one for one in found]
    ill = {card.group for card in found}
    blind = {"selftest": not has_ended(), "doors": doors is None}
    not_seen = unseen(seen) | {group for group, is_blind in blind.items() if is_blind}
    return worst_first(found), [group for group in GROUPS if group not in ill | not_seen]


def begin_doctor() -> None:
    """Have the doctor look. Raises StationError as `Errands.begin`."""
    own = service()
    asked = bound("station.processes.asked", str(own.runtime), DOCTOR)
    own.errands.begin(DOCTOR, "", asked if DOCTOR_SERVICE.exists() else command("doctor", "--json"), ends_well=(0, 3))


def doctor_view() -> DoctorView:
    """What he saw last, in the reader's words."""
    errand = service().errands.newest(DOCTOR)
    if errand is None:
        return DoctorView(state="none", at_ms=None, problem="", settings="", checks=[])
    texts = answer_texts()
    checks = []
    for check in _checks():
        words, keys = check["words"], check["words"]["keys"]
        said = words_of_check(texts, words["area"], words["part"], (keys[0], keys[1]), words["values"])
        checks.append(DoctorCheckView(name=said.name, state=check["state"], seen=said.seen, to_do=said.remedy))
    problem = "" if errand.problem is None else detail_of(errand.problem)
    used = str(errand.answer.get("settings", "")) if isinstance(errand.answer, dict) else ""
    return DoctorView(state=errand.state, at_ms=errand.at_ms, problem=problem, settings=used, checks=checks)


def house_view() -> HouseView:
    """Disk, hours, calendar. Raises StorageError."""
    own, settings, now_ns = service(), own_settings(), time.time_ns()
    left, counted = room(own.data, now_ns), worn(own.data)
    return HouseView(
        free_gib=left.free_bytes / (1 << 30),
        mb_per_day=left.per_day_bytes / 1e6,
        room_days=left.days_left,
        on_hours=counted.on_s / 3600.0,
        vibrated_hours=counted.vibrated_s / 3600.0,
        sessions=counted.sessions,
        version=version("balance-station"),
        rig=settings.station.rig,
        backup_place="" if settings.backup.folder is None else str(settings.backup.folder),
        clock_settable=CLOCK_SERVICE.exists(),
        speed_map=_speed_map(settings),
        care=[_care_view(one, now_ns) for one in _calendar()],
    )


def want_backup() -> None:
    """Ask the recorder for one. Raises StorageError "backup-place" where the settings name no place."""
    own = service()
    if own_settings().backup.folder is None:
        raise StorageError("backup-place", "backup.folder", because("no-backup-place"))
    try:
        (own.runtime / BACKUP_WANTED).touch()
    except OSError as problem:
        raise StorageError("runtime-folder", str(own.runtime), because("system-said", said=str(problem))) from problem


def refuse_unset_clock() -> None:
    """Raise StationError "clock-not-set" where nothing here may set it."""
    if not CLOCK_SERVICE.exists():
        raise StationError("clock-not-set", "", because("no-clock-service"))


def set_clock(wall_ns: int, now_ns: int) -> None:
    """Have the clock set to this wall time, which it is at the monotonic time `now_ns`. Raises StationError
    "clock-not-set" where it is not so within some seconds, StorageError.
    """
    runtime = service().runtime
    try:
        wish(runtime, wall_ns, now_ns)
    except OSError as problem:
        raise StorageError("runtime-folder", str(runtime), because("system-said", said=str(problem))) from problem
    until_s = time.monotonic() + _CLOCK_PATIENCE_S
    while abs(time.time_ns() - wall_ns - (time.monotonic_ns() - now_ns)) > _CLOCK_AGREES_NS:
        if time.monotonic() > until_s:
            raise StationError("clock-not-set", "", because("clock-service-silent"))
        time.sleep(0.1)


def _checks() -> list[dict[str, Any]]:
    errand = service().errands.newest(DOCTOR)
    answer = None if errand is None else errand.answer
    return list(answer.get("checks", ())) if isinstance(answer, dict) else []


def _calendar() -> list[Care]:
    """All that is looked after; a plate without weights on it is calibrated by nobody."""
    own, settings = service(), own_settings()
    every = settings.care.every_days()
    rig = settings.station.rig
    if rig not in _REAL_RIGS:
        every.pop(CALIBRATION)
    return calendar(own.data, every, made_at(own.data, rig))


def _speed_map(settings: Settings) -> SpeedMapView:
    try:
        used, learned = with_learned(settings), learned_map(settings)
    except InputError as problem:
        return SpeedMapView(origin="damaged", file=problem.where, points=[])
    origin = "learned" if learned is not None else "settings" if named_map(settings) else "default"
    return SpeedMapView(
        origin=origin,  # type: ignore[arg-type]  # as listed
        file="" if learned is None else learned.name,
        points=list(used.rig.drive.speed_map),
    )


def _care_view(care: Care, now_ns: int) -> CareView:
    return CareView(
        task=care.task,  # type: ignore[arg-type]  # as listed
        every_days=care.every_days,
        last_ms=None if care.last_ns is None else care.last_ns / NS_PER_MS,
        by=care.by,
        days_left=care.days_left(now_ns),
        due=care.due(now_ns),
    )


def _backup_card(texts: Texts) -> Iterator[RedCard]:
    """Red after seven days, and where the last automatic one failed."""
    made, tried = how_it_stands(service().data)
    repair: Repair = "backup" if own_settings().backup.folder is not None else ""
    if tried is not None and tried.get("code"):
        fault = StationError(tried["code"], tried["where"], *map(from_json, tried["problems"]))
        yield fault_card(texts, "backup", fault, repair=repair)
    elif made is None:
        yield plain_card(texts, "backup", "backup-none", "amber", repair)
    elif not 0 <= time.time_ns() - made["at_ns"] <= OLD_NS:
        days = int((time.time_ns() - made["at_ns"]) // DAY_NS)
        yield plain_card(texts, "backup", "backup-old", "red", repair, days=days)


def _clock_card(texts: Texts, checks: list[dict[str, Any]]) -> Iterator[RedCard]:
    """Nobody vouches for the clock; not where the doctor has said the like."""
    if any(check["words"]["area"] == "clock" and check["state"] != "ok" for check in checks):
        return
    try:
        clock, _ = records.day(service().data)
    except StationError:
        return  # records that do not answer have a card of their own
    if not clock["voucher"]:
        yield plain_card(texts, "clock", "clock-unvouched", "amber", "clock")


def _house_cards(texts: Texts) -> Iterator[RedCard]:
    now_ns = time.time_ns()
    left = room(service().data, now_ns)
    if left.days_left is not None and left.days_left < FEW_DAYS:
        yield plain_card(texts, "disk", "room-short", "amber", days=left.days_left)
    for care in _calendar():
        if care.due(now_ns):
            repair: Repair = "calibrate" if care.task == CALIBRATION else "care"
            key = f"care-{care.task}"
            yield plain_card(texts, "care", key, "amber", repair, days=care.every_days)
