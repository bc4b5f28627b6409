"""Words and numbers that stand in stored files, and small rules that are written down once: each as it is defined."""

import hashlib
import json
import math
from enum import IntEnum
from types import SimpleNamespace

import pytest
from pydantic import TypeAdapter, ValidationError

from drills import envelope, scene
from drills.document import digest_of
from drills.errors import UnknownDrillError
from drills.exercises.feet import STILL_NS, Feet, Learning
from drills.exercises.leads import _reading
from drills.exercises.share import _learning_slots
from drills.exercises.squats import EDGE, IN_BAND, LEAST_SWING, MOST_TURNS
from drills.exercises.values import error_tone_hz
from drills.library import load_shipped
from drills.load_gauge import gauge
from drills.machine import _time_ns, begin
from drills.ordered import NO_LOAD, Beyond, OrderedLoad
from drills.prescription import Asked, prescribe
from drills.problems import Problem, nearest
from drills.scene import NOT_SHOWN, Axis, ClockKind, Feedback, PlaceLook, Slot, SlotKind, SlotState, WordLook, shape_of
from drills.state import LearntStance
from drills.strict import Seconds, chosen
from drills.values import Event, Leg, Mark, Phase
from drills.watch import stands_as_asked
from drills.with_without import ABBA, BLOCKS, COIN, draw_turns
from drills.words import Cue, Word
from tests.drills.trying import keyed

S = 10**9


def test_a_digest_is_the_first_12_digits_of_its_sha_256():
    document = load_shipped("one-leg")
    text = json.dumps(document.model_dump(mode="json", by_alias=True), sort_keys=True)
    assert digest_of(document) == hashlib.sha256(text.encode()).hexdigest()[:12]
    assert len(digest_of(document)) == 12


def test_the_numbers_of_phases_stay_what_recordings_say():
    numbers = {phase.name: phase.value for phase in Phase}
    names = "IDLE GET_ON SETTLE BASELINE RAMP_UP HOLD RAMP_DOWN REST GET_OFF DONE WEIGH CHANGE PAUSE"
    assert numbers == {name: number for number, name in enumerate(names.split())}


@pytest.mark.parametrize("words", [Word, Cue, Phase, Beyond, ClockKind, Feedback])
def test_no_number_says_two_things(words):
    assert len(words.__members__) == len(set(words))
    assert min(words) == 0


def test_the_phrases_have_the_numbers_of_their_words():
    said = {cue.value: cue.name.removeprefix("SAY_") for cue in Cue if cue.name.startswith("SAY_")}
    assert sorted(said) == list(range(1, 11))
    assert said.items() <= {word.value: word.name for word in Word}.items()


def test_clocks_are_numbered_in_their_order():
    assert [kind.value for kind in ClockKind] == list(range(len(ClockKind)))


def test_safety_lets_no_document_ask_for_more():
    assert (envelope.CLINICIAN_MIN_HZ, envelope.CLINICIAN_MAX_HZ) == (5.0, 35.0)
    assert (envelope.CLINICIAN_DISPLACEMENT_PP_MM, envelope.HARD_ACCELERATION_G) == (2.0, 1.0)
    assert (envelope.HARD_BOUT_S, envelope.FOOT_HALF_ML_MM, envelope.FOOT_HALF_AP_MM) == (120.0, 80.0, 160.0)


def test_without_an_order_nothing_may_be_carried():
    assert NO_LOAD == ("", 0.0, 0.0, 0.0)
    assert [Beyond.NOTHING, Beyond.ORDER, Beyond.LIMIT] == [0, 1, 2]


@pytest.mark.parametrize(
    ("beyond_mm", "tone_hz"),
    [(0.0, 0), (-1.0, 0), (math.nan, 0), (0.1, 200), (3.99, 200), (4.0, 240), (59.9, 760), (60.0, 800), (1000.0, 800)],
)
def test_who_is_outside_hears_40_hz_more_for_each_4_mm(beyond_mm, tone_hz):
    given = keyed("one-leg")._replace(sound=True)
    assert error_tone_hz(given, beyond_mm) == tone_hz
    assert error_tone_hz(given._replace(sound=False), beyond_mm) == 0
    assert error_tone_hz(given._replace(feedback=Feedback.F3), beyond_mm) == 0
    assert error_tone_hz(given._replace(feedback=Feedback.F2), beyond_mm) == tone_hz


