"""What is drawn and said of an exercise at one moment, by hand: breath, arrows, clocks, sounds, and turned pictures."""

import math
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import pytest

from drills.changing import changed, copy_of
from drills.document import load_document
from drills.errors import DrillDocumentError
from drills.exercises import EXERCISES, dual, follow, follow_maze, stand, trace
from drills.exercises.leads import Repetition, slots_of
from drills.exercises.staircase import Staircase, answered
from drills.exercises.values import Moment, SafeBase
from drills.library import load_shipped
from drills.loading import load_frame
from drills.machine import begin
from drills.ordered import OrderedLoad
from drills.prescription import Asked, prescribe
from drills.problems import Problem
from drills.scene import NO_SCENE, ArrowLook, Axis, PlaceLook, SceneOutcome, Slot, SlotKind, SlotState, View
from drills.turned import laid, said
from drills.values import Event, Leg, Phase
from drills.words import Cue, Word
from tests.drills.trying import at, keyed

S = 10**9


def repetition(lead: str, part: int, **own: Any) -> Repetition:
    return Repetition(lead, 0, 8, 1, part, 20.0, False, 1.0, 0, 0, 0.5)._replace(**own)


@pytest.mark.parametrize(
    ("part", "full"), [(0, 0), (200, 500), (399, 997), (400, 1000), (401, 998), (700, 500), (999, 1), (1000, 0)]
)
def test_a_breath_is_in_for_two_fifths_of_its_time(part, full):
    (ring,) = slots_of(repetition("breathe", part), (0, 0))
    assert (ring.size, ring.value) == (450, full)


@pytest.mark.parametrize(("part", "reaches"), [(0, True), (499, True), (500, False), (1000, False)])
def test_a_reach_is_asked_for_in_the_first_half_of_its_time(part, reaches):
    for lead in ("reach", "reach-forward"):
        slots = slots_of(repetition(lead, part), (0, 0))
        assert [slot.look for slot in slots if slot.kind == SlotKind.ARROW] == ([ArrowLook.LEAN] if reaches else [])
        assert slots[0].state == (SlotState.WAITING if reaches else SlotState.NOW)


def test_two_things_have_a_clock_of_whole_seconds():
    """With 7.1 and 7.0 s left it is the eighth second, and from 6.9 s on the seventh."""
    state = dual.begin(keyed("two-things-at-once", 8.1)._replace(trial=3))
    clocks = []
    for gone_ds in (10, 11, 12, 20, 21):
        stepped = dual.step(state, at(0.0, 0.0), Moment(gone_ds * S // 10, Phase.HOLD, 0))
        state = stepped.state
        clocks.append(stepped.scene.clock_ds)
    assert clocks == [80, 80, 70, 70, 70]


@pytest.mark.parametrize(
    ("before_ds", "now_ds", "sounds"),
    [(31, 30, True), (30, 30, False), (30, 29, False), (21, 20, True), (1, 0, False), (42, 40, False), (32, 30, False)],
)
def test_the_last_three_seconds_tick_once_each(before_ds, now_ds, sounds):
    state = stand.begin(keyed("quiet-stance"))
    state = state._replace(now=stand.Now(Phase.HOLD, before_ds), scene=NO_SCENE._replace(cue=Cue.START, cue_count=255))
    sound = stand._cue(state, stand.Now(Phase.HOLD, now_ds, inside=False))
    assert sound == ((Cue.LAST_SECOND, 0) if sounds else (Cue.START, 255))


def test_a_wrong_answer_goes_up_and_three_right_ones_go_down():
    stairs = answered(Staircase(-8.0, -40.0, rights=2), right=False)
    assert (stairs.level_db, stairs.rights, stairs.way) == (-4.0, 0, 1)
    first = answered(stairs, right=True)
    assert (first.level_db, first.rights) == (-4.0, 1)
    down = answered(answered(first, right=True), right=True)
    assert (down.level_db, down.rights, down.way, down.turned_db) == (-8.0, 0, -1, (-4.0,))


@pytest.mark.parametrize("phase", [Phase.REST, Phase.DONE])
def test_nothing_is_told_of_no_try(phase):
    document = load_shipped("load-to-the-line")
    state = begin(document, prescribe(document, Asked(Leg.LEFT)), 0)
    state = state._replace(phase=phase, phase_start_ns=0, trial=1, exercise=SimpleNamespace())
    scene = load_frame(state, OrderedLoad("left", 100.0, 150.0, 700.0), 0.0, S)
    assert scene.word == (Word.REST_FOOT_OFF if phase is Phase.REST else Word.FOOT_OFF_THE_PLATE)
    assert scene.slots[0][4:7] == (round(100.0 * (1.0 - state.plan.given.keys.tolerance)), 100, 150)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("thresholds.step_off.force_fraction", 0.0, {"least": 0, "values": {"exclusive": True}}),
        ("thresholds.step_off.force_fraction", 1.0, {"most": 1, "values": {"exclusive": True}}),
        ("thresholds.get_on.force_n", 19.0, {"least": 20}),
        ("thresholds.get_on.force_n", 1001.0, {"most": 1000}),
    ],
)
def test_a_value_beyond_a_bound_names_that_bound(path, value, problem):
    with pytest.raises(DrillDocumentError) as refusal:
        changed(copy_of("one-leg", "own"), {path: value})
    assert Problem(path, value, **problem) in refusal.value.problems


BAR = Slot(SlotKind.BAR, 1, Axis.LOAD, SlotState.NOW, 30, 40, 5, 6)


