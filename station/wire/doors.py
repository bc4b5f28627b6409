"""Which doors for phones the pages could open, and what is in the way of the others: a file of the runtime folder, for
the technician's page and the doctor.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from station.faults import StationError, as_json, from_json
from station.wire.places import DOORS


class DoorState(NamedTuple):
    """One door that the settings ask for."""

    way: str
    """A name of `station.access.rights.Transport`."""
    port: int
    fault: StationError | None = None
    """What keeps it closed; None while it is open."""


def show_doors(runtime: Path, doors: Sequence[DoorState]) -> None:
    """Write down how they are. What the folder refuses is left: it is said elsewhere, and the pages go on."""
    rows = [{"way": door.way, "port": door.port, "fault": _fault(door.fault)} for door in doors]
    place = runtime / DOORS
    part = place.with_name(f".{DOORS}.part")
    with contextlib.suppress(OSError):
        part.write_text(json.dumps(rows), encoding="utf-8")
        part.replace(place)


def doors_now(runtime: Path) -> list[DoorState] | None:
    """How the doors are, by the pages that run or ran last; None where nobody has said it since this boot."""
    try:
        rows = json.loads((runtime / DOORS).read_text(encoding="utf-8"))
        return [DoorState(str(row["way"]), int(row["port"]), _told(row["fault"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fault(fault: StationError | None) -> dict[str, object] | None:
    if fault is None:
        return None
    return {"code": fault.code, "where": fault.where, "problems": [as_json(one) for one in fault.problems]}


def _told(said: dict[str, object] | None) -> StationError | None:
    if said is None:
        return None
    problems: list[dict[str, object]] = said["problems"]  # type: ignore[assignment]  # as `_fault` wrote them
    return StationError(str(said["code"]), str(said["where"]), *map(from_json, problems))
