"""The simulated world as its devices see it: volts at times, one seed, one person, one platform."""

import random
from itertools import pairwise
from math import hypot, sqrt

import pytest

from hw.settings import SimulationSettings
from hw.simulated.cells import NOISE_V, VOLTS_PER_NEWTON, ZERO_V
from hw.simulated.world import GEOMETRY, LONGEST_SILENCE_NS, World
from hw.units import STANDARD_GRAVITY_M_S2

START_NS = 1_000_000_000
TICK_NS = 4_000_000
SETTINGS = SimulationSettings()
Cop = tuple[float, float, float]


class Watcher:
    """Reads the four cells every 4 ms, `apart_ns` after each other, and applies the delivered calibration."""

    apart_ns = 250_000

    def __init__(self, world: World, start_ns: int = START_NS) -> None:
        self.world = world
        self.now_ns = start_ns

    def volts(self) -> list[float]:
        measured = [self.world.converter_v(cell, self.now_ns + cell * self.apart_ns) for cell in range(4)]
        self.now_ns += TICK_NS
        return measured

    def cells(self) -> list[float]:
        sheet = self.world.calibration
        plain = [
            span * (v - zero) for span, v, zero in zip(sheet.span_n_per_v, self.volts(), sheet.zero_v, strict=True)
        ]
        return [sum(m * f for m, f in zip(row, plain, strict=True)) for row in sheet.matrix]

    def look(self) -> Cop:
        """Force (N) and CoP (ML, AP in mm; 0.0 on an empty plate)."""
        front_left, front_right, back_right, back_left = self.cells()
        force_n = front_left + front_right + back_right + back_left
        if force_n < 20.0:
            return force_n, 0.0, 0.0
        geometry = self.world.geometry
        ml_mm = 0.5 * geometry.spacing_ml_mm * (front_right + back_right - front_left - back_left) / force_n
        ap_mm = 0.5 * geometry.spacing_ap_mm * (front_left + front_right - back_left - back_right) / force_n
        return force_n, ml_mm, ap_mm

    def watch(self, seconds: float) -> list[Cop]:
        return [self.look() for _ in range(round(seconds * 250))]


def standing(seed: int = 3, stance: str = "stand_on_left", settings: SimulationSettings = SETTINGS) -> Watcher:
    watcher = Watcher(World(seed, settings))
    watcher.world.follow("get_on")
    watcher.watch(6.0)
    watcher.world.follow(stance)
    watcher.watch(5.0)
    return watcher


