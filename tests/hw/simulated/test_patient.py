"""Simulated patients: they stand like people of their kind, and do what the screen shows, as well as they can."""

import math
from statistics import median

import numpy as np
import pytest

from benchmarks.people import IMPAIRED, MEASURES, five_rises_s, on_one_leg, path, patient, quiet, raises, standing, wait
from drills.scene import (
    NOT_SHOWN,
    Axis,
    Dot,
    Eyes,
    PlaceLook,
    Scene,
    Slot,
    SlotKind,
    SlotState,
    View,
)
from drills.words import Word
from hw.simulated.abilities import FEET_APART_MM
from hw.simulated.kinds import KINDS
from hw.simulated.lifting import PRESS_SHARE_OF_LIMIT
from hw.simulated.person import Stance
from hw.units import STANDARD_GRAVITY_M_S2
from station.measures.norms.people import table as norms

VELOCITY = MEASURES.index("mean_velocity_mm_s")


def place(number: int, ml_mm: float, ap_mm: float, look: PlaceLook = PlaceLook.RING, radius_mm: float = 12.0) -> Slot:
    tenths = round(10 * ml_mm), round(10 * ap_mm), round(10 * radius_mm)
    return Slot(SlotKind.PLACE, number, look, SlotState.NOW, *tenths)


def reaching(*slots: Slot, dot: Dot = Dot.LIVE, eyes: Eyes = Eyes.OPEN) -> Scene:
    return Scene(view=View.LEAN, dot=dot, eyes=eyes, slots=slots)


def gauge(axis: Axis, low: float, high: float, now: float | None) -> Scene:
    """A band with its bar."""
    slots = [Slot(SlotKind.BAND, 3, axis, SlotState.NOW, round(low), round(high))]
    if now is not None:
        slots.append(Slot(SlotKind.BAR, 4, axis, SlotState.NOW, round(now), NOT_SHOWN))
    return Scene(view=View.GAUGE, dot=Dot.HIDDEN, slots=tuple(slots))


def share_right(one) -> float:
    """What the bar would show: where the CoP is between the feet."""
    return 0.5 + one.cop_ml_mm / FEET_APART_MM


def arrives_s(one, scene: Scene, ml_mm: float, ap_mm: float, radius_mm: float = 12.0, most_s: float = 8.0) -> float:
    """How long until the CoP has been within the radius for half a second; infinite where it is not."""
    one.look(scene)
    inside = 0
    for step in range(round(most_s * 250)):
        one.step()
        inside = inside + 1 if math.hypot(one.cop_ml_mm - ml_mm, one.cop_ap_mm - ap_mm) <= radius_mm else 0
        if inside >= 125:
            return step / 250.0
    return math.inf


@pytest.mark.parametrize("kind", ["young", "old"])
def test_they_sway_like_people_of_their_age_and_more_on_foam_with_closed_eyes(kind: str) -> None:
    found = {}
    for surface, eyes in (("firm", "open"), ("foam", "closed")):
        middle = median(quiet(kind, seed, surface, eyes, 30.0)[VELOCITY] for seed in range(3))
        p5, _, _, _, _, _, p95 = norms()["mean_velocity_mm_s", 30, kind, eyes, surface].points
        assert p5 <= middle <= p95
        found[surface] = middle
    assert found["foam"] > 2.0 * found["firm"]


def test_they_lean_to_a_place_after_a_reaction_and_back() -> None:
    for kind, most_s in (("young", 3.5), ("old", 5.0)):
        times = []
        for seed in range(4):
            one = standing(patient(kind, seed))
            home = one.cop_ml_mm, one.cop_ap_mm
            one.look(reaching(place(1, 0.0, 55.0)))
            wait(one, 0.2)
            assert math.hypot(one.cop_ml_mm - home[0], one.cop_ap_mm - home[1]) < 25.0
            times.append(arrives_s(one, reaching(place(1, 0.0, 55.0)), 0.0, 55.0))
            assert arrives_s(one, reaching(place(0, 0.0, -10.0, PlaceLook.HOME)), 0.0, -10.0) < 8.0
        assert median(times) < most_s


def test_a_square_is_mostly_left_alone_and_a_box_or_a_lamp_asks_for_nothing() -> None:
    gone = 0
    for seed in range(6):
        one = standing(patient("young", seed))
        for look in (PlaceLook.BOX, PlaceLook.LAMP, PlaceLook.SQUARE):
            one.look(reaching(place(3 + look, 80.0, 0.0, look)))
            wait(one, 2.5)
            gone += one.cop_ml_mm > 30.0
    assert gone <= 2
    assert KINDS["young"].false_alarms < KINDS["old"].false_alarms


def test_a_place_beyond_their_limits_is_not_reached() -> None:
    assert arrives_s(standing(patient("frail", 1)), reaching(place(1, 0.0, 120.0)), 0.0, 120.0) == math.inf


