"""Exercises where a tick, a millimetre or a word decides: what a trial of somebody who moves about rarely meets."""

import math

import pytest

from drills.exercises import EXERCISES, tray
from drills.exercises.feet import Feet, Learning, Stood, learn
from drills.exercises.trace import STRETCHES
from drills.exercises.values import PLATE_HALF_AP_MM, PLATE_HALF_ML_MM, Moment
from drills.library import catalogue_names, load_shipped
from drills.scene import ArrowLook, ClockKind, PlaceLook, SceneOutcome, SlotKind, SlotState
from drills.values import Phase
from tests.drills.movements import sits_and_stands
from tests.drills.players import round_of
from tests.drills.trying import SLOW_NS, TICK_NS, at, held, keyed, slowly

LATER_NS = 3 * 3600 * 10**9
"""A time that is forgotten shows where the clock began long before."""
LOOKS_AT_EVERY_FIFTH = {"catch", "cycles", "dual", "guided", "lift", "recall", "slalom", "trace", "tray"}
"""Ticks of 4 ms: which is all that is seen."""
A_DRILL = {load_shipped(name).exercise_step.exercise: name for name in sorted(catalogue_names())}


def _held_for(name: str, seconds: float):
    """The state of somebody who stands there, and the time of the last tick."""
    exercise = EXERCISES[load_shipped(name).exercise_step.exercise]
    state = exercise.begin(keyed(name))
    for now_ns in range(LATER_NS, LATER_NS + round(seconds * 1e9), SLOW_NS):
        state = exercise.step(state, at(1.0, -2.0), Moment(now_ns, Phase.HOLD, LATER_NS)).state
    return exercise, state, now_ns


@pytest.mark.parametrize("kind", sorted(A_DRILL))
def test_a_phase_is_drawn_in_its_first_tick_however_shortly_before_it_was_looked(kind):
    exercise, state, now_ns = _held_for(A_DRILL[kind], 6.0)
    soon, late = (
        exercise.step(state, at(1.0, -2.0), Moment(then_ns, Phase.RAMP_DOWN, then_ns)).scene
        for then_ns in (now_ns + TICK_NS, now_ns + SLOW_NS)
    )
    assert soon == late
    assert soon != state.scene


@pytest.mark.parametrize("kind", sorted(LOOKS_AT_EVERY_FIFTH))
def test_within_a_phase_it_is_not_looked_again_before_what_is_seen_can_change(kind):
    exercise, state, now_ns = _held_for(A_DRILL[kind], 6.0)
    for since_ns, looked in ((TICK_NS, False), (SLOW_NS - TICK_NS, False), (SLOW_NS, True)):
        stepped = exercise.step(state, at(60.0, 40.0), Moment(now_ns + since_ns, Phase.HOLD, LATER_NS))
        assert (stepped.state is not state) is looked
        assert looked or (stepped.scene is state.scene and not stepped.events)


@pytest.mark.parametrize("kind", sorted(A_DRILL))
def test_no_clock_runs_outside_the_hold(kind):
    exercise, state, now_ns = _held_for(A_DRILL[kind], 0.1)
    scene = exercise.step(state, at(1.0, -2.0), Moment(now_ns + SLOW_NS, Phase.RAMP_DOWN, now_ns)).scene
    assert (scene.clock_kind, scene.clock_ds, scene.clock_of_ds) == (ClockKind.NONE, 0, 0)


def _told(name: str, people, jump_ns: int, at_s: float, seconds: float = 40.0) -> list[dict]:
    """What is told of the repetitions of somebody while whom the clock jumps."""
    exercise = EXERCISES[load_shipped(name).exercise_step.exercise]
    state, events = exercise.begin(keyed(name)), []
    for since_ns in range(0, round(seconds * 1e9), SLOW_NS):
        now_ns = LATER_NS + since_ns + (jump_ns if since_ns >= at_s * 1e9 else 0)
        state, _, told, done = exercise.step(state, people(since_ns / 1e9), Moment(now_ns, Phase.HOLD, LATER_NS))[:4]
        events += told
        if done:
            break
    return [event.data for event in events if event.kind == "repetition"]


@pytest.mark.parametrize(
    ("name", "people", "at_s", "key"),
    [
        ("catch-your-balance", lambda t: at(0.0, 0.0 if t < 7.0 else 120.0), 8.0, "longest_out_s"),
        ("even-stand-up", sits_and_stands(4.0), 7.5, "time_s"),
    ],
)
def test_no_repetition_takes_longer_than_an_hour(name, people, at_s, key):
    """Where the clock has jumped the longest time that is told is one that a table can hold."""
    times_s = [one[key] for one in _told(name, people, 5 * 3600 * 10**9, at_s)]
    assert max(times_s) == 3600.0
    assert max(_told(name, people, 0, at_s), key=lambda one: one[key])[key] < 60.0


