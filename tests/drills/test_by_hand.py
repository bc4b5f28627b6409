"""Small rules with figures computed by hand: what a house allows, how long a drill takes, where a foot is drawn."""

import copy
import math

import pytest

from drills.bounds import NO_BOUNDS, Bounds, beyond, longest_hold_s, longest_hold_shown_s
from drills.document import DrillDocument
from drills.errors import DrillDocumentError, PrescriptionError, UnknownDrillError
from drills.exercises.ends import FRESH, MovementEnds, SeenMoving, follow
from drills.exercises.paths import Reach, lane_apart_mm
from drills.exercises.rounds import BestKeys
from drills.exercises.support import support
from drills.framing import frame
from drills.lasting import lasts_s
from drills.library import load_shipped
from drills.machine import begin
from drills.ordered import NO_LOAD
from drills.plan import make_plan, prepared
from drills.platform import Platform
from drills.prescription import Asked, Prescription, prescribe
from drills.problems import Problem
from drills.ranges import FieldRange, ranges
from drills.scene import Eyes, Feedback, PlaceLook, SlotState
from drills.values import NO_DEMAND, Leg, Phase
from drills.vibration import FORMS, none, ramp
from drills.vibration.ramp import RampKeys, Rise
from drills.vibration.values import Shake, Timing, Vibration

S = 10**9
CRANK = Platform(12.0, 38.0, 40.0, ((25.0, 0.2),))
SHAKEN = load_shipped("single-leg-vibration")
QUIET = load_shipped("quiet-stance")


def shaken(**asked: float) -> Prescription:
    return prescribe(SHAKEN, Asked(Leg.LEFT, **asked))


def test_the_longest_hold_is_what_two_ramps_leave_of_the_longest_bout():
    """The ramps take 2.0 and 1.5 s; the document's longest is a minute."""
    assert longest_hold_s(SHAKEN, shaken(), NO_BOUNDS, None) == 60.0
    assert longest_hold_s(SHAKEN, shaken(), Bounds(bout_s=63.5), None) == 60.0
    assert longest_hold_s(SHAKEN, shaken(), Bounds(bout_s=30.0), None) == 26.5
    still = shaken(displacement_pp_mm=0)
    assert longest_hold_s(SHAKEN, still, Bounds(bout_s=30.0), None) == 60.0
    assert longest_hold_s(QUIET, prescribe(QUIET, Asked(Leg.BOTH)), Bounds(bout_s=30.0), None) == 120.0


@pytest.mark.parametrize(
    ("bout_s", "shown_s"), [(30.0, 26.5), (30.09, 26.5), (29.99, 26.4), (5.8, 2.3), (30.1, 26.6), (100.0, 60.0)]
)
def test_it_is_shown_in_tenths_and_never_more_than_there_is(bout_s, shown_s):
    assert longest_hold_shown_s(SHAKEN, shaken(), Bounds(bout_s=bout_s), None) == shown_s


def test_every_bound_of_a_house_is_named_once():
    asked = shaken(hold_s=30.0)
    least = Bounds(25.0, 25.0, 0.23, 0.2894, 33.5)
    assert beyond(SHAKEN, asked, NO_BOUNDS, None) == beyond(SHAKEN, asked, least, None) == ()
    tight = Bounds(26.0, 30.0, 0.2, 0.2, 33.0)
    assert list(map(str, beyond(SHAKEN, asked, tight, None))) == [
        "frequency_hz=25 out-of-range least=26 most=30",
        "displacement_pp_mm=0.23 out-of-range most=0.2",
        "displacement_pp_mm=0.23 too-hard hz=25 peak_g=0.289346 most_g=0.2",
        "hold_s=30 out-of-range most=29.5",
    ]
    assert [str(one) for one in beyond(SHAKEN, asked, NO_BOUNDS._replace(max_hz=24.0), None)] == [
        "frequency_hz=25 out-of-range least=0 most=24"
    ]
    assert beyond(SHAKEN, shaken(displacement_pp_mm=0, hold_s=30.0), tight, None) == ()


