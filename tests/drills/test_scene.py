"""Scenes: a constructor that is total, and numbers that are never used again."""

import math

from hypothesis import given
from hypothesis import strategies as st

from drills.scene import (
    HEAD_RANGES,
    NO_SCENE,
    NOT_SHOWN,
    SLOT_RANGES,
    SLOTS,
    Scene,
    Slot,
    SlotKind,
    View,
    clamped,
    renewed,
    tenths,
    whole,
)
from drills.words import Cue, Word

WORDS_EVER = {
    0: "NONE",
    1: "STEP_ON",
    2: "STAND_ON_LEFT",
    3: "STAND_ON_RIGHT",
    4: "GET_READY",
    5: "CLOSE_EYES",
    6: "OPEN_EYES",
    7: "REST",
    8: "WELL_DONE",
    9: "HOLD_RAIL",
    10: "STEP_OFF",
    11: "STAND_ON_BOTH",
    12: "HOLD_STILL",
    13: "VIBRATION_STARTS",
    14: "VIBRATION_STOPS",
    15: "HELD",
    16: "NOT_YET",
    17: "FOOT_CAME_DOWN",
    18: "STEPPED_OFF",
    19: "TO_THE_PLACE",
    20: "STAY_THERE",
    21: "TO_THE_MIDDLE",
    22: "LEAVE_THE_SQUARE",
    23: "PLACES_REACHED",
    24: "KEEP_THE_DOT_INSIDE",
    25: "LOOK_AT_THE_STAR",
    26: "READY_ON_LEFT",
    27: "READY_ON_RIGHT",
    28: "READY_ON_BOTH",
    100: "KEEP_IN_THE_MOVING_RING",
    101: "TOUCH_THE_LINES",
    102: "OUT_OF_THE_MAZE",
    103: "ON_IT",
    104: "LEFT_FOOT_ALONE",
    105: "RIGHT_FOOT_ALONE",
    106: "FEET_APART",
    107: "BAR_TO_THE_MIDDLE",
    108: "SQUAT_TO_THE_BEAT",
    109: "IN_THE_BAND",
    110: "PRESS_YOUR_BEST",
    111: "LET_GO",
    112: "PRESS_TO_THE_LANE",
    113: "HOLD_THE_PRESS",
    114: "IN_THE_LANE",
    115: "GET_READY_TO_PRESS",
    116: "LEFT",
    117: "RIGHT",
    150: "SIT_ON_THE_CHAIR",
    151: "STAND_UP_AND_STAY",
    152: "SIT_DOWN_SOFTLY",
    153: "STAND_UP_EVENLY",
    154: "STEP_DOWN_SOFTLY",
    155: "STEP_UP",
    156: "RISE_ON_THE_TOES",
    157: "LOWER_THE_HEELS",
    158: "SIT_BACK_A_LITTLE",
    159: "COME_UP_AGAIN",
    160: "STAY_UP_THERE",
    161: "EVEN",
    162: "MORE_LEFT",
    163: "MORE_RIGHT",
    164: "REPETITIONS_COUNTED",
    165: "REMEMBER_THIS_PLACE",
    166: "REMEMBER_THIS_LOAD",
    167: "BAR_TO_EVEN",
    168: "FIND_IT_AGAIN",
    169: "NOT_FOUND",
    170: "AND_AGAIN",
    171: "OFF_BY_MM",
    172: "OFF_BY_PERCENT",
    173: "TRIES_NEAR",
    174: "MIDDLE_THEN_FIND_IT",
    175: "EVEN_THEN_FIND_IT",
    176: "SIT_DOWN",
    177: "STAND_UP",
    178: "UP_AND_DOWN",
    184: "STAND_AS_USUAL",
    185: "STAND_EVENLY",
    186: "BEND_AND_STAY",
    187: "LEAN_AS_FAR_AS_YOU_CAN",
    188: "TO_THE_SIDE_THEN_FIND_EVEN",
    180: "DO_NOT_GIVE_WAY",
    181: "KEEP_THE_BELT_LEVEL",
    182: "BREATHE_IN",
    183: "BREATHE_OUT",
    190: "FEEL_FOR_THE_PLATE",
    191: "WHICH_ONE",
    192: "COMPARED",
    200: "CHANGE_TO_LEFT",
    201: "CHANGE_TO_RIGHT",
    220: "REACH_THIS_WAY",
    221: "POINT_THE_FOOT",
    222: "CATCH_YOUR_BALANCE",
    223: "TURN_TO_THE_BEAT",
    224: "LEAN_INTO_THE_PULL",
    225: "IN_THE_SMALLER_RING",
    226: "PUSH_AND_LET_GO",
    227: "CIRCLES_NOT_SQUARES",
    228: "STEADY_AND_ANSWER",
    229: "ANSWER_ALOUD",
    230: "COSTS_KEPT",
    280: "LEAN_THROUGH_THE_GATES",
    281: "GATES_PASSED",
    282: "CATCH_THE_ROUND_ONES",
    283: "CAUGHT",
    284: "TILT_THE_TRAY",
    285: "BALLS_IN",
    286: "DOWN_THE_RIVER",
    287: "STRETCHES_DONE",
    288: "BOTH_FEET_IT_GOES_ON",
    289: "WITHOUT_THE_RAIL",
    290: "BASKET_IS_CLOSED",
    291: "BREATHE_AND_WAIT",
    292: "LIFTS_OVER_HILLS",
    293: "NEW_BEST",
    320: "FOOT_OFF_THE_PLATE",
    321: "REST_FOOT_OFF",
    322: "PRESS_TO_THE_LINE",
    323: "PRESS_FROM_MEMORY",
    324: "STEP_ON_SOFTLY",
    325: "STEP_ON_FROM_MEMORY",
    326: "A_LITTLE_LESS",
    327: "TOO_MUCH_FOOT_OFF",
    328: "AND_STEP_BACK",
    329: "OVER_THE_LINE_BY",
    330: "UNDER_THE_LINE_BY",
    331: "ON_THE_LINE",
    332: "AS_ORDERED",
    333: "FOOT_BESIDE_THE_BLOCK",
    340: "UP_ON_THE_BEAT",
    341: "DOWN_ON_THE_BEAT",
    342: "SO_MANY_COUNTED",
    343: "KEEP_THE_DOT_STILL",
    344: "LEFT_HALF_AHEAD",
    345: "RIGHT_HALF_AHEAD",
    346: "LEFT_HEEL_TO_TOE",
    347: "RIGHT_HEEL_TO_TOE",
    348: "BANK_TOUCHED",
    349: "LEFT_FOOT_DOWN_SOFTLY",
    350: "RIGHT_FOOT_DOWN_SOFTLY",
    351: "SIT_LEFT_FOOT_ON",
    352: "SIT_RIGHT_FOOT_ON",
    353: "PRESS_HARD_AND_FAST",
    354: "RING_NOT_TOUCHED",
    355: "NONE_LEAN_FURTHER",
    356: "NONE_ALL_THE_WAY_UP",
    357: "PAUSE",
    358: "PAUSE_SEATED",
    359: "PAUSE_FOOT_OFF",
}
"""Every number that was ever given out, with what it meant: this list only grows."""
CUES_EVER = {
    0: "NONE",
    1: "SAY_STEP_ON",
    2: "SAY_STAND_ON_LEFT",
    3: "SAY_STAND_ON_RIGHT",
    4: "SAY_GET_READY",
    5: "SAY_CLOSE_EYES",
    6: "SAY_OPEN_EYES",
    7: "SAY_REST",
    8: "SAY_WELL_DONE",
    9: "SAY_HOLD_RAIL",
    10: "SAY_STEP_OFF",
    101: "READY",
    102: "START",
    103: "GOAL_REACHED",
    104: "LAST_SECOND",
    105: "HIT",
    106: "BEAT",
    107: "WARN",
    108: "OVER_LINE",
    109: "EYES_CLOSE",
    110: "EYES_OPEN",
    111: "STOP",
}
NUMBER = st.one_of(st.integers(), st.floats(allow_nan=True, allow_infinity=True))
ANY_SLOT = st.builds(Slot, *[NUMBER] * len(Slot._fields))
ANY_SCENE = st.builds(Scene, *[NUMBER] * (len(Scene._fields) - 1), st.lists(ANY_SLOT, max_size=SLOTS + 3).map(tuple))


