"""Two things at once: each has its cost, and who attends to one of the two alone pays with the other."""

import math

import pytest

from drills.exercises import EXERCISES
from drills.exercises.values import Moment
from drills.values import Mark, Observation, Phase
from drills.words import Word
from tests.drills.trying import SLOW_NS, keyed

DUAL = EXERCISES["dual"]
HOLD_S = 30.0
STILL, LOOSE = 8.0, 24.0


def session(both_mm: float, both_every_s: float, force_n: float = 700.0, alone_every_s: float = 3.0):
    """The three trials: standing alone, answering alone, both; every event, and the last trial."""
    before, events, words = None, [], set()
    for trial, (sway_mm, every_s) in enumerate([(STILL, 0.0), (60.0, alone_every_s), (both_mm, both_every_s)], 1):
        state = DUAL.begin(keyed("two-things-at-once", HOLD_S)._replace(trial=trial, before=before))
        for now_ns in range(0, round(HOLD_S * 1e9), SLOW_NS):
            t_s = now_ns / 1e9
            tap = every_s and (now_ns // SLOW_NS) % round(every_s * 50) == 1
            mark = Mark.RIGHT if tap else Mark.NONE
            seen = Observation(force_n, sway_mm * math.sin(7 * t_s), sway_mm * math.cos(7 * t_s), 0.0, True, mark)
            stepped = DUAL.step(state, seen, Moment(now_ns, Phase.HOLD, 0))
            state = stepped.state
            events += stepped.events
            words.add(Word(stepped.scene.word))
        before = state
    return state, [event.data for event in events], words


@pytest.mark.parametrize(
    ("both_mm", "both_every_s", "done"),
    [(STILL, 3.0, 2), (STILL, 0.0, 1), (LOOSE, 3.0, 1), (LOOSE, 0.0, 0), (2.0, 6.0, 1)],
)
def test_who_attends_to_one_alone_pays_with_the_other(both_mm, both_every_s, done):
    state, told, words = session(both_mm, both_every_s)
    assert DUAL.score(state) == (done, 2)
    assert [one["alone"] for one in told] == ["standing", "answering", ""]
    assert {Word.KEEP_THE_DOT_STILL, Word.ANSWER_ALOUD, Word.STEADY_AND_ANSWER} <= words
    assert told[1]["right"] == 10
    assert told[2]["cost_answering"] == pytest.approx(0.0 if both_every_s == 3.0 else 1.0 if not both_every_s else 0.5)


def test_a_hand_on_the_rail_and_too_few_answers_alone_leave_a_cost_unknown():
    state, told, _ = session(STILL, 3.0, force_n=640.0)
    assert (told[2]["cost_standing"], DUAL.score(state).done) == (None, 1)
    state, told, _ = session(STILL, 3.0, alone_every_s=20.0)
    assert (told[2]["cost_answering"], DUAL.score(state).done) == (None, 1)


def test_the_further_from_steady_the_fewer_and_wrong_answers_count_nothing():
    done = [DUAL.score(session(mm, 3.0)[0]).done for mm in (STILL, 14.0, LOOSE)]
    assert done == sorted(done, reverse=True)
    state = DUAL.begin(keyed("two-things-at-once", HOLD_S)._replace(trial=2))
    for tick in range(50):
        seen = Observation(700.0, 0.0, 0.0, 0.0, True, Mark.WRONG if tick == 9 else Mark.NONE)
        state = DUAL.step(state, seen, Moment(tick * SLOW_NS, Phase.HOLD, 0)).state
    assert (state.right, state.wrong) == (0, 1)
