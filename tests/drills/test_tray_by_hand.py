"""A ball in a tray, computed by hand: where its holes are, how it rolls, and what is told and seen when it is in."""

import math
from typing import Any

import pytest

from drills.exercises import tray
from drills.exercises.tray import Tilting, TrayKeys
from drills.exercises.values import Moment, SafeBase
from drills.problems import Problem
from drills.scene import ArrowLook, Dot, PlaceLook, SceneOutcome, SlotKind, SlotState
from drills.values import Event, Phase
from drills.words import Cue, Word
from tests.drills.trying import at, keyed

S = 10**9
EDGE_MM = 51.0
"""The ball's middle at the edge of a tray that reaches 60 mm: the ball is 9 mm from it."""


def begun(**keys: Any) -> Tilting:
    """A round in a tray of 60 by 50 mm to each side with four holes of 10 mm."""
    own = {"reach_ml_mm": 60.0, "reach_ap_mm": 50.0, "radius_mm": 10.0, "holes": 4, "balls": 8, "right_share": 0.5}
    return tray.begin(keyed("ball-in-the-tray", **(own | {"roll_per_s": 2.0, "rub_s": 0.5, "rung": 3} | keys)))


def test_what_the_keys_may_be():
    found = TrayKeys.model_json_schema()["properties"]
    bounds = {name: (one["minimum"], one["maximum"]) for name, one in found.items() if name != "best"}
    assert bounds == {
        "reach_ml_mm": (5, 120),
        "reach_ap_mm": (5, 100),
        "radius_mm": (4, 40),
        "holes": (2, 4),
        "balls": (1, 40),
        "roll_per_s": (0.2, 4),
        "rub_s": (0.05, 2),
        "right_share": (0.2, 0.8),
        "rung": (0, 20),
    }


@pytest.mark.parametrize(
    ("holes", "places"),
    [
        (4, ((45.0, 35.0), (-45.0, -35.0), (45.0, -35.0), (-45.0, 35.0))),
        (3, ((45.0, 35.0), (-45.0, -35.0), (45.0, -35.0))),
        (2, ((45.0, 0.0), (-45.0, 0.0))),
    ],
)
def test_holes_are_in_the_corners_and_two_are_beside_each_other(holes, places):
    """10 mm of hole and 5 mm of rim are left of 60 and 50 mm."""
    state = begun(holes=holes)
    assert state.holes_mm == places
    assert sum(places[number][0] > 0.0 for number in state.order) == 4
    assert set(state.order) == set(range(holes))
    few = begun(holes=holes, right_share=0.25)
    assert sum(places[number][0] > 0.0 for number in few.order) == 2
    tight = begun(radius_mm=40.0, reach_ml_mm=44.0, reach_ap_mm=46.0)
    assert tight.holes_mm[0] == (0.0, 1.0)


@pytest.mark.parametrize(
    ("ball_mm", "speed_mm_s", "place_mm", "after_mm_s"),
    [
        (0.0, 0.0, 6.3212056, 12.6424112),
        (0.0, 20.0, 10.0, 20.0),
        (0.0, 50.0, 15.5181916, 31.0363832),
        (44.679, 0.0, EDGE_MM, 0.0),
        (44.67, 0.0, 50.9912056, 12.6424112),
        (50.0, 50.0, EDGE_MM, 0.0),
    ],
)
def test_a_lean_brings_a_ball_to_a_speed_and_an_edge_stops_it(ball_mm, speed_mm_s, place_mm, after_mm_s):
    """A lean of 10 mm asks for 20 mm/s; in half a second 1 - 1/e of the way to it is gone, of which half is way."""
    for side in (1.0, -1.0):
        state = begun()._replace(tilt_mm=(side * 10.0, 0.0))
        state = state._replace(ball_mm=(side * ball_mm, 0.0), speed_mm_s=(side * speed_mm_s, 0.0))
        rolled = tray._rolled(state, 0.5)
        assert rolled.ball_mm == pytest.approx((side * place_mm, 0.0), abs=1e-6)
        assert rolled.speed_mm_s == pytest.approx((side * after_mm_s, 0.0), abs=1e-6)
        turned = state._replace(tilt_mm=(0.0, side * 10.0), ball_mm=(0.0, side * 20.0), speed_mm_s=(0.0, 0.0))
        assert tray._rolled(turned, 0.5).ball_mm[1] == pytest.approx(side * 26.3212056)
    narrow = begun(reach_ml_mm=8.0)._replace(speed_mm_s=(50.0, 0.0))
    assert tray._rolled(narrow, 0.5).ball_mm == (0.0, 0.0)


