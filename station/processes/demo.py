"""One made-up patient through screening, test, plan, some visits, and the test again: all of it in virtual time.

Everything above the chips is what runs on a Pi: drivers, drill, safety, recording, figures, records, plans and levels.
The patient is the simulated person of one seed, and each file that comes of it says that it is simulated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from drills.lasting import lasts_s
from drills.library import load_shipped
from drills.prescription import Asked, fill_in, legs_of
from drills.values import Leg
from station.clinic.plan.measuring import TYPED, Known
from station.clinic.screening.items import shipped as screening_items
from station.clock import NS_PER_S, VouchedMoment, local_date
from station.control.session import DrillRequest
from station.processes.headless import Surroundings, run_headless
from station.recording.layout import records_path
from station.records.file import Records, open_records
from station.records.levels import Levels, StartLevel
from station.records.patients import Patients
from station.records.plans import Plans, PlanWish
from station.records.screenings import Screenings
from station.settings import Settings

CODE, BY = "SIM01", "demo"
STAMP = "simulated"
FIRST_DAY = datetime(2000, 1, 3, 10, tzinfo=UTC)
"""A year that nobody takes for a real patient's."""
DAYS_BETWEEN = (0, 2, 2, 3, 2, 2, 3)
AGE_YEARS, MASS_KG = 72, 70.0
TEST, TEST_HOLD_S = "one-leg", 16.0
"""Longer than any rule asks for, so that a time that is held to its end decides something."""
SET_APART = timedelta(minutes=6)


class DemoSize(NamedTuple):
    """How much of it is done."""

    visits: int = 6
    minutes: float = 10.0
    """On the plate, of each visit."""
    test_trials: int = 3
    """Of the test on each leg, before and after."""
    test_hold_s: float = TEST_HOLD_S
    trials: int | None = None
    """Of each set; None for what the plan and the drill say."""
    workers: int = 2


class DemoSet(NamedTuple):
    """One set: picklable, for a process of its own."""

    settings: Settings
    request: DrillRequest
    epoch_ns: int


class DemoVisit(NamedTuple):
    """The folder's records, with a clock that stands at one visit."""

    number: int
    """From 0."""
    settings: Settings
    records: Records
    now: VouchedMoment

    @property
    def today(self) -> date:
        """The day of the visit."""
        return local_date(self.now.wall_ns)


def run_demo(out: Path, seed: int, size: DemoSize, told: Callable[[str, dict[str, Any]], None]) -> dict[str, Any]:
    """Run all of it into the folder `out`, and return what its report holds. `told` hears of each step, as a key and
    values. Raises what `run_headless` raises, and StorageError.
    """
    out.mkdir(parents=True, exist_ok=True)
    settings = Settings.model_validate(
        {"station": {"data": out, "rig": "simulated", "seed": seed}, "rig": {"simulation": {"person": "old"}}}
    )
    (out / "SIMULATED.txt").write_text(f"{STAMP}: {CODE}, seed {seed}\n", encoding="utf-8")
    with ExitStack() as stack:
        pool = None
        if size.workers > 1:
            pool = stack.enter_context(ProcessPoolExecutor(size.workers, mp_context=get_context("spawn")))
        run = _in_turn if pool is None else pool.map
        return _course(out, settings, size, (run, told))


def _in_turn(work: Callable[[DemoSet], dict[str, Any]], sets: Iterable[DemoSet]) -> Iterable[dict[str, Any]]:
    return map(work, sets)


_Ways = tuple[Callable[..., Iterable[dict[str, Any]]], Callable[[str, dict[str, Any]], None]]


