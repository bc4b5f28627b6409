"""The plate's movement taken out of the live forces at each cell's own moment, and nothing else taken out."""

import cmath
import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.control.loop import PERIOD_NS, RATE_HZ
from station.sensing.balance import LIVE_CUTOFF_HZ, _LowPass
from station.sensing.first_ripple import FirstPlateRipple
from station.sensing.live_point import LIVE_POINT, RIPPLES
from station.sensing.ripple import PlateRipple

Ripple = RIPPLES[LIVE_POINT]
REST = (150.0, 180.0, 170.0, 160.0)
HARMONICS = (1.0, 0.2, 0.1, 0.05)
SIGNS = (-1.0, 1.0, 1.0, -1.0)


def ripple_n(hz, t_ns):
    return 30.0 * sum(a * math.sin(2e-9 * math.pi * hz * k * t_ns + k) for k, a in enumerate(HARMONICS, 1))


def played(hz, ticks=1500, sway_hz=0.0, tach_error=0.0, timed=True):
    """Each cell's force behind the ripple and the live low-pass, for the last 1000 ticks, in newtons about its rest."""
    ripple, rng, low_pass = Ripple(), random.Random(3), [_LowPass(LIVE_CUTOFF_HZ, RATE_HZ) for _ in REST]
    ages_ns, seen = [rng.uniform(5e5, 2e6) for _ in REST], []
    for tick in range(ticks):
        now_ns = 10**12 + tick * PERIOD_NS
        ages_ns = [5e5 + (age - 5e5 + step) % 1.16e6 for age, step in zip(ages_ns, (3e5, 5.1e5, 7e5, 9e4), strict=True)]
        at_ns = [round(now_ns - age) for age in ages_ns]
        sway_n = [20.0 * math.sin(2e-9 * math.pi * sway_hz * t_ns) for t_ns in at_ns]
        cells = tuple(rest + sway + ripple_n(hz, t_ns) for rest, sway, t_ns in zip(REST, sway_n, at_ns, strict=True))
        given_ns = tuple(at_ns) if timed else (now_ns,) * 4
        found = ripple.step(cells, given_ns, hz * (1.0 + tach_error), now_ns)
        seen.append([one.step(force) for one, force in zip(low_pass, found, strict=True)])
    times_ns = [10**12 + tick * PERIOD_NS for tick in range(ticks)]
    about_rest = [[force - rest for force, rest in zip(forces, REST, strict=True)] for forces in seen]
    return list(zip(times_ns, about_rest, strict=True))[-1000:]


def rms(rows):
    return math.sqrt(sum(force * force for _, forces in rows for force in forces) / (4 * len(rows)))


@pytest.mark.parametrize("hz", [8.0, 10.0, 15.0, 20.0, 25.0, 31.25, 35.0, 40.0])
def test_what_is_left_of_a_ripple_of_thirty_newtons(hz):
    assert rms(played(hz)) < (0.1 if hz < 10.0 else 0.05)
    assert rms(played(hz, tach_error=0.002)) < (0.9 if hz < 20.0 else 0.5)
    assert rms(played(hz, timed=False)) > 10.0 * rms(played(hz)), "without the moments it cannot be separated"


def steady(_tick):
    return 1.0


def pressed(hz_at, ticks=2500, size_at=steady, tach_share=steady, sway_hz=0.8):
    """What a plate that moves at this frequency and size (by the tick) adds to the ML moment (N) of a person who sways:
    behind ripple and low-pass, and behind the low-pass alone.

    The plate presses where the person stands: its part in each cell has that cell's share of the weight. The tach is
    24 ms late.
    """
    with_plate, without, angle = Ripple(), Ripple(), 0.0
    low_pass, rows = [_LowPass(LIVE_CUTOFF_HZ, RATE_HZ) for _ in range(2)], []
    for tick in range(ticks):
        now_ns, hz = 10**12 + tick * PERIOD_NS, hz_at(tick)
        angle += 2.0 * math.pi * hz / RATE_HZ
        ages_ns = [500_000 + (300_000 * cell + 70_000 * tick) % 1_160_000 for cell in range(4)]
        at_ns = tuple(now_ns - age_ns for age_ns in ages_ns)
        sway_n = [40.0 * sign * math.sin(2e-9 * math.pi * sway_hz * t) for sign, t in zip(SIGNS, at_ns, strict=True)]
        still = tuple(rest + sway for rest, sway in zip(REST, sway_n, strict=True))
        turns = [angle - 2e-9 * math.pi * hz * age_ns for age_ns in ages_ns]
        plate = [
            0.23 * size_at(tick) * sum(a * math.sin(k * turn + k) for k, a in enumerate(HARMONICS, 1)) for turn in turns
        ]
        cells = tuple(one * (1.0 + moved) for one, moved in zip(still, plate, strict=True))
        tach_hz = hz_at(max(tick - 6, 0)) * tach_share(tick)
        found = with_plate.step(cells, at_ns, tach_hz, now_ns), without.step(still, at_ns, tach_hz, now_ns)
        differences = (
            [one - other for one, other in zip(*found, strict=True)],
            [a - b for a, b in zip(cells, still, strict=True)],
        )
        moments_n = [sum(sign * force for sign, force in zip(SIGNS, forces, strict=True)) for forces in differences]
        rows.append([one.step(moment_n) for one, moment_n in zip(low_pass, moments_n, strict=True)])
    return rows