@pytest.mark.parametrize("hands", [False, True])
def test_a_ball_that_falls_in_is_told_and_the_next_one_begins(hands):
    """The third ball, 4.5678 s after the second; with a hand on the rail it earns nothing."""
    state = begun()
    number = state.order[2]
    state = state._replace(gone=2, done=1, began_ns=3 * S, ball_mm=state.holes_mm[number], in_hole=9)
    state = state._replace(round=state.round._replace(gone_ns=7_567_800_000, hands=hands))
    fallen, events = tray._judge(state, 11 * S)
    told = {"trial": 1, "number": 3, "of": 8, "hole": number + 1, "outcome": "supported" if hands else "in"}
    assert events == (Event("ball", 11 * S, told | {"time_s": 4.568}),)
    assert (fallen.ball_mm, fallen.speed_mm_s, fallen.gone, fallen.done) == ((0.0, 0.0), (0.0, 0.0), 3, 1 + (not hands))
    assert fallen.rests
    assert (fallen.began_ns, fallen.in_hole) == (7_567_800_000, None if hands else number)
    assert fallen.last == (SceneOutcome.MISS if hands else SceneOutcome.HIT)
    assert tray.score(fallen) == (fallen.done, 8)
    assert [fallen._replace(gone=gone).over for gone in (7, 8)] == [False, True]


@pytest.mark.parametrize(
    ("since_ns", "lean_mm", "rests"),
    [(0, 30.0, True), (699_000_000, 10.1, True), (700_000_000, 30.0, False), (0, 10.0, False)],
)
def test_the_next_ball_lies_in_the_middle_while_the_patient_still_leans_to_the_last_hole(since_ns, lean_mm, rests):
    """It rolled off to where it came from, and cost two seconds to fetch."""
    state = begun()._replace(gone=1, began_ns=S, rests=True, tilt_mm=(0.0, lean_mm))
    state = state._replace(round=state.round._replace(gone_ns=S + since_ns))
    assert tray._let_go(state).rests is rests
    assert not tray._let_go(state._replace(rests=False)).rests  # who leans again rolls it


def looked(state: Tilting) -> dict[int, Any]:
    """The things on the screen by their ids."""
    return {slot.id: slot for slot in tray._slots(state)}


def test_what_lies_on_the_screen():
    """In 0.1 mm: the ball of 9 mm, the tray, its holes, of which the next one is bright, and the tilt ahead."""
    state = begun()._replace(ball_mm=(3.0, -4.0), tilt_mm=(0.0, 20.0), home_mm=(1.0, 2.0))
    slots = looked(state)
    assert slots[1][:7] == (SlotKind.PLACE, 1, PlaceLook.BALL, SlotState.NOW, 40, -20, 90)
    assert slots[2] == (SlotKind.PLACE, 2, PlaceLook.BOX, SlotState.WAITING, 10, 20, 600, 500)
    aim = state.order[0]
    for number, (x, y) in enumerate(state.holes_mm):
        look = SlotState.NOW if number == aim else SlotState.WAITING
        place = (round(10 * x) + 10, round(10 * y) + 20, 100)
        assert slots[10 + number][:7] == (SlotKind.PLACE, 10 + number, PlaceLook.HOLE, look, *place)
    assert slots[4] == (SlotKind.ARROW, 4, ArrowLook.TILT, SlotState.WAITING, 10, 20, 200, 900)
    assert set(slots) == {1, 2, 4, 10, 11, 12, 13}


@pytest.mark.parametrize(
    ("tilt_mm", "size", "angle"),
    [
        ((59.0, 0.0), 590, 0),
        ((-70.0, 0.0), 600, 1800),
        ((0.0, -0.5), 5, 2700),
        ((3.0, 3.0), 42, 450),
        ((20.0, -0.003), 200, 3599),
    ],
)
def test_the_tilt_is_an_arrow_of_6_cm_at_most(tilt_mm, size, angle):
    assert looked(begun()._replace(tilt_mm=tilt_mm))[4][6:] == (size, angle)


def test_a_level_tray_has_no_arrow_and_a_hidden_ball_is_hidden():
    assert 4 not in looked(begun())
    hidden = begun()._replace(tilt_mm=(5.0, 0.0))
    hidden = hidden._replace(head=hidden.head._replace(dot=Dot.HIDDEN))
    assert 4 not in looked(hidden)
    assert looked(hidden)[1].state == SlotState.HIDDEN
    helped = begun()
    helped = helped._replace(round=helped.round._replace(hands=True))
    assert (looked(helped)[60].x, looked(helped)[60].y) == (0, -980)
    over = begun()._replace(gone=8)
    assert {looked(over)[10 + number].state for number in range(4)} == {SlotState.WAITING}


@pytest.mark.parametrize(("later_ns", "look"), [(0, SlotState.DONE), (S - 1, SlotState.DONE), (S, SlotState.WAITING)])
def test_where_a_ball_fell_in_is_shown_for_a_second(later_ns, look):
    state = begun()
    other = next(number for number in range(4) if number != state.order[0])
    state = state._replace(in_hole=other, began_ns=S, round=state.round._replace(gone_ns=S + later_ns))
    assert looked(state)[10 + other].state == look
    assert looked(state._replace(in_hole=state.order[0]))[10 + state.order[0]].state == SlotState.NOW