STOOD = Stood(700.0, 0.0, 280.0)
STILL_FROM_NS = 4_000_000_000


def _stands_on_the_left(*places_mm: float, apart_ns: int = 0) -> Learning:
    """Learning the left foot, after so many looks at it."""
    learning: Learning | Feet = Learning()
    for number, ml_mm in enumerate(places_mm):
        assert isinstance(learning, Learning)
        learning = learn(learning, at(ml_mm, 0.0), STILL_FROM_NS + number * apart_ns, STOOD)
    assert isinstance(learning, Learning)
    return learning


def test_two_looks_in_the_same_moment_are_both_of_the_foot_that_rests():
    """And one from before it begins anew."""
    now = _stands_on_the_left(-100.0, -110.0)
    assert (now.still_ns, now.low_mm, now.high_mm) == (STILL_FROM_NS, -110.0, -100.0)
    back = _stands_on_the_left(-100.0, -110.0, apart_ns=-1)
    assert (back.still_ns, back.low_mm, back.high_mm) == (STILL_FROM_NS - 1, -110.0, -110.0)


@pytest.mark.parametrize(
    ("places_mm", "kept"),
    [
        ((-100.0, -120.0), True),
        ((-100.0, -120.001), False),  # moves by more than 20 mm
        ((-50.0, -50.0), True),
    ],
)
def test_a_foot_rests_within_twenty_millimetres_and_fifty_from_the_middle(places_mm, kept):
    now = _stands_on_the_left(*places_mm, apart_ns=TICK_NS)
    assert (now.still_ns == STILL_FROM_NS) is kept
    assert _stands_on_the_left(-49.999).still_ns is None


@pytest.mark.parametrize(("share", "rests"), [(0.85, True), (0.8499, False)])
def test_a_foot_alone_carries_nearly_all(share, rests):
    learning = learn(Learning(), at(-100.0, 0.0, 700.0 * share), 0, STOOD)
    assert isinstance(learning, Learning)
    assert (learning.still_ns is not None) is rests


def test_a_foot_is_learnt_after_a_second_and_given_up_after_eight():
    resting = _stands_on_the_left(-100.0)
    for since_ns, side in ((10**9 - 1, -1), (10**9, 1)):
        assert learn(resting, at(-110.0, 0.0), STILL_FROM_NS + since_ns, STOOD).side == side
    right = learn(resting, at(-110.0, 0.0), STILL_FROM_NS + 10**9, STOOD)
    assert right == Learning(1, STILL_FROM_NS + 10**9, left_mm=-105.0)
    for since_ns, feet in ((8 * 10**9 - 1, None), (8 * 10**9, Feet(-140.0, 140.0, False))):
        learnt = learn(right, at(0.0, 0.0), STILL_FROM_NS + 10**9 + since_ns, STOOD)
        assert (learnt if isinstance(learnt, Feet) else None) == feet


SHARE = EXERCISES["share"]


def test_feet_too_near_are_told_for_six_seconds_and_once():
    """Also where the clock began long before, and where somebody steps on after it is over."""
    state, done_ns, shared = SHARE.begin(keyed("share-the-weight")), [], []
    feet_ns = 0
    for now_ns in range(LATER_NS, LATER_NS + 14 * 10**9, SLOW_NS):
        since_s = (now_ns - LATER_NS) / 1e9
        place_mm = -80.0 if since_s < 2.0 else 80.0 if since_s < 4.0 else 0.0
        state, _, events, done = SHARE.step(state, at(place_mm, 0.0), Moment(now_ns, Phase.HOLD, LATER_NS))[:4]
        feet_ns = next((event.t_ns for event in events if event.kind == "feet"), feet_ns)
        shared += [event.t_ns for event in events if event.kind == "shared"]
        done_ns += [now_ns] * done
    assert shared == [feet_ns + 6 * 10**9] == done_ns[:1]
    after = Moment(now_ns + SLOW_NS, Phase.RAMP_DOWN, now_ns + SLOW_NS)
    assert not SHARE.step(state, at(0.0, 0.0), after).done, "only a hold is over"


