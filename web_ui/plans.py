"""What the pages read and write of plans and levels. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from drills.library import catalogue_names, load_shipped
from drills.prescription import legs_of
from station.faults import InputError, as_json
from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from datetime import date

    from drills.document import DrillDocument
    from drills.problems import Problem
    from station.records.chosen import RungAsked
    from station.records.file import Records
    from station.records.levels import KnownLevel, StartLevel
    from station.texts import Texts

LockedNow = Literal["", "planned", "unplanned"]


def today() -> date:
    """The clinic's date."""
    from station.clock import local_date, this_moment

    return local_date(this_moment().wall_ns)


def start_level(
    data: Path, patient: str, drill: str, leg: str, *, probe: bool = False, rung: int | None = None
) -> StartLevel | None:
    """How the next set of a planned drill begins, or of one that is asked for on this rung (from 1); None where the
    patient's plan does not have it. Raises InputError "input-invalid" for a rung that the drill does not have.
    """
    from station.records.levels import Levels

    return Levels(opened(data)).start(patient, drill, leg, today(), probe=probe, rung=rung)


def rungs_of(document: DrillDocument) -> int:
    """How many levels this drill has for a form; an own one says its level itself."""
    from station.clinic.progression.ladders import shipped_ladders

    if document.own is not None or document.alternates:
        return 0
    return max((len(one.rung) for one in shipped_ladders().led_by(document.name)[:1]), default=0)


def choose_harder(data: Path, patient: str, asked: RungAsked, by: str, why: str) -> None:
    """Write down who asks for more than the plan has come to. Raises InputError without a name or a reason."""
    from station.records.chosen import choose

    choose(opened_to_write(data), patient, asked, by, why, today())


def form_level(data: Path, patient: str, name: str, leg: str, of: Texts) -> dict[str, Any] | None:
    """Where this patient stands in a shipped drill, for a form; None where it has no levels on this leg."""
    from station.clinic.progression.ladders import shipped_rung
    from station.records.levels import Levels

    if name not in catalogue_names() or load_shipped(name).alternates:
        return None
    levels = Levels(opened(data))
    found = levels.standing(patient, name, leg, today())
    if found is None:
        return None
    view, line = found.view, found.line
    return {
        **{name: view[name] for name in ("locked", "not_before", "last_day", "decisions")},
        "rung": (found.level.rung if found.known else shipped_rung(found.table.id)) + 1,
        "known": found.known,
        "planned": line is not None,
        "start": line["start"] if line else None,
        "reasons": line["reasons"] if line else [],
        "left": _left_of(line, [one for one in levels.done(patient, today()) if one["leg"] == leg]) if line else {},
        "rungs": [_rung(found, rung, of) for rung in range(len(found.table.rung))],
    }


def _left_of(line: Mapping[str, Any], done: list[dict[str, Any]]) -> dict[str, int]:
    """What is left of a drill of the plan today. One try that tells how much was kept is none of its sets."""
    of_it = [one for one in done if one["drill"] == line["drill"] or one["document"] == line["document"]]
    sets = sum(at > 0 or not one["probe"] for at, one in enumerate(of_it))
    return {"done": sets, "of": max(1, sets), "minutes": 0 if sets else int(line["minutes"])}


def _rung(found: KnownLevel, rung: int, of: Texts) -> dict[str, Any]:
    from station.clinic.progression.ladders import AtLevel, on_rung_asked, own_value, possible, shipped_rung
    from web_ui.rungs import facts

    level = on_rung_asked(found.table, found.level, rung)
    at = possible(found.table, level)
    if not found.known and rung == shipped_rung(found.table.id):
        at = AtLevel(load_shipped(found.table.document), None)
        level = level._replace(value=own_value(at.document, found.table.number))
    hold, trials = at.document.exercise_step.time, at.document.trials
    return {
        "rung": rung + 1,
        "facts": facts(found.table, rung, level.value, of),
        "hold_s": {"min": hold.min_s, "max": hold.max_s, "default": at.hold_s or hold.default_s},
        "trials": {"min": trials.min, "max": trials.max, "default": found.trials or trials.default},
    }


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
    if not line["document"]:
        return [] if changed is None else [changed]
    if changed in [leg.value for leg in legs_of(load_shipped(line["document"]))]:
        return [changed]  # both of a drill that is done on one leg: in turn
    document = load_shipped(line["document"])
    if document.by_order:
        return list(row["ordered"])
    legs = [leg.value for leg in legs_of(document)]
    return ["both"] if "both" in legs else [leg for leg in legs if leg in ("left", "right")]


def choices_of(document: str) -> dict[str, Any]:
    """What of a line of a plan can be chosen: `trials` and `sides`."""
    if not document:
        return {"trials": None, "sides": []}
    of = load_shipped(document)
    legs = [leg.value for leg in legs_of(of)]
    trials = {name: getattr(of.trials, name) for name in ("min", "max", "default")}
    return {"trials": trials, "sides": [] if "both" in legs or of.by_order else legs}


def leg_word(document: str, leg: str) -> str:
    """How this leg is said of the shipped drill `document`, "" of one that is not on this station."""
    return load_shipped(document).said_leg(leg) if document else leg


def next_of(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Document and leg of the first drill of the plan `row` (`current`) that is not done today and not locked, as the
    plan's page has it; None where none is left, and after a fall that has ended the day.
    """
    from station.records.locks import why_refused

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
            if not done and not (level is not None and why_refused(level)):
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


def locked(data: Path, patient: str) -> list[tuple[dict[str, Any], tuple[Problem, ...]]]:
    """Each drill of the patient's plan that a therapist must unlock before it starts again, as
    `station.records.levels.Levels.now`, and why.
    """
    from station.records.levels import Levels
    from station.records.locks import why_refused
    from station.records.plans import Plans

    plan = Plans(opened(data)).current(patient)
    planned = set() if plan is None else {line["drill"] for line in plan["plan"]["drills"]}
    levels = Levels(opened(data)).now(patient, today()) if planned else []
    return [(one, why_refused(one)) for one in levels if one["ladder"] in planned and one["locked"]]


def say(data: Path, session: str, by: str, said: Mapping[str, Any]) -> tuple[list[dict[str, Any]], LockedNow]:
    """Effort, pain or a near fall after a set, what it has decided, and whether its drill is locked on its leg now:
    "planned" where a Start is refused for it, "unplanned" where no plan of theirs has the drill. Raises StationError.
    """
    from station.records.levels import Levels

    records = opened_to_write(data)
    decided = (Levels(records).say(session, by, said) or {}).get("decisions", [])
    return decided, _locked_now(records, session)


def said_of(data: Path, session: str) -> tuple[list[dict[str, Any]], LockedNow]:
    """The same of a set of which nothing is to be said now, or has been. Raises InputError "session-unknown"."""
    from station.records.levels import Levels
    from station.records.sessions import Sessions

    records = opened(data)
    if Sessions(records).detail(session) is None:
        raise InputError("session-unknown", session)
    return Levels(records).decided(session), _locked_now(records, session)


def _locked_now(records: Records, session: str) -> LockedNow:
    """Whether the drill of this session is locked on its leg."""
    from station.records.levels import Levels
    from station.records.sessions import Sessions

    done = Sessions(records).detail(session)
    level = None if done is None else Levels(records).standing(done["patient"], done["drill"], done["leg"], today())
    if level is None or not level.view["locked"]:
        return ""
    return "unplanned" if level.line is None else "planned"