@pytest.mark.parametrize(("word", "known", "near"), [("abcde", "abcxy", True), ("abcdef", "abcxyz", False)])
def test_a_word_is_near_of_which_six_tenths_are_alike(word, known, near):
    """3 of 5 letters, and 3 of 6."""
    assert nearest(word, [known]) == (known if near else None)


def test_seconds_are_ten_minutes_at_most():
    adapter = TypeAdapter(Seconds)
    assert [adapter.validate_python(value) for value in (0.0, 600.0)] == [0.0, 600.0]
    for value in (-0.001, 600.001):
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


def test_a_word_that_is_not_there_is_missing():
    assert chosen({}, "form", "a.b", {"x": 1}) == Problem("a.b.form", reason="missing")
    assert chosen({"form": "x"}, "form", "a.b", {"x": 1}) == 1


def test_a_coin_says_which_of_two_comes_first_and_abba_which_of_four():
    """The dice of seed 0 are 0.263 and 0.744: below a half the first one vibrates."""
    assert draw_turns(COIN, 4, 0) == (True, False, False, True)
    assert draw_turns(ABBA, 6, 0) == (True, False, False, True, False, True)
    assert (draw_turns(COIN, 1, 0), draw_turns(ABBA, 0, 0)) == ((True,), ())
    assert BLOCKS == {"abba": 4, "coin": 2}


@pytest.mark.parametrize(("trial", "number", "letter"), [(1, 0, "Z"), (2, 3, "E"), (1, 1, "P")])
def test_a_letter_to_read_is_drawn_by_the_trial_and_its_number(trial, number, letter):
    """48271 x 1001, 2004 and 1002 are 11, 0 and 6 more than a multiple of 12."""
    now = SimpleNamespace(trial=trial, number=number, beat_s=0.5, beats=3, swing=7)
    word, beat = _reading(now, (10, 20))
    assert word.value == ord(letter)
    assert (beat.x, beat.y, beat.value) == (1000, 3, 7)


def test_what_a_squat_is():
    assert (LEAST_SWING, EDGE, MOST_TURNS, IN_BAND) == (0.05, 0.02, 8, 0.8)


def test_feet_are_told_to_a_tenth_of_a_millimetre():
    """Beside each other at 250 mm an error of 10 mm is 4 hundredths."""
    event = Feet(-140.26, 109.74, True).event(2, 5)
    assert event == Event(
        "feet",
        5,
        {"trial": 2, "left_mm": -140.3, "right_mm": 109.7, "learnt": True, "error_percent": 4.0, "too_near": False},
    )