@pytest.mark.parametrize(
    ("turn", "place", "angle", "box"),
    [
        (0, (30, 40), 450, (5, 6)),
        (1, (40, -30), 3150, (6, 5)),
        (2, (-30, -40), 2250, (5, 6)),
        (3, (-40, 30), 1350, (6, 5)),
    ],
)
def test_a_picture_is_turned_by_quarters_and_what_is_no_place_is_not(turn, place, angle, box):
    """Who faces right has the plate's right ahead: what is ahead of them lies to the plate's right."""
    arrow = Slot(SlotKind.ARROW, 2, ArrowLook.LEAN, SlotState.NOW, 30, 40, 9, 450)
    tray = Slot(SlotKind.PLACE, 3, PlaceLook.BOX, SlotState.NOW, 30, 40, 5, 6)
    scene = NO_SCENE._replace(view=View.LEAN, centre_x=30, centre_y=40, slots=(BAR, arrow, tray))
    bar, turned, across = laid(scene, turn).slots
    assert bar == BAR
    assert ((turned.x, turned.y), turned.size, turned.value) == (place, 9, angle)
    assert ((across.x, across.y), (across.size, across.value)) == (place, box)
    assert (laid(scene, turn).centre_x, laid(scene, turn).centre_y) == place


def test_a_shape_is_turned_point_by_point():
    event = Event("shape", 5, {"number": 0, "points": [30, 40, -10, 20, 7, 8]})
    assert said(event, 1, View.LEAN).data["points"] == [40, -30, 20, 10, 8, -7]
    assert said(event, 0, View.LEAN) is event
    assert said(event, 1, View.GAUGE) is event


OPEN = SafeBase(math.inf, math.inf, ("", ""), 1.0)


@pytest.mark.parametrize(("ml_mm", "outcome"), [(1.0, SceneOutcome.IN_GOAL), (1.1, SceneOutcome.OUTSIDE)])
def test_a_base_of_a_millimetre_is_one_to_stand_in(ml_mm, outcome):
    """It is drawn, said and judged as any other is; only of none there is nothing to keep the dot in."""
    given = keyed("one-leg")._replace(half_ml_mm=1.0, half_ap_mm=1.0)
    state = stand.begin(given)
    scene = stand.step(state, at(ml_mm, 0.0), Moment(0, Phase.HOLD, 0)).scene
    assert (scene.view, scene.word, scene.outcome) == (View.FOOT, Word.KEEP_THE_DOT_INSIDE, outcome)
    assert scene.slots[0] == Slot(SlotKind.PLACE, stand.BOX, PlaceLook.BOX, SlotState.NOW, 0, 0, 10, 10)
    free = stand.begin(given._replace(half_ml_mm=0.0))
    scene = stand.step(free, at(ml_mm, 0.0), Moment(0, Phase.HOLD, 0)).scene
    assert (scene.view, scene.word, scene.outcome) == (View.QUIET, Word.KEEP_THE_DOT_STILL, SceneOutcome.NONE)
    assert stand.BOX not in [slot.id for slot in scene.slots]


@pytest.mark.parametrize(
    ("path", "most"), [("side", 20.0), ("forward", 20.0), ("circle", 30.0), ("eight", 30.0), ("waves", 30.0)]
)
def test_a_ring_to_follow_is_a_third_of_a_line_and_half_of_a_way(path, most):
    keys = load_shipped("follow-the-leader").exercise_step.parameters
    keys = keys.model_copy(update={"path": path, "reach_ml_mm": 60.0, "reach_ap_mm": 60.0, "width_mm": most + 0.01})
    found = [(one.field, one.most) for one in follow.problems(keys, OPEN)]
    assert found
    assert set(found) == {("width_mm", most)}
    fits = keys.model_copy(update={"width_mm": most})
    assert list(follow.problems(fits, OPEN)) == []


def test_a_river_is_no_wider_than_its_bends_leave_it():
    """0.8 of 75 mm to each side, for three bends and one: 15 mm."""
    keys = load_shipped("trace-the-path").exercise_step.parameters
    keys = keys.model_copy(update={"reach_ap_mm": 75.0, "reach_ml_mm": 60.0, "bends": 3, "width_mm": 15.01})
    assert [(one.field, one.most) for one in trace.problems(keys, OPEN)] == [("width_mm", 15.0)]
    assert list(trace.problems(keys.model_copy(update={"width_mm": 15.0}), OPEN)) == []
    assert EXERCISES["trace"].problems is trace.problems


def test_where_the_dot_left_the_lane_is_so_far_along_it():
    """Half of 10 mm from (1, 2) to (7, 10)."""
    state: Any = SimpleNamespace(corners_mm=((1.0, 2.0), (7.0, 10.0)), stretch=0, along_mm=5.0, lengths_mm=(10.0,))
    assert follow_maze._left_at(state) == pytest.approx((4.0, 6.0))


@pytest.mark.parametrize(("holds", "word"), [(True, Word.OUT_OF_THE_MAZE), (False, Word.GET_READY)])
def test_a_maze_is_drawn_before_it_is_asked_for(holds, word):
    given = keyed("out-of-the-maze", width_mm=12.0)
    state = follow.begin(given)
    scene = follow_maze._scene(state, holds, 250, 0)
    assert scene.slots[0] == Slot(SlotKind.PATH, follow_maze.LANE, 0, SlotState.NOW, 0, 0, 120, 0)
    assert (scene.word, scene.clock_ds, scene.cue_count) == (word, 250, 0)
    assert [slot.id for slot in scene.slots[1:]] == [follow_maze.OUT, follow_maze.NEXT]


def test_a_mark_of_the_byte_order_is_no_part_of_a_document():
    text = (files("drills") / "catalogue" / "one-leg.toml").read_text(encoding="utf-8")
    assert load_document("\ufeff" + text, "one-leg").document == load_shipped("one-leg")
