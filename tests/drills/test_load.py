"""Loading a leg as its order says: what counts, what is told, and that too much is always found, in every phase."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.document import read_document
from drills.errors import DrillDocumentError
from drills.library import load_shipped
from drills.load_gauge import STOP_HZ, WARN_HZ
from drills.machine import begin, step, stop
from drills.ordered import NO_LOAD, Beyond, OrderedLoad, beyond
from drills.prescription import Asked, prescribe
from drills.scene import NOT_SHOWN, Feedback, SlotKind, SlotState, clamped
from drills.values import DrillOutcome, Leg, Mark, Observation, Phase, TrialOutcome
from drills.words import Cue, Word

TICK_NS = 8_000_000
NAN = float("nan")
LOAD = OrderedLoad("left", 196.0, 235.0, 784.0)
"""20 kg of 80 kg: the limit is the order x 1.2."""
PRESSES = (Word.PRESS_TO_THE_LINE, Word.PRESS_FROM_MEMORY)
STEPS = (Word.STEP_ON_SOFTLY, Word.STEP_ON_FROM_MEMORY)
WARNED = {Beyond.ORDER: WARN_HZ, Beyond.LIMIT: STOP_HZ}


def begun(name="load-to-the-line", load=LOAD, level=None, trials=None, hold_s=None, leg=Leg.LEFT):
    document = load_shipped(name)
    if level is not None:
        feedback = document.feedback.model_copy(update={"level": level})
        document = document.model_copy(update={"feedback": feedback})
    return begin(document, prescribe(document, Asked(leg, trials=trials, hold_s=hold_s)), 0, load=load)


class Run:
    """A drill whose patient loads the plate by what the screen says."""

    def __init__(self, state, does, cop_ml_mm=120.0):
        self.state, self.does, self.cop_ml_mm = state, does, cop_ml_mm
        self.now_ns, self.force_n, self.events, self.words, self.scenes = 0, 0.0, [], [], []
        self.mark = Mark.NONE

    def tick(self):
        self.now_ns += TICK_NS
        self.force_n = self.does(self)
        seen = Observation(self.force_n, self.cop_ml_mm, 0.0, 0.0, True, self.mark)
        self.state, demand, scene, events = step(self.state, seen, self.now_ns)
        assert demand == (0.0, 0.0), "nothing vibrates"
        self.events += events
        if not self.scenes or scene is not self.scenes[-1]:
            self.scenes.append(scene)
        if not self.words or self.words[-1] != scene.word:
            self.words.append(scene.word)

    def until_finished(self, most_s=900.0):
        while not self.state.finished and self.now_ns < most_s * 1e9:
            self.tick()
        assert self.state.finished
        return self

    def of(self, kind):
        return [event.data for event in self.events if event.kind == kind]


def to(target_n, per_s=150.0):
    """Somebody who brings the load towards what they aim at for what the screen says."""

    def does(run):
        aim_n = target_n(run) if run.state.phase is Phase.HOLD and run.state.scene.word in (*PRESSES, *STEPS) else None
        held = run.state.phase is Phase.HOLD and run.state.scene.word in (
            Word.A_LITTLE_LESS,
            Word.FOOT_BESIDE_THE_BLOCK,
        )
        aim_n = run.force_n if aim_n is None and held else 0.0 if aim_n is None else aim_n
        most_n = per_s * TICK_NS / 1e9
        return run.force_n + max(-2.0 * most_n, min(aim_n - run.force_n, most_n))

    return does


def ignores(target_n, per_s=300.0):
    """Somebody who loads until they are asked to take the foot off, whatever else is said."""

    def does(run):
        holds, said = run.state.phase is Phase.HOLD, run.state.scene.word
        aim_n = target_n(run) if holds and said not in (Word.TOO_MUCH_FOOT_OFF, Word.AND_STEP_BACK) else 0.0
        aim_n = 0.0 if holds and said in (Word.OVER_THE_LINE_BY, Word.ON_THE_LINE) else aim_n
        most_n = per_s * TICK_NS / 1e9
        return run.force_n + max(-2.0 * most_n, min(aim_n - run.force_n, most_n))

    return does


def keeps(_run):
    return 180.0


# --- too much is always found ---------------------------------------------------------------------------------------

FORCES = st.one_of(st.floats(0.0, 800.0), st.sampled_from([0.0, 196.0, 235.0, 236.0, 300.0, NAN, math.inf, -10.0]))
COURSES = st.lists(st.tuples(FORCES, st.integers(1, 80)), min_size=1, max_size=15)
NAMES = st.sampled_from(["load-to-the-line", "step-on-softly"])
LOADS = st.one_of(
    st.just(NO_LOAD),
    st.builds(
        lambda order, body: OrderedLoad("left", order, min(order + 0.1 * body, 1.2 * order), body),
        st.floats(1.0, 600.0),
        st.floats(200.0, 2500.0),
    ),
)


@given(NAMES, LOADS, st.sampled_from(["F0", "F1", "F2", "F3", "F4"]), COURSES)
def test_a_load_beyond_the_limit_is_on_the_screen_and_sounds_at_the_same_tick_in_every_phase(name, load, level, course):
    state, now_ns = begun(name, load, level), 0
    for force_n, ticks in course:
        for _ in range(ticks):
            now_ns += TICK_NS
            phase = state.phase
            state, demand, scene, _ = step(state, Observation(force_n, 100.0, 0.0, 0.0, True), now_ns)
            assert demand == (0.0, 0.0)
            if not force_n <= load.limit_n:
                assert state.watched.level is Beyond.LIMIT
                assert (scene.tone_hz, scene.word) == (STOP_HZ, Word.TOO_MUCH_FOOT_OFF), phase
                band = next(slot for slot in scene.slots if slot.kind == SlotKind.BAND)
                assert band.state == SlotState.OVER_LINE
            elif force_n <= load.order_n - max(2.0, 0.02 * load.order_n):
                assert state.watched.level is Beyond.NOTHING
                assert scene.tone_hz == 0 or now_ns < state.scene_due_ns  # a picture of a moment ago
            if state.finished:
                return


@given(st.lists(st.floats(-12.0, 12.0), min_size=50, max_size=600))
def test_whoever_goes_over_the_limit_without_a_leap_was_warned_before(changes):
    run = Run(begun(level="F0"), lambda _run: 0.0)
    while run.state.phase is not Phase.HOLD:
        run.tick()
    force_n, warned = 0.0, False
    for change_n in changes:
        force_n = max(0.0, force_n + change_n)
        run.does = lambda _run, now_n=force_n: now_n
        run.tick()
        scene = run.state.scene
        warned = warned or scene.cue == Cue.WARN
        assert warned or scene.cue != Cue.OVER_LINE
        if force_n > LOAD.order_n and run.state.phase is Phase.HOLD:
            assert scene.word in (Word.A_LITTLE_LESS, Word.TOO_MUCH_FOOT_OFF)


def test_the_warning_sounds_in_pulses_and_the_limit_without_a_pause():
    run = Run(begun(level="F0"), lambda run: 210.0 if run.state.phase is Phase.HOLD else 0.0)
    while run.now_ns < 2.6e9:
        run.tick()
    tones = {scene.tone_hz for scene in run.scenes if scene.word == Word.A_LITTLE_LESS}
    assert tones == {0, WARN_HZ}
    run.does = lambda _run: 250.0
    run.tick()
    assert run.state.scene.tone_hz == STOP_HZ
    for _ in range(100):
        run.tick()
        assert run.state.scene.tone_hz == STOP_HZ


def test_a_load_in_the_rest_is_warned_of_too_and_told_with_its_peak():
    run = Run(begun(trials=2), to(keeps))
    while run.state.phase is not Phase.REST:
        run.tick()
    run.does = lambda _run: 400.0
    run.tick()
    assert (run.state.scene.word, run.state.scene.tone_hz) == (Word.TOO_MUCH_FOOT_OFF, STOP_HZ)
    run.does = lambda _run: 0.0
    run.tick()
    assert run.of("over-limit")[-1]["load_n"] == 400.0
    told = run.of("overshoot")[-1]
    assert (told["peak_n"], told["of_order_percent"], told["over_limit"]) == (400.0, 204.1, True)


def test_without_an_order_nothing_may_be_carried():
    run = Run(begun(load=None), lambda run: 5.0 if run.state.phase is Phase.HOLD else 0.0)
    assert run.state.plan.load == NO_LOAD
    run.until_finished()
    assert {result.outcome for result in run.state.results} == {TrialOutcome.OVER_LOAD}


@pytest.mark.parametrize(
    ("load", "limit_n"),
    [(OrderedLoad("left", 400.0, 440.0, 400.0), 440.0), (LOAD, 235.0), (OrderedLoad("left", 4.9, 5.9, 600.0), 5.9)],
)
def test_the_limit_is_the_orders_own_to_the_newton(load, limit_n):
    assert beyond(load, limit_n) is Beyond.ORDER
    assert beyond(load, math.nextafter(limit_n, math.inf)) is Beyond.LIMIT
    assert beyond(load, load.order_n) is Beyond.NOTHING
    assert beyond(load, math.nextafter(load.order_n, math.inf)) is Beyond.ORDER


@pytest.mark.parametrize("force_n", [32766.0, 32767.0, 1e9, -1e9, math.inf, NAN])
def test_whatever_the_plate_reads_fits_into_a_scene(force_n):
    state = begun()
    for now_ns in range(TICK_NS, 20 * TICK_NS, TICK_NS):
        state, _, scene, _ = step(state, Observation(force_n, 0.0, 0.0, 0.0, False, Mark.NONE), now_ns)
        assert scene == clamped(scene)


def test_a_load_at_a_line_does_not_flutter():
    level = beyond(LOAD, 197.0)
    assert beyond(LOAD, 195.0, level) is Beyond.ORDER
    assert beyond(LOAD, 190.0, level) is Beyond.NOTHING
    assert beyond(LOAD, 234.0, Beyond.LIMIT) is Beyond.LIMIT
    assert beyond(LOAD, 229.0, Beyond.LIMIT) is Beyond.ORDER


# --- an empty plate before each try ---------------------------------------------------------------------------------


def at_rest(off_n, most_s):
    """A plate that reads so much with nobody on it."""
    run = Run(begun(trials=1), lambda _run: off_n)
    while not run.state.finished and run.state.phase is not Phase.HOLD and run.now_ns < most_s * 1e9:
        run.tick()
    return run


def test_a_plate_that_reads_too_little_has_it_added_and_one_that_reads_too_much_has_nothing_taken_away():
    low = at_rest(-15.0, 5.0)
    assert low.state.phase is Phase.HOLD
    assert low.of("plate-empty") == [{"trial": 1, "reads_n": -15.0}]
    low.does = lambda _run: 221.0  # and 236 N are carried
    low.tick()
    assert low.state.watched.level is Beyond.LIMIT
    high = at_rest(15.0, 5.0)  # it may be a foot that rests there
    high.does = lambda _run: 236.0
    high.tick()
    assert high.state.watched.level is Beyond.LIMIT
    assert high.state.watched.added_n == 0.0


@pytest.mark.parametrize("off_n", [21.0, -21.0, 60.0, NAN])
def test_a_plate_that_is_never_empty_begins_no_try(off_n):
    run = at_rest(off_n, 200.0)
    assert run.state.outcome is DrillOutcome.ABANDONED
    assert [result.outcome for result in run.state.results] == [TrialOutcome.NOT_STARTED]
    assert run.now_ns == pytest.approx(120e9, rel=0.01)


def test_a_small_order_needs_an_emptier_plate():
    small = OrderedLoad("left", 40.0, 48.0, 700.0)
    run = Run(begun(load=small), lambda _run: 11.0)
    for _ in range(250):
        run.tick()
    assert run.state.phase is Phase.GET_ON
    run.does = lambda _run: 9.0
    for _ in range(70):
        run.tick()
    assert run.state.phase is Phase.HOLD


def test_each_try_waits_for_the_foot_to_be_off():
    run = Run(begun(trials=2), to(keeps))
    while run.state.phase is not Phase.REST:
        run.tick()
    run.does = lambda _run: 100.0
    while run.state.phase is not Phase.GET_ON:
        run.tick()
    for _ in range(500):
        run.tick()
    assert (run.state.phase, run.state.scene.word) == (Phase.GET_ON, Word.FOOT_OFF_THE_PLATE)


# --- pressing -------------------------------------------------------------------------------------------------------


def test_who_keeps_in_the_band_has_every_second_and_hears_the_error_of_a_blind_try():
    run = Run(begun(trials=4), to(keeps)).until_finished()
    assert [(result.outcome, result.score) for result in run.state.results] == [(TrialOutcome.HELD, (10, 10))] * 4
    assert run.state.success
    assert [one["blind"] for one in run.of("load-try")] == [False, True, False, True]
    assert not run.of("overshoot")
    for whole in run.of("loaded"):
        assert (whole["in_band"], whole["of"], whole["over_limit"], whole["over_order_s"]) == (10, 10, 0, 0.0)
        assert whole["mean_n"] == pytest.approx(180.0, abs=2.0)
        assert (whole["order_n"], whole["limit_n"], whole["body_n"]) == LOAD[1:]
    told = [scene for scene in run.scenes if scene.word == Word.ON_THE_LINE]
    assert {(scene.word_a, scene.word_b) for scene in told} <= {(16, 8), (17, 8), (17, 9), (18, 9)}


def test_a_blind_try_has_no_bar_and_no_warning_but_always_the_stop():
    run = Run(begun(level="F3", trials=1), to(lambda _run: 205.0))
    while run.state.phase is not Phase.HOLD:
        run.tick()
    for _ in range(600):
        run.tick()
        scene = run.state.scene
        assert SlotKind.BAR not in [slot.kind for slot in scene.slots] or run.state.phase is not Phase.HOLD
        assert (scene.word, scene.tone_hz) == (Word.PRESS_FROM_MEMORY, 0)
    run.does = lambda _run: 240.0
    run.tick()
    assert (run.state.scene.word, run.state.scene.tone_hz) == (Word.TOO_MUCH_FOOT_OFF, STOP_HZ)


@pytest.mark.parametrize(("target_n", "word"), [(120.0, Word.UNDER_THE_LINE_BY), (206.0, Word.OVER_THE_LINE_BY)])
def test_a_blind_try_is_told_by_how_much_it_was_off(target_n, word):
    run = Run(begun(trials=2), to(lambda run: keeps(run) if run.state.trial == 1 else target_n)).until_finished()
    off = run.of("load-try")[1]
    assert off["error_n"] == pytest.approx(target_n - 196.0, abs=2.0)
    scene = next(scene for scene in run.scenes[::-1] if scene.word == word)
    assert scene.word_a == pytest.approx(abs(target_n - 196.0) / 9.80665 * 10.0, abs=2)
    assert scene.word_b == pytest.approx(abs(target_n / 196.0 - 1.0) * 100.0, abs=1)


def test_a_press_beyond_the_limit_loses_the_try_with_its_whole_peak():
    run = Run(begun(trials=1), ignores(lambda _run: 300.0)).until_finished()
    (result,) = run.state.results
    assert (result.outcome, result.score.done) == (TrialOutcome.OVER_LOAD, 0)
    (lost,) = run.of("load-try")
    assert lost["over_limit"]
    assert lost["peak_n"] >= 235.0
    assert lost["error_n"] == pytest.approx(lost["peak_n"] - 196.0, abs=0.1)
    assert run.words[-1] == Word.OVER_THE_LINE_BY


def test_who_stays_beyond_the_limit_loses_the_try_all_the_same():
    run = Run(begun(trials=1), lambda run: 300.0 if run.state.phase is Phase.HOLD else 0.0)
    while run.state.phase is not Phase.HOLD:
        run.tick()
    began_ns = run.now_ns
    run.until_finished()
    assert run.state.results[0].outcome is TrialOutcome.OVER_LOAD
    ended_ns = next(event.t_ns for event in run.events if event.kind == "trial-ended")
    assert ended_ns - began_ns == pytest.approx(3e9, rel=0.01)


def test_the_last_moment_of_a_try_is_no_way_to_hold_it():
    """Who goes beyond the limit just before its time is over has not held it."""
    run = Run(begun(trials=1, hold_s=10.0), lambda run: 0.0)
    while run.state.phase is not Phase.HOLD:
        run.tick()
    start_ns = run.state.hold_start_ns
    run.does = lambda run: 300.0 if run.now_ns - start_ns > 8.9e9 else 20.0
    run.until_finished()
    assert run.state.results[0].outcome is TrialOutcome.OVER_LOAD


@pytest.mark.parametrize(
    "does",
    [
        lambda run: 196.0 * (0.55 + 0.45 * math.sin(run.now_ns / 1e9 * 2.0 * math.pi)),  # bounces through the line
        lambda run: 60.0,  # hardly presses
        lambda run: 0.0,
        lambda run: 205.0,  # a little over all the time
    ],
)
def test_what_is_not_in_the_band_earns_nothing(does):
    run = Run(begun(trials=1), lambda run: does(run) if run.state.phase is Phase.HOLD else 0.0).until_finished()
    assert run.state.results[0].score.done == 0
    assert not run.state.success


def test_a_foot_on_the_far_half_or_a_mark_of_the_therapist_earns_nothing():
    far = Run(begun(trials=1), to(keeps), cop_ml_mm=-100.0).until_finished()
    assert far.state.results[0].score.done == 0
    assert Word.FOOT_BESIDE_THE_BLOCK in far.words
    right = Run(begun(trials=1, load=LOAD._replace(leg="right"), leg=Leg.RIGHT), to(keeps), cop_ml_mm=-100.0)
    assert right.until_finished().state.results[0].score.done == 10
    marked = Run(begun(trials=1), to(keeps))
    while marked.now_ns < 4e9:
        marked.tick()
    marked.mark = Mark.NOT_GOOD
    marked.tick()
    marked.mark = Mark.NONE
    assert marked.until_finished().state.results[0].score.done <= 3


# --- stepping on ----------------------------------------------------------------------------------------------------


def test_eight_soft_steps_count_and_every_second_is_blind():
    run = Run(begun("step-on-softly", trials=1), to(keeps, per_s=400.0)).until_finished()
    (result,) = run.state.results
    assert (result.outcome, result.score) == (TrialOutcome.HELD, (8, 8))
    tries = run.of("load-try")
    assert [one["blind"] for one in tries] == [False, True] * 4
    assert all(one["counted"] and one["peak_n"] >= 100.0 for one in tries)
    shown = [slot.y for scene in run.scenes for slot in scene.slots if slot.kind == SlotKind.BAR]
    assert max(shown) > 100 > 0 > NOT_SHOWN  # the peak's mark stays
    (whole,) = run.of("loaded")
    assert (whole["way"], whole["tries"], whole["blind"], whole["in_band"], whole["of"]) == ("step-on", 8, 4, 8, 8)


def test_toes_alone_are_no_step_and_a_step_that_does_not_come_is_passed_by():
    toes = Run(begun("step-on-softly", trials=1), to(lambda _run: 60.0, per_s=400.0)).until_finished()
    assert (toes.state.results[0].score.done, len(toes.of("load-try"))) == (0, 8)
    none = Run(begun("step-on-softly", trials=1), lambda _run: 0.0).until_finished()
    assert none.state.results[0].score.done == 0
    assert all(one["mean_n"] is None and not one["counted"] for one in none.of("load-try"))


def test_the_second_step_beyond_the_limit_in_a_row_ends_the_set():
    def lands(run):
        return 300.0 if run.state.exercise is not None and run.state.exercise.now.number in (2, 4, 5) else 180.0

    run = Run(begun("step-on-softly", trials=1), ignores(lands, per_s=900.0)).until_finished()
    (result,) = run.state.results
    assert (result.outcome, result.score.done) == (TrialOutcome.OVER_LOAD, 2)
    assert [one["over_limit"] for one in run.of("load-try")] == [False, True, False, True, True]
    assert len(run.of("over-limit")) == 3


# --- what is seen and told, by the level of feedback ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "blind", "told"),
    [
        ("F0", [False] * 4, 4),
        ("F1", [False] * 4, 4),
        ("F2", [False, True] * 2, 4),
        ("F3", [True] * 4, 1),
        ("F4", [True] * 4, 0),
    ],
)
def test_the_levels_of_feedback(level, blind, told):
    run = Run(begun(level=level, trials=4), to(keeps)).until_finished()
    assert [one["blind"] for one in run.of("load-try")] == blind
    words = [word for word in run.words if word == Word.ON_THE_LINE]
    assert len(words) == told
    assert (Word.AS_ORDERED in run.words) is (level in ("F3", "F4"))  # the summary


def test_at_f1_the_bar_is_there_only_outside_the_band():
    run = Run(begun(level="F1", trials=1), to(keeps)).until_finished()
    inside = [scene for scene in run.scenes if scene.feedback == Feedback.F1 and scene.outcome == 1]
    assert inside
    assert all(SlotKind.BAR not in [slot.kind for slot in scene.slots] for scene in inside)


# --- the drill round it ---------------------------------------------------------------------------------------------


def test_a_stop_in_a_try_ends_it_as_stopped():
    run = Run(begun(trials=2), to(keeps))
    while run.state.phase is not Phase.HOLD:
        run.tick()
    state, events = stop(run.state, DrillOutcome.STOPPED, run.now_ns)
    assert [result.outcome for result in state.results] == [TrialOutcome.STOPPED]
    assert events[-1].kind == "drill-ended"


CHANGES = {
    "stance.kind": lambda table: table["stance"].update(kind="two-legs"),
    "steps.settle": lambda table: table["steps"].insert(1, {"step": "settle", "time_s": 3.0}),
    "steps.baseline": lambda table: table["steps"].insert(1, {"step": "baseline", "time_s": 3.0}),
    "thresholds.foot_down": lambda table: table["thresholds"].update(
        foot_down={
            "force_fraction": 0.85,
            "force_for_s": 0.14,
            "base_half_ml_mm": 45.0,
            "base_half_ap_mm": 100.0,
            "base_for_s": 0.15,
        }
    ),
    "steps.exercise.time.min_s": lambda table: table["steps"][1]["time"].update(min_s=5.0),
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_document_that_asks_for_what_a_foot_that_comes_and_goes_cannot_give(field):
    table = load_shipped("load-to-the-line").model_dump(mode="json", by_alias=True)
    table["thresholds"].pop("foot_down", None)
    table["trials"].pop("legs", None)
    table["steps"][1]["time"].pop("limit_s", None)
    read_document(table, "same")
    CHANGES[field](table)
    with pytest.raises(DrillDocumentError) as refused:
        read_document(table, "changed")
    assert field in [problem.field for problem in refused.value.problems]


def test_a_load_drill_vibrates_with_no_document():
    table = load_shipped("load-to-the-line").model_dump(mode="json", by_alias=True)
    for key in ("foot_down",):
        table["thresholds"].pop(key, None)
    table["trials"].pop("legs", None)
    table["steps"][1]["time"].pop("limit_s", None)
    table["steps"][2]["time_s"] = 60.0
    shaken = load_shipped("single-leg-vibration").model_dump(mode="json", by_alias=True)
    table["steps"][1]["vibration"] = next(one for one in shaken["steps"] if one["step"] == "exercise")["vibration"]
    with pytest.raises(DrillDocumentError) as refused:
        read_document(table, "shaken")
    assert "steps.exercise.vibration" in [problem.field for problem in refused.value.problems]