@pytest.mark.parametrize("kind", ["young", "stroke"])
def test_the_share_is_brought_into_the_band_by_the_bar_alone(kind: str) -> None:
    one = standing(patient(kind, 2))
    before = np.mean([share_right(one) for _ in range(250) if one.step() is None])
    if kind == "stroke":
        assert min(before, 1.0 - before) == pytest.approx(0.39, abs=0.05)
    blind = standing(patient(kind, 2))
    blind.look(gauge(Axis.SHARE_RIGHT, 450, 550, None))
    wait(blind, 8.0)
    for _ in range(round(10.0 * 50)):
        one.look(gauge(Axis.SHARE_RIGHT, 450, 550, 1000 * share_right(one)))
        wait(one, 0.02)
    seen = np.mean([share_right(one) for _ in range(500) if one.step() is None])
    assert seen == pytest.approx(0.5, abs=0.04)
    if kind == "stroke":
        felt = np.mean([share_right(blind) for _ in range(500) if blind.step() is None])
        assert abs(felt - 0.5) > 0.05, "who sees no bar keeps what feels even"


def test_the_balls_of_the_feet_are_pressed_as_hard_as_the_band_asks_for() -> None:
    one = standing(patient("young", 3))
    home_mm = np.mean(path(one, 4.0)[:, 2])
    best_mm = PRESS_SHARE_OF_LIMIT * KINDS["young"].limits_mm[0]
    for level in (400, 0):
        for _ in range(300):
            shown = gauge(Axis.FORCE_OF_BEST, level - 50, level + 50, 1000 * (one.cop_ap_mm - home_mm) / best_mm)
            one.look(shown._replace(word=Word.HOLD_THE_PRESS))
            wait(one, 0.02)
        pressed = (np.mean(path(one, 6.0)[:, 2]) - home_mm) / best_mm
        assert pressed == pytest.approx(level / 1000, abs=0.15)


def test_part_of_the_weight_is_carried_where_a_load_is_asked_for() -> None:
    one = standing(patient("old", 1))
    for _ in range(300):
        one.look(gauge(Axis.LOAD, 180, 220, one.force_n))
        wait(one, 0.02)
    assert np.mean(path(one, 1.0)[:, 0]) == pytest.approx(200.0, abs=25.0)


def test_old_people_rise_slower_than_young_ones_and_some_cannot() -> None:
    young, old = (median(five_rises_s(kind, seed) for seed in range(3)) for kind in ("young", "old"))
    assert 5.0 < young < old < 12.6
    frail = [five_rises_s("frail", seed) for seed in range(6)]
    assert math.inf in frail
    assert min(frail) > 14.0
    assert raises("young", 1) > raises("old", 1) > raises("frail", 1)


def test_rising_loads_the_feet_beyond_the_weight_and_sitting_unloads_them() -> None:
    one = standing(patient("young", 4))
    weight_n = one.mass_kg * STANDARD_GRAVITY_M_S2
    arrow = Slot(SlotKind.ARROW, 1, 0, SlotState.NOW, 0, 0, 100, 2700)
    band = Slot(SlotKind.BAND, 2, Axis.RISE, SlotState.NOW, 950, 1000)
    one.look(Scene(view=View.GAUGE, slots=(band, arrow)))
    wait(one, 3.0)
    assert path(one, 1.0)[:, 0].mean() < 0.3 * weight_n
    one.look(Scene(view=View.GAUGE, slots=(band, arrow._replace(value=900))))
    rows = path(one, 4.0)[:, 0]
    assert 1.08 < rows.max() / weight_n < 1.6
    assert rows[-100:].mean() == pytest.approx(weight_n, rel=0.03)


def test_one_leg_is_held_as_long_as_people_of_that_kind_hold_it() -> None:
    held = {kind: median(on_one_leg(kind, seed)[1] for seed in range(5)) for kind in ("young", "frail")}
    assert held["young"] > 30.0
    assert held["frail"] < 12.0


def test_the_rail_is_caught_and_carries_a_part_of_the_weight() -> None:
    for seed in range(6):
        one = standing(patient("frail", seed), "stand_on_left")
        weight_n = one.mass_kg * STANDARD_GRAVITY_M_S2
        for _ in range(250 * 20):
            one.step()
            if one.on_rail:
                assert path(one, 1.5)[100:, 0].mean() == pytest.approx(0.88 * weight_n, rel=0.03)
                return
    pytest.fail("nobody caught the rail")


def test_impairments_move_the_figures_as_they_do_in_people() -> None:
    old = quiet("old", 5, "firm", "open", 30.0)[VELOCITY]
    for kind in IMPAIRED:
        if kind != "vestibular":
            assert quiet(kind, 5, "firm", "open", 30.0)[VELOCITY] > 1.15 * old, kind
    foam_old, foam = (quiet(kind, 5, "foam", "closed", 30.0)[VELOCITY] for kind in ("old", "vestibular"))
    assert foam > 1.5 * foam_old
    assert quiet("vestibular", 5, "firm", "open", 30.0)[VELOCITY] < 1.2 * old


def test_the_screen_alone_says_what_to_do() -> None:
    one = patient("young", 7)
    one.look(Scene(view=View.PLATE, word=Word.STEP_ON))
    one.follow("get_off")
    wait(one, 6.0)
    assert one.stance is Stance.BOTH
    one.look(Scene(view=View.PLATE, word=Word.STAND_ON_LEFT))
    wait(one, 4.0)
    assert one.stance is Stance.LEFT
    one.look(Scene(view=View.PLATE, word=Word.STEP_OFF))
    wait(one, 5.0)
    assert one.force_n == 0.0


def test_equal_seeds_do_equal_things() -> None:
    first, again = (standing(patient("old", 9)) for _ in range(2))
    for one in (first, again):
        one.look(reaching(place(1, 40.0, 20.0)))
    assert (path(first, 4.0) == path(again, 4.0)).all()
