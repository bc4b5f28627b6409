"""Numbered keys of what is said to the patient. The sentences are in the catalogue of texts, in every language.

The numbers are stored in recordings: a key may be added with a number that was never given out, and none is
ever used again.
"""

from __future__ import annotations

from enum import IntEnum


class Word(IntEnum):
    """What a scene says: its instruction, or a word slot. `a` and `b` are its two values."""

    NONE = 0
    STEP_ON = 1
    """Step on, hold the rail."""
    STAND_ON_LEFT = 2
    STAND_ON_RIGHT = 3
    GET_READY = 4
    CLOSE_EYES = 5
    OPEN_EYES = 6
    REST = 7
    """Rest, both feet down."""
    WELL_DONE = 8
    HOLD_RAIL = 9
    """Hold the rail, both feet down: something was unsafe, or was stopped."""
    STEP_OFF = 10
    """Step off slowly."""
    STAND_ON_BOTH = 11
    HOLD_STILL = 12
    VIBRATION_STARTS = 13
    """Stay as you are: the plate begins to move."""
    VIBRATION_STOPS = 14
    """Stay until the plate is still."""
    HELD = 15
    """It was held to the end."""
    NOT_YET = 16
    """A miss, without blame."""
    FOOT_CAME_DOWN = 17
    STEPPED_OFF = 18
    TO_THE_PLACE = 19
    """Bring the dot into the thick ring."""
    STAY_THERE = 20
    """Keep the dot in the ring until it closes."""
    TO_THE_MIDDLE = 21
    """Bring the dot back to the middle."""
    LEAVE_THE_SQUARE = 22
    """Do not go to the square."""
    PLACES_REACHED = 23
    """`a` of `b` places were reached."""
    KEEP_THE_DOT_INSIDE = 24
    """Keep the dot inside the box, or the ring."""
    LOOK_AT_THE_STAR = 25
    """The dot is hidden: look at the star."""
    READY_ON_LEFT = 26
    """The rest is nearly over: get ready to stand on the left foot."""
    READY_ON_RIGHT = 27
    READY_ON_BOTH = 28
    KEEP_IN_THE_MOVING_RING = 100
    """Keep the dot in the ring that goes its way."""
    TOUCH_THE_LINES = 101
    """Touch the left and the right line, or the back and the front one, on the beat."""
    OUT_OF_THE_MAZE = 102
    """Lead the dot out of the maze, and touch no wall."""
    ON_IT = 103
    """`a` of `b` seconds, touches or stretches were as they should be."""
    LEFT_FOOT_ALONE = 104
    """Put all the weight on the left foot: its place is learnt."""
    RIGHT_FOOT_ALONE = 105
    FEET_APART = 106
    """Put the feet farther apart."""
    BAR_TO_THE_MIDDLE = 107
    """Bring the bar into the band."""
    SQUAT_TO_THE_BEAT = 108
    """Bend the knees a little and come up on the beat, the bar in the band."""
    IN_THE_BAND = 109
    """`a` of `b` seconds or squats were in the band."""
    PRESS_YOUR_BEST = 110
    """Press as hard as is comfortable: the own best is learnt."""
    LET_GO = 111
    PRESS_TO_THE_LANE = 112
    """Press so that the dot stays in the lane."""
    HOLD_THE_PRESS = 113
    IN_THE_LANE = 114
    """`a` of `b` presses were in the lane."""
    GET_READY_TO_PRESS = 115
    """The lane is low: rest until it rises."""
    LEFT = 116
    """Which foot a picture is of."""
    RIGHT = 117
    SIT_ON_THE_CHAIR = 150
    """Sit on the chair, both feet on the plate."""
    STAND_UP_AND_STAY = 151
    """Stand up and stand still: the weight is learnt."""
    SIT_DOWN_SOFTLY = 152
    STAND_UP_EVENLY = 153
    """Nose over the toes, both feet alike."""
    STEP_DOWN_SOFTLY = 154
    """One foot beside the plate, the other stays on it."""
    STEP_UP = 155
    RISE_ON_THE_TOES = 156
    LOWER_THE_HEELS = 157
    SIT_BACK_A_LITTLE = 158
    """Bend the knees."""
    COME_UP_AGAIN = 159
    STAY_UP_THERE = 160
    EVEN = 161
    """Both feet carried alike."""
    MORE_LEFT = 162
    """The left foot should carry more."""
    MORE_RIGHT = 163
    REPETITIONS_COUNTED = 164
    """`a` of `b` repetitions counted."""
    REMEMBER_THIS_PLACE = 165
    """Bring the dot into the ring, and remember where that is."""
    REMEMBER_THIS_LOAD = 166
    """Bring the bar into the band, and remember how it feels."""
    BAR_TO_EVEN = 167
    """Stand evenly again."""
    FIND_IT_AGAIN = 168
    """Without sight: and stop where you believe it to be."""
    NOT_FOUND = 169
    AND_AGAIN = 170
    """The next try, without a result."""
    OFF_BY_MM = 171
    """That was `a` mm off."""
    OFF_BY_PERCENT = 172
    TRIES_NEAR = 173
    """`a` of `b` tries came near enough."""
    MIDDLE_THEN_FIND_IT = 174
    """Back to the middle; with the chime it is to be found with closed eyes."""
    EVEN_THEN_FIND_IT = 175
    SIT_DOWN = 176
    """On to the chair, in a test: and again after each rise."""
    STAND_UP = 177
    """As fast as is safe."""
    UP_AND_DOWN = 178
    """Stand up and sit down again and again, as fast as is safe."""
    STAND_AS_USUAL = 184
    """On both feet, without a thought of how the weight is shared."""
    STAND_EVENLY = 185
    """As much on one foot as on the other, without seeing it."""
    TO_THE_SIDE_THEN_FIND_EVEN = 188
    """The bar to one side; with the chime the even stance is to be found with closed eyes."""
    BEND_AND_STAY = 186
    """Bend the knees by `a` degrees, and stay there."""
    LEAN_AS_FAR_AS_YOU_CAN = 187
    """Where the arrow points, feet flat, and stay there."""
    DO_NOT_GIVE_WAY = 180
    """Withstand the push, and go on breathing."""
    KEEP_THE_BELT_LEVEL = 181
    BREATHE_IN = 182
    BREATHE_OUT = 183
    FEEL_FOR_THE_PLATE = 190
    """Two lamps come, and in one of them the plate hums."""
    WHICH_ONE = 191
    """The first or the second? Say it."""
    COMPARED = 192
    """`a` of `b` comparisons were made."""
    CHANGE_TO_LEFT = 200
    """Both feet down; the left leg is next."""
    CHANGE_TO_RIGHT = 201
    REACH_THIS_WAY = 220
    """To the hand that the therapist holds there, the heels down."""
    POINT_THE_FOOT = 221
    """The free foot points to the hour of the clock, in the air."""
    CATCH_YOUR_BALANCE = 222
    """Something pushes at a time that nobody knows: stay, or step if that must be."""
    TURN_TO_THE_BEAT = 223
    """The head turns to the beat, and the letter is read all the while."""
    LEAN_INTO_THE_PULL = 224
    """A pull is felt, no pain; the heel stays down."""
    IN_THE_SMALLER_RING = 225
    """Stay in the ring while it gets smaller."""
    PUSH_AND_LET_GO = 226
    """A short push on each beat."""
    STEADY_AND_ANSWER = 228
    """Two things at once: stay in the ring, and answer."""
    ANSWER_ALOUD = 229
    """Only answer: a hand may hold the rail."""
    COSTS_KEPT = 230
    """`a` of `b`: standing and answering, each nearly as good as alone."""
    CIRCLES_NOT_SQUARES = 227
    """Go to a circle, leave a square alone: said before both, so that it gives nothing away."""
    LEAN_THROUGH_THE_GATES = 280
    GATES_PASSED = 281
    """`a` of `b` gates."""
    CATCH_THE_ROUND_ONES = 282
    """And leave the squares alone."""
    CAUGHT = 283
    """`a` of `b` round things."""
    TILT_THE_TRAY = 284
    """Lean, so that the ball rolls into the bright hole."""
    BALLS_IN = 285
    """`a` of `b` balls."""
    DOWN_THE_RIVER = 286
    """Lead the dot along the river, and touch no bank."""
    STRETCHES_DONE = 287
    """`a` of `b` stretches of the rivers."""
    BOTH_FEET_IT_GOES_ON = 288
    """Both feet on the plate: the game waits, and goes on in a moment."""
    WITHOUT_THE_RAIL = 289
    """A hand helps: that is welcome, and what is done without it counts."""
    BASKET_IS_CLOSED = 290
    """By a square: the next round one is not caught."""
    BREATHE_AND_WAIT = 291
    """High enough for the hill that comes."""
    LIFTS_OVER_HILLS = 292
    """`a` of `b` lifts."""
    NEW_BEST = 293
    """`a`, more than in any round before."""

    FOOT_OFF_THE_PLATE = 320
    """Take the foot off the plate: it must be empty before a try."""
    REST_FOOT_OFF = 321
    """Rest, the foot off the plate."""
    PRESS_TO_THE_LINE = 322
    """Press until the bar meets the line, not over."""
    PRESS_FROM_MEMORY = 323
    """The same without the bar."""
    STEP_ON_SOFTLY = 324
    """Step on softly, and stay under the line."""
    STEP_ON_FROM_MEMORY = 325
    A_LITTLE_LESS = 326
    """The load is over the order."""
    TOO_MUCH_FOOT_OFF = 327
    """It is over the limit: take the foot off."""
    AND_STEP_BACK = 328
    """The step is done: the foot off again."""
    OVER_THE_LINE_BY = 329
    """`a` tenths of a kg over the order, and that is `b` % of it."""
    UNDER_THE_LINE_BY = 330
    """`a` tenths of a kg under it, `b` %."""
    ON_THE_LINE = 331
    """The load was right, `a` tenths of a kg under the order, `b` %."""
    AS_ORDERED = 332
    """`a` of `b` seconds or steps were as ordered."""
    FOOT_BESIDE_THE_BLOCK = 333
    """The foot stands on the far half of the plate: it may be the wrong one."""
    UP_ON_THE_BEAT = 340
    """On to the toes, and with the next beat down: nobody reads more than that in a second."""
    DOWN_ON_THE_BEAT = 341
    SO_MANY_COUNTED = 342
    """`a` repetitions, of something that is done as often as one can."""
    KEEP_THE_DOT_STILL = 343
    """As `HOLD_STILL`, where the dot is there to be looked at."""
    LEFT_HALF_AHEAD = 344
    """Both feet stand, the left one half a step ahead."""
    RIGHT_HALF_AHEAD = 345
    LEFT_HEEL_TO_TOE = 346
    """Both feet stand, the left one in front, its heel at the other's toes."""
    RIGHT_HEEL_TO_TOE = 347
    BANK_TOUCHED = 348
    """This stretch does not count any more; the next one does."""
    LEFT_FOOT_DOWN_SOFTLY = 349
    """As `STEP_DOWN_SOFTLY`, where it is said which foot steps down: the other one stays and lifts."""
    RIGHT_FOOT_DOWN_SOFTLY = 350
    SIT_LEFT_FOOT_ON = 351
    """As `SIT_ON_THE_CHAIR`, where the left foot alone is on the plate."""
    SIT_RIGHT_FOOT_ON = 352
    PRESS_HARD_AND_FAST = 353
    """As `PRESS_YOUR_BEST`, of a test of strength: with all one has."""
    RING_NOT_TOUCHED = 354
    """Of a round of a game: nothing counted, for it was never begun."""
    NONE_LEAN_FURTHER = 355
    """Nothing counted in this round; one leans farther in the next."""
    NONE_ALL_THE_WAY_UP = 356
    PAUSE = 357
    """Hold the rail; you may step off. It goes on when the therapist says so."""
    PAUSE_SEATED = 358
    """The same for who sits: the feet may leave the plate."""
    PAUSE_FOOT_OFF = 359
    """The same for a leg under an order: the foot stays off."""


class Cue(IntEnum):
    """A sound, or a spoken phrase. 1 to 10 are the phrases of the `Word` of the same number."""

    NONE = 0
    SAY_STEP_ON = 1
    SAY_STAND_ON_LEFT = 2
    SAY_STAND_ON_RIGHT = 3
    SAY_GET_READY = 4
    SAY_CLOSE_EYES = 5
    SAY_OPEN_EYES = 6
    SAY_REST = 7
    SAY_WELL_DONE = 8
    SAY_HOLD_RAIL = 9
    SAY_STEP_OFF = 10
    READY = 101
    """Three short notes: 3, 2, 1."""
    START = 102
    GOAL_REACHED = 103
    """Two rising notes."""
    LAST_SECOND = 104
    """A soft tick for each of the last three seconds."""
    HIT = 105
    BEAT = 106
    WARN = 107
    OVER_LINE = 108
    EYES_CLOSE = 109
    EYES_OPEN = 110
    STOP = 111
    """Two falling notes."""
