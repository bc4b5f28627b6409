"""A drill and somebody on the plate, and nothing between them: they see its scene, and it sees their weight.

Six patients: the steady and the frail do what is asked as well as they can; one falls in every hold, one never gets
on, one leaves for good in the first hold, and one has one leg.
"""

import random
from collections.abc import Callable
from typing import Any, NamedTuple

from drills.document import DrillDocument
from drills.machine import begin, step
from drills.prescription import Asked, fill_in, legs_of
from drills.scene import NO_SCENE, Scene, clamped, shape_of
from drills.state import VIBRATING, DrillState
from drills.values import NO_DEMAND, Event, Mark, Observation, Phase
from hw.settings import SimulationSettings
from hw.simulated.patient import Patient
from hw.simulated.sway import STEP_S
from station.clinic.orders import rehearsal

TICK_NS = round(STEP_S * 1e9)
LONGEST_S = 7200.0
"""No drill of the catalogue takes so long, whoever does it."""
EMPTY_S = 1.0
"""Within this a vibration is off that nobody stands on."""
ON_N = 40.0
MASS_KG = 72.0


class Patients(NamedTuple):
    """One of the six: who they are, and what they do beside what is asked. False: they look no more."""

    kind: str
    does: Callable[[Patient, float], bool] = lambda _one, _hold_s: True
    """Given how long the hold has lasted (s; -1 outside of it)."""
    marks: Callable[[float], Mark] = lambda _t_s: Mark.NONE
    """What the therapist taps at this time, in s since the beginning."""


def _falls(one: Patient, hold_s: float) -> bool:
    if abs(hold_s - 5.0) < STEP_S / 2:
        one.fall()
    return True


class _Leaves:
    def __init__(self) -> None:
        self.gone = False

    def __call__(self, one: Patient, hold_s: float) -> bool:
        if hold_s > 5.0 and not self.gone:
            self.gone = True
            one.step_off()
        return not self.gone


def six() -> dict[str, Patients]:
    """All of them, new."""
    return {
        "steady": Patients("young"),
        "frail": Patients("frail"),
        "falls": Patients("old", _falls),
        "never": Patients("old", lambda _one, _hold_s: False),
        "leaves": Patients("old", _Leaves()),
        "one leg": Patients("one_leg"),
    }


class Seen(NamedTuple):
    """What the drill saw at one tick."""

    t_ns: int
    force_n: float
    ml_mm: float
    ap_mm: float
    mark: int


class Rehearsed(NamedTuple):
    """A drill that came to its end."""

    state: DrillState
    events: list[Event]
    seen: list[Seen]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What the events of a kind say."""
        return [dict(event.data) for event in self.events if event.kind == kind]


def rehearse(document: DrillDocument, who: Patients, seed: int, asked: Asked | None = None) -> Rehearsed:
    """The drill by one of them: as it is shipped, or as it is asked for. What must hold at every tick is asserted."""
    settings = SimulationSettings.model_validate({"person": who.kind, "mass_kg": MASS_KG})
    one = Patient(settings, random.Random(f"{seed}/person"))
    prescription = fill_in(document, Asked(legs_of(document)[-1]) if asked is None else asked)
    load = rehearsal(prescription.leg.value, MASS_KG) if document.by_order else None
    state, shown, now_ns = begin(document, prescription, 0, load=load), NO_SCENE, 0
    events: list[Event] = []
    seen: list[Seen] = []
    empty_s, looks = 0.0, True
    while not state.finished and now_ns < LONGEST_S * 1e9:
        now_ns += TICK_NS
        one.step()
        on = one.force_n > ON_N
        where = (one.cop_ml_mm, one.cop_ap_mm) if on else (float("nan"), float("nan"))
        mark = who.marks(now_ns / 1e9)
        seen.append(Seen(now_ns, one.force_n, *where, mark))
        state, demand, scene, told = step(state, Observation(one.force_n, *where, 0.0, True, mark), now_ns)
        empty_s = 0.0 if on else empty_s + STEP_S
        assert demand == NO_DEMAND or (state.phase in VIBRATING and empty_s < EMPTY_S)
        hold_ns = state.hold_start_ns if state.phase is Phase.HOLD else None
        looks = who.does(one, -1.0 if hold_ns is None else (now_ns - hold_ns) / 1e9) and looks
        events += told
        for event in told:
            if event.kind == "shape" and looks:
                one.shape(*shape_of(event))
        if scene is not shown:
            _is_a_picture(scene)
            if looks:
                one.look(scene)
            shown = scene
    return Rehearsed(state, events, seen)


def _is_a_picture(scene: Scene) -> None:
    """Nothing in it is out of what a field can hold, which the wire would have to cut."""
    assert clamped(scene) == scene


UNSAID = frozenset({"trial", "leg", "phase", "document", "prescription", "points", "of", "place"})


def timeline(done: Rehearsed) -> str:
    """What happened and when, a line each: seconds, then phases, trials, ends and scores. Lengths in mm and newtons are
    left out: they are what a person's noise makes of them, and another mathematical library of that noise.
    """
    lines = []
    for event in done.events:
        if event.kind in ("instruction", "shape", "target"):
            continue
        said = dict(event.data)
        score = said.pop("score", None)
        words = [event.kind if event.kind != "phase" else str(said["phase"])]
        words += [f"{said['trial']}"] if event.kind.startswith("trial") else []
        words += [f"{key}={_short(value)}" for key, value in said.items() if _is_said(key, value)]
        words += [f"score={score['done']}/{score['of']}"] if isinstance(score, dict) else []
        lines.append(f"{event.t_ns / 1e9:7.1f}  {' '.join(words)}")
    return "\n".join(lines) + "\n"


def _is_said(key: str, value: object) -> bool:
    timed = key.endswith("_s") and isinstance(value, float)
    return key not in UNSAID and not key.endswith("_ns") and (timed or isinstance(value, int | str))


def _short(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
