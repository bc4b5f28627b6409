"""Two things at once, a second a tick, computed by hand: the ring, the share of the time, and what each costs."""

from typing import Any

import pytest

from drills.exercises import dual
from drills.exercises.dual import Dual, DualKeys, FoundAlone
from drills.exercises.values import Moment, SafeBase
from drills.problems import Problem
from drills.scene import ClockKind, Dot, PlaceLook, SceneOutcome, Slot, SlotKind, SlotState
from drills.values import Event, Mark, Observation, Phase
from drills.words import Cue, Word
from tests.drills.trying import keyed

S = 10**9


def begun(trial: int, hold_s: float = 8.1, found: FoundAlone | None = None, **given: Any) -> Dual:
    """A trial of a drill whose ring is 10 mm wide, in which a quarter may be lost."""
    first = keyed("two-things-at-once", hold_s, ring_mm=10.0, cost_most=0.25)._replace(trial=trial, **given)
    before = None if found is None else dual.begin(first)._replace(known=found)
    return dual.begin(first._replace(before=before))


def stood(state: Dual, offs_mm: list[float], forces_n: Any = 700.0, right: int = 0) -> tuple[Dual, list[Event]]:
    """So far ahead of the foot's place at each second, with so many right answers in the first ones."""
    events: list[Event] = []
    for second, off_mm in enumerate(offs_mm):
        force_n = forces_n if isinstance(forces_n, float) else forces_n[second]
        mark = Mark.RIGHT if second < right else Mark.NONE
        seen = Observation(force_n, 0.0, off_mm, 0.0, True, mark)
        stepped = dual.step(state, seen, Moment(second * S, Phase.HOLD, 0))
        state, events = stepped.state, [*events, *stepped.events]
    return state, events


def test_what_the_keys_may_be():
    found = DualKeys.model_json_schema()["properties"]
    bounds = {name: (one["minimum"], one["maximum"]) for name, one in found.items()}
    assert bounds == {"cost_most": (0.05, 0.5), "ring_mm": (5, 40)}


@pytest.mark.parametrize(
    ("learn_s", "vibrates", "found"),
    [
        (1.0, False, []),
        (0.999, False, [Problem("steps.learn.time_s", 0.999, least=1.0, reason="weight-needs-learning")]),
        (1.0, True, [Problem("steps.exercise.vibration.form", reason="movement-still")]),
    ],
)
def test_what_a_document_must_have(learn_s, vibrates, found):
    base = SafeBase(50.0, 50.0, ("", ""), learn_s, vibrates=vibrates)
    assert list(dual.problems(DualKeys(cost_most=0.25, ring_mm=10.0), base)) == found


@pytest.mark.parametrize(
    ("inside", "right", "costs", "done"),
    [
        (3, 3, (0.25, 0.25), 2),  # at the limit
        (2, 3, (0.5, 0.25), 1),
        (3, 2, (0.25, 0.5), 1),
        (2, 2, (0.5, 0.5), 0),
        (8, 6, (-1.0, -0.5), 2),
    ],
)
def test_what_each_costs_is_the_part_of_it_that_is_lost(inside, right, costs, done):
    """Alone half of the time in the ring of 12 mm and 30 answers a minute: now 3 of 8 s, and 3 answers in 8 s."""
    state = begun(3, found=FoundAlone(12.0, 0.5, 30.0))
    state, events = stood(state, [0.0] + [12.0] * inside + [12.001] * (8 - inside), right=right)
    told = {"trial": 3, "alone": "", "in_ring": inside / 8, "right": right, "wrong": 0, "right_per_min": 7.5 * right}
    told |= {"cost_standing": costs[0], "cost_answering": costs[1]}
    assert events == [Event("two-things", 8 * S, told)]
    assert (state.over, dual.score(state)) == (True, (done, 2))
    again = dual.step(state, Observation(700.0, 0.0, 0.0, 0.0, True, Mark.RIGHT), Moment(9 * S, Phase.HOLD, 0))
    assert (again.done, again.state.right, again.events) == (True, right, ())


@pytest.mark.parametrize(
    ("known", "weight_n", "force_n", "costs"),
    [
        (FoundAlone(12.0, 0.5, 30.0), 700.0, 665.0, (-1.0, 0.25)),
        (FoundAlone(12.0, 0.5, 30.0), 700.0, 664.9, (None, 0.25)),
        (FoundAlone(12.0, 0.5, 30.0), 0.0, 700.0, (None, 0.25)),
        (FoundAlone(12.0, 0.0, 0.0), 700.0, 700.0, (None, None)),
    ],
)
def test_a_cost_is_unknown_with_a_hand_on_the_rail_and_where_nothing_is_known_alone(known, weight_n, force_n, costs):
    """95 hundredths of 700 N are 665 N."""
    _, (event,) = stood(begun(3, found=known, weight_n=weight_n), [0.0] * 9, force_n, right=3)
    assert (event.data["cost_standing"], event.data["cost_answering"]) == costs


@pytest.mark.parametrize(
    ("forces_n", "mean_n"),
    [
        ([700.0] + [600.0] * 4 + [700.0] * 4, 650.0),
        ([700.0] + [-0.1] * 4 + [800.0] * 4, 400.0),
        ([700.0] + [0.0] * 4 + [20_000.0] * 4, 10_000.0),
        ([700.0] + [20_000.1] * 4 + [800.0] * 4, 400.0),
    ],
)
def test_the_force_is_its_mean_and_what_no_patient_has_is_none(forces_n, mean_n):
    state, _ = stood(begun(3), [0.0] * 9, forces_n)
    assert state.force_n == pytest.approx(mean_n)