def test_a_house_that_forbids_the_way_up_forbids_the_frequency():
    """A platform's own displacement is larger below: 0.55 mm at 12 Hz."""
    falls = Platform(12.0, 40.0, 40.0, ((12.0, 0.55), (20.0, 0.41), (35.0, 0.37)))
    asked = prescribe(SHAKEN, Asked(Leg.LEFT, frequency_hz=20), falls)
    assert beyond(SHAKEN, asked, Bounds(displacement_pp_mm=0.56), falls) == ()
    (problem,) = beyond(SHAKEN, asked, Bounds(displacement_pp_mm=0.5), falls)
    assert problem == Problem(
        "frequency_hz",
        20.0,
        reason="platform-too-hard",
        values={"platform_mm": 0.55, "hz": 12.0, "on_the_way": True, "limit_mm": 0.5, "instead_hz": None},
    )


def test_a_house_bounds_where_a_form_wanders_to():
    """It goes 5 Hz to either side, and as hard: at 20 Hz 0.23 x (25 / 20)^2 mm."""
    form = FORMS["variable"]
    step = SHAKEN.exercise_step
    shared = {key: value for key, value in step.vibration.model_dump().items() if key in form.keys.model_fields}
    keys = form.keys.model_validate(shared | {"form": "variable", "span_hz": 5.0, "slew_hz_per_s": 2.0})
    steps = tuple(one.model_copy(update={"vibration": keys}) if one is step else one for one in SHAKEN.steps)
    wanders: DrillDocument = SHAKEN.model_copy(update={"steps": steps})
    least_mm = 0.23 * (25.0 / 20.0) ** 2
    allowed = Bounds(20.0, 30.0, least_mm + 1e-6)
    asked = shaken(hold_s=20.0)
    assert beyond(wanders, asked, allowed, None) == ()
    for bounds, field in (
        (allowed._replace(min_hz=20.1), "frequency_hz"),
        (allowed._replace(max_hz=29.9), "frequency_hz"),
        (allowed._replace(displacement_pp_mm=least_mm - 1e-6), "displacement_pp_mm"),
    ):
        assert [one.field for one in beyond(wanders, asked, bounds, None)] == [field]


def test_a_drill_lasts_from_getting_on_to_the_end_of_its_last_trial():
    """10 s to get on; 3 + 2 + 10 + 30 s and 3.5 s of ramps a trial; 30 s between two."""
    assert lasts_s(SHAKEN, shaken(hold_s=30.0)) == 10.0 + 3 * 48.5 + 2 * 30.0
    assert lasts_s(SHAKEN, shaken(hold_s=20.0, trials=1)) == 10.0 + 38.5
    assert lasts_s(SHAKEN, shaken(hold_s=20.0, trials=2).model_copy(update={"rest_s": 40.0})) == 10.0 + 2 * 38.5 + 40.0
    assert lasts_s(SHAKEN, shaken(hold_s=30.0, displacement_pp_mm=0)) == 10.0 + 3 * 45.0 + 2 * 30.0
    assert lasts_s(QUIET, prescribe(QUIET, Asked(Leg.BOTH))) == 40.0
    slow = CRANK._replace(slew_hz_per_s=4.0)
    asked = prescribe(SHAKEN, Asked(Leg.LEFT, frequency_hz=35, trials=1, hold_s=30.0), slow)
    assert lasts_s(SHAKEN, asked, slow) == 10.0 + 45.0 + 5.75 + 1.5


def test_what_a_form_needs_of_a_value_is_what_its_key_allows():
    document = load_shipped("ball-in-the-tray")
    found = {one.path: one for one in ranges(document)}
    title = document.title
    assert found["title"] == FieldRange("title", title, "string", 1, 80)
    assert found["eyes"] == FieldRange("eyes", "open", "string", choices=("open", "closed"))
    assert found["trials.max"] == FieldRange("trials.max", found["trials.max"].value, "integer", 1, 20)
    limit = "steps.get-on.limit_s"
    assert found[limit] == FieldRange(limit, 60.0, "number", 5, 600)
    harder = found["about.harder"]
    assert (harder.kind, type(harder.value), harder.least, harder.most) == ("array", list, 1, 8)
    assert found["success.share_of_trials"][3:] == (0, 1, ())
    assert "steps.exercise.parameters.radius_mm" in found
    assert not {"name", "stance.kind", "steps.learn.time_s", "about.id", "thresholds.get_on.force_n"} & set(found)
    assert not any(one.value is None for one in found.values())
    seat = {one.path: one for one in ranges(load_shipped("five-stands"))}["steps.exercise.parameters.from_seat"]
    assert seat[1:] == (True, "boolean", None, None, ())


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (DrillDocumentError, "drill-invalid"),
        (PrescriptionError, "input-invalid"),
        (UnknownDrillError, "drill-unknown"),
    ],
)
def test_an_error_keeps_what_it_says_when_it_is_copied(kind, code):
    problem = Problem("eyes", 3, reason="not-one-of")
    told = copy.copy(kind("my.toml", problem))
    assert (told.where, told.problems, told.args) == ("my.toml", (problem,), ("my.toml", problem))
    assert str(told) == f"{code} my.toml: eyes=3 not-one-of"
    assert copy.copy(kind(where="my.toml")).args == ("my.toml",)


