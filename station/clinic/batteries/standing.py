"""How far somebody has come in a battery, by what was recorded of it: nothing counts that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from station.clinic.batteries.documents import BatteryDocument, BatteryTest
from station.clinic.batteries.figures import FigureFound, PersonKnown, figures_of, is_measured

NOT_DONE, PARTLY, DONE, REFUSED, STOPPED = "not-done", "partly", "done", "refused", "stopped"
"""States of a test and of a battery."""
COUNTS = ("held", "foot-down", "step-off", "over-load")
"""Outcomes of a try that was made. One that was stopped, never begun or lost is made again."""
UNSAFE = ("foot-down", "step-off", "over-load")
MOST_UNSAFE = 2
LOST = "damaged"
ENDED = "completed"
NO_FIGURE = "no-figure"
"""Why a try that was held does not count, or a test all of whose tries were made is not done: none of its figures could
be had, as of a threshold where nobody answered."""


class Attempted(NamedTuple):
    """One session that may belong to a battery."""

    drill: str
    hold_s: float
    tries: tuple[tuple[str, str], ...]
    """Leg and outcome of each trial, in their order."""
    end: str
    """"completed", or why not: "stopped", "tripped", "abandoned", "interrupted"."""
    tested: tuple[Mapping[str, float | None], ...] = ()
    """Figures of each trial, as `station.analysis.tested` gives them; none for a trial of an earlier program."""


class HowFar(NamedTuple):
    """How far one test is."""

    id: str
    state: str
    done: int
    of: int
    why: str
    """Of a refused or a stopped one: a reason, the session's end, or what broke its last try off; else ""."""
    lost: int
    """Tries that were made and whose recording has lost them."""
    leg: str
    """On which the next try is."""
    trials: int
    """How many are left; 0 where none is to be done."""


class BatteryStanding(NamedTuple):
    """How far the whole is."""

    state: str
    tests: tuple[HowFar, ...]
    next: HowFar | None
    """What is to be done now; None where nothing is left."""

    @property
    def whole(self) -> bool:
        """Whether all that belongs to it was done."""
        return self.state == DONE


def standing(
    document: BatteryDocument, sessions: Sequence[Attempted], refused: Mapping[str, str] | None = None
) -> BatteryStanding:
    """By the sessions since it began, in their order, and by which tests were refused, with the reason. Total."""
    refused = refused or {}
    over, tests = "", []
    for test in document.test:
        found = _test(test, [one for one in sessions if one.drill == test.drill and one.hold_s == test.hold_s])
        if not over and found.state != DONE and test.id in refused:
            found = found._replace(state=REFUSED, why=refused[test.id], trials=0)
        if over and found.state != DONE:
            found = found._replace(state=STOPPED, why=over, trials=0)
        over = over or _ends(document, test, sessions)
        tests.append(found)
    if over == "first-fail":  # what ends it so is its result
        state = DONE
    else:
        states = {one.state for one in tests}
        state = states.pop() if len(states) == 1 else STOPPED if over else PARTLY
    following = next((one for one in tests if one.trials), None)
    return BatteryStanding(state, tuple(tests), following)


def figures(
    document: BatteryDocument, sessions: Sequence[Attempted], person: PersonKnown
) -> dict[str, list[FigureFound]]:
    """What each test has found, by its id: of the tries that count. Total."""
    found: dict[str, list[FigureFound]] = {}
    for test in document.test:
        each = _legs(test)
        tries = [
            (leg if len(each) > 1 else "", tested)
            for one in sessions
            if one.drill == test.drill and one.hold_s == test.hold_s
            for (leg, outcome), tested in _tries(one)
            if made(test, outcome, tested) and leg in each
        ]
        found[test.id] = figures_of(test.figures, tries, person)
    return found


