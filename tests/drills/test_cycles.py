"""Repetitions: whoever does the movement is counted, whoever leans, bounces or holds on is not."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drills.document import load_document
from drills.errors import DrillDocumentError
from drills.exercises import EXERCISES
from drills.exercises.values import Given
from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, prescribe
from drills.scene import Axis, Feedback, PlaceLook, SlotKind, SlotState
from drills.values import Leg, Observation, Phase
from drills.words import Cue, Word
from tests.drills.movements import TICK_NS, WEIGHT_N, moves_by, played, rounds, sits_and_stands, stands

CYCLES = EXERCISES["cycles"]


def given_of(name: str, leg: Leg = Leg.BOTH, **keys: object) -> Given:
    document = load_shipped(name)
    parameters = document.exercise_step.parameters
    return Given(
        keys=type(parameters).model_validate(parameters.model_dump() | keys),
        trial=1,
        leg=leg,
        learnt=True,
        foot_ml_mm=0.0,
        foot_ap_mm=0.0,
        half_ml_mm=0.0,
        half_ap_mm=0.0,
        vibrates=False,
        hold_ns=90 * 10**9,
        turn=0,
        feedback=Feedback.F0,
        sight=True,
        sound=False,
        eyes=0,
        weight_n=WEIGHT_N,
    )


def outcomes(events) -> list[str]:
    return [event.data["outcome"] for event in events if event.kind == "repetition"]


def test_who_stands_up_evenly_is_counted_each_time_and_is_done():
    last, events = played(CYCLES, given_of("even-stand-up"), sits_and_stands(4.0))
    assert outcomes(events) == ["counted"] * 5
    assert last.done
    assert CYCLES.score(last.state) == (5, 5)
    first = events[0].data
    assert 1.5 < first["time_s"] < 2.5
    assert (first["peak_share_of_weight"], first["share_right"], first["share_error"]) == (
        pytest.approx(1.2, abs=0.02),
        0.5,
        0.04,
    )


@pytest.mark.parametrize("ml_mm", [-40.0, 40.0])
def test_who_stands_up_on_one_side_is_told_which_and_is_not_counted(ml_mm):
    last, events = played(CYCLES, given_of("even-stand-up"), sits_and_stands(4.0, ml_mm))
    assert outcomes(events) == ["uneven"] * 5
    assert CYCLES.score(last.state) == (0, 5)
    words = [slot.value for slot in last.scene.slots if slot.kind == SlotKind.WORD]
    assert words == [Word.MORE_RIGHT if ml_mm < 0 else Word.MORE_LEFT]
    bar = next(slot for slot in last.scene.slots if slot.kind == SlotKind.BAR and slot.look == Axis.SHARE_RIGHT)
    assert (bar.x, bar.size) == (round(1000 * (0.5 + ml_mm / 250)), 40)


CHEATS = {
    "leans forward on the chair": ("even-stand-up", sits_and_stands(4.0, most=0.62)),
    "bounces on the chair": (
        "even-stand-up",
        lambda t: stands(1.0 if t < 4 else 0.4 + 0.5 * math.sin(2 * math.pi * 2 * t)),
    ),
    "stands all the time": ("even-stand-up", lambda t: stands()),
    "pulls at the rail": ("even-stand-up", sits_and_stands(4.0, most=0.9)),
    "leans forward": ("calf-raise", lambda t: stands(1.0, 0.0, rounds(75.0, 3.0, 4.0)(t))),
    "bounces in the knees": ("calf-raise", moves_by(rounds(12.0, 0.4, 4.0))),
    "bounces and leans": ("calf-raise", moves_by(rounds(12.0, 0.4, 4.0), rounds(75.0, 3.0, 4.0))),
    "rises half as high": ("calf-raise", moves_by(rounds(25.0, 2.5, 4.0), rounds(75.0, 2.5, 4.0))),
    "nods to the front with a squat": ("calf-raise", moves_by(rounds(-80.0, 2.5, 4.0))),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_what_is_no_repetition_earns_nothing(cheat):
    name, person = CHEATS[cheat]
    last, _ = played(CYCLES, given_of(name), person)
    assert CYCLES.score(last.state).done == 0


@pytest.mark.parametrize("period_s", [2.0, 3.0, 5.0])
def test_who_rises_on_the_toes_is_counted_however_fast(period_s):
    person = moves_by(rounds(80.0, period_s, 4.0), rounds(75.0, period_s, 4.0))
    last, events = played(CYCLES, given_of("calf-raise", hold_s=0.2), person)
    assert outcomes(events) == ["counted"] * 10
    assert last.done


@pytest.mark.parametrize("period_s", [2.0, 4.0])
@pytest.mark.parametrize(("depth_mm", "counts"), [(120.0, True), (60.0, False)])
def test_a_squat_counts_by_its_depth_and_not_by_its_force(depth_mm, counts, period_s):
    given_ = given_of("calf-raise", movement="squat", height_mm=80.0, ahead_mm=None, hold_s=0.0, repetitions=5)
    _last, events = played(CYCLES, given_, moves_by(rounds(-depth_mm, period_s, 4.0)))
    assert outcomes(events) == (["counted"] * 5 if counts else [])
    bounced, _ = played(CYCLES, given_, moves_by(rounds(-25.0, 0.6, 4.0)))
    assert CYCLES.score(bounced.state).done == 0
    held, _ = played(
        CYCLES,
        given_,
        lambda t: moves_by(rounds(-depth_mm, period_s, 4.0))(t)._replace(
            force_n=0.9 * moves_by(rounds(-depth_mm, period_s, 4.0))(t).force_n
        ),
    )
    assert CYCLES.score(held.state).done <= 1


@pytest.mark.parametrize(("most", "outcome"), [(1.0, "counted"), (0.985, "counted"), (0.965, "supported")])
def test_who_crouches_over_the_chair_has_not_stood_up(most, outcome):
    last, events = played(CYCLES, given_of("even-stand-up", hold_s=1.0), sits_and_stands(4.0, most=most, period_s=7.0))
    assert outcomes(events) == [outcome] * 5
    assert CYCLES.score(last.state).done == 5 * (outcome == "counted")
    helped = given_of("even-stand-up", hold_s=1.0, hands_share=0.1)
    assert outcomes(played(CYCLES, helped, sits_and_stands(4.0, most=most, period_s=7.0))[1]) == ["counted"] * 5


def test_a_step_up_counts_from_one_foot_on_the_ground_to_all_of_the_weight():
    given_ = given_of("even-stand-up", movement="step-up", feet_apart_mm=None, uneven_most=None)
    last, events = played(CYCLES, given_, sits_and_stands(4.0, seat=0.45))
    assert outcomes(events) == ["counted"] * 5
    assert last.scene.score == 5
    tapped, _ = played(CYCLES, given_, sits_and_stands(4.0, seat=0.75))
    assert CYCLES.score(tapped.state).done == 0


def test_who_was_weighed_too_light_is_weighed_again_while_standing_still():
    given_ = given_of("even-stand-up")._replace(weight_n=0.6 * WEIGHT_N)
    _last, events = played(CYCLES, given_, sits_and_stands(4.0))
    assert outcomes(events) == ["counted"] * 5
    leans, _ = played(CYCLES, given_, sits_and_stands(4.0, most=0.62))
    assert CYCLES.score(leans.state).done == 0


def test_a_hand_may_help_where_the_drill_says_so():
    _last, events = played(CYCLES, given_of("even-stand-up", hands_share=0.15), sits_and_stands(4.0, most=0.9))
    assert outcomes(events) == ["counted"] * 5


def test_the_bar_its_end_and_the_arrow_show_which_way_it_goes():
    scenes = {}
    state = CYCLES.begin(given_of("even-stand-up"))
    from drills.exercises.values import Moment

    person = sits_and_stands(4.0)
    for tick in range(250 * 9):
        stepped = CYCLES.step(state, person(tick / 250), Moment(tick * TICK_NS, Phase.HOLD, 0))
        state, scenes[tick] = stepped.state, stepped.scene
    calm, down, up = scenes[250], scenes[250 * 4 + 10], scenes[250 * 6]
    assert (calm.word, [slot.look for slot in calm.slots]) == (Word.HOLD_STILL, [PlaceLook.STAR])
    assert (down.word, up.word) == (Word.SIT_DOWN_SOFTLY, Word.STAND_UP_EVENLY)
    bands = [next(slot for slot in scene.slots if slot.kind == SlotKind.BAND) for scene in (down, up)]
    assert [(band.x, band.y, band.state) for band in bands] == [(0, 130, SlotState.NOW), (870, 1000, SlotState.NOW)]
    arrows = [next(slot for slot in scene.slots if slot.kind == SlotKind.ARROW).value for scene in (down, up)]
    assert arrows == [2700, 900]
    heard = [b.cue for a, b in itertools.pairwise(scenes.values()) if a.cue_count != b.cue_count]
    assert heard == [Cue.HIT]


@settings(max_examples=5)
@given(st.floats(0.5, 1.5), st.floats(-300, 300))
def test_who_does_more_never_has_less(most, ml_mm):
    whole = CYCLES.score(played(CYCLES, given_of("even-stand-up"), sits_and_stands(4.0), 11.0)[0].state).done
    less = CYCLES.score(
        played(CYCLES, given_of("even-stand-up"), sits_and_stands(4.0, ml_mm, most), 11.0)[0].state
    ).done
    assert less <= whole


def test_who_sits_down_has_not_stepped_off_and_who_takes_the_feet_away_has():
    document = load_shipped("even-stand-up")

    def run(person) -> tuple[list[str], object]:
        state, events = begin(document, prescribe(document, Asked(Leg.BOTH, trials=1)), 0), []
        for tick in range(250 * 125):
            state, demand, _, told = step(state, person(tick / 250), tick * TICK_NS)
            assert demand == (0.0, 0.0)
            events += told
            if state.finished:
                break
        return [event.data["outcome"] for event in events if event.kind == "trial-ended"], state

    seat = 0.2
    rises = sits_and_stands(15.0)
    person = lambda t: stands(seat) if t < 3 else stands() if t < 15 else rises(t)  # noqa: E731
    ended, state = run(person)
    assert ended == ["held"]
    assert state.results[0].score == (5, 5)
    away = Observation(0.0, math.nan, math.nan, 0.0, True)
    ended, state = run(lambda t: person(t) if t < 25 else away)
    assert ended == ["step-off"]
    ended, state = run(lambda t: away)
    assert ended == ["not-started"]


def changed(name: str, **pairs: str) -> str:
    from importlib.resources import files

    text = (files("drills") / "catalogue" / f"{name}.toml").read_text(encoding="utf-8")
    for before, after in pairs.values():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


@pytest.mark.parametrize(
    ("name", "pair", "field", "reason"),
    [
        (
            "even-stand-up",
            ("force_fraction = 0.04", "force_fraction = 0.5"),
            "thresholds.step_off.force_fraction",
            "feet-stay-on",
        ),
        ("even-stand-up", ('kind = "seated"', 'kind = "two-legs"'), "stance.kind", "chair-and-rise"),
        ("calf-raise", ('kind = "two-legs"', 'kind = "seated"'), "stance.kind", "chair-and-rise"),
        ("calf-raise", ("height_mm = 40.0", ""), "steps.exercise.parameters.height_mm", "needed-with"),
        (
            "even-stand-up",
            ("repetitions = 5", "repetitions = 5\nheight_mm = 40.0"),
            "steps.exercise.parameters.height_mm",
            "useless-with",
        ),
        ("even-stand-up", ("feet_apart_mm = 250.0", ""), "steps.exercise.parameters.uneven_most", "useless-with"),
        ("calf-raise", ("time_s = 2.0", "time_s = 0.5"), "steps.learn.time_s", "weight-needs-learning"),
    ],
)
def test_a_document_that_cannot_be_done_is_refused_with_its_key(name, pair, field, reason):
    with pytest.raises(DrillDocumentError) as caught:
        load_document(changed(name, only=pair), "drill.toml")
    assert [(problem.field, problem.reason) for problem in caught.value.problems] == [(field, reason)]


SHAKE = """
[steps.vibration]
form = "continuous"
peak_acceleration_max_g = 0.5
ramp_up_s = 2.0
ramp_down_s = 1.5
ramp_from_hz = 12.0
frequency_hz = { default = 25.0, min = 5.0, max = 35.0 }
displacement_pp_mm = { default = 0.23, min = 0.02, max = 2.0 }

[[steps]]
step = "rest"
"""


@pytest.mark.parametrize("name", ["even-stand-up", "calf-raise"])
def test_nobody_rises_on_a_plate_that_moves(name):
    with pytest.raises(DrillDocumentError) as caught:
        load_document(changed(name, only=('\n[[steps]]\nstep = "rest"\n', SHAKE)), "drill.toml")
    reasons = {(problem.field, problem.reason) for problem in caught.value.problems}
    assert ("steps.exercise.vibration.form", "movement-still") in reasons
    assert (("steps.exercise.vibration.form", "seated-still") in reasons) == (name == "even-stand-up")