def parts(rows, ticks, number=0):
    """The rms (N) of one of the two in each so many ticks, one after another."""
    starts = range(0, len(rows) - ticks + 1, ticks)
    return [math.sqrt(sum(row[number] ** 2 for row in rows[at : at + ticks]) / ticks) for at in starts]


def swayed(hz, tach_share=steady, sway_hz=0.8):
    """What is left of a steady plate's ripple (rms, N)."""
    rows = pressed(lambda _: hz, tach_share=tach_share, sway_hz=sway_hz)
    return parts(rows, 1250)[1]


@pytest.mark.parametrize(
    ("hz", "left_n"),
    [(5.0, 1.5), (6.5, 1.0), (8.0, 0.8), (10.0, 0.6), (12.0, 0.5), (20.0, 0.3), (25.0, 0.3), (40.0, 0.3)],
)
def test_what_sway_makes_of_the_ripple_goes_too(hz, left_n):
    assert swayed(hz) < left_n
    assert swayed(hz, sway_hz=0.3) < left_n


@pytest.mark.parametrize(
    ("from_hz", "to_hz", "left_n"), [(21.0, 25.0, 0.3), (25.0, 21.0, 0.3), (16.0, 12.0, 0.7), (9.5, 7.0, 1.2)]
)
def test_a_frequency_that_is_swept_slowly_leaves_no_more_and_makes_no_step(from_hz, to_hz, left_n):
    rows = pressed(lambda tick: from_hz + (to_hz - from_hz) * min(max(tick - 750, 0) / 1750, 1.0))
    assert max(parts(rows, 125)[6:]) < left_n
    assert max(abs(after[0] - before[0]) for before, after in pairwise(rows[750:])) < left_n


@pytest.mark.parametrize("hz", [12.0, 35.0])
@pytest.mark.parametrize("by_frequency", [False, True])
def test_a_vibration_that_grows_and_fades_never_shakes_the_point_more_than_without(hz, by_frequency):
    """In two seconds up, and in one and a half down: by its size, or as on a plate of one displacement by frequency."""

    def part(tick):
        return min(tick / 500, 1.0) if tick < 1250 else max(1.0 - (tick - 1250) / 375, 0.0)

    def now_hz(tick):
        return 12.0 + (hz - 12.0) * part(tick) if by_frequency else hz

    rows = pressed(now_hz, 1625, (lambda tick: (now_hz(tick) / hz) ** 2) if by_frequency else part)
    left_n, bare_n = (parts(rows, 62, number) for number in range(2))
    assert all(left < max(1.05 * bare, 1.0) for left, bare in zip(left_n, bare_n, strict=True))
    assert max(left_n[10:]) < 0.5 * max(bare_n)


@pytest.mark.parametrize(
    ("hz", "braked_at", "more_n"),
    [(25.0, 709, 0.1), (25.0, 718, 0.1), (35.0, 703, 0.7), (35.0, 718, 0.1), (40.0, 721, 0.4), (40.0, 727, 0.7)],
)
def test_a_plate_that_is_braked_shakes_the_point_no_more_than_without(hz, braked_at, more_n):
    """At the angles of the drive at which a correction that ends at once leaves the low-pass to ring."""

    def now_hz(tick):
        return hz if tick < braked_at else hz * math.exp(-(tick - braked_at) / 30.0)

    rows = pressed(now_hz, braked_at + 125, lambda tick: (now_hz(tick) / hz) ** 2)
    left_n, bare_n = (parts(rows[braked_at:], 62, number) for number in range(2))
    assert all(left < 1.05 * bare + more_n for left, bare in zip(left_n, bare_n, strict=True))


