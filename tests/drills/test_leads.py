"""What a therapist leads: who does it is counted; who stays, holds on, is late or lifts the heel is not."""

import itertools
import math

import pytest

from drills.contradictions import contradictions
from drills.errors import PrescriptionError
from drills.exercises import EXERCISES
from drills.exercises.leads import LEADS
from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.scene import Axis, RingLook, SlotKind, WordLook
from drills.values import Leg
from drills.words import Word
from tests.drills.test_vibration import CRANK
from tests.drills.trying import at, keyed, slowly

GUIDED = EXERCISES["guided"]
CALM_S = 5.0
WAYS = ((0, 1), (1, 0), (0, 1), (-1, 0))


def into(t_s: float, each_s: float) -> tuple[int, float]:
    """Which repetition, and how far into it."""
    return int(max(0.0, t_s - CALM_S) // each_s), max(0.0, t_s - CALM_S) % each_s


def reaches(far_mm: float, back_s: float = 4.0, force_n: float = 700.0, each_s: float = 6.0):
    """Somebody who goes so far on each way and is back at this time of the repetition."""

    def person(t_s, _):
        number, since_s = into(t_s, each_s)
        ml, ap = WAYS[number % 4]
        out_mm = far_mm if t_s > CALM_S and 0.5 < since_s < back_s else 0.0
        return at(ml * out_mm, ap * out_mm, force_n)

    return person


def outcomes(run) -> set[str]:
    return {one["outcome"] for one in run.of("repetition")}


@pytest.mark.parametrize(
    ("name", "person", "outcome"),
    [
        ("reach-out", reaches(45.0), "good"),
        ("reach-out", lambda t, _: at(0, 0), "not-out"),
        ("reach-out", reaches(25.0), "not-out"),  # the arm alone
        ("reach-out", reaches(45.0, back_s=5.6), "late"),
        ("reach-out", reaches(45.0, force_n=650.0), "supported"),
        ("one-leg-clock", reaches(30.0, 4.0, each_s=5.0), "good"),
        ("one-leg-clock", reaches(30.0, 4.8, each_s=5.0), "late"),
        ("one-leg-clock", lambda t, _: at(0, 0, 640.0), "supported"),
        ("catch-your-balance", reaches(60.0, 3.3, each_s=8.0), "good"),
        ("catch-your-balance", reaches(60.0, 3.7, each_s=8.0), "late"),
        ("catch-your-balance", lambda t, _: at(0, 0, 650.0), "supported"),
        ("head-to-the-beat", lambda t, _: at(25.0 * math.sin(9 * t) * (t > CALM_S), 0), "good"),
        ("head-to-the-beat", lambda t, _: at(60.0 * math.sin(9 * t) * (t > CALM_S), 0), "outside"),
        ("head-to-the-beat", lambda t, _: at(0, 0, 650.0), "supported"),
        ("stretch-and-hold", lambda t, _: at(0, 40.0, 600.0), "good"),
        ("stretch-and-hold", lambda t, _: at(0, 50.0), "outside"),  # the heel comes up
        ("stretch-and-hold", lambda t, _: at(math.nan, math.nan), "outside"),
        ("rest-and-breathe", lambda t, _: at(0, 0, 400.0), "good"),
    ],
)
def test_what_counts_and_what_does_not(name, person, outcome):
    run = slowly(GUIDED, keyed(name, repetitions=3), person)
    assert outcomes(run) == {outcome}
    assert GUIDED.score(run.state) == (3 if outcome == "good" else 0, 3)


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("reach-out", lambda wrong: reaches(45.0, 4.0 + 0.13 * wrong)),
        ("one-leg-clock", lambda wrong: reaches(30.0, 4.4 + 0.02 * wrong, each_s=5.0)),
        ("catch-your-balance", lambda wrong: reaches(60.0, 3.3 + 0.05 * wrong, each_s=8.0)),
    ],
)
def test_who_comes_back_later_never_has_more(name, person):
    given = keyed(name, repetitions=2)
    done = [GUIDED.score(slowly(GUIDED, given, person(wrong)).state).done for wrong in (0, 6, 12)]
    assert done == sorted(done, reverse=True)
    assert done[0] > done[-1]


