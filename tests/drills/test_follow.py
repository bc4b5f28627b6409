"""Following: who follows scores, who stands still, rushes or cuts corners does not, and the scene shows the way."""

import itertools
import math
import random

import pytest

from drills.contradictions import contradictions
from drills.document import DrillDocument
from drills.exercises import EXERCISES
from drills.exercises.follow import FollowKeys
from drills.exercises.paths import Reach, lane_apart_mm, maze, place_at
from drills.library import load_shipped
from drills.scene import Dot, Feedback, PlaceLook, SceneOutcome, SlotKind, SlotState, View
from tests.drills.trying import at, held, keyed, slowly, watched

FOLLOW = EXERCISES["follow"]
LEADER, LINES, MAZE = "follow-the-leader", "swing-to-the-beat", "out-of-the-maze"


def leader_at(given, t_s: float) -> tuple[float, float]:
    keys = given.keys
    turns = max(0.0, t_s - 2.0) / keys.period_s
    return place_at(keys.path, Reach(keys.reach_ml_mm, keys.reach_ap_mm), turns, 1 if given.trial % 2 else -1)


def late(given, by_s: float, size: float = 1.0):
    """Somebody who is where the leader was."""

    def person(t_s, _):
        ml_mm, ap_mm = leader_at(given, t_s - by_s)
        return at(size * ml_mm, size * ap_mm)

    return person


def wanders(seed: int, reach_mm: float = 50.0):
    """Somebody who goes anywhere, smoothly: a new place each second."""
    draw = random.Random(seed)
    places = [(draw.uniform(-reach_mm, reach_mm), draw.uniform(-reach_mm, reach_mm)) for _ in range(200)]

    def person(t_s, _):
        number, part = int(t_s), t_s % 1.0
        one, other = places[number], places[number + 1]
        return at(*(a + (b - a) * (1 - math.cos(math.pi * part)) / 2 for a, b in zip(one, other, strict=True)))

    return person


@pytest.mark.parametrize("path", ["side", "forward", "circle", "eight", "waves"])
@pytest.mark.parametrize("trial", [1, 2])
def test_who_follows_scores_and_who_stands_still_hardly_does(path, trial):
    width_mm = 8.0 if path == "forward" else 12.0
    given = keyed(LEADER, path=path, width_mm=width_mm)._replace(trial=trial)
    score, of = FOLLOW.score(slowly(FOLLOW, given, late(given, 0.1)).state)
    assert (of, score >= 0.9 * of) == (42, True)
    still = FOLLOW.score(slowly(FOLLOW, given, lambda *_: at(0, 0)).state)
    assert still.done <= 0.2 * still.of


def test_rushing_to_and_fro_and_wandering_earn_next_to_nothing():
    given = keyed(LEADER, path="side")
    rush = slowly(FOLLOW, given, lambda t, _: at(50 * math.sin(2 * math.pi * 1.5 * t), 0))
    assert FOLLOW.score(rush.state).done == 0
    scores = [FOLLOW.score(slowly(FOLLOW, keyed(LEADER), wanders(seed)).state).done for seed in range(3)]
    assert max(scores) <= 4


def test_the_worse_somebody_follows_the_less_it_scores():
    given = keyed(LEADER)
    done = [
        FOLLOW.score(slowly(FOLLOW, given, late(given, by_s, size)).state).done
        for by_s, size in ((0.1, 1.0), (0.6, 0.9), (1.2, 0.7), (2.5, 0.5))
    ]
    assert done == sorted(done, reverse=True)
    assert done[0] > done[1] > done[-1]


@pytest.mark.parametrize("path", ["side", "forward", "circle", "eight"])
@pytest.mark.parametrize("trial", [1, 2])
def test_the_end_says_how_far_off_how_late_and_how_large(path, trial):
    given = keyed(LEADER, path=path, period_s=10.0)._replace(trial=trial)
    (said,) = slowly(FOLLOW, given, late(given, 0.3, 0.8)).of("followed")
    assert said["late_s"] == pytest.approx(0.3, abs=0.05)
    assert said["size"] == pytest.approx(0.8, abs=0.05)
    (exact,) = slowly(FOLLOW, given, late(given, 0.0)).of("followed")
    assert exact["rms_off_mm"] < 0.5 < said["rms_off_mm"]


