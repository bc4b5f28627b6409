"""From one patient to the next: wiped, at zero, and free, as the plate itself shows it."""

from types import SimpleNamespace

import pytest

from station.access.pairing import Pairings
from station.measures.constants import MOST_EMPTY_N
from station.settings import ScreenSettings
from web_ui.between import (
    AWAY_S,
    FREE_S,
    MESSAGE_S,
    MESSAGES,
    PERSON_N,
    STILL_S,
    Between,
    BetweenStage,
    PlateLook,
    look,
)
from web_ui.coming import Coming, ComingNext, NextDrill
from web_ui.compose import RESULT_SHOWN_S
from web_ui.meanwhile import Meanwhile
from web_ui.pair_button import PairButton, PairingSurroundings, Presses
from web_ui.screen import PatientScreen
from web_ui.story import Story

NO_BUTTON = PairButton(Pairings(), PairingSurroundings(dict))
EMPTY = (0.4, -0.3, 0.2, 0.1)
HZ = 10


def after(state, seconds, cells=EMPTY, *, runs=False, shows=False, from_s=0.0):
    """The states of so many seconds of this; `cells` may be a function of the look's number."""
    states = [state]
    for number in range(round(seconds * HZ)):
        now = cells(number) if callable(cells) else cells
        states.append(look(states[-1], PlateLook(from_s + number / HZ, runs, shows, now)))
    return states


def cloth(number):
    """A hand goes over the plate for two seconds."""
    return (8.0 * (number % 2), 5.0, 0.0, 3.0) if number < 2 * HZ else EMPTY


USED = after(Between(), 1.0, runs=True)[-1]


def test_who_was_on_the_plate_is_wiped_off_before_it_is_looked_at():
    assert USED.used
    waits = after(USED, 30.0)
    assert {one.stage for one in waits[1:]} == {BetweenStage.WIPE}
    wiped = after(waits[-1], 2.0 + STILL_S + 1.0, cloth)
    assert wiped[-1].stage is BetweenStage.ZERO
    assert after(wiped[-1], 4.0, from_s=9.0)[-1].stage is BetweenStage.FREE


def test_a_door_that_falls_shut_is_no_cloth():
    bumps = after(USED, 60.0, lambda number: (20.0, 0.0, 0.0, 0.0) if number in (50, 300) else EMPTY)
    assert bumps[-1].stage is BetweenStage.WIPE


@pytest.mark.parametrize("off_n", [MOST_EMPTY_N + 1.0, -MOST_EMPTY_N - 1.0])
def test_a_zero_that_has_moved_names_its_cell_until_it_is_right(off_n):
    looked = Between(BetweenStage.ZERO, used=True, since_s=0.0)
    off = after(looked, 5.0, (0.0, 0.0, 0.0, off_n))[-1]
    assert (off.stage, off.off) == (BetweenStage.ZERO_OFF, (3, pytest.approx(off_n)))
    assert off.used
    assert after(off, 5.0, from_s=5.0)[-1].stage is BetweenStage.FREE


def test_a_cell_within_its_limit_is_at_zero():
    looked = Between(BetweenStage.ZERO, used=True, since_s=0.0)
    assert after(looked, 3.0, (MOST_EMPTY_N - 0.1, 0.0, 0.0, 0.0))[-1].stage is BetweenStage.FREE


def test_somebody_who_steps_on_is_a_patient_and_no_cloth():
    for stage in (BetweenStage.WIPE, BetweenStage.ZERO, BetweenStage.ZERO_OFF, BetweenStage.FREE):
        stepped = look(Between(stage, used=False, since_s=0.0), PlateLook(1.0, False, False, (PERSON_N, 0.0, 0.0, 0.0)))
        assert (stepped.stage, stepped.used) == (BetweenStage.NONE, True)


def test_a_clean_plate_is_free_after_a_while_and_not_while_nothing_measures():
    quiet = after(Between(), FREE_S + 1.0)
    assert quiet[round(FREE_S * HZ) - 1].stage is BetweenStage.NONE
    assert quiet[-1].stage is BetweenStage.FREE
    blind = look(quiet[-1], PlateLook(FREE_S + 2.0, False, False, None))
    assert (blind.stage, blind.message(0.0)) == (BetweenStage.NONE, 0)


def test_every_piece_of_advice_has_its_turn():
    free = Between(BetweenStage.FREE)
    shown = [free.message(number * MESSAGE_S + 1.0) for number in range(MESSAGES)]
    assert shown == list(range(1, MESSAGES + 1))


def test_a_drill_or_a_result_ends_it_at_once():
    for seen in (PlateLook(5.0, True, False, EMPTY), PlateLook(5.0, False, True, EMPTY)):
        assert look(Between(BetweenStage.WIPE, used=True, since_s=0.0), seen).stage is BetweenStage.NONE


# --- with what the rings and the records say ---


SAMPLE = SimpleNamespace(
    session=0,
    trip=0,
    **{f"{cell}_status": 0 for cell in ("front_left", "front_right", "back_right", "back_left")},
    **{f"{cell}_n": 0.1 for cell in ("front_left", "front_right", "back_right", "back_left")},
)


def meanwhile(tmp_path, found, *, messages=True):
    """After a drill of P01 that ended at 10 s; `found` is what the records say of them."""
    story = Story({"kind": "session-started", "session": 1, "patient": "P01"})
    story.outcome, story.ended_ns = "completed", 10_000_000_000
    live = SimpleNamespace(story=story, sample=None, presses=Presses())
    own = Meanwhile(live, tmp_path, PatientScreen(ScreenSettings(volume=40, messages=messages)), NO_BUTTON)
    own.coming = ComingNext(live, tmp_path, lambda _data, _patient: found)
    own.coming.look()

    def at(now_s, *, halted=False):
        live.sample = SimpleNamespace(**{**vars(SAMPLE), "t_ns": round(now_s * 1e9)})
        return own.look(live, round(now_s * 1e9), halted=halted)

    return own, at


def test_a_patient_whose_visit_goes_on_reads_what_comes_next(tmp_path):
    _, at = meanwhile(tmp_path, Coming("P01", True, NextDrill("tandem", "left-front", "tandem")))
    shown = at(11.0)
    assert shown.stage == "none"
    assert (shown.next.drill, shown.next.leg_word, shown.next.feet) == ("tandem", "left-front", "tandem")
    assert at(10.0 + RESULT_SHOWN_S + 5.0).stage == "none", "they rest"
    assert at(10.0 + AWAY_S + 1.0).stage == "wipe", "nobody has seen them since"
    assert at(20.0, halted=True).next is None


def test_after_the_visit_comes_the_cloth_and_what_helped_one_patient_ends(tmp_path):
    own, at = meanwhile(tmp_path, Coming("P01", False, None))
    own.screen.change(volume=100, large=True, child=True)
    assert at(11.0).stage == "none", "the result is read first"
    now_s = 10.0 + RESULT_SHOWN_S + 1.0
    assert at(now_s).stage == "wipe"
    assert own.screen.now.large
    own._between = own._between._replace(touches=99, touched_s=now_s)
    stages = [at(now_s + step / HZ).stage for step in range(1, 80)]
    assert stages[-1] == "free"
    assert (own.screen.now.volume, own.screen.now.large, own.screen.now.child) == (40, False, False)
    assert at(now_s + 9.0).message > 0


def test_a_clinic_may_do_without_advice(tmp_path):
    _, at = meanwhile(tmp_path, Coming(), messages=False)
    own_free = [at(200.0 + step).stage for step in range(3)]
    assert own_free[0] == "wipe"
    assert at(203.0).message == 0
