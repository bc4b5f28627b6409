"""What the pages read and write of plans and levels. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from datetime import date

    from station.records.levels import StartLevel


def today() -> date:
    """The clinic's date."""
    from station.clock import local_date, this_moment

    return local_date(this_moment().wall_ns)


def start_level(data: Path, patient: str, drill: str, leg: str, *, probe: bool) -> StartLevel | None:
    """How the next set of a planned drill begins; None where the patient's plan does not have it."""
    from station.records.levels import Levels

    return Levels(opened(data)).start(patient, drill, leg, today(), probe=probe)


def current(data: Path, patient: str) -> dict[str, Any] | None:
    """The newest version of the patient's plan, with `levels` and what was `done` today; None where there is none."""
    from station.records.levels import Levels
    from station.records.plans import Plans

    records = opened(data)
    plan = Plans(records).current(patient)
    if plan is None:
        return None
    levels = Levels(records)
    return {**plan, "levels": levels.now(patient, today()), "done": levels.done(patient, today())}


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
        plans.change(patient, drill, by, {name: asked[name] for name in ("leg", "trials", "rung")})


def say(data: Path, session: str, by: str, said: Mapping[str, Any]) -> dict[str, Any] | None:
    """Effort, pain or a near fall after a set, and what it has decided. Raises StationError."""
    from station.records.levels import Levels

    return Levels(opened_to_write(data)).say(session, by, said)