def test_a_tach_that_flutters_about_the_lowest_speed_is_no_reason_to_begin_again():
    assert swayed(8.0, lambda tick: 1.0 + 0.002 * (-1) ** (tick // 16)) < 1.0


def test_a_start_and_a_stop_are_what_they_were_below_the_lowest_speed():
    ripple, hz = Ripple(), 0.0
    for tick in range(400):
        hz = min(hz + 0.5, 25.0) if tick < 200 else max(hz - 0.5, 0.0)
        cells = tuple(rest + ripple_n(hz, tick * PERIOD_NS) for rest in REST)
        found = ripple.step(cells, (tick * PERIOD_NS,) * 4, hz, tick * PERIOD_NS)
        assert hz >= 8.0 or found == cells


def test_one_cell_without_load_is_left_as_it_is():
    ripple = Ripple()
    for tick in range(1000):
        now_ns = tick * PERIOD_NS
        cells = (0.0, 0.0, *(rest + ripple_n(6.0, now_ns) for rest in REST[2:]))
        found = ripple.step(cells, (now_ns,) * 4, 6.0, now_ns)
    assert found == pytest.approx((0.0, 0.0, *REST[2:]), abs=1.0)


@pytest.mark.parametrize(("sway_hz", "drive_hz"), [(0.25, 25.0), (1.0, 25.0), (3.0, 25.0), (1.0, 8.0), (2.0, 8.0)])
def test_sway_keeps_its_size(sway_hz, drive_hz):
    rows = played(drive_hz, 3000, sway_hz)
    gain = sum(forces[0] * cmath.exp(-2e-9j * math.pi * sway_hz * t_ns) for t_ns, forces in rows) / len(rows) / 10.0
    assert abs(gain) == pytest.approx(1.0, abs=0.02 if drive_hz > 10.0 else 0.03)


def test_a_constant_force_comes_out_as_it_is():
    ripple = Ripple()
    for tick in range(3000):
        now_ns = tick * PERIOD_NS
        found = ripple.step(REST, (now_ns - 10**6,) * 4, 25.0, now_ns)
    assert found == pytest.approx(REST, abs=1e-6)


@pytest.mark.parametrize("hz", [0.0, 5.0, 7.9, math.nan, -20.0, math.inf])
def test_a_plate_that_stands_or_turns_slowly_changes_nothing(hz):
    ripple = Ripple()
    for tick in range(5):
        cells = (1.0 * tick, 2.0, 3.0, 4.0)
        assert ripple.step(cells, (tick * PERIOD_NS,) * 4, hz, tick * PERIOD_NS) == cells


def test_a_voltage_of_another_time_is_passed_through():
    ripple = Ripple()
    for tick in range(500):
        now_ns = tick * PERIOD_NS
        cells = tuple(rest + ripple_n(20.0, now_ns) for rest in REST)
        found = ripple.step(cells, (now_ns, now_ns, now_ns, -(10**9)), 20.0, now_ns)
    assert found[3] == cells[3]
    assert abs(found[0] - REST[0]) < 0.5


@pytest.mark.parametrize(
    ("hz", "found_n"),
    [
        (8.0, (149.99039959994, 179.99146408213, 169.98966732583, 159.9850070277)),
        (25.0, (149.98792418114, 179.98598353928, 169.9857140995, 159.9847945155)),
        (40.0, (149.98625658561, 179.98661976582, 169.98071500613, 159.98444568509)),
    ],
)
def test_the_first_version_gives_what_it_gave(hz, found_n):
    """Made by the program at b6890f1, whose drills `tests/golden` keeps."""
    ripple = FirstPlateRipple()
    for tick in range(700):
        now_ns = tick * PERIOD_NS
        at_ns = tuple(now_ns - 500_000 - (300_000 * cell + 70_000 * tick) % 1_160_000 for cell in range(4))
        cells = tuple(rest + ripple_n(hz, t_ns) for rest, t_ns in zip(REST, at_ns, strict=True))
        found = ripple.step(cells, at_ns, hz, now_ns)
    assert found == pytest.approx(found_n, abs=1e-9)


@pytest.mark.parametrize(
    ("hz", "found_n"),
    [
        (9.0, (148.96533071946, 178.98565568834, 169.00545957697, 158.92721659751)),
        (35.0, (161.81204465263, 191.20949207909, 180.40790776475, 172.13620602664)),
    ],
)
def test_the_second_version_gives_what_it_gave(hz, found_n):
    """Made by the program at c017168."""
    ripple = PlateRipple()
    for tick in range(900):
        now_ns = tick * PERIOD_NS
        at_ns = tuple(now_ns - 500_000 - (300_000 * cell + 70_000 * tick) % 1_160_000 for cell in range(4))
        cells = tuple(rest + ripple_n(hz, t_ns) for rest, t_ns in zip(REST, at_ns, strict=True))
        found = ripple.step(cells, at_ns, hz * (1.0 if tick < 895 else 0.95), now_ns)
    assert found == pytest.approx(found_n, abs=1e-9)
    assert ripple.step(cells, at_ns, 0.8 * hz, now_ns + PERIOD_NS) == cells


_NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.tuples(_NUMBERS, st.floats(0, 60), st.integers(-(10**9), 10**9)), min_size=1, max_size=60))
def test_after_anything_it_is_well_again(steps):
    ripple, now_ns = Ripple(), 10**12
    for force_n, hz, jump_ns in steps:
        now_ns += jump_ns
        ripple.step((force_n, 1.0, 2.0, 3.0), (now_ns,) * 4, hz, now_ns)
    for _ in range(40):
        now_ns += PERIOD_NS
        found = ripple.step(REST, (now_ns,) * 4, 25.0, now_ns)
    assert all(map(math.isfinite, found))
    ripple.step(REST, (now_ns,) * 4, 0.0, now_ns)
    for _ in range(400):
        now_ns += PERIOD_NS
        found = ripple.step(REST, (now_ns,) * 4, 25.0, now_ns)
    assert found == pytest.approx(REST, abs=1e-3)