def _course(out: Path, settings: Settings, size: DemoSize, ways: _Ways) -> dict[str, Any]:
    run, told = ways
    day, visits = FIRST_DAY, []
    before, plan = {}, {}
    for number in range(size.visits + 1):
        day += timedelta(days=DAYS_BETWEEN[number % len(DAYS_BETWEEN)])
        visit = _visit(out, settings, (number, day))
        if number == 0:
            _enter(visit)
        _screen(visit)
        if number in (0, size.visits):  # before the first set, and after the last visit
            found = _test(visit, size, run)
            plan = Plans(visit.records).make(CODE, PlanWish(BY, visit.now, _typed(visit.today) if number == 0 else {}))
            _write(out, f"plan-{plan['version']}", plan)
            told("plan", {"version": plan["version"], "drills": [one["drill"] for one in plan["plan"]["drills"]]})
            if number == size.visits:
                break
            before = found
            plan = Plans(visit.records).accept(CODE, BY)
        done = _train(visit, plan, size, run)
        visits.append({"visit": number + 1, "day": visit.today.isoformat(), "sets": done})
        _write(out, f"visit-{number + 1}", visits[-1])
        told("visit", {"visit": number + 1, "sets": len(done), "passed": sum(one["passed"] for one in done)})
        visit.records.close()
    return _report(out, visit, (before, found), visits)


def _visit(out: Path, settings: Settings, when: tuple[int, datetime]) -> DemoVisit:
    number, at = when
    wall_ns = int(at.timestamp()) * NS_PER_S
    moment = VouchedMoment("demo", NS_PER_S + wall_ns - int(FIRST_DAY.timestamp()) * NS_PER_S, wall_ns)
    return DemoVisit(number, settings, open_records(records_path(out), now_ns=lambda: wall_ns), moment)


def _enter(visit: DemoVisit) -> None:
    if Patients(visit.records).find(CODE) is None:
        Patients(visit.records).enter(CODE, {"birth_year": FIRST_DAY.year - AGE_YEARS}, BY, sure=True)


def _screen(visit: DemoVisit) -> None:
    clear: dict[str, Any] = {one.id: "no" for one in screening_items().item if one.asks == "yes-no"}
    numbers = {"mass-kg": MASS_KG, "dizziness": 0, "pain": 1}
    Screenings(visit.records).add(CODE, BY, clear | numbers, {}, visit.now)


def _typed(today: date) -> dict[str, Known]:
    """What nobody can measure here: the preset that the therapist has chosen."""
    return {"population": Known("falls", TYPED, today.isoformat(), BY)}


def _test(visit: DemoVisit, size: DemoSize, run: Callable[..., Iterable[dict[str, Any]]]) -> dict[str, Any]:
    """The time on each leg, and the mean velocity of it."""
    document = load_shipped(TEST)
    asked = [Asked(leg, hold_s=size.test_hold_s, trials=size.test_trials) for leg in (Leg.LEFT, Leg.RIGHT)]
    requests = [DrillRequest(CODE, document, fill_in(document, one)) for one in asked]
    results = list(run(do_set, _sets(visit, requests)))
    return {one["leg"]: [_trial(trial) for trial in one["trials"]] for one in results}


def _trial(trial: dict[str, Any]) -> dict[str, Any]:
    velocity = trial["measures"].get("mean_velocity_mm_s")
    return {"outcome": trial["outcome"], "hold_s": trial["hold_s"], "mean_velocity_mm_s": velocity}


def _sets(visit: DemoVisit, requests: Sequence[DrillRequest], first: int = 0) -> list[DemoSet]:
    apart_ns = int(SET_APART.total_seconds()) * NS_PER_S
    return [
        DemoSet(_on(visit, first + place), one, visit.now.wall_ns + (first + place) * apart_ns)
        for place, one in enumerate(requests)
    ]


def _on(visit: DemoVisit, place: int) -> Settings:
    """The settings of one set: nobody stands twice alike, so each has a seed of its own."""
    station = visit.settings.station
    seed = station.seed + 100 * visit.number + place
    return visit.settings.model_copy(update={"station": station.model_copy(update={"seed": seed})})


