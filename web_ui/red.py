"""What is wrong with the station, in one list for the technician, the worst first: what, where, and what to do.

Each card is of a group; a group without a card is well, as far as it was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from station.faults import CATALOGUE, StationError, from_json
from station.faults.locks import AT_WORK
from station.faults.locks import ENTRIES as LOCKS
from station.texts import Texts
from station.texts.checks import words_of_check
from station.texts.faults import fault_words
from station.texts.problems import ask, detail
from web_ui.snapshot import ProcessView, Snapshot
from web_ui.wording import CELL_LABELS

Level = Literal["red", "amber"]
Repair = Literal["", "backup", "calibrate", "care", "clock", "doors", "restart", "selftest"]
GROUPS = ("control", "recorder", "cells", "power", "disk", "clock", "backup", "doors", "care", "doctor", "selftest")
PASSING = "recorder-not-ready"
"""The recorder has nothing to record from: what control says is why."""
_LOCKED = {entry.code for entry in LOCKS}
_OF_CELL = {
    "open": "cell-fault",
    "shorted": "cell-fault",
    "overloaded": "cell-fault",
    "no-answer": "chip-no-answer",
    "old": "samples-stale",
    "set-up-again": "samples-stale",
}
"""The fault whose words say what to do about a cell in this state."""
_ELSEWHERE = {"doors", "texts"}
"""Areas of the doctor that are no card of its: doors are told as they are now, words stop nobody."""
_GROUP_OF_AREA = {"supply": "power", "disk": "disk", "card": "disk", "clock": "clock", "rtc": "clock"}
_REPAIR_OF_AREA: dict[str, Repair] = {"clock": "clock", "speed-map": "selftest"}


class RedCard(BaseModel):
    """One thing that is wrong, in words of the reader's."""

    group: Literal[
        "control", "recorder", "cells", "power", "disk", "clock", "backup", "doors", "care", "doctor", "selftest"
    ]
    level: Level
    number: int | None
    """Of the fault, as the beacon blinks it; null for what is no fault of the catalogue."""
    code: str
    what: str
    where: str
    """The cell, pin, process, file or port at which it is; "" where there is no one place."""
    cause: str
    to_do: str
    cell: int | None
    """Index of the load cell that it names; null for none."""
    repair: Repair
    """What a button can do about it; "" for nothing."""


class StationSeen(NamedTuple):
    """What is known of the station now."""

    snapshot: Snapshot
    doors: Sequence[StationError]
    """Of those that stay closed."""
    checks: Sequence[dict[str, Any]]
    """The doctor's, as `station doctor --json` has them."""
    wiring: Sequence[tuple[int, int]]
    """Address and input of the converter of each cell."""


def cards(texts: Texts, seen: StationSeen) -> list[RedCard]:
    """All that these say, the worst first; each thing once."""
    found = [
        *_trip(texts, seen),
        *_process(texts, "control", seen.snapshot.processes.control),
        *_process(texts, "recorder", seen.snapshot.processes.recorder),
        *_cells(texts, seen),
        *_supply(texts, seen.snapshot),
        *(fault_card(texts, "doors", fault, repair="doors") for fault in seen.doors),
    ]
    told = {card.group for card in found}
    found += [
        card for card in _doctor(texts, seen.checks) if card.group in ("doctor", "disk") or card.group not in told
    ]
    return found


def unseen(seen: StationSeen) -> set[str]:
    """The groups at which nobody could look: nothing of them is called fine. What is ill is no matter of this."""
    processes, supply = seen.snapshot.processes, seen.snapshot.supply
    looked = {check["words"]["area"] for check in seen.checks if check["state"] != "na"}
    blind = {
        "doctor": not seen.checks,
        "cells": not processes.control.ok,  # what it published last is old
        "recorder": not processes.recorder.ok,  # it has nothing to record from
        "power": supply is None and not looked & {"supply"},
    }
    return {group for group, is_blind in blind.items() if is_blind}


def worst_first(found: Sequence[RedCard]) -> list[RedCard]:
    """Red before amber; what was found first, the station's heart, before the rest."""
    return sorted(found, key=lambda card: (card.level != "red", GROUPS.index(card.group)))


def fault_card(
    texts: Texts, group: str, fault: StationError, level: Level = "red", *, repair: Repair = "", cell: int | None = None
) -> RedCard:
    """The card of a fault of the catalogue."""
    what, cause, remedy = fault_words(texts, fault.code)
    seen = detail(texts, fault)
    return RedCard(
        group=group,  # type: ignore[arg-type]  # checked by the model
        level=level,
        number=fault.fault.number,
        code=fault.code,
        what=what,
        where=fault.where,
        cause=seen or cause,
        to_do=remedy,
        cell=cell,
        repair=repair,
    )