def test_the_screen_says_where_to_reach_and_when_to_come_back():
    run = slowly(GUIDED, keyed("reach-out"), reaches(45.0))
    words = [word for word, _ in itertools.groupby(scene.word for scene in run.scenes)]
    assert words[:4] == [Word.KEEP_THE_DOT_STILL, Word.REACH_THIS_WAY, Word.TO_THE_MIDDLE, Word.REACH_THIS_WAY]
    arrows = [slot.value for scene in run.scenes for slot in scene.slots if slot.kind == SlotKind.ARROW]
    assert [way for way, _ in itertools.groupby(arrows)][:4] == [900, 0, 900, 1800]


def test_the_clock_goes_round_and_fewer_hours_go_round_too():
    def hours(**keys):
        run = slowly(GUIDED, keyed("one-leg-clock", **keys), lambda t, _: at(0, 0))
        rings = [slot.value for scene in run.scenes for slot in scene.slots if slot.look == RingLook.CLOCK]
        return [value // 10 for value, _ in itertools.groupby(rings)]

    assert hours() == [*range(12)]
    assert hours(repetitions=4) == [0, 3, 6, 9]


def test_the_letter_changes_with_each_repetition_and_is_another_in_each_trial():
    def letters(trial):
        run = slowly(GUIDED, keyed("head-to-the-beat")._replace(trial=trial), lambda t, _: at(0, 0))
        slots = [slot for scene in run.scenes for slot in scene.slots if slot.kind == SlotKind.WORD]
        assert {slot.look for slot in slots} == {WordLook.LETTER}
        beats = [slot.y for scene in run.scenes for slot in scene.slots if slot.kind == SlotKind.BEAT]
        assert beats == sorted(beats)
        assert beats[-1] == 18  # 30 s, 1.65 s each
        return [chr(value) for value, _ in itertools.groupby(slot.value for slot in slots)]

    assert len(letters(1)) == 6
    assert letters(1) != letters(2)


def test_the_heels_are_a_bar_over_its_line():
    run = slowly(GUIDED, keyed("stretch-and-hold"), lambda t, _: at(0, 15.0))
    band, bar, ring = run.scenes[-200].slots
    assert (band.look, band.x, bar.look, bar.x) == (Axis.HEEL_LOAD, 200, Axis.HEEL_LOAD, 400)
    assert ring.look == RingLook.TIME


@pytest.mark.parametrize(
    ("name", "changes", "field", "reason"),
    [
        ("reach-out", {"each_s": 4.9}, "each_s", "out-of-range"),
        ("catch-your-balance", {"each_s": 5.0}, "each_s", "out-of-range"),
        ("head-to-the-beat", {"beat_s": None}, "beat_s", "needed-with"),
        ("reach-out", {"beat_s": 1.0}, "beat_s", "useless-with"),
    ],
)
def test_times_that_cannot_be_right_are_refused(name, changes, field, reason):
    document = load_shipped(name)
    step = document.exercise_step
    step = step.model_copy(update={"parameters": step.parameters.model_copy(update=changes)})
    steps = tuple(step if one.step == "exercise" else one for one in document.steps)
    (found,) = contradictions(document.model_copy(update={"steps": steps}))
    assert (found.field, found.reason) == (f"steps.exercise.parameters.{field}", reason)


@pytest.mark.parametrize("lead", sorted(LEADS))
def test_nobodys_hands_are_on_a_patient_while_the_plate_moves(lead):
    document = load_shipped("catch-the-bursts")
    step = document.exercise_step
    keys = step.parameters.model_copy(update={"lead": lead, "beat_s": 1.0 if lead == "turn" else None})
    steps = tuple(
        step.model_copy(update={"parameters": keys}) if one.step == "exercise" else one for one in document.steps
    )
    reasons = {found.reason for found in contradictions(document.model_copy(update={"steps": steps}))}
    assert ("movement-still" in reasons) is (lead not in ("catch", "level"))


def test_a_fixed_stroke_refuses_bursts_with_its_reason_and_does_blocks():
    bursts, blocks = load_shipped("catch-the-bursts"), load_shipped("single-leg-in-blocks")
    with pytest.raises(PrescriptionError, match="platform-form"):
        prescribe(bursts, Asked(Leg.BOTH, frequency_hz=25.0), CRANK)
    assert prescribe(bursts, Asked(Leg.BOTH)).vibrates
    assert prescribe(blocks, Asked(Leg.LEFT, frequency_hz=25.0), CRANK).vibrates
