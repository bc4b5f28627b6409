"""From findings to a plan: orders and contraindications first, then safety, then the main deficit, then the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from drills.problems import Problem
from station.clinic.plan.documents import CLASSES, Documents, NamedDrill, PlanRule, PlanRules, Preset, shipped
from station.clinic.plan.facts import facts_of, weaker_leg
from station.clinic.plan.findings import Findings
from station.clinic.plan.starts import start_of
from station.clinic.plan.terms import Fact, all_hold
from station.faults import because

FILL = ("D01", "D23", "D25")
"""What fills a short plan up without a preset: warm-up, rising, reaching."""
STRUCK = "plan-struck"


class Line(NamedTuple):
    """One drill of the plan."""

    drill: str
    kind: str
    minutes: int
    dose: str
    document: str
    """Its name in the catalogue of drills; "" where there is none yet."""
    start: Problem | None
    """How it begins."""
    reasons: tuple[Problem, ...]


class Left(NamedTuple):
    """One drill that was wanted, and is not done."""

    drill: str
    reason: Problem


class PlannedDose(NamedTuple):
    """How much, and how long."""

    session_minutes: int
    sessions_week: tuple[int, int]
    weeks: tuple[int, int]
    plate_minutes_week: int
    """At the lower number of sessions."""
    home_minutes_week: int
    """What is lacking of the population's dose; 0 where that is not known."""
    floor_minutes_week: int


class TrainingPlan(NamedTuple):
    """What to do, why, and when to look again."""

    stop: tuple[Problem, ...]
    """Why nothing is done today; empty where something is."""
    lines: tuple[Line, ...]
    left_out: tuple[Left, ...]
    notes: tuple[Problem, ...]
    """What the whole plan keeps: hands, harness, success, the weaker leg, a letter."""
    dose: PlannedDose | None
    review: date | None
    proposed: bool
    """Whether its rules are still to be confirmed by a clinician."""


