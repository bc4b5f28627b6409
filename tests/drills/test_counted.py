"""What a score counts: as the exercise itself counts it."""

import pytest

from drills.counted import counted_in
from drills.exercises.seconds import Seconds
from drills.library import catalogue_names, load_shipped
from drills.machine import begin, step
from drills.ordered import OrderedLoad
from drills.prescription import Asked, fill_in, legs_of
from drills.values import Observation, Phase

STANDS = Observation(700.0, 0.0, 0.0, 0.0, True)


@pytest.mark.parametrize("name", catalogue_names())
def test_seconds_are_what_an_exercise_keeps_as_seconds(name):
    document = load_shipped(name)
    exercise = document.exercise_step
    as_sent = document.model_dump(mode="json", by_alias=True)["steps"]
    told = counted_in(
        exercise.exercise, next(one for one in as_sent if one["step"] == "exercise").get("parameters") or {}
    )
    leg = legs_of(document)[0]
    load = OrderedLoad(leg.value, 210.0, 252.0, 700.0) if document.by_order else None
    state = begin(document, fill_in(document, Asked(leg)), 0, load=load)
    for now_ns in range(0, 30 * 10**9, 100_000_000):
        state = step(state, STANDS if load is None else STANDS._replace(force_n=0.0), now_ns)[0]
        if state.phase in (Phase.BASELINE, Phase.HOLD):
            break
    kept = (getattr(state.exercise, each, None) for each in ("seconds", "counted"))
    assert (told == "seconds") == any(isinstance(one, Seconds) and one.of > 0 for one in kept)