@pytest.mark.parametrize(("right", "per_min"), [(2, 0.0), (3, 22.5)])
def test_two_right_answers_alone_are_too_few_to_lose_any(right, per_min):
    state, (event,) = stood(begun(2), [0.0] * 9, right=right)
    assert state.known == FoundAlone(0.0, 0.0, per_min)
    told = {"trial": 2, "alone": "answering", "in_ring": 1.0, "right": right, "wrong": 0, "right_per_min": 7.5 * right}
    assert (event.data, dual.score(state)) == (told, (0, 0))


@pytest.mark.parametrize(
    ("calm_mm", "ring_mm"),
    [
        ([6.0, 8.0] * 4 + [50.0**0.5], 10.726810),  # the mean of 36 and 64 is 50, and 50 itself changes nothing
        ([2.0] * 9, 10.0),
        ([50.0] * 9, 60.0),
    ],
)
def test_the_ring_of_standing_alone_is_learnt_in_ten_seconds(calm_mm, ring_mm):
    """Nine tenths of the time a dot is within 1.517 times its distance in the square mean; 10 to 60 mm are a ring."""
    state, (event,) = stood(begun(1, 18.1), [0.0, *calm_mm, *[ring_mm - 0.001] * 3, *[ring_mm + 0.001] * 6])
    assert (state.ring_mm, state.calm_ns, state.ns) == (pytest.approx(ring_mm), 9 * S, 9 * S)
    assert (event.data["in_ring"], state.known.ring_mm) == (0.333, state.ring_mm)
    assert state.known.in_ring == pytest.approx(1.0 / 3.0)
    assert begun(3, found=state.known).ring_mm == state.ring_mm
    assert begun(3).ring_mm == 10.0


@pytest.mark.parametrize(("force_n", "in_ring"), [(665.0, 1.0), (664.9, 0.0)])
def test_who_stands_alone_with_a_hand_on_the_rail_has_stood_for_nothing(force_n, in_ring):
    state, (event,) = stood(begun(1, 18.1), [0.0] * 19, force_n)
    assert (event.data["in_ring"], state.known.in_ring) == (1.0, in_ring)


def test_it_is_judged_a_tenth_of_a_second_before_its_end_and_not_before():
    state, _ = stood(begun(3), [0.0] * 8)
    seen = Observation(700.0, 0.0, 0.0, 0.0, True)
    early = dual.step(state, seen, Moment(8 * S - 1, Phase.HOLD, 0))
    assert (early.done, early.events) == (False, ())
    late = dual.step(state, seen, Moment(8 * S, Phase.HOLD, 0))
    assert (late.done, len(late.events)) == (True, 1)


def test_an_answer_counts_in_the_hold_and_is_wrong_or_right():
    state = begun(3)
    for now_s, mark, phase in (
        (0, Mark.RIGHT, Phase.BASELINE),
        (1, Mark.RIGHT, Phase.HOLD),
        (2, Mark.WRONG, Phase.HOLD),
        (3, Mark.WRONG, Phase.HOLD),
        (4, Mark.NONE, Phase.HOLD),
    ):
        seen = Observation(700.0, 0.0, 0.0, 0.0, True, mark)
        state = dual.step(state, seen, Moment(now_s * S, phase, S)).state
    assert (state.right, state.wrong) == (1, 2)
    at_once = dual.step(state, Observation(700.0, 0.0, 0.0, 0.0, True, Mark.RIGHT), Moment(4 * S + 1, Phase.HOLD, S))
    assert (at_once.state.right, at_once.state.ns) == (2, state.ns + 1)


@pytest.mark.parametrize(
    ("trial", "word", "dot", "outcome", "ring"),
    [
        (1, Word.KEEP_THE_DOT_STILL, Dot.LIVE, SceneOutcome.OUTSIDE, 152),
        (2, Word.ANSWER_ALOUD, Dot.HIDDEN, SceneOutcome.NONE, 0),
        (3, Word.STEADY_AND_ANSWER, Dot.LIVE, SceneOutcome.OUTSIDE, 100),
    ],
)
def test_what_the_patient_sees(trial, word, dot, outcome, ring):
    """A ring of 10 mm, or as learnt of 1.517 x 10.001 mm; of 8.1 s 7.1 s are left after a second, shown as 8."""
    state = begun(trial)
    seen = Observation(700.0, 0.0, 10.001, 0.0, True)
    before = dual.step(state, seen, Moment(0, Phase.BASELINE, 0))
    assert (before.scene.word, before.scene.clock_kind, before.scene.cue) == (Word.GET_READY, ClockKind.NONE, Cue.NONE)
    assert (before.scene.clock_ds, before.scene.clock_of_ds, before.scene.cue_count) == (0, 0, 0)
    first = dual.step(before.state, seen, Moment(S, Phase.HOLD, S))
    scene = dual.step(first.state, seen, Moment(2 * S, Phase.HOLD, S)).scene
    slot = Slot(SlotKind.PLACE, 1, PlaceLook.RING, SlotState.NOW, 0, 0, ring)
    assert scene.slots == ((slot,) if ring else ())
    assert (scene.word, scene.dot, scene.outcome) == (word, dot, outcome)
    assert (first.scene.cue, first.scene.cue_count, scene.cue, scene.cue_count) == (Cue.START, 1, Cue.START, 1)
    assert (scene.clock_kind, scene.clock_ds, scene.clock_of_ds) == (ClockKind.LEFT, 80, 81)
