"""The catalogue as a whole: each drill is one of its own, and its rungs get harder."""

import itertools

import pytest

from drills.exercises import EXERCISES
from drills.library import catalogue_names, load_shipped
from drills.scene import Feedback, SlotKind, SlotState, View
from tests.drills.movements import played
from tests.drills.test_choices_and_beats import goes, steps
from tests.drills.test_cycles import given_of as repeated
from tests.drills.test_leads import reaches
from tests.drills.test_press import presses
from tests.drills.trying import at, keyed, slowly, watched

WORDS = {"name", "title", "summary", "language", "script", "about"}
NEEDS_ABOUT = {"quiet-stance", "single-leg-vibration", "reach-the-targets"}
"""From before there was such a table."""


def test_no_two_documents_differ_in_words_only():
    for one, other in itertools.combinations([load_shipped(name) for name in catalogue_names()], 2):
        assert one.model_dump(exclude=WORDS) != other.model_dump(exclude=WORDS), (one.name, other.name)


@pytest.mark.parametrize("name", [name for name in catalogue_names() if name not in NEEDS_ABOUT])
def test_each_says_what_a_clinician_asks_and_where_its_numbers_come_from(name):
    about, script = load_shipped(name).about, load_shipped(name).script
    assert about is not None
    assert script is not None
    assert "protocols.md" in about.source
    assert "proposal" in about.source or "proposed" in about.source


HALF_OF_A_VIEW = {View.FOOT: (790, 1140), View.QUIET: (540, 540), View.LEAN: (1350, 1080), View.NEAR: (960, 750)}
"""What of the plate each shows at least, to each side and up, in 0.1 mm."""


@pytest.mark.parametrize("name", catalogue_names())
def test_what_is_to_be_done_now_is_on_the_picture(name):
    exercise = EXERCISES[load_shipped(name).exercise_step.exercise]
    for feedback in (Feedback.F0, Feedback.F4):
        given = keyed(name, hold_s=12.0)._replace(foot_ml_mm=60.0, foot_ap_mm=-40.0, feedback=feedback)
        for scene in slowly(exercise, given, lambda _t, _events: at(60.0, -40.0)).scenes:
            if scene.view not in HALF_OF_A_VIEW:
                continue
            wide, high = HALF_OF_A_VIEW[scene.view]
            for slot in scene.slots:
                if slot.kind is SlotKind.PLACE and slot.state is SlotState.NOW:
                    assert abs(slot.x - scene.centre_x) <= wide, (name, slot)
                    assert abs(slot.y - scene.centre_y) <= high, (name, slot)


def led(name, person, **keys):
    return EXERCISES["guided"].score(slowly(EXERCISES["guided"], keyed(name, repetitions=4, **keys), person).state).done


def ring(width_mm):
    given = keyed("shrinking-ring", width_mm=width_mm)
    ml_mm, ap_mm = EXERCISES["follow"].begin(given).ring_mm
    near = lambda t, _: at(ml_mm + 9.0, ap_mm)  # noqa: E731
    return EXERCISES["follow"].score(slowly(EXERCISES["follow"], given, near).state).done


def slow_to_places(within_s):
    """Somebody who needs 2.2 s for each."""
    seen: list[tuple[int, float]] = []

    def person(t, scene):
        there = goes()(t, scene)
        aim = hash((there.cop_ml_mm, there.cop_ap_mm))
        if not seen or seen[-1][0] != aim:
            seen.append((aim, t))
        return there if t - seen[-1][1] > (0.0 if there.cop_ml_mm == there.cop_ap_mm == 0.0 else 2.2) else at(0, 0)

    run = watched(EXERCISES["targets"], keyed("surprise-targets", within_s=within_s, targets=10), person)
    return EXERCISES["targets"].score(run.state).done


def pushes(onset_s):
    given = keyed("wake-up-beats", presses=3, onset_s=onset_s)
    late = presses(given)
    run = slowly(EXERCISES["press"], given, lambda t, e: late(t if t < 9 else t - 0.2, e))
    return EXERCISES["press"].score(run.state).done


def steps_up(**keys):
    given = repeated(keys.pop("name"), repetitions=3, **keys)
    last, _ = played(EXERCISES["cycles"], given, steps(6.6, 1.15))
    return EXERCISES["cycles"].score(last.state).done


@pytest.mark.parametrize(
    ("rung", "rungs"),
    [
        (ring, (12.0, 9.0, 4.0)),
        (slow_to_places, (3.0, 2.0)),
        (pushes, (0.5, 0.15)),
        (lambda most: steps_up(name="stair-beat", beat_s=3.0, off_beat_most=most), (0.2, 0.05)),
        (lambda most: steps_up(name="up-and-down", peak_most=most), (1.3, 1.1)),
        (lambda each_s: led("reach-out", reaches(45.0, 4.7, each_s=each_s), each_s=each_s), (6.0, 5.0)),
        (lambda each_s: led("one-leg-clock", reaches(30.0, 4.55, each_s=each_s), each_s=each_s), (6.0, 5.0)),
        (lambda ring_mm: led("head-to-the-beat", lambda t, _: at(20.0 * (t > 5), 0), ring_mm=ring_mm), (15.0, 8.0)),
    ],
)
def test_the_same_person_has_less_on_a_harder_rung(rung, rungs):
    done = [rung(value) for value in rungs]
    assert done == sorted(done, reverse=True)
    assert done[0] > done[-1], done