def test_no_number_of_a_word_or_a_cue_is_used_again():
    assert {word.value: word.name for word in Word} == WORDS_EVER
    assert {cue.value: cue.name for cue in Cue} == CUES_EVER


def test_a_spoken_phrase_has_the_number_of_its_word():
    assert all(Cue(number).name == f"SAY_{Word(number).name}" for number in range(1, 11))


def test_a_head_has_21_fields_and_a_slot_has_8():
    assert tuple(HEAD_RANGES) == Scene._fields[:-1]
    assert tuple(SLOT_RANGES) == Slot._fields
    assert (len(HEAD_RANGES), len(SLOT_RANGES)) == (21, 8)


def test_no_scene_is_all_zeros():
    assert Scene(*[0] * 21, slots=()) == NO_SCENE
    assert View(NO_SCENE.view) is View.NONE


@given(ANY_SCENE)
def test_any_scene_is_brought_into_range(scene):
    made = clamped(scene)
    assert len(made.slots) == min(len(scene.slots), SLOTS)
    for row, ranges in ((made[:-1], HEAD_RANGES), *((slot, SLOT_RANGES) for slot in made.slots)):
        for value, (least, most) in zip(row, ranges.values(), strict=True):
            assert type(value) is int
            assert least <= value <= most
    assert clamped(made) == made


def test_a_scene_in_range_stays_as_it_is():
    scene = Scene(View.LEAN, centre_x=-120, word=19, slots=(Slot(SlotKind.PLACE, 1, 0, 2, 400, -300, 150, 700),))
    assert clamped(scene) == scene


def test_whole_numbers():
    assert [whole(value) for value in (1.6, -1.6, math.nan, math.inf, -math.inf, 10**400)] == [
        *(2, -2, 0, 32767, -32768, 32767)
    ]
    assert whole(math.nan, 5, 9) == 5
    assert tenths(12.34) == 123
    assert tenths(math.nan) == 0
    assert tenths(-1e9) == NOT_SHOWN


def test_an_equal_scene_is_the_one_before():
    before, equal, other = Scene(View.LEAN, score=1), Scene(View.LEAN, score=1), Scene(View.LEAN, score=2)
    assert renewed(before, equal) is before
    assert renewed(before, other) is other
