"""What is left of the plan's dose in this week: days and minutes on the plate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from drills.library import catalogue_names, load_shipped

_TEST = "A"
"""First letter of a test's id in the catalogue."""


class Trained(NamedTuple):
    """What was trained since Monday: no test counts."""

    days: int
    seconds: float
    """From each drill's start to its end, without its pauses."""


class WeekLeft(NamedTuple):
    """What is left of the plan's week, or by how much it was passed."""

    state: Literal["none", "stopped", "ended", "left", "done", "over"]
    """There is no plan; it trains nothing; its weeks are over; less than its least was done, its least, more than its
    most.
    """
    days: int = 0
    """Of training: still to come up to the plan's least; where it is over, above its most."""
    minutes: int = 0
    """On the plate, as `days`."""
    ends: date | None = None
    """The plan's last day; None without a plan that trains."""
    proposed: bool = False
    """Whether the plan's rules are still to be confirmed by a clinician."""


def trains(drill: str) -> bool:
    """Whether this drill is one to train with; own drills are."""
    if drill not in catalogue_names():
        return True
    about = load_shipped(drill).about
    return about is None or not about.id.startswith(_TEST)


def left_of_week(row: Mapping[str, Any] | None, today: date, trained: Trained) -> WeekLeft:
    """Of the plan `row`, as `station.records.plans.plan_view`. A whole minute counts when it is full."""
    if row is None:
        return WeekLeft("none")
    plan = row["plan"]
    dose = plan["dose"]
    if dose is None or dose["session_minutes"] == 0:
        return WeekLeft("stopped", proposed=plan["proposed"])
    ends = date.fromisoformat(row["day"]) + timedelta(weeks=dose["weeks"][1])
    left = WeekLeft("ended", ends=ends, proposed=plan["proposed"])
    if today > ends:
        return left
    (least, most), done = dose["sessions_week"], int(trained.seconds // 60)
    over = max(0, trained.days - most), max(0, done - most * dose["session_minutes"])
    if any(over):
        return left._replace(state="over", days=over[0], minutes=over[1])
    lacking = max(0, least - trained.days), max(0, dose["plate_minutes_week"] - done)
    return left._replace(state="left" if any(lacking) else "done", days=lacking[0], minutes=lacking[1])