def do_set(one: DemoSet) -> dict[str, Any]:
    """One set to its end, recorded, with its figures and what it has decided in the records."""
    return run_headless(one.settings, one.request, Surroundings(virtual=True, epoch_ns=one.epoch_ns))


def _train(
    visit: DemoVisit, plan: dict[str, Any], size: DemoSize, run: Callable[..., Iterable[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The drills of the plan at their levels, legs in turn, until the minutes are used; at most one set of each."""
    levels, requests, left_s = Levels(visit.records), list[DrillRequest](), 60.0 * size.minutes
    for document, leg in _wanted(plan):
        start = levels.start(CODE, document, leg.value, visit.today)
        if start is not None and start.view["not_before"]:
            continue
        if start is not None and start.view["locked"]:  # as a therapist does who has looked at it
            levels.unlock(CODE, start.view["ladder"], leg.value, BY, "seen")
            start = levels.start(CODE, document, leg.value, visit.today)
        request = _at_level(start, (document, leg), size.trials)
        long_s = lasts_s(request.document, request.prescription)
        if requests and long_s > left_s:
            continue
        left_s -= long_s
        requests.append(request)
    results = list(run(do_set, _sets(visit, requests, first=3)))
    return [_said(levels, request, result) for request, result in zip(requests, results, strict=True)]


def _wanted(plan: dict[str, Any]) -> list[tuple[str, Leg]]:
    """Every drill of the plan that this station has and that does not vibrate, with its first leg; then the others."""
    legs = []
    for line in plan["plan"]["drills"]:
        if line["document"] and load_shipped(line["document"]).shaken is None:
            can = legs_of(load_shipped(line["document"]))
            own = [Leg.BOTH] if Leg.BOTH in can else [leg for leg in can if leg in (Leg.LEFT, Leg.RIGHT)]
            legs.append([(line["document"], leg) for leg in own])
    return [one for row in zip_longest(*legs) for one in row if one is not None]


def _at_level(start: StartLevel | None, drill: tuple[str, Leg], trials: int | None) -> DrillRequest:
    """The drill at its level; one without a ladder as its document has it."""
    document, leg = drill
    if start is None:
        shipped = load_shipped(document)
        return DrillRequest(CODE, shipped, fill_in(shipped, Asked(leg, trials=trials)))
    at = start.at
    return DrillRequest(
        CODE, at.document, fill_in(at.document, Asked(leg, hold_s=at.hold_s, trials=trials or start.trials))
    )


def _said(levels: Levels, request: DrillRequest, result: dict[str, Any]) -> dict[str, Any]:
    """What came of a set, with the effort and pain that the made-up patient says after each."""
    name = Path(result["recording"]).stem
    decided = levels.say(name, BY, {"effort_rpe": 12, "pain": 1})
    return {
        "session": name,
        "drill": request.document.name,
        "leg": request.prescription.leg.value,
        "hold_s": request.prescription.hold_s,
        "outcome": result["outcome"],
        "trials": [_trial(trial) for trial in result["trials"]],
        "passed": sum(trial["outcome"] == "held" for trial in result["trials"]),
        "level": None if decided is None else decided["level"],
        "decisions": [] if decided is None else decided["decisions"],
    }


def _report(
    out: Path, visit: DemoVisit, tests: tuple[dict[str, Any], dict[str, Any]], visits: list[dict[str, Any]]
) -> dict[str, Any]:
    before, after = tests
    report = {
        "patient": CODE,
        "test": TEST,
        "before": before,
        "after": after,
        "visits": visits,
        "levels": Levels(visit.records).now(CODE, visit.today),
        "recordings": sorted(str(path.relative_to(out)) for path in out.rglob("*.mcap")),
    }
    _write(out, "report", report)
    return report


def _write(out: Path, name: str, values: dict[str, Any]) -> None:
    path = out / f"{name}.{STAMP}.json"
    path.write_text(json.dumps({STAMP: True, **values}, indent=2) + "\n", encoding="utf-8")