def test_the_share_is_the_mean_of_the_time_in_which_it_was_known():
    """For half of the time nobody knows where the dot is, and for a part what the plate carries."""
    person = lambda t, _: at(28.0 if t % 2 < 1 else math.nan, 0.0, 630.0 if t % 3 < 2 else math.inf)  # noqa: E731
    (said,) = slowly(SHARE, keyed("share-the-weight", feet="marks"), person).of("shared")
    assert (said["right_percent"], said["hands_percent"]) == (60.0, 10.0)


RECALL = EXERCISES["recall"]


@pytest.mark.parametrize(
    ("off_mm", "outcome", "ring"), [(8.0, "near", SlotState.DONE), (30.0, "off", SlotState.WAITING)]
)
def test_the_place_that_was_to_be_found_is_marked_as_found_where_it_was(off_mm, outcome, ring):
    given = keyed("lean-from-memory", results_share=1.0)
    place_mm, asked = [0.0, 0.0], False

    def person(_t, events):
        nonlocal asked
        for event in events[-2:]:
            asked = asked or event.kind == "recall-asked"
            if event.kind == "target":
                place_mm[:] = event.data["ml_mm"], event.data["ap_mm"]
        return at(place_mm[0] + off_mm, 50.0) if asked else at(*place_mm)

    run = held(RECALL, given._replace(foot_ap_mm=0.0), person, 60.0, SLOW_NS)
    told = run.of("recalled")[0]
    states = {slot.state for scene in run.scenes for slot in scene.slots if slot.look == PlaceLook.RING and asked}
    assert told["outcome"] == outcome, told
    assert ring in states
    assert (SlotState.DONE in states) is (outcome == "near")


TARGETS = EXERCISES["targets"]


@pytest.mark.parametrize(
    ("room_mm", "home_mm"),
    [(30.0, 30.0), (0.5, 0.5), (0.0, 0.0), (-10.0, 0.0)],
)
def test_home_is_moved_inward_by_what_its_places_need_and_never_beyond_the_middle(room_mm, home_mm):
    """Of somebody at the plate's edge, to the front and to the side; the room may be less than none."""
    keys = {"places": 4, "distance_share": 1.0, "radius_mm": 10.0}
    keys |= {"limit_front_mm": PLATE_HALF_AP_MM - 10.0 - room_mm, "limit_side_mm": PLATE_HALF_ML_MM - 10.0 - room_mm}
    for sign in (1.0, -1.0):
        given = keyed("reach-the-targets", **keys)._replace(foot_ml_mm=sign * 150.0, foot_ap_mm=sign * 150.0)
        assert TARGETS.begin(given).spots_mm[0] == (sign * home_mm, sign * home_mm)


TRACE = EXERCISES["trace"]
STRAIGHT_MM = ((0.0, -40.0), (0.0, 40.0))


def _rivers(many: int = 1):
    """Rivers of 80 mm, straight ahead, in the moment in which it begins; their half width is 12 mm."""
    state = TRACE.begin(round_of("trace-the-path", 1, width_mm=12.0))
    return state._replace(
        rivers_mm=(STRAIGHT_MM,) * many, lengths_mm=((0.0, 80.0),) * many, round=state.round._replace(wait_ns=0)
    )


def _traced(state, *places_mm):
    """The state, and the scene, after each place of the dot, a look for each."""
    looks = []
    for number, place_mm in enumerate(places_mm):
        moment = Moment(LATER_NS + number * SLOW_NS * 5, Phase.HOLD, LATER_NS)
        state, scene = TRACE.step(state, at(*place_mm), moment)[:2]
        looks.append((state, scene))
    return looks


@pytest.mark.parametrize(("off_mm", "inside"), [(12.0, True), (12.001, False), (-12.0, True), (math.nan, False)])
def test_a_river_reaches_as_far_as_its_bank(off_mm, inside):
    (begun, _), (now, scene) = _traced(_rivers(), (0.0, -40.0), (off_mm, -36.0))
    assert (begun.began, begun.inside) == (True, True)
    assert (now.inside, now.touches, now.clean) == (inside, not inside, inside)
    assert scene.outcome == (SceneOutcome.IN_GOAL if inside else SceneOutcome.OUTSIDE)
    (start, _), *_ = _traced(_rivers(), (off_mm, -40.0))
    assert start.began is inside, "the beginning is as wide"


def test_a_bank_is_touched_once_and_only_on_the_way():
    looks = _traced(_rivers(), (50.0, 0.0), (0.0, -40.0), (20.0, -39.0), (21.0, -39.0), (0.0, -39.0), (20.0, -39.0))
    assert [state.touches for state, _ in looks] == [0, 0, 1, 1, 1, 2]
    assert [scene.outcome for _, scene in looks] == [SceneOutcome.IN_GOAL] * 2 + [
        SceneOutcome.OUTSIDE,
        SceneOutcome.OUTSIDE,
        SceneOutcome.IN_GOAL,
        SceneOutcome.OUTSIDE,
    ]