def plain_card(texts: Texts, group: str, key: str, level: Level, repair: Repair = "", **values: object) -> RedCard:
    """The card of what is no fault: `page.red.<key>.what` and `.to-do`."""
    return RedCard(
        group=group,  # type: ignore[arg-type]  # checked by the model
        level=level,
        number=None,
        code=key,
        what=texts.say(f"page.red.{key}.what", **values),
        where="",
        cause="",
        to_do=texts.say(f"page.red.{key}.to-do", **values),
        cell=None,
        repair=repair,
    )


def _trip(texts: Texts, seen: StationSeen) -> Iterator[RedCard]:
    trip = seen.snapshot.trip
    if trip is None or trip.code not in CATALOGUE:
        return
    cells = [CELL_LABELS.index(name) for name in trip.cells if name in CELL_LABELS]
    where = ", ".join(_place(texts, seen, cell) for cell in cells)
    if not where and trip.seen is not None:
        where = ask(texts, from_json(trip.seen))
    repair: Repair = "restart" if trip.code in _LOCKED else ""
    cell = cells[0] if cells else None
    group = "cells" if cells else "control"
    yield fault_card(texts, group, StationError(trip.code, where), repair=repair, cell=cell)


def _process(texts: Texts, process: Literal["control", "recorder"], view: ProcessView) -> Iterator[RedCard]:
    code = view.fault or ("" if view.ok else f"{process}-unreachable" if process == "control" else "recorder-lost")
    if code not in CATALOGUE or code == PASSING:
        return
    fault = StationError(
        code, view.where or texts.say(f"page.technician.process.{process}"), *map(from_json, view.problems)
    )
    if code in AT_WORK:
        card = fault_card(texts, process, fault, "amber", repair="selftest")
        yield card.model_copy(update={"number": None, "where": ""})  # no fault, and the beacon blinks none
        return
    yield fault_card(
        texts, process, fault, "red" if not view.ok else "amber", repair="restart" if code in _LOCKED else ""
    )


def _cells(texts: Texts, seen: StationSeen) -> Iterator[RedCard]:
    """Cells whose voltage is not used, but for those that a trip names already."""
    if not seen.snapshot.processes.control.ok:
        return
    named = set(seen.snapshot.trip.cells) if seen.snapshot.trip is not None else set()
    for number, cell in enumerate(seen.snapshot.cells):
        if cell.usable or CELL_LABELS[number] in named:
            continue
        fault = StationError(_OF_CELL.get(cell.state, "cell-fault"), _place(texts, seen, number))
        card = fault_card(texts, "cells", fault, cell=number)
        state = texts.say(f"cell.{cell.state}")
        yield card.model_copy(update={"cause": texts.say("page.red.cell-state", state=state)})


def _place(texts: Texts, seen: StationSeen, cell: int) -> str:
    name = texts.say(f"cell.{CELL_LABELS[cell]}")
    if cell >= len(seen.wiring):
        return name
    address, channel = seen.wiring[cell]
    return texts.say("page.red.cell-place", cell=name, address=f"0x{address:02x}", channel=channel)


def _supply(texts: Texts, snapshot: Snapshot) -> Iterator[RedCard]:
    if snapshot.supply is None:
        return
    for level, when, conditions in (("red", "now", snapshot.supply.now), ("amber", "past", snapshot.supply.past)):
        if conditions:
            what = ", ".join(texts.say(f"page.technician.supply.{one}") for one in conditions)
            yield plain_card(texts, "power", f"supply-{when}", level, what=what)  # type: ignore[arg-type]  # as listed
            return


def _doctor(texts: Texts, checks: Sequence[dict[str, Any]]) -> Iterator[RedCard]:
    for check in checks:
        words = check["words"]
        area = words["area"]
        if check["state"] not in ("warn", "fail") or area in _ELSEWHERE:
            continue
        seen, to_do = words["keys"]
        name, found, remedy = words_of_check(texts, area, words["part"], (seen, to_do), words["values"])
        yield RedCard(
            group=_GROUP_OF_AREA.get(area, "doctor"),  # type: ignore[arg-type]  # as listed
            level="red" if check["state"] == "fail" else "amber",
            number=None,
            code=f"{area}.{check['code']}",
            what=texts.say("page.red.check", name=name, seen=found),
            where="",
            cause="",
            to_do=remedy,
            cell=None,
            repair=_REPAIR_OF_AREA.get(area, ""),
        )
