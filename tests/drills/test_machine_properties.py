"""What holds whatever the load cells say and whenever the ticks come."""

import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from drills.document import DrillDocument
from drills.library import catalogue_names, load_shipped
from drills.machine import begin, fade, step, stop
from drills.pausing import pause
from drills.prescription import Asked, legs_of, prescribe
from drills.scene import Scene, clamped
from drills.state import VIBRATING, DrillState, hold_s
from drills.steps import Step
from drills.turned import laid
from drills.values import NO_DEMAND, DrillOutcome, Leg, Observation, Phase
from drills.with_without import BLOCKS

TRANSITIONS: dict[Phase, frozenset[Phase]] = {
    Phase.IDLE: frozenset({Phase.GET_ON, Phase.DONE}),
    Phase.GET_ON: frozenset({Phase.WEIGH, Phase.SETTLE, Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.DONE}),
    Phase.SETTLE: frozenset({Phase.GET_ON, Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.DONE}),
    Phase.BASELINE: frozenset({Phase.RAMP_UP, Phase.HOLD, Phase.REST, Phase.CHANGE, Phase.GET_ON, Phase.DONE}),
    Phase.RAMP_UP: frozenset({Phase.HOLD, Phase.RAMP_DOWN, Phase.REST, Phase.CHANGE, Phase.DONE}),
    Phase.HOLD: frozenset({Phase.RAMP_DOWN, Phase.REST, Phase.CHANGE, Phase.GET_ON, Phase.DONE}),
    Phase.RAMP_DOWN: frozenset({Phase.REST, Phase.CHANGE, Phase.DONE}),
    Phase.REST: frozenset({Phase.GET_ON, Phase.DONE}),
    Phase.GET_OFF: frozenset(),
    Phase.DONE: frozenset(),
    Phase.WEIGH: frozenset({Phase.GET_ON, Phase.SETTLE, Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.DONE}),
    Phase.CHANGE: frozenset({Phase.SETTLE, Phase.GET_ON, Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.DONE}),
    Phase.PAUSE: frozenset({Phase.DONE}),
}
"""Every phase that may follow a phase by itself. `GET_OFF` is a number of the recordings that no drill enters."""

ANY_FLOAT = st.floats(allow_nan=True, allow_infinity=True)
FORCE = st.one_of(st.sampled_from([0.0, 100.0, 140.0, 590.0, 700.0]), ANY_FLOAT)
PLACE = st.one_of(st.sampled_from([0.0, 60.0, -60.0]), ANY_FLOAT)
OBSERVATION = st.builds(Observation, FORCE, PLACE, PLACE, ANY_FLOAT, st.booleans())
STANDING = st.just(Observation(700.0, 0.0, 0.0, 25.0, True))
STEP_NS = st.one_of(
    st.just(4_000_000),
    st.integers(0, 2_000_000_000),
    st.integers(-(10**12), 10**12),
    st.sampled_from([10**30, -(10**30), 10**400]),
)
STANDS = st.tuples(STANDING, st.sampled_from([4_000_000, 90_000_000, 1_000_000_000]), st.integers(5, 80))
"""An observation, the time to the next one, and how often it comes: a patient who stands for a while."""
ANYTHING = st.tuples(OBSERVATION, STEP_NS, st.sampled_from([1, 1, 2, 30]))
FEED = st.lists(st.one_of(STANDS, STANDS, STANDS, ANYTHING), max_size=25)


def documents() -> st.SearchStrategy[DrillDocument]:
    """The shipped drills, and variants of them with phases left out."""
    names = st.sampled_from(catalogue_names())  # a failure prints what was chosen: a name, not every document
    return st.one_of(
        names.map(load_shipped),
        st.builds(
            variant,
            names.map(load_shipped),
            st.sampled_from([0.0, 2.0]),
            st.sampled_from([0.0, 1.0]),
            st.booleans(),
        ),
    )