def test_of_who_stands_still_no_lag_is_said():
    (said,) = slowly(FOLLOW, keyed(LEADER), lambda *_: at(0, 0)).of("followed")
    assert (said["late_s"], said["size"] < 0.01) == (None, True)
    (gone,) = slowly(FOLLOW, keyed(LEADER), lambda *_: at(math.nan, math.nan)).of("followed")
    assert (gone["rms_off_mm"], gone["late_s"], gone["in_ring_s"]) == (None, None, 0)


def test_the_ring_rests_then_goes_its_way_without_a_jump_and_its_arrow_points_ahead():
    given = keyed(LEADER)
    run = held(FOLLOW, given, lambda *_: at(0, 0))
    leaders = [next(slot for slot in scene.slots if slot.look == PlaceLook.LEADER) for scene in run.scenes]
    assert {(one.x, one.y) for one in leaders[:499]} == {(0, 0)}
    jumps = [math.dist((a.x, a.y), (b.x, b.y)) for a, b in itertools.pairwise(leaders)]
    assert max(jumps) < 10.0  # 0.1 mm: 50 times a second, at most 50 mm/s
    for one, after in itertools.pairwise(leaders[600::25]):
        way = math.degrees(math.atan2(after.y - one.y, after.x - one.x)) % 360
        assert abs((way - one.value / 10 + 180) % 360 - 180) < 15
    assert run.scenes[0].view == View.NEAR
    assert [event.kind for event in run.events] == ["shape", "followed"]
    points = run.events[0].data["points"]
    assert len(points) == 2 * 97
    assert points[:2] == points[-2:] == [0, 0]


def test_fading_takes_the_dot_and_leaves_the_leader():
    given = keyed(LEADER)._replace(feedback=Feedback.F2, trial=2)
    scene = held(FOLLOW, given, lambda *_: at(0, 0), 1.0).scenes[-1]
    assert (scene.dot, [slot.kind for slot in scene.slots]) == (Dot.HIDDEN, [SlotKind.PATH, SlotKind.PLACE])


def swinging(given, reach_mm: float, off_s: float = 0.0):
    """Somebody who is at the line at each beat, or so much later."""
    keys = given.keys

    def person(t_s, _):
        beats = (t_s - off_s - 2.0) / (keys.period_s / 2.0)
        along = (
            -reach_mm * math.sin(math.pi / 2 * max(beats, 0.0)) if beats < 1 else reach_mm * math.cos(math.pi * beats)
        )
        return at(0.0, along) if keys.path.endswith("forward") else at(along, 0.0)

    return person


@pytest.mark.parametrize("path", ["lines-side", "lines-forward"])
def test_who_swings_on_the_beat_touches_each_line(path):
    given = keyed(LINES, path=path)
    reach_mm = given.keys.reach_ap_mm if path.endswith("forward") else given.keys.reach_ml_mm
    run = slowly(FOLLOW, given, swinging(given, reach_mm))
    assert FOLLOW.score(run.state) == (20, 20)
    assert [one["side"] for one in run.of("touch")] == [-1, 1] * 10
    assert {one["outcome"] for one in run.of("touch")} == {"hit"}


def test_staying_at_a_line_rushing_and_swinging_off_the_beat_earn_nothing():
    given = keyed(LINES)
    scores = [
        FOLLOW.score(slowly(FOLLOW, given, person).state).done
        for person in (
            lambda *_: at(0, 0),
            lambda t, _: at(-45 if t > 3 else 0, 0),
            lambda t, _: at(50 * math.sin(2 * math.pi * t), 0),
            swinging(given, 45.0, 1.5),
            swinging(given, 20.0),
        )
    ]
    assert scores[0] == 0
    assert scores[1] <= 1
    assert scores[3] <= 1
    assert (scores[2], scores[4]) == (0, 0)