@pytest.mark.parametrize(
    ("feet", "foot", "places"),
    [
        ("apart", None, [(-1000, 0), (1000, 0)]),
        ("together", None, [(-520, 0), (520, 0)]),
        ("semi-tandem", None, [(-520, -650), (520, 650)]),
        ("semi-tandem", Leg.RIGHT, [(-520, -650), (520, 650)]),
        ("semi-tandem", Leg.LEFT, [(-520, 650), (520, -650)]),
        ("tandem", None, [(0, -1350), (0, 1350)]),
        ("tandem", Leg.LEFT, [(0, 1350), (0, -1350)]),
    ],
)
def test_two_feet_are_drawn_as_the_drill_has_them(feet, foot, places):
    state = begin(QUIET, prescribe(QUIET, Asked(Leg.BOTH)), 0)
    state = state._replace(phase=Phase.GET_ON, plan=state.plan._replace(feet=feet, foot=foot))
    left, right = frame(state, 0).slots
    assert [(left.x, left.y), (right.x, right.y)] == places
    assert (left.look, right.look) == (PlaceLook.SOLE_LEFT, PlaceLook.SOLE_RIGHT)
    assert (left.state, right.state) == (SlotState.NOW, SlotState.NOW)


@pytest.mark.parametrize(
    ("corners", "apart_mm"), [(1, math.inf), (2, 120.0), (3, 30.0), (4, 20.0), (5, 20.0), (6, 15.0), (7, 15.0)]
)
def test_the_lanes_of_a_maze_share_what_it_reaches(corners, apart_mm):
    """A way of 4 legs has 2 to the side and 2 ahead; of 3 only the two to the side lie beside each other."""
    assert lane_apart_mm(corners, Reach(60.0, 120.0)) == apart_mm
    assert lane_apart_mm(3, Reach(120.0, 60.0)) == 30.0


@pytest.mark.parametrize(
    ("force_n", "weight_n", "share"),
    [
        (700.0, 700.0, 0.0),
        (350.0, 700.0, 0.5),
        (0.0, 700.0, 1.0),
        (800.0, 700.0, 0.0),
        (20_000.0, 700.0, 0.0),
        (20_000.1, 700.0, None),
        (-0.1, 700.0, None),
        (math.nan, 700.0, None),
        (math.inf, 700.0, None),
        (350.0, 0.0, None),
        (350.0, -1.0, None),
        (350.0, math.nan, None),
        (0.25, 0.5, 0.5),
    ],
)
def test_what_hands_carry_is_known_where_force_and_weight_are(force_n, weight_n, share):
    assert support(force_n, weight_n) == share


@pytest.mark.parametrize("platform", [None, CRANK])
def test_a_plate_that_stands_still_does_so_for_the_whole_hold(platform):
    made = none.prepare(none.StillKeys(), Shake(0.0, 0.0, 30.5, platform))
    assert made == Vibration(NO_DEMAND, 0.0, 0.0, Timing(0, 30_500_000_000, 0), platform)
    assert (none.FORM.ramps_s(none.StillKeys()), none.FORM.leave(made, 5)) == ((0.0, 0.0), 30_500_000_000)
    assert none.FORM.demand(made, 10**9) is NO_DEMAND


def rising(rise_s: float) -> RampKeys:
    shared = SHAKEN.exercise_step.vibration.model_dump()
    kept = {key: value for key, value in shared.items() if key in RampKeys.model_fields}
    return RampKeys.model_validate(kept | {"form": "ramp", "rise_s": rise_s})