def planned(
    found: Findings, today: date, documents: Documents | None = None, struck: Collection[str] = ()
) -> TrainingPlan:
    """The plan for these findings. `struck` are drills that the therapist has struck."""
    documents = documents or shipped()
    rules = documents.rules
    facts = facts_of(found, rules, today)
    holding = sorted(
        (one for one in rules.rule if all_hold(one.when, facts)), key=lambda one: CLASSES.index(one.class_)
    )
    stops = tuple(_reason(one.id, facts, found) for one in holding if one.stop)
    if stops:
        return TrainingPlan(stops, (), (), _notes(holding, facts, found), None, None, documents.proposed)
    preset = documents.preset(found.population)
    barred = _barred(documents, facts, found, preset) | {one: because(STRUCK) for one in struck}
    wanted = _wanted(holding, preset, (facts, found, rules))
    lists = [rule.drills for rule in _asked(holding)] + [tuple(wanted)]
    free = [[one for one in drills if one not in barred] for drills in lists]
    order = in_turn(free, int(rules.main_drills.value))
    lines = _chosen({one: wanted[one] for one in order}, _Room(documents, preset, holding))
    left_out = tuple(Left(one, barred[one]) for one in wanted if one in barred)
    notes = _notes(holding, facts, found)
    weeks = int(rules.review_weeks.value) if preset is None else preset.review_weeks
    dose = _dose(lines, preset, documents)
    sessions_weeks = -(-int(rules.review_sessions.value) // dose.sessions_week[1])
    review = today + timedelta(weeks=min(weeks, sessions_weeks))
    return TrainingPlan((), lines, left_out, notes, dose, review, documents.proposed)


class _Wish(NamedTuple):
    reasons: tuple[Problem, ...]
    start: Problem | None


def _reason(name: str, facts: dict[str, Fact], found: Findings) -> Problem:
    """Why, with the facts that the words may name."""
    return because(f"plan-{name}", **_values(facts, found))


def _values(facts: dict[str, Fact], found: Findings) -> dict[str, object]:
    from station.measures.norms.people import stance_norm

    values: dict[str, object] = dict(facts)
    norm = stance_norm(found.age_years)
    values["norm_s"] = norm.open_s if norm is not None else 0.0
    values["leg"] = weaker_leg(found) or "both"
    values["years"] = found.age_years
    if found.order is not None:
        values |= {"percent_bw": found.order.percent_bw, "kg": found.order.kg, "until": found.order.until}
    return values


def _wanted(
    holding: Sequence[PlanRule], preset: Preset | None, known: tuple[dict[str, Fact], Findings, PlanRules]
) -> dict[str, _Wish]:
    """Every drill that something asks for, the most wanted first, with all that asks for it."""
    facts, found, rules = known
    wanted: dict[str, _Wish] = {}
    for rule in _asked(holding):
        reason = _reason(rule.id, facts, found)
        for drill in rule.drills:
            before = wanted.get(drill, _Wish((), None))
            start = before.start or start_of(rule.start, drill, facts, found, rules)
            wanted[drill] = _Wish((*before.reasons, reason), start)
    if not any(one.only for one in holding):
        usual = because("plan-usual-for", population=found.population) if preset else because("plan-fills-up")
        for drill in FILL if preset is None else preset.drills:
            wanted.setdefault(drill, _Wish((usual,), None))
    return wanted


def _asked(holding: Sequence[PlanRule]) -> list[PlanRule]:
    """Whose drills come first: an order's, the deficits', the rest; what is kept for safety asks for the easiest."""
    return sorted(holding, key=lambda one: one.class_ == "safety")


def in_turn(lists: Sequence[Sequence[str]], main: int) -> list[str]:
    """`main` drills of the first list that has any, the first new one of each further, then what is left of all."""
    found: list[str] = []
    for drills in lists:
        new = [one for one in drills if one not in found]
        found += new[: 1 if found else main]
    return found + [one for one in dict.fromkeys(one for drills in lists for one in drills) if one not in found]


def _barred(documents: Documents, facts: dict[str, Fact], found: Findings, preset: Preset | None) -> dict[str, Problem]:
    """What is not done, and the first reason why."""
    barred: dict[str, Problem] = {}
    for bar in documents.rules.bar:
        if all_hold(bar.when, facts):
            for drill in bar.drills:
                barred.setdefault(drill, _reason(f"not-{bar.id}", facts, found))
    if preset is not None and preset.no_vibration:
        for drill in ("D31", "D32"):
            barred.setdefault(drill, because("plan-no-vibration-for", population=preset.id))
    return barred


class _Room(NamedTuple):
    """How much there is room for."""

    documents: Documents
    preset: Preset | None
    holding: Sequence[PlanRule]

    @property
    def minutes(self) -> int:
        most = int(self.documents.rules.most_minutes.value)
        return most if self.preset is None else min(most, self.preset.minutes[1])


def _chosen(wanted: dict[str, _Wish], room: _Room) -> tuple[Line, ...]:
    """As many as there is room for, in the order in which they are wanted; one game at most."""
    rules, lines, minutes = room.documents.rules, list[Line](), 0
    only = {drill for rule in room.holding for drill in rule.only}
    filling = because("plan-fills-up")
    for drill, wish in wanted.items():
        known = room.documents.drills.named(drill)
        if known is None or (only and drill not in only):
            continue
        if known.kind == "game" and any(one.kind == "game" for one in lines):
            continue
        full = wish.reasons == (filling,) and len(lines) >= int(rules.least_drills.value)
        if full or len(lines) >= int(rules.most_drills.value) or minutes + known.minutes > room.minutes:
            continue
        minutes += known.minutes
        lines.append(_line(known, wish))
    return tuple(lines)


def _line(known: NamedDrill, wish: _Wish) -> Line:
    return Line(known.id, known.kind, known.minutes, known.dose, known.document, wish.start, wish.reasons)


def _notes(holding: Sequence[PlanRule], facts: dict[str, Fact], found: Findings) -> tuple[Problem, ...]:
    """What the whole plan keeps, each once, in the order of its rules."""
    notes: list[Problem] = [] if found.tested else [because("plan-nothing-tested")]
    for rule in holding:
        own = []
        if rule.hands:
            own.append(because(f"plan-hands-{rule.hands}"))
        if rule.harness:
            own.append(because("plan-harness"))
        if rule.high_success:
            own.append(because("plan-high-success"))
        if rule.lower_rung:
            own.append(because("plan-lower-rung"))
        if rule.weak_leg and weaker_leg(found) is not None:
            own.append(because("plan-weak-leg", leg=weaker_leg(found)))
        if rule.letter:
            own.append(because("plan-letter"))
        if rule.class_ == "safety":
            own.insert(0, _reason(rule.id, facts, found))
        notes += [one for one in own if one not in notes]
    return tuple(notes)


def _dose(lines: Sequence[Line], preset: Preset | None, documents: Documents) -> PlannedDose:
    minutes = sum(one.minutes for one in lines)
    sessions, weeks = ((2, 3), (4, 8)) if preset is None else (preset.sessions_week, preset.weeks)
    plate, goal = minutes * sessions[0], 0 if preset is None else preset.goal_minutes_week
    floor = int(documents.rules.floor_minutes_week.value)
    return PlannedDose(minutes, sessions, weeks, plate, max(0, goal - plate), floor)