def test_the_line_that_is_asked_for_is_the_thick_one_and_each_beat_is_heard():
    given = keyed(LINES)
    run = held(FOLLOW, given, swinging(given, 45.0))
    assert [slot.kind for slot in run.scenes[0].slots] == [SlotKind.BAND, SlotKind.BAND, SlotKind.BEAT]
    early = run.scenes[round(3.5 * 250)]
    assert [slot.state for slot in early.slots[:2]] == [SlotState.NOW, SlotState.WAITING]
    touched = run.scenes[round(5.1 * 250)]
    assert (touched.slots[0].state, touched.outcome) == (SlotState.DONE, SceneOutcome.IN_GOAL)
    heard = sum(b.cue_count != a.cue_count for a, b in itertools.pairwise(run.scenes))
    assert 38 <= heard <= 42  # each beat, and each touch
    phases = [scene.slots[2].value for scene in run.scenes]
    assert max((b - a) % 1000 for a, b in itertools.pairwise(phases)) <= 7


def walks(t_s, scene):
    """Somebody who sees the next corner and goes there at 25 mm/s."""
    place = walks.place
    if scene is not None:
        aim = next((slot for slot in scene.slots if slot.kind == SlotKind.PLACE and slot.state == SlotState.NOW), None)
        if aim is not None:
            off = (aim.x / 10 - place[0], aim.y / 10 - place[1])
            far = math.hypot(*off)
            step = min(far, 0.5)
            place = (place[0] + off[0] / (far or 1) * step, place[1] + off[1] / (far or 1) * step)
    walks.place = place
    return at(*place)


@pytest.mark.parametrize("trial", [1, 2, 3, 4])
def test_who_goes_from_corner_to_corner_leaves_the_maze_clean(trial):
    walks.place = (0.0, 0.0)
    run = watched(FOLLOW, keyed(MAZE)._replace(trial=trial), walks)
    (left,) = run.of("maze-left")
    assert (left["clean"], left["of"], left["touches"]) == (5, 5, 0)
    assert FOLLOW.score(run.state) == (5, 5)
    assert run.scenes[-1].outcome == SceneOutcome.HELD


def test_who_has_left_the_lane_is_led_back_by_the_ring_and_gets_out():
    """Somebody who goes straight to the ring, but is thrown through the walls once."""
    walks.place, thrown = (0.0, 0.0), []

    def person(t_s, scene):
        if t_s > 3.0 and not thrown:
            thrown.append(t_s)
            walks.place = (walks.place[0] + 40.0, walks.place[1] - 35.0)
        return walks(t_s, scene)

    run = watched(FOLLOW, keyed(MAZE), person)
    (left,) = run.of("maze-left")
    assert left["touches"] >= 1
    assert left["clean"] < left["of"]
    rings = [
        slot for scene in run.scenes if scene.outcome is SceneOutcome.OUTSIDE for slot in scene.slots if slot.id == 2
    ]
    corners = {(round(10 * ml_mm), round(10 * ap_mm)) for ml_mm, ap_mm in run.state.corners_mm}
    assert rings
    assert {(slot.x, slot.y) for slot in rings}.isdisjoint(corners), "it is where the lane was left"


def test_cutting_through_the_walls_standing_still_and_wandering_earn_nothing():
    given = keyed(MAZE)
    corners = maze(given.keys.corners, Reach(given.keys.reach_ml_mm, given.keys.reach_ap_mm), 1)
    straight = slowly(FOLLOW, given, lambda t, _: at(*(min(1.0, t / 10) * value for value in corners[-1])))
    assert straight.state.score.done <= 1
    assert slowly(FOLLOW, given, lambda *_: at(0, 0)).state.score.done == 0
    assert max(slowly(FOLLOW, given, wanders(seed)).state.score.done for seed in range(5)) <= 1