@pytest.mark.parametrize(
    ("gone_ns", "value"), [(0, 0), (STILL_NS // 2, 500), (STILL_NS * 519 // 1000, 500), (STILL_NS, 1000)]
)
def test_the_time_on_a_foot_is_drawn_in_fiftieths(gone_ns, value):
    assert _learning_slots(Learning(still_ns=0), gone_ns)[-1].value == value


@pytest.mark.parametrize(
    ("phase", "gone_ns", "time_ns"),
    [
        (Phase.RAMP_UP, -1, 0),
        (Phase.RAMP_UP, 0, 0),
        (Phase.RAMP_UP, 3 * S, 2 * S),
        (Phase.HOLD, -1, 2 * S),
        (Phase.HOLD, 0, 2 * S),
        (Phase.HOLD, 5, 2 * S + 5),
        (Phase.HOLD, 31 * S, 32 * S),
        (Phase.RAMP_DOWN, -1, 32 * S),
        (Phase.RAMP_DOWN, 0, 32 * S),
        (Phase.RAMP_DOWN, 2 * S, 33_500_000_000),
    ],
)
def test_the_time_of_a_vibration_stays_within_its_phase(phase, gone_ns, time_ns):
    """2 s of ramp up, 30 s of hold, and 1.5 s of ramp down."""
    document = load_shipped("single-leg-vibration")
    state = begin(document, prescribe(document, Asked(Leg.LEFT, hold_s=30.0)), 0)
    state = state._replace(phase=phase, phase_start_ns=7 * S)
    assert _time_ns(state, 7 * S + gone_ns) == time_ns


@pytest.mark.parametrize(("stood", "weighed", "asked"), [(5, 5, False), (5, 0, True), (0, 5, True)])
def test_on_which_leg_one_stands_is_judged_where_both_places_are_known(stood, weighed, asked):
    """On the left leg, 30 cm to the right of where both feet stood."""
    document = load_shipped("single-leg-vibration")
    state = begin(document, prescribe(document, Asked(Leg.LEFT)), 0)
    feet = state.feet._replace(both=LearntStance(5, 700.0, weighed, -150.0, 0.0))
    state = state._replace(feet=feet, stance=LearntStance(5, 700.0, stood, 150.0, 0.0))
    assert stands_as_asked(state) is asked


def test_scenes_number_what_they_show_from_0_on():
    kinds = [one for one in vars(scene).values() if isinstance(one, type) and issubclass(one, IntEnum)]
    kinds = [one for one in kinds if one.__module__ == scene.__name__]
    assert {scene.View, scene.SlotKind, scene.Axis, scene.WordLook, scene.RingLook} < set(kinds)
    for kind in kinds:
        assert sorted(one.value for one in kind) == list(range(len(kind)))
        assert len(kind.__members__) == len(kind)


def test_marks_keep_the_numbers_that_recordings_hold():
    """By the order in which they came: none is numbered anew."""
    names = ["NONE", "NOT_GOOD", "FIRST", "SECOND", "ARMS", "HEEL", "RAIL", "EYES", "STEP", "HIP", "RIGHT", "WRONG"]
    assert {name: mark.value for name, mark in Mark.__members__.items()} == dict(zip(names, range(12), strict=True))


@pytest.mark.parametrize(
    ("number", "points", "shape"),
    [
        (3, [10, -25, 30, 41], (3, ((1.0, -2.5), (3.0, 4.1)))),
        (3, [10, -25, 30], (3, ((1.0, -2.5),))),  # half a point is none
        (0, [10, "x", -25], (0, ((1.0, -2.5),))),
        ("3", [10, -25], (0, ((1.0, -2.5),))),
        (3, "10", (3, ())),
    ],
)
def test_the_points_of_a_shape_are_said_in_tenths_of_a_millimetre(number, points, shape):
    assert shape_of(Event("shape", S, {"number": number, "points": points})) == shape


ORDER = OrderedLoad("left", 200.0, 300.0, 700.0)
SOLE_AND_SIDE = (
    Slot(SlotKind.PLACE, 3, PlaceLook.SOLE_LEFT, SlotState.WAITING, -2150, 600, 600),
    Slot(SlotKind.WORD, 4, WordLook.TEXT, SlotState.WAITING, -2150, -900, 0, Word.LEFT),
)
"""Left of the bar, whose words are on its right."""


@pytest.mark.parametrize(
    ("level", "bar_n", "peak_n", "inside", "band", "bar"),
    [
        (Beyond.NOTHING, None, None, 0.0, (SlotState.NOW, 180, 200, 300, 0), None),
        (Beyond.NOTHING, None, 0.0, 0.25, (SlotState.NOW, 180, 200, 300, 250), (0, 0)),
        (Beyond.ORDER, 210.9, None, 1.0, (SlotState.OVER_LINE, 180, 200, 300, 1000), (210, NOT_SHOWN)),
        (Beyond.LIMIT, 311.1, 320.4, 2.0, (SlotState.OVER_LINE, 180, 200, 300, 1000), (312, 320)),  # in steps of 2 N
    ],
)
def test_a_load_is_drawn_in_newtons_with_its_band_and_its_foot(level, bar_n, peak_n, inside, band, bar):
    """A tenth below the order of 200 N the band begins, and from the limit of 300 N on it is the stop zone."""
    first, *others = gauge(ORDER, 0.1, level, bar_n=bar_n, peak_n=peak_n, inside=inside)
    assert first == Slot(SlotKind.BAND, 1, Axis.LOAD, *band)
    bars = () if bar is None else (Slot(SlotKind.BAR, 2, Axis.LOAD, SlotState.NOW, *bar, 0, 1),)
    assert tuple(others) == (*bars, *SOLE_AND_SIDE)
    right = gauge(ORDER._replace(leg="right"), 0.1, level, bar_n=bar_n)
    assert (right[-2].look, right[-1].value) == (PlaceLook.SOLE_RIGHT, Word.RIGHT)
    assert len(gauge(NO_LOAD, 0.1, level, bar_n=None)) == 1, "of no foot none is drawn"


def test_a_drill_that_does_not_ship_is_named_with_those_that_do():
    with pytest.raises(UnknownDrillError) as caught:
        load_shipped("no-such")
    (problem,) = caught.value.problems
    assert (problem.field, problem.value, problem.reason) == ("drill", "no-such", "unknown")
    assert "quiet-stance" in problem.values["choices"]