def variant(document: DrillDocument, baseline_s: float, settle_s: float, rest: bool) -> DrillDocument:
    if document.exercise.by_order:  # the foot comes and goes: nothing is learnt before it, and its rest is part of it
        return document
    still = document.shaken is None
    if document.exercise_step.exercise != "stand":
        settle_s = 1.0  # what is asked for lies round a stance that was learnt
    return rebuilt(document, settle_s, baseline_s, 2.0 if still and rest else None)


def rebuilt(document: DrillDocument, settle_s: float, baseline_s: float, rest_s: float | None) -> DrillDocument:
    """The document with other steps: those of no time are left out, and a rest of None is as it was."""
    table = document.model_dump(mode="json")
    kept = {step["step"]: step for step in table["steps"]}
    times = {"settle": settle_s - 1.0, "learn": min(settle_s, 1.0), "baseline": baseline_s}
    times["change" if document.alternates else "rest"] = rest_s
    for name, time_s in times.items():
        if time_s is not None:
            kept[name] = {"step": name, "time_s": time_s}
            if time_s <= 0.0:
                del kept[name]
    table["steps"] = [kept[step.value] for step in Step if step.value in kept]
    few = {"max": 3, "default": min(3, table["trials"]["default"])}
    table["trials"] |= dict.fromkeys(("min", "default", "max"), 4) if document.with_without else few
    if settle_s == 0.0:
        table["thresholds"]["foot_down"] = None
    return DrillDocument.model_validate(table)


def shown(state: DrillState) -> Scene:
    """What the patient's screen shows: as it lies on the plate for who stands turned."""
    turn = state.plan.given.turn
    scene = state.laid[1] if turn else state.scene
    assert scene == laid(state.scene, turn)
    return scene


def check_tick(before, after, demand, prescription):
    assert after.phase is before.phase or after.phase in TRANSITIONS[before.phase]
    assert 0.0 <= demand.frequency_hz <= prescription.frequency_hz
    assert 0.0 <= demand.displacement_pp_mm <= prescription.displacement_pp_mm
    if after.phase not in VIBRATING:
        assert demand is NO_DEMAND


@given(st.data(), documents(), FEED)
def test_invariants_under_any_observations_and_times(data, document, feed):
    leg = legs_of(document)[0]
    block = 1 if document.with_without is None else BLOCKS[document.with_without]
    trials = data.draw(st.sampled_from(range(document.trials.min, document.trials.max + 1, block)))
    prescription = prescribe(document, Asked(leg, trials=trials))
    now_ns = 0
    state = begin(document, prescription, now_ns)
    kinds: list[str] = []
    for observation, step_ns in itertools.chain.from_iterable([(item[0], item[1])] * item[2] for item in feed):
        now_ns += step_ns
        before = state
        state, demand, scene, events = step(before, observation, now_ns)
        check_tick(before, state, demand, prescription)
        assert scene is shown(state)
        assert scene == clamped(scene)
        assert events or (state.phase, state.trial, state.results) == (before.phase, before.trial, before.results)
        assert 0.0 <= hold_s(state, now_ns) <= 600.0
        assert len(state.results) <= state.trial <= trials
        for event in events:
            json.dumps(event.data, allow_nan=False)
            assert event.t_ns == now_ns
            kinds.append(event.kind)
    assert state.finished == (state.phase is Phase.DONE) == (kinds.count("drill-ended") == 1)
    assert kinds.count("trial-ended") == len(state.results)
    stopped, _ = stop(state, DrillOutcome.TRIPPED, now_ns)
    assert stopped.finished
    faded, _ = fade(state, now_ns)
    assert faded.phase is state.phase or faded.phase in TRANSITIONS[state.phase]
    assert faded.finished or faded.fading
    for result in stopped.results:
        assert result.hold_s >= 0.0
        if result.hold_start_ns is not None:
            assert result.hold_end_ns - result.hold_start_ns == round(result.hold_s * 1e9)


