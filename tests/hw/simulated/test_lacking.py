"""Who lacks the ability that a drill is for has less in it, and loses less where it is not asked for.

In `make soak` this is tried for every drill below; else for a few abilities. A rehearsal is on firm ground.
"""

import os
from functools import cache
from math import hypot

import pytest

from drills.library import catalogue_names, load_shipped
from drills.prescription import Asked, legs_of
from hw.simulated.abilities import SwayAbility, louder
from hw.simulated.kinds import KINDS
from hw.simulated.patient import Patient
from tests.hw.simulated.rehearsing import Patients, rehearse

YOUNG = KINDS["young"]
SOAK = "STATION_SOAK" in os.environ
LONGEST_S = 40.0
"""Of a try, unless the document asks for more."""
LONGER_S = {"weight-from-memory": 150.0}
"""Where a few answers would be luck."""


def unsteady(factor: float, *conditions: str) -> dict[str, SwayAbility]:
    """So many times the sway in these conditions (fields of `SwayAbility`)."""
    changes = {name: tuple(louder(one, factor, factor) for one in getattr(YOUNG.sway, name)) for name in conditions}
    return {"sway": YOUNG.sway._replace(**changes)}


LACKS = {
    "leaning far": ({"limits_mm": (20.0, 20.0, 20.0)}, "power-stand-up"),
    "leaning in time": ({"reaction_s": 2.5, "lean_s": 3.0}, "power-stand-up"),
    "steering": (
        {"follow_delay_s": 2.0, "foresight": 0.0, "aim_error": 0.6, "correction_per_s": 0.1},
        "power-stand-up",
    ),
    "holding back": ({"false_alarms": 1.0}, "power-stand-up"),
    "pressing steadily": ({"steadiness": 0.6}, "surprise-targets"),
    "rising briskly": ({"rise_s": 1.9}, "surprise-targets"),
    "rising on the toes": ({"raises": 2.0, "raise_s": 1.5}, "surprise-targets"),
    "loading both legs alike": ({"share_right": 0.25, "correction_per_s": 0.02}, "power-stand-up"),
    "keeping to a load": ({"loads": 1.6}, "power-stand-up"),
    "remembering": ({"memory_mm": 60.0, "memory_share": 0.6}, "power-stand-up"),
    "standing steadily": (unsteady(6.0, "firm_open", "foam_open"), "power-stand-up"),
    "standing without sight": (unsteady(6.0, "firm_closed", "foam_closed"), "stand-tall"),
    "standing on one leg": ({"slip_per_s": 0.3, **unsteady(2.5, "one_leg")}, "power-stand-up"),
}
"""By the ability: what somebody who lacks it does otherwise, and a drill that does not ask for it."""
ASKED = {
    "reach-out": "leaning far",
    "reach-the-targets": "leaning far",
    "shrinking-ring": "leaning far",
    "catch-and-leave": "leaning in time",
    "slalom": "leaning in time",
    "swing-to-the-beat": "leaning in time",
    "ball-in-the-tray": "steering",
    "follow-the-leader": "steering",
    "out-of-the-maze": "steering",
    "trace-the-path": "steering",
    "surprise-targets": "holding back",
    "press-and-hold": "pressing steadily",
    "wake-up-beats": "pressing steadily",
    "power-stand-up": "rising briskly",
    "quarter-squat": "rising briskly",
    "half-minute-stands": "rising briskly",
    "calf-raises": "rising on the toes",
    "calf-raise": "rising on the toes",
    "lift-off": "rising on the toes",
    "limits-of-stability": "leaning far",
    "functional-reach": "leaning far",
    "shift-side-3": "leaning in time",
    "shift-side-2": "leaning far",
    "shift-side-1": "leaning in time",
    "shift-forward-3": "leaning in time",
    "shift-forward-2": "leaning far",
    "shift-forward-1": "leaning in time",
    "push-down": "pressing steadily",
    "load-sense": "remembering",
    "lean-sense": "remembering",
    "bess-double": "standing without sight",
    "bess-tandem": "standing without sight",
    "bess-double-foam": "standing without sight",
    "bess-tandem-foam": "standing without sight",
    "even-stand-up": "loading both legs alike",
    "share-the-weight": "loading both legs alike",
    "load-to-the-line": "keeping to a load",
    "step-on-softly": "keeping to a load",
    "lean-from-memory": "remembering",
    "weight-from-memory": "remembering",
    "catch-the-bursts": "standing steadily",
    "catch-your-balance": "standing steadily",
    "rhythmic-stabilisation": "standing steadily",
    "quiet-stance": "standing steadily",
    "stand-tall": "standing steadily",
    "feet-together-open": "standing steadily",
    "one-behind-the-other": "standing steadily",
    "semi-tandem": "standing steadily",
    "stand-open": "standing steadily",
    "stand-with-eyes-closed": "standing without sight",
    "feet-together-closed": "standing without sight",
    "stand-on-foam-closed": "standing without sight",
    "stand-on-foam": "standing steadily",
    "level-pelvis": "standing on one leg",
    "one-leg": "standing on one leg",
    "one-leg-clock": "standing on one leg",
    "one-leg-closed": "standing on one leg",
    "one-leg-open": "standing on one leg",
    "one-leg-stage": "standing on one leg",
    "quick-one-leg": "standing on one leg",
    "single-leg-in-blocks": "standing on one leg",
    "single-leg-vibration": "standing on one leg",
    "with-and-without": "standing on one leg",
}
"""What each drill is for."""
NOT_PLAYED = {
    "feel-the-hum": "nobody answers in a rehearsal what they felt",
    "two-things-at-once": "nobody answers in a rehearsal",
    "head-to-the-beat": "its ring is as wide as the own sway, and no simulated person sways more when the head turns",
    "stair-beat": "the simulated person steps on the beat, whoever they are",
    "up-and-down": "the simulated person steps up alike, whoever they are",
    "bess-single": "a foot that comes down ends nothing and costs no time: what is tested are errors",
    "bess-single-foam": "a foot that comes down ends nothing and costs no time: what is tested are errors",
    "load-share": "it asks for nothing: how the weight is shared is the figure",
    "load-share-even": "nothing is seen of the share: how it is shared is the figure",
    "squat-share-30": "nothing is seen of the share: how it is shared is the figure",
    "squat-share-60": "nothing is seen of the share: how it is shared is the figure",
    "squat-share-90": "nothing is seen of the share: how it is shared is the figure",
    "step-ups": "the simulated person steps up alike, whoever they are",
    "five-stands": "five rises are five, however slow: what is tested is their time, by test_chair_and_swing_by_hand",
    "one-stand": "one rise is one, whoever does it: what is tested is how it went",
    "stretch-and-hold": "nothing but the heel is judged",
    "rest-and-breathe": "nothing is to be lacked in a rest",
}
"""Drills that no simulated person can lack anything in, and why."""
FEW = ("reach-out", "surprise-targets", "wake-up-beats", "power-stand-up")