def test_a_level_rises_by_a_twentieth_of_g_in_a_second_at_most():
    """25 Hz and 0.23 mm are 0.289346 g, which takes 5.7869 s; four times as much takes four times as long."""
    assert list(ramp.problems(rising(5.79))) == []
    (problem,) = ramp.problems(rising(5.78))
    assert (problem.field, problem.value, problem.reason) == ("rise_s", 5.78, "rises-too-fast")
    assert problem.least == pytest.approx(5.786912, abs=1e-6)
    assert problem.values == {"most_g_per_s": 0.05}
    assert ramp.prepare(rising(20.0), Shake(25.0, 0.23, 10.0, None)) == Vibration(
        (25.0, 0.23), 12.0, 25.0, Timing(0, 10 * S, 1_500_000_000), None, Rise(20 * S, 0.5)
    )
    hard = ramp.prepare(rising(20.0), Shake(25.0, 0.92, 30.0, None))
    assert hard.own.rise_ns == pytest.approx(23_147_600_000, abs=100_000)
    assert hard.own.reached == 1.0
    assert ramp.prepare(rising(20.0), Shake(8.0, 0.23, 10.0, None)).start_hz == 8.0


def test_a_level_that_rises_goes_evenly_and_fades_from_what_it_has_reached():
    """After 5 s of 20 it is a quarter; at the end of a hold of 10 s the half, and halfway of its fading a quarter."""
    made = ramp.prepare(rising(20.0), Shake(25.0, 0.23, 10.0, None))
    assert ramp.demand(made, 5 * S) == pytest.approx((25.0, 0.25 * 0.23))
    assert ramp.demand(made, 10 * S) == pytest.approx((25.0, 0.5 * 0.23))
    assert ramp.demand(made, 10 * S + 750_000_000) == pytest.approx((25.0, 0.25 * 0.23))
    assert ramp.demand(made, 0) is ramp.demand(made, 11_500_000_000) is NO_DEMAND
    early_hz, early_mm = ramp.demand(made, S // 10)
    assert early_hz == pytest.approx(13.0)
    assert early_mm == pytest.approx(0.23 * 0.005 * (25.0 / 13.0) ** 2)
    assert ramp.leave(made, 10 * S) == 10 * S
    assert ramp.leave(made, 5 * S) == pytest.approx(10_750_000_000, abs=2)
    assert ramp.leave(made, 0) == ramp.leave(made, -5) == 11_500_000_000
    assert ramp.leave(made, 20 * S) == 10 * S


@pytest.mark.parametrize(
    ("force_n", "brisk", "at_low", "at_high"),
    [
        (950.0, False, False, True),
        (949.0, False, False, False),
        (1100.0, False, False, True),
        (1101.0, False, False, False),
        (1101.0, True, False, True),
        (5000.0, True, False, True),
        (600.0, False, True, False),
        (601.0, False, False, False),
        (600.0, True, False, False),
        (400.0, True, True, False),
        (401.0, True, False, False),
        (5001.0, True, False, False),
    ],
)
def test_who_rises_from_a_chair_is_up_from_95_to_110_hundredths_and_down_to_60(force_n, brisk, at_low, at_high):
    """Who rises as fast as they can is up at any force above, and down from 40 hundredths only."""
    ends = MovementEnds("sit-to-stand", 1000.0, 0.0, 0.0, 0.0, 0.0, brisk)
    body = follow(ends, FRESH, SeenMoving(force_n, 0.0, 0, up=False, calm=False))
    assert (body.at_low, body.at_high) == (at_low, at_high)


def test_a_game_without_a_best_is_the_document_that_it_was():
    assert BestKeys().model_dump() == {}
    assert BestKeys(best=0).model_dump() == {"best": 0}
    assert BestKeys(best=7).model_dump(mode="json") == {"best": 7}


NOTHING_OF_A_BASE = {
    "foot_down_fraction": 0.0,
    "foot_down_ns": 0,
    "base_half_ml_mm": 0.0,
    "base_half_ap_mm": 0.0,
    "out_of_base_ns": 0,
}
PLANS = {
    "quiet-stance": {
        "leg": Leg.BOTH,
        "trials": 1,
        "share_of_trials": 1.0,
        "after": {Phase.GET_ON: Phase.HOLD},
        "settle_ns": 0,
        "learn_ns": 0,
        "baseline_ns": 0,
        "hold_ns": 30 * S,
        "limit_ns": 600 * S,
        "rest_ns": 0,
        "get_on_ns": S // 50,
        "step_off_fraction": 0.2,
        "step_off_ns": S // 50,
        "judges_foot_down": False,
        "vibrates": False,
        "shaken_trials": 0,
        "says_when_it_moves": False,
        **NOTHING_OF_A_BASE,
    },
    "single-leg-vibration": {
        "leg": Leg.LEFT,
        "trials": 3,
        "share_of_trials": 0.66,
        "after": {
            Phase.GET_ON: Phase.SETTLE,
            Phase.SETTLE: Phase.BASELINE,
            Phase.BASELINE: Phase.RAMP_UP,
            Phase.RAMP_UP: Phase.HOLD,
        },
        "settle_ns": 5 * S,
        "learn_ns": 2 * S,
        "baseline_ns": 10 * S,
        "hold_ns": 30 * S,
        "limit_ns": 0,
        "rest_ns": 30 * S,
        "get_on_ns": S // 2,
        "step_off_fraction": 0.5,
        "step_off_ns": 80_000_000,
        "judges_foot_down": True,
        "foot_down_fraction": 0.85,
        "foot_down_ns": 140_000_000,
        "base_half_ml_mm": 45.0,
        "base_half_ap_mm": 100.0,
        "out_of_base_ns": 150_000_000,
        "ramp_up_ns": 2 * S,
        "ramp_down_ns": 1_500_000_000,
        "demand": (25.0, 0.23),
        "vibrates": True,
        "shaken_trials": 3,
        "says_when_it_moves": True,
    },
}
ALIKE = {
    "alternates": False,
    "share_of_score": 0.0,
    "get_on_limit_ns": 60 * S,
    "weigh_ns": 0,
    "between": Phase.REST,
    "get_on_n": 150.0,
    "seated": False,
    "rises": False,
    "unaided": True,
    "counts_places": False,
    "hands_may_carry": False,
    "feet": "apart",
    "turns": None,
    "foot": None,
    "load": None,
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_the_document_in_nanoseconds(name):
    document = load_shipped(name)
    prescription = prescribe(document, Asked(PLANS[name]["leg"]))
    plan = make_plan(document, prescription)
    expected = ALIKE | PLANS[name]
    assert {key: getattr(plan, key) for key in expected} == expected
    assert plan.vibration == prepared(document, prescription, None)
    assert plan.form is document.form
    assert plan.exercise is document.exercise
    down = document.thresholds.foot_down
    assert plan.given._asdict() == {
        **plan.given._field_defaults,
        "keys": document.exercise_step.parameters,
        "trial": 0,
        "leg": PLANS[name]["leg"],
        "learnt": down is not None,
        "foot_ml_mm": 0.0,
        "foot_ap_mm": 0.0,
        "half_ml_mm": 45.0 if down else 0.0,
        "half_ap_mm": 100.0 if down else 0.0,
        "vibrates": down is not None,
        "hold_ns": 30 * S,
        "turn": 0,
        "feedback": Feedback.F0 if down else Feedback.F4,
        "sight": True,
        "sound": False,
        "eyes": Eyes.OPEN,
    }


def test_what_another_document_says_is_another_plan():
    """Both legs in turn; a chair; who stands turned, with closed eyes, and hears."""
    turned = QUIET.model_copy(
        update={
            "stance": QUIET.stance.model_copy(update={"orientation": "left", "feet": "tandem"}),
            "feedback": QUIET.feedback.model_copy(update={"kind": "sound", "level": "F2"}),
            "eyes": "closed",
            "hands": "rail",
        }
    )
    plan = make_plan(turned, prescribe(turned, Asked(Leg.BOTH)))
    assert (plan.given.turn, plan.feet, plan.given.feedback, plan.given.eyes) == (3, "tandem", 2, Eyes.CLOSED)
    assert (plan.given.sight, plan.given.sound, plan.hands_may_carry, plan.unaided) == (False, True, True, False)
    for orientation, turn in (("right", 1), ("back", 2)):
        stance = QUIET.stance.model_copy(update={"orientation": orientation})
        other = QUIET.model_copy(update={"stance": stance})
        assert make_plan(other, prescribe(other, Asked(Leg.BOTH))).given.turn == turn
    for name, rises in (("even-stand-up", True), ("lift-off", True), ("reach-the-targets", False)):
        document = load_shipped(name)
        plan = make_plan(document, prescribe(document, Asked(Leg.BOTH)))
        assert (plan.rises, plan.seated) == (rises, document.stance.kind == "seated")
        assert plan.counts_places
        assert plan.share_of_score == document.success.share_of_score


def test_legs_alternate_by_trial_and_a_plan_without_vibration_shakes_none():
    plan = make_plan(SHAKEN, shaken())
    assert [plan.leg_of(trial) for trial in (1, 2, 3)] == [Leg.LEFT] * 3
    turns = plan._replace(alternates=True)
    assert [turns.leg_of(trial) for trial in (1, 2, 3, 4)] == [Leg.LEFT, Leg.RIGHT, Leg.LEFT, Leg.RIGHT]
    both = turns._replace(leg=Leg.BOTH)
    assert both.leg_of(2) is Leg.BOTH
    still = make_plan(SHAKEN, shaken(displacement_pp_mm=0))
    said = (still.vibrates, still.shaken_trials, still.says_when_it_moves, still.given.vibrates)
    assert said == (False, 0, False, False)
    assert still.drawn(5, 1) is still


def with_keys(document: DrillDocument, place: str, **changes: object) -> DrillDocument:
    """The same with other keys in one of its tables, whether or not they go together."""
    return document.model_copy(update={place: getattr(document, place).model_copy(update=changes)})


def test_half_of_the_trials_vibrate_and_the_exercise_is_told_of_none():
    turns = with_keys(SHAKEN, "trials", with_without="coin")
    plan = make_plan(turns, shaken(trials=4))
    assert plan.turns is not None
    assert (plan.turns.seed, plan.shaken_trials, plan.given.vibrates, plan.says_when_it_moves) == (0, 2, False, False)
    assert plan.vibrates


def test_only_a_drill_by_an_order_has_its_load_and_without_one_none_may_be_carried():
    by_order, other = load_shipped("load-to-the-line"), NO_LOAD._replace()
    asked = prescribe(by_order, Asked(Leg.LEFT))
    for given, has in ((None, NO_LOAD), (other, other)):
        plan = make_plan(by_order, asked, load=given)
        assert plan.load is has
        assert plan.given.load is has
    assert make_plan(SHAKEN, shaken(), load=other).load is None


@pytest.mark.parametrize(("settle_s", "learn_s"), [(0.0, 1.0), (1.0, 2.0), (0.0, 0.5)])
def test_who_is_learnt_settles_however_short_that_is(settle_s, learn_s):
    times = {"settle": settle_s, "learn": learn_s}
    steps = tuple(
        one.model_copy(update={"time_s": times[one.step]}) if one.step in times else one for one in SHAKEN.steps
    )
    plan = make_plan(SHAKEN.model_copy(update={"steps": steps}), shaken())
    assert (plan.after[Phase.GET_ON], plan.after[Phase.SETTLE]) == (Phase.SETTLE, Phase.BASELINE)
    assert (plan.settle_ns, plan.learn_ns, plan.given.learnt) == ((settle_s + learn_s) * S, learn_s * S, True)


def test_a_hand_that_helps_is_seen_where_nothing_else_can_carry():
    free = {
        "two legs": QUIET,
        "one leg, whose other foot is judged": SHAKEN,
        "seated": with_keys(QUIET, "stance", kind="seated"),
        "one leg, whose other foot nobody judges": with_keys(SHAKEN, "thresholds", foot_down=None),
        "another exercise": load_shipped("lift-off"),
        "a rail": SHAKEN.model_copy(update={"hands": "rail"}),
    }
    seen = set()
    for what, document in free.items():
        leg = Leg.LEFT if document.stance.kind == "single-leg" else Leg.BOTH
        if make_plan(document, prescribe(document, Asked(leg))).unaided:
            seen.add(what)
    assert seen == {"two legs", "one leg, whose other foot is judged"}
