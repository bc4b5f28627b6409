"""Success falls from rung to rung: the same person has less on a ladder's last rung than on its first.

In `make soak` every ladder is climbed rung by rung; else a few, from the first rung to the last.
"""

import itertools
import os

import pytest

from drills.prescription import Asked, legs_of
from drills.state import passed
from hw.simulated.kinds import KINDS
from station.clinic.progression.ladders import at_level, shipped_ladders
from station.clinic.progression.values import Level
from tests.hw.simulated.rehearsing import Patients, rehearse

SOAK = "STATION_SOAK" in os.environ
LADDERS = {one.id: one for one in shipped_ladders().ladder}
WEAK = KINDS["young"]._replace(
    reaction_s=0.8,
    lean_s=1.3,
    aim_error=0.15,
    correction_per_s=0.5,
    follow_delay_s=0.5,
    foresight=0.4,
    limits_mm=(75.0, 45.0, 75.0),
    share_right=0.44,
    steadiness=0.1,
    press_share=0.5,
    memory_mm=10.0,
    memory_share=0.12,
    loads=1.06,
    rise_s=1.25,
    raises=14.0,
)
"""Somebody who does everything, and nothing very well."""
ALIKE = {
    "D01": "who stands on two feet stands on: it is their sway that changes, which no try is passed by",
    "D02": "as D01",
    "D04": "as D01",
    "D05": "its ring is as wide as the own sway, and no simulated person sways more when the head turns faster",
    "D06": "nobody answers in a rehearsal: its tries are passed by both costs, in tests/drills/test_dual.py",
    "D10": "its last rung is forward and back, which is another thing",
    "D16": "a simulated step takes as long on every rung",
    "D22": "the simulated person sees the bar and brings it to the middle",
    "D25": "a simulated reach takes as long on every rung",
    "D26": "a slip ends a round, on any rung",
    "D17": "the simulated person steps up alike, whoever they are",
    "D18": "the simulated person steps on the beat, whoever they are",
    "D20": "what a trigger is for: the simulated person starts on each beat alike",
    "D27": "the belt is seen by the therapist alone",
    "D28": "how firm the push is, is the therapist's",
    "D31": "as D03, and a rehearsal is short",
    "D33": "how firm the nudge is, is the therapist's",
}
"""Ladders on which a simulated person may have as much at the end, and why: by chance a little more."""
BY_CHANCE, LESS = 0.25, 0.05
FEW = ("D12",)
MORE = 0.1
"""By so much success may rise from one rung to the next: a rung's easy end lies within the one before."""


def firm(drill: str) -> list[int]:
    """The rungs of this ladder that are not on foam: a rehearsal is on firm ground."""
    table = LADDERS[drill]
    return [
        place for place, one in enumerate(table.rung) if "foam" not in one.set.values() and "foam" not in one.document
    ]


@pytest.fixture(autouse=True)
def weak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is asked for as young is weak here."""
    monkeypatch.setitem(KINDS, "young", WEAK)


def success(drill: str, rung: int, share: float, seeds: tuple[int, ...] = (5,)) -> float:
    """Of what there is to be had on this rung at this number, or of the tries: by somebody weak."""
    table = LADDERS[drill]
    one = table.rung[rung]
    value = one.easy + share * (one.hard - one.easy)
    at = at_level(table, Level(rung, share, value, 0, False, None, False, False, ()))
    had = []
    for seed in seeds:
        asked = Asked(legs_of(at.document)[-1], trials=max(2, at.document.trials.min), hold_s=at.hold_s)
        state = rehearse(at.document, Patients("young"), seed, asked).state
        for result in state.results:
            score = result.score
            had.append(score.done / score.of if score.of else float(passed(result, 0.0)))
    return sum(had) / len(had)


@pytest.mark.parametrize("drill", LADDERS if SOAK else FEW)
def test_who_has_much_on_the_first_rung_has_less_on_the_last(drill):
    seeds = (5, 6, 7) if SOAK else (5,)
    first, last = success(drill, 0, 0.0, seeds), success(drill, firm(drill)[-1], 1.0, seeds)
    assert last <= first + (BY_CHANCE if drill in ALIKE else -LESS), (first, last)


@pytest.mark.parametrize("drill", LADDERS if SOAK else FEW[:1])
def test_success_falls_rung_by_rung(drill):
    had = [success(drill, rung, 1.0, (5, 6, 7) if SOAK else (5,)) for rung in firm(drill)]
    assert all(after <= before + MORE for before, after in itertools.pairwise(had)), had


def test_every_ladder_that_may_end_as_it_began_says_why():
    assert {*ALIKE} <= {*LADDERS}