def test_a_stretch_counts_from_its_last_millimetre_on_and_the_last_one_half_a_width_before_the_end():
    ways = [-40.0, -30.001, -30.0, *(ap_mm for ap_mm in range(-24, 34, 6)), 33.999, 34.0]
    looks = _traced(_rivers(2), *((0.0, ap_mm) for ap_mm in ways))
    done = [state.done for state, _ in looks]
    assert done == [0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 7, 7, 8]
    assert [state.river for state, _ in looks] == [0] * 14 + [1]
    assert STRETCHES == 8


@pytest.mark.parametrize("right_share", [0.3, 0.5, 0.7])
def test_rivers_go_as_far_to_each_side_as_its_share_says(right_share):
    state = TRACE.begin(round_of("trace-the-path", 3, right_share=right_share, rivers=8, bends=4, width_mm=4.0))
    far = (max(way * x for river in state.rivers_mm for x, _ in river) for way in (-1.0, 1.0))
    left_mm, right_mm = state.given.keys.reaches_mm
    for most_mm, reach_mm in zip(far, (left_mm, right_mm), strict=True):
        assert 0.9 * reach_mm < most_mm <= reach_mm + 0.05


TRAY = EXERCISES["tray"]


@pytest.mark.parametrize(
    ("off_mm", "speed_mm_s", "falls"),
    [(12.0, 0.0, True), (12.001, 0.0, False), (0.0, 45.0, True), (0.0, 45.001, False)],
)
def test_a_ball_falls_into_a_hole_that_it_touches_and_does_not_roll_over(off_mm, speed_mm_s, falls):
    state = TRAY.begin(round_of("ball-in-the-tray", 2))
    hole = state.holes_mm[state.order[0]]
    ball_mm = (hole[0] - off_mm, hole[1])
    state = state._replace(ball_mm=ball_mm, speed_mm_s=(0.0, speed_mm_s))
    fallen, events = tray._judge(state, LATER_NS)
    assert (len(events), fallen.gone, fallen.done) == ((1, 1, 1) if falls else (0, 0, 0))


@pytest.mark.parametrize(("lean_mm", "tilt_mm"), [(3.0, 0.0), (4.0, 1.0), (123.0, 120.0), (124.0, 120.0)])
def test_a_tray_lies_level_at_first_and_leans_so_far_at_most(lean_mm, tilt_mm):
    state = TRAY.begin(round_of("ball-in-the-tray", 2))
    for side, way in ((1.0, 0.0), (0.0, -1.0)):
        leaning = tray._tilt(state, at(state.home_mm[0] + side * lean_mm, state.home_mm[1] + way * lean_mm))
        assert leaning == pytest.approx((side * tilt_mm, way * tilt_mm))
    assert tray._tilt(state, at(math.inf, 0.0)) == tray._tilt(state, at(math.nan, 0.0)) == (0.0, 0.0)


SLALOM = EXERCISES["slalom"]


@pytest.mark.parametrize(
    ("side_mm", "gate_share", "off_mm", "angle"),
    [
        (40.0, 0.5, 10.0, None),  # in the gate, of which the half is 10 mm
        (40.0, 0.5, 10.1, 0),
        (40.0, 0.5, -10.0, None),
        (40.0, 0.5, -10.1, 1800),
        (10.0, 0.1, 0.8, 0),  # the narrowest gate there is: 1 mm
        (10.0, 0.1, -0.8, 1800),
    ],
)
def test_an_arrow_points_to_the_gate_from_where_the_dot_would_miss_it(side_mm, gate_share, off_mm, angle):
    given = round_of("slalom", 5, side_mm=side_mm, gate_share=gate_share, far_share=1.0, fall_s=4.0)
    state = SLALOM.begin(given)
    state = state._replace(round=state.round._replace(wait_ns=0, gone_ns=state.gates[0].at_ns - 10**9))
    dot = at(state.gates[0].ml_mm - off_mm, 0.0)
    scene = SLALOM.step(state, dot, Moment(LATER_NS, Phase.HOLD, LATER_NS)).scene
    assert [slot.value for slot in scene.slots if slot.look == ArrowLook.LEAN and slot.kind == SlotKind.ARROW] == (
        [] if angle is None else [angle]
    )