def test_the_tray_is_looked_at_in_every_fifth_tick_and_rolls_in_the_time_of_the_round():
    state = begun()
    state = state._replace(round=state.round._replace(wait_ns=0, last_ns=0))
    lean = at(13.0, 0.0)
    waits = tray.step(state, lean, Moment(S // 10, Phase.BASELINE, 0))
    assert (waits.state.ball_mm, waits.scene.word) == ((0.0, 0.0), Word.GET_READY)
    first = tray.step(waits.state, lean, Moment(S // 5, Phase.HOLD, 0))
    part = 1.0 - math.exp(-0.2)
    assert first.state.ball_mm == pytest.approx((0.1 * part * 20.0, 0.0))
    assert (first.scene.word, first.scene.level, first.scene.goal) == (Word.TILT_THE_TRAY, 3, 8)
    soon = tray.step(first.state, lean, Moment(S // 5 + 17_999_999, Phase.HOLD, 0))
    assert soon.state is first.state
    assert tray.step(first.state, lean, Moment(S // 5 + 18_000_000, Phase.HOLD, 0)).state is not first.state


def test_the_tray_is_where_the_patient_stands():
    given = keyed("ball-in-the-tray")._replace(foot_ml_mm=12.3, foot_ap_mm=-4.5)
    state = tray.begin(given)
    assert (state.home_mm, state.began_ns) == ((12.3, -4.5), 0)
    assert (state.head.centre_x, state.head.centre_y) == (123, -45)
    assert tray._tilt(state, at(12.3 + 13.0, -4.5)) == pytest.approx((10.0, 0.0))
    assert tray._tilt(state, at(12.3, -4.5 + 13.0)) == pytest.approx((0.0, 10.0))


def test_a_ball_rolls_while_the_time_of_the_round_goes_on_and_some_are_left():
    state = begun()._replace(gone=8)
    state = state._replace(round=state.round._replace(wait_ns=0, last_ns=0, gone_ns=5 * S))
    assert tray.step(state, at(13.0, 0.0), Moment(S // 10, Phase.HOLD, 0)).state.ball_mm == (0.0, 0.0)
    rolled = tray.step(state._replace(gone=0), at(13.0, 0.0), Moment(S // 10, Phase.HOLD, 0)).state
    assert rolled.ball_mm == pytest.approx((2.0 * (1.0 - math.exp(-0.2)), 0.0))
    waits = state._replace(gone=0, ball_mm=state.holes_mm[state.order[0]], round=state.round._replace(wait_ns=S))
    assert tray.step(waits, at(0.0, 0.0), Moment(S // 10, Phase.HOLD, 0)).events == ()


def test_within_a_frame_the_picture_stays():
    state = begun()
    state = state._replace(round=state.round._replace(wait_ns=0, last_ns=0))
    first = tray.step(state, at(13.0, 0.0), Moment(20_000_000, Phase.HOLD, 0))
    same = tray.step(first.state, at(0.0, 50.0), Moment(39_999_999, Phase.HOLD, 0))
    assert same.scene is first.scene
    assert tray.step(first.state, at(0.0, 50.0), Moment(40_000_000, Phase.HOLD, 0)).scene != first.scene


def test_a_hit_sounds_and_a_ball_by_the_rail_does_not():
    for force_n, cue, done in ((700.0, Cue.HIT, 1), (670.0, Cue.NONE, 0)):
        state = begun()
        state = state._replace(ball_mm=state.holes_mm[state.order[0]])
        state = state._replace(round=state.round._replace(wait_ns=0, last_ns=0))
        stepped = tray.step(state, at(0.0, 0.0, force_n), Moment(S // 10, Phase.HOLD, 0))
        assert (stepped.scene.cue, stepped.scene.score, len(stepped.events)) == (cue, done, 1)


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({}, []),
        ({"radius_mm": 15.0}, []),
        ({"radius_mm": 15.01}, [("radius_mm", 15.0, "out-of-range")]),
        ({"reach_ap_mm": 47.77, "radius_mm": 15.0}, [("radius_mm", 14.26, "out-of-range")]),
        ({"reach_ml_mm": 135.1}, [("reach_ml_mm", 135.0, "path-off-screen")]),
        ({"reach_ap_mm": 105.1}, [("reach_ap_mm", 105.0, "path-off-screen")]),
    ],
)
def test_a_hole_is_a_third_of_what_the_rim_leaves_and_a_tray_is_seen(own, found):
    """Of 50 mm less 5 mm; the patient may lean less far than the ball rolls."""
    keys = begun(**own).given.keys
    base = SafeBase(20.0, 20.0, ("", ""), 1.0)
    assert [(one.field, one.most, one.reason) for one in tray.problems(keys, base)] == found
    blind = Problem("eyes", "closed", reason="eyes-needed")
    assert list(tray.problems(begun().given.keys, base._replace(eyes="closed"))) == [blind]