@given(documents(), st.lists(st.one_of(STANDING, OBSERVATION), min_size=1, max_size=8), st.integers(20_000_000, 10**9))
def test_every_drill_ends_by_itself(document, cycle, tick_ns):
    prescription = prescribe(document, Asked(legs_of(document)[-1]))
    state = begin(document, prescription, 0)
    step_s = document.exercise_step
    trial_s = (
        document.get_on_limit_s
        + document.weigh_s
        + document.settle_s
        + document.learn_s
        + document.baseline_s
        + sum(document.form.ramps_s(step_s.vibration))
        + (step_s.time.limit_s or prescription.hold_s)
        + prescription.rest_s
    )
    # At each change of phase a slow tick may lose up to two of its periods.
    limit_ns = prescription.trials * (round(trial_s * 1e9) + 20 * tick_ns)
    now_ns = 0
    while not state.finished and now_ns <= limit_ns:
        before = state
        # Each observation lasts for 0.4 s at least, so that it can have an effect.
        observation = cycle[now_ns // max(tick_ns, 400_000_000) % len(cycle)]
        state, demand, _, _ = step(before, observation, now_ns)
        check_tick(before, state, demand, prescription)
        now_ns += tick_ns
    assert state.finished


def test_a_tick_in_which_nothing_happens_returns_the_very_state(drive, person, single_leg):
    state = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), lambda t: person(), 20.05).state
    assert state.phase is Phase.HOLD
    after, _, scene, _ = step(state, person(), 20_050_000_000)
    assert after is state
    assert scene is shown(state)


def test_every_transition_of_the_table_can_happen(drive, person, single_leg, quiet):
    """The table allows nothing that no drill does."""

    def bare(document, settle_s, baseline_s, rest_s=None):
        table = rebuilt(document, settle_s, baseline_s, rest_s).model_dump(mode="json")
        table["trials"].update(max=2, default=2)
        return DrillDocument.model_validate(table)

    def alternating(document):
        table = document.model_dump(mode="json")
        table["stance"]["kind"] = "single-leg"
        table["trials"]["legs"] = "alternating"
        kept = [step for step in table["steps"] if step["step"] not in ("rest", "get-on", "get-off")]
        change = {"step": "change", "time_s": max(2.0, document.rest_s)}
        steps = [table["steps"][0], {"step": "weigh", "time_s": 3.0}, *kept, change, table["steps"][-1]]
        return DrillDocument.model_validate({**table, "steps": steps})

    leaves = [
        lambda t: t % 10 < 6,
        lambda t: t % 3 < 1.5,
        lambda t: t < 14,
        lambda t: t < 16.5,
        lambda t: t < 23,
        lambda t: True,
        lambda t: False,
    ]
    seen: set[tuple[Phase, Phase]] = set()
    short = [
        bare(base, settle_s, baseline_s, rest_s)
        for base, rest_s in ((single_leg, None), (quiet, None), (quiet, 1.0))
        for settle_s in (0.0, 5.0)
        for baseline_s in (0.0, 3.0)
    ]
    plain = [(document, 20_000_000, leaves) for document in (single_leg, quiet, *short)]
    briefly = [*leaves, lambda t: not 9.0 <= t < 9.3]
    for document, tick_ns, ways in (*plain, *((alternating(one), 100_000_000, briefly) for one in short)):
        for on in ways:
            prescription = prescribe(document, Asked(Leg.LEFT, hold_s=5))
            run = drive(document, prescription, lambda t, on=on: person(700 if on(t) else 0), 200, tick_ns)
            path = [Phase.IDLE] + [tick.phase for tick in run.ticks]
            seen |= {pair for pair in itertools.pairwise(path) if pair[0] is not pair[1]}
            for tick in run.ticks[::50]:
                if not tick.state.finished:
                    seen.add((tick.phase, stop(tick.state, DrillOutcome.STOPPED, 0)[0].phase))
                    if tick.phase is Phase.RAMP_UP:
                        seen.add((tick.phase, fade(tick.state, 0)[0].phase))
                    if tick.phase is Phase.REST:
                        waits, _ = pause(tick.state, 0)
                        seen.add((waits.phase, stop(waits, DrillOutcome.STOPPED, 0)[0].phase))
    seen.add((Phase.IDLE, Phase.DONE))  # by `stop` before the first step: tests/drills/test_stop.py
    assert seen == {(phase, after) for phase, afters in TRANSITIONS.items() for after in afters}