def test_an_empty_plate_weighs_nothing() -> None:
    watcher = Watcher(World(1, SETTINGS))
    force_n = [look[0] for look in watcher.watch(2.0)]
    assert max(abs(n) for n in force_n) < 1.0
    assert watcher.volts() == pytest.approx([ZERO_V] * 4, abs=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_the_calibrated_cells_see_the_person_as_they_are(seed: int) -> None:
    watcher = standing(seed, "rest")
    for _ in range(500):
        force_n, ml_mm, ap_mm = watcher.look()
        person = watcher.world.person
        assert force_n == pytest.approx(person.force_n, rel=0.006)
        assert hypot(ml_mm - person.cop_ml_mm, ap_mm - person.cop_ap_mm) < 1.5


def test_amplifier_noise_is_what_its_data_sheet_makes_of_this_weight() -> None:
    watcher = standing(stance="rest")
    watcher.watch(30.0)
    steps = [watcher.watch(0.1) for _ in range(20)]
    jitter = [
        (c[1] - 2.0 * b[1] + a[1]) ** 2 for rows in steps for a, b, c in zip(rows, rows[1:], rows[2:], strict=False)
    ]
    seen_mm = sqrt(sum(jitter) / len(jitter) / 6.0)  # of white noise a second difference has six times the variance
    weight_n = SETTINGS.mass_kg * STANDARD_GRAVITY_M_S2
    assert seen_mm == pytest.approx(GEOMETRY.spacing_ml_mm * NOISE_V / VOLTS_PER_NEWTON / weight_n, rel=0.1)
    assert seen_mm == pytest.approx(0.027, abs=0.003)


def test_the_same_seed_gives_the_same_volts_bit_for_bit() -> None:
    first, again, other = (Watcher(World(seed, SETTINGS)) for seed in (7, 7, 8))
    seen = []
    for watcher in (first, again, other):
        watcher.world.follow("get_on")
        watcher.world.platform.demand(20.0, 1.0)
        seen.append([watcher.volts() for _ in range(1000)])
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_what_happens_does_not_depend_on_who_asks_how_often() -> None:
    """Two worlds of one seed, one asked at each tick, one at odd times: the person and the platform are the same."""
    regular, odd = World(7, SETTINGS), World(7, SETTINGS)
    moments = random.Random(1)
    for world in (regular, odd):
        world.converter_v(0, START_NS)
        world.follow("stand_on_right")
        world.platform.demand(22.0, 1.5)
    for tick in range(1, 2001):
        t_ns = START_NS + tick * TICK_NS
        regular.converter_v(tick % 4, t_ns)
        for _ in range(moments.randrange(3)):
            odd.converter_v(moments.randrange(4), t_ns + moments.randrange(TICK_NS) - TICK_NS)
    for world in (regular, odd):
        world.converter_v(0, START_NS + 2001 * TICK_NS)
    assert (regular.person.force_n, regular.person.cop_ml_mm) == (odd.person.force_n, odd.person.cop_ml_mm)
    assert (regular.platform.phase, regular.platform.tach_hz) == (odd.platform.phase, odd.platform.tach_hz)


def test_a_moment_ago_can_still_be_asked_for() -> None:
    """Converters finish when they like: up to 10 ms back the answer is what it would have been then."""
    watcher = standing(stance="rest", settings=SimulationSettings(amplifier_noise_uv=0.0))
    watcher.world.platform.demand(25.0, 1.0)
    watcher.watch(2.0)
    moments_ns = [watcher.now_ns + step * 1_000_000 for step in range(11)]
    fresh = [watcher.world.converter_v(0, t_ns) for t_ns in moments_ns]
    again = [watcher.world.converter_v(0, t_ns) for t_ns in reversed(moments_ns)]
    assert again[::-1] == fresh
    assert max(fresh) - min(fresh) > 0.02


@pytest.mark.parametrize("instruction", ["get_off", "stand_on_left"])
def test_between_steps_force_and_cop_change_evenly(instruction: str) -> None:
    watcher = standing(stance="rest")
    watcher.world.follow(instruction)
    fine = [watcher.world.converter_v(0, watcher.now_ns + step * 200_000) for step in range(15_000)]
    assert max(fine) - min(fine) > 0.05
    assert max(abs(b - a) for a, b in pairwise(fine)) < 8e-4


def test_vibration_shakes_the_cells_at_its_frequency_and_stops_with_it() -> None:
    watcher = standing(stance="rest")
    quiet_n = [look[0] for look in watcher.watch(1.0)]
    watcher.world.platform.demand(25.0, 1.0)
    watcher.watch(3.0)
    shaken_n = [look[0] for look in watcher.watch(2.0)]
    mean_n = sum(shaken_n) / len(shaken_n)
    crossings = sum((a < mean_n) != (b < mean_n) for a, b in pairwise(shaken_n))
    assert 95 <= crossings <= 150, "two a period of 25 Hz for two seconds, and few more by harmonics"
    assert mean_n == pytest.approx(sum(quiet_n) / len(quiet_n), rel=0.01)
    peak_n = watcher.world.platform.effective_kg * watcher.world.platform.acceleration_m_s2()
    assert 0.8 * peak_n < max(shaken_n) - mean_n < 1.3 * peak_n
    watcher.world.platform.demand(0.0, 0.0)
    watcher.watch(1.0)
    after_n = [look[0] for look in watcher.watch(1.0)]
    assert max(after_n) - min(after_n) < 0.05 * mean_n


def test_vibration_moves_the_raw_cop_too() -> None:
    """The moving mass presses beside the CoP: without a filter a vibrated CoP is worth nothing
    (docs/sources/vibration.md#cop-under-vibration)."""

    def path_mm(rows: list[Cop]) -> float:
        return sum(hypot(b[1] - a[1], b[2] - a[2]) for a, b in pairwise(rows))

    watcher = standing(stance="rest")
    still_mm = path_mm(watcher.watch(4.0))
    watcher.world.platform.demand(30.0, 0.6)
    watcher.watch(3.0)
    assert path_mm(watcher.watch(4.0)) > 5.0 * still_mm


@pytest.mark.parametrize("seed", range(3))
def test_the_moving_mass_presses_20_mm_beside(seed: int) -> None:
    """On an empty plate: the moment that comes with the ripple, over the ripple."""
    watcher = Watcher(World(seed, SETTINGS))
    watcher.apart_ns = 0
    watcher.watch(0.1)
    watcher.world.platform.demand(25.0, 2.0)
    watcher.watch(3.0)
    right = forward = squares = 0.0
    for _ in range(1000):
        front_left, front_right, back_right, back_left = watcher.cells()
        force_n = front_left + front_right + back_right + back_left
        right += force_n * 150.0 * (front_right + back_right - front_left - back_left)
        forward += force_n * 200.0 * (front_left + front_right - back_left - back_right)
        squares += force_n * force_n
    assert right / squares == pytest.approx(watcher.world.platform.offset_ml_mm, abs=1.5)
    assert forward / squares == pytest.approx(watcher.world.platform.offset_ap_mm, abs=1.5)


def test_ripple_is_the_same_however_it_is_sampled_and_has_no_jumps() -> None:
    world = World(3, SETTINGS)
    world.converter_v(0, START_NS)
    world.platform.demand(25.0, 1.0)
    for tick in range(750):
        world.converter_v(0, START_NS + tick * TICK_NS)
    later_ns = START_NS + 3_000_000_000
    fine = [world.converter_v(0, later_ns + step * 50_000) for step in range(4000)]
    swing = max(fine) - min(fine)
    assert swing > 0.02
    assert max(abs(b - a) for a, b in pairwise(fine)) < 0.02 * swing + 4e-4


def test_the_verbs_reach_the_person_and_the_cells() -> None:
    watcher = standing()
    world = watcher.world
    world.foot_down()
    down_n = watcher.watch(2.0)[-1][0]
    assert 0.6 < down_n / (SETTINGS.mass_kg * 9.80665) < 0.8
    world.foot_down(on=False)
    assert watcher.watch(2.0)[-1][0] > 0.95 * SETTINGS.mass_kg * 9.80665
    world.open_cell(2)
    assert watcher.volts()[2] == 0.0
    world.open_cell(2, on=False)
    assert watcher.volts()[2] > 0.2
    world.step_off()
    assert watcher.watch(1.0)[-1][0] < 2.0
    world.follow("stand_on_right")
    assert watcher.watch(6.0)[-1][0] > 600.0
    world.fall()
    assert watcher.watch(1.0)[-1][0] < 2.0


def test_a_long_silence_is_skipped_and_the_world_goes_on() -> None:
    watcher = standing(stance="rest")
    before = watcher.look()
    steps = watcher.world.steps
    watcher.now_ns += 3600 * LONGEST_SILENCE_NS
    after = watcher.look()
    assert watcher.world.steps - steps < 10
    assert after[0] == pytest.approx(before[0], rel=0.03)
    assert hypot(after[1] - before[1], after[2] - before[2]) < 5.0
    assert watcher.watch(1.0)[-1][0] == pytest.approx(before[0], rel=0.03)


def test_a_short_silence_is_lived_through() -> None:
    watcher = standing(stance="rest")
    steps = watcher.world.steps
    watcher.now_ns += LONGEST_SILENCE_NS // 2
    watcher.look()
    assert watcher.world.steps - steps >= 250


def test_a_time_before_what_is_kept_gives_the_oldest_that_is() -> None:
    watcher = standing(stance="rest")
    assert watcher.world.converter_v(0, START_NS) > ZERO_V
