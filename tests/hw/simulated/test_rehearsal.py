"""Every drill of the catalogue is done by somebody whom it suits and by somebody whom it does not, to its end."""

import random
from typing import Any

import pytest

from drills.document import DrillDocument
from drills.library import catalogue_names, load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, fill_in, legs_of
from drills.scene import NO_SCENE, shape_of
from drills.state import DrillState
from drills.values import DrillOutcome, Observation
from hw.settings import SimulationSettings
from hw.simulated.patient import Patient
from hw.simulated.sway import STEP_S

TICK_NS = round(STEP_S * 1e9)
LONGEST_S = 600.0


def rehearse(
    document: DrillDocument, kind: str, seed: int, hold_s: float | None = None
) -> tuple[DrillState, list[Any]]:
    """One trial by one person, who sees the screen and nothing else; force and CoP come to the drill as they are."""
    one = Patient(SimulationSettings.model_validate({"person": kind}), random.Random(f"{seed}/person"))
    prescription = fill_in(document, Asked(legs_of(document)[-1], trials=1, hold_s=hold_s))
    state, shown, events, now_ns = begin(document, prescription, 0), NO_SCENE, [], 0
    while not state.finished and now_ns < LONGEST_S * 1e9:
        now_ns += TICK_NS
        one.step()
        on = one.force_n > 40.0
        where = (one.cop_ml_mm, one.cop_ap_mm) if on else (float("nan"), float("nan"))
        state, _, scene, told = step(state, Observation(one.force_n, *where, 0.0, True), now_ns)
        events += told
        for event in told:
            if event.kind == "shape":
                one.shape(*shape_of(event))
        if scene is not shown:
            one.look(scene)
            shown = scene
    return state, events


@pytest.mark.parametrize("kind", ["young", "frail"])
@pytest.mark.parametrize("name", catalogue_names())
def test_each_drill_comes_to_its_end(name: str, kind: str) -> None:
    document = load_shipped(name)
    least_s = document.exercise_step.time.min_s
    state, events = rehearse(document, kind, 3, min(document.exercise_step.time.max_s, max(least_s, 12.0)))
    assert state.outcome in (DrillOutcome.COMPLETED, DrillOutcome.ABANDONED)
    assert [event.kind for event in events][-1] == "drill-ended"
    if kind == "young":
        assert state.outcome is DrillOutcome.COMPLETED


def test_the_young_reach_more_places_than_the_frail() -> None:
    document = load_shipped("reach-the-targets")
    scores = {kind: rehearse(document, kind, 4, 90.0)[0].results[0].score for kind in ("young", "frail")}
    assert scores["young"].done >= 0.7 * scores["young"].of
    assert scores["frail"].done < scores["young"].done