class _Path:
    """How far the centre of pressure goes while the exercise is done."""

    def __init__(self) -> None:
        self.mm = 0.0
        self.last: tuple[float, float] | None = None

    def __call__(self, one: Patient, hold_s: float) -> bool:
        now = (one.cop_ml_mm, one.cop_ap_mm)
        if hold_s >= 0.0 and self.last is not None:
            self.mm += hypot(now[0] - self.last[0], now[1] - self.last[1])
        self.last = now if hold_s >= 0.0 else None
        return True


def has(name: str) -> float:
    """What the person has in one try: of all there is, where the drill counts; else the time for each mm of path."""
    document = load_shipped(name)
    time = next(one for one in document.steps if one.step == "exercise").time
    hold_s = max(time.min_s, min(time.default_s, LONGER_S.get(name, LONGEST_S)))
    path = _Path()
    asked = Asked(legs_of(document)[-1], trials=max(1, document.trials.min), hold_s=hold_s)
    results = rehearse(document, Patients("young", path), 5, asked).state.results
    if results[0].score[1]:
        return sum(done / of for done, of in (one.score for one in results)) / len(results)
    held_s = sum(one.hold_s for one in results)
    return (held_s / hold_s) ** 2 / max(path.mm, 1.0)


@cache
def able(name: str) -> float:
    """The same of somebody who lacks nothing."""
    return has(name)


@pytest.mark.parametrize("drill", ASKED if SOAK else FEW)
def test_who_lacks_an_ability_loses_more_where_it_is_asked_for(drill, monkeypatch):
    changes, other = LACKS[ASKED[drill]]
    whole, whole_elsewhere = able(drill), able(other)
    monkeypatch.setitem(KINDS, "young", YOUNG._replace(**changes))
    lost, lost_elsewhere = 1.0 - has(drill) / whole, 1.0 - has(other) / whole_elsewhere
    assert lost >= 0.4, whole
    assert lost > lost_elsewhere + 0.2, other


def test_every_drill_is_for_an_ability_or_says_why_nobody_can_lack_it():
    assert sorted({*ASKED, *NOT_PLAYED}) == sorted(catalogue_names())
    assert {*ASKED}.isdisjoint(NOT_PLAYED)
