"""What the pages read and write of plans and levels. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drills.library import load_shipped
from drills.prescription import legs_of
from station.faults import as_json
from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from datetime import date

    from drills.document import DrillDocument
    from station.records.levels import StartLevel


def today() -> date:
    """The clinic's date."""
    from station.clock import local_date, this_moment

    return local_date(this_moment().wall_ns)


def start_level(data: Path, patient: str, drill: str, leg: str, *, probe: bool) -> StartLevel | None:
    """How the next set of a planned drill begins; None where the patient's plan does not have it."""
    from station.records.levels import Levels

    return Levels(opened(data)).start(patient, drill, leg, today(), probe=probe)


def as_played(data: Path, patient: str, document: DrillDocument) -> DrillDocument:
    """A game with the patient's own best, and with the side that is asked more; every other drill as it is."""
    from station.clinic.playing import is_game

    if not is_game(document):
        return document
    from station.records.games import played_by

    return played_by(opened(data), patient, document)


def current(data: Path, patient: str) -> dict[str, Any] | None:
    """The newest version of the patient's plan, with `levels`, what was `done` today, which legs are `ordered` to
    carry a part, and whether a fall has `ended` today's training; None where there is none.
    """
    from station.clock import this_moment
    from station.records.levels import Levels
    from station.records.orders import Orders
    from station.records.plans import Plans
    from station.records.screenings import Screenings
    from station.records.vibrated import vibration_courses

    records, now = opened(data), this_moment()
    plan = Plans(records).current(patient)
    if plan is None:
        return None
    levels = Levels(records)
    courses = [] if plan["plan"]["stop"] else vibration_courses(records, patient)
    ordered = sorted({one.leg for one in Orders(records).of(patient, now).orders if one.leg})
    return {
        **plan,
        "levels": levels.now(patient, today()),
        "done": levels.done(patient, today()),
        "ordered": ordered,
        "ended": Screenings(records).of(patient, now).ended,
        "vibrated": [as_json(one.reason) for one in courses if one.reason is not None],
    }


def legs_of_line(line: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """On which legs this drill of the plan `row` is done: as a person changed it, else on the one that an order is for,
    where it is done by one, and both in turn where it is done on one.
    """
    changed = row["changed"].get(line["drill"], {}).get("leg")
    if changed is not None or not line["document"]:
        return [] if changed is None else [changed]
    document = load_shipped(line["document"])
    if document.by_order:
        return list(row["ordered"])
    legs = [leg.value for leg in legs_of(document)]
    return ["both"] if "both" in legs else [leg for leg in legs if leg in ("left", "right")]


def leg_word(document: str, leg: str) -> str:
    """How this leg is said of the shipped drill `document`, "" of one that is not on this station."""
    return load_shipped(document).said_leg(leg) if document else leg


def next_of(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Document and leg of the first drill of the plan `row` (`current`) that is not done today and not locked, as the
    plan's page has it; None where none is left, and after a fall that has ended the day.
    """
    if row["ended"]:
        return None
    for line in row["plan"]["drills"]:
        if line["drill"] in row["struck"] or not line["document"]:
            continue
        of_it = [one for one in row["done"] if one["drill"] == line["drill"] or one["document"] == line["document"]]
        levels = {one["leg"]: one for one in row["levels"] if one["ladder"] == line["drill"]}
        for leg in legs_of_line(line, row) or ["both"]:
            level = levels.get(leg)
            sets = [one for one in of_it if one["leg"] == leg]
            # The first set of a day may be the one try that tells how much was kept.
            done = any(at > 0 or not one["probe"] for at, one in enumerate(sets))
            locked = level is not None and (level["locked"] or level["not_before"] is not None)
            if not done and not locked:
                return (line["document"] if level is None else level["document"]), leg
    return None


def make(data: Path, patient: str, by: str) -> None:
    """A new version from what the records hold now. Raises StationError."""
    from station.clock import this_moment
    from station.records.plans import Plans, PlanWish

    Plans(opened_to_write(data)).make(patient, PlanWish(by, this_moment()))


def change(data: Path, patient: str, action: str, asked: Mapping[str, Any]) -> None:
    """A new version by name: accept, strike, restore or change; or unlock a drill. Raises StationError."""
    from station.records.levels import Levels
    from station.records.plans import Plans

    records = opened_to_write(data)
    plans, drill, by = Plans(records), str(asked["drill"]), str(asked["by"])
    if action == "accept":
        plans.accept(patient, by)
    elif action == "strike":
        plans.strike(patient, drill, by, str(asked["reason"]))
    elif action == "restore":
        plans.restore(patient, drill, by)
    elif action == "unlock":
        Levels(records).unlock(patient, drill, str(asked["leg"] or "both"), by, str(asked["reason"]))
    else:
        plans.change(patient, drill, by, {name: asked[name] for name in ("leg", "trials", "rung", "side")})


def say(data: Path, session: str, by: str, said: Mapping[str, Any]) -> dict[str, Any] | None:
    """Effort, pain or a near fall after a set, and what it has decided. Raises StationError."""
    from station.records.levels import Levels

    return Levels(opened_to_write(data)).say(session, by, said)