def test_a_wall_that_is_touched_is_shown_and_counted_and_that_stretch_is_not():
    given = keyed(MAZE)
    way = [*maze(given.keys.corners, Reach(given.keys.reach_ml_mm, given.keys.reach_ap_mm), 1)]

    def person(t_s, _):
        walks_mm, out_mm = 20.0 * t_s, 15.0 if 0.4 < t_s < 0.6 else 0.0
        for one, other in itertools.pairwise(way):
            long_mm = math.dist(one, other)
            if walks_mm <= long_mm:
                ml_mm, ap_mm = (a + (b - a) * walks_mm / long_mm for a, b in zip(one, other, strict=True))
                return at(ml_mm, ap_mm + out_mm)
            walks_mm -= long_mm
        return at(*way[-1])

    run = held(FOLLOW, given, person)
    assert run.of("wall") == [{"trial": 1, "stretch": 1, "touches": 1}]
    assert run.state.score == (4, 5)
    touching = run.scenes[125]
    assert (touching.slots[0].kind, touching.slots[0].state) == (SlotKind.PATH, SlotState.OVER_LINE)
    ways = [scene.slots[0].value for scene in run.scenes]
    assert ways == sorted(ways)


def test_a_mazes_lanes_never_lie_in_each_other():
    for corners, trial in itertools.product(range(9), range(1, 6)):
        reach = Reach(60.0, 50.0)
        points = maze(corners, reach, trial)
        half_mm = min(10.0, lane_apart_mm(corners, reach) / 2 - 1)
        legs = list(itertools.pairwise(points))
        for (one, first), (other, second) in itertools.combinations(enumerate(legs), 2):
            if other - one < 2:
                continue
            near_mm = min(math.dist(_part(first, a / 20), _part(second, b / 20)) for a in range(21) for b in range(21))
            assert near_mm >= 2 * half_mm
    assert len({maze(4, Reach(60, 50), trial) for trial in range(1, 9)}) == 4


def _part(leg, part):
    return tuple(a + (b - a) * part for a, b in zip(*leg, strict=True))


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"path": "side", "reach_ml_mm": 75.0}, "reach_ml_mm", "path-beyond-base"),
        ({"path": "forward", "reach_ap_mm": 100.0}, "reach_ap_mm", "path-off-screen"),
        ({"path": "circle", "reach_ap_mm": 20.0, "width_mm": 12.0}, "width_mm", "out-of-range"),
        ({"path": "side", "reach_ml_mm": 30.0, "width_mm": 11.0}, "width_mm", "out-of-range"),
        ({"path": "maze", "corners": 7, "width_mm": 11.0}, "width_mm", "lanes-overlap"),
    ],
)
def test_a_way_that_cannot_be_right_is_refused_with_its_key(changes, field, reason):
    document = load_shipped(LEADER)
    step = document.exercise_step.model_copy(update={"parameters": FollowKeys(**{**PLAIN, **changes})})
    steps = tuple(step if one.step == "exercise" else one for one in document.steps)
    (found,) = contradictions(document.model_copy(update={"steps": steps}))
    assert (found.field, found.reason) == (f"steps.exercise.parameters.{field}", reason)


PLAIN = {"path": "eight", "reach_ml_mm": 50.0, "reach_ap_mm": 25.0, "period_s": 12.0, "width_mm": 12.0, "corners": 0}


def test_closed_eyes_follow_nothing():
    table = load_shipped(LEADER).model_dump(mode="json") | {"eyes": "closed"}
    with pytest.raises(ValueError, match="cannot be used") as caught:
        DrillDocument.model_validate(table)
    (problem,) = caught.value.errors()[0]["ctx"]["problems"]
    assert (problem.field, problem.reason) == ("eyes", "eyes-needed")


def test_a_way_is_shown_as_near_as_all_of_it_is_seen():
    """And no nearer: 96 mm to each side and 75 mm ahead."""

    def seen(**keys):
        return FOLLOW.begin(keyed(LEADER, **keys)).head.view

    for path in ("eight", "maze", "lines-side", "ring"):
        assert seen(path=path, reach_ml_mm=76.0, reach_ap_mm=55.0, width_mm=20.0) == View.NEAR
        assert seen(path=path, reach_ml_mm=76.1, reach_ap_mm=55.0, width_mm=20.0) == View.LEAN
    assert seen(path="eight", reach_ap_mm=63.1) == View.LEAN
    assert seen(path="lines-side", reach_ap_mm=99.0) == View.NEAR