def of_the_whole(
    document: BatteryDocument, found: Mapping[str, Sequence[FigureFound]], whole: bool
) -> list[tuple[str, float]]:
    """What all its tests say together, once all are done, as keys and their values: what adds up, what has a mean, and
    one test over another. Nothing where not all of it is there. Total.
    """
    if not whole:
        return []
    each = {(test, one.name): one.value for test, figures in found.items() for one in figures if not one.leg}
    told = []
    for key, name in ((f"test-total.{document.total}", document.total), (f"test-mean.{document.mean}", document.mean)):
        parts = [each[test.id, name] for test in document.test if (test.id, name) in each]
        if name and len(parts) == len(document.test):
            told.append((key, sum(parts) if name == document.total else sum(parts) / len(parts)))
    for one in document.quotient:
        above, below = each.get((one.above, one.figure)), each.get((one.below, one.figure))
        if above is not None and below:
            told.append((f"test-quotient.{one.name}", above / below))
    return told


def made(test: BatteryTest, outcome: str, tested: Mapping[str, float | None]) -> bool:
    """Whether a try counts."""
    if test.made == "begun":
        return outcome in COUNTS
    return outcome == COUNTS[0] and is_measured(test.figures, tested)


def _test(test: BatteryTest, sessions: Sequence[Attempted]) -> HowFar:
    each = dict.fromkeys(_legs(test), 0)
    measured = dict.fromkeys(each, not test.figures)
    lost = 0
    for (leg, outcome), tested in (one for session in sessions for one in _tries(session)):
        if leg in each and made(test, outcome, tested):
            each[leg] += 1
            measured[leg] |= is_measured(test.figures, tested)
        lost += outcome == LOST
    wanted = test.trials // len(each)
    unmeasured = [leg for leg, count in each.items() if count >= wanted and not measured[leg]]
    each |= dict.fromkeys(unmeasured, 0)
    missing = {leg: max(0, wanted - count) for leg, count in each.items()}
    done = test.trials - sum(missing.values())
    first = max(missing, key=lambda leg: (missing[leg], leg == test.leg))
    trials = missing[first]
    if test.document.alternates:  # legs change with each try: the one that lacks more begins, and may end
        trials = 2 * missing[first] - (min(missing.values()) < missing[first])
    if not trials:
        return HowFar(test.id, DONE, done, test.trials, "", lost, test.leg, 0)
    why = (_broken_off(test, sessions[-1]) if sessions else "") or (NO_FIGURE if unmeasured else "")
    state = STOPPED if why else PARTLY if done or lost else NOT_DONE
    return HowFar(test.id, state, done, test.trials, why, lost, first, trials)


def _broken_off(test: BatteryTest, session: Attempted) -> str:
    """Why the test did not go on: the session's end, or what became of its last try where that does not count."""
    if session.end in ("stopped", "tripped", "abandoned"):
        return session.end
    if session.end != ENDED or not session.tries:
        return ""
    (_, outcome), tested = list(_tries(session))[-1]
    if made(test, outcome, tested):
        return ""
    return outcome if outcome in UNSAFE else NO_FIGURE if outcome == COUNTS[0] else ""


def _tries(session: Attempted) -> Iterable[tuple[tuple[str, str], Mapping[str, float | None]]]:
    """Leg and outcome of each trial, and its figures."""
    return zip(session.tries, (*session.tested, *({} for _ in session.tries)), strict=False)


def _legs(test: BatteryTest) -> tuple[str, ...]:
    """The legs that must each have their share of the trials, the first one first."""
    if not test.two_sided:
        return (test.leg,)
    return ("left", "right") if test.leg == "left" else ("right", "left")


def _ends(document: BatteryDocument, test: BatteryTest, sessions: Iterable[Attempted]) -> str:
    """Why nothing after this test is done any more; "" where the rest is to be done."""
    outcomes = [
        out for one in sessions if one.drill == test.drill and one.hold_s == test.hold_s for _, out in one.tries
    ]
    if document.ends == "first-fail" and any(out in UNSAFE for out in outcomes):
        return "first-fail"
    if document.ends == "two-unsafe" and sum(out in UNSAFE for out in outcomes) >= MOST_UNSAFE:
        return "two-unsafe"
    return ""
